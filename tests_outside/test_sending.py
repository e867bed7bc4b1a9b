"""Packages to an office's HTTPS server by real processes that are killed: no second case, none lost."""

import pytest

from dev import outside
from tests_outside.books import BOOKS
from tests_outside.office import LATER, PACKAGES, SEND, STATES, Authority, Office

PACKAGES_WAITING = 3
ALL = [f"key-{number}" for number in range(PACKAGES_WAITING)]


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
    """Return a database in which three packages wait to be sent."""
    packages = PACKAGES.format(url=office.url, authorities=office.pem)
    run_odoo(odoo_db, BOOKS.format(port=1, debtors=PACKAGES_WAITING) + packages)
    return odoo_db


def cases(office):
    """Return the keys of the cases that the office has."""
    return sorted(office.packages)


def states(psql, books):
    """Return how many packages are in each state."""
    return {state: int(count) for state, count in (row.split("|") for row in psql(books, STATES))}


def test_each_package_arrives_once_and_its_number_is_noted(books, run_odoo, office, psql):
    run_odoo(books, SEND + SEND)

    assert cases(office) == ALL
    assert len(office.requests) == PACKAGES_WAITING
    assert states(psql, books) == {"sent": PACKAGES_WAITING}
    references = psql(books, "SELECT reference FROM collection_handover ORDER BY reference")
    assert references == ["OFF-1", "OFF-2", "OFF-3"]


def test_killed_between_the_office_and_the_record_makes_no_second_case(
    books, run_odoo, office, psql
):
    running = {}

    def take_then_kill(handler, body):
        # It has the package; nobody who sent it is there to hear so.
        running["process"].kill_hard()
        handler.take(body)
        return True

    office.behave(take_then_kill)
    running["process"] = run_odoo(books, SEND, wait=False)
    running["process"].wait(timeout=60)
    assert states(psql, books) == {"sending": 1, "queued": PACKAGES_WAITING - 1}

    run_odoo(books, SEND)
    assert states(psql, books) == {"sending": 1, "sent": PACKAGES_WAITING - 1}
    psql(books, LATER)
    run_odoo(books, SEND)

    assert cases(office) == ALL
    assert states(psql, books) == {"sent": PACKAGES_WAITING}
    assert [each["method"] for each in office.requests].count("POST") == PACKAGES_WAITING


def test_killed_before_the_office_has_it_loses_nothing(books, run_odoo, office, psql):
    running = {}

    def kill(handler, body):
        running["process"].kill_hard()
        return True

    office.behave(kill)
    running["process"] = run_odoo(books, SEND, wait=False)
    running["process"].wait(timeout=60)
    psql(books, LATER)
    run_odoo(books, SEND)

    assert cases(office) == ALL
    assert states(psql, books) == {"sent": PACKAGES_WAITING}


#: What a worker that helps does: the scheduled action itself runs once at a time.
HELP = """
env["collection.transmission"]._cron_send()
env.cr.commit()
"""


def test_two_workers_share_the_queue_and_send_each_once(books, run_odoo, office, psql):
    first = run_odoo(books, SEND, wait=False)
    second = run_odoo(books, HELP, wait=False)
    for process in (first, second):
        outside.finish(process)
    assert cases(office) == ALL
    run_odoo(books, SEND)

    assert len(office.requests) == PACKAGES_WAITING
    assert states(psql, books) == {"sent": PACKAGES_WAITING}


#: A colleague recalls the first package, in a process of its own.
RECALL = """
env = env(user=env.ref("base.user_admin"))
handover = env["collection.handover"].search([], order="id", limit=1)
handover.action_recall("The debtor paid.")
env.cr.commit()
"""


def test_a_recall_while_the_office_takes_the_package_follows_it(books, run_odoo, office, psql):
    def recalled_meanwhile(handler, body):
        run_odoo(books, RECALL)
        handler.take(body)
        return True

    office.behave(recalled_meanwhile)
    run_odoo(books, SEND, check=False)
    for _number in range(2):
        psql(books, LATER)
        run_odoo(books, SEND)

    assert cases(office) == ALL
    [(path, told)] = office.recalled
    assert (path, told["reason"]) == ("/api/dossiers/dossier-0/recall", "The debtor paid.")
    places = [each["path"] for each in office.requests]
    assert places.count("/api/dossiers") == PACKAGES_WAITING
    # It is clear that the office has it before it is told to stop.
    assert [place for place in places if "dossier-0" in place] == [
        path.removesuffix("/recall"),
        path,
    ]
    assert states(psql, books) == {"sent": PACKAGES_WAITING + 1}
    found = psql(books, "SELECT state FROM collection_handover ORDER BY id LIMIT 1")
    assert found == ["recalled"]
