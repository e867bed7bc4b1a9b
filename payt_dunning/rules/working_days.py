"""On which days a message may leave."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)
EVERY_DAY = frozenset(range(7))
WORKING_DAYS = frozenset(range(5))


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days of the week (0 is Monday) on which messages may leave.

    :param friendly: for courtesies and reminders
    :param formal: for statutory notices and the collection phase
    """

    friendly: frozenset[int] = EVERY_DAY
    formal: frozenset[int] = EVERY_DAY

    def first_day(self, day: date, formal: bool = False) -> date:
        """The first day not before ``day`` on which a message may leave."""
        allowed = self.formal if formal else self.friendly
        while day.weekday() not in allowed:
            day += ONE_DAY
        return day


def previous_working_day(day: date) -> date:
    """The last day before ``day`` that is not in a weekend."""
    day -= ONE_DAY
    while day.weekday() not in WORKING_DAYS:
        day -= ONE_DAY
    return day


def add_working_days(day: date, count: int) -> date:
    """The day that lies ``count`` working days after ``day``."""
    for _number in range(count):
        day += ONE_DAY
        while day.weekday() not in WORKING_DAYS:
            day += ONE_DAY
    return day
