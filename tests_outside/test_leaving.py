"""Who leaves finds the ledger as it was; what was booked and said stays with the invoices."""

import os

import pytest

from dev import databases, outside, state
from tests_outside import leave_books
from tests_outside.books import SEND

ADDONS = [folder.name for folder in state.addons()]
#: Rows that stay on purpose: the invoice of costs that were booked, what stands in the chatter of
#: invoices with the mails that it tells of, and whom a person made a follower.
STAYS = {
    "account_move",
    "account_move_line",
    "mail_followers",
    "mail_followers_mail_message_subtype_rel",
    "mail_mail",
    "mail_message",
    "mail_message_res_partner_rel",
}
LEFT_OVER = """
SELECT 'cron ' || cron_name FROM ir_cron WHERE cron_name LIKE '%ollow-up%'
UNION ALL SELECT 'view ' || name FROM ir_ui_view WHERE arch_db::text LIKE '%dunning%'
UNION ALL SELECT 'parameter ' || key FROM ir_config_parameter
           WHERE key LIKE '%dunning%' OR key LIKE '%payt%'
UNION ALL SELECT 'attachment ' || name FROM ir_attachment
           WHERE res_model LIKE 'dunning%' OR res_model LIKE 'collection.%' OR url LIKE '%payt_dunning%'
UNION ALL SELECT 'activity ' || id FROM mail_activity
           WHERE res_model LIKE 'dunning%' OR res_model LIKE 'collection.%' OR automated
UNION ALL SELECT 'message ' || model FROM mail_message WHERE model LIKE 'dunning%'
"""
NAMES = "SELECT module, name FROM ir_model_data WHERE module LIKE '{}'"


@pytest.fixture(scope="module")
def before(mails):
    """Return a database with a ledger and without our add-ons."""
    name = f"payt_outside_{os.getpid()}_before"
    databases.core()  # has the template made
    databases.copy(databases.TEMPLATE, name)
    databases.install(name, databases.BESIDE, log(name), "--skip-auto-install")
    run(name, leave_books.LEDGER.format(port=mails.port))
    yield name
    databases.drop(name)


@pytest.fixture(scope="module")
def used(before):
    """Return a copy of it in which all our add-ons are installed and have been used."""
    name = f"{before}_used"
    databases.copy(before, name)
    databases.install(name, ADDONS, log(name), "--skip-auto-install")
    run(name, leave_books.USE)
    run(name, leave_books.STOP)
    yield name
    databases.drop(name)


@pytest.fixture(scope="module")
def left(used):
    """Return a copy of that from which all our add-ons are gone."""
    name = f"{used}_left"
    databases.copy(used, name)
    run(name, leave_books.LEAVE.format(modules=["payt_dunning"]))
    yield name
    databases.drop(name)


def log(name):
    return state.path("logs", "outside", f"{name}-install.log")


def run(database, script):
    outside.finish(outside.start_shell(database, script), timeout=300)


def test_follow_up_was_in_use(used, psql):
    assert psql(used, "SELECT state FROM dunning_charge") == ["booked"]
    assert psql(used, "SELECT DISTINCT kind FROM dunning_hold") == ["pause"]
    assert psql(used, "SELECT state, count(*) FROM dunning_notice GROUP BY 1 ORDER BY 1") == [
        "queued|1",
        "sent|5",
    ]


def test_leaving_takes_all_tables_and_columns_along(before, left, psql):
    assert leave_books.columns(psql, left) == leave_books.columns(psql, before)


def test_leaving_changes_no_row_of_the_ledger_or_of_anything_else(before, left, psql):
    _new, gone, changed = leave_books.changes(psql, before, left)
    assert gone == []
    # Odoo itself counts the invoice of the costs as one of the customer's.
    assert {(table, *names) for (table, _key), names in changed.items()} <= {
        ("res_partner", "customer_rank")
    }


def test_leaving_leaves_the_booked_costs_and_what_stands_with_the_invoices(before, left, psql):
    new, _gone, _changed = leave_books.changes(psql, before, left)
    assert {table for table, _key in new} <= STAYS
    booked = "SELECT move_type, state, amount_total FROM account_move WHERE id > {}"
    (last,) = psql(before, "SELECT max(id) FROM account_move")
    assert psql(left, booked.format(last)) == ["out_invoice|posted|40.00"]


def test_leaving_leaves_nothing_behind_that_does_something(left, psql):
    assert psql(left, LEFT_OVER) == []
    assert psql(left, NAMES.format("payt%")) == []


def test_what_waited_does_not_leave_once_nobody_looks_at_it(left, mails):
    known = len(mails.messages)
    run(left, SEND)
    assert len(mails.messages) == known


def test_the_other_add_ons_go_alone_and_follow_up_goes_on(used, psql):
    name = f"{used}_core"
    databases.copy(used, name)
    others = [addon for addon in ADDONS if addon != "payt_dunning"]
    run(name, leave_books.LEAVE.format(modules=others))
    tables = {column.partition(".")[0] for column in leave_books.columns(psql, name)}
    assert not [table for table in tables if table.startswith(("receivable_", "dunning_whatsapp"))]
    assert psql(name, NAMES.format("payt\\_dunning\\_%")) == []
    assert psql(name, "SELECT res_model FROM mail_activity WHERE res_model = 'sale.order'") == []
    parameters = "SELECT key FROM ir_config_parameter WHERE key LIKE 'payt%' ORDER BY key"
    kept = psql(name, parameters)
    assert {"payt_dunning.stalled_seconds", "payt_dunning.workers"} <= set(kept)
    assert [key for key in kept if not key.startswith("payt_dunning.")] == []
    run(name, "env['dunning.run']._cron_run()\nenv.cr.commit()\n")
    assert psql(name, "SELECT state FROM dunning_run ORDER BY id DESC LIMIT 1") == ["done"]
    databases.drop(name)
