from odoo import fields, models

CRITERIA = [
    ("legal_form", "Legal Form"),
    ("registered", "Registered"),
    ("profit", "Profit"),
    ("equity", "Equity"),
    ("followed", "Follow-up Here"),
]


class ReceivableFinancingAnswer(models.Model):
    """What a financier asks of the company itself, and what the books say."""

    _name = "receivable.financing.answer"
    _description = "Answer to a Criterion"
    _order = "check_id, id"

    check_id = fields.Many2one(
        "receivable.financing.check", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="check_id.company_id", store=True)
    criterion = fields.Selection(CRITERIA, required=True, readonly=True)
    qualifies = fields.Boolean(readonly=True)
    facts = fields.Json(readonly=True, help="What was asked and found; plain values.")
