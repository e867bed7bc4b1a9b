"""Odoo's own ways to pay an invoice online: none where somebody else is to be paid."""

from odoo.exceptions import ValidationError
from odoo.http import request

from odoo.addons.account_payment.controllers.payment import PaymentPortal


class InvoicePayment(PaymentPortal):
    """Looks once more when a payment begins: the page may have been open for long."""

    def _process_transaction(self, partner_id, currency_id, invoice_ids, *args, **kwargs):
        moves = request.env["account.move"].sudo().browse(invoice_ids)
        for move in moves.filtered("dunning_paid_to"):
            raise ValidationError(move._get_online_payment_error())
        return super()._process_transaction(partner_id, currency_id, invoice_ids, *args, **kwargs)
