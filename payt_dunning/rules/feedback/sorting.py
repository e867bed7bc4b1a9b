"""What of a message is new, what was told before, and what contradicts that.

Each thing is applied once. The same id with other content changes nothing: a person decides. Where
a case stands and what is owed follow the newest day; what comes late is kept, not shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType

from .values import Balance, CaseFeedback, Closure, Part, Status

NEW, KNOWN, OLDER, CONFLICT = "new", "known", "older", "conflict"
NOTHING: Mapping[tuple[str, str], str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Told:
    """What was applied of a case before.

    :param hashes: of what has an id, by kind and id: :attr:`.values.Part.content_hash`
    :param status: the one that counts
    :param status_sent: when the message of that was sent
    :param balance: the newest
    :param closure: how it ended
    """

    hashes: Mapping[tuple[str, str], str] = field(default_factory=lambda: NOTHING)
    status: Status | None = None
    status_sent: datetime | None = None
    balance: Balance | None = None
    closure: Closure | None = None


@dataclass(frozen=True, slots=True)
class Sorted:
    """A part and what it is: ``new``, ``known``, ``older`` or ``conflict``."""

    part: Part
    result: str


def sort_out(case: CaseFeedback, told: Told, sent_at: datetime) -> list[Sorted]:
    """Say of each part what it is; in the order in which they came.

    :param told: before this message
    :param sent_at: when the message was sent
    """
    known = dict(told.hashes)
    found = []
    for part in case.parts:
        if part.key:
            result = _by_id(part, known)
            known.setdefault((part.KIND, part.key), part.content_hash)
        else:
            result = _single(part, told, sent_at)
        found.append(Sorted(part, result))
    return found


def _by_id(part, known):
    before = known.get((part.KIND, part.key))
    if before is None:
        return NEW
    return KNOWN if before == part.content_hash else CONFLICT


def _single(part, told, sent_at):
    if isinstance(part, Status):
        return _newer(part, told.status, (part.since, sent_at), told.status and _status_at(told))
    if isinstance(part, Balance):
        before = told.balance
        if before and before != part and before.as_of == part.as_of:
            return CONFLICT
        return _newer(part, before, part.as_of, before and before.as_of)
    before = told.closure
    return NEW if before is None else KNOWN if before == part else CONFLICT


def _status_at(told):
    return told.status.since, told.status_sent or _dawn(told.status.since)


def _dawn(day: date) -> datetime:
    return datetime.fromisoformat(f"{day.isoformat()}T00:00:00+00:00")


def _newer(part, before, at, before_at):
    if before is None:
        return NEW
    if before == part:
        return KNOWN
    return NEW if at > before_at else OLDER
