"""On which days a message may leave."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)
EVERY_DAY = frozenset(range(7))
WORKING_DAYS = frozenset(range(5))
NO_DAYS: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days of the week (0 is Monday) on which messages may leave.

    :param friendly: for courtesies and reminders
    :param formal: for statutory notices and the collection phase
    :param closed: days on which neither leaves: public holidays, closures of the company
    """

    friendly: frozenset[int] = EVERY_DAY
    formal: frozenset[int] = EVERY_DAY
    closed: frozenset[date] = NO_DAYS

    def first_day(self, day: date, formal: bool = False) -> date:
        """The first day not before ``day`` on which a message may leave."""
        allowed = self.formal if formal else self.friendly
        while day.weekday() not in allowed or day in self.closed:
            day += ONE_DAY
        return day

    def last_day(self, day: date, formal: bool = False) -> date:
        """The last day not after ``day`` on which a message may leave."""
        allowed = self.formal if formal else self.friendly
        while day.weekday() not in allowed or day in self.closed:
            day -= ONE_DAY
        return day


def previous_working_day(day: date, closed: frozenset[date] = NO_DAYS) -> date:
    """The last day before ``day`` that is neither in a weekend nor ``closed``."""
    day -= ONE_DAY
    while not _works(day, closed):
        day -= ONE_DAY
    return day


def add_working_days(day: date, count: int, closed: frozenset[date] = NO_DAYS) -> date:
    """The day that lies ``count`` working days after ``day``; ``closed`` days are none."""
    for _number in range(count):
        day += ONE_DAY
        while not _works(day, closed):
            day += ONE_DAY
    return day


def _works(day, closed):
    return day.weekday() in WORKING_DAYS and day not in closed
