from odoo import models


class MergePartnerAutomatic(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        """Combine the debtors first: there can be only one for each company and partner.

        Core would delete the rows that it can't move; items, levels and messages would go.
        """
        self.env["dunning.debtor"].sudo()._combine(src_partners, dst_partner)
        return super()._update_foreign_keys(src_partners, dst_partner)

    def _update_values(self, src_partners, dst_partner):
        """Who owes may be another one afterwards: the company of the contact that stays, say.

        Core leaves the contacts of those that go with the contact that stays as their company.
        """
        result = super()._update_values(src_partners, dst_partner)
        contacts = dst_partner.sudo().with_context(active_test=False)
        contacts = contacts.search([("id", "child_of", dst_partner.id)])
        self.env.add_to_compute(contacts._fields["commercial_partner_id"], contacts)
        self.env["dunning.debtor"].sudo()._follow_merge(dst_partner, contacts)
        return result
