"""The measurements of payt_dunning; each runs in a process and on a database of its own."""

import importlib
import json
from datetime import timedelta

from bench.meter import Meter

MAILS = 300
SELECTED = 10_000
#: Settings under which a run on a Sunday night does the same as on a Tuesday morning, and
#: nothing waits for a person.
ANY_DAY = {
    "dunning_send_days": "all",
    "dunning_hour_from": 0,
    "dunning_hour_until": 24,
    "dunning_backlog_days": 0,
    "dunning_backlog_call_days": 0,
    "dunning_abnormal_factor": 0,
}
#: Phase, model and method. What one phase calls of another is counted there only.
RUN_PHASES = (
    ("sync", "dunning.item", "_sync"),
    ("house", "dunning.house", "_read"),
    ("decide", "dunning.facts", "_candidates"),
    ("record", "dunning.item", "_record_decisions"),
    ("render", "dunning.message", "_render"),
    ("store", "dunning.notice", "_create_planned"),
    ("queue", "dunning.notice", "_queue"),
)
SEND_PHASES = (
    ("check again", "dunning.notice", "_why_not_to_send"),
    ("send", "mail.mail", "_send_noted"),
    ("record sent", "mail.mail", "_record_outcome"),
    ("chatter", "dunning.chatter", "_log_sent"),
    ("decide anew", "dunning.debtor", "_decide_now"),
    ("commit", "mail.mail", "_commit"),
)


def prepare(env, smtp_port):
    """Make every company live, at any hour, with a mail server that accepts everything."""
    companies = env["res.company"].search([])
    companies.write(ANY_DAY)
    companies._dunning_go_live()
    env["ir.mail_server"].search([]).active = False
    env["ir.mail_server"].create(
        {
            "name": "sink",
            "smtp_host": "127.0.0.1",
            "smtp_port": smtp_port,
            "smtp_encryption": "none",
        }
    )
    env.cr.commit()
    return {}


def by_text(env):
    """Let every debtor be reached by text message alone, at every level."""
    env["res.company"].search([]).dunning_channel_ids = env.ref("payt_dunning.channel_sms")
    env.cr.execute(
        """UPDATE res_partner SET email = NULL, email_normalized = NULL,
                  phone = '+3161' || lpad((id % 10000000)::text, 7, '0')"""
    )
    for revision in env["dunning.policy.revision"].search([]):
        ladder = revision.ladder
        for rung in ladder["rungs"]:
            rung.update(channels=["sms"], every_channel=False)
        env.cr.execute(
            "UPDATE dunning_policy_revision SET ladder = %s WHERE id = %s",
            [json.dumps(ladder), revision.id],
        )
    env.cr.commit()
    return {}


def run(env):
    """The daily run of all companies, as the scheduled action does it."""
    meter = _meter(env, RUN_PHASES)
    meter.watch(type(env["ir.cron"]), "_commit_progress", "commit", is_commit=True)
    meter.watch(type(env["dunning.notice"]), "_commit", "commit", is_commit=True)
    with meter.block() as result:
        _run_companies(env)
    runs = env["dunning.run"].search([], limit=len(env["res.company"].search([])))
    result.update(
        items=sum(runs.mapped("decided")),
        notices=sum(runs.mapped("planned")),
        added=sum(runs.mapped("added")),
        problems=[run.problems for run in runs if run.problems],
    )
    return result


def hand_over(env):
    """The mail queue, until ``MAILS`` messages have been handed over."""
    queued = [("state", "=", "outgoing"), ("dunning_notice_id", "!=", False)]
    ids = env["mail.mail"].search(queued, limit=MAILS, order="id").ids
    env.invalidate_all()
    queue = env["mail.mail"].with_context(filters=[("id", "in", ids)])
    meter = _meter(env, SEND_PHASES)
    with meter.block() as result:
        queue.process_email_queue(batch_size=MAILS)
    sent = env["dunning.notice"].search_count([("mail_id", "in", ids), ("state", "=", "sent")])
    result.update(notices=sent, wanted=len(ids))
    return result


def chatter(env):
    """The chatter of all messages, as if they had left at one time."""
    env.cr.execute(
        "UPDATE dunning_notice SET state = 'sent', logged = false WHERE state IN ('queued', 'sent')"
    )
    notices = env.cr.rowcount
    env.cr.commit()
    meter = _meter(env, (("chatter", "dunning.chatter", "_log_batch"),))
    meter.watch(type(env["dunning.notice"]), "_commit", "commit", is_commit=True)
    with meter.block() as result:
        env["dunning.notice"]._log_sent()
    result.update(notices=notices)
    return result


def preview(env):
    """What a run would do: decide and plan only, nothing written. The sync is not counted."""
    for company in env["res.company"].search([]):
        env["dunning.item"].with_company(company)._sync(company)
    env.cr.commit()
    env.invalidate_all()
    return _preview(env, timedelta())


def preview_tomorrow(env):
    """The same on an ordinary day: a run was yesterday, and all its messages have left."""
    _run_companies(env)
    env.cr.execute(
        """WITH sent AS (
               UPDATE dunning_notice SET state = 'sent', sent_on = as_of
                WHERE state IN ('queued', 'sent') RETURNING id, sent_on
           )
           UPDATE dunning_item item
              SET reached = line.position, reached_on = sent.sent_on, next_date = sent.sent_on
             FROM dunning_notice_line line JOIN sent ON sent.id = line.notice_id
            WHERE line.item_id = item.id AND line.position > 0"""
    )
    env.invalidate_all()
    _run_companies(env)
    env.cr.execute("ANALYZE")
    env.cr.commit()
    return _preview(env, timedelta(days=1))


def select(env):
    """Open the dialog of a pause for many items, and pause them."""
    _run_companies(env)
    items = env["dunning.item"].search([("state", "=", "open")], limit=SELECTED)
    env.invalidate_all()
    context = {"active_model": items._name, "active_ids": items.ids}
    until = env["dunning.message"]._today(env.company) + timedelta(days=7)
    meter = _meter(env, RUN_PHASES[2:4])
    with meter.block() as result:
        dialogs = env["dunning.pause.wizard"].with_context(**context)
        dialog = dialogs.create({"date_until": until, "reason": "holiday"})
        dialog.read(["concerns", "effect"])
        dialog.action_apply()
    env.cr.commit()
    result.update(items=len(items), notices=0)
    return result


def undo(env):
    """Undo that pause."""
    change = env["dunning.change"].search([], limit=1)
    env.invalidate_all()
    meter = _meter(env, RUN_PHASES[2:4])
    with meter.block() as result:
        change.action_undo()
    env.cr.commit()
    result.update(items=change.size, notices=0)
    return result


def _preview(env, later):
    """Preview every company; ``later`` is how far ahead."""
    meter = _meter(env, RUN_PHASES[1:3], ("dunning_preview",))
    items = notices = 0
    with meter.block() as result:
        for company in env["res.company"].search([]):
            day = env["dunning.message"]._today(company) + later
            preview = env["dunning.preview"]._preview(company, day)
            items += sum(preview.counts.values())
            notices += len(preview.planned)
    env.cr.rollback()
    result.update(items=items, notices=notices)
    return result


def _run_companies(env):
    for company in env["res.company"].search([]):
        env["dunning.run"].with_company(company)._run_company(company)
    env.cr.commit()


def _meter(env, phases, planners=("dunning_run",)):
    meter = Meter(env)
    for phase, model, method in phases:
        meter.watch(type(env[model]), method, phase)
    for name in planners if phases != SEND_PHASES else ():
        module = importlib.import_module(f"odoo.addons.payt_dunning.models.{name}")
        meter.watch(module, "plan", "plan")
    return meter
