from odoo import models


class MergePartnerAutomatic(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        """Combine the debtors first: there can be only one for each company and partner.

        Core would delete the rows that it can't move; items, levels and messages would go.
        """
        self.env["dunning.debtor"].sudo()._combine(src_partners, dst_partner)
        return super()._update_foreign_keys(src_partners, dst_partner)
