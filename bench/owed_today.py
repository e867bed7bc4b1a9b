"""What is owed today by a debtor with 200 open items: how long it takes to show it.

Run on the demo: ``make shell < bench/owed_today.py``. Nothing is kept.
"""

import time
from datetime import timedelta

from odoo import Command

env = globals()["env"]
company = env["dunning.demo"]._demo_companies()[0]
partner = env["res.partner"].create(
    {"name": "Two Hundred", "is_company": True, "country_id": company.country_id.id}
)
today = env["dunning.message"]._today(company)
moves = env["account.move"].with_company(company)
for number in range(200):
    due = today - timedelta(days=30 + 3 * number)
    moves |= moves.create(
        {
            "move_type": "out_invoice",
            "partner_id": partner.id,
            "invoice_date": due - timedelta(days=14),
            "invoice_date_due": due,
            "invoice_payment_term_id": False,
            "invoice_line_ids": [
                Command.create({"name": "work", "price_unit": 100 + number, "tax_ids": []})
            ],
        }
    )
moves.action_post()
for move in moves[:100]:
    context = {"active_model": "account.move", "active_ids": move.ids}
    payment = {"amount": 50.0, "payment_date": move.invoice_date_due + timedelta(days=10)}
    env["account.payment.register"].with_context(**context).create(payment)._create_payments()
env["dunning.item"]._sync(company)
debtor = env["dunning.debtor"].search(
    [("partner_id", "=", partner.id), ("company_id", "=", company.id)]
)
names = [name for name in debtor._fields if name.startswith("owed")]
env.flush_all()
for _time in range(3):
    env.invalidate_all()
    before, started = env.cr.sql_log_count, time.monotonic()
    (shown,) = debtor.read(names)
    seconds, statements = time.monotonic() - started, env.cr.sql_log_count - before
    print(f"{seconds:.3f} s, {statements} statements: {shown['owed_total']}")
env.cr.rollback()
