from odoo import models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _dunning_delivered(self):
        """Orders of goods only: their delivery waits, so nobody need be told not to start."""
        goods = self.filtered(
            lambda order: (
                "consu" in order.order_line.product_id.mapped("type") and not order._dunning_works()
            )
        )
        return super()._dunning_delivered() | goods

    def _dunning_works(self):
        """Whether somebody has work to do for it; carriage, down payments and discounts are
        services too, but no work."""
        return any(
            line.product_id.type == "service"
            and not line.is_downpayment
            and not ("is_delivery" in line._fields and line.is_delivery)
            and line.price_subtotal >= 0
            for line in self.order_line
        )
