"""Amounts as people type them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.amounts import read_amount


def read(text, sign=",", digits=2):
    return read_amount(text, sign, digits)


@pytest.mark.parametrize("sign", [",", "."])
@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("12", "12"),
        ("12,5", "12.5"),
        ("12.5", "12.5"),
        ("12,50", "12.50"),
        ("12.50", "12.50"),
        ("1.234,50", "1234.50"),
        ("1,234.50", "1234.50"),
        ("1.234.567,89", "1234567.89"),
        ("1,234,567", "1234567"),
        ("0,05", "0.05"),
        ("012", "12"),
    ],
)
def test_a_comma_and_a_point_are_both_understood(text, amount, sign):
    assert read(text, sign) == Decimal(amount)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("€ 12,50", "12.50"),
        ("12,50 €", "12.50"),
        ("EUR 12,50", "12.50"),
        ("12,50 euro", "12.50"),
        ("€12,-", "12"),
        ("12,-", "12"),
        ("12.-", "12"),
        ("12,--", "12"),
        ("12,–", "12"),
        ("12,- euro", "12"),
        ("12,", "12"),
        ("  12,50\t", "12.50"),
        ("1 234,50", "1234.50"),
        ("1\xa0234,50", "1234.50"),
        ("1\u202f234\u202f567,50", "1234567.50"),
        ("€\xa01.234,50", "1234.50"),
        ("+12,50", "12.50"),
    ],
)
def test_signs_spaces_and_dashes_around_it_do_no_harm(text, amount):
    assert read(text) == Decimal(amount)


@pytest.mark.parametrize("text", ["-5", "-5,00", "€ -5,00", "-1.234,50", "−5", "–5", "€ −5"])
def test_what_is_negative_stays_negative(text):
    assert read(text) < 0


@pytest.mark.parametrize(
    "text",
    [
        "",
        None,
        "   ",
        "abc",
        "€",
        "-",
        ",",
        ".50.",
        ",-",
        "1e5",
        "1x5",
        "12,5 of 13",
        "nan",
        "inf",
        "5-",
        "1,5.00",
        "1.23,50",
        "1,23,456",
        "12,34,",
        "1..5",
        "--5",
        "1,234.567,89",
        "<b>5</b>5",
        "1" * 21,
        "%d",
        "\x00",
    ],
)
def test_what_is_no_amount_is_refused(text):
    with pytest.raises(ValueError):
        read(text)


@pytest.mark.parametrize("text", ["12,505", "12.3456", "1.234,505", "0,001", "12,5001"])
def test_parts_of_a_cent_are_refused(text):
    with pytest.raises(ValueError, match="decimals"):
        read(text)


def test_one_sign_before_three_digits_stands_for_thousands():
    assert read("1.234", ",") == 1234
    assert read("1,234", ".") == 1234


@pytest.mark.parametrize(("text", "sign"), [("1,000", ","), ("1.500", "."), ("12,500", ",")])
def test_the_readers_own_sign_before_three_digits_is_not_guessed(text, sign):
    with pytest.raises(ValueError):
        read(text, sign)


@pytest.mark.parametrize("text", ["0.500", "0.005", "1234.567", "00.100", "0.500.000"])
def test_what_no_one_writes_with_thousands_is_not_read_as_thousands(text):
    with pytest.raises(ValueError):
        read(text, ",")


@pytest.mark.parametrize("text", ["10 20", "100 50", "1 2345", "5 0,00"])
def test_two_numbers_are_not_read_as_one(text):
    with pytest.raises(ValueError):
        read(text)


def test_a_currency_without_cents():
    assert read("1.234", ",", 0) == 1234
    assert read("¥1,234", ".", 0) == 1234
    assert read("1234,00", ",", 0) == 1234
    assert read("1,234,567.00", ".", 0) == 1234567
    for text in ("1234,5", "1.234,50"):
        with pytest.raises(ValueError, match="decimals"):
            read(text, ",", 0)


def test_a_currency_with_three_decimals():
    assert read("1,234", ",", 3) == Decimal("1.234")
    assert read("1.234", ".", 3) == Decimal("1.234")
    assert read("1.234", ",", 3) == 1234
    assert read("1.234,567", ",", 3) == Decimal("1234.567")
    with pytest.raises(ValueError, match="decimals"):
        read("1,2345", ",", 3)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("١٢", 12),
        ("１２,５０", Decimal("12.50")),
        ("१२", 12),
        ("１２．５０", None),
        ("²", None),
        ("١٢٫٥", None),
    ],
)
def test_digits_of_other_scripts_are_read_or_refused(text, amount):
    if amount is None:
        with pytest.raises(ValueError):
            read(text)
    else:
        assert read(text) == amount


@given(st.text(max_size=25), st.sampled_from(",."), st.sampled_from([0, 2, 3]))
def test_whatever_is_typed_it_is_an_amount_or_refused(text, sign, digits):
    try:
        found = read(text, sign, digits)
    except ValueError:
        return
    assert found.is_finite()
    assert found == round(found, digits)


@given(st.integers(0, 10**11 - 1), st.booleans(), st.sampled_from(["", "€ ", "€\xa0", "EUR "]))
def test_every_amount_in_the_readers_style_comes_back_exactly(cents, grouped, before):
    amount = Decimal(cents) / 100
    english = f"{before}{amount:,.2f}" if grouped else f"{before}{amount:.2f}"
    dutch = english.translate(str.maketrans(",.", ".,"))
    assert read(english, ".") == amount
    assert read(dutch, ",") == amount
    # Cents are there, so that the sign before them is clear in the other language as well.
    assert read(english, ",") == amount
    assert read(dutch, ".") == amount


@given(st.integers(1, 10**9), st.sampled_from([0, 3]))
def test_amounts_of_other_currencies_come_back_exactly(units, digits):
    amount = Decimal(units).scaleb(-digits)
    english = f"{amount:,.{digits}f}"
    assert read(english, ".", digits) == amount
    assert read(english.translate(str.maketrans(",.", ".,")), ",", digits) == amount
