"""What is owed as of a day: the one calculation behind every text, page, case and report.

Claims, payments and charges go through time together. A payment is set against costs that are
due, interest (what has joined the base first) and principal, in the order of the jurisdiction; or,
where *the ledger leads*, what was reconciled on an invoice is principal of that invoice, so that
its principal always equals what the ledger says is open.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from .errors import Refused
from .interest import Accrual, Span, year_ends
from .money import ZERO, cents

LEGAL_ORDER = ("costs", "interest", "principal")


@dataclass(frozen=True, slots=True)
class Claim:
    """One invoice, or one due date of it.

    :param key: what payments call it by
    :param principal: its amount with tax, in cents, above zero
    :param runs_after: the day after which interest runs; ``None``: it does not
    :param parts: the spans in which it runs, see :func:`.interest.spans`
    :param compounding: unpaid interest joins the base after each year
    :param invoiced: no payment can come before this day
    """

    key: int
    principal: Decimal
    due: date
    runs_after: date | None = None
    parts: Sequence[Span] = ()
    compounding: bool = False
    invoiced: date | None = None


@dataclass(frozen=True, slots=True)
class Payment:
    """Money that came in, or a credit note.

    :param claim: the claim that it was reconciled on or meant for; ``None``: any
    :param credit: it takes away what was never owed: principal only, whatever the order
    """

    day: date
    amount: Decimal
    claim: int | None = None
    credit: bool = False


@dataclass(frozen=True, slots=True)
class Charge:
    """Costs or a fee that is due from a day on; less than announced once part is waived."""

    due_from: date
    amount: Decimal
    waived: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Line:
    """A step of the calculation: interest of some days, or a payment.

    :param kind: ``interest``, ``capitalised``, ``payment`` or ``credit``
    :param amount: exact for interest of days, else money
    """

    kind: str
    claim: int | None
    since: date
    until: date
    base: Decimal = ZERO
    percent: Decimal = ZERO
    amount: Decimal = ZERO

    @property
    def days(self) -> int:
        return (self.until - self.since).days + 1


@dataclass(slots=True)
class Allocation:
    """To what one payment went, in cents; the parts add up to its amount."""

    day: date
    costs: Decimal = ZERO
    interest: Decimal = ZERO
    principal: Decimal = ZERO
    unapplied: Decimal = ZERO


@dataclass(slots=True)
class ClaimState:
    """A claim on its way through time."""

    claim: Claim
    accrual: Accrual
    principal: Decimal
    capitalised: Decimal = ZERO
    accrued: Decimal = ZERO
    _ends: list[date] = field(default_factory=list)

    def settle(self) -> Decimal:
        """Running interest as money; its fractions of a cent are gone."""
        money = cents(self.accrual.running)
        self.accrual.running = money
        return money

    def through(self, day: date, lines: list[Line]) -> None:
        """Let interest run through ``day``."""
        while self._ends and self._ends[0] <= day:
            end = self._ends.pop(0)
            self._run(end, lines)
            money = self.settle()
            self.accrual.running = ZERO
            self.accrued += money
            self.capitalised += money
            self.accrual.base += money
            if money:
                lines.append(Line("capitalised", self.claim.key, end, end, amount=money))
        self._run(day, lines)

    def _run(self, day: date, lines: list[Line]) -> None:
        for part, interest in self.accrual.through(day, self.claim.parts):
            lines.append(
                Line(
                    "interest",
                    self.claim.key,
                    part.since,
                    part.until,
                    self.accrual.base,
                    part.percent,
                    interest,
                )
            )

    def pay_interest(self, money: Decimal) -> Decimal:
        """Pay what has joined the base first, then what runs; returns what was used."""
        joined = min(money, self.capitalised)
        self.capitalised -= joined
        self.accrual.base -= joined
        running = self.settle()
        paid = min(money - joined, running)
        self.accrual.running = running - paid
        self.accrued += paid
        return joined + paid

    def pay_principal(self, money: Decimal) -> Decimal:
        paid = min(money, self.principal)
        self.principal -= paid
        self.accrual.base -= paid
        return paid

    @property
    def interest(self) -> Decimal:
        """Open interest as money."""
        return self.capitalised + cents(self.accrual.running)

    @property
    def accrued_total(self) -> Decimal:
        """All interest there has been, paid or not, as money."""
        return self.accrued + cents(self.accrual.running)


@dataclass(frozen=True, slots=True)
class Statement:
    """What is owed on a day; money in cents, never negative.

    :param claims: by key
    :param costs: charges that are due and not paid or waived
    :param lines: the calculation, step by step
    """

    day: date
    claims: dict[int, ClaimState]
    costs: Decimal
    allocations: tuple[Allocation, ...]
    lines: tuple[Line, ...]

    @property
    def principal(self) -> Decimal:
        return sum((state.principal for state in self.claims.values()), ZERO)

    @property
    def interest(self) -> Decimal:
        return sum((state.interest for state in self.claims.values()), ZERO)

    @property
    def accrued(self) -> Decimal:
        return sum((state.accrued_total for state in self.claims.values()), ZERO)

    @property
    def unapplied(self) -> Decimal:
        """What was paid too much."""
        return sum((each.unapplied for each in self.allocations), ZERO)

    @property
    def total(self) -> Decimal:
        return self.principal + self.interest + self.costs


def owed(
    claims: Iterable[Claim],
    payments: Iterable[Payment],
    charges: Iterable[Charge],
    day: date,
    order: Sequence[str] = LEGAL_ORDER,
    ledger_leads: bool = False,
) -> Statement:
    """What is owed on ``day``, that day included.

    :param payments: those after ``day`` don't count yet; same-day ones keep their order
    :param order: what a payment goes to first
    :param ledger_leads: a payment with a claim is principal of that claim
    :raises Refused: of amounts that can't be, payments of unknown claims or before the invoice
    """
    states = {claim.key: _start(claim, day) for claim in claims}
    by_due = sorted(states.values(), key=lambda state: (state.claim.due, state.claim.key))
    debts = sorted(([c.due_from, _charge(c)] for c in charges), key=lambda debt: debt[0])
    lines: list[Line] = []
    allocations = []
    for payment in sorted(payments, key=lambda each: each.day):
        _check(payment, states)
        if payment.day > day:
            continue
        for state in by_due:
            state.through(payment.day, lines)
        parts = Allocation(payment.day)
        first = [states[payment.claim]] if payment.claim is not None else []
        ordered = first + [state for state in by_due if state not in first]
        if payment.credit or (ledger_leads and first):
            _pay_principal(payment.amount, first or ordered, parts)
        else:
            _pay(payment, ordered, debts, order, parts)
        kind = "credit" if payment.credit else "payment"
        lines.append(Line(kind, payment.claim, payment.day, payment.day, amount=payment.amount))
        allocations.append(parts)
    for state in by_due:
        state.through(day, lines)
    costs = sum((left for due_from, left in debts if due_from <= day), ZERO)
    return Statement(day, states, costs, tuple(allocations), tuple(lines))


def _start(claim: Claim, day: date) -> ClaimState:
    if claim.principal <= 0:
        raise Refused(
            f"the principal of claim {claim.key} must be above zero: {claim.principal}",
            "claim_not_positive",
            amount=claim.principal,
        )
    runs_after = claim.runs_after or day
    ends = list(year_ends(runs_after, day)) if claim.compounding and claim.runs_after else []
    return ClaimState(claim, Accrual(claim.principal, runs_after), claim.principal, _ends=ends)


def _charge(charge: Charge) -> Decimal:
    left = charge.amount - charge.waived
    if charge.amount < 0 or charge.waived < 0 or left < 0:
        raise Refused(
            f"of a charge of {charge.amount} {charge.waived} can't be waived",
            "waived_too_much",
            amount=charge.amount,
            waived=charge.waived,
        )
    return left


def _check(payment: Payment, states: dict[int, ClaimState]) -> None:
    if payment.amount <= 0:
        raise Refused(
            f"the payment of {payment.day} must be above zero: {payment.amount}",
            "payment_not_positive",
            day=payment.day,
            amount=payment.amount,
        )
    if payment.claim is not None and payment.claim not in states:
        raise Refused(
            f"the payment of {payment.day} is for an unknown claim: {payment.claim}",
            "payment_unknown",
            day=payment.day,
        )
    concerned = [states[payment.claim]] if payment.claim is not None else states.values()
    days = [state.claim.invoiced for state in concerned if state.claim.invoiced]
    if days and payment.day < min(days):
        raise Refused(
            f"the payment of {payment.day} comes before the invoice of {min(days)}",
            "payment_early",
            day=payment.day,
            invoiced=min(days),
        )


def _pay_principal(money: Decimal, states: Iterable[ClaimState], parts: Allocation) -> None:
    for state in states:
        paid = state.pay_principal(money)
        parts.principal += paid
        money -= paid
    parts.unapplied += money


def _pay(
    payment: Payment,
    states: Iterable[ClaimState],
    debts: list[list],
    order: Sequence[str],
    parts: Allocation,
) -> None:
    """Set a payment against costs where they come first, then claim by claim, oldest first."""
    money = payment.amount
    if order[0] == "costs":
        money = _pay_costs(payment.day, money, debts, parts)
    within = [what for what in order if what != "costs"]
    for state in states:
        for what in within:
            pay = state.pay_interest if what == "interest" else state.pay_principal
            paid = pay(money)
            setattr(parts, what, getattr(parts, what) + paid)
            money -= paid
    if order[0] != "costs":
        money = _pay_costs(payment.day, money, debts, parts)
    parts.unapplied += money


def _pay_costs(day: date, money: Decimal, debts: list[list], parts: Allocation) -> Decimal:
    for debt in debts:
        if debt[0] <= day:
            paid = min(money, debt[1])
            debt[1] -= paid
            parts.costs += paid
            money -= paid
    return money
