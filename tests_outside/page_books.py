"""Claims whose pages the outside tests visit, made by one script in Odoo's shell.

Each test takes claims of its own; they share a company, a database and a server.
"""

import json

#: How many claims there are of each kind, and their invoices.
FIVE = ("100.10", "200.20", "50.05", "75.00", "10.65")
COSTS = ("250.00",)
KINDS = {
    "five": (10, FIVE),
    "one": (3, ("80.40",)),
    "costs": (3, COSTS),
    "many": (1, ("10.00",) * 27),
    "paid": (1, FIVE[:2]),
    "held": (1, FIVE[:2]),
    "under way": (1, FIVE[:2]),
    "refused": (2, FIVE[:2]),
    "agreed": (1, FIVE[:2]),
    "replaced": (1, FIVE[:1]),
    "settled": (1, FIVE[:1]),
    "empty": (1, FIVE[:1]),
    "clicked": (1, FIVE[:2]),
    "asking": (1, ("120.00", "30.00")),
    "disputing": (1, ("200.00",)),
    "paid before": (1, ("151.70",)),
    "promising": (2, ("90.00",)),
    "called": (1, ("61.00",)),
    "looking": (1, ("77.00",)),
    "in a plan": (1, FIVE[:2]),
    "offered parts": (1, ("300.00",)),
    "parts": (2, ("300.00",)),
    "paying in parts": (2, ("300.00",)),
    "holding a letter": (3, FIVE[:2]),
}

COMPANY = """
import json
from datetime import timedelta
from odoo import Command, fields
company, nl = env.company, env.ref("base.nl")
company.write({{
    "name": "Molen & Zonen B.V.", "email": "billing@creditor.example.com", "phone": "020 123 45 67",
    "street": "Kade 1", "zip": "1011 AB", "city": "Amsterdam", "country_id": nl.id,
    "company_registry": "12345678", "website": "https://creditor.example.com"}})
env["ir.mail_server"].search([]).active = False
env["ir.mail_server"].create(
    {{"name": "test", "smtp_host": "127.0.0.1", "smtp_port": {port}, "smtp_encryption": "none"}})
if not company.chart_template:
    env["account.chart.template"].try_loading("generic_coa", company)
env["res.partner.bank"].create(
    {{"acc_number": "NL91ABNA0417164300", "partner_id": company.partner_id.id}})
Account, Journal = env["account.account"], env["account.journal"]
income = Account.search([("account_type", "=", "income")], limit=1)
demo = env.ref("payment.payment_provider_demo")
demo.journal_id = Journal.search([("type", "=", "bank")], limit=1)
company.write({{
    "dunning_send_days": "all", "dunning_hour_from": 0, "dunning_hour_until": 24,
    "dunning_charge_journal_id": Journal.search([("type", "=", "sale")], limit=1).id,
    "dunning_costs_account_id": income.copy({{"name": "Costs"}}).id,
    "dunning_interest_account_id": income.copy({{"name": "Interest"}}).id}})
company._dunning_go_live()
today = env["dunning.message"]._today(company)
kinds = json.loads('''{kinds}''')
"""
INVOICES = """
def partner(kind, number):
    name = f"{kind} {number}".title()
    email = f"{kind.replace(' ', '-')}{number}@example.com"
    return {"name": name, "is_company": kind != "costs", "email": email, "country_id": nl.id}

def invoice(partner, amount, late):
    due = today - timedelta(days=late)
    line = {"name": "Maintenance", "price_unit": float(amount), "tax_ids": []}
    return {"move_type": "out_invoice", "partner_id": partner.id,
            "invoice_date": due - timedelta(days=14), "invoice_date_due": due,
            "invoice_payment_term_id": False, "invoice_line_ids": [Command.create(line)]}

def owing(names, late):
    wanted = [(kind, n) for kind in names for n in range(kinds[kind][0])]
    partners = env["res.partner"].create([partner(*each) for each in wanted])
    moves = env["account.move"].create([
        invoice(each, amount, late)
        for (kind, _n), each in zip(wanted, partners) for amount in kinds[kind][1]])
    moves.action_post()
    moves.is_move_sent = True
    return list(zip((kind for kind, _n in wanted), partners))

def items_of(partner):
    domain = [("debtor_id.partner_id", "=", partner.id)]
    return env["dunning.item"].sudo().search(domain, order="date_due, id")

claims = owing([kind for kind in kinds if kind != "costs"], 4)
env["dunning.run"]._cron_run()
env["mail.mail"].process_email_queue()
"""
#: What else happened to claims; costs are announced by a fourteen-day letter made by hand.
HAPPENED = """
by_kind = dict(claims)
def letter(items):
    until = today - timedelta(days=1)
    channel = {"channel": "email", "recipient": items.partner_id.email}
    lines = [{**channel, "position": 3, "currency_id": item.currency_id.id, "item_id": item.id,
              "source": f"item:{item.id}", "slot": "test:0", "live": True,
              "amount": item.amount_open} for item in items]
    return env["dunning.notice"].sudo().create({
        **channel, "debtor_id": items.debtor_id.id, "company_id": company.id,
        "partner_id": items.partner_id.id, "currency_id": items.currency_id.id,
        "as_of": until - timedelta(days=16), "sent_on": until - timedelta(days=16),
        "received_on": until - timedelta(days=14), "term_until": until, "term_days": 14,
        "subject": "Last chance", "body": "<p>Last chance</p>", "state": "sent",
        "statutory_code": "nl_14_day", "costs_announced": 40.0, "law": {"valid": True},
        "line_ids": [Command.create(line) for line in lines]})

def pay(kind):
    moves = items_of(by_kind[kind]).move_id
    wizard = env["account.payment.register"].with_context(
        active_model="account.move", active_ids=moves.ids)
    wizard.create({"group_payment": True})._create_payments()

pay("paid")
pay("settled")
env["dunning.hold"].create({
    "debtor_id": items_of(by_kind["held"]).debtor_id.id, "kind": "dispute",
    "company_id": company.id})
begun = items_of(by_kind["under way"])
env["payment.transaction"].create({
    "provider_id": demo.id, "payment_method_id": demo.payment_method_ids[:1].id,
    "reference": "begun", "amount": sum(begun.move_id.mapped("amount_total")),
    "currency_id": company.currency_id.id, "partner_id": begun.partner_id.id,
    "invoice_ids": [Command.set(begun.move_id.ids)]})._set_pending()
env["dunning.run"]._cron_run()

with_costs = owing(["costs"], 40)
env["dunning.item"].sudo()._sync(company)
for _kind, each in with_costs:
    items = items_of(each)
    env["dunning.charge"].sudo()._create_costs(
        letter(items), [(item, item.amount_open, 40.0) for item in items], 40.0, 0.0,
        due_from=today, basis="BW 6:96", rows=["CostRule:NL:consumer:2015-01-01"],
        lines=["15% of 250.00 = 37.50, at least 40"])

# What was agreed, and a thread with an answer and files.
from odoo.addons.payt_dunning.models.dunning_dispute import Contested
from odoo.addons.payt_dunning.tools import Heard
agreed = items_of(by_kind["agreed"])
who = agreed.debtor_id
from decimal import Decimal
from odoo.addons.payt_dunning.rules.instalments import by_count, due_dates
planned = items_of(by_kind["in a plan"])
schedule = by_count(Decimal("300.30"), 3, due_dates(today + timedelta(days=9), 3), Decimal("0.01"))
env["dunning.payment.plan"].sudo()._make(planned, schedule, "proposed", "clerk")._start("clerk")
env["dunning.promise"].sudo()._make(agreed[:1], today + timedelta(days=3), 20, by_debtor=True)
env["dunning.dispute"].sudo()._begin(
    agreed[1:2], Contested("amount", 5.0), env["dunning.dispute.reason"].search([], limit=1),
    "Half of it is missing", by_debtor=True)
file = env["ir.attachment"].create({
    "name": "proof.pdf", "raw": b"%PDF-1.4", "res_model": "mail.compose.message", "res_id": 0})
said = ((who.partner_id, "Look at this", file.ids), (env.user.partner_id, "We do", []))
for author, text, files in said:
    agreed[:1].move_id.with_context(dunning_heard=Heard(debtor_id=who.id)).message_post(
        body=text, message_type="comment", subtype_xmlid="mail.mt_comment",
        author_id=author.id, attachment_ids=files)
env["res.users"].with_context(no_reset_password=True).create({
    "login": "agreed", "password": "agreed.agreed", "name": "Ada Agreed",
    "partner_id": who.partner_id.id,
    "group_ids": [Command.set(env.ref("base.group_portal").ids)]})

env["res.users"].with_context(no_reset_password=True).create({
    "login": "clerk", "password": "clerk.clerk", "name": "Carla Clerk",
    "group_ids": [Command.set([env.ref("payt_dunning.group_dunning_user").id,
                               env.ref("account.group_account_user").id])]})
portal = {"login": "portal", "password": "portal.portal", "name": "Portal User"}
env["res.users"].with_context(no_reset_password=True).create({
    **portal, "partner_id": by_kind["many"].id,
    "group_ids": [Command.set(env.ref("base.group_portal").ids)]})

items_of(by_kind["settled"]).flush_recordset()
env.cr.execute(
    "UPDATE dunning_item SET closed_on = %s WHERE id = ANY(%s)",
    [today - timedelta(days=400), items_of(by_kind["settled"]).ids])
env.cr.execute(
    "UPDATE dunning_notice_line SET position = 0 WHERE item_id = ANY(%s)",
    [items_of(by_kind["empty"]).ids])
env.invalidate_all()
"""
TELL = """
found = {}
for kind, each in claims + with_costs:
    items = items_of(each)
    notice = env["dunning.notice"].sudo().search([("debtor_id", "=", items.debtor_id.id)], limit=1)
    key = env["dunning.page.key"].sudo()._keys(notice)[notice.id] if notice else None
    found.setdefault(kind, []).append({
        "code": key and key.code, "pin": key and key.pin,
        "email": each.email, "name": each.name,
        "path": env["dunning.page.door"]._path("m", notice.id, notice.debtor_id),
        "debtor": notice.debtor_id.id, "currency": items[:1].currency_id.id,
        "items": items.ids, "moves": items.move_id.ids, "names": items.mapped("name")})
items_of(by_kind["replaced"]).debtor_id._replace_addresses()
env.cr.commit()
print("CLAIMS", json.dumps(found))
"""


def script(port):
    """Return the script that makes all claims; mails go to ``port``."""
    return COMPANY.format(port=port, kinds=json.dumps(KINDS)) + INVOICES + HAPPENED + TELL


def read(output):
    """Return what the script told: ``{kind: [claim, ...]}``."""
    line = next(line for line in output.splitlines() if line.startswith("CLAIMS "))
    return json.loads(line.removeprefix("CLAIMS "))
