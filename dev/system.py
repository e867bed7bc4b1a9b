"""Packages of the operating system: what is missing is installed by apt."""

import ctypes
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

from dev import state
from dev.steps import BenchError, run, step

# What Odoo's test harness looks for, in its order.
BROWSERS = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")
# What WeasyPrint loads when it lays out a letter.
LIBRARIES = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
}
LISTS = Path("/var/lib/apt/lists")


def browser():
    """Return the browser that tours run in, or None."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def postgres_folders():
    """Return the folders that may hold PostgreSQL's server programs."""
    on_path = shutil.which("pg_ctl")
    folders = [Path(on_path).resolve().parent] if on_path else []
    return folders + sorted(Path("/usr/lib/postgresql").glob("*/bin"))


def missing_packages():
    """Return the names of the packages to install."""
    packages = []
    if not any((folder / "initdb").exists() for folder in postgres_folders()):
        packages.append("postgresql")
    if not browser():
        packages.append("chromium")
    if not shutil.which("wkhtmltopdf"):
        packages.append("wkhtmltopdf")
    packages += [package for library, package in LIBRARIES.items() if not _loads(library)]
    if not list(Path("/usr/share/fonts").rglob("DejaVuSans.ttf")):
        packages.append("fonts-dejavu-core")
    if lacks_venv():
        packages.append("python3-venv")
    return packages


def lacks_venv():
    """Tell whether this Python cannot make virtual environments (Debian splits that off)."""
    return importlib.util.find_spec("ensurepip") is None


def _loads(library):
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _command(packages):
    return f"apt-get install --yes {' '.join(packages)}"


def way_to_install():
    """Return what is missing, and what to put before apt-get to run it as root.

    Called before any long step, so that a missing right is said at once.
    """
    packages = missing_packages()
    if packages and not shutil.which("apt-get"):
        raise BenchError(
            f"programs are missing that Debian calls {', '.join(packages)}",
            "install them with this system's package manager, then run again",
        )
    return packages, _as_root(packages) if packages else []


def install(packages, prefix):
    """Install packages; ``prefix`` is what runs apt-get as root."""
    if not packages:
        return
    command = _command(packages)
    options = {
        "log": state.path("logs", "setup.log"),
        "env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
    }
    remedy = f"check the network and the disk, then run again; an admin may also run: {command}"
    apt = [*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"]
    with step(f"install {' '.join(packages)}"):
        if not list(LISTS.glob("*Packages*")):
            run([*apt, "update"], "the package lists cannot be updated", remedy, **options)
        install = [*apt, "install", "--yes", "--no-install-recommends", *packages]
        try:
            run(install, "packages cannot be installed", remedy, **options)
        except BenchError:
            # The lists may be older than what the mirror still keeps.
            run([*apt, "update"], "the package lists cannot be updated", remedy, **options)
            run(install, "packages cannot be installed", remedy, **options)


def _as_root(packages):
    if os.geteuid() == 0:
        return []
    remedy = f"ask an admin to run: {_command(packages)}"
    if not shutil.which("sudo"):
        raise BenchError(
            f"{', '.join(packages)} must be installed, and you are not root and have no sudo",
            remedy,
        )
    if sys.stdin.isatty():
        # sudo asks for the password on the terminal, and remembers it for a while.
        subprocess.run(["sudo", "-v"], check=False)
    run(["sudo", "-n", "true"], f"{', '.join(packages)} must be installed, sudo refuses", remedy)
    return ["sudo", "-n"]
