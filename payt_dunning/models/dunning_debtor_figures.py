from odoo import api, fields, models
from odoo.tools import format_amount


class DunningDebtorFigures(models.AbstractModel):
    """What a collector wants to know of a debtor before calling: owed, whom, how it pays."""

    _name = "dunning.debtor.figures"
    _description = "Figures of a Debtor"

    owed = fields.Text("Owes", compute="_compute_owed", help="Open amounts in each currency.")
    contact_ids = fields.Many2many(
        "res.partner", string="Contacts", compute="_compute_contact_ids", compute_sudo=False
    )

    @api.depends("item_ids.state", "item_ids.amount_open")
    @api.depends_context("lang")
    def _compute_owed(self):
        sums = {}
        for debtor, currency, amount in self.env["dunning.item"]._read_group(
            [("debtor_id", "in", self.ids), ("state", "=", "open")],
            ["debtor_id", "currency_id"],
            ["amount_open:sum"],
        ):
            sums.setdefault(debtor, []).append(format_amount(self.env, amount, currency))
        for debtor in self:
            debtor.owed = " + ".join(sums.get(debtor, ())) or self.env._("nothing")

    @api.depends("partner_id.child_ids")
    def _compute_contact_ids(self):
        contacts = self.env["res.partner"].search(
            [("commercial_partner_id", "in", self.partner_id.ids)], order="id"
        )
        by_owner = contacts.grouped("commercial_partner_id")
        for debtor in self:
            debtor.contact_ids = by_owner.get(debtor.partner_id, debtor.partner_id)
