"""What a financier would advance on open invoices: criteria as data, each with its answer.

The criteria are the financier's, the facts are the ledger's own. Nothing is refused without a
reason, and nothing counts that is not known. Amounts are decimals in the financing's currency.
What invoices do is in :mod:`.financing_invoices`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_FLOOR, Decimal

from dateutil.relativedelta import relativedelta

ZERO = Decimal(0)
HUNDRED = Decimal(100)
CENT = Decimal("0.01")

# Of the company.
LEGAL_FORM = "legal_form"
REGISTERED = "registered"
PROFIT = "profit"
EQUITY = "equity"
FOLLOWED = "followed"
COMPANY_CRITERIA = (LEGAL_FORM, REGISTERED, PROFIT, EQUITY, FOLLOWED)
# Of an invoice: for these it does not qualify.
PLEDGED = "pledged"
DISPUTED = "disputed"
IN_PLAN = "in_plan"
IN_CASE = "in_case"
ON_HOLD = "on_hold"
COSTS = "costs"
COUNTRY = "country"
CURRENCY = "currency"
NOT_YET = "not_yet"
TOO_OLD = "too_old"
OVERDUE = "overdue"
CONSUMER = "consumer"
RELATED = "related"
TOO_SMALL = "too_small"
NOTHING_OPEN = "nothing_open"
# For these only a part of it counts.
IN_DISPUTE = "in_dispute"
UNDER_WAY = "under_way"
CREDITED = "credited"
OWED = "owed"
CONCENTRATION = "concentration"
REFUSALS = (
    NOTHING_OPEN,
    PLEDGED,
    COSTS,
    CURRENCY,
    COUNTRY,
    CONSUMER,
    RELATED,
    NOT_YET,
    TOO_OLD,
    OVERDUE,
    TOO_SMALL,
    DISPUTED,
    IN_PLAN,
    IN_CASE,
    ON_HOLD,
)
DEDUCTIONS = (IN_DISPUTE, UNDER_WAY, CREDITED, OWED, CONCENTRATION)


@dataclass(frozen=True, slots=True)
class Criteria:
    """What a financier asks; ``None`` and an empty set ask nothing.

    :param legal_forms: codes of forms that it finances
    :param months_registered: so long the company must have been registered
    :param months_followed: so long follow-up must have run here
    :param profit: the company must make one
    :param equity: the company's must be above zero
    :param concentration: most that one debtor may be of all that counts, in percent
    :param days_old: most days since the invoice's date
    :param days_overdue: most days since the due date
    :param countries: codes of those where debtors may be
    :param currencies: codes of those in which invoices may be
    :param consumers: natural persons may be debtors
    :param related: the own group and employees may be debtors
    :param disputed: what is not disputed of an invoice counts; else nothing of it does
    :param in_plan: invoices in a payment plan count
    :param in_case: invoices in a case count
    :param least: so much must be open of an invoice
    :param deduct_owed: what we owe the debtor is taken off
    :param advance: percentage of what counts that is advanced
    :param limit: most that is advanced, of all draws together
    """

    legal_forms: frozenset[str] = frozenset()
    months_registered: int | None = None
    months_followed: int | None = None
    profit: bool = False
    equity: bool = False
    concentration: Decimal | None = None
    days_old: int | None = None
    days_overdue: int | None = None
    countries: frozenset[str] = frozenset()
    currencies: frozenset[str] = frozenset()
    consumers: bool = True
    related: bool = True
    disputed: bool = True
    in_plan: bool = True
    in_case: bool = True
    least: Decimal | None = None
    deduct_owed: bool = False
    advance: Decimal = HUNDRED
    limit: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What a company made in a period, by its books; below zero: a loss."""

    amount: Decimal
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Company:
    """What is known of the company itself; ``None`` where nothing is.

    Amounts are in the company's currency.

    :param legal_form: its code
    :param live_since: first day on which follow-up sent by itself
    :param result: of the period that is looked at
    :param equity: as of the day
    """

    day: date
    legal_form: str | None = None
    registered_on: date | None = None
    live_since: date | None = None
    result: Result | None = None
    equity: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What one criterion of the company says.

    :param known: false where the fact is missing, which is never enough
    :param asked: plain values of what was asked
    :param found: plain values of what was found; dates are ISO text, amounts are text
    """

    criterion: str
    ok: bool
    known: bool = True
    asked: dict = field(default_factory=dict)
    found: dict = field(default_factory=dict)


def down(amount: Decimal, step: Decimal) -> Decimal:
    """An amount in whole steps of a currency, never more than it is."""
    return (amount / step).to_integral_value(ROUND_FLOOR) * step


def answers(criteria: Criteria, company: Company) -> tuple[Answer, ...]:
    """One answer for each criterion that is asked, in the order of :data:`COMPANY_CRITERIA`."""
    found = (
        _legal_form(criteria, company),
        _since(REGISTERED, criteria.months_registered, company.registered_on, company.day),
        _profit(criteria, company),
        _equity(criteria, company),
        _since(FOLLOWED, criteria.months_followed, company.live_since, company.day),
    )
    return tuple(each for each in found if each)


def _legal_form(criteria, company):
    if not criteria.legal_forms:
        return None
    asked = {"forms": sorted(criteria.legal_forms)}
    if not company.legal_form:
        return Answer(LEGAL_FORM, False, False, asked)
    ok = company.legal_form in criteria.legal_forms
    return Answer(LEGAL_FORM, ok, True, asked, {"form": company.legal_form})


def _since(criterion, months, since, day):
    if not months:
        return None
    asked = {"months": months}
    if not since:
        return Answer(criterion, False, False, asked)
    enough = since + relativedelta(months=months)
    found = {"since": since.isoformat(), "enough_on": enough.isoformat()}
    return Answer(criterion, enough <= day, True, asked, found)


def _profit(criteria, company):
    if not criteria.profit:
        return None
    result = company.result
    if not result:
        return Answer(PROFIT, False, False)
    found = {
        "amount": str(result.amount),
        "first": result.first.isoformat(),
        "last": result.last.isoformat(),
    }
    return Answer(PROFIT, result.amount > 0, True, {}, found)


def _equity(criteria, company):
    if not criteria.equity:
        return None
    if company.equity is None:
        return Answer(EQUITY, False, False)
    found = {"amount": str(company.equity), "day": company.day.isoformat()}
    return Answer(EQUITY, company.equity > 0, True, {}, found)
