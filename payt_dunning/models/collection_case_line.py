from odoo import api, fields, models
from odoo.exceptions import UserError


class CollectionCaseLine(models.Model):
    """An item in a case: since when, and why it left. An item is in one case at a time."""

    _name = "collection.case.line"
    _description = "Invoice in a Case"
    _order = "case_id, id"
    _check_company_auto = True

    case_id = fields.Many2one(
        "collection.case", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="case_id.company_id", store=True)
    item_id = fields.Many2one(
        "dunning.item", required=True, readonly=True, index=True, ondelete="restrict"
    )
    joined_on = fields.Date(required=True, readonly=True)
    left_on = fields.Date(readonly=True, help="Empty: it is in the case.")
    left_because = fields.Char("Why It Left", readonly=True)

    currency_id = fields.Many2one(related="case_id.currency_id")
    move_id = fields.Many2one(related="item_id.move_id")
    date_due = fields.Date(related="item_id.date_due")
    amount_open = fields.Monetary(related="item_id.amount_open")
    reached_name = fields.Char(related="item_id.reached_name")
    state = fields.Selection(related="item_id.state")

    _item_once = models.UniqueIndex(
        "(item_id) WHERE left_on IS NULL", "This invoice is in a case already."
    )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._(
                "What was in a case is kept. Take it out of “%s” instead.", self.case_id.name
            )
        )

    def _leave(self, why):
        """Take these out of their cases; they go on as items of their own."""
        for case, lines in self.grouped("case_id").items():
            lines.write({"left_on": case._today(), "left_because": why})
