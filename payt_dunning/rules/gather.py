"""Messages that may cost the debtor money: what they are about, and what they ask or announce."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from .decision import BLOCKED, ONE_DAY, SEND, WAIT, Decision, Step
from .facts import Rung
from .law.asks import PERIODIC, Asked, announced, check_law, shares_of, term_of
from .law.costs import Creditor
from .law.errors import Held, Refused
from .law.money import ZERO, cents
from .law.tables import CONSUMER, LawTables
from .law.terms import BY_POST, Term
from .plan import Candidate, apart

#: Items that wait for one of these go along with a statutory notice of their debtor.
MAY_GO_ALONG = ("not_yet", "spacing", "debtor_gap", "send_day", "below_minimum", "default")


@dataclass(frozen=True, slots=True)
class Bar:
    """What the law's part of messages is made from.

    :param tables: none of whose rows is used yet
    :param currency_id: the company's currency
    :param interest: what interest on some items is on a day: ``(item ids, day) -> amount``
    :param costs: what has been claimed beside some items and is open: ``item ids -> amount``
    :param fees: how many fees on a continuing contract a debtor got in the last six months
    :param proven: which of some debtors used their address in the last twelve months
    """

    tables: LawTables
    creditor: Creditor
    currency_id: int
    interest: Callable[[Sequence[int], date], Decimal]
    costs: Callable[[Sequence[int]], Decimal]
    fees: Callable[[int], int]
    proven: Callable[[Sequence[int]], set[int]]


def gather(candidates: list[Candidate], day: date, bar: Bar) -> list[Candidate]:
    """Complete what leaves on ``day`` where its rung has a part in law.

    A statutory notice takes in every other claimable item of its debtor, so that there is one
    letter for all. What a message asks or announces is put with each of its items; where that
    can't be said, the items are held.
    """
    if not any(_priced(candidate) for candidate in candidates):
        return candidates
    candidates = _by_letter(_one_letter(candidates, day), day, bar)
    groups = defaultdict(list)
    for candidate in candidates:
        if _priced(candidate):
            groups[candidate.pile, apart(candidate)].append(candidate)
    done = {}
    for members in groups.values():
        try:
            asked = _asked(members, day, bar)
        except (Held, Refused) as problem:
            done |= {
                each.facts.item_id: _blocked(each, "held", day, problem=problem) for each in members
            }
        else:
            done |= {each.facts.item_id: replace(each, asked=asked) for each in members}
    return [done.get(candidate.facts.item_id, candidate) for candidate in candidates]


def _priced(candidate: Candidate) -> bool:
    return candidate.decision.action == SEND and candidate.decision.rung.priced


def _one_letter(candidates: list[Candidate], day: date) -> list[Candidate]:
    """Let every claimable item of a debtor go along with its statutory notice."""
    notices = {
        candidate.pile: candidate
        for candidate in candidates
        if candidate.decision.action == SEND and candidate.decision.rung.notice
    }
    return [
        _along(candidate, notices[candidate.pile], day)
        if candidate.pile in notices
        and _goes_along(candidate, notices[candidate.pile].decision.rung, day)
        else candidate
        for candidate in candidates
    ]


def _goes_along(candidate: Candidate, rung: Rung, day: date) -> bool:
    """Whether an item is claimable today, and has not had this notice yet."""
    facts, decision = candidate.facts, candidate.decision
    if decision.rung is None or decision.rung.days > rung.days or facts.claim(day) <= 0:
        return False
    if facts.unanswered(day):
        return False
    if decision.action != SEND and not (decision.action == WAIT and decision.code in MAY_GO_ALONG):
        return False
    standing = facts.law
    return bool(
        facts.due < day
        and standing
        and rung.notice in standing.notices
        and standing.default_after
        and standing.default_after < day
    )


def _along(candidate: Candidate, leader: Candidate, day: date) -> Candidate:
    if candidate.revision_id != leader.revision_id:
        return candidate
    decision = leader.decision
    trace = candidate.decision.trace and (*candidate.decision.trace[:-1], Step("along", True))
    along = Decision(SEND, "due", decision.rung, decision.channels, trace=tuple(trace))
    return replace(candidate, decision=along)


def _by_letter(candidates: list[Candidate], day: date, bar: Bar) -> list[Candidate]:
    """A statutory notice goes by letter, but for small amounts to an address that is in use."""
    alone = {
        candidate.debtor_id: candidate
        for candidate in candidates
        if candidate.decision.action == SEND and _wants_letter(candidate)
    }
    proven = bar.proven([*alone]) if alone else set()
    refused = {
        debtor_id
        for debtor_id, candidate in alone.items()
        if debtor_id not in proven
        or candidate.facts.debtor_total >= candidate.decision.rung.alone_below
    }
    return [
        _blocked(candidate, "letter", day)
        if candidate.debtor_id in refused
        and candidate.decision.action == SEND
        and candidate.decision.rung.notice
        else candidate
        for candidate in candidates
    ]


def _wants_letter(candidate: Candidate) -> bool:
    rung = candidate.decision.rung
    wanted = rung.notice and rung.alone_below and not BY_POST.isdisjoint(rung.channels)
    return bool(wanted) and BY_POST.isdisjoint(candidate.facts.reachable)


def _blocked(candidate: Candidate, code: str, day: date, **values: object) -> Candidate:
    """The item, held by one more rule."""
    trace = candidate.decision.trace
    if trace:
        trace = (*trace, Step(code, False, values))
    decision = Decision(BLOCKED, code, candidate.decision.rung, until=day + ONE_DAY, trace=trace)
    return replace(candidate, decision=decision)


def _asked(members: list[Candidate], day: date, bar: Bar) -> Asked:
    """What one message asks for or announces.

    Where the tables don't say, it claims the invoices alone; but a notice that can't say what is
    due is none.

    :raises Held: of a statutory notice, when the tables don't say
    """
    rung, standing = members[0].decision.rung, members[0].facts.law
    tables = bar.tables.fresh()
    channels = members[0].decision.channels
    asked = Asked(standing.jurisdiction, standing.rules, rung.notice, rung.term_days)
    try:
        if rung.notice or rung.term_days:
            terms = [
                term_of(tables, standing, rung.notice, rung.term_days, channel, day)
                for channel in channels
            ]
            last = max(each.last for each in terms)
            fits = pay_by(terms, [each.decision.next_on for each in members])
            asked = replace(asked, pay_by=fits, cut=fits < last)
        asked = _with_costs(asked, members, day, bar, tables)
        asked = _with_fee(asked, members, day, bar, tables)
        asked = _with_interest(asked, members, day, bar)
    except (Held, Refused) as problem:
        if rung.notice:
            raise
        asked = replace(asked, held=problem)
    return replace(asked, used=tuple(tables.used))


def pay_by(terms: Iterable[Term], next_on: Iterable[date | None] = ()) -> date:
    """The last day to pay that a message names, which goes by several channels.

    Where what follows leaves on a fixed day, it is the day before; but never before the day after
    its receipt.

    :param next_on: when what follows leaves, of each item; ``None``: the term is kept
    """
    last = max(each.last for each in terms)
    before = min((day for day in next_on if day), default=None)
    if before is None:
        return last
    least = max(each.received for each in terms if each.received) + ONE_DAY
    return min(last, max(before - ONE_DAY, least))


def _with_costs(
    asked: Asked, members: list[Candidate], day: date, bar: Bar, tables: LawTables
) -> Asked:
    """With the costs that will be due, or that have been claimed."""
    rung, standing = members[0].decision.rung, members[0].facts.law
    if rung.asks:
        asked = replace(asked, costs=bar.costs([each.facts.item_id for each in members]))
    # Who is owed a notice is told no costs by a message that is none.
    tells = rung.notice or (rung.announces and not standing.needs_notice)
    if not tells or not standing.may_claim_costs:
        return asked
    check_law(standing)
    principals = {each.facts.item_id: each.facts.claim(day) for each in members}
    standings = [each.facts.law for each in members]
    periodic = any(each.claim in PERIODIC for each in standings)
    fees = bar.fees(members[0].debtor_id) if periodic else 0
    found = announced(tables, standings, principals, bar.creditor, day, fees)
    return replace(
        asked,
        announced=found.total,
        tax=found.vat,
        basis=found.why,
        shares=shares_of(found, principals),
        lines=found.lines,
    )


def _with_fee(
    asked: Asked, members: list[Candidate], day: date, bar: Bar, tables: LawTables
) -> Asked:
    """With the fee of its rung: never from consumers, and in company currency only.

    The scale is for all collecting: a fee and costs that were claimed before share it.
    """
    rung, standing = members[0].decision.rung, members[0].facts.law
    claimed = standing.rules != CONSUMER and standing.may_claim_costs
    fits = standing.currency_fits and members[0].currency_id == bar.currency_id
    if not (rung.fee and claimed and fits and standing.jurisdiction):
        return asked
    principals = {each.facts.item_id: each.facts.claim(day) for each in members}
    standings = [each.facts.law for each in members]
    most = announced(tables, standings, principals, bar.creditor, day)
    room = most.amount - bar.costs([*principals])
    return replace(asked, fee=max(min(cents(rung.fee), room), ZERO))


def _with_interest(asked: Asked, members: list[Candidate], day: date, bar: Bar) -> Asked:
    """With the interest that is asked for, through the last day to pay."""
    rung, standing = members[0].decision.rung, members[0].facts.law
    if rung.asks != "costs_interest" or not standing.may_claim_interest:
        return asked
    item_ids = [each.facts.item_id for each in members]
    return replace(asked, interest=bar.interest(item_ids, asked.pay_by or day))
