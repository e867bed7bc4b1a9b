"""What a policy allows of a payment plan."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.instalment_bounds import (
    MOST_SHOWN,
    SHOWN,
    Bounds,
    breaches,
    most_months,
    needs_person,
    options,
    proposal,
)
from rules.instalments import by_amount, by_count, due_dates, free, single

CENT = D("0.01")
TODAY = date(2026, 3, 10)
SOON = date(2026, 4, 1)
CONSUMER = Bounds(tiers=((D(100), 3), (D(500), 6), (D(2500), 12)), minimum=D(25), automatic=D(2500))
OPEN = Bounds()


def monthly(total, count, first=SOON, **more):
    return by_count(D(total), count, due_dates(first, count), CENT, **more)


def weekly(total, amount, every="week"):
    return by_amount(D(total), D(amount), SOON, every, 0, CENT)


def codes(bounds, plan, today=TODAY):
    return [each.code for each in breaches(bounds, plan, whole(plan), today)]


def whole(plan):
    return sum(each.amount for each in plan)


def choices(bounds, total, first=SOON, payment_day=0, step=CENT, rounding="none", **more):
    return options(bounds, D(total), first, payment_day, step, rounding, **more)


@pytest.mark.parametrize(
    ("total", "months"),
    [("0.01", 3), ("100", 3), ("100.01", 6), ("500", 6), ("2500", 12), ("2500.01", 12)],
)
def test_the_more_is_owed_the_longer_it_may_take(total, months):
    assert most_months(CONSUMER, D(total)) == months


def test_without_tiers_a_plan_may_take_any_time():
    assert most_months(OPEN, D(100)) == 0
    assert not breaches(OPEN, monthly(1200, 120), D(1200), TODAY)


def test_a_plan_within_the_bounds_breaches_none():
    assert not codes(CONSUMER, monthly(300, 6))


def test_a_plan_may_begin_35_days_from_now_and_have_all_its_months():
    begins = TODAY + timedelta(35)
    assert codes(CONSUMER, monthly(300, 6, begins)) == []
    assert codes(CONSUMER, monthly(300, 6, begins + timedelta(1))) == ["months", "first_late"]


def test_a_plan_that_takes_longer_tells_by_when_it_should_end():
    found = breaches(CONSUMER, monthly(300, 7), D(300), TODAY)
    assert found == (("months", date(2026, 9, 14), date(2026, 10, 1)),)


def test_a_later_first_day_by_policy_does_not_make_a_plan_too_long():
    bounds = replace(CONSUMER, first_days=60)
    assert codes(bounds, monthly(300, 6, TODAY + timedelta(60))) == []


def test_an_instalment_below_the_least_is_told():
    assert breaches(CONSUMER, monthly(100, 5), D(500), TODAY) == (("minimum", D(25), D(20)),)


def test_the_last_instalment_may_be_below_the_least():
    plan = by_amount(D(60), D(25), SOON, "month", 0, CENT)
    assert plan[-1].amount == D(10)
    assert not codes(CONSUMER, plan)
    assert not codes(CONSUMER, single(D(10), SOON))


@pytest.mark.parametrize(
    ("every", "least"),
    # 25 * 12 / 52 = 5.76…, 25 * 12 / 26 = 11.53…
    [("week", 5), ("two_weeks", 11)],
)
def test_weeks_are_compared_with_their_part_of_the_least(every, least):
    assert not codes(CONSUMER, weekly(50, least, every))
    found = breaches(CONSUMER, weekly(30, least - 1, every), D(30), TODAY)
    assert ("minimum", D(least), D(least - 1)) in found


def test_the_smallest_instalment_is_the_one_that_is_told():
    pairs = [(SOON, D(20)), (date(2026, 5, 1), D(10)), (date(2026, 6, 1), D(40))]
    assert breaches(CONSUMER, free(D(70), pairs, CENT), D(70), TODAY)[0][1:] == (D(25), D(10))


def test_more_instalments_than_the_most_are_told():
    bounds = replace(OPEN, most=4)
    assert breaches(bounds, monthly(300, 5), D(300), TODAY) == (("count", 4, 5),)
    assert not codes(bounds, monthly(300, 4))


def test_a_first_share_that_is_too_small_tells_what_it_should_be():
    bounds = replace(OPEN, first_share=D(25))
    found = breaches(bounds, monthly("100.01", 5), D("100.01"), TODAY)
    assert found == (("first_share", D("25.01"), D("20.00")),)
    assert not codes(bounds, monthly("100.01", 5, first_share=D(25)))


def test_a_first_instalment_too_late_tells_the_last_day_for_it():
    bounds = replace(OPEN, first_days=14)
    plan = monthly(100, 2, date(2026, 3, 25))
    assert breaches(bounds, plan, D(100), TODAY) == (
        ("first_late", date(2026, 3, 24), date(2026, 3, 25)),
    )
    assert not codes(bounds, monthly(100, 2, date(2026, 3, 24)))
    assert not codes(replace(OPEN, first_days=0), monthly(100, 2, date(2027, 1, 1)))


def test_every_bound_that_is_not_kept_is_told():
    bounds = replace(CONSUMER, most=2, first_share=D(50))
    plan = monthly(60, 6, date(2026, 6, 1))
    assert codes(bounds, plan) == ["months", "minimum", "count", "first_share", "first_late"]


def test_nothing_breaches_nothing():
    assert breaches(CONSUMER, (), D(0), TODAY) == ()


# Whether a person decides


def test_a_plan_within_the_bounds_needs_no_person():
    assert not needs_person(CONSUMER, monthly(2500, 12), D(2500), TODAY)


def test_a_plan_outside_the_bounds_needs_a_person():
    assert needs_person(CONSUMER, monthly(300, 7), D(300), TODAY)


@pytest.mark.parametrize("automatic", ["0", "299.99"])
def test_a_plan_above_what_goes_by_itself_needs_a_person(automatic):
    bounds = replace(CONSUMER, automatic=D(automatic))
    assert needs_person(bounds, monthly(300, 6), D(300), TODAY)


def test_a_plan_above_the_last_tier_needs_a_person():
    bounds = replace(CONSUMER, automatic=D(10_000))
    assert needs_person(bounds, monthly("2500.01", 12), D("2500.01"), TODAY)


# What a debtor may choose


def test_a_debtor_chooses_from_two_instalments_up():
    plans = choices(CONSUMER, 300)
    assert [len(plan) for plan in plans] == [2, 3, 4, 5, 6]
    assert {whole(plan) for plan in plans} == {D(300)}


def test_instalments_below_the_least_are_no_choice():
    assert [len(plan) for plan in choices(CONSUMER, 80)] == [2, 3]


def test_where_nothing_fits_there_is_no_choice():
    assert choices(CONSUMER, 40) == []
    assert choices(CONSUMER, 0) == []
    assert choices(replace(CONSUMER, most=1), 300) == []
    assert choices(OPEN, "0.01") == []


def test_no_more_than_twelve_choices_are_shown():
    bounds = replace(OPEN, tiers=((D(5000), 24),))
    assert [len(plan) for plan in choices(bounds, 5000)] == [2, 3, 4, 6, 8, 10, 12, 18, 24]
    assert [len(plan) for plan in choices(replace(bounds, most=13), 5000)] == list(range(2, 14))
    assert [len(plan) for plan in choices(OPEN, 5000)] == list(SHOWN)


def test_choices_have_the_first_share():
    plans = choices(replace(CONSUMER, first_share=D(40)), 500)
    assert [plan[0].amount for plan in plans] == [250, 200, 200, 200, 200]


def test_choices_go_by_the_payment_day():
    plan = choices(CONSUMER, 300, date(2026, 3, 20), 31)[-1]
    assert [each.due for each in plan[:3]] == [
        date(2026, 3, 31),
        date(2026, 4, 30),
        date(2026, 5, 31),
    ]


def test_a_payment_day_too_far_away_is_no_choice():
    bounds = replace(CONSUMER, first_days=14)
    assert choices(bounds, 300, TODAY, 1) == []
    assert choices(bounds, 300, TODAY, 20)
    assert choices(bounds, 300, date(2026, 3, 20), 1, today=TODAY) == []


amounts = st.integers(1, 1_000_000)
bounds = st.builds(
    Bounds,
    tiers=st.sampled_from([(), CONSUMER.tiers, ((D(1000), 36),)]),
    minimum=st.integers(0, 200).map(D),
    most=st.integers(0, 30),
    first_share=st.integers(0, 60).map(D),
    first_days=st.integers(0, 60),
)


@given(
    bounds,
    amounts,
    st.dates(date(2024, 1, 1), date(2030, 1, 1)),
    st.integers(0, 31),
    st.sampled_from([CENT, D(1), D("0.001")]),
    st.sampled_from(["none", "whole", "relative"]),
)
def test_every_choice_keeps_the_bounds_and_adds_up(policy, units, first, payment_day, step, how):
    total = units * step
    plans = options(policy, total, first, payment_day, step, how)
    lengths = [len(plan) for plan in plans]
    assert lengths == sorted(set(lengths)) and len(plans) <= MOST_SHOWN
    for plan in plans:
        assert whole(plan) == total
        assert not breaches(policy, plan, total, first)
        assert 2 <= len(plan) <= (most_months(policy, total) or 120)
    offered = proposal(policy, total, first, payment_day, step, how)
    assert offered in plans if plans else offered is None


# What is offered unasked


@pytest.mark.parametrize(("total", "count"), [(80, 3), (300, 6), (500, 6), (1200, 12)])
def test_the_lightest_plan_is_offered(total, count):
    assert len(proposal(CONSUMER, D(total), SOON, 0, CENT, "relative")) == count


def test_a_small_total_is_offered_in_six_at_most():
    assert len(proposal(OPEN, D(500), SOON, 0, CENT, "none")) == 6
    assert len(proposal(OPEN, D("500.01"), SOON, 0, CENT, "none")) == 60


def test_where_nothing_fits_nothing_is_offered():
    assert proposal(CONSUMER, D(40), SOON, 0, CENT, "relative") is None
