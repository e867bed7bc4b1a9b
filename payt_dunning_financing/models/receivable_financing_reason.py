from odoo import fields, models
from odoo.tools import SQL

from .receivable_financing_check_line import REASONS


class ReceivableFinancingReason(models.Model):
    """Why invoices of a check don't count, or not in whole: a row for each reason."""

    _name = "receivable.financing.reason"
    _description = "Why Invoices Don't Qualify"
    _auto = False
    _order = "check_id, amount desc, id"

    check_id = fields.Many2one("receivable.financing.check", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="check_id.currency_id")
    code = fields.Selection(REASONS, "Why Not", readonly=True)
    count = fields.Integer("Invoices", readonly=True)
    amount = fields.Monetary(
        readonly=True, help="What it keeps from counting. An invoice may have several reasons."
    )

    @property
    def _table_query(self):
        return SQL(
            """SELECT min(line.id)::bigint * 100
                          + array_position(%(codes)s::varchar[], reason.value ->> 'code') AS id,
                      line.check_id, line.company_id, reason.value ->> 'code' AS code,
                      count(*) AS count, sum((reason.value ->> 'amount')::numeric) AS amount
                 FROM receivable_financing_check_line line
           CROSS JOIN LATERAL jsonb_array_elements(line.reasons) AS reason (value)
             GROUP BY line.check_id, line.company_id, reason.value ->> 'code'""",
            codes=[code for code, _name in REASONS],
        )

    def action_lines(self):
        """The invoices that have this reason, alone or with others."""
        self.ensure_one()
        self.check_access("read")
        return self.check_id._lines_action(
            [("reason", "=", self.code)],
            dict(self._fields["code"]._description_selection(self.env))[self.code],
        )
