"""What is known about a case, and about who is to get it, when it is to be handed over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Part:
    """One invoice of a case, as far as checks look at it.

    :param open: what is open of it
    :param disputed: the part of that about which nobody has decided
    :param last_day: the last day on which it can be enforced; ``None``: not known
    :param pdf: its document is stored and can be read; opening balances have none
    :param named: the name on it is the debtor's
    :param under_way: a payment for it has been started, or money came in that may be for it
    :param in_default: the debtor is late with it before the law
    :param held: kinds of holds that stop its follow-up today, but for :data:`ELSEWHERE`
    :param held_until: the last day of the longest of them; ``None``: until it is released
    """

    number: str
    open: Decimal
    disputed: Decimal = ZERO
    last_day: date | None = None
    pdf: bool = True
    named: bool = True
    under_way: bool = False
    in_default: bool = True
    held: tuple[str, ...] = ()
    held_until: date | None = None


@dataclass(frozen=True, slots=True)
class Agent:
    """Who is to get the case.

    :param kind: ``bailiff``, ``lawyer`` or ``agency``
    :param registered_until: last day of its registration as a collector; ``None``: not known
    :param minimum: it takes nothing below this
    """

    kind: str
    registered_until: date | None = None
    minimum: Decimal = ZERO
    has_iban: bool = True


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What is known about a case on the day on which it is to be handed over.

    :param natural: the debtor is a natural person, a sole trader too
    :param consumer: the rules for consumers apply
    :param notice_valid: a statutory notice about all of it left and its term has passed
    :param costs: collection costs that are claimed
    :param court_fee: what the creditor advances to the court; ``None``: not known
    :param limit: up to which the lower court decides, interest included; ``None``: not known
    :param always_lower: its kind of claim goes to that court whatever the amount
    :param marks: kinds of holds on the debtor that count, see :data:`PROTECTED`
    :param plan: number of a payment plan that runs about any of it
    :param plan_offer: number of one that the debtor was offered and may still accept
    :param plan_offer_until: the last day on which it may
    :param offered_by_level: it came with the message that announces the handover
    :param lapse_until: it was told that costs lapse if it pays by this day, which is not judged yet
    :param unanswered: a message of the debtor waits for an answer
    :param address: whether street and town are known
    :param box: the only address is a P.O. box
    :param address_on: when it was confirmed last
    :param enquired_on: when somebody looked whether the debtor is insolvent
    :param live_handover: number of a handover of any of it that is not over
    :param handed_before: any of it was handed over before
    :param sums: what does not add up, in words
    """

    parts: tuple[Part, ...]
    interest: Decimal = ZERO
    costs: Decimal = ZERO
    natural: bool = False
    consumer: bool = False
    notice_valid: bool = True
    court_fee: Decimal | None = None
    limit: Decimal | None = None
    always_lower: bool = False
    marks: tuple[str, ...] = ()
    plan: str = ""
    plan_offer: str = ""
    plan_offer_until: date | None = None
    offered_by_level: bool = False
    lapse_until: date | None = None
    unanswered: bool = False
    address: bool = True
    box: bool = False
    address_on: date | None = None
    enquired_on: date | None = None
    live_handover: str = ""
    handed_before: bool = False
    sums: tuple[str, ...] = ()

    @property
    def claimed(self) -> Decimal:
        """The principal that is handed over: what is not disputed."""
        return sum((part.open - part.disputed for part in self.parts), ZERO)
