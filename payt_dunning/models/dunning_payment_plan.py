from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_amount

from ..rules.references import creditor_reference
from .dunning_plan_policy import EXTRAS, INTERVALS, LAPSES, RESUMES, ROUNDINGS

STATES = [
    ("proposed", "Asked For"),
    ("offered", "Offered"),
    ("running", "Running"),
    ("completed", "Completed"),
    ("lapsed", "Lapsed"),
    ("ended", "Ended"),
    ("refused", "Refused"),
    ("expired", "Expired"),
    ("withdrawn", "Withdrawn"),
]
ORIGINS = [
    ("clerk", "Agreed With Us"),
    ("invitation", "Offered by Us"),
    ("debtor", "Asked For by the Debtor"),
]
#: States in which nothing can become of it any more.
OVER = ("completed", "lapsed", "ended", "refused", "expired", "withdrawn")


class DunningPaymentPlan(models.Model):
    """A debtor pays some of its items in parts: an overlay, the invoices stay as they are.

    It owns the holds of its items. What was paid of it is read from the ledger: whatever was
    reconciled on what it covers, by any route, oldest instalment first.
    """

    _name = "dunning.payment.plan"
    _description = "Payment Plan"
    _inherit = ["mail.thread", "mail.activity.mixin", "dunning.handled"]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char("Number", required=True, readonly=True)
    reference = fields.Char(
        "Payment Reference", readonly=True, index="btree_not_null", help="Of the whole plan."
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    debtor_id = fields.Many2one(
        "dunning.debtor", required=True, readonly=True, index=True, ondelete="restrict"
    )
    handler_id = fields.Many2one(related="debtor_id.handler_id", store=True, index="btree_not_null")
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    origin = fields.Selection(ORIGINS, "How It Came", required=True, readonly=True)
    state = fields.Selection(
        STATES, required=True, readonly=True, default="proposed", tracking=True
    )
    health = fields.Selection(
        [("on_track", "On Track"), ("late", "Late")],
        "How It Goes",
        readonly=True,
        help="Late: an instalment was missed.",
    )
    item_ids = fields.Many2many("dunning.item", string="Items", readonly=True)
    charge_ids = fields.Many2many("dunning.charge", string="Costs and Interest", readonly=True)
    open_at_start = fields.Json(readonly=True, help="What was open, paid and credited then.")
    total = fields.Monetary(readonly=True, help="All that is to be paid in the plan.")
    waived = fields.Monetary("Let Go if Kept", readonly=True)
    paid = fields.Monetary(readonly=True, aggregator=None)
    credited = fields.Monetary(readonly=True, help="Taken off by credit notes or write-offs.")
    left = fields.Monetary("Still to Pay", readonly=True, aggregator=None)
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency"
    )
    left_company = fields.Monetary(
        "At Risk", readonly=True, currency_field="company_currency_id", help="Still to be paid."
    )
    next_date = fields.Date("Next Instalment", readonly=True)
    next_amount = fields.Monetary(readonly=True, aggregator=None)
    last_date = fields.Date("Last Instalment", readonly=True)
    installment_ids = fields.One2many("dunning.payment.installment", "plan_id", "Instalments")
    count = fields.Integer("Number of Instalments", compute="_compute_count")
    version = fields.Integer(readonly=True, default=0)
    version_ids = fields.One2many("dunning.payment.plan.version", "plan_id", "Versions")
    notice_ids = fields.One2many("dunning.notice", "plan_id", "Messages")
    transaction_ids = fields.One2many("payment.transaction", "dunning_plan_id", "Online Payments")
    reason = fields.Text("What the Debtor Says", readonly=True)
    note = fields.Text(help="Kept inside: the debtor does not see it.")
    asked_on = fields.Date(readonly=True)
    answer_by = fields.Date(readonly=True, help="The day by which we answer what was asked for.")
    valid_until = fields.Date("Offer Stands Until", readonly=True)
    started_on = fields.Date(readonly=True)
    ended_on = fields.Date(readonly=True)
    ended_because = fields.Char("Why It Ended", readonly=True)
    stopped = fields.Boolean("Stopped by the Debtor", readonly=True)
    made_by_id = fields.Many2one("res.users", readonly=True, ondelete="set null")
    amendment = fields.Json(readonly=True, help="Other instalments that wait for the debtor's yes.")
    amendment_until = fields.Date("Change Stands Until", readonly=True)
    amendment_why = fields.Char(readonly=True)
    postponed = fields.Integer(readonly=True, help="How often the debtor postponed by itself.")
    invitation_id = fields.Many2one(
        "dunning.notice", "Offered in", readonly=True, ondelete="set null", index="btree_not_null"
    )
    lapse_asked_on = fields.Date(readonly=True, help="Since then one of us is to let it lapse.")

    # What the policy said when it was made.
    every = fields.Selection(INTERVALS, required=True, default="month", readonly=True)
    rounding = fields.Selection(ROUNDINGS, required=True, default="none", readonly=True)
    extra = fields.Selection(EXTRAS, "Paid Too Much or Early", default="end", readonly=True)
    tolerance = fields.Monetary(readonly=True)
    wait = fields.Integer("Days a Transfer Takes", readonly=True)
    misses = fields.Integer("Lapses After", readonly=True, default=1)
    grace = fields.Integer("Days After the Warning", readonly=True)
    lapse = fields.Selection(LAPSES, "Lapsing", default="auto", readonly=True)
    resume = fields.Selection(RESUMES, "Follow-up Goes on", default="continue", readonly=True)
    resume_level_id = fields.Many2one("dunning.level", "At Level", readonly=True)
    tell_before = fields.Boolean(readonly=True)
    days_before = fields.Integer(readonly=True)
    tell_due = fields.Boolean("Tell on the Day", readonly=True)
    tell_missed = fields.Boolean("Tell When Missed", readonly=True)
    interest = fields.Boolean("Interest Runs On", readonly=True)

    _running = models.Index("(company_id) WHERE state IN ('running', 'offered', 'proposed')")
    _name_unique = models.UniqueIndex("(name)", "A plan with this number is there already.")

    @api.depends("installment_ids")
    def _compute_count(self):
        for plan in self:
            plan.count = len(plan.installment_ids)

    @api.depends("name", "debtor_id.display_name", "total")
    def _compute_display_name(self):
        for plan in self:
            plan.display_name = self.env._(
                "%(name)s: %(debtor)s, %(amount)s",
                name=plan.name,
                debtor=plan.debtor_id.display_name,
                amount=format_amount(self.env, plan.total, plan.currency_id),
            )

    @api.model_create_multi
    def create(self, vals_list):
        sequence = self.env["ir.sequence"].sudo()
        for vals in vals_list:
            vals["name"] = sequence.next_by_code("dunning.payment.plan")
        plans = super().create(vals_list)
        for plan in plans:
            plan.reference = creditor_reference(f"PLAN{plan.id:08d}")
        return plans

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._("Payment plans are kept as history. End “%s” instead.", self[:1].name)
        )

    @api.model
    def _of_items(self, items, states=("running",)):
        """The plans in some states that items are in."""
        return self.sudo().search(
            Domain("item_ids", "in", items.ids) & Domain("state", "in", states)
        )

    def _lock(self):
        """Wait for whoever else changes these plans, then see what they made of them."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE dunning_payment_plan SET write_date = write_date WHERE id = ANY(%s)",
            [self.ids],
        )
        self.invalidate_recordset()

    def _today(self):
        """Today where the company of these plans is."""
        return self.env["dunning.message"]._today(self.company_id)

    def _open_items(self):
        return self.item_ids.filtered(lambda item: item.state == "open")
