from decimal import Decimal
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..rules.instalment_bounds import Bounds
from ..tools import exact

WHO = [
    ("none", "No Payment Plans"),
    ("person", "One of Us Decides"),
    ("debtor", "Debtors by Themselves, Within Bounds"),
]
ROUNDINGS = [
    ("none", "To the Cent"),
    ("whole", "Whole Amounts"),
    ("relative", "Round Amounts"),
]
EXTRAS = [("end", "Shorten the Plan"), ("next", "Lower the Next Instalments")]
LAPSES = [("auto", "By Itself"), ("approval", "Once One of Us Agrees")]
RESUMES = [
    ("continue", "Where It Was"),
    ("recalculate", "At the Level That Fits the Days Late"),
    ("level", "At a Level of Its Own"),
]
INTERVALS = [("month", "Month"), ("two_weeks", "Two Weeks"), ("week", "Week")]


class PlanTerms(NamedTuple):
    """How a policy wants payment plans, in the currency of some items.

    :param who: one of :data:`WHO`
    :param bounds: :class:`~..rules.instalment_bounds.Bounds`
    :param guard: what a plan keeps of it for as long as it runs
    """

    policy: object
    who: str
    bounds: Bounds
    rounding: str
    offer_days: int
    postpone_days: int
    again_months: int
    guard: dict


class DunningPolicyPlans(models.Model):
    """Bounds of payment plans, and how they are guarded; at once, no part of the revision."""

    _inherit = "dunning.policy"  # pylint: disable=consider-merging-classes-inherited

    plan_who = fields.Selection(
        WHO,
        "Payment Plans",
        required=True,
        default="debtor",
        help="Who may begin one. Within the bounds what a debtor proposes is accepted at once; "
        "anything else waits for you.",
    )
    plan_tier_ids = fields.One2many(
        "dunning.plan.tier",
        "policy_id",
        "How Long",
        copy=True,
        help="Up to which total a plan may take how many months.",
    )
    plan_minimum = fields.Float(
        "Least a Month",
        default=25.0,
        digits=(16, 2),
        help="In company currency; the last instalment may be lower.",
    )
    plan_most = fields.Integer("Most Instalments", help="0: as many as the months allow.")
    plan_first_share = fields.Float(
        "First Instalment (%)", digits=(5, 2), help="At least this part of the total comes first."
    )
    plan_first_days = fields.Integer(
        "First Instalment Within",
        default=35,
        help="Days from the agreement to the first instalment, at most.",
    )
    plan_automatic = fields.Float(
        "Accepted at Once up to",
        default=2500.0,
        digits=(16, 2),
        help="A debtor's own proposal within the bounds needs nobody up to this total, in company "
        "currency. 0: one of you always decides.",
    )
    plan_phase = fields.Selection(
        [
            ("courtesy", "From the Start"),
            ("reminder", "From the First Reminder"),
            ("notice", "From the Statutory Notice"),
            ("collection", "In Collection Only"),
        ],
        "On the Page",
        required=True,
        default="courtesy",
        help="From which phase on the debtor's page lets it choose a plan by itself.",
    )
    plan_again_months = fields.Integer(
        "After a Broken Plan",
        default=12,
        help="For so many months after a plan broke, one of you decides about the next.",
    )
    plan_rounding = fields.Selection(
        ROUNDINGS, "Rounding", required=True, default="none", help="The last instalment differs."
    )
    plan_extra = fields.Selection(
        EXTRAS, "Paid Too Much or Early", required=True, default="end", help="What it does."
    )
    plan_tolerance = fields.Float(
        "Tolerance",
        default=1.0,
        digits=(16, 2),
        help="So much less still counts as paid, and moves to the last instalment.",
    )
    plan_wait = fields.Integer(
        "Days a Transfer Takes",
        default=3,
        help="An instalment is missed when it is not there so many days after its day.",
    )
    plan_misses = fields.Integer(
        "Lapses After",
        default=1,
        help="So many instalments missed, each with a warning; after the last one, any.",
    )
    plan_grace = fields.Integer(
        "Days After the Warning", default=7, help="To pay what was missed before the plan lapses."
    )
    plan_lapse = fields.Selection(LAPSES, "Lapsing", required=True, default="auto")
    plan_resume = fields.Selection(
        RESUMES, "Follow-up Goes on", required=True, default="continue", help="After a plan ends."
    )
    plan_resume_level_id = fields.Many2one(
        "dunning.level", "At Level", domain="[('policy_id', '=', id)]", ondelete="set null"
    )
    plan_tell_before = fields.Boolean("Before an Instalment", default=True)
    plan_days_before = fields.Integer("Days Before", default=3)
    plan_tell_due = fields.Boolean("On Its Day", default=True)
    plan_tell_missed = fields.Boolean(
        "When It Was Missed",
        default=True,
        help="Without this warning a plan only lapses once one of you agrees.",
    )
    plan_interest = fields.Boolean(
        "Interest Runs On", help="Off: no interest over the time in which the plan is kept."
    )
    plan_offer_days = fields.Integer(
        "An Offer Stands for", default=14, help="Days that a debtor has to accept."
    )
    plan_postpone_days = fields.Integer(
        "Debtors May Postpone by",
        default=14,
        help="One instalment, once in a plan, by so many days without asking. 0: they ask.",
    )

    _plan_not_negative = models.Constraint(
        """CHECK(plan_minimum >= 0 AND plan_most >= 0 AND plan_first_days > 0
                 AND plan_automatic >= 0 AND plan_again_months >= 0 AND plan_tolerance >= 0
                 AND plan_wait >= 0 AND plan_misses > 0 AND plan_grace >= 0
                 AND plan_days_before >= 0 AND plan_offer_days > 0 AND plan_postpone_days >= 0
                 AND plan_first_share >= 0 AND plan_first_share <= 100)""",
        "Days and amounts of payment plans can't be negative, a percentage is between 0 and 100, "
        "and a plan lapses after one missed instalment at least.",
    )

    @api.constrains("plan_resume", "plan_resume_level_id")
    def _check_plan_resume(self):
        for policy in self:
            if policy.plan_resume == "level" and not policy.plan_resume_level_id:
                raise ValidationError(
                    self.env._(
                        "Say at which level of “%s” follow-up goes on after a plan.", policy.name
                    )
                )

    def _plan_terms(self, currency, company):
        """How this policy wants plans, its amounts in a currency: :class:`PlanTerms`."""
        self.ensure_one()
        policy, company = self.sudo(), company.sudo()
        today = self.env["dunning.message"]._today(company)

        def money(amount):
            converted = company.currency_id._convert(amount, currency, company, today)
            return exact(currency.round(converted))

        tiers = tuple((money(tier.amount), tier.months) for tier in policy.plan_tier_ids)
        return PlanTerms(
            policy=policy,
            who=policy.plan_who,
            bounds=Bounds(
                tiers=tiers,
                minimum=money(policy.plan_minimum),
                most=policy.plan_most,
                first_share=Decimal(repr(policy.plan_first_share)),
                first_days=policy.plan_first_days,
                automatic=money(policy.plan_automatic),
            ),
            rounding=policy.plan_rounding,
            offer_days=policy.plan_offer_days,
            postpone_days=policy.plan_postpone_days,
            again_months=policy.plan_again_months,
            guard={
                "rounding": policy.plan_rounding,
                "extra": policy.plan_extra,
                "tolerance": float(money(policy.plan_tolerance)),
                "wait": policy.plan_wait,
                "misses": policy.plan_misses,
                "grace": policy.plan_grace,
                "lapse": policy.plan_lapse,
                "resume": policy.plan_resume,
                "resume_level_id": policy.plan_resume_level_id.id,
                "tell_before": policy.plan_tell_before,
                "days_before": policy.plan_days_before,
                "tell_due": policy.plan_tell_due,
                "tell_missed": policy.plan_tell_missed,
                "interest": policy.plan_interest,
            },
        )


class DunningPlanTier(models.Model):
    """Up to which total a payment plan may take how many months."""

    _name = "dunning.plan.tier"
    _description = "Length of Payment Plans"
    _order = "policy_id, amount, id"

    policy_id = fields.Many2one("dunning.policy", required=True, index=True, ondelete="cascade")
    amount = fields.Float("Total up to", required=True, digits=(16, 2), help="In company currency.")
    months = fields.Integer(required=True, default=3)

    _sensible = models.Constraint(
        "CHECK(amount > 0 AND months > 0)", "Fill in a total above 0 and at least one month."
    )
    _amount_unique = models.UniqueIndex("(policy_id, amount)", "This total is in the list already.")
