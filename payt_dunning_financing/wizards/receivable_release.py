from odoo import api, fields, models
from odoo.fields import Command


class ReceivableRelease(models.TransientModel):
    """Asks why a draw is cancelled, invoices are released, or a payment was no payment."""

    _name = "receivable.release"
    _description = "Release"

    draw_id = fields.Many2one("receivable.financing.draw", readonly=True, ondelete="cascade")
    pledge_ids = fields.Many2many("receivable.pledge", string="Invoices", readonly=True)
    payment_ids = fields.Many2many("receivable.pledge.payment", string="Payments", readonly=True)
    booked = fields.Boolean(readonly=True, help="Whether the payments are in the books.")
    why = fields.Char("Reason", required=True)

    @api.model
    def _ask(self, draw=None, pledges=None, payments=None, booked=False):
        """Open the dialog about one of these."""
        dialog = {
            "default_draw_id": draw.id if draw else False,
            "default_pledge_ids": [Command.set(pledges.ids if pledges else [])],
            "default_payment_ids": [Command.set(payments.ids if payments else [])],
            "default_booked": booked,
        }
        name = (
            self.env._("Cancel the Draw")
            if draw
            else self.env._("It Is Booked")
            if booked
            else self.env._("Noted by Mistake")
            if payments
            else self.env._("Release")
        )
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": self._name,
            "view_mode": "form",
            "target": "new",
            "context": dialog,
        }

    def action_apply(self):
        """Do it, with the reason; the right is looked at again."""
        self.ensure_one()
        if self.draw_id:
            self.draw_id._check_may()._cancel(self.why)
        if self.pledge_ids:
            self.pledge_ids._check_may()._release(self.why)
        if self.payment_ids:
            payments = self.payment_ids._check_may()
            payments._booked(self.why) if self.booked else payments._mistake(self.why)
        return {"type": "ir.actions.act_window_close"}
