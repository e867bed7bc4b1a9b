"""The one folder that holds everything the bench makes.

``.state/`` in the checkout, or the folder named by ``PAYT_STATE``. Nothing
outside it is written, except by the system's package manager and, for root in
a closed folder, the database cluster (see ``postgres``).
"""

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import socket
from pathlib import Path

from dev.steps import BenchError, say

CHECKOUT = Path(__file__).resolve().parent.parent


def addons(checkout=CHECKOUT):
    """Return the folders of this repository's add-ons, the core first."""
    return sorted(manifest.parent for manifest in checkout.glob("payt_dunning*/__manifest__.py"))


def state_dir():
    """Return the absolute path of the state folder (it may not exist yet)."""
    given = os.environ.get("PAYT_STATE")
    return Path(given).expanduser().absolute() if given else CHECKOUT / ".state"


def path(*parts):
    """Return a path below the state folder."""
    return state_dir().joinpath(*parts)


def prepare():
    """Create the state folder, or say why it cannot be used."""
    root = state_dir()
    try:
        for folder in (root, root / "logs", root / "run", root / "stamps"):
            folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BenchError(
            f"the state folder {root} cannot be made: {error.strerror}",
            "name another folder with PAYT_STATE=/some/folder",
        ) from error
    if not os.access(root / "stamps", os.W_OK):
        owner = root.stat().st_uid
        raise BenchError(
            f"the state folder {root} belongs to user id {owner} and you cannot write to it",
            "name another folder with PAYT_STATE=/some/folder, or let its owner run 'make clean'",
        )
    for folder in (root, *([CHECKOUT] if root.parent == CHECKOUT else [])):
        if "," in str(folder):
            raise BenchError(
                f"the path {folder} has a comma, which Odoo reads as the end of a path",
                "use a path without a comma",
            )


@contextlib.contextmanager
def locked():
    """Let one bench command at a time change the state."""
    prepare()
    with open(path("lock"), "w", encoding="utf-8") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            say("  waiting for another command that is using this state folder ...")
            fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def write_atomically(target, text):
    """Write a file so that a reader sees the old or the new content, never half."""
    temporary = target.with_name(f".{target.name}.{os.getpid()}")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(target)


def settings():
    """Return the remembered settings (ports, places); empty when none are kept."""
    try:
        return json.loads(path("settings.json").read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}


def remember(**values):
    """Add values to the remembered settings."""
    write_atomically(path("settings.json"), json.dumps({**settings(), **values}, indent=2))


def stamp(name):
    """Return the content of a stamp, which says what a finished step was made from."""
    try:
        return path("stamps", name).read_text(encoding="utf-8")
    except FileNotFoundError:
        return None


def set_stamp(name, value):
    """Mark a step as finished, made from ``value``."""
    write_atomically(path("stamps", name), value)


def clear_stamp(name):
    """Mark a step as not finished; done before its result is touched."""
    path("stamps", name).unlink(missing_ok=True)


def remove(target):
    """Remove a file or a folder, present or not."""
    target = Path(target)
    if target.is_dir() and not target.is_symlink():
        shutil.rmtree(target)
    else:
        target.unlink(missing_ok=True)


def tree_hash(*folders):
    """Return a hash of the names and contents of all files in folders."""
    digest = hashlib.sha256()
    for folder in folders:
        for file in sorted(Path(folder).rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts:
                digest.update(f"{file.relative_to(folder)}\0".encode())
                digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:16]


def port_is_free(port):
    """Tell whether a server may listen on a loopback port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def any_free_port():
    """Return a loopback port that nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def choose_port(name, preferred):
    """Return the remembered port ``name``, or a free one near ``preferred``.

    Call it only when the own server is not running: a port in use is taken to
    be somebody else's, and another is chosen and remembered.
    """
    key = f"{name}_port"
    known = settings().get(key)
    candidates = ([known] if known else []) + list(range(preferred, preferred + 100))
    port = next((number for number in candidates if port_is_free(number)), None)
    if port is None:
        port = any_free_port()
    if known and port != known:
        say(f"  port {known} for {name} is in use by another program: {port} is used instead")
    remember(**{key: port})
    return port
