"""Payment references of our own."""

from datetime import date

import pytest

from rules.references import creditor_reference, message_reference


def test_the_example_of_the_standard():
    assert creditor_reference("539007547034") == "RF18539007547034"


def test_check_digits_catch_a_changed_character():
    def remainder(reference):
        moved = reference[4:] + reference[:4]
        return int("".join(str(int(character, 36)) for character in moved)) % 97

    reference = message_reference(123, 1, date(2026, 11, 22))
    assert remainder(reference) == 1
    assert remainder(reference.replace("123", "124")) != 1


def test_debtor_day_and_currency_each_make_another_reference():
    day = date(2026, 11, 22)
    made = {
        message_reference(1, 1, day),
        message_reference(2, 1, day),
        message_reference(1, 2, day),
        message_reference(1, 1, date(2026, 11, 23)),
    }
    assert len(made) == 4


def test_what_cannot_be_a_reference_is_refused():
    with pytest.raises(ValueError, match="TOO LONG"):
        creditor_reference("too long and with spaces")
