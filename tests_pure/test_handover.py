"""What keeps a case from being handed over."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from rules.handover import (
    BLOCK,
    CHECKS,
    NOT_CHECKED,
    PASS,
    WARN,
    allowed,
    checks,
)
from rules.handover_facts import Agent, CaseFacts, Part
from rules.law.limits import court_fee
from rules.law.read import read_folder

DAY = date(2026, 11, 26)
BAILIFF = Agent("bailiff")
GOOD = Part("INV/1", Decimal(500), last_day=date(2031, 1, 1))
CASE = CaseFacts(
    parts=(GOOD,),
    address_on=DAY,
    enquired_on=DAY,
    limit=Decimal(25000),
    court_fee=Decimal(139),
)


def found(code, facts=CASE, agent=BAILIFF, day=DAY):
    """What one check says."""
    return next(check for check in checks(facts, agent, day) if check.code == code)


def with_part(**values):
    return replace(CASE, parts=(replace(GOOD, **values),))


def test_a_good_case_passes_every_check():
    assert {check.result for check in checks(CASE, BAILIFF, DAY)} == {PASS}
    assert allowed(checks(CASE, BAILIFF, DAY))


def test_each_check_has_a_code_of_its_own():
    codes = [check.code for check in checks(CASE, BAILIFF, DAY)]
    assert len(set(codes)) == len(CHECKS)


@pytest.mark.parametrize(
    ("code", "facts"),
    [
        ("open", with_part(open=Decimal(0))),
        ("money_under_way", with_part(under_way=True)),
        ("no_active_payment_plan", replace(CASE, plan="PLAN/1")),
        ("no_plan_offer", replace(CASE, plan_offer="PLAN/2", plan_offer_until=DAY)),
        ("no_lapse_offer", replace(CASE, lapse_until=DAY)),
        ("not_on_hold", with_part(held=("promise",))),
        ("no_open_dispute", with_part(disputed=Decimal(500))),
        ("answered", replace(CASE, unanswered=True)),
        ("not_handed_over", replace(CASE, live_handover="HAND/1")),
        ("not_time_barred", with_part(last_day=DAY - timedelta(days=1))),
        ("in_default", with_part(in_default=False)),
        ("not_protected", replace(CASE, marks=("deceased",))),
        ("court", with_part(open=Decimal(25001))),
        ("invoice_documents", with_part(pdf=False)),
        ("address", replace(CASE, address=False)),
        ("amounts_match_ledger", replace(CASE, sums=("INV/1: one cent",))),
    ],
)
def test_what_is_wrong_blocks_the_handover(code, facts):
    assert found(code, facts).result == BLOCK
    assert not allowed(checks(facts, BAILIFF, DAY))


@pytest.mark.parametrize(
    ("code", "facts"),
    [
        ("no_active_payment_plan", replace(CASE, plan="PLAN/1")),
        ("not_time_barred", with_part(last_day=DAY - timedelta(days=1))),
        ("not_protected", replace(CASE, marks=("debt_help",))),
        ("not_handed_over", replace(CASE, live_handover="HAND/1")),
    ],
)
def test_what_law_or_agreement_forbids_nobody_overrides(code, facts):
    assert not allowed(checks(facts, BAILIFF, DAY), frozenset([code]))


@pytest.mark.parametrize(
    ("code", "facts"),
    [
        ("money_under_way", with_part(under_way=True)),
        ("no_plan_offer", replace(CASE, plan_offer="PLAN/2", plan_offer_until=DAY)),
        ("no_lapse_offer", replace(CASE, lapse_until=DAY)),
        ("not_on_hold", with_part(held=("pause",))),
        ("answered", replace(CASE, unanswered=True)),
        ("court", with_part(open=Decimal(25001))),
    ],
)
def test_the_rest_is_overridden_by_who_may(code, facts):
    assert allowed(checks(facts, BAILIFF, DAY), frozenset([code]))


def test_an_offer_that_came_with_the_last_level_is_told_and_keeps_nothing():
    facts = replace(CASE, plan_offer="PLAN/2", plan_offer_until=DAY, offered_by_level=True)
    assert found("no_plan_offer", facts).result == WARN
    assert allowed(checks(facts, BAILIFF, DAY))


def test_a_hold_is_said_to_last_as_long_as_the_longest():
    other = replace(GOOD, number="INV/2", held=("pause", "promise"), held_until=DAY)
    later = replace(GOOD, held=("promise",), held_until=DAY + timedelta(days=7))
    values = found("not_on_hold", replace(CASE, parts=(other, later))).values
    assert values == {
        "invoices": ["INV/2", "INV/1"],
        "marks": ["pause", "promise"],
        "day": DAY + timedelta(days=7),
    }
    open_ended = replace(CASE, parts=(replace(other, held_until=None), later))
    assert found("not_on_hold", open_ended).values["day"] is None


def test_of_a_dispute_about_part_the_rest_may_go():
    facts = with_part(disputed=Decimal(200))
    check = found("no_open_dispute", facts)
    assert (check.result, check.values["amount"]) == (WARN, Decimal(200))
    assert facts.claimed == Decimal(300)
    assert allowed(checks(facts, BAILIFF, DAY))


def test_the_last_day_itself_is_not_too_late():
    assert found("not_time_barred", with_part(last_day=DAY)).result == WARN


@pytest.mark.parametrize(("days", "result"), [(90, WARN), (91, PASS)])
def test_ninety_days_before_a_claim_is_barred_one_is_warned(days, result):
    facts = with_part(last_day=DAY + timedelta(days=days))
    assert found("not_time_barred", facts).result == result


def test_where_limitation_is_not_known_it_says_so():
    assert found("not_time_barred", with_part(last_day=None)).result == NOT_CHECKED


def test_a_consumer_without_a_valid_notice_goes_without_costs_and_one_is_warned():
    facts = replace(CASE, consumer=True, notice_valid=False)
    assert found("notice", facts).result == WARN
    assert allowed(checks(facts, BAILIFF, DAY))
    assert found("notice", replace(facts, consumer=False)).result == PASS


@pytest.mark.parametrize(
    ("amount", "result"),
    [("23750.00", PASS), ("23750.01", WARN), ("25000.00", WARN), ("25000.01", BLOCK)],
)
def test_near_the_limit_of_a_court_one_is_warned_and_above_it_a_lawyer_is_wanted(amount, result):
    facts = with_part(open=Decimal(amount))
    assert found("court", facts).result == result
    assert found("court", facts, Agent("lawyer")).result == PASS
    assert found("court", replace(facts, always_lower=True)).result == PASS


def test_interest_counts_for_the_limit():
    facts = replace(with_part(open=Decimal(24900)), interest=Decimal("100.01"))
    assert found("court", facts).result == BLOCK


@pytest.mark.parametrize(
    ("until", "result"), [(None, BLOCK), (DAY - timedelta(days=1), BLOCK), (DAY, PASS)]
)
def test_an_agency_collects_from_people_only_while_it_is_registered(until, result):
    agency = Agent("agency", until)
    person = replace(CASE, natural=True)
    assert found("registered", person, agency).result == result
    assert found("registered", CASE, agency).result == PASS
    assert found("registered", person, BAILIFF).result == PASS


@pytest.mark.parametrize(("days", "result"), [(183, PASS), (184, WARN)])
def test_an_old_address_is_asked_about(days, result):
    assert found("address", replace(CASE, address_on=DAY - timedelta(days=days))).result == result


def test_an_enquiry_about_insolvency_is_worth_a_month():
    old = replace(CASE, enquired_on=DAY - timedelta(days=31))
    assert found("insolvency_register", old).result == NOT_CHECKED


def test_a_claim_below_the_court_fee_is_warned_of():
    facts = with_part(open=Decimal(100))
    assert found("worth", facts).result == WARN
    assert found("worth", facts, Agent("agency")).result == PASS
    assert found("worth", CASE, Agent("bailiff", minimum=Decimal(501))).result == WARN


@pytest.mark.parametrize(
    ("amount", "fee"),
    [("0.01", 139), ("500", 139), ("500.01", 350), ("12500", 559), ("12500.01", 1504)],
)
def test_what_a_creditor_advances_to_the_court_goes_by_the_claim(amount, fee):
    assert court_fee(read_folder(), "NL", Decimal(amount), DAY) == fee


def test_where_the_tables_have_no_court_fee_it_is_not_known():
    assert court_fee(read_folder(), "DE", Decimal(100), DAY) is None
    assert court_fee(read_folder(), "NL", Decimal(100), date(2027, 1, 1)) is None
