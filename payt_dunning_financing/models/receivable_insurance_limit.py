from odoo import fields, models


class ReceivableInsuranceLimit(models.Model):
    """Up to what amount a debtor is insured."""

    _name = "receivable.insurance.limit"
    _description = "Insured Debtor"

    insurance_id = fields.Many2one(
        "receivable.insurance", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="insurance_id.company_id", store=True)
    currency_id = fields.Many2one(related="insurance_id.currency_id")
    partner_id = fields.Many2one("res.partner", "Debtor", required=True, ondelete="cascade")
    amount = fields.Monetary("Insured Up To", required=True)
