from odoo import models

from .sale_order import OPEN


class PaymentTransaction(models.Model):
    """Online payments of orders: kept where the order is held, and looked at where it waits."""

    _inherit = "payment.transaction"

    def _check_amount_and_confirm_order(self):
        """Confirm what was paid, but for orders that somebody has to look at first."""
        held = self.browse()
        for transaction in self:
            order = transaction.sale_order_ids
            if len(order) != 1 or order.state not in OPEN:
                continue
            if order._is_confirmation_amount_reached() and order._dunning_keep_held():
                held += transaction
        return super(PaymentTransaction, self - held)._check_amount_and_confirm_order()

    def _post_process(self):
        done = super()._post_process()
        every = self
        while sources := every.source_transaction_id - every:
            every |= sources
        every.sale_order_ids.filtered(
            lambda order: order.state == "sale"
        )._dunning_look_each_by_itself()
        return done
