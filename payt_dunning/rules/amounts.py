"""Amounts as people type them."""

from __future__ import annotations

import re
from decimal import Decimal

#: What people put around an amount: signs of currencies, spaces, a dash for no cents.
AROUND = re.compile(r"^[^\d.,+-]*|[^\d.,]*$")
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
    bare = AROUND.sub("", re.sub(r"\s", "", text)).removesuffix(",-").removesuffix(".-")
    if not re.fullmatch(r"[+-]?\d[\d.,]*", bare):
        raise ValueError(f"{text!r} is no amount")
    whole, cents = _split(bare, decimal_point)
    groups = re.split(r"[.,]", whole)
    if len(groups) > 1 and any(len(group) != 3 for group in groups[1:]):
        raise ValueError(f"{text!r} is no amount")
    if len(cents.rstrip("0")) > digits or (cents and not cents.isdigit()):
        raise ValueError(f"{text!r} has too many decimals")
    return Decimal("".join(groups) + (f".{cents}" if cents else ""))


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
