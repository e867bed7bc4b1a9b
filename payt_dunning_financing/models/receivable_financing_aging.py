from odoo import fields, models


class ReceivableFinancingAging(models.Model):
    """The debtors of a check: what is open of each by age, and what counts of it."""

    _name = "receivable.financing.aging"
    _description = "Debtor in a Financing Check"
    _order = "check_id, open_amount desc, id"
    _rec_name = "debtor_name"

    check_id = fields.Many2one(
        "receivable.financing.check", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    currency_id = fields.Many2one(related="check_id.currency_id")
    debtor_id = fields.Many2one(
        "dunning.debtor", readonly=True, index="btree_not_null", ondelete="set null"
    )
    debtor_name = fields.Char("Name", readonly=True)
    registration = fields.Char("VAT or Registration Number", readonly=True)
    country_id = fields.Many2one("res.country", readonly=True, ondelete="restrict")
    natural_person = fields.Boolean(readonly=True)
    count = fields.Integer("Invoices", readonly=True)
    not_due = fields.Monetary("Not Due Yet", readonly=True)
    late_30 = fields.Monetary("1–30 Days", readonly=True)
    late_60 = fields.Monetary("31–60 Days", readonly=True)
    late_90 = fields.Monetary("61–90 Days", readonly=True)
    late_more = fields.Monetary("More Than 90 Days", readonly=True)
    open_amount = fields.Monetary("Open", readonly=True)
    counts = fields.Monetary(readonly=True)
    advance = fields.Monetary(readonly=True)

    def action_debtor(self):
        """The debtor's file."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": "dunning.debtor",
            "res_id": self.debtor_id.id,
            "views": [(False, "form")],
        }
