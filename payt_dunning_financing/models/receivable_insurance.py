from odoo import fields, models


class ReceivableInsurance(models.Model):
    """A credit insurance: whose debts it covers, and when it wants to be told of late ones."""

    _name = "receivable.insurance"
    _description = "Credit Insurance"
    _inherit = ["mail.thread"]
    _check_company_auto = True

    name = fields.Char("Policy Number", required=True, tracking=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, ondelete="cascade"
    )
    partner_id = fields.Many2one("res.partner", "Insurer", required=True, ondelete="restrict")
    currency_id = fields.Many2one(
        "res.currency", required=True, default=lambda self: self.env.company.currency_id
    )
    active = fields.Boolean(default=True)
