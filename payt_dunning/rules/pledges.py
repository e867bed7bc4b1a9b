"""Invoices that are pledged: how far, and what their financier is to be told.

Amounts are decimals. Nothing here knows of days or of the ledger.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

ZERO = Decimal(0)
HUNDRED = Decimal(100)

PAID = "paid"
REOPENED = "reopened"
CREDITED = "credited"
WRITTEN_OFF = "written_off"
DISPUTED = "disputed"
DISPUTE_OVER = "dispute_over"
PLAN = "plan"
PLAN_OVER = "plan_over"
CASE = "case"
CASE_OVER = "case_over"


@dataclass(frozen=True, slots=True)
class Offer:
    """An invoice on which money can be asked.

    :param key: of the invoice
    :param counts: what of it counts at most
    """

    key: int
    counts: Decimal


@dataclass(frozen=True, slots=True)
class Share:
    """How far an invoice is pledged.

    :param amount: what of it counts
    :param advance: what is asked on it
    """

    amount: Decimal
    advance: Decimal


def advance(amount: Decimal, percent: Decimal, step: Decimal) -> Decimal:
    """What is advanced on an amount, never more than the percentage of it.

    :param step: of the currency, such as 0.01
    """
    return _whole(amount * percent / HUNDRED, step, ROUND_FLOOR)


def fit(
    offers: list[Offer], percent: Decimal, step: Decimal, room: Decimal | None = None
) -> dict[int, Share]:
    """What is asked on each invoice so that all of it fits the room.

    The first come first; the one that exceeds the room counts in part, those after it not at all.

    :param offers: in the order in which they are asked
    :param room: ``None``: no bounds
    :return: by key, those that get something
    """
    left, found = room, {}
    for offer in offers:
        asked = advance(offer.counts, percent, step)
        amount = offer.counts
        if left is not None and asked > left:
            asked = max(_whole(left, step, ROUND_FLOOR), ZERO)
            amount = min(_whole(asked * HUNDRED / percent, step, ROUND_CEILING), offer.counts)
            left = ZERO
        elif left is not None:
            left -= asked
        if asked > ZERO:
            found[offer.key] = Share(amount, asked)
    return found


def lessened(share: Share, still: Decimal, percent: Decimal, step: Decimal) -> Share:
    """A share of an invoice of which no more than ``still`` can count by now."""
    if still >= share.amount:
        return share
    amount = max(still, ZERO)
    return Share(amount, min(advance(amount, percent, step), share.advance))


@dataclass(frozen=True, slots=True)
class Standing:
    """An invoice as its financier knows it, or as the ledger has it.

    :param paid: money that came in, in all
    :param credited: credit notes, and what the invoice itself became less
    :param written_off: what was taken off otherwise
    :param disputed: about which nobody has decided
    :param plan: number of the payment plan it is in
    :param case: number of the case that an office has
    """

    paid: Decimal = ZERO
    credited: Decimal = ZERO
    written_off: Decimal = ZERO
    disputed: Decimal = ZERO
    plan: str = ""
    case: str = ""


#: What takes something off an invoice, and of which kind a change of it is.
TAKEN_OFF = (("paid", PAID), ("credited", CREDITED), ("written_off", WRITTEN_OFF))


@dataclass(frozen=True, slots=True)
class Change:
    """Something that a financier is told once.

    :param amount: what was paid, credited or is open again; what is disputed now
    """

    kind: str
    amount: Decimal = ZERO


def changes(told: Standing, now: Standing, still_open: bool = True) -> tuple[Change, ...]:
    """What became of an invoice since its financier was told last.

    What was taken off and came back in between is no change; what was told and came back is open
    again. Each is told once: afterwards ``now`` is what was told.

    :param still_open: whether something is open of it; else the end of a plan or case says nothing
    """
    found, back = [], ZERO
    for name, kind in TAKEN_OFF:
        more = getattr(now, name) - getattr(told, name)
        if more > ZERO:
            found.append(Change(kind, more))
        else:
            back -= more
    if back > ZERO:
        found.append(Change(REOPENED, back))
    if now.disputed > ZERO and now.disputed != told.disputed:
        found.append(Change(DISPUTED, now.disputed))
    elif told.disputed > ZERO and now.disputed <= ZERO:
        found.append(Change(DISPUTE_OVER, told.disputed))
    if now.plan and now.plan != told.plan:
        found.append(Change(PLAN))
    elif told.plan and not now.plan and still_open:
        found.append(Change(PLAN_OVER))
    if now.case and now.case != told.case:
        found.append(Change(CASE))
    elif told.case and not now.case and still_open:
        found.append(Change(CASE_OVER))
    return tuple(found)


def as_plain(standing: Standing) -> dict[str, str]:
    """A standing as JSON keeps it."""
    return {
        name: value if isinstance(value, str) else str(value)
        for name in Standing.__slots__
        if (value := getattr(standing, name))
    }


def from_plain(values: dict[str, str] | None) -> Standing:
    """A standing that :func:`as_plain` made."""
    known = {name: value for name, value in (values or {}).items() if name in Standing.__slots__}
    texts = {name: known[name] for name in ("plan", "case") if name in known}
    amounts = {name: Decimal(value) for name, value in known.items() if name not in texts}
    return replace(Standing(), **texts, **amounts)


def _whole(amount, step, rounding):
    return (amount / step).to_integral_value(rounding=rounding) * step
