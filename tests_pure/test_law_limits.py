"""Until when a claim can be enforced, once it was interrupted."""

from datetime import date
from decimal import Decimal

import pytest

from rules.law import limits
from rules.law.read import read_folder

TABLES = read_folder()
DUE = date(2024, 3, 1)


def last(contract, *interruptions):
    return limits.earliest(TABLES, "NL", contract, "business", DUE, interruptions)[0]


def test_an_interruption_begins_the_years_anew():
    assert last("services") == date(2029, 3, 1)
    assert last("services", (date(2026, 5, 4), "reminder")) == date(2031, 5, 4)


def test_one_that_came_too_late_changes_nothing():
    assert last("services", (date(2029, 3, 2), "reminder")) == date(2029, 3, 1)


@pytest.mark.parametrize(
    ("country", "amount", "office"),
    [("NL", "25000", "bailiff"), ("NL", "25000.01", "lawyer"), ("NL", "0", ""), ("BE", "10", "")],
)
def test_who_goes_on_follows_the_court(country, amount, office):
    day = date(2026, 11, 2)
    assert limits.next_office(TABLES, country, Decimal(amount), day) == office
