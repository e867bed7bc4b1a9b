from odoo import fields, models

OFFERS = [
    ("pay", "Pay at once"),
    ("copy", "Send the invoice again"),
    ("later", "Pay later"),
    ("plan", "Pay later or in parts"),
    ("dispute", "Dispute"),
    ("overview", "Statement and all copies"),
    ("question", "Question"),
]
AUDIENCES = [
    ("all", "Everybody"),
    ("business", "Businesses"),
    ("clerk", "Only We"),
]
ASKS = [
    ("none", "Nothing"),
    ("text", "Text"),
    ("date", "Date"),
    ("number", "Order Number"),
]


class DunningNonpaymentReason(models.Model):
    """Why a debtor does not pay, and what we offer then: a list that managers keep."""

    _name = "dunning.nonpayment.reason"
    _description = "Reason for Not Paying"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True, help="What we call it among ourselves.")
    question = fields.Char(
        "The Debtor Reads",
        translate=True,
        help="As the debtor would say it. A reason without it is not offered on the page.",
    )
    code = fields.Char(help="Identifies a reason that came with the program.", copy=False)
    offer = fields.Selection(
        OFFERS, "We Offer", required=True, default="question", help="What the page leads to."
    )
    audience = fields.Selection(
        AUDIENCES,
        "Offered To",
        required=True,
        default="all",
        help="What only we may say is never shown to a debtor.",
    )
    asks = fields.Selection(
        ASKS, "Asks For", required=True, default="none", help="What else its form asks for."
    )
    hardship = fields.Boolean(
        help="Asking for a plan because of it stops new costs and interest until it is answered, "
        "for 30 days at most. Debtors who give it follow the policy for hardship: for 90 days, or "
        "as long as it is the latest reason where one of us noted it."
    )
    needs_manager = fields.Boolean(
        "A Manager Confirms",
        help="It counts once a manager has confirmed it, and for six months from then.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    _code_unique = models.UniqueIndex(
        "(code) WHERE code IS NOT NULL", "Another reason has this code already."
    )
