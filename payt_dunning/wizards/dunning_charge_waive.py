from odoo import api, fields, models


class DunningChargeWaive(models.TransientModel):
    """Waive costs or interest, in full or in part, at once or when the invoices are paid."""

    _name = "dunning.charge.waive"
    _description = "Waive Costs or Interest"

    charge_id = fields.Many2one(
        "dunning.charge",
        required=True,
        default=lambda self: self.env.context.get("active_id"),
        ondelete="cascade",
    )
    currency_id = fields.Many2one(related="charge_id.currency_id")
    amount_left = fields.Monetary(related="charge_id.amount_left")
    how = fields.Selection(
        [("now", "At Once"), ("paid", "When the Invoices Are Paid")], required=True, default="now"
    )
    amount = fields.Monetary(compute="_compute_amount", store=True, precompute=True, readonly=False)
    until = fields.Date("Paid by", help="Paid in full by this day, what is left lapses by itself.")
    reason = fields.Char(required=True)
    can_tell = fields.Boolean(compute="_compute_can_tell")
    tell = fields.Boolean("Tell the Debtor")
    subject = fields.Char(compute="_compute_text", store=True, precompute=True, readonly=False)
    text = fields.Text(compute="_compute_text", store=True, precompute=True, readonly=False)

    @api.depends("charge_id")
    def _compute_amount(self):
        for dialog in self:
            dialog.amount = dialog.charge_id.amount_left

    @api.depends("charge_id")
    def _compute_can_tell(self):
        for dialog in self:
            dialog.can_tell = bool(dialog.charge_id) and dialog.charge_id._can_tell()

    @api.depends("charge_id", "how", "amount", "until")
    def _compute_text(self):
        for dialog in self:
            charge = dialog.charge_id
            if not charge or (dialog.how == "paid" and not dialog.until):
                dialog.subject = dialog.text = False
                continue
            until = dialog.until if dialog.how == "paid" else None
            amount = dialog.amount_left if until else dialog.amount
            dialog.subject, dialog.text = charge._told(amount, until)

    def action_apply(self):
        """Waive or offer it; with the right to let go of so much, and a reason."""
        self.ensure_one()
        charge = self.charge_id
        amount = self.amount if self.how == "now" else charge.amount_left
        charge._check_may_waive(amount)
        if self.how == "now":
            charge.sudo()._waive(amount, self.reason)
        else:
            charge.sudo()._offer(self.until, self.reason)
        if self.tell:
            charge.sudo()._tell(self.subject, self.text)
        return {"type": "ir.actions.act_window_close"}
