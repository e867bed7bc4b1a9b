from odoo import fields, models

CHANGES = [
    ("paid", "Paid"),
    ("reopened", "Open Again"),
    ("credited", "Credited"),
    ("written_off", "Written Off"),
    ("disputed", "Disputed"),
    ("dispute_over", "Dispute Decided"),
    ("plan", "Payment Plan"),
    ("case", "At an Office"),
]


class ReceivablePledgeChange(models.Model):
    """What became of a pledged invoice, told to its financier once."""

    _name = "receivable.pledge.change"
    _description = "Change of a Pledged Invoice"
    _order = "id desc"

    pledge_id = fields.Many2one(
        "receivable.pledge", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="pledge_id.company_id", store=True)
    currency_id = fields.Many2one(related="pledge_id.currency_id")
    kind = fields.Selection(CHANGES, required=True, readonly=True)
    day = fields.Date(required=True, readonly=True)
    amount = fields.Monetary(readonly=True)
    open_amount = fields.Monetary("Open After It", readonly=True)
    found_on = fields.Datetime(readonly=True, default=fields.Datetime.now)
    report_id = fields.Many2one(
        "receivable.financing.report", readonly=True, index="btree_not_null", ondelete="set null"
    )
