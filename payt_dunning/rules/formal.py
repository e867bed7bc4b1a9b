"""The rules of decision for messages that may cost the debtor money.

A statutory notice leaves only where its law has it, after the debtor is in default. What comes
after a message that gives a term waits for that term. Costs are asked for only after the notice
that the law wants.
"""

from __future__ import annotations

from .decision import ONE_DAY, Case, Decision


def law(case: Case) -> Decision | None:
    """A statutory notice needs a law that has it, and a creditor who claims costs after it.

    Other messages go without: where the law is not known they claim the invoices alone.
    """
    rung, standing = case.rung, case.facts.law
    if not rung.notice:
        return None
    known = standing is not None and standing.jurisdiction and standing.currency_fits
    if known and rung.notice in standing.notices and standing.may_claim_costs:
        return None
    return case.blocked("law", rung)


def default(case: Case) -> Decision | None:
    """A statutory notice counts only once the debtor is in default."""
    if not case.rung.notice:
        return None
    after = case.facts.law.default_after
    if after is None:
        return case.blocked("no_default", case.rung)
    return case.wait("default", after + ONE_DAY, case.rung) if case.day <= after else None


def term(case: Case) -> Decision | None:
    """A term that was given is kept: nothing formal leaves before it has passed.

    What leaves by a day waits for the terms of the law alone; demands before it name a day that
    fits, see :func:`~.gather.pay_by`.
    """
    standing = case.facts.law
    if standing is None or not case.rung.formal:
        return None
    until = standing.binding_until if case.rung.by_day else standing.term_until
    return case.wait("term", until + ONE_DAY, case.rung) if until and case.day <= until else None


def notice(case: Case) -> Decision | None:
    """Where the ladder has the notice that the law wants before costs, it comes first.

    On a ladder without it no costs can have been claimed: the invoices alone are asked for.
    """
    standing = case.facts.law
    if not case.rung.asks or standing is None or not standing.needs_notice:
        return None
    rungs = case.ladder.rungs
    if not any(rung.active and rung.notice == standing.needs_notice for rung in rungs):
        return None
    if standing.notice(standing.needs_notice) or not standing.may_claim_costs:
        return None
    return case.blocked("no_notice", case.rung)
