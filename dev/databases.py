"""Databases: a template with the dependencies installed, copied for every use."""

import hashlib
import os
import re
import shutil
from pathlib import Path

from dev import odoo, postgres, state
from dev.steps import BenchError, step

TEMPLATE = "payt_template"
INSTALLED = "payt_installed"
MODULES = ("account_payment", "sms", "digest", "l10n_nl", "payment_demo")
LANGUAGES = "en_US,nl_NL,de_DE"
#: Beside these some of our add-ons install themselves, and their tests need them.
BESIDE = ("sale_management", "sale_stock")


def exists(name):
    """Tell whether a database exists."""
    return bool(postgres.psql("postgres", f"SELECT 1 FROM pg_database WHERE datname = '{name}'"))


def filestore(name):
    """Return the folder of a database's attachments."""
    return state.path("data", "filestore", name)


def drop(name):
    """Remove a database with its attachments, present or not."""
    postgres.client("dropdb", "--if-exists", "--force", name)
    state.remove(filestore(name))


def copy(source, target, durable=False):
    """Copy a database; ``durable`` when its content must survive a power cut.

    Attachments are linked, not copied: Odoo names them by content and never
    writes into one.
    """
    drop(target)
    postgres.client("createdb", "--template", source, target)
    if not durable:
        postgres.psql("postgres", f'ALTER DATABASE "{target}" SET synchronous_commit = off')
    if filestore(source).exists():
        shutil.copytree(filestore(source), filestore(target), copy_function=_link)


def _link(source, target):
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def drop_leftovers():
    """Remove the databases of test runs that were killed; their names end in a process id."""
    names = postgres.psql("postgres", "SELECT datname FROM pg_database").split()
    for name in names:
        match = re.match(r"payt_(?:test|lint|outside)_(\d+)", name)
        if match and not Path("/proc", match[1]).exists():
            drop(name)


def rename(source, target):
    """Give a finished database its own name; the last act of making it."""
    drop(target)
    if filestore(source).exists():
        filestore(source).rename(filestore(target))
    postgres.psql("postgres", f'ALTER DATABASE "{source}" RENAME TO "{target}"')


def template(copy_of_odoo):
    """Have the template database: Dutch company, dependencies, languages, no demo data."""
    facts = [copy_of_odoo.key, *MODULES, LANGUAGES]
    key = hashlib.sha256("\n".join(facts).encode()).hexdigest()
    if state.stamp("template") == key and exists(TEMPLATE):
        return
    with step(f"template database with {', '.join(MODULES)}"):
        state.clear_stamp("template")
        state.clear_stamp("installed")
        part = f"{TEMPLATE}_part"
        log = state.path("logs", "template.log")
        log.unlink(missing_ok=True)
        drop(part)
        # The country comes first: it decides which chart of accounts is loaded.
        odoo.run(("db", "init", part, "--country", "NL"), log)
        options = ("--load-language", LANGUAGES, "--without-demo", "--stop-after-init")
        odoo.run(("server", "-d", part, "-i", ",".join(MODULES), "--no-http", *options), log)
        _check_installed(part, MODULES, log)
        rename(part, TEMPLATE)
        state.set_stamp("template", key)


def installed():
    """Have a database with all add-ons of this repository installed; return its name.

    It is kept until a file of one of them or the template changes.
    """
    addons = state.addons()
    hashes = (state.tree_hash(folder) for folder in addons)
    key = " ".join([state.stamp("template"), *BESIDE, *hashes])
    if state.stamp("installed") != key or not exists(INSTALLED):
        state.clear_stamp("installed")
        part = f"{INSTALLED}_part"
        log = state.path("logs", "installed.log")
        log.unlink(missing_ok=True)
        copy(TEMPLATE, part)
        install(part, [*BESIDE, *(folder.name for folder in addons)], log)
        rename(part, INSTALLED)
        state.set_stamp("installed", key)
    return INSTALLED


def install(database, modules, log, update=False):
    """Install modules in a database, or update them."""
    what = "-u" if update else "-i"
    odoo.run(
        ("server", "-d", database, what, ",".join(modules), "--no-http", "--stop-after-init"), log
    )
    _check_installed(database, modules, log)


def _check_installed(database, modules, log):
    """Fail when a module is not installed: Odoo itself only warns."""
    names = ", ".join(f"'{name}'" for name in modules)
    query = f"SELECT name FROM ir_module_module WHERE state = 'installed' AND name IN ({names})"
    missing = sorted(set(modules) - set(postgres.psql(database, query).split()))
    if missing:
        raise BenchError(f"Odoo did not install {', '.join(missing)}", f"read {log}")
