from datetime import date
from decimal import Decimal

import pytest

from rules.figures.aging import ENDS, Open, age, month_ends, read_ends
from rules.figures.collection import (
    Month,
    average_days_delinquent,
    best_possible_dso,
    count_back,
    days_late_paid,
    effectiveness,
    simple_dso,
)
from rules.figures.values import Figure, share, unknown


def months(*rows):
    return [Month(days, Decimal(sales)) for days, sales in rows]


def shown(figure):
    """As people read it: one decimal."""
    return figure.value.quantize(Decimal("0.1"))


# -- published examples ------------------------------------------------------------------------------


def test_count_back_of_benji_pays_is_73_7():
    """support.benjipays.com, *Mastering DSO Calculation: The Count-Back Method Explained*:
    212,000 open; sales of 100,000, 80,000, 70,000; months of 30 days: 30 + 30 + 32/70 × 30."""
    found = count_back(Decimal(212_000), months((30, 100_000), (30, 80_000), (30, 70_000)))
    assert shown(found) == Decimal("73.7")


def test_exhaustion_of_oracle_is_179_7():
    """Oracle Hyperion Financial Management, *DSO - Days Sales Outstanding*, table 13-10."""
    sales = ((30, 2500), (31, 1750), (31, 2250), (30, 2500), (31, 2000), (30, 2250))
    assert shown(count_back(Decimal(13_000), months(*sales))) == Decimal("179.7")


def test_count_back_gives_68():
    """Calendar months: 30 + 31 + 7, the rest being 7/31 of October's sales."""
    sales = ((30, 40_000), (31, 35_000), (31, 31_000))
    assert shown(count_back(Decimal(82_000), months(*sales))) == Decimal("68.0")


def test_effectiveness_gives_85_7():
    """Six sevenths of what could be collected: (100 + 350 − 150) ÷ (100 + 350 − 100)."""
    found = effectiveness(*map(Decimal, (100_000, 350_000, 150_000, 100_000)))
    assert shown(found) == Decimal("85.7")


def test_effectiveness_of_credit_guru_is_55_9():
    """creditguru.com, *Ratio - Collection Effectiveness Index*: January to March, with the sales
    of an average month, 10,890 ÷ 3."""
    found = effectiveness(*map(Decimal, (6_200, 3_630, 6_340, 3_590)))
    assert shown(found) == Decimal("55.9")


def test_effectiveness_of_gaviti_is_98():
    """gaviti.com, *Collection Effectiveness Index*: 980,000 ÷ 1,000,000."""
    found = effectiveness(*map(Decimal, (100_000, 1_000_000, 120_000, 100_000)))
    assert found.value == 98


# -- count-back --------------------------------------------------------------------------------------


def test_sales_that_are_exactly_what_is_open_count_with_all_their_days():
    assert count_back(Decimal(100), months((30, 100), (31, 50))).value == 30


def test_a_month_without_sales_counts_with_its_days():
    assert count_back(Decimal(50), months((12, 0), (31, 100))).value == Decimal("27.5")


def test_a_month_with_more_credit_notes_than_invoices_adds_to_the_rest():
    assert count_back(Decimal(50), months((30, -50), (30, 100))).value == 60


def test_more_open_than_was_ever_sold_is_not_known():
    assert count_back(Decimal(300), months((30, 100), (31, 50))) == unknown("older_than_sales")


def test_without_sales_count_back_is_not_known():
    assert count_back(Decimal(300), months((30, 0))) == unknown("no_sales")
    assert count_back(Decimal(300), []) == unknown("no_sales")


def test_without_receivables_count_back_is_not_known():
    assert count_back(Decimal(0), months((30, 10))) == unknown("no_receivables")
    assert count_back(Decimal(-5), months((30, 10))) == unknown("no_receivables")


# -- the others --------------------------------------------------------------------------------------


def test_simple_and_best_possible_dso_and_what_is_between():
    open_, current, sales = Decimal(600), Decimal(400), Decimal(1000)
    assert simple_dso(open_, sales, 90).value == 54
    assert best_possible_dso(current, sales, 90).value == 36
    assert average_days_delinquent(open_, current, sales, 90).value == 18


def test_without_sales_no_days_are_known():
    for sales in (Decimal(0), Decimal(-1)):
        assert simple_dso(Decimal(1), sales, 90) == unknown("no_sales")
        assert best_possible_dso(Decimal(1), sales, 90) == unknown("no_sales")
        assert average_days_delinquent(Decimal(1), Decimal(1), sales, 90) == unknown("no_sales")


def test_more_credits_than_what_is_not_due_is_said():
    assert best_possible_dso(Decimal(-1), Decimal(10), 90) == unknown("credits_exceed")
    found = average_days_delinquent(Decimal(5), Decimal(-1), Decimal(10), 90)
    assert found == unknown("credits_exceed")


def test_nothing_to_collect_is_said():
    assert effectiveness(*map(Decimal, (0, 0, 0, 0))) == unknown("nothing_to_collect")
    assert effectiveness(*map(Decimal, (0, 50, 50, 50))) == unknown("nothing_to_collect")


def test_days_late_are_weighted_by_amount():
    parts = [(Decimal(100), 10), (Decimal(300), -2)]
    assert days_late_paid(parts).value == 1
    assert days_late_paid([]) == unknown("nothing_paid")


# -- aging -------------------------------------------------------------------------------------------


def test_the_last_day_of_a_bucket_belongs_to_it():
    rows = [Open(Decimal(1), days) for days in (-5, 0, 1, 30, 31, 60, 61, 90, 91, 400)]
    found = age(rows, ENDS)
    assert found.current == 2
    assert found.late == (2, 2, 2, 2)
    assert found.long == 2


def test_credits_are_in_no_bucket_and_come_off_the_balance():
    found = age([Open(Decimal(100), 40), Open(Decimal(-30), 40)], (30,))
    assert (found.late, found.credits) == ((0, 100), 30)
    assert (found.open, found.overdue, found.receivables) == (100, 100, 70)
    assert found.share_overdue().value == 100


def test_past_90_days_does_not_depend_on_the_buckets():
    rows = [Open(Decimal(60), 91), Open(Decimal(40), 90)]
    assert age(rows, (7, 14)).share_long().value == 60


def test_empty_books_have_no_shares():
    found = age([])
    assert found.share_overdue() == unknown("no_receivables")
    assert found.share_long() == unknown("no_receivables")


@pytest.mark.parametrize("text", ["", "  ", ",", None])
def test_no_buckets_are_the_usual(text):
    assert read_ends(text) == (30, 60, 90)


def test_buckets_are_read_as_people_write_them():
    assert read_ends(" 15;30 , 45") == (15, 30, 45)


@pytest.mark.parametrize(
    "text",
    ["0,30", "30,30", "60,30", "a", "30,,60", "-1", "1.5", "1,2,3,4,5,6,7,8,9", "10000", "٣"],
)
def test_odd_buckets_are_refused(text):
    with pytest.raises(ValueError, match=r"\w"):
        read_ends(text)


def test_month_ends_lead_to_the_day():
    assert month_ends(date(2026, 3, 12), 3) == [
        date(2026, 1, 31),
        date(2026, 2, 28),
        date(2026, 3, 12),
    ]


def test_a_month_end_is_not_told_twice():
    assert month_ends(date(2026, 3, 31), 2) == [date(2026, 2, 28), date(2026, 3, 31)]


def test_a_figure_has_a_value_or_a_reason():
    assert share(Decimal(1), Decimal(4)).value == 25
    assert share(Decimal(1), Decimal(0)).value is None
    for wrong in ((None, ""), (Decimal(1), "no_sales"), (None, "because")):
        with pytest.raises(ValueError, match="reason"):
            Figure(*wrong)
