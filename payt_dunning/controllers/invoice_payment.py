"""Odoo's own ways to pay an invoice online: none where somebody else is to be paid."""

from odoo.exceptions import ValidationError
from odoo.http import request, route

from odoo.addons.account_payment.controllers.payment import PaymentPortal


class InvoicePayment(PaymentPortal):
    """Looks once more when a payment begins: the page may have been open for long."""

    def _process_transaction(self, partner_id, currency_id, invoice_ids, *args, **kwargs):
        moves = request.env["account.move"].sudo().browse(invoice_ids)
        for move in moves.filtered("dunning_paid_to"):
            raise ValidationError(move._get_online_payment_error())
        return super()._process_transaction(partner_id, currency_id, invoice_ids, *args, **kwargs)

    @route()
    def payment_pay(self, *args, invoice_id=None, **kwargs):
        """A payment link of an invoice leads to its page where somebody else is to be paid."""
        form = super().payment_pay(*args, invoice_id=invoice_id, **kwargs)
        # Whoever came here has the right to see the invoice, else there is no form.
        move = request.env["account.move"].sudo().browse(self._cast_as_int(invoice_id) or ())
        if getattr(form, "is_qweb", False) and move.dunning_paid_to:
            return request.redirect(move.get_portal_url())
        return form
