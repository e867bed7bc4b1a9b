"""How decisions become messages."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from rules.decide import Decision
from rules.facts import ItemFacts, Rung
from rules.plan import Candidate, alone_on_its_day, plan

DAY = date(2026, 11, 2)
FIRST, SECOND = Rung(1, 5, phase="courtesy"), Rung(2, 14)
FORMAL = Rung(3, 24, phase="notice")
ACCOUNTS = (("email", "accounts", "a@example.com", 1),)
MANAGEMENT = (("email", "management", "m@example.com", 2),)


def candidate(item_id, rung=FIRST, code="due", **changes):
    facts = ItemFacts(item_id=item_id, due=date(2026, 10, item_id), open=Decimal(10 * item_id))
    if code == "due":
        decision = Decision("send", "due", rung=rung, channels=("email",))
    else:
        decision = Decision("wait", code, rung=rung)
    base = Candidate(facts, decision, 1, 1, 1, 1, ACCOUNTS, "nl_NL")
    return replace(base, **changes)


def rows(notice):
    return [(line.item_id, line.position) for line in notice.lines]


def test_items_of_one_debtor_share_a_message_the_highest_rung_first():
    (notice,) = plan([candidate(1), candidate(2, SECOND), candidate(3)], DAY)
    assert rows(notice) == [(2, 2), (1, 1), (3, 1)]
    assert notice.phase == "reminder"
    assert notice.total == Decimal(60)


def test_companies_debtors_and_currencies_never_share_a_message():
    for field in ("debtor_id", "company_id", "currency_id"):
        notices = plan([candidate(1), candidate(2, **{field: 9})], DAY)
        assert [rows(notice) for notice in notices] == [[(1, 1)], [(2, 1)]]


def test_a_formal_notice_goes_alone():
    notices = plan([candidate(1, FORMAL), candidate(2)], DAY)
    assert sorted(rows(notice) for notice in notices) == [[(1, 3)], [(2, 1)]]


def test_an_item_that_waits_is_listed_without_a_rung():
    (notice,) = plan([candidate(1), candidate(2, code="not_yet")], DAY)
    assert rows(notice) == [(1, 1), (2, 0)]
    assert notice.total == Decimal(10)


def test_an_item_in_doubt_is_not_listed_at_all():
    codes = ("ambiguous", "match_credit", "no_followup", "core_blocked", "under_way")
    (notice,) = plan([candidate(1), *(candidate(2, code=code) for code in codes)], DAY)
    assert rows(notice) == [(1, 1)]


def test_nothing_to_send_makes_no_message():
    assert plan([candidate(1, code="not_yet")], DAY) == []


def test_the_fingerprint_follows_amount_recipient_and_rows():
    base = plan([candidate(1)], DAY)[0].fingerprint()
    paid = candidate(1)
    paid = replace(paid, facts=replace(paid.facts, open=Decimal(9)))
    other = candidate(1, recipients=(("email", "accounts", "b@example.com", 2),))
    prints = {plan([c], DAY)[0].fingerprint() for c in (paid, other, candidate(1, SECOND))}
    assert base == plan([candidate(1)], DAY)[0].fingerprint()
    assert base not in prints
    assert len(prints) == 3


def test_a_credit_lowers_what_a_row_asks_for():
    half = candidate(2)
    half = replace(half, facts=replace(half.facts, covered=Decimal(5)))
    assert plan([half], DAY)[0].total == Decimal(15)


def test_what_is_not_due_yet_is_not_asked_for_beside_what_is():
    early = candidate(2)
    early = replace(early, facts=replace(early.facts, due=date(2026, 11, 5)))
    assert plan([candidate(1), early], DAY)[0].total == Decimal(10)
    assert plan([early], DAY)[0].total == Decimal(20)


def test_a_rung_for_both_goes_to_management_and_accounts_payable():
    rung = replace(SECOND, recipient="both")
    notices = plan([candidate(1, rung, recipients=ACCOUNTS + MANAGEMENT)], DAY)
    assert [notice.recipient for notice in notices] == ["m@example.com", "a@example.com"]
    alone = plan([candidate(1, rung, recipients=ACCOUNTS)], DAY)
    assert [notice.recipient for notice in alone] == ["a@example.com"]


def test_a_policy_can_ask_for_a_message_per_invoice():
    notices = plan([candidate(1, per_invoice=True), candidate(2, per_invoice=True)], DAY)
    assert [rows(notice) for notice in notices] == [[(1, 1)], [(2, 1)]]


def test_a_message_needs_approval_when_one_of_its_rungs_does():
    careful = replace(SECOND, approval=True)
    (notice,) = plan([candidate(1), candidate(2, careful)], DAY)
    assert (notice.approval, rows(notice)) == (True, [(2, 2), (1, 1)])
    (notice,) = plan([candidate(1, replace(FIRST, approval=True)), candidate(2, SECOND)], DAY)
    assert notice.approval
    (notice,) = plan([candidate(1), candidate(2, SECOND)], DAY)
    assert not notice.approval


def test_formal_rungs_with_and_without_approval_go_apart():
    careful = replace(FORMAL, approval=True)
    notices = plan([candidate(1, FORMAL), candidate(2, careful)], DAY)
    assert sorted(notice.approval for notice in notices) == [False, True]


def test_what_is_friendly_waits_on_the_day_of_a_formal_message():
    formal, friendly, other = candidate(1, FORMAL), candidate(2), candidate(3, debtor_id=9)
    kept = alone_on_its_day([formal, friendly, other], DAY)
    assert [c.decision.action for c in kept] == ["send", "wait", "send"]
    assert kept[1].decision.code == "debtor_gap"
    assert kept[1].decision.until == date(2026, 11, 3)
    assert kept[1].decision.rung == FIRST


def test_a_formal_message_in_another_currency_delays_nothing():
    both = [candidate(1, FORMAL), candidate(2, currency_id=9)]
    assert alone_on_its_day(both, DAY) == both


ORDER_X = (*ACCOUNTS, ("email", "order", "x@example.com", 5))
ORDER_Y = (*ACCOUNTS, ("email", "order", "y@example.com", 6))
TO_ORDER, TO_BOTH = replace(FIRST, recipient="order"), replace(FIRST, recipient="accounts_order")


def sent_to(notices):
    return {notice.recipient: [line.item_id for line in notice.lines] for notice in notices}


def test_each_person_on_an_order_gets_a_message_about_its_own_invoices_only():
    found = [
        candidate(1, TO_ORDER, recipients=ORDER_X),
        candidate(2, TO_ORDER, recipients=ORDER_Y),
        candidate(3, TO_ORDER, recipients=ORDER_X),
    ]
    assert sent_to(plan(found, DAY)) == {"x@example.com": [1, 3], "y@example.com": [2]}


def test_an_invoice_without_a_person_on_the_order_goes_to_accounts():
    found = [candidate(1, TO_ORDER, recipients=ORDER_X), candidate(2, TO_ORDER)]
    assert sent_to(plan(found, DAY)) == {"x@example.com": [1], "a@example.com": [2]}


def test_what_else_is_open_is_listed_for_who_may_see_it():
    waits = candidate(2, code="not_yet", recipients=ORDER_Y)
    own = candidate(3, code="not_yet", recipients=ORDER_X)
    found = [candidate(1, TO_BOTH, recipients=ORDER_X), waits, own]
    assert sent_to(plan(found, DAY)) == {"x@example.com": [1, 3], "a@example.com": [1, 2, 3]}


def test_accounts_who_are_the_person_on_the_order_get_one_message():
    same = (*ACCOUNTS, ("email", "order", "a@example.com", 5))
    found = [candidate(1, TO_BOTH, recipients=same), candidate(2, TO_ORDER, recipients=same)]
    (notice,) = plan(found, DAY)
    assert notice.partner_id == 1


def test_each_reader_gets_its_own_language():
    found = [candidate(1, TO_BOTH, recipients=ORDER_X, langs=((5, "de_DE"),))]
    assert {each.recipient: each.lang for each in plan(found, DAY)} == {
        "a@example.com": "nl_NL",
        "x@example.com": "de_DE",
    }
