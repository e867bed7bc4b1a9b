"""Whatever the books and the criteria: nothing counts twice, and asking more never gives more."""

from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal as D

from hypothesis import given
from hypothesis import strategies as st

from rules.financing import REFUSALS, Company, Criteria
from rules.financing_invoices import Invoice, Named, check

DAY = date(2026, 11, 27)
COMPANY = Company(DAY)
AMOUNTS = st.integers(0, 50_000).map(lambda units: D(units) / 100)
DAYS = st.none() | st.integers(-60, 300).map(lambda days: DAY - timedelta(days))
DEBTORS = st.integers(1, 3)
CURRENCIES = st.sampled_from(["EUR", "USD"])
INVOICES = st.builds(
    Invoice,
    key=st.integers(1, 20),
    debtor=DEBTORS,
    currency=CURRENCIES,
    open=st.none() | st.integers(-5_000, 50_000).map(lambda units: D(units) / 100),
    invoice_date=DAYS,
    due=DAYS,
    country=st.sampled_from([None, "NL", "BE"]),
    kind=st.sampled_from([None, "business", "consumer"]),
    related=st.sampled_from(["", "group"]),
    disputed=st.just(D(0)) | AMOUNTS,
    under_way=st.just(D(0)) | AMOUNTS,
    in_plan=st.booleans(),
    in_case=st.booleans(),
    on_hold=st.sampled_from(["", "", "insolvency"]),
    pledged_to=st.sampled_from(["", "", "Bank"]),
    pledged_here=st.just(D(0)) | AMOUNTS,
)
BOOKS = st.lists(INVOICES, max_size=12, unique_by=lambda each: each.key)
CREDITS = st.dictionaries(st.tuples(DEBTORS, CURRENCIES), AMOUNTS, max_size=3)
NAMED = st.lists(
    st.builds(
        Named,
        pile=st.tuples(DEBTORS, CURRENCIES),
        amount=AMOUNTS,
        keys=st.frozensets(st.integers(1, 20), max_size=3),
    ),
    max_size=3,
)
OWED = st.dictionaries(DEBTORS, st.none() | AMOUNTS, max_size=3)
PERCENT = st.integers(0, 100).map(D)
#: Each with what asks nothing, and something that does.
ASKED = {
    "equity": (False, st.just(True)),
    "days_old": (None, st.integers(0, 200)),
    "days_overdue": (None, st.integers(0, 200)),
    "countries": (frozenset(), st.just(frozenset({"NL"}))),
    "currencies": (frozenset(), st.just(frozenset({"EUR"}))),
    "consumers": (True, st.just(False)),
    "related": (True, st.just(False)),
    "disputed": (True, st.just(False)),
    "in_plan": (True, st.just(False)),
    "in_case": (True, st.just(False)),
    "least": (None, AMOUNTS),
    "deduct_owed": (False, st.just(True)),
    "concentration": (None, PERCENT),
    "limit": (None, AMOUNTS),
}
CRITERIA = st.builds(
    Criteria,
    advance=st.integers(1, 100).map(D),
    **{name: st.just(free) | asked for name, (free, asked) in ASKED.items()},
)


@st.composite
def asked_more(draw):
    """Criteria, and the same with one more of them asked."""
    criteria = draw(CRITERIA)
    name = draw(st.sampled_from(sorted(ASKED)))
    free, asked = ASKED[name]
    return replace(criteria, **{name: free}), replace(criteria, **{name: draw(asked)})


@given(CRITERIA, BOOKS, CREDITS, OWED, NAMED)
def test_of_an_invoice_never_counts_more_than_is_open(criteria, book, credits, owed, named):
    found = check(criteria, COMPANY, book, credits, owed, named=named).outcomes
    assert found.keys() == {each.key for each in book}
    for each in book:
        outcome = found[each.key]
        assert 0 <= outcome.advance <= outcome.counts <= max(each.open or 0, 0)


@given(CRITERIA, BOOKS, CREDITS, OWED, NAMED)
def test_what_does_not_count_is_told_to_the_cent(criteria, book, credits, owed, named):
    found = check(criteria, COMPANY, book, credits, owed, named=named).outcomes
    for each in book:
        outcome, amount = found[each.key], max(each.open or D(0), D(0))
        refused = [reason for reason in outcome.reasons if reason.code in REFUSALS]
        if refused:
            assert outcome.counts == 0
            assert all(reason.amount == amount for reason in refused)
        else:
            assert outcome.counts + sum(reason.amount for reason in outcome.reasons) == amount


@given(CRITERIA, BOOKS, CREDITS, OWED, PERCENT)
def test_no_debtor_counts_for_more_than_its_share(criteria, book, credits, owed, percent):
    free = replace(criteria, concentration=None)
    whole = check(free, COMPANY, book, credits, owed).counts
    pledged = defaultdict(D)
    for each in book:
        pledged[each.debtor] += each.pledged_here
    most = (whole + sum(pledged.values())) * percent / 100
    found = check(replace(criteria, concentration=percent), COMPANY, book, credits, owed)
    for debtor in (1, 2, 3):
        mine = sum(found.outcomes[each.key].counts for each in book if each.debtor == debtor)
        assert mine <= max(most - pledged[debtor], 0)


@given(asked_more(), BOOKS, CREDITS, OWED, AMOUNTS, NAMED)
def test_asking_one_thing_more_never_gives_more_room(asked, book, credits, owed, drawn, named):
    before, after = (
        check(each, COMPANY, book, credits, owed, drawn, named=named) for each in asked
    )
    assert after.counts <= before.counts
    assert after.room <= before.room


@given(CRITERIA, BOOKS, CREDITS, OWED, NAMED, st.randoms(use_true_random=False))
def test_the_order_of_the_invoices_does_not_matter(criteria, book, credits, owed, named, random):
    mixed = random.sample(book, len(book))
    assert check(criteria, COMPANY, book, credits, owed, named=named) == check(
        criteria, COMPANY, mixed, credits, owed, named=named
    )


@given(CRITERIA, BOOKS, CREDITS, OWED, AMOUNTS)
def test_the_room_is_never_more_than_the_advance_and_the_limit(
    criteria, book, credits, owed, drawn
):
    verdict = check(criteria, COMPANY, book, credits, owed, drawn)
    assert 0 <= verdict.room <= verdict.advance
    assert verdict.advance == sum(each.advance for each in verdict.outcomes.values())
    if criteria.limit is not None:
        assert verdict.room <= max(criteria.limit - drawn, 0)


@given(BOOKS)
def test_what_is_not_known_never_qualifies(book):
    asked = Criteria(
        countries=frozenset({"NL", "BE"}), consumers=False, days_old=900, days_overdue=900
    )
    found = check(asked, COMPANY, book).outcomes
    for each in book:
        if None in (each.open, each.country, each.kind, each.invoice_date, each.due):
            assert found[each.key].counts == 0
