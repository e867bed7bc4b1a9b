from odoo import fields, models


class ResCompany(models.Model):
    """What a financier asks about the company itself."""

    _inherit = "res.company"

    receivable_legal_form_id = fields.Many2one("receivable.legal.form", "Legal Form")
    receivable_registered_on = fields.Date(
        "Registered Since", help="In the trade register: the first day of the company."
    )
