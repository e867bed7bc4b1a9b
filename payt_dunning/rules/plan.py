"""From decisions to messages: who gets one, about what, in which order.

One message for each debtor, company, currency, recipient and channel a day. Rungs of
the courtesy and reminder phases share a message, the highest first, which needs approval
when one of them does; a rung of a formal phase goes alone, and has the day to itself. An
item counts as reminded only by a text that is in the message; the
debtor's other open items are listed without threat.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from .decision import SEND, Decision
from .facts import ItemFacts, Ladder
from .law.asks import Asked


@dataclass(frozen=True, slots=True)
class Candidate:
    """An item with its decision and what is needed to address a message about it.

    :param moved: its policy is another than the one it began with
    :param recipients: ``(channel, role, address, contact)``; those with role ``order`` are about
        this item alone
    :param langs: ``(contact, language)`` of those who read another than ``lang``
    :param asked: what its message asks beside the invoices, see :mod:`.gather`
    :param case_id: the collection case it is in; 0: none
    :param ladder: what it follows
    :param payee_id: who is to be paid; 0: the company
    """

    facts: ItemFacts
    decision: Decision
    debtor_id: int
    company_id: int
    currency_id: int
    revision_id: int
    recipients: tuple[tuple[str, str, str, int], ...]
    lang: str
    per_invoice: bool = False
    moved: bool = False
    asked: Asked | None = None
    langs: tuple[tuple[int, str], ...] = ()
    case_id: int = 0
    ladder: Ladder | None = None
    payee_id: int = 0

    @property
    def pile(self) -> tuple[int, int, int]:
        """What gets one message a day."""
        return self.debtor_id, self.company_id, self.currency_id

    def addresses(self, channel: str, role: str) -> list[tuple[str, int]]:
        """Address and contact for ``channel``, each address once.

        :param role: ``accounts``, ``management`` or ``order`` (else accounts where there is none),
            ``both`` (accounts and management) or ``accounts_order`` (accounts and order)
        """
        by_role = {}
        for own, whose, address, contact in self.recipients:
            if own == channel:
                by_role.setdefault(whose, (address, contact))
        accounts, management = by_role.get("accounts"), by_role.get("management")
        order = by_role.get("order")
        if order and accounts and order[0] == accounts[0]:
            order = accounts  # one message to one address
        chosen = {
            "accounts": [accounts or management],
            "management": [management or accounts],
            "both": [management, accounts],
            "order": [order or accounts or management],
            "accounts_order": [order, accounts or management],
        }[role]
        return list({found[0]: found for found in chosen if found}.values())

    def lang_of(self, contact: int) -> str:
        """The language that a contact reads."""
        return dict(self.langs).get(contact, self.lang)

    def may_see(self, channel: str, address: str) -> bool:
        """Whether whoever reads at ``address`` may see this item in a message about another.

        Accounts payable and the management see all; the person on an order its invoices only.
        """
        return any(
            address == own
            for role in ("both", "order")
            for own, _contact in self.addresses(channel, role)
        )


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """A row of a message. ``position`` is 0 for an item that is only listed as also open.

    :param received: what free credits and payments under way take off it
    :param disputed: what the debtor does not agree with, and nobody asks for
    :param payee_id: who is to be paid; 0: the company
    """

    item_id: int
    due: date
    open: Decimal
    position: int
    revision_id: int
    received: Decimal = Decimal(0)
    disputed: Decimal = Decimal(0)
    # In the fingerprint only where it is somebody else.
    payee_id: int = field(default=0, repr=False)


@dataclass(frozen=True, slots=True)
class PlannedNotice:
    """One message to one recipient through one channel.

    :param invites: it may offer to pay what it asks for in parts
    :param case_id: the collection case that it is about; 0: none
    """

    debtor_id: int
    company_id: int
    currency_id: int
    partner_id: int
    lang: str
    channel: str
    recipient: str
    phase: str
    approval: bool
    day: date
    lines: tuple[PlannedLine, ...]
    asked: Asked | None = None
    # Not in the text of most messages, so that their fingerprints are what they were.
    invites: bool = field(default=False, repr=False)
    case_id: int = field(default=0, repr=False)

    @property
    def asked_lines(self) -> list[PlannedLine]:
        """The rows that are asked for: those reminded of that are due, or all when none is yet."""
        reminded = [line for line in self.lines if line.position]
        return [line for line in reminded if line.due <= self.day] or reminded

    @property
    def principal(self) -> Decimal:
        """What is open of the rows that are asked for."""
        return sum((line.open for line in self.asked_lines), Decimal(0))

    @property
    def total(self) -> Decimal:
        """The same, with costs, a fee and interest that are asked for."""
        beside = (
            self.asked.costs + self.asked.fee + self.asked.interest if self.asked else Decimal(0)
        )
        return self.principal + beside

    def fingerprint(self) -> str:
        """SHA-256 over everything that decides what the message says and to whom."""
        said = f"{self!r} invites" if self.invites else repr(self)
        payees = [line.payee_id if line.position else 0 for line in self.lines]
        if any(payees):
            said += f" to {payees}"
        return hashlib.sha256(said.encode()).hexdigest()


def alone_on_its_day(candidates: list[Candidate], day: date) -> list[Candidate]:
    """Let what is friendly wait where a formal message leaves on ``day``: one message a day.

    From the next day on the usual gap after that message counts.
    """
    formal = {
        candidate.pile
        for candidate in candidates
        if candidate.decision.action == SEND and candidate.decision.rung.formal
    }
    if not formal:
        return candidates
    return [
        replace(candidate, decision=candidate.decision.put_off("debtor_gap", day))
        if candidate.pile in formal
        and candidate.decision.action == SEND
        and not candidate.decision.rung.formal
        else candidate
        for candidate in candidates
    ]


def plan(candidates: list[Candidate], day: date) -> list[PlannedNotice]:
    """Group the items to be sent into messages; plain values, nothing stored."""
    groups = defaultdict(list)
    others = defaultdict(list)
    for candidate in candidates:
        pile = candidate.pile
        decision = candidate.decision
        if decision.action != SEND:
            if _may_be_listed(candidate):
                others[pile].append(candidate)
            continue
        alone = apart(candidate)
        for channel in decision.channels:
            for recipient in candidate.addresses(channel, decision.rung.recipient):
                lang = candidate.lang_of(recipient[1])
                groups[pile, channel, recipient, lang, alone].append(candidate)
    return [
        _notice(
            members,
            channel,
            recipient,
            day,
            [
                each
                for each in others[pile]
                if not any(alone) and each.may_see(channel, recipient[0])
            ],
        )
        for (pile, channel, recipient, _lang, alone), members in groups.items()
    ]


def apart(candidate: Candidate) -> tuple:
    """What makes an item that is to be sent go in a message of its own.

    What is in a case goes with the rest of it and nothing else. Each formal phase goes alone, each rung with a part in law by the rules that apply, and each
    invoice where the policy says so; but a statutory notice is one for all.
    """
    rung, standing = candidate.decision.rung, candidate.facts.law
    priced = rung.priced and standing is not None
    return (
        rung.phase if rung.formal else "",
        rung.position if rung.priced or (rung.formal and rung.approval) else 0,
        (standing.jurisdiction, standing.rules) if priced else "",
        candidate.facts.item_id if candidate.per_invoice and not rung.notice else 0,
        0 if rung.notice else candidate.case_id,
    )


def _may_be_listed(candidate):
    """Open, followed up and not in doubt: fit to be listed as also open."""
    return candidate.decision.code in ("not_yet", "spacing", "debtor_gap", "end_of_ladder")


def _notice(members, channel, recipient, day, others):
    members.sort(key=lambda c: (-c.decision.rung.position, c.facts.due, c.facts.item_id))
    others = sorted(others, key=lambda c: (c.facts.due, c.facts.item_id))
    first = members[0]
    lines = [_line(c, c.decision.rung.position, day) for c in members]
    lines += [_line(c, 0, day) for c in others]
    return PlannedNotice(
        debtor_id=first.debtor_id,
        company_id=first.company_id,
        currency_id=first.currency_id,
        partner_id=recipient[1],
        lang=first.lang_of(recipient[1]),
        channel=channel,
        recipient=recipient[0],
        phase=first.decision.rung.phase,
        approval=any(member.decision.rung.approval for member in members),
        day=day,
        lines=tuple(lines),
        asked=first.asked,
        invites=first.decision.rung.invites and all(_is_plain(member, day) for member in members),
        case_id=_case_of(members),
    )


def _case_of(members: list[Candidate]) -> int:
    """The case that a message is about; a statutory notice may take in what is in none."""
    cases = {member.case_id for member in members} - {0}
    return cases.pop() if len(cases) == 1 else 0


def _is_plain(candidate: Candidate, day: date) -> bool:
    """Whether all that is open of an item is asked for: nothing is disputed, or there already."""
    return candidate.facts.claim(day) == candidate.facts.open


def _line(candidate, position, day):
    facts = candidate.facts
    return PlannedLine(
        facts.item_id,
        facts.due,
        facts.claim(day),
        position,
        candidate.revision_id,
        facts.covered + facts.under_way,
        facts.disputed(day),
        candidate.payee_id,
    )
