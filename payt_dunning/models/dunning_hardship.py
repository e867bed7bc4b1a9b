from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .dunning_hold_self import MOST_DAYS


class DunningHold(models.Model):
    """Holds of debtors who can't pay: while they wait for our offer it gets no more expensive."""

    _inherit = "dunning.hold"  # pylint: disable=consider-merging-classes-inherited

    hardship = fields.Boolean(
        "No New Costs or Interest",
        readonly=True,
        help="The debtor can't pay and asked for a plan: nothing is added until it is answered, "
        "for 30 days at most; or it keeps a plan without interest.",
    )

    _hardship = models.Index("(item_id) WHERE hardship")

    @api.model
    def _spared(self):
        """The days on which nothing may be added to items, as SQL of an aggregate.

        A query that names the item's id ``item.id`` gives ``[[first day, last day], …]`` of it in
        a column of its own, so that no statement more is needed.
        """
        return SQL(
            """(SELECT json_agg(json_build_array(
                           hold.date_from,
                           least(CASE WHEN hold.kind = 'plan' THEN DATE '9999-01-01'
                                      ELSE hold.date_from + %(days)s END,
                                 hold.date_until, hold.released_on - 1)))
                  FROM dunning_hold hold
                 WHERE hold.item_id = item.id AND hold.hardship
                   AND hold.proposed IS NOT TRUE)""",
            days=MOST_DAYS - 1,
        )

    @api.model
    def _in_hardship(self, items, day):
        """Those of items to which nothing may be added on a day."""
        if not items:
            return items
        holds = self.sudo().search(
            Domain("item_id", "in", items.ids)
            & Domain("proposed", "=", False)
            & Domain("released_on", "=", False)
            & Domain("date_from", "<=", day)
            & (Domain("date_until", "=", False) | Domain("date_until", ">=", day))
            & (
                # Whoever keeps a plan is asked for what was agreed, and for nothing beside.
                Domain("kind", "=", "plan")
                | (
                    Domain("hardship", "=", True)
                    & Domain("date_from", ">", day - timedelta(days=MOST_DAYS))
                )
            )
        )
        return holds.item_id & items
