from odoo import api, fields, models

STATES = [
    ("coming", "Coming"),
    ("due", "Due"),
    ("received", "Received"),
    ("paid", "Paid"),
    ("late", "Late"),
    ("shifted", "Shifted"),
    ("waived", "Waived"),
]


class DunningPaymentInstallment(models.Model):
    """One instalment of a payment plan: when, how much, and what came of it.

    Amounts paid are read from the ledger and kept here so that they can be listed; nothing but
    the plan writes them.
    """

    _name = "dunning.payment.installment"
    _description = "Instalment of a Payment Plan"
    _order = "plan_id, number"

    plan_id = fields.Many2one(
        "dunning.payment.plan", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="plan_id.company_id", store=True)
    debtor_id = fields.Many2one(related="plan_id.debtor_id")
    plan_state = fields.Selection(related="plan_id.state", store=True, string="Plan")
    currency_id = fields.Many2one(related="plan_id.currency_id")
    number = fields.Integer("No.", required=True, readonly=True)
    date = fields.Date("Due", required=True, readonly=True)
    shifted_from = fields.Date("Was Due", readonly=True, help="Before it was postponed.")
    amount = fields.Monetary(required=True, readonly=True, help="As agreed.")
    needed = fields.Monetary(
        "To Pay", readonly=True, help="After what was credited, and shortages that moved here."
    )
    paid = fields.Monetary(readonly=True)
    left = fields.Monetary(compute="_compute_left", help="What is still to be paid of it.")
    state = fields.Selection(STATES, required=True, readonly=True, default="coming")
    paid_on = fields.Date(readonly=True)
    missed_on = fields.Date(readonly=True, help="The day on which it counted as missed.")
    warned_on = fields.Date(readonly=True, help="The day on which the debtor was told.")

    _number_unique = models.UniqueIndex("(plan_id, number)", "An instalment is there once.")
    _positive = models.Constraint("CHECK(amount > 0)", "An instalment is above 0.")
    _upcoming = models.Index("(company_id, date) WHERE plan_state = 'running'")

    @api.depends("needed", "paid")
    def _compute_left(self):
        for each in self:
            each.left = each.currency_id.round(max(each.needed - each.paid, 0.0))

    @api.depends("plan_id.name", "number")
    def _compute_display_name(self):
        for each in self:
            each.display_name = f"{each.plan_id.name}-{each.number}"
