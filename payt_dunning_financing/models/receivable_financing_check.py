from odoo import fields, models


class ReceivableFinancingCheck(models.Model):
    """What a financier would advance, as it was at one moment: kept as it was shown and sent."""

    _name = "receivable.financing.check"
    _description = "Financing Check"
    _order = "id desc"
    _check_company_auto = True

    financing_id = fields.Many2one(
        "receivable.financing", "Financier", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    as_of = fields.Date("As of", required=True, readonly=True)
    made_on = fields.Datetime(readonly=True, default=fields.Datetime.now)
    made_by_id = fields.Many2one("res.users", "Made By", readonly=True, ondelete="restrict")
    qualifies = fields.Boolean(
        "The Company Qualifies", readonly=True, help="It keeps to all that is asked of it."
    )
    advance_rate = fields.Integer("Advance, %", readonly=True)
    open_amount = fields.Monetary("Open", readonly=True, help="All open invoices.")
    counts = fields.Monetary("Qualifies", readonly=True, help="What counts of these invoices.")
    advance = fields.Monetary("Advance", readonly=True, help="The percentage of what counts.")
    limit = fields.Monetary("Limit", readonly=True, help="0: none.")
    drawn = fields.Monetary("Drawn", readonly=True, help="Advanced before, and not settled.")
    room = fields.Monetary(
        "Financing Room",
        readonly=True,
        help="What can be drawn now. Nothing while the company does not qualify.",
    )
    answer_ids = fields.One2many(
        "receivable.financing.answer", "check_id", "The Company", readonly=True
    )
    line_ids = fields.One2many(
        "receivable.financing.check.line", "check_id", "Invoices", readonly=True
    )
