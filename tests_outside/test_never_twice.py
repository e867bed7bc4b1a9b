"""A message reaches the mail server at most once, whatever happens to the programs."""

from collections import Counter

import pytest

from dev.outside import finish
from dev.smtp_double import DROP, TRY_LATER, call, hang
from tests_outside.books import BOOKS, RUN, SEND, recipients, states

DEBTORS = 5


@pytest.fixture
def books(odoo_db, run_odoo, smtp_server):
    """Return a database in which five messages wait to be handed over."""
    run_odoo(odoo_db, BOOKS.format(port=smtp_server.port, debtors=DEBTORS) + RUN)
    return odoo_db


def test_killed_between_acceptance_and_commit_sends_no_second_mail(
    books, run_odoo, smtp_server, psql
):
    running = {}
    smtp_server.behave(call(lambda message: running["process"].kill_hard()))
    running["process"] = run_odoo(books, SEND, wait=False)
    smtp_server.wait_for(1)
    running["process"].wait(timeout=60)

    run_odoo(books, SEND + RUN + SEND)

    counts = Counter(recipients(smtp_server))
    assert len(counts) == DEBTORS, "the other messages must go on"
    assert set(counts.values()) == {1}, counts
    assert states(psql, books) == {"ambiguous": 1, "sent": DEBTORS - 1}


def test_two_processes_on_the_queue_send_no_second_mail(books, run_odoo, smtp_server, psql):
    smtp_server.behave(*[hang(0.3)] * DEBTORS)
    first = run_odoo(books, SEND, wait=False)
    second = run_odoo(books, SEND, wait=False)
    finish(first)
    finish(second)
    run_odoo(books, SEND)

    assert Counter(recipients(smtp_server)) == dict.fromkeys(
        (f"debtor{n}@example.com" for n in range(DEBTORS)), 1
    )
    assert states(psql, books) == {"sent": DEBTORS}


def test_a_line_cut_after_acceptance_sends_no_second_mail(books, run_odoo, smtp_server, psql):
    smtp_server.behave(DROP)
    run_odoo(books, SEND + RUN + SEND)

    assert set(Counter(recipients(smtp_server)).values()) == {1}
    assert len(smtp_server.messages) == DEBTORS
    assert states(psql, books) == {"ambiguous": 1, "sent": DEBTORS - 1}


def test_a_server_that_asks_to_come_back_gets_the_message_once(books, run_odoo, smtp_server, psql):
    smtp_server.behave(TRY_LATER)
    run_odoo(books, SEND)
    assert states(psql, books) == {"queued": 1, "sent": DEBTORS - 1}

    psql(books, "UPDATE mail_mail SET scheduled_date = NULL WHERE state = 'outgoing'")
    run_odoo(books, SEND)

    assert set(Counter(recipients(smtp_server)).values()) == {1}
    assert states(psql, books) == {"sent": DEBTORS}


def test_two_daily_runs_at_once_plan_each_message_once(odoo_db, run_odoo, smtp_server, psql):
    run_odoo(odoo_db, BOOKS.format(port=smtp_server.port, debtors=DEBTORS))
    first = run_odoo(odoo_db, RUN, wait=False)
    second = run_odoo(odoo_db, RUN, wait=False)
    finish(first)
    finish(second)
    run_odoo(odoo_db, SEND)

    assert set(Counter(recipients(smtp_server)).values()) == {1}
    assert len(smtp_server.messages) == DEBTORS
