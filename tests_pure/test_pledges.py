"""How far invoices are pledged, and what their financier is told."""

from decimal import Decimal as D

from hypothesis import given
from hypothesis import strategies as st

from rules.pledges import (
    Change,
    Offer,
    Share,
    Standing,
    advance,
    as_plain,
    changes,
    fit,
    from_plain,
    lessened,
)

CENT, ZERO = D("0.01"), D(0)
money = st.integers(0, 1_000_000).map(lambda cents: D(cents) / 100)
percents = st.integers(1, 100).map(D)
standings = st.builds(
    Standing,
    paid=money,
    credited=money,
    written_off=money,
    disputed=money,
    plan=st.sampled_from(["", "P1", "P2"]),
    case=st.sampled_from(["", "C1"]),
)


def kinds(found):
    return [change.kind for change in found]


def test_an_advance_is_never_more_than_its_percentage():
    assert advance(D("33.33"), D(80), CENT) == D("26.66")


def test_the_invoice_that_exceeds_the_room_counts_in_part_and_the_next_not_at_all():
    offers = [Offer(1, D(100)), Offer(2, D(100)), Offer(3, D(10))]
    assert fit(offers, D(80), CENT, D(120)) == {
        1: Share(D(100), D(80)),
        2: Share(D(50), D(40)),
    }


def test_without_bounds_all_of_it_is_asked():
    assert fit([Offer(1, D(100))], D(80), CENT) == {1: Share(D(100), D(80))}


def test_no_room_is_no_draw():
    assert fit([Offer(1, D(100))], D(80), CENT, D(0)) == {}
    assert fit([Offer(1, D(100))], D(80), CENT, D(-5)) == {}


def test_steps_of_the_currency_are_kept():
    assert fit([Offer(1, D(101))], D(50), D(1), D("30.9")) == {1: Share(D(60), D(30))}


@given(st.lists(money, max_size=20), percents, money)
def test_what_is_asked_never_exceeds_the_room_or_what_counts(amounts, percent, room):
    offers = [Offer(number, amount) for number, amount in enumerate(amounts)]
    found = fit(offers, percent, CENT, room)
    assert sum(share.advance for share in found.values()) <= room
    for key, share in found.items():
        assert share.advance > ZERO
        assert ZERO < share.amount <= offers[key].counts
        assert share.advance <= share.amount * percent / 100


def test_what_was_paid_meanwhile_lessens_a_share_and_nothing_raises_it():
    share = Share(D(100), D(80))
    assert lessened(share, D(60), D(80), CENT) == Share(D(60), D(48))
    assert lessened(share, D(500), D(80), CENT) == share
    assert lessened(share, D(-1), D(80), CENT) == Share(D(0), D(0))


def test_each_thing_that_is_taken_off_is_told_with_its_amount():
    now = Standing(paid=D(30), credited=D(20), written_off=D(1))
    assert changes(Standing(paid=D(10)), now) == (
        Change("paid", D(20)),
        Change("credited", D(20)),
        Change("written_off", D(1)),
    )


def test_a_payment_that_is_taken_back_after_it_was_told_is_open_again():
    assert changes(Standing(paid=D(100)), Standing()) == (Change("reopened", D(100)),)


def test_a_payment_that_was_really_another_invoices_credit_is_both():
    found = changes(Standing(paid=D(100)), Standing(credited=D(100)))
    assert found == (Change("credited", D(100)), Change("reopened", D(100)))


def test_a_dispute_is_told_when_it_begins_grows_and_ends():
    none, some, more = Standing(), Standing(disputed=D(10)), Standing(disputed=D(20))
    assert changes(none, some) == (Change("disputed", D(10)),)
    assert changes(some, more) == (Change("disputed", D(20)),)
    assert changes(more, some) == (Change("disputed", D(10)),)
    assert changes(some, none) == (Change("dispute_over", D(10)),)


def test_a_plan_and_a_case_are_told_when_they_begin_and_when_they_end_before_it_is_paid():
    plan = Standing(plan="P1", case="C1")
    assert kinds(changes(Standing(), plan)) == ["plan", "case"]
    assert kinds(changes(plan, Standing())) == ["plan_over", "case_over"]
    assert changes(plan, Standing(), still_open=False) == ()
    assert kinds(changes(plan, Standing(plan="P2", case="C1"))) == ["plan"]


@given(standings)
def test_what_was_told_is_not_told_again(now):
    assert changes(now, now) == ()


@given(standings, standings)
def test_amounts_of_changes_are_above_zero(told, now):
    for change in changes(told, now):
        assert change.amount > 0 or change.kind in ("plan", "plan_over", "case", "case_over")


@given(standings, standings)
def test_money_told_adds_up_to_what_the_ledger_has(told, now):
    signs = {"paid": 1, "credited": 1, "written_off": 1, "reopened": -1}
    sum_told = sum(signs.get(change.kind, 0) * change.amount for change in changes(told, now))
    assert sum_told == (now.paid + now.credited + now.written_off) - (
        told.paid + told.credited + told.written_off
    )


@given(standings)
def test_a_standing_comes_back_from_json(standing):
    assert from_plain(as_plain(standing)) == standing


def test_what_was_never_told_is_nothing():
    assert from_plain(None) == Standing()
