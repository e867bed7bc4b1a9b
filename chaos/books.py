"""The books of a chaos run: many debtors with many overdue invoices, made quickly."""

import json

#: Days after the due date: at 1 no level is reached yet, from 8 on one is for every policy.
TOO_EARLY, AGES = 1, (1, 8, 9, 11, 13, 16, 20)
#: Put in front of each level's text, so that a message itself tells which rungs it holds.
MARK = "Rung-%d."

#: One invoice of each age is made by Odoo; the others are copies of it made in SQL.
_SCRIPT = """
import json, random
from datetime import timedelta
from odoo import Command, fields
from odoo.tools import SQL

rng = random.Random({seed})
company = env.company
company.email = "billing@creditor.example.com"
for name, value in {{
    "dunning_send_days": "all", "dunning_hour_from": 0, "dunning_hour_until": 24,
    "dunning_abnormal_factor": 0}}.items():
    if name in company._fields:
        company[name] = value
env["ir.mail_server"].search([]).active = False
env["ir.mail_server"].create(
    {{"name": "chaos", "smtp_host": "127.0.0.1", "smtp_port": {port}, "smtp_encryption": "none"}})
if not company.chart_template:
    env["account.chart.template"].try_loading("generic_coa", company)
for level in env["dunning.level"].search([("text", "!=", False)]):
    level.text = {mark!r} % level.position + " " + level.text

# A payment that is registered settles its invoice at once.
bank = env["account.journal"].search(
    [("type", "=", "bank"), ("company_id", "=", company.id)], limit=1)
bank.inbound_payment_method_line_ids.payment_account_id = env["account.account"].create(
    {{"name": "Payments on their way", "code": "199999", "account_type": "asset_current",
      "reconcile": True}})

partners = env["res.partner"].create([
    {{"name": f"Debtor {{n}}", "is_company": n % 3 > 0, "email": f"debtor{{n}}@example.com",
      "lang": "en_US"}}
    for n in range({debtors})])
today = fields.Date.today()
originals = env["account.move"].create([
    {{"move_type": "out_invoice", "partner_id": partners[n % len(partners)].id,
      "invoice_date": today - timedelta(days=age + 14),
      "invoice_date_due": today - timedelta(days=age), "invoice_payment_term_id": False,
      "invoice_line_ids": [
          Command.create({{"name": "work", "price_unit": 40 + 30 * n, "tax_ids": []}})]}}
    for n, age in enumerate({ages})])
originals.action_post()
if "is_move_sent" in originals._fields:
    originals.is_move_sent = True
env.flush_all()

copies = max({items} - len(originals), 0)
holders = [partners[k % len(partners)] if k < len(partners) else rng.choice(partners)
           for k in range(copies)]
models = [rng.choice(originals) for k in range(copies)]
env.cr.execute(SQL(
    '''CREATE TEMPORARY TABLE wanted AS
       SELECT nextval('account_move_id_seq') AS new_id, 1000 + k AS number, model_id, partner_id
         FROM unnest(%s, %s) WITH ORDINALITY AS t(model_id, partner_id, k)''',
    [move.id for move in models], [partner.id for partner in holders]))
env.cr.execute('''
    INSERT INTO account_move
    SELECT (jsonb_populate_record(model, jsonb_build_object(
        'id', new_id,
        'name', model.sequence_prefix || number,
        'sequence_number', number,
        'payment_reference', model.sequence_prefix || number,
        'partner_id', wanted.partner_id,
        'commercial_partner_id', wanted.partner_id,
        'partner_shipping_id', wanted.partner_id,
        'invoice_partner_display_name', partner.name,
        'access_token', NULL))).*
      FROM wanted JOIN account_move model ON model.id = wanted.model_id
      JOIN res_partner partner ON partner.id = wanted.partner_id''')
env.cr.execute('''
    INSERT INTO account_move_line
    SELECT (jsonb_populate_record(line, jsonb_build_object(
        'id', nextval('account_move_line_id_seq'),
        'move_id', new_id,
        'move_name', move.name,
        'partner_id', wanted.partner_id))).*
      FROM wanted JOIN account_move_line line ON line.move_id = wanted.model_id
      JOIN account_move move ON move.id = wanted.new_id''')
env.invalidate_all(flush=False)
company._dunning_go_live()
env.cr.execute('''
    SELECT move.name, partner.email, current_date - move.invoice_date_due
      FROM account_move move JOIN res_partner partner ON partner.id = move.partner_id
     WHERE move.move_type = 'out_invoice' AND move.state = 'posted' ''')
books = env.cr.fetchall()
env.cr.commit()
print("books", json.dumps(books))
"""


def script(port, seed, items, debtors):
    """Return the script for Odoo's shell that makes the books."""
    return _SCRIPT.format(port=port, seed=seed, items=items, debtors=debtors, ages=AGES, mark=MARK)


def read(output):
    """Return ``{invoice number: (address of its debtor, whether a rung is due)}``."""
    line = next(line for line in output.splitlines() if line.startswith("books "))
    return {
        number: (address, age > TOO_EARLY)
        for number, address, age in json.loads(line.removeprefix("books "))
    }
