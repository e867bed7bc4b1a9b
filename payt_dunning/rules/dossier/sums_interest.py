"""Whether interest was calculated on what was open, on the days and at the rates that it says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from .claim import Claim, InterestPeriod, Invoice
from .problems import Problem, problem
from .slots import CENT

ZERO, HUNDRED = Decimal(0), Decimal(100)
ONE_DAY = timedelta(days=1)


def check_interest(claim: Claim, day: date) -> list[Problem]:
    """What is wrong with the interest of a claim.

    A row may differ by a cent: who adds up exactly and rounds at the end divides the cents over
    the rows. Their sum may not.

    :param day: the calculation date
    """
    interest = claim.interest
    if interest.basis == "none":
        idle = not (interest.periods or interest.accrued or interest.paid or interest.per_day)
        return [] if idle else [problem("interest_none", "interest")]
    found = []
    by_invoice = defaultdict(list)
    for period in interest.periods:
        by_invoice[period.invoice].append(period)
    invoices = {each.number: each for each in claim.invoices}
    for number, periods in by_invoice.items():
        periods.sort(key=lambda each: each.since)
        for period in periods:
            found += _period(claim, period, day)
            if number in invoices:
                found += _base(claim, invoices[number], period)
        found += _overlaps(periods)
    return found + _sums(claim, day)


def exact_interest(
    base: Decimal, rate: Decimal, since: date, until: date, day_count: str
) -> Decimal:
    """Interest over the days from ``since`` through ``until``, not rounded.

    :param rate: percent a year
    :param day_count: of ``codes.DAY_COUNT``
    """
    return sum(
        (
            base * rate * days / (HUNDRED * (366 if leap and day_count != "actual/365" else 365))
            for days, leap in _years(since, until)
        ),
        ZERO,
    )


def _years(since: date, until: date) -> Iterator[tuple[int, bool]]:
    """Number of days in each calendar year, and whether it is a leap year."""
    while since <= until:
        last = min(until, date(since.year, 12, 31))
        yield (last - since).days + 1, date(since.year, 12, 31).timetuple().tm_yday == 366
        if last == until:
            return
        since = last + ONE_DAY


def _at(period: InterestPeriod) -> str:
    return f"interest on {period.invoice} from {period.since}"


def _period(claim: Claim, period: InterestPeriod, day: date) -> list[Problem]:
    where, found = _at(period), []
    days = (period.until - period.since).days + 1
    if days != period.days:
        values = {"since": period.since, "until": period.until}
        found.append(problem("interest_days", where, found=days, days=period.days, **values))
    right = exact_interest(
        period.base, period.rate, period.since, period.until, claim.interest.day_count
    )
    if abs(right - period.amount) > CENT:
        found.append(
            problem(
                "interest_amount",
                where,
                base=period.base,
                rate=period.rate,
                days=days,
                found=right.quantize(CENT),
                amount=period.amount,
            )
        )
    if period.until > day:
        found.append(problem("interest_after_day", where, until=period.until, day=day))
    return found


def _base(claim: Claim, invoice: Invoice, period: InterestPeriod) -> list[Problem]:
    """Whether the base is what was open and is claimed.

    A payment may count on its own day or on the next: only where that day is a period by itself
    both are right. A credit may count from its date or as if it had never been owed.
    """
    where, found = _at(period), []
    default = invoice.default_since
    if default and period.since < default:
        found.append(problem("interest_before_default", where, since=period.since, default=default))
    high = low = invoice.incl - invoice.left_out
    first = period.since if period.since == period.until else period.since + ONE_DAY
    for each in claim.payments:
        if each.invoice == invoice.number and each.to_principal:
            high -= each.to_principal if each.date < first else ZERO
            low -= each.to_principal if each.date <= period.since else ZERO
            if period.since < each.date < period.until:
                found.append(problem("interest_straddles", where, day=each.date))
    for each in claim.credits:
        if each.invoice == invoice.number:
            high -= each.amount if each.date < period.since else ZERO
            low -= each.amount
    base = period.base - period.capitalised
    if not low <= base <= high:
        found.append(problem("interest_base", where, base=base, low=low, high=high))
    return found


def _overlaps(periods: list[InterestPeriod]) -> list[Problem]:
    """:param periods: of one invoice, in order"""
    found, last = [], None
    for period in periods:
        if last and period.since <= last:
            found.append(problem("interest_overlap", _at(period), day=period.since))
        last = max(last or period.until, period.until)
    return found


def _sums(claim: Claim, day: date) -> list[Problem]:
    interest, found = claim.interest, []
    total = sum((each.amount for each in interest.periods), ZERO)
    if total != interest.accrued:
        found.append(problem("interest_total", "interest", found=total, accrued=interest.accrued))
    paid = sum((each.to_interest for each in claim.payments), ZERO)
    if paid != interest.paid:
        found.append(problem("interest_paid", "interest", paid=interest.paid, found=paid))
    year = date(day.year, 12, 31)
    per_day = sum(
        (
            exact_interest(each.base, each.rate, year, year, interest.day_count)
            for each in interest.periods
            if each.until == day
        ),
        ZERO,
    )
    if abs(per_day - interest.per_day) > CENT:
        found.append(
            problem(
                "interest_per_day",
                "interest",
                found=per_day.quantize(CENT),
                per_day=interest.per_day,
            )
        )
    return found
