from odoo import api, fields, models


class DunningItem(models.Model):
    """Who is to be paid, where it is not the company."""

    _inherit = "dunning.item"  # pylint: disable=consider-merging-classes-inherited

    payee_name = fields.Char(
        "To Be Paid To",
        compute="_compute_payee_name",
        compute_sudo=True,
        help="Somebody else than the company: this one is pledged or assigned.",
    )

    @api.depends("move_id", "state")
    def _compute_payee_name(self):
        """Of all items of a list at once; what is closed is to be paid to nobody."""
        still = self.filtered(lambda item: item.state == "open")
        found = self.env["dunning.payee"]._by_move(still.move_id.ids)
        for item in self:
            payee = found.get(item.move_id.id)
            item.payee_name = payee and (payee.holder or self.env._("somebody else"))


class DunningDebtor(models.Model):
    """Whether anything of a debtor is to be paid to somebody else."""

    _inherit = "dunning.debtor"  # pylint: disable=consider-merging-classes-inherited

    has_payee = fields.Boolean(compute="_compute_has_payee", compute_sudo=True)

    @api.depends("item_ids.move_id", "item_ids.state")
    def _compute_has_payee(self):
        for debtor in self:
            debtor.has_payee = any(debtor.item_ids.mapped("payee_name"))
