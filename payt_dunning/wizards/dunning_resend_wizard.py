from odoo import api, fields, models
from odoo.exceptions import UserError

#: So many messages are told of one by one.
SHOWN = 20


class DunningResendWizard(models.TransientModel):
    """Sends copies of messages: of one to an address that is asked for, or of several."""

    _name = "dunning.resend.wizard"
    _description = "Send Messages Again"

    notice_ids = fields.Many2many(
        "dunning.notice",
        string="Messages",
        required=True,
        default=lambda self: self._default_notices(),
    )
    several = fields.Boolean(compute="_compute_outlook")
    recipient = fields.Char(
        "To",
        default=lambda self: self._default_recipient(),
        help="Empty: where the debtor can be reached.",
    )
    outlook = fields.Text("What Leaves", compute="_compute_outlook")

    @api.model
    def _default_notices(self):
        context = self.env.context
        notice_id = context.get("default_notice_id")
        if context.get("active_model") == "dunning.notice" and not notice_id:
            return self.env["dunning.notice"].browse(context.get("active_ids") or ())
        return self.env["dunning.notice"].browse(notice_id or ())

    @api.model
    def _default_recipient(self):
        """Where the debtor can be reached now; of one message only."""
        notice = self._default_notices()
        notice.check_access("read")
        return notice.sudo()._default_copy_address() if len(notice) == 1 else False

    @api.depends("notice_ids")
    def _compute_outlook(self):
        for dialog in self:
            dialog.several = len(dialog.notice_ids) > 1
            dialog.outlook = dialog.several and "\n".join(dialog._tell())

    def _tell(self):
        """Where each copy would go, or why there is none, in words."""
        lines = []
        for notice in self.notice_ids[:SHOWN]:
            original = notice.sudo().retry_of_id or notice.sudo()
            if notice.state not in ("sent", "returned") or notice.channel != "email":
                told = self.env._("not a mail that was sent")
            else:
                told = original._why_not_to_copy() or original._default_copy_address()
            told = told or self.env._("the debtor has no working address")
            lines.append(f"{notice.display_name}: {told}")
        if len(self.notice_ids) > SHOWN:
            lines.append(self.env._("… and %s more", len(self.notice_ids) - SHOWN))
        return lines

    def action_resend(self):
        """Queue the copies; the rights are those of the message's own method.

        Of several, what can't be sent again is told and does not stop the others.
        """
        self.ensure_one()
        if not self.notice_ids:
            raise UserError(self.env._("No message was selected."))
        Notice = self.env["dunning.notice"]
        refused = []
        watch = self.env["dunning.change"]._watch(self.env["dunning.item"])
        copies = Notice.browse()
        for notice in self.notice_ids:
            try:
                with self.env.cr.savepoint():
                    copies += notice._ordered_copy(self.recipient if not self.several else None)
            except UserError as problem:
                if not self.several:
                    raise
                refused.append(f"{notice.display_name}: {problem}")
        also = ""
        if refused:
            also = "\n".join([self.env._("Not sent again:"), *refused[:SHOWN]])
        return watch.keep(
            lambda _count: self.env._("Copies of %s messages were queued", len(copies)),
            also,
            messages=copies.sudo(False),
        )
