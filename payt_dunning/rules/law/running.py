"""Since when and at what rates interest runs on one receivable, or why none is claimed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from .errors import Held
from .interest import Span, interest_rule, spans, without
from .standing import Standing
from .tables import BUSINESS, CONSUMER, LawTables


@dataclass(frozen=True, slots=True)
class Running:
    """How interest runs on a receivable.

    :param after: it runs after this day; ``None``: it does not run
    :param parts: the spans of one rate each, see :func:`.interest.spans`
    :param why: why none is claimed: ``no_law``, ``currency``, ``company``, ``not_default``,
        ``none`` (the law gives none) or ``held``; empty: it is claimed
    :param problem: what the tables lack, where it is held
    """

    after: date | None = None
    parts: Sequence[Span] = ()
    compounding: bool = False
    why: str = ""
    problem: Held | None = None


def running(
    tables: LawTables,
    standing: Standing,
    currency: str,
    day: date,
    charged: date | None = None,
    spared: Sequence[tuple[date, date]] = (),
) -> Running:
    """Interest on a receivable through ``day``.

    :param currency: of the receivable; interest is claimed in that of the law only
    :param charged: interest through this day is a charge already, so it is not computed again
    :param spared: first and last day of times in which none runs, because the debtor can't pay
    """
    if not standing.jurisdiction:
        return Running(why="no_law")
    if currency != standing.currency:
        return Running(why="currency")
    if not standing.may_claim_interest:
        return Running(why="company")
    if standing.default_after is None:
        return Running(why="not_default")
    debtor = BUSINESS if standing.trade else standing.rules
    try:
        runs = _runs(tables, standing, debtor, day, charged)
    except Held as held:
        return Running(why="held", problem=held)
    return replace(runs, parts=without(runs.parts, spared)) if spared else runs


def _runs(
    tables: LawTables, standing: Standing, debtor: str, day: date, charged: date | None
) -> Running:
    rule = interest_rule(tables, standing.jurisdiction, debtor, day)
    rate = standing.rate if debtor != CONSUMER else None
    after = standing.default_after
    if rule.start == "notice":
        # Only a statutory notice gives the free term after which it runs.
        ends = [each.until for each in standing.served if each.code]
        if not ends:
            return Running(why="not_default")
        after = max(after, min(ends))
    if charged:
        after = max(after, charged)
    if rule.no_clause and not standing.clause:
        rule = replace(rule, rate_kind=rule.no_clause)
    if rule.rate_kind == "none" and rate is None:
        return Running(why="none")
    parts = spans(tables, standing.jurisdiction, rule, after, day, rate)
    return Running(after, parts, rule.compounding)
