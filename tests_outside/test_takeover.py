"""What OCA's Credit Control sent is taken over: the real add-on, in a real database."""

import json
import os
from collections import Counter

import pytest
from playwright.sync_api import expect

from dev import databases, odoo, outside, state
from dev.bench_peer import PEER, peer_folder
from tests_outside.books import BOOKS, RUN, SEND, recipients
from tests_outside.page_site import wait_for

#: What was done there about the invoice of each debtor.
DEBTORS = ("first", "second", "draft", "ignored", "to_be_sent", "paid", "queued", "nothing")
#: Reminders there, made as its runs make them.
THERE = """
from datetime import timedelta
from odoo import Command, fields
names = {names!r}
today = fields.Date.today()
late = today - timedelta(days=30)
company._dunning_stop_live()
company.dunning_live_since = False
moves.line_ids.filtered("date_maturity").date_maturity = late
of = dict(zip(names, moves))
template = env.ref("account_credit_control.email_template_credit_control_base")
Policy = env["credit.control.policy"]
level = {{"channel": "email", "email_template_id": template.id, "custom_text": "Please pay.",
         "custom_mail_text": "<p>Please pay.</p>"}}
policy = Policy.create({{"name": "Three times there", "level_ids": [
    Command.create({{**level, "name": "Friendly there", "level": 1, "computation_mode": "net_days",
                    "delay_days": 3}}),
    Command.create({{**level, "name": "Once more there", "level": 2,
                    "computation_mode": "previous_date", "delay_days": 9}})]}})
first, second = policy.level_ids.sorted("level")
nothing = Policy.create({{"name": "Nobody", "do_nothing": True}})
def remind(name, level, days, state):
    move = of[name]
    line = move.line_ids.filtered(lambda line: line.display_type == "payment_term")
    day = today - timedelta(days=days)
    env["credit.control.line"].create({{
        "date": day, "date_due": late, "date_sent": day if state == "sent" else False,
        "state": state, "channel": "email", "invoice_id": move.id, "partner_id": move.partner_id.id,
        "amount_due": 100, "balance_due": 100, "move_line_id": line.id,
        "account_id": line.account_id.id, "currency_id": line.currency_id.id,
        "policy_level_id": level.id, "company_id": company.id}})
for name in ("first", "second", "ignored", "paid", "queued"):
    remind(name, first, 27, "sent")
remind("second", second, 12, "sent")
remind("paid", second, 12, "sent")
remind("ignored", second, 12, "ignored")
remind("queued", second, 12, "queued")
remind("draft", first, 12, "draft")
remind("to_be_sent", first, 12, "to_be_sent")
of["nothing"].credit_policy_id = nothing
env["account.payment.register"].with_context(
    active_model="account.move", active_ids=of["paid"].ids).create({{}})._create_payments()
env["dunning.item"]._sync(company)
env.cr.commit()
"""
MANAGER = """
import json
from odoo import fields
manager = env.ref("base.user_admin")
manager.group_ids |= env.ref("payt_dunning.group_dunning_manager")
company = env.company
def wizard():
    action = env["dunning.takeover.wizard"].with_user(manager)._open()
    return env["dunning.takeover.wizard"].with_user(manager).browse(action["res_id"])
def items():
    rows = env["dunning.item"].search([], order="id")
    rows.invalidate_recordset()
    return {item.partner_id.name: [item.reached_name or "", str(item.reached_on or ""),
                                   item.hold_id.kind or ""] for item in rows}
def told(name, value):
    print("TOLD", json.dumps({name: value}))
"""
PREVIEW = """
before = items()
dialog = wizard()
told("levels", [[row.their_policy, row.name, row.items, row.policy_id.name, row.level_id.name]
                for row in dialog.level_ids])
told("rows", {row.debtor_id.display_name: [row.what, row.goes_on or "", row.leaves or ""]
              for row in dialog.row_ids})
told("kept", items() != before)
told("events", env["dunning.event"].search_count([("note", "ilike", "Credit Control")]))
"""
APPLY = """
dialog = wizard()
action = dialog.action_apply()
env.cr.commit()
env["dunning.debtor"].search([])._decide_now()
told("items", items())
told("notes", env["dunning.event"].search([("note", "ilike", "Credit Control")], order="id").mapped("note"))
"""
AGAIN = """
dialog = wizard()
told("what", sorted(dialog.row_ids.mapped("what")))
try:
    dialog.action_apply()
    told("again", "done")
except Exception as error:
    told("again", str(error))
env.cr.rollback()
"""
UNDO = """
change = env["dunning.change"].search([], limit=1)
change.with_user(manager).action_undo()
env["dunning.debtor"].search([])._decide_now()
told("undone", items())
env.cr.rollback()
"""
UNKNOWN = """
dialog = wizard()
dialog.level_ids[0].level_id = False
try:
    dialog.action_apply()
except Exception as error:
    told("refused", str(error))
dialog.level_ids[0].leave_out = True
dialog.action_look()
told("left out", [dialog.unknown or "", dialog.row_ids.filtered(lambda row: row.what == "out").mapped("stood")])
env.cr.rollback()
"""
#: The administrator may take over, in Dutch.
DUTCH = """
env["res.lang"]._activate_lang("nl_NL")
env["ir.module.module"].search([("state", "=", "installed")])._update_translations(["nl_NL"])
manager.lang = "nl_NL"
env.cr.commit()
"""
LEAVE = """
env["ir.module.module"].search([("name", "=", "account_credit_control")]).button_immediate_uninstall()
env.cr.commit()
"""
LIVE = """
env.company._dunning_go_live()
env.cr.commit()
"""


def run(database, script):
    """Run a script beside the other add-on; return what it told."""
    process = outside.start_shell(database, MANAGER + script, beside=(peer_folder(),))
    lines = outside.finish(process, timeout=300).stdout.splitlines()
    told = [json.loads(line.removeprefix("TOLD ")) for line in lines if line.startswith("TOLD")]
    return {name: value for each in told for name, value in each.items()}


@pytest.fixture(scope="module")
def there(mails):
    """Return a database in which Credit Control has reminded."""
    name = f"payt_outside_{os.getpid()}_takeover"
    databases.copy(databases.core(), name)
    log = state.path("logs", "outside", f"{name}-install.log")
    path = ("--addons-path", odoo.addons_path(peer_folder()))
    books = BOOKS.format(port=mails.port, debtors=len(DEBTORS))
    # Odoo's shell goes live before the other is there.
    outside.finish(outside.start_shell(name, books))
    databases.install(name, (PEER,), log, "--skip-auto-install", *path)
    known = 'company = env.company\nmoves = env["account.move"].search([("move_type", "=", "out_invoice")], order="id")\n'
    run(name, known + THERE.format(names=DEBTORS))
    yield name
    databases.drop(name)


@pytest.fixture(scope="module")
def taken(there):
    """Return a copy in which it has been taken over, with what was told."""
    name = f"{there}_taken"
    databases.copy(there, name)
    yield name, run(name, APPLY)
    databases.drop(name)


def debtor(name):
    return f"Debtor {DEBTORS.index(name)}"


def test_the_preview_shows_where_each_invoice_goes_on_and_keeps_nothing(there):
    told = run(there, PREVIEW)
    assert told["levels"] == [
        ["Three times there", "Friendly there", 3, "Businesses", "First reminder"],
        ["Three times there", "Once more there", 1, "Businesses", "Second reminder"],
    ]
    rows = told["rows"]
    assert rows[debtor("first")][:2] == ["take", "First reminder"]
    assert rows[debtor("second")][:2] == ["take", "Second reminder"]
    assert rows[debtor("draft")][0] == rows[debtor("to_be_sent")][0] == "unsent"
    assert rows[debtor("ignored")][0] == "hold"
    assert rows[debtor("queued")][0] == "leaving"
    assert rows[debtor("nothing")][0] == "ignore"
    assert debtor("paid") not in rows
    assert rows[debtor("first")][2] == "Second reminder"
    assert (told["kept"], told["events"]) == (False, 0)


def test_taking_over_keeps_level_and_day_and_holds_what_was_left_alone(taken):
    _name, told = taken
    items = told["items"]
    assert items[debtor("first")][0] == "First reminder"
    assert items[debtor("second")][0] == "Second reminder"
    assert items[debtor("draft")] == items[debtor("to_be_sent")] == ["", "", ""]
    assert items[debtor("ignored")][::2] == ["First reminder", "pause"]
    assert items[debtor("nothing")][2] == "ignore"
    assert any("“Once more there” left there on" in note for note in told["notes"])


def test_taking_over_twice_gives_nothing_new(taken):
    told = run(taken[0], AGAIN)
    assert told["again"] == "There is nothing to take over."


def test_it_can_be_undone(taken):
    undone = run(taken[0], UNDO)["undone"]
    assert set(map(tuple, undone.values())) == {("", "", "")}


def test_a_manager_takes_over_from_the_checklist_in_dutch(there, processes, browser):
    name, port = f"{there}_screen", state.any_free_port()
    databases.copy(there, name)
    run(name, DUTCH)
    server = outside.start_server(name, port, 0, beside=(peer_folder(),))
    processes.append(server)
    url = f"http://127.0.0.1:{port}"
    wait_for(server, url)
    context = browser.new_context(viewport={"width": 1400, "height": 1000}, locale="nl-NL")
    page = context.new_page()
    page.goto(f"{url}/web/login")
    page.fill("#login", "admin")
    page.fill("#password", "admin")
    page.click("button[type=submit]")
    page.wait_for_selector(".o_main_navbar")

    page.goto(f"{url}/odoo/action-payt_dunning.action_dunning_checklist")
    page.locator("button[name='action_take_over']:visible").click()
    rows = page.locator("div[name='row_ids'] tr.o_data_row")
    expect(rows).to_have_count(7)
    page.screenshot(path=state.path("pictures", "takeover.nl.png"), full_page=True)
    page.locator("button[name='action_apply']").click()
    page.locator(".modal footer .btn-primary").click()
    page.locator(".o_notification", has_text="overgenomen").wait_for()
    expect(rows.filter(has_text="Gaat hier verder")).to_have_count(0)
    page.screenshot(path=state.path("pictures", "takeover-done.nl.png"), full_page=True)

    context.close()
    assert run(name, 'told("items", items())')["items"][debtor("second")][0] == "Second reminder"
    databases.drop(name)


def test_an_unknown_level_is_mapped_or_left_out_in_so_many_words(there):
    told = run(there, UNKNOWN)
    assert "“Friendly there” of “Three times there” (" in told["refused"]
    unknown, out = told["left out"]
    assert unknown == ""
    assert set(out) == {"Three times there: Friendly there"}


def test_once_the_other_is_gone_the_next_level_is_sent_and_none_again(taken, mails, psql):
    name = f"{taken[0]}_live"
    databases.copy(taken[0], name)
    run(name, LEAVE)
    before = Counter(recipients(mails))
    script = LIVE + RUN + SEND + RUN + SEND
    outside.finish(outside.start_shell(name, script), timeout=300)
    got = Counter(recipients(mails)) - before
    first, second = (f"debtor{DEBTORS.index(each)}@example.com" for each in ("first", "second"))
    assert got[first] == 1
    assert set(got.values()) == {1}
    query = f"SELECT level_name FROM dunning_notice WHERE recipient = '{first}' AND state = 'sent'"
    assert psql(name, query) == ["Second reminder"]
    quiet = {f"debtor{DEBTORS.index(each)}@example.com" for each in ("ignored", "nothing", "paid")}
    assert not quiet & set(got)
    databases.drop(name)
