from odoo import fields, models

#: Types of account on which costs and interest that are claimed may be booked.
INCOME = ("income", "income_other")
BOOKINGS = [("ledger", "As Customer Invoices"), ("off", "Outside the Ledger")]


class ResCompany(models.Model):
    """How a company books and waives costs and interest."""

    _inherit = "res.company"  # pylint: disable=consider-merging-classes-inherited

    dunning_charge_booking = fields.Selection(
        BOOKINGS,
        "Costs and Interest Are Booked",
        required=True,
        default="ledger",
        help="Outside the ledger, a person notes that they were paid.",
    )
    dunning_charge_journal_id = fields.Many2one(
        "account.journal",
        "Journal of Costs and Interest",
        check_company=True,
        domain="[('type', '=', 'sale')]",
    )
    dunning_costs_account_id = fields.Many2one(
        "account.account",
        "Account of Costs",
        check_company=True,
        domain=[("account_type", "in", INCOME)],
    )
    dunning_interest_account_id = fields.Many2one(
        "account.account",
        "Account of Interest",
        check_company=True,
        domain=[("account_type", "in", INCOME)],
    )
    dunning_charge_tax_id = fields.Many2one(
        "account.tax",
        "Tax on Costs and Interest",
        check_company=True,
        domain="[('type_tax_use', '=', 'sale')]",
        help="Empty: outside the scope of tax. With a tax, what was claimed includes it.",
    )
    dunning_waive_limit = fields.Monetary(
        "Waive up to",
        default=50.0,
        help="A collector may waive up to so much of a claim; a manager may waive more.",
    )
    dunning_waive_paid = fields.Boolean(
        "Waive Once Invoices Are Paid",
        help="What is left of costs and interest lapses by itself some days after the invoices "
        "they are about were paid.",
    )
    dunning_waive_paid_days = fields.Integer("Days After the Payment", default=14)
