"""What happens to one open receivable, today, and why.

This is the only place that knows. Everything it needs comes in as plain values
(:class:`ItemFacts`, :class:`Ladder`, :class:`~.working_days.Calendar`), everything it says
goes out as a plain :class:`Decision`. Money is ``Decimal`` in the item's own currency unless
a name says otherwise; days are ``datetime.date``; spans are whole days.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from .working_days import Calendar

SEND = "send"
WAIT = "wait"
BLOCKED = "blocked"
CLOSED = "closed"

#: Phases whose message may cost the debtor money: they go alone and follow their own dates.
FORMAL_PHASES = ("notice", "collection")

ONE_DAY = timedelta(days=1)
ONE_WEEK = timedelta(days=7)
ZERO = Decimal(0)
#: After so many failures of the same message a person decides.
MAX_FAILURES = 3


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of a published ladder.

    :param position: 1-based place in the ladder; it identifies the rung for ever
    :param days: days after the due date (negative: before it)
    :param spacing: least number of days since the item's previous rung left
    :param phase: ``courtesy``, ``reminder``, ``notice`` or ``collection``
    :param channels: channels in order of preference
    :param every_channel: send through all of them; else through the first that works
    :param recipient: ``accounts``, ``management`` or ``both``
    :param minimum: least total that the debtor owes, in company currency
    :param item_minimum: least that is open on the item, in company currency
    :param approval: a person approves the message before it leaves
    :param active: an inactive rung is passed over
    """

    position: int
    days: int
    spacing: int = 0
    phase: str = "reminder"
    channels: tuple[str, ...] = ("email",)
    every_channel: bool = False
    recipient: str = "accounts"
    minimum: Decimal = ZERO
    item_minimum: Decimal = ZERO
    approval: bool = False
    active: bool = True

    @property
    def formal(self) -> bool:
        """Whether the message may cost the debtor money."""
        return self.phase in FORMAL_PHASES


@dataclass(frozen=True, slots=True)
class Ladder:
    """A published revision of a policy.

    :param gap: least number of days between two friendly messages to one debtor
    :param per_invoice: one message for each item instead of one for each debtor
    """

    rungs: tuple[Rung, ...]
    gap: int = 7
    per_invoice: bool = False


@dataclass(frozen=True, slots=True)
class HoldFacts:
    """Something that stops the clock, for all of an item or for an amount of it.

    :param until: last day on which it counts; ``None``: until it is released
    :param amount: the part it holds, in the item's currency; ``None``: everything
    """

    hold_id: int
    kind: str
    since: date
    until: date | None = None
    amount: Decimal | None = None

    def counts_on(self, day: date) -> bool:
        """Whether it stops the clock on ``day``."""
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """What is known about one open receivable line at one moment.

    :param open: residual in the item's currency
    :param open_company: the same in company currency
    :param covered: part of ``open`` that free credits of the debtor cover
    :param under_way: part of it for which a payment has been started
    :param reached: position of the last rung known to have left (0: none)
    :param reached_on: the day it left
    :param resumed_on: the day on which a pause ended last
    :param in_flight: state of a live notice about this item that has not left yet
    :param failures: how often a message for the next rung failed
    :param failed_on: the last day on which one failed
    :param receipt_until: money was received that may be for this; look again after this day
    :param bank_until: the bank's statements are behind; look again after this day
    :param debtor_total: everything the debtor owes net of credits, in company currency
    :param last_message: last day on which a message left for this debtor, in this currency
    :param reachable: channels by which this debtor can be reached
    """

    item_id: int
    due: date
    open: Decimal
    open_company: Decimal = ZERO
    covered: Decimal = ZERO
    under_way: Decimal = ZERO
    reached: int = 0
    reached_on: date | None = None
    resumed_on: date | None = None
    in_flight: str | None = None
    failures: int = 0
    failed_on: date | None = None
    posted: bool = True
    no_followup: bool = False
    core_blocked: bool = False
    intercompany: bool = False
    direct_debit: bool = False
    invoice_sent: bool = True
    old_backlog: bool = False
    receipt_until: date | None = None
    bank_until: date | None = None
    holds: tuple[HoldFacts, ...] = ()
    debtor_total: Decimal = ZERO
    last_message: date | None = None
    reachable: frozenset[str] = frozenset()

    def held(self, day: date) -> Decimal:
        """The amount that partial holds take out of follow-up on ``day``."""
        return sum((h.amount for h in self.holds if h.amount and h.counts_on(day)), ZERO)

    def claim(self, day: date) -> Decimal:
        """What may be asked for on ``day``; never negative."""
        return max(self.open - self.covered - self.under_way - self.held(day), ZERO)


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the trace: a rule, whether it let the item pass, and its values."""

    code: str
    passed: bool
    values: dict = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Decision:
    """The outcome for one item.

    :param action: ``send``, ``wait``, ``blocked`` or ``closed``
    :param code: why; one of the codes in :data:`REASONS`
    :param rung: the rung to send or waited for
    :param channels: the channels to send by
    :param hold_id: the hold behind it
    :param until: look again on this day, not before; ``None`` when something is to be sent
    """

    action: str
    code: str
    rung: Rung | None = None
    channels: tuple[str, ...] = ()
    hold_id: int = 0
    until: date | None = None
    trace: tuple[Step, ...] = ()


#: Every reason code :func:`decide` can give; the words for people live in the add-on.
REASONS = (
    "paid",
    "not_posted",
    "no_followup",
    "core_blocked",
    "intercompany",
    "hold",
    "ambiguous",
    "approval",
    "under_way",
    "failed",
    "retry",
    "match_credit",
    "money_under_way",
    "receipt",
    "bank_behind",
    "direct_debit",
    "invoice_not_sent",
    "old_backlog",
    "no_ladder",
    "end_of_ladder",
    "not_yet",
    "spacing",
    "resumed",
    "debtor_gap",
    "send_day",
    "below_minimum",
    "no_address",
    "due",
)


def next_rung(ladder: Ladder, reached: int, due: date, day: date) -> Rung | None:
    """The first active rung after ``reached`` that still makes sense on ``day``.

    A rung before the due date lapses once the due date has come; later rungs are
    never skipped, however late the run is.
    """
    for rung in ladder.rungs:
        if rung.position <= reached or not rung.active:
            continue
        if rung.days < 0 and day >= due:
            continue
        return rung
    return None


def position_by_calendar(ladder: Ladder, due: date, day: date) -> int:
    """Position after which the rung that fits the lateness of an item comes next.

    For resuming with recalculation: rungs whose time passed during the pause are left out,
    but for the last of them. Formal rungs are never left out: the law wants each.
    """
    passed = [
        rung.position
        for rung in ladder.rungs
        if rung.active and not rung.formal and due + timedelta(days=rung.days) <= day
    ]
    return passed[-2] if len(passed) > 1 else 0


class _Trace:
    """Collects the steps of one decision and builds its result."""

    def __init__(self, day):
        self.day = day
        self.steps = []

    def passes(self, code, condition, **values):
        self.steps.append(Step(code, bool(condition), values))
        return condition

    def wait(self, code, until, **values):
        return Decision(WAIT, code, until=until, trace=tuple(self.steps), **values)

    def blocked(self, code, **values):
        until = self.day + ONE_DAY
        return Decision(BLOCKED, code, until=until, trace=tuple(self.steps), **values)

    def closed(self, code):
        return Decision(CLOSED, code, trace=tuple(self.steps))

    def send(self, rung, channels):
        return Decision(SEND, "due", rung=rung, channels=channels, trace=tuple(self.steps))


def decide(
    facts: ItemFacts, ladder: Ladder | None, day: date, calendar: Calendar | None = None
) -> Decision:
    """Say what happens to an item on ``day``: send a rung, wait until a day, or stay blocked.

    Pure and total: the same facts always give the same answer, and there always is one.
    """
    trace = _Trace(day)
    if not trace.passes("open", facts.open > 0, open=facts.open):
        return trace.closed("paid")
    return (
        _decide_ledger(facts, trace)
        or _decide_holds(facts, trace)
        or _decide_outbox(facts, trace)
        or _decide_money(facts, trace)
        or _decide_invoice(facts, trace)
        or _decide_rung(facts, ladder, calendar or Calendar(), trace)
    )


def _decide_ledger(facts, trace):
    """What the books themselves say."""
    if not trace.passes("posted", facts.posted):
        return trace.blocked("not_posted")
    if not trace.passes("no_followup", not facts.no_followup):
        return trace.blocked("no_followup")
    if not trace.passes("core_blocked", not facts.core_blocked):
        return trace.blocked("core_blocked")
    if not trace.passes("intercompany", not facts.intercompany):
        return trace.blocked("intercompany")
    return None


def _decide_holds(facts, trace):
    """Holds on everything: the one that lasts longest decides."""
    active = [h for h in facts.holds if h.amount is None and h.counts_on(trace.day)]
    if trace.passes("hold", not active, holds=tuple(h.kind for h in active)):
        return None
    longest = max(active, key=lambda h: (h.until is None, h.until or h.since))
    if longest.until is None:
        return trace.blocked("hold", hold_id=longest.hold_id)
    return trace.wait("hold", longest.until + ONE_DAY, hold_id=longest.hold_id)


def _decide_outbox(facts, trace):
    """Messages about this item that are somewhere between us and the debtor."""
    tomorrow = trace.day + ONE_DAY
    if not trace.passes("ambiguous", facts.in_flight != "ambiguous"):
        return trace.blocked("ambiguous")
    if not trace.passes("approval", facts.in_flight != "planned"):
        return trace.wait("approval", tomorrow)
    if not trace.passes("under_way", not facts.in_flight, state=facts.in_flight):
        return trace.wait("under_way", tomorrow)
    if not trace.passes("failed", facts.failures < MAX_FAILURES, failures=facts.failures):
        return trace.blocked("failed")
    if not trace.passes("retry", facts.failed_on != trace.day):
        return trace.wait("retry", tomorrow)
    return None


def _decide_money(facts, trace):
    """Money that is there or on its way, matched or not."""
    tomorrow = trace.day + ONE_DAY
    left = facts.open - facts.covered
    if not trace.passes("match_credit", left > 0 and facts.debtor_total > 0, credit=facts.covered):
        return trace.wait("match_credit", tomorrow)
    if not trace.passes("money_under_way", left - facts.under_way > 0, money=facts.under_way):
        return trace.wait("money_under_way", tomorrow)
    partial = [h for h in facts.holds if h.amount and h.counts_on(trace.day)]
    if not trace.passes("held_in_part", facts.claim(trace.day) > 0):
        return trace.blocked("hold", hold_id=partial[0].hold_id)
    behind = facts.receipt_until and trace.day <= facts.receipt_until
    if not trace.passes("receipt", not behind, until=facts.receipt_until):
        return trace.wait("receipt", facts.receipt_until + ONE_DAY)
    if not trace.passes("bank", not facts.bank_until, until=facts.bank_until):
        return trace.wait("bank_behind", max(facts.bank_until, tomorrow))
    return None


def _decide_invoice(facts, trace):
    """Whether this invoice is fit to be reminded of at all."""
    if not trace.passes("direct_debit", not facts.direct_debit):
        return trace.wait("direct_debit", trace.day + ONE_DAY)
    if not trace.passes("invoice_sent", facts.invoice_sent):
        return trace.blocked("invoice_not_sent")
    if not trace.passes("old_backlog", facts.reached or not facts.old_backlog):
        return trace.blocked("old_backlog")
    return None


def _decide_rung(facts, ladder, calendar, trace):
    """Which rung, on which day, by which channels."""
    day = trace.day
    if not trace.passes("ladder", ladder is not None and ladder.rungs):
        return trace.blocked("no_ladder")
    rung = next_rung(ladder, facts.reached, facts.due, day)
    if not trace.passes("rung", rung is not None, reached=facts.reached):
        return trace.blocked("end_of_ladder")
    for code, first in _earliest_days(facts, ladder, rung):
        if not trace.passes(code, day >= first, date=first):
            return trace.wait(code, first, rung=rung)
    first = calendar.first_day(day, rung.formal)
    if not trace.passes("send_day", first == day, date=first):
        return trace.wait("send_day", first, rung=rung)
    enough = facts.debtor_total >= rung.minimum and facts.open_company >= rung.item_minimum
    if not trace.passes("minimum", enough, total=facts.debtor_total):
        # A rung before the due date lapses on it: look again at the one after it in time.
        again = min(day + ONE_WEEK, facts.due) if rung.days < 0 else day + ONE_WEEK
        return trace.wait("below_minimum", again, rung=rung)
    channels = tuple(c for c in rung.channels if c in facts.reachable)
    if not trace.passes("channel", channels, channels=rung.channels):
        return trace.blocked("no_address", rung=rung)
    return trace.send(rung, channels if rung.every_channel else channels[:1])


def _earliest_days(facts, ladder, rung):
    """The days before which a rung does not leave, each with its reason."""
    yield "not_yet", facts.due + timedelta(days=rung.days)
    if facts.reached_on:
        yield "spacing", facts.reached_on + timedelta(days=rung.spacing)
    if facts.resumed_on:
        yield "resumed", facts.resumed_on + ONE_DAY
    if facts.last_message:
        gap = 1 if rung.formal else max(ladder.gap, 1)
        yield "debtor_gap", facts.last_message + timedelta(days=gap)
