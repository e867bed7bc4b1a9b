"""Public holidays of a country."""

import warnings
from datetime import date, timedelta

import pytest

from rules import public_holidays as module
from rules.law.read import read_folder
from rules.law.terms import is_holiday
from rules.public_holidays import public_holidays

#: With King's Day on a Saturday (2024), a Sunday (2025 and 2031) and a lustrum of 5 May (2025).
YEARS = tuple(range(2024, 2032))


@pytest.fixture
def forgetful():
    """Let nothing be remembered from before or for after the test."""
    module._holidays.cache_clear()
    module._year.cache_clear()
    yield
    module._holidays.cache_clear()
    module._year.cache_clear()


def test_dutch_holidays_are_those_by_which_the_law_counts_terms():
    tables = read_folder()
    everyday = [date(2024, 1, 1) + timedelta(days=days) for days in range(8 * 365 + 2)]
    law = {day for day in everyday if is_holiday(tables, "NL", day)}
    moved = {date(2025, 4, 27): date(2025, 4, 26), date(2031, 4, 27): date(2031, 4, 26)}
    assert public_holidays("NL", YEARS).dates == {moved.get(day, day) for day in law}


def test_dutch_holidays_have_their_dutch_names():
    days = public_holidays("NL", (2027,)).days
    assert days[date(2027, 4, 27)] == "Koningsdag"
    assert days[date(2027, 5, 5)] == "Bevrijdingsdag"
    assert days[date(2027, 3, 26)] == "Goede vrijdag"
    assert len(days) == 11


def test_names_do_not_depend_on_the_language_of_the_server(forgetful, monkeypatch):
    monkeypatch.setenv("LANGUAGE", "en_US")
    assert public_holidays("NL", (2027,)).days[date(2027, 1, 1)] == "Nieuwjaarsdag"


@pytest.mark.parametrize(
    ("country", "day", "holiday"),
    [
        ("BE", date(2026, 7, 21), True),
        ("BE", date(2026, 5, 5), False),
        ("DE", date(2026, 10, 3), True),
        ("DE", date(2026, 1, 6), False),
        ("FR", date(2026, 7, 14), True),
        ("GB", date(2026, 12, 28), True),
        ("US", date(2026, 7, 3), True),
        ("us", date(2026, 11, 26), True),
    ],
)
def test_each_country_has_its_own(country, day, holiday):
    found = public_holidays(country, (2026,))
    assert (day in found.dates) == (day in found.days) == holiday
    assert (found.unknown, found.missing) == ("", ())


def test_a_part_of_a_country_has_more():
    epiphany = date(2026, 1, 6)
    bavaria = public_holidays("DE", (2026,), "by")
    assert epiphany in bavaria.dates
    assert bavaria.subdivision == "BY"


@pytest.mark.parametrize("subdivision", ["XX", "", None])
def test_where_the_part_is_unknown_those_of_the_whole_country_are_given(subdivision):
    found = public_holidays("DE", (2026,), subdivision)
    assert found == public_holidays("DE", (2026,))
    assert (found.subdivision, found.unknown) == ("", "")
    assert len(found.days) == 9


@pytest.mark.parametrize("country", ["XX", "", None, "HolidayBase", "NLD", "N", "__"])
def test_a_country_that_is_unknown_is_said_to_be(country):
    found = public_holidays(country, (2026, 2027))
    assert (found.unknown, found.missing, dict(found.days)) == ("country", (2026, 2027), {})


def test_a_year_that_is_unknown_is_said_to_be_and_the_others_are_given():
    found = public_holidays("NL", (1900, 2026))
    assert (found.unknown, found.missing) == ("year", (1900,))
    assert date(2026, 12, 25) in found.dates


def test_without_the_library_that_is_said(forgetful, monkeypatch):
    monkeypatch.setattr(module, "holidays", None)
    found = public_holidays("NL", (2026,))
    assert (found.unknown, found.missing, found.dates) == ("library", (2026,), frozenset())


def test_the_same_question_has_the_same_answer_and_nobody_can_change_it():
    found = public_holidays("NL", (2027, 2026))
    assert public_holidays(" nl", [2026, 2027, 2026]) is found
    with pytest.raises(TypeError):
        found.days[date(2026, 1, 2)] = "mine"


def test_days_off_at_the_turn_of_the_year_belong_to_the_year_they_are_in():
    years = {day.year for day in public_holidays("US", (2027,)).dates}
    assert years == {2027}
    assert date(2027, 12, 31) in public_holidays("US", (2027,)).dates


def test_that_dates_by_the_moon_are_estimates_is_no_warning_in_the_server_s_log(forgetful):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert public_holidays("IN", (2040,)).days
