"""What earlier or later reminders might do to payments: an estimate, and nothing more.

A replay knows what would have been sent; nobody knows what would have been paid. From one's own
history it is known how often an invoice was paid within two weeks after a reminder. Where a
reminder moves, it is supposed that the payments that followed it move along.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from math import sqrt

#: A payment within so many days after a reminder is counted as following it.
FOLLOWS_WITHIN = 14
#: Below so many reminders nothing is estimated.
LEAST = 30
#: Of a two-sided interval of 95 %.
Z = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Effect:
    """An estimate with its uncertainty.

    :param reminded: reminders in one's own history
    :param followed: those that a payment followed
    :param share: of them, from 0 to 1, with the interval of 95 % around it
    :param days: by how many days payments of the amounts concerned come earlier (negative:
        later), low, middle, high; ``None``: too little history
    """

    reminded: int
    followed: int
    share: tuple[float, float, float] | None
    days: tuple[float, float, float] | None


def wilson(hits: int, tries: int) -> tuple[float, float, float]:
    """A share with its interval of 95 %: low, middle, high.

    Source: E. B. Wilson, Probable inference (1927), without continuity correction.

    :raises ValueError: without tries, or with more hits than those
    """
    if tries <= 0 or not 0 <= hits <= tries:
        raise ValueError(f"{hits} of {tries} is no share")
    share = hits / tries
    centre = share + Z * Z / (2 * tries)
    spread = Z * sqrt(share * (1 - share) / tries + Z * Z / (4 * tries * tries))
    below = 1 + Z * Z / tries
    return max((centre - spread) / below, 0.0), share, min((centre + spread) / below, 1.0)


def estimate(reminded: int, followed: int, moved: Decimal, amount: Decimal) -> Effect:
    """What moving reminders might do to payments.

    :param moved: days by which first reminders come earlier, times the amounts that they are about
    :param amount: those amounts, in company currency
    """
    if reminded < LEAST:
        return Effect(reminded, followed, None, None)
    share = wilson(followed, reminded)
    if not amount:
        return Effect(reminded, followed, share, None)
    mean = float(moved / amount)
    days = tuple(sorted(mean * each for each in (share[0], share[2])))
    return Effect(reminded, followed, share, (days[0], mean * share[1], days[1]))
