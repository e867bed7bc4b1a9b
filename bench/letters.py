"""Letters as PDF: ours, in chunks, beside Odoo's own way, one call of wkhtmltopdf each.

``LETTERS=200 make bench``: so many letters about three invoices each.
"""

import statistics
import time
from datetime import timedelta

from odoo import Command, fields

from bench.run import ANY_DAY

INVOICES = 3
#: So many are made Odoo's way: they take more than a second each.
THEIRS = 5


def make(env, count):
    """Make so many letters that wait to be printed."""
    messages(env, count)
    env.cr.execute(
        """UPDATE dunning_notice SET channel = 'letter', state = 'queued',
                  recipient = 'Lindelaan 5, Delft'"""
    )
    env.cr.commit()
    return {"letters": env["dunning.notice"].search_count([])}


def messages(env, count):
    """Make so many messages that wait in the outbox, as mails."""
    company = env.company
    env["account.chart.template"].try_loading("generic_coa", company)
    company.write({**ANY_DAY, "dunning_require_sent": False, "email": "billing@example.com"})
    company.write({"street": "Havenkade 1", "zip": "3011 AA", "city": "Rotterdam"})
    company.write({"phone": "+31 10 123 45 67", "country_id": env.ref("base.nl").id})
    env["res.partner.bank"].create(
        {"acc_number": "NL91ABNA0417164300", "partner_id": company.partner_id.id}
    )
    company._dunning_go_live()
    partners = env["res.partner"].create(
        [
            {
                "name": f"Debtor {number}",
                "email": f"d{number}@example.com",
                "street": "Lindelaan 5",
                "zip": f"{1000 + number % 8999} AB",
                "city": "Delft",
                "country_id": company.country_id.id,
            }
            for number in range(count)
        ]
    )
    due = fields.Date.today() - timedelta(days=10)
    line = {"name": "work", "price_unit": 100, "tax_ids": []}
    env["account.move"].create(
        [
            {
                "move_type": "out_invoice",
                "partner_id": partner.id,
                "invoice_date": due - timedelta(days=14),
                "invoice_date_due": due,
                "invoice_payment_term_id": False,
                "invoice_line_ids": [Command.create(line)],
            }
            for partner in partners
            for _number in range(INVOICES)
        ]
    ).action_post()
    env.cr.commit()
    env["dunning.run"]._cron_run()
    env.cr.commit()


def measure(env):
    """Print all letters our way and some Odoo's; nothing is kept."""
    batch = env["dunning.letter.batch"]._make(env.company)
    letters = batch.letter_ids
    paper = env["dunning.letter.paper"]
    paper._print(letters[:2])  # fonts and views are read once
    started, used = time.monotonic(), time.process_time()
    before = env.cr.sql_log_count
    batch._print()
    env.flush_all()
    ours = {
        "seconds": time.monotonic() - started,
        "cpu": time.process_time() - used,
        "statements": env.cr.sql_log_count - before,
        "pages": batch.page_count,
        "megabytes": len(batch.file_id.raw) / 1e6,
    }
    report = env["ir.actions.report"]
    taken = []
    for letter in letters[:THEIRS]:
        started = time.monotonic()
        html, _kind = report._render_qweb_html("payt_dunning.letter", letter.ids)
        report._run_wkhtmltopdf([html.decode()])
        taken.append(time.monotonic() - started)
    env.cr.rollback()
    return {"letters": len(letters), "ours": ours, "theirs": statistics.median(taken)}
