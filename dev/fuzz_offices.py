"""What ``make fuzz`` feeds the readers of what offices and their servers send.

Any bytes, damaged examples, and well-formed messages with values of any kind. Whatever was read is
looked at and sorted out too.
"""

import io
import sys
import zipfile
from contextlib import suppress
from datetime import date, datetime, timezone
from pathlib import Path

from hypothesis import strategies as st

CHECKOUT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(CHECKOUT / "payt_dunning"))

from rules.delivery import Answer, judge, judge_lookup, next_try  # noqa: E402
from rules.dossier.problems import Refused  # noqa: E402
from rules.feedback.reading import read  # noqa: E402
from rules.feedback.sense import Ours, look  # noqa: E402
from rules.feedback.sorting import Told, sort_out  # noqa: E402
from rules.feedback.values import PARTS  # noqa: E402
from rules.polling import cursor_of, etag_of, judge_poll, next_poll, place  # noqa: E402
from rules.signature import Signed, is_genuine, key_of  # noqa: E402

EXAMPLE = (CHECKOUT / "docs" / "dossier" / "examples" / "feedback.xml").read_bytes()
NAMESPACE = "urn:payt-dunning:collection-feedback:1"
OURS = Ours("EUR", date(2026, 3, 3), frozenset({"NL91ABNA0417164300"}))
NOW = datetime(2026, 3, 2, 12, tzinfo=timezone.utc)
HEAD = {
    "feedback_id": "M",
    "sender": "office",
    "sent_at": "2026-03-02T06:00:00Z",
    "test": "no",
    "dossier_id": "6f0e1a52-3b6c-4c1f-9a77-0d5c2b8e4411",
    "case_number": "CASE/2025/00037",
    "recipient_reference": "2025.11873",
}
COLUMNS = sorted({name for kind in PARTS.values() for name in kind.__dataclass_fields__})

SOME = st.sampled_from(
    [
        "2026-03-01",
        "01-03-2026",
        "0000-01-01",
        "9999-12-31",
        "2026-03-01T10:00:00+14:00",
        "0001-01-01T00:00:00+14:00",
        "1e9",
        "NaN",
        "-0.00",
        "999999999999999.99",
        "debtor",
        "payment",
        "amicable",
        "demand",
        "NL91ABNA0417164300",
        "=1+1",
        "'",
        "\x00",
        "\u202e",
    ]
)
WAIT = st.sampled_from(
    [
        "Fri, 31 Dec 9999 23:59:59 -1400",
        "Mon, 01 Jan 0001 00:00:00 +1400",
        "Mon, 02 Mar 2026 13:00:00 GMT",
        "99999999999999999999",
        "-1",
    ]
)
VALUE = st.one_of(SOME, st.text(max_size=20), st.decimals(places=2).map(str))
KIND = st.sampled_from([*(kind.KIND for kind in PARTS.values()), "wish"])


def zipped(content, name="feedback.xml"):
    """Return a ZIP of one file."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(name, content)
    return stream.getvalue()


def table(rows, delimiter=","):
    """Return rows as a table; quotes are doubled, whatever else is in them."""
    names = [*HEAD, "kind", *COLUMNS]
    lines = [names, *([{**HEAD, **row}.get(name, "") for name in names] for row in rows)]
    quoted = (
        delimiter.join('"' + cell.replace('"', '""') + '"' for cell in line) for line in lines
    )
    return "\r\n".join(quoted).encode("utf-8", "surrogatepass")


@st.composite
def tables(draw):
    """Draw a table of things of any kind."""
    rows = draw(
        st.lists(
            st.builds(
                lambda kind, values: {"kind": kind, **values},
                KIND,
                st.dictionaries(st.sampled_from(COLUMNS), VALUE, max_size=8),
            ),
            max_size=4,
        )
    )
    return table(rows, draw(st.sampled_from(",;")))


@st.composite
def damaged(draw):
    """Draw an example with some bytes changed, taken out or put in."""
    content = bytearray(draw(st.sampled_from([EXAMPLE, zipped(EXAMPLE)])))
    for _number in range(draw(st.integers(1, 5))):
        place = draw(st.integers(0, len(content) - 1))
        content[place : place + draw(st.integers(0, 4))] = draw(st.binary(max_size=5))
    return bytes(content)


@st.composite
def revalued(draw):
    """Draw an example in which attributes have other values."""
    pieces = EXAMPLE.decode().split('"')
    for _number in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(pieces) // 2 - 1)) * 2 + 1
        value = draw(VALUE)
        pieces[place] = value.replace("&", "&amp;").replace("<", "&lt;").replace('"', "")
    return '"'.join(pieces).encode("utf-8", "surrogatepass")


def messages(content):
    """Read a message, then look at it and sort it out."""
    try:
        feedback = read(content).feedback
    except Refused as refused:
        if not str(refused):
            raise AssertionError("refused without a word") from refused
        return
    for case in feedback.cases:
        for problem in look(case, OURS, feedback.test):
            str(problem)
        sort_out(case, Told(), feedback.sent_at)
        for part in case.parts:
            part.content_hash  # noqa: B018


def answers(given_):
    """Judge what a server may answer, to a package or to the question for messages."""
    status, body, wait, more = given_
    answer = Answer(status, body=body, retry_after=wait, etag=more, next_cursor=more)
    judge(answer, "ab" * 32)
    judge_lookup(answer, "ab" * 32)
    if next_poll(judge_poll(answer), NOW.replace(tzinfo=None)) <= NOW.replace(tzinfo=None):
        raise AssertionError("asked again at once")
    place(cursor_of(answer, "M"))
    etag_of(answer)
    moment = next_try(1, NOW.replace(tzinfo=None), wait)
    if moment is None:
        raise AssertionError("not tried again")


def signatures(given_):
    """Look at headers that nobody signed, and at secrets that are none."""
    number, seconds, told, body = given_
    if is_genuine(Signed(number, seconds, told, body), [b"k" * 32, b"f" * 32], NOW.timestamp()):
        raise AssertionError("nobody signed this")
    with suppress(ValueError):
        key_of(told)


HEADER = st.one_of(st.text(max_size=60), st.just(str(int(NOW.timestamp()))), st.just("v1,aGFsbG8="))

READERS = {
    "messages of offices: any bytes": (messages, st.binary(max_size=300)),
    "messages of offices: damaged examples": (messages, damaged()),
    "messages of offices: other values": (messages, revalued()),
    "messages of offices: tables": (messages, tables()),
    "answers of servers": (
        answers,
        st.tuples(
            st.integers(0, 999),
            st.binary(max_size=200),
            st.one_of(st.text(max_size=30), WAIT),
            st.text(max_size=300),
        ),
    ),
    "signatures": (signatures, st.tuples(HEADER, HEADER, HEADER, st.binary(max_size=60))),
}
