"""Messages that an office sends, or keeps for us, with real processes: each once, none lost."""

import http.client

import pytest

from dev import outside, state
from dev.outside import eventually
from tests_outside.books import BOOKS
from tests_outside.office import CASES, PACKAGES, TELLS, Authority, Office, feedback, signed
from tests_outside.page_site import wait_for

STATUS = "SELECT coalesce(agent_status, 'nothing') FROM collection_handover ORDER BY dossier_id"
CAME = "SELECT coalesce(number, ''), state FROM collection_feedback ORDER BY id"
ADDRESS = "SELECT webhook_number FROM collection_agent"
CURSOR = "SELECT coalesce(cursor, '') FROM collection_poll"
POLLED = "UPDATE collection_agent SET feedback_way = 'poll'"
ASK = """
env.ref("payt_dunning.ir_cron_collection_poll").method_direct_trigger()
env.cr.commit()
"""
NEXT_HOUR = "UPDATE collection_poll SET next_ask = now() at time zone 'UTC' - interval '1 minute'"


@pytest.fixture
def office():
    """Return a running server of an office."""
    authority = Authority()
    server = Office(authority)
    server.pem = authority.pem
    yield server
    server.stop()


@pytest.fixture
def books(odoo_db, run_odoo, office):
    """Return a database in which an office has three of our cases."""
    packages = PACKAGES.format(url=office.url, authorities=office.pem)
    run_odoo(odoo_db, BOOKS.format(port=1, debtors=3) + packages + TELLS)
    return odoo_db


@pytest.fixture
def message(books, psql):
    """Return what makes the message of the office about a case: ``message(number, which, code)``."""
    cases = [row.split("|") for row in psql(books, CASES)]
    return lambda number, which, code: feedback(number, *cases[which], code)


def serve(*messages):
    """Return what an office answers, one to each question; then there is nothing new."""

    def hook(number, content):
        return lambda handler, _body: handler.raw(200, content, X_Next_Cursor=f"c{number}") or True

    nothing = lambda handler, _body: handler.raw(204, b"") or True  # noqa: E731
    return [*(hook(number, each) for number, each in enumerate(messages, 1)), nothing]


def test_what_an_office_signs_and_sends_moves_the_case(books, message, processes, psql):
    port = state.any_free_port()
    server = outside.start_server(books, port)
    processes.append(server)
    wait_for(server, f"http://127.0.0.1:{port}")
    body = message("M-1", 0, "summons_served")
    [number] = psql(books, ADDRESS)

    def send(content, headers):
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        line.request("POST", f"/payt_dunning/office/{number}", content, headers)
        answer = line.getresponse()
        return answer.status, answer.read()

    assert send(body + b" ", signed("msg_1", body)) == (401, b"")
    assert send(body, signed("msg_1", body)) == (202, b"")
    assert send(body, signed("msg_1", body)) == (202, b"")
    second = message("M-2", 1, "judgment")
    assert send(second, signed("msg_2", second)) == (202, b"")

    told = ["summons_served", "judgment", "nothing"]
    applied = ["M-1|applied", "M-2|applied"]
    eventually(lambda: psql(books, CAME) == applied, 90, "the reading of both")
    assert psql(books, STATUS) == told


def test_what_an_office_keeps_for_us_comes_once_by_two_workers(
    books, message, run_odoo, office, psql
):
    psql(books, POLLED)
    office.behave(*serve(message("M-1", 0, "demand"), message("M-2", 1, "judgment")))
    workers = [run_odoo(books, ASK, wait=False) for _each in range(2)]
    for process in workers:
        outside.finish(process, check=False)

    assert psql(books, CAME) == ["M-1|applied", "M-2|applied"]
    assert len(office.requests) == 3
    assert psql(books, CURSOR) == ["c2"]


def test_killed_while_an_office_answers_loses_nothing_and_reads_nothing_twice(
    books, message, run_odoo, office, psql
):
    psql(books, POLLED)
    running = {}
    first, second, nothing = serve(message("M-1", 0, "demand"), message("M-2", 1, "judgment"))

    def kill_then_answer(handler, body):
        running["process"].kill_hard()
        return second(handler, body)

    office.behave(first, kill_then_answer)
    running["process"] = run_odoo(books, ASK, wait=False)
    running["process"].wait(timeout=60)
    assert psql(books, CAME) == ["M-1|applied"]
    assert psql(books, CURSOR) == ["c1"]

    psql(books, NEXT_HOUR)
    office.behave(second, nothing)
    run_odoo(books, ASK)
    assert psql(books, CAME) == ["M-1|applied", "M-2|applied"]
    assert [each["path"] for each in office.requests][1:] == [
        "/api/feedback?after=c1",
        "/api/feedback?after=c1",
        "/api/feedback?after=c2",
    ]
