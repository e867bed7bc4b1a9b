"""What happens to one open receivable, today, and why.

This is the only place that knows. Everything it needs comes in as plain values
(:class:`~.facts.ItemFacts`, :class:`~.facts.Ladder`, :class:`~.working_days.Calendar`),
everything it says goes out as a plain :class:`Decision`.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from .decision import CLOSED, ONE_DAY, SEND, Case, Decision, Step
from .facts import TO_ORDER, ItemFacts, Ladder
from .formal import default, law, notice, term
from .ladder import expected_day, first_day, next_rung
from .work import BY_HAND, CALL, TO_WORK, WORK, beside, paying, through
from .working_days import Calendar, add_working_days

ONE_WEEK = timedelta(days=7)
#: Working days in which the account manager of a key account may object.
VETO_DAYS = 3
#: After so many failures of the same message a person decides.
MAX_FAILURES = 3
#: Messages may leave on any day, where nobody says otherwise.
EVERY_DAY = Calendar()

#: Every reason code :func:`decide` can give; the words for people live in the add-on.
REASONS = (
    "paid",
    "not_posted",
    "no_followup",
    "core_blocked",
    "intercompany",
    "employee",
    "hold",
    "ambiguous",
    "approval",
    "under_way",
    "to_post",
    "to_call",
    "to_decide",
    "failed",
    "retry",
    "match_credit",
    "we_owe",
    "money_under_way",
    "receipt",
    "bank_behind",
    "direct_debit",
    "invoice_not_sent",
    "invoice_bounced",
    "old_backlog",
    "backlog_call",
    "no_ladder",
    "end_of_ladder",
    "not_yet",
    "spacing",
    "resumed",
    "debtor_gap",
    "send_day",
    "cap",
    "below_minimum",
    "law",
    "no_default",
    "default",
    "term",
    "no_notice",
    "letter",
    "held",
    "no_address",
    "no_number",
    "veto",
    "due",
)


def decide(
    facts: ItemFacts,
    ladder: Ladder | None,
    day: date,
    calendar: Calendar | None = None,
    explain: bool = False,
) -> Decision:
    """Say what happens to an item on ``day``: send a rung, wait until a day, or stay blocked.

    Pure and total: the same facts always give the same answer, and there always is one.

    :param explain: add the trace of the rules; runs over whole ledgers leave it out
    """
    case = Case(facts, ladder, day, calendar or EVERY_DAY)
    for rule in CHECKS:
        decision = rule(case)
        if decision is not None:
            break
    else:
        rule = None
        channels = through(case.rung, case.channels)
        decision = Decision(SEND, "due", case.rung, channels, next_on=_next_on(case))
    if not explain:
        return decision
    return replace(decision, trace=_trace(facts, rule))


def _trace(facts, rule):
    """The rules up to ``rule``, which decided (``None``: none), with the facts each looked at."""
    place = CHECKS.index(rule) if rule else len(CHECKS)
    steps = []
    for number, (code, _rule, shown) in enumerate(RULES[: place + 1]):
        steps.append(Step(code, number < place, {name: getattr(facts, name) for name in shown}))
    return tuple(steps)


def _next_on(case):
    """When what follows a demand with a term leaves, where that is fixed."""
    rung = case.rung
    if not (rung.demand and rung.term_days):
        return None
    return expected_day(case.ladder, rung.position, case.facts.base, case.day, case.calendar)


# -- what the books themselves say ---------------------------------------------------------


def _open(case):
    return None if case.facts.open > 0 else Decision(CLOSED, "paid")


def _posted(case):
    return None if case.facts.posted else case.blocked("not_posted")


def _no_followup(case):
    return case.blocked("no_followup") if case.facts.no_followup else None


def _core_blocked(case):
    return case.blocked("core_blocked") if case.facts.core_blocked else None


def _intercompany(case):
    return case.blocked("intercompany") if case.facts.intercompany else None


def _employee(case):
    return case.blocked("employee") if case.facts.employee else None


# -- holds on everything -------------------------------------------------------------------


def _hold(case):
    """The hold that lasts longest decides."""
    if not case.facts.holds:
        return None
    active = [h for h in case.facts.holds if h.amount is None and h.counts_on(case.day)]
    if not active:
        return None
    longest = max(active, key=lambda h: (h.until is None, h.until or h.since))
    if longest.until is None:
        return case.blocked("hold", hold_id=longest.hold_id)
    return case.wait("hold", longest.until + ONE_DAY, hold_id=longest.hold_id)


# -- messages somewhere between us and the debtor ------------------------------------------


def _ambiguous(case):
    return case.blocked("ambiguous") if case.facts.in_flight == "ambiguous" else None


def _approval(case):
    if case.facts.in_flight == "planned":
        return case.wait("approval", case.day + ONE_DAY)
    return None


def _under_way(case):
    state = case.facts.in_flight
    if state in TO_WORK and case.ladder and beside(_next(case)):
        return None  # its message did not leave: that waits for nobody's call
    if state in BY_HAND:
        return case.blocked(state)
    return case.wait("under_way", case.day + ONE_DAY) if state else None


def _failed(case):
    return case.blocked("failed") if case.facts.failures >= MAX_FAILURES else None


def _retry(case):
    return case.wait("retry", case.day + ONE_DAY) if case.facts.failed_on == case.day else None


# -- money that is there or on its way, matched or not --------------------------------------


def _match_credit(case):
    facts = case.facts
    if facts.open > facts.covered and facts.debtor_total > 0:
        return None
    return case.wait("match_credit", case.day + ONE_DAY)


def _we_owe(case):
    facts = case.facts
    if facts.we_owe is None or facts.we_owe < facts.debtor_total:
        return None
    return case.wait("we_owe", case.day + ONE_DAY)


def _money_under_way(case):
    facts = case.facts
    if facts.open - facts.covered > facts.under_way:
        return None
    return case.wait("money_under_way", case.day + ONE_DAY)


def _held_in_part(case):
    if not case.facts.holds or case.facts.claim(case.day) > 0:
        return None
    partial = [h for h in case.facts.holds if h.amount and h.counts_on(case.day)]
    return case.blocked("hold", hold_id=partial[0].hold_id)


def _receipt(case):
    until = case.facts.receipt_until
    return case.wait("receipt", until + ONE_DAY) if until and case.day <= until else None


def _bank(case):
    until = case.facts.bank_until
    return case.wait("bank_behind", max(until, case.day + ONE_DAY)) if until else None


# -- whether this invoice is fit to be reminded of at all -----------------------------------


def _direct_debit(case):
    """To be collected; a refused collection gives the ladder its first day."""
    if not case.facts.direct_debit or case.facts.count_from:
        return None
    return case.wait("direct_debit", case.day + ONE_DAY)


def _invoice_sent(case):
    return None if case.facts.invoice_sent else case.blocked("invoice_not_sent")


def _invoice_bounced(case):
    facts = case.facts
    return case.blocked("invoice_bounced") if facts.invoice_bounced and not facts.reached else None


def _backlog(case):
    facts = case.facts
    if not facts.backlog or facts.reached:
        return None
    return case.blocked("old_backlog" if facts.backlog == "old" else "backlog_call")


# -- which rung, on which day, by which channels --------------------------------------------


def _ladder(case):
    return None if case.ladder and case.ladder.rungs else case.blocked("no_ladder")


def _next(case):
    facts = case.facts
    return next_rung(case.ladder, facts.reached, facts.base, case.day, facts.start)


def _rung(case):
    case.rung = _next(case)
    return None if case.rung else case.blocked("end_of_ladder")


def _unanswered(case):
    """Nothing formal leaves while a message of the debtor waits for its answer."""
    if not case.facts.holds or not case.rung.formal:
        return None
    waits = case.facts.unanswered(case.day)
    return case.blocked("hold", case.rung, hold_id=waits.hold_id) if waits else None


def _not_before(case, code, first):
    return case.wait(code, first, case.rung) if case.day < first else None


def _not_yet(case):
    return _not_before(case, "not_yet", first_day(case.rung, case.facts.base, case.calendar))


def _spacing(case):
    reached_on = case.facts.reached_on
    if not reached_on:
        return None
    return _not_before(case, "spacing", reached_on + timedelta(days=case.rung.spacing))


def _resumed(case):
    resumed_on = case.facts.resumed_on
    return _not_before(case, "resumed", resumed_on + ONE_DAY) if resumed_on else None


def _debtor_gap(case):
    if not case.facts.last_message:
        return None
    gap = 1 if case.rung.formal else max(case.ladder.gap, 1)
    return _not_before(case, "debtor_gap", case.facts.last_message + timedelta(days=gap))


def _send_day(case):
    if case.rung.listed:
        return None
    return _not_before(case, "send_day", case.calendar.first_day(case.day, case.rung.formal))


def _minimum(case):
    facts, rung, day = case.facts, case.rung, case.day
    if facts.debtor_total >= rung.minimum and facts.open_company >= rung.item_minimum:
        return None
    # A rung before the due date lapses on it: look again at the one after it in time.
    again = min(day + ONE_WEEK, facts.base) if rung.days < 0 else day + ONE_WEEK
    return case.wait("below_minimum", again, rung)


def _channel(case):
    facts, rung = case.facts, case.rung
    reachable = facts.reachable
    if rung.recipient in TO_ORDER:
        reachable |= facts.order_reachable
    reached = tuple(each for each in rung.channels if each in reachable)
    case.channels = paying(rung, reached, facts.debtor_total)
    if case.channels and facts.in_flight:
        case.channels = tuple(each for each in case.channels if each not in WORK)
        if not case.channels:
            return case.blocked(facts.in_flight, rung)
    if case.channels:
        return None
    if reached:
        return case.wait("below_minimum", case.day + ONE_WEEK, rung)
    return case.blocked("no_number" if rung.channels == (CALL,) else "no_address", rung)


def _veto(case):
    """The account manager of a key account has some days to object to a formal rung."""
    facts = case.facts
    if not (facts.key_account and case.rung.formal):
        return None
    until = add_working_days(facts.veto_from or case.day, VETO_DAYS, case.calendar.closed)
    return _not_before(case, "veto", until)


#: The rules in their order: the name of each in the trace, what decides, and the facts to show.
#: The first that has something to say decides; when none has, the rung is sent.
RULES = (
    ("open", _open, ("open",)),
    ("posted", _posted, ()),
    ("no_followup", _no_followup, ()),
    ("core_blocked", _core_blocked, ()),
    ("intercompany", _intercompany, ()),
    ("employee", _employee, ()),
    ("hold", _hold, ("holds",)),
    ("ambiguous", _ambiguous, ()),
    ("approval", _approval, ()),
    ("under_way", _under_way, ("in_flight",)),
    ("failed", _failed, ("failures",)),
    ("retry", _retry, ("failed_on",)),
    ("match_credit", _match_credit, ("covered", "debtor_total")),
    ("we_owe", _we_owe, ("we_owe", "debtor_total")),
    ("money_under_way", _money_under_way, ("under_way",)),
    ("held_in_part", _held_in_part, ("holds",)),
    ("receipt", _receipt, ("receipt_until",)),
    ("bank", _bank, ("bank_until",)),
    ("direct_debit", _direct_debit, ()),
    ("invoice_sent", _invoice_sent, ()),
    ("invoice_bounced", _invoice_bounced, ()),
    ("backlog", _backlog, ("backlog",)),
    ("ladder", _ladder, ()),
    ("rung", _rung, ("reached", "start")),
    ("unanswered", _unanswered, ("holds",)),
    ("not_yet", _not_yet, ("due", "count_from")),
    ("spacing", _spacing, ("reached_on",)),
    ("resumed", _resumed, ("resumed_on",)),
    ("debtor_gap", _debtor_gap, ("last_message",)),
    ("send_day", _send_day, ()),
    ("minimum", _minimum, ("debtor_total", "open_company")),
    ("law", law, ("law",)),
    ("default", default, ("law",)),
    ("term", term, ("law",)),
    ("notice", notice, ("law",)),
    ("channel", _channel, ("reachable",)),
    ("veto", _veto, ("veto_from",)),
)
#: What decides, in order.
CHECKS = tuple(rule for _code, rule, _shown in RULES)
