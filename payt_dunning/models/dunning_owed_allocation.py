from odoo import api, fields, models

from ..rules.law.errors import Held
from ..rules.law.tables import AllocationRule

#: What goes first where the ledger leads: nobody takes costs from money for an invoice.
LEDGER = ("principal", "interest", "costs")


class DunningAllocation(models.Model):
    """To what payments go first, for claims of a company under a country's law.

    Without a row the ledger leads: what was reconciled on an invoice is principal of it.
    """

    _name = "dunning.allocation"
    _description = "What Payments Go to First"
    _order = "company_id, jurisdiction_id"
    _rec_name = "jurisdiction_id"

    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    jurisdiction_id = fields.Many2one(
        "collection.jurisdiction", "Law", required=True, index=True, ondelete="cascade"
    )
    mode = fields.Selection(
        [
            ("ledger", "As reconciled: to the invoice's principal"),
            ("legal", "In the order of the law"),
        ],
        "Payments Go",
        required=True,
        default="ledger",
    )

    _once = models.UniqueIndex(
        "(company_id, jurisdiction_id)", "What payments go to first is set for this law already."
    )

    @api.model
    def _sequence(self, debtor):
        """To what a payment of a debtor goes first: ``costs``, ``interest`` and ``principal``."""
        rule = self.search(
            [
                ("company_id", "=", debtor.company_id.id),
                ("jurisdiction_id", "=", debtor.law_id.id),
            ],
            limit=1,
        )
        if rule.mode != "legal":
            return LEDGER
        tables = self.env["collection.law.row"]._tables()
        day = self.env["dunning.message"]._today(debtor.company_id)
        try:
            return tables.one(AllocationRule, debtor.law_id.sudo().code, day=day).order
        except Held:
            return LEDGER
