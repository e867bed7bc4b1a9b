"""Whether a claim is worth going on with."""

from decimal import Decimal

from rules.worth import worth


def test_below_ten_cases_nothing_is_estimated():
    found = worth(Decimal(1000), Decimal(139), 5, 9)
    assert (found.chance, found.value) == (None, None)


def test_the_chance_is_that_of_ones_own_cases():
    assert worth(Decimal(1000), Decimal(139), 4, 10).chance == Decimal("0.4")


def test_where_it_is_lost_the_fee_is_too():
    assert worth(Decimal(1000), Decimal(200), 4, 10).value == Decimal("280.00")


def test_a_fee_that_is_not_known_is_left_out():
    assert worth(Decimal(1000), None, 4, 10).value == Decimal("400.00")


def test_it_can_be_worth_less_than_nothing():
    assert worth(Decimal(100), Decimal(139), 1, 10).value == Decimal("-115.10")
