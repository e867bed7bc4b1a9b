from datetime import date
from decimal import Decimal

import pytest

from rules.remittance import BankLine, Transfer, late_from, reasons, spread, vat_fits

D = Decimal
DAY = date(2026, 3, 2)
TOLD = Transfer(D("855.53"), DAY, "VG 2025.11873 R1", "NL91ABNA0417164300")


def line(amount="855.53", day=DAY, text="", **values):
    return BankLine(1, D(amount), day, text, **values)


def test_the_oldest_is_paid_first_and_then_booked_costs():
    found = spread(
        D(1000),
        [(1, date(2026, 2, 1), D(700)), (2, date(2026, 1, 1), D(200))],
        [(9, date(2026, 1, 5), D(40))],
    )
    assert found.items == {2: D(200), 1: D(700)}
    assert (found.charges, found.rest) == ({9: D(40)}, D(60))


@pytest.mark.parametrize("collected", ["0", "0.01", "199.99", "200", "555.55", "940", "2000.10"])
def test_the_parts_add_up_to_what_was_collected(collected):
    found = spread(
        D(collected),
        [(1, DAY, D("700.00")), (2, date(2026, 1, 1), D("200.00"))],
        [(9, DAY, D("40.00"))],
    )
    parts = [*found.items.values(), *found.charges.values(), found.rest]
    assert sum(parts) == D(collected)
    assert min(parts) >= 0


def test_nothing_open_is_all_rest():
    assert spread(D(10), [], []).rest == D(10)


def test_a_line_that_names_it_with_its_amount_is_it():
    found = reasons(TOLD, line(text="Uitbetaling VG2025.11873-R1"))
    assert found == ("reference", "amount", "day")


def test_a_line_that_names_it_with_another_amount_is_shown():
    assert reasons(TOLD, line("850.00", text="VG 2025.11873 R1")) == ("reference", "day")


def test_the_amount_alone_counts_only_about_that_day():
    assert reasons(TOLD, line(day=date(2026, 3, 12))) == ("amount", "day")
    assert reasons(TOLD, line(day=date(2026, 3, 13))) == ()


def test_the_amount_from_the_office_counts_on_any_day():
    assert reasons(TOLD, line(day=date(2026, 5, 1), from_office=True)) == ("amount", "office")


def test_money_of_the_office_of_another_amount_is_something_else():
    assert reasons(TOLD, line("10.00", from_office=True)) == ()


def test_money_on_another_account_is_something_else():
    assert reasons(TOLD, line(text="VG 2025.11873 R1", account="NL02ABNA0123456789")) == ()


def test_where_the_account_is_not_known_it_may_be_it():
    assert "amount" in reasons(TOLD, line(account=""))


def test_a_reference_that_is_in_any_text_names_nothing():
    short = Transfer(D(5), DAY, "R1")
    assert reasons(short, line("7.00", text="R1")) == ()


def test_it_is_late_on_the_sixth_working_day():
    # A Monday: five working days end on the next Monday.
    assert late_from(date(2026, 3, 2)) == date(2026, 3, 10)
    assert late_from(date(2026, 3, 2), frozenset({date(2026, 3, 9)})) == date(2026, 3, 11)


def test_vat_may_differ_by_a_cent_for_each_part():
    assert vat_fits(D("25.08"), D("25.07"))
    assert not vat_fits(D("25.09"), D("25.07"))
    assert vat_fits(D("25.09"), D("25.07"), 2)
