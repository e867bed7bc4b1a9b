from odoo import fields, models


class ReceivableInsuranceNotice(models.Model):
    """What an insurer has to be told by a day: a debtor that is late."""

    _name = "receivable.insurance.notice"
    _description = "Report to an Insurer"

    insurance_id = fields.Many2one(
        "receivable.insurance", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="insurance_id.company_id", store=True)
    currency_id = fields.Many2one(related="insurance_id.currency_id")
    debtor_id = fields.Many2one(
        "dunning.debtor", required=True, readonly=True, index=True, ondelete="cascade"
    )
    deadline = fields.Date(required=True, readonly=True)
    state = fields.Selection(
        [("due", "To Be Reported"), ("reported", "Reported"), ("over", "No Longer Needed")],
        required=True,
        default="due",
        readonly=True,
    )
