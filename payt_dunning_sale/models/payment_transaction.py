from odoo import models

from .sale_order import OPEN

#: Ways to pay of other add-ons by which the order is confirmed before there is money.
ON_RECEIPT = ("cash_on_delivery", "on_site")


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

    def _set_pending(self, **values):
        """Keep orders that are held before they would be confirmed without being paid.

        Only quotations in draft are: other add-ons that confirm (points, tickets) do nothing then.
        """
        done = super()._set_pending(**values)
        drafts = self.filtered(
            lambda each: each._dunning_pays_on_receipt()
        ).sale_order_ids.filtered(lambda order: order.state == "draft")
        held = drafts._dunning_keep_held()
        held.sudo().with_context(tracking_disable=True).action_quotation_sent()
        return done

    def _dunning_pays_on_receipt(self):
        """Whether an order is confirmed as soon as its customer chooses to pay later."""
        provider = self.provider_id
        return "custom_mode" in provider._fields and provider.custom_mode in ON_RECEIPT

    def _post_process(self):
        done = super()._post_process()
        every = self
        while sources := every.source_transaction_id - every:
            every |= sources
        every.sale_order_ids.filtered(
            lambda order: order.state == "sale"
        )._dunning_look_each_by_itself()
        return done
