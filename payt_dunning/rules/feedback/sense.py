"""What can't be in what an office tells about a case: sums, signs, days, accounts, currency.

A finding does not refuse the message: a person looks at it before anything of the case is applied.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ..dossier.problems import Problem, problem
from .values import Balance, Booking, CaseFeedback, Closure, Remittance, Status

ZERO = Decimal(0)
#: What the debtor pays is negative, what it is charged positive; corrections may be either.
NEGATIVE, EITHER = ("payment", "payment_to_creditor", "waiver"), ("correction",)


@dataclass(frozen=True, slots=True)
class Ours:
    """What we know about a case before the message.

    :param currency: of the dossier
    :param today: where the company is
    :param ibans: accounts on which we are paid, without spaces
    :param bookings: told before, with those of the debtor and those of ours
    :param test: whether the package was a test
    """

    currency: str
    today: date
    ibans: frozenset[str] = frozenset()
    bookings: tuple[Booking, ...] = ()
    test: bool = False


def look(case: CaseFeedback, ours: Ours, test: bool = False) -> list[Problem]:
    """What is wrong with what is told about a case.

    :param test: whether the message says that it is a test
    """
    return [
        *_about_whom(case, ours, test),
        *(found for each in case.all(Booking) for found in _booking(each, case, ours)),
        *_balance(case, ours),
        *(found for each in case.all(Remittance) for found in _remittance(each, ours)),
        *_days(case, ours),
    ]


def _about_whom(case, ours, test) -> Iterator[Problem]:
    if case.currency and case.currency != ours.currency:
        yield problem(
            "feedback_currency", case.case_number, said=case.currency, wanted=ours.currency
        )
    if test != ours.test:
        yield problem("feedback_test", case.case_number)


def _booking(booking, case, ours) -> Iterator[Problem]:
    where = f"booking {booking.id}"
    if booking.type not in EITHER and (
        booking.amount > 0 if booking.type in NEGATIVE else booking.amount < 0
    ):
        yield problem("feedback_sign", where, type=booking.type, amount=booking.amount)
    parts = (booking.to_principal, booking.to_interest, booking.to_costs)
    if any(part is not None for part in parts):
        found = sum((part or ZERO for part in parts), ZERO)
        if found != -booking.amount:
            yield problem("feedback_parts", where, found=found, amount=-booking.amount)
    known = {each.id for each in (*ours.bookings, *case.all(Booking))}
    if booking.reverses and (booking.reverses not in known or booking.reverses == booking.id):
        yield problem("feedback_reverses", where, id=booking.reverses)


def _balance(case, ours) -> Iterator[Problem]:
    balance = case.one(Balance)
    if not balance:
        return
    found = balance.principal + balance.interest + balance.costs
    if found != balance.due:
        yield problem("feedback_balance", case.case_number, found=found, due=balance.due)
    owed = list(_of_debtor((*ours.bookings, *case.all(Booking)), balance.as_of))
    total = sum((each.amount for each in owed), ZERO)
    if owed and total != balance.due:
        yield problem("feedback_bookings", case.case_number, found=total, due=balance.due)


def _of_debtor(bookings: Iterable[Booking], day: date) -> Iterator[Booking]:
    """The bookings at the debtor's expense until a day, each once."""
    seen = set()
    for each in bookings:
        if each.charged_to == "debtor" and each.date <= day and each.id not in seen:
            seen.add(each.id)
            yield each


def _remittance(remittance, ours) -> Iterator[Problem]:
    where = f"remittance {remittance.id}"
    kept = remittance.withheld + remittance.withheld_vat
    if remittance.collected - kept != remittance.paid_out:
        found = remittance.collected - kept
        yield problem("feedback_paid_out", where, found=found, paid_out=remittance.paid_out)
    if min(remittance.collected, remittance.withheld, remittance.withheld_vat) < 0:
        yield problem("feedback_negative", where)
    if ours.ibans and remittance.iban not in ours.ibans:
        yield problem("feedback_iban", where, iban=remittance.iban)


def _days(case, ours) -> Iterator[Problem]:
    told = [
        *((each.KIND, each.since) for each in case.all(Status)),
        *((f"{each.KIND} {each.id}", each.date) for each in case.all(Booking)),
        *((f"{each.KIND} {each.id}", each.date) for each in case.all(Remittance)),
        *((each.KIND, each.as_of) for each in case.all(Balance)),
        *((each.KIND, each.date) for each in case.all(Closure)),
    ]
    for where, day in told:
        if day > ours.today:
            yield problem("feedback_future", where, day=day)
