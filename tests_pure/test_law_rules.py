"""What the law rules promise beyond the worked examples."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.law import limits, terms, who
from rules.law.costs import Circumstances, Costs, Notice, costs
from rules.law.errors import Held, Refused
from rules.law.interest import Accrual, Span, anniversary, interest_rule, spans, without
from rules.law.money import amount_of, cents, share
from rules.law.notice_text import check_text, term_is_right
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


# -- terms and texts -----------------------------------------------------------------------


def test_a_term_that_would_end_on_a_sunday_ends_on_monday():
    found = terms.term(TABLES, "NL", "nl_14_day", "email", date(2026, 3, 1))
    assert (found.last, found.costs_from) == (date(2026, 3, 16), date(2026, 3, 17))


def test_a_letter_is_not_delivered_on_sundays_mondays_and_holidays():
    found = terms.term(TABLES, "NL", "nl_14_day", "post", date(2026, 12, 23))
    assert found.received == date(2026, 12, 29)


def test_proof_of_delivery_leads():
    delivered = date(2026, 3, 9)
    found = terms.term(TABLES, "NL", "nl_14_day", "post", date(2026, 3, 3), delivered=delivered)
    assert (found.received, found.first) == (delivered, date(2026, 3, 10))


@given(st.dates(date(2024, 1, 1), date(2030, 12, 31)))
def test_a_letter_never_gives_less_time_than_an_email(sent):
    letter = terms.term(TABLES, "NL", "nl_14_day", "post", sent)
    mail = terms.term(TABLES, "NL", "nl_14_day", "email", sent)
    assert letter.last >= mail.last
    assert (mail.last - mail.first).days >= 13


def test_a_notice_of_another_country_is_held():
    with pytest.raises(Held):
        terms.term(TABLES, "DE", "nl_14_day", "email", DAY)


@pytest.mark.parametrize(
    ("sentence", "right"),
    [
        ("binnen veertien dagen vanaf de dag nadat deze brief bij u is bezorgd", True),
        ("Betaal binnen 14 dagen vanaf de dag nadat deze e-mail door u is ontvangen.", True),
        ("binnen vijftien dagen nadat deze brief bij u is bezorgd", True),
        ("binnen 15 dagen nadat u deze brief hebt ontvangen", True),
        ("binnen veertien dagen nadat deze brief bij u is bezorgd", False),
        ("binnen dertien dagen vanaf de dag nadat deze brief bij u is bezorgd", False),
        ("binnen 14 dagen na dagtekening van deze brief", False),
        ("binnen 14 dagen vanaf vandaag", False),
        ("binnen veertien dagen", False),
        (
            "binnen 14 dagen vanaf de dag nadat deze brief bij u is bezorgd, uiterlijk "
            "binnen 10 dagen na vandaag",
            False,
        ),
    ],
)
def test_only_sentences_with_the_whole_term_are_right(sentence, right):
    assert term_is_right(sentence) is right


RIGHT = (
    "Betaal {amount} binnen veertien dagen vanaf de dag nadat deze brief bij u is bezorgd. "
    "Daarna moet u ook {costs} incassokosten betalen. {tax_statement}"
)


def findings(text, names=("amount", "costs", "tax_statement", "table")):
    return [each.element for each in check_text(TABLES, "NL", "nl_14_day", text, names, DAY)]


def test_a_notice_that_says_all_is_right():
    assert findings(RIGHT) == []


def test_a_notice_without_the_amount_of_the_costs_names_it_with_its_source():
    found = check_text(TABLES, "NL", "nl_14_day", RIGHT, ("amount", "tax_statement", "table"), DAY)
    assert [each.element for each in found] == ["the exact amount of the costs"]
    assert "6:96" in found[0].source


def test_a_notice_with_a_term_from_today_or_a_fee_is_refused():
    wrong = RIGHT + " Betaal binnen 14 dagen na dagtekening. Wij rekenen aanmaningskosten."
    assert findings(wrong) == [
        "a fee for the notice itself",
        "a term counted from the date of the letter or today",
    ]


# -- who, which law, how long ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "confirmed", "rules"),
    [
        ("unknown", False, "consumer"),
        ("sole_trader", False, "consumer"),
        ("sole_trader", True, "business"),
        ("business", False, "business"),
        ("public_body", False, "public"),
    ],
)
def test_until_it_is_sure_the_rules_of_consumers_apply(kind, confirmed, rules):
    assert who.rules_for(kind, confirmed).value == rules


def test_a_business_follows_the_contract_and_a_consumer_the_place_of_living():
    assert who.which_law("business", "DE", "NL", "FR").value == "DE"
    assert who.which_law("business", "", "NL", "FR").value == "NL"
    assert who.which_law("consumer", "DE", "NL", "FR").value == "FR"


def test_without_an_agreed_term_a_demand_puts_a_consumer_in_default():
    due = date(2026, 1, 31)
    assert who.in_default("consumer", due, term_agreed=True).after == due
    assert who.in_default("consumer", due, term_agreed=False).after is None
    short, right = (date(2026, 2, 10), 5), (date(2026, 2, 14), 7)
    found = who.in_default("consumer", due, False, [short, right])
    assert found.after == date(2026, 2, 21)
    assert who.in_default("business", due, False).after == due


def test_what_the_law_counts_as_interruption_renews_the_term():
    due = date(2021, 11, 30)
    reminder, paid = (date(2024, 5, 1), "reminder"), (date(2025, 6, 1), "acknowledgement")
    assert limits.last_day(TABLES, "NL", "contract", due, "any", [reminder]) == date(2029, 5, 1)
    assert limits.last_day(TABLES, "DE", "contract", due, "any", [reminder]) == date(2024, 12, 31)
    assert limits.last_day(TABLES, "DE", "contract", due, "any", [paid]) == date(2024, 12, 31)


def test_limitation_that_has_to_be_checked_is_held():
    with pytest.raises(Held, match="must be checked first"):
        limits.last_day(TABLES, "BE", "contract", DAY)


def test_the_court_depends_on_the_amount_and_the_day():
    assert limits.court(TABLES, "NL", Decimal("25000.01"), DAY) == "rechtbank"
    assert limits.court(TABLES, "NL", Decimal(90000), DAY, "rent") == "kantonrechter"
    assert limits.court(TABLES, "DE", Decimal(8000), date(2025, 5, 1)) == "Landgericht"
    assert limits.court(TABLES, "DE", Decimal(8000), DAY) == "Amtsgericht"


def test_amounts_are_given_with_a_point_and_whole_cents():
    for wrong in ("1,50", "abc", "1.005", "NaN", "Infinity"):
        with pytest.raises(Refused):
            amount_of(wrong, "principal")


def test_a_span_of_a_leap_year_is_shorter_by_the_day():
    span = Span(date(2024, 1, 1), date(2024, 12, 31), Decimal(7), Decimal(366))
    assert span.interest(Decimal(1000)) == 70


@pytest.mark.parametrize(
    ("contract", "rules", "claim", "until"),
    [
        ("sale", "consumer", "consumer_sale", date(2028, 3, 1)),
        ("sale", "business", "contract", date(2031, 3, 1)),
        ("rent", "public", "periodic", date(2031, 3, 1)),
        ("", "consumer", "consumer_sale", date(2028, 3, 1)),
        ("", "business", "contract", date(2031, 3, 1)),
    ],
)
def test_limitation_of_a_kind_of_contract(contract, rules, claim, until):
    day, row = limits.earliest(TABLES, "NL", contract, rules, date(2026, 3, 1))
    assert (day, row.claim) == (until, claim)


def test_limitation_is_not_known_where_a_row_is_missing_or_to_be_checked():
    with pytest.raises(Held, match="no limitation of periodic in FR"):
        limits.earliest(TABLES, "FR", "rent", "business", date(2026, 3, 1))
    with pytest.raises(Held, match="must be checked"):
        limits.earliest(TABLES, "BE", "", "consumer", date(2026, 3, 1))
