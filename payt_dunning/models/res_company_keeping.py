from odoo import api, fields, models


class ResCompany(models.Model):
    """How long a company keeps what happened."""

    _inherit = "res.company"  # pylint: disable=consider-merging-classes-inherited

    dunning_keep_years = fields.Integer(
        "Years to Keep What Happened",
        help="After an invoice was settled. 0: as long as the law of the company's country wants.",
    )

    _dunning_keep_years_not_negative = models.Constraint(
        "CHECK(dunning_keep_years >= 0)", "The years for which something is kept can't be negative."
    )

    def _dunning_kept(self):
        """Years for which what was settled is kept, and what was not paid."""
        term = self.env["dunning.retention.term"]._of_company(self)
        years = self.dunning_keep_years or term.years
        return years, max(years, term.years_unpaid)


class ResConfigSettings(models.TransientModel):
    """The same on the screen of settings."""

    _inherit = "res.config.settings"  # pylint: disable=consider-merging-classes-inherited

    dunning_keep_years = fields.Integer(related="company_id.dunning_keep_years", readonly=False)

    @api.onchange("dunning_keep_years")
    def _onchange_dunning_keep_years(self):
        """Tell who keeps it shorter than the law wants."""
        term = self.env["dunning.retention.term"]._of_company(self.company_id)
        if not 0 < self.dunning_keep_years < term.years:
            return None
        return {
            "warning": {
                "title": self.env._("Shorter than the law wants"),
                "message": self.env._(
                    "The law of the company's country wants this kept for %(years)s years: "
                    "%(basis)s What is removed sooner can't be shown when somebody asks for it.",
                    years=term.years,
                    basis=term.basis,
                ),
            }
        }
