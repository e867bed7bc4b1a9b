"""Levels tried on the past of a large ledger: ``TRIAL=100000 make bench``."""

import time

from odoo.addons.payt_dunning.models import dunning_simulation_job

from bench.meter import Meter


def measure(env, months):
    """How long it takes, on the company with most invoices, as if it had not gone live."""
    policy = env.ref("payt_dunning.policy_business")
    company = max(
        env["res.company"].search([]),
        key=lambda each: env["account.move"].search_count([("company_id", "=", each.id)]),
    )
    # Where nothing was ever sent, every level of two years is.
    env["res.company"].search([]).write(
        {"dunning_policy_id": policy.id, "dunning_live_since": False}
    )
    start, end = env["dunning.simulation"]._period(company, months)
    partners = env["dunning.past"]._partners(company, start)
    job = env["dunning.job"]._begin(
        "simulation",
        "bench",
        company,
        len(partners),
        {
            "start": start.isoformat(),
            "end": end.isoformat(),
            "ladder": policy._ladder_values(),
            "instead_of": policy.id,
            "policy_id": policy.id,
        },
    )
    env.flush_all()
    longest = 0.0
    with Meter(env).block() as measured:
        since = time.monotonic()
        for values in job._as_asked()._steps_simulation():
            longest = max(longest, time.monotonic() - since)
            job.write(values)
            env.flush_all()
            env.invalidate_all()
            since = time.monotonic()
    found = job.result
    env.cr.rollback()
    return {
        **measured,
        "longest": longest,
        "part": dunning_simulation_job.PART,
        "invoices": found["counts"]["items"],
        "partners": len(partners),
        "messages": sum(count for side, *_rest, count in found["volumes"] if side == "would"),
    }
