from odoo import api, models

from ..tools import exact


class DunningPage(models.AbstractModel):
    """What lapses if the invoices are paid by a day is not asked for until then."""

    _inherit = "dunning.page"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _extras(self, pile, asked):
        extras = super()._extras(pile, asked)
        lapsing = self._lapsing([extra.charge_id for extra in extras])
        return [extra for extra in extras if extra.charge_id not in lapsing.ids]

    @api.model
    def _lapsing(self, charge_ids):
        """The charges among some that were offered to lapse, by a day that is not over."""
        charges = self.env["dunning.charge"].sudo().browse(filter(None, charge_ids))
        return charges.filtered(
            lambda each: (
                each.condition_state == "offered"
                and each.condition_until >= self.env["dunning.message"]._today(each.company_id)
            )
        )


class DunningPageValues(models.AbstractModel):
    """Says what need not be paid, and until when."""

    _inherit = "dunning.page.values"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _pile(self, door, pile, *args, **kwargs):
        values = super()._pile(door, pile, *args, **kwargs)
        charges = pile.owed.charges if pile.owed else ()
        lapsing = self.env["dunning.page"]._lapsing([each.charge_id for each in charges])
        return {**values, "lapsing": [self._lapsing_words(pile, each) for each in lapsing]}

    @api.model
    def _lapsing_words(self, pile, charge):
        looks = self.env["dunning.page"]
        kinds = dict(charge._fields["kind"]._description_selection(self.env))
        return self.env._(
            "%(what)s of %(amount)s: you need not pay this if you pay what is open by %(day)s.",
            what=kinds[charge.kind],
            amount=looks._money(exact(charge.amount_left), pile.currency),
            day=looks._date(charge.condition_until),
        )
