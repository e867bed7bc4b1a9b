"""A server that may not send leaves all of it to others, and says so; then it is told no more."""

import os
import shutil
import time
from collections import Counter

import pytest

from dev import databases, outside, state
from tests_outside.books import BOOKS, RUN, recipients, states
from tests_outside.test_hosts import WORKERS, come_round

DEBTORS = 6
#: Managers who are told that a host sends nothing.
TOLD = """
SELECT activity.summary FROM mail_activity activity JOIN ir_model_data data
    ON data.model = 'mail.activity.type' AND data.res_id = activity.activity_type_id
 WHERE data.name = 'activity_host'
"""


@pytest.fixture
def queued(psql):
    """Return a fresh database; a company of it is live once books are made in it."""
    name = f"payt_outside_{os.getpid()}_unfit"
    databases.copy(databases.core(), name)
    yield name
    databases.drop(name)


def of_another_version(folder):
    """Our add-ons as another release has them."""
    shutil.copytree(state.CHECKOUT / "payt_dunning", folder / "payt_dunning")
    manifest = folder / "payt_dunning" / "__manifest__.py"
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(text.replace('"version": "19.0.2', '"version": "19.0.9'), encoding="utf-8")
    return {"addons": folder}


def without_files(folder):
    """A folder of files in which those of the database are not."""
    return {"options": ("--data-dir", str(folder))}


@pytest.mark.parametrize(
    ("odd", "says"),
    [(of_another_version, "runs version"), (without_files, "can't reach the files")],
)
def test_a_host_that_may_not_send_leaves_it_to_another_and_says_so(
    odd, says, queued, processes, smtp_server, psql, tmp_path
):
    made = BOOKS.format(port=smtp_server.port, debtors=DEBTORS) + RUN + WORKERS.format(workers=1)
    outside.finish(outside.start_shell(queued, made))
    server = outside.start_server(queued, state.any_free_port(), 1, **odd(tmp_path))
    processes.append(server)

    def told():
        come_round(queued)
        time.sleep(0.3)
        return psql(queued, TOLD)

    (words,) = outside.eventually(told, 60, "the task of a manager")
    for _moment in range(5):
        come_round(queued)
        time.sleep(0.4)
    assert says in words
    assert smtp_server.messages == []
    assert states(psql, queued) == {"queued": DEBTORS}
    server.kill_hard()

    processes.append(outside.start_server(queued, state.any_free_port(), 1))

    def all_are_sent():
        come_round(queued)
        time.sleep(0.4)
        return states(psql, queued) == {"sent": DEBTORS}

    outside.eventually(all_are_sent, 60, "the end")
    assert set(Counter(recipients(smtp_server)).values()) == {1}
    assert psql(queued, TOLD) == [], "it is told no more"
