"""A text message reaches the gateway at most once and none is lost, whatever happens to either."""

import json
import urllib.request
from collections import Counter

import pytest

from dev import databases, outside, state
from dev.http_double import Reply, SmsGateway
from dev.lock_watch import LockWatch
from dev.outside import finish
from tests_outside.books import RUN, states
from tests_outside.channel_books import DISPATCH, LATER, planned, script
from tests_outside.page_site import wait_for

DEBTORS = 4
EACH_ONCE = {f"+3161234560{number}": 1 for number in range(DEBTORS)}
#: A gateway that has the message and does not say so: slow, cut off, broken, talking nonsense.
UNCLEAR = (
    Reply(hang=16),
    Reply(drop=True),
    Reply(status=500),
    Reply(body=b"<html>"),
    Reply(body=b"[]"),
    Reply(body=b'{"jsonrpc": "2.0", "result": {"0": 1}}'),
    Reply(body=b'{"jsonrpc": "2.0", "error": {"data": {"name": "x.ServerError"}}}'),
    Reply(twice=True),
)
#: One that has nothing and says so.
BUSY = (Reply(status=503, lose=True), Reply(status=429, lose=True))


@pytest.fixture(scope="module")
def port():
    """Return where the gateway is, for all tests."""
    return state.any_free_port()


@pytest.fixture
def gateway(port):
    """Return a running gateway of text messages."""
    with SmsGateway(port) as server:
        server.start()
        yield server


@pytest.fixture(scope="module")
def waiting(installed_db, port):
    """Return the database with four text messages that tests copy."""
    made = script(f"http://127.0.0.1:{port}", DEBTORS, "sms")
    with planned(installed_db, "texts", made) as name:
        yield name


@pytest.fixture
def books(waiting, odoo_db):
    """Return a database in which four text messages wait to be handed over."""
    databases.copy(waiting, odoo_db)
    return odoo_db


def numbers(gateway):
    """Return how many messages the gateway has for each number."""
    return Counter(number for number, _text in gateway.messages)


def test_a_gateway_that_works_gets_each_message_once(books, run_odoo, gateway, psql):
    run_odoo(books, DISPATCH + DISPATCH + RUN + DISPATCH)

    assert numbers(gateway) == EACH_ONCE
    assert states(psql, books) == {"sent": DEBTORS}
    assert all("PIN" in text and "invalid" not in text for _number, text in gateway.messages)


def test_three_processes_hand_over_each_message_once_and_none_waits_for_another(
    books, run_odoo, gateway, psql
):
    gateway.behave(*[Reply(hang=0.3)] * DEBTORS)
    direct = "env['dunning.dispatch']._cron_dispatch()\nenv.cr.commit()\n"
    watch = LockWatch(books)
    watch.start()
    programs = [run_odoo(books, direct, wait=False) for _number in range(3)]
    for program in programs:
        finish(program)
    longest = watch.stop()
    run_odoo(books, DISPATCH)

    assert numbers(gateway) == EACH_ONCE
    assert states(psql, books) == {"sent": DEBTORS}
    assert longest < 1, f"somebody waited {longest:.1f} s for a lock"


def test_killed_between_the_gateway_and_the_record_sends_no_second_message(
    books, run_odoo, gateway, psql
):
    running = {}
    gateway.behave(Reply(hook=lambda request: running["process"].kill_hard()))
    running["process"] = run_odoo(books, DISPATCH, wait=False)
    gateway.wait_for(1)
    running["process"].wait(timeout=60)

    run_odoo(books, DISPATCH + RUN + DISPATCH)

    assert numbers(gateway) == EACH_ONCE
    assert states(psql, books) == {"ambiguous": 1, "sent": DEBTORS - 1}


def test_a_gateway_that_refuses_connections_gets_everything_later(books, run_odoo, gateway, psql):
    gateway.stop()
    run_odoo(books, DISPATCH)
    assert states(psql, books) == {"queued": DEBTORS}

    with SmsGateway(gateway.port) as again:
        again.start()
        run_odoo(books, DISPATCH)
        assert again.messages == [], "a quarter of an hour has not passed"
        psql(books, LATER)
        run_odoo(books, DISPATCH)
        assert numbers(again) == EACH_ONCE
    assert states(psql, books) == {"sent": DEBTORS}


def test_a_gateway_that_took_one_and_did_not_say_so_gets_it_never_again(
    odoo_db, run_odoo, gateway, psql
):
    run_odoo(odoo_db, script(gateway.url, 10, "sms") + RUN)
    gateway.behave(*UNCLEAR, *BUSY)
    rounds = len(UNCLEAR) + len(BUSY)
    for_a_day = f"""
for _round in range({rounds}):
    env.cr.execute({LATER!r})
    env.cr.commit()
    env.ref("payt_dunning.ir_cron_dunning_dispatch").method_direct_trigger()
    env.cr.commit()
    waiting = env["dunning.notice"].search_count([("state", "=", "queued")])
    print("WAITING", waiting)
"""
    done = run_odoo(odoo_db, for_a_day)
    waiting = [int(line.split()[1]) for line in done.stdout.splitlines() if "WAITING" in line]
    unclear = list(range(9, 9 - len(UNCLEAR), -1))
    assert waiting == unclear + unclear[-1:] * len(BUSY), "one message at most is unclear"

    run_odoo(odoo_db, f"env.cr.execute({LATER!r})\nenv.cr.commit()\n" + DISPATCH + RUN + DISPATCH)
    assert numbers(gateway) == {f"+3161234560{number}": 1 for number in range(10)}
    assert states(psql, odoo_db) == {"ambiguous": len(UNCLEAR), "sent": 10 - len(UNCLEAR)}


def test_reports_to_the_server_are_taken_in_once_and_strangers_ignored(
    books, run_odoo, gateway, processes, psql
):
    run_odoo(books, DISPATCH)
    port = state.any_free_port()
    server, url = outside.start_server(books, port, 0), f"http://127.0.0.1:{port}"
    processes.append(server)
    wait_for(server, url)
    rows = psql(books, "SELECT provider_reference FROM dunning_notice ORDER BY id")
    delivered, wrong, *_rest = rows
    for _time in range(2):
        assert report(url, "delivered", delivered) == {"result": "OK"}
        assert report(url, "invalid_destination", wrong) == {"result": "OK"}
        assert report(url, "delivered", "f" * 32) == {"result": "OK"}
    assert "error" in report(url, "delivered", "not-one-of-ours")

    assert states(psql, books) == {"returned": 1, "sent": DEBTORS - 1}
    assert psql(books, "SELECT what FROM dunning_delivery ORDER BY what") == [
        "delivered",
        "undelivered",
    ]
    assert psql(books, "SELECT address FROM dunning_failed_address") == ["+31612345601"]


def report(url, status, uuid):
    """Post a report as the gateway does; return what was answered, without the frame."""
    content = {
        "jsonrpc": "2.0",
        "params": {"message_statuses": [{"sms_status": status, "uuids": [uuid]}]},
    }
    request = urllib.request.Request(
        f"{url}/sms/status",
        json.dumps(content).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        found = json.loads(answer.read())
    return {key: found[key] for key in ("result", "error") if key in found}
