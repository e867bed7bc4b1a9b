"""Schedules of payment plans."""

import ast
import pickle
from datetime import date, timedelta
from decimal import Decimal as D
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules import instalments
from rules.instalments import (
    CODES,
    MOST,
    Instalment,
    Unfit,
    by_amount,
    by_count,
    check_days,
    due_dates,
    free,
    single,
)

CENT = D("0.01")
FIRST = date(2026, 1, 1)
steps = st.sampled_from([CENT, D(1), D("0.001"), D("0.05")])
days = st.dates(min_value=date(2020, 1, 1), max_value=date(2040, 12, 31))
rhythms = st.sampled_from(["month", "two_weeks", "week"])
roundings = st.sampled_from(["none", "whole", "relative"])


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


# Days


def test_a_month_that_is_too_short_ends_the_rhythm_on_its_last_day_only_once():
    assert due_dates(date(2026, 1, 31), 5) == [
        date(2026, 1, 31),
        date(2026, 2, 28),
        date(2026, 3, 31),
        date(2026, 4, 30),
        date(2026, 5, 31),
    ]


def test_a_leap_day_is_met_in_leap_years():
    assert due_dates(date(2028, 1, 30), 2)[1] == date(2028, 2, 29)
    assert due_dates(date(2028, 2, 29), 13)[-1] == date(2029, 2, 28)
    assert due_dates(date(2028, 2, 29), 49)[-1] == date(2032, 2, 29)


@pytest.mark.parametrize(
    ("first", "payment_day", "begins"),
    [
        (date(2026, 1, 10), 15, date(2026, 1, 15)),
        (date(2026, 1, 15), 15, date(2026, 1, 15)),
        (date(2026, 1, 16), 15, date(2026, 2, 15)),
        (date(2026, 12, 16), 15, date(2027, 1, 15)),
        (date(2026, 2, 28), 30, date(2026, 2, 28)),
        (date(2026, 2, 10), 31, date(2026, 2, 28)),
        (date(2026, 4, 30), 31, date(2026, 4, 30)),
    ],
)
def test_the_first_payment_day_is_not_before_the_first_day(first, payment_day, begins):
    assert due_dates(first, 1, "month", payment_day) == [begins]


def test_after_a_short_first_month_the_payment_day_is_kept():
    assert due_dates(date(2026, 2, 10), 2, "month", 31) == [date(2026, 2, 28), date(2026, 3, 31)]


def test_a_payment_day_beyond_the_month_is_its_last_day():
    assert due_dates(date(2026, 1, 1), 2, "month", 99) == [date(2026, 1, 31), date(2026, 2, 28)]


def test_weeks_go_by_the_first_day():
    assert due_dates(FIRST, 3, "week", 15) == [FIRST, date(2026, 1, 8), date(2026, 1, 15)]
    assert due_dates(FIRST, 2, "two_weeks") == [FIRST, date(2026, 1, 15)]


@given(days, st.integers(1, MOST), rhythms, st.integers(0, 31))
def test_days_rise_and_begin_within_a_month(first, count, every, payment_day):
    found = due_dates(first, count, every, payment_day)
    assert len(found) == count
    assert first <= found[0] <= first + timedelta(31)
    assert all(before < after for before, after in zip(found, found[1:], strict=False))
    gaps = {"week": (7, 7), "two_weeks": (14, 14), "month": (28, 31)}[every]
    assert all(
        gaps[0] <= (after - before).days <= gaps[1]
        for before, after in zip(found, found[1:], strict=False)
    )


@given(days, st.integers(2, MOST))
def test_a_month_does_not_drift(first, count):
    for place, due in enumerate(due_dates(first, count)):
        assert (due.year * 12 + due.month) - (first.year * 12 + first.month) == place
        assert due.day == first.day or (due + timedelta(1)).day == 1


@pytest.mark.parametrize(
    ("count", "code"), [(0, "no_count"), (-3, "no_count"), (121, "too_long"), (10**9, "too_long")]
)
def test_a_number_of_days_that_makes_no_plan_is_refused(count, code):
    assert refused(due_dates, FIRST, count)[0] == code


@pytest.mark.parametrize("every", ["month", "week", "two_weeks"])
def test_a_plan_past_the_last_year_of_the_calendar_is_refused(every):
    assert refused(due_dates, date(9999, 12, 20), 5, every)[0] == "too_long"


def test_an_unknown_rhythm_is_a_fault_of_the_caller():
    with pytest.raises(TypeError):
        due_dates(FIRST, 2, "year")


# So many instalments


def test_the_difference_is_in_the_last_one():
    assert amounts(months(FIRST, 3, "1000")) == [D("333.33"), D("333.33"), D("333.34")]


def test_half_a_cent_goes_up():
    assert amounts(months(FIRST, 4, "99.99")) == [D("25.00")] * 3 + [D("24.99")]


def test_whole_amounts_leave_the_cents_to_the_last_one():
    assert amounts(months(FIRST, 3, "100.50", rounding="whole")) == [D(34), D(34), D("32.50")]


@pytest.mark.parametrize(
    ("total", "count", "each", "last"),
    [
        ("50", 3, "17", "16"),
        ("58.50", 3, "20", "18.50"),
        ("100", 5, "20", "20"),
        ("250", 3, "85", "80"),
        ("1000", 3, "330", "340"),
        ("3000", 7, "430", "420"),
        ("5000", 3, "1650", "1700"),
        ("20000", 3, "6700", "6600"),
    ],
)
def test_friendly_amounts_are_the_rounder_the_larger_they_are(total, count, each, last):
    plan = months(FIRST, count, total, rounding="relative")
    assert amounts(plan) == [D(each)] * (count - 1) + [D(last)]


def test_a_rounding_up_that_leaves_nothing_for_the_last_one_is_followed_by_a_finer_one():
    # 1.60 each is 2, and four times 2 is all there is.
    assert amounts(months(FIRST, 5, "8", rounding="whole")) == [D("1.60")] * 5


def test_few_cents_over_many_instalments_are_rounded_down():
    # 0.015 each is 0.02, and 29 times that is more than there is.
    assert amounts(months(FIRST, 30, "0.45")) == [CENT] * 29 + [D("0.16")]


def test_a_rounding_that_gives_nothing_is_followed_by_a_finer_one():
    assert amounts(months(FIRST, 3, "1", rounding="whole")) == [D("0.33"), D("0.33"), D("0.34")]


def test_a_rounding_that_heaps_up_in_the_last_one_is_followed_by_a_finer_one():
    # 22.49 each is 20, which would leave 169.40.
    plan = months(FIRST, 60, "1349.40", rounding="relative")
    assert set(amounts(plan)) == {D("22.49")}


def test_no_step_of_the_currency_is_divided():
    dates = due_dates(FIRST, 3)
    assert amounts(by_count(D(1000), 3, dates, D(1))) == [D(333), D(333), D(334)]
    assert amounts(by_count(D(1), 3, dates, D("0.001"))) == [D("0.333"), D("0.333"), D("0.334")]


@given(st.integers(1, 3_000_000), st.integers(1, MOST), steps, roundings, st.integers(0, 100))
def test_a_schedule_adds_up_to_its_total(units, count, step, rounding, share):
    total = units * step
    dates = due_dates(FIRST, count)
    try:
        plan = by_count(total, count, dates, step, rounding, D(share))
    except Unfit as problem:
        most = problem.values["most"]
        assert problem.code == "too_many" and 1 <= most < count
        by_count(total, most, dates[:most], step, rounding, D(share))
        return
    assert sum(amounts(plan)) == total
    assert dues(plan) == dates
    assert [each.number for each in plan] == list(range(1, count + 1))
    assert all(each.amount > 0 and not each.amount % step for each in plan)
    assert plan[0].amount * 100 >= total * share


@given(st.integers(1, 3_000_000), st.integers(2, MOST), roundings)
def test_all_but_the_last_are_the_same_and_it_is_no_heap(units, count, rounding):
    total = units * CENT
    if units < count * count:
        return
    found = amounts(by_count(total, count, due_dates(FIRST, count), CENT, rounding))
    assert len(set(found[:-1])) == 1
    assert found[-1] <= 2 * found[0]


def test_the_first_one_has_its_share_and_the_others_divide_the_rest():
    plan = months(FIRST, 4, "1000", first_share=D(40))
    assert amounts(plan) == [D(400), D(200), D(200), D(200)]


def test_a_first_share_is_rounded_up_to_a_cent():
    assert months(FIRST, 6, "100.01", first_share=D(25))[0].amount == D("25.01")


def test_a_first_share_that_an_even_schedule_has_changes_nothing():
    assert months(FIRST, 3, "900", first_share=D(25)) == months(FIRST, 3, "900")


def test_a_first_share_that_leaves_nothing_for_the_others_is_refused():
    assert refused(months, FIRST, 3, "100", first_share=D(100)) == (
        "too_many",
        {"count": 3, "most": 1},
    )
    assert amounts(months(FIRST, 1, "100", first_share=D(100))) == [D(100)]


def test_a_first_share_above_all_of_it_is_all_of_it():
    assert amounts(months(FIRST, 1, "100", first_share=D(120))) == [D(100)]
    assert refused(months, FIRST, 2, "100", first_share=D(120))[0] == "too_many"


def test_more_instalments_than_cents_are_refused():
    assert refused(months, FIRST, 6, "0.05") == ("too_many", {"count": 6, "most": 5})


@pytest.mark.parametrize("total", ["0", "-5"])
def test_without_a_total_there_is_no_schedule(total):
    assert refused(months, FIRST, 2, total)[0] == "no_total"
    assert refused(by_amount, D(total), D(5), FIRST, "month", 0, CENT)[0] == "no_total"
    assert refused(single, D(total), FIRST)[0] == "no_total"
    assert refused(free, D(total), [(FIRST, D(1))], CENT)[0] == "no_total"


def test_a_total_with_parts_of_a_cent_does_not_add_up():
    assert refused(months, FIRST, 2, "10.005")[0] == "sum"


def test_dates_that_do_not_rise_are_refused():
    assert refused(by_count, D(10), 2, [FIRST, FIRST], CENT) == ("order", {"number": 2})


def test_a_date_too_many_is_a_fault_of_the_caller():
    with pytest.raises(TypeError):
        by_count(D(10), 2, due_dates(FIRST, 3), CENT)
    with pytest.raises(TypeError):
        months(FIRST, 2, rounding="nice")


# So much a period


def test_so_much_a_month_leaves_the_rest_to_the_last_one():
    plan = by_amount(D("250.50"), D(100), FIRST, "month", 0, CENT)
    assert amounts(plan) == [D(100), D(100), D("50.50")]


def test_an_amount_that_goes_into_the_total_leaves_no_rest():
    assert amounts(by_amount(D(200), D(100), FIRST, "week", 0, CENT)) == [D(100), D(100)]


def test_an_amount_above_the_total_is_one_payment():
    assert by_amount(D(50), D(100), FIRST, "month", 0, CENT) == (Instalment(1, FIRST, D(50)),)


@given(st.integers(1, 100_000), st.integers(1, 100_000), steps, rhythms, days)
def test_so_much_a_period_adds_up_and_the_last_is_never_more(units, each, step, every, first):
    try:
        plan = by_amount(units * step, each * step, first, every, 0, step)
    except Unfit as problem:
        assert problem.code == "too_long" and problem.values["count"] == -(-units // each)
        return
    assert sum(amounts(plan)) == units * step
    assert {each * step} >= set(amounts(plan[:-1]))
    assert 0 < plan[-1].amount <= each * step


@pytest.mark.parametrize("amount", ["0", "-1", "0.004"])
def test_an_amount_of_nothing_is_refused(amount):
    assert refused(by_amount, D(100), D(amount), FIRST, "month", 0, CENT)[0] == "amount"


# One's own choice


def test_a_deferral_is_all_of_it_on_one_day():
    assert single(D(100), FIRST) == (Instalment(1, FIRST, D(100)),)


def test_what_somebody_chose_is_kept():
    pairs = [(FIRST, D(10)), (date(2026, 1, 9), D("0.05"))]
    assert [each[1:] for each in free(D("10.05"), pairs, CENT)] == pairs


def test_what_does_not_add_up_tells_what_is_missing():
    assert refused(free, D(100), [(FIRST, D(60)), (date(2026, 2, 1), D(30))], CENT) == (
        "sum",
        {"total": D(100), "sum": D(90), "difference": D(10)},
    )


def test_parts_of_a_cent_are_not_made_up():
    pairs = [(FIRST, D("5.005")), (date(2026, 2, 1), D("4.995"))]
    code, values = refused(free, D(10), pairs, CENT)
    assert (code, values["difference"]) == ("sum", CENT)


@pytest.mark.parametrize("amount", ["0", "-10", "0.001"])
def test_an_instalment_of_nothing_is_refused(amount):
    pairs = [(FIRST, D(10)), (date(2026, 2, 1), D(amount))]
    assert refused(free, D(10), pairs, CENT) == ("not_positive", {"number": 2})


def test_two_instalments_on_one_day_are_refused():
    pairs = [(FIRST, D(5)), (FIRST, D(5))]
    assert refused(free, D(10), pairs, CENT) == ("order", {"number": 2})


def test_a_choice_of_nothing_and_one_of_too_much_are_refused():
    assert refused(free, D(10), [], CENT)[0] == "no_count"
    many = [(FIRST + timedelta(place), D(1)) for place in range(121)]
    assert refused(free, D(121), many, CENT)[0] == "too_long"


def test_a_day_before_today_is_refused_and_today_is_not():
    plan = months(FIRST, 3)
    check_days(plan, FIRST)
    assert refused(check_days, plan, date(2026, 1, 2)) == ("past", {"day": FIRST})


# Problems


def test_each_problem_has_a_code_and_tells_what_its_words_need():
    tree = ast.parse(Path(instalments.__file__).read_text(encoding="utf-8"))
    found = {
        (node.args[0].value, tuple(keyword.arg for keyword in node.keywords))
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Unfit"
    }
    assert found == set(CODES.items())


def test_a_problem_is_kept_between_processes_and_can_be_read():
    problem = pickle.loads(pickle.dumps(Unfit("too_many", count=6, most=5)))
    assert (problem.code, problem.values) == ("too_many", {"count": 6, "most": 5})
    assert str(problem) == "too_many: count 6, most 5"
