from odoo import fields, models


class DunningHoldReason(models.Model):
    """Why follow-up is paused: a list that managers keep, so that reasons can be counted."""

    _name = "dunning.hold.reason"
    _description = "Reason for a Pause"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    days = fields.Integer(
        "Usual Days", default=7, help="The pause is proposed for so long; it can be changed."
    )
    needs_note = fields.Boolean("Ask for a Note", help="The name alone does not say enough.")

    _days_positive = models.Constraint("CHECK(days > 0)", "A pause takes at least one day.")
