"""Table tests of the decision: one fact at a time."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from rules.decide import REASONS, decide
from rules.facts import HoldFacts, ItemFacts, Ladder, Rung
from rules.ladder import same_place, start_by_calendar
from rules.working_days import Calendar

DAY = date(2026, 11, 2)
LADDER = Ladder(
    (
        Rung(1, days=-3, phase="courtesy"),
        Rung(2, days=5, spacing=5, phase="courtesy", minimum=Decimal(5)),
        Rung(3, days=14, spacing=7),
        Rung(4, days=24, spacing=8, phase="notice", active=False),
    ),
    gap=7,
)
LATE = ItemFacts(
    item_id=1,
    due=DAY - timedelta(days=6),
    open=Decimal(100),
    debtor_total=Decimal(100),
    reachable=frozenset({"email"}),
)


def days(count):
    return DAY + timedelta(days=count)


def hold(since=DAY, until=None, amount=None):
    return HoldFacts(7, "pause", since, until, amount)


@pytest.mark.parametrize(
    ("changes", "action", "code", "position", "until"),
    [
        ({}, "send", "due", 2, None),
        ({"open": Decimal(0)}, "closed", "paid", None, None),
        ({"no_followup": True}, "blocked", "no_followup", None, days(1)),
        ({"core_blocked": True}, "blocked", "core_blocked", None, days(1)),
        ({"in_flight": "queued"}, "wait", "under_way", None, days(1)),
        ({"in_flight": "sending"}, "wait", "under_way", None, days(1)),
        ({"in_flight": "planned"}, "wait", "approval", None, days(1)),
        ({"posted": False}, "blocked", "not_posted", None, days(1)),
        ({"intercompany": True}, "blocked", "intercompany", None, days(1)),
        ({"holds": (hold(),)}, "blocked", "hold", None, days(1)),
        ({"holds": (hold(until=days(3)),)}, "wait", "hold", None, days(4)),
        ({"holds": (hold(until=days(3)), hold())}, "blocked", "hold", None, days(1)),
        ({"holds": (hold(until=days(-1)),)}, "send", "due", 2, None),
        ({"holds": (hold(since=days(1)),)}, "send", "due", 2, None),
        ({"holds": (hold(amount=Decimal(40)),)}, "send", "due", 2, None),
        ({"holds": (hold(amount=Decimal(100)),)}, "blocked", "hold", None, days(1)),
        ({"failures": 2, "failed_on": days(-1)}, "send", "due", 2, None),
        ({"failures": 2, "failed_on": DAY}, "wait", "retry", None, days(1)),
        ({"failures": 3, "failed_on": days(-9)}, "blocked", "failed", None, days(1)),
        ({"debtor_total": Decimal(0)}, "wait", "match_credit", None, days(1)),
        ({"under_way": Decimal(100)}, "wait", "money_under_way", None, days(1)),
        (
            {"covered": Decimal(60), "under_way": Decimal(40)},
            "wait",
            "money_under_way",
            None,
            days(1),
        ),
        ({"receipt_until": days(2)}, "wait", "receipt", None, days(3)),
        ({"receipt_until": days(-1)}, "send", "due", 2, None),
        ({"bank_until": days(1)}, "wait", "bank_behind", None, days(1)),
        ({"direct_debit": True}, "wait", "direct_debit", None, days(1)),
        ({"invoice_sent": False}, "blocked", "invoice_not_sent", None, days(1)),
        ({"backlog": "call"}, "blocked", "backlog_call", None, days(1)),
        ({"employee": True}, "blocked", "employee", None, days(1)),
        ({"invoice_bounced": True}, "blocked", "invoice_bounced", None, days(1)),
        ({"invoice_bounced": True, "reached": 1}, "send", "due", 2, None),
        ({"we_owe": Decimal(100)}, "wait", "we_owe", None, days(1)),
        ({"we_owe": Decimal(99)}, "send", "due", 2, None),
        ({"direct_debit": True, "count_from": days(-4)}, "wait", "not_yet", 2, days(1)),
        ({"direct_debit": True, "count_from": days(-5)}, "send", "due", 2, None),
        ({"start": 3, "due": days(-20)}, "send", "due", 3, None),
        ({"start": 1, "reached": 2, "due": days(-20)}, "send", "due", 3, None),
        ({"backlog": "old"}, "blocked", "old_backlog", None, days(1)),
        ({"backlog": "old", "reached": 1}, "send", "due", 2, None),
        ({"resumed_on": DAY}, "wait", "resumed", 2, days(1)),
        ({"in_flight": "ambiguous"}, "blocked", "ambiguous", None, days(1)),
        ({"covered": Decimal(100)}, "wait", "match_credit", None, days(1)),
        ({"covered": Decimal("99.99")}, "send", "due", 2, None),
        ({"due": days(2)}, "send", "due", 1, None),
        ({"due": days(4)}, "wait", "not_yet", 1, days(1)),
        ({"due": DAY}, "wait", "not_yet", 2, days(5)),
        ({"due": days(-5)}, "send", "due", 2, None),
        ({"due": days(-400)}, "send", "due", 2, None),
        ({"reached": 2, "reached_on": days(-9), "due": days(-14)}, "send", "due", 3, None),
        ({"reached": 2, "reached_on": days(-6), "due": days(-14)}, "wait", "spacing", 3, days(1)),
        ({"reached": 2, "reached_on": days(-9), "due": days(-13)}, "wait", "not_yet", 3, days(1)),
        ({"reached": 3, "reached_on": days(-30)}, "blocked", "end_of_ladder", None, days(1)),
        ({"last_message": days(-6)}, "wait", "debtor_gap", 2, days(1)),
        ({"last_message": days(-7)}, "send", "due", 2, None),
        ({"debtor_total": Decimal("4.99")}, "wait", "below_minimum", 2, days(7)),
        ({"reachable": frozenset()}, "blocked", "no_address", 2, days(1)),
    ],
)
def test_each_fact_leads_to_its_decision(changes, action, code, position, until):
    decision = decide(replace(LATE, **changes), LADDER, DAY)
    assert (decision.action, decision.code) == (action, code)
    assert (decision.rung.position if decision.rung else None) == position
    assert decision.until == until
    assert decision.code in REASONS


def test_without_a_ladder_nothing_is_sent():
    assert decide(LATE, None, DAY).code == "no_ladder"


def test_the_trace_ends_with_the_rule_that_decided():
    decision = decide(replace(LATE, core_blocked=True), LADDER, DAY, explain=True)
    assert [(step.code, step.passed) for step in decision.trace] == [
        ("open", True),
        ("posted", True),
        ("no_followup", True),
        ("core_blocked", False),
    ]


def test_a_rung_before_the_due_date_lapses_on_the_due_date():
    assert decide(replace(LATE, due=days(1)), LADDER, DAY).rung.position == 1
    assert decide(replace(LATE, due=DAY), LADDER, DAY).rung.position == 2


def test_whoever_waits_is_looked_at_again_on_a_later_day():
    for reached in range(4):
        for late in range(-40, 40):
            facts = replace(LATE, due=days(-late), reached=reached, reached_on=days(-3))
            decision = decide(facts, LADDER, DAY)
            assert decision.action == "send" or decision.until > DAY


def test_a_held_part_is_not_asked_for():
    facts = replace(LATE, holds=(hold(amount=Decimal(40)),), covered=Decimal(10))
    assert facts.claim(DAY) == Decimal(50)


def test_reminders_leave_on_the_days_that_are_allowed():
    calendar = Calendar(friendly=frozenset({1, 2, 3, 4}))
    monday = decide(LATE, LADDER, DAY, calendar)
    assert (monday.code, monday.until) == ("send_day", days(1))
    assert decide(LATE, LADDER, days(1), calendar).action == "send"


def test_a_level_for_larger_items_passes_over_small_ones():
    ladder = Ladder((Rung(1, days=5, item_minimum=Decimal(50)),))
    assert decide(replace(LATE, open_company=Decimal(49)), ladder, DAY).code == "below_minimum"
    assert decide(replace(LATE, open_company=Decimal(50)), ladder, DAY).action == "send"


def test_all_channels_or_the_first_that_works():
    both = frozenset({"email", "letter"})
    first = Ladder((Rung(1, days=5, channels=("email", "letter")),))
    every = Ladder((Rung(1, days=5, channels=("email", "letter"), every_channel=True),))
    assert decide(replace(LATE, reachable=both), first, DAY).channels == ("email",)
    assert decide(replace(LATE, reachable=both), every, DAY).channels == ("email", "letter")
    only = replace(LATE, reachable=frozenset({"letter"}))
    assert decide(only, first, DAY).channels == ("letter",)


def test_recalculating_starts_at_the_level_that_fits_the_lateness_and_never_at_a_formal_one():
    ladder = replace(LADDER, rungs=(*LADDER.rungs[:3], replace(LADDER.rungs[3], active=True)))
    assert start_by_calendar(ladder, days(2), DAY) == 1
    assert start_by_calendar(ladder, days(-6), DAY) == 2
    assert start_by_calendar(ladder, days(-90), DAY) == 3
    assert start_by_calendar(ladder, days(9), DAY) == 0


def test_a_rung_put_between_two_others_is_sent_in_its_place():
    first, second = LADDER.rungs[1:3]
    ladder = Ladder((first, Rung(9, days=9), second))
    late = replace(LATE, due=days(-30))
    assert decide(replace(late, reached=first.position), ladder, DAY).rung.position == 9
    assert decide(replace(late, reached=9), ladder, DAY).rung.position == second.position


def test_on_another_policy_no_rung_counts_as_sent_that_was_not():
    other = Ladder((Rung(1, days=2, phase="courtesy"), Rung(2, days=30, phase="reminder")))
    assert same_place(3, LADDER, other) == 1
    assert same_place(1, LADDER, other) == 0
    assert same_place(0, LADDER, other) == 0
    harsher = Ladder((Rung(1, days=2, phase="notice"),))
    assert same_place(3, LADDER, harsher) == 0


def test_a_key_accounts_manager_has_three_working_days_to_object_to_a_formal_rung():
    ladder = Ladder((Rung(1, days=5, phase="notice"),))
    facts = replace(LATE, key_account=True)
    monday = decide(facts, ladder, DAY)
    assert (monday.code, monday.until) == ("veto", days(3))
    assert decide(replace(facts, veto_from=days(-3)), ladder, DAY).code == "veto"
    assert decide(replace(facts, veto_from=days(-5)), ladder, DAY).action == "send"
    tuesday = Calendar(closed=frozenset((days(1),)))
    assert decide(facts, ladder, DAY, tuesday).until == days(4)
    assert decide(facts, LADDER, DAY).action == "send"


def test_on_a_day_on_which_the_company_is_closed_nothing_leaves():
    closed = Calendar(closed=frozenset((DAY, days(1))))
    decision = decide(LATE, LADDER, DAY, closed)
    assert (decision.action, decision.code, decision.until) == ("wait", "send_day", days(2))
    assert decide(LATE, LADDER, days(2), closed).action == "send"


def test_the_person_on_the_order_is_reached_where_the_level_is_addressed_so():
    only = replace(LATE, reachable=frozenset(), order_reachable=frozenset({"email"}))
    for recipient, action in (
        ("order", "send"),
        ("accounts_order", "send"),
        ("accounts", "blocked"),
    ):
        rungs = tuple(replace(rung, recipient=recipient) for rung in LADDER.rungs)
        assert decide(only, replace(LADDER, rungs=rungs), DAY).action == action
