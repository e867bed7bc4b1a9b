"""The rules of decision for messages that may cost the debtor money.

A statutory notice leaves only where its law has it, after the debtor is in default. What comes
after a message that gives a term waits for that term. Costs are asked for only after the notice
that the law wants.
"""

from __future__ import annotations

from datetime import date

from .decision import ONE_DAY, Case, Decision
from .facts import ItemFacts
from .law.standing import Standing


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


def may_open_case(facts: ItemFacts, standing: Standing, day: date) -> bool:
    """Whether a case may be opened by itself about what is at the end of its levels.

    The debtor is in default, a valid formal notice was given (the one that the law wants, where it
    wants one), each term that was given has passed, and nothing is disputed, held or without
    answer.
    """
    if any(hold.counts_on(day) for hold in facts.holds) or facts.unanswered(day):
        return False
    after, until = standing.default_after, standing.term_until
    if after is None or until is None or day <= max(after, until):
        return False
    if code := standing.needs_notice:
        return standing.notice(code) is not None
    return standing.binding_until is not None
