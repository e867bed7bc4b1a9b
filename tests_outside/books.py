"""Scripts for Odoo's shell that the outside tests share."""

#: A live company with ``{debtors}`` debtors who each owe one overdue invoice.
BOOKS = """
from datetime import timedelta
from odoo import Command, fields
company = env.company
company.email = "billing@creditor.example.com"
env["ir.mail_server"].search([]).active = False
env["ir.mail_server"].create(
    {{"name": "test", "smtp_host": "127.0.0.1", "smtp_port": {port}, "smtp_encryption": "none"}})
if not company.chart_template:
    env["account.chart.template"].try_loading("generic_coa", company)
due = fields.Date.today() - timedelta(days=4)
partners = env["res.partner"].create([
    {{"name": f"Debtor {{n}}", "is_company": True, "email": f"debtor{{n}}@example.com"}}
    for n in range({debtors})])
moves = env["account.move"].create([
    {{"move_type": "out_invoice", "partner_id": partner.id,
      "invoice_date": due - timedelta(days=14), "invoice_date_due": due,
      "invoice_payment_term_id": False,
      "invoice_line_ids": [Command.create({{"name": "work", "price_unit": 100, "tax_ids": []}})]}}
    for partner in partners])
moves.action_post()
moves.is_move_sent = True
company.write({{"dunning_send_days": "all", "dunning_hour_from": 0, "dunning_hour_until": 24}})
company._dunning_go_live()
env.cr.commit()
"""
RUN = "env['dunning.run']._cron_run()\nenv.cr.commit()\n"
SEND = "env['mail.mail'].process_email_queue()\nenv.cr.commit()\n"


def recipients(server):
    """Return the address of every message that the server stored, repeats included."""
    return [address for message in server.messages for address in message.recipients]


def states(psql, database):
    """Return how many notices are in each state."""
    rows = psql(database, "SELECT state, count(*) FROM dunning_notice GROUP BY state")
    return {state: int(count) for state, count in (row.split("|") for row in rows)}
