"""Databases of the bench, and jobs done in a fresh Odoo process on one of them."""

import json
import os
import time
from pathlib import Path

from dev import databases, odoo, postgres, state
from dev.bench_peer import log
from dev.steps import BenchError, say, step

RESULT = "PAYT_BENCH "
SCRIPT = """import os, sys
sys.path.append(os.environ["PAYT_BENCH_CHECKOUT"])
from bench.inside import main
main(env)
"""


def number_of(name, default):
    text = os.environ.get(name) or str(default)
    if not text.isdecimal() or not int(text):
        raise BenchError(f"{name}={text} is not a number of times", f"use {name}=3")
    return int(text)


def ledger_of(size, shape):
    """Have a database with a ledger and without the add-on, made today; return its name."""
    name = f"payt_bench_{size}_{shape}"
    files = state.tree_hash(state.CHECKOUT / "bench" / "ledger")
    key = f"{state.stamp('template')} {files} {time.strftime('%Y-%m-%d')}"
    if state.stamp(name) != key or not databases.exists(name):
        with step(f"ledger of {size:,} invoices"):
            state.clear_stamp(name)
            part = f"{name}_part"
            databases.copy(databases.TEMPLATE, part)
            made = inside(part, "ledger", size=size, shape=shape)
            if any(made["checks"].values()):
                raise BenchError(f"the ledger has differences: {made['checks']}", "mend bench/")
            postgres.psql(part, "VACUUM ANALYZE")
            databases.rename(part, name)
            state.set_stamp(name, key)
        counts = (f"{count:,} {table}" for table, count in made["counts"].items())
        say(f"          {', '.join(counts)}; {len(made['checks'])} checks: no differences")
    return name


def ready_of(ledger, smtp_port):
    """Have a copy of a ledger with the add-on installed and live; return its name."""
    name = f"{ledger}_ready"
    addon = state.tree_hash(Path(os.environ.get("PAYT_ADDONS", state.CHECKOUT)) / "payt_dunning")
    key = f"{state.stamp(ledger)} {addon} {smtp_port}"
    if state.stamp(name) != key or not databases.exists(name):
        with step("install payt_dunning in it"):
            state.clear_stamp(name)
            part = f"{name}_part"
            databases.copy(ledger, part)
            databases.install(part, ("payt_dunning",), log())
            inside(part, "prepare", smtp_port=smtp_port)
            postgres.psql(part, "VACUUM ANALYZE")
            databases.rename(part, name)
            state.set_stamp(name, key)
    return name


def inside(database, job, *options, **values):
    """Do a job of ``bench/inside.py`` in a fresh Odoo process; return its result."""
    environment = {
        "PAYT_BENCH": json.dumps({"job": job, **values}),
        "PAYT_BENCH_CHECKOUT": str(state.CHECKOUT),
    }
    shell = ("shell", "-d", database, "--no-http", "--log-level", "warn", *options)
    done = odoo.run(shell, log(), stdin=SCRIPT, timeout=4 * 3600, **environment)
    lines = [line for line in done.stdout.splitlines() if line.startswith(RESULT)]
    if not lines:
        raise BenchError(f"the bench gave no result: {odoo.failure(log())}", f"read {log()}")
    return json.loads(lines[-1].removeprefix(RESULT))


# -- measuring -----------------------------------------------------------------------


def show_phases(found):
    """Print the phases of a measurement, and what went wrong in it."""
    for phase, figures in found["phases"].items():
        say(
            f"    {phase:16} {figures['seconds']:8.2f} s {figures['statements']:8,} statements "
            f"{figures['calls']:6,} calls"
        )
    for problem in (*found["missing"], *found["problems"]):
        say(f"    {problem}")
