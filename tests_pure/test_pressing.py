from datetime import date, timedelta
from decimal import Decimal

from rules.pressing import Waiting

DAY = date(2026, 3, 2)


def waiting(days, money):
    return Waiting(None if days is None else DAY + timedelta(days=days), Decimal(money))


def order(*each):
    return sorted(range(len(each)), key=lambda place: each[place].order(DAY))


def test_what_is_late_comes_before_what_is_due_whatever_the_money():
    assert order(waiting(0, 9000), waiting(-1, 5)) == [1, 0]


def test_of_what_is_late_the_most_money_comes_first_not_the_longest_wait():
    assert order(waiting(-90, 10), waiting(-1, 20)) == [1, 0]


def test_what_is_due_next_comes_before_more_money_later():
    assert order(waiting(5, 9000), waiting(1, 5)) == [1, 0]


def test_of_one_day_the_most_money_comes_first():
    assert order(waiting(1, 5), waiting(1, 9)) == [1, 0]


def test_what_has_no_deadline_comes_last_by_money():
    assert order(waiting(None, 5), waiting(None, 9000), waiting(300, 1)) == [2, 1, 0]


def test_a_deadline_of_today_has_not_passed():
    assert not waiting(0, 1).late(DAY)
    assert waiting(-1, 1).late(DAY)
    assert not waiting(None, 1).late(DAY)
