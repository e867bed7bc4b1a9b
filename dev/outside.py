"""Odoo processes for tests that stand outside Odoo."""

import itertools
import os
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from dev import odoo, state

_numbers = itertools.count(1)


class OdooProcess(subprocess.Popen):
    """A process of Odoo, with its log in ``log``."""

    def __init__(self, arguments, log, script="", env=None):
        self.log = log
        with open(log, "wb") as stderr, tempfile.TemporaryFile() as stdin:
            stdin.write(script.encode())
            stdin.seek(0)
            super().__init__(
                odoo.command(*arguments),
                stdin=stdin,
                stdout=subprocess.PIPE,
                stderr=stderr,
                cwd=state.state_dir(),
                env=odoo.environment(**(env or {})),
                text=True,
                start_new_session=True,
            )

    def kill_hard(self):
        """End the process as a power cut would: no handler runs, nothing is committed."""
        os.killpg(self.pid, signal.SIGKILL)
        self.wait()

    def log_tail(self, lines=40):
        """Return the end of the log, for a failure message."""
        text = self.log.read_text(encoding="utf-8", errors="replace")
        return "\n".join(text.splitlines()[-lines:])


def _log(database):
    folder = state.path("logs", "outside")
    folder.mkdir(parents=True, exist_ok=True)
    return Path(folder, f"{database}-{next(_numbers)}.log")


def _at_any_hour(load=(), beside=(), own=None):
    """Return options with which messages leave whatever the hour and day of the test are."""
    path = odoo.addons_path(state.CHECKOUT / "tests_outside", *beside, own=own)
    return ("--addons-path", path, "--load", ",".join(("base,rpc,web,any_hour", *load)))


def start_shell(database, script, env=None, addons=None, beside=()):
    """Start Odoo's shell on a script; it ends when the script does.

    :param addons: folder with another version of our add-ons, to run instead of ours
    :param beside: folders with add-ons of others
    """
    path = (
        ("--addons-path", odoo.addons_path(own=addons)) if addons else _at_any_hour(beside=beside)
    )
    options = ("shell", "-d", database, "--no-http", *path)
    return OdooProcess(options, _log(database), script, env)


def start_server(
    database, port, cron_threads=1, env=None, load=(), beside=(), addons=None, options=()
):
    """Start Odoo's server with its cron threads; it runs until it is ended.

    :param load: modules that it loads before any database, beside the usual ones
    :param beside: folders with add-ons of others
    :param addons: folder with another version of our add-ons, to run instead of ours
    :param options: more of Odoo's options
    """
    own = ("--http-port", str(port), "--max-cron-threads", str(cron_threads), *options)
    arguments = ("server", "-d", database, *own, *_at_any_hour(load, beside, addons))
    return OdooProcess(arguments, _log(database), env=env)


def start_update(database, modules):
    """Start an update of modules; it ends when they are updated."""
    options = ("--no-http", "--stop-after-init", "--skip-auto-install")
    arguments = ("server", "-d", database, "-u", ",".join(modules), *options)
    return OdooProcess(arguments, _log(database))


def finish(process, timeout=120, check=True):
    """Wait for a shell to end; return it as a completed process with its output."""
    try:
        output, _ = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired as error:
        process.kill_hard()
        raise AssertionError(
            f"Odoo did not end in {timeout} s; end of its log:\n{process.log_tail()}"
        ) from error
    if check and process.returncode:
        raise AssertionError(
            f"Odoo ended with exit code {process.returncode}; end of its log:\n{process.log_tail()}"
        )
    return subprocess.CompletedProcess(process.args, process.returncode, output)


def eventually(condition, timeout=30, what="the condition"):
    """Wait until ``condition()`` is true and return its value."""
    deadline = time.monotonic() + timeout
    while not (value := condition()):
        if time.monotonic() > deadline:
            raise AssertionError(f"{what} was not met in {timeout} s")
        time.sleep(0.1)
    return value
