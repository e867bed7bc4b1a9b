"""What is claimed, line by line. All amounts are in the dossier's currency, with two decimals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from .codes import INVOICE
from .slots import (
    AMOUNT,
    DAY,
    FLAG,
    LINE,
    PERCENT,
    TEXT,
    WHOLE,
    attribute,
    content,
    element,
    elements,
    part,
    parts,
)

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """Why it is owed.

    :param kind: of ``codes.GROUND``
    :param channel: of ``codes.CONTRACT_CHANNEL``: where a consumer agreed; empty: not known
    :param terms_apply: general terms are part of the agreement
    :param evidence_offered: what else the creditor can prove it with, witnesses say
    :param documents: ids of documents
    """

    kind: str = element("Type")
    description: str = element("Description", TEXT)
    agreed_on: date | None = element("AgreementDate", DAY, None)
    channel: str = element("ContractChannel", default="")
    terms_apply: bool = element("TermsApply", FLAG)
    evidence_offered: str = element("EvidenceOffered", TEXT, "")
    documents: tuple[str, ...] = elements("DocumentRef")


@dataclass(frozen=True, slots=True, kw_only=True)
class Excluded:
    """The part of an invoice that is open but not claimed here.

    :param reason: of ``codes.EXCLUDED``; ``dispute``: nobody has decided about it yet
    """

    reason: str = attribute("reason")
    amount: Decimal = content(AMOUNT)


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeBar:
    """The last day on which the claim can be brought.

    :param interrupted_by: id of the event that began the term anew; empty: none did
    """

    interrupted_by: str = attribute("interruptedBy", default="")
    day: date = content(DAY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """An invoice, or a credit note with negative amounts.

    ``incl = excl + vat``, ``open = incl - paid - credited - excluded``.

    :param kind: of ``codes.INVOICE_TYPE``
    :param default_since: first day on which the debtor is in default
    :param supply: in a sentence, what was delivered and when
    :param paid: what payments took of the principal until the calculation date
    :param credited: what credits took of it; of a credit note what of it was used (negative)
    :param excluded: what is not claimed of it
    :param open: what is claimed of it as principal
    :param documents: ids of documents, the invoice itself among them
    """

    number: str = element("Number")
    kind: str = element("Type", default=INVOICE)
    issue_date: date = element("IssueDate", DAY)
    due_date: date | None = element("DueDate", DAY, None)
    default_since: date | None = element("DefaultSince", DAY, None)
    supply: str = element("Supply", TEXT)
    excl: Decimal = element("AmountExclVat", AMOUNT)
    vat: Decimal = element("VatAmount", AMOUNT)
    incl: Decimal = element("AmountInclVat", AMOUNT)
    paid: Decimal = element("Paid", AMOUNT, ZERO)
    credited: Decimal = element("Credited", AMOUNT, ZERO)
    excluded: Excluded | None = part("Excluded", Excluded, None)
    open: Decimal = element("PrincipalOpen", AMOUNT)
    time_bar: TimeBar | None = part("TimeBarDate", TimeBar, None)
    documents: tuple[str, ...] = elements("DocumentRef")

    @property
    def left_out(self) -> Decimal:
        """The amount that is not claimed."""
        return self.excluded.amount if self.excluded else ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """Money that came, and to what it went: ``amount`` is the sum of the three.

    :param invoice: number of an invoice; empty where it went to costs or interest alone
    """

    date: date = attribute("date", DAY)
    amount: Decimal = attribute("amount", AMOUNT)
    invoice: str = attribute("invoice", default="")
    to_principal: Decimal = attribute("toPrincipal", AMOUNT, ZERO)
    to_interest: Decimal = attribute("toInterest", AMOUNT, ZERO)
    to_costs: Decimal = attribute("toCosts", AMOUNT, ZERO)


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """What took principal away without money: one row for each invoice that a credit went to.

    :param kind: of ``codes.CREDIT``
    :param note: number of the credit note, which is among the invoices; empty for other kinds
    """

    date: date = attribute("date", DAY)
    amount: Decimal = attribute("amount", AMOUNT)
    invoice: str = attribute("invoice")
    kind: str = attribute("kind", default="credit_note")
    note: str = attribute("creditNote", default="")


@dataclass(frozen=True, slots=True, kw_only=True)
class InterestPeriod:
    """Days with one base and one rate.

    :param since: first day that bears interest
    :param until: last one
    :param days: all of them, both ends counted
    :param base: what bears interest
    :param capitalised: interest of earlier years in ``base``
    :param rate: percent a year
    """

    invoice: str = attribute("invoice")
    since: date = attribute("from", DAY)
    until: date = attribute("to", DAY)
    days: int = attribute("days", WHOLE)
    base: Decimal = attribute("base", AMOUNT)
    capitalised: Decimal = attribute("capitalised", AMOUNT, ZERO)
    rate: Decimal = attribute("rate", PERCENT)
    amount: Decimal = attribute("amount", AMOUNT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Interest:
    """Interest through the calculation date.

    :param basis: of ``codes.INTEREST``; ``none``: no interest is claimed
    :param day_count: of ``codes.DAY_COUNT``
    :param compounding: of ``codes.COMPOUNDING``
    :param accrued: sum of the periods
    :param paid: what payments took of it
    :param per_day: what each later day adds, as things are
    """

    basis: str = attribute("basis")
    day_count: str = attribute("dayCount", default="actual/365")
    compounding: str = attribute("compounding", default="none")
    accrued: Decimal = attribute("accrued", AMOUNT, ZERO)
    paid: Decimal = attribute("paid", AMOUNT, ZERO)
    per_day: Decimal = attribute("perDay", AMOUNT, ZERO)
    periods: tuple[InterestPeriod, ...] = parts(
        "Period", InterestPeriod, order=("invoice", "since")
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CostStep:
    """A step of the calculation of the costs.

    :param kind: of ``codes.COST_STEP``; ``scale`` and ``agreed`` are ``rate`` percent of ``base``
    :param amount: of ``fixed`` and ``scale`` what they add; else what the costs are after it
    """

    kind: str = attribute("kind")
    rate: Decimal | None = attribute("rate", PERCENT, None)
    base: Decimal | None = attribute("base", AMOUNT, None)
    amount: Decimal = attribute("amount", AMOUNT)


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionCosts:
    """Costs of collecting out of court.

    :param basis: of ``codes.COSTS``
    :param base: principal that they are calculated on
    :param amount: without VAT; zero where ``basis`` is ``waived`` or ``not_due``
    :param vat: beside it
    :param paid: what payments took of both
    :param notice_event: id of the event that made them due, for a consumer a statutory notice
    :param reason: of ``codes.COSTS_REASON``: why none are asked for
    :param note: the same in words
    :param steps: how they were calculated, in this order
    """

    basis: str = attribute("basis")
    base: Decimal = attribute("base", AMOUNT, ZERO)
    amount: Decimal = attribute("amount", AMOUNT, ZERO)
    vat: Decimal = attribute("vat", AMOUNT, ZERO)
    paid: Decimal = attribute("paid", AMOUNT, ZERO)
    notice_event: str = attribute("noticeEvent", default="")
    reason: str = attribute("reason", default="")
    note: str = attribute("note", LINE, "")
    steps: tuple[CostStep, ...] = parts("Step", CostStep)


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherCost:
    """Any other cost that the debtor owes, with its ground.

    :param amount: without VAT
    :param paid: what payments took of both
    """

    date: date = attribute("date", DAY)
    amount: Decimal = attribute("amount", AMOUNT)
    vat: Decimal = attribute("vat", AMOUNT, ZERO)
    paid: Decimal = attribute("paid", AMOUNT, ZERO)
    description: str = element("Description", TEXT)
    documents: tuple[str, ...] = elements("DocumentRef")


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What is due on the calculation date; ``due`` is the sum of the others.

    :param principal: sum of what is open
    :param interest: accrued less paid
    :param collection_costs: with VAT, less paid
    :param other_costs: with VAT, less paid
    """

    principal: Decimal = attribute("principal", AMOUNT)
    interest: Decimal = attribute("interest", AMOUNT, ZERO)
    collection_costs: Decimal = attribute("collectionCosts", AMOUNT, ZERO)
    other_costs: Decimal = attribute("otherCosts", AMOUNT, ZERO)
    due: Decimal = attribute("due", AMOUNT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """All that is claimed.

    :param law: of which country's law interest and costs are (ISO 3166-1); empty: not said
    :param ownership: of ``codes.OWNERSHIP``
    """

    law: str = attribute("law", default="")
    ownership: str = attribute("ownership", default="own")
    ground: Ground = part("Ground", Ground)
    invoices: tuple[Invoice, ...] = parts("Invoice", Invoice, order=("issue_date", "number"))
    payments: tuple[Payment, ...] = parts(
        "Payment", Payment, order=("date", "invoice", "amount", "to_principal", "to_interest")
    )
    credits: tuple[Credit, ...] = parts(
        "Credit", Credit, order=("date", "invoice", "note", "amount", "kind")
    )
    interest: Interest = part("Interest", Interest)
    costs: CollectionCosts = part("CollectionCosts", CollectionCosts)
    other_costs: tuple[OtherCost, ...] = parts(
        "OtherCost", OtherCost, order=("date", "amount", "description")
    )
    totals: Totals = part("Totals", Totals)
