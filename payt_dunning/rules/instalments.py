"""Schedules of payment plans: on which days how much is paid.

Every schedule is a tuple of :class:`Instalment` in order of day, whose amounts are positive,
multiples of the currency's smallest unit, and add up to the total exactly.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import NamedTuple

ZERO = Decimal(0)
HUNDRED = Decimal(100)
#: No plan has more instalments: ten years of months.
MOST = 120
#: Days between two instalments of a rhythm that goes by weeks.
DAYS = {"week": 7, "two_weeks": 14}
#: Friendly amounts: below so much an instalment, multiples of this unit.
FRIENDLY = ((20, 1), (100, 5), (500, 10), (5000, 50))
#: The unit above all of them.
LARGEST_UNIT = Decimal(100)
#: Each reason why there is no such schedule, with the names of what it tells beside.
CODES = {
    "amount": ("amount",),
    "no_count": ("count",),
    "no_total": ("total",),
    "not_positive": ("number",),
    "order": ("number",),
    "past": ("day",),
    "sum": ("total", "sum", "difference"),
    "too_long": ("count", "most"),
    "too_many": ("count", "most"),
}


class Unfit(ValueError):
    """There is no such schedule.

    :param code: one of :data:`CODES`
    :param values: what the words of that code tell
    """

    def __init__(self, code: str, /, **values: object) -> None:
        super().__init__(code)
        self.code, self.values = code, values

    def __str__(self) -> str:
        told = ", ".join(f"{name} {value}" for name, value in self.values.items())
        return f"{self.code}: {told}"


class Instalment(NamedTuple):
    """What is to be paid by a day.

    :param number: from 1; a number stays with its instalment when others fall away
    :param amount: in the plan's currency, above zero
    """

    number: int
    due: date
    amount: Decimal


def due_dates(first: date, count: int, every: str = "month", payment_day: int = 0) -> list[date]:
    """The days of a rhythm.

    Months that are too short end it on their last day; the next month has the day itself again.

    :param first: the first of them, or the day before which none comes
    :param every: ``month``, ``two_weeks`` or ``week``
    :param payment_day: day of the month, 31 being its last; 0: the day of ``first``. Weeks go
        by ``first`` alone
    :raises Unfit: ``no_count``, or ``too_long`` (also past the year 9999)
    """
    _check_count(count)
    try:
        if every in DAYS:
            return [first + timedelta(DAYS[every] * place) for place in range(count)]
        if every != "month":
            raise TypeError(f"{every!r} is no rhythm")
        day = payment_day if payment_day > 0 else first.day
        late = int(_day_of(_month(first), day) < first)
        return [_day_of(_month(first) + late + place, day) for place in range(count)]
    except (OverflowError, ValueError) as error:
        raise Unfit("too_long", count=count, most=MOST) from error


def by_count(
    total: Decimal,
    count: int,
    dates: Sequence[date],
    step: Decimal,
    rounding: str = "none",
    first_share: Decimal = ZERO,
) -> tuple[Instalment, ...]:
    """So many instalments of the same amount; the difference is in the last one.

    Amounts are rounded half up to the unit of ``rounding``, as long as the last one stays
    positive and is no more than twice the others; else to the next finer unit, and at last down
    to ``step``.

    :param dates: one for each instalment
    :param step: the currency's smallest unit; ``total`` is a multiple of it
    :param rounding: ``none`` (``step``), ``whole`` (whole units of the currency) or ``relative``
        (friendly amounts: the larger an instalment, the rounder)
    :param first_share: least part of the total that the first one has, in percent
    :raises Unfit: ``no_total``, ``no_count``, ``too_long``, ``too_many``, ``sum`` (the total is
        no multiple of ``step``) or ``order``
    """
    _check_total(total, step)
    _check_count(count)
    if len(dates) != count:
        raise TypeError(f"{len(dates)} dates for {count} instalments")
    least = max(_to(total * first_share / HUNDRED, step, ROUND_CEILING), step)
    most = 1 + max(int((total - least) / step), 0)
    if count > most:
        raise Unfit("too_many", count=count, most=most)
    amounts = _even(total, count, step, rounding)
    if amounts[0] < least and count > 1:
        amounts = [least, *_even(total - least, count - 1, step, rounding)]
    return _schedule(zip(dates, amounts, strict=True))


def by_amount(
    total: Decimal, amount: Decimal, first: date, every: str, payment_day: int, step: Decimal
) -> tuple[Instalment, ...]:
    """So much a period; the rest, which is never more, is in the last one.

    :param amount: a period; parts of a ``step`` are left out
    :param first: see :func:`due_dates`, as for ``every`` and ``payment_day``
    :raises Unfit: ``no_total``, ``amount``, ``too_long`` or ``sum``
    """
    _check_total(total, step)
    amount = _to(amount, step, ROUND_FLOOR)
    if amount <= 0:
        raise Unfit("amount", amount=amount)
    count = int((total / amount).to_integral_value(ROUND_CEILING))
    dates = due_dates(first, count, every, payment_day)
    amounts = [amount] * (count - 1) + [total - amount * (count - 1)]
    return _schedule(zip(dates, amounts, strict=True))


def single(total: Decimal, due: date) -> tuple[Instalment, ...]:
    """All of it on a later day.

    :raises Unfit: ``no_total``
    """
    if total <= 0:
        raise Unfit("no_total", total=total)
    return (Instalment(1, due, total),)


def free(
    total: Decimal, pairs: Iterable[tuple[date, Decimal]], step: Decimal
) -> tuple[Instalment, ...]:
    """Days and amounts that somebody chose.

    :param pairs: in order of day; parts of a ``step`` are left out of an amount
    :raises Unfit: ``no_total``, ``no_count``, ``too_long``, ``not_positive``, ``order`` (with the
        number of the instalment that is not after the one before it) or ``sum``, whose
        ``difference`` is what is missing (below zero: what is too much)
    """
    _check_total(total, step)
    rows = [(due, _to(amount, step, ROUND_FLOOR)) for due, amount in pairs]
    _check_count(len(rows))
    for number, (_due, amount) in enumerate(rows, 1):
        if amount <= 0:
            raise Unfit("not_positive", number=number)
    schedule = _schedule(rows)
    whole = _sum(schedule)
    if whole != total:
        raise Unfit("sum", total=total, sum=whole, difference=total - whole)
    return schedule


def check_days(instalments: Iterable[Instalment], today: date) -> None:
    """Refuse what should have been paid before today.

    :raises Unfit: ``past`` with the first such day
    """
    for instalment in instalments:
        if instalment.due < today:
            raise Unfit("past", day=instalment.due)


def shifted(
    instalments: Sequence[Instalment],
    number: int,
    due: date,
    *,
    rest: bool = True,
    every: str = "month",
) -> tuple[Instalment, ...]:
    """The schedule with one instalment on a later day.

    :param number: of the instalment
    :param due: its new day, not before its old one
    :param rest: those after it move along: in a monthly rhythm to the same day of as many months
        later, else by as many days
    :param every: the plan's rhythm; a monthly plan whose later days have none moves by days
    :raises Unfit: ``order`` with the number of what would not come after the one before it, or
        ``too_long`` (past the year 9999)
    :raises LookupError: where no instalment has that number
    """
    place = next((at for at, each in enumerate(instalments) if each.number == number), None)
    if place is None:
        raise LookupError(f"There is no instalment {number}")
    old, later = instalments[place], instalments[place + 1 :]
    if due < old.due:
        raise Unfit("order", number=number)
    days = [each.due for each in later]
    if rest and due > old.due:
        try:
            by_month = _moved_months(old.due, due, days) if every == "month" else None
            days = by_month or [day + (due - old.due) for day in days]
        except (OverflowError, ValueError) as error:
            raise Unfit("too_long", count=len(instalments), most=MOST) from error
    moved = [each._replace(due=day) for each, day in zip(later, days, strict=True)]
    return _in_order((*instalments[:place], old._replace(due=due), *moved))


def heavier(old: Iterable[Instalment], new: Iterable[Instalment]) -> bool:
    """Whether the new schedule asks for more than the old one: by any day, or in all."""
    rows = sorted(
        [(each.due, each.amount) for each in new] + [(each.due, -each.amount) for each in old]
    )
    # On each day what the old one asks for comes first: amounts below zero.
    more = ZERO
    for _due, amount in rows:
        more += amount
        if more > 0:
            return True
    return False


def lessened(instalments: Sequence[Instalment], gone: Decimal) -> tuple[Instalment, ...]:
    """The schedule when so much of its total fell away, from the last instalment backwards.

    Instalments of which nothing is left are left out; the others keep their numbers.
    """
    left: list[Instalment] = []
    for each in reversed(instalments):
        taken = max(min(gone, each.amount), ZERO)
        gone -= taken
        if each.amount > taken:
            left.append(each._replace(amount=each.amount - taken))
    return tuple(reversed(left))


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or its last one.

    :raises ValueError: past the year 9999
    """
    return _day_of(_month(day) + months, day.day)


def _check_total(total: Decimal, step: Decimal) -> None:
    if total <= 0:
        raise Unfit("no_total", total=total)
    whole = _to(total, step, ROUND_FLOOR)
    if whole != total:
        raise Unfit("sum", total=total, sum=whole, difference=total - whole)


def _check_count(count: int) -> None:
    if count < 1:
        raise Unfit("no_count", count=count)
    if count > MOST:
        raise Unfit("too_long", count=count, most=MOST)


def _month(day: date) -> int:
    """Months since the year 0."""
    return day.year * 12 + day.month - 1


def _day_of(month: int, day: int) -> date:
    """That day of a month, or its last one."""
    year, place = divmod(month, 12)
    return date(year, place + 1, min(day, monthrange(year, place + 1)[1]))


def _to(amount: Decimal, unit: Decimal, how: str) -> Decimal:
    return (amount / unit).to_integral_value(how) * unit


def _sum(instalments: Iterable[Instalment]) -> Decimal:
    return sum((each.amount for each in instalments), ZERO)


def _schedule(rows: Iterable[tuple[date, Decimal]]) -> tuple[Instalment, ...]:
    """Number instalments and refuse what is not in order of day."""
    return _in_order(Instalment(number, *row) for number, row in enumerate(rows, 1))


def _in_order(instalments: Iterable[Instalment]) -> tuple[Instalment, ...]:
    schedule = tuple(instalments)
    for before, after in zip(schedule, schedule[1:], strict=False):
        if after.due <= before.due:
            raise Unfit("order", number=after.number)
    return schedule


def _units(share: Decimal, step: Decimal, rounding: str) -> list[Decimal]:
    """Units to round an even share to, from the coarsest to ``step``."""
    if rounding == "relative":
        largest = next((Decimal(unit) for below, unit in FRIENDLY if share < below), LARGEST_UNIT)
    elif rounding == "whole":
        largest = Decimal(1)
    elif rounding == "none":
        largest = step
    else:
        raise TypeError(f"{rounding!r} is no way to round")
    units = [LARGEST_UNIT, *(Decimal(unit) for _below, unit in reversed(FRIENDLY))]
    return [unit for unit in units if step < unit <= largest and not unit % step] + [step]


def _even(total: Decimal, count: int, step: Decimal, rounding: str) -> list[Decimal]:
    """``count`` amounts, all the same but the last one; ``total`` is worth that many steps."""
    share = total / count
    for unit in _units(share, step, rounding):
        each = _to(share, unit, ROUND_HALF_UP)
        last = total - each * (count - 1)
        if 0 < last <= 2 * each:
            return [each] * (count - 1) + [last]
    # Few steps over many instalments: the last one has what is left of them.
    each = _to(share, step, ROUND_FLOOR)
    return [each] * (count - 1) + [total - each * (count - 1)]


def _moved_months(old: date, new: date, days: list[date]) -> list[date] | None:
    """Later days of a monthly rhythm, with it moved from ``old`` to ``new``.

    A plan by the last days of months goes on by them when it moves to such a day.

    :return: as many days; ``None`` where they have no such rhythm, or one would come earlier
    """
    anchors = [max((day.day for day in group), default=0) for group in ([old, *days], days)]
    for anchor in anchors:
        if all(day == _day_of(_month(day), anchor) for day in days):
            break
    else:
        return None
    goes_on = anchor if new == _day_of(_month(new), anchor) else new.day
    moved = [_day_of(_month(new) + _month(day) - _month(old), goes_on) for day in days]
    rising = all(before < after for before, after in zip([new, *moved], moved, strict=False))
    later = all(after >= before for before, after in zip(days, moved, strict=True))
    return moved if rising and later else None
