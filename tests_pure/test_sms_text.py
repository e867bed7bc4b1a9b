"""How long a text message is, and what must not stand in one."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.sms_text import (
    ALONE,
    BASIC,
    EXTENSION,
    GSM,
    PART,
    UCS2,
    Fault,
    collection_words,
    faults,
    forcing,
    plain,
    size,
)

FINE = "{company}: er staat een bericht voor u klaar op {short_link}. Code {code}, pin {pin}."


def test_the_alphabet_has_all_its_characters():
    assert len(BASIC) == 127
    assert len(EXTENSION) == 10
    assert not BASIC & EXTENSION


@pytest.mark.parametrize(
    ("text", "encoding", "units", "parts", "room"),
    [
        ("", GSM, 0, 0, 160),
        (None, GSM, 0, 0, 160),
        ("a" * 160, GSM, 160, 1, 0),
        ("a" * 161, GSM, 161, 2, 145),
        ("a" * 306, GSM, 306, 2, 0),
        ("a" * 307, GSM, 307, 3, 152),
        ("€" * 80, GSM, 160, 1, 0),
        ("€" * 81, GSM, 162, 2, 143),
        ("ë" * 70, UCS2, 70, 1, 0),
        ("ë" * 71, UCS2, 71, 2, 63),
        ("ë" * 134, UCS2, 134, 2, 0),
        ("ë" * 135, UCS2, 135, 3, 66),
        ("😀" * 35, UCS2, 70, 1, 0),
        ("é ü ß Å Ω\n", GSM, 10, 1, 150),
        ("[^]{}~|\\\f", GSM, 18, 1, 142),
        ("[é]ë", UCS2, 4, 1, 66),
    ],
)
def test_a_text_takes_so_many_units_and_parts(text, encoding, units, parts, room):
    found = size(text)
    assert (found.encoding, found.units, found.parts, found.room) == (encoding, units, parts, room)


def test_no_character_is_torn_between_two_parts():
    assert size("a" * 152 + "€" + "a" * 151).parts == 2
    assert size("a" * 152 + "€" + "a" * 152).parts == 3
    assert size("ë" * 66 + "😀" + "ë" * 66).parts == 3


def test_the_characters_that_cost_more_are_named():
    assert size("Geïnd: één ’ën’ – 😀ï").forcing == ("ï", "’", "ë", "–", "😀")
    assert forcing("plain €") == ()


@given(st.text(max_size=600))
def test_parts_always_hold_the_whole_text(text):
    found = size(text)
    capacity = ALONE if found.parts <= 1 else PART
    least = found.parts and (found.parts - 1) * (PART[found.encoding] - 1)
    assert least <= found.units <= max(found.parts, 1) * capacity[found.encoding]
    assert 0 <= found.room <= capacity[found.encoding]
    assert (found.encoding == UCS2) == bool(found.forcing)


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("‘U’ en “wij” – of „sie“…", '\'U\' en "wij" - of "sie"...'),
        ("«\u202fvous\u202f»", '" vous "'),
        ("€\u00a012\u2009345", "€ 12 345"),
        ("on\u00adge\u200bdeeld", "ongedeeld"),
        ("l’e\u0301te\u0301", "l'été"),
        ("a\r\nb\u2028c", "a\nb\nc"),
        ("`a´", "'a'"),
        ("Zoë, François", "Zoë, François"),
        (None, ""),
    ],
)
def test_typographic_characters_become_plain_ones_and_letters_stay(typed, sent):
    assert plain(typed) == sent


@given(st.text())
def test_a_plain_text_stays_as_it_is(text):
    assert plain(plain(text)) == plain(text)
    assert not set(forcing(plain(text))) & set("‘’“”–—…\u00a0\u202f")


# -- what must not stand in one ------------------------------------------------------------------


def codes(text):
    return [fault.code for fault in faults(text)]


def test_a_text_that_says_nothing_to_bystanders_is_fine():
    assert codes(FINE) == []


@pytest.mark.parametrize(
    "money",
    [
        "€ 12,50",
        "€12",
        "12 €",
        "EUR 1.234,56",
        "EUR100",
        "100 EUR",
        "100 euro",
        "50 Euros",
        "$ 12.50",
        "12 £",
        "CHF 1'200.-",
        "150 kr",
        "€ 50,-",
        "50,-",
        "12,50",
        "1.234,56",
        "1,234.56",
        "150.00",
        "€\u00a012",
        "{amount}",
        "{principal}",
        "{costs}",
        "{interest}",
    ],
)
def test_an_amount_is_found(money):
    assert list(faults(f"{FINE} Nu {money} betalen")) == [Fault("amount", {"found": money})]


@pytest.mark.parametrize(
    "text",
    [
        "op 12-11-2026 tussen 9.30 en 17.30 uur",
        "am 12.11.2026 um 10:30",
        "invoice 2026/0012, 2026-11",
        "call 020-123 45 67 or +31 20 123 4567",
        "BE 0123.456.789",
        "12.11.26",
        "in 14 days, 3 invoices",
        "version 2026.11",
        "{count} {invoices} {numbers}",
    ],
)
def test_times_dates_and_numbers_are_no_amounts(text):
    assert codes(f"{FINE} {text}") == []


@pytest.mark.parametrize(
    "words",
    [
        "incasso",
        "incassokosten",
        "deurwaarder",
        "aanmaning",
        "betalingsachterstand",
        "schuld",
        "vordering",
        "inkasso",
        "mahnung",
        "letzte mahnung",
        "gerichtsvollzieher",
        "zahlungsrückstand",
        "schulden",
        "recouvrement",
        "huissier",
        "mise en demeure",
        "impayée",
        "dette",
        "debt",
        "bailiff",
        "collection",
        "arrears",
        "overdue",
    ],
)
def test_a_word_of_collection_is_found_in_every_language(words):
    (fault,) = faults(f"{FINE} Over {words.capitalize()}.")
    assert fault.code == "collection"
    assert fault.values["found"] == words.split()[-1] or fault.values["found"] == words


@pytest.mark.parametrize(
    "text", ["Entschuldigung", "ter bevordering", "Anforderung", "the court", "undebted", "saisie"]
)
def test_words_that_only_look_like_it_are_let_be(text):
    assert collection_words(text) == []


def test_accents_typed_as_two_characters_make_no_difference():
    assert collection_words(unicodedata.normalize("NFD", "Zahlungsrückstand")) == [
        "zahlungsrückstand"
    ]


def test_each_word_is_told_once():
    assert collection_words("Schuld, schuld en incasso") == ["schuld", "incasso"]
    (fault,) = faults(f"{FINE} {{amount}} {{amount}} € 5 + € 5")
    assert fault.values["found"] == "{amount}, € 5"


def test_who_sends_it_must_be_told():
    assert codes(FINE.replace("{company}", "We")) == ["no_company"]


@pytest.mark.parametrize("way", ["{code}", "{link}", "{short_link}"])
def test_one_way_to_the_page_is_enough(way):
    assert codes(f"{{company}}: {way}") == []


def test_without_a_way_to_the_page_nobody_can_answer():
    assert codes("{company}: {pin}") == ["no_page"]


def test_a_text_with_nothing_in_it_lacks_both():
    assert codes(None) == codes("") == ["no_company", "no_page"]


@given(st.text())
def test_any_text_can_be_looked_at(text):
    assert {fault.code for fault in faults(text)} <= {
        "amount",
        "collection",
        "no_company",
        "no_page",
    }
