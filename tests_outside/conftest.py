"""Fixtures for tests with real processes, a real database and a real SMTP server."""

import itertools
import os
from contextlib import contextmanager

import pytest
from playwright.sync_api import sync_playwright

from dev import databases, outside, postgres, state, system
from dev.smtp_double import SmtpServer
from tests_outside import page_books
from tests_outside.page_site import ARGUMENTS, Site, wait_for

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def installed_db():
    """Return the database with payt_dunning installed that tests copy; never write in it."""
    return databases.installed()


@pytest.fixture
def odoo_db(installed_db):
    """Return the name of a fresh database with payt_dunning installed, dropped afterwards."""
    name = f"payt_outside_{os.getpid()}_{next(_numbers)}"
    databases.copy(installed_db, name)
    yield name
    databases.drop(name)


@pytest.fixture
def processes():
    """Keep the list of started processes; those still alive at the end are killed."""
    started = []
    yield started
    for process in started:
        if process.poll() is None:
            process.kill_hard()
        process.stdout.close()


@pytest.fixture
def run_odoo(odoo_db, processes):
    """Run a script in an own Odoo shell: ``run_odoo(db, script, env=None, wait=True)``.

    The script has ``env``, as in ``odoo shell``; it must commit what it wants
    kept. With ``wait`` the completed process is returned (``stdout`` is what
    the script printed), and a script that fails fails the test unless
    ``check=False``; else the process, with ``pid``, ``kill_hard()`` and ``log``.
    """

    def run(db, script, env=None, wait=True, timeout=120, check=True):
        process = outside.start_shell(db, script, env)
        processes.append(process)
        return outside.finish(process, timeout, check) if wait else process

    return run


@pytest.fixture
def run_server(odoo_db, processes):
    """Start a server with cron threads: ``run_server(db, cron_threads=1, env=None)``."""

    def run(db, cron_threads=1, env=None):
        process = outside.start_server(db, state.any_free_port(), cron_threads, env)
        processes.append(process)
        return process

    return run


@pytest.fixture
def smtp_server():
    """Return a running SMTP server; see ``dev/smtp_double.py`` for what it can do."""
    server = SmtpServer(state.any_free_port())
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def mails():
    """Return a running SMTP server for all tests of a file."""
    server = SmtpServer(state.any_free_port())
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def psql():
    """Run SQL from outside Odoo: ``psql(db, sql)`` returns a list of rows, fields split by ``|``."""

    def run(db, sql):
        return postgres.psql(db, sql).splitlines()

    return run


@contextmanager
def serving(installed_db, suffix, books=page_books):
    """A server with claims, in a database of its own; see ``page_site.py``.

    :param books: a module with the ``script`` that makes them
    """
    name, smtp = f"payt_outside_{os.getpid()}_{suffix}", SmtpServer(state.any_free_port())
    databases.copy(installed_db, name)
    smtp.start()
    made = outside.finish(outside.start_shell(name, books.script(smtp.port)))
    port = state.any_free_port()
    server, url = outside.start_server(name, port, 0), f"http://127.0.0.1:{port}"
    wait_for(server, url)
    yield Site(name, url, page_books.read(made.stdout), smtp)
    server.kill_hard()
    server.stdout.close()
    smtp.stop()
    databases.drop(name)


@pytest.fixture(scope="session")
def site(installed_db):
    """Return a server with claims, whose pages all tests of pages visit."""
    with serving(installed_db, "pages") as site:
        yield site


@pytest.fixture(scope="module")
def talking(installed_db):
    """Return the same in books of its own, in which days pass."""
    with serving(installed_db, "talks") as site:
        yield site


@pytest.fixture(scope="module")
def browser():
    """Return a real browser; tests open contexts of their own in it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=system.browser(), args=list(ARGUMENTS))
        yield browser
        browser.close()
