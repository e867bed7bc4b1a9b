"""The outcome of the rules for one item, and the item while they look at it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from .facts import Rung

SEND = "send"
WAIT = "wait"
BLOCKED = "blocked"
CLOSED = "closed"

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the trace: a rule, whether it let the item pass, and its values."""

    code: str
    passed: bool
    values: dict = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Decision:
    """The outcome for one item.

    :param action: ``send``, ``wait``, ``blocked`` or ``closed``
    :param code: why; one of the codes in :data:`REASONS`
    :param rung: the rung to send or waited for
    :param channels: the channels to send by
    :param hold_id: the hold behind it
    :param next_on: when what follows this message leaves, where its term has to fit before that
    :param until: look again on this day, not before; ``None`` when something is to be sent
    """

    action: str
    code: str
    rung: Rung | None = None
    channels: tuple[str, ...] = ()
    hold_id: int = 0
    until: date | None = None
    trace: tuple[Step, ...] = ()
    next_on: date | None = None

    def put_off(self, code: str, day: date) -> Decision:
        """The same rung, waiting: looked at again on the day after ``day``.

        What the trace says last then is the rule that is not passed after all.
        """
        trace = (*self.trace, Step(code, False)) if self.trace else ()
        return Decision(WAIT, code, self.rung, until=day + ONE_DAY, trace=trace)


class Case:
    """One item on one day, while the rules look at it one after the other."""

    __slots__ = ("facts", "ladder", "day", "calendar", "rung", "channels")

    def __init__(self, facts, ladder, day, calendar):
        self.facts, self.ladder, self.day, self.calendar = facts, ladder, day, calendar
        self.rung, self.channels = None, ()

    def wait(self, code, until, rung=None, hold_id=0):
        return Decision(WAIT, code, rung, hold_id=hold_id, until=until)

    def blocked(self, code, rung=None, hold_id=0):
        return Decision(BLOCKED, code, rung, hold_id=hold_id, until=self.day + ONE_DAY)
