"""What of a clerk's day comes first, free of Odoo."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

#: Stands behind every number of days.
NEVER = 1_000_000


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that waits for a person.

    :param deadline: the last day on which it is in time; ``None`` where there is none
    :param money: what it is about, in one currency for all that is compared
    """

    deadline: date | None = None
    money: Decimal = Decimal(0)

    def late(self, day: date) -> bool:
        """Whether its deadline has passed on ``day``."""
        return self.deadline is not None and self.deadline < day

    def order(self, day: date) -> tuple[int, int, Decimal]:
        """By this it is sorted, the most pressing first.

        What is late comes before all else, by money: how long ago a deadline passed says less
        than how much hangs on it. Then what is due next, and of one day the most money. What
        has no deadline comes last, by money.
        """
        if self.late(day):
            return (0, 0, -self.money)
        days = NEVER if self.deadline is None else (self.deadline - day).days
        return (1, days, -self.money)
