"""``make scale``: a ledger with years of history, what the day's work takes and what it stores.

``SIZE`` invoices (1,000,000) and ``EVENTS`` decisions (ten times as many). The report is Markdown:
printed, and written to the file that ``REPORT`` names.
"""

import os
from pathlib import Path

from dev import databases, postgres, server, state
from dev.bench_inside import inside, ledger_of, number_of, ready_of
from dev.steps import say, step

SIZE = 1_000_000
#: Decisions for each invoice, where their number is not given.
EVENTS = 10


def main():
    """Build the ledger, measure, report."""
    size = number_of("SIZE", SIZE)
    events = number_of("EVENTS", EVENTS * size)
    ready = ready_of(ledger_of(size, "mixed"), server.start_smtp())
    name = f"{ready}_scale"
    databases.copy(ready, name)
    found = measure(name, events)
    databases.drop(name)
    text = report(size, found)
    say(text)
    if file := os.environ.get("REPORT"):
        state.write_atomically(Path(file).absolute(), text)
    return 0


def measure(name, events):
    """Measure on a database with a ledger; return what :func:`report` shows."""
    found = {}
    with step("the first run"):
        found["first"] = inside(name, "run")
    with step("the past"):
        found["rows"] = inside(name, "scale_history", events=events)
        postgres.psql(name, "VACUUM ANALYZE")
    for key, title, job in (
        ("sync", "taking in, where nothing is new", "scale_sync"),
        ("again", "the run again", "run"),
        ("screens", "screens", "scale_screens"),
        ("sizes", "sizes", "scale_sizes"),
        ("cleaning", "cleaning", "scale_cleaning"),
    ):
        with step(title):
            found[key] = inside(name, job)
    return found


def report(size, found):
    """What was found, as Markdown."""
    rows = ", ".join(f"{count:,} {table}" for table, count in found["rows"].items())
    lines = [
        f"# {size:,} invoices",
        "",
        f"`SIZE={size} EVENTS={found['rows']['event']} make scale`. Rows: {rows}.",
        "",
        "| the day's work | seconds | CPU | statements | memory above idle |",
        "|---|---|---|---|---|",
        *_work(found),
        "",
        "| screen | seconds | statements |",
        "|---|---|---|",
        *(f"| {title} | {took:.3f} | {count} |" for title, took, count in found["screens"]),
        "",
        "| cleaning of | seconds | statements | records | transactions |",
        "|---|---|---|---|---|",
        *(
            f"| {what} | {took:.2f} | {count:,} | {records:,} | {times} |"
            for what, took, count, records, times in found["cleaning"]
        ),
        "",
        "| table | rows | MB | MB of indexes | bytes a row |",
        "|---|---|---|---|---|",
        *(_size(*row) for row in found["sizes"]),
        "",
    ]
    return "\n".join(lines)


def _work(found):
    for key, title in (
        ("first", "first run"),
        ("sync", "taking in, where nothing is new"),
        ("again", "the run again on the same day"),
    ):
        figures = found[key]
        yield (
            f"| {title} | {figures['seconds']:.2f} | {figures['cpu']:.2f} |"
            f" {figures['statements']:,} | {figures['peak_mb']:.0f} MB |"
        )


def _size(table, rows, own, indexes):
    return (
        f"| {table} | {rows:,} | {own / 1024**2:.1f} | {indexes / 1024**2:.1f} |"
        f" {(own + indexes) / max(rows, 1):.0f} |"
    )
