"""In which time zone a debtor lives."""

import importlib.resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.zones import ZONES, debtor_zone, is_zone, zone_of_country

#: Codes that Odoo has and the tz database has not.
ODOO_S_OWN = {"XI", "XK"}
UNINHABITED = {"AQ"}


def zone_tab():
    """Zones by code of the country, as the tz database has them."""
    zones = {}
    table = importlib.resources.files("tzdata.zoneinfo").joinpath("zone.tab")
    for line in table.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            code, _place, zone = line.split("\t")[:3]
            zones.setdefault(code, set()).add(zone)
    return zones


def test_every_country_has_one_of_its_own_zones():
    known = zone_tab()
    assert set(ZONES) - ODOO_S_OWN == set(known) - UNINHABITED
    assert not [code for code, zone in ZONES.items() if zone not in known.get(code, {zone})]
    assert not [zone for zone in ZONES.values() if not is_zone(zone)]


@pytest.mark.parametrize(
    ("country", "zone"),
    [
        ("NL", "Europe/Amsterdam"),
        ("be", "Europe/Brussels"),
        ("DE", "Europe/Berlin"),
        ("FR", "Europe/Paris"),
        ("ES", "Europe/Madrid"),
        ("PT", "Europe/Lisbon"),
        ("GB", "Europe/London"),
        ("US", "America/New_York"),
        ("CA", "America/Toronto"),
        ("AU", "Australia/Sydney"),
        ("BR", "America/Sao_Paulo"),
        ("RU", "Europe/Moscow"),
        ("CW", "America/Curacao"),
        ("XK", "Europe/Belgrade"),
        ("AQ", None),
        ("??", None),
        ("", None),
        (None, None),
    ],
)
def test_a_country_s_zone_is_where_most_people_live(country, zone):
    assert zone_of_country(country) == zone


@pytest.mark.parametrize(
    ("own", "country", "zone", "reason"),
    [
        ("Atlantic/Canary", "ES", "Atlantic/Canary", "own"),
        ("Atlantic/Canary", None, "Atlantic/Canary", "own"),
        ("Europe/Amsterdam", "NL", "Europe/Amsterdam", "own"),
        ("Europe/Amsterdam", None, "Europe/Amsterdam", "own"),
        ("Europe/Amsterdam", "??", "Europe/Amsterdam", "own"),
        ("Europe/Amsterdam", "US", "America/New_York", "country"),
        ("Europe/London", "US", "Europe/London", "own"),
        (None, "PT", "Europe/Lisbon", "country"),
        ("", "pt", "Europe/Lisbon", "country"),
        ("Mars/Olympus", "PT", "Europe/Lisbon", "country"),
        (None, "??", "Europe/Amsterdam", "company"),
        (None, None, "Europe/Amsterdam", "company"),
    ],
)
def test_the_debtor_s_own_zone_goes_before_the_country_s_and_the_company_s(
    own, country, zone, reason
):
    assert debtor_zone(own, country, "Europe/Amsterdam", "NL") == (zone, reason)


def test_the_company_s_zone_counts_for_contacts_in_its_own_large_country():
    west = "America/Los_Angeles"
    assert debtor_zone(west, "US", west, "US") == (west, "own")
    assert debtor_zone(west, "US", west) == (west, "own")


def test_without_any_zone_it_is_utc():
    assert debtor_zone(None, None, None) == debtor_zone("x", "??", "Europe") == ("UTC", "utc")


@pytest.mark.parametrize(
    "name", ["", None, "Europe", "../etc/passwd", "/etc/passwd", "a\0b", "x" * 999]
)
def test_what_is_no_zone_is_none(name):
    assert not is_zone(name)


@given(st.text(), st.text(), st.text(), st.text())
def test_any_names_give_a_zone_that_can_be_used(own, country, company, company_country):
    assert debtor_zone(own, country, company, company_country).info
