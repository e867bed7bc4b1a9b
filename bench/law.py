"""What is owed of many claims, one process, no database."""

import random
import sys
import time
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "payt_dunning"))

from rules.law.interest import interest_rule, spans  # noqa: E402
from rules.law.owed import Claim, Payment, owed  # noqa: E402
from rules.law.read import read_folder  # noqa: E402

DAY = date(2026, 9, 30)
PAYMENTS = 3


def measure(claims, dice):
    """Seconds for so many claims with three payments and at least five rates each."""
    tables = read_folder()
    rule = interest_rule(tables, "NL", "business", DAY)
    begun = time.monotonic()
    total = Decimal(0)
    for _number in range(claims):
        due = date(2023, 3, 1) + timedelta(days=dice.randrange(600))
        amount = Decimal(dice.randrange(10_000, 1_000_000)) / 100
        claim = Claim(0, amount, due, due, spans(tables, "NL", rule, due, DAY), rule.compounding)
        part = (amount / 5).quantize(Decimal("0.01"))
        span = (DAY - due).days
        paid = [Payment(due + timedelta(days=dice.randrange(span)), part) for _n in range(PAYMENTS)]
        total += owed([claim], paid, [], DAY).total
    return time.monotonic() - begun, total


def main():
    """Print the time of 10,000 and 100,000 claims."""
    for claims in (10_000, 100_000):
        seconds, total = measure(claims, random.Random(1))  # noqa: S311
        print(f"owed as of a day: {claims:,} claims in {seconds:.1f} s, {total:,} in all")


if __name__ == "__main__":
    main()
