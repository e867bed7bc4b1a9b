from odoo import api, fields, models
from odoo.tools import SQL

#: What a message costs, by its channel.
COSTS = {
    "email": "dunning_cost_email",
    "sms": "dunning_cost_sms",
    "letter": "dunning_cost_letter",
}


class ResCompany(models.Model):
    """What following up costs a company itself, so that a recovered euro has a price."""

    _inherit = "res.company"  # pylint: disable=consider-merging-classes-inherited

    dunning_cost_email = fields.Monetary("Cost of an E-mail")
    dunning_cost_sms = fields.Monetary("Cost of a Text Message")
    dunning_cost_letter = fields.Monetary("Cost of a Letter", help="Paper, postage, and work.")
    dunning_cost_call = fields.Monetary("Cost of a Call", help="The minutes of who calls.")

    _dunning_costs_positive = models.Constraint(
        "CHECK(coalesce(dunning_cost_email, 0) >= 0 AND coalesce(dunning_cost_sms, 0) >= 0"
        " AND coalesce(dunning_cost_letter, 0) >= 0 AND coalesce(dunning_cost_call, 0) >= 0)",
        "What a message costs is not below 0.",
    )

    @api.model
    def _dunning_message_cost_sql(self, notice, company):
        """What a message costs; what goes by another channel costs nothing.

        :param notice: alias of ``dunning_notice``
        :param company: alias of ``res_company``
        """
        notice, company = SQL.identifier(notice), SQL.identifier(company)
        return SQL(
            "CASE %s.channel %s ELSE 0 END",
            notice,
            SQL(" ").join(
                SQL("WHEN %s THEN coalesce(%s.%s, 0)", code, company, SQL.identifier(name))
                for code, name in COSTS.items()
            ),
        )


class DunningSettingsMixin(models.AbstractModel):
    """The same in the settings."""

    _inherit = "dunning.settings.mixin"  # pylint: disable=consider-merging-classes-inherited

    dunning_cost_email = fields.Monetary(
        related="company_id.dunning_cost_email",
        readonly=False,
        currency_field="company_currency_id",
    )
    dunning_cost_sms = fields.Monetary(
        related="company_id.dunning_cost_sms", readonly=False, currency_field="company_currency_id"
    )
    dunning_cost_letter = fields.Monetary(
        related="company_id.dunning_cost_letter",
        readonly=False,
        currency_field="company_currency_id",
    )
    dunning_cost_call = fields.Monetary(
        related="company_id.dunning_cost_call",
        readonly=False,
        currency_field="company_currency_id",
    )
