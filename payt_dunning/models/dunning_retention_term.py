from odoo import api, fields, models


class DunningRetentionTerm(models.Model):
    """For how many years a country wants books and what belongs to them to be kept.

    Rows are shipped as data, with the law that says so. The row without a country is for all others.
    """

    _name = "dunning.retention.term"
    _description = "How Long a Country Wants It Kept"
    _order = "country_id, id"
    _rec_name = "country_id"

    country_id = fields.Many2one("res.country", index=True, ondelete="cascade")
    years = fields.Integer("Years for Books", required=True)
    years_unpaid = fields.Integer(
        "Years for What Was Not Paid",
        required=True,
        help="Of a case that ended without payment: as long as a judgment may be enforced.",
    )
    basis = fields.Text("Legal Basis", required=True, translate=True)

    _country_unique = models.UniqueIndex(
        "(coalesce(country_id, 0))", "How long this country wants it kept is there already."
    )
    _years_positive = models.Constraint(
        "CHECK(years > 0 AND years_unpaid >= years)",
        "What was not paid can't be kept shorter than the books.",
    )

    @api.model
    def _of_company(self, company):
        """The row of the country in which a company keeps its books."""
        own = self.sudo().search([("country_id", "in", (company.country_id.id, False))])
        return own.filtered("country_id")[:1] or own[:1]
