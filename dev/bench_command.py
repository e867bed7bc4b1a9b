"""``make bench``: times the add-on, and on request OCA's, on made ledgers; see ``bench/README.md``."""

import json
import math
import os
import statistics
import time
from pathlib import Path

from dev import databases, odoo, postgres, python_env, server, state
from dev.bench_peer import PEER, log, peer_folder, peer_ready
from dev.steps import BenchError, run, say, step

DEFAULT_SIZES = "20000"
#: Debtors when 1 and 200 invoices for each are compared.
SHAPE_DEBTORS = 200
SHAPES = ("mixed", "one", "many", "both")
RESULT = "PAYT_BENCH "
WORK = "payt_bench_work"
SCRIPT = """import os, sys
sys.path.append(os.environ["PAYT_BENCH_CHECKOUT"])
from bench.inside import main
main(env)
"""
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
            show(_number(name, 1))
            return 0
    if os.environ.get("PLANS"):
        _show_payment_plans(_number("PLANS", 1))
        return 0
    if os.environ.get("LETTERS"):
        _show_letters(_number("LETTERS", 1))
        return 0
    if os.environ.get("CASES"):
        _show_cases(_number("CASES", 1))
        return 0
    if os.environ.get("FEEDBACK"):
        _show_feedback(_number("FEEDBACK", 1))
        return 0
    if os.environ.get("TEXTS"):
        _show_texts(_number("TEXTS", 1))
        return 0
    if os.environ.get("TODAY"):
        _show_today(_number("TODAY", 1))
        return 0
    plans = _plans()
    repeats = _number("REPEAT", 1)
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


def _number(name, default):
    text = os.environ.get(name) or str(default)
    if not text.isdecimal() or not int(text):
        raise BenchError(f"{name}={text} is not a number of times", f"use {name}=3")
    return int(text)


# -- databases -----------------------------------------------------------------------


def _ledger(size, shape):
    """Have a database with a ledger and without the add-on, made today; return its name."""
    name = f"payt_bench_{size}_{shape}"
    files = state.tree_hash(state.CHECKOUT / "bench" / "ledger")
    key = f"{state.stamp('template')} {files} {time.strftime('%Y-%m-%d')}"
    if state.stamp(name) != key or not databases.exists(name):
        with step(f"ledger of {size:,} invoices"):
            state.clear_stamp(name)
            part = f"{name}_part"
            databases.copy(databases.TEMPLATE, part)
            made = _inside(part, "ledger", size=size, shape=shape)
            if any(made["checks"].values()):
                raise BenchError(f"the ledger has differences: {made['checks']}", "mend bench/")
            postgres.psql(part, "VACUUM ANALYZE")
            databases.rename(part, name)
            state.set_stamp(name, key)
        counts = (f"{count:,} {table}" for table, count in made["counts"].items())
        say(f"          {', '.join(counts)}; {len(made['checks'])} checks: no differences")
    return name


def _ready(ledger, smtp_port):
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
            _inside(part, "prepare", smtp_port=smtp_port)
            postgres.psql(part, "VACUUM ANALYZE")
            databases.rename(part, name)
            state.set_stamp(name, key)
    return name


def _show_figures(size):
    """Measure the figures screen and the analyses on a ledger of so many invoices."""
    name = _ready(_ledger(size, "mixed"), server.start_smtp())
    _inside(name, "run")
    for title, seconds, statements in _inside(name, "figures"):
        say(f"{title}: {seconds:.2f} s, {statements} statements")


def _show_letters(count):
    """Measure how long so many letters take to be made as PDF, beside Odoo's own way."""
    name = f"payt_bench_letters_{count}"
    with step(f"{count:,} letters"):
        databases.copy(databases.TEMPLATE, name)
        databases.install(name, ("payt_dunning",), log())
        _inside(name, "letters", count=count)
    found = _inside(name, "letters_print")
    ours, letters = found["ours"], found["letters"]
    say(
        f"letters: {letters:,} of {ours['pages']:,} pages, "
        f"{1000 * ours['seconds'] / letters:.0f} ms each (CPU {1000 * ours['cpu'] / letters:.0f}), "
        f"{ours['statements'] / letters:.1f} statements each, {ours['megabytes']:.1f} MB"
    )
    say(f"Odoo's way, one call of wkhtmltopdf each: {1000 * found['theirs']:.0f} ms each")
    databases.drop(name)


def _show_cases(count):
    """Measure how long so many cases take to be opened, and to be packaged for a bailiff."""
    name = f"payt_bench_cases_{count}"
    with step(f"{count:,} cases"):
        databases.copy(databases.TEMPLATE, name)
        databases.install(name, ("payt_dunning",), log())
        _inside(name, "cases", count=count)
    for title, job in (
        ("opening them", "cases_open"),
        ("the same look again", "cases_open"),
        ("packages", "cases_pack"),
    ):
        found = _inside(name, job)
        cases = found["cases"]
        say(
            f"{title}: {cases:,} cases, {found['seconds']:.1f} s ({found['cpu']:.1f} s CPU), "
            f"{1000 * found['seconds'] / cases:.0f} ms and {found['statements'] / cases:.1f} "
            f"statements each, {found['peak_mb']:.0f} MB above idle"
        )
        if job == "cases_pack":
            say(
                f"    {found['documents']:,} documents, {found['megabytes']:.0f} MB; the slowest "
                f"{found['slowest']:.1f} s; {found['files']} files in the first"
            )
        _show_phases(found)
    databases.drop(name)


def _show_feedback(count):
    """Measure how long a message of an office about so many cases takes."""
    name = f"payt_bench_feedback_{count}"
    with step(f"{count:,} cases that an office has"):
        databases.copy(databases.TEMPLATE, name)
        databases.install(name, ("payt_dunning",), log())
        _inside(name, "feedback", count=count)
    for title, number in (("one message about all", "M-1"), ("the same, sent again", "M-2")):
        found = _inside(name, "feedback_read", number=number)
        cases = found["cases"]
        say(
            f"{title}: {cases:,} cases, {found['megabytes']:.1f} MB, {found['seconds']:.1f} s "
            f"({found['cpu']:.1f} s CPU), {1000 * found['seconds'] / cases:.1f} ms and "
            f"{found['statements'] / cases:.2f} statements each, {found['peak_mb']:.0f} MB above "
            f"idle; {found['state']}: {found['results']}"
        )
        _show_phases(found)
    databases.drop(name)


def _show_texts(size):
    """Measure a run on a ledger of so many invoices whose debtors are reached by text message alone."""
    ready = _ready(_ledger(size, "mixed"), server.start_smtp())
    name = f"{ready}_texts"
    databases.copy(ready, name)
    _inside(name, "texts")
    found = _inside(name, "run")
    say(
        f"text messages: {found['notices']:,} planned and queued in {found['seconds']:.1f} s, "
        f"{found['statements']:,} statements ({found['statements'] / found['notices']:.2f} each), "
        f"{found['peak_mb']:.0f} MB above idle"
    )
    for problem in found["problems"]:
        say(f"    {problem}")
    databases.drop(name)


def _show_payment_plans(count):
    """Measure how long so many running payment plans take to be guarded on a day."""
    name = f"payt_bench_plans_{count}"
    with step(f"{count:,} payment plans"):
        databases.copy(databases.TEMPLATE, name)
        databases.install(name, ("payt_dunning",), log())
        _inside(name, "plans", count=count)
    for title, job in (("an ordinary day", "plans_ordinary"), ("all at once", "plans_worst")):
        found = _inside(name, job)
        say(
            f"{title}: {found['plans']:,} plans, {found['notices']:,} messages, "
            f"{found['seconds']:.1f} s ({found['cpu']:.1f} s CPU), {found['statements']:,} "
            f"statements ({found['statements'] / found['plans']:.2f} a plan), "
            f"{found['peak_mb']:.0f} MB above idle, longest batch {found['longest_batch']:.1f} s"
        )
        _show_phases(found)


def _show_today(count):
    """Measure how long the screen of today takes with so many open items."""
    name = f"payt_bench_today_{count}"
    with step(f"{count:,} open items, with work of every kind"):
        databases.copy(databases.TEMPLATE, name)
        databases.install(name, ("payt_dunning",), log())
        _inside(name, "today", count=count)
    for scope in ("mine", "team", "all"):
        found = _inside(name, "today_look", scope=scope)
        say(
            f"{scope}: {found['waiting']:,} things in {found['sections']} sections, "
            f"{found['seconds']:.2f} s the first time, {found['again']:.2f} s after, "
            f"{found['statements']} statements"
        )
        for title, seconds in found["slowest"]:
            say(f"    {title:44} {seconds:6.3f} s")


def _show_phases(found):
    """Print the phases of a measurement, and what went wrong in it."""
    for phase, figures in found["phases"].items():
        say(
            f"    {phase:16} {figures['seconds']:8.2f} s {figures['statements']:8,} statements "
            f"{figures['calls']:6,} calls"
        )
    for problem in (*found["missing"], *found["problems"]):
        say(f"    {problem}")


def _inside(database, job, *options, **values):
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


def _measure_size(size, shape, smtp_port, repeats, with_peer):
    ledger = _ledger(size, shape)
    ready = _ready(ledger, smtp_port)
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
            figures[title] = _inside(WORK, job)
    for title, job in PREVIEWS:
        databases.copy(ready, WORK)
        with step(title):
            figures[title] = _inside(WORK, job)
    databases.drop(WORK)
    return figures


def _measure_peer(ready):
    databases.copy(ready, WORK)
    with step(f"{PEER}, run of all companies"):
        path = ("--addons-path", odoo.addons_path(peer_folder()))
        figures = {PEER: _inside(WORK, "peer", *path)}
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


#: What is measured alone, and the variable that asks for it with a number.
PARTS = (
    ("PLANS", _show_payment_plans),
    ("LETTERS", _show_letters),
    ("CASES", _show_cases),
    ("FEEDBACK", _show_feedback),
    ("FIGURES", _show_figures),
    ("TEXTS", _show_texts),
)
