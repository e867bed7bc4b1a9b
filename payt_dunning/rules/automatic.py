"""Which cases go to an office by themselves, which wait for a person's yes, which stay.

A person decides wherever the law, the debtor or the checks leave something to read: who is a natural
person is proposed, never handed over by a program.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from .handover import ASK, KEPT, WARNED

GOES, WAITS, STAYS, LATER = "goes", "waits", "stays", "later"


@dataclass(frozen=True, slots=True)
class Found:
    """What is known of a case that is ready.

    :param verdict: what the checks say, see :func:`.handover.verdict`
    :param held: a pause, dispute or message without answer holds some of it
    :param wrote: the debtor wrote about it, so that somebody has to read whether it defends itself
    :param natural: the debtor is a natural person, a sole trader too
    :param by_itself: all that it follows lets cases go by themselves; else after a yes
    :param amount: what is claimed, in the currency of the limit; ``None``: in another
    """

    verdict: str
    held: bool = False
    wrote: bool = False
    natural: bool = False
    by_itself: bool = True
    amount: Decimal | None = None


def outcome(found: Found, most: Decimal | None, left: int) -> tuple[str, str]:
    """What becomes of a case today, and the code of the reason (empty: it goes).

    :param most: the highest amount that goes by itself; ``None``: any
    :param left: how many more may go today
    """
    if found.held:
        return STAYS, "held"
    if found.verdict == KEPT:
        return STAYS, "kept"
    if reason := _needs_a_person(found, most):
        return WAITS, reason
    return (GOES, "") if left > 0 else (LATER, "limit")


def _needs_a_person(found: Found, most: Decimal | None) -> str:
    reasons = (
        (found.verdict == ASK, "asked"),
        (found.wrote, "wrote"),
        (found.natural, "natural"),
        (not found.by_itself, "policy"),
        (found.verdict == WARNED, "warned"),
        (most is not None and found.amount is None, "currency"),
        (most is not None and found.amount is not None and found.amount > most, "amount"),
    )
    return next((code for holds, code in reasons if holds), "")
