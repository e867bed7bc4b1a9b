"""Background processes of the bench: started once, found again, ended.

A pid file holds the process id and its start time, so that an id the system
has given to another program since is never mistaken for ours.
"""

import os
import signal
import subprocess
import time

from dev import state
from dev.steps import BenchError, last_line


def _start_time(pid):
    """Return the kernel's start time of a live process, else None."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as stream:
            fields = stream.read().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if fields[0] in "ZX" else fields[19]


def _pid_file(name):
    return state.path("run", f"{name}.pid")


def running(name):
    """Return the process id of the background process ``name``, or None."""
    try:
        pid, started = _pid_file(name).read_text(encoding="utf-8").split()
    except (FileNotFoundError, ValueError):
        return None
    return int(pid) if _start_time(pid) == started else None


def start(name, command, log, env=None):
    """Start a background process that outlives this command."""
    with open(log, "ab") as stream:
        process = subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
            start_new_session=True,
            cwd=state.state_dir(),
            env=env,
        )
    state.write_atomically(_pid_file(name), f"{process.pid} {_start_time(process.pid)}")
    return process


def stop(name, patience=10):
    """End a background process; return whether it ran."""
    pid = running(name)
    if pid:
        os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + patience
        while running(name) and time.monotonic() < deadline:
            time.sleep(0.1)
        if running(name):
            os.kill(pid, signal.SIGKILL)
    _pid_file(name).unlink(missing_ok=True)
    return bool(pid)


def wait_until(ready, process, what, log, patience=60):
    """Wait until ``ready()`` is true, or say why the process did not get there."""
    deadline = time.monotonic() + patience
    while not ready():
        if process.poll() is not None:
            tail = last_line(log.read_text(encoding="utf-8", errors="replace"))
            raise BenchError(f"{what} ended at once: {tail}", f"read {log}")
        if time.monotonic() > deadline:
            raise BenchError(f"{what} did not answer in {patience} s", f"read {log}")
        time.sleep(0.2)
