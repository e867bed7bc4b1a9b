from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    dunning_role = fields.Selection(
        [
            ("accounts", "Accounts Payable"),
            ("management", "Management"),
            ("representative", "Representative"),
        ],
        "Follow-up Role",
        help="Representative: gets all messages instead of the debtor, "
        "as for somebody under administration.",
    )
