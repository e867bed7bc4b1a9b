"""Databases: a template with the dependencies installed, copied for every use."""

import fcntl
import hashlib
import os
import re
import shutil
from pathlib import Path

from dev import odoo, postgres, state
from dev.steps import BenchError, step

TEMPLATE = "payt_template"
CORE = "payt_core"
INSTALLED = "payt_installed"
MODULES = ("account_payment", "sms", "digest", "l10n_nl", "payment_demo")
LANGUAGES = "en_US,nl_NL,de_DE"
#: Beside these some of our add-ons install themselves, and their tests need them.
BESIDE = ("sale_management", "sale_stock", "queue_job")

#: What a browser asks for first, made once for all copies: that takes half a minute.
BUNDLES = """
env["ir.qweb"]._pregenerate_assets_bundles()
env.cr.commit()
"""


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


def template_key(copy_of_odoo):
    """Return what the template database is made of, in short."""
    facts = [copy_of_odoo.key, *MODULES, LANGUAGES]
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()


def template(copy_of_odoo):
    """Have the template database: Dutch company, dependencies, languages, no demo data."""
    key = template_key(copy_of_odoo)
    if state.stamp("template") == key and exists(TEMPLATE):
        return
    with step(f"template database with {', '.join(MODULES)}"):
        state.clear_stamp("template")
        state.clear_stamp("core")
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


def core():
    """Have a database with the core add-on alone installed; return its name."""
    return _kept(CORE, TEMPLATE, state.addons()[:1], "--skip-auto-install")


def installed():
    """Have a database with all add-ons of this repository installed; return its name."""
    return _kept(INSTALLED, core(), state.addons()[1:], beside=BESIDE)


def _kept(name, source, addons, *options, beside=()):
    """Have a copy of a database with add-ons installed, kept until what it is made of changes.

    :param beside: modules of Odoo that are installed too
    """
    what = name.removeprefix("payt_")
    made_of = state.stamp(source.removeprefix("payt_"))
    key = " ".join([made_of, *beside, *(state.tree_hash(folder) for folder in addons)])
    with open(state.path("run", f"{what}.lock"), "w", encoding="utf-8") as stream:
        # Of processes that run beside each other one makes it.
        fcntl.flock(stream, fcntl.LOCK_EX)
        if state.stamp(what) != key or not exists(name):
            state.clear_stamp(what)
            part, log = f"{name}_part", state.path("logs", f"{what}.log")
            log.unlink(missing_ok=True)
            copy(source, part)
            install(part, [*beside, *(folder.name for folder in addons)], log, *options)
            odoo.run(("shell", "-d", part, "--no-http"), log, stdin=BUNDLES)
            rename(part, name)
            state.set_stamp(what, key)
    return name


def install(database, modules, log, *options, update=False):
    """Install modules in a database, or update them."""
    what = ("-u" if update else "-i", ",".join(modules))
    odoo.run(("server", "-d", database, *what, *options, "--no-http", "--stop-after-init"), log)
    _check_installed(database, modules, log)


def _check_installed(database, modules, log):
    """Fail when a module is not installed: Odoo itself only warns."""
    names = ", ".join(f"'{name}'" for name in modules)
    query = f"SELECT name FROM ir_module_module WHERE state = 'installed' AND name IN ({names})"
    missing = sorted(set(modules) - set(postgres.psql(database, query).split()))
    if missing:
        raise BenchError(f"Odoo did not install {', '.join(missing)}", f"read {log}")
