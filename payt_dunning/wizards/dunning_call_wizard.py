from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tools import format_date

from ..models.dunning_call_outcomes import OUTCOMES, RIGHT_PARTY
from ..rules.working_days import add_working_days


class DunningCallWizard(models.TransientModel):
    """Log a call about items, debtors or invoices: what was agreed is kept, held and confirmed."""

    _name = "dunning.call.wizard"
    _description = "Log a Call"
    _inherit = "dunning.selection"

    choice_ids = fields.Many2many("res.partner", compute="_compute_choices")
    contact_id = fields.Many2one(
        "res.partner", domain="[('id', 'in', choice_ids)]", ondelete="set null"
    )
    contact_name = fields.Char("Spoke To", help="Who was on the phone, if no contact of theirs.")
    outcome = fields.Selection(OUTCOMES, required=True, default="reached")
    right_party = fields.Boolean(
        "Right Person Reached",
        compute="_compute_right_party",
        store=True,
        readonly=False,
        help="Who decides about paying was on the phone.",
    )
    reason_id = fields.Many2one(
        "dunning.nonpayment.reason",
        "Why It Is Not Paid",
        domain="[('needs_manager', '=', False)]",
        help="Kept inside, for reports and for what we offer.",
    )
    note = fields.Text(help="What was said. Kept inside: the debtor does not see it.")
    date_until = fields.Date(
        "Wait Until",
        help="Nothing leaves up to this day. Empty: no wait. For a promise, the day by which it "
        "will be paid.",
    )
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    amount = fields.Monetary(
        "Promised",
        compute="_compute_amount",
        store=True,
        readonly=False,
        help="All that is open unless you change it.",
    )
    promise_history = fields.Char("Earlier Promises", compute="_compute_choices")
    confirm = fields.Boolean(
        "Send a Confirmation",
        compute="_compute_confirm",
        store=True,
        readonly=False,
        help="What was agreed is mailed to the debtor, and stands on its page.",
    )
    story = fields.Html("The Story So Far", compute="_compute_story", sanitize=False)
    preview = fields.Text("What the Debtor Reads", compute="_compute_preview")
    goes_to = fields.Char(compute="_compute_preview")

    @api.depends("item_ids", "debtor_ids", "selected_moves")
    def _compute_choices(self):
        Partner = self.env["res.partner"]
        for dialog in self:
            debtors = dialog._debtors()
            dialog.choice_ids = Partner.search(
                [("commercial_partner_id", "in", debtors.partner_id.ids)]
            )
            dialog.promise_history = debtors.promise_history if len(debtors) == 1 else False

    @api.depends("item_ids", "debtor_ids", "selected_moves")
    def _compute_story(self):
        """Of one debtor: what to know before picking up the phone."""
        for dialog in self:
            debtors = dialog._debtors()
            told = len(debtors) == 1 and self.env["dunning.story"]._stories(debtors)
            dialog.story = told and told[debtors.id]

    @api.depends("outcome")
    def _compute_right_party(self):
        for dialog in self:
            dialog.right_party = dialog.outcome in RIGHT_PARTY

    @api.depends("item_ids", "debtor_ids", "selected_moves")
    def _compute_currency_id(self):
        """Of an amount that can be typed: of one debtor, in one currency."""
        for dialog in self:
            items = dialog._open_items()
            one = len(items.currency_id) == 1 and len(items.debtor_id) == 1
            dialog.currency_id = items.currency_id if one else False

    @api.depends("item_ids", "debtor_ids", "selected_moves")
    def _compute_amount(self):
        for dialog in self:
            items = dialog._open_items()
            dialog.amount = sum(items.mapped("amount_open")) if dialog.currency_id else 0.0

    @api.depends("outcome", "date_until")
    def _compute_confirm(self):
        for dialog in self:
            agreed = dialog.outcome == "promised" or bool(dialog.date_until)
            dialog.confirm = agreed and dialog.outcome in RIGHT_PARTY

    @api.depends("outcome", "date_until", "amount", "contact_id", "contact_name", "confirm")
    def _compute_preview(self):
        for dialog in self:
            debtor = dialog._debtors()[:1]
            talks = dialog.confirm and dialog.outcome in RIGHT_PARTY and debtor
            if not talks or (dialog.outcome == "promised" and not dialog.date_until):
                dialog.preview = dialog.goes_to = False
                continue
            debtor = debtor.sudo()
            live = debtor.company_id._dunning_is_live()
            dialog.goes_to = live and next(iter(debtor._known_addresses()), False)
            dialog.preview = dialog._drafted(debtor)

    def _drafted(self, debtor):
        """The confirmation as it would leave, in the debtor's language."""
        items = self._open_items().sudo().filtered(lambda item: item.debtor_id == debtor)
        env = self.env["dunning.talk"].sudo()._env_of(debtor)
        call = self.env["dunning.call"].sudo().new(self._call_values(debtor, items))
        promises = self.env["dunning.promise"].sudo()
        if self.outcome == "promised":
            for currency, own in items.grouped("currency_id").items():
                whole = sum(own.mapped("amount_open"))
                amount = self.amount if self.currency_id == currency else whole
                promises |= promises._drafted(own, self.date_until, amount)
        subject, paragraphs = call._words(env, promises)
        return "\n\n".join([subject, *paragraphs])

    def _open_items(self):
        """What somebody else collects is in it only where nothing else was chosen."""
        items = super()._open_items()
        return items._ours() or items

    def _debtors(self):
        return self._open_items().debtor_id | self.debtor_ids._origin

    def action_apply(self):
        """Store the call with what was agreed, and confirm it to the debtor."""
        self.ensure_one()
        if not self.env.user.has_group("payt_dunning.group_dunning_user"):
            raise AccessError(self.env._("Only collectors can log calls."))
        items, debtors = self._open_items(), self._debtors()
        if not debtors:
            raise UserError(self.env._("Nothing of the selection is open and followed up."))
        if self.outcome == "promised" and not self.date_until:
            raise UserError(self.env._("Fill in until when to wait: the day it will be paid."))
        if self.date_until:
            items._check_ours()
        outcome = dict(self._fields["outcome"]._description_selection(self.env))[self.outcome]
        words = self.env._("Call: %s.", outcome)
        # The note stays on the call, where it is emptied in time; copies of it would not be.
        noted = self.note and self.env._("The note is on the call.")
        body = " ".join(filter(None, (words, self.reason_id.name, noted)))
        for records in (debtors, items.move_id):
            records.sudo()._message_log_batch(
                dict.fromkeys(records.ids, body), author_id=self.env.user.partner_id.id
            )
        self.env["dunning.event"].sudo()._note(items, body)
        if self.reason_id and items:
            self.env["dunning.nonpayment"].sudo()._give(items.sudo(), self.reason_id, self.note)
        self._calls_done(debtors)
        self._work_called(debtors, body)
        watch = self.env["dunning.change"]._watch(items)
        calls = self.env["dunning.call"].sudo()
        for debtor in debtors.sudo():
            own = items.sudo().filtered(lambda item, debtor=debtor: item.debtor_id == debtor)
            calls |= calls.create(self._call_values(debtor, own))
        holds = self._agree(calls, body)
        also = self._confirm(calls)
        if not holds:
            return self._close(also)
        day = format_date(self.env, self.date_until)
        return watch.keep(
            lambda _count: self.env._("Call noted; follow-up waits until %s", day),
            also=also,
            made=holds,
        )

    def _call_values(self, debtor, items):
        return {
            "company_id": debtor.company_id.id,
            "debtor_id": debtor.id,
            "item_ids": [Command.set(items.ids)],
            "user_id": self.env.uid,
            "moment": fields.Datetime.now(),
            "contact_id": self.contact_id.id,
            "contact_name": (self.contact_name or "").strip() or self.contact_id.name,
            "outcome": self.outcome,
            "right_party": self.right_party,
            "reason_id": self.reason_id.id,
            "note": self.note,
            "date_until": self.date_until,
        }

    def _agree(self, calls, body):
        """Keep what was agreed: a promise for each debtor and currency, or a pause.

        :return: the holds
        """
        if not self.date_until:
            return self.env["dunning.hold"]
        if self.outcome != "promised":
            return self._hold(kind="pause", reason=body, date_until=self.date_until)
        promises = self.env["dunning.promise"].sudo()
        for call in calls:
            for currency, items in call.item_ids.grouped("currency_id").items():
                promises |= promises._make(
                    items,
                    self.date_until,
                    self.amount if currency == self.currency_id else None,
                    note=body,
                    call_id=call.id,
                )
        if not promises:
            raise UserError(self.env._("Nothing of the selection is open and followed up."))
        return self.env["dunning.hold"].sudo()._owned_by(promises)

    def _confirm(self, calls):
        """Confirm calls in writing, where that was asked for.

        :return: what to tell the user about it, in words
        """
        if not self.confirm or self.outcome not in RIGHT_PARTY:
            return ""
        unmailed = calls.browse()
        for call in calls.filtered("item_ids"):
            if not call._confirm():
                unmailed |= call
        if unmailed:
            return self.env._(
                "The confirmation to %s stands on the page and in the thread; it was not mailed, "
                "for no address works or sending is switched off.",
                ", ".join(unmailed.debtor_id.mapped("display_name")),
            )
        return self.env._("A confirmation was mailed.")

    def _close(self, also):
        close = {"type": "ir.actions.act_window_close"}
        if not also:
            return close
        params = {"type": "success", "message": also, "next": close}
        return {"type": "ir.actions.client", "tag": "display_notification", "params": params}

    def _work_called(self, debtors, body):
        """What the call was for, by the levels of the policy, is done; or tried again."""
        waiting = self.env["dunning.notice"].search(
            [("debtor_id", "in", debtors.ids), ("channel", "=", "call"), ("state", "=", "queued")]
        )
        if waiting:
            waiting.sudo()._called(self.outcome, body)
            self.env["dunning.task"].sudo()._calls_made(debtors)
        if self.outcome == "call_back":
            self._call_back(debtors)

    def _call_back(self, debtors):
        """Whoever asked to be called back stays on the list of whoever called."""
        call = self.env.ref("mail.mail_activity_data_call", raise_if_not_found=False)
        asked = debtors - debtors.filtered(lambda each: call in each.activity_ids.activity_type_id)
        for company, own in asked.grouped("company_id").items():
            today = self.env["dunning.message"]._today(company)
            own.sudo().activity_schedule(
                "mail.mail_activity_data_call",
                date_deadline=self.date_until or add_working_days(today, 1),
                summary=self.env._("Call back, as was asked"),
                user_id=self.env.uid,
            )

    def _calls_done(self, debtors):
        """Close the calls that were planned about the debtors; one to call back stays planned."""
        call = self.env.ref("mail.mail_activity_data_call", raise_if_not_found=False)
        planned = debtors.activity_ids.filtered(lambda each: each.activity_type_id == call)
        if self.outcome == "call_back":
            if self.date_until:
                planned.write({"date_deadline": self.date_until})
        elif self.outcome not in ("not_reached", "wrong_person", "wrong_number"):
            planned.action_feedback()
            self.env["dunning.question"]._called(debtors)
