from odoo import fields, models


class DunningNotice(models.Model):
    """Messages by WhatsApp: template, language and parameters, canonical as the text."""

    _inherit = "dunning.notice"

    whatsapp = fields.Json("WhatsApp Template", readonly=True)

    def _withdraw_whatsapp(self, why):
        """Whoever got this message wants no more of them."""
        self.ensure_one()
        self.env["dunning.whatsapp.optin"].sudo().search(
            [("company_id", "=", self.company_id.id), ("number", "=", self.recipient)]
        )._withdraw(why)
