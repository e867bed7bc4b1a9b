from odoo import fields, models
from odoo.tools import SQL


class ReceivableFinancingAging(models.Model):
    """The debtors of a check: what is open of each by age, and what counts of it."""

    _name = "receivable.financing.aging"
    _description = "Debtor in a Financing Check"
    _auto = False
    _order = "check_id, open_amount desc, id"
    _rec_name = "debtor_name"

    check_id = fields.Many2one("receivable.financing.check", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="check_id.currency_id")
    debtor_id = fields.Many2one("dunning.debtor", readonly=True)
    debtor_name = fields.Char("Name", readonly=True)
    registration = fields.Char("VAT or Registration Number", readonly=True)
    country_id = fields.Many2one("res.country", readonly=True)
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

    @property
    def _table_query(self):
        return SQL(
            """SELECT min(id) AS id, check_id, company_id, debtor_id, debtor_name, registration,
                      country_id, bool_or(natural_person) AS natural_person, count(*) AS count,
                      sum(not_due) AS not_due, sum(late_30) AS late_30, sum(late_60) AS late_60,
                      sum(late_90) AS late_90, sum(late_more) AS late_more,
                      sum(open_amount) AS open_amount, sum(counts) AS counts,
                      sum(advance) AS advance
                 FROM receivable_financing_check_line
             GROUP BY check_id, company_id, debtor_id, debtor_name, registration, country_id"""
        )

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
