"""Where an item stands on a newer revision of its policy."""

import pytest

from rules.facts import Ladder, Rung
from rules.ladder import place_in_revision

#: Two reminders, a statutory notice, a demand.
FIRST, SECOND = Rung(1, 3), Rung(2, 14)
NOTICE = Rung(3, 30, phase="notice", notice="nl_wik")
DEMAND = Rung(4, 45, phase="collection")
BEGUN = Ladder((FIRST, SECOND, NOTICE, DEMAND))


def moved(rung, **values):
    """Return a rung with other values, under its own number."""
    known = {name: getattr(rung, name) for name in ("position", "days", "phase", "notice")}
    return Rung(**{**known, **values})


def place(reached, *rungs, start=0):
    """Return where one stands on a newer ladder of these rungs."""
    ladder = Ladder(tuple(sorted(rungs, key=lambda rung: (rung.days, rung.position))))
    return place_in_revision(reached, start, BEGUN, ladder)


@pytest.mark.parametrize("reached", [0, 1, 2, 3, 4])
def test_on_the_same_ladder_everything_stays_where_it_is(reached):
    assert place(reached, *BEGUN.rungs) == (reached, 0)


def test_a_level_that_left_is_not_sent_again_when_it_comes_later_now():
    assert place(2, FIRST, moved(SECOND, days=21), NOTICE, DEMAND) == (2, 0)


def test_a_new_friendly_level_that_should_have_come_before_is_passed():
    assert place(2, FIRST, Rung(5, 7), SECOND, NOTICE) == (2, 0)


def test_a_new_friendly_level_that_comes_next_is_not():
    assert place(1, FIRST, Rung(5, 7), SECOND) == (1, 0)


def test_a_new_statutory_notice_is_never_passed():
    early = Rung(5, 10, phase="notice", notice="nl_wik")
    assert place(2, FIRST, early, SECOND) == (1, 0)
    assert place(4, FIRST, SECOND, early, NOTICE, DEMAND) == (1, 0)


def test_a_new_demand_before_one_that_left_does_not_repeat_that_one():
    demand = Rung(5, 40, phase="collection")
    assert place(4, FIRST, SECOND, NOTICE, demand, DEMAND) == (4, 0)


def test_a_new_demand_is_not_passed_by_what_was_friendly():
    demand = Rung(5, 10, phase="collection")
    assert place(2, FIRST, demand, SECOND) == (1, 0)


def test_a_new_demand_after_one_that_left_is_not_jumped_over():
    notice = moved(NOTICE, days=20)
    new = (Rung(5, 22, phase="collection"), Rung(6, 25))
    assert place(3, FIRST, SECOND, notice, *new) == (3, 0)


def test_a_reminder_that_has_become_a_notice_was_never_sent_as_one():
    harsher = moved(SECOND, phase="notice", notice="nl_wik")
    assert place(2, FIRST, harsher, DEMAND) == (1, 0)


def test_a_notice_that_has_become_another_one_was_never_sent_as_that():
    assert place(3, FIRST, SECOND, moved(NOTICE, notice="be_reminder")) == (2, 0)


def test_a_level_that_is_out_of_use_now_counts_as_left():
    assert place(2, FIRST, Rung(2, 14, active=False), NOTICE) == (2, 0)


def test_a_level_that_was_out_of_use_did_not_leave():
    begun = Ladder((FIRST, Rung(2, 14, phase="notice", active=False), Rung(3, 20)))
    newer = Ladder((FIRST, Rung(2, 14, phase="notice"), Rung(3, 20)))
    assert place_in_revision(3, 0, begun, newer) == (1, 0)


def test_where_to_begin_stays_unless_something_formal_lies_before_it_now():
    assert place(1, *BEGUN.rungs, start=2) == (1, 2)
    early = Rung(5, 10, phase="notice", notice="nl_wik")
    assert place(1, FIRST, early, SECOND, start=2) == (1, 0)
    assert place(1, FIRST, Rung(2, 14, active=False), NOTICE, start=2) == (1, 0)
