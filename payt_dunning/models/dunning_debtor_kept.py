from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class DunningDebtor(models.Model):
    """Debtors of whom everything is kept, whatever time is over: there is a lawsuit, say."""

    _inherit = "dunning.debtor"  # pylint: disable=consider-merging-classes-inherited

    keep_everything = fields.Boolean(
        tracking=True,
        help="Nothing about this debtor is removed while this is set, whatever time is over.",
    )
    keep_because = fields.Char("Why Everything Is Kept", tracking=True)

    _kept = models.Index("(id) WHERE keep_everything")

    @api.constrains("keep_everything", "keep_because")
    def _check_keep_because(self):
        for debtor in self:
            if debtor.keep_everything and not (debtor.keep_because or "").strip():
                raise UserError(
                    self.env._("Say why everything of %s is kept.", debtor.display_name)
                )

    def write(self, vals):
        if not {"keep_everything", "keep_because"}.isdisjoint(vals):
            self._check_may_keep()
        return super().write(vals)

    @api.model
    def _combine(self, sources, target):
        """What is kept of one debtor is kept of the one that it becomes."""
        kept = {
            debtor.company_id: debtor.keep_because
            for debtor in self.search(
                [("partner_id", "in", sources.ids), ("keep_everything", "=", True)]
            )
        }
        result = super()._combine(sources, target)
        for debtor in self.search([("partner_id", "=", target.id)]):
            if debtor.company_id in kept and not debtor.keep_everything:
                debtor.sudo().write(
                    {"keep_everything": True, "keep_because": kept[debtor.company_id]}
                )
        return result

    def _check_may_keep(self):
        """Only managers decide that nothing is removed any more, or that it is again."""
        if not self.env.su and not self.env.user.has_group("payt_dunning.group_dunning_manager"):
            raise AccessError(
                self.env._("Only managers decide that everything of a debtor is kept.")
            )
