"""On which days a message may leave, and which days are working days."""

from datetime import date

import pytest

from rules.working_days import Calendar, add_working_days, previous_working_day

CHRISTMAS = frozenset((date(2026, 12, 25), date(2026, 12, 26), date(2026, 12, 28)))


@pytest.mark.parametrize("formal", [False, True])
def test_nothing_leaves_on_a_closed_day(formal):
    calendar = Calendar(frozenset(range(5)), frozenset(range(5)), CHRISTMAS)
    assert calendar.first_day(date(2026, 12, 24), formal) == date(2026, 12, 24)
    assert calendar.first_day(date(2026, 12, 25), formal) == date(2026, 12, 29)


def test_without_closed_days_only_the_week_counts():
    calendar = Calendar(friendly=frozenset((1,)))
    assert calendar.first_day(date(2026, 12, 25)) == date(2026, 12, 29)
    assert calendar.first_day(date(2026, 12, 25), formal=True) == date(2026, 12, 25)


def test_closed_days_are_no_working_days():
    assert previous_working_day(date(2026, 12, 29), CHRISTMAS) == date(2026, 12, 24)
    assert previous_working_day(date(2026, 12, 29)) == date(2026, 12, 28)
    assert add_working_days(date(2026, 12, 23), 2, CHRISTMAS) == date(2026, 12, 29)
    assert add_working_days(date(2026, 12, 23), 2) == date(2026, 12, 25)


def test_a_calendar_can_be_a_key():
    assert len({Calendar(closed=CHRISTMAS), Calendar(closed=frozenset(CHRISTMAS)), Calendar()}) == 2


def test_the_last_day_before_goes_back_over_closed_days():
    calendar = Calendar(frozenset((1,)), frozenset(range(5)), CHRISTMAS)
    assert calendar.last_day(date(2026, 12, 28), formal=True) == date(2026, 12, 24)
    assert calendar.last_day(date(2026, 12, 24), formal=True) == date(2026, 12, 24)
    assert calendar.last_day(date(2026, 12, 28)) == date(2026, 12, 22)
