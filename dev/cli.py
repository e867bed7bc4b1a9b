"""The commands of the bench."""

import contextlib
import os
import subprocess
import sys
import time
import traceback
from concurrent.futures import ThreadPoolExecutor

from dev import databases, odoo, odoo_source, postgres, processes, python_env, state, system
from dev.steps import BenchError, say, say_error


def set_up():
    """Have everything that the demo and the tests need, in the order things depend on."""
    start = time.monotonic()
    say(f"set-up in {state.state_dir()}")
    python_env.check_interpreter()
    odoo_source.check_home()
    packages, prefix = system.way_to_install()
    with ThreadPoolExecutor() as pool:
        source = pool.submit(odoo_source.find)
        machine = pool.submit(_prepare_machine, packages, prefix)
        # An interpreter without ensurepip gets it from the machine's packages.
        if "python3-venv" in packages:
            machine.result()
        environment = pool.submit(python_env.prepare)
        copy_of_odoo, port = source.result(), machine.result()
        environment.result()
    odoo.configure(copy_of_odoo, port)
    databases.template(copy_of_odoo)
    say(f"set-up took {time.monotonic() - start:.1f} s in all")


def _prepare_machine(packages, prefix):
    system.install(packages, prefix)
    return postgres.start()


def setup():
    """Set up Odoo, PostgreSQL and Python without starting anything else."""
    with state.locked():
        set_up()
    return 0


def demo():
    """Set up, play the demo story, leave Odoo running and print where to look."""
    from dev import demo as story

    with state.locked():
        set_up()
        story.play()
    return 0


def test():
    """Run all tests; the last line counts them."""
    from dev import run_tests

    with state.locked():
        set_up()
        databases.drop_leftovers()
    return run_tests.main()


def lint():
    """Check style and safety: ruff, pylint-odoo, bandit, well-formed XML."""
    from dev import lint as checks

    with state.locked():
        _environment()
    return checks.main()


def bench():
    """Time the add-on on made ledgers; see bench/README.md."""
    from dev import bench_command

    with state.locked():
        set_up()
        return bench_command.main()


def scale():
    """Time a ledger of 1,000,000 invoices with years of history (SIZE=…), and report."""
    from dev import scale_command

    with state.locked():
        set_up()
        return scale_command.main()


def _environment():
    """Have the virtual environment, and no more."""
    python_env.check_interpreter()
    if system.lacks_venv():
        system.install(*system.way_to_install())
    python_env.prepare()


def law_check():
    """Answer the worked cases of CASES=file.json with the law tables, a JSON object a line."""
    file = os.environ.get("CASES")
    if not file:
        raise BenchError("CASES is not given", "run 'make law-check CASES=cases.json'")
    # What is printed is for programs: everything else goes to standard error.
    with contextlib.redirect_stdout(sys.stderr), state.locked():
        _environment()
    script = state.CHECKOUT / "dev" / "law_check.py"
    return subprocess.run([python_env.python(), script, file], check=False).returncode


def dossier_check():
    """Look at FILE=package.zip, as whoever gets it would: hashes, schema, sums, what it holds."""
    file = os.environ.get("FILE")
    if not file:
        raise BenchError("FILE is not given", "run 'make dossier-check FILE=package.zip'")
    # What is printed is the report: everything else goes to standard error.
    with contextlib.redirect_stdout(sys.stderr), state.locked():
        _environment()
    script = state.CHECKOUT / "dev" / "dossier_check.py"
    return subprocess.run([python_env.python(), script, file], check=False).returncode


def fuzz():
    """Feed the readers of foreign input with 100,000 inputs each (INPUTS=…, SECONDS=…)."""
    from dev import fuzz_command

    with state.locked():
        set_up()
        databases.installed()
    return fuzz_command.main()


def chaos():
    """Kill programs, cut lines and pay while thousands of reminders leave, then check."""
    with state.locked():
        set_up()
        databases.installed()
    done = subprocess.run(
        [python_env.python(), "-m", "chaos"],
        cwd=state.CHECKOUT,
        env=python_env.environment(),
        check=False,
    )
    return done.returncode


def broken():
    """Break the code on purpose, fault by fault, and see a test fail each time."""
    from dev import broken as breaks

    with state.locked():
        set_up()
    return breaks.main()


def wheels():
    """Build a wheel of each add-on, for pip, in the state folder (WHEELS=FOLDER for another)."""
    from dev import wheels as packages

    with state.locked():
        _environment()
        return packages.main()


def store():
    """Draw icons and banners and write the store pages of the add-ons anew."""
    with state.locked():
        _environment()
    script = state.CHECKOUT / "dev" / "store.py"
    return subprocess.run([python_env.python(), script], check=False).returncode


def stop():
    """Stop Odoo, the mail server of the demo and PostgreSQL."""
    if not state.state_dir().exists():
        say("nothing runs")
        return 0
    with state.locked():
        return _stop()


def _stop():
    stopped = [name for name in ("odoo", "smtp") if processes.stop(name)]
    stopped += ["PostgreSQL"] if postgres.stop() else []
    say(f"stopped: {', '.join(stopped)}" if stopped else "nothing runs")
    return 0


def shell():
    """Open Odoo's Python shell on the demo database."""
    with state.locked():
        set_up()
        if not databases.exists("payt_demo"):
            raise BenchError("there is no demo database yet", "run 'make demo' first")
    done = subprocess.run(
        odoo.command("shell", "-d", "payt_demo", "--no-http"), env=odoo.environment(), check=False
    )
    return done.returncode


def clean():
    """Stop everything and remove the state folder."""
    if state.state_dir().exists():
        with state.locked():
            _stop()
            postgres.remove_cluster()
            for entry in state.state_dir().iterdir():
                if entry.name != "lock":
                    state.remove(entry)
        state.remove(state.state_dir())
    say(f"removed {state.state_dir()}")
    return 0


def help():
    """Print this list."""
    for command in COMMANDS.values():
        say(f"  make {_name(command):13} {command.__doc__.splitlines()[0]}")
    say("\n  PAYT_STATE=FOLDER  where everything is kept (default: .state in the checkout)")
    say("  ODOO_HOME=FOLDER   an Odoo 19.0 of yours, used instead of a fetched one")
    say("  PAYT_DEBUG=1       tracebacks instead of one-line errors")
    say("  SEED=1 KILLS=1000 PARTS='days told' ITEMS=5000   what 'make chaos' does")
    say("  INPUTS=100000 SECONDS= SEED=1 ONLY=mails   what 'make fuzz' does")
    say("  SIZE=1000000 EVENTS=10000000 REPORT=FILE   what 'make scale' makes, and where it tells")
    say("  TESTS='pure odoo'  only some of: pure, odoo, lint, outside")
    say("  TAGS=/payt_dunning:TestName   only some of the Odoo tests")
    say("  FILES='test_wheels.py'        only some files of tests_pure and tests_outside")
    say("  FAULT='paid between'          only some breaks of 'make broken'")
    return 0


def _name(command):
    return command.__name__.replace("_", "-")


COMMANDS = {
    _name(command): command
    for command in (
        demo,
        test,
        lint,
        bench,
        scale,
        law_check,
        dossier_check,
        fuzz,
        chaos,
        broken,
        wheels,
        store,
        setup,
        stop,
        shell,
        clean,
        help,
    )
}


def main(arguments):
    """Run one command and return its exit code."""
    name = arguments[0] if arguments else "help"
    if name not in COMMANDS:
        say_error(BenchError(f"there is no command {name}", "run 'make help' for the list"))
        return 2
    try:
        return COMMANDS[name]()
    except BenchError as error:
        if os.environ.get("PAYT_DEBUG"):
            traceback.print_exc()
        say_error(error)
    except KeyboardInterrupt:
        say_error(BenchError("interrupted", "run the command again: finished steps are kept"))
    except OSError as error:
        if os.environ.get("PAYT_DEBUG"):
            traceback.print_exc(file=sys.stderr)
        say_error(
            BenchError(error, "free space or rights on the named file, then run again"),
        )
    return 1
