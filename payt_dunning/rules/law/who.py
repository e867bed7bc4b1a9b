"""Whose rules apply to a debtor, which law, and since when the debtor is in default."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from .tables import BUSINESS, CONSUMER, ONE_DAY, PUBLIC

#: A written demand must give at least so many days to put somebody in default.
DEMAND_DAYS = 7
KINDS = ("consumer", "business", "sole_trader", "public_body", "unknown")


@dataclass(frozen=True, slots=True)
class Answer:
    """An outcome, and why: in words, and as a code for whoever says it in another language."""

    value: str
    why: str
    code: str = ""


def lane(kind: str) -> str:
    """Which ladders are for a kind of debtor: those for consumers, or those for businesses."""
    return CONSUMER if kind == "consumer" else BUSINESS


def may_skip(kind: str) -> bool:
    """Whether levels may be left out: never for a natural person."""
    return kind in ("business", "public_body")


def rules_for(kind: str, confirmed: bool = False) -> Answer:
    """Which rules apply to the costs of a kind of debtor: the mildest while it is not sure.

    :param kind: one of :data:`KINDS`
    :param confirmed: a person confirmed that a sole trader bought for the business
    """
    if kind == "public_body":
        return Answer(PUBLIC, "a public body")
    if kind == "business":
        return Answer(BUSINESS, "a business")
    if kind == "sole_trader":
        if confirmed:
            return Answer(BUSINESS, "a sole trader who bought for the business, as was confirmed")
        return Answer(CONSUMER, "a sole trader: until it is confirmed, rules of consumers")
    if kind == "consumer":
        return Answer(CONSUMER, "a consumer")
    return Answer(CONSUMER, "unknown: rules of consumers until it is confirmed")


def which_law(rules: str, contract: str, creditor: str, residence: str) -> Answer:
    """Which country's law applies.

    Source: Rome I, articles 3, 4 and 6.

    :param rules: as :func:`rules_for` gives it
    :param contract: the law that was chosen, empty: none
    :param creditor: country of the creditor
    :param residence: country where the debtor lives, empty: unknown
    """
    if rules == CONSUMER:
        if residence:
            return Answer(residence, "where the consumer lives (Rome I, art. 6)", "residence")
        return Answer(creditor, "where the consumer lives is not known: the creditor's", "unknown")
    if contract:
        return Answer(contract, "chosen in the contract (Rome I, art. 3)", "contract")
    return Answer(creditor, "no choice of law: the creditor's (Rome I, art. 4)", "creditor")


@dataclass(frozen=True, slots=True)
class Default:
    """Since when a debtor is in default.

    :param after: interest runs after this day; ``None``: not in default yet
    :param why: in words
    :param code: ``trade``, ``agreed``, ``demand`` or ``not_yet``
    """

    after: date | None
    why: str
    code: str = ""


def in_default(
    rules: str, due: date, term_agreed: bool, demands: Iterable[tuple[date, int]] = ()
) -> Default:
    """Since when a debtor is in default.

    In trade it begins by law after the due date; else a term must have been agreed, or a written
    demand with a reasonable term must have been in vain. Source: BW 6:82, 6:83, 6:119a.

    :param term_agreed: the due date is an agreed last day, not one that was put on the invoice
    :param demands: days on which a demand was received, with the days that it gave
    """
    if rules != CONSUMER:
        return Default(due, "in trade, after the due date (6:119a)", "trade")
    if term_agreed:
        return Default(due, "the term was agreed (6:83)", "agreed")
    ends = [
        received + timedelta(days=days)
        for received, days in demands
        if received > due - ONE_DAY and days >= DEMAND_DAYS
    ]
    if ends:
        return Default(min(ends), "a written demand was in vain (6:82)", "demand")
    return Default(
        None, "no term was agreed and no written demand with a term has left (6:82)", "not_yet"
    )
