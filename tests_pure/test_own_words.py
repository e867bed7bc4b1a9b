"""What somebody wrote in a mail, without what it quotes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.own_words import own_words, typed_words, unquoted


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


def test_a_sentence_about_what_somebody_wrote_is_no_quotation():
    text = "Beste,\n\nOp 3 maart schreef u dat het klopt. Is dat zo?\nGroet"
    assert own_words(f"<pre>{text}</pre>") == text


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<html><frameset></frameset></html>", ""),
        ("<html xmlns='x'><head></head></html>", ""),
        ("<html><body>One</body><body> two</body></html>", "One two"),
        ("<!DOCTYPE html><html><head></head><body><p>One</p></body></html>", "One"),
        ("<?xml version='1.0' encoding='utf-8'?><p>One</p>", "One"),
        ("</div></div>One", "One"),
    ],
)
def test_what_odd_programs_send_is_read(body, text):
    assert own_words(body) == text


def test_of_what_was_typed_in_a_form_every_line_is_kept():
    body = "<p>Hi<br>&gt; 100 is paid</p><p>Op 3 maart schreef u:</p><blockquote>pay</blockquote>"
    assert typed_words(body) == "Hi\n> 100 is paid\n\nOp 3 maart schreef u:\npay"
    assert typed_words("<p>Hi</p><div data-o-mail-quote='1'>You owe us</div>") == "Hi"
    assert typed_words("<style>p {}</style>") == typed_words("") == typed_words(None) == ""


def test_nothing_is_nothing():
    assert own_words("") == own_words(None) == own_words("  ") == ""


@given(st.text())
def test_any_text_gives_a_text(text):
    assert isinstance(own_words(text), str)


def test_deeply_nested_mail_is_read_without_end():
    assert own_words("<div>" * 20_000 + "deep" + "</div>" * 20_000) is not None


def test_what_only_quotes_says_nothing_of_its_own():
    assert unquoted("<blockquote>I am ill</blockquote>") == ""
    assert unquoted("<p>We wait.</p><p>&gt; I am ill</p>") == "We wait."
