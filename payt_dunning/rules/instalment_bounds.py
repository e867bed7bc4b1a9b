"""What a policy allows of a payment plan, and the plans that a debtor may choose from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import NamedTuple

from .instalments import (
    HUNDRED,
    MOST,
    ZERO,
    Instalment,
    Unfit,
    by_count,
    due_dates,
    months_later,
)

#: A plan of so many months may begin that long after today without being too long.
SLACK_DAYS = 35
#: So many choices at most; where more are possible, these numbers of instalments.
MOST_SHOWN = 12
SHOWN = (2, 3, 4, 6, 8, 10, 12, 18, 24, 36, 48, 60)
#: Offered unasked up to this total: no more than so many instalments.
SMALL_TOTAL = Decimal(500)
MOST_SMALL = 6
#: Where the next instalment comes within so many days: how often a year that is.
RHYTHMS = ((7, 52), (14, 26))


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a policy allows; amounts in the plan's currency.

    :param tiers: ``(total up to, most months)``, ascending. Above the last one its months apply
        and a person decides; none at all: no bound on the length
    :param minimum: least a month; the last instalment may be smaller
    :param most: most instalments; 0: no bound
    :param first_share: least part of the total that the first instalment has, in percent
    :param first_days: the first instalment is due within so many days; 0: no bound
    :param automatic: a plan within the bounds needs no person up to this total; 0: always one
    """

    tiers: tuple[tuple[Decimal, int], ...] = ()
    minimum: Decimal = ZERO
    most: int = 0
    first_share: Decimal = ZERO
    first_days: int = SLACK_DAYS
    automatic: Decimal = ZERO


class Breach(NamedTuple):
    """A bound that a schedule does not keep.

    ========== ============================== ================================
    code       limit                          found
    ========== ============================== ================================
    months     last possible day              day of the last instalment
    minimum    least amount of an instalment  the smallest that is below it
    count      most instalments               how many there are
    first_share least first amount            amount of the first
    first_late last day for the first         day of the first
    ========== ============================== ================================
    """

    code: str
    limit: object
    found: object


def most_months(bounds: Bounds, total: Decimal) -> int:
    """Over how many months so much may be paid; 0: no bound."""
    for up_to, months in bounds.tiers:
        if total <= up_to:
            return months
    return bounds.tiers[-1][1] if bounds.tiers else 0


def breaches(
    bounds: Bounds, instalments: tuple[Instalment, ...], total: Decimal, today: date
) -> tuple[Breach, ...]:
    """Which bounds a schedule does not keep, each once; empty: all are kept.

    A plan of *n* months ends no later than *n* monthly instalments do of which the first is due
    35 days after today (or on the last day for it, where that is later).

    An instalment but the last is compared with the least a month; where the next one is due
    within a week, or two, with 12/52 or 12/26 of that, rounded down to whole units.
    """
    if not instalments:
        return ()
    first, last = instalments[0], instalments[-1]
    found = []
    if months := most_months(bounds, total):
        slack = timedelta(max(SLACK_DAYS, bounds.first_days))
        latest = months_later(today + slack, months - 1)
        if last.due > latest:
            found.append(Breach("months", latest, last.due))
    found += _too_small(bounds.minimum, instalments)
    if 0 < bounds.most < len(instalments):
        found.append(Breach("count", bounds.most, len(instalments)))
    least = total * bounds.first_share / HUNDRED
    if first.amount < least:
        found.append(Breach("first_share", _rounded_up(least, first.amount, total), first.amount))
    if bounds.first_days:
        latest = today + timedelta(bounds.first_days)
        if first.due > latest:
            found.append(Breach("first_late", latest, first.due))
    return tuple(found)


def needs_person(
    bounds: Bounds, instalments: tuple[Instalment, ...], total: Decimal, today: date
) -> bool:
    """Whether a person decides about a plan that the debtor proposes."""
    above = bool(bounds.tiers) and total > bounds.tiers[-1][0]
    return above or total > bounds.automatic or bool(breaches(bounds, instalments, total, today))


def options(
    bounds: Bounds,
    total: Decimal,
    first: date,
    payment_day: int,
    step: Decimal,
    rounding: str,
    *,
    today: date | None = None,
) -> list[tuple[Instalment, ...]]:
    """The monthly schedules that a debtor may choose, the shortest (2 instalments) first.

    At most 12: where more are possible, those of 2, 3, 4, 6, 8, 10, 12, 18, 24, 36, 48 and 60.

    :param first: see :func:`.instalments.due_dates`, as for ``payment_day``
    :param step: the currency's smallest unit
    :param rounding: see :func:`.instalments.by_count`
    :param today: from when bounds in days count; ``None``: from ``first``
    :return: those within the bounds; empty where none is
    """
    most = min(most_months(bounds, total) or MOST, bounds.most or MOST, MOST)
    if total <= 0 or most < 2:
        return []
    dates = due_dates(first, most, "month", payment_day)
    fit = {}
    for count in range(2, most + 1):
        try:
            plan = by_count(total, count, dates[:count], step, rounding, bounds.first_share)
        except Unfit:
            continue
        if not breaches(bounds, plan, total, today or first):
            fit[count] = plan
    if len(fit) > MOST_SHOWN:
        return [fit[count] for count in SHOWN if count in fit]
    return list(fit.values())


def proposal(
    bounds: Bounds,
    total: Decimal,
    first: date,
    payment_day: int,
    step: Decimal,
    rounding: str,
    *,
    today: date | None = None,
) -> tuple[Instalment, ...] | None:
    """The schedule to offer unasked: the lightest of :func:`options`.

    Up to a total of 500 it has no more than 6 instalments. ``None``: there is no option.
    """
    plans = options(bounds, total, first, payment_day, step, rounding, today=today)
    if total <= SMALL_TOTAL:
        plans = [plan for plan in plans if len(plan) <= MOST_SMALL]
    return max(plans, key=len, default=None)


def _too_small(minimum: Decimal, instalments: tuple[Instalment, ...]) -> list[Breach]:
    """At most one: the smallest instalment that is below what its rhythm wants."""
    small = []
    for each, after in zip(instalments, instalments[1:], strict=False):
        gap = (after.due - each.due).days
        times = next((times for within, times in RHYTHMS if gap <= within), 12)
        least = minimum
        if times != 12:
            least = (minimum * 12 / times).to_integral_value(ROUND_FLOOR)
        if each.amount < least:
            small.append((each.amount, least))
    return [Breach("minimum", least, amount) for amount, least in sorted(small)[:1]]


def _rounded_up(amount: Decimal, *like: Decimal) -> Decimal:
    """``amount`` with as many decimals as the finest of ``like``, rounded up."""
    finest = min(0, *(int(each.as_tuple().exponent) for each in like))
    return amount.quantize(Decimal(1).scaleb(finest), ROUND_CEILING)
