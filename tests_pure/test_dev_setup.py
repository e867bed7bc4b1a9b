"""What the set-up says about a machine that lacks something, and what it does about leftovers."""

import mailbox
import os
import socket
import sys

import pytest

from dev import demo, odoo_source, postgres, python_env, server, state, steps, system
from dev.steps import BenchError

REMEDY_ODOO = "let ODOO_HOME name a folder with odoo-bin"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Return an own state folder."""
    monkeypatch.setenv("PAYT_STATE", str(tmp_path / "state"))
    state.prepare()
    return tmp_path / "state"


def refused(do, *arguments):
    """Return cause and remedy of what is refused."""
    with pytest.raises(BenchError) as caught:
        do(*arguments)
    return caught.value.cause, caught.value.remedy


# -- an Odoo of one's own ------------------------------------------------------------------


def an_odoo(home, version="19, 0", account=True):
    """Make the skeleton of a copy of Odoo."""
    addon = home / "odoo" / "addons" / ("account" if account else "base")
    addon.mkdir(parents=True)
    (addon / "__manifest__.py").touch()
    text = f"version_info = ({version}, 0, 'final', 0, '')\n"
    (home / "odoo" / "release.py").write_text(text)
    return home


def home_refused(home, monkeypatch):
    monkeypatch.setenv("ODOO_HOME", str(home))
    cause, remedy = refused(odoo_source.check_home)
    assert remedy.startswith(REMEDY_ODOO)
    return cause


def test_an_odoo_home_that_is_not_there_is_refused(tmp_path, monkeypatch):
    assert home_refused(tmp_path / "gone", monkeypatch) == f"there is no folder {tmp_path}/gone"


def test_an_odoo_home_without_odoo_is_refused(tmp_path, monkeypatch):
    assert "has neither odoo-bin nor the odoo package" in home_refused(tmp_path, monkeypatch)


def test_an_odoo_of_another_version_is_refused(tmp_path, monkeypatch):
    cause = home_refused(an_odoo(tmp_path, "18, 0"), monkeypatch)
    assert cause.endswith("holds Odoo 18.0, not 19.0")


def test_an_odoo_without_accounting_is_refused(tmp_path, monkeypatch):
    cause = home_refused(an_odoo(tmp_path, account=False), monkeypatch)
    assert cause.endswith("holds Odoo without the account addon")


def test_an_odoo_of_the_right_version_is_taken(tmp_path, monkeypatch):
    monkeypatch.setenv("ODOO_HOME", str(an_odoo(tmp_path)))
    assert odoo_source.find().package == tmp_path / "odoo"


def test_an_odoo_that_was_half_unpacked_is_fetched_anew(folder, monkeypatch):
    (folder / "odoo" / "half").mkdir(parents=True)
    (folder / "odoo.part" / "half").mkdir(parents=True)
    monkeypatch.delenv("ODOO_HOME", raising=False)
    monkeypatch.setattr(odoo_source.shutil, "which", lambda name: f"/bin/{name}")
    monkeypatch.setattr(odoo_source, "_fetch_debian", lambda prefix: an_odoo(prefix))
    assert odoo_source.find().package == folder / "odoo" / "odoo"
    assert not (folder / "odoo" / "half").exists()
    assert not (folder / "odoo.part").exists()


def test_an_unpacking_that_breaks_off_leaves_no_odoo_behind(folder, monkeypatch):
    def broken(prefix):
        an_odoo(prefix)
        raise BenchError("no space left", "free some disk space")

    monkeypatch.delenv("ODOO_HOME", raising=False)
    monkeypatch.setattr(odoo_source, "_fetch_debian", broken)
    programs = ("apt-get", "dpkg")
    monkeypatch.setattr(odoo_source.shutil, "which", lambda name: name if name in programs else "")
    assert refused(odoo_source.find) == ("no space left", "free some disk space")
    assert not (folder / "odoo").exists()
    assert state.stamp("odoo") is None


# -- packages of the system, and the right to install them ------------------------------------


@pytest.fixture
def no_browser(monkeypatch):
    """Let one package be missing, on a machine of somebody who is not root."""
    monkeypatch.setattr(system, "missing_packages", lambda: ["chromium"])
    monkeypatch.setattr(system.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(system.sys.stdin, "isatty", lambda: False, raising=False)


def test_without_root_and_sudo_the_packages_to_install_are_named(no_browser, monkeypatch):
    monkeypatch.setattr(system.shutil, "which", lambda name: name if name == "apt-get" else None)
    cause, remedy = refused(system.way_to_install)
    assert cause == "chromium must be installed, and you are not root and have no sudo"
    assert remedy == "ask an admin to run: apt-get install --yes chromium"


def test_a_sudo_that_refuses_is_told(no_browser, monkeypatch, tmp_path):
    sudo = tmp_path / "sudo"
    sudo.write_text("#!/bin/sh\necho sudo: a password is required >&2\nexit 1\n")
    sudo.chmod(0o755)
    monkeypatch.setattr(system.shutil, "which", lambda name: name)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    cause, remedy = refused(system.way_to_install)
    assert cause == "chromium must be installed, sudo refuses: sudo: a password is required"
    assert remedy == "ask an admin to run: apt-get install --yes chromium"


def test_a_system_without_apt_is_told_what_is_missing(no_browser, monkeypatch):
    monkeypatch.setattr(system.shutil, "which", lambda name: None)
    cause, remedy = refused(system.way_to_install)
    assert cause == "programs are missing that Debian calls chromium"
    assert "this system's package manager" in remedy


def test_root_needs_no_sudo(no_browser, monkeypatch):
    monkeypatch.setattr(system.os, "geteuid", lambda: 0)
    monkeypatch.setattr(system.shutil, "which", lambda name: name if name == "apt-get" else None)
    assert system.way_to_install() == (["chromium"], [])


# -- PostgreSQL, Python, ports, folders -------------------------------------------------------


def a_postgres(folder, version):
    """Make a folder of server programs that call themselves a version."""
    folder.mkdir()
    program = folder / "postgres"
    program.write_text(f"#!/bin/sh\necho 'postgres (PostgreSQL) {version} (Debian)'\n")
    program.chmod(0o755)
    return folder


def test_a_postgresql_that_is_too_old_is_refused(tmp_path, monkeypatch):
    old = a_postgres(tmp_path / "old", "12.22")
    monkeypatch.setattr(system, "postgres_folders", lambda: [old])
    cause, remedy = refused(postgres.programs)
    assert cause == "PostgreSQL 12 is too old: Odoo 19 needs 13 or newer"
    assert remedy.startswith("install a newer PostgreSQL")


def test_a_machine_without_postgresql_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(system, "postgres_folders", lambda: [tmp_path])
    cause, remedy = refused(postgres.programs)
    assert cause == "no PostgreSQL server programs are found"
    assert "postgresql" in remedy


def test_the_newest_postgresql_is_taken(tmp_path, monkeypatch):
    found = [a_postgres(tmp_path / name, name) for name in ("13.1", "16.2", "15.9")]
    monkeypatch.setattr(system, "postgres_folders", lambda: found)
    assert postgres.programs() == tmp_path / "16.2"


def test_data_of_another_postgresql_is_not_touched(folder, tmp_path, monkeypatch):
    newer = a_postgres(tmp_path / "16", "16.2")
    monkeypatch.setattr(system, "postgres_folders", lambda: [newer])
    (folder / "postgres" / "data").mkdir(parents=True)
    (folder / "postgres" / "data" / "PG_VERSION").write_text("14\n")
    cause, remedy = refused(postgres._own_programs)
    assert cause == "the data directory is of PostgreSQL 14, the installed server is 16"
    assert "make clean" in remedy


def test_a_python_that_is_too_old_is_refused(monkeypatch):
    monkeypatch.setattr(python_env.sys, "version_info", (3, 9, 18))
    cause, remedy = refused(python_env.check_interpreter)
    assert "is older than 3.10, which Odoo 19.0 needs" in cause
    assert "make PYTHON=" in remedy


def test_a_port_that_is_taken_is_passed_over(capsys):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        state.remember(http_port=taken)
        port = state.choose_port("http", taken)
    assert port != taken
    assert state.settings()["http_port"] == port
    said = capsys.readouterr().out
    assert f"port {taken} for http is in use by another program: {port} is used instead" in said


def test_a_state_folder_that_cannot_be_made_is_told(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("PAYT_STATE", str(tmp_path / "file" / "state"))
    cause, remedy = refused(state.prepare)
    assert "cannot be made" in cause
    assert "PAYT_STATE=/some/folder" in remedy


def test_a_path_with_a_comma_is_refused(tmp_path, monkeypatch):
    monkeypatch.setenv("PAYT_STATE", str(tmp_path / "a,b"))
    cause, remedy = refused(state.prepare)
    assert "has a comma" in cause
    assert remedy == "use a path without a comma"


# -- what is said and counted -----------------------------------------------------------------


def failing(text):
    """Run a command that says something on standard error and fails."""
    script = f"import sys; sys.stderr.write({text!r}); sys.exit(1)"
    return refused(steps.run, [sys.executable, "-c", script], "it failed", "mend it")


def test_the_error_of_a_command_is_its_cause_not_a_warning_after_it():
    cause, remedy = failing(
        "ERROR: Could not find a version that satisfies the requirement x==9\n"
        "ERROR: No matching distribution found for x==9\n"
        "WARNING: There was an error checking the latest version of pip.\n"
    )
    assert cause == "it failed: ERROR: No matching distribution found for x==9"
    assert remedy == "mend it"


def test_without_a_word_of_error_the_last_line_is_the_cause():
    assert failing("first\nlast\n\n")[0] == "it failed: last"
    assert failing("E: no such package\nsomething else\n")[0] == "it failed: E: no such package"
    assert failing("fatal: no network\n")[0] == "it failed: fatal: no network"
    assert failing("")[0] == "it failed: no output"


def test_the_demo_counts_its_own_mails_only(tmp_path, monkeypatch):
    box = mailbox.Maildir(tmp_path / "maildir")
    for number, name in enumerate(("<digest@odoo>", "<own.1@odoo>", "<own.2@odoo>")):
        key = box.add(f"Message-Id: {name}\nSubject: Mail {number}\n\nText")
    seen = box[key]
    seen.set_subdir("cur")
    box[key] = seen
    monkeypatch.setattr(server, "maildir", lambda: tmp_path / "maildir")
    assert demo._delivered(["<own.1@odoo>", "<own.2@odoo>", "<lost@odoo>"]) == 2
    assert demo._delivered([]) == 0
