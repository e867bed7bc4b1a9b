"""What a financier asks of the company, and what each open invoice answers."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal as D

import pytest

from rules.financing import (
    DEDUCTIONS,
    REFUSALS,
    Company,
    Criteria,
    Result,
    answers,
    down,
)
from rules.financing_invoices import Invoice, Named, check, judge, refusals

DAY = date(2026, 11, 27)
YEAR = (date(2025, 1, 1), date(2025, 12, 31))
STRICT = Criteria(
    legal_forms=frozenset({"nl_bv"}),
    months_registered=12,
    months_followed=3,
    profit=True,
    equity=True,
    days_old=90,
    days_overdue=30,
    countries=frozenset({"NL"}),
    currencies=frozenset({"EUR"}),
    consumers=False,
    related=False,
    disputed=False,
    in_plan=False,
    in_case=False,
    least=D(100),
    advance=D(80),
)
GOOD = Company(
    DAY,
    legal_form="nl_bv",
    registered_on=date(2020, 1, 1),
    live_since=date(2026, 1, 1),
    result=Result(D(1), *YEAR),
    equity=D(1),
)


def invoice(key=1, amount=1000, **values):
    usual = {
        "debtor": 1,
        "currency": "EUR",
        "invoice_date": DAY - timedelta(20),
        "due": DAY + timedelta(10 + key),
        "country": "NL",
        "kind": "business",
    }
    return Invoice(key, open=D(amount), **{**usual, **values})


def codes(*invoices, criteria=STRICT, **values):
    found = judge(criteria, DAY, invoices, values.get("credits", {}), values.get("owed", {}))
    return {key: [reason.code for reason in each.reasons] for key, each in found.items()}


def counts(*invoices, criteria=STRICT, credits=None, owed=None, step=D("0.01"), named=()):
    found = judge(criteria, DAY, invoices, credits or {}, owed or {}, step, named)
    return [found[each.key].counts for each in invoices]


# -- the company -----------------------------------------------------------------------------------


def failing(**values):
    return {
        each.criterion: each for each in answers(STRICT, replace(GOOD, **values)) if not each.ok
    }


def test_nothing_is_answered_where_nothing_is_asked():
    assert answers(Criteria(), Company(DAY)) == ()


def test_a_company_that_keeps_to_everything_qualifies():
    assert not failing()


@pytest.mark.parametrize(
    ("missing", "criterion"),
    [
        ("legal_form", "legal_form"),
        ("registered_on", "registered"),
        ("live_since", "followed"),
        ("result", "profit"),
        ("equity", "equity"),
    ],
)
def test_what_is_not_known_is_not_enough_and_says_so(missing, criterion):
    found = failing(**{missing: None})
    assert list(found) == [criterion]
    assert not found[criterion].known


@pytest.mark.parametrize(
    ("values", "criterion"),
    [
        ({"legal_form": "nl_vof"}, "legal_form"),
        ({"registered_on": date(2025, 11, 28)}, "registered"),
        ({"registered_on": date(2027, 1, 1)}, "registered"),
        ({"live_since": date(2026, 8, 28)}, "followed"),
        ({"result": Result(D(0), *YEAR)}, "profit"),
        ({"result": Result(D(-5), *YEAR)}, "profit"),
        ({"equity": D(0)}, "equity"),
        ({"equity": D(-1)}, "equity"),
    ],
)
def test_what_is_not_kept_to_fails_with_what_was_found(values, criterion):
    found = failing(**values)
    assert list(found) == [criterion]
    assert found[criterion].known
    assert found[criterion].found


def test_months_are_full_on_the_same_day_of_the_month():
    assert not failing(registered_on=date(2025, 11, 27))
    assert not failing(live_since=date(2026, 8, 27))


def test_an_answer_says_from_when_on_it_would_be_enough():
    found = failing(registered_on=date(2026, 2, 28))["registered"]
    assert found.found == {"since": "2026-02-28", "enough_on": "2027-02-28"}


def test_a_period_without_profit_is_named():
    found = failing(result=Result(D("-12.50"), *YEAR))["profit"].found
    assert found == {"amount": "-12.50", "first": "2025-01-01", "last": "2025-12-31"}


# -- an invoice ------------------------------------------------------------------------------------


def test_an_invoice_that_fits_counts_in_whole():
    found = judge(STRICT, DAY, [invoice()], {}, {})[1]
    assert (found.counts, found.advance, found.reasons) == (1000, 800, ())


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"pledged_to": "Other Bank"}, "pledged"),
        ({"costs": True}, "costs"),
        ({"currency": "USD"}, "currency"),
        ({"country": "BE"}, "country"),
        ({"country": None}, "country"),
        ({"kind": "consumer"}, "consumer"),
        ({"kind": "sole_trader"}, "consumer"),
        ({"kind": None}, "consumer"),
        ({"related": "group"}, "related"),
        ({"related": "employee"}, "related"),
        ({"invoice_date": DAY + timedelta(1)}, "not_yet"),
        ({"invoice_date": DAY - timedelta(91)}, "too_old"),
        ({"invoice_date": None}, "too_old"),
        ({"due": DAY - timedelta(31)}, "overdue"),
        ({"due": None}, "overdue"),
        ({"amount": D("99.99")}, "too_small"),
        ({"disputed": D(1)}, "disputed"),
        ({"in_plan": True}, "in_plan"),
        ({"in_case": True}, "in_case"),
        ({"on_hold": "insolvency"}, "on_hold"),
        ({"amount": 0}, "nothing_open"),
        ({"amount": -50}, "nothing_open"),
    ],
)
def test_each_refusal_alone(values, code):
    refused = invoice(**values)
    assert codes(refused) == {1: [code]}
    assert counts(refused) == [0]


def test_every_refusal_and_deduction_has_a_code_of_its_own():
    assert len({*REFUSALS, *DEDUCTIONS}) == len(REFUSALS) + len(DEDUCTIONS)


@pytest.mark.parametrize(
    "values",
    [
        {"invoice_date": DAY - timedelta(90)},
        {"due": DAY - timedelta(30)},
        {"amount": 100},
        {"invoice_date": DAY},
        {"kind": "public_body"},
    ],
)
def test_a_limit_is_the_most_that_is_still_within_it(values):
    assert codes(invoice(**values)) == {1: []}


def test_nothing_that_is_overdue_counts_where_no_day_is_allowed():
    criteria = replace(STRICT, days_overdue=0)
    assert codes(invoice(due=DAY), criteria=criteria) == {1: []}
    assert codes(invoice(due=DAY - timedelta(1)), criteria=criteria) == {1: ["overdue"]}


def test_all_reasons_are_told_not_only_the_first():
    bad = invoice(amount=50, country="BE", kind="consumer", in_plan=True, disputed=D(10))
    assert codes(bad) == {1: ["too_small", "disputed", "in_plan", "country", "consumer"]}


def test_a_reason_says_what_was_asked_and_found():
    (reason,) = refusals(STRICT, DAY, invoice(due=DAY - timedelta(45)))
    assert (reason.amount, reason.values) == (1000, {"days": 45, "most": 30})


def test_what_nobody_asks_about_is_no_reason():
    odd = invoice(country=None, kind=None, currency="USD", in_plan=True, in_case=True, due=None)
    assert codes(odd, criteria=Criteria()) == {1: []}


def test_without_a_rate_nothing_counts_even_where_any_currency_is_taken():
    lost = replace(invoice(currency="XYZ"), open=None)
    assert codes(lost, criteria=Criteria()) == {1: ["currency"]}
    assert check(Criteria(), GOOD, [lost]).open == 0


# -- what is taken off -----------------------------------------------------------------------------

LOOSE = replace(STRICT, disputed=True)


def test_of_an_invoice_disputed_in_part_the_rest_counts():
    assert counts(invoice(disputed=D(400)), criteria=LOOSE) == [600]
    assert codes(invoice(disputed=D(400)), criteria=LOOSE) == {1: ["in_dispute"]}


def test_an_invoice_disputed_in_whole_never_counts():
    assert codes(invoice(disputed=D(1000)), criteria=Criteria()) == {1: ["disputed"]}


def test_a_payment_under_way_is_taken_off():
    assert counts(invoice(under_way=D("999.99"))) == [D("0.01")]


def test_free_credits_go_to_the_oldest_invoices_of_their_debtor_and_currency():
    rows = [invoice(1), invoice(2), invoice(3, debtor=2), invoice(4, currency="USD")]
    criteria = replace(STRICT, currencies=frozenset())
    assert counts(*rows, criteria=criteria, credits={(1, "EUR"): D(1500)}) == [0, 500, 1000, 1000]


def test_free_credits_go_to_what_qualifies_first():
    rows = [invoice(1, due=DAY - timedelta(60)), invoice(2), invoice(3, costs=True)]
    assert counts(*rows, credits={(1, "EUR"): D(800)}) == [0, 200, 0]


def test_money_that_names_an_invoice_is_for_that_invoice():
    rows = [invoice(1), invoice(2)]
    named = [Named((1, "EUR"), D(1000), frozenset({2}))]
    assert counts(*rows, named=named) == [1000, 0]
    assert counts(*rows, named=named, credits={(1, "EUR"): D(300)}) == [700, 0]


def test_money_that_names_several_invoices_goes_to_the_oldest_of_them():
    rows = [invoice(1), invoice(2), invoice(3)]
    assert counts(*rows, named=[Named((1, "EUR"), D(1500), frozenset({3, 2}))]) == [1000, 0, 500]


def test_what_is_left_of_money_that_names_an_invoice_goes_to_others_that_qualify():
    rows = [invoice(1), invoice(2, amount=300)]
    twice = [Named((1, "EUR"), D(300), frozenset({2}))] * 2
    assert counts(*rows, named=twice) == [700, 0]


def test_money_that_names_an_invoice_that_does_not_qualify_leaves_others_alone():
    rows = [invoice(1, due=DAY - timedelta(60)), invoice(2)]
    assert counts(*rows, named=[Named((1, "EUR"), D(1000), frozenset({1}))]) == [0, 1000]


def test_what_is_paid_of_an_invoice_disputed_in_part_leaves_nothing_that_counts():
    row = invoice(1, disputed=D(400))
    named = [Named((1, "EUR"), D(600), frozenset({1}))]
    assert counts(row, criteria=LOOSE, named=named) == [0]


def test_free_credits_are_not_used_up_by_what_is_disputed():
    rows = [invoice(1, disputed=D(600)), invoice(2)]
    assert counts(*rows, criteria=LOOSE, credits={(1, "EUR"): D(500)}) == [0, 900]


def test_what_we_owe_is_taken_off_only_where_it_is_asked():
    rows = [invoice(1), invoice(2)]
    assert counts(*rows, owed={1: D(1300)}) == [1000, 1000]
    assert counts(*rows, criteria=replace(STRICT, deduct_owed=True), owed={1: D(1300)}) == [0, 700]


def test_what_we_owe_is_taken_off_what_qualifies():
    rows = [invoice(1, in_plan=True), invoice(2)]
    assert counts(*rows, criteria=replace(STRICT, deduct_owed=True), owed={1: D(300)}) == [0, 700]


def test_what_we_owe_and_is_worth_nobody_knows_what_takes_everything():
    found = counts(invoice(1), criteria=replace(STRICT, deduct_owed=True), owed={1: None})
    assert found == [0]


# -- concentration ---------------------------------------------------------------------------------


def shared(percent):
    return replace(STRICT, concentration=D(percent))


def test_one_debtor_counts_up_to_its_share_and_the_invoice_that_crosses_it_in_part():
    rows = [invoice(1), invoice(2), invoice(3), *(invoice(n, debtor=n) for n in range(4, 11))]
    # 10,000 counts in all, of which one debtor may be 2,500.
    assert counts(*rows, criteria=shared(25))[:4] == [1000, 1000, 500, 1000]
    assert codes(*rows, criteria=shared(25))[3] == ["concentration"]


def test_the_share_is_of_what_counts_before_it_not_of_what_is_open():
    rows = [invoice(1), invoice(2, debtor=2, in_plan=True)]
    assert counts(*rows, criteria=shared(50)) == [500, 0]


def test_in_a_book_with_one_debtor_its_share_counts():
    assert counts(invoice(1), invoice(2), criteria=shared(30)) == [600, 0]


@pytest.mark.parametrize(("percent", "counted"), [(0, 0), (100, 2000)])
def test_none_and_all_of_a_share(percent, counted):
    assert sum(counts(invoice(1), invoice(2), criteria=shared(percent))) == counted


def test_what_is_pledged_here_already_uses_up_the_share_of_its_debtor():
    rows = [
        invoice(1, pledged_to="Ours", pledged_here=D(1000)),
        invoice(2),
        invoice(3, 2000, debtor=2),
    ]
    # 4,000 counts in all, 1,000 of it before: half is 2,000.
    assert counts(*rows, criteria=shared(50)) == [0, 1000, 2000]
    assert counts(*rows, criteria=shared(25)) == [0, 0, 1000]


# -- room ------------------------------------------------------------------------------------------


def test_the_advance_is_rounded_down_for_each_invoice():
    rows = [invoice(n, amount=D("100.01")) for n in (1, 2, 3)]
    assert check(STRICT, GOOD, rows).advance == 3 * D("80.00")


def test_amounts_are_in_whole_steps_of_the_currency():
    found = judge(STRICT, DAY, [invoice(amount=101)], {}, {}, D(1))[1]
    assert (found.counts, found.advance) == (101, 80)
    assert down(D("-0.5"), D(1)) == -1


def test_the_limit_less_what_is_drawn_is_the_most():
    limited = replace(STRICT, limit=D(1000))
    assert check(limited, GOOD, [invoice()], drawn=D(0)).room == 800
    assert check(limited, GOOD, [invoice()], drawn=D(300)).room == 700
    assert check(limited, GOOD, [invoice()], drawn=D(1500)).room == 0


def test_without_a_limit_what_is_drawn_takes_nothing_off():
    assert check(STRICT, GOOD, [invoice()], drawn=D(5000)).room == 800


def test_nothing_can_be_drawn_while_the_company_does_not_qualify():
    verdict = check(STRICT, replace(GOOD, equity=D(-1)), [invoice()])
    assert (verdict.qualifies, verdict.advance, verdict.room) == (False, 800, 0)


def test_an_empty_book_has_no_room():
    verdict = check(STRICT, GOOD, [])
    assert (verdict.open, verdict.counts, verdict.room, verdict.qualifies) == (0, 0, 0, True)
