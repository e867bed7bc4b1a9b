"""Starting Odoo: its configuration file, its environment and its commands."""

import os
import re
import subprocess
from pathlib import Path

from dev import postgres, python_env, state
from dev.steps import BenchError

CONF = "odoo.conf"


def configure(copy_of_odoo, port):
    """Write the configuration file, and remember how this copy of Odoo is started."""
    # The folder of the add-ons is this checkout, unless a test names another.
    own = Path(os.environ.get("PAYT_ADDONS", state.CHECKOUT)).absolute()
    addons = ",".join(str(folder) for folder in (*copy_of_odoo.addons, own) if folder.is_dir())
    state.write_atomically(
        state.path(CONF),
        "[options]\n"
        "db_host = 127.0.0.1\n"
        f"db_port = {port}\n"
        f"db_user = {postgres.ROLE}\n"
        "db_password = unused\n"
        f"addons_path = {addons}\n"
        f"data_dir = {state.path('data')}\n"
        "http_interface = 127.0.0.1\n"
        "max_cron_threads = 0\n"
        "workers = 0\n",
    )
    state.remember(
        odoo_command=list(copy_of_odoo.command), odoo_path=str(copy_of_odoo.package.parent)
    )


def addons_path(*more, own=None):
    """Return the folders of add-ons as one option's value: the configured ones and ``more``.

    :param own: a folder with another version of our add-ons, instead of ours
    """
    conf = state.path(CONF).read_text(encoding="utf-8")
    configured = re.search("^addons_path = (.*)$", conf, re.M)[1].split(",")
    if own:
        configured[-1] = own  # ours is the last, see `configure`
    return ",".join(str(folder) for folder in (*configured, *more))


def command(*arguments):
    """Return the command line of an Odoo command, as in ``command("shell", "-d", "x")``."""
    name, *rest = arguments
    start = state.settings().get("odoo_command")
    if not start:
        raise BenchError("the bench is not set up", "run 'make demo' or 'make test' first")
    # The commands of `db` have options of their own, which come after the file.
    conf = ["-c", state.path(CONF)]
    rest = [*conf, *rest] if name == "db" else [*rest, *conf]
    return [str(part) for part in (python_env.python(), *start, name, *rest)]


def environment(**extra):
    """Return the environment of an Odoo process."""
    inherited = python_env.environment().items()
    places = [state.settings()["odoo_path"]]
    return {
        **{key: value for key, value in inherited if not key.startswith("PG")},
        "PYTHONPATH": os.pathsep.join(places),
        "PYTHONUNBUFFERED": "1",
        "LC_ALL": "C.UTF-8",
        **extra,
    }


def run(arguments, log, stdin=None, check=True, timeout=3600, **env):
    """Run an Odoo command to its end; its log is added to the file ``log``.

    Return the completed process with its standard output as text.
    """
    with open(log, "a", encoding="utf-8") as stream:
        try:
            done = subprocess.run(
                command(*arguments),
                input=stdin or "",
                stdout=subprocess.PIPE,
                stderr=stream,
                text=True,
                cwd=state.state_dir(),
                env=environment(**env),
                check=False,
                timeout=timeout,
            )
        except subprocess.TimeoutExpired as error:
            raise BenchError(f"Odoo did not end in {timeout} s", f"read {log}") from error
    if check and done.returncode:
        raise BenchError(f"Odoo failed: {failure(log)}", f"read {log}")
    return done


def failure(log):
    """Return the line of a log that best tells why Odoo failed."""
    lines = Path(log).read_text(encoding="utf-8", errors="replace").splitlines()
    errors = [line for line in lines if re.match(r"[\w.]*(Error|Exception|Warning)\b.*:", line)]
    errors = errors or [line for line in lines if " ERROR " in line or " CRITICAL " in line]
    return (errors or lines or ["no log was written"])[-1]
