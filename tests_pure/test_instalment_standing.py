"""What was paid of which instalment."""

from datetime import date
from decimal import Decimal as D

import pytest

from rules.instalment_standing import (
    Came,
    left_total,
    missed,
    next_due,
    owed_by,
    paid_total,
    spread,
    state_of,
)
from rules.instalments import by_count, due_dates

CENT = D("0.01")
FIRST = date(2026, 1, 1)
#: Four of 50, on the first of January to April.
PLAN = by_count(D(200), 4, due_dates(FIRST, 4), CENT)
BEFORE = date(2025, 12, 30)


def came(month, day, amount, **more):
    return Came(date(2026, month, day), D(amount), **more)


def paid(*money, **more):
    """What each of the four got."""
    return [share.paid for share in spread(PLAN, money, **more)]


def needed(*money, **more):
    return [share.needed for share in spread(PLAN, money, **more)]


def states(*money, today, wait=0, **more):
    return [state_of(share, today, wait) for share in spread(PLAN, money, today=today, **more)]


# Where money goes


def test_without_money_nothing_is_paid():
    shares = spread(PLAN, [])
    assert [share[:3] for share in shares] == [tuple(each) for each in PLAN]
    assert (paid_total(shares), left_total(shares)) == (0, 200)
    assert not any(share.complete for share in shares)


def test_money_goes_to_what_is_due_the_oldest_first():
    assert paid(came(2, 20, 70)) == [50, 20, 0, 0]


def test_an_instalment_that_is_due_on_the_day_is_due():
    assert paid(came(2, 1, 50, number=1), came(2, 1, 50)) == [50, 50, 0, 0]


def test_what_is_over_goes_to_the_next_one():
    assert paid(came(2, 20, 120)) == [50, 50, 20, 0]


def test_money_before_the_first_day_is_for_the_first_one():
    assert paid(Came(BEFORE, D(50))) == [50, 0, 0, 0]


def test_what_is_over_after_the_next_one_makes_the_end_shorter():
    assert paid(Came(BEFORE, D(120))) == [50, 0, 20, 50]


def test_what_is_over_after_the_next_one_pays_the_following_where_the_policy_says_so():
    assert paid(Came(BEFORE, D(120)), extra="next") == [50, 50, 20, 0]


def test_a_second_payment_before_the_same_day_is_extra():
    assert paid(came(1, 1, 50), came(1, 10, 50), came(1, 11, 20)) == [50, 50, 0, 20]


def test_the_rest_of_the_next_one_is_not_extra():
    assert paid(came(1, 1, 50), came(1, 10, 20), came(1, 11, 50)) == [50, 50, 0, 20]


def test_after_the_last_day_money_goes_to_the_oldest():
    assert paid(came(6, 1, 120)) == [50, 50, 20, 0]


def test_money_that_was_meant_for_an_instalment_goes_there_first():
    assert paid(came(1, 20, 60, number=3)) == [10, 0, 50, 0]


@pytest.mark.parametrize("number", [0, 9, -1])
def test_money_that_was_meant_for_none_of_them_goes_like_any(number):
    assert paid(came(1, 20, 60, number=number)) == [50, 10, 0, 0]


def test_money_is_spread_in_order_of_its_day():
    first, second = Came(BEFORE, D(100)), came(3, 1, 60)
    assert paid(second, first) == paid(first, second) == [50, 50, 10, 50]


def test_what_is_beyond_the_plan_is_left_out():
    assert paid(came(1, 1, 500)) == [50, 50, 50, 50]
    assert paid(came(1, 1, 500), came(3, 1, 500, number=2)) == [50, 50, 50, 50]


def test_an_instalment_is_paid_on_the_day_it_was_complete():
    shares = spread(PLAN, [came(1, 3, 30), came(1, 9, 20), came(1, 20, 10)])
    assert [share.paid_on for share in shares] == [date(2026, 1, 9), None, None, None]


def test_money_below_zero_is_refused():
    with pytest.raises(ValueError, match="below zero"):
        paid(came(1, 1, -5))


def test_an_unknown_place_for_extra_money_is_refused():
    with pytest.raises(ValueError, match="middle"):
        paid(extra="middle")


# What fell away


def test_what_was_credited_comes_off_the_end():
    assert needed(gone=D(70)) == [50, 50, 30, 0]


def test_what_is_waived_comes_off_before_what_was_credited():
    assert needed(gone=D(50), waived=D(60)) == [50, 40, 0, 0]


def test_more_than_all_of_it_can_not_fall_away():
    assert needed(gone=D(900), waived=D(10)) == [0, 0, 0, 0]


def test_what_was_paid_at_the_end_moves_when_that_end_falls_away():
    assert paid(Came(BEFORE, D(100)), gone=D(50)) == [50, 0, 50, 0]


def test_what_fell_away_is_complete_but_was_not_paid_on_any_day():
    share = spread(PLAN, [], waived=D(50))[-1]
    assert share.complete and share.paid_on is None


# A little less


def test_a_small_shortage_moves_to_the_last_instalment():
    shares = spread(PLAN, [came(1, 1, "49.50")], tolerance=D(1), today=date(2026, 1, 2))
    assert [share.needed for share in shares] == [D("49.50"), 50, 50, D("50.50")]
    assert shares[0].complete and shares[0].paid_on == FIRST


def test_on_its_day_an_instalment_can_still_be_completed():
    assert needed(came(1, 1, "49.50"), tolerance=D(1), today=FIRST) == [50, 50, 50, 50]


def test_without_today_there_is_no_tolerance():
    assert needed(came(3, 1, "149.50"), tolerance=D(1)) == [50, 50, 50, 50]


def test_a_shortage_above_the_tolerance_stays():
    today = date(2026, 1, 2)
    assert needed(came(1, 1, "48.99"), tolerance=D(1), today=today) == [50, 50, 50, 50]
    assert needed(came(1, 1, 49), tolerance=D(1), today=today) == [49, 50, 50, 51]


def test_who_is_always_a_little_short_is_late_with_the_last_one_alone():
    money = [came(month, 1, "49.50") for month in (1, 2, 3, 4)]
    shares = spread(PLAN, money, tolerance=D(1), today=date(2026, 4, 2))
    assert [share.left for share in shares] == [0, 0, 0, 2]
    assert [share.number for share in missed(shares, date(2026, 4, 2))] == [4]


def test_later_money_does_not_fill_a_shortage_that_has_moved():
    money = [came(1, 1, "49.50"), came(2, 1, 50)]
    assert paid(*money, tolerance=D(1), today=date(2026, 2, 2)) == [D("49.50"), 50, 0, 0]


def test_money_of_one_day_is_all_there_before_a_shortage_moves():
    money = [came(1, 9, 49), came(1, 9, 1)]
    assert needed(*money, tolerance=D(1), today=date(2026, 1, 9)) == [50, 50, 50, 50]


def test_the_history_of_an_instalment_is_the_same_whenever_it_is_looked_at():
    money = [came(1, 1, "49.50"), came(2, 1, 50)]
    early = spread(PLAN, money[:1], tolerance=D(1), today=date(2026, 1, 20))
    late = spread(PLAN, money, tolerance=D(1), today=date(2026, 3, 20))
    assert early[0] == late[0]


def test_a_shortage_moves_past_those_that_are_complete():
    money = [Came(BEFORE, D("49.50")), came(1, 1, 50, number=4)]
    assert needed(*money, tolerance=D(1), today=date(2026, 1, 2)) == [
        D("49.50"),
        50,
        D("50.50"),
        50,
    ]


def test_a_small_shortage_of_the_last_one_is_let_go():
    money = [came(4, 1, "199.50")]
    shares = spread(PLAN, money, tolerance=D(1), today=date(2026, 4, 2))
    assert all(share.complete for share in shares)
    assert (paid_total(shares), shares[-1].paid) == (D("199.50"), D("49.50"))
    assert spread(PLAN, money, tolerance=D(1), today=date(2026, 4, 1))[-1].left == D("0.50")


def test_what_was_let_go_is_still_taken_when_it_comes():
    money = [came(4, 1, "199.50"), came(4, 9, "0.50")]
    assert paid(*money, tolerance=D(1), today=date(2026, 4, 20)) == [50, 50, 50, 50]


# States


def test_each_instalment_has_the_state_of_its_money():
    money = [came(1, 1, 50), came(1, 30, 50, sure=False)]
    assert states(*money, today=date(2026, 3, 2), waived=D(50)) == [
        "paid",
        "received",
        "late",
        "waived",
    ]


def test_money_that_is_not_sure_is_told_apart():
    money = [came(1, 1, 30), came(1, 2, 20, sure=False)]
    share = spread(PLAN, money)[0]
    assert (share.paid, share.received, share.complete) == (50, 20, True)
    assert states(*money, today=date(2026, 1, 3))[0] == "received"


def test_incomplete_money_that_is_not_sure_makes_nothing_received():
    assert states(came(1, 2, 20, sure=False), today=date(2026, 1, 3))[0] == "late"


@pytest.mark.parametrize(
    ("today", "wait", "state"),
    [
        (date(2025, 12, 31), 3, "coming"),
        (date(2026, 1, 1), 0, "due"),
        (date(2026, 1, 2), 0, "late"),
        (date(2026, 1, 4), 3, "due"),
        (date(2026, 1, 5), 3, "late"),
    ],
)
def test_an_instalment_is_late_once_a_transfer_would_have_come(today, wait, state):
    assert states(today=today, wait=wait)[0] == state


def test_what_was_paid_before_its_day_is_paid():
    assert states(Came(BEFORE, D(50)), today=BEFORE)[0] == "paid"


def test_what_is_late_is_missed():
    shares = spread(PLAN, [came(1, 1, 50)], today=date(2026, 3, 2))
    assert [share.number for share in missed(shares, date(2026, 3, 2), 3)] == [2]


def test_what_has_to_be_there_by_a_day_and_is_not():
    shares = spread(PLAN, [came(1, 5, 30)])
    assert owed_by(shares, BEFORE) == 0
    assert owed_by(shares, date(2026, 2, 1)) == 70
    assert owed_by(shares, date(2027, 1, 1)) == left_total(shares) == 170


def test_what_is_late_comes_before_what_is_coming():
    shares = spread(PLAN, [came(1, 5, 80, number=2)])
    assert next_due(shares, date(2026, 2, 20)).number == 1
    assert next_due(spread(PLAN, [came(1, 5, 200)])) is None
