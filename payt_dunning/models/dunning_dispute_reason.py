from odoo import fields, models


class DunningDisputeReason(models.Model):
    """Why a debtor does not agree with an invoice: a list that managers keep."""

    _name = "dunning.dispute.reason"
    _description = "Reason for a Dispute"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True, help="As we call it.")
    question = fields.Char(
        "On the Page", required=True, translate=True, help="As debtors choose it on their page."
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
