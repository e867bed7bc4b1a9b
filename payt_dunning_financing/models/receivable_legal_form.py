from odoo import fields, models


class ReceivableLegalForm(models.Model):
    """Legal forms of companies, as financiers ask for them."""

    _name = "receivable.legal.form"
    _description = "Legal Form"
    _order = "country_id, sequence, id"

    name = fields.Char(required=True, help="As the country calls it.")
    country_id = fields.Many2one("res.country", required=True, ondelete="restrict")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
