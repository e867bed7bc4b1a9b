"""A host for jobs beside one for scheduled actions: the first is killed, and comes back later."""

import os
import signal
import threading
from collections import Counter

from dev import outside, state
from dev.smtp_double import hang
from tests_outside.books import BOOKS, RUN, recipients, states
from tests_outside.test_hosts import MANY, WORKERS, come_round

DEBTORS = 110
#: The host for jobs is killed when so many messages are stored.
KILLED_AT = 12
JOBS = "SELECT state, count(*) FROM queue_job WHERE method_name = '_deliver_job' GROUP BY state"
CHANNELS = {"ODOO_QUEUE_JOB_CHANNELS": "root:2"}


def start_jobs_host(database):
    """Start a server that runs jobs, two at a time, and no scheduled actions."""
    port = state.any_free_port()
    return outside.start_server(database, port, 0, env=CHANNELS, load=("queue_job",))


def jobs(psql, database):
    """Return how many jobs are in each state."""
    return {name: int(count) for name, count in (row.split("|") for row in psql(database, JOBS))}


def test_a_runner_that_is_killed_and_comes_back_sends_nothing_twice(
    odoo_db, processes, run_odoo, smtp_server, psql
):
    made = BOOKS.format(port=smtp_server.port, debtors=DEBTORS) + MANY + RUN
    run_odoo(odoo_db, made + WORKERS.format(workers=2))
    assert jobs(psql, odoo_db) == {"pending": 3}
    smtp_server.choose = lambda _address: hang(0.1)
    killed, first = threading.Event(), start_jobs_host(odoo_db)
    processes.append(first)

    def kill(stage, _port):
        if stage == "stored" and len(smtp_server.messages) >= KILLED_AT and not killed.is_set():
            killed.set()
            os.killpg(first.pid, signal.SIGKILL)

    smtp_server.watch = kill
    assert killed.wait(60), "no job sent anything"
    smtp_server.watch = None
    processes.append(outside.start_server(odoo_db, state.any_free_port(), 1))

    def nothing_waits():
        come_round(odoo_db)
        return not {"queued", "sending"} & set(states(psql, odoo_db))

    outside.eventually(nothing_waits, 60, "the end by scheduled actions")
    after = states(psql, odoo_db)
    assert after["ambiguous"] in (1, 2), after
    assert after["sent"] == DEBTORS - after["ambiguous"]
    assert "done" not in jobs(psql, odoo_db), "the jobs are still there"

    processes.append(start_jobs_host(odoo_db))
    outside.eventually(lambda: jobs(psql, odoo_db) == {"done": 3}, 60, "the end of the jobs")

    assert Counter(recipients(smtp_server)) == dict.fromkeys(
        (f"debtor{n}@example.com" for n in range(DEBTORS)), 1
    )
    assert states(psql, odoo_db) == after
