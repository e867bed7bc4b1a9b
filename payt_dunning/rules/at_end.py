"""Whether nothing is left of the levels for an item but a decision by a person."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from .decide import SEND, decide
from .facts import ItemFacts, Ladder


def is_at_end(facts: ItemFacts, ladder: Ladder | None, day: date) -> bool:
    """Whether an item's levels have ended, or its last one only puts it on a list.

    An item that waits on a list is decided about anew, as if it were not: what came in since, paid
    or on its way, counts.
    """
    if facts.in_flight == "to_decide":
        facts = replace(facts, in_flight=None)
    decision = decide(facts, ladder, day)
    if decision.code == "end_of_ladder":
        return True
    rung = decision.rung
    return decision.action == SEND and rung.listed and is_last(ladder, rung.position)


def is_last(ladder: Ladder, position: int) -> bool:
    """Whether no active rung comes after the one with a position."""
    later = ladder.rungs[ladder.place(position) + 1 :]
    return not any(rung.active for rung in later)
