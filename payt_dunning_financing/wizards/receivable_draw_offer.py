from odoo import api, fields, models


class ReceivableDrawOffer(models.TransientModel):
    """Shows what would be offered to a financier by the books of now, and offers it."""

    _name = "receivable.draw.offer"
    _description = "Offer to the Financier"

    draw_id = fields.Many2one(
        "receivable.financing.draw", required=True, readonly=True, ondelete="cascade"
    )
    financing_id = fields.Many2one(related="draw_id.financing_id", related_sudo=False)
    currency_id = fields.Many2one(related="draw_id.currency_id", related_sudo=False)
    before = fields.Monetary("In the Draft", readonly=True)
    asked = fields.Monetary("Asked For", readonly=True)
    kept_count = fields.Integer("Invoices", readonly=True)
    left_count = fields.Integer(readonly=True)
    left = fields.Text("Left Out", readonly=True)
    seen = fields.Char(readonly=True, help="What was shown, to be compared.")

    @api.model
    def _show(self, draw, outcome):
        """Open the dialog about what would become of a draw.

        :param outcome: see :class:`~..models.receivable_financing_offer.Outcome`
        """
        dialog = self.create(
            {
                "draw_id": draw.id,
                "before": draw.advance,
                "asked": float(outcome.advance()),
                "kept_count": len(outcome.kept),
                "left_count": len(outcome.left),
                "left": draw.sudo()._left_words(outcome),
                "seen": outcome.mark(),
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Offer to the Financier"),
            "res_model": self._name,
            "res_id": dialog.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_apply(self):
        """Offer what was shown; the right and the books are looked at again."""
        self.ensure_one()
        self.draw_id._check_may()._offer(self.seen)
        return {"type": "ir.actions.act_window_close"}
