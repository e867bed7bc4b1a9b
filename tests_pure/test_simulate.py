"""Levels replayed over the past, and what it comes to."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from rules.facts import HoldFacts, ItemFacts, Ladder, Rung
from rules.simulate.effect import estimate, wilson
from rules.simulate.measure import (
    NAMED,
    Difference,
    Tally,
    above,
    busiest,
    cost,
)
from rules.simulate.past import (
    DROPPED,
    FAILED,
    LEFT,
    Amount,
    DebtorPast,
    Fate,
    ItemPast,
    Message,
    Stop,
    World,
)
from rules.simulate.replay import replay
from rules.working_days import Calendar

DUE = date(2026, 3, 2)
RECIPIENTS = (("email", "accounts", "a@example.com", 1), ("letter", "accounts", "Street 1", 1))
LADDER = Ladder((Rung(1, 3), Rung(2, 10), Rung(3, 20, phase="collection")), gap=5)


def day(number):
    return DUE + timedelta(days=number)


def item(item_id=1, due=DUE, amounts=None, holds=(), **values):
    amounts = amounts or [(due - timedelta(days=14), 100)]
    facts = ItemFacts(item_id=item_id, due=due, open=Decimal(0), holds=tuple(holds))
    return ItemPast(
        facts=facts,
        line_id=item_id,
        currency_id=1,
        known_from=amounts[0][0],
        amounts=tuple(Amount(on, Decimal(left), Decimal(left)) for on, left in amounts),
        recipients=RECIPIENTS,
        policy_id=7,
        **values,
    )


def debtor(*items, **values):
    return DebtorPast(debtor_id=5, company_id=1, items=items, **values)


def world(ladder=LADDER, days=120, calendar=None, fate=None, **values):
    return World(
        days=tuple(day(number) for number in range(-20, days)),
        ladder=lambda past, on, begun: (1, ladder),
        calendar=lambda debtor_id: calendar or Calendar(),
        standing=None,
        bar=None,
        term=None,
        fate=fate or (lambda notice: Fate(LEFT, notice.day)),
        known_ladder=lambda revision_id: ladder,
        **values,
    )


def days_of(outcome):
    """Days after the due date and level of each row that was sent."""
    return [
        ((message.day - DUE).days, item_id, position)
        for message in outcome.messages
        for item_id, position in message.rows
    ]


def test_an_invoice_that_is_never_paid_goes_through_all_levels():
    outcome = replay(debtor(item()), world())
    assert days_of(outcome) == [(3, 1, 1), (10, 1, 2), (20, 1, 3)]
    assert "end_of_ladder" in outcome.kept[1]


def test_what_is_paid_is_reminded_of_no_more():
    paid = item(amounts=[(day(-14), 100), (day(10), 0)])
    assert days_of(replay(debtor(paid), world())) == [(3, 1, 1)]


def test_a_part_that_is_paid_leaves_the_rest():
    paid = item(amounts=[(day(-14), 100), (day(5), 40)])
    outcome = replay(debtor(paid), world())
    assert [message.amount for message in outcome.messages] == [100, 40, 40]


def test_a_hold_puts_off_what_falls_into_it():
    held = item(holds=[HoldFacts(1, "pause", day(2), day(30))])
    assert days_of(replay(debtor(held), world())) == [(31, 1, 1), (36, 1, 2), (37, 1, 3)]


def test_a_pause_that_a_person_ends_sends_nothing_on_that_day():
    held = item(holds=[HoldFacts(1, "pause", day(2), day(29))], resumed=(day(30),))
    assert days_of(replay(debtor(held), world()))[0] == (31, 1, 1)


def test_what_was_noted_then_keeps_it_back_until_it_was_over():
    stopped = item(stops=(Stop(day(1), day(15), "receipt"),))
    outcome = replay(debtor(stopped), world())
    assert days_of(outcome)[0] == (15, 1, 1)
    assert "receipt" in outcome.kept[1]


def test_free_credit_covers_the_oldest_invoice_while_it_is_there():
    first, second = item(1), item(2, due=day(1), amounts=[(day(-13), 100)])
    credits_of = {
        1: (Amount(day(-1), Decimal(100), Decimal(100)), Amount(day(15), *[Decimal(0)] * 2))
    }
    outcome = replay(debtor(first, second, credits=credits_of), world())
    assert days_of(outcome)[:3] == [(4, 2, 1), (11, 2, 2), (16, 1, 1)]
    assert "match_credit" in outcome.kept[1]


def test_two_invoices_share_a_message_and_keep_the_gap():
    first, second = item(1), item(2, due=day(2), amounts=[(day(-12), 50)])
    outcome = replay(debtor(first, second), world())
    assert days_of(outcome)[:4] == [(3, 1, 1), (8, 2, 1), (13, 1, 2), (13, 2, 2)]


def test_nothing_leaves_on_days_on_which_nothing_may():
    # Day 3 is a Thursday, day 10 too: nothing but Mondays.
    outcome = replay(debtor(item()), world(calendar=Calendar(frozenset({0}), frozenset({0}))))
    assert [message.day.weekday() for message in outcome.messages] == [0, 0, 0]
    assert "send_day" in outcome.kept[1]


def test_a_run_that_did_not_take_place_is_caught_up_by_the_next():
    every = world()
    some = replace(every, days=tuple(each for each in every.days if each not in (day(3), day(4))))
    assert days_of(replay(debtor(item()), some))[0] == (5, 1, 1)


def test_a_message_that_was_dropped_is_made_again():
    def fate(notice):
        return Fate(DROPPED, notice.day, False) if notice.day == day(3) else Fate(LEFT, notice.day)

    assert days_of(replay(debtor(item()), world(fate=fate)))[0] == (4, 1, 1)


def test_a_message_that_failed_is_tried_again_on_the_next_day():
    def fate(notice):
        return Fate(FAILED, notice.day, False) if notice.day == day(3) else Fate(LEFT, notice.day)

    assert days_of(replay(debtor(item()), world(fate=fate)))[:2] == [(3, 1, 1), (4, 1, 1)]


def test_a_level_is_reached_only_when_its_message_has_left():
    letters = Ladder((Rung(1, 3, channels=("letter",)), Rung(2, 5, channels=("email",))), gap=1)

    def fate(notice):
        later = timedelta(days=6 if notice.channel == "letter" else 0)
        return Fate(LEFT, notice.day + later)

    assert days_of(replay(debtor(item()), world(letters, fate=fate))) == [(3, 1, 1), (10, 1, 2)]


def test_what_left_before_the_first_day_counts():
    begun = item(begun_id=1)
    begun = replace(begun, facts=replace(begun.facts, reached=1, reached_on=day(3)))
    outcome = replay(debtor(begun, last={1: day(3)}), world())
    assert days_of(outcome) == [(10, 1, 2), (20, 1, 3)]


def test_an_address_that_worked_then_and_fails_now_was_used_then():
    gone = replace(item(), recipients=())
    used = (("email", day(5), "old@example.com", 1),)
    assert days_of(replay(debtor(gone, used=used), world())) == [(3, 1, 1)]


def test_a_formal_notice_opens_a_case_whose_levels_count_from_it():
    formal = Ladder((Rung(1, 5, phase="notice"), Rung(2, 10, phase="collection")), gap=5)
    # Paused for 15 days, its notice leaves on day 20 instead of 5; the next level 5 days after.
    held = item(holds=[HoldFacts(1, "pause", day(0), day(19))])
    without = replay(debtor(held), world(formal))
    assert days_of(without) == [(20, 1, 1), (21, 1, 2)]
    opened = replay(debtor(held), world(formal, opens=lambda policy_id: (True, False)))
    assert days_of(opened) == [(20, 1, 1), (25, 1, 2)]


def test_a_pause_puts_off_the_levels_of_a_case():
    formal = Ladder((Rung(1, 5, phase="notice"), Rung(2, 10, phase="collection")), gap=5)
    pause = HoldFacts(1, "pause", day(6), day(8))
    held = item(holds=[pause], spans=((pause.since, pause.until),))
    opened = replay(debtor(held), world(formal, opens=lambda policy_id: (True, True)))
    assert days_of(opened) == [(5, 1, 1), (13, 1, 2)]
    assert opened.messages[1].approval


def test_nothing_owed_gives_nothing():
    assert replay(debtor(), world()).messages == []
    assert replay(debtor(item()), replace(world(), days=())).messages == []


def message(number, item_id=1, position=1, channel="email", **values):
    return Message(day(number), 5, channel, "reminder", ((item_id, position),), **values)


def test_messages_are_compared_by_invoice_level_and_channel():
    tally = Tally()
    tally.compare(
        [message(3), message(10, position=2), message(20, position=3)],
        [message(3), message(12, position=2), message(5, item_id=2), message(9, channel="list")],
    )
    assert tally.counts == Counter(same=1, later=1, fewer=1, more=1)
    assert Difference(1, 2, "email", day(10), day(12)) in tally.differences


def test_sums_survive_being_written_down_and_added_up():
    one, other = Tally(), Tally()
    one.add("was", [message(3, amount=Decimal("10.50"), approval=True)])
    other.add("would", [message(4, amount=Decimal(5))])
    other.compare([], [message(4)])
    other.keep({1: {"hold", "not_yet"}})
    one.merge(other)
    again = Tally.from_json(one.to_json())
    assert again == one
    assert again.amounts["was"] == Decimal("10.50")
    assert again.volumes == {("was", "2026-03", "email"): 1, ("would", "2026-03", "email"): 1}


def test_only_the_largest_differences_are_named():
    tally = Tally()
    tally.compare([], [message(3, item_id=number) for number in range(3 * NAMED)])
    tally.compare([message(3, item_id=9000)], [message(4, item_id=9000)])
    found = Tally.from_json(tally.to_json()).differences
    assert len(found) == NAMED
    assert all(each.was is None for each in found)
    assert tally.counts["more"] == 3 * NAMED


def test_busiest_days_days_above_a_limit_and_costs():
    tally = Tally()
    tally.add("would", [message(3), message(3), message(4), message(4, channel="letter")])
    tally.add("was", [message(3)])
    assert busiest(tally.daily, "would", 1) == [(day(3), 2)]
    assert above(tally.daily, "would", 1) == 2
    assert above(tally.daily, "would", 0) == 0
    assert cost(tally.volumes, "would", {"letter": Decimal("1.20")}) == Decimal("1.20")


def test_first_reminders_that_come_earlier_are_weighed_by_what_was_open():
    tally = Tally()
    tally.move([message(10)], [message(3)], {1: Decimal(200)})
    assert (tally.amounts["moved"], tally.amounts["concerned"]) == (1400, 200)


def test_the_interval_of_a_share_is_wilson_s():
    # 10 of 20: 0.2993 to 0.7007.
    low, middle, high = wilson(10, 20)
    assert (round(low, 4), middle, round(high, 4)) == (0.2993, 0.5, 0.7007)
    assert wilson(0, 10)[0] == 0.0
    assert wilson(10, 10)[2] == pytest.approx(1)


@pytest.mark.parametrize("hits, tries", [(1, 0), (3, 2), (-1, 5)])
def test_what_is_no_share_is_refused(hits, tries):
    with pytest.raises(ValueError):
        wilson(hits, tries)


def test_below_thirty_reminders_nothing_is_estimated():
    found = estimate(29, 20, Decimal(700), Decimal(100))
    assert (found.share, found.days) == (None, None)


def test_an_estimate_has_its_uncertainty_around_it():
    found = estimate(100, 50, Decimal(700), Decimal(100))
    low, middle, high = found.days
    assert low < middle == 3.5 < high
    later = estimate(100, 50, Decimal(-700), Decimal(100)).days
    assert later[0] < later[1] == -3.5 < later[2]


def test_without_anything_concerned_only_the_share_is_told():
    found = estimate(100, 50, Decimal(0), Decimal(0))
    assert found.share
    assert found.days is None
