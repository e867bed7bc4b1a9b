"""Whether a claim is worth going on with, from one's own history alone: an estimate with its inputs."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

#: From so many cases that ended on, history says something.
LEAST = 10
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Worth:
    """What going on is worth, as far as one can tell.

    :param claim: all that is claimed
    :param chance: part of earlier cases that were paid, 0 to 1; ``None``: too few ended
    :param value: what is expected, in the currency of the claim; ``None`` without a chance
    :param least: from how many cases on there is an estimate
    """

    claim: Decimal
    chance: Decimal | None
    value: Decimal | None
    least: int = LEAST


def worth(claim: Decimal, fee: Decimal | None, won: int, ended: int) -> Worth:
    """Say what going on with a claim is worth.

    :param fee: what is advanced, and lost where the claim is; ``None``: not known, left out
    :param won: how many of the cases that ended were paid
    :param ended: how many ended
    """
    if ended < LEAST:
        return Worth(claim, None, None)
    chance = Decimal(won) / Decimal(ended)
    value = chance * claim - (1 - chance) * (fee or Decimal(0))
    return Worth(claim, chance, value.quantize(CENT, ROUND_HALF_UP))
