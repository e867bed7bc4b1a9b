"""The law as rows, and looking up the one that applies on a day.

Each row says from when until when it applies (``until`` empty: until another is known), where it
comes from and how sure that is: ``sure``, ``likely`` or ``check``. A row marked ``check`` is there
so that a person can see what is missing; it is never used.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import TypeVar

from .errors import Held, Refused
from .money import ZERO

CONSUMER, BUSINESS, PUBLIC = "consumer", "business", "public"
DEBTORS = (CONSUMER, BUSINESS, PUBLIC)
#: Kinds of rate: what may be asked from consumers and in trade, and what those are derived from.
RATE_KINDS = ("consumer", "commercial", "policy_rate")
CONFIDENCE = ("sure", "likely", "check")
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Row:
    """What all rows have.

    :param since: first day on which it applies
    :param until: last day; ``None``: until another is known
    :param source: where it was read
    """

    jurisdiction: str
    since: date
    until: date | None = None
    source: str = ""
    confidence: str = "sure"

    @property
    def key(self) -> tuple[str, ...]:
        """What no two rows of a table may have at the same time."""
        return (self.jurisdiction,)

    @property
    def name(self) -> str:
        """How the row is called on a claim that was calculated with it."""
        return f"{type(self).__name__}:{':'.join(self.key)}:{self.since}"

    def applies(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, kw_only=True)
class Jurisdiction(Row):
    """A country's law, or the floor that the Union sets.

    :param title: name in words
    :param currency: its amounts are in this one
    :param countries: ISO codes of the countries it is the law of
    """

    title: str
    currency: str
    countries: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Rate(Row):
    """A rate of interest in percent a year; ``kind`` is one of :data:`RATE_KINDS`."""

    kind: str
    percent: Decimal

    @property
    def key(self) -> tuple[str, ...]:
        return (self.jurisdiction, self.kind)


@dataclass(frozen=True, kw_only=True)
class InterestRule(Row):
    """How interest runs.

    :param debtor: ``consumer``, ``business`` or ``public``
    :param rate_kind: the statutory rate; ``none``: there is no interest by law
    :param no_clause: the rate where the contract has no valid clause; empty: the same
    :param fixed: the rate at the start is kept; else each day has the rate of that day
    :param compounding: unpaid interest bears interest after each year, counted from the start
    :param actual: days of a leap year count as 1/366 instead of 1/365
    :param start: ``due`` (the day after the due date), ``default`` (once the debtor is in
        default), ``notice`` (once the free term has passed) or ``third_month``
    """

    debtor: str
    rate_kind: str
    no_clause: str = ""
    fixed: bool = False
    compounding: bool = False
    actual: bool = False
    start: str = "due"

    @property
    def key(self) -> tuple[str, ...]:
        return (self.jurisdiction, self.debtor)


@dataclass(frozen=True, kw_only=True)
class CostRule(Row):
    """What may be asked for collecting out of court.

    :param tiers: ``(above, base, percent)``: of a principal above the first, the base and the
        percentage of what lies above; no tiers: nothing may be asked
    :param below: a principal equal to a tier's edge belongs to the higher tier
    :param each: asked for each invoice; else for all that a notice is about together
    :param floor_each: at least this for each invoice, on whatever the total gives
    :param needs_notice: code of the notice that must have been in vain; empty: none
    :param needs_clause: the contract must provide for it
    :param ceiling: what is calculated is the most that may be asked
    :param vat_percent: raised by so much, where the creditor can't deduct it and says so
    :param stacking_limit: of terms of a periodic contract up to this principal, a second fee
        within six months waits for a person; zero: no such limit
    """

    debtor: str
    tiers: tuple[tuple[Decimal, Decimal, Decimal], ...] = ()
    below: bool = False
    minimum: Decimal = ZERO
    maximum: Decimal | None = None
    each: bool = False
    floor_each: Decimal = ZERO
    needs_notice: str = ""
    needs_clause: bool = False
    ceiling: bool = False
    vat_percent: Decimal = ZERO
    stacking_limit: Decimal = ZERO

    @property
    def key(self) -> tuple[str, ...]:
        return (self.jurisdiction, self.debtor)


@dataclass(frozen=True, kw_only=True)
class NoticeRule(Row):
    """A notice that gives the debtor a term for which nothing extra may be asked.

    :param code: what rows and levels call it
    :param days: length of the term
    :param post_days: a letter counts as delivered so many days after it was posted
    :param post_skips: days of the week (0 is Monday) that don't count for that, nor do holidays
    :param post_first: the term begins on the day of delivery, not the day after
    :param moves: a last day in a weekend or on a holiday moves to the next working day
    """

    code: str
    debtor: str
    days: int
    post_days: int
    post_skips: frozenset[int] = frozenset()
    post_first: bool = False
    moves: bool = False

    @property
    def key(self) -> tuple[str, ...]:
        return (self.jurisdiction, self.code)


@dataclass(frozen=True, kw_only=True)
class NoticeElement(Row):
    """What a notice must say, or must not.

    :param placeholder: the field of the text that says it; empty: looked for by ``pattern``
    :param pattern: regular expression
    """

    code: str
    element: str
    required: bool
    placeholder: str = ""
    pattern: str = ""

    @property
    def key(self) -> tuple[str, ...]:
        return (self.jurisdiction, self.code, self.element)


@dataclass(frozen=True, kw_only=True)
class AllocationRule(Row):
    """To what a payment goes first: ``order`` holds ``costs``, ``interest``, ``principal``."""

    order: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class LimitationRule(Row):
    """After how long a claim can't be enforced any more.

    :param claim: kind of claim: ``contract``, ``consumer_sale``, ``periodic``, ``utilities``
    :param year_end: the years begin at the end of the calendar year
    :param interrupted_by: ``reminder``, ``acknowledgement``, ``lawsuit``, ``formal_notice``
    :param renewed_years: length of the term after an interruption, where it is another one
    """

    claim: str
    debtor: str
    years: int
    year_end: bool = False
    interrupted_by: tuple[str, ...] = ()
    renewed_years: int = 0

    @property
    def key(self) -> tuple[str, ...]:
        return (self.jurisdiction, self.claim, self.debtor)


@dataclass(frozen=True, kw_only=True)
class CourtRule(Row):
    """Which court: ``court`` up to and including ``limit`` (interest included)."""

    limit: Decimal
    court: str
    otherwise: str
    always: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CourtFee(Row):
    """What a creditor advances to the court: ``fee`` up to and including ``upto``.

    :param upto: ``None``: for every higher claim
    """

    upto: Decimal | None
    fee: Decimal

    @property
    def key(self) -> tuple[str, ...]:
        return (self.jurisdiction, "" if self.upto is None else str(self.upto))


@dataclass(frozen=True, kw_only=True)
class Holiday(Row):
    """A day on which nothing is delivered and no term ends: ``fixed`` as MM-DD, or by Easter."""

    fixed: str = ""
    easter: int | None = None

    @property
    def key(self) -> tuple[str, ...]:
        return (self.jurisdiction, self.fixed or f"easter{self.easter:+d}")


Found = TypeVar("Found", bound=Row)


@dataclass
class LawTables:
    """All rows, and which were used.

    :raises Refused: when two rows of one thing apply at the same time
    """

    rows: Iterable[Row]
    used: dict[str, Row] = field(default_factory=dict)
    _index: dict = field(default_factory=lambda: defaultdict(list), repr=False)

    def __post_init__(self) -> None:
        for row in self.rows:
            self._index[type(row), row.key].append(row)
        for (kind, key), rows in self._index.items():
            rows.sort(key=lambda row: row.since)
            for earlier, later in zip(rows, rows[1:], strict=False):
                if earlier.until is None or earlier.until >= later.since:
                    raise Refused(
                        f"{kind.__name__} {'/'.join(key)}: the row from {earlier.since} and the one "
                        f"from {later.since} both apply on {later.since}",
                        "overlap",
                        kind=kind.__name__,
                        key=key,
                        earlier=earlier.since,
                        later=later.since,
                    )

    def fresh(self) -> LawTables:
        """The same rows, none of them used yet."""
        tables = LawTables(())
        tables.rows, tables._index = self.rows, self._index
        return tables

    def jurisdiction(self, code: str, day: date) -> Jurisdiction:
        """The jurisdiction with a code, or the one that is the law of a country.

        :raises Refused: when there is none
        """
        found = self._rows(Jurisdiction, code)
        if not found:
            for (kind, _key), rows in self._index.items():
                if kind is Jurisdiction and code in rows[-1].countries:
                    found = rows
        if not found:
            raise Refused(f"there are no tables for “{code}”", "no_tables", jurisdiction=code)
        return self._one(found, Jurisdiction, (code,), day)

    def one(self, kind: type[Found], *key: str, day: date) -> Found:
        """The row that applies on a day.

        :raises Held: when there is none, it ended before the day, or it must be checked first
        """
        return self._one(self._rows(kind, *key), kind, key, day)

    def maybe(self, kind: type[Found], *key: str, day: date) -> Found | None:
        """The same, ``None`` where no row was ever there for it."""
        rows = self._rows(kind, *key)
        return self._one(rows, kind, key, day) if rows else None

    def all(self, kind: type[Found], jurisdiction: str, *key: str, day: date) -> list[Found]:
        """All rows of a jurisdiction that apply on a day and may be used."""
        prefix = (jurisdiction, *key)
        return [
            row
            for (each, full), rows in self._index.items()
            if each is kind and full[: len(prefix)] == prefix
            for row in rows
            if row.applies(day) and row.confidence != "check"
        ]

    def with_notice(self, code: str, day: date) -> list[str]:
        """Codes of the jurisdictions that know a statutory notice on a day."""
        return sorted(
            {
                row.jurisdiction
                for (kind, _key), rows in self._index.items()
                if kind is NoticeRule
                for row in rows
                if row.code == code and row.applies(day) and row.confidence != "check"
            }
        )

    def between(self, kind: type[Found], *key: str, since: date, until: date) -> list[Found]:
        """The rows that apply on some day from ``since`` through ``until``, without a gap.

        :raises Held: when a day has none
        """
        rows, day = [], since
        while day <= until:
            row = self.one(kind, *key, day=day)
            rows.append(row)
            if row.until is None:
                break
            day = row.until + ONE_DAY
        return rows

    def known_until(self, jurisdiction: str) -> date | None:
        """The first day on which a rate that is in use ends; ``None`` when none ends."""
        ends = [
            rows[-1].until
            for (kind, key), rows in self._index.items()
            if kind is Rate and key[0] == jurisdiction and rows[-1].until
        ]
        return min(ends, default=None)

    def _rows(self, kind: type[Found], *key: str) -> list[Found]:
        return self._index.get((kind, key), [])

    def _one(self, rows: list[Found], kind: type[Found], key: tuple[str, ...], day: date) -> Found:
        what = key[0] if kind is Jurisdiction else f"{kind.__name__} {'/'.join(key)}"
        if not rows:
            raise Held(f"the tables have no {what}", "nothing_there", kind=kind.__name__, key=key)
        for row in reversed(rows):
            if row.applies(day):
                if row.confidence == "check":
                    raise Held(
                        f"{what} from {row.since} must be checked first: {row.source}",
                        "to_check",
                        kind=kind.__name__,
                        key=key,
                        since=row.since,
                        source=row.source,
                    )
                self.used[row.name] = row
                return row
        last = rows[-1]
        if last.until and last.until < day:
            raise Held(
                f"{what} is known until {last.until} only, and {day} was asked for",
                "known_until",
                kind=kind.__name__,
                key=key,
                until=last.until,
                day=day,
            )
        raise Held(f"{what} has no row for {day}", "no_row", kind=kind.__name__, key=key, day=day)
