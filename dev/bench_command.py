"""``make bench``: times the add-on, and on request OCA's, on made ledgers; see ``bench/README.md``."""

import json
import math
import os
import statistics
import time

from dev import databases, odoo, python_env, server, state
from dev.bench_inside import inside, ledger_of, number_of, ready_of
from dev.bench_parts import PARTS
from dev.bench_peer import PEER, peer_folder, peer_ready
from dev.steps import BenchError, run, say, step

DEFAULT_SIZES = "20000"
#: Debtors when 1 and 200 invoices for each are compared.
SHAPE_DEBTORS = 200
SHAPES = ("mixed", "one", "many", "both")
WORK = "payt_bench_work"
#: Title of a measurement and the job it is; each in a process of its own.
MEASURES = (
    ("run", "run"),
    ("second run, same day", "run"),
    ("hand-over", "hand_over"),
    ("chatter of all messages", "chatter"),
    ("pause of 10,000 selected items", "select"),
    ("that pause undone", "undo"),
)
#: The same, each on a fresh copy of the database.
PREVIEWS = (
    ("preview, everything new", "preview"),
    ("preview of tomorrow", "preview_tomorrow"),
)


def main():
    """Measure each size; print tables and keep the figures."""
    if os.environ.get("PAGE"):
        _show_page()
        return 0
    for name, show in PARTS:
        if os.environ.get(name):
            show(number_of(name, 1))
            return 0
    plans = _plans()
    repeats = number_of("REPEAT", 1)
    smtp_port = server.start_smtp()
    folder = state.path("bench")
    folder.mkdir(exist_ok=True)
    file = folder / time.strftime("%Y%m%d-%H%M%S.json")
    results = []
    for size, shape in plans:
        result = _measure_size(size, shape, smtp_port, repeats, bool(os.environ.get("PEER")))
        results.append(result)
        _show(result)
        # Kept size by size: a large one may take an hour and fail.
        state.write_atomically(file, json.dumps(results, indent=2) + "\n")
    _show_growth(results)
    _show_law()
    say(f"\nall figures: {file}")
    return 0


def _plans():
    """Return the ledgers to measure as ``[(size, shape)]``."""
    shape = os.environ.get("SHAPE", "mixed")
    if shape not in SHAPES:
        raise BenchError(f"there is no shape {shape}", f"use one of: {', '.join(SHAPES)}")
    if shape == "both":
        return [(SHAPE_DEBTORS, "one"), (SHAPE_DEBTORS * 200, "many")]
    try:
        return [(int(size), shape) for size in os.environ.get("SIZES", DEFAULT_SIZES).split()]
    except ValueError as error:
        raise BenchError(f"SIZES: {error}", 'give numbers, as in SIZES="10000 100000"') from error


def _measure_size(size, shape, smtp_port, repeats, with_peer):
    ledger = ledger_of(size, shape)
    ready = ready_of(ledger, smtp_port)
    measured = _medians([_measure(ready) for _number in range(repeats)])
    if with_peer:
        peer = peer_ready(ledger)
        measured[PEER] = _medians([_measure_peer(peer) for _number in range(repeats)])[PEER]
    return {"size": size, "shape": shape, "repeats": repeats, "measured": measured}


def _measure(ready):
    """Return ``{title: figures}`` of one round on a fresh copy of the database."""
    figures = {}
    databases.copy(ready, WORK)
    for title, job in MEASURES:
        with step(title):
            figures[title] = inside(WORK, job)
    for title, job in PREVIEWS:
        databases.copy(ready, WORK)
        with step(title):
            figures[title] = inside(WORK, job)
    databases.drop(WORK)
    return figures


def _measure_peer(ready):
    databases.copy(ready, WORK)
    with step(f"{PEER}, run of all companies"):
        path = ("--addons-path", odoo.addons_path(peer_folder()))
        figures = {PEER: inside(WORK, "peer", *path)}
    databases.drop(WORK)
    return figures


def _medians(rounds):
    """Return the figures of several rounds with the median in place of each number."""
    first = rounds[0]
    if isinstance(first, dict):
        return {key: _medians([one[key] for one in rounds if key in one]) for key in first}
    if isinstance(first, int | float):
        return statistics.median(rounds)
    return first


# -- printing ------------------------------------------------------------------------


def _show(result):
    say(f"\n== {result['size']:,} invoices ({result['shape']}), median of {result['repeats']} ==")
    measured = result["measured"]
    for title, figures in measured.items():
        _show_measure(title, figures)
    if PEER in measured:
        ours, theirs = measured["run"], measured[PEER]
        each = [one["seconds"] / max(one["notices"], 1) for one in (ours, theirs)]
        say(
            f"\n{PEER} / payt_dunning: seconds {theirs['seconds'] / ours['seconds']:.1f}x,"
            f" CPU {theirs['cpu'] / ours['cpu']:.1f}x, seconds per message {each[1] / each[0]:.1f}x,"
            f" statements {theirs['statements'] / ours['statements']:.0f}x"
        )


def _show_measure(title, figures):
    notices = figures["notices"]
    say(f"\n{title}: {figures.get('items', 0):,.0f} items, {notices:,.0f} messages")
    say(f"  {'phase':<16}{'seconds':>9}{'CPU s':>9}{'statements':>12}{'calls':>8}")
    rows = [*figures["phases"].items(), ("total", figures)]
    for name, row in rows:
        calls = f"{row['calls']:,.0f}" if row.get("calls") else ""
        say(
            f"  {name:<16}{row['seconds']:>9.2f}{row['cpu']:>9.2f}"
            f"{row['statements']:>12,.0f}{calls:>8}"
        )
    notes = [f"memory {figures['idle_mb']:.0f} MB idle, +{figures['peak_mb']:.0f} at its peak"]
    if notices:
        notes.append(f"{1000 * figures['seconds'] / notices:.2f} ms per message")
        notes.append(f"{500 * figures['statements'] / notices:.0f} statements per 500 messages")
    if figures["longest_batch"]:
        notes.append(f"longest batch {figures['longest_batch']:.2f} s")
    say(f"  {'; '.join(notes)}")
    for what in figures["missing"]:
        say(f"  not measured, there is no such method: {what}")
    for what in figures.get("problems", ())[:3]:
        say(f"  problem in the run: {what.splitlines()[0]}")


def _show_page():
    """How long the debtor's page takes, beside Odoo's invoice page."""
    script = state.CHECKOUT / "bench" / "debtor_page.py"
    done = run([python_env.python(), script], "the page's bench failed", "read the lines above")
    say(done.rstrip())


def _show_law():
    """What is owed of many claims; needs no database."""
    script = state.CHECKOUT / "bench" / "law.py"
    done = run([python_env.python(), script], "the law bench failed", "read the lines above")
    say(f"\n{done.rstrip()}")


def _show_growth(results):
    """Print how seconds and CPU of each measurement grow with the size: exponent 1 is linear."""
    for before, after in zip(results, results[1:], strict=False):
        if before["shape"] != after["shape"]:
            _show_shapes(before, after)
            continue
        ratio = math.log(after["size"] / before["size"])
        if not ratio:
            continue
        say(f"\ngrowth from {before['size']:,} to {after['size']:,} invoices (exponents)")
        for title, figures in after["measured"].items():
            other = before["measured"].get(title)
            if other and title != "hand-over":
                exponents = (
                    f"{what} {math.log(figures[what] / other[what]) / ratio:.2f}"
                    for what in ("seconds", "cpu", "statements")
                )
                say(f"  {title:<24}{', '.join(exponents)}")


def _show_shapes(one, many):
    """Print the statements of 1 and of 200 invoices for each debtor side by side."""
    say("\nstatements with 1 and with 200 invoices for each debtor")
    for title, figures in one["measured"].items():
        other = many["measured"][title]
        for phase, row in [*figures["phases"].items(), ("total", figures)]:
            there = (other["phases"].get(phase) or {"statements": 0}) if phase != "total" else other
            say(
                f"  {title + ', ' + phase:<36}{row['statements']:>9,.0f}{there['statements']:>9,.0f}"
            )
