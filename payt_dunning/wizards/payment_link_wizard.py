from odoo import models


class PaymentLinkWizard(models.TransientModel):
    _inherit = "payment.link.wizard"

    def _compute_warning_message(self):
        """A link to an invoice that somebody else is to be paid leads to no way to pay it."""
        result = super()._compute_warning_message()
        for wizard in self.filtered(lambda wizard: wizard.res_model == "account.move"):
            move = self.env["account.move"].browse(wizard.res_id).exists()
            if move.dunning_paid_to:
                wizard.warning_message = move._get_online_payment_error()
        return result
