"""WhatsApp against a server that speaks the API's shapes: at most once, none lost, none strange."""

import hashlib
import hmac
import json
import urllib.error
import urllib.request
from collections import Counter

import pytest

from dev import databases, outside, state
from dev.http_double import Reply, WhatsappApi
from tests_outside.books import RUN, states
from tests_outside.channel_books import DISPATCH, LATER, WHATSAPP, planned, script
from tests_outside.page_site import wait_for

DEBTORS = 3
EACH_ONCE = {f"3161234560{number}": 1 for number in range(DEBTORS)}


@pytest.fixture(scope="module")
def port():
    """Return where the API is, for all tests."""
    return state.any_free_port()


@pytest.fixture
def api(port):
    """Return a running server of the API."""
    with WhatsappApi(port) as server:
        server.start()
        yield server


@pytest.fixture(scope="module")
def waiting(installed_db, port):
    """Return the database with three messages that tests copy."""
    made = script(f"http://127.0.0.1:{port}", DEBTORS, "whatsapp", "sms") + WHATSAPP
    with planned(installed_db, "whatsapp", made) as name:
        yield name


@pytest.fixture
def books(waiting, odoo_db):
    """Return a database in which three messages wait to be handed over."""
    databases.copy(waiting, odoo_db)
    return odoo_db


def numbers(api):
    """Return how many messages the API has for each number."""
    return Counter(number for number, _template in api.messages)


def error(code):
    """Return an error of the API."""
    return json.dumps({"error": {"message": "No", "type": "OAuthException", "code": code}}).encode()


def test_the_api_gets_each_message_once_with_template_token_and_link(books, run_odoo, api, psql):
    run_odoo(books, DISPATCH + DISPATCH + RUN + DISPATCH)

    assert numbers(api) == EACH_ONCE
    assert states(psql, books) == {"sent": DEBTORS}
    for request in api.requests:
        assert request["path"] == "/v23.0/1066001/messages"
        assert request["headers"]["Authorization"] == "Bearer token-of-the-tests"
        (body,) = request["json"]["template"]["components"]
        assert "/claim/" in body["parameters"][1]["text"]


def test_killed_between_the_api_and_the_record_sends_no_second_message(books, run_odoo, api, psql):
    running = {}
    api.behave(Reply(hook=lambda request: running["process"].kill_hard()))
    running["process"] = run_odoo(books, DISPATCH, wait=False)
    api.wait_for(1)
    running["process"].wait(timeout=60)

    run_odoo(books, DISPATCH + RUN + DISPATCH)

    assert numbers(api) == EACH_ONCE
    assert states(psql, books) == {"ambiguous": 1, "sent": DEBTORS - 1}


def test_an_api_that_works_badly_gets_nothing_twice_and_loses_nothing(books, run_odoo, api, psql):
    api.behave(Reply(status=400, body=error(80007), lose=True))
    run_odoo(books, DISPATCH)
    assert states(psql, books) == {"queued": DEBTORS}
    api.behave(Reply(drop=True))
    psql(books, LATER)
    run_odoo(books, DISPATCH)
    assert states(psql, books) == {"ambiguous": 1, "queued": DEBTORS - 1}
    psql(books, LATER)
    run_odoo(books, DISPATCH)

    assert numbers(api) == EACH_ONCE
    assert states(psql, books) == {"ambiguous": 1, "sent": DEBTORS - 1}


def test_a_redirect_is_not_followed_with_the_token(books, run_odoo, api, psql):
    api.behave(Reply(status=307, body=b"", lose=True))
    run_odoo(books, DISPATCH)

    assert len(api.requests) == 1
    assert states(psql, books) == {"queued": DEBTORS}


def test_reports_to_the_server_move_what_failed_to_the_next_channel(
    books, run_odoo, api, processes, psql
):
    run_odoo(books, DISPATCH)
    port = state.any_free_port()
    server, url = outside.start_server(books, port, 0), f"http://127.0.0.1:{port}"
    processes.append(server)
    wait_for(server, url)
    delivered, failed, *_rest = psql(
        books, "SELECT provider_reference FROM dunning_notice ORDER BY id"
    )
    undeliverable = [{"code": 131026, "title": "Message undeliverable"}]
    assert report(url, {"id": failed, "status": "failed"}, secret="guessed") == 403
    for _time in range(2):
        assert report(url, {"id": delivered, "status": "read"}) == 200
        assert report(url, {"id": delivered, "status": "delivered"}) == 200
        assert report(url, {"id": failed, "status": "failed", "errors": undeliverable}) == 200
        assert report(url, {"id": "wamid.unknown", "status": "delivered"}) == 200

    assert states(psql, books) == {"returned": 1, "sent": DEBTORS - 1}
    assert psql(books, "SELECT what FROM dunning_delivery ORDER BY what") == [
        "delivered",
        "undelivered",
    ]
    run_odoo(books, RUN)
    channels = psql(books, "SELECT channel FROM dunning_notice WHERE state = 'queued'")
    assert channels == ["sms"]
    for secret in ("token-of-the-tests", "secret-of-the-tests"):
        assert secret not in server.log.read_text(encoding="utf-8")


def report(url, status, secret="secret-of-the-tests"):
    """Post a signed report as the platform does; return the status of the answer."""
    value = {"metadata": {"phone_number_id": "1066001"}, "statuses": [status]}
    body = json.dumps(
        {"entry": [{"id": "1022001", "changes": [{"field": "messages", "value": value}]}]}
    ).encode()
    signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    request = urllib.request.Request(
        f"{url}/payt_dunning_whatsapp/webhook",
        body,
        {"Content-Type": "application/json", "X-Hub-Signature-256": f"sha256={signature}"},
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status
    except urllib.error.HTTPError as refusal:
        return refusal.code
