from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.behaviour import (
    MEASURES,
    Figures,
    Limits,
    classify,
)

GOOD = Limits(days_late=7, late_share=25, broken=0, overdue_days=14)
SLOW = Limits(days_late=30, late_share=75, broken=1, overdue_days=45)
BAD = Limits()
CLASSES = (GOOD, SLOW, BAD)


def paying(days_late, invoices=10, **values):
    return Figures(
        invoices=invoices,
        documents=invoices,
        paid=Decimal(1000),
        late_days_paid=Decimal(1000) * days_late,
        **values,
    )


def test_days_late_are_weighted_by_amount():
    figures = Figures(invoices=2, paid=Decimal(1000), late_days_paid=Decimal(900 * 10 + 100 * 110))
    assert figures.days_late == 20


def test_without_money_there_are_no_days_late_and_no_share():
    assert Figures().days_late is None
    assert Figures().late_share is None


def test_only_credit_notes_are_no_history():
    verdict = classify(Figures(open=Decimal(-200)), CLASSES, 3)
    assert verdict.place is None
    assert verdict.because == ()


def test_credits_make_no_exposure_below_zero():
    assert Figures(open=Decimal(-200)).exposure == 0


def test_orders_are_exposure_too():
    assert Figures(open=Decimal(200), ordered=Decimal(300)).exposure == 500


@pytest.mark.parametrize(
    ("days", "place"),
    [(-5, 0), (0, 0), (7, 0), (Decimal("7.04"), 0), (Decimal("7.05"), 1), (30, 1), (31, 2)],
)
def test_a_limit_is_the_most_that_is_still_within_it(days, place):
    assert classify(paying(days), CLASSES, 3).place == place


def test_one_bad_figure_decides():
    verdict = classify(paying(0, promises_broken=2), CLASSES, 3)
    assert verdict.place == 2
    assert [each.measure for each in verdict.because] == ["broken"]


def test_promises_and_plans_not_kept_add_up():
    assert classify(paying(0, promises_broken=1, plans_broken=1), CLASSES, 3).place == 2


def test_all_figures_that_keep_a_debtor_out_of_the_class_above_are_named():
    verdict = classify(paying(60, promises_broken=9), CLASSES, 3)
    assert [each.measure for each in verdict.because] == ["days_late", "broken"]


def test_a_class_is_found_whose_limits_are_all_kept_also_where_a_better_one_lacks_one():
    slow = Limits(days_late=30, exposure=Decimal(5000))
    figures = paying(20, open=Decimal(50000))
    verdict = classify(figures, (Limits(days_late=7), slow, BAD), 3)
    assert verdict.place == 2
    assert [each.measure for each in verdict.because] == ["exposure"]


def test_instalments_of_one_invoice_are_one_invoice_of_history():
    figures = paying(60, invoices=3)
    assert classify(replace(figures, documents=1), CLASSES, 3).place is None
    assert classify(figures, CLASSES, 3).place == 2


def test_one_late_invoice_tells_nothing_yet():
    verdict = classify(paying(60, invoices=1), CLASSES, 3)
    assert verdict.place is None
    assert not verdict.weighed[0].counts


def test_what_is_overdue_counts_without_any_history():
    verdict = classify(Figures(overdue=Decimal(10), overdue_days=46), CLASSES, 3)
    assert verdict.place == 2
    assert [each.measure for each in verdict.because] == ["overdue_days"]


def test_a_dispute_that_the_debtor_was_right_about_never_counts_against_it():
    assert classify(paying(0, disputes_right=9, disputes_open=9), CLASSES, 3).place == 0


def test_rejected_disputes_count_only_where_a_class_has_a_limit_for_them():
    figures = paying(0, disputes_wrong=2)
    assert classify(figures, CLASSES, 3).place == 0
    assert classify(figures, (Limits(rejected=1), BAD), 3).place == 1


def test_who_fits_no_class_is_in_the_last_one():
    assert classify(paying(99), (GOOD, Limits(days_late=30)), 3).place == 1


def test_every_figure_is_told_whatever_it_did():
    verdict = classify(Figures(), CLASSES, 3)
    assert tuple(each.measure for each in verdict.weighed) == MEASURES


def test_at_least_one_invoice_is_history_even_where_none_is_asked():
    assert classify(Figures(), CLASSES, 0).place is None
    assert classify(paying(0, invoices=1), CLASSES, 0).place == 0


def test_without_classes_there_is_no_answer():
    with pytest.raises(ValueError, match="no class"):
        classify(Figures(), (), 3)


COUNTS = st.integers(0, 5)
AMOUNTS = st.decimals(0, 10000, places=2)


@given(
    documents=COUNTS,
    paid=AMOUNTS,
    late_days_paid=st.decimals(-10000, 100000, places=2),
    promises_broken=COUNTS,
    plans_broken=COUNTS,
    overdue=AMOUNTS,
    overdue_days=st.none() | st.integers(1, 90),
    more=st.integers(1, 200),
)
def test_being_later_never_makes_a_class_better(more, **values):
    before = classify(Figures(**values), CLASSES, 3).place
    values["late_days_paid"] += values["paid"] * more
    values["overdue_days"] = (values["overdue_days"] or 0) + more
    after = classify(Figures(**values), CLASSES, 3).place
    assert (after or 0) >= (before or 0)
