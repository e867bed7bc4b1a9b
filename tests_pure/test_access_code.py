"""Codes and PINs that people type."""

import hashlib
import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.access_code import (
    ALPHABET,
    LENGTH,
    PIN_DIGITS,
    new_code,
    normalize,
    normalize_pin,
    pin_of,
    shown,
    shown_pin,
)

LOOK_ALIKES = ("0OQD", "1IL", "2Z", "5S", "6G", "8B", "VU")
codes = st.text(ALPHABET, min_size=LENGTH, max_size=LENGTH)


def test_of_characters_that_look_alike_the_alphabet_has_one():
    for group in LOOK_ALIKES:
        assert [character for character in group if character in ALPHABET] == [group[0]]
    assert len(set(ALPHABET)) == len(ALPHABET) == 24


def test_no_code_is_a_word():
    assert not set(ALPHABET) & set("AEIOU")


def test_a_new_code_is_made_of_the_alphabet_and_another_each_time():
    made = {new_code() for _number in range(1000)}
    assert len(made) == 1000
    assert all(normalize(code) == code for code in made)


def test_every_character_is_as_likely_as_another():
    choose = random.Random(7).choice
    counts = Counter("".join(new_code(choose) for _number in range(3000)))
    assert set(counts) == set(ALPHABET)
    assert all(850 < count < 1150 for count in counts.values())


def test_a_code_is_shown_in_two_groups_of_four():
    assert shown("7K3M9PX4") == "7K3M 9PX4"


@pytest.mark.parametrize(
    "typed",
    [
        "7K3M 9PX4",
        "7k3m9px4",
        " 7k3m-9px4 ",
        "7K3M\u20139PX4",
        "7K3M\u00a09PX4\n",
        "7.K.3.M.9.P.X.4",
        "７Ｋ３Ｍ９ＰＸ４",
    ],
)
def test_spaces_dashes_and_small_letters_make_no_difference(typed):
    assert normalize(typed) == "7K3M9PX4"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("OOQD IILL", "00001111"),
        ("oqdi lzsg", "00011256"),
        ("bbuu zzss", "88VV2255"),
    ],
)
def test_a_look_alike_is_read_as_what_it_must_be(typed, code):
    assert normalize(typed) == code


@given(codes, st.data())
def test_however_a_code_is_misread_it_is_the_same_code(code, data):
    as_seen = {group[0]: group + group.lower() for group in LOOK_ALIKES}
    typed = "".join(data.draw(st.sampled_from(as_seen.get(c, c + c.lower()))) for c in code)
    assert normalize(shown(typed)) == code


@pytest.mark.parametrize(
    "typed",
    [
        None,
        "",
        "7K3M 9PX",
        "7K3M 9PX44",
        "7K3M 9PXA",
        "7K3M 9PX!",
        "7K3M9PX٤",
        "7" * 100_000,
        "7K3M9PX4" + " " * 60,
    ],
)
def test_what_can_t_be_a_code_is_none(typed):
    assert normalize(typed) is None


@given(st.text(max_size=80))
def test_whatever_is_typed_gives_a_code_a_pin_or_nothing(typed):
    code, pin = normalize(typed), normalize_pin(typed)
    assert code is None or (normalize(code) == code and set(code) <= set(ALPHABET))
    assert pin is None or (normalize_pin(pin) == pin and len(pin) == PIN_DIGITS)


# -- PINs -----------------------------------------------------------------------------------------


def test_a_pin_keeps_its_leading_zeros():
    assert pin_of(bytes(32)) == "000000"
    assert pin_of(bytes(31) + b"\x07") == "000007"
    assert shown_pin("000007") == "000 007"


def test_pins_are_spread_evenly():
    pins = [pin_of(hashlib.sha256(bytes([n % 256, n // 256])).digest()) for n in range(5000)]
    first, last = Counter(pin[0] for pin in pins), Counter(pin[-1] for pin in pins)
    assert all(400 < counts[digit] < 600 for counts in (first, last) for digit in "0123456789")


def test_a_digest_that_is_too_short_is_refused():
    with pytest.raises(ValueError, match="15 bytes"):
        pin_of(bytes(15))


@pytest.mark.parametrize(
    "typed", ["042917", " 042 917", "042-917", "O42 9I7", "０４２９１７", "042 9l7"]
)
def test_a_pin_is_read_as_people_type_it(typed):
    assert normalize_pin(typed) == "042917"


def test_digits_of_another_keyboard_are_digits():
    assert normalize_pin("٠٤٢ ٩١٧") == "042917"


@pytest.mark.parametrize("typed", [None, "", "04291", "0429170", "04291K", "²³¹²³¹x"])
def test_what_can_t_be_a_pin_is_none(typed):
    assert normalize_pin(typed) is None


# -- the odds that decided about lengths -----------------------------------------------------------

TRIES_A_DAY = 5 * 24


def test_a_known_code_is_no_way_in_within_a_month():
    assert TRIES_A_DAY * 30 / 10**PIN_DIGITS < 0.004
    assert TRIES_A_DAY * 30 / 10**4 > 1 / 3


def test_guessing_from_ten_thousand_addresses_opens_a_page_of_a_million_once_in_a_lifetime():
    tries_a_day = 20 * 24 * 10_000
    codes_a_day = tries_a_day * 1_000_000 / len(ALPHABET) ** LENGTH
    assert 43 < codes_a_day < 45
    assert 60 < 10**PIN_DIGITS / codes_a_day / 365 < 65
    assert 220 < 10**4 / codes_a_day < 240
