"""Which cases go to an office by themselves."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.automatic import GOES, LATER, STAYS, WAITS, Found, outcome
from rules.handover import ASK, GO, KEPT, WARNED

READY = Found(GO, amount=Decimal(500))
MOST = Decimal(1000)


def test_what_passes_every_check_goes():
    assert outcome(READY, MOST, 1) == (GOES, "")


def test_without_a_limit_any_amount_in_any_currency_goes():
    assert outcome(replace(READY, amount=Decimal(10**6)), None, 1)[0] == GOES
    assert outcome(replace(READY, amount=None), None, 1)[0] == GOES


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"verdict": ASK}, "asked"),
        ({"wrote": True}, "wrote"),
        ({"natural": True}, "natural"),
        ({"by_itself": False}, "policy"),
        ({"verdict": WARNED}, "warned"),
        ({"amount": None}, "currency"),
        ({"amount": Decimal("1000.01")}, "amount"),
    ],
)
def test_what_leaves_something_to_read_waits_for_a_person(values, reason):
    assert outcome(replace(READY, **values), MOST, 1) == (WAITS, reason)


@pytest.mark.parametrize(
    ("values", "reason"), [({"held": True}, "held"), ({"verdict": KEPT}, "kept")]
)
def test_what_is_held_or_kept_back_is_not_even_proposed(values, reason):
    assert outcome(replace(READY, **values, natural=True, wrote=True), MOST, 1) == (STAYS, reason)


def test_beyond_the_limit_of_a_day_it_goes_later():
    assert outcome(READY, MOST, 0) == (LATER, "limit")


def test_the_highest_amount_itself_goes():
    assert outcome(replace(READY, amount=MOST), MOST, 1)[0] == GOES


@given(
    st.builds(
        Found,
        verdict=st.sampled_from([GO, WARNED, ASK, KEPT]),
        held=st.booleans(),
        wrote=st.booleans(),
        natural=st.booleans(),
        by_itself=st.booleans(),
        amount=st.none() | st.decimals(0, 5000, places=2),
    ),
    st.none() | st.decimals(0, 5000, places=2),
    st.integers(0, 3),
)
def test_nothing_goes_by_itself_that_leaves_anything_to_a_person(found, most, left):
    what, reason = outcome(found, most, left)
    clean = found.verdict == GO and not (found.held or found.wrote or found.natural)
    if what == GOES:
        assert clean
        assert found.by_itself
        assert left > 0
        assert most is None or found.amount <= most
    else:
        assert reason
