"""When a notice counts as received, and when its term has passed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.easter import easter

from .errors import Refused
from .tables import ONE_DAY, Holiday, LawTables, NoticeRule

SATURDAY = 5
#: Channels whose message is there when it has left.
AT_ONCE = ("email", "portal", "hand", "sms")
BY_POST = frozenset({"post", "letter", "registered", "snailmail"})


@dataclass(frozen=True, slots=True)
class Term:
    """The term that a notice gives.

    :param received: the day on which it counts as received; ``None``: the law asks for the
        sending only
    :param first: first day of the term
    :param last: last day on which payment is in time
    """

    first: date
    last: date
    received: date | None = None

    @property
    def costs_from(self) -> date:
        """The first day on which something extra may be due."""
        return self.last + ONE_DAY


def is_holiday(tables: LawTables, jurisdiction: str, day: date) -> bool:
    """Whether the law of a jurisdiction knows ``day`` as a public holiday."""
    for holiday in tables.all(Holiday, jurisdiction, day=day):
        if holiday.easter is not None:
            if easter(day.year) + timedelta(days=holiday.easter) == day:
                return True
        elif f"{day:%m-%d}" == holiday.fixed:
            return True
    return False


def term(
    tables: LawTables,
    jurisdiction: str,
    code: str,
    channel: str,
    sent: date,
    extra_days: int = 0,
    delivered: date | None = None,
) -> Term:
    """The term of a notice that left on a day.

    :param sent: when it was posted or handed over
    :param extra_days: days that its text gives beyond the law's
    :param delivered: when it was proven to be delivered, where that is known
    :raises Refused: of a channel by which no notice can go
    :raises Held: when the tables have no such notice
    """
    rule = tables.one(NoticeRule, jurisdiction, code, day=sent)
    if delivered is not None and delivered < sent:
        raise Refused(
            f"a notice can't be delivered on {delivered}, before it left on {sent}",
            "delivered_early",
            delivered=delivered,
            sent=sent,
        )
    if channel in AT_ONCE:
        received = delivered or sent
        first = received + ONE_DAY
    elif channel in BY_POST:
        received = delivered or _posted(tables, jurisdiction, rule, sent)
        first = received if rule.post_first else received + ONE_DAY
    else:
        raise Refused(f"a notice can't go by “{channel}”", "channel", channel=channel)
    last = first + timedelta(days=rule.days - 1 + extra_days)
    if rule.moves:
        while last.weekday() >= SATURDAY or is_holiday(tables, jurisdiction, last):
            last += ONE_DAY
    return Term(first, last, received)


def _posted(tables: LawTables, jurisdiction: str, rule: NoticeRule, sent: date) -> date:
    """The day on which a letter counts as delivered."""
    day, counted = sent, 0
    while counted < rule.post_days:
        day += ONE_DAY
        if day.weekday() not in rule.post_skips and not is_holiday(tables, jurisdiction, day):
            counted += 1
    return day
