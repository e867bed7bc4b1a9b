"""Messages that may be about health or family are pointed out to a person."""

import pytest

from rules.sensitive import hint


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Ik lig in het ziekenhuis.", "health"),
        ("My wife was diagnosed with cancer", "health"),
        ("Ich bin krank", "health"),
        ("Nous sommes en plein divorce", "family"),
        ("Mijn man is overleden.", "family"),
        ("ECHTSCHEIDING", "family"),
    ],
)
def test_words_of_health_and_family_are_found(text, kind):
    assert hint(text) == kind


@pytest.mark.parametrize("text", ["", "Where is the invoice?", "Onze muziek staat op de rekening"])
def test_other_words_say_nothing(text):
    assert hint(text) == ""
