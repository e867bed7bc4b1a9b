"""Receipts that nobody matched, and finding invoice numbers in their text."""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple


class Receipt(NamedTuple):
    """A line on the bank that nobody matched.

    :param amounts: ``(currency id, amount)``, also in a foreign currency
    :param day: of the payment, or when it was imported if that was later
    """

    line_id: int
    partner_id: int | None
    text: str
    amounts: set
    day: date


def characters(text: str | None) -> str:
    """Letters and digits only, in capitals: how numbers are compared."""
    return re.sub(r"[^0-9A-Z]", "", (text or "").upper())


def numbers_in(text: str, by_number: dict[str, list[int]]) -> list[int]:
    """Items whose number stands somewhere in ``text``."""
    if not text:
        return []
    found = []
    for length in {len(number) for number in by_number}:
        for start in range(len(text) - length + 1):
            found += by_number.get(text[start : start + length], ())
    return found
