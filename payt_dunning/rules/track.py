"""The days of a case: how long it has run, how long it was paused, when it is to be decided.

A case takes a fixed number of days (thirty by default) from the day on which its formal notice
left. Days on which nothing could go on, because everything in it was on hold or the company was
closed, are added at its end and shown apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

#: Days that a case takes when nobody says otherwise, pauses apart.
LENGTH = 30

#: First and last day of something, both included; no last day: it still goes on.
Days = tuple[date, date | None]


@dataclass(frozen=True, slots=True)
class Track:
    """Where a case is on its days.

    :param begun: day 0: its formal notice left
    :param day: the day on which one looks
    :param paused: days after ``begun`` until ``day`` on which nothing could go on
    :param length: days that it takes without pauses
    """

    begun: date
    day: date
    paused: int = 0
    length: int = LENGTH

    @property
    def running(self) -> int:
        """Days that it has run, pauses apart; never negative."""
        return max((self.day - self.begun).days - self.paused, 0)

    @property
    def deadline(self) -> date:
        """The day on which a decision is due; each day of a pause puts it off by one."""
        return self.begun + timedelta(days=self.length + self.paused)

    def counts_from(self, days: int) -> date:
        """From when levels count, so that the notice's is where it left; pauses put it off.

        :param days: those of its notice's level
        """
        return self.begun + timedelta(days=self.paused - days)

    @property
    def left(self) -> int:
        """Days until then; negative: it is late."""
        return (self.deadline - self.day).days


def track(
    begun: date,
    day: date,
    held: Iterable[Sequence[Days]] = (),
    closed: Iterable[date] = (),
    length: int = LENGTH,
) -> Track:
    """Say where a case is on ``day``.

    :param held: of each thing in it, the days on which it was held in full; the case is paused
        where all of them were
    :param closed: days on which the company was closed
    :param length: days that it takes without pauses
    """
    if day <= begun:
        return Track(begun, day, 0, length)
    spans = [_held_days(days, begun, day) for days in held]
    paused = set.intersection(*spans) if spans else set()
    paused |= {each for each in closed if begun < each <= day}
    return Track(begun, day, len(paused), length)


def _held_days(spans, begun, day):
    """The days after ``begun`` until ``day`` that some spans take."""
    found = set()
    for since, until in spans:
        first, last = max(since, begun + timedelta(days=1)), min(until or day, day)
        found.update(first + timedelta(days=step) for step in range((last - first).days + 1))
    return found
