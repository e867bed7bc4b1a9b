from odoo import fields, models

LINE_STATES = [
    ("qualifies", "Qualifies"),
    ("partly", "Counts in Part"),
    ("refused", "Does Not Qualify"),
]


class ReceivableFinancingCheckLine(models.Model):
    """One open invoice in a check: what of it counts, and why not all of it."""

    _name = "receivable.financing.check.line"
    _description = "Invoice in a Financing Check"
    _order = "check_id, state, id"

    check_id = fields.Many2one(
        "receivable.financing.check", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="check_id.company_id", store=True)
    currency_id = fields.Many2one(related="check_id.currency_id")
    move_id = fields.Many2one(
        "account.move", "Invoice", readonly=True, index="btree_not_null", ondelete="set null"
    )
    name = fields.Char("Number", readonly=True)
    debtor_id = fields.Many2one(
        "dunning.debtor", readonly=True, index="btree_not_null", ondelete="set null"
    )
    invoice_date = fields.Date(readonly=True)
    date_due = fields.Date("Due Date", readonly=True, help="The last of its due dates.")
    days_overdue = fields.Integer(readonly=True, aggregator=None, help="Of its oldest open part.")
    invoice_currency_id = fields.Many2one("res.currency", "Its Currency", readonly=True)
    open_own = fields.Monetary(
        "Open in Its Currency",
        readonly=True,
        currency_field="invoice_currency_id",
        aggregator=None,
    )
    open_amount = fields.Monetary("Open", readonly=True)
    counts = fields.Monetary(readonly=True)
    advance = fields.Monetary(readonly=True)
    state = fields.Selection(LINE_STATES, required=True, readonly=True)
    reasons = fields.Json(
        readonly=True, help="Codes and values of why it does not count, or not in whole."
    )
