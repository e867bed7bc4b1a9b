from odoo import fields, models


class DunningChargePaid(models.TransientModel):
    """Note that costs or interest were paid, where the company keeps them outside the ledger."""

    _name = "dunning.charge.paid"
    _description = "Costs or Interest Were Paid"

    charge_id = fields.Many2one(
        "dunning.charge",
        required=True,
        default=lambda self: self.env.context.get("active_id"),
        ondelete="cascade",
    )
    currency_id = fields.Many2one(related="charge_id.currency_id")
    amount_left = fields.Monetary(related="charge_id.amount_left")
    day = fields.Date(required=True, default=fields.Date.context_today)
    reason = fields.Char("How You Know", required=True)

    def action_apply(self):
        """Note the payment; the charge checks who may and whether it can be."""
        self.ensure_one()
        self.charge_id.action_paid(self.day, self.reason)
        return {"type": "ir.actions.act_window_close"}
