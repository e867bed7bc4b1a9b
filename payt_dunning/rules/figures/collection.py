"""How fast and how well receivables are collected: DSO, its best, days late, CEI.

All amounts are decimals in one currency, tax included on both sides: receivables are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from .values import ZERO, Figure, ratio, share, unknown


@dataclass(frozen=True, slots=True)
class Month:
    """Credit sales of a month, or of its part through the day that is looked at.

    :param days: how many days it has, or has had
    :param sales: invoices less credit notes; may be below zero
    """

    days: int
    sales: Decimal


def count_back(receivables: Decimal, months: Sequence[Month]) -> Figure:
    """Days sales outstanding by count-back: days.

    From the receivables the sales of the latest month are taken, then those of the month before,
    and so on. A month whose sales are taken in full counts with all its days; the one that holds
    the rest counts with ``rest ÷ its sales × its days``. Months without sales count with all
    their days, for they passed; more credit notes than invoices add to the rest.

    Source: the count-back or exhaustion method, as Oracle Hyperion Financial Management
    (*DSO - Days Sales Outstanding*) and others publish it. There a month with no sales ends the
    count, which would make a firm look faster for not selling.

    :param months: latest first
    :return: not known when nothing is open (``no_receivables``), nothing was sold at all
        (``no_sales``), or more is open than was sold in these months (``older_than_sales``)
    """
    if receivables <= 0:
        return unknown("no_receivables")
    if not any(month.sales for month in months):
        return unknown("no_sales")
    rest, days = receivables, ZERO
    for month in months:
        if month.sales > 0 and month.sales >= rest:
            return Figure(days + rest / month.sales * month.days)
        rest -= month.sales
        days += month.days
    return unknown("older_than_sales")


def simple_dso(receivables: Decimal, sales: Decimal, days: int) -> Figure:
    """Days sales outstanding of a period: ``receivables ÷ credit sales × days of the period``.

    Source: Credit Research Foundation, standard formula.
    """
    return _days(receivables, sales, days)


def best_possible_dso(current: Decimal, sales: Decimal, days: int) -> Figure:
    """What DSO would be if nothing were late: ``current receivables ÷ sales × days``.

    Source: Credit Research Foundation, *Best Possible DSO*.

    :param current: receivables that are not overdue, less open credits
    :return: not known (``credits_exceed``) when open credits are more than what is not overdue
    """
    if current < 0:
        return unknown("credits_exceed")
    return _days(current, sales, days)


def average_days_delinquent(
    receivables: Decimal, current: Decimal, sales: Decimal, days: int
) -> Figure:
    """``DSO − best-possible DSO``, both of the same period: days.

    DSO is the simple one here: the count-back looks at other days than the best-possible, so that
    their difference could be below zero. Source: Credit Research Foundation, *ADD*.
    """
    dso, best = simple_dso(receivables, sales, days), best_possible_dso(current, sales, days)
    if dso.value is None or best.value is None:
        return best if dso.value is not None else dso
    return Figure(dso.value - best.value)


def _days(amount, sales, days):
    if sales <= 0:
        return unknown("no_sales")
    return ratio(max(amount, ZERO) * days, sales, "no_sales")


def effectiveness(
    beginning: Decimal, sales: Decimal, ending: Decimal, ending_current: Decimal
) -> Figure:
    """Collection effectiveness index: percent.

    ``(beginning + sales − ending total) ÷ (beginning + sales − ending current) × 100``: what was
    collected, of what could have been. 100 is all that was due.

    Source: Credit Research Foundation; *Collection Effectiveness Index*, Credit Guru.

    :param beginning: receivables when the period begins
    :param sales: credit sales in it
    :param ending: receivables when it ends
    :param ending_current: those of them that are not overdue
    :return: not known (``nothing_to_collect``) when nothing was to be collected
    """
    return share(
        beginning + sales - ending, beginning + sales - ending_current, "nothing_to_collect"
    )


def days_late_paid(parts: Iterable[tuple[Decimal, int]]) -> Figure:
    """Average days late of what was paid, weighted by amount: ``Σ amount × days ÷ Σ amount``.

    :param parts: amounts with the days from the due date to the payment; below zero: early
    """
    total = weighted = ZERO
    for amount, late in parts:
        total += amount
        weighted += amount * late
    return ratio(weighted, total, "nothing_paid")
