"""Two users who do the same at the same moment: one message, and a clear answer for both."""

from collections import Counter

import pytest

from dev import state
from dev.outside import eventually, finish
from tests_outside.books import BOOKS, RUN, SEND, recipients

#: A collector, and how a button is pressed: done again after a collision, as for any web client.
COLLECTOR = """
import pathlib, time
from odoo.exceptions import UserError
from odoo.service.model import retrying
collector = env["res.users"].search([("login", "=", "{login}")]) or env["res.users"].create(
    {{"name": "{login}", "login": "{login}", "company_id": env.company.id,
      "group_ids": [(6, 0, env.ref("payt_dunning.group_dunning_user").ids)]}})
env.cr.commit()
env = env(user=collector)
def wait(path):
    while not pathlib.Path(path).exists():
        time.sleep(0.05)
def press():
    notice = env["dunning.notice"].search([("state", "=", "sent"), ("retry_of_id", "=", False)])
    pathlib.Path("{begun}").touch()
    wait("{go}")
    notice.action_resend()
    pathlib.Path("{done}").touch()
    wait("{leave}")
try:
    retrying(press, env)
    env.cr.commit()
    print("ordered")
except UserError as error:
    env.cr.rollback()
    print("refused:", error.args[0])
"""


@pytest.fixture
def signals(tmp_path):
    """Return the paths of files by which the test and both users wait for one another."""
    folder = state.path("run", f"two-users-{tmp_path.name}-{tmp_path.parent.name}")
    folder.mkdir(parents=True)
    yield folder
    state.remove(folder)


@pytest.fixture
def sent(odoo_db, run_odoo, smtp_server):
    """Return a database with one debtor whose reminder has left."""
    run_odoo(odoo_db, BOOKS.format(port=smtp_server.port, debtors=1) + RUN + SEND)
    assert recipients(smtp_server) == ["debtor0@example.com"]
    return odoo_db


def user(signals, login, *given):
    """Return the script of a user; the signals named in ``given`` are there already."""
    paths = {name: signals / f"{login}-{name}" for name in ("begun", "go", "done", "leave")}
    for name in given:
        paths[name].touch()
    return COLLECTOR.format(login=login, **paths)


def test_who_orders_a_copy_while_another_does_is_told(sent, run_odoo, smtp_server, signals):
    first = run_odoo(sent, user(signals, "anna", "go"), wait=False)
    eventually((signals / "anna-done").exists, what="the first order")
    second = run_odoo(sent, user(signals, "bert", "go", "leave"))
    (signals / "anna-leave").touch()

    assert "ordered" in finish(first).stdout
    assert "refused: Somebody is sending a copy" in second.stdout
    run_odoo(sent, SEND)
    assert Counter(recipients(smtp_server)) == {"debtor0@example.com": 2}


def test_who_began_before_a_copy_was_ordered_makes_no_second_one(
    sent, run_odoo, smtp_server, signals
):
    second = run_odoo(sent, user(signals, "bert", "leave"), wait=False)
    eventually((signals / "bert-begun").exists, what="the second user")
    first = run_odoo(sent, user(signals, "anna", "go", "leave"))
    (signals / "bert-go").touch()

    assert "ordered" in first.stdout
    assert "refused: A copy to debtor0@example.com is on its way already" in finish(second).stdout
    run_odoo(sent, SEND)
    assert Counter(recipients(smtp_server)) == {"debtor0@example.com": 2}
