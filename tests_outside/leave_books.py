"""A ledger before the add-ons come, what they do in it, and everything that a database holds."""

import json

#: Invoices in every state of payment, made while there is no follow-up.
LEDGER = """
from datetime import timedelta
from odoo import Command, fields
company = env.company
company.email = "billing@creditor.example.com"
env["ir.mail_server"].search([]).active = False
env["ir.mail_server"].create(
    {{"name": "test", "smtp_host": "127.0.0.1", "smtp_port": {port}, "smtp_encryption": "none"}})
if not company.chart_template:
    env["account.chart.template"].try_loading("generic_coa", company)
due = fields.Date.today() - timedelta(days=40)
partners = env["res.partner"].create([
    {{"name": f"Debtor {{n}}", "is_company": n < 4, "email": f"debtor{{n}}@example.com",
      "country_id": env.ref("base.nl").id, "city": "Utrecht", "street": "Kade 1",
      "zip": "3511 AA"}}
    for n in range(6)])
def move(partner, amount, kind="out_invoice"):
    return {{"move_type": kind, "partner_id": partner.id,
      "invoice_date": due - timedelta(days=14), "invoice_date_due": due,
      "invoice_payment_term_id": False,
      "invoice_line_ids": [Command.create({{"name": "work", "price_unit": amount, "tax_ids": []}})]}}
moves = env["account.move"].create([
    *(move(partner, 100) for partner in partners), move(partners[0], 30, "out_refund")])
moves.action_post()
moves.is_move_sent = True
def pay(moves, **values):
    return env["account.payment.register"].with_context(
        active_model="account.move", active_ids=moves.ids).create(values)._create_payments()
pay(moves[1])
pay(moves[2], amount=25)
env["sale.order"].create({{"partner_id": partners[0].id, "order_line": [Command.create({{
    "product_id": env["product.product"].create({{"name": "Thing"}}).id}})]}}).action_confirm()
env.cr.commit()
"""
#: Follow-up is used: what is said, held, promised, disputed, claimed and booked.
USE = """
from datetime import timedelta
from odoo import Command, fields
company = env.company
company.write({"dunning_send_days": "all", "dunning_hour_from": 0, "dunning_hour_until": 24,
               "dunning_handler_id": env.ref("base.user_admin").id})
env.ref("base.user_admin").group_ids |= env.ref("payt_dunning.group_dunning_manager")
company._dunning_go_live()
env.cr.commit()
env["dunning.run"]._cron_run()
env.cr.commit()
env["mail.mail"].process_email_queue()
env.cr.commit()
items = env["dunning.item"].search([("state", "=", "open")], order="id")
item = items[0]
env["dunning.hold"].create({"item_id": items[1].id, "kind": "pause", "reason": "asked"})
item.debtor_id.message_post(body="A note", message_type="comment")
item.move_id.with_context(mail_create_nosubscribe=False).message_subscribe(item.partner_id.ids)
env["ir.attachment"].create({"name": "proof.txt", "raw": b"proof", "res_model": "dunning.debtor",
                             "res_id": item.debtor_id.id})
env["dunning.task"]._ask(item.debtor_id, "address", lambda env: "Correct it")
env["dunning.task"]._ask(item.move_id, "answer", lambda env: "Answer it", company=company)
for kind in ("server", "host"):
    env["dunning.task"]._ask(company.partner_id, kind, lambda env: "Look", company=company,
                             managers=True)
company.partner_id.activity_ids[0].active = False  # somebody did it
order = env["sale.order"].search([], limit=1)
order.with_context(mail_activity_quick_update=True).activity_schedule(
    "payt_dunning_sale.activity_order_held", summary="Release it",
    user_id=env.ref("base.user_admin").id)
env["dunning.dispatch"]._set_workers(3)
for name in ("payt_dunning.stalled_seconds", "payt_dunning_queue_job.patience"):
    env["ir.config_parameter"].set_param(name, "900")
consumer = env["dunning.item"].search([("partner_id.name", "=", "Debtor 5")])
until = fields.Date.today() - timedelta(days=1)
letter = {"channel": "email", "recipient": "debtor5@example.com"}
notice = env["dunning.notice"].create({
    **letter, "debtor_id": consumer.debtor_id.id, "company_id": company.id,
    "partner_id": consumer.partner_id.id, "currency_id": consumer.currency_id.id,
    "as_of": until - timedelta(days=16), "subject": "Last chance", "state": "sent",
    "sent_on": until - timedelta(days=16), "statutory_code": "nl_14_day", "term_days": 14,
    "received_on": until - timedelta(days=14), "term_until": until, "costs_announced": 40,
    "law": {"valid": True}, "line_ids": [Command.create({
        **letter, "position": 3, "currency_id": consumer.currency_id.id, "live": True,
        "item_id": consumer.id, "source": f"item:{consumer.id}", "slot": "by hand", "amount": 100})]})
charge = env["dunning.charge"]._create_costs(
    notice, [(consumer, 100, 40)], 40, 0, due_from=fields.Date.today(), basis="BW 6:96",
    lines=[], rows=[])
company.dunning_charge_journal_id = env["account.journal"].search(
    [("type", "=", "sale"), ("company_id", "=", company.id)], limit=1)
company.dunning_costs_account_id = env["account.account"].search(
    [("account_type", "=", "income"), ("company_ids", "in", company.ids)], limit=1)
charge._book()
print("BOOKED", charge.move_id.id)
env.cr.commit()
"""
#: The company stops sending; one message still waits.
STOP = """
debtor = env["dunning.debtor"].search([("partner_id.name", "=", "Debtor 3")])
mail = env["mail.mail"].search([("dunning_notice_id.debtor_id", "=", debtor.id)], limit=1)
mail.dunning_notice_id.state = "queued"
mail.state = "outgoing"
env.company._dunning_stop_live()
env.cr.commit()
"""
LEAVE = """
env["ir.module.module"].search([("name", "in", {modules!r})]).button_immediate_uninstall()
env.cr.commit()
"""
TABLES = """
SELECT c.table_name || '.' || c.column_name FROM information_schema.columns c
  JOIN information_schema.tables t USING (table_schema, table_name)
 WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE'
"""
#: Odoo's own notes about modules, models and names, and what each process writes.
ODOO_S_OWN = {
    "bus_bus",
    "ir_attachment",
    "ir_cron_trigger",
    "ir_model_constraint",
    "ir_model_data",
    "ir_module_module",
    "ir_module_module_dependency",
    "orm_signaling_registry",
}
STAMPS = ("write_date", "write_uid")


def columns(psql, database):
    """Return the names of all columns of all tables."""
    return set(psql(database, TABLES))


def rows(psql, database):
    """Return ``{(table, key): row}`` of everything in a database but what is Odoo's own."""
    tables = {name.partition(".")[0] for name in columns(psql, database)} - ODOO_S_OWN
    query = " UNION ALL ".join(
        f"""SELECT '{table} ' || to_json(t) FROM "{table}" t""" for table in sorted(tables)
    )
    found = {}
    for line in psql(database, query):
        table, _space, row = line.partition(" ")
        values = {name: value for name, value in json.loads(row).items() if name not in STAMPS}
        found[table, values.get("id") or row] = values
    return found


def changes(psql, before, after):
    """Return ``(new, gone, changed)`` rows between two databases: keys, keys, ``{key: columns}``."""
    old, now = rows(psql, before), rows(psql, after)
    changed = {
        key: {name for name in row if row[name] != now[key].get(name)}
        for key, row in old.items()
        if key in now and now[key] != row
    }
    return (
        sorted(now.keys() - old.keys(), key=str),
        sorted(old.keys() - now.keys(), key=str),
        changed,
    )
