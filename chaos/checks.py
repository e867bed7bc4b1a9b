"""What must be true after a storm, looked at from outside: the mail server's own messages."""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from html.parser import HTMLParser

from chaos.books import MARK

#: A payment this many seconds before a message was begun must show in it. Between the look
#: into the ledger and the first word to the mail server lies a commit and the making of the mail.
MARGIN = 2.0
#: Comes before the rows that are only listed, without a rung.
ALSO_OPEN = "this is open too"
REASONED = ("ambiguous", "failed", "cancelled")


@dataclass
class Result:
    """One line of the table: what was looked at, how often, and what is wrong."""

    title: str
    looked_at: int
    bad: list = field(default_factory=list)
    note: str = ""


@dataclass(frozen=True)
class Letter:
    """A message as its reader sees it; a row is (invoice number, rung or 0, amount)."""

    message_id: str
    recipient: str
    subject: str
    rows: tuple
    begun: float

    def __str__(self):
        numbers = ", ".join(f"{number} rung {rung}" for number, rung, _amount in self.rows)
        return f"{self.message_id} to {self.recipient} “{self.subject}” ({numbers})"


class _Rows(HTMLParser):
    """Reads the rows of a message's tables, each with the rung its text was marked with."""

    _mark = re.compile(re.escape(MARK).replace("%d", r"(\d+)"))

    def __init__(self):
        super().__init__()
        self.rows = []
        self._rung = 0
        self._cells = None
        self._cell = None

    def handle_starttag(self, tag, attrs):
        if tag == "tr":
            self._cells = []
        elif tag == "td":
            self._cell = []

    def handle_endtag(self, tag):
        if tag == "td" and self._cell is not None:
            self._cells.append("".join(self._cell).strip())
            self._cell = None
        elif tag == "tr" and self._cells is not None:
            if len(self._cells) == 3:
                self.rows.append((self._cells[0], self._rung, _amount(self._cells[2])))
            self._cells = None

    def handle_data(self, data):
        if self._cell is not None:
            self._cell.append(data)
        elif found := self._mark.search(data):
            self._rung = int(found[1])
        elif ALSO_OPEN in data:
            self._rung = 0


def _amount(text):
    """Return an amount written in English as a number of cents."""
    return round(float(re.sub(r"[^\d.]", "", text) or 0) * 100)


def read_letter(received):
    """Return what a stored message says."""
    reader = _Rows()
    reader.feed(received.body())
    return Letter(
        str(received.mail["Message-Id"]).strip(),
        ", ".join(received.recipients),
        received.subject,
        tuple(reader.rows),
        received.begun,
    )


def verify(evidence):
    """Check everything; return a list of results."""
    letters = [read_letter(received) for received in evidence.messages]
    return [
        check_readable(letters, evidence),
        check_message_ids(letters),
        check_contents(letters),
        check_rungs(letters),
        check_sent(letters, evidence),
        check_stored(letters, evidence),
        check_rows(letters, evidence),
        check_states(evidence),
        check_chatter(evidence),
        check_ambiguous(letters, evidence),
        check_nobody_forgotten(letters, evidence),
        check_payments(letters, evidence),
        Result("items know what the ledger says is open", len(evidence.books), evidence.stale),
        Result(
            "no claim on a message outlives its hand-over",
            len(evidence.notices),
            [f"notice {row.replace('|', ' is still claimed by ')}" for row in evidence.leaked],
        ),
        Result(
            "programs ended only when they were struck",
            sum(evidence.kills.values()) + sum(evidence.cuts.values()),
            evidence.crashes,
        ),
        check_struck(evidence),
    ]


def check_readable(letters, evidence):
    """A message without rows, rung or known invoices would make the other checks blind."""
    bad = [
        str(letter)
        for letter in letters
        if not any(rung for _number, rung, _amount in letter.rows)
        or any(number not in evidence.books for number, _rung, _amount in letter.rows)
        or any(evidence.books[number][0] != letter.recipient for number, _r, _a in letter.rows)
    ]
    return Result(
        "messages can be read, and are about their recipient's invoices", len(letters), bad
    )


def check_message_ids(letters):
    """Nothing is stored twice under one Message-Id."""
    counts = Counter(letter.message_id for letter in letters)
    bad = [f"{count} times {message_id}" for message_id, count in counts.items() if count > 1]
    return Result("no Message-Id twice at the mail server", len(counts), bad)


def check_contents(letters):
    """Nor twice with the same recipient, subject and rows."""
    groups = defaultdict(list)
    for letter in letters:
        rows = tuple((number, rung) for number, rung, _amount in letter.rows)
        groups[letter.recipient, letter.subject, rows].append(letter)
    bad = [
        f"{len(same)} times {same[0]}, also as {', '.join(other.message_id for other in same[1:])}"
        for same in groups.values()
        if len(same) > 1
    ]
    return Result("no recipient, subject and rows twice", len(groups), bad)


def check_rungs(letters):
    """Nor is any rung of any invoice."""
    groups = defaultdict(list)
    for letter in letters:
        for number, rung, _amount in letter.rows:
            if rung:
                groups[number, rung].append(letter.message_id)
    bad = [
        f"{number} rung {rung}: {', '.join(ids)}"
        for (number, rung), ids in groups.items()
        if len(ids) > 1
    ]
    return Result("each rung of an invoice in one message at most", len(groups), bad)


def check_sent(letters, evidence):
    """What is called sent did arrive."""
    stored = {letter.message_id for letter in letters}
    sent = [notice for notice in evidence.notices if notice["state"] == "sent"]
    bad = [_name(notice) for notice in sent if notice["message_id"] not in stored]
    return Result("each notice that is sent has its message", len(sent), bad)


def check_stored(letters, evidence):
    """What arrived is called sent, or unclear."""
    notices = {notice["message_id"]: notice for notice in evidence.notices}
    bad = [
        f"{letter}: {_name(notices[letter.message_id]) if letter.message_id in notices else 'no notice'}"
        for letter in letters
        if notices.get(letter.message_id, {}).get("state") not in ("sent", "ambiguous")
    ]
    return Result("each message belongs to a notice that is sent or ambiguous", len(letters), bad)


def check_rows(letters, evidence):
    """A message says what its notice recorded."""
    notices = {notice["message_id"]: notice for notice in evidence.notices}
    bad = []
    for letter in letters:
        notice = notices.get(letter.message_id)
        if notice is None:
            continue
        said = sorted((number, rung) for number, rung, _amount in letter.rows)
        recorded = sorted((number, rung) for number, rung in notice["rows"])
        if (said, letter.recipient, letter.subject) != (
            recorded,
            notice["recipient"],
            notice["subject"],
        ):
            bad.append(f"{letter}, but {_name(notice)} has {recorded}")
    return Result("each message has the rows of its notice", len(letters), bad)


def check_states(evidence):
    """Nothing is stuck, and what was not sent says why."""
    bad = [
        _name(notice)
        for notice in evidence.notices
        if notice["state"] != "sent" and not (notice["state"] in REASONED and notice["failure"])
    ]
    counts = Counter(notice["state"] for notice in evidence.notices)
    note = ", ".join(f"{count} {state}" for state, count in sorted(counts.items()))
    return Result("each notice is sent or says why not", len(evidence.notices), bad, note)


def check_chatter(evidence):
    """What was sent is shown once on each invoice it reminds of, and nothing else is."""
    wanted = Counter(
        (number, notice["subject"])
        for notice in evidence.notices
        if notice["state"] == "sent"
        for number, position in notice["rows"]
        if position
    )
    shown = Counter({(number, subject): count for number, subject, count in evidence.shown})
    bad = [
        f"{number} “{subject}”: sent {wanted[number, subject]}, shown {shown[number, subject]} times"
        for number, subject in sorted(wanted | shown)
        if wanted[number, subject] != shown[number, subject]
    ]
    return Result("each notice that is sent is shown once on each invoice", len(wanted), bad)


def check_ambiguous(letters, evidence):
    """Only a blow or a line cut after the content makes a message unclear."""
    stored = {letter.message_id for letter in letters}
    unclear = [notice for notice in evidence.notices if notice["state"] == "ambiguous"]
    arrived = sum(notice["message_id"] in stored for notice in unclear)
    kills, cuts = sum(evidence.kills.values()), sum(evidence.cuts.values())
    allowed = kills + cuts + evidence.broken
    bad = [_name(notice) for notice in unclear] if len(unclear) > allowed else []
    note = (
        f"{len(unclear)} (of them {arrived} arrived) ≤ {kills} kills + {cuts} cut connections"
        f" + {evidence.broken} cut lines"
    )
    return Result("no more ambiguous notices than blows", len(unclear), bad, note)


def check_nobody_forgotten(letters, evidence):
    """Each unpaid invoice with a rung due is in a message, or in a notice that says why not."""
    reminded = {number for letter in letters for number, rung, _amount in letter.rows if rung}
    accounted = {
        number
        for notice in evidence.notices
        if notice["state"] in ("ambiguous", "failed")
        for number, _rung in notice["rows"]
    }
    paid = {number for _time, left, number in evidence.payments if not left}
    due = {number for number, (_address, is_due) in evidence.books.items() if is_due} - paid
    bad = [
        f"{number} of {evidence.books[number][0]}" for number in sorted(due - reminded - accounted)
    ]
    note = f"{len(due & reminded)} reminded of"
    return Result("no invoice that is due is forgotten", len(due), bad, note)


def check_payments(letters, evidence):
    """A message begun after a payment was committed knows of it."""
    payments = {number: (when, round(left * 100)) for when, left, number in evidence.payments}
    bad, closest, before, looked_at = [], None, 0, 0
    for letter in letters:
        for number, _rung, amount in letter.rows:
            if number not in payments:
                continue
            when, left = payments[number]
            ahead = letter.begun - when
            if ahead < 0:
                before += 1
            elif amount != left:
                closest = max(closest or 0, ahead)
                if ahead > MARGIN:
                    bad.append(
                        f"{number}, {left / 100:.2f} open since {ahead:.2f} s before {letter}"
                        f" asked for {amount / 100:.2f}"
                    )
            looked_at += ahead > 0
    note = (
        f"{len(payments)} paid, {sum(not left for _when, left in payments.values())} in full,"
        f" {before} after their message"
    )
    if closest is not None:
        note += f"; a message was begun {closest:.2f} s after a payment it does not know of"
    return Result("no message claims what was paid before", looked_at, bad, note)


def check_struck(evidence):
    """The storm did blow, and ended."""
    plan = evidence.plan
    bad = list(evidence.unfinished)
    for what, done, planned in (
        ("kills", evidence.kills, plan.kills),
        ("cut connections", evidence.cuts, plan.cuts),
    ):
        # A blow may find its program just gone.
        if sum(done.values()) < planned * 0.7:
            bad.append(f"{sum(done.values())} of {planned} {what}")
    if not evidence.payments:
        bad.append("nobody paid")
    return Result("the storm blew as planned, and ended", plan.kills + plan.cuts, bad)


def _name(notice):
    return (
        f"notice {notice['id']} {notice['state']} {notice['message_id']} to {notice['recipient']}"
        f" (mail {notice['mail_state']}; {notice['failure'] or 'no reason given'})"
    )


def table(results, evidence, shown=20):
    """Return the outcome as lines of text; the offending rows come last."""
    width = max(len(result.title) for result in results)
    lines = [f"{'check':{width}}  {'looked at':>9}  {'wrong':>5}"]
    for result in results:
        lines.append(
            f"{result.title:{width}}  {result.looked_at:>9}  {len(result.bad):>5}  {result.note}"
        )
    lines.append("")
    for title, counts in (
        ("kills", evidence.kills),
        ("cut connections", evidence.cuts),
        ("weather", evidence.weather),
        ("rolled back and done again", evidence.retried),
        ("errors in the logs", evidence.errors),
    ):
        kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items()))
        lines.append(f"{title}: {sum(counts.values())}{f' ({kinds})' if kinds else ''}")
    seconds = ", ".join(f"{name} {value:.0f} s" for name, value in evidence.seconds.items())
    lines.append(f"time: {seconds}")
    for result in results:
        if result.bad:
            lines += ["", f"wrong: {result.title}", *(f"  {row}" for row in result.bad[:shown])]
            if len(result.bad) > shown:
                lines.append(f"  and {len(result.bad) - shown} more")
    return lines
