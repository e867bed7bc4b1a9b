from odoo import models


class ResCompany(models.Model):
    """WhatsApp is a channel of a company that has a number and a template for every level."""

    _inherit = "res.company"

    def _dunning_channels(self):
        """Without either nobody is reached there: the next channel of a level is used."""
        codes = super()._dunning_channels()
        if "whatsapp" not in codes:
            return codes
        ready = self.env["dunning.whatsapp.account"]._of(self)
        general = [
            ("company_id", "=", self.id),
            ("status", "=", "approved"),
            ("general", "=", True),
        ]
        approved = self.env["dunning.whatsapp.template"].sudo().search_count(general, limit=1)
        return codes if ready and approved else codes - {"whatsapp"}
