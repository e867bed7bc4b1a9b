"""What messages with a part in law are about, and what they ask or announce."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from rules.decide import Decision
from rules.decision import Step
from rules.facts import ItemFacts, Rung
from rules.gather import Bar, gather
from rules.law.costs import Creditor
from rules.law.read import read_folder
from rules.law.standing import Standing
from rules.plan import Candidate, plan

DAY = date(2026, 11, 2)
TABLES = read_folder()
NOTICE = Rung(4, 24, phase="notice", notice="nl_14_day", channels=("email", "letter"))
DEMAND = Rung(4, 20, phase="notice", announces=True, term_days=7)
CLAIM = Rung(5, 45, phase="collection", asks="costs_interest", term_days=5)
CONSUMER = Standing(
    "NL",
    "EUR",
    "consumer",
    default_after=date(2026, 10, 15),
    needs_notice="nl_14_day",
    notices=frozenset(["nl_14_day"]),
)
BUSINESS = Standing("NL", "EUR", "business", default_after=date(2026, 10, 1))
ACCOUNTS = (("email", "accounts", "a@example.com", 1),)


def bar(**changes):
    known = {
        "tables": TABLES,
        "creditor": Creditor(),
        "currency_id": 1,
        "interest": lambda item_ids, day: Decimal("1.50") * len(item_ids),
        "costs": lambda item_ids: Decimal(0),
        "fees": lambda debtor_id: 0,
        "proven": set,
    }
    return Bar(**{**known, **changes})


def candidate(item_id, rung, amount="100.00", code="due", law=CONSUMER, **changes):
    facts = ItemFacts(
        item_id, date(2026, 10, 1), Decimal(amount), debtor_total=Decimal(amount), law=law
    )
    action = "send" if code == "due" else "wait"
    decision = Decision(action, code, rung, channels=("email",))
    base = Candidate(facts, decision, 1, 1, 1, 1, ACCOUNTS, "nl_NL")
    return replace(base, **changes)


def one(candidates, **changes):
    (notice,) = plan(gather(candidates, DAY, bar(**changes)), DAY)
    return notice


def test_a_notice_announces_exact_costs_on_all_it_is_about():
    notice = one([candidate(1, NOTICE, "300.00"), candidate(2, NOTICE, "209.10")])
    assert notice.asked.announced == Decimal("76.37")
    assert [(share.item_id, share.amount) for share in notice.asked.shares] == [
        (1, Decimal("45.00")),
        (2, Decimal("31.37")),
    ]
    assert notice.total == Decimal("509.10")  # it is free itself
    assert notice.asked.pay_by == date(2026, 11, 16)


def test_every_claimable_item_of_the_debtor_goes_along_with_its_notice():
    others = [
        candidate(2, Rung(2, 5), code="not_yet"),
        candidate(3, Rung(3, 14), code="debtor_gap"),
        candidate(4, Rung(3, 14)),
    ]
    notice = one([candidate(1, NOTICE), *others])
    assert sorted((line.item_id, line.position) for line in notice.lines) == [
        (1, 4),
        (2, 4),
        (3, 4),
        (4, 4),
    ]
    assert notice.asked.announced == Decimal("60.00")


@pytest.mark.parametrize(
    "other",
    [
        candidate(2, Rung(3, 14), code="hold"),
        candidate(2, Rung(3, 14), code="money_under_way"),
        candidate(2, Rung(3, 14), code="term"),
        candidate(2, Rung(5, 45), code="not_yet"),
        candidate(2, Rung(3, 14), code="not_yet", law=replace(CONSUMER, default_after=None)),
        candidate(2, Rung(3, 14), code="not_yet", law=replace(CONSUMER, default_after=DAY)),
        candidate(2, Rung(3, 14), code="not_yet", law=BUSINESS),
        candidate(2, Rung(3, 14), code="not_yet", debtor_id=9),
        candidate(2, Rung(3, 14), code="not_yet", revision_id=9),
    ],
)
def test_what_can_not_be_claimed_stays_out_of_a_notice(other):
    notice = one([candidate(1, NOTICE), other])
    assert [line.item_id for line in notice.lines if line.position] == [1]


def test_a_notice_is_one_for_all_where_each_invoice_has_a_message_of_its_own():
    notice = one([candidate(1, NOTICE, per_invoice=True), candidate(2, NOTICE, per_invoice=True)])
    assert len(notice.lines) == 2


def test_what_goes_along_says_so_in_its_trace():
    other = candidate(2, Rung(3, 14), code="not_yet")
    decision = replace(other.decision, trace=(Step("open", True), Step("not_yet", False)))
    found = gather([candidate(1, NOTICE), replace(other, decision=decision)], DAY, bar())
    assert found[1].decision.trace == (Step("open", True), Step("along", True))


def test_costs_are_raised_by_tax_only_where_the_creditor_says_so():
    raised = Creditor(can_deduct=False, pays_collector=True, declared=True)
    assert one([candidate(1, NOTICE)], creditor=raised).asked.announced == Decimal("48.40")
    assert one([candidate(1, NOTICE)]).asked.announced == Decimal("40.00")


def test_a_small_notice_goes_by_mail_alone_to_an_address_in_use():
    rung = replace(NOTICE, alone_below=Decimal(100))
    small, large = candidate(1, rung, "99.99"), candidate(1, rung, "100.00")
    assert one([small], proven=lambda ids: set(ids)).asked.announced == Decimal("40.00")
    for refused, proven in ((small, set()), (large, {1})):
        (found,) = gather([refused], DAY, bar(proven=lambda ids, proven=proven: proven))
        assert (found.decision.action, found.decision.code) == ("blocked", "letter")
    letter = replace(large, facts=replace(large.facts, reachable=frozenset(["letter"])))
    assert one([letter]).asked.announced == Decimal("40.00")


def test_a_second_fee_on_a_continuing_contract_is_held():
    rent = candidate(1, NOTICE, law=replace(CONSUMER, claim="rent"))
    (found,) = gather([rent], DAY, bar(fees=lambda debtor_id: 1))
    assert (found.decision.action, found.decision.code) == ("blocked", "held")
    assert one([rent]).asked.announced == Decimal("40.00")


def test_a_business_is_told_the_larger_of_the_scale_and_40_each():
    three = [candidate(n, DEMAND, "50.00", law=BUSINESS) for n in (1, 2, 3)]
    assert one(three).asked.announced == Decimal("120.00")
    assert one([candidate(1, DEMAND, "2000.00", law=BUSINESS)]).asked.announced == Decimal("300.00")


def test_who_is_owed_a_notice_is_told_no_costs_by_another_message():
    trader = replace(CONSUMER, trade=True)
    notice = one([candidate(1, DEMAND, law=trader)])
    assert (notice.asked.announced, notice.total) == (0, Decimal("100.00"))


def test_an_agreed_scale_replaces_the_statutory_one_for_a_business():
    agreed = replace(BUSINESS, scale=(Decimal(10), Decimal(25)))
    notice = one([candidate(1, DEMAND, "1000.00", law=agreed)])
    assert notice.asked.announced == Decimal("100.00")


def test_without_a_law_the_invoices_alone_are_claimed():
    unknown = replace(BUSINESS, jurisdiction="")
    notice = one([candidate(1, DEMAND, law=unknown)])
    assert notice.asked.announced == 0
    assert notice.asked.held
    assert notice.total == Decimal("100.00")


def test_who_claims_no_costs_announces_none():
    notice = one([candidate(1, DEMAND, law=replace(BUSINESS, may_claim_costs=False))])
    assert (notice.asked.announced, notice.asked.held) == (0, None)


def test_a_demand_asks_for_what_was_claimed_and_interest_through_its_day():
    seen = []

    def interest(item_ids, day):
        seen.append((item_ids, day))
        return Decimal("2.10")

    notice = one(
        [candidate(1, CLAIM, law=BUSINESS)],
        costs=lambda item_ids: Decimal("40.00"),
        interest=interest,
    )
    assert (notice.principal, notice.total) == (Decimal("100.00"), Decimal("142.10"))
    assert seen == [([1], DAY + timedelta(days=5))]


def test_a_fee_is_claimed_from_businesses_in_company_currency_only():
    rung = replace(CLAIM, asks="", fee=Decimal("7.50"))
    notice = one([candidate(1, rung, law=BUSINESS)])
    assert (notice.asked.fee, notice.total) == (Decimal("7.50"), Decimal("107.50"))
    for other in (
        candidate(1, rung, law=replace(CONSUMER, needs_notice="")),
        candidate(1, rung, law=replace(BUSINESS, may_claim_costs=False)),
        candidate(1, rung, law=replace(BUSINESS, jurisdiction="")),
        candidate(1, rung, law=BUSINESS, currency_id=2),
    ):
        assert one([other]).total == Decimal("100.00")


def test_no_interest_where_the_company_claims_none():
    quiet = replace(BUSINESS, may_claim_interest=False)
    assert one([candidate(1, CLAIM, law=quiet)]).asked.interest == 0


def test_items_under_different_rules_get_messages_of_their_own():
    private = candidate(1, DEMAND, law=replace(CONSUMER, needs_notice=""))
    found = plan(gather([private, candidate(2, DEMAND, law=BUSINESS)], DAY, bar()), DAY)
    assert [len(notice.lines) for notice in found] == [1, 1]


def test_what_costs_are_decides_the_fingerprint():
    prints = {
        one([candidate(1, CLAIM, law=BUSINESS)], costs=lambda ids, c=c: Decimal(c)).fingerprint()
        for c in (0, 40)
    }
    assert len(prints) == 2


def claim_before(next_on, amount="100.00"):
    """A demand with five days, to somebody for whom the next step has its day."""
    demand = candidate(1, CLAIM, amount, law=BUSINESS)
    channels = ("email", "letter")
    decision = replace(demand.decision, channels=channels, next_on=next_on)
    accounts = (*ACCOUNTS, ("letter", "accounts", "Street 1", 1))
    (found,) = gather([replace(demand, decision=decision, recipients=accounts)], DAY, bar())
    return found.asked


def test_a_demand_gives_its_days_where_what_follows_has_no_day():
    asked = claim_before(None)
    # A letter takes four days, then there are five to pay.
    assert (asked.pay_by, asked.cut) == (DAY + timedelta(days=9), False)


def test_a_demand_names_a_day_before_what_follows():
    asked = claim_before(DAY + timedelta(days=7))
    assert (asked.pay_by, asked.cut) == (DAY + timedelta(days=6), True)


def test_a_demand_names_no_day_on_which_its_letter_is_not_there():
    assert claim_before(DAY + timedelta(days=2)).pay_by == DAY + timedelta(days=5)


def test_a_day_that_is_far_away_makes_no_term_longer():
    asked = claim_before(DAY + timedelta(days=30))
    assert (asked.pay_by, asked.cut) == (DAY + timedelta(days=9), False)
