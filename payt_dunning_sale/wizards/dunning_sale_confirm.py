from odoo import api, fields, models


class DunningSaleConfirm(models.TransientModel):
    """Something is overdue: confirm all the same?"""

    _name = "dunning.sale.confirm"
    _description = "Confirm Anyway?"

    order_ids = fields.Many2many("sale.order", string="Orders", readonly=True)
    facts = fields.Text("Overdue", compute="_compute_facts")

    @api.depends("order_ids")
    @api.depends_context("lang")
    def _compute_facts(self):
        for dialog in self:
            orders = dialog.order_ids._origin
            credits = orders._dunning_credits() if orders else {}
            dialog.facts = "\n".join(
                self.env._("%(order)s: %(says)s", order=order.name, says=credits[order.id].says)
                for order in orders
                if order.id in credits
            )

    def action_apply(self):
        """Confirm them; what was overdue is noted on each."""
        self.ensure_one()
        self.order_ids.check_access("write")
        return self.order_ids.with_context(dunning_ask=False).action_confirm()
