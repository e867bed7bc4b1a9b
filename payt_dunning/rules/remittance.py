"""What an office paid out: to what the money goes, and which line on the bank it may be.

An office collects, keeps its costs and the VAT on them, and transfers the rest, often of many
cases at once. What it collected is what the debtors paid.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from .allocation import cover
from .receipts import characters
from .working_days import NO_DAYS, add_working_days

#: A transfer is on the bank so many working days after the day that the office gives.
WORKING_DAYS = 5
#: A transfer without reference is looked for so many days around that day.
DAYS_AROUND = 10
#: A shorter reference is in too many texts by chance.
SHORTEST = 4
CENT = Decimal("0.01")

#: ``(id, due date, open amount)``
Debt = tuple[int, date, Decimal]


@dataclass(frozen=True, slots=True)
class Spread:
    """To what goes what was collected of a case; the parts add up to it.

    :param items: part of each invoice, by its id
    :param charges: part of each booked claim of costs or interest, by its id
    :param rest: what nothing is open for any more
    """

    items: dict[int, Decimal]
    charges: dict[int, Decimal]
    rest: Decimal


def spread(collected: Decimal, items: Iterable[Debt], charges: Iterable[Debt] = ()) -> Spread:
    """Set what was collected against invoices, then booked costs and interest, oldest due first."""
    to_items = cover(items, collected)
    left = collected - sum(to_items.values(), Decimal(0))
    to_charges = cover(charges, left)
    return Spread(to_items, to_charges, left - sum(to_charges.values(), Decimal(0)))


@dataclass(frozen=True, slots=True)
class Transfer:
    """What an office says that it transferred.

    :param reference: as it should stand on the bank
    :param ours: the account it should have come to, without spaces
    """

    amount: Decimal
    day: date
    reference: str
    ours: str = ""


@dataclass(frozen=True, slots=True)
class BankLine:
    """Money on the bank that nobody matched.

    :param amount: in the currency of the transfer
    :param account: number of the account it came to, without spaces; empty: not known
    :param from_office: the bank or a person says that it is the office's
    """

    id: int
    amount: Decimal
    day: date
    text: str
    account: str = ""
    from_office: bool = False


def reasons(transfer: Transfer, line: BankLine) -> tuple[str, ...]:
    """What speaks for a line being a transfer; empty: it is not.

    ``reference``, ``amount``, ``day`` and ``office``. Without ``amount`` it can't be matched: the
    reference is there, and the money is not what the office says.
    """
    if transfer.ours and line.account and line.account != transfer.ours:
        return ()
    wanted = characters(transfer.reference)
    named = len(wanted) >= SHORTEST and wanted in characters(line.text)
    same = line.amount == transfer.amount
    near = abs((line.day - transfer.day).days) <= DAYS_AROUND
    if not (named or same and (near or line.from_office)):
        return ()
    told = (
        ("reference", named),
        ("amount", same),
        ("day", near),
        ("office", line.from_office),
    )
    return tuple(reason for reason, holds in told if holds)


def late_from(day: date, closed: frozenset[date] = NO_DAYS) -> date:
    """The first day on which a transfer of a day should have been seen."""
    return add_working_days(day, WORKING_DAYS + 1, closed)


def vat_fits(told: Decimal, computed: Decimal, parts: int = 1) -> bool:
    """Whether the VAT that an office told is that of a tax: but for a cent for each of its parts."""
    return abs(told - computed) <= CENT * max(parts, 1)
