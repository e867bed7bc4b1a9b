"""What the bench prints while it works, and how it fails.

A step prints one line with the seconds it took. A failure a user can act on is
a ``BenchError``: one line that names the cause and one that names the remedy.
"""

import contextlib
import re
import subprocess
import sys
import threading
import time

_print_lock = threading.Lock()


class BenchError(Exception):
    """A failure with its cause and its remedy, each one line."""

    def __init__(self, cause, remedy):
        super().__init__(cause)
        self.cause = " ".join(str(cause).split())
        self.remedy = " ".join(str(remedy).split())


def say(text=""):
    """Print a line; several threads may do so at once."""
    with _print_lock:
        print(text, flush=True)


def say_error(error):
    """Print the two lines of a ``BenchError`` on standard error."""
    with _print_lock:
        print(f"error: {error.cause}\nremedy: {error.remedy}", file=sys.stderr, flush=True)


@contextlib.contextmanager
def step(title):
    """Time a block and print ``[seconds] title`` when it ends well."""
    start = time.monotonic()
    yield
    say(f"  [{time.monotonic() - start:5.1f} s] {title}")


def last_line(text):
    """Return the last line that says something, for use as a cause."""
    lines = [line.strip() for line in (text or "").splitlines() if line.strip()]
    return lines[-1] if lines else "no output"


def telling_line(text):
    """Return the last line that names an error (pip, apt and git mark them), else the last."""
    marked = [line for line in (text or "").splitlines() if re.match(r"(ERROR|E|fatal): ", line)]
    return last_line(marked[-1] if marked else text)


def run(command, cause, remedy, log=None, **options):
    """Run a command quietly and return its standard output.

    The whole output goes to the file ``log``. When the command fails, a
    ``BenchError`` of ``cause`` plus the line of output that tells why is raised.
    """
    try:
        done = subprocess.run(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            **options,
        )
    except OSError as error:
        raise BenchError(f"{cause}: {error}", remedy) from error
    if log:
        with open(log, "a", encoding="utf-8") as stream:
            stream.write(f"$ {command}\n{done.stdout}{done.stderr}\n")
    if done.returncode:
        reason = telling_line(done.stderr or done.stdout)
        raise BenchError(f"{cause}: {reason}", remedy)
    return done.stdout
