"""Days as people type them."""

from __future__ import annotations

import re
from datetime import date

ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
TYPED = re.compile(r"(\d{1,2})\s*[-/. ]\s*(\d{1,2})\s*[-/. ]\s*(\d{4}|\d{2})")


def read_day(text: str, day_first: bool = True) -> date:
    """Read a day that somebody typed: ``2026-12-03``, ``3-12-2026``, ``3/12/26``, ``3.12.2026``.

    :param text: as typed; browsers with a calendar send the first form
    :param day_first: whether the reader writes the day before the month
    :raises ValueError: where it is no day
    """
    text = (text or "").strip()
    if found := ISO.fullmatch(text):
        return date(*map(int, found.groups()))
    if not (found := TYPED.fullmatch(text)):
        raise ValueError(f"{text[:20]!r} is no day")
    first, second, year = map(int, found.groups())
    day, month = (first, second) if day_first else (second, first)
    return date(year + 2000 if year < 100 else year, month, day)
