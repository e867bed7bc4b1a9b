from odoo import api, fields, models
from odoo.tools import SQL

from ..rules.public_holidays import public_holidays


class DunningReadiness(models.AbstractModel):
    """What must be right about channels and days before a company goes live."""

    _inherit = "dunning.readiness"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _find_channels(self, company):
        """Which channels levels name that the company does not use."""
        used = company._dunning_channels()
        named = self.env["dunning.policy"].search(
            [("company_id", "in", (False, company.id)), ("revision_id", "!=", False)]
        )
        channels = named.level_ids.filtered("active").channel_ids
        unused = channels.filtered(lambda channel: channel.code not in used)
        if unused:
            return "attention", self.env._(
                "Levels name %s, which is not in use: debtors without e-mail are not reached by "
                "it. Switch it on in the settings, or leave it.",
                ", ".join(unused.mapped("name")),
            )
        return "ok", ", ".join(
            (channels or channels.search([("code", "=", "email")])).mapped("name")
        )

    @api.model
    def _find_holidays(self, company):
        """Countries of whose public holidays nothing is known."""
        years = (fields.Date.today().year,)
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT country.code, country.id
                     FROM dunning_item item
                     JOIN dunning_debtor debtor ON debtor.id = item.debtor_id
                     JOIN res_partner partner ON partner.id = debtor.partner_id
                     JOIN res_country country ON country.id = partner.country_id
                    WHERE item.company_id = %s AND item.state = 'open'""",
                company.id,
            )
        )
        codes = dict(rows)
        if company.country_id:
            codes[company.country_id.code] = company.country_id.id
        unknown = [
            country_id for code, country_id in codes.items() if public_holidays(code, years).unknown
        ]
        if unknown:
            return "attention", self.env._(
                "No public holidays are known for %s: messages may leave on one. Add them to the "
                "days without messages (Configuration).",
                ", ".join(self.env["res.country"].browse(unknown).mapped("name")),
            )
        if not codes:
            return "attention", self.env._(
                "The company has no country: nobody knows its public holidays."
            )
        return "ok", self.env._(
            "Known for %s.",
            ", ".join(self.env["res.country"].browse(codes.values()).mapped("name")),
        )
