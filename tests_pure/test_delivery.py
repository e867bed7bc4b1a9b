"""What becomes of a package is judged by the office's answer, never by hope."""

import json
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.delivery import LONGEST, WAITS, Answer, judge, judge_lookup, next_try, read_receipt

OURS = "ab" * 32
NOW = datetime(2026, 3, 2, 12)


def receipt(**values):
    return json.dumps({"reference": "2026.118", "sha256": OURS, **values}).encode()


@pytest.mark.parametrize("status", [200, 201, 202])
def test_a_receipt_with_our_hash_means_that_it_was_taken(status):
    found = judge(Answer(status, body=receipt()), OURS)
    assert (found.kind, found.receipt.reference) == ("taken", "2026.118")


@pytest.mark.parametrize(
    "body",
    [receipt(sha256="cd" * 32), receipt(sha256=None), b"", b"OK", b"[]", b"[" * 100_000, b"\xff"],
)
def test_without_our_hash_it_was_not_taken_whatever_the_status(body):
    found = judge(Answer(201, body=body), OURS)
    assert (found.kind, found.code) == ("refused", "receipt")


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (301, "settings"),
        (307, "settings"),
        (400, "refused"),
        (401, "settings"),
        (403, "settings"),
        (404, "settings"),
        (408, "later"),
        (409, "look_up"),
        (410, "settings"),
        (413, "refused"),
        (415, "refused"),
        (422, "refused"),
        (425, "later"),
        (429, "later"),
        (500, "later"),
        (503, "later"),
        (599, "later"),
        (100, "later"),
    ],
)
def test_each_other_status_has_its_reaction(status, kind):
    assert judge(Answer(status), OURS).kind == kind


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("connect", "later"),
        ("tls", "settings"),
        ("address", "settings"),
        ("cut", "look_up"),
        ("timeout", "look_up"),
        ("too_large", "look_up"),
    ],
)
def test_what_may_have_arrived_is_looked_up_and_not_sent_blindly(fault, kind):
    assert judge(Answer(fault=fault), OURS).kind == kind


def test_what_the_office_does_not_have_may_be_sent_again():
    assert judge_lookup(Answer(404), OURS).kind == "later"


@pytest.mark.parametrize("answer", [Answer(503), Answer(fault="connect"), Answer(fault="timeout")])
def test_while_nobody_knows_it_is_looked_up_again(answer):
    assert judge_lookup(answer, OURS).kind == "look_up"


def test_what_the_office_has_was_taken():
    assert judge_lookup(Answer(200, body=receipt()), OURS).kind == "taken"
    assert judge_lookup(Answer(200, body=receipt(sha256="0")), OURS).code == "receipt"


def test_the_receipt_of_another_revision_says_that_this_one_is_not_there():
    found = judge_lookup(Answer(200, body=receipt(sha256="cd" * 32)), OURS)
    assert (found.kind, found.code) == ("later", "not_there")


def test_a_day_beyond_the_calendar_is_no_time_to_wait_for():
    asked = "Fri, 31 Dec 9999 23:59:59 -1400"
    assert next_try(1, NOW, asked) == NOW + timedelta(minutes=5)


def test_what_the_office_says_is_one_line_of_text():
    body = json.dumps({"message": "No\nroom\x00\u202e" + "!" * 9000}).encode()
    words = judge(Answer(422, body=body), OURS).words
    assert words.startswith("No room!")
    assert len(words) == 140


@pytest.mark.parametrize("reference", [["x"], {"a": 1}, True, None, 1.5])
def test_a_reference_that_is_no_text_is_none(reference):
    assert read_receipt(receipt(reference=reference)).reference == ""


def test_it_is_tried_seven_times_within_two_days_and_then_no_more():
    waits = [next_try(tries, NOW) - NOW for tries in range(1, 7)]
    assert tuple(waits) == WAITS
    assert next_try(7, NOW) is None


def test_an_office_may_ask_for_more_time_but_not_for_less():
    assert next_try(1, NOW, "3600") == NOW + timedelta(hours=1)
    assert next_try(3, NOW, "1") == NOW + timedelta(hours=1)
    assert next_try(1, NOW, "Mon, 02 Mar 2026 13:00:00 GMT") == NOW + timedelta(hours=1)


@given(st.integers(1, 6), st.text(max_size=40))
def test_nobody_makes_us_wait_longer_than_a_day(tries, asked):
    assert NOW < next_try(tries, NOW, asked) <= NOW + LONGEST


@given(st.integers(0, 999), st.binary(max_size=200))
def test_any_answer_means_something(status, body):
    assert judge(Answer(status, body=body), OURS).kind in (
        "later",
        "refused",
        "settings",
        "look_up",
        "taken",
    )
