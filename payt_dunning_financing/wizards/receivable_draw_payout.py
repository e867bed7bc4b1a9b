from odoo import api, fields, models


class ReceivableDrawPayout(models.TransientModel):
    """Shows what would be pledged by the books of now, and notes what a financier paid."""

    _name = "receivable.draw.payout"
    _description = "Paid Out"

    draw_id = fields.Many2one(
        "receivable.financing.draw", required=True, readonly=True, ondelete="cascade"
    )
    financing_id = fields.Many2one(related="draw_id.financing_id", related_sudo=False)
    currency_id = fields.Many2one(related="draw_id.currency_id", related_sudo=False)
    before = fields.Monetary("Asked For", readonly=True)
    asked = fields.Monetary("Advance by the Books of Now", readonly=True)
    kept_count = fields.Integer("Invoices", readonly=True)
    left_count = fields.Integer(readonly=True)
    left = fields.Text("Left Out", readonly=True)
    seen = fields.Char(readonly=True, help="What was shown, to be compared.")
    day = fields.Date("Paid Out On", required=True)
    amount = fields.Monetary("Paid Out", required=True)
    difference = fields.Monetary(compute="_compute_difference")
    why = fields.Char("Why Another Amount", help="Fees and interest, for example.")

    @api.depends("asked", "amount")
    def _compute_difference(self):
        for dialog in self:
            dialog.difference = dialog.asked - dialog.amount

    @api.model
    def _show(self, draw, outcome):
        """Open the dialog about what would become of a draw.

        :param outcome: see :class:`~..models.receivable_financing_offer.Outcome`
        """
        asked = float(outcome.advance())
        dialog = self.create(
            {
                "draw_id": draw.id,
                "before": draw.advance,
                "asked": asked,
                "kept_count": len(outcome.kept),
                "left_count": len(outcome.left),
                "left": draw.sudo()._left_words(outcome),
                "seen": outcome.mark(),
                "day": self.env["dunning.message"]._today(draw.company_id),
                "amount": asked,
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Paid Out"),
            "res_model": self._name,
            "res_id": dialog.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_apply(self):
        """Pledge what was shown; the right and the books are looked at again."""
        self.ensure_one()
        self.draw_id._check_may()._pay_out(self.day, self.amount, self.why, self.seen)
        return {"type": "ir.actions.act_window_close"}
