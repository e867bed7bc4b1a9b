"""The private PostgreSQL cluster: made once, started when needed.

It listens on loopback and on a socket in its own folder, lets local users in
without a password and belongs to nobody else. ``initdb`` refuses root, so root
runs it as the account ``postgres``; when that account cannot reach the state
folder, the cluster lies in a closed folder under ``/var/tmp``.
"""

import hashlib
import os
import pwd
import re
import shutil
import stat
import subprocess
import time
from pathlib import Path

from dev import state, system
from dev.steps import BenchError, run, say, step

OLDEST = 13  # Odoo 19 refuses older servers
ROLE = "payt"  # Odoo refuses to work as the role postgres
HELPERS_PATIENCE = 15  # seconds
SOCKET_PATH_LIMIT = 107 - len("/.s.PGSQL.65535")
INSTALL = "let an admin install Debian's package postgresql, then run again"


def _version(folder):
    """Return the major version of the server programs in a folder, or 0."""
    try:
        text = subprocess.run(
            [folder / "postgres", "--version"], capture_output=True, text=True, check=True
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        return 0
    found = re.search(r"\)\s+(\d+)", text)
    return int(found[1]) if found else 0


def programs(major=None):
    """Return the folder of the server programs: of one major version, or the newest."""
    found = {_version(folder): folder for folder in reversed(system.postgres_folders())}
    found.pop(0, None)
    if not found:
        raise BenchError("no PostgreSQL server programs are found", INSTALL)
    if major:
        return found.get(major)
    newest = max(found)
    if newest < OLDEST:
        raise BenchError(
            f"PostgreSQL {newest} is too old: Odoo 19 needs {OLDEST} or newer",
            "install a newer PostgreSQL, or put its folder with pg_ctl first on PATH",
        )
    return found[newest]


def _base():
    """Return the folder of the cluster; see ``_choose_base``."""
    place = state.settings().get("postgres_folder")
    return Path(place) if place else state.path("postgres")


def data_dir():
    """Return the data directory of the cluster (it may not exist yet)."""
    return _base() / "data"


def _outside_base():
    """Return the folder for a cluster whose account cannot reach the state."""
    name = hashlib.sha256(str(state.state_dir()).encode()).hexdigest()[:12]
    return Path("/var/tmp") / f"payt-postgres-{name}"


def _account():
    """Return what runs the server programs as the right user: options of Popen."""
    if os.geteuid() != 0:
        return {}
    if data_dir().exists() and data_dir().stat().st_uid != 0:
        owner = pwd.getpwuid(data_dir().stat().st_uid)
    else:
        try:
            owner = pwd.getpwnam("postgres")
        except KeyError:
            run(
                ["useradd", "--system", "--user-group", "--home-dir", "/nonexistent", "postgres"],
                "the account postgres cannot be made",
                INSTALL,
            )
            owner = pwd.getpwnam("postgres")
    return {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}


def _choose_base():
    """Make the cluster's folder, owned by the account that runs the cluster."""
    account = _account()
    base = state.path("postgres")
    _make_private(base, account)
    if account and subprocess.run(["test", "-w", base], cwd="/", **account).returncode:
        state.remove(base)
        base = _outside_base()
        say(f"  the account postgres cannot reach the state folder: the cluster lies in {base}")
        _make_private(base, account)
        state.remember(postgres_folder=str(base))


def _make_private(folder, account):
    """Create a folder that only the account can enter; refuse one made by others."""
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        facts = folder.lstat()
        if not stat.S_ISDIR(facts.st_mode) or facts.st_uid not in (
            os.geteuid(),
            account.get("user", os.geteuid()),
        ):
            raise BenchError(
                f"{folder} belongs to another user",
                "remove it, or name another state folder with PAYT_STATE=/some/folder",
            ) from None
    if account:
        os.chown(folder, account["user"], account["group"])
    folder.chmod(0o700)


def _create():
    """Make the cluster under a temporary name, then give it its own."""
    bin_dir = programs()
    _choose_base()
    temporary = _base() / "data.part"
    state.remove(temporary)
    initdb = [bin_dir / "initdb", "--pgdata", temporary, "--username", ROLE, "--auth", "trust"]
    run(
        [*initdb, "--encoding", "UTF8", "--locale", "C.UTF-8"],
        "the database cluster cannot be made",
        f"read {state.path('logs', 'setup.log')}",
        log=state.path("logs", "setup.log"),
        cwd="/",
        **_account(),
    )
    socket_dir = str(_base()) if len(os.fsencode(_base())) < SOCKET_PATH_LIMIT else ""
    if "'" in socket_dir or "," in socket_dir:
        socket_dir = ""
    with open(temporary / "postgresql.conf", "a", encoding="utf-8") as conf:
        conf.write(
            "\nlisten_addresses = '127.0.0.1'\n"
            f"unix_socket_directories = '{socket_dir}'\n"
            "max_connections = 100\n"
            "shared_buffers = 256MB\n"
            "checkpoint_timeout = 15min\n"
            "max_wal_size = 2GB\n"
        )
    temporary.replace(data_dir())


def start():
    """Have the cluster run; return its port."""
    if not (data_dir() / "PG_VERSION").exists():
        with step("make the PostgreSQL cluster"):
            _create()
    if not (port := running_port()):
        with step("start PostgreSQL"):
            port = _start()
    return port


def _own_programs():
    """Return the server programs that fit the data directory."""
    major = int((data_dir() / "PG_VERSION").read_text(encoding="utf-8").split(".")[0])
    bin_dir = programs(major) if major >= OLDEST else None
    if bin_dir is None:
        newest = _version(programs())
        raise BenchError(
            f"the data directory is of PostgreSQL {major}, the installed server is {newest}",
            "run 'make clean' (it removes the demo database too), then run again",
        )
    return bin_dir


def running_port():
    """Return the port of the running cluster, or None."""
    try:
        lines = (data_dir() / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        command = Path(f"/proc/{int(lines[0])}/cmdline").read_bytes()
        ready = lines[7].strip() == "ready"
    except (FileNotFoundError, IndexError, ValueError, ProcessLookupError):
        return None
    return int(lines[3]) if ready and os.fsencode(data_dir()) in command else None


def _start():
    """Start the server on a free port."""
    bin_dir = _own_programs()
    _drop_stale_pid_file()
    port = state.choose_port("postgres", 54320)
    log = _base() / "server.log"
    command = [bin_dir / "pg_ctl", "start", "--pgdata", data_dir(), "--log", log]
    run(
        [*command, "--wait", "--timeout", "60", "--silent", "--options", f"-p {port}"],
        "PostgreSQL does not start",
        f"read {log}",
        cwd="/",
        **_account(),
    )
    return port


def _drop_stale_pid_file():
    """Forget a server that was killed, whose process id another program may have now.

    A server that is starting or stopping keeps its files: ``pg_ctl`` waits for
    it. A killed one leaves helpers that end by themselves within moments; they
    still use the data, so the files are kept until the last is gone.
    """
    pid_file = data_dir() / "postmaster.pid"
    try:
        pid = int(pid_file.read_text(encoding="utf-8").split()[0])
        if os.fsencode(data_dir()) in Path(f"/proc/{pid}/cmdline").read_bytes():
            return
    except (FileNotFoundError, ProcessLookupError, IndexError, ValueError):
        pass
    deadline = time.monotonic() + HELPERS_PATIENCE
    while helpers := _helpers():
        if time.monotonic() > deadline:
            raise BenchError(
                "processes of a killed PostgreSQL still use the data directory",
                f"end them (kill {' '.join(helpers)}), then run again",
            )
        time.sleep(0.2)
    for leftover in (pid_file, *_base().glob(".s.PGSQL.*")):
        leftover.unlink(missing_ok=True)


def _helpers():
    """Return the ids of live processes that work in the data directory."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if os.readlink(process / "cwd") == str(data_dir().resolve()):
                found.append(process.name)
        except OSError:
            continue
    return found


def stop():
    """Stop the cluster at once but cleanly; return whether it ran."""
    if not (data_dir() / "postmaster.pid").exists() or not running_port():
        return False
    command = [_own_programs() / "pg_ctl", "stop", "--pgdata", data_dir(), "--mode", "fast"]
    run(
        [*command, "--silent"],
        "PostgreSQL does not stop",
        f"end the process named in {data_dir() / 'postmaster.pid'}",
        cwd="/",
        **_account(),
    )
    return True


def crash():
    """Let the cluster crash as in a power cut, and start it again: it recovers from its log."""
    command = [_own_programs() / "pg_ctl", "stop", "--pgdata", data_dir(), "--mode", "immediate"]
    run([*command, "--silent"], "PostgreSQL does not stop", "try again", cwd="/", **_account())
    start()
    return True


def remove_cluster():
    """Remove what lies outside the state folder."""
    if _base() != state.path("postgres") and _base() == _outside_base():
        shutil.rmtree(_base(), ignore_errors=True)


def client(program, *arguments):
    """Run a client program (psql, createdb, dropdb) and return its output."""
    port = running_port()
    if not port:
        raise BenchError("PostgreSQL does not run", "run the command again")
    connection = ["--host", "127.0.0.1", "--port", str(port), "--username", ROLE, "--no-password"]
    return run(
        [_own_programs() / program, *connection, *arguments],
        f"{program} {' '.join(map(str, arguments))}",
        "run it again; if it stays, run 'make clean' and begin anew",
    )


def psql(database, sql):
    """Run SQL and return its output as text: one row a line, fields split by ``|``."""
    options = ["--no-psqlrc", "--quiet", "--tuples-only", "--no-align"]
    options += ["--set", "ON_ERROR_STOP=1", "--dbname", database, "--command", sql]
    return client("psql", *options).strip()
