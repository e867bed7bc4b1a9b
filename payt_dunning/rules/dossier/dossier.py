"""A dossier as a whole: a case, more for a case, or a case that is taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from .claim import Claim
from .parties import Contact, Creditor, Debtor
from .slots import (
    AMOUNT,
    DAY,
    FLAG,
    LINE,
    MOMENT,
    TEXT,
    WHOLE,
    attribute,
    content,
    element,
    mark,
    part,
    parts,
)
from .story import Check, Declaration, Dispute, Document, Event, Plan

SCHEMA_VERSION = "1.0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Software:
    """What made the file."""

    version: str = attribute("version", LINE)
    name: str = content(LINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """Which dossier it is.

    :param dossier_id: a UUID in small letters, the same for all revisions of a case for a receiver
    :param revision: 1, 2, 3 …
    :param function: of ``codes.FUNCTION``
    :param recipient_reference: the receiver's own number of the case, once it is known
    :param created_at: with time zone
    :param calculation_date: the day as of which everything is calculated
    :param currency: ISO 4217
    :param test: nothing may be done with it
    """

    dossier_id: str = element("DossierId")
    revision: int = element("Revision", WHOLE)
    function: str = element("Function", default="original")
    case_number: str = element("CaseNumber")
    recipient_reference: str = element("RecipientReference", default="")
    created_at: datetime = element("CreatedAt", MOMENT)
    calculation_date: date = element("CalculationDate", DAY)
    currency: str = element("Currency")
    software: Software = part("Software", Software)
    test: bool = element("Test", FLAG, False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanMandate:
    """What the receiver may agree with the debtor by itself.

    :param max_months: longest payment plan
    :param min_instalment: smallest instalment
    """

    allowed: bool = attribute("allowed", FLAG)
    max_months: int | None = attribute("maxMonths", WHOLE, None)
    min_instalment: Decimal | None = attribute("minInstalment", AMOUNT, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """Who is asked to do what.

    :param recipient_type: of ``codes.RECIPIENT``
    :param client_number: of the creditor at the receiver
    :param action: of ``codes.ACTION``
    :param mandate: in words: on what terms, how far it may go
    :param contact: who answers questions
    """

    recipient_type: str = element("RecipientType")
    recipient_name: str = element("RecipientName", LINE)
    client_number: str = element("ClientNumber", default="")
    action: str = element("RequestedAction")
    mandate: str = element("Mandate", TEXT, "")
    plan_mandate: PlanMandate | None = part("PaymentPlanMandate", PlanMandate, None)
    contact: Contact = part("ContactPerson", Contact)


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplement:
    """More for a case that was handed over: its documents and events are new ones.

    :param answers_to: id of the question in the receiver's feedback; empty: nobody asked
    :param answer: of ``codes.ANSWER``, where yes or no was asked; ``counter``: on other terms
    """

    answers_to: str = attribute("answersTo", default="")
    answer: str = attribute("answer", default="")
    text: str = content(TEXT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    """A case that is taken back.

    :param reason: of ``codes.RECALL``
    :param since: from this day on nothing may be done for it
    :param costs_cancelled: interest and costs are not claimed from the debtor any more
    """

    reason: str = attribute("reason")
    since: date = attribute("since", DAY)
    costs_cancelled: bool = attribute("costsCancelled", FLAG)
    text: str = content(TEXT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """All that ``dossier.xml`` holds.

    ``header.function`` says which parts it has: an original or a replacement has parties, claim,
    events, disputes or ``no_defence``, checks, documents and declaration; a supplement has
    ``supplement``, documents, and events and disputes if they are new; a recall has ``recall``
    and nothing else.

    :param no_defence: the creditor knows of no defence; only without disputes
    """

    schema_version: str = attribute("schemaVersion", default=SCHEMA_VERSION)
    header: Header = part("Header", Header)
    assignment: Assignment = part("Assignment", Assignment)
    creditor: Creditor | None = part("Creditor", Creditor, None)
    debtors: tuple[Debtor, ...] = parts("Debtor", Debtor, order=("rank", "number"))
    claim: Claim | None = part("Claim", Claim, None)
    supplement: Supplement | None = part("Supplement", Supplement, None)
    recall: Recall | None = part("Recall", Recall, None)
    events: tuple[Event, ...] = parts("Event", Event, within="Chronology", order=("at", "id"))
    disputes: tuple[Dispute, ...] = parts("Dispute", Dispute, order=("raised_on", "defence"))
    no_defence: bool = mark("NoDefenceKnown")
    plans: tuple[Plan, ...] = parts("PaymentPlan", Plan, order=("agreed_on", "status"))
    checks: tuple[Check, ...] = parts("Check", Check, within="Checks", order=("code", "at"))
    documents: tuple[Document, ...] = parts(
        "Document", Document, within="Documents", order=("exhibit",)
    )
    declaration: Declaration | None = part("Declaration", Declaration, None)
