"""Whatever comes for a payment plan: no money is lost, none is made."""

from datetime import date, timedelta
from decimal import Decimal as D

from hypothesis import given
from hypothesis import strategies as st

from rules.instalment_standing import (
    Came,
    left_total,
    missed,
    owed_by,
    paid_total,
    spread,
    state_of,
)
from rules.instalments import by_count, due_dates, lessened

CENT = D("0.01")
FIRST = date(2026, 1, 1)


@st.composite
def stories(draw):
    """``(plan, money, arguments of spread)`` in whole steps of some currency."""
    step = draw(st.sampled_from([CENT, D(1), D("0.001")]))
    count = draw(st.integers(1, 15))
    total = draw(st.integers(count, 5_000)) * step
    every = draw(st.sampled_from(["month", "two_weeks", "week"]))
    first = FIRST + timedelta(draw(st.integers(0, 40)))
    plan = by_count(total, count, due_dates(first, count, every), step)
    one = st.builds(
        Came,
        st.integers(-40, 500).map(lambda days: FIRST + timedelta(days)),
        st.integers(0, 2_000).map(lambda units: units * step),
        st.integers(0, count + 1),
        st.booleans(),
    )
    money = draw(st.lists(one, max_size=15))
    return (
        plan,
        money,
        {
            "gone": draw(st.integers(0, 3_000)) * step,
            "waived": draw(st.integers(0, 500)) * step,
            "extra": draw(st.sampled_from(["end", "next"])),
            "tolerance": draw(st.integers(0, 100)) * step,
            "today": draw(st.none() | st.dates(FIRST, date(2027, 12, 31))),
        },
    )


def amount_of(rows):
    return sum((row.amount for row in rows), D(0))


@given(stories())
def test_money_is_neither_lost_nor_made(story):
    plan, money, given_ = story
    shares = spread(plan, money, **given_)
    wanted = sum(share.needed for share in shares)
    all_of_it = max(amount_of(plan) - given_["gone"] - given_["waived"], 0)
    assert all_of_it - given_["tolerance"] <= wanted <= all_of_it
    assert paid_total(shares) == min(amount_of(money), wanted)
    assert left_total(shares) == wanted - paid_total(shares)


@given(stories())
def test_no_share_is_below_zero_nor_above_what_it_needs(story):
    plan, money, given_ = story
    for share, each in zip(spread(plan, money, **given_), plan, strict=True):
        assert share[:3] == tuple(each)
        assert 0 <= share.received <= share.paid <= share.needed
        assert (share.paid_on is None) == (not share.complete or not share.paid)


@given(stories())
def test_one_payment_after_the_other_gives_the_same_as_all_at_once(story):
    plan, money, given_ = story
    money.sort(key=lambda each: each.day)
    given_["tolerance"] = D(0)
    before = D(0)
    for count in range(1, len(money) + 1):
        now = paid_total(spread(plan, money[:count], **given_))
        assert before <= now <= before + money[count - 1].amount
        before = now
    assert before == paid_total(spread(plan, money, **given_))


@given(stories())
def test_a_payment_of_one_day_in_two_parts_counts_as_one(story):
    plan, money, given_ = story
    parts = []
    for each in money:
        part = each.amount // 3
        parts += [each._replace(amount=part), each._replace(amount=each.amount - part)]
    assert spread(plan, parts, **given_) == spread(plan, money, **given_)


@given(stories())
def test_what_fell_away_and_what_was_paid_never_ask_for_more_than_the_total(story):
    plan, money, given_ = story
    shares = spread(plan, money, **given_)
    asked = paid_total(shares) + left_total(shares) + min(given_["gone"], amount_of(plan))
    assert asked <= amount_of(plan)


@given(stories())
def test_what_is_needed_is_the_lessened_schedule(story):
    plan, _money, given_ = story
    shares = spread(plan, [], gone=given_["gone"])
    left = [(share.number, share.needed) for share in shares if share.needed]
    assert left == [(each.number, each.amount) for each in lessened(plan, given_["gone"])]


@given(stories())
def test_nobody_who_paid_each_instalment_on_its_day_is_late(story):
    plan, _money, given_ = story
    money = [Came(each.due, each.amount) for each in plan]
    given_["gone"] = given_["waived"] = D(0)
    for share, each in zip(spread(plan, money, **given_), plan, strict=True):
        assert (share.paid, share.paid_on) == (each.amount, each.due)


@given(stories(), st.dates(FIRST, date(2027, 12, 31)))
def test_late_due_and_coming_is_all_that_is_left(story, today):
    plan, money, given_ = story
    shares = spread(plan, money, **given_)
    late = missed(shares, today, 3)
    states = [state_of(share, today, 3) for share in shares]
    assert [share for share in shares if share.left] == [
        share
        for share, state in zip(shares, states, strict=True)
        if state in ("late", "due", "coming")
    ]
    assert amount_of(late) >= 0 and all(share.due < today for share in late)
    assert owed_by(shares, today) == sum(
        (s.left for s, state in zip(shares, states, strict=True) if state in ("late", "due")), D(0)
    )
