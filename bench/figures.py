"""The figures screen on a large ledger: ``FIGURES=100000 make bench``."""

import time
from datetime import timedelta

#: What is measured: title, days before today, and model with what it is grouped by.
LOOKS = (("today", 0), ("a year ago", 365))
GROUPS = (
    ("aging by debtor and bucket", "dunning.aging", ["partner_id", "bucket"], ["amount:sum"]),
    ("cohorts", "dunning.cohort", ["cohort:month", "age"], ["share_open:avg"]),
    ("recovered per level", "dunning.level.result", ["level_name"], ["share:avg"]),
    ("messages that should not have left", "dunning.fault", ["kind"], ["__count"]),
)


def measure(env):
    """How long each figure and analysis takes: ``[(title, seconds, statements)]``."""
    company = env["account.move"].search([("move_type", "=", "out_invoice")], limit=1).company_id
    env = env(context={**env.context, "allowed_company_ids": company.ids})
    today = env["dunning.message"]._today(company)
    jobs = [
        (f"figures, {title}", lambda days=days: _look(env, today - timedelta(days=days)))
        for title, days in LOOKS
    ]
    jobs += [
        (title, lambda args=args: env[args[0]]._read_group([], *args[1:]))
        for title, *args in GROUPS
    ]
    return [_timed(env, title, job) for title, job in jobs]


def _look(env, day):
    return env["dunning.figures"].look(day.isoformat())


def _timed(env, title, job):
    """The better of two: the first one warms the caches."""
    best = None
    for _time in range(2):
        env.invalidate_all()
        statements, started = env.cr.sql_log_count, time.monotonic()
        job()
        seconds = time.monotonic() - started
        best = min(best or seconds, seconds)
        count = env.cr.sql_log_count - statements
    return title, best, count
