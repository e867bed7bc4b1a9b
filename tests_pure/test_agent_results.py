from decimal import Decimal

import pytest

from rules.agent_results import (
    Entry,
    by_type,
    charged_to_us,
    collected,
    cost_per_euro,
    costs,
    costs_of_debtor,
    court_fee,
    difference,
    success,
    told_direct,
)

D = Decimal
#: The example of the specification: owed 6,353.51 there after a payment of 1,000.00.
LEDGER = [
    Entry("principal", D("5276.00")),
    Entry("interest", D("287.80")),
    Entry("collection_costs", D("638.80")),
    Entry("official_act", D("119.40")),
    Entry("court_fee", D("559.00")),
    Entry("agent_salary", D("339.00")),
    Entry("interest", D("133.51")),
    Entry("payment", D("-1000.00"), to_costs=D("1000.00")),
]


def test_bookings_are_summed_by_type_and_by_who_bears_them():
    found = by_type([*LEDGER, Entry("fee", D("10"), "creditor"), Entry("fee", D("2"), "debtor")])
    assert found["interest"] == (D("421.31"), 0)
    assert found["fee"] == (D(2), D(10))


def test_what_was_taken_back_was_not_collected():
    assert collected([*LEDGER, Entry("payment_reversal", D(250))]) == D(750)


def test_what_the_debtor_paid_to_us_is_not_collected_there():
    entries = [Entry("payment_to_creditor", D(-30)), Entry("payment", D(-5))]
    assert (collected(entries), told_direct(entries)) == (5, 30)


def test_at_our_expense_are_charges_alone():
    entries = [
        Entry("fee", D("119.40"), "creditor"),
        Entry("official_act", D(80), "debtor"),
        Entry("payment", D(-40), "creditor"),
    ]
    assert charged_to_us(entries) == D("119.40")


def test_the_court_fee_is_recovered_as_far_as_costs_were_paid():
    assert court_fee(LEDGER) == (D(559), D(559))
    assert court_fee([Entry("court_fee", D(559)), Entry("payment", D(-9), to_costs=D(9))])[1] == 9


def test_what_an_office_does_not_tell_about_the_court_fee_is_not_guessed():
    assert court_fee([Entry("court_fee", D(559)), Entry("payment", D(-600))]) == (559, None)


def test_the_difference_of_the_example_is_explained():
    # Handed over at 6,202.60; here it has grown by 20.00 of interest, and nothing was matched.
    found = difference(D("6353.51"), D("6222.60"), D("6202.60"), LEDGER)
    assert found == [
        ("added", D("1150.91")),
        ("collected", D("-1000.00")),
        ("here", D("-20.00")),
    ]


def test_what_was_matched_is_no_difference_any_more():
    found = difference(D("6353.51"), D("5202.60"), D("6202.60"), LEDGER, matched=D(1000))
    assert found == [("added", D("1150.91"))]


@pytest.mark.parametrize("theirs", ["0", "6353.51", "7000.00"])
@pytest.mark.parametrize("direct", ["0", "12.34"])
@pytest.mark.parametrize("matched", ["0", "1000.00"])
def test_the_parts_of_a_difference_add_up(theirs, direct, matched):
    ours = D("4321.09")
    found = difference(D(theirs), ours, D("6202.60"), LEDGER, D(direct), D(matched))
    assert sum(amount for _code, amount in found) == D(theirs) - ours


def test_what_the_ledger_does_not_explain_is_said():
    assert difference(D(110), D(100), D(100), []) == [("unexplained", D(10))]


def test_no_difference_needs_no_words():
    assert difference(D(100), D(100), D(100), [Entry("principal", D(100))]) == []


def test_costs_that_are_told_twice_count_once():
    assert costs(D("119.40"), D("119.40")) == D("119.40")
    assert costs(D("119.40"), D("200")) == D(200)


def test_success_and_cost_of_a_euro():
    # 1,000.00 of 6,202.60 recovered for 119.40: 16.1 %, 12 cents a euro.
    assert round(success(D(1000), D("6202.60")), 1) == D("16.1")
    assert cost_per_euro(D("119.40"), D(1000)) == D("0.1194")


def test_nothing_handed_over_or_recovered_has_no_ratio():
    assert success(D(0), D(0)) is None
    assert cost_per_euro(D(5), D(0)) is None


def test_what_an_office_asks_of_the_debtor_for_costs_is_neither_the_claim_nor_a_payment():
    entries = [
        Entry("principal", Decimal(500), "debtor"),
        Entry("official_act", Decimal(120), "debtor"),
        Entry("interest", Decimal(30), "debtor"),
        Entry("court_fee", Decimal(90), "creditor"),
        Entry("payment", Decimal(-400), "debtor"),
    ]
    assert costs_of_debtor(entries) == Decimal(150)
