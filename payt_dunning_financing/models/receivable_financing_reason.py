from odoo import fields, models

from .receivable_financing_check_line import REASONS


class ReceivableFinancingReason(models.Model):
    """Why invoices of a check don't count, or not in whole: a row for each reason."""

    _name = "receivable.financing.reason"
    _description = "Why Invoices Don't Qualify"
    _order = "check_id, amount desc, id"

    check_id = fields.Many2one(
        "receivable.financing.check", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    currency_id = fields.Many2one(related="check_id.currency_id")
    code = fields.Selection(REASONS, "Why Not", readonly=True)
    count = fields.Integer("Invoices", readonly=True)
    amount = fields.Monetary(
        readonly=True, help="What it keeps from counting. An invoice may have several reasons."
    )

    def action_lines(self):
        """The invoices that have this reason, alone or with others."""
        self.ensure_one()
        self.check_access("read")
        return self.check_id._lines_action(
            [("reason", "=", self.code)],
            dict(self._fields["code"]._description_selection(self.env))[self.code],
        )
