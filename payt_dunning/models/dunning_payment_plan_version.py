from odoo import fields, models

HOW = [
    ("clerk", "Agreed With Us"),
    ("page", "Accepted on the Page"),
    ("lighter", "Made Lighter by Us"),
    ("postponed", "Postponed on the Page"),
]


class DunningPaymentPlanVersion(models.Model):
    """What was agreed in a payment plan, as it stood then; never changed."""

    _name = "dunning.payment.plan.version"
    _description = "Version of a Payment Plan"
    _order = "plan_id, number desc"
    _rec_name = "number"

    plan_id = fields.Many2one(
        "dunning.payment.plan", required=True, readonly=True, index=True, ondelete="cascade"
    )
    number = fields.Integer("Version", required=True, readonly=True)
    made_on = fields.Datetime("Agreed On", required=True, readonly=True)
    made_by_id = fields.Many2one("res.users", "Agreed By", readonly=True, ondelete="set null")
    how = fields.Selection(HOW, required=True, readonly=True)
    schedule = fields.Json(readonly=True)
    why = fields.Char("Why It Changed", readonly=True)
    body = fields.Html("Agreement", readonly=True, sanitize=False, prefetch=False)
    content_hash = fields.Char("SHA-256", readonly=True)
    pdf_id = fields.Many2one(
        "ir.attachment", "PDF", readonly=True, index="btree_not_null", ondelete="restrict"
    )

    _number_unique = models.UniqueIndex("(plan_id, number)", "A version is there once.")
