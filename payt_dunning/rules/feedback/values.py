"""The parts of a message of an office; told in ``docs/dossier-format.md``.

Amounts are in the currency of the dossier, two decimals. Days are days where the creditor is,
moments have their offset. Codes are those of the format, or newer ones that a person has to read.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields
from datetime import date, datetime, timezone
from decimal import Decimal
from typing import ClassVar

CENT = Decimal("0.01")


def camel(name: str) -> str:
    """The name of an attribute in the XML: ``asOf`` for ``as_of``."""
    first, *rest = name.split("_")
    return first + "".join(each.capitalize() for each in rest)


@dataclass(frozen=True, slots=True)
class Part:
    """Something that is told about a case."""

    KIND: ClassVar[str] = ""

    @property
    def key(self) -> str:
        """What it is known by at the sender; empty for what there is one of."""
        return getattr(self, "id", "")

    @property
    def content_hash(self) -> str:
        """SHA-256 of what it says: the same for the same content, however it was written."""
        said = (f"{each.name}={_plain(getattr(self, each.name))}" for each in fields(self))
        return hashlib.sha256("\n".join((self.KIND, *said)).encode()).hexdigest()


def _plain(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return str(value.quantize(CENT))
    if isinstance(value, datetime):
        return value.astimezone(timezone.utc).isoformat()
    return value.isoformat() if isinstance(value, date) else repr(value)


@dataclass(frozen=True, slots=True)
class Status(Part):
    """Where a case stands at the office since a day."""

    KIND: ClassVar[str] = "status"

    phase: str
    code: str
    since: date
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Event(Part):
    """Something that happened."""

    KIND: ClassVar[str] = "event"

    id: str
    at: datetime
    code: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Booking(Part):
    """A row of the office's ledger on the debtor; what the debtor pays is negative.

    :param charged_to: ``debtor`` or ``creditor``
    :param to_principal: to what a payment went, as are the next two
    :param reverses: id of another booking
    """

    KIND: ClassVar[str] = "booking"

    id: str
    date: date
    type: str
    amount: Decimal
    charged_to: str
    vat: Decimal | None = None
    to_principal: Decimal | None = None
    to_interest: Decimal | None = None
    to_costs: Decimal | None = None
    reverses: str = ""


@dataclass(frozen=True, slots=True)
class Balance(Part):
    """What the debtor owes at the office as of a day."""

    KIND: ClassVar[str] = "balance"

    as_of: date
    principal: Decimal
    interest: Decimal
    costs: Decimal
    due: Decimal


@dataclass(frozen=True, slots=True)
class Remittance(Part):
    """Money that the office paid to the creditor, after what it kept."""

    KIND: ClassVar[str] = "remittance"

    id: str
    date: date
    collected: Decimal
    withheld: Decimal
    withheld_vat: Decimal
    paid_out: Decimal
    iban: str
    payment_reference: str


@dataclass(frozen=True, slots=True)
class Question(Part):
    """A question to the creditor, to be answered by a day."""

    KIND: ClassVar[str] = "question"

    id: str
    asked_at: datetime
    text: str = ""
    answer_by: date | None = None
    type: str = "question"


@dataclass(frozen=True, slots=True)
class Document(Part):
    """A file that came along."""

    KIND: ClassVar[str] = "document"

    id: str
    type: str
    date: date
    file: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Closure(Part):
    """The case has ended at the office."""

    KIND: ClassVar[str] = "closure"

    code: str
    date: date
    note: str = ""


#: By the name of their element.
PARTS = {
    each.__name__: each
    for each in (Status, Event, Booking, Balance, Remittance, Question, Document, Closure)
}


@dataclass(frozen=True, slots=True)
class CaseFeedback:
    """What a message tells about one case.

    :param currency: empty: that of the dossier
    """

    dossier_id: str
    case_number: str
    recipient_reference: str
    parts: tuple[Part, ...]
    currency: str = ""

    def all(self, kind: type[Part]) -> tuple[Part, ...]:
        """Its parts of a kind."""
        return tuple(part for part in self.parts if isinstance(part, kind))

    def one(self, kind: type[Part]) -> Part | None:
        """Its part of a kind that there is one of."""
        return next(iter(self.all(kind)), None)


@dataclass(frozen=True, slots=True)
class Feedback:
    """A message of an office.

    :param id: the sender's; a message is applied once
    :param test: nothing of it counts
    """

    id: str
    sender: str
    sent_at: datetime
    test: bool
    cases: tuple[CaseFeedback, ...]
