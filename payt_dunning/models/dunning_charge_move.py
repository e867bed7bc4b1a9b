from odoo import fields, models
from odoo.exceptions import UserError


class AccountMove(models.Model):
    """Invoices and credit notes that book costs and interest; they are never followed up."""

    _inherit = "account.move"  # pylint: disable=consider-merging-classes-inherited

    dunning_charge_id = fields.Many2one(
        "dunning.charge",
        "Costs or Interest",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        groups="payt_dunning.group_dunning_viewer",
    )

    def _post(self, soft=True):
        for move in self.sudo():
            if move.dunning_charge_id and move.move_type == "out_invoice":
                move._check_dunning_charge()
        return super()._post(soft)

    def _check_dunning_charge(self):
        """A booking that was changed, or reset and posted again, asks for what is left at most."""
        charge = self.dunning_charge_id
        left = charge._to_book()
        if (
            charge.move_id != self
            or charge.currency_id != self.currency_id
            or charge.currency_id.compare_amounts(self.amount_total, left) > 0
        ):
            raise UserError(
                self.env._(
                    "%(what)s: no more than %(left)s is left to be booked, once.",
                    what=charge.display_name,
                    left=charge.currency_id.format(left),
                )
            )
