from odoo import api, models

from odoo.addons.payt_dunning.models.dunning_access import Source


class DunningAccess(models.AbstractModel):
    """What a person whose invoice was pledged may know of it."""

    _inherit = "dunning.access"

    @api.model
    def _sources(self):
        return (
            *super()._sources(),
            Source("receivable.financing.check.line"),
            Source("receivable.pledge"),
            Source("receivable.pledge.change", "pledge_id.debtor_id"),
            Source("receivable.pledge.payment"),
        )

    @api.model
    def _recipients(self, debtor, person):
        """Financiers know of what is pledged to them."""
        found = super()._recipients(debtor, person)
        if self._is_debtor(debtor, person):
            pledges = self.env["receivable.pledge"].sudo()
            told = pledges.search([("debtor_id", "=", debtor.id), ("state", "!=", "proposed")])
            for financing in told.filtered(lambda each: each.draw_id.applied_on).financing_id:
                found.append((financing.partner_id.name, self.env._("finances our invoices")))
        return found
