"""In whatever order the messages of an office come, what counts in the end is the same."""

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from rules.feedback.sorting import Told, sort_out
from rules.feedback.values import Balance, Booking, CaseFeedback, Event, Status

FIRST = date(2026, 3, 1)
CODES = ("accepted", "demand", "judgment", "payment_plan", "received")


def message(number, code):
    """Return the message of a day: where the case stands, what happened, what was booked, what is owed."""
    day = FIRST + timedelta(days=number)
    due = Decimal(number)
    parts = (
        Status("amicable", code, day),
        Event(f"E-{number}", datetime(2026, 3, 1, tzinfo=timezone.utc), code),
        # The same thing is told in two messages, as offices do.
        Booking(f"B-{number // 2}", FIRST, "principal", Decimal(number // 2), "debtor"),
        Balance(day, due, Decimal(0), Decimal(0), due),
    )
    return CaseFeedback("d", "c", "r", parts)


def sent(number):
    return datetime(2026, 3, 1, 12, tzinfo=timezone.utc) + timedelta(days=number)


def apply(told, case, sent_at):
    """Return what was told after a message, and how often each of its things was applied."""
    for each in sort_out(case, told, sent_at):
        part = each.part
        if each.result != "new":
            continue
        if part.key:
            hashes = {**told.hashes, (part.KIND, part.key): part.content_hash}
            assert len(hashes) == len(told.hashes) + 1, "applied once"
            told = replace(told, hashes=hashes)
        elif isinstance(part, Status):
            told = replace(told, status=part, status_sent=sent_at)
        else:
            told = replace(told, balance=part)
    return told


def end(order, codes):
    told = Told()
    for number in order:
        told = apply(told, message(number, codes[number]), sent(number))
    return told


@st.composite
def orders(draw):
    """Draw codes of messages and two orders in which they come; some come again."""
    codes = draw(st.lists(st.sampled_from(CODES), min_size=1, max_size=7))
    every = list(range(len(codes)))
    again = draw(st.lists(st.sampled_from(every), max_size=3))
    return codes, draw(st.permutations(every + again)), draw(st.permutations(every))


@given(orders())
def test_whatever_the_order_the_same_counts_in_the_end(drawn):
    codes, one, other = drawn
    assert end(one, codes) == end(other, codes)


@given(orders())
def test_the_newest_message_decides_where_the_case_stands(drawn):
    codes, order, _other = drawn
    last = len(codes) - 1
    told = end(order, codes)
    assert (told.status.code, told.status_sent) == (codes[last], sent(last))
    assert told.balance.due == last


@given(orders())
def test_all_of_it_again_changes_nothing(drawn):
    codes, order, other = drawn
    told = end(order, codes)
    again = told
    for number in other:
        again = apply(again, message(number, codes[number]), sent(number))
    assert again == told
