"""At which moments of a day a channel may be used.

A window is said in the local time of the debtor. Moments go in and come out in UTC: with a
time zone as they are, without one as Odoo stores them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from hashlib import sha256
from zoneinfo import ZoneInfo

from .working_days import EVERY_DAY, NO_DAYS

UTC = timezone.utc
ONE_DAY = timedelta(days=1)
ONE_SECOND = timedelta(seconds=1)
MINUTES = 24 * 60
SUNDAY = 6
#: A window that stays shut for longer than this is wrong.
MOST_DAYS = timedelta(days=400)


class NeverOpen(ValueError):
    """A window in which there is no moment: none at all, or none for :data:`MOST_DAYS`."""


@dataclass(frozen=True, slots=True)
class Hours:
    """From when until when on a day, in minutes of the local day; ``closes`` is outside.

    :raises NeverOpen: when it does not close after it opens, on the same day
    """

    opens: int
    closes: int

    def __post_init__(self):
        if not 0 <= self.opens < self.closes <= MINUTES:
            raise NeverOpen(f"there is no time from minute {self.opens} to {self.closes} of a day")

    def cut(self, limits: Hours) -> Hours:
        """The part of these hours that lies within others.

        :raises NeverOpen: when there is none
        """
        return Hours(max(self.opens, limits.opens), min(self.closes, limits.closes))


#: What each channel keeps to where nobody says otherwise; another one keeps to those of e-mail.
DEFAULT_HOURS = {
    "email": Hours(8 * 60 + 30, 17 * 60 + 30),
    "sms": Hours(10 * 60, 19 * 60),
    "whatsapp": Hours(10 * 60, 19 * 60),
    "call": Hours(9 * 60, 18 * 60),
}
#: What disturbs people at home never goes beyond this, whatever anybody sets, and never on
#: Sundays and public holidays. Dutch law forbids those who collect for others to approach people
#: then and between 20:00 and 7:00, electronically too (Besluit kwaliteit incassodienstverlening);
#: here that holds for everybody. Text messages, which wake people up, begin an hour later.
OUTER_HOURS = {
    "sms": Hours(8 * 60, 20 * 60),
    "whatsapp": Hours(8 * 60, 20 * 60),
    "call": Hours(7 * 60, 20 * 60),
}


def within_limits(channel: str, hours: Hours) -> Hours:
    """Hours, cut to what the channel may be used for at the most.

    :raises NeverOpen: when nothing of them is left
    """
    limits = OUTER_HOURS.get(channel)
    return hours.cut(limits) if limits else hours


@dataclass(frozen=True, slots=True)
class Window:
    """When a channel may be used for people in one time zone.

    :param days: days of the week, 0 is Monday
    :param closed: local dates on which it stays shut, or what says so of one
    """

    hours: Hours
    zone: ZoneInfo
    days: frozenset[int] = EVERY_DAY
    closed: frozenset[date] | Callable[[date], bool] = NO_DAYS

    def is_open(self, moment: datetime) -> bool:
        """Whether the channel may be used at a moment."""
        return self._is_open(_aware(moment))

    def first_moment(self, moment: datetime) -> datetime:
        """The first moment not before ``moment`` at which the channel may be used.

        Opening hours that a change of the clock skips begin with the change; an hour that comes
        twice counts twice.

        :raises NeverOpen: when the window stays shut for :data:`MOST_DAYS`
        """
        at = _aware(moment)
        last = at + MOST_DAYS
        while at <= last:
            if self._is_open(at):
                return _like(moment, at)
            at = self._until(at, self.hours.opens)
        raise NeverOpen(f"nothing is open within {MOST_DAYS.days} days from {moment}")

    def left(self, moment: datetime) -> timedelta:
        """How long the channel may still be used without a break; nothing while it is shut."""
        start = at = _aware(moment)
        while self._is_open(at):
            at = self._until(at, self.hours.closes)
            if self._minute(at) == self.hours.closes % MINUTES:
                break
        return at - start

    def spread(self, moment: datetime, key: object, share: float = 1) -> datetime:
        """A moment in the rest of the window that is open at ``moment`` or opens next.

        :param key: see :func:`spread`
        :param share: over which part of that time, more than 0 and at most 1
        :raises NeverOpen: see :meth:`first_moment`
        """
        first = self.first_moment(moment)
        return spread(first, self.left(first), key, share)

    def _is_open(self, at):
        local = at.astimezone(self.zone)
        if local.weekday() not in self.days:
            return False
        if not self.hours.opens <= local.hour * 60 + local.minute < self.hours.closes:
            return False
        day = local.date()
        return not (self.closed(day) if callable(self.closed) else day in self.closed)

    def _minute(self, at):
        local = at.astimezone(self.zone)
        return local.hour * 60 + local.minute

    def _until(self, at, minute):
        """When the local clock next shows a minute of the day, or is changed before that."""
        local = at.astimezone(self.zone).replace(tzinfo=None)
        shows = datetime(local.year, local.month, local.day) + timedelta(minutes=minute)
        then = at + (shows - local + (ONE_DAY if shows <= local else timedelta(0)))
        return self._change(at, then) or then

    def _change(self, before, after):
        """The first moment after one and up to another with another offset; ``None`` for none."""
        offset = before.astimezone(self.zone).utcoffset()
        if after.astimezone(self.zone).utcoffset() == offset:
            return None
        # Clocks are changed on whole seconds.
        low = before.replace(microsecond=0)
        few, many = 0, -((low - after) // ONE_SECOND)
        while many - few > 1:
            middle = (few + many) // 2
            here = low + middle * ONE_SECOND
            if here.astimezone(self.zone).utcoffset() == offset:
                few = middle
            else:
                many = middle
        return low + many * ONE_SECOND


def channel_window(
    channel: str,
    zone: ZoneInfo,
    hours: Hours | None = None,
    days: frozenset[int] = EVERY_DAY,
    holidays: frozenset[date] = NO_DAYS,
    closures: frozenset[date] = NO_DAYS,
    rest: bool = True,
) -> Window:
    """The window of a channel, within what it may be used for at the most.

    :param hours: what the company set; ``None``: the usual ones
    :param days: days of the week that the company set
    :param holidays: public holidays where the debtor lives
    :param closures: days on which the company is closed
    :param rest: keep Sundays and public holidays free; calls and text messages always do
    :raises NeverOpen: when nothing is left of the hours or of the days
    """
    hours = within_limits(channel, hours or DEFAULT_HOURS.get(channel, DEFAULT_HOURS["email"]))
    if rest or channel in OUTER_HOURS:
        days, closures = days - {SUNDAY}, closures | holidays
    if not days:
        raise NeverOpen(f"there is no day of the week on which {channel!r} may be used")
    return Window(hours, zone, days, closures)


def spread(first: datetime, left: timedelta, key: object, share: float = 1) -> datetime:
    """A moment between ``first`` and the end of what is left, always the same for a key.

    Keys are spread evenly. With the date in the key somebody's moment changes from day to day.

    :param left: how long the window stays open from ``first``
    :param key: what the message is known by, the debtor's id say
    :param share: over which part of ``left``, more than 0 and at most 1
    """
    if not 0 < share <= 1:
        raise ValueError(f"messages can't be spread over {share} of the time")
    number = int.from_bytes(sha256(str(key).encode()).digest()[:8], "big")
    seconds = int(left.total_seconds() * share)
    return first + timedelta(seconds=seconds * number >> 64)


def _aware(moment):
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _like(moment, answer):
    """An answer in UTC, with or without a time zone as what was asked."""
    return answer if moment.tzinfo else answer.replace(tzinfo=None)
