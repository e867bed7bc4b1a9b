"""How old receivables are: buckets by days late, and invoices by the month they were made in."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from .values import ZERO, Figure, share

#: Ends of buckets where a company chose none.
ENDS = (30, 60, 90)
#: So many buckets at most: more can't be read.
MOST = 8
LONG = 90


@dataclass(frozen=True, slots=True)
class Open:
    """What is open of a receivable on a day.

    :param amount: above zero, in one currency; a credit is below zero
    :param days_late: from the due date to the day; 0 or less: not due
    """

    amount: Decimal
    days_late: int


@dataclass(frozen=True, slots=True)
class Aging:
    """Sums by bucket.

    :param current: not due yet
    :param late: of each bucket, the last without end: one more than there are ends
    :param credits: open credits, above zero; in no bucket
    :param long: more than 90 days late, whatever the buckets
    """

    current: Decimal
    late: tuple[Decimal, ...]
    credits: Decimal
    long: Decimal

    @property
    def overdue(self) -> Decimal:
        """All that is late."""
        return sum(self.late, ZERO)

    @property
    def open(self) -> Decimal:
        """Due or not, credits not taken off."""
        return self.current + self.overdue

    @property
    def receivables(self) -> Decimal:
        """Less open credits: the balance of the receivable accounts."""
        return self.open - self.credits

    def share_overdue(self) -> Figure:
        """``overdue ÷ open × 100``."""
        return share(self.overdue, self.open, "no_receivables")

    def share_long(self) -> Figure:
        """``more than 90 days late ÷ open × 100``."""
        return share(self.long, self.open, "no_receivables")


def read_ends(text: str) -> tuple[int, ...]:
    """Ends of buckets as a person writes them: ``30, 60, 90``; empty: the usual.

    :raises ValueError: unless they are whole days above 0, rising, at most :data:`MOST`
    """
    parts = [part.strip() for part in (text or "").replace(";", ",").split(",")]
    if not any(parts):
        return ENDS
    if not all(part.isascii() and part.isdigit() for part in parts):
        raise ValueError("not whole days")
    ends = tuple(int(part) for part in parts)
    if ends[0] < 1 or ends[-1] > 9999 or len(ends) > MOST:
        raise ValueError("out of bounds")
    if any(low >= high for low, high in zip(ends, ends[1:], strict=False)):
        raise ValueError("not rising")
    return ends


def age(rows: Iterable[Open], ends: Sequence[int] = ENDS) -> Aging:
    """Put what is open in buckets.

    :param ends: the last day of each bucket; day ``end`` belongs to it, ``end + 1`` to the next
    """
    current = credit = long = ZERO
    late = [ZERO] * (len(ends) + 1)
    for row in rows:
        if row.amount < 0:
            credit -= row.amount
        elif row.days_late <= 0:
            current += row.amount
        else:
            late[bisect_left(ends, row.days_late)] += row.amount
            if row.days_late > LONG:
                long += row.amount
    return Aging(current, tuple(late), credit, long)


def month_ends(day: date, count: int) -> list[date]:
    """The last days of the ``count - 1`` months before, and the day itself, oldest first."""
    found = [day]
    while len(found) < count:
        found.append(found[-1].replace(day=1) - timedelta(days=1))
    return found[::-1]
