from odoo import fields, models


class ResCompany(models.Model):
    """How a company books what offices keep for their work."""

    _inherit = "res.company"  # pylint: disable=consider-merging-classes-inherited

    dunning_agent_expense_account_id = fields.Many2one(
        "account.account",
        "Account of Collection Expense",
        check_company=True,
        domain=[("account_type", "in", ("expense", "expense_other", "expense_direct_cost"))],
        help="What bailiffs, lawyers and agencies keep of what they collect.",
    )
    dunning_agent_income_account_id = fields.Many2one(
        "account.account",
        "Account of Costs and Interest Recovered",
        check_company=True,
        domain=[("account_type", "in", ("income", "income_other", "expense", "expense_other"))],
        help="What debtors paid to bailiffs, lawyers and agencies above our invoices.",
    )
    dunning_agent_tax_id = fields.Many2one(
        "account.tax",
        "Tax on Collection Expense",
        check_company=True,
        domain="[('type_tax_use', '=', 'purchase')]",
        help="The VAT that they charge on that.",
    )
