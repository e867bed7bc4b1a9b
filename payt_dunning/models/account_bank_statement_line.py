from odoo import fields, models


class AccountBankStatementLine(models.Model):
    _inherit = "account.bank.statement.line"

    dunning_dismissed = fields.Boolean(
        "Not for an Open Invoice",
        help="This receipt no longer holds back reminders.",
    )
