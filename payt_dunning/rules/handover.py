"""What keeps a case from being handed over, or should be known before: checks that can say no.

Each check says why, what to do about it and where that comes from; the words for people live in
the add-on. What the law forbids is never overridden; the rest by who may, with a reason.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from .handover_facts import Agent, CaseFacts

ZERO = Decimal(0)
#: What becomes of one case among many.
GO, WARNED, ASK, KEPT = "go", "warned", "ask", "kept"
PASS, WARN, BLOCK, NOT_CHECKED = "pass", "warn", "block", "not_checked"
#: What keeps a case back is read first.
WORST = (BLOCK, WARN, NOT_CHECKED, PASS)
#: Before the last day on which a claim can be enforced one is warned so long.
LIMITATION_WARNING = timedelta(days=90)
#: An address is asked about again after so long.
ADDRESS_FRESH = timedelta(days=183)
#: An enquiry about insolvency is worth so long.
ENQUIRY_FRESH = timedelta(days=30)
#: From this part of the limit of a court on, interest may take a claim over it.
NEAR_LIMIT = Decimal("0.95")
#: Marks of a debtor against whom nobody may go on.
PROTECTED = ("insolvency", "restructuring", "debt_help", "administration", "deceased", "minor")
#: Holds that other checks speak of, and those of messages alone: a bailiff looks for an address.
ELSEWHERE = (
    *PROTECTED,
    *("plan", "dispute", "dispute_rest", "question", "handed_over"),
    *("undeliverable", "letter_returned", "unknown_address"),
)


@dataclass(frozen=True, slots=True)
class Check:
    """What one check found.

    :param result: ``pass``, ``warn``, ``block`` or ``not_checked``
    :param values: for its words
    :param overridable: a block that somebody with the right may override, with a reason
    :param source: the law or rule behind it; empty: common sense
    """

    code: str
    result: str = PASS
    values: dict = field(default_factory=dict)
    overridable: bool = False
    source: str = ""


def checks(facts: CaseFacts, agent: Agent, day: date) -> list[Check]:
    """Every check of a case for an agent on ``day``, in the order in which people read them."""
    return [check(facts, agent, day) for check in CHECKS]


def worst_first(check: Check) -> tuple[int, bool]:
    """A key by which checks are sorted for people: first what keeps a case back for good."""
    return WORST.index(check.result), check.overridable


def allowed(found: list[Check], overridden: frozenset[str] = frozenset()) -> bool:
    """Whether a case may be handed over.

    :param overridden: codes of blocks that somebody overrode; counts for those only where that is
        possible
    """
    return not any(
        check.result == BLOCK and not (check.overridable and check.code in overridden)
        for check in found
    )


def needs_lawyer(claim: Decimal, limit: Decimal | None, always_lower: bool) -> bool:
    """Whether only a lawyer can bring a claim, interest included, to court.

    :param limit: up to which the lower court decides; ``None``: not known
    :param always_lower: its kind of claim goes to that court whatever the amount
    """
    return limit is not None and not always_lower and claim > limit


def verdict(found: list[Check], asked: bool = False) -> str:
    """What becomes of a case that is handed over with others, where nobody overrides anything.

    :param asked: something about it has to be read and answered by a person
    :return: ``go``, ``warned`` (it can go), ``ask`` (in its own dialog) or ``kept``
    """
    if not allowed(found, frozenset(check.code for check in found)):
        return KEPT
    if asked or not allowed(found):
        return ASK
    return GO if all(check.result == PASS for check in found) else WARNED


# -- is there anything to hand over -----------------------------------------------------------


def _open(facts, agent, day):
    if any(part.open > 0 for part in facts.parts) or facts.costs > 0:
        return Check("open")
    return Check("open", BLOCK)


def _under_way(facts, agent, day):
    names = [part.number for part in facts.parts if part.under_way]
    if not names:
        return Check("money_under_way")
    return Check("money_under_way", BLOCK, {"invoices": names}, overridable=True)


def _plan(facts, agent, day):
    if not facts.plan:
        return Check("no_active_payment_plan")
    return Check("no_active_payment_plan", BLOCK, {"plan": facts.plan})


def _plan_offer(facts, agent, day):
    if not facts.plan_offer:
        return Check("no_plan_offer")
    values = {"plan": facts.plan_offer, "day": facts.plan_offer_until}
    result = WARN if facts.offered_by_level else BLOCK
    return Check("no_plan_offer", result, values, overridable=True, source="BW 6:219")


def _lapse_offer(facts, agent, day):
    if not facts.lapse_until:
        return Check("no_lapse_offer")
    values = {"day": facts.lapse_until}
    return Check("no_lapse_offer", BLOCK, values, overridable=True, source="BW 6:219")


def _on_hold(facts, agent, day):
    held = [part for part in facts.parts if part.held]
    if not held:
        return Check("not_on_hold")
    ends = [part.held_until for part in held]
    values = {
        "invoices": [part.number for part in held],
        "marks": sorted({kind for part in held for kind in part.held}),
        "day": None if None in ends else max(ends),
    }
    return Check("not_on_hold", BLOCK, values, overridable=True)


def _dispute(facts, agent, day):
    names = [part.number for part in facts.parts if part.disputed > 0]
    if not names:
        return Check("no_open_dispute")
    values = {
        "invoices": names,
        "amount": sum((part.disputed for part in facts.parts), ZERO),
    }
    if facts.claimed <= 0:
        return Check("no_open_dispute", BLOCK, values, source="Rv 111(3)")
    return Check("no_open_dispute", WARN, values, source="Rv 111(3)")


def _unanswered(facts, agent, day):
    if not facts.unanswered:
        return Check("answered")
    return Check("answered", BLOCK, overridable=True, source="Rv 21")


def _handed_over(facts, agent, day):
    if facts.live_handover:
        return Check("not_handed_over", BLOCK, {"handover": facts.live_handover})
    if facts.handed_before:
        return Check("not_handed_over", WARN)
    return Check("not_handed_over")


# -- what the law says ------------------------------------------------------------------------


def _limitation(facts, agent, day):
    parts = [part for part in facts.parts if part.last_day]
    over = [part.number for part in parts if part.last_day < day]
    source = "BW 3:307, 7:28"
    if over:
        return Check("not_time_barred", BLOCK, {"invoices": over}, source=source)
    unknown = [part.number for part in facts.parts if not part.last_day]
    if unknown:
        return Check("not_time_barred", NOT_CHECKED, {"invoices": unknown}, source=source)
    first = min((part.last_day for part in parts), default=None)
    if first and first - day <= LIMITATION_WARNING:
        return Check("not_time_barred", WARN, {"day": first}, source=source)
    return Check("not_time_barred", source=source)


def _notice(facts, agent, day):
    if not facts.consumer:
        return Check("notice")
    source = "BW 6:96(6)"
    if facts.notice_valid:
        return Check("notice", source=source)
    return Check("notice", WARN, source=source)


def _default(facts, agent, day):
    names = [part.number for part in facts.parts if not part.in_default]
    if not names:
        return Check("in_default", source="BW 6:81-83")
    return Check("in_default", BLOCK, {"invoices": names}, True, "BW 6:81-83")


def _protected(facts, agent, day):
    marks = [mark for mark in facts.marks if mark in PROTECTED]
    if not marks:
        return Check("not_protected")
    return Check("not_protected", BLOCK, {"marks": marks}, source="Fw 26, 285-305; BW 1:431, 1:234")


def _court(facts, agent, day):
    source = "Rv 93"
    if facts.limit is None or agent.kind == "agency":
        return Check("court", source=source)
    claim = facts.claimed + facts.interest
    values = {"claim": claim, "limit": facts.limit}
    if facts.always_lower or claim <= facts.limit * NEAR_LIMIT or agent.kind == "lawyer":
        return Check("court", source=source)
    if needs_lawyer(claim, facts.limit, facts.always_lower):
        return Check("court", BLOCK, values, True, source)
    return Check("court", WARN, values, source=source)


def _registration(facts, agent, day):
    source = "Wki (Stb. 2024, 44)"
    if agent.kind != "agency" or not facts.natural:
        return Check("registered", source=source)
    if agent.registered_until and agent.registered_until >= day:
        return Check("registered", source=source)
    return Check("registered", BLOCK, {"until": agent.registered_until}, source=source)


# -- what an agent sends back ------------------------------------------------------------------


def _documents(facts, agent, day):
    names = [part.number for part in facts.parts if not part.pdf]
    return (
        Check("invoice_documents", BLOCK, {"invoices": names})
        if names
        else Check("invoice_documents")
    )


def _address(facts, agent, day):
    if not facts.address:
        return Check("address", BLOCK)
    if facts.box:
        return Check("address", WARN, {"box": True})
    if not facts.address_on or day - facts.address_on > ADDRESS_FRESH:
        return Check("address", WARN, {"since": facts.address_on})
    return Check("address")


def _name(facts, agent, day):
    names = [part.number for part in facts.parts if not part.named]
    return Check("name", WARN, {"invoices": names}) if names else Check("name")


def _sums(facts, agent, day):
    if not facts.sums:
        return Check("amounts_match_ledger")
    return Check("amounts_match_ledger", BLOCK, {"problems": list(facts.sums)})


def _iban(facts, agent, day):
    return Check("payout_account") if agent.has_iban else Check("payout_account", BLOCK)


def _worth(facts, agent, day):
    if agent.minimum and facts.claimed < agent.minimum:
        return Check("worth", WARN, {"minimum": agent.minimum})
    if facts.court_fee is not None and agent.kind != "agency" and facts.court_fee > facts.claimed:
        return Check("worth", WARN, {"fee": facts.court_fee})
    return Check("worth")


def _insolvency(facts, agent, day):
    if facts.enquired_on and day - facts.enquired_on <= ENQUIRY_FRESH:
        return Check("insolvency_register", values={"day": facts.enquired_on})
    return Check("insolvency_register", NOT_CHECKED, {"day": facts.enquired_on})


CHECKS: tuple[Callable[[CaseFacts, Agent, date], Check], ...] = (
    _open,
    _under_way,
    _plan,
    _plan_offer,
    _lapse_offer,
    _on_hold,
    _dispute,
    _unanswered,
    _handed_over,
    _limitation,
    _notice,
    _default,
    _protected,
    _court,
    _registration,
    _documents,
    _address,
    _name,
    _sums,
    _iban,
    _worth,
    _insolvency,
)
