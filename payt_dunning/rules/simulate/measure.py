"""What a replay comes to, beside what really left: counts, days, costs, differences.

Everything can be added up part by part and written down as JSON in between.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from .past import Message

#: What is put on a list is work of ours, which comes and goes: it is counted, not compared.
LIST = "list"
#: So many invoices that differ are named; the others are counted.
NAMED = 500
AMOUNTS = ("was", "would", "moved", "concerned")
#: What the engine kept back though the levels wanted it: the law, and days on which nothing leaves.
BY_LAW = ("law", "no_default", "default", "term", "no_notice", "held", "letter")
BY_DAY = ("send_day",)


@dataclass(frozen=True, slots=True)
class Difference:
    """One message about an invoice that is made in one of two ways only, or on another day.

    :param was: the day on which it was really made; ``None``: it never was
    :param would: the day on which it would have been; ``None``: it would not
    """

    item_id: int
    position: int
    channel: str
    was: date | None
    would: date | None

    @property
    def weight(self) -> int:
        """How far it is from the same: what is on one side only goes before another day."""
        if self.was and self.would:
            return abs((self.would - self.was).days)
        return 10_000


@dataclass(slots=True)
class Tally:
    """Sums over many debtors.

    :param volumes: number of messages by ``(side, month, channel)``; the side is ``was`` or
        ``would``, the month as ``2026-11``
    :param daily: number of messages by ``(side, day)``
    :param amounts: what was reminded of in company currency, by side; and of invoices reminded of
        on both, days that the first reminder comes earlier times what was open (``moved``), and what
        was open (``concerned``)
    :param phases: number of messages by ``(side, phase)``
    :param approvals: messages that a person had to approve, by side
    :param kept: number of items kept back at some time, by code
    :param counts: messages about an invoice that are the ``same`` on both sides, ``earlier`` and
        ``later`` on another day, ``more`` and ``fewer`` on one side only; ``items`` looked at;
        real reminders (``reminded``), and those that a payment ``followed``
    """

    volumes: Counter = field(default_factory=Counter)
    daily: Counter = field(default_factory=Counter)
    amounts: dict = field(default_factory=lambda: dict.fromkeys(AMOUNTS, Decimal(0)))
    phases: Counter = field(default_factory=Counter)
    approvals: Counter = field(default_factory=Counter)
    kept: Counter = field(default_factory=Counter)
    counts: Counter = field(default_factory=Counter)
    differences: list[Difference] = field(default_factory=list)

    def add(self, side: str, messages: Iterable[Message]) -> None:
        """Count messages of one side."""
        for message in messages:
            self.volumes[side, message.day.strftime("%Y-%m"), message.channel] += 1
            self.daily[side, message.day] += 1
            self.phases[side, message.phase] += 1
            self.amounts[side] += message.amount
            self.approvals[side] += message.approval

    def compare(self, was: list[Message], would: list[Message]) -> None:
        """Count how the messages of one debtor differ, and name those that do most."""
        before, after = _days(was), _days(would)
        for key in before.keys() | after.keys():
            difference = Difference(*key, before.get(key), after.get(key))
            kind = _kind(difference)
            self.counts[kind] += 1
            if kind != "same":
                self.differences.append(difference)
        if len(self.differences) > 2 * NAMED:
            self._shorten()

    def move(self, was: list[Message], would: list[Message], open_of: dict[int, Decimal]) -> None:
        """Count by how much first reminders about each invoice come earlier.

        :param open_of: what was open of an item when it was really reminded of first, in company
            currency
        """
        before, after = _first(was), _first(would)
        for item_id in before.keys() & after.keys() & open_of.keys():
            days = (before[item_id] - after[item_id]).days
            self.amounts["moved"] += days * open_of[item_id]
            self.amounts["concerned"] += open_of[item_id]

    def _shorten(self):
        self.differences.sort(key=lambda each: (-each.weight, each.item_id, each.position))
        del self.differences[NAMED:]

    def keep(self, kept: dict[int, set[str]]) -> None:
        """Count why items were kept back."""
        for codes in kept.values():
            self.kept.update(codes)

    def merge(self, other: Tally) -> None:
        """Take in the sums of another part."""
        for name in ("volumes", "daily", "phases", "approvals", "kept", "counts"):
            getattr(self, name).update(getattr(other, name))
        for side, amount in other.amounts.items():
            self.amounts[side] += amount
        self.differences += other.differences
        if len(self.differences) > 2 * NAMED:
            self._shorten()

    def to_json(self) -> dict:
        """Plain values, for a column of JSON."""
        self._shorten()
        return {
            "volumes": [[*key, count] for key, count in sorted(self.volumes.items())],
            "daily": [
                [side, day.isoformat(), count] for (side, day), count in sorted(self.daily.items())
            ],
            "amounts": {side: str(amount) for side, amount in self.amounts.items()},
            "phases": [[*key, count] for key, count in sorted(self.phases.items())],
            "approvals": dict(self.approvals),
            "kept": dict(self.kept),
            "counts": dict(self.counts),
            "differences": [
                [
                    each.item_id,
                    each.position,
                    each.channel,
                    each.was and each.was.isoformat(),
                    each.would and each.would.isoformat(),
                ]
                for each in self.differences
            ],
        }

    @classmethod
    def from_json(cls, values: dict) -> Tally:
        """What :meth:`to_json` gave; nothing at all is an empty one."""
        tally = cls()
        if not values:
            return tally
        tally.volumes.update({tuple(key): count for *key, count in values["volumes"]})
        tally.daily.update(
            {(side, date.fromisoformat(day)): count for side, day, count in values["daily"]}
        )
        tally.amounts = {side: Decimal(each) for side, each in values["amounts"].items()}
        tally.phases.update({tuple(key): count for *key, count in values["phases"]})
        tally.approvals.update(values["approvals"])
        tally.kept.update(values["kept"])
        tally.counts.update(values["counts"])
        tally.differences = [
            Difference(
                item_id,
                position,
                channel,
                was and date.fromisoformat(was),
                would and date.fromisoformat(would),
            )
            for item_id, position, channel, was, would in values["differences"]
        ]
        return tally


def _days(messages):
    """The first day on which each level was sent about an item by a channel."""
    found = {}
    for message in messages:
        for item_id, position in message.rows if message.channel != LIST else ():
            key = (item_id, position, message.channel)
            found[key] = min(found.get(key, message.day), message.day)
    return found


def _first(messages):
    """The first day on which each item was reminded of."""
    found = {}
    for message in messages:
        for item_id, _position in message.rows if message.channel != LIST else ():
            found[item_id] = min(found.get(item_id, message.day), message.day)
    return found


def _kind(difference):
    if difference.was is None:
        return "more"
    if difference.would is None:
        return "fewer"
    if difference.was == difference.would:
        return "same"
    return "earlier" if difference.would < difference.was else "later"


def busiest(daily: Counter, side: str, most: int = 5) -> list[tuple[date, int]]:
    """The days with most messages of one side: ``(day, number)``, the busiest first."""
    days = [(day, count) for (own, day), count in daily.items() if own == side]
    return sorted(days, key=lambda each: (-each[1], each[0]))[:most]


def above(daily: Counter, side: str, most: int) -> int:
    """The number of days with more messages of one side than ``most``; 0: no limit."""
    if not most:
        return 0
    return sum(1 for (own, _day), count in daily.items() if own == side and count > most)


def cost(volumes: Counter, side: str, price: dict[str, Decimal]) -> Decimal:
    """What messages of one side cost, at a price for each channel in company currency."""
    return sum(
        (
            count * price.get(channel, Decimal(0))
            for (own, _m, channel), count in volumes.items()
            if own == side
        ),
        Decimal(0),
    )
