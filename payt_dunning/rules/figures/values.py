"""A figure is a number, or it is not known and says why."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

ZERO = Decimal(0)
HUNDRED = Decimal(100)
#: Why a figure is not known; words for each are in ``dunning_figures_words.py``.
WHY = (
    "no_sales",
    "no_receivables",
    "nothing_to_collect",
    "credits_exceed",
    "older_than_sales",
    "nothing_paid",
    "nothing_decided",
    "nothing_counted",
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with two more decimals than are shown, or why there is none.

    :param value: ``None`` when it is not known
    :param why: a code of :data:`WHY` when it is not known, else empty
    """

    value: Decimal | None
    why: str = ""

    def __post_init__(self):
        if (self.value is None) != bool(self.why):
            raise ValueError("a figure has either a value or a reason")
        if self.why and self.why not in WHY:
            raise ValueError(f"unknown reason {self.why}")


def unknown(why: str) -> Figure:
    """A figure that can't be told.

    :param why: a code of :data:`WHY`
    """
    return Figure(None, why)


def share(part: Decimal, whole: Decimal, why: str = "nothing_counted") -> Figure:
    """``part`` of ``whole`` in percent.

    :param why: the reason when ``whole`` is not above zero
    """
    if whole <= 0:
        return unknown(why)
    return Figure(part * HUNDRED / whole)


def ratio(part: Decimal, whole: Decimal, why: str = "nothing_counted") -> Figure:
    """``part`` divided by ``whole``; not known when ``whole`` is not above zero."""
    if whole <= 0:
        return unknown(why)
    return Figure(part / whole)
