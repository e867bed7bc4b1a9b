from odoo import api, fields, models

#: Where consumers and businesses find free help with debts, by country of the creditor.
DEBT_HELP = {"NL": ("https://www.geldfit.nl", "https://155.nl")}


class ResCompany(models.Model):
    """What a company offers to debtors who can't or don't pay."""

    _inherit = "res.company"  # pylint: disable=consider-merging-classes-inherited

    dunning_copy_days = fields.Integer(
        "Days to Pay an Invoice Sent Again",
        default=7,
        help="A debtor who never received an invoice gets it again, and so many days to pay it.",
    )
    dunning_debt_help_url = fields.Char(
        "Debt Help for Consumers",
        compute="_compute_dunning_debt_help",
        store=True,
        readonly=False,
        help="Address of free help, told to who can't pay. Empty: none is told.",
    )
    dunning_debt_help_business_url = fields.Char(
        "Debt Help for Businesses",
        compute="_compute_dunning_debt_help",
        store=True,
        readonly=False,
        help="Address of free help, told to who can't pay. Empty: none is told.",
    )

    _dunning_copy_days_positive = models.Constraint(
        "CHECK(dunning_copy_days > 0)", "An invoice sent again gives at least one day to pay."
    )

    @api.depends("country_id")
    def _compute_dunning_debt_help(self):
        """What is known of the country, where nothing was filled in."""
        for company in self:
            person, business = DEBT_HELP.get(company.country_id.code, (False, False))
            company.dunning_debt_help_url = company.dunning_debt_help_url or person
            company.dunning_debt_help_business_url = (
                company.dunning_debt_help_business_url or business
            )


class DunningSettingsMixin(models.AbstractModel):
    """The same in the settings."""

    _inherit = "dunning.settings.mixin"  # pylint: disable=consider-merging-classes-inherited

    dunning_copy_days = fields.Integer(related="company_id.dunning_copy_days", readonly=False)
    dunning_debt_help_url = fields.Char(related="company_id.dunning_debt_help_url", readonly=False)
    dunning_debt_help_business_url = fields.Char(
        related="company_id.dunning_debt_help_business_url", readonly=False
    )
