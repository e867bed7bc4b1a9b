from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import SQL
from odoo.tools.mail import formataddr

from .dunning_level import PHASES
from .dunning_words import languages
from .message_sources import Sources

STATES = [
    ("planned", "Planned"),
    ("queued", "Queued"),
    ("sending", "Being Sent"),
    ("sent", "Sent"),
    ("ambiguous", "Unclear"),
    ("failed", "Failed"),
    ("cancelled", "Cancelled"),
    ("returned", "Returned"),
]
#: States in which a notice keeps its slot: no second message about the same rung.
LIVE_STATES = ("planned", "queued", "sending", "sent", "ambiguous")
#: Where each state may be entered from.
SOURCES = {
    "queued": ("planned", "sending"),
    "sending": ("queued",),
    "sent": ("sending", "ambiguous"),
    "ambiguous": ("sending",),
    "failed": ("planned", "queued", "sending", "ambiguous"),
    "cancelled": ("planned", "queued", "ambiguous"),
    "returned": ("sent",),
}


class DunningNotice(models.Model):
    """The outbox: one message to one recipient through one channel about one or more items.

    Only :meth:`_update_state`, :meth:`_mark` and, in bulk, :meth:`_set_queued` change the state.
    """

    _name = "dunning.notice"
    _inherit = "dunning.notice.words"
    _description = "Dunning Notice"
    _order = "id desc"

    run_id = fields.Many2one("dunning.run", readonly=True, index="btree_not_null")
    debtor_id = fields.Many2one(
        "dunning.debtor", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    partner_id = fields.Many2one("res.partner", "Contact", readonly=True, ondelete="restrict")
    channel = fields.Char(required=True, readonly=True)
    recipient = fields.Char(required=True, readonly=True)
    lang = fields.Selection(lambda self: self._languages(), "Language", readonly=True)
    phase = fields.Selection(PHASES, readonly=True)
    level_name = fields.Char("Level", readonly=True)
    level_id = fields.Many2one("dunning.level", "Level Record", readonly=True, ondelete="set null")
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    amount = fields.Monetary("Asked For", readonly=True, aggregator=None)
    statutory_code = fields.Char(
        "Code of the Notice", readonly=True, help="The notice that the law wants, which this is."
    )
    term_days = fields.Integer(
        "Days to Pay", readonly=True, help="The term that it gives, counted from its receipt."
    )
    costs_announced = fields.Monetary(
        readonly=True, help="What is due when the term has passed without payment, tax included."
    )
    tax_announced = fields.Monetary(readonly=True, help="Part of it that is tax.")
    costs = fields.Monetary("Costs Asked For", readonly=True)
    fee = fields.Monetary("Fee Asked For", readonly=True)
    interest = fields.Monetary("Interest Asked For", readonly=True)
    pay_by = fields.Date(readonly=True, help="Paid in full by this day, everything is settled.")
    received_on = fields.Date(readonly=True, help="The day on which it counts as received.")
    term_until = fields.Date("Term Ends", readonly=True, help="The last day of its term.")
    law = fields.Json(readonly=True, help="Jurisdiction, rows used and calculation.")
    as_of = fields.Date(
        required=True, readonly=True, help="The day on which its amounts and levels were decided."
    )
    subject = fields.Char(readonly=True)
    body = fields.Html(
        readonly=True, sanitize=False, prefetch=False, help="As sent, without the debtor's links."
    )
    reference = fields.Char(
        "Payment Reference",
        readonly=True,
        index="btree_not_null",
        help="Of a message about several items: a payment with it is for all of them.",
    )
    # Files of a field, as an invoice's PDF is, are left out where access is searched for.
    attachment_ids = fields.Many2many("ir.attachment", readonly=True, bypass_search_access=True)
    content_hash = fields.Char(
        "SHA-256",
        readonly=True,
        help="Proof of what was sent: over recipient, subject, body and attachments.",
    )
    fingerprint = fields.Char(readonly=True, help="What the message was made from.")
    state = fields.Selection(STATES, required=True, default="planned", readonly=True, index=True)
    failure = fields.Text("What Went Wrong", readonly=True)
    failure_kind = fields.Selection(
        [("address", "Address"), ("content", "Content")], "Kind of Failure", readonly=True
    )
    logged = fields.Boolean(readonly=True, help="Shown in the chatter of its invoices.")
    sent_at = fields.Datetime(readonly=True)
    sent_on = fields.Date(readonly=True, help="The day it left, where the company is.")
    mail_id = fields.Many2one(
        "mail.mail", readonly=True, index="btree_not_null", ondelete="set null"
    )
    message_id = fields.Char(
        "Message-Id", readonly=True, help="By this, mail servers' logs know the message."
    )
    line_ids = fields.One2many("dunning.notice.line", "notice_id", "Rows", readonly=True)

    _waiting = models.Index("(state) WHERE state IN ('planned', 'queued', 'sending')")
    _by_day = models.Index("(as_of)")
    _to_log = models.Index("(id) WHERE state = 'sent' AND logged IS NOT TRUE")

    @api.depends("subject")
    def _compute_display_name(self):
        for notice in self:
            notice.display_name = notice.subject or f"#{notice.id}"

    @api.model
    def _languages(self):
        return languages(self.env)

    # -- states ----------------------------------------------------------------------

    def _update_state(self, state, **values):
        """Move notices to ``state`` from a state where that is allowed.

        Rows go along: they keep their slot while the notice is live.
        """
        self._check_may_become(state)
        self.write({"state": state, **values})
        if state not in LIVE_STATES:
            self.line_ids.write({"live": False})

    def _mark(self, state, **values):
        """The same for one notice that stays live, in one statement: the ORM would read it first.

        :param values: as the database takes them
        """
        self.ensure_one()
        values.update(state=state, write_uid=self.env.uid, write_date=fields.Datetime.now())
        self.env.flush_all()
        changed = self.env.execute_query(
            SQL(
                "UPDATE dunning_notice SET %s WHERE id = %s AND state IN %s RETURNING id",
                SQL(", ").join(
                    SQL("%s = %s", SQL.identifier(name), value) for name, value in values.items()
                ),
                self.id,
                SOURCES[state],
            )
        )
        self.invalidate_recordset(list(values))
        if not changed:
            self._check_may_become(state)

    def _check_may_become(self, state):
        """Refuse a change of state that :data:`SOURCES` does not know."""
        wrong = self.filtered(lambda notice: notice.state not in SOURCES[state])
        if wrong:
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "Message “%(notice)s” is %(state)s and can't become %(new_state)s.",
                    notice=wrong[0].display_name,
                    state=labels[wrong[0].state],
                    new_state=labels[state],
                )
            )

    # -- making ----------------------------------------------------------------------

    @api.model
    def _create_planned(self, run, planned, words=None):
        """Store planned notices and put those that need no approval in the queue.

        :param planned: list of :class:`~..rules.plan.PlannedNotice`
        :param words: see :class:`~.message_sources.Words`
        :return: the notices, and a line for each message that could not be made
        """
        contents = self.env["dunning.message"]._render(planned, Sources(self.env, planned, words))
        made, problems = [], []
        for plan, content in zip(planned, contents, strict=True):
            if content.problem:
                debtor = self.env["dunning.debtor"].browse(plan.debtor_id)
                problems.append(f"{debtor.display_name}: {content.problem}")
            else:
                made.append((plan, content))
        notices = self.create([self._planned_values(run, *each) for each in made])
        plans = {notice.id: plan for notice, (plan, _c) in zip(notices, made, strict=True)}
        self.env["dunning.notice.line"]._insert_planned(plans)
        self._start_ladders(plans.values())
        self.env["dunning.payment.plan"]._offer_invited(
            [
                (notice, content.invitation)
                for notice, (_plan, content) in zip(notices, made, strict=True)
                if content.invitation
            ]
        )
        bodies = {notice.id: each.body for notice, (_p, each) in zip(notices, made, strict=True)}
        at_once = notices.filtered(lambda notice: not plans[notice.id].approval)
        at_once._queue(bodies, words.woken if words else None)
        return notices, problems

    @api.model
    def _planned_values(self, run, planned, content):
        values = {
            "run_id": run.id,
            "debtor_id": planned.debtor_id,
            "company_id": planned.company_id,
            "partner_id": planned.partner_id,
            "channel": planned.channel,
            "recipient": planned.recipient,
            "lang": planned.lang,
            "phase": planned.phase,
            "level_name": content.level.name,
            "level_id": content.level.level_id,
            "currency_id": planned.currency_id,
            "amount": float(planned.total),
            "as_of": planned.day,
            "subject": content.subject,
            "body": content.body,
            "reference": content.bundle_reference,
            "content_hash": content.sha256(),
            "fingerprint": planned.fingerprint(),
            "state": "planned",
        }
        if content.attachment_ids:
            values["attachment_ids"] = [Command.set(content.attachment_ids)]
        return values

    @api.model
    def _start_ladders(self, planned):
        """Items that get a message stay on the revision it was made by, and wait for it.

        One statement: written by the ORM, 100 items are one.
        """
        by_hand, waits = self.env["dunning.channel"]._waits_for(), {}
        for notice in planned:
            reason = by_hand.get(notice.channel, "under_way")
            for line in (line for line in notice.lines if line.position):
                # What goes by itself beside what a person does is what the item waits for.
                if line.item_id not in waits or reason == "under_way":
                    day = notice.day + timedelta(days=1)
                    waits[line.item_id] = (line.revision_id, day, reason)
        revision_ids, days, reasons = zip(*waits.values(), strict=True) if waits else ((), (), ())
        self.env["dunning.item"].flush_model()
        self.env.cr.execute(
            SQL(
                """UPDATE dunning_item item
                      SET revision_id = planned.revision_id,
                          action = CASE planned.reason WHEN 'under_way' THEN 'wait'
                                                       ELSE 'blocked' END,
                          reason = planned.reason,
                          next_date = planned.next_date,
                          write_uid = %(user)s, write_date = now() AT TIME ZONE 'UTC'
                     FROM unnest(%(items)s::int[], %(revisions)s::int[], %(days)s::date[],
                                 %(reasons)s::text[])
                          AS planned (item_id, revision_id, next_date, reason)
                    WHERE item.id = planned.item_id""",
                items=list(waits),
                revisions=list(revision_ids),
                days=list(days),
                reasons=list(reasons),
                user=self.env.uid,
            )
        )
        self.env["dunning.item"].invalidate_model(["revision_id", "action", "reason", "next_date"])

    def _queue(self, bodies=None, woken=None):
        """Hand the notices to the queue of their channel; each is sent on its own later.

        :param bodies: by id of the notice, where they were just made: not to be read again
        :param woken: set of the moments for which the queue has been woken in this run already
        """
        for code, notices in self.grouped("channel").items():
            self.env["dunning.channel"]._way(code)._queue(notices, bodies, woken)

    def _queue_mails(self, bodies=None, woken=None):
        """The same of mails: they go in Odoo's own queue."""
        notices = self
        notices._check_may_become("queued")
        moments = self.env["dunning.when"]._moments(notices, fields.Datetime.now())
        envelopes = {company.id: self._envelope(company) for company in notices.company_id.sudo()}
        Chatter = self.env["dunning.chatter"]
        moves = {key: ids[0] for key, ids in Chatter._reminded_invoices(notices).items()}
        notices.partner_id.fetch(["name"])
        notices.level_id.fetch(["sender", "reply_to", "policy_id"])
        mails = self.env["mail.mail"].create(
            [
                {
                    **envelopes[notice.company_id.id],
                    **notice._mail_values(moves.get(notice.id)),
                    "body_html": bodies[notice.id] if bodies else notice.body,
                    "scheduled_date": moments[notice.id],
                }
                for notice in notices
            ]
        )
        Chatter._put_on_invoices(
            {
                mail.mail_message_id.id: moves[notice.id]
                for notice, mail in zip(notices, mails, strict=True)
                if moves.get(notice.id)
            }
        )
        notices._set_queued()
        self._wake_queue(moments.values(), woken)

    @api.model
    def _wake_queue(self, moments, woken=None):
        """Have the queue of mails looked at; what is woken at once already need not be again."""
        self._wake_cron("mail.ir_cron_mail_scheduler_action", moments, woken)

    @api.model
    def _wake_cron(self, xmlid, moments, woken=None):
        """Have a scheduled action started at these moments (UTC), each once in a run."""
        woken, now = set() if woken is None else woken, fields.Datetime.now()
        awake = any(known == xmlid and moment <= now for known, moment in woken)
        wanted = {
            (xmlid, moment)
            for moment in self.env["dunning.when"]._wake_at(moments)
            if not (awake and moment <= now)
        } - woken
        if wanted:
            wanted_at = {moment for _xmlid, moment in wanted}
            self.env.ref(xmlid)._trigger(wanted_at)
            self.env["dunning.dispatch"].sudo()._wake_helpers(wanted_at)
        woken |= wanted

    def _set_queued(self):
        """Let planned notices know their mails; one statement for as many as there are."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """UPDATE dunning_notice notice
                      SET state = 'queued', mail_id = mail.id, message_id = message.message_id,
                          write_uid = %(user)s, write_date = now() AT TIME ZONE 'UTC'
                     FROM mail_mail mail
                     JOIN mail_message message ON message.id = mail.mail_message_id
                    WHERE mail.dunning_notice_id = notice.id AND notice.id = ANY(%(notices)s)""",
                notices=self.ids,
                user=self.env.uid,
            )
        )
        self.invalidate_recordset(["state", "mail_id", "message_id"])

    @api.model
    def _envelope(self, company):
        """What the mails of a company have in common; see :meth:`_mail_values`."""
        return {
            **company._dunning_sender(),
            "body": False,
            "author_id": company.partner_id.id,
            # Its text is the notice's: core would show it on the invoice as a removed message.
            "message_type": "user_notification",
            "is_notification": False,
            "auto_delete": False,
            "record_company_id": company.id,
            "record_alias_domain_id": company.alias_domain_id.id,
            "headers": repr({"Auto-Submitted": "auto-generated"}),
        }

    def _mail_values(self, move_id):
        """Values of the mail that carries this notice beside :meth:`_envelope` and body.

        Complete: nothing is left to look up for each mail. It belongs to the oldest invoice,
        so that an answer lands there; it has no text of its own in the chatter until it has left.
        """
        self.ensure_one()
        level = self.level_id
        values = {
            "dunning_notice_id": self.id,
            "message_id": self.env["dunning.chatter"]._new_message_id(move_id),
            "subject": self.subject,
            "email_to": formataddr((self.partner_id.name or "", self.recipient)),
        }
        if level.sender:
            values["email_from"] = level.sender
        if level.reply_to:
            values["reply_to"] = level.reply_to
        if self.attachment_ids:
            values["attachment_ids"] = [Command.set(self.attachment_ids.ids)]
        return values
