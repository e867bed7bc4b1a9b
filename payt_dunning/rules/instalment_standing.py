"""What was paid of which instalment, from the money that came for what a plan covers.

Nothing of it is stored: it is worked out anew from what the ledger has.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from .instalments import ZERO, Instalment


class Came(NamedTuple):
    """Money that came for what a plan covers.

    :param amount: in the plan's currency, not below zero
    :param number: the instalment that it was meant for; 0: any
    :param sure: ``False``: confirmed by the provider or under way, not in the ledger yet
    """

    day: date
    amount: Decimal
    number: int = 0
    sure: bool = True


class Share(NamedTuple):
    """How an instalment stands.

    :param amount: as agreed
    :param needed: what has to come for it: less what fell away, more what others were short of
    :param paid: what came for it, never more than ``needed``
    :param received: the part of ``paid`` that is not sure
    :param paid_on: the day it was complete; ``None``: it is not, or nothing had to come
    """

    number: int
    due: date
    amount: Decimal
    needed: Decimal
    paid: Decimal
    received: Decimal
    paid_on: date | None

    @property
    def left(self) -> Decimal:
        """What has still to come."""
        return self.needed - self.paid

    @property
    def complete(self) -> bool:
        """Whether nothing has to come any more."""
        return self.left <= 0


@dataclass(slots=True)
class _Row:
    """An instalment while money is being spread."""

    instalment: Instalment
    needed: Decimal
    paid: Decimal = ZERO
    received: Decimal = ZERO
    last: date | None = None

    @property
    def left(self) -> Decimal:
        return self.needed - self.paid

    @property
    def due(self) -> date:
        return self.instalment.due


def spread(
    instalments: Sequence[Instalment],
    came: Iterable[Came],
    gone: Decimal = ZERO,
    extra: str = "end",
    tolerance: Decimal = ZERO,
    waived: Decimal = ZERO,
    today: date | None = None,
) -> tuple[Share, ...]:
    """What each instalment got, in the order of ``instalments``.

    What fell away is taken from the end backwards. Then money is spread in order of its day
    (money of one day as given):

    1. to the instalment that it was meant for;
    2. to those that are due by its day, the oldest first;
    3. to the next one after its day, but no further;
    4. what is over is extra: it goes to the last ones backwards, or to the next ones;
    5. what is beyond everything is left out.

    An instalment whose day has passed and that is short of no more than the tolerance is
    complete from the next day on: the last one that is not takes over what is short. Where that
    is itself, it is let go, as things stand today: money that comes later still goes there.

    :param instalments: in order of day
    :param gone: part of the total that was credited
    :param extra: ``end`` or ``next``: what extra money makes shorter
    :param tolerance: see above; never below zero
    :param waived: part of the total that is let go if the plan is kept
    :param today: for the tolerance; ``None``: there is none
    :raises ValueError: for money below zero, or an unknown ``extra``
    """
    if extra not in ("end", "next"):
        raise ValueError(f"{extra!r} is no place for extra money")
    rows = _needed(instalments, max(gone, ZERO) + max(waived, ZERO))
    before = None
    for money in sorted(came, key=lambda each: each.day):
        if money.amount < 0:
            raise ValueError(f"{money.amount} of {money.day} is below zero")
        if today and money.day != before:
            _pass_on(rows, tolerance, min(money.day, today))
        before = money.day
        _place(rows, money, extra)
    if today:
        _pass_on(rows, tolerance, today)
        _let_go(rows, tolerance, today)
    return tuple(
        Share(*row.instalment, row.needed, row.paid, row.received, None if row.left else row.last)
        for row in rows
    )


def state_of(share: Share, today: date, wait: int = 0) -> str:
    """Where an instalment is.

    :param wait: days that a transfer takes
    :return: ``paid``; ``received`` (complete with money that is not sure); ``waived`` (nothing
        has to come, and nothing came); ``coming``; ``due`` (since no more than ``wait`` days) or
        ``late``
    """
    if share.complete:
        if not share.paid:
            return "waived"
        return "received" if share.received else "paid"
    if share.due > today:
        return "coming"
    return "due" if share.due >= today - timedelta(wait) else "late"


def missed(shares: Iterable[Share], today: date, wait: int = 0) -> tuple[Share, ...]:
    """Those that are late; ``wait`` as in :func:`state_of`."""
    return tuple(share for share in shares if state_of(share, today, wait) == "late")


def owed_by(shares: Iterable[Share], day: date) -> Decimal:
    """What has to be there by that day and is not."""
    return sum((share.left for share in shares if share.due <= day), ZERO)


def next_due(shares: Iterable[Share], today: date | None = None) -> Share | None:
    """The first that is not complete, also where its day has passed; ``None``: all are.

    :param today: makes no difference: what is late comes before what is coming
    """
    return next((share for share in shares if not share.complete), None)


def paid_total(shares: Iterable[Share]) -> Decimal:
    """What came, without what is beyond the plan."""
    return sum((share.paid for share in shares), ZERO)


def left_total(shares: Iterable[Share]) -> Decimal:
    """What has still to come in all."""
    return sum((share.left for share in shares), ZERO)


def _needed(instalments: Sequence[Instalment], gone: Decimal) -> list[_Row]:
    rows = [_Row(instalment, instalment.amount) for instalment in instalments]
    for row in reversed(rows):
        taken = min(gone, row.needed)
        row.needed -= taken
        gone -= taken
    return rows


def _pass_on(rows: list[_Row], tolerance: Decimal, today: date) -> None:
    """Let the last incomplete one take over what those before it are a little short of."""
    for row in rows:
        if row.due >= today:
            return
        if 0 < row.left <= tolerance:
            last = next(each for each in reversed(rows) if each.left)
            if last is not row:
                last.needed += row.left
                row.needed = row.paid


def _let_go(rows: list[_Row], tolerance: Decimal, today: date) -> None:
    """Let the last incomplete one be complete where it is only a little short."""
    last = next((row for row in reversed(rows) if row.left), None)
    if last and last.due < today and last.left <= tolerance:
        last.needed = last.paid


def _place(rows: list[_Row], money: Came, extra: str) -> None:
    """Put money where it belongs, in the order that :func:`spread` tells."""
    meant = [row for row in rows if row.instalment.number == money.number]
    due = [row for row in rows if row.due <= money.day]
    ahead = [row for row in rows if row.due > money.day]
    others = ahead if extra == "next" else ahead[::-1]
    over = money.amount
    for row in (*meant, *due, *ahead[:1], *others):
        part = min(over, row.left)
        if part > 0:
            row.paid += part
            row.received += ZERO if money.sure else part
            row.last = money.day
            over -= part
