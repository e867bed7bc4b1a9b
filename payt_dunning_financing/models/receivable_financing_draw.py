from odoo import fields, models

DRAW_STATES = [
    ("draft", "Draft"),
    ("applied", "Applied For"),
    ("paid", "Paid Out"),
    ("settled", "Settled"),
    ("cancelled", "Cancelled"),
]


class ReceivableFinancingDraw(models.Model):
    """Invoices on which a financier is asked for money at one time."""

    _name = "receivable.financing.draw"
    _description = "Draw"
    _inherit = ["mail.thread"]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char("Number", readonly=True, copy=False)
    financing_id = fields.Many2one(
        "receivable.financing", "Financier", required=True, readonly=True, ondelete="restrict"
    )
    check_id = fields.Many2one(
        "receivable.financing.check", "From Check", readonly=True, ondelete="set null"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    state = fields.Selection(
        DRAW_STATES, required=True, default="draft", readonly=True, tracking=True
    )
    applied_on = fields.Datetime(readonly=True, tracking=True)
    applied_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    paid_on = fields.Date("Paid Out On", readonly=True, tracking=True)
    paid_amount = fields.Monetary("Paid Out", readonly=True, tracking=True)
    pledge_ids = fields.One2many("receivable.pledge", "draw_id", "Invoices")
