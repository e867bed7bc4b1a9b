"""Interest on a claim, day by day.

It runs over each day after ``runs_after`` up to and including the last; each day has the rate that
is in force on it (or, where the rule says so, the rate of the first day). Within a year no
interest bears interest; where the rule compounds, what is unpaid joins the base after each year,
counted from ``runs_after`` (29 February becomes 28). Nothing is rounded but what becomes money.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from .errors import Held
from .money import HUNDRED, ZERO
from .tables import ONE_DAY, InterestRule, LawTables, Rate

YEAR, LEAP_YEAR = Decimal(365), Decimal(366)


@dataclass(frozen=True, slots=True)
class Span:
    """Days with one rate and one length of the year.

    :param since: first day that bears interest
    :param until: last one
    """

    since: date
    until: date
    percent: Decimal
    year: Decimal = YEAR

    @property
    def days(self) -> int:
        return (self.until - self.since).days + 1

    def interest(self, base: Decimal, days: int | None = None) -> Decimal:
        """Exact interest on ``base`` over these days, or the first of them."""
        return base * self.percent * (self.days if days is None else days) / (self.year * HUNDRED)


def anniversary(start: date, years: int) -> date:
    """The day ``years`` years after ``start``; 29 February becomes 28."""
    try:
        return start.replace(year=start.year + years)
    except ValueError:
        return start.replace(year=start.year + years, day=28)


def year_ends(start: date, until: date) -> Iterator[date]:
    """The last days of the interest years that end on or before ``until``."""
    years = 1
    while (day := anniversary(start, years)) <= until:
        yield day
        years += 1


def spans(
    tables: LawTables,
    jurisdiction: str,
    rule: InterestRule,
    runs_after: date,
    until: date,
    contract: Decimal | None = None,
) -> list[Span]:
    """The spans of one rate each in which interest runs.

    :param contract: a rate that was agreed, in percent a year, instead of the statutory one
    :raises Held: when the tables have no rate for a day of it
    """
    first = runs_after + ONE_DAY
    if first > until or (rule.rate_kind == "none" and contract is None):
        return []
    if contract is not None:
        found = [Span(first, until, contract)]
    elif rule.fixed:
        rate = tables.one(Rate, jurisdiction, rule.rate_kind, day=first)
        found = [Span(first, until, rate.percent)]
    else:
        rates = tables.between(Rate, jurisdiction, rule.rate_kind, since=first, until=until)
        found = [
            Span(max(first, rate.since), min(until, rate.until or until), rate.percent)
            for rate in rates
        ]
    return [part for each in found for part in _by_calendar_year(each)] if rule.actual else found


def without(parts: Iterable[Span], spared: Iterable[tuple[date, date]]) -> list[Span]:
    """``parts`` less the days on which no interest runs.

    :param spared: first and last day of each such time, in any order; they may overlap
    """
    left = list(parts)
    for since, until in spared:
        left = [piece for part in left for piece in _cut(part, since, until)]
    return left


def _cut(part: Span, since: date, until: date) -> Iterator[Span]:
    """What is left of a span before and after some days."""
    if since > until or until < part.since or since > part.until:
        yield part
        return
    if part.since < since:
        yield replace(part, until=since - ONE_DAY)
    if until < part.until:
        yield replace(part, since=until + ONE_DAY)


def _by_calendar_year(span: Span) -> Iterator[Span]:
    """The parts of a span in each calendar year, with that year's length."""
    since = span.since
    while since <= span.until:
        until = min(span.until, date(since.year, 12, 31))
        leap = date(since.year, 12, 31).timetuple().tm_yday == 366
        yield Span(since, until, span.percent, LEAP_YEAR if leap else YEAR)
        since = until + ONE_DAY


@dataclass(slots=True)
class Accrual:
    """Interest that grows on a base, step by step.

    :param base: what bears interest: principal, and interest that has joined it
    :param day: accrued through this day
    :param running: exact interest since the last time it became money
    """

    base: Decimal
    day: date
    running: Decimal = ZERO
    _place: int = 0

    def through(self, day: date, parts: list[Span]) -> list[tuple[Span, Decimal]]:
        """Accrue through ``day``.

        :param parts: all spans of the claim, in order
        :return: the spans that it went through, cut to size, with their exact interest
        """
        steps = []
        while self.day < day and self._place < len(parts):
            part = parts[self._place]
            since = max(part.since, self.day + ONE_DAY)
            until = min(part.until, day)
            if since <= until:
                piece = Span(since, until, part.percent, part.year)
                interest = piece.interest(self.base)
                self.running += interest
                steps.append((piece, interest))
                self.day = until
            if part.until > day:
                break
            self._place += 1
        self.day = max(self.day, day)
        return steps


def interest_rule(tables: LawTables, jurisdiction: str, debtor: str, day: date) -> InterestRule:
    """How interest runs against a kind of debtor.

    :raises Held: when the tables don't say
    """
    rule = tables.one(InterestRule, jurisdiction, debtor, day=day)
    if rule.start == "third_month":
        raise Held(
            f"{jurisdiction}: interest from consumers begins three months after delivery, if the "
            "invoice said so; a person has to confirm both",
            "third_month",
            jurisdiction=jurisdiction,
        )
    return rule
