"""Until when a claim can be enforced, and before which court."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from .errors import Held, Refused
from .interest import anniversary
from .tables import CONSUMER, CourtFee, CourtRule, LawTables, LimitationRule

#: What the tables call the claims of a kind of contract, against consumers and against others.
CLAIMS = {
    "sale": ("consumer_sale", "contract"),
    "services": ("contract", "contract"),
    "subscription": ("periodic", "periodic"),
    "rent": ("periodic", "periodic"),
    "energy": ("utilities", "periodic"),
    "loan": ("contract", "contract"),
    "other": ("contract", "contract"),
}
#: What a debtor may be when the tables make no difference between kinds of debtor.
ANYBODY = "any"


def last_day(
    tables: LawTables,
    jurisdiction: str,
    claim: str,
    due: date,
    debtor: str = ANYBODY,
    interruptions: Iterable[tuple[date, str]] = (),
) -> date:
    """The last day on which a claim can still be interrupted or sued for; on the safe side.

    :param claim: kind of claim, see :class:`~.tables.LimitationRule`
    :param due: the day on which it became due
    :param interruptions: days with what happened: ``reminder``, ``acknowledgement`` and so on;
        what the law does not count as an interruption changes nothing
    :raises Held: when the tables don't say
    """
    rule = _rule(tables, jurisdiction, claim, debtor, due)
    end = _after(due, rule.years, rule.year_end)
    for day, what in sorted(interruptions):
        if day < due:
            raise Refused(
                f"an interruption on {day} comes before the claim was due on {due}",
                "interruption_early",
                day=day,
                due=due,
            )
        if what in rule.interrupted_by and day <= end:
            end = max(end, _after(day, rule.renewed_years or rule.years, False))
    return end


def claims_of(contract: str, rules: str) -> tuple[str, ...]:
    """Which kinds of claim in the tables a receivable is: each that it may be, while unknown.

    :param contract: kind of contract, one of :data:`CLAIMS`; empty: not known
    :param rules: ``consumer``, ``business`` or ``public``
    """
    place = 0 if rules == CONSUMER else 1
    if contract in CLAIMS:
        return (CLAIMS[contract][place],)
    return tuple(dict.fromkeys(["contract", *(claims[place] for claims in CLAIMS.values())]))


def earliest(
    tables: LawTables,
    jurisdiction: str,
    contract: str,
    rules: str,
    due: date,
    interruptions: Iterable[tuple[date, str]] = (),
) -> tuple[date, LimitationRule]:
    """The last day on which a claim can be enforced, and the row that says so.

    While the kind of contract is not known it is the earliest of what it may be.

    :param interruptions: see :func:`last_day`

    :raises Held: when the tables don't say
    """
    first, *others = claims_of(contract, rules)
    interruptions = tuple(interruptions)
    found = [(last_day(tables, jurisdiction, first, due, rules, interruptions), first)]
    for claim in others:
        try:
            day = last_day(tables, jurisdiction, claim, due, rules, interruptions)
            found.append((day, claim))
        except Held as held:
            if held.code != "no_limitation":
                raise
    day, claim = min(found)
    return day, _rule(tables, jurisdiction, claim, rules, due)


def _rule(
    tables: LawTables, jurisdiction: str, claim: str, debtor: str, day: date
) -> LimitationRule:
    for kind in (debtor, ANYBODY):
        rule = tables.maybe(LimitationRule, jurisdiction, claim, kind, day=day)
        if rule:
            return rule
    raise Held(
        f"the tables have no limitation of {claim} in {jurisdiction}",
        "no_limitation",
        claim=claim,
        jurisdiction=jurisdiction,
    )


def _after(day: date, years: int, year_end: bool) -> date:
    return date(day.year + years, 12, 31) if year_end else anniversary(day, years)


def court_fee(tables: LawTables, jurisdiction: str, amount: Decimal, day: date) -> Decimal | None:
    """What a creditor advances to the court for a claim; ``None`` where the tables don't say."""
    fitting = [
        row
        for row in tables.all(CourtFee, jurisdiction, day=day)
        if row.upto is None or amount <= row.upto
    ]
    found = min(fitting, key=lambda row: (row.upto is None, row.upto or 0), default=None)
    return found.fee if found else None


def next_office(tables: LawTables, jurisdiction: str, amount: Decimal, day: date) -> str:
    """Who goes on with a claim: ``bailiff`` or ``lawyer``; nothing where the tables don't say.

    Before the lower court nobody needs a lawyer. What it decides whatever the amount is not asked
    about here: a lawyer is free to go there too.

    :param amount: with the interest on it
    """
    rule = tables.maybe(CourtRule, jurisdiction, day=day)
    if rule is None or amount <= 0:
        return ""
    return "bailiff" if amount <= rule.limit else "lawyer"


def court(tables: LawTables, jurisdiction: str, amount: Decimal, day: date, kind: str = "") -> str:
    """The court for a claim with the interest on it.

    :param kind: kind of claim, for those that go to one court whatever their amount
    """
    if amount <= 0:
        raise Refused(f"a claim must be above zero: {amount}", "claim_not_positive", amount=amount)
    rule = tables.one(CourtRule, jurisdiction, day=day)
    return rule.court if amount <= rule.limit or kind in rule.always else rule.otherwise
