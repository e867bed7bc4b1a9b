"""What does not add up is said of the record where it is."""

from datetime import date
from decimal import Decimal as D

import pytest

from rules.dossier import claim as c
from rules.dossier import sums
from rules.dossier.sums_costs import statutory_most
from rules.dossier.sums_interest import exact_interest
from rules.law.read import read_folder
from tests_pure import dossier_books as books
from tests_pure import dossier_consumer as consumers
from tests_pure import dossier_parts as parts
from tests_pure.dossier_parts import changed

TABLES = read_folder()


def found(dossier, most=None):
    return {(each.code, each.where) for each in sums.check(dossier, most)}


@pytest.mark.parametrize(
    "kind", [books.business, consumers.consumer, books.supplement, books.recall]
)
def test_a_good_dossier_adds_up(kind):
    assert sums.check(kind()) == []


#: One value of the bakery's dossier, what is put there, and what is said.
WRONG = {
    "vat": ("claim.invoices.0.vat", D("840.01"), ("sum_incl", "invoice 2025-0417")),
    "open": ("claim.invoices.0.open", D("3340.01"), ("sum_open", "invoice 2025-0417")),
    "paid": ("claim.invoices.0.paid", D("1499.99"), ("paid_differs", "invoice 2025-0417")),
    "payment without its invoice": (
        "claim.payments.0.invoice",
        "",
        ("paid_differs", "payments without an invoice"),
    ),
    "credited": ("claim.invoices.1.credited", D("241"), ("credited_differs", "invoice 2025-0533")),
    "credit note used twice": (
        "claim.invoices.2.credited",
        D("-200"),
        ("credit_note_overused", "invoice 2025-C018"),
    ),
    "credit note unknown": (
        "claim.credits.0.note",
        "2025-C099",
        ("credit_note_unknown", "credits"),
    ),
    "credit note not named": (
        "claim.credits.0.note",
        "",
        ("credit_note_unknown", "credit of 2025-06-20"),
    ),
    "parts of a payment": (
        "claim.payments.0.to_costs",
        D("1"),
        ("payment_parts", "payment of 2025-07-10"),
    ),
    "days": (
        "claim.interest.periods.1.days",
        10,
        ("interest_days", "interest on 2025-0417 from 2025-07-01"),
    ),
    "interest": (
        "claim.interest.periods.1.amount",
        D("12.13"),
        ("interest_amount", "interest on 2025-0417 from 2025-07-01"),
    ),
    "rate": (
        "claim.interest.periods.3.rate",
        D("11.15"),
        ("interest_amount", "interest on 2025-0533 from 2025-07-03"),
    ),
    "overlap": (
        "claim.interest.periods.1.since",
        date(2025, 6, 30),
        ("interest_overlap", "interest on 2025-0417 from 2025-06-30"),
    ),
    "before default": (
        "claim.interest.periods.0.since",
        date(2025, 5, 18),
        ("interest_before_default", "interest on 2025-0417 from 2025-05-18"),
    ),
    "after the day": (
        "claim.interest.periods.3.until",
        date(2025, 11, 29),
        ("interest_after_day", "interest on 2025-0533 from 2025-07-03"),
    ),
    "over a payment": (
        "claim.payments.0.date",
        date(2025, 8, 1),
        ("interest_straddles", "interest on 2025-0417 from 2025-07-10"),
    ),
    "base after a payment": (
        "claim.interest.periods.2.base",
        D("4840"),
        ("interest_base", "interest on 2025-0417 from 2025-07-10"),
    ),
    "base before a payment": (
        "claim.interest.periods.1.base",
        D("3340"),
        ("interest_base", "interest on 2025-0417 from 2025-07-01"),
    ),
    "base with a credit taken for money": (
        "claim.interest.periods.3.base",
        D("2178"),
        ("interest_base", "interest on 2025-0533 from 2025-07-03"),
    ),
    "interest in all": ("claim.interest.accrued", D("287.81"), ("interest_total", "interest")),
    "interest paid": ("claim.interest.paid", D("1"), ("interest_paid", "interest")),
    "interest a day": ("claim.interest.per_day", D("1.49"), ("interest_per_day", "interest")),
    "interest of nothing": ("claim.interest.basis", "none", ("interest_none", "interest")),
    "costs paid": ("claim.costs.paid", D("1"), ("costs_paid", "collection costs")),
    "step": ("claim.costs.steps.0.amount", D("376"), ("costs_step", "collection costs")),
    "steps": ("claim.costs.amount", D("640"), ("costs_steps", "collection costs")),
    "not due": ("claim.costs.basis", "not_due", ("costs_not_due", "collection costs")),
    "no reason": ("claim.costs.basis", "waived", ("costs_no_reason", "collection costs")),
    "vat on costs": ("claim.costs.vat", D("134.15"), ("vat_deducted", "collection costs")),
    "principal": ("claim.totals.principal", D("5276.01"), ("total_principal", "totals")),
    "total interest": ("claim.totals.interest", D("0"), ("total_interest", "totals")),
    "total costs": ("claim.totals.collection_costs", D("0"), ("total_costs", "totals")),
    "other costs": ("claim.totals.other_costs", D("5"), ("total_other", "totals")),
    "due": ("claim.totals.due", D("6202.61"), ("total_due", "totals")),
    "nothing": ("claim.totals.due", D("0"), ("nothing_due", "totals")),
    "instalment": (
        "plans.0.instalments.0.paid",
        D("1600"),
        ("plan_paid", "payment plan of 2025-07-04"),
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_sum_is_told(name):
    path, value, wanted = WRONG[name]
    assert wanted in found(changed(books.business(), path, value))


def test_a_problem_is_a_sentence_with_its_amounts():
    (told,) = sums.check(changed(books.business(), "claim.totals.due", D("6202.61")))
    assert str(told) == "totals: says 6202.61, its parts add up to 6202.60"
    assert told.is_error


def test_cents_that_rounding_spread_over_the_periods_are_no_fault():
    dossier = changed(books.business(), "claim.interest.periods.0.amount", D("63.57"))
    dossier = changed(dossier, "claim.interest.periods.1.amount", D("12.12"))
    assert sums.check(dossier) == []


def test_interest_of_earlier_years_may_be_in_the_base():
    dossier = consumers.consumer()
    path = "claim.interest.periods.0."
    dossier = changed(dossier, path + "base", D("530.00"))
    assert ("interest_base", "interest on 2025-0712 from 2025-05-17") in found(dossier)
    dossier = changed(dossier, path + "capitalised", D("30.00"))
    assert ("interest_base", "interest on 2025-0712 from 2025-05-17") not in found(dossier)


def test_a_payment_may_count_on_its_own_day_or_on_the_next():
    dossier = books.business()
    dossier = changed(dossier, "claim.interest.periods.1.until", date(2025, 7, 10))
    dossier = changed(dossier, "claim.interest.periods.1.days", 10)
    dossier = changed(dossier, "claim.interest.periods.1.amount", D("13.46"))
    dossier = changed(dossier, "claim.interest.periods.2.since", date(2025, 7, 11))
    dossier = changed(dossier, "claim.interest.periods.2.days", 141)
    dossier = changed(dossier, "claim.interest.periods.2.amount", D("130.96"))
    assert {code for code, _where in found(dossier)} <= {"interest_total"}


def test_a_leap_year_has_366_days_where_the_law_counts_so():
    day = (date(2023, 12, 31), date(2024, 1, 1))
    exact = exact_interest
    assert exact(D(36500), D(1), *day, "actual/365") == 2
    assert exact(D(36600), D(1), date(2024, 1, 1), date(2024, 1, 1), "actual/actual") == 1


def test_a_payment_that_went_to_costs_and_interest_adds_up():
    dossier = books.business()
    split = c.Payment(
        date=date(2025, 11, 1), amount=D("150"), to_interest=D("50"), to_costs=D("100")
    )
    dossier = changed(dossier, "claim.payments", (*dossier.claim.payments, split))
    dossier = changed(dossier, "claim.interest.paid", D("50"))
    dossier = changed(dossier, "claim.costs.paid", D("100"))
    dossier = changed(dossier, "claim.totals.interest", D("237.80"))
    dossier = changed(dossier, "claim.totals.collection_costs", D("538.80"))
    dossier = changed(dossier, "claim.totals.due", D("6052.60"))
    assert sums.check(dossier) == []


def test_other_costs_are_part_of_what_is_due():
    dossier = books.business()
    fee = c.OtherCost(date=date(2025, 11, 1), amount=D("10"), vat=D("2.10"), description="Extract")
    dossier = changed(dossier, "claim.other_costs", (fee,))
    assert ("total_other", "totals") in found(dossier)
    dossier = changed(dossier, "claim.totals.other_costs", D("12.10"))
    dossier = changed(dossier, "claim.totals.due", D("6214.70"))
    assert sums.check(dossier) == []


# -- costs of consumers -----------------------------------------------------------------------


CONSUMER_COSTS = {
    "no notice": ("claim.costs.notice_event", "", "costs_no_notice"),
    "another message": ("claim.costs.notice_event", "e01", "costs_wrong_notice"),
    "the last day of its term": ("events.1.term_ends", parts.DAY, "costs_notice_early"),
    "no term": ("events.1.term_ends", None, "costs_notice_early"),
    "returned": ("events.1.deliveries.0.status", "returned", "costs_notice_returned"),
}


@pytest.mark.parametrize("name", CONSUMER_COSTS)
def test_a_consumer_is_asked_for_no_costs_without_a_notice_that_counts(name):
    path, value, code = CONSUMER_COSTS[name]
    assert (code, "collection costs") in found(changed(consumers.consumer(), path, value))


@pytest.mark.parametrize("name", CONSUMER_COSTS)
def test_a_business_owes_costs_without_such_a_notice(name):
    path, value, _code = CONSUMER_COSTS[name]
    dossier = changed(changed(consumers.consumer(), path, value), "debtors.0.consumer", False)
    assert found(dossier) == set()


def test_a_consumer_case_without_a_notice_goes_with_costs_zero_and_the_reason():
    dossier = changed(
        consumers.consumer(),
        "claim.costs",
        c.CollectionCosts(basis="not_due", reason="no_valid_notice", note="No notice has left."),
    )
    dossier = changed(dossier, "claim.totals.collection_costs", D("0"))
    dossier = changed(dossier, "claim.totals.due", D("516.11"))
    assert sums.check(dossier) == []


def test_a_consumer_is_asked_for_no_more_than_the_scale_of_the_law():
    dossier = consumers.consumer()
    most = statutory_most(dossier, TABLES)
    assert most == D("75.00")
    assert sums.check(dossier, most) == []
    more = changed(dossier, "claim.costs.amount", D("75.01"))
    assert ("costs_too_high", "collection costs") in found(more, most)


@pytest.mark.parametrize(("law", "wanted"), [("", None), ("XX", None), ("NL", D("75.00"))])
def test_what_the_law_gives_is_known_only_where_the_tables_say_it(law, wanted):
    assert statutory_most(changed(consumers.consumer(), "claim.law", law), TABLES) == wanted


# -- the books --------------------------------------------------------------------------------


def test_what_the_ledger_has_open_is_what_is_claimed_and_left_out():
    assert sums.check_ledger(consumers.consumer(), {"2025-0712": D("605.00")}) == []


def test_a_payment_that_came_meanwhile_is_told():
    (told,) = sums.check_ledger(consumers.consumer(), {"2025-0712": D("505.00")})
    assert str(told) == "invoice 2025-0712: 605.00 is open here, 505.00 in the ledger"


def test_an_invoice_that_the_ledger_does_not_have_is_told_but_a_used_credit_note_is_not():
    told = sums.check_ledger(books.business(), {"2025-0417": D("3340")})
    assert [str(each) for each in told] == ["invoice 2025-0533: is not in the ledger"]
