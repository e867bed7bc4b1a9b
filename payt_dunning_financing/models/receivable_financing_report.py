from odoo import fields, models


class ReceivableFinancingReport(models.Model):
    """What a financier is told at one time about invoices that are pledged to it."""

    _name = "receivable.financing.report"
    _description = "Report to a Financier"
    _order = "id desc"

    name = fields.Char("Number", readonly=True)
    financing_id = fields.Many2one(
        "receivable.financing", "Financier", required=True, readonly=True, ondelete="restrict"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    state = fields.Selection(
        [("waiting", "To Be Sent"), ("sent", "Sent"), ("failed", "Failed")],
        required=True,
        default="waiting",
        readonly=True,
    )
    made_on = fields.Datetime(readonly=True, default=fields.Datetime.now)
    sent_on = fields.Datetime(readonly=True)
    sent_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    problem = fields.Char(readonly=True)
    change_ids = fields.One2many("receivable.pledge.change", "report_id", "Changes")
