"""What the rules know: ladders as published, and the facts about one open receivable.

Money is ``Decimal`` in the item's own currency unless a name says otherwise; days are
``datetime.date``; spans are whole days.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from .law.standing import Standing

#: From friendly to harsh.
PHASES = ("courtesy", "reminder", "notice", "collection")
#: Phases whose message may cost the debtor money: they go alone and follow their own dates.
FORMAL_PHASES = ("notice", "collection")
#: Recipients of a rung among whom is the person on the order.
TO_ORDER = ("order", "accounts_order")
ZERO = Decimal(0)
#: Kind of the hold that a message of the debtor begins; its answer ends it.
QUESTION = "question"
#: Kind of the hold on what the debtor does not agree with.
DISPUTE = "dispute"


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of a published ladder.

    :param position: number that identifies the rung for ever; its place goes by ``days``
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
    :param notice: code of the statutory notice that it is; empty: none
    :param term_days: days to pay that its message gives from its receipt; 0: none
    :param announces: its message says what costs are due once that term has passed
    :param asks: what it asks for beside the invoices: ``costs``, ``costs_interest`` or nothing
    :param fee: claimed with its message, in company currency; never from consumers
    :param alone_below: a letter is not needed below this total, in company currency, where the
        address is proven; 0: never needed
    :param invites: its message offers a payment plan where one is possible
    :param least: ``(channel, total)``: the channel is used only where the debtor owes at least
        that, in company currency
    :param call_beside: its call comes beside the first of its other channels that works
    :param by_day: it leaves on the last day until its day on which messages may leave, not on the
        first from it on; no term of an earlier demand puts it off
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
    notice: str = ""
    term_days: int = 0
    announces: bool = False
    asks: str = ""
    alone_below: Decimal = ZERO
    fee: Decimal = ZERO
    invites: bool = False
    least: tuple[tuple[str, Decimal], ...] = ()
    call_beside: bool = False
    by_day: bool = False

    @property
    def priced(self) -> bool:
        """Whether its message says what is due beside the invoices, or will be."""
        return bool(self.notice or self.announces or self.asks or self.fee)

    @property
    def formal(self) -> bool:
        """Whether the message may cost the debtor money."""
        return self.phase in FORMAL_PHASES

    @property
    def demand(self) -> bool:
        """Whether it comes after the notice: its term is ours to set, not the law's."""
        return self.phase == "collection" and not self.notice

    @property
    def listed(self) -> bool:
        """Whether it is only put on a list, which disturbs nobody on any day."""
        return self.channels == ("list",)


@dataclass(frozen=True, slots=True)
class Ladder:
    """A published revision of a policy.

    :param rungs: in the order in which they follow each other
    :param gap: least number of days between two friendly messages to one debtor
    :param per_invoice: one message for each item instead of one for each debtor
    """

    rungs: tuple[Rung, ...]
    gap: int = 7
    per_invoice: bool = False

    @property
    def in_law(self) -> bool:
        """Whether any rung asks how an item stands before the law."""
        return any(rung.priced or rung.term_days for rung in self.rungs)

    def place(self, position: int) -> int:
        """Where in ``rungs`` the rung with this position stands; -1 for none."""
        for place, rung in enumerate(self.rungs):
            if rung.position == position:
                return place
        return -1


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
    :param start: position of the rung that a person said comes next (0: the first)
    :param count_from: rungs count from this day instead of the due date
    :param veto_from: the day since which the account manager may object to a formal rung
    :param resumed_on: the day on which a pause ended last
    :param in_flight: state of a live notice about this item that has not left yet, or what it
        waits for where that is a person (``to_post``, ``to_call``, ``to_decide``)
    :param failures: how often a message for the next rung failed
    :param failed_on: the last day on which one failed
    :param backlog: ``call`` or ``old`` for what was late long before going live
    :param we_owe: what we owe the debtor, in company currency, where that may hold reminders
    :param receipt_until: money was received that may be for this; look again after this day
    :param bank_until: the bank's statements are behind; look again after this day
    :param debtor_total: everything the debtor owes net of credits, in company currency
    :param last_message: last day on which a message left for this debtor, in this currency
    :param reachable: channels by which this debtor can be reached
    :param order_reachable: those by which the person on the order can
    :param law: how it stands before the law; ``None`` where no rung of its ladder asks
    """

    item_id: int
    due: date
    open: Decimal
    open_company: Decimal = ZERO
    covered: Decimal = ZERO
    under_way: Decimal = ZERO
    reached: int = 0
    reached_on: date | None = None
    start: int = 0
    count_from: date | None = None
    resumed_on: date | None = None
    veto_from: date | None = None
    in_flight: str | None = None
    failures: int = 0
    failed_on: date | None = None
    posted: bool = True
    no_followup: bool = False
    core_blocked: bool = False
    intercompany: bool = False
    employee: bool = False
    direct_debit: bool = False
    key_account: bool = False
    invoice_sent: bool = True
    invoice_bounced: bool = False
    backlog: str = ""
    we_owe: Decimal | None = None
    receipt_until: date | None = None
    bank_until: date | None = None
    holds: tuple[HoldFacts, ...] = ()
    debtor_total: Decimal = ZERO
    last_message: date | None = None
    reachable: frozenset[str] = frozenset()
    order_reachable: frozenset[str] = frozenset()
    law: Standing | None = None

    @property
    def base(self) -> date:
        """The day from which rungs count."""
        return self.count_from or self.due

    def held(self, day: date) -> Decimal:
        """The amount that partial holds take out of follow-up on ``day``."""
        return sum((h.amount for h in self.holds if h.amount and h.counts_on(day)), ZERO)

    def disputed(self, day: date) -> Decimal:
        """The part of ``open`` that is only disputed on ``day``; the rest may be asked for."""
        if not self.holds:
            return ZERO
        others = sum(
            (h.amount for h in self.holds if h.amount and h.kind != DISPUTE and h.counts_on(day)),
            ZERO,
        )
        claim = max(self.open - self.covered - self.under_way - others, ZERO)
        return claim - self.claim(day)

    def unanswered(self, day: date) -> HoldFacts | None:
        """A message of the debtor that nobody has answered, once it no longer holds what is friendly.

        Nothing that may cost the debtor money leaves before its answer.
        """
        waits = (h for h in self.holds if h.kind == QUESTION and h.since <= day)
        return next((h for h in waits if not h.counts_on(day)), None)

    def claim(self, day: date) -> Decimal:
        """What may be asked for on ``day``; never negative."""
        claim = self.open - self.covered - self.under_way
        return max(claim - self.held(day) if self.holds else claim, ZERO)
