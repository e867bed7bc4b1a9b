"""Seven weeks of a company: books that change, reminders by mail, plans that are kept and broken."""

import random
from collections import Counter
from datetime import date

from chaos.scene import Scene, Tick
from dev import state
from dev.smtp_double import SmtpServer
from tests_outside.books import BOOKS

DEBTORS, DAYS = 24, 48
#: Days on which the jobs run.
RUNS = tuple(range(0, DAYS, 2))

#: After ``BOOKS``: more invoices, and every fourth debtor pays in parts.
MORE = """
from decimal import Decimal
from odoo.addons.payt_dunning.rules.instalments import by_count, due_dates
company.dunning_abnormal_factor = 0
for name in ("dunning_backlog_days", "dunning_backlog_call_days"):
    company[name] = 0
bank = env["account.journal"].search(
    [("type", "=", "bank"), ("company_id", "=", company.id)], limit=1)
bank.inbound_payment_method_line_ids.payment_account_id = env["account.account"].create(
    {{"name": "Payments on their way", "code": "199999", "account_type": "asset_current",
      "reconcile": True}})
for number, partner in enumerate(partners):
    partner.is_company = bool(number % 3)
more = env["account.move"].create([
    {{"move_type": "out_invoice", "partner_id": partner.id,
      "invoice_date": due + timedelta(days=number % 7 - 14),
      "invoice_date_due": due + timedelta(days=number % 7), "invoice_payment_term_id": False,
      "invoice_line_ids": [Command.create(
          {{"name": "more", "price_unit": 60 + number, "tax_ids": []}})]}}
    for number, partner in enumerate(partners)])
more.action_post()
more.is_move_sent = True
env["dunning.sync"]._sync(company)
today = fields.Date.today()
for number, move in enumerate(moves):
    if number % 4 == 0:
        item = move.dunning_item_ids
        dates = due_dates(today + timedelta(days=3 + number // 4), 3)
        schedule = by_count(Decimal("100"), 3, dates, Decimal("0.01"))
        plan = env["dunning.payment.plan"]._make(item, schedule, "proposed", "clerk")
        plan._start("clerk")
env.cr.commit()
"""

#: So that a script is as of a day, whatever the day is when it runs.
AS_OF = """
from datetime import date, timedelta
day = date.fromisoformat({day!r})
type(env["dunning.message"])._today = lambda self, company: day

def invoices():
    return env["account.move"].search(
        [("move_type", "=", "out_invoice"), ("dunning_charge_id", "=", False)], order="id")
"""

JOBS = """
env["dunning.run"]._cron_run()
env.cr.commit()
env["mail.mail"].process_email_queue()
env.cr.commit()
"""

PAY = """
move = invoices()[{number}]
if move.amount_residual:
    wizard = env["account.payment.register"].with_context(
        active_model="account.move", active_ids=move.ids).create({{"payment_date": day}})
    wizard.amount = min(round({share} * move.amount_total, 2), move.amount_residual)
    wizard.payment_difference_handling = "open"
    wizard.action_create_payments()
"""

CREDIT = """
move = invoices()[{number}]
if move.amount_residual == move.amount_total:
    env["account.move.reversal"].with_context(
        active_model="account.move", active_ids=move.ids).create(
        {{"journal_id": move.journal_id.id, "date": date.today()}}).refund_moves()
    move.reversal_move_ids.action_post()
"""

INVOICE = """
from odoo import Command
partner = env["res.partner"].search([("email", "=", {email!r})])
move = env["account.move"].create({{
    "move_type": "out_invoice", "partner_id": partner.id, "invoice_date": day - timedelta(days=9),
    "invoice_date_due": day - timedelta(days=4), "invoice_payment_term_id": False,
    "invoice_line_ids": [Command.create({{"name": "new", "price_unit": {price}, "tax_ids": []}})]}})
move.action_post()
move.is_move_sent = True
"""

DIGEST = {
    "items": """SELECT name, state, reached, reached_on, next_date, action, reason, amount_open,
                       episode FROM dunning_item""",
    "messages": """SELECT n.recipient, n.subject, n.kind, n.channel, n.state,
                          (SELECT json_agg(json_build_array(l.name, l.position, l.slot)
                                           ORDER BY l.name, l.position)
                             FROM dunning_notice_line l WHERE l.notice_id = n.id) AS rows
                     FROM dunning_notice n WHERE n.state <> 'cancelled'""",
    "holds": """SELECT i.name, h.kind, h.date_from, h.date_until, h.released_on IS NULL AS live
                  FROM dunning_hold h LEFT JOIN dunning_item i ON i.id = h.item_id""",
    "plans": """SELECT i.name, p.state, part.number, part.date, part.amount, part.state AS part
                  FROM dunning_payment_plan p
                  JOIN dunning_payment_installment part ON part.plan_id = p.id
                  JOIN dunning_item_dunning_payment_plan_rel own
                       ON own.dunning_payment_plan_id = p.id
                  JOIN dunning_item i ON i.id = own.dunning_item_id""",
    "claims": "SELECT kind, state, amount FROM dunning_charge",
    "chatter": """SELECT move.name, message.subject, count(*)
                    FROM mail_message message JOIN account_move move ON move.id = message.res_id
                   WHERE message.model = 'account.move'
                     AND message.message_type = 'email_outgoing' GROUP BY 1, 2""",
}


class MailServer(SmtpServer):
    """A mail server that takes everything."""

    def __init__(self):
        super().__init__(state.any_free_port())
        self.start()


def unclear(stage):
    """Somebody asks the mail server about each message of which nobody knows whether it left."""
    there = {str(each.mail["Message-Id"]).strip() for each in stage.peer.messages}
    found = stage.rows("SELECT id, message_id FROM dunning_notice WHERE state = 'ambiguous'")
    came = [row["id"] for row in found if row["message_id"] in there]
    not_there = [row["id"] for row in found if row["message_id"] not in there]
    return len(found), (
        f'env["dunning.notice"].browse({came}).action_was_sent()\n'
        f'env["dunning.notice"].browse({not_there}).action_was_not_sent()\n'
    )


def _what_happens(dice, number):
    """Scripts of what people and banks do on a day."""
    scripts = [
        PAY.format(number=dice.randrange(2 * DEBTORS), share=dice.choice((1, 1, 0.5, 0.34)))
        for _each in range(2)
    ]
    if number % 3 == 1:
        scripts.append(CREDIT.format(number=dice.randrange(2 * DEBTORS)))
    if number % 2:
        email = f"debtor{dice.randrange(DEBTORS)}@example.com"
        scripts.append(INVOICE.format(email=email, price=40 + number))
    return "".join(scripts)


def ticks(first, runs=RUNS):
    """The days of the scene."""
    dice, found = random.Random(7), []
    for number, offset in enumerate(runs):
        as_of = AS_OF.format(day=str(date.fromordinal(first.toordinal() + offset)))
        found.append(Tick(JOBS, _what_happens(dice, number), as_of))
    return found


def scene(runs=RUNS, debtors=DEBTORS):
    """Return the scene, as of today."""
    first = date.today()
    return Scene(
        name="days: mail, plans, ledger",
        books=lambda peer: BOOKS.format(port=peer.port, debtors=debtors) + MORE.format(),
        ticks=lambda stage: ticks(first, runs),
        peer=MailServer,
        waits=lambda stage: stage.count("dunning_notice WHERE state IN ('queued', 'sending')"),
        later="UPDATE mail_mail SET scheduled_date = NULL WHERE state = 'outgoing'",
        unclear=unclear,
        got=lambda peer: Counter((each.recipients[0], each.subject) for each in peer.messages),
        digest=DIGEST,
    )
