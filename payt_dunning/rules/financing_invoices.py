"""What counts of each open invoice for a financier, and what can be drawn in all.

An invoice is looked at by every criterion, so that all its reasons are told. Of one that
qualifies is taken off, in this order: what is disputed, payments under way, money that names it
and free credits of the debtor, what we owe it, and what one debtor is too large for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from .allocation import cover
from .financing import (
    CENT,
    CONCENTRATION,
    CONSUMER,
    COSTS,
    COUNTRY,
    CREDITED,
    CURRENCY,
    DISPUTED,
    HUNDRED,
    IN_CASE,
    IN_DISPUTE,
    IN_PLAN,
    NOT_YET,
    NOTHING_OPEN,
    ON_HOLD,
    OVERDUE,
    OWED,
    PLEDGED,
    RELATED,
    TOO_OLD,
    TOO_SMALL,
    UNDER_WAY,
    ZERO,
    Answer,
    Company,
    Criteria,
    answers,
    down,
)

#: Kinds of debtors that are no natural persons; one that is not known may be one.
NO_PERSONS = frozenset({"business", "public_body"})


@dataclass(frozen=True, slots=True)
class Invoice:
    """An open invoice, as plain values; amounts are in the financing's currency.

    :param key: tells it from others, and breaks ties
    :param debtor: the commercial partner
    :param open: what is open; ``None``: worth nobody knows what, for there is no rate
    :param due: of the oldest part that is open
    :param country: code of the debtor's country
    :param kind: of debtor
    :param related: ``group`` or ``employee``
    :param under_way: paid already, but not booked
    :param on_hold: why it stands still: somebody says it has been paid, the debtor is insolvent
    :param costs: it claims costs or interest of reminders
    :param pledged_to: the financier that has it, or was offered it
    :param pledged_here: what counts of it already with the financier that asks
    """

    key: int
    debtor: int
    currency: str
    open: Decimal | None
    invoice_date: date | None = None
    due: date | None = None
    country: str | None = None
    kind: str | None = None
    related: str = ""
    disputed: Decimal = ZERO
    under_way: Decimal = ZERO
    in_plan: bool = False
    in_case: bool = False
    on_hold: str = ""
    costs: bool = False
    pledged_to: str = ""
    pledged_here: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Named:
    """A credit note, receipt or payment not matched yet that says for which invoices it is.

    :param pile: debtor and currency whose invoices get what is left of it
    :param amount: in the financing's currency, above zero
    :param keys: of those invoices
    """

    pile: tuple[int, str]
    amount: Decimal
    keys: frozenset[int]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an invoice does not count, or not in whole.

    :param amount: what it keeps from counting
    :param values: plain values for the words
    """

    code: str
    amount: Decimal
    values: dict = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What counts of an invoice, what is advanced on it, and all reasons for less."""

    counts: Decimal
    advance: Decimal
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """The whole check.

    :param outcomes: by the key of the invoice
    :param advance: sum of what is advanced on each
    :param room: what can be drawn now; nothing while the company does not qualify
    """

    answers: tuple[Answer, ...]
    outcomes: dict[int, Outcome]
    open: Decimal
    counts: Decimal
    advance: Decimal
    drawn: Decimal
    room: Decimal

    @property
    def qualifies(self) -> bool:
        """Whether the company keeps to all that is asked of it."""
        return all(answer.ok for answer in self.answers)


def check(
    criteria: Criteria,
    company: Company,
    invoices: Iterable[Invoice],
    credits: Mapping[tuple[int, str], Decimal] | None = None,
    owed: Mapping[int, Decimal | None] | None = None,
    drawn: Decimal = ZERO,
    step: Decimal = CENT,
    named: Iterable[Named] = (),
) -> Verdict:
    """What a financier that asks ``criteria`` would advance.

    :param credits: free credits and receipts by debtor and currency, above zero, that name nothing
    :param owed: what we owe debtors; ``None``: something, but nobody knows what it is worth
    :param drawn: advanced before or asked for, and not settled
    :param step: smallest amount of the currency
    :param named: the others, oldest first
    """
    invoices = list(invoices)
    told = answers(criteria, company)
    outcomes = judge(criteria, company.day, invoices, credits or {}, owed or {}, step, named)
    advance = sum((each.advance for each in outcomes.values()), ZERO)
    room = advance if all(answer.ok for answer in told) else ZERO
    if criteria.limit is not None:
        room = min(room, down(criteria.limit, step) - drawn)
    return Verdict(
        told,
        outcomes,
        sum((each.open or ZERO for each in invoices), ZERO),
        sum((each.counts for each in outcomes.values()), ZERO),
        advance,
        drawn,
        max(room, ZERO),
    )


def judge(criteria, day, invoices, credits, owed, step=CENT, named=()) -> dict[int, Outcome]:
    """What counts of each invoice, in any order; see :func:`check`."""
    invoices = sorted(invoices, key=_age)
    reasons = {each.key: refusals(criteria, day, each) for each in invoices}
    counts = {}
    covered = _credited(invoices, reasons, credits, named)
    for each in invoices:
        if reasons[each.key]:
            counts[each.key] = ZERO
            continue
        left = each.open
        for code, amount in (
            (IN_DISPUTE, each.disputed),
            (UNDER_WAY, each.under_way),
            (CREDITED, covered.get(each.key, ZERO)),
        ):
            left -= _take(reasons[each.key], code, min(amount, left))
        counts[each.key] = down(left, step)
    if criteria.deduct_owed:
        _take_owed(invoices, counts, reasons, owed, step)
    if criteria.concentration is not None:
        _concentrate(criteria.concentration, invoices, counts, reasons, step)
    rate = criteria.advance / HUNDRED
    return {
        key: Outcome(count, down(count * rate, step), tuple(reasons[key]))
        for key, count in counts.items()
    }


def refusals(criteria: Criteria, day: date, invoice: Invoice) -> list[Reason]:
    """All reasons for which nothing of an invoice counts."""
    amount = invoice.open or ZERO
    return [
        Reason(code, max(amount, ZERO), values)
        for code, values in (
            *_state(criteria, invoice, amount),
            *_debtor(criteria, invoice),
            *_time(criteria, day, invoice),
        )
    ]


def _state(criteria, invoice, amount):
    """Of the invoice itself: what it is, and what became of it."""
    if invoice.open is None:
        yield CURRENCY, {"currency": invoice.currency, "no_rate": True}
    elif criteria.currencies and invoice.currency not in criteria.currencies:
        yield CURRENCY, {"currency": invoice.currency}
    if invoice.open is not None and amount <= 0:
        yield NOTHING_OPEN, {}
    if invoice.pledged_to:
        yield PLEDGED, {"to": invoice.pledged_to}
    if invoice.costs:
        yield COSTS, {}
    if criteria.least is not None and ZERO < amount < criteria.least:
        yield TOO_SMALL, {"least": str(criteria.least), "open": str(amount)}
    if invoice.disputed > 0 and (not criteria.disputed or invoice.disputed >= amount):
        yield DISPUTED, {"disputed": str(min(invoice.disputed, amount)), "open": str(amount)}
    if invoice.in_plan and not criteria.in_plan:
        yield IN_PLAN, {}
    if invoice.in_case and not criteria.in_case:
        yield IN_CASE, {}
    if invoice.on_hold:
        yield ON_HOLD, {"kind": invoice.on_hold}


def _debtor(criteria, invoice):
    if criteria.countries and invoice.country not in criteria.countries:
        yield COUNTRY, {"country": invoice.country or ""}
    if not criteria.consumers and invoice.kind not in NO_PERSONS:
        yield CONSUMER, {"kind": invoice.kind or ""}
    if invoice.related and not criteria.related:
        yield RELATED, {"who": invoice.related}


def _time(criteria, day, invoice):
    """By its dates; one that is asked about and is not known is too old."""
    issued, due = invoice.invoice_date, invoice.due
    if issued and issued > day:
        yield NOT_YET, {"day": issued.isoformat()}
    for code, most, since in (
        (TOO_OLD, criteria.days_old, issued),
        (OVERDUE, criteria.days_overdue, due),
    ):
        if most is None:
            continue
        if since is None:
            yield code, {"days": None, "most": most}
        elif (day - since).days > most:
            yield code, {"days": (day - since).days, "most": most}


def _age(invoice):
    """Sorts invoices: oldest due first; what has no due date comes last."""
    return (invoice.due or date.max, invoice.invoice_date or date.max, invoice.key)


def _take(reasons, code, amount, **values):
    """Note what is taken off an invoice; nothing is no reason."""
    if amount > 0:
        reasons.append(Reason(code, amount, values))
    return max(amount, ZERO)


def _credited(invoices, refused, credits, named):
    """Money not matched yet, set against invoices: ``{key: amount}``.

    What names an invoice is for it, whether it qualifies or not. The rest goes to what is neither
    disputed nor under way of invoices that qualify, the oldest first: nobody knows which one the
    debtor meant, and a financier has to reckon with these.
    """
    covered, left = defaultdict(Decimal), defaultdict(Decimal, credits)
    known = {each.key: each for each in invoices if each.open is not None}
    for money in named:
        rows = [
            (each.key, each.due or date.max, each.open - covered[each.key])
            for each in map(known.get, sorted(money.keys))
            if each
        ]
        parts = cover(rows, money.amount)
        for key, part in parts.items():
            covered[key] += part
        left[money.pile] += money.amount - sum(parts.values(), ZERO)
    piles = defaultdict(list)
    for each in known.values():
        if not refused[each.key] and left.get((each.debtor, each.currency)):
            free = each.open - each.disputed - each.under_way - covered[each.key]
            piles[each.debtor, each.currency].append((each.key, each.due or date.max, free))
    for pile, rows in piles.items():
        for key, part in cover(rows, left[pile]).items():
            covered[key] += part
    return covered


def _take_owed(invoices, counts, reasons, owed, step):
    """Take what we owe a debtor off what would count: it may choose what to set off."""
    left = dict(owed)
    for each in invoices:
        count = counts[each.key]
        if not count or each.debtor not in left:
            continue
        known = left[each.debtor]
        part = count if known is None else min(count, known)
        if known is not None:
            left[each.debtor] = known - part
        _take(reasons[each.key], OWED, part, **({} if known is not None else {"no_rate": True}))
        counts[each.key] = down(count - part, step)


def _concentrate(percent, invoices, counts, reasons, step):
    """Cut what one debtor has above its share; oldest due first, so that the newest are cut.

    The share is of all that counts before it and of what counts already with the same
    financier: else many small draws would bring one debtor above it.
    """
    pledged = defaultdict(Decimal)
    for each in invoices:
        pledged[each.debtor] += each.pledged_here
    whole = sum(counts.values(), ZERO) + sum(pledged.values(), ZERO)
    most = down(whole * percent / HUNDRED, step)
    left = {debtor: max(most - amount, ZERO) for debtor, amount in pledged.items()}
    for each in invoices:
        count = counts[each.key]
        part = down(min(count, left[each.debtor]), step)
        left[each.debtor] -= part
        values = {"percent": str(percent), "most": str(most)}
        _take(reasons[each.key], CONCENTRATION, count - part, **values)
        counts[each.key] = part
