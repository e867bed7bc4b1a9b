"""Whether the costs of collecting may be asked for, and are what their steps say."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from ..law.costs import scale
from ..law.errors import Held, Refused
from ..law.tables import CostRule, LawTables
from .claim import CollectionCosts
from .codes import CONSUMER_NOTICE, NOT_ARRIVED, WITHOUT_COSTS
from .dossier import Dossier
from .problems import Problem, problem
from .slots import CENT
from .story import Event

ZERO, HUNDRED = Decimal(0), Decimal(100)
WHERE = "collection costs"
#: Steps that add up.
ADDED = ("fixed", "scale")


def check_costs(dossier: Dossier, most: Decimal | None = None) -> list[Problem]:
    """What is wrong with the costs of a claim.

    :param most: what the law's scale gives, without VAT; ``None``: not known
    """
    claim, costs = dossier.claim, dossier.claim.costs
    found = _steps(costs)
    paid = sum((each.to_costs for each in claim.payments), ZERO)
    said = costs.paid + sum((each.paid for each in claim.other_costs), ZERO)
    if paid != said:
        found.append(problem("costs_paid", WHERE, paid=said, found=paid))
    if costs.basis in WITHOUT_COSTS:
        if costs.amount or costs.vat:
            asked = costs.amount + costs.vat
            found.append(problem("costs_not_due", WHERE, basis=costs.basis, amount=asked))
        if not costs.reason:
            found.append(problem("costs_no_reason", WHERE, basis=costs.basis))
    if costs.vat and dossier.creditor and dossier.creditor.vat_deductible:
        found.append(problem("vat_deducted", WHERE, vat=costs.vat))
    if costs.amount and any(each.consumer for each in dossier.debtors):
        if most is not None and costs.amount > most:
            found.append(problem("costs_too_high", WHERE, amount=costs.amount, most=most))
        found += _notice(dossier, costs)
    return found


def statutory_most(dossier: Dossier, tables: LawTables) -> Decimal | None:
    """What the law's scale gives on the base that the costs name, without VAT.

    :return: ``None`` where no consumer owes it, or the tables don't say
    """
    claim = dossier.claim
    if not claim or not claim.law or not any(each.consumer for each in dossier.debtors):
        return None
    try:
        rule = tables.one(CostRule, claim.law, "consumer", day=dossier.header.calculation_date)
    except (Held, Refused):
        return None
    return None if rule.each else scale(rule, claim.costs.base)[0]


def _steps(costs: CollectionCosts) -> list[Problem]:
    """Each percentage is right, and the last step gives the amount."""
    found, running = [], ZERO
    for step in costs.steps:
        if step.rate is not None and step.base is not None:
            right = (step.base * step.rate / HUNDRED).quantize(CENT, ROUND_HALF_UP)
            if abs(right - step.amount) > CENT:
                found.append(
                    problem(
                        "costs_step",
                        WHERE,
                        rate=step.rate,
                        base=step.base,
                        found=right,
                        amount=step.amount,
                    )
                )
        running = running + step.amount if step.kind in ADDED else step.amount
    if costs.steps and abs(running - costs.amount) > CENT:
        found.append(problem("costs_steps", WHERE, found=running, amount=costs.amount))
    return found


def _notice(dossier: Dossier, costs: CollectionCosts) -> list[Problem]:
    """A consumer got the statutory notice, and its term has ended."""
    if not costs.notice_event:
        return [problem("costs_no_notice", WHERE)]
    event = next((each for each in dossier.events if each.id == costs.notice_event), None)
    if event is None:
        return []
    if event.kind != CONSUMER_NOTICE:
        return [problem("costs_wrong_notice", WHERE, event=event.id, kind=event.kind)]
    found = []
    if _came_back(event):
        found.append(problem("costs_notice_returned", WHERE, event=event.id))
    day = dossier.header.calculation_date
    if event.term_ends is None or event.term_ends >= day:
        term = event.term_ends or "no last day is given"
        found.append(problem("costs_notice_early", WHERE, event=event.id, term=term))
    return found


def _came_back(event: Event) -> bool:
    """Whether the last that is known of a message is that it did not arrive."""
    latest = max(event.deliveries, key=lambda each: each.at, default=None)
    return latest is not None and latest.status in NOT_ARRIVED
