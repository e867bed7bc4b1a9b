"""Where items, cases and messages have come to, while their past is replayed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from ..facts import Rung
from ..law.standing import Served
from ..plan import PlannedNotice
from ..track import Track as CaseDays
from ..track import track as case_days
from .past import Amount, Fate, ItemPast, Message

#: What only something that happens can end: nobody need look again before.
UNTIL_SOMETHING_HAPPENS = frozenset(
    {
        "match_credit",
        "money_under_way",
        "we_owe",
        "under_way",
        "direct_debit",
        "hold",
        "end_of_ladder",
        "no_ladder",
        "law",
        "no_default",
        "no_notice",
        "no_address",
        "no_number",
        "intercompany",
        "employee",
        "old_backlog",
        "backlog_call",
        "failed",
    }
)

#: What may come out otherwise on any day on which the debtor is looked at.
ANY_DAY = frozenset(
    {"below_minimum", "match_credit", "money_under_way", "we_owe", "under_way", "letter", "held"}
)


@dataclass(slots=True)
class Track:
    """Where one item has come to, while its past is replayed."""

    past: ItemPast
    reached: int
    reached_on: date | None
    begun_id: int
    place: int = 0
    failures: int = 0
    failed_on: date | None = None
    veto_from: date | None = None
    waits_for: int = 0
    served: list[Served] = field(default_factory=list)
    case: OpenCase | None = None
    #: Decided, and nothing that has happened since can change it before this day.
    settled_until: date | None = None

    def amount(self, day: date) -> Amount | None:
        """What is open on ``day``; days are asked for in their order."""
        amounts = self.past.amounts
        while self.place + 1 < len(amounts) and amounts[self.place + 1].day <= day:
            self.place += 1
        found = amounts[self.place]
        return found if found.day <= day and found.open > 0 else None


@dataclass(slots=True, eq=False)
class OpenCase:
    """A case that a formal notice opened: the levels of what is in it count from that notice.

    :param days: those of the level that its notice was
    """

    number: int
    begun: date
    days: int
    ask_first: bool
    members: list[Track]

    def count_from(self, day: date, closed: frozenset[date]) -> date:
        """From when its levels count, as the run of a day knows it; pauses put it off."""
        spans = [each.past.spans for each in self.members if each.amount(day)]
        paused = case_days(self.begun, day, spans, closed).paused
        return CaseDays(self.begun, day, paused).counts_from(self.days)


@dataclass(slots=True)
class Sent:
    """A message that was made and has not come to its end."""

    notice: PlannedNotice
    fate: Fate
    rungs: dict[int, Rung]
    settled: bool = False


@dataclass(slots=True)
class Outcome:
    """What came of a replay.

    :param messages: in the order in which they were made
    :param kept: codes for which each item was kept back at some time
    """

    messages: list[Message]
    kept: dict[int, set[str]]
