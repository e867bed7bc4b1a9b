"""``make fuzz``: the readers that need no Odoo, and those that do in Odoo's shell, one after another."""

import os
import subprocess

from dev import databases, odoo, python_env, state
from dev.steps import BenchError, say


def main():
    """Feed all readers; return 1 when one of them crashed."""
    script = state.CHECKOUT / "dev" / "fuzz.py"
    alone = subprocess.run([python_env.python(), script], check=False).returncode
    return max(alone, inside())


def inside():
    """Feed the readers that need Odoo, on a copy of a database; return 1 when one crashed."""
    database, log = f"payt_fuzz_{os.getpid()}", state.path("logs", "fuzz.log")
    log.unlink(missing_ok=True)
    try:
        databases.copy(databases.installed(), database)
        done = odoo.run(
            ("shell", "-d", database, "--no-http"),
            log,
            stdin=(state.CHECKOUT / "dev" / "fuzz_inside.py").read_text(encoding="utf-8"),
            check=False,
            timeout=24 * 3600,
            PAYT_CHECKOUT=str(state.CHECKOUT),
        )
    finally:
        databases.drop(database)
    lines = [line for line in done.stdout.splitlines() if line.strip()]
    say("\n".join(line for line in lines if not line.startswith("PAYT_FUZZ")))
    if not any(line.startswith("PAYT_FUZZ") for line in lines):
        raise BenchError(f"the readers in Odoo were not fed: {odoo.failure(log)}", f"read {log}")
    return 0 if "PAYT_FUZZ 0" in lines else 1
