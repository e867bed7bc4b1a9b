"""How a debtor pays: the class its own history puts it in, and how each figure weighs.

Nothing but what the company has in its own books counts, and each figure is shown with what it
did. A debtor is in the best class all of whose limits it keeps to. Amounts are decimals in the
company's currency.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

ZERO = Decimal(0)
HUNDRED = Decimal(100)
TENTH = Decimal("0.1")

#: What is weighed, in the order in which it is told.
DAYS_LATE = "days_late"
LATE_SHARE = "late_share"
BROKEN = "broken"
REJECTED = "rejected"
OVERDUE = "overdue"
OVERDUE_DAYS = "overdue_days"
EXPOSURE = "exposure"
MEASURES = (DAYS_LATE, LATE_SHARE, BROKEN, REJECTED, OVERDUE, OVERDUE_DAYS, EXPOSURE)
#: What a few invoices tell little about.
HISTORY = (DAYS_LATE, LATE_SHARE)


@dataclass(frozen=True, slots=True)
class Figures:
    """What is known of how a debtor pays, of what was due since a day.

    :param invoices: instalments of invoices that were paid in full with money
    :param documents: different invoices among these
    :param late: of these, paid later than the due date and the days of tolerance
    :param late_days: sum of the days after the due date of these; below zero where early
    :param paid: money that was paid on invoices, also of those not paid in full
    :param late_days_paid: sum of what was paid times the days after the due date it came;
        below zero where it came early
    :param promises_kept: promises that were paid in time
    :param plans_broken: payment plans that lapsed
    :param disputes_right: the debtor was right, wholly or in part: the days that we took to find
        out count as no delay
    :param disputes_wrong: rejected
    :param overdue: open after its due date, less money received that is not matched, less what is
        contested or stands in a payment plan
    :param overdue_days: days after the due date of the oldest of that; ``None``: nothing
    :param contested: overdue, in an open dispute
    :param in_plan: overdue, in a payment plan that runs
    :param open: all that is open, due or not, less what was received and credited
    :param ordered: ordered and not invoiced yet
    """

    invoices: int = 0
    documents: int = 0
    late: int = 0
    late_days: int = 0
    paid: Decimal = ZERO
    late_days_paid: Decimal = ZERO
    promises_kept: int = 0
    promises_broken: int = 0
    plans_kept: int = 0
    plans_broken: int = 0
    disputes_open: int = 0
    disputes_right: int = 0
    disputes_wrong: int = 0
    overdue: Decimal = ZERO
    overdue_days: int | None = None
    contested: Decimal = ZERO
    in_plan: Decimal = ZERO
    open: Decimal = ZERO
    ordered: Decimal = ZERO

    @property
    def days_late(self) -> Decimal | None:
        """Days after the due date, on average of each unit of money; ``None``: nothing was paid.

        Weighed as it is shown, with one decimal.
        """
        return _shown(self.late_days_paid / self.paid) if self.paid > 0 else None

    @property
    def days_late_each(self) -> Decimal | None:
        """Days after the due date, each invoice alike; ``None``: none was paid in full."""
        return _shown(Decimal(self.late_days) / self.invoices) if self.invoices else None

    @property
    def late_share(self) -> Decimal | None:
        """Percentage of the invoices paid in full that came late; ``None``: there is none."""
        return _shown(HUNDRED * self.late / self.invoices) if self.invoices else None

    @property
    def broken(self) -> int:
        """Promises and plans that were not kept."""
        return self.promises_broken + self.plans_broken

    @property
    def rejected(self) -> int:
        """Disputes in which the debtor was not right."""
        return self.disputes_wrong

    @property
    def exposure(self) -> Decimal:
        """What is lost when nothing comes any more; not below zero."""
        return max(self.open + self.ordered, ZERO)

    def value(self, measure: str) -> Decimal | int | None:
        """The figure that a limit is about; ``None`` where there is none."""
        return getattr(self, measure)


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that each figure may be in a class; ``None``: that figure does not matter."""

    days_late: int | None = None
    late_share: int | None = None
    broken: int | None = None
    rejected: int | None = None
    overdue: Decimal | None = None
    overdue_days: int | None = None
    exposure: Decimal | None = None

    def allows(self, measure: str, value: Decimal | int | None) -> bool:
        """Whether a figure is within its limit; one that is not known always is."""
        limit = getattr(self, measure)
        return limit is None or value is None or value <= limit


@dataclass(frozen=True, slots=True)
class Weighed:
    """One figure and what it did.

    :param place: of the first class that allows it; ``None``: none does
    :param counts: false where there are too few invoices for it to tell anything
    :param decides: it is not allowed by the class above the one that was found
    """

    measure: str
    value: Decimal | int | None
    place: int | None
    counts: bool
    decides: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """The class that the figures give.

    :param place: in the order of the classes; ``None``: there is too little history for a class,
        and nothing speaks against the debtor
    """

    place: int | None
    weighed: tuple[Weighed, ...]

    @property
    def because(self) -> tuple[Weighed, ...]:
        """The figures that keep the debtor out of the class above; none for the best one."""
        return tuple(each for each in self.weighed if each.decides)


def classify(figures: Figures, classes: Sequence[Limits], least: int) -> Verdict:
    """Find the class of a debtor.

    Too few invoices tell nothing about how it pays; what is overdue now and what it did not keep
    tell all the same.

    :param classes: their limits, best first; whoever fits none is in the last one
    :param least: so many different invoices paid in full it takes to look at how late they were paid
    :raises ValueError: without any class
    """
    if not classes:
        raise ValueError("there is no class")
    enough = figures.documents >= max(least, 1)
    values = {measure: figures.value(measure) for measure in MEASURES}
    counted = [measure for measure in MEASURES if enough or measure not in HISTORY]

    def broken(limits):
        return [each for each in counted if not limits.allows(each, values[each])]

    last = len(classes) - 1
    place = next((at for at, limits in enumerate(classes) if not broken(limits)), last)
    decide = broken(classes[place - 1]) if place else ()
    weighed = tuple(
        Weighed(
            measure,
            value,
            next((at for at, each in enumerate(classes) if each.allows(measure, value)), None),
            measure in counted,
            measure in decide,
        )
        for measure, value in values.items()
    )
    return Verdict(place if place or enough else None, weighed)


def _shown(value):
    """A figure with one decimal."""
    return value.quantize(TENTH, ROUND_HALF_UP)
