"""Amounts as people type them."""

from __future__ import annotations

import re
from decimal import Decimal

#: What people put around an amount: signs and names of currencies.
AROUND = re.compile(r"^[^\d.,+-]*|[^\d.,-]*$")
#: A dash, or two, for no cents.
NO_CENTS = re.compile(r"[.,]-{1,2}$")
DASHES = str.maketrans(dict.fromkeys("\N{MINUS SIGN}\N{EN DASH}\N{EM DASH}", "-"))
#: Spaces between digits that don't stand for thousands: two numbers.
TORN = re.compile(r"\d\s+\d{1,2}(?!\d)|\d\s+\d{4}|\d{4}\s+\d")
#: No amount is larger, and nothing longer is read.
LONGEST = 20


def read_amount(text: str, decimal_point: str, digits: int) -> Decimal:
    """Read an amount that somebody typed, with a point or a comma for the cents.

    Both signs: the last is the one before the cents. One sign: before three digits it stands
    for thousands, unless it is the reader's own decimal sign: then it is not guessed.

    :param text: as typed, ``€ 1.234,50`` say
    :param decimal_point: of the reader's language, ``.`` or ``,``
    :param digits: decimals of the currency
    :raises ValueError: where it is no amount, or one with too many decimals
    """
    text = (text or "").strip()
    if len(text) > LONGEST:
        raise ValueError(f"{text[:LONGEST]!r} is too long for an amount")
    bare = AROUND.sub("", re.sub(r"\s", "", text.translate(DASHES)))
    bare = NO_CENTS.sub("", bare)
    if TORN.search(text) or not re.fullmatch(r"[+-]?\d[\d.,]*", bare):
        raise ValueError(f"{text!r} is no amount")
    whole, cents = _split(bare, decimal_point)
    groups = re.split(r"[.,]", whole)
    if len(groups) > 1 and not _are_thousands(whole):
        raise ValueError(f"{text!r} is no amount")
    if len(cents.rstrip("0")) > digits or len(cents) == 3 > digits:
        raise ValueError(f"{text!r} has too many decimals")
    return Decimal("".join(groups) + (f".{cents}" if cents else ""))


def _are_thousands(whole: str) -> bool:
    """Whether a number is in groups as people write them: ``1.234.567``."""
    return bool(re.fullmatch(r"[+-]?(?!0)\d{1,3}(\.\d{3})+|[+-]?(?!0)\d{1,3}(,\d{3})+", whole))


def _split(bare: str, decimal_point: str) -> tuple[str, str]:
    """Whole part, which may be in groups, and cents."""
    signs = [sign for sign in bare if sign in ".,"]
    if not signs:
        return bare, ""
    whole, _sign, cents = bare.rpartition(signs[-1])
    if len(set(signs)) == 2:
        return whole, cents
    if len(signs) > 1 or (len(cents) == 3 and signs[-1] != decimal_point):
        return bare, ""
    return whole, cents
