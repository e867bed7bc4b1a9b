from odoo import models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _dunning_delivered(self):
        """Orders with goods: their delivery waits, so nobody need be told not to start."""
        goods = self.filtered(lambda order: "consu" in order.order_line.product_id.mapped("type"))
        return super()._dunning_delivered() | goods
