"""The days of a case."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from rules.track import Track, track

BEGUN = date(2026, 3, 2)


def on(days):
    return BEGUN + timedelta(days=days)


def test_a_case_is_to_be_decided_thirty_days_after_its_notice_left():
    found = track(BEGUN, on(12))
    assert (found.running, found.paused, found.deadline, found.left) == (12, 0, on(30), 18)


def test_a_pause_of_everything_in_it_puts_the_day_off():
    found = track(BEGUN, on(12), [[(on(3), on(7))], [(on(5), None)]])
    # Both are held on days 5, 6 and 7.
    assert (found.running, found.paused, found.deadline) == (9, 3, on(33))


def test_a_hold_on_one_of_two_invoices_pauses_nothing():
    found = track(BEGUN, on(12), [[(on(3), on(7))], []])
    assert (found.paused, found.deadline) == (0, on(30))


def test_holds_that_overlap_count_once():
    found = track(BEGUN, on(12), [[(on(3), on(7)), (on(6), on(8))]])
    assert found.paused == 6


def test_a_hold_from_before_the_notice_counts_from_the_day_after_it():
    assert track(BEGUN, on(4), [[(on(-9), None)]]).paused == 4


def test_days_on_which_the_company_is_closed_are_paused_days():
    found = track(BEGUN, on(12), [[(on(3), on(4))]], {on(4), on(5), on(13), BEGUN})
    assert (found.paused, found.deadline) == (3, on(33))


def test_a_late_case_says_by_how_many_days():
    assert track(BEGUN, on(33)).left == -3


def test_before_it_has_begun_nothing_has_run():
    assert track(BEGUN, on(-2), [[(on(-5), None)]]) == Track(BEGUN, on(-2))


spans = st.lists(
    st.tuples(st.integers(-10, 60), st.none() | st.integers(0, 20)).map(
        lambda pair: (on(pair[0]), None if pair[1] is None else on(pair[0] + pair[1]))
    ),
    max_size=4,
)


@given(st.integers(0, 60), st.lists(spans, max_size=4), st.sets(st.integers(-3, 70)))
def test_days_that_ran_and_days_of_pauses_are_all_the_days_there_were(day, held, closed):
    found = track(BEGUN, on(day), held, {on(each) for each in closed})
    assert found.running + found.paused == day
    assert found.deadline == on(30 + found.paused)
