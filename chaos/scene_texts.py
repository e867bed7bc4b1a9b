"""Text messages to a gateway that hangs, lies, says it twice or cuts the line."""

from collections import Counter
from datetime import date

from chaos.scene import Scene, Tick
from chaos.scene_days import AS_OF
from dev import state
from dev.http_double import Reply, SmsGateway
from tests_outside.channel_books import LATER, script

DEBTORS, RUNS = 10, tuple(range(0, 64, 8))

INVOICES = """
from odoo import Command
partners = env["res.partner"].search([("name", "like", "Debtor %"), ("phone", "!=", False)])
moves = env["account.move"].create([
    {"move_type": "out_invoice", "partner_id": partner.id, "invoice_date": day - timedelta(days=9),
     "invoice_date_due": day - timedelta(days=4), "invoice_payment_term_id": False,
     "invoice_line_ids": [Command.create({"name": "new", "price_unit": 50, "tax_ids": []})]}
    for partner in partners])
moves.action_post()
moves.is_move_sent = True
"""
JOBS = """
env["dunning.run"]._cron_run()
env.cr.commit()
env["dunning.dispatch"]._cron_dispatch()
env.cr.commit()
"""
#: The gateway has the message in each of these, and does not say so.
LIES = (
    Reply(drop=True),
    Reply(status=500),
    Reply(body=b"<html>"),
    Reply(body=b"[]"),
    Reply(twice=True),
    Reply(hang=1.5),
)


def behave(gateway, dice):
    """Let about one in four of the next messages go wrong."""
    gateway.behave(*(dice.choice(LIES) if dice.random() < 0.25 else Reply() for _each in range(16)))


def unclear(stage):
    """Somebody looks at the gateway how many messages each number has."""
    there = Counter(number for number, _text in stage.peer.messages)
    found = stage.rows(
        "SELECT id, recipient, state FROM dunning_notice WHERE state IN ('sent', 'ambiguous')"
    )
    noted = Counter(row["recipient"] for row in found if row["state"] == "sent")
    asked = [row for row in found if row["state"] == "ambiguous"]
    came, not_there = [], []
    for row in asked:
        if there[row["recipient"]] > noted[row["recipient"]]:
            noted[row["recipient"]] += 1
            came.append(row["id"])
        else:
            not_there.append(row["id"])
    return len(asked), (
        f'env["dunning.notice"].browse({came}).action_was_sent()\n'
        f'env["dunning.notice"].browse({not_there}).action_was_not_sent()\n'
    )


def ticks(first, runs):
    """Days on each of which every debtor has a new invoice that is overdue."""
    found = []
    for offset in runs:
        as_of = AS_OF.format(day=str(date.fromordinal(first.toordinal() + offset)))
        found.append(Tick(JOBS, INVOICES, as_of, behave=behave))
    return found


def gateway():
    """A running gateway."""
    server = SmsGateway(state.any_free_port())
    server.start()
    return server


def scene(runs=RUNS, debtors=DEBTORS):
    """Return the scene, as of today."""
    first = date.today()
    return Scene(
        name="texts: a gateway that lies",
        books=lambda peer: script(peer.url, debtors, "sms"),
        ticks=lambda stage: ticks(first, runs),
        peer=gateway,
        waits=lambda stage: stage.count("dunning_notice WHERE state IN ('queued', 'sending')"),
        later=LATER,
        unclear=unclear,
        got=lambda peer: Counter(number for number, _text in peer.messages),
        digest={
            "items": "SELECT name, state, reached, reached_on, next_date, action FROM dunning_item",
            "messages": """SELECT n.recipient, n.channel, n.state,
                                  (SELECT json_agg(json_build_array(l.name, l.slot) ORDER BY l.name)
                                     FROM dunning_notice_line l WHERE l.notice_id = n.id) AS rows
                             FROM dunning_notice n WHERE n.state <> 'cancelled'""",
        },
    )
