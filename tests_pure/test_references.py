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

    reference = message_reference(123, 1, date(2026, 11, 22), [7, 8])
    assert remainder(reference) == 1
    assert remainder(reference.replace("123", "124")) != 1


def test_debtor_day_and_currency_each_make_another_reference():
    day = date(2026, 11, 22)
    made = {
        message_reference(1, 1, day, [7, 8]),
        message_reference(2, 1, day, [7, 8]),
        message_reference(1, 2, day, [7, 8]),
        message_reference(1, 1, date(2026, 11, 23), [7, 8]),
    }
    assert len(made) == 4


def test_messages_of_one_day_about_other_items_have_another_reference():
    day = date(2026, 11, 22)
    made = {message_reference(1, 1, day, items) for items in ([7, 8], [7, 9], [7, 8, 9], [78])}
    assert len(made) == 4
    assert message_reference(1, 1, day, [8, 7]) == message_reference(1, 1, day, [7, 8])


def test_a_reference_has_room_for_large_numbers():
    assert len(message_reference(99999999, 999, date(2026, 11, 22), range(500))) <= 25


def test_what_cannot_be_a_reference_is_refused():
    with pytest.raises(ValueError, match="TOO LONG"):
        creditor_reference("too long and with spaces")
