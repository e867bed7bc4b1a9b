"""What is known of the past of one debtor's receivables, for replaying levels over it.

Money is ``Decimal`` in the item's own currency unless a name says otherwise; days are
``datetime.date``. Each value holds from its day on, through the day before the next one's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from ..facts import ItemFacts, Ladder
from ..gather import Bar
from ..law.standing import Served, Standing
from ..law.terms import Term
from ..plan import PlannedNotice
from ..working_days import Calendar

#: What became of a message: it left, it was dropped before it did, or it did not arrive.
LEFT, DROPPED, FAILED = "left", "dropped", "failed"


@dataclass(frozen=True, slots=True)
class Amount:
    """What was open from a day on.

    :param company: the same in company currency
    """

    day: date
    open: Decimal
    company: Decimal


@dataclass(frozen=True, slots=True)
class Stop:
    """A time in which something that is not of the levels kept an item back, as it was noted.

    :param until: the first day on which it did not any more; ``None``: it still does
    """

    since: date
    until: date | None
    code: str


@dataclass(frozen=True, slots=True)
class ItemPast:
    """A receivable line and what happened to it beside its levels.

    :param facts: what does not change; what was reached before the first day is in it
    :param line_id: its journal item, by which free credits are allocated where due dates are the
        same
    :param known_from: the first run that could see it
    :param amounts: what was open, oldest first
    :param resumed: days on which a pause was ended
    :param policy_id: what it follows
    :param begun_id: the revision that it has begun with before the first day; 0: none
    :param case_id: the case that a person put it in, on ``joined_on``; 0: none. Its
        ``facts.count_from`` counts from then on
    :param recipients: see :class:`~..plan.Candidate`
    :param spans: first and last day of what held it in full, of which a case is paused
    """

    facts: ItemFacts
    line_id: int
    currency_id: int
    known_from: date
    amounts: tuple[Amount, ...]
    stops: tuple[Stop, ...] = ()
    resumed: tuple[date, ...] = ()
    policy_id: int = 0
    begun_id: int = 0
    ask_first: bool = False
    case_id: int = 0
    joined_on: date | None = None
    recipients: tuple[tuple[str, str, str, int], ...] = ()
    spans: tuple[tuple[date, date | None], ...] = ()


@dataclass(frozen=True, slots=True)
class DebtorPast:
    """A debtor with everything that it owed.

    :param credits: what of it was free, by currency id, oldest first; amounts are positive
    :param last: when a message left last before the first day, by currency id
    :param used: ``(channel, last day, address, contact)`` of what was used then and is not now
    :param served: notices with a term that left before the first day, by item id
    """

    debtor_id: int
    company_id: int
    items: tuple[ItemPast, ...]
    lang: str = ""
    langs: tuple[tuple[int, str], ...] = ()
    credits: dict[int, tuple[Amount, ...]] = field(default_factory=dict)
    last: dict[int, date] = field(default_factory=dict)
    used: tuple[tuple[str, date, str, int], ...] = ()
    served: dict[int, tuple[Served, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one message.

    :param day: when it left or failed; ``None``: it never did
    :param counts: it reached the debtor, so that the gap between messages counts from it
    """

    outcome: str = LEFT
    day: date | None = None
    counts: bool = True


@dataclass(frozen=True, slots=True)
class World:
    """What holds for everybody while the past is replayed.

    :param days: on which the daily run took place, oldest first
    :param ladder: the revision and ladder that an item follows on a day, given what it has begun
        with (0: nothing)
    :param calendar: days on which messages may leave to a debtor
    :param standing: how an item stands before the law, given the notices that left about it
    :param bar: what :func:`~..gather.gather` asks for on a day
    :param term: the term that a message gives which left by a channel on a day: for a rung of
        which the law has a say
    :param fate: what became of a message
    :param known_ladder: the ladder of a revision
    :param opens: whether a formal notice opens a case about what follows a policy, and whether its
        messages wait for approval
    :param closed: days on which the company was closed
    """

    days: tuple[date, ...]
    ladder: Callable[[ItemPast, date, int], tuple[int, Ladder | None]]
    calendar: Callable[[int], Calendar]
    standing: Callable[[ItemPast, date, tuple[Served, ...]], Standing]
    bar: Callable[[date], Bar]
    term: Callable[[Standing, str, int, str, date], Term | None]
    fate: Callable[[PlannedNotice], Fate]
    known_ladder: Callable[[int], Ladder]
    opens: Callable[[int], tuple[bool, bool]] = lambda policy_id: (False, False)
    closed: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True)
class Message:
    """One message, replayed or real.

    :param day: the day for which it was made
    :param rows: ``(item id, position of its level)`` of what it reminds of
    :param amount: what of it is reminded of, in company currency
    """

    day: date
    debtor_id: int
    channel: str
    phase: str
    rows: tuple[tuple[int, int], ...]
    amount: Decimal = Decimal(0)
    approval: bool = False
    left_on: date | None = None
