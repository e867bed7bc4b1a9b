"""``make wheels``: a wheel of each add-on, which pip installs beside Odoo.

The version and what an add-on needs are read from its manifest by the build backend.
"""

import os
import subprocess
import zipfile
from pathlib import Path

from dev import python_env, state
from dev.steps import BenchError, run, say, step

#: Not in a wheel: what builds it.
RECIPE = "pyproject.toml"


def main():
    """Build all wheels anew, and print where they are."""
    folder = Path(os.environ.get("WHEELS") or state.path("wheels")).expanduser().absolute()
    for wheel in build(folder):
        say(f"{wheel.stat().st_size / 1000:8,.0f} kB  {wheel.name}")
    say(f"\nThey are in {folder}; 'pip install {folder}/*.whl' puts them beside Odoo 19.")
    return 0


def build(folder):
    """Build the wheels of all add-ons in a folder; return their paths, the core first."""
    folder.mkdir(parents=True, exist_ok=True)
    addons = state.addons()
    for addon in addons:
        for old in folder.glob(f"odoo_addon_{addon.name}-*.whl"):
            old.unlink()
    with step(f"wheels of {len(addons)} add-ons"):
        pip = [python_env.python(), "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-index"]
        run(
            [*pip, "--no-build-isolation", "--wheel-dir", folder, *addons],
            "the wheels cannot be built",
            f"read {state.path('logs', 'wheels.log')}",
            log=state.path("logs", "wheels.log"),
            env=_environment(),
        )
    wheels = [next(folder.glob(f"odoo_addon_{addon.name}-*.whl")) for addon in addons]
    try:
        for addon, wheel in zip(addons, wheels, strict=True):
            _check(addon, wheel)
    except BenchError:
        for wheel in wheels:
            wheel.unlink()
        raise
    return wheels


def _environment():
    """Return the environment of the build; the same sources give the same bytes."""
    stamp = {}
    if not os.environ.get("SOURCE_DATE_EPOCH"):
        asked = ["git", "log", "-1", "--format=%ct"]
        done = subprocess.run(
            asked, cwd=state.CHECKOUT, capture_output=True, text=True, check=False
        )
        stamp = {"SOURCE_DATE_EPOCH": done.stdout.strip()} if done.stdout.strip() else {}
    return {**python_env.environment(), **stamp, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}


def files(addon):
    """Return the paths, in an add-on, of the files that belong in its wheel."""
    paths = (file.relative_to(addon) for file in addon.rglob("*") if file.is_file())
    return {str(path) for path in paths if "__pycache__" not in path.parts} - {RECIPE}


def contents(wheel):
    """Return the paths of the files in a wheel, in the folder of its add-on."""
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if not name.endswith("/")]
    inside = (name.split("/", 3) for name in names if ".dist-info/" not in name)
    return {parts[3] if parts[:2] == ["odoo", "addons"] else "/".join(parts) for parts in inside}


def _check(addon, wheel):
    """Refuse a wheel that lacks a file, or has one too many: git decides what is in it."""
    wanted, found = files(addon), contents(wheel)
    if missing := sorted(wanted - found):
        raise BenchError(
            f"the wheel of {addon.name} lacks {', '.join(missing[:5])}",
            "add the file to git, or remove it, then build again",
        )
    if strange := sorted(found - wanted):
        raise BenchError(
            f"the wheel of {addon.name} holds {', '.join(strange[:5])}, which is no part of it",
            "build from a clean git checkout",
        )
