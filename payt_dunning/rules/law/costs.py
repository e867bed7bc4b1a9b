"""What may be asked for collecting out of court, and whether it may."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from .errors import Held, Refused
from .money import HUNDRED, ZERO, cents, share
from .tables import CostRule, LawTables


@dataclass(frozen=True, slots=True)
class Notice:
    """A statutory notice as it left, or did not.

    :param code: which notice it was
    :param valid: it said all that the law wants, and nothing that makes it void
    :param left: it left the house, and did not come back
    :param expired: its term has passed
    """

    code: str
    valid: bool = True
    left: bool = True
    expired: bool = False
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Creditor:
    """What decides about tax on the costs.

    :param can_deduct: it sets off the tax on what a collector charges
    :param pays_collector: it uses a collector that charges tax
    :param declared: the notice says so
    """

    can_deduct: bool = True
    pays_collector: bool = False
    declared: bool = False


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What else decides about costs.

    :param day: the day for which it is asked
    :param notice: the notice that left before, ``None`` without one
    :param clause: the contract provides for costs
    :param periodic: the claims are terms of a continuing contract
    :param earlier_fees: terms that went unpaid after a notice in the six months before
    :param agreed: percentage and minimum that a contract with a business gives instead
    """

    day: date
    notice: Notice | None = None
    creditor: Creditor = Creditor()
    clause: bool = True
    periodic: bool = False
    earlier_fees: int = 0
    agreed: tuple[Decimal, Decimal] | None = None


#: What steps of a calculation say, in English.
STEPS = {
    "scale": "{base} + {percent}% of {part} (above {above}) = {result}",
    "minimum": "at least {minimum}",
    "maximum": "at most {maximum}",
    "floor": "at least {each} for each of {count} = {result}",
    "vat": "{percent}% of {amount} = {result}",
    "agreed": "agreed: {percent}% of {total}, at least {minimum} = {result}",
}


@dataclass(frozen=True, slots=True)
class CostStep:
    """A step of a calculation.

    :param code: what was done, see :data:`STEPS`
    :param values: its figures, as text
    """

    code: str
    values: dict[str, str]

    def __str__(self) -> str:
        return STEPS[self.code].format(**self.values)


def _step(code: str, **values: object) -> CostStep:
    return CostStep(code, {name: str(value) for name, value in values.items()})


@dataclass(frozen=True, slots=True)
class Costs:
    """What may be asked, and how it came about.

    :param why: in words: what it was calculated with, or why there is nothing
    :param lines: the calculation, step by step
    :param shares: part of ``amount`` for each claim, by its place; they add up exactly
    """

    amount: Decimal
    vat: Decimal
    why: str
    lines: tuple[CostStep, ...] = ()
    ceiling: bool = False
    shares: dict[int, Decimal] | None = None

    @property
    def total(self) -> Decimal:
        return self.amount + self.vat


NOTHING = ZERO.quantize(Decimal("0.01"))


def scale(rule: CostRule, principal: Decimal) -> tuple[Decimal, list[CostStep]]:
    """What a rule's tiers give of a principal, minimum and maximum applied.

    :return: amount in cents, and the calculation
    """
    if principal <= 0 or not rule.tiers:
        return NOTHING, []
    above, base, percent = rule.tiers[0]
    for tier in rule.tiers:
        if principal > tier[0] or (rule.below and principal == tier[0]):
            above, base, percent = tier
    exact = base + (principal - above) * percent / HUNDRED
    amount = cents(exact)
    part = principal - above
    lines = [_step("scale", base=base, percent=percent, part=part, above=above, result=amount)]
    if amount < rule.minimum:
        amount = cents(rule.minimum)
        lines.append(_step("minimum", minimum=amount))
    if rule.maximum is not None and amount > rule.maximum:
        amount = cents(rule.maximum)
        lines.append(_step("maximum", maximum=amount))
    return amount, lines


def why_not(rule: CostRule, facts: Circumstances) -> str:
    """Why no costs may be asked now, in words; empty when they may. The legal gate."""
    if not rule.tiers:
        return f"No costs may be asked ({rule.source})."
    if rule.needs_clause and not facts.clause:
        return f"The contract has no valid clause about costs ({rule.source})."
    if not rule.needs_notice:
        return ""
    notice = facts.notice
    if notice is None or notice.code != rule.needs_notice:
        return f"No {rule.needs_notice} has left ({rule.source})."
    if not notice.valid:
        missing = f": {notice.missing} is missing" if notice.missing else ""
        return f"The {notice.code} is not valid{missing} ({rule.source})."
    if not notice.left:
        return f"The {notice.code} did not reach the debtor ({rule.source})."
    if not notice.expired:
        return f"The term of the {notice.code} has not passed ({rule.source})."
    return ""


def costs(
    tables: LawTables,
    jurisdiction: str,
    debtor: str,
    principals: Sequence[Decimal],
    facts: Circumstances,
) -> Costs:
    """What may be asked for collecting some claims together.

    :param debtor: ``consumer``, ``business`` or ``public``
    :param principals: what is open of each claim, without interest and costs
    :raises Held: when the tables don't say, or a person has to look first
    :raises Refused: when a principal is negative
    """
    for principal in principals:
        if principal < 0:
            raise Refused(
                f"a principal can't be negative: {principal}",
                "principal_negative",
                amount=principal,
            )
    rule = tables.one(CostRule, jurisdiction, debtor, day=facts.day)
    if no := why_not(rule, facts):
        return Costs(NOTHING, NOTHING, no, ceiling=rule.ceiling)
    open_ones = {place: each for place, each in enumerate(principals) if each > 0}
    if not open_ones:
        return Costs(NOTHING, NOTHING, "Nothing is open.", ceiling=rule.ceiling)
    _refuse_stacking(rule, open_ones.values(), facts)
    if facts.agreed and debtor != "consumer":
        amount, lines = _agreed(open_ones, facts.agreed)
    elif rule.each:
        each = {place: scale(rule, principal) for place, principal in open_ones.items()}
        amount = sum((one for one, _lines in each.values()), ZERO)
        lines = [line for _amount, own in each.values() for line in own]
    else:
        amount, lines = scale(rule, sum(open_ones.values(), ZERO))
    floor = cents(rule.floor_each * len(open_ones))
    if amount < floor:
        amount = floor
        lines.append(_step("floor", each=rule.floor_each, count=len(open_ones), result=floor))
    creditor = facts.creditor
    taxed = creditor.pays_collector and creditor.declared and not creditor.can_deduct
    vat = cents(amount * rule.vat_percent / HUNDRED) if taxed else NOTHING
    if vat:
        lines.append(_step("vat", percent=rule.vat_percent, amount=amount, result=vat))
    return Costs(amount, vat, rule.source, tuple(lines), rule.ceiling, share(amount, open_ones))


def _refuse_stacking(rule, principals, facts) -> None:
    """A second fee on a periodic contract within six months is not calculated by itself."""
    if not rule.stacking_limit or not facts.periodic or not facts.earlier_fees:
        return
    if any(principal <= rule.stacking_limit for principal in principals):
        raise Held(
            "a term of this continuing contract went unpaid after a notice less than six months "
            "ago: a second fee must be looked at by a person",
            "second_fee",
        )


def _agreed(principals, agreed) -> tuple[Decimal, list[CostStep]]:
    """Costs that a contract with a business gives."""
    percent, minimum = agreed
    total = sum(principals.values(), ZERO)
    amount = cents(max(total * percent / HUNDRED, minimum))
    return amount, [_step("agreed", percent=percent, total=total, minimum=minimum, result=amount)]
