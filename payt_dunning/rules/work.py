"""Work for people: where it pays, and beside what it is done."""

from __future__ import annotations

from decimal import Decimal

from .decision import SEND, Decision
from .facts import ItemFacts, Rung

#: Work for a person that waits. Beside a message it keeps that one from nothing.
TO_WORK = ("to_call", "to_decide")
#: What is in flight, and waits for somebody to do it, is called as the reason to wait for it.
BY_HAND = (*TO_WORK, "to_post")
#: Channels that are work for a person: never used instead of what pays less.
CALL = "call"
WORK = (CALL, "list")


def paying(rung: Rung, reached: tuple[str, ...], total: Decimal) -> tuple[str, ...]:
    """Those of the channels that reach a debtor that pay.

    Where none does all but work is used: a letter goes where nothing else reaches the debtor.

    :param total: what the debtor owes, in company currency
    """
    least = dict(rung.least)
    pays = tuple(each for each in reached if total >= least.get(each, total))
    return pays or tuple(each for each in reached if each not in WORK)


def through(rung: Rung, channels: tuple[str, ...]) -> tuple[str, ...]:
    """The channels to send by, of those that reach the debtor and pay."""
    if rung.every_channel:
        return channels
    if not (rung.call_beside and CALL in channels):
        return channels[:1]
    return (*[each for each in channels if each != CALL][:1], CALL)


def beside(rung: Rung | None) -> bool:
    """Whether work for a person comes beside a message of the same rung."""
    return bool(rung) and (rung.every_channel or rung.call_beside)


def lacks_number(facts: ItemFacts, decision: Decision) -> bool:
    """Whether a call beside what is sent would pay, but there is no number to call."""
    rung = decision.rung
    if decision.action != SEND or CALL not in rung.channels or CALL in facts.reachable:
        return False
    return beside(rung) and CALL in paying(rung, (CALL,), facts.debtor_total)
