from odoo import fields, models

PLEDGE_STATES = [
    ("proposed", "Proposed"),
    ("offered", "Offered"),
    ("pledged", "Pledged"),
    ("released", "Released"),
    ("dropped", "Left Out"),
]


class ReceivablePledge(models.Model):
    """An invoice that is, was or is to be pledged to a financier: to whom, since when, how far."""

    _name = "receivable.pledge"
    _description = "Pledged Invoice"
    _order = "id desc"
    _check_company_auto = True

    draw_id = fields.Many2one(
        "receivable.financing.draw", required=True, readonly=True, index=True, ondelete="cascade"
    )
    financing_id = fields.Many2one(related="draw_id.financing_id", store=True, index=True)
    company_id = fields.Many2one(related="draw_id.company_id", store=True)
    currency_id = fields.Many2one(related="draw_id.currency_id")
    move_id = fields.Many2one(
        "account.move", "Invoice", readonly=True, index="btree_not_null", ondelete="set null"
    )
    name = fields.Char("Number", readonly=True)
    debtor_id = fields.Many2one(
        "dunning.debtor", readonly=True, index="btree_not_null", ondelete="set null"
    )
    state = fields.Selection(PLEDGE_STATES, required=True, default="proposed", readonly=True)
    open_then = fields.Monetary("Open at the Draw", readonly=True)
    amount = fields.Monetary("Pledged For", readonly=True, help="What of it counts.")
    advance = fields.Monetary(readonly=True, help="What is advanced on it.")
    pledged_on = fields.Datetime(readonly=True)
    pledged_by_id = fields.Many2one("res.users", "Pledged By", readonly=True, ondelete="restrict")
    released_on = fields.Datetime(readonly=True)
    released_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    why = fields.Char("Why Left Out or Released", readonly=True)
    change_ids = fields.One2many("receivable.pledge.change", "pledge_id", "What Became of It")

    _one_at_a_time = models.UniqueIndex(
        "(move_id) WHERE state IN ('offered', 'pledged')",
        "This invoice is pledged already, or offered to a financier.",
    )
