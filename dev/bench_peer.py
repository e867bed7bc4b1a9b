"""OCA's add-on that ours is timed beside, fetched from pip's index with what it needs."""

import re

from dev import databases, odoo, postgres, python_env, state
from dev.steps import run, step

PEER = "account_credit_control"
#: Its version; what it needs is taken as it is.
PINNED = {f"odoo-addon-{PEER}": "19.0.1.0.0.13"}


def log():
    """Return the log of all benches."""
    return state.path("logs", "bench.log")


def peer_ready(ledger):
    """Have a copy of a ledger with the peer installed; return its name."""
    name = f"{ledger}_peer"
    folder = peer_folder()
    if state.stamp(name) != state.stamp(ledger) or not databases.exists(name):
        with step(f"install {PEER} in a copy of it"):
            state.clear_stamp(name)
            part = f"{name}_part"
            databases.copy(ledger, part)
            options = ("--no-http", "--stop-after-init", "--addons-path", odoo.addons_path(folder))
            odoo.run(("server", "-d", part, "-i", PEER, *options), log())
            postgres.psql(part, "VACUUM ANALYZE")
            databases.rename(part, name)
            state.set_stamp(name, state.stamp(ledger))
    return name


def peer_folder():
    """Have the peer unpacked, with the add-ons it needs; return their folder."""
    folder = state.path("peer")
    if not state.stamp("peer"):
        with step(f"fetch OCA's {PEER}"):
            state.remove(folder)
            wanted, fetched = {f"odoo-addon-{PEER}"}, set()
            while missing := wanted - fetched:
                _pip_install(sorted(missing), folder)
                fetched |= missing
                for metadata in folder.glob("*.dist-info/METADATA"):
                    text = metadata.read_text(encoding="utf-8")
                    wanted |= set(re.findall(r"^Requires-Dist: (odoo-addon-[\w-]+)", text, re.M))
            state.set_stamp("peer", " ".join(sorted(fetched)))
    return folder / "odoo" / "addons"


def _pip_install(packages, folder):
    # Without dependencies: they name Odoo itself, which no package index has.
    pip = [python_env.python(), "-m", "pip", "install", "--quiet", "--no-input", "--no-deps"]
    pinned = (f"{package}=={PINNED.get(package, '19.0.*')}" for package in packages)
    run(
        [*pip, "--target", folder, *pinned],
        "OCA's add-on cannot be fetched",
        "check the network and pip's index, or run without PEER=1",
        log=log(),
    )
