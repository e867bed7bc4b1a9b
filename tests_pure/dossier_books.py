"""Dossiers of made-up cases, with files, for tests and for the examples in the docs."""

import io
from datetime import date
from decimal import Decimal as D

from rules.dossier import claim as c
from rules.dossier import parties as p
from rules.dossier import story as s
from rules.dossier.dossier import (
    Dossier,
    Recall,
    Supplement,
)
from rules.dossier.package import arrange, build
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
    pdf,
    period,
)

UBL = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n'
    b'<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"><ID>2025-0417</ID>'
    b"</Invoice>\n"
)


def business_exhibits():
    """The files of the bakery's case."""
    return [
        exhibit("order", "contract", "Signed order", date(2025, 3, 28), "SO-2025-0092"),
        exhibit("terms", "terms", "General terms, version 2024-01", date(2024, 1, 1)),
        exhibit("417", "invoice", "Invoice 2025-0417", date(2025, 4, 18), "2025-0417"),
        exhibit(
            "417x",
            "invoice",
            "Invoice 2025-0417 (UBL)",
            date(2025, 4, 18),
            "2025-0417",
            UBL,
            media_type="application/xml",
        ),
        exhibit("533", "invoice", "Invoice 2025-0533", date(2025, 6, 2), "2025-0533"),
        exhibit("c18", "credit_note", "Credit note 2025-C018", date(2025, 6, 20), "2025-C018"),
        exhibit("form", "delivery_proof", "Signed completion form", date(2025, 4, 16)),
        exhibit("default", "default_notice", "Notice of default", date(2025, 9, 22)),
        exhibit("track", "sending_proof", "Track and trace", date(2025, 9, 23), "3SABCD0000001"),
        exhibit("mail", "dispute", "E-mail of the debtor", date(2025, 6, 15)),
        exhibit("answer", "correspondence", "Answer of the creditor", date(2025, 6, 20)),
        exhibit("plan", "payment_plan", "Payment plan", date(2025, 7, 4)),
    ]


BAKERY = p.Debtor(
    entity=p.LegalEntity(
        registered_name="Bakkerij De Gouden Krakeling B.V.",
        trade_name="De Gouden Krakeling",
        legal_form="besloten vennootschap",
        identifiers=(p.Identifier(scheme="0106", value="90000002"),),
    ),
    address=p.Address(
        street="Molenstraat",
        house_number="45-A",
        postal_code="8000 ZZ",
        city="Zwolle",
        country="NL",
        as_of=date(2025, 11, 24),
    ),
    contact=p.Contact(
        name="J. Meijer",
        emails=("administratie@goudenkrakeling.example",),
        phones=("+31380000000",),
    ),
    language="nl",
    number="D00118",
    consumer=False,
    solvency=(
        p.Solvency(
            source="Central insolvency register",
            as_of=date(2025, 11, 24),
            text="No entry was found.",
        ),
    ),
)


def _business_invoices(ids):
    time_bar = c.TimeBar(day=date(2030, 9, 23), interrupted_by="e09")
    first = c.Invoice(
        number="2025-0417",
        issue_date=date(2025, 4, 18),
        due_date=date(2025, 5, 18),
        default_since=date(2025, 5, 19),
        supply="Ventilation system, installed 2025-04-16",
        excl=D("4000.00"),
        vat=D("840.00"),
        incl=D("4840.00"),
        paid=D("1500.00"),
        open=D("3340.00"),
        time_bar=time_bar,
        documents=(ids["417"], ids["417x"], ids["form"]),
    )
    second = c.Invoice(
        number="2025-0533",
        issue_date=date(2025, 6, 2),
        due_date=date(2025, 7, 2),
        default_since=date(2025, 7, 3),
        supply="Twelve thermostats with mounting",
        excl=D("1800.00"),
        vat=D("378.00"),
        incl=D("2178.00"),
        credited=D("242.00"),
        open=D("1936.00"),
        time_bar=time_bar,
        documents=(ids["533"],),
    )
    note = c.Invoice(
        number="2025-C018",
        kind="381",
        issue_date=date(2025, 6, 20),
        supply="Two thermostats not delivered",
        excl=D("-200.00"),
        vat=D("-42.00"),
        incl=D("-242.00"),
        credited=D("-242.00"),
        open=D("0.00"),
        documents=(ids["c18"],),
    )
    return first, second, note


def _business_claim(ids):
    return c.Claim(
        law="NL",
        ground=c.Ground(
            kind="works",
            description="Supply and installation of a ventilation system and twelve thermostats.",
            agreed_on=date(2025, 3, 28),
            terms_apply=True,
            evidence_offered="The mechanic who installed the system can be heard as a witness.",
            documents=(ids["order"], ids["terms"]),
        ),
        invoices=_business_invoices(ids),
        payments=(
            c.Payment(
                date=date(2025, 7, 10),
                amount=D("1500.00"),
                invoice="2025-0417",
                to_principal=D("1500.00"),
            ),
        ),
        credits=(
            c.Credit(
                date=date(2025, 6, 20), amount=D("242.00"), invoice="2025-0533", note="2025-C018"
            ),
        ),
        interest=c.Interest(
            basis="statutory_commercial",
            accrued=D("287.80"),
            per_day=D("1.47"),
            periods=(
                period("2025-0417", "2025-05-19", "2025-06-30", 43, "4840.00", "11.15", "63.58"),
                period("2025-0417", "2025-07-01", "2025-07-09", 9, "4840.00", "10.15", "12.11"),
                period("2025-0417", "2025-07-10", "2025-11-28", 142, "3340.00", "10.15", "131.89"),
                period("2025-0533", "2025-07-03", "2025-11-28", 149, "1936.00", "10.15", "80.22"),
            ),
        ),
        costs=c.CollectionCosts(
            basis="statutory_scale",
            base=D("5276.00"),
            amount=D("638.80"),
            notice_event="e09",
            steps=(
                c.CostStep(kind="scale", rate=D("15"), base=D("2500.00"), amount=D("375.00")),
                c.CostStep(kind="scale", rate=D("10"), base=D("2500.00"), amount=D("250.00")),
                c.CostStep(kind="scale", rate=D("5"), base=D("276.00"), amount=D("13.80")),
            ),
        ),
        totals=c.Totals(
            principal=D("5276.00"),
            interest=D("287.80"),
            collection_costs=D("638.80"),
            due=D("6202.60"),
        ),
    )


def _business_events(ids):
    return (
        s.Event(
            id="e01",
            at=at(2025, 3, 28, 14, 2),
            kind="agreement",
            channel="email",
            summary="Debtor signed order SO-2025-0092.",
            documents=(ids["order"],),
        ),
        s.Event(
            id="e07",
            at=at(2025, 6, 15, 17, 20, zone=SUMMER),
            kind="dispute",
            channel="email",
            summary="Debtor: two thermostats were not delivered.",
            documents=(ids["mail"],),
        ),
        s.Event(
            id="e09",
            at=at(2025, 9, 22, 9, 0, zone=SUMMER),
            kind="default_notice",
            channel="registered_letter",
            term_ends=date(2025, 10, 8),
            summary="Notice of default; announces costs and court; interrupts limitation.",
            deliveries=(
                s.Delivery(
                    status="delivered",
                    at=at(2025, 9, 23, 11, 52, zone=SUMMER),
                    reference="3SABCD0000001",
                ),
            ),
            documents=(ids["default"], ids["track"]),
        ),
    )


def business(arranged=None):
    """The case of a bakery that paid a part, disputed a part and broke a plan."""
    arranged = arrange(business_exhibits()) if arranged is None else arranged
    ids = ids_of(arranged)
    return Dossier(
        header=header(),
        assignment=assignment(),
        creditor=CREDITOR,
        debtors=(BAKERY,),
        claim=_business_claim(ids),
        events=_business_events(ids),
        disputes=(
            s.Dispute(
                raised_on=date(2025, 6, 15),
                status="accepted",
                amount=D("242.00"),
                defence="Two of the twelve thermostats were not delivered.",
                answer="Correct; EUR 242.00 was credited on 2025-06-20.",
                invoices=("2025-0533",),
                documents=(ids["mail"], ids["answer"]),
            ),
        ),
        plans=(
            s.Plan(
                agreed_on=date(2025, 7, 4),
                ended_on=date(2025, 8, 25),
                status="defaulted",
                instalments=(
                    s.Instalment(
                        due=date(2025, 7, 10),
                        amount=D("1500.00"),
                        paid=D("1500.00"),
                        paid_on=date(2025, 7, 10),
                    ),
                    s.Instalment(due=date(2025, 8, 10), amount=D("1500.00")),
                    s.Instalment(due=date(2025, 9, 10), amount=D("3776.00")),
                ),
                documents=(ids["plan"],),
            ),
        ),
        checks=checks(
            ("amounts_match_ledger", "pass"),
            ("insolvency_register", "not_checked"),
            ("no_active_payment_plan", "pass"),
            ("not_time_barred", "pass"),
        ),
        documents=tuple(each.document for each in arranged),
        declaration=DECLARATION,
    )


def supplement(arranged=None):
    """An answer to a question, with a new document."""
    arranged = arrange(supplement_exhibits(), first=13) if arranged is None else arranged
    return Dossier(
        header=header(revision=2, function="supplement", recipient_reference="2025.11873"),
        assignment=assignment(),
        supplement=Supplement(
            answers_to="VG-Q-1", answer="yes", text="Yes, an instalment of EUR 750.00 is agreed."
        ),
        documents=tuple(each.document for each in arranged),
    )


def supplement_exhibits():
    """The file of the supplement."""
    return [exhibit("mandate", "mandate", "Signed mandate", date(2025, 12, 2))]


def recall():
    """A case that is taken back."""
    return Dossier(
        header=header(revision=3, function="recall", recipient_reference="2025.11873"),
        assignment=assignment(),
        recall=Recall(
            reason="paid",
            since=date(2025, 12, 5),
            costs_cancelled=True,
            text="The debtor paid all of it on 2025-12-04. Please close the case.",
        ),
    )


COVER = pdf("Case file", "Hand-over to the bailiff")


def packed(exhibits=None, dossier=business, cover=COVER, change=None, **options):
    """The bytes of a package."""
    arranged = arrange(business_exhibits() if exhibits is None else exhibits)
    made = dossier(arranged)
    out = io.BytesIO()
    build(change(made) if change else made, arranged, out, cover=cover, **options)
    return out.getvalue()
