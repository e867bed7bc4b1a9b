"""Table tests of calls and work lists: when they are made, and beside what."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from rules.decide import decide
from rules.facts import HoldFacts, ItemFacts, Ladder, Rung
from rules.work import lacks_number

DAY = date(2026, 11, 2)
FROM_500 = (("call", Decimal(500)),)


def facts(total, *reachable, **values):
    return ItemFacts(
        item_id=1,
        due=DAY - timedelta(days=30),
        open=Decimal(total),
        debtor_total=Decimal(total),
        reachable=frozenset(reachable),
        **values,
    )


def rung(*channels, **values):
    return Rung(1, days=5, channels=channels, **values)


def decided(known, one):
    return decide(known, Ladder((one,)), DAY)


@pytest.mark.parametrize(
    ("total", "reachable", "channels"),
    [
        (500, ("email", "letter", "call"), ("email", "call")),
        (499, ("email", "letter", "call"), ("email",)),
        (500, ("letter", "call"), ("letter", "call")),
        (500, ("call",), ("call",)),
        (500, ("email",), ("email",)),
    ],
)
def test_a_call_comes_beside_the_first_channel_that_works_from_its_total_on(
    total, reachable, channels
):
    one = rung("email", "letter", "call", least=FROM_500, call_beside=True)
    decision = decided(facts(total, *reachable), one)
    assert (decision.action, decision.channels) == ("send", channels)


def test_a_call_that_is_not_beside_is_made_where_nothing_before_it_works():
    one = rung("email", "call")
    assert decided(facts(10, "email", "call"), one).channels == ("email",)
    assert decided(facts(10, "call"), one).channels == ("call",)


def test_every_channel_leaves_out_those_that_do_not_pay():
    one = rung("email", "letter", "call", least=(("letter", Decimal(1000)),), every_channel=True)
    assert decided(facts(999, "email", "letter"), one).channels == ("email",)
    assert decided(facts(1000, "email", "letter"), one).channels == ("email", "letter")


def test_a_letter_below_its_total_goes_where_nothing_else_reaches_the_debtor():
    one = rung("email", "letter", least=(("letter", Decimal(1000)),))
    assert decided(facts(10, "letter"), one).channels == ("letter",)


def test_a_call_below_its_total_is_never_made_and_waits_for_more():
    decision = decided(facts(499, "call"), rung("call", least=FROM_500))
    assert (decision.action, decision.code) == ("wait", "below_minimum")
    assert decision.until == DAY + timedelta(days=7)


@pytest.mark.parametrize(
    ("channels", "code"), [(("call",), "no_number"), (("email", "call"), "no_address")]
)
def test_a_level_that_is_a_call_says_that_a_number_is_missing(channels, code):
    decision = decided(facts(10, "list"), rung(*channels))
    assert (decision.action, decision.code) == ("blocked", code)


@pytest.mark.parametrize("waits", ["to_post", "to_call", "to_decide"])
def test_what_a_person_has_to_do_blocks_with_a_reason_of_its_own(waits):
    decision = decided(facts(10, "email", in_flight=waits), rung("email"))
    assert (decision.action, decision.code) == ("blocked", waits)


def test_what_is_on_its_way_by_itself_waits():
    known = replace(facts(10, "email"), in_flight="queued")
    assert decided(known, rung("email")).code == "under_way"


@pytest.mark.parametrize(
    ("total", "reachable", "lacks"),
    [(500, ("email",), True), (499, ("email",), False), (500, ("email", "call"), False)],
)
def test_a_call_beside_that_pays_and_has_no_number_is_told(total, reachable, lacks):
    one = rung("email", "call", least=FROM_500, call_beside=True)
    known = facts(total, *reachable)
    assert lacks_number(known, decided(known, one)) is lacks


#: A fact for each reason that keeps an item from going on.
KEPT_BACK = {
    "not_posted": {"posted": False},
    "no_followup": {"no_followup": True},
    "core_blocked": {"core_blocked": True},
    "intercompany": {"intercompany": True},
    "employee": {"employee": True},
    "hold": {"holds": (HoldFacts(7, "pause", DAY),)},
    "ambiguous": {"in_flight": "ambiguous"},
    "approval": {"in_flight": "planned"},
    "under_way": {"in_flight": "queued"},
    "to_post": {"in_flight": "to_post"},
    "to_call": {"in_flight": "to_call"},
    "to_decide": {"in_flight": "to_decide"},
    "failed": {"failures": 3, "failed_on": DAY},
    "retry": {"failures": 1, "failed_on": DAY},
    "match_credit": {"covered": Decimal(10)},
    "we_owe": {"we_owe": Decimal(10)},
    "money_under_way": {"under_way": Decimal(10)},
    "receipt": {"receipt_until": DAY},
    "bank_behind": {"bank_until": DAY},
    "direct_debit": {"direct_debit": True},
    "invoice_not_sent": {"invoice_sent": False},
    "invoice_bounced": {"invoice_bounced": True},
    "old_backlog": {"backlog": "old"},
    "backlog_call": {"backlog": "call"},
    "end_of_ladder": {"reached": 1},
    "resumed": {"resumed_on": DAY},
    "debtor_gap": {"last_message": DAY},
    "no_address": {"reachable": frozenset()},
}


@pytest.mark.parametrize("code", KEPT_BACK)
def test_what_is_kept_back_always_has_a_day_on_which_it_is_looked_at_again(code):
    decision = decided(replace(facts(10, "email"), **KEPT_BACK[code]), rung("email"))
    assert decision.code == code
    assert decision.until > DAY


@pytest.mark.parametrize("beside", [{"call_beside": True}, {"every_channel": True}])
@pytest.mark.parametrize("waits", ["to_call", "to_decide"])
def test_a_message_waits_for_no_work_beside_it_and_none_is_made_twice(beside, waits):
    known = facts(500, "letter", "call", "list", in_flight=waits)
    decision = decided(known, rung("email", "letter", "call", "list", **beside))
    assert (decision.action, decision.channels) == ("send", ("letter",))
    left = replace(known, reachable=frozenset({"call", "list"}))
    decision = decided(left, rung("email", "letter", "call", "list", **beside))
    assert (decision.action, decision.code) == ("blocked", waits)


def test_a_letter_that_waits_is_waited_for_whatever_is_beside_it():
    known = facts(500, "email", "letter", "call", in_flight="to_post")
    decision = decided(known, rung("email", "letter", "call", call_beside=True))
    assert (decision.action, decision.code) == ("blocked", "to_post")
