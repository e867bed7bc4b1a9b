"""Entry point of ``make chaos``; SEED, ITEMS and KILLS come from the environment."""

import os
import sys

from chaos import checks, storm
from dev.steps import BenchError, say, say_error


def number(name, default):
    """Return a number that the environment names."""
    given = os.environ.get(name) or default
    try:
        return int(given)
    except ValueError:
        raise BenchError(f"{name}={given} is no number", f"give a whole number: {name}=3") from None


def main():
    """Let the storm blow, print the table; return 1 when anything is wrong."""
    kills, items = number("KILLS", 30), number("ITEMS", 5000)
    plan = storm.Plan(
        seed=number("SEED", 1),
        items=items,
        debtors=max(items * 3 // 10, 1),
        kills=kills,
        cuts=-(-kills // 3),
    )
    evidence = storm.run_on_copy(plan)
    results = checks.verify(evidence)
    say("\n".join(checks.table(results, evidence)))
    wrong = sum(bool(result.bad) for result in results)
    say(f"\n{len(results) - wrong} passed, {wrong} failed")
    return 1 if wrong else 0


try:
    sys.exit(main())
except BenchError as error:
    say_error(error)
    sys.exit(1)
