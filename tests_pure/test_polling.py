"""What the answer to the question for messages means."""

from datetime import datetime, timedelta

import pytest

from rules.delivery import Answer
from rules.polling import Polled, cursor_of, etag_of, judge_poll, next_poll, place

NOW = datetime(2026, 3, 2, 12)


def test_a_body_is_a_message_and_none_is_nothing_new():
    assert judge_poll(Answer(200, body=b"<x/>")).kind == "message"
    assert judge_poll(Answer(200)).kind == "nothing"


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (201, "later"),
        (202, "later"),
        (204, "nothing"),
        (205, "nothing"),
        (206, "later"),
        (301, "settings"),
        (302, "settings"),
        (304, "nothing"),
        (307, "settings"),
        (400, "refused"),
        (401, "settings"),
        (403, "settings"),
        (404, "refused"),
        (405, "refused"),
        (406, "refused"),
        (408, "later"),
        (409, "later"),
        (410, "refused"),
        (425, "later"),
        (429, "later"),
        (500, "later"),
        (503, "later"),
        (100, "later"),
    ],
)
def test_each_status_has_its_reaction(status, kind):
    assert judge_poll(Answer(status, body=b"x")).kind == kind


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("connect", "later"),
        ("cut", "later"),
        ("timeout", "later"),
        ("tls", "settings"),
        ("address", "settings"),
        ("too_large", "refused"),
    ],
)
def test_each_fault_has_its_reaction(fault, kind):
    assert judge_poll(Answer(fault=fault)).kind == kind


def test_a_cursor_is_quoted_into_the_address():
    assert place("") == "/feedback?after="
    assert place("a b&after=x/é#") == "/feedback?after=a%20b%26after%3Dx%2F%C3%A9%23"


def test_the_header_says_where_to_go_on_else_the_number_of_the_message():
    assert cursor_of(Answer(next_cursor=" c-2 "), "M-1") == "c-2"
    assert cursor_of(Answer(), "M-1") == "M-1"
    assert cursor_of(Answer(), "") == ""


@pytest.mark.parametrize("told", ["x" * 501, "é", "a\x00b", "a\nb"])
def test_what_is_no_cursor_is_none(told):
    assert cursor_of(Answer(next_cursor=told), "M-1") == "M-1"


def test_only_marks_go_back_as_marks():
    assert etag_of(Answer(etag='"abc"')) == '"abc"'
    assert etag_of(Answer(etag='W/"abc"')) == 'W/"abc"'
    for told in ("abc", '"a"b"', '"a\r\nX: y"', '"' + "x" * 300 + '"', "*"):
        assert etag_of(Answer(etag=told)) == ""


def test_it_is_asked_each_hour_and_each_day_where_there_is_nothing_for_us():
    assert next_poll(Polled("nothing"), NOW) == NOW + timedelta(minutes=55)
    assert next_poll(Polled("refused"), NOW) == NOW + timedelta(hours=23, minutes=55)


def test_an_office_that_asks_for_time_gets_it_up_to_a_day():
    assert next_poll(Polled("later", retry_after="60"), NOW) == NOW + timedelta(minutes=55)
    assert next_poll(Polled("later", retry_after="7200"), NOW) == NOW + timedelta(minutes=115)
    assert next_poll(Polled("later", retry_after="9" * 30), NOW) < NOW + timedelta(days=1)
