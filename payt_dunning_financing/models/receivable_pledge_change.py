from odoo import fields, models
from odoo.tools import format_amount, format_date

CHANGES = [
    ("paid", "Paid"),
    ("reopened", "Open Again"),
    ("credited", "Credited"),
    ("written_off", "Written Off"),
    ("disputed", "Disputed"),
    ("dispute_over", "Dispute Decided"),
    ("plan", "Payment Plan"),
    ("plan_over", "Payment Plan Over"),
    ("case", "At an Office"),
    ("case_over", "No Longer at an Office"),
    ("withdrawn", "Invoice Withdrawn"),
]


class ReceivablePledgeChange(models.Model):
    """What became of a pledged invoice, told to its financier once."""

    _name = "receivable.pledge.change"
    _description = "Change of a Pledged Invoice"
    _order = "id desc"

    pledge_id = fields.Many2one(
        "receivable.pledge", required=True, readonly=True, index=True, ondelete="cascade"
    )
    name = fields.Char("Invoice", related="pledge_id.name")
    company_id = fields.Many2one(related="pledge_id.company_id", store=True)
    currency_id = fields.Many2one(related="pledge_id.currency_id")
    debtor_id = fields.Many2one(related="pledge_id.debtor_id")
    kind = fields.Selection(CHANGES, required=True, readonly=True)
    day = fields.Date(required=True, readonly=True)
    amount = fields.Monetary(readonly=True)
    open_amount = fields.Monetary("Open After It", readonly=True)
    note = fields.Char(readonly=True)
    found_on = fields.Datetime(readonly=True, default=fields.Datetime.now)
    report_id = fields.Many2one(
        "receivable.financing.report", readonly=True, index="btree_not_null", ondelete="set null"
    )

    _not_reported = models.Index("(pledge_id) WHERE report_id IS NULL")

    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for change in self:
            amount = format_amount(self.env, change.amount, change.currency_id)
            change.display_name = f"{change.pledge_id.name}: {labels.get(change.kind)} {amount}"

    def _row(self):
        """The change as the mail of a report shows it, in the reader's language."""
        self.ensure_one()
        labels = dict(self._fields["kind"]._description_selection(self.env))
        return {
            "invoice": self.pledge_id.name,
            "day": format_date(self.env, self.day),
            "what": " ".join(filter(None, (labels[self.kind], self.note))),
            "amount": format_amount(self.env, self.amount, self.currency_id),
            "open": format_amount(self.env, self.open_amount, self.currency_id),
        }
