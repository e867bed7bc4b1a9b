"""What the law rules promise beyond the worked examples."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.law.costs import Circumstances, Costs, Notice, costs
from rules.law.errors import Held, Refused
from rules.law.interest import Accrual, anniversary, interest_rule, spans, without
from rules.law.money import cents, share
from rules.law.owed import Charge, Claim, Payment, owed
from rules.law.read import read_folder

TABLES = read_folder()
START = date(2023, 1, 31)
DAY = date(2026, 3, 1)
NL_NOTICE = Notice("nl_14_day", expired=True)
money = st.decimals("0.01", "100000", places=2)
days_later = st.integers(0, 1400)


def nl_costs(kind="consumer", principals=("1000",), notice=NL_NOTICE, **facts) -> Costs:
    circumstances = Circumstances(day=DAY, notice=notice, **facts)
    return costs(TABLES, "NL", kind, [Decimal(each) for each in principals], circumstances)


def claim(amount, key=0, since=START, kind="business", until=date(2026, 12, 31)):
    rule = interest_rule(TABLES, "NL", kind, until)
    parts = spans(TABLES, "NL", rule, since, until)
    return Claim(key, amount, since, since, parts, rule.compounding)


# -- costs -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("notice", "words"),
    [
        (None, "No nl_14_day has left"),
        (Notice("be_first_reminder", expired=True), "No nl_14_day has left"),
        (Notice("nl_14_day", valid=False, expired=True, missing="amount"), "amount is missing"),
        (Notice("nl_14_day", left=False, expired=True), "did not reach"),
        (Notice("nl_14_day", expired=False), "term of the nl_14_day has not passed"),
    ],
)
def test_consumers_owe_no_costs_without_a_valid_notice_whose_term_has_passed(notice, words):
    found = nl_costs(notice=notice)
    assert found.total == 0
    assert words in found.why


def test_businesses_owe_the_minimum_for_each_invoice():
    assert nl_costs("business", ["10", "20", "30"], None).amount == Decimal("120.00")


def test_a_contract_rate_counts_against_businesses_only():
    agreed = (Decimal(20), Decimal(50))
    assert nl_costs("business", ["1000"], None, agreed=agreed).amount == 200
    assert nl_costs("consumer", ["1000"], agreed=agreed).amount == 150


def test_a_belgian_consumer_owes_nothing_without_a_clause():
    facts = Circumstances(DAY, Notice("be_first_reminder", expired=True), clause=False)
    assert costs(TABLES, "BE", "consumer", [Decimal(400)], facts).total == 0


@pytest.mark.parametrize("code", ["DE", "AT", "FR", "LU", "ES", "IT", "UK", "EU"])
def test_other_consumers_owe_no_flat_sum(code):
    found = costs(TABLES, code, "consumer", [Decimal(400)], Circumstances(DAY, NL_NOTICE))
    assert (found.total, bool(found.why)) == (0, True)


def test_a_second_fee_on_a_periodic_contract_waits_for_a_person():
    assert nl_costs(principals=["75"], periodic=True).amount == 40
    with pytest.raises(Held, match="six months"):
        nl_costs(principals=["75"], periodic=True, earlier_fees=1)


def test_a_negative_principal_is_refused():
    with pytest.raises(Refused, match="negative"):
        nl_costs(principals=["-1"])


@given(st.lists(money, min_size=1, max_size=8))
def test_costs_stay_within_minimum_and_maximum_and_are_shared_exactly(principals):
    found = nl_costs(principals=principals)
    assert Decimal(40) <= found.amount <= Decimal(6775)
    assert sum(found.shares.values()) == found.amount
    assert min(found.shares.values()) >= 0


@given(money, money)
def test_a_larger_principal_never_costs_less(one, other):
    low, high = sorted((one, other))
    assert nl_costs(principals=[low]).amount <= nl_costs(principals=[high]).amount


@given(money, st.dictionaries(st.integers(0, 30), st.decimals(0, 900, places=2), min_size=1))
def test_shares_add_up_to_the_cent(total, weights):
    shares = share(total, weights)
    assert sum(shares.values()) == total
    assert all(amount >= 0 and amount == cents(amount) for amount in shares.values())


# -- interest ----------------------------------------------------------------------------


@given(money, days_later, days_later)
def test_interest_never_shrinks_in_time(amount, one, other):
    first, last = (START + timedelta(days=days) for days in sorted((one, other)))
    early, late = (owed([claim(amount)], [], [], day).accrued for day in (first, last))
    assert Decimal(0) <= early <= late


@given(money, days_later, days_later)
def test_splitting_a_period_changes_nothing_before_rounding(amount, one, other):
    first, last = (START + timedelta(days=days) for days in sorted((one, other)))
    parts = claim(amount).parts
    whole, split = Accrual(amount, START), Accrual(amount, START)
    whole.through(last, parts)
    split.through(first, parts)
    split.through(last, parts)
    assert abs(whole.running - split.running) < Decimal("1e-18")


@given(since=days_later, length=st.integers(-5, 100), again=days_later)
def test_spared_days_bear_no_interest_and_no_others_are_lost(since, length, again):
    parts = spans(TABLES, "NL", interest_rule(TABLES, "NL", "business", DAY), START, DAY)
    pairs = [
        (START + timedelta(days=first), START + timedelta(days=first + length))
        for first in (since, again)
    ]
    every = {part.since + timedelta(days=day) for part in parts for day in range(part.days)}
    spared = {
        first + timedelta(days=day)
        for first, last in pairs
        for day in range((last - first).days + 1)
    }
    left = without(parts, pairs)
    bearing = [part.since + timedelta(days=day) for part in left for day in range(part.days)]
    assert bearing == sorted(every - spared)


def test_an_interest_year_that_began_on_29_february_ends_on_the_28th():
    assert anniversary(date(2024, 2, 29), 1) == date(2025, 2, 28)
    assert anniversary(date(2024, 2, 29), 4) == date(2028, 2, 29)


def test_days_without_a_rate_are_held():
    rule = interest_rule(TABLES, "NL", "business", DAY)
    with pytest.raises(Held, match="2018-06-02"):
        spans(TABLES, "NL", rule, date(2018, 6, 1), DAY)


def test_days_after_the_last_known_half_year_are_held():
    rule = interest_rule(TABLES, "NL", "consumer", DAY)
    with pytest.raises(Held, match="known until 2026-12-31 only"):
        spans(TABLES, "NL", rule, date(2026, 12, 1), date(2027, 1, 1))


def test_a_rate_fixed_at_the_start_needs_no_later_row():
    rule = interest_rule(TABLES, "UK", "business", DAY)
    found = spans(TABLES, "UK", rule, date(2025, 6, 30), date(2027, 6, 1))
    assert [(span.since, span.percent) for span in found] == [(date(2025, 7, 1), Decimal("12.25"))]


def test_consumers_outside_their_own_countrys_tables_owe_no_interest():
    rule = interest_rule(TABLES, "EU", "consumer", DAY)
    assert spans(TABLES, "EU", rule, START, DAY) == []


def test_a_luxembourg_consumer_waits_for_a_person():
    with pytest.raises(Held, match="three months"):
        interest_rule(TABLES, "LU", "consumer", DAY)


# -- what is owed ------------------------------------------------------------------------


payments = st.lists(st.tuples(days_later, money), max_size=6)


@given(st.lists(money, min_size=1, max_size=4), payments, money, days_later)
def test_allocation_conserves_money_and_nothing_becomes_negative(amounts, paid, costs_due, later):
    claims = [claim(amount, key, START + timedelta(key)) for key, amount in enumerate(amounts)]
    moneys = [Payment(START + timedelta(days=days), amount) for days, amount in paid]
    charges = [Charge(START + timedelta(days=30), costs_due)]
    found = owed(claims, moneys, charges, START + timedelta(days=later))
    for parts, payment in zip(found.allocations, sorted(moneys, key=lambda p: p.day), strict=False):
        spent = parts.costs + parts.interest + parts.principal + parts.unapplied
        assert spent == payment.amount
    values = [found.principal, found.interest, found.costs, found.total, found.unapplied]
    assert all(value >= 0 and value == cents(value) for value in values)
    used = sum((parts.principal for parts in found.allocations), Decimal(0))
    assert found.principal == sum(amounts) - used


@given(st.lists(st.tuples(st.integers(0, 900), money), min_size=1, max_size=5), money)
def test_where_the_ledger_leads_the_principal_is_what_the_ledger_says(paid, extra):
    total = sum((amount for _days, amount in paid), Decimal(0)) + extra
    moneys = [Payment(START + timedelta(days=days), amount, claim=0) for days, amount in paid]
    charges = [Charge(START, Decimal(40))]
    found = owed([claim(total)], moneys, charges, DAY, ledger_leads=True)
    assert found.principal == extra
    assert found.costs == 40


def test_a_credit_note_takes_away_principal_and_no_costs():
    moneys = [Payment(START, Decimal(300), claim=0, credit=True)]
    found = owed([claim(Decimal(1000))], moneys, [Charge(START, Decimal(150))], START)
    assert (found.principal, found.costs) == (700, 150)


def test_a_waived_part_is_not_asked():
    charge = Charge(START, Decimal(150), waived=Decimal(100))
    assert owed([claim(Decimal(10))], [], [charge], START).costs == 50


def test_what_is_paid_too_much_is_a_credit():
    found = owed([claim(Decimal(100))], [Payment(START, Decimal(130))], [], DAY)
    assert (found.total, found.unapplied) == (0, 30)


def test_a_payment_later_than_the_day_does_not_count_yet():
    found = owed([claim(Decimal(100))], [Payment(DAY, Decimal(100))], [], START)
    assert found.principal == 100


@pytest.mark.parametrize(
    ("claims", "paid", "words"),
    [
        ([Claim(0, Decimal(0), START)], [], "above zero"),
        ([Claim(0, Decimal(5), START)], [Payment(DAY, Decimal(0))], "above zero"),
        ([Claim(0, Decimal(5), START)], [Payment(DAY, Decimal(1), claim=9)], "unknown claim"),
        (
            [Claim(0, Decimal(5), START, invoiced=START)],
            [Payment(START - timedelta(1), Decimal(1))],
            "before the invoice",
        ),
    ],
)
def test_amounts_that_cannot_be_are_refused(claims, paid, words):
    with pytest.raises(Refused, match=words):
        owed(claims, paid, [], DAY)
