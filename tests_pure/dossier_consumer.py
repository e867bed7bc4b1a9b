"""The case of a consumer: a part is disputed and stays out."""

from dataclasses import replace
from datetime import date
from decimal import Decimal as D

from rules.dossier import claim as c
from rules.dossier import parties as p
from rules.dossier import story as s
from rules.dossier.dossier import (
    Dossier,
)
from rules.dossier.package import arrange
from tests_pure.dossier_parts import (
    CREDITOR,
    DECLARATION,
    SUMMER,
    assignment,
    at,
    checks,
    exhibit,
    header,
    ids_of,
    period,
)


def consumer_exhibits():
    """The files of a consumer's case."""
    return [
        exhibit("order", "order_confirmation", "Order confirmation", date(2025, 5, 1), "W-8841"),
        exhibit("checkout", "checkout_evidence", "Steps of the web shop", date(2025, 5, 1)),
        exhibit("terms", "terms", "General terms, version 2025-01", date(2025, 1, 1)),
        exhibit("712", "invoice", "Invoice 2025-0712", date(2025, 5, 2), "2025-0712"),
        exhibit("letter", "fourteen_day_letter", "Notice of 14 days", date(2025, 7, 1)),
        exhibit("track", "sending_proof", "Proof of posting", date(2025, 7, 2)),
    ]


PERSON = p.Debtor(
    person=p.NaturalPerson(
        initials="A.B.", prefix="van", family_name="Voorbeeld", birth_date=date(1980, 2, 29)
    ),
    address=p.Address(
        street="Kerkpad",
        house_number="3",
        postal_code="3500 XX",
        city="Utrecht",
        country="NL",
        as_of=date(2025, 10, 1),
    ),
    contact=p.Contact(emails=("a.voorbeeld@post.example",)),
    language="nl",
    number="D00245",
    consumer=True,
)


def _consumer_claim(ids):
    """A washing machine, a part of whose price is disputed and kept out."""
    return c.Claim(
        law="NL",
        ground=c.Ground(
            kind="sale",
            description="Sale of a washing machine in the web shop.",
            agreed_on=date(2025, 5, 1),
            channel="distance",
            terms_apply=True,
            documents=(ids["order"], ids["terms"], ids["checkout"]),
        ),
        invoices=(
            c.Invoice(
                number="2025-0712",
                issue_date=date(2025, 5, 2),
                due_date=date(2025, 5, 16),
                default_since=date(2025, 5, 17),
                supply="Washing machine, delivered 2025-05-05, and its installation",
                excl=D("500.00"),
                vat=D("105.00"),
                incl=D("605.00"),
                excluded=c.Excluded(reason="dispute", amount=D("105.00")),
                open=D("500.00"),
                time_bar=c.TimeBar(day=date(2027, 7, 3), interrupted_by="e02"),
                documents=(ids["712"],),
            ),
        ),
        interest=c.Interest(
            basis="statutory",
            compounding="yearly",
            accrued=D("16.11"),
            per_day=D("0.08"),
            periods=(period("2025-0712", "2025-05-17", "2025-11-28", 196, "500.00", "6", "16.11"),),
        ),
        costs=c.CollectionCosts(
            basis="statutory_scale",
            base=D("500.00"),
            amount=D("75.00"),
            notice_event="e02",
            steps=(c.CostStep(kind="scale", rate=D("15"), base=D("500.00"), amount=D("75.00")),),
        ),
        totals=c.Totals(
            principal=D("500.00"),
            interest=D("16.11"),
            collection_costs=D("75.00"),
            due=D("591.11"),
        ),
    )


def consumer(arranged=None):
    """The case of a consumer with an undecided dispute about a part."""
    arranged = arrange(consumer_exhibits()) if arranged is None else arranged
    ids = ids_of(arranged)
    letter = s.Event(
        id="e02",
        at=at(2025, 7, 1, 16, 0, zone=SUMMER),
        kind="fourteen_day_letter",
        channel="registered_letter",
        term_ends=date(2025, 7, 18),
        summary="Statutory notice: names costs of 75.00 and the term of fourteen days.",
        deliveries=(s.Delivery(status="delivered", at=at(2025, 7, 3, 12, 0, zone=SUMMER)),),
        documents=(ids["letter"], ids["track"]),
    )
    first = s.Event(
        id="e01",
        at=at(2025, 5, 2, 9, 0, zone=SUMMER),
        kind="invoice_sent",
        channel="email",
        summary="Invoice 2025-0712 sent.",
        documents=(ids["712"],),
    )
    return Dossier(
        header=header(
            case_number="CASE/2025/00041", dossier_id="0b8f3c1e-77d2-4a55-8d0e-5b1f0c9a2d10"
        ),
        assignment=assignment(),
        creditor=replace(CREDITOR, vat_deductible=True),
        debtors=(PERSON,),
        claim=_consumer_claim(ids),
        events=(first, letter),
        disputes=(
            s.Dispute(
                raised_on=date(2025, 6, 1),
                status="open",
                amount=D("105.00"),
                defence="The installation was not done.",
                invoices=("2025-0712",),
            ),
        ),
        checks=checks(("consumer_notice", "pass"), ("no_active_payment_plan", "pass")),
        documents=tuple(each.document for each in arranged),
        declaration=DECLARATION,
    )
