"""What a message says is owed beside the invoices, or will be, and how that was calculated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from .costs import Circumstances, Costs, CostStep, Creditor, Notice, costs
from .errors import Held, Refused
from .money import ZERO, cents, share
from .standing import Standing
from .tables import CostRule, LawTables
from .terms import BY_POST, Term, term

#: Kinds of contract with terms that recur.
PERIODIC = ("subscription", "rent", "energy")
#: A letter that no notice rule tells about is taken to be there after so many days.
POST_DAYS = 4


@dataclass(frozen=True, slots=True)
class Share:
    """What an item adds to costs.

    :param base: its principal, on which they were calculated
    :param amount: its part, tax included
    """

    item_id: int
    base: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Asked:
    """What a message asks beside the invoices, or announces; money in cents.

    :param notice: code of the statutory notice that it is
    :param term_days: the days to pay that it gives
    :param pay_by: the last of them; what it asks for is right until then
    :param cut: that is sooner than its days to pay give: what follows has its day
    :param announced: costs that are due after that, tax included
    :param tax: part of them that is tax
    :param costs: what is asked for now
    :param fee: a fee for this message, claimed with it
    :param interest: the same, through ``pay_by``
    :param shares: of what is announced
    :param lines: the calculation of what is announced, step by step
    :param used: names of the rows that it was calculated with
    :param held: why costs or interest are not said; ``None``: they are
    """

    jurisdiction: str
    rules: str
    notice: str = ""
    term_days: int = 0
    pay_by: date | None = None
    announced: Decimal = ZERO
    tax: Decimal = ZERO
    costs: Decimal = ZERO
    fee: Decimal = ZERO
    interest: Decimal = ZERO
    basis: str = ""
    shares: tuple[Share, ...] = ()
    lines: tuple[CostStep, ...] = ()
    used: tuple[str, ...] = ()
    held: Held | Refused | None = None
    # Not in its fingerprint: the day says it.
    cut: bool = field(default=False, repr=False)


def term_of(
    tables: LawTables,
    standing: Standing,
    notice: str,
    days: int,
    channel: str,
    sent: date,
    delivered: date | None = None,
) -> Term:
    """The term that a message gives which left on a day.

    :param notice: the statutory notice that it is; empty: a plain demand with ``days`` to pay
    :param delivered: when it was proven to be delivered, where that is known
    :raises Held: when the tables have no such notice
    """
    if notice:
        return term(tables, standing.jurisdiction, notice, channel, sent, delivered=delivered)
    received = delivered or sent + timedelta(days=POST_DAYS if channel in BY_POST else 0)
    return Term(received + timedelta(days=1), received + timedelta(days=days), received)


def check_law(standing: Standing) -> None:
    """Without the tables of a law, or in a currency that it does not know, nothing is said.

    :raises Held: then
    """
    if not standing.jurisdiction or not standing.currency_fits:
        raise Held("no law tables apply in this country and currency", "no_law")


def announced(
    tables: LawTables,
    standings: Sequence[Standing],
    principals: Mapping[int, Decimal],
    creditor: Creditor,
    day: date,
    earlier_fees: int = 0,
) -> Costs:
    """The costs that will be due of some items together, if the notice is in vain.

    :param standings: of the items, in the order of ``principals``; all of one law and rules
    :param principals: what is claimed of each item, by id
    :param earlier_fees: fees on terms of the debtor's contracts in the six months before
    :raises Held: when the tables don't say, or a person has to look first
    """
    first = standings[0]
    rule = tables.one(CostRule, first.jurisdiction, first.rules, day=day)
    facts = Circumstances(
        day=day,
        notice=Notice(rule.needs_notice, expired=True) if rule.needs_notice else None,
        creditor=creditor,
        clause=all(standing.clause for standing in standings),
        periodic=any(standing.claim in PERIODIC for standing in standings),
        earlier_fees=earlier_fees,
        agreed=first.scale if len({standing.scale for standing in standings}) == 1 else None,
    )
    return costs(tables, first.jurisdiction, first.rules, list(principals.values()), facts)


def shares_of(found: Costs, principals: Mapping[int, Decimal]) -> tuple[Share, ...]:
    """What each item adds to costs, tax included; the shares add up exactly."""
    open_ones = {item_id: money for item_id, money in principals.items() if money > 0}
    parts = share(found.total, open_ones)
    return tuple(Share(item_id, open_ones[item_id], parts[item_id]) for item_id in open_ones)


def lessened(announced_total: Decimal, found: Costs) -> tuple[Decimal, Decimal]:
    """What may be claimed of costs: never more than was announced.

    :return: amount before tax, and tax
    """
    if found.total <= announced_total:
        return found.amount, found.vat
    tax = cents(found.vat * announced_total / found.total) if found.total else ZERO
    return announced_total - tax, tax
