"""What an office tells about a case is looked at before anything of it is applied."""

from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path

import pytest

from rules.feedback.reading import read
from rules.feedback.sense import Ours, look
from rules.feedback.sorting import Told, sort_out
from rules.feedback.values import Balance, Booking, Closure, Event, Remittance, Status

EXAMPLE = Path(__file__).resolve().parent.parent / "docs" / "dossier" / "examples" / "feedback.xml"
FEEDBACK = read(EXAMPLE.read_bytes()).feedback
[CASE] = FEEDBACK.cases
OURS = Ours("EUR", date(2026, 3, 3), frozenset({"NL91ABNA0417164300"}))
NOON = datetime(2026, 3, 2, 12, tzinfo=timezone.utc)


def changed(kind, number=0, **values):
    """Return the case of the example with other values of one part."""
    part = CASE.all(kind)[number]
    return replace(
        CASE, parts=tuple(replace(each, **values) if each is part else each for each in CASE.parts)
    )


def codes(case=CASE, ours=OURS, test=False):
    return [each.code for each in look(case, ours, test)]


def test_the_example_makes_sense():
    assert codes() == []


@pytest.mark.parametrize(
    ("case", "code"),
    [
        (replace(CASE, currency="USD"), "feedback_currency"),
        (changed(Booking, 0, amount=Decimal("-5276.00")), "feedback_sign"),
        (changed(Booking, -1, amount=Decimal("1000.00")), "feedback_sign"),
        (changed(Booking, -1, to_costs=Decimal("999.99")), "feedback_parts"),
        (changed(Booking, -1, reverses="VG-B-99"), "feedback_reverses"),
        (changed(Booking, -1, reverses="VG-B-8"), "feedback_reverses"),
        (changed(Balance, due=Decimal("6353.52")), "feedback_balance"),
        (changed(Booking, 3, amount=Decimal("119.41")), "feedback_bookings"),
        (changed(Remittance, paid_out=Decimal("855.54")), "feedback_paid_out"),
        (changed(Remittance, collected=Decimal(-1)), "feedback_negative"),
        (changed(Remittance, iban="NL02ABNA0123456789"), "feedback_iban"),
        (changed(Status, since=date(2026, 3, 4)), "feedback_future"),
    ],
)
def test_what_can_not_be_is_told_to_a_person(case, code):
    assert code in codes(case)


def test_a_test_tells_nothing_about_a_real_case():
    assert codes(test=True) == ["feedback_test"]
    assert codes(ours=replace(OURS, test=True)) == ["feedback_test"]


def test_what_was_booked_before_counts_for_the_balance_each_once():
    [first, *rest] = CASE.all(Booking)
    others = tuple(each for each in CASE.parts if each is not first)
    later = replace(CASE, parts=others)
    assert codes(later) == ["feedback_bookings"]
    assert codes(later, replace(OURS, bookings=(first, rest[0]))) == []


def test_what_is_charged_to_us_is_no_debt_of_the_debtor():
    ours = Booking("X", date(2026, 3, 1), "fee", Decimal(40), "creditor")
    assert codes(replace(CASE, parts=(*CASE.parts, ours))) == []


# -- sorting out ----------------------------------------------------------------------------------


def results(case=CASE, told=None, sent_at=NOON):
    return [each.result for each in sort_out(case, told or Told(), sent_at)]


def told_all():
    return Told(
        {(each.KIND, each.key): each.content_hash for each in CASE.parts if each.key},
        CASE.one(Status),
        NOON,
        CASE.one(Balance),
    )


def test_what_nobody_told_before_is_new():
    assert set(results()) == {"new"}


def test_told_again_it_is_known():
    assert set(results(told=told_all())) == {"known"}


def test_the_same_number_with_another_content_is_a_conflict():
    case = changed(Booking, 2, amount=Decimal("638.81"))
    found = sort_out(case, told_all(), NOON)
    assert [each.part.key for each in found if each.result == "conflict"] == ["VG-B-3"]
    assert {each.result for each in found} == {"known", "conflict"}


def test_the_same_number_for_another_kind_of_thing_is_something_else():
    told = Told({("event", "VG-B-1"): "0"})
    assert set(results(told=told)) == {"new"}


def test_a_number_that_is_twice_in_a_message_with_other_content_is_a_conflict():
    event = CASE.all(Event)[0]
    case = replace(CASE, parts=(event, replace(event, code="demand")))
    assert results(case) == ["new", "conflict"]


def test_the_same_moment_in_another_time_zone_is_the_same():
    event = CASE.all(Event)[0]
    elsewhere = replace(event, at=event.at.astimezone(timezone(timedelta(hours=-5))))
    told = Told({("event", event.id): event.content_hash})
    assert results(replace(CASE, parts=(elsewhere,)), told) == ["known"]


@pytest.mark.parametrize(
    ("since", "sent_at", "result"),
    [
        (date(2026, 2, 19), NOON, "older"),
        (date(2026, 2, 21), NOON, "new"),
        (date(2026, 2, 20), NOON + timedelta(hours=1), "new"),
        (date(2026, 2, 20), NOON, "older"),
        (date(2026, 2, 20), NOON - timedelta(hours=1), "older"),
    ],
)
def test_the_newest_status_counts(since, sent_at, result):
    status = Status("judicial", "judgment", since)
    assert results(replace(CASE, parts=(status,)), told_all(), sent_at) == [result]


def test_an_older_balance_is_not_shown_and_another_of_the_same_day_is_a_conflict():
    balance = CASE.one(Balance)
    older = replace(balance, as_of=date(2026, 3, 1))
    other = replace(balance, costs=Decimal(0))
    assert results(replace(CASE, parts=(older,)), told_all()) == ["older"]
    assert results(replace(CASE, parts=(other,)), told_all()) == ["conflict"]


def test_a_case_ends_once():
    closure = Closure("paid_in_full", date(2026, 3, 2))
    case = replace(CASE, parts=(closure,))
    assert results(case) == ["new"]
    assert results(case, Told(closure=closure)) == ["known"]
    assert results(case, Told(closure=replace(closure, code="settled"))) == ["conflict"]
