from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_datetime
from odoo.tools.mail import plaintext2html

from ..tools import Heard


class DunningAnswerWizard(models.TransientModel):
    """Answer a debtor: in the thread of the invoice, by mail and on its page, in one go."""

    _name = "dunning.answer.wizard"
    _description = "Answer a Debtor"

    question_id = fields.Many2one(
        "dunning.question",
        required=True,
        readonly=True,
        ondelete="cascade",
        default=lambda self: self._question(),
    )
    debtor_id = fields.Many2one(related="question_id.debtor_id")
    move_id = fields.Many2one(related="question_id.move_id")
    asked = fields.Text("The Debtor Wrote", related="question_id.text")
    unknown_sender = fields.Boolean(related="question_id.unknown_sender")
    email = fields.Char(related="question_id.email")
    recipient = fields.Char("Goes To", compute="_compute_recipient")
    language = fields.Char("The Debtor Reads", compute="_compute_recipient")
    seen_id = fields.Integer(default=lambda self: self._question().last_message_id.id)
    reason_id = fields.Many2one(
        "dunning.nonpayment.reason", compute="_compute_reason_id", string="Reason Given"
    )
    reply_id = fields.Many2one(
        "dunning.reply", "Ready Reply", help="Fills in the answer; you can still change it."
    )
    body = fields.Text("Your Answer")
    date_until = fields.Date(
        "Wait Until", help="Nothing leaves about it up to this day. Empty: follow-up goes on."
    )
    filled = fields.Text()
    anyway = fields.Boolean()
    meanwhile = fields.Char(readonly=True)

    @api.model
    def _question(self):
        context = self.env.context
        Question = self.env["dunning.question"]
        if context.get("active_model") == "dunning.question":
            return Question.browse(context.get("active_id"))
        if context.get("active_model") == "account.move":
            return Question.search(
                [("move_id", "=", context.get("active_id")), ("state", "=", "open")], limit=1
            )
        return Question

    @api.depends("question_id")
    def _compute_recipient(self):
        for dialog in self:
            question = dialog.question_id.sudo()
            live = question.company_id._dunning_is_live() if question else False
            dialog.recipient = live and question._reply_address()
            lang = question and self.env["dunning.talk"]._env_of(question.debtor_id).lang
            names = dict(self.env["dunning.notice"]._languages())
            dialog.language = names.get(lang, lang)

    @api.depends("question_id")
    def _compute_reason_id(self):
        for dialog in self:
            items = dialog.question_id.sudo().item_ids
            dialog.reason_id = items.nonpayment_reason_id[:1]

    @api.onchange("reply_id")
    def _onchange_reply_id(self):
        """Put a ready reply in the answer, in the debtor's language; nothing typed is lost."""
        question = self.question_id
        if not self.reply_id or not question:
            return
        question.check_access("read")
        question = question.sudo()
        items = question.item_ids or question.move_id.dunning_item_ids
        text = self.reply_id.sudo()._filled(question.debtor_id, items)
        before = (self.body or "").strip()
        self.body = f"{before}\n\n{text}" if before and before != self.filled else text
        self.filled = self.body

    def action_apply(self):
        """Send the answer, unless somebody answered meanwhile or the debtor wrote again."""
        self.ensure_one()
        if not self.env.user.has_group("payt_dunning.group_dunning_user"):
            raise AccessError(self.env._("Only collectors can answer debtors."))
        if not (self.body or "").strip():
            raise UserError(self.env._("Write an answer first."))
        question = self.question_id
        question.check_access("read")
        question = question.sudo()
        if not question.try_lock_for_update():
            raise UserError(
                self.env._("Somebody is answering this at this moment. Look again in a minute.")
            )
        question.invalidate_recordset()
        if not self.anyway and (news := self._news(question)):
            self.write({"meanwhile": news, "anyway": True})
            return self._again()
        move = self.move_id.with_user(self.env.user)
        said = Heard(debtor_id=question.debtor_id.id, question_id=question.id)
        move.sudo().with_context(dunning_heard=said).message_post(
            body=plaintext2html(self.body.strip()),
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            author_id=self.env.user.partner_id.id,
        )
        if self.date_until:
            self._wait(question)
        return {"type": "ir.actions.act_window_close"}

    def _news(self, question):
        """What happened since the dialog was opened, in words; empty where nothing did."""
        if question.state != "open":
            moment = format_datetime(self.env, question.answered_on)
            return self.env._(
                "%(user)s answered this on %(moment)s. Send yours as well?",
                user=question.answered_by_id.name,
                moment=moment,
            )
        if question.last_message_id.id != self.seen_id:
            self.seen_id = question.last_message_id.id
            return self.env._("The debtor has written again; read it first. Then send.")
        return ""

    def _again(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Answer a Debtor"),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def _wait(self, question):
        """Follow-up waits until a day that the answer speaks of."""
        items = question.item_ids.filtered(lambda item: item.state == "open")
        self.env["dunning.hold"].create(
            [
                {
                    "company_id": item.company_id.id,
                    "item_id": item.id,
                    "kind": "pause",
                    "reason": self.env._("Answered the debtor"),
                    "date_until": self.date_until,
                }
                for item in items
            ]
        )
        question.debtor_id._decide_now()


class DunningMoveQuestion(models.TransientModel):
    """What a debtor wrote is about another invoice of its."""

    _name = "dunning.question.move"
    _description = "Move a Message to Another Invoice"

    question_id = fields.Many2one(
        "dunning.question",
        required=True,
        readonly=True,
        ondelete="cascade",
        default=lambda self: self.env.context.get("active_id"),
    )
    from_id = fields.Many2one(related="question_id.move_id", string="Is On")
    asked = fields.Text("The Debtor Wrote", related="question_id.text")
    choice_ids = fields.Many2many("account.move", compute="_compute_choice_ids")
    move_id = fields.Many2one(
        "account.move",
        "Is About",
        required=True,
        default=lambda self: self._likely(),
        domain="[('id', 'in', choice_ids)]",
    )

    @api.depends("question_id")
    def _compute_choice_ids(self):
        for dialog in self:
            question = dialog.question_id.sudo()
            dialog.choice_ids = question.debtor_id.item_ids.move_id - question.move_id

    @api.model
    def _likely(self):
        """What our message reminded of besides: mostly it is about one of these."""
        question = self.env["dunning.question"].browse(self.env.context.get("active_id")).sudo()
        others = question.item_ids.move_id - question.move_id
        return (others or question.debtor_id.item_ids.move_id - question.move_id)[:1].id

    def action_apply(self):
        """Move it, with its hold."""
        self.ensure_one()
        self.question_id._as_collector()._move_to(self.move_id.sudo())
        return {"type": "ir.actions.act_window_close"}
