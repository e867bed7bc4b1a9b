"""What debtors read is translated into every language that is shipped, and translated well."""

import re
from collections import Counter
from functools import cache
from pathlib import Path

import polib
import pytest

from rules.readability import readability
from tests_pure.debtor_texts import (
    FOR_COLLEAGUES,
    LANGUAGES,
    ONLY_COLLEAGUES,
    SOURCES,
    matches,
    reaches_debtors,
    source,
)

CHECKOUT = Path(__file__).resolve().parent.parent
ADDONS = sorted(path.parent.parent.name for path in CHECKOUT.glob("payt_*/i18n/*.pot"))
#: What is filled in, and the elements of a text; never what stands between them.
FILLED_IN = re.compile(r"%\(\w+\)[sd]|%[sd%]|\{+\w+\}+|</?\w+(?:\s[^<>]*)?/?>")
#: Whole texts that are sent: levels, what closes a message, ready replies.
SENT = ("model:dunning.level,text:", "model:dunning.policy,closing:", "model:dunning.reply,body:")
#: From 0 (hard) to 100 (easy); "fairly hard" ends here.
PLAIN = 50
#: What of an element is a text itself.
WORDED = re.compile(r'\b(title|aria-label|alt|placeholder)="[^"]*"')
#: What a company calls an invoice: a translation may say so where the English needs no word.
CALLED = {"{invoice}", "{invoices}"}
#: In French a space stands before these, at which no line may end.
PLAIN_SPACE = re.compile(r"(?:^| )[:;?!»]|« ")
#: “vous ne devez pas” forbids in France and allows in Belgium.
FORBIDS = re.compile(r"ne dev(?:ez|rez|iez) (?:donc )?(?:pas|rien)\b", re.IGNORECASE)


@cache
def texts(addon, name):
    """The entries of a file of texts of an add-on."""
    return polib.pofile(CHECKOUT / addon / "i18n" / name)


def sources(entry, addon):
    return [source(place, addon) for place, _line in entry.occurrences]


def filled_in(text):
    """What a text fills in, and its elements, each with how often it stands there."""
    return Counter(FILLED_IN.findall(WORDED.sub(r"\1", text)))


def for_debtors(addon):
    """The texts of an add-on that debtors read."""
    return {
        entry.msgid
        for entry in texts(addon, f"{addon}.pot")
        if reaches_debtors(entry.msgid, sources(entry, addon))
    }


def test_every_add_on_is_looked_at():
    shipped = sorted(path.parent.name for path in CHECKOUT.glob("payt_*/__manifest__.py"))
    with_texts = [name for name in shipped if (CHECKOUT / name / "i18n").is_dir()]
    assert with_texts == ADDONS
    assert len(for_debtors("payt_dunning")) > 900


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("addon", ADDONS)
def test_every_text_for_debtors_is_translated(addon, language):
    translated = {entry.msgid for entry in texts(addon, f"{language}.po") if entry.msgstr.strip()}
    assert not sorted(for_debtors(addon) - translated)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("addon", ADDONS)
def test_no_translation_is_empty_or_unsure_or_of_a_text_that_is_gone(addon, language):
    known = {entry.msgid for entry in texts(addon, f"{addon}.pot")}
    found = [
        entry.msgid
        for entry in texts(addon, f"{language}.po")
        if not entry.msgstr.strip() or entry.fuzzy or entry.obsolete or entry.msgid not in known
    ]
    assert not found


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("addon", ADDONS)
def test_a_translation_fills_in_what_its_text_fills_in(addon, language):
    found = []
    for entry in texts(addon, f"{language}.po"):
        wanted, there = filled_in(entry.msgid), filled_in(entry.msgstr)
        if wanted - there or set(there - wanted) - CALLED:
            found.append((entry.msgid, entry.msgstr))
    assert not found


@pytest.mark.parametrize("addon", ADDONS)
def test_german_and_french_have_the_same_texts(addon):
    german, french = (
        {entry.msgid for entry in texts(addon, f"{language}.po")} for language in ("de", "fr")
    )
    assert german == french


@pytest.mark.parametrize("addon", ADDONS)
def test_no_line_of_french_ends_before_its_punctuation(addon):
    found = [entry.msgstr for entry in texts(addon, "fr.po") if PLAIN_SPACE.search(entry.msgstr)]
    assert not found


@pytest.mark.parametrize("addon", ADDONS)
def test_french_never_forbids_to_pay_what_need_not_be_paid(addon):
    found = [entry.msgstr for entry in texts(addon, "fr.po") if FORBIDS.search(entry.msgstr)]
    assert not found


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_shipped_to_be_sent_reads_easily(language):
    scores = [
        (readability(entry.msgstr, language).score, entry.msgstr)
        for entry in texts("payt_dunning", f"{language}.po")
        if any(place.startswith(SENT) for place in sources(entry, "payt_dunning"))
    ]
    assert len(scores) > 30
    assert not [text for score, text in scores if score is None or score < PLAIN]


def test_what_is_listed_for_colleagues_still_stands_where_debtors_are_written_to():
    beside = {
        entry.msgid
        for addon in ADDONS
        for entry in texts(addon, f"{addon}.pot")
        if any(matches(place) for place in sources(entry, addon))
    }
    assert not sorted(FOR_COLLEAGUES - beside)


def test_every_place_that_is_listed_has_texts():
    places = {
        place
        for addon in ADDONS
        for entry in texts(addon, f"{addon}.pot")
        for place in sources(entry, addon)
    }
    empty = [each for each in SOURCES if not any(matches(place, (each,)) for place in places)]
    assert not empty
    assert set(ONLY_COLLEAGUES) <= places
