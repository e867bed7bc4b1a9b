"""What somebody wrote in a mail, without what it quotes."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.own_words import own_words


@pytest.mark.parametrize(
    "body",
    [
        "<p>When do you deliver?</p><blockquote>You owe us 100</blockquote>",
        '<div>When do you deliver?</div><div class="gmail_quote">On Monday we wrote</div>',
        "<div>When do you deliver?</div><div data-o-mail-quote='1'>You owe us</div>",
        "<pre>When do you deliver?\n\nOp ma 2 nov 2026 om 10:00 schreef Molen:\n> U bent</pre>",
        "<pre>When do you deliver?\n\nAm 02.11.2026 um 10:00 schrieb Molen:\nSie haben</pre>",
        "<p>When do you deliver?</p><p>-----Original Message-----</p><p>You owe us</p>",
        "<p>When do you deliver?</p><hr><div id='divRplyFwdMsg'>From: Molen</div>",
        "<style>p {color: red}</style><p>When do you deliver?</p><script>alert(1)</script>",
        "<!-- hidden --><p>When do you deliver?</p>",
        "When do you deliver?",
    ],
)
def test_what_is_quoted_is_left_out(body):
    assert own_words(body) == "When do you deliver?"


def test_lines_and_paragraphs_stay_apart():
    assert own_words("<p>One</p><p>Two<br>Three</p>") == "One\n\nTwo\nThree"


def test_who_answers_within_the_quotation_is_not_lost():
    assert "yes, tomorrow" in own_words("<blockquote>Will you pay? yes, tomorrow</blockquote>")


def test_nothing_is_nothing():
    assert own_words("") == own_words(None) == own_words("  ") == ""


@given(st.text())
def test_any_text_gives_a_text(text):
    assert isinstance(own_words(text), str)


def test_deeply_nested_mail_is_read_without_end():
    started = time.monotonic()
    assert own_words("<div>" * 20_000 + "deep" + "</div>" * 20_000) is not None
    assert time.monotonic() - started < 20, "no run-away"
