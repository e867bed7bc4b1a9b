"""The chaos run in small, and that its checks see what they are there to see."""

import dataclasses
import email
import email.policy
from collections import Counter

import pytest

from chaos import checks, storm
from dev.smtp_double import Received

SMALL = storm.Plan(
    seed=178,
    items=60,
    debtors=20,
    kills=4,
    cuts=1,
    payments=4,
    pay_pause=2,
    badness=4,
    patience=1.5,
    limit=150,
)


def test_no_message_twice_none_lost_none_wrong(odoo_db):
    evidence = storm.run(SMALL, odoo_db)
    results = checks.verify(evidence)
    report = "\n".join(checks.table(results, evidence))
    print(report)
    assert not any(result.bad for result in results), report
    assert evidence.broken, "the weather of this seed must cut a line after the content"


def received(message_id, number, rung=2, amount="100.00", begun=1000.0, to="a@example.com"):
    """Return a stored message about one invoice."""
    raw = (
        f"Message-Id: {message_id}\nSubject: Reminder\nContent-Type: text/html\n\n"
        f"<p>Rung-{rung}. Please pay.</p><table><tr><td>{number}</td><td>today</td>"
        f"<td>$ {amount}</td></tr></table>"
    ).encode()
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    return Received("me@example.com", (to,), raw, mail, begun, begun)


def notice(message_id, number, state="sent", failure=None):
    """Return a notice about one invoice, as the evidence has it."""
    return {
        "id": 1,
        "state": state,
        "message_id": message_id,
        "recipient": "a@example.com",
        "subject": "Reminder",
        "failure": failure,
        "mail_state": state,
        "rows": [[number, 2]],
    }


def good():
    """Return evidence of two invoices that were reminded of once, after a storm as planned."""
    return storm.Evidence(
        plan=dataclasses.replace(SMALL, kills=1, cuts=0),
        books={"INV/1": ("a@example.com", True), "INV/2": ("a@example.com", True)},
        messages=[received("<1>", "INV/1"), received("<2>", "INV/2")],
        notices=[notice("<1>", "INV/1"), notice("<2>", "INV/2")],
        payments=[(2000.0, 0.0, "INV/1")],
        kills=Counter(stored=1),
        shown=[("INV/1", "Reminder", 1), ("INV/2", "Reminder", 1)],
    )


def wrong(evidence):
    """Return the titles of the checks that find something."""
    return {result.title for result in checks.verify(evidence) if result.bad}


def test_checks_find_nothing_where_nothing_is():
    assert wrong(good()) == set()


def same_message_twice(evidence):
    evidence.messages.append(evidence.messages[0])


def same_rung_in_another_message(evidence):
    evidence.messages.append(received("<3>", "INV/1"))
    evidence.notices.append(notice("<3>", "INV/1"))


def sent_but_not_there(evidence):
    evidence.messages.pop()


def there_but_not_sent(evidence):
    evidence.notices[0].update(state="cancelled", failure="paid")


def there_without_notice(evidence):
    evidence.notices.pop()


def another_invoice_than_recorded(evidence):
    evidence.notices[0]["rows"] = [["INV/2", 2]]


def to_somebody_else(evidence):
    evidence.messages[0] = received("<1>", "INV/1", to="b@example.com")


def stuck_in_the_queue(evidence):
    evidence.notices[0]["state"] = "queued"


def failed_without_reason(evidence):
    evidence.notices.append(notice("<3>", "INV/1", state="failed"))


def unclear_without_blow(evidence):
    evidence.notices[0].update(state="ambiguous", failure="stopped")
    evidence.notices[1].update(state="ambiguous", failure="stopped")


def shown_twice(evidence):
    evidence.shown[0] = ("INV/1", "Reminder", 2)


def forgotten(evidence):
    evidence.books["INV/3"] = ("a@example.com", True)


def paid_before(evidence):
    evidence.payments[0] = (990.0, 0.0, "INV/1")


def paid_in_part_before(evidence):
    evidence.payments[0] = (990.0, 60.0, "INV/1")


def unreadable(evidence):
    evidence.messages[0] = received("<1>", "INV/1", rung="?")


@pytest.mark.parametrize(
    ("spoil", "title"),
    [
        (same_message_twice, "no Message-Id twice at the mail server"),
        (same_rung_in_another_message, "each rung of an invoice in one message at most"),
        (same_rung_in_another_message, "no recipient, subject and rows twice"),
        (sent_but_not_there, "each notice that is sent has its message"),
        (there_but_not_sent, "each message belongs to a notice that is sent or ambiguous"),
        (there_without_notice, "each message belongs to a notice that is sent or ambiguous"),
        (another_invoice_than_recorded, "each message has the rows of its notice"),
        (to_somebody_else, "messages can be read, and are about their recipient's invoices"),
        (stuck_in_the_queue, "each notice is sent or says why not"),
        (failed_without_reason, "each notice is sent or says why not"),
        (unclear_without_blow, "no more ambiguous notices than blows"),
        (shown_twice, "each notice that is sent is shown once on each invoice"),
        (forgotten, "no invoice that is due is forgotten"),
        (paid_before, "no message claims what was paid before"),
        (paid_in_part_before, "no message claims what was paid before"),
        (unreadable, "messages can be read, and are about their recipient's invoices"),
    ],
)
def test_checks_find_what_is_wrong(spoil, title):
    evidence = good()
    spoil(evidence)
    assert title in wrong(evidence)
