"""When messages that may cost the debtor money leave, and what waits for them."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from rules.decide import decide
from rules.facts import HoldFacts, ItemFacts, Ladder, Rung
from rules.formal import may_open_case
from rules.law.standing import Served, Standing
from rules.working_days import Calendar

DUE = date(2026, 10, 1)
NOTICE = Rung(1, 24, phase="notice", notice="nl_14_day")
DEMAND = Rung(2, 45, phase="collection", asks="costs")
STANDING = Standing(
    "NL",
    "EUR",
    "consumer",
    default_after=DUE,
    needs_notice="nl_14_day",
    notices=frozenset(["nl_14_day"]),
)


def served(until, code="nl_14_day", days=14):
    return Served(7, code, until - timedelta(days=days), until, days)


def asked(standing, late, rungs=(NOTICE, DEMAND), **facts):
    facts = ItemFacts(
        1,
        DUE,
        Decimal(500),
        debtor_total=Decimal(500),
        reachable=frozenset(["email"]),
        law=standing,
        **facts,
    )
    decision = decide(facts, Ladder(rungs), DUE + timedelta(days=late))
    return decision.action, decision.code, decision.until


def test_a_statutory_notice_leaves_once_the_debtor_is_in_default():
    assert asked(STANDING, 24) == ("send", "due", None)


def test_a_statutory_notice_waits_for_default():
    later = replace(STANDING, default_after=DUE + timedelta(days=30))
    assert asked(later, 24) == ("wait", "default", DUE + timedelta(days=31))


def test_without_an_agreed_term_or_a_demand_a_person_decides():
    assert asked(replace(STANDING, default_after=None), 24)[:2] == ("blocked", "no_default")


def test_a_law_without_such_a_notice_blocks_it():
    for standing in (
        None,
        replace(STANDING, jurisdiction=""),
        replace(STANDING, notices=frozenset()),
        replace(STANDING, currency_fits=False),
        replace(STANDING, may_claim_costs=False),
    ):
        assert asked(standing, 24)[:2] == ("blocked", "law")


def test_nothing_formal_leaves_before_a_term_has_passed():
    until = DUE + timedelta(days=50)
    standing = replace(STANDING, served=(served(until),))
    assert asked(standing, 45, reached=1) == ("wait", "term", until + timedelta(days=1))
    assert asked(standing, 50, reached=1)[1] == "term"
    assert asked(standing, 51, reached=1)[:2] == ("send", "due")


def test_a_friendly_message_does_not_wait_for_a_term():
    standing = replace(STANDING, served=(served(DUE + timedelta(days=50), code=""),))
    assert asked(standing, 24, rungs=(Rung(1, 5),))[:2] == ("send", "due")


def test_costs_are_not_asked_for_without_the_notice():
    assert asked(STANDING, 45, reached=1)[:2] == ("blocked", "no_notice")
    demand_only = replace(STANDING, served=(served(DUE + timedelta(days=9), code=""),))
    assert asked(demand_only, 45, reached=1)[:2] == ("blocked", "no_notice")
    with_notice = replace(STANDING, served=(served(DUE + timedelta(days=40)),))
    assert asked(with_notice, 45, reached=1)[:2] == ("send", "due")


def test_on_a_ladder_without_the_notice_the_invoices_alone_are_asked_for():
    assert asked(STANDING, 45, rungs=(DEMAND,))[:2] == ("send", "due")
    unused = replace(NOTICE, active=False)
    assert asked(STANDING, 45, rungs=(unused, DEMAND))[:2] == ("send", "due")


def test_who_claims_no_costs_needs_no_notice_for_a_demand():
    standing = replace(STANDING, may_claim_costs=False)
    assert asked(standing, 45, reached=1)[:2] == ("send", "due")


def test_a_business_needs_no_notice():
    business = Standing("NL", "EUR", "business", default_after=DUE)
    assert asked(business, 45, reached=1)[:2] == ("send", "due")


def asked_something(late, until, rungs=(NOTICE,)):
    """A message of the debtor that holds until a day after the due date, and no further."""
    hold = HoldFacts(9, "question", DUE, DUE + timedelta(days=until))
    return asked(STANDING, late, rungs, holds=(hold,))


def test_nothing_formal_leaves_while_the_debtor_waits_for_an_answer():
    assert asked_something(30, 20)[:2] == ("blocked", "hold")


def test_what_is_friendly_goes_on_after_some_days_without_an_answer():
    assert asked_something(30, 20, (Rung(1, 24),))[:2] == ("send", "due")


def test_another_hold_that_is_over_stops_nothing_formal():
    hold = HoldFacts(9, "pause", DUE, DUE + timedelta(days=20))
    assert asked(STANDING, 30, holds=(hold,))[:2] == ("send", "due")


# -- what leaves by its day ------------------------------------------------------------------

WEEK = Calendar(frozenset(range(5)), frozenset(range(5)))
LAST = Rung(3, 52, spacing=2, phase="collection", by_day=True)
LIST = Rung(4, 54, spacing=2, phase="collection", channels=("list",), by_day=True)
#: A Monday; 54 days later it is a Saturday.
MONDAY = date(2026, 10, 5)


def on_day(late, rung, reached_late=45, standing=STANDING, due=MONDAY):
    facts = ItemFacts(
        1,
        due,
        Decimal(500),
        debtor_total=Decimal(500),
        reachable=frozenset(["email", "list"]),
        reached=2,
        reached_on=due + timedelta(days=reached_late),
        law=standing,
    )
    ladder = Ladder((NOTICE, replace(DEMAND, term_days=5), rung))
    decision = decide(facts, ladder, due + timedelta(days=late), WEEK)
    return decision.action, decision.code, decision.until and (decision.until - due).days


def test_what_leaves_by_its_day_leaves_on_the_last_working_day_until_then():
    due = MONDAY + timedelta(days=2)  # day 52 is a Saturday
    assert on_day(50, LAST, due=due) == ("wait", "not_yet", 51)
    assert on_day(51, LAST, due=due) == ("send", "due", None)


def test_where_its_day_is_too_soon_after_the_level_before_it_leaves_afterwards():
    assert on_day(52, LAST, reached_late=52) == ("wait", "spacing", 54)


def test_a_list_is_made_on_any_day():
    assert (MONDAY + timedelta(days=54)).weekday() == 5
    assert on_day(53, LIST, reached_late=52) == ("wait", "not_yet", 54)
    assert on_day(54, LIST, reached_late=52) == ("send", "due", None)


def test_the_term_of_a_demand_does_not_put_off_what_leaves_by_its_day():
    given = Served(8, "", MONDAY, MONDAY + timedelta(days=60), 5, demand=True)
    assert on_day(52, LAST, standing=replace(STANDING, served=(given,)))[:2] == ("send", "due")
    waits = replace(LAST, by_day=False)
    assert on_day(52, waits, standing=replace(STANDING, served=(given,)))[:2] == ("wait", "term")


def test_the_term_of_the_notice_puts_it_off():
    given = served(MONDAY + timedelta(days=60))
    assert on_day(52, LAST, standing=replace(STANDING, served=(given,)))[:2] == ("wait", "term")


# -- cases that open by themselves at the end of the levels ----------------------------------


def may_open(holds=(), **changes):
    standing = replace(STANDING, served=(served(DUE + timedelta(days=40)),), **changes)
    facts = ItemFacts(1, DUE, Decimal(500), holds=holds)
    return may_open_case(facts, standing, DUE + timedelta(days=60))


def test_a_case_may_be_opened_after_a_valid_notice():
    assert may_open()


def test_no_case_is_opened_without_the_notice_that_the_law_wants():
    assert not may_open(needs_notice="other")


def test_no_case_is_opened_before_the_term_has_passed():
    late = replace(STANDING, served=(served(DUE + timedelta(days=60)),))
    day = DUE + timedelta(days=60)
    assert not may_open_case(ItemFacts(1, DUE, Decimal(1)), late, day)
    assert not may_open_case(ItemFacts(1, DUE, Decimal(1)), replace(late, needs_notice=""), day)


def test_a_demand_after_the_notice_is_no_notice():
    given = Served(8, "", DUE, DUE + timedelta(days=5), 5, demand=True)
    alone = replace(STANDING, needs_notice="", served=(given,))
    assert not may_open_case(ItemFacts(1, DUE, Decimal(1)), alone, DUE + timedelta(days=60))


def test_no_case_is_opened_about_who_is_not_in_default():
    assert not may_open(default_after=None)
    assert not may_open(default_after=DUE + timedelta(days=60))


def test_no_case_is_opened_about_what_is_disputed_in_part():
    assert not may_open((HoldFacts(1, "dispute", DUE, None, Decimal(10)),))


def test_no_case_is_opened_while_a_message_has_no_answer():
    over = HoldFacts(1, "question", DUE, DUE + timedelta(days=9))
    assert not may_open((over,))
    assert may_open((replace(over, kind="pause"),))
