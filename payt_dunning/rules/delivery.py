"""What becomes of a package that is sent to an office by HTTPS: judged by its answer.

The contract is told in ``docs/dossier-format.md``: the same key and bytes each time, so that sending
again is safe; a receipt with our SHA-256, so that nobody has to believe that it arrived whole.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

from .dossier.slots import SHORT_LIMIT, clean_line

#: Taken; try again later; refused for good; the settings are wrong; ask what it has.
TAKEN, LATER, REFUSED, SETTINGS, LOOK_UP = "taken", "later", "refused", "settings", "look_up"
#: When it is tried again, after how many tries.
WAITS = (
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=4),
    timedelta(hours=12),
    timedelta(hours=24),
)
#: Nobody makes us wait longer, or ask sooner.
LONGEST, SHORTEST = timedelta(hours=24), timedelta(minutes=1)
#: Receipts are read up to here, in bytes.
LARGEST = 1024 * 1024
#: What went wrong before there was an answer; what of it may have arrived all the same.
BEFORE = {
    "connect": LATER,
    "tls": SETTINGS,
    "address": SETTINGS,
    "cut": LOOK_UP,
    "timeout": LOOK_UP,
    "too_large": LOOK_UP,
}
_REFUSED = (400, 406, 413, 415, 422)
_LATER = (408, 425, 429)
_DUPLICATE = 409
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Receipt:
    """What an office says that it got.

    :param reference: its number for the case; empty where it gives none yet
    :param sha256: of the bytes that it got
    """

    reference: str = ""
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, or why there is none.

    :param status: of HTTP; 0: none
    :param fault: key of :data:`BEFORE`; empty: there is an answer
    :param body: no longer than was asked for
    :param retry_after: the header, as it came; so are the next two
    """

    status: int = 0
    fault: str = ""
    body: bytes = b""
    retry_after: str = ""
    etag: str = ""
    next_cursor: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What it means.

    :param kind: ``taken``, ``later``, ``refused``, ``settings`` or ``look_up``
    :param code: why, for words: the fault, ``http``, ``redirect``, ``receipt`` or empty
    :param words: what the office wrote, in one line
    :param retry_after: as it came
    """

    kind: str
    code: str = ""
    status: int = 0
    receipt: Receipt = Receipt()
    words: str = ""
    retry_after: str = ""


def judge(answer: Answer, sha256: str) -> Outcome:
    """What an answer to a package means.

    :param sha256: of the bytes that were sent
    """
    if answer.fault:
        return Outcome(BEFORE[answer.fault], answer.fault)
    status = answer.status
    if 200 <= status < 300:
        return _taken(answer, sha256)
    kind, code = LATER, "http"
    if status in _REFUSED:
        kind = REFUSED
    elif status == _DUPLICATE:
        kind = LOOK_UP
    elif 300 <= status < 400:
        kind, code = SETTINGS, "redirect"
    elif 400 <= status < 500 and status not in _LATER:
        kind = SETTINGS
    words, wait = _words(answer.body), answer.retry_after
    return Outcome(kind, code, status, words=words, retry_after=wait)


def judge_lookup(answer: Answer, sha256: str) -> Outcome:
    """What an answer to the question means whether an office has a package.

    ``later`` means here: it may be sent again, with the same key and bytes. A receipt of other
    bytes is that of another revision: this one is not there.
    """
    if not answer.fault and answer.status in (404, 410):
        return Outcome(LATER, "not_there", answer.status)
    outcome = judge(answer, sha256)
    if outcome.code == "receipt" and _SHA256.fullmatch(outcome.receipt.sha256.lower()):
        return Outcome(LATER, "not_there", answer.status)
    if outcome.kind == LATER:
        # Nobody knows yet whether it is there.
        return replace(outcome, kind=LOOK_UP)
    return outcome


def _taken(answer, sha256):
    receipt = read_receipt(answer.body)
    if receipt.sha256.lower() != sha256.lower():
        return Outcome(REFUSED, "receipt", answer.status, receipt)
    return Outcome(TAKEN, "", answer.status, receipt)


def read_receipt(body: bytes) -> Receipt:
    """The receipt in an answer; an empty one for what is none."""
    told = _json(body)
    return Receipt(_line(told.get("reference")), _line(told.get("sha256")))


def _words(body):
    told = _json(body)
    return next(
        (line for key in ("message", "error", "detail") if (line := _line(told.get(key)))), ""
    )


def _json(body):
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _line(said):
    """Text of somebody else's in one line without signs that can't be seen."""
    if isinstance(said, bool) or not isinstance(said, (str, int)):
        return ""
    text = str(said)[: SHORT_LIMIT * 8]
    return clean_line("".join(each for each in text if each.isprintable() or each.isspace()))


def next_try(tries: int, now: datetime, retry_after: str = "") -> datetime | None:
    """When it is tried again; ``None``: no more.

    :param tries: so many were made
    :param now: UTC, without time zone
    :param retry_after: the header of the last answer: seconds or a date
    """
    if tries > len(WAITS):
        return None
    wait = max(WAITS[max(tries, 1) - 1], asked_for(retry_after, now))
    return now + min(max(wait, SHORTEST), LONGEST)


def asked_for(retry_after: str, now: datetime) -> timedelta:
    """How long an office asks us to wait, by its header; nothing for what is none."""
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return min(timedelta(seconds=int(text[:9])), LONGEST)
    try:
        moment = parsedate_to_datetime(text)
        if moment.tzinfo:
            moment = moment.astimezone(timezone.utc).replace(tzinfo=None)
    except (ValueError, TypeError, IndexError, OverflowError):
        return timedelta(0)
    return moment - now
