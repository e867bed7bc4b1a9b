from odoo import api, fields, models

KINDS = [("costs", "Collection Costs"), ("interest", "Interest"), ("fee", "Fee")]
STATES = [
    ("claimed", "Claimed"),
    ("booked", "Booked"),
    ("paid", "Paid"),
    ("waived", "Waived"),
]


class DunningCharge(models.Model):
    """Costs, interest or a fee that one debtor owes beside invoices, by virtue of one message.

    What it is about is in its shares, one for each item, which add up exactly. It never changes
    but by waiving, booking and payment; the calculation is kept as it was made.
    """

    _name = "dunning.charge"
    _description = "Costs or Interest Claimed"
    _order = "id desc"
    _check_company_auto = True

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    debtor_id = fields.Many2one(
        "dunning.debtor", required=True, readonly=True, index=True, ondelete="restrict"
    )
    partner_id = fields.Many2one(related="debtor_id.partner_id", string="Contact")
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    kind = fields.Selection(KINDS, required=True, readonly=True)
    state = fields.Selection(STATES, required=True, default="claimed", readonly=True, index=True)
    notice_id = fields.Many2one(
        "dunning.notice",
        "Announced By",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The message that said what would be due.",
    )
    announced = fields.Monetary(readonly=True, help="More than this is never claimed.")
    amount_net = fields.Monetary("Before Tax", required=True, readonly=True)
    amount_tax = fields.Monetary(
        "Raised by Tax", readonly=True, help="Where the creditor can't deduct it and said so."
    )
    amount = fields.Monetary(compute="_compute_amount", store=True, string="Claimed")
    waived = fields.Monetary(readonly=True)
    due_from = fields.Date(required=True, readonly=True, help="The first day on which it is due.")
    basis = fields.Text("Legal Basis", readonly=True)
    calculation = fields.Json(readonly=True, help="The calculation, a line each.")
    law_rows = fields.Json("Rows Used", readonly=True, help="Names of the rows of the law tables.")
    share_ids = fields.One2many("dunning.charge.share", "charge_id", "Shares", readonly=True)

    @api.depends("amount_net", "amount_tax")
    def _compute_amount(self):
        for charge in self:
            charge.amount = charge.currency_id.round(charge.amount_net + charge.amount_tax)


class DunningChargeShare(models.Model):
    """What part of a charge is because of which item."""

    _name = "dunning.charge.share"
    _description = "Share of an Item in Costs or Interest"
    _order = "charge_id, id"

    charge_id = fields.Many2one(
        "dunning.charge", required=True, readonly=True, index=True, ondelete="cascade"
    )
    item_id = fields.Many2one(
        "dunning.item", required=True, readonly=True, index=True, ondelete="restrict"
    )
    currency_id = fields.Many2one(related="charge_id.currency_id")
    base = fields.Monetary(readonly=True, help="The principal that it was calculated on.")
    amount = fields.Monetary(required=True, readonly=True, help="With tax, where it is raised.")

    _once = models.UniqueIndex("(charge_id, item_id)", "An item has one share in a charge.")
