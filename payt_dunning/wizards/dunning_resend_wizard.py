from odoo import api, fields, models


class DunningResendWizard(models.TransientModel):
    """Asks for the address to which a copy of a message is sent."""

    _name = "dunning.resend.wizard"
    _description = "Send a Message Again"

    notice_id = fields.Many2one("dunning.notice", "Message", required=True, readonly=True)
    recipient = fields.Char(
        "To",
        default=lambda self: self._default_recipient(),
        help="Empty: where the debtor can be reached.",
    )

    @api.model
    def _default_recipient(self):
        """Where the debtor can be reached now."""
        notice = self.env["dunning.notice"].browse(self.env.context.get("default_notice_id"))
        notice.check_access("read")
        return notice and notice.sudo()._default_copy_address()

    def action_resend(self):
        """Queue the copy; the rights are those of the message's own method."""
        self.ensure_one()
        self.notice_id.action_resend(self.recipient)
        return {"type": "ir.actions.act_window_close"}
