from odoo import api, fields, models

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
    asked = fields.Text("What Is Asked", compute="_compute_words")
    found = fields.Text("What Was Found", compute="_compute_words")
    says = fields.Char("Qualifies?", compute="_compute_words")

    @api.depends("facts", "criterion", "qualifies")
    @api.depends_context("lang")
    def _compute_words(self):
        words = self.env["receivable.financing.words"]
        for answer in self:
            answer.asked, answer.found = words._asked(answer), words._found(answer)
            answer.says = self.env._("✓ Yes") if answer.qualifies else self.env._("✗ No")
