"""Where Odoo 19 comes from: a folder of yours, Debian's package, or Odoo's repository."""

import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from dev import debian, state
from dev.steps import BenchError, run, say, step

VERSION = "19.0"
REPOSITORY = "https://github.com/odoo/odoo.git"
DIST = "usr/lib/python3/dist-packages"

# The web libraries and fonts that Odoo's Debian package links to.
FROM_SID = (
    "odoo-19",
    "libjs-jquery",
    "libjs-jquery-form",
    "libjs-underscore",
    "fonts-montserrat",
    "fonts-roboto-unhinted",
    "fonts-ocr-b",
    "fonts-glyphicons-halflings",
)
# Sid's Font Awesome 7 lacks the file names of 4.7 that Odoo uses.
FROM_OWN_RELEASE = ("fonts-font-awesome", "fonts-inconsolata")
# Debian leaves this camera blur out; a missing file makes the backend bundle log an error.
LEFT_OUT = "addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"

HOME_REMEDY = (
    "let ODOO_HOME name a folder with odoo-bin or with the odoo package of version 19.0, "
    "or unset it to have Odoo fetched"
)


@dataclass(frozen=True)
class Odoo:
    """One usable copy of Odoo: how to start it and where its addons are."""

    package: Path
    command: tuple
    addons: tuple

    @property
    def key(self):
        """Identify this copy; databases made by another copy are not reused."""
        release = (self.package / "release.py").read_text(encoding="utf-8")
        return f"{self.package} {release}"


def check_home():
    """Return the copy of Odoo that ODOO_HOME names, or None; refuse a wrong one."""
    home = os.environ.get("ODOO_HOME")
    return _at(Path(home).expanduser().absolute()) if home else None


def find():
    """Return the copy of Odoo to use, after fetching it when there is none."""
    if home := check_home():
        return home
    if not state.stamp("odoo"):
        _fetch()
    return _at(state.path("odoo"))


def _at(home):
    """Describe the copy of Odoo in a folder, in any of the layouts people have."""
    if not home.is_dir():
        raise BenchError(f"there is no folder {home}", HOME_REMEDY)
    places = (home, home / DIST, home.parent if home.name == "odoo" else home)
    root = next((place for place in places if (place / "odoo" / "release.py").is_file()), None)
    if root is None:
        raise BenchError(f"{home} has neither odoo-bin nor the odoo package", HOME_REMEDY)
    package = root / "odoo"
    text = (package / "release.py").read_text(encoding="utf-8")
    found = re.search(r"^version_info\s*=\s*\(\s*([^,]+),\s*([^,]+),", text, re.M)
    version = ".".join(part.strip("'\" ") for part in found.groups()) if found else "unknown"
    if version != VERSION:
        raise BenchError(f"{home} holds Odoo {version}, not {VERSION}", HOME_REMEDY)
    command, addons = ("-m", "odoo"), [package / "addons"]
    if (root / "odoo-bin").is_file():
        # A checkout keeps its addons in a folder of their own. In an installed
        # copy the folder of that name holds Python halves only.
        command = (str(root / "odoo-bin"),)
        addons.append(root / "addons")
    if not any((folder / "account" / "__manifest__.py").is_file() for folder in addons):
        raise BenchError(f"{home} holds Odoo without the account addon", HOME_REMEDY)
    return Odoo(package, command, tuple(addons))


def _fetch():
    """Put Odoo in the state, complete or not at all."""
    target, temporary = state.path("odoo"), state.path("odoo.part")
    state.remove(temporary)
    state.remove(target)
    if shutil.which("apt-get") and shutil.which("dpkg"):
        try:
            _fetch_debian(temporary)
        except BenchError as error:
            if not shutil.which("git"):
                raise
            say("  Debian's package cannot be had: trying Odoo's repository")
            state.remove(temporary)
            _fetch_git(temporary, error)
    else:
        _fetch_git(temporary, None)
    temporary.replace(target)
    state.set_stamp("odoo", VERSION)


def _fetch_debian(prefix):
    prefix.mkdir()
    with step(f"fetch and unpack Odoo {VERSION} (Debian's package)"):
        debian.fetch(FROM_SID, "sid", prefix)
    with step("fetch and unpack its fonts"):
        debian.fetch(FROM_OWN_RELEASE, None, prefix)
    left_out = prefix / DIST / "odoo" / LEFT_OUT
    left_out.parent.mkdir(parents=True, exist_ok=True)
    left_out.touch()
    dangling = [
        link for link in prefix.rglob("*") if link.is_symlink() and not _resolves(link, prefix)
    ]
    if dangling:
        raise BenchError(
            f"{len(dangling)} links of Debian's Odoo lead nowhere, as {dangling[0].relative_to(prefix)}",
            "add the package that holds it to the lists in dev/odoo_source.py",
        )


def _resolves(link, prefix):
    """Follow a link; an absolute one is made to point inside the prefix first."""
    target = os.readlink(link)
    if target.startswith("/") and (prefix / target.lstrip("/")).exists():
        link.unlink()
        link.symlink_to(os.path.relpath(prefix / target.lstrip("/"), link.parent))
    return link.exists()


def _fetch_git(target, first_error):
    before = f"{first_error.cause}; " if first_error else ""
    with step(f"clone Odoo {VERSION}"):
        run(
            ["git", "clone", "--quiet", "--depth", "1", "--branch", VERSION, REPOSITORY, target],
            f"{before}Odoo's repository cannot be cloned",
            f"check the network, then run again; or {debian.NO_DEBIAN}",
            log=state.path("logs", "setup.log"),
            env={**os.environ, "GIT_TERMINAL_PROMPT": "0"},
        )
