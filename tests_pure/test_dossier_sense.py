"""What is missing in a dossier, refers to nothing, or can't be, is said of its record."""

from dataclasses import replace
from datetime import date

import pytest

from rules.dossier import sense, story
from tests_pure import dossier_books as books
from tests_pure import dossier_consumer as consumers
from tests_pure import dossier_parts as parts
from tests_pure.dossier_parts import changed


def odd(dossier):
    return {(each.code, each.where) for each in sense.check_sense(dossier)}


@pytest.mark.parametrize(
    "kind", [books.business, consumers.consumer, books.supplement, books.recall]
)
def test_a_good_dossier_makes_sense(kind):
    assert sense.check_sense(kind()) == []


ODD = {
    "an iban": ("debtors.0.known_iban", "NL91ABNA0417164300", ("known_iban", "debtor D00118")),
    "no entity": ("debtors.0.entity", None, ("party_kind", "debtor D00118")),
    "joint only": ("debtors.0.role", "joint", ("no_principal", "debtors")),
    "no number": ("debtors.0.entity.identifiers", (), ("no_registration", "debtor D00118")),
    "no form": ("debtors.0.entity.legal_form", "", ("no_legal_form", "debtor D00118")),
    "old address": ("debtors.0.address.as_of", date(2025, 5, 1), ("address_old", "debtor D00118")),
    "due early": (
        "claim.invoices.0.due_date",
        date(2025, 4, 17),
        ("due_early", "invoice 2025-0417"),
    ),
    "default early": (
        "claim.invoices.0.default_since",
        date(2025, 5, 18),
        ("default_early", "invoice 2025-0417"),
    ),
    "time-barred": (
        "claim.invoices.0.time_bar.day",
        date(2025, 11, 27),
        ("time_barred", "invoice 2025-0417"),
    ),
    "no invoice": (
        "claim.invoices.0.documents",
        ("d07",),
        ("invoice_document", "invoice 2025-0417"),
    ),
    "no credit note": (
        "claim.invoices.2.documents",
        ("d01",),
        ("invoice_document", "invoice 2025-C018"),
    ),
    "unknown document": ("events.0.documents", ("d99",), ("unknown", "event e01")),
    "unknown event": ("claim.costs.notice_event", "e99", ("unknown", "collection costs")),
    "unknown invoice": ("disputes.0.invoices", ("2025-1",), ("unknown", "dispute of 2025-06-15")),
    "event twice": ("events.1.id", "e01", ("twice", "dossier")),
    "exhibit twice": ("documents.1.exhibit", 1, ("twice", "dossier")),
    "no answer": ("disputes.0.answer", " ", ("dispute_answer", "dispute of 2025-06-15")),
    "undecided": ("disputes.0.status", "open", ("dispute_open", "dispute of 2025-06-15")),
    "live plan": ("plans.0.status", "active", ("plan_active", "payment plan of 2025-07-04")),
    "invoice of tomorrow": (
        "claim.invoices.0.issue_date",
        date(2025, 11, 29),
        ("in_the_future", "invoice 2025-0417"),
    ),
    "payment of tomorrow": (
        "claim.payments.0.date",
        date(2025, 11, 29),
        ("in_the_future", "payments"),
    ),
    "no claim": ("claim", None, ("function_parts", "dossier")),
    "no declaration": ("declaration", None, ("function_parts", "dossier")),
    "no word about defences": ("disputes", (), ("function_parts", "dossier")),
    "defences and none": ("no_defence", True, ("function_parts", "dossier")),
    "a recall with a claim": ("header.function", "recall", ("function_parts", "dossier")),
}


@pytest.mark.parametrize("name", ODD)
def test_what_cannot_be_is_told(name):
    path, value, wanted = ODD[name]
    assert wanted in odd(changed(books.business(), path, value))


def test_the_limits_of_days_are_on_the_safe_side():
    dossier = changed(books.business(), "claim.invoices.0.time_bar.day", parts.DAY)
    dossier = changed(dossier, "debtors.0.address.as_of", date(2025, 5, 29))
    assert sense.check_sense(dossier) == []


def test_no_defence_known_is_an_answer():
    dossier = replace(books.business(), disputes=(), no_defence=True)
    assert sense.check_sense(dossier) == []


def test_an_account_may_be_told_where_seizing_is_asked_for():
    dossier = changed(books.business(), "debtors.0.known_iban", "NL91ABNA0417164300")
    assert odd(changed(dossier, "assignment.action", "enforce_title")) == set()


def test_of_an_undecided_dispute_about_everything_some_part_is_left_out():
    dossier = changed(consumers.consumer(), "disputes.0.invoices", ())
    assert sense.check_sense(dossier) == []
    assert ("dispute_open", "dispute of 2025-06-01") in odd(
        changed(dossier, "claim.invoices.0.excluded", None)
    )


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [
        ("checkout_evidence", "checkout_evidence"),
        ("terms", "terms"),
        ("order_confirmation", "contract"),
    ],
)
def test_what_a_judge_wants_of_a_consumer_case_is_a_warning(kind, wanted):
    dossier = consumers.consumer()
    documents = tuple(
        replace(each, kind="other") if each.kind == kind else each for each in dossier.documents
    )
    (told,) = sense.check_sense(replace(dossier, documents=documents))
    assert (told.code, told.severity, told.values["kind"]) == (
        "consumer_document",
        "warning",
        wanted,
    )


def test_where_a_consumer_made_the_contract_is_asked():
    (told,) = sense.check_sense(changed(consumers.consumer(), "claim.ground.channel", ""))
    assert told.code == "consumer_channel"


def test_a_supplement_may_be_about_invoices_that_were_handed_over_before():
    dispute = story.Dispute(
        raised_on=date(2025, 12, 1), status="rejected", defence="x", answer="y", invoices=("1",)
    )
    assert sense.check_sense(replace(books.supplement(), disputes=(dispute,))) == []
