"""What happened, what was contested and agreed, and what proves it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from .slots import (
    AMOUNT,
    DAY,
    LINE,
    MOMENT,
    TEXT,
    WHOLE,
    attribute,
    element,
    elements,
    parts,
)

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What became of a message.

    :param status: of ``codes.DELIVERY``
    :param at: with time zone
    :param reference: of the carrier or mail server
    """

    status: str = attribute("status")
    at: datetime = attribute("at", MOMENT)
    reference: str = attribute("reference", LINE, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened.

    :param id: unique within the dossier, letters and digits, beginning with a letter
    :param at: with time zone
    :param kind: of ``codes.EVENT``
    :param channel: of ``codes.CHANNEL``
    :param term_ends: last day of the term that it gave
    :param content_hash: SHA-256 of the message as sent (``rules.seal``), 64 hex digits
    :param documents: ids of documents
    """

    id: str = attribute("id")
    at: datetime = attribute("at", MOMENT)
    kind: str = attribute("type")
    channel: str = attribute("channel")
    term_ends: date | None = attribute("termEnds", DAY, None)
    content_hash: str = attribute("contentHash", default="")
    summary: str = element("Summary", TEXT)
    deliveries: tuple[Delivery, ...] = parts("Delivery", Delivery, order=("at", "status"))
    documents: tuple[str, ...] = elements("DocumentRef")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """A defence of the debtor, and our answer.

    :param status: of ``codes.DISPUTE``; an ``open`` one is about what the claim leaves out
    :param amount: how much of the invoices it is about; ``None``: all of them
    :param answer: may be empty while it is open
    :param invoices: numbers of invoices of this claim
    :param documents: ids of documents
    """

    raised_on: date = attribute("raisedOn", DAY)
    status: str = attribute("status")
    amount: Decimal | None = attribute("amount", AMOUNT, None)
    defence: str = element("Defence", TEXT)
    answer: str = element("CreditorAnswer", TEXT, "")
    invoices: tuple[str, ...] = elements("InvoiceRef")
    documents: tuple[str, ...] = elements("DocumentRef")


@dataclass(frozen=True, slots=True, kw_only=True)
class Instalment:
    """An instalment of a payment plan."""

    due: date = attribute("due", DAY)
    amount: Decimal = attribute("amount", AMOUNT)
    paid: Decimal = attribute("paid", AMOUNT, ZERO)
    paid_on: date | None = attribute("paidOn", DAY, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A payment plan.

    :param status: of ``codes.PLAN``
    :param documents: ids of documents
    """

    agreed_on: date = attribute("agreedOn", DAY)
    ended_on: date | None = attribute("endedOn", DAY, None)
    status: str = attribute("status")
    instalments: tuple[Instalment, ...] = parts("Instalment", Instalment, order=("due", "amount"))
    documents: tuple[str, ...] = elements("DocumentRef")


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What was looked at before the hand-over.

    :param code: as in ``not_time_barred``
    :param result: of ``codes.CHECK``
    :param at: with time zone
    :param note: why it was overridden or not looked at
    """

    code: str = attribute("code")
    result: str = attribute("result")
    at: datetime = attribute("at", MOMENT)
    note: str = attribute("note", LINE, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A file of the package.

    :param id: unique within the dossier; :func:`..package.arrange` makes it of the exhibit
    :param exhibit: number by which people refer to it, from 1, going on in supplements
    :param kind: of ``codes.DOCUMENT``
    :param path: below ``data/``
    :param size: in bytes
    :param sha256: of its bytes, 64 hex digits
    """

    id: str = attribute("id")
    exhibit: int = attribute("exhibit", WHOLE)
    kind: str = attribute("type")
    title: str = attribute("title", LINE)
    date: date | None = attribute("date", DAY, None)
    path: str = attribute("path")
    media_type: str = attribute("mediaType")
    size: int = attribute("bytes", WHOLE)
    sha256: str = attribute("sha256")


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """Who declares that the dossier is complete and true.

    :param function: what this person is at the creditor
    :param at: with time zone
    """

    by: str = attribute("by", LINE)
    function: str = attribute("function", LINE)
    at: datetime = attribute("at", MOMENT)
    text: str = element("Text", TEXT)
