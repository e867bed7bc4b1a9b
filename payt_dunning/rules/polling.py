"""Asking an office for its messages: what its answer means, and from where to go on.

The contract is told in ``docs/sending.md``: one message an answer, and a cursor behind it. The cursor
moves only with a message that was kept, so that none is skipped; what can't be read is kept too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote

from .delivery import LATER, LONGEST, REFUSED, SETTINGS, Answer, asked_for, judge

#: A message; nothing new. The others are those of :mod:`.delivery`.
MESSAGE, NOTHING = "message", "nothing"
#: An office is asked so often; what is wrong there for longer than a day is told to a person.
EVERY, LATELY, A_DAY = timedelta(hours=1), timedelta(minutes=5), timedelta(days=1)
#: What is not only about messages: who we are, who it is, where it is.
_BOTH = (401, 403)
_CURSOR = re.compile(r"[\x20-\x7e]{1,500}")
_ETAG = re.compile(r'(W/)?"[\x21\x23-\x7e]{0,200}"')


@dataclass(frozen=True, slots=True)
class Polled:
    """What an answer means.

    :param kind: ``message``, ``nothing``, ``later``, ``refused`` or ``settings``
    :param code: why, for words: the fault, ``http``, ``redirect`` or empty
    :param words: what the office wrote, in one line
    """

    kind: str
    code: str = ""
    status: int = 0
    words: str = ""
    retry_after: str = ""


def judge_poll(answer: Answer) -> Polled:
    """What an answer to the question for messages means.

    ``settings``: it is no use to speak with this office until they are put right; ``refused``: it has
    no messages for us here, or one that is too large.
    """
    if answer.status == 200 and not answer.fault:
        return Polled(MESSAGE if answer.body else NOTHING, status=200)
    if answer.status in (204, 205, 304) and not answer.fault:
        return Polled(NOTHING, status=answer.status)
    outcome = judge(answer, "")
    kind, code = outcome.kind, outcome.code
    if answer.fault:
        kind = {"too_large": REFUSED}.get(answer.fault, SETTINGS if kind == SETTINGS else LATER)
    elif answer.status < 300 or answer.status == 409:
        kind, code = LATER, "http"
    elif kind == SETTINGS and code != "redirect" and answer.status not in _BOTH:
        kind = REFUSED
    return Polled(kind, code, answer.status, outcome.words, answer.retry_after)


def place(cursor: str) -> str:
    """The path and query with which messages behind a cursor are asked for."""
    return f"/feedback?after={quote(cursor, safe='')}"


def cursor_of(answer: Answer, number: str) -> str:
    """The cursor behind a message; empty: nobody can tell.

    :param number: the ``feedbackId`` of the message; empty where it can't be read
    """
    told = answer.next_cursor.strip()
    return told if _CURSOR.fullmatch(told) else number


def etag_of(answer: Answer) -> str:
    """The mark of an answer that may be sent back; empty for none."""
    told = answer.etag.strip()
    return told if _ETAG.fullmatch(told) else ""


def next_poll(polled: Polled, now: datetime) -> datetime:
    """When the office is asked next: each hour, each day where it has nothing for us here.

    A little before the hour is over, for the scheduled action comes once an hour.
    """
    wait = A_DAY if polled.kind == REFUSED else EVERY
    if polled.kind == LATER:
        wait = max(wait, min(asked_for(polled.retry_after, now), LONGEST))
    return now + wait - LATELY
