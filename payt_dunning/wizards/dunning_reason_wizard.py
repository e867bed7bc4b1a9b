from odoo import fields, models
from odoo.exceptions import AccessError, UserError


class DunningReasonWizard(models.TransientModel):
    """Note why items are not paid."""

    _name = "dunning.reason.wizard"
    _description = "Reason for Not Paying"
    _inherit = "dunning.selection"

    reason_id = fields.Many2one("dunning.nonpayment.reason")
    needs_manager = fields.Boolean(related="reason_id.needs_manager")
    note = fields.Text(help="Kept inside: the debtor does not see it.")

    def action_apply(self):
        """Keep the reason for each item of the selection."""
        self.ensure_one()
        if not self.env.user.has_group("payt_dunning.group_dunning_user"):
            raise AccessError(self.env._("Only collectors can note why something is not paid."))
        if not self.reason_id:
            raise UserError(self.env._("Choose a reason first."))
        note = (self.note or "").strip()
        if self.needs_manager and not note:
            raise UserError(
                self.env._(
                    "Say what shows “%s”: a manager decides by your note.", self.reason_id.name
                )
            )
        items = self._open_items()
        if not items:
            raise UserError(self.env._("Nothing of the selection is open and followed up."))
        # With the user's id, so that it is known who noted it.
        self.env["dunning.nonpayment"].sudo()._give(items.sudo(), self.reason_id, note)
        words = (
            self.env._("Proposed as reason for not paying: %s.", self.reason_id.name)
            if self.needs_manager
            else self.env._("Reason for not paying: %s.", self.reason_id.name)
        )
        # The note stays with the reason, where it is emptied in time.
        self.env["dunning.event"].sudo()._note(items, words)
        return {"type": "ir.actions.act_window_close"}
