"""``make fuzz``: foreign input by the hundred thousand; each is read, or refused with words.

Runs in the virtual environment. Every reader gets ``INPUTS`` inputs, or what it can read in
``SECONDS``; ``ONLY`` names some readers, ``SEED`` makes other inputs. An input that crashes a reader
is printed, and ends the run with 1. Readers that need Odoo are fed in Odoo's shell: see
``dev/fuzz_inside.py``.
"""

import os
import sys
import time
import traceback
from itertools import islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from hypothesis import HealthCheck, Phase, given, seed, settings  # noqa: E402

from dev import fuzz_offices, fuzz_others  # noqa: E402
from dev.fuzz_mutants import Mutants  # noqa: E402

#: All readers: by name, who reads and what it is fed: a strategy, or examples.
READERS = {**fuzz_offices.READERS, **fuzz_others.READERS}
#: With ``SECONDS``: so many inputs are made at a time.
ROUND = 2_000


def feed_drawn(reader, strategy, count, number):
    """Feed a reader with what a strategy draws; return how many inputs it got."""
    seen = []

    @seed(number)
    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def read_one(content):
        seen.append(None)
        reader(content)

    read_one()
    return len(seen)


def feed_mutants(reader, examples, count, number):
    """Feed a reader with mutants of examples; return how many inputs it got."""
    seen = 0
    for content in islice(Mutants(examples, number), count):
        seen += 1
        try:
            reader(content)
        except Exception:
            print(f"input {seen} of seed {number}: {content[:2000]!r}", flush=True)
            raise
    return seen


def feed(name, count, number):
    """Feed a reader so many inputs; return how many it got."""
    reader, food = READERS[name]
    if callable(food):
        food = food()
    way = feed_mutants if isinstance(food, (list, tuple)) else feed_drawn
    return way(reader, food, count, number)


def feed_for(name, seconds, number):
    """Feed a reader for so many seconds; return how many inputs it got."""
    seen, end = 0, time.monotonic() + seconds
    while time.monotonic() < end:
        seen += feed(name, ROUND, number + seen)
    return seen


def main():
    """Feed the readers; return 1 when one of them crashed."""
    inputs, seconds = int(os.environ.get("INPUTS") or 100_000), os.environ.get("SECONDS")
    number = int(os.environ.get("SEED") or 1)
    wanted = [name for name in READERS if os.environ.get("ONLY", "") in name]
    if not wanted:
        print(f"no reader is called “{os.environ['ONLY']}”: there are {', '.join(READERS)}")
        return 1
    together = sum(name.startswith("messages of offices") for name in READERS)
    failed = 0
    for name in wanted:
        count = inputs // together if name.startswith("messages of offices") else inputs
        begun = time.monotonic()
        try:
            seen = feed_for(name, float(seconds), number) if seconds else feed(name, count, number)
        except Exception:
            failed += 1
            traceback.print_exc()
            continue
        print(f"{name}: {seen} inputs in {time.monotonic() - begun:.0f} s", flush=True)
    print(f"{failed} of {len(wanted)} readers crashed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
