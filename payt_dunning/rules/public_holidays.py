"""Public holidays of a country, from the library ``holidays`` (MIT licence, asked for by name only).

Its lists are those of the law; what a trade or a collective agreement gives comes on top, as days
on which the company is closed. Where it doesn't know a country or a year, that is said: nobody
may take the lack of a list for a year without holidays.

For the Netherlands the list is that of the Algemene termijnenwet, art. 3, the one by which terms
are counted: 5 May of every year, which the library lists once in five years as most collective
agreements do, and Good Friday, which is a day off by no law but counts as one for terms. No
message on either harms nobody. King's Day is 26 April where the 27th is a Sunday.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from types import MappingProxyType

try:
    import holidays
except ImportError:
    holidays = None

#: Lists of the library that count, where it is not only that of public holidays.
CATEGORIES = {"NL": ("public", "optional")}


@dataclass(frozen=True, slots=True)
class PublicHolidays:
    """Public holidays of a country in some years.

    :param days: name by date, in the country's own language
    :param subdivision: the one whose holidays are among them; nothing when only those of the
        whole country are, because none was given or the library doesn't know it
    :param unknown: why some are missing: ``library`` (it is not installed), ``country`` (it
        doesn't know the country) or ``year`` (it has none for :attr:`missing`); nothing when all
        are there
    :param missing: years of which no holiday is known
    :param dates: of ``days``
    """

    days: Mapping[date, str]
    subdivision: str = ""
    unknown: str = ""
    missing: tuple[int, ...] = ()
    dates: frozenset[date] = field(init=False)

    def __post_init__(self):
        object.__setattr__(self, "dates", frozenset(self.days))


def public_holidays(
    country: str | None, years: Iterable[int], subdivision: str | None = None
) -> PublicHolidays:
    """The public holidays of a country in some years; the same object for the same question.

    :param country: ISO 3166-1, two letters
    :param subdivision: of the country, the second part of its ISO 3166-2 code
    """
    code, part = (country or "").strip().upper(), (subdivision or "").strip().upper()
    return _holidays(code, part, tuple(sorted(set(years))))


@lru_cache(maxsize=1024)
def _holidays(country, subdivision, years):
    unknown = _unknown(country)
    if unknown:
        return PublicHolidays(MappingProxyType({}), "", unknown, years)
    if subdivision not in _subdivisions(country):
        subdivision = ""
    by_year = {year: _year(country, subdivision, year) for year in years}
    missing = tuple(year for year, days in by_year.items() if not days)
    days = {day: name for found in by_year.values() for day, name in found}
    return PublicHolidays(MappingProxyType(days), subdivision, "year" if missing else "", missing)


def _unknown(country):
    if holidays is None:
        return "library"
    known = len(country) == 2 and country in holidays.list_supported_countries()
    return "" if known else "country"


def _subdivisions(country):
    return holidays.country_holidays(country).subdivisions


@lru_cache(maxsize=4096)
def _year(country, subdivision, year):
    """``(date, name)`` of each holiday of a year, in order."""
    with warnings.catch_warnings():
        # That some dates are estimates, which those by the moon always are.
        warnings.simplefilter("ignore")
        found = holidays.country_holidays(
            country,
            subdiv=subdivision or None,
            years=year,
            expand=False,
            # Otherwise names are in the language of the server's environment.
            language=holidays.country_holidays(country).default_language,
            categories=CATEGORIES.get(country),
        )
    return tuple(sorted(found.items()))
