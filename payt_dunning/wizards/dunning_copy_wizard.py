from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.mail import email_normalize


class DunningCopyWizard(models.TransientModel):
    """Send the invoices of a selection again, with a new term or without one."""

    _name = "dunning.copy.wizard"
    _description = "Send Invoice Again"
    _inherit = "dunning.selection"

    recipient = fields.Char("To", help="Empty: where each debtor can be reached.")
    new_term = fields.Boolean(
        compute="_compute_new_term",
        store=True,
        readonly=False,
        help="Follow-up begins anew with the first level, counted from that day.",
    )
    date_until = fields.Date(
        "To Pay Until", compute="_compute_date_until", store=True, readonly=False
    )

    @api.depends("item_ids", "debtor_ids", "selected_moves")
    def _compute_new_term(self):
        """A new term, but where something formal has left: that stands."""
        for dialog in self:
            items = dialog._open_items().sudo()
            dialog.new_term = bool(items) and items._may_be_copied() == items

    @api.depends("item_ids", "debtor_ids", "selected_moves")
    def _compute_date_until(self):
        for dialog in self:
            items = dialog._open_items().sudo()
            dialog.date_until = items._new_term(items.company_id[:1] or self.env.company)

    def action_apply(self):
        """Mail them now."""
        self.ensure_one()
        if not self.env.user.has_group("payt_dunning.group_dunning_user"):
            raise AccessError(self.env._("Only collectors can send invoices again."))
        items = self._open_items()
        if not items:
            raise UserError(self.env._("Nothing of the selection is open and followed up."))
        recipient = email_normalize(self.recipient or "")
        if self.recipient and not recipient:
            raise UserError(self.env._("“%s” is not one e-mail address.", self.recipient))
        if recipient and len(items.debtor_id) > 1:
            raise UserError(
                self.env._("These are invoices of several debtors: leave the address empty.")
            )
        until = self.new_term and self.date_until
        if until and until < fields.Date.context_today(self):
            raise UserError(self.env._("The new term must not have ended already."))
        notices = items.sudo()._send_invoice_again(until or None, recipient or None)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("%s messages are on their way.", len(notices)),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
