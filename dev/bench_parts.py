"""What ``make bench`` measures alone, each asked for with a number: ``TODAY=100000 make bench``."""

import os
import resource
import time
from pathlib import Path

from dev import databases, outside, postgres, server, state
from dev.bench_hosts import show_hosts
from dev.bench_inside import inside, ledger_of, ready_of, show_phases
from dev.bench_peer import log
from dev.steps import say, step


def _show_figures(size):
    """Measure the figures screen and the analyses on a ledger of so many invoices."""
    name = ready_of(ledger_of(size, "mixed"), server.start_smtp())
    inside(name, "run")
    for title, seconds, statements in inside(name, "figures"):
        say(f"{title}: {seconds:.2f} s, {statements} statements")


def _show_letters(count):
    """Measure how long so many letters take to be made as PDF, beside Odoo's own way."""
    name = f"payt_bench_letters_{count}"
    with step(f"{count:,} letters"):
        databases.copy(databases.TEMPLATE, name)
        databases.install(name, ("payt_dunning",), log())
        inside(name, "letters", count=count)
    found = inside(name, "letters_print")
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
        inside(name, "cases", count=count)
    for title, job in (
        ("opening them", "cases_open"),
        ("the same look again", "cases_open"),
        ("packages", "cases_pack"),
    ):
        found = inside(name, job)
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
        show_phases(found)
    databases.drop(name)


def _show_feedback(count):
    """Measure how long a message of an office about so many cases takes."""
    name = f"payt_bench_feedback_{count}"
    with step(f"{count:,} cases that an office has"):
        databases.copy(databases.TEMPLATE, name)
        databases.install(name, ("payt_dunning",), log())
        inside(name, "feedback", count=count)
    for title, number in (("one message about all", "M-1"), ("the same, sent again", "M-2")):
        found = inside(name, "feedback_read", number=number)
        cases = found["cases"]
        say(
            f"{title}: {cases:,} cases, {found['megabytes']:.1f} MB, {found['seconds']:.1f} s "
            f"({found['cpu']:.1f} s CPU), {1000 * found['seconds'] / cases:.1f} ms and "
            f"{found['statements'] / cases:.2f} statements each, {found['peak_mb']:.0f} MB above "
            f"idle; {found['state']}: {found['results']}"
        )
        show_phases(found)
    databases.drop(name)


def _show_texts(size):
    """Measure a run on a ledger of so many invoices whose debtors are reached by text message alone."""
    ready = ready_of(ledger_of(size, "mixed"), server.start_smtp())
    name = f"{ready}_texts"
    databases.copy(ready, name)
    inside(name, "texts")
    found = inside(name, "run")
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
        inside(name, "plans", count=count)
    for title, job in (("an ordinary day", "plans_ordinary"), ("all at once", "plans_worst")):
        found = inside(name, job)
        say(
            f"{title}: {found['plans']:,} plans, {found['notices']:,} messages, "
            f"{found['seconds']:.1f} s ({found['cpu']:.1f} s CPU), {found['statements']:,} "
            f"statements ({found['statements'] / found['plans']:.2f} a plan), "
            f"{found['peak_mb']:.0f} MB above idle, longest batch {found['longest_batch']:.1f} s"
        )
        show_phases(found)


def _show_today(count):
    """Measure how long the screen of today takes with so many open items."""
    name = f"payt_bench_today_{count}"
    with step(f"{count:,} open items, with work of every kind"):
        databases.copy(databases.TEMPLATE, name)
        databases.install(name, ("payt_dunning",), log())
        inside(name, "today", count=count)
    for scope in ("mine", "team", "all"):
        found = inside(name, "today_look", scope=scope)
        say(
            f"{scope}: {found['waiting']:,} things in {found['sections']} sections, "
            f"{found['seconds']:.2f} s the first time, {found['again']:.2f} s after, "
            f"{found['statements']} statements"
        )
        for title, seconds in found["slowest"]:
            say(f"    {title:44} {seconds:6.3f} s")


def _show_trial(size):
    """Measure how long levels take that are tried on two years of so many invoices."""
    name = ready_of(ledger_of(size, "mixed"), server.start_smtp())
    for title, months in (("a year", 12), ("two years", 24)):
        found = inside(name, "trial", months=months)
        say(
            f"levels tried on {title}: {found['invoices']:,} invoices of {found['partners']:,} "
            f"customers, {found['messages']:,} messages, {found['seconds']:.1f} s "
            f"({found['cpu']:.1f} s CPU), {found['statements']:,} statements, "
            f"{found['peak_mb']:.0f} MB above idle, longest part {found['longest']:.1f} s"
        )


def _show_behaviour(size):
    """Measure how long it takes to work out how debtors pay who paid so many invoices."""
    name = ready_of(ledger_of(size, "paid"), server.start_smtp())
    found = inside(name, "behaviour")
    for each in found["times"]:
        say(
            f"how debtors pay, {each['title']}: {found['rows']:,} debtors, "
            f"{found['invoices']:,} paid invoices, {each['seconds']:.1f} s "
            f"({each['cpu']:.1f} s CPU), {each['statements']} statements"
        )
    say(f"how one of them stands now: {1000 * found['one']:.0f} ms")


#: Tables that must stay as they are, however large.
LEDGER = ("account_move", "account_move_line", "account_partial_reconcile", "res_partner")
#: Add-ons that need no other one of Odoo that looks at each entry, as its sale does.
OTHERS = ("queue_job", "payt_dunning_financing", "payt_dunning_whatsapp", "payt_dunning_queue_job")
LEAVE = """
env["ir.module.module"].search([("name", "=", "payt_dunning")]).button_immediate_uninstall()
env.cr.commit()
"""


def _show_install(size):
    """Measure how long it takes to install, update and leave on a ledger of so many invoices."""
    ledger = ledger_of(size, "mixed")
    name, core = f"{ledger}_install", ("payt_dunning",)
    databases.copy(ledger, name)

    def leave():
        outside.finish(outside.start_shell(name, LEAVE), timeout=3600)

    for title, act in (
        ("install", lambda: databases.install(name, core, log(), "--skip-auto-install")),
        ("update", lambda: databases.install(name, core, log(), update=True)),
        ("our other add-ons", lambda: databases.install(name, OTHERS, log())),
        ("leave", leave),
    ):
        postgres.psql(name, "SELECT pg_stat_reset()")
        started, cpu = time.monotonic(), _cpu()
        act()
        say(
            f"{title}: {time.monotonic() - started:.1f} s ({_cpu() - cpu:.1f} s CPU, of Odoo and "
            f"PostgreSQL); rows of the ledger that changed: {_changed(name)}"
        )
    databases.drop(name)


def _cpu():
    """CPU seconds of processes that have ended: Odoo's, and those of PostgreSQL."""
    ours = resource.getrusage(resource.RUSAGE_CHILDREN)
    pid = state.path("postgres", "data", "postmaster.pid").read_text(encoding="utf-8").split()[0]
    fields = Path("/proc", pid, "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    ticks = int(fields[13]) + int(fields[14])  # of its ended children
    return ours.ru_utime + ours.ru_stime + ticks / os.sysconf("SC_CLK_TCK")


def _changed(database):
    """How many rows of the ledger's tables were written, in words."""
    tables = ", ".join(f"'{table}'" for table in LEDGER)
    rows = postgres.psql(
        database,
        "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_user_tables"
        f" WHERE relname IN ({tables}) AND n_tup_ins + n_tup_upd + n_tup_del > 0",
    )
    return ", ".join(" ".join(row.split("|")) for row in rows.splitlines()) or "none"


#: What is measured, and the variable that asks for it with a number.
PARTS = (
    ("PLANS", _show_payment_plans),
    ("LETTERS", _show_letters),
    ("CASES", _show_cases),
    ("FEEDBACK", _show_feedback),
    ("FIGURES", _show_figures),
    ("TEXTS", _show_texts),
    ("TODAY", _show_today),
    ("TRIAL", _show_trial),
    ("BEHAVIOUR", _show_behaviour),
    ("HOSTS", show_hosts),
    ("INSTALL", _show_install),
)
