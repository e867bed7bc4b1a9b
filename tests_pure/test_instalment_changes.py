"""Schedules of payment plans that change: postponed, compared, lessened."""

from datetime import date, timedelta
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.instalments import (
    CODES,
    Instalment,
    Unfit,
    by_amount,
    by_count,
    due_dates,
    free,
    heavier,
    lessened,
    months_later,
    shifted,
)

CENT = D("0.01")
FIRST = date(2026, 1, 1)
steps = st.sampled_from([CENT, D(1), D("0.001"), D("0.05")])
days = st.dates(min_value=date(2020, 1, 1), max_value=date(2040, 12, 31))
rhythms = st.sampled_from(["month", "two_weeks", "week"])


@st.composite
def schedules(draw, largest=12):
    """Any schedule over at most so many instalments, with its step."""
    step = draw(steps)
    amounts = draw(st.lists(st.integers(1, 5_000), min_size=1, max_size=largest))
    gaps = draw(st.lists(st.integers(1, 45), min_size=len(amounts), max_size=len(amounts)))
    due, plan = draw(days), []
    for number, (amount, gap) in enumerate(zip(amounts, gaps, strict=True), 1):
        plan.append(Instalment(number, due, amount * step))
        due += timedelta(gap)
    return tuple(plan), step


def months(first, count, total="1200", **more):
    return by_count(D(total), count, due_dates(first, count), CENT, **more)


def dues(plan):
    return [each.due for each in plan]


def amounts(plan):
    return [each.amount for each in plan]


def refused(call, *args, **kwargs):
    """``(code, values)`` of what is refused."""
    with pytest.raises(Unfit) as caught:
        call(*args, **kwargs)
    assert set(caught.value.values) == set(CODES[caught.value.code])
    return caught.value.code, caught.value.values


# Postponing


def test_a_monthly_plan_goes_on_on_the_new_day():
    plan = shifted(months(FIRST, 4), 2, date(2026, 2, 15))
    assert dues(plan) == [FIRST, date(2026, 2, 15), date(2026, 3, 15), date(2026, 4, 15)]


def test_a_plan_by_month_ends_stays_one_when_it_moves_to_a_month_end():
    plan = shifted(months(date(2026, 1, 31), 4), 1, date(2026, 2, 28))
    assert dues(plan) == due_dates(date(2026, 2, 28), 4, "month", 31)


def test_a_plan_moved_to_the_end_of_a_month_does_not_drift():
    plan = shifted(months(FIRST, 5), 1, date(2026, 1, 31))
    assert dues(plan) == due_dates(date(2026, 1, 31), 5)


def test_moving_to_a_leap_day_goes_on_on_the_29th():
    plan = shifted(months(date(2028, 2, 1), 3), 1, date(2028, 2, 29))
    assert dues(plan) == [date(2028, 2, 29), date(2028, 3, 29), date(2028, 4, 29)]


def test_weeks_move_by_as_many_days():
    plan = by_amount(D(30), D(10), FIRST, "week", 0, CENT)
    assert dues(shifted(plan, 2, date(2026, 1, 12), every="week")) == [
        FIRST,
        date(2026, 1, 12),
        date(2026, 1, 19),
    ]


def test_days_without_a_rhythm_keep_their_distance():
    pairs = [(date(2026, 1, 5), D(1)), (date(2026, 2, 28), D(1)), (date(2026, 3, 2), D(1))]
    plan = shifted(free(D(3), pairs, CENT), 1, date(2026, 1, 10))
    assert dues(plan) == [date(2026, 1, 10), date(2026, 3, 5), date(2026, 3, 7)]


def test_postponing_hastens_nothing():
    pairs = [(date(2026, 1, 5), D(1)), (date(2026, 2, 28), D(1)), (date(2026, 3, 28), D(1))]
    plan = shifted(free(D(3), pairs, CENT), 1, date(2026, 1, 10))
    assert dues(plan)[1:] == [date(2026, 3, 5), date(2026, 4, 2)]


def test_one_alone_can_be_postponed_up_to_the_next():
    plan = shifted(months(FIRST, 3), 2, date(2026, 2, 28), rest=False)
    assert dues(plan) == [FIRST, date(2026, 2, 28), date(2026, 3, 1)]
    code = refused(shifted, months(FIRST, 3), 2, date(2026, 3, 1), rest=False)
    assert code == ("order", {"number": 3})


def test_one_that_was_postponed_alone_moves_the_rest_to_its_new_day():
    plan = shifted(months(FIRST, 3), 1, date(2026, 1, 10), rest=False)
    assert dues(shifted(plan, 1, date(2026, 1, 20)))[1:] == [date(2026, 2, 20), date(2026, 3, 20)]


def test_an_earlier_day_is_no_postponement():
    code = refused(shifted, months(FIRST, 3), 2, date(2026, 1, 31))
    assert code == ("order", {"number": 2})


def test_an_instalment_that_is_not_there_can_not_be_postponed():
    with pytest.raises(LookupError):
        shifted(months(FIRST, 3), 4, date(2026, 9, 1))


@pytest.mark.parametrize("every", ["month", "week"])
def test_postponing_past_the_calendar_is_refused(every):
    plan = months(FIRST, 3)
    assert refused(shifted, plan, 1, date(9999, 12, 31), every=every)[0] == "too_long"


@given(schedules(), st.data(), rhythms)
def test_postponing_keeps_amounts_numbers_and_order(made, data, every):
    plan, _step = made
    place = data.draw(st.integers(0, len(plan) - 1))
    due = plan[place].due + timedelta(data.draw(st.integers(0, 400)))
    moved = shifted(plan, plan[place].number, due, every=every)
    assert moved[place].due == due and moved[:place] == plan[:place]
    assert [each._replace(due=FIRST) for each in moved] == [
        each._replace(due=FIRST) for each in plan
    ]
    assert all(after.due >= before.due for before, after in zip(plan, moved, strict=True))
    assert all(before < after for before, after in zip(dues(moved), dues(moved)[1:], strict=False))


@given(days, st.integers(2, 24), st.integers(1, 12), st.data())
def test_a_monthly_plan_postponed_by_months_is_that_plan_later(first, count, later, data):
    plan = months(first, count)
    place = data.draw(st.integers(0, count - 2))
    wanted = due_dates(first, count + later)
    moved = shifted(plan, place + 1, wanted[place + later])
    if first.day <= 28 or first.day == 31:
        assert dues(moved)[place:] == wanted[place + later :]


# Comparing and lessening


def test_paying_sooner_is_heavier_and_later_is_not():
    plan = months(FIRST, 3)
    later = months(date(2026, 1, 2), 3)
    assert heavier(later, plan)
    assert not heavier(plan, later)


def test_more_at_the_start_is_heavier_though_the_total_is_the_same():
    assert heavier(months(FIRST, 4), months(FIRST, 4, first_share=D(50)))


def test_more_in_all_is_heavier_though_it_comes_later():
    assert heavier(months(FIRST, 3, "300"), months(date(2027, 1, 1), 3, "300.01"))


@given(schedules())
def test_no_schedule_is_heavier_than_itself(made):
    assert not heavier(made[0], made[0])


@given(schedules(), schedules())
def test_heavier_means_that_by_some_day_more_is_asked(made, other):
    old, new = made[0], other[0]

    def by(plan, day):
        return sum(each.amount for each in plan if each.due <= day)

    more = any(by(new, day) > by(old, day) for day in dues(old) + dues(new))
    assert heavier(old, new) is more


@given(schedules(), st.integers(0, 500))
def test_a_postponed_or_lessened_plan_is_never_heavier(made, more):
    plan, step = made
    later = shifted(plan, 1, plan[0].due + timedelta(more))
    assert not heavier(plan, later)
    assert not heavier(plan, lessened(plan, more * step))


def test_what_fell_away_comes_off_the_end():
    plan = lessened(months(FIRST, 4, "400"), D(150))
    assert [(each.number, each.amount) for each in plan] == [(1, D(100)), (2, D(100)), (3, D(50))]


@given(schedules(), st.integers(-10, 70_000))
def test_what_is_left_is_the_total_less_what_fell_away(made, units):
    plan, step = made
    left = lessened(plan, units * step)
    total = sum(amounts(plan))
    assert sum(amounts(left)) == max(total - max(units * step, 0), 0)
    assert all(each.amount > 0 for each in left)
    assert dues(left) == dues(plan)[: len(left)]


def test_months_later_ends_on_the_last_day_of_a_short_month():
    assert months_later(date(2026, 11, 30), 3) == date(2027, 2, 28)
    assert months_later(date(2026, 5, 31), 0) == date(2026, 5, 31)
