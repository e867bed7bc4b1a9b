"""The virtual environment with pinned packages."""

import hashlib
import os
import sys

from dev import state
from dev.steps import BenchError, run, step

OLDEST = (3, 10)  # Odoo 19 refuses older ones
REQUIREMENTS = ("requirements.txt", "requirements-dev.txt")
#: Add-ons of others: Odoo finds them, for its packages and those of pip share their name.
ADDONS = "requirements-addons.txt"


def python():
    """Return the Python of the environment."""
    return state.path("venv", "bin", "python")


def environment():
    """Return the environment of this process, with compiled files kept in the state.

    Nothing is written beside sources, and no process compiles what another one has compiled.
    """
    inherited = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    return {**inherited, "PYTHONPYCACHEPREFIX": str(state.path("pycache"))}


def check_interpreter():
    """Refuse a Python that Odoo refuses."""
    if sys.version_info < OLDEST:
        raise BenchError(
            f"Python {sys.version.split()[0]} is older than 3.10, which Odoo 19.0 needs",
            "name a newer one with 'make PYTHON=/path/to/python3'",
        )


def _files():
    return [state.CHECKOUT / "dev" / name for name in REQUIREMENTS]


def _addons():
    return state.CHECKOUT / "dev" / ADDONS


def key():
    """Return what the environment is made of, in short."""
    digest = hashlib.sha256(sys.version.encode() + str(state.path("venv")).encode())
    for file in (*_files(), _addons()):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def prepare():
    """Make the environment anew whenever the pins or the interpreter changed."""
    made_of = key()
    if state.stamp("venv") == made_of and python().exists():
        return
    with step("virtual environment with pinned packages"):
        state.clear_stamp("venv")
        state.remove(state.path("venv"))
        log = state.path("logs", "setup.log")
        run(
            [sys.executable, "-m", "venv", state.path("venv")],
            "the virtual environment cannot be made",
            "install Debian's python3-venv, then run again",
            log=log,
        )
        pip = [python(), "-m", "pip", "install", "--quiet", "--no-input", "--retries", "2"]
        required = [part for file in _files() for part in ("--requirement", file)]
        for arguments in (required, ["--no-deps", "--requirement", _addons()]):
            run(
                [*pip, *arguments],
                "Python packages cannot be installed",
                "check the network and pip's index and proxy, then run again",
                log=log,
                env={**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
            )
        state.set_stamp("venv", made_of)
