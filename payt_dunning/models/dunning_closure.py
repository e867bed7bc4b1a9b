from datetime import date, timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError

#: How long somebody may be closed in one go.
LONGEST = 100


class DunningClosure(models.Model):
    """Days on which a company is closed: nothing leaves, there is nobody to answer."""

    _name = "dunning.closure"
    _description = "Days Without Messages"
    _order = "date_from, id"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    name = fields.Char("Reason", required=True, translate=True)
    date_from = fields.Date("First Day", required=True)
    date_until = fields.Date("Last Day", required=True)
    yearly = fields.Boolean("Each Year", help="Off: this once.")

    @api.constrains("date_from", "date_until")
    def _check_days(self):
        for closure in self:
            days = (closure.date_until - closure.date_from).days
            if not 0 <= days <= LONGEST:
                raise ValidationError(
                    self.env._(
                        "“%(closure)s” ends before it begins, or lasts more than %(days)s days.",
                        closure=closure.name,
                        days=LONGEST,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        closures = super().create(vals_list)
        closures.company_id.sudo()._dunning_look_again()
        return closures

    def write(self, vals):
        companies = self.company_id
        result = super().write(vals)
        (companies | self.company_id).sudo()._dunning_look_again()
        return result

    def unlink(self):
        companies = self.company_id.sudo()
        result = super().unlink()
        companies._dunning_look_again()
        return result

    @api.model
    def _days(self, company, years):
        """The days on which a company is closed in some years: ``{date: reason}``."""
        found = {}
        for closure in self.sudo().search([("company_id", "=", company.id)]):
            for year in years if closure.yearly else (closure.date_from.year,):
                day = _in_year(closure.date_from, year)
                last = day + (closure.date_until - closure.date_from)
                while day <= last:
                    found.setdefault(day, closure.name)
                    day += timedelta(days=1)
        return found

    @api.model
    def _add_usual(self, companies):
        """The closure at the end of the year, for companies that have none yet."""
        known = self.search([("company_id", "in", companies.ids)]).company_id
        year = fields.Date.today().year
        self.create(
            [
                {
                    "company_id": company.id,
                    "name": "End of the year",
                    "date_from": date(year, 12, 24),
                    "date_until": date(year + 1, 1, 1),
                    "yearly": True,
                }
                for company in companies - known
            ]
        )

    @api.model
    def _add_usual_everywhere(self):
        self._add_usual(self.env["res.company"].search([]))


def _in_year(day, year):
    """The same day of another year; 29 February is 1 March where there is none."""
    try:
        return day.replace(year=year)
    except ValueError:
        return date(year, 3, 1)
