from odoo import fields, models

WHAT = [
    ("prepayment", "Prepayment"),
    ("credit", "Credit Check"),
    ("start", "Wait with the Start"),
]


class DunningSaleOverride(models.Model):
    """Somebody decided otherwise about an order than its customer's class says; only ever added to.

    No right lets a client make, change or delete one: the dialog makes them.
    """

    _name = "dunning.sale.override"
    _description = "Override of a Credit Decision"
    _order = "id desc"
    _rec_name = "order_name"

    # A quotation may be deleted; that it was decided about is still known.
    order_id = fields.Many2one("sale.order", readonly=True, index=True, ondelete="set null")
    order_name = fields.Char("Order", required=True, readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, readonly=True, index=True, ondelete="restrict"
    )
    what = fields.Selection(WHAT, "Overridden", required=True, readonly=True)
    reason = fields.Char(required=True, readonly=True)
    asked = fields.Char("What Was Asked", readonly=True)
    user_id = fields.Many2one(
        "res.users", "Decided By", required=True, readonly=True, ondelete="restrict"
    )
    decided_on = fields.Datetime(required=True, readonly=True)
