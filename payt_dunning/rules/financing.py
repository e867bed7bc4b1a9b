"""What a financier would advance on open invoices: criteria as data, each with its answer.

The criteria are the financier's, the facts are the ledger's own. Nothing is refused without a
reason, and nothing counts that is not known. Amounts are decimals in the company's currency.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

ZERO = Decimal(0)
HUNDRED = Decimal(100)

# Of the company.
LEGAL_FORM = "legal_form"
REGISTERED = "registered"
PROFIT = "profit"
EQUITY = "equity"
FOLLOWED = "followed"
COMPANY_CRITERIA = (LEGAL_FORM, REGISTERED, PROFIT, EQUITY, FOLLOWED)
# Of an invoice.
PLEDGED = "pledged"
DISPUTED = "disputed"
IN_PLAN = "in_plan"
IN_CASE = "in_case"
COUNTRY = "country"
CURRENCY = "currency"
TOO_OLD = "too_old"
OVERDUE = "overdue"
CONSUMER = "consumer"
RELATED = "related"
TOO_SMALL = "too_small"
CONCENTRATION = "concentration"


@dataclass(frozen=True, slots=True)
class Criteria:
    """What a financier asks; ``None`` and an empty set ask nothing.

    :param legal_forms: codes of forms that it finances
    :param months_registered: so long the company must have been registered
    :param months_followed: so long follow-up must have run here
    :param concentration: most that one debtor may be of all that counts, in percent
    :param days_old: most days since the invoice's date
    :param days_overdue: most days since the due date
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
    least: Decimal | None = None
    advance: Decimal = HUNDRED
    limit: Decimal | None = None
