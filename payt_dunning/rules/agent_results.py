"""What came of a case at an office: its bookings summed, how it differs from ours, what it cost.

Amounts are decimals in one currency. In the office's ledger what the debtor is charged is positive,
what it pays negative.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

ZERO = Decimal(0)
PAYMENTS = ("payment", "payment_reversal")
DIRECT, WAIVED, CORRECTED = "payment_to_creditor", "waiver", "correction"
#: What an office asks of a debtor beside the claim.
COSTS = (
    "interest",
    "collection_costs",
    "court_fee",
    "official_act",
    "agent_salary",
    "enquiry_costs",
)
#: What is no charge, whoever bears it.
NO_CHARGE = (*PAYMENTS, DIRECT, WAIVED, CORRECTED)
#: Ends after which nothing is to be expected of a debtor.
HOPELESS = (
    "uncollectable",
    "debtor_insolvent",
    "debt_restructuring",
    "debtor_untraceable",
    "debtor_deceased",
    "time_barred",
    "claim_dismissed",
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the office's ledger.

    :param type: ``principal``, ``court_fee``, ``payment``…
    :param charged_to: ``debtor`` or ``creditor`` (us)
    :param to_costs: part of a payment that went to costs; ``None``: not told
    """

    type: str
    amount: Decimal
    charged_to: str = "debtor"
    to_costs: Decimal | None = None


def by_type(entries: Iterable[Entry]) -> dict[str, tuple[Decimal, Decimal]]:
    """Sums of each type of booking: at the debtor's expense and at ours; as they came."""
    found: dict[str, tuple[Decimal, Decimal]] = {}
    for entry in entries:
        debtor, us = found.get(entry.type, (ZERO, ZERO))
        if entry.charged_to == "creditor":
            us += entry.amount
        else:
            debtor += entry.amount
        found[entry.type] = debtor, us
    return found


def collected(entries: Iterable[Entry]) -> Decimal:
    """What the debtor paid to the office, less what was taken back."""
    return -_of_debtor(entries, PAYMENTS)


def costs_of_debtor(entries: Iterable[Entry]) -> Decimal:
    """Costs and interest that the office asks of the debtor."""
    return _of_debtor(entries, COSTS)


def told_direct(entries: Iterable[Entry]) -> Decimal:
    """What the office knows that the debtor paid to us."""
    return -_of_debtor(entries, (DIRECT,))


def charged_to_us(entries: Iterable[Entry]) -> Decimal:
    """What the office booked at our expense."""
    return sum(
        (
            entry.amount
            for entry in entries
            if entry.charged_to == "creditor" and entry.type not in NO_CHARGE
        ),
        ZERO,
    )


def court_fee(entries: Sequence[Entry]) -> tuple[Decimal, Decimal | None]:
    """The court fee, and how much of it the debtor has paid; ``None``: the office does not tell."""
    fee = sum((entry.amount for entry in entries if entry.type == "court_fee"), ZERO)
    told = [entry.to_costs for entry in entries if entry.to_costs is not None]
    back = min(fee, sum(told, ZERO)) if told else None
    return fee, back


def difference(
    theirs: Decimal,
    ours: Decimal,
    handed: Decimal,
    entries: Sequence[Entry],
    direct: Decimal = ZERO,
    matched: Decimal = ZERO,
) -> list[tuple[str, Decimal]]:
    """Why the balance there is not what is owed here: parts that add up to ``theirs - ours``.

    :param handed: what was owed when it was handed over
    :param direct: paid to us since
    :param matched: of what the office collected, that is in our books
    :return: ``(code, amount)``: ``added`` there, ``collected`` and not in our books yet, ``direct``
        payments that it does not know, ``waived``, ``corrected``, what came on top ``here``, and
        what is ``unexplained``; without those that are zero
    """
    charges = [e for e in entries if e.charged_to == "debtor" and e.type not in NO_CHARGE]
    parts = []
    if charges:
        parts = [
            ("added", sum((entry.amount for entry in charges), ZERO) - handed),
            ("collected", matched - collected(entries)),
            ("direct", direct - told_direct(entries)),
            ("waived", _of_debtor(entries, (WAIVED,))),
            ("corrected", _of_debtor(entries, (CORRECTED,))),
            ("here", handed - direct - matched - ours),
        ]
    left = theirs - ours - sum((amount for _code, amount in parts), ZERO)
    return [(code, amount) for code, amount in (*parts, ("unexplained", left)) if amount]


def costs(withheld: Decimal, booked: Decimal) -> Decimal:
    """What an office cost us: what it kept, or what it booked at our expense where that is more.

    The same costs are often told both ways, so they are not added up.
    """
    return max(withheld, booked)


def success(recovered: Decimal, handed: Decimal) -> Decimal | None:
    """Percent of what was handed over that was recovered; ``None`` where nothing was."""
    return recovered / handed * 100 if handed > 0 else None


def cost_per_euro(spent: Decimal, recovered: Decimal) -> Decimal | None:
    """What each recovered euro cost; ``None`` where nothing was recovered."""
    return spent / recovered if recovered > 0 else None


def _of_debtor(entries, types):
    return sum(
        (each.amount for each in entries if each.charged_to == "debtor" and each.type in types),
        ZERO,
    )
