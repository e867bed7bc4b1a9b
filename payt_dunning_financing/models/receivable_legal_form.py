from odoo import api, fields, models


class ReceivableLegalForm(models.Model):
    """Legal forms of companies, as financiers ask for them."""

    _name = "receivable.legal.form"
    _description = "Legal Form"
    _order = "country_id, sequence, id"

    name = fields.Char(required=True, help="As the country calls it.")
    country_id = fields.Many2one("res.country", required=True, ondelete="restrict")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    _name_unique = models.UniqueIndex(
        "(country_id, name)", "This country has a legal form of this name already."
    )

    @api.depends("name", "country_id.code")
    def _compute_display_name(self):
        """With the country: several have a form of the same name."""
        for form in self:
            form.display_name = ", ".join(filter(None, (form.name, form.country_id.code)))
