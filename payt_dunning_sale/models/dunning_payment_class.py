from odoo import api, fields, models
from odoo.exceptions import ValidationError


class DunningPaymentClass(models.Model):
    """What the orders of customers of a class ask: money up front, and no new credit."""

    _inherit = "dunning.payment.class"

    prepayment_mode = fields.Selection(
        [("none", "Ask Nothing"), ("propose", "Propose It"), ("set", "Ask Automatically")],
        "Prepayment",
        required=True,
        default="none",
        help="Propose: the quotation shows it, with a button that asks for it. Automatically: "
        "new quotations ask for it by themselves, and less needs an override.",
    )
    prepayment_kind = fields.Selection(
        [("percent", "Percentage"), ("amount", "Amount")],
        "Prepayment As",
        required=True,
        default="percent",
    )
    prepayment_percent = fields.Float(
        "Percentage", default=50.0, help="Of the total of the order, from 0 to 100."
    )
    prepayment_amount = fields.Monetary(
        "Amount", help="In the currency of the company; never more than the order."
    )
    prepayment_from = fields.Monetary(
        "From an Order Of",
        help="Orders with a smaller total, in the currency of the company, ask nothing.",
    )
    credit_check = fields.Selection(
        [("none", "Nothing"), ("warn", "Warn"), ("hold", "Refuse")],
        "On Confirming",
        required=True,
        default="none",
        help="Looks at what is overdue when an order is confirmed. What is contested or stands "
        "in a running payment plan does not count.",
    )
    credit_days = fields.Integer("Overdue Longer Than", default=30, help="Days.")
    credit_amount = fields.Monetary("And More Than", help="In the currency of the company.")
    hold_start = fields.Boolean(
        "Wait with the Start",
        help="Delivery, or the start of the work, waits until the prepayment that was asked is in.",
    )

    @api.constrains("prepayment_mode", "prepayment_kind", "prepayment_percent", "prepayment_amount")
    def _check_prepayment(self):
        for payment_class in self:
            if not 0 <= payment_class.prepayment_percent <= 100:
                raise ValidationError(
                    self.env._(
                        "%(name)s: the percentage of a prepayment is from 0 to 100.",
                        name=payment_class.name,
                    )
                )
            if payment_class.prepayment_amount < 0:
                raise ValidationError(
                    self.env._("%(name)s: a prepayment is not below zero.", name=payment_class.name)
                )
            asked = payment_class[f"prepayment_{payment_class.prepayment_kind}"]
            if payment_class.prepayment_mode != "none" and not asked:
                raise ValidationError(
                    self.env._(
                        "%(name)s: say how much is asked up front, or choose Ask Nothing.",
                        name=payment_class.name,
                    )
                )

    @api.constrains("prepayment_from", "credit_days", "credit_amount")
    def _check_credit(self):
        for payment_class in self:
            values = ("prepayment_from", "credit_days", "credit_amount")
            if any(payment_class[name] < 0 for name in values):
                raise ValidationError(
                    self.env._(
                        "%(name)s: the order value, the days and the overdue amount are not "
                        "below zero.",
                        name=payment_class.name,
                    )
                )
