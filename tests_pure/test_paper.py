"""Messages on paper, and the order of a pile of letters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.paper import on_paper, stacked

PAGE = "https://claim-page.invalid/"


def words(body):
    return on_paper(body, PAGE)[0]


@pytest.mark.parametrize("name", ["mail-head", "mail-foot", "mail-button", "mail-only"])
def test_what_only_works_on_a_screen_is_left_out(name):
    found = words(f'<div><p class="x {name}"><a href="{PAGE}">Pay now</a></p><p>Stay</p></div>')
    assert "Pay now" not in found
    assert "Stay" in found


def test_a_link_to_the_page_is_its_words_alone():
    found = words(f'<td><a href="{PAGE}17">INV/1</a></td>')
    assert "INV/1" in found
    assert "claim-page" not in found
    assert "<a" not in found


def test_any_other_link_says_where_it_leads():
    assert "our terms (example.com/terms)" in words(
        '<p><a href="https://www.example.com/terms">our terms</a></p>'
    )
    assert "<b>our</b> (example.com)" in words(
        '<p><a href="https://example.com/"><b>our</b></a></p>'
    )


@pytest.mark.parametrize("address", ["https://example.com", "mailto:a@b.example", "tel:+31"])
def test_a_link_whose_words_say_it_is_not_said_twice(address):
    found = words(f'<p><a href="{address}">example.com</a></p>')
    assert "(" not in found


def test_how_to_transfer_is_given_apart():
    body, transfer = on_paper(
        '<p>Text</p><p class="mail-transfer">How?</p><table class="mail-transfer"><tr><td>NL91'
        "</td></tr></table><p>End</p>",
        PAGE,
    )
    assert "NL91" not in body
    assert "How?" not in body
    assert "End" in body
    assert "NL91" in transfer
    assert "End" not in transfer


def test_sizes_and_colours_of_a_screen_are_left_out_and_what_means_something_stays():
    found = words(
        '<p class="x" style="font-size:13px;text-align:right;color:#5f6368;font-weight:600">x</p>'
        '<p style="padding:6px">y</p>'
    )
    assert "style" not in found
    assert 'class="x paper-right paper-bold"' in found
    assert "<p>y</p>" in found


def test_pictures_that_would_have_to_be_fetched_are_left_out():
    found = words('<p><img src="https://x.example/p.png"><img src="data:image/png;base64,AA"></p>')
    assert "x.example" not in found
    assert "base64" in found


@pytest.mark.parametrize("body", ["", None, "plain", "<p>un<b>closed"])
def test_any_body_can_be_printed(body):
    on_paper(body, PAGE)


def test_letters_lie_by_country_and_postcode_with_our_own_first():
    letters = [
        (1, 1, "DE", "10115"),
        (2, 1, "NL", "9711 AA"),
        (3, 1, "BE", "1000"),
        (4, 1, "", "1011ab"),
        (5, 1, "NL", "1011 AC"),
    ]
    assert [each.key for each in stacked(letters, "NL", False)] == [4, 5, 2, 3, 1]


def test_the_first_page_of_each_letter_is_counted():
    placed = stacked([(1, 2, "NL", "1"), (2, 1, "NL", "2"), (3, 3, "NL", "3")], "NL", False)
    assert [each.page for each in placed] == [1, 3, 4]
    assert [each.number for each in placed] == [1, 2, 3]


@given(st.lists(st.integers(1, 7), max_size=20))
def test_on_both_sides_each_letter_begins_on_an_odd_page(pages):
    letters = [(key, count, "NL", str(key)) for key, count in enumerate(pages)]
    placed = stacked(letters, "NL", True)
    assert all(each.page % 2 == 1 for each in placed)
    counts = dict(enumerate(pages))
    following = [each.page for each in placed[1:]]
    ends = [each.page + counts[each.key] + each.blank for each in placed]
    assert following == ends[:-1]
