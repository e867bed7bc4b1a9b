from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL


class AccountMove(models.Model):
    _inherit = "account.move"

    dunning_item_ids = fields.One2many(
        "dunning.item", "move_id", "Follow-up", groups="payt_dunning.group_dunning_user"
    )
    dunning_item_count = fields.Integer(
        compute="_compute_dunning_item_count", groups="payt_dunning.group_dunning_user"
    )

    @api.depends("dunning_item_ids")
    def _compute_dunning_item_count(self):
        for move in self:
            move.dunning_item_count = len(move.dunning_item_ids)

    def _message_post_after_hook(self, new_message, message_values):
        """A debtor who answers is heard: the handler gets a task, the next step waits."""
        result = super()._message_post_after_hook(new_message, message_values)
        if (
            self.move_type in ("out_invoice", "out_receipt")
            and new_message.message_type in ("email", "comment")
            and not new_message.is_internal
            and not self.env.context.get("dunning_automatic")
            and _is_outsider(new_message)
        ):
            self.sudo()._dunning_debtor_wrote(new_message)
        return result

    def _dunning_debtor_wrote(self, message):
        """Hold the invoice for some days and give its handler a task."""
        self.ensure_one()
        items = self.dunning_item_ids.filtered(lambda item: item.state == "open")
        if not items:
            return
        company = self.company_id
        today = fields.Date.context_today(self)
        until = today + timedelta(days=company.dunning_answer_days)
        Hold = self.env["dunning.hold"]
        hold = Hold.search(
            [("move_id", "=", self.id), ("kind", "=", "question"), ("released_on", "=", False)],
            limit=1,
        )
        if hold:
            hold.date_until = max(hold.date_until or until, until)
        else:
            Hold.create(
                {
                    "company_id": company.id,
                    "move_id": self.id,
                    "kind": "question",
                    "date_until": until,
                }
            )
        handler = (
            items.debtor_id.handler_id[:1] or company.dunning_handler_id or self.invoice_user_id
        )
        self.with_context(mail_activity_quick_update=True).activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=today,
            summary=self.env._("Answer %s", message.author_id.name or message.email_from),
            user_id=handler.id or self.env.uid,
        )
        items.debtor_id._decide_now()

    def _dunning_ensure_tokens(self):
        """Give the invoices that lack one a token for their page; one statement for all.

        Writing on invoices one by one costs 14 ms each, which a run can't afford.
        """
        if all(move.access_token for move in self):
            return
        self.env.execute_query(
            SQL(
                """UPDATE account_move SET access_token = gen_random_uuid()
                    WHERE id IN %s AND access_token IS NULL RETURNING id""",
                tuple(self.ids),
            )
        )
        self.invalidate_recordset(["access_token"])


def _is_outsider(message):
    """Whether the author is not one of us: the type of a message can be chosen by its sender."""
    author = message.author_id
    return not author or author.partner_share
