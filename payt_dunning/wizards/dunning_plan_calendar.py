from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..models.dunning_plan_policy import INTERVALS, ROUNDINGS
from ..rules.instalments import Unfit, by_amount, by_count, due_dates, free, single
from ..rules.law.money import ZERO
from ..tools import exact

HOW = [
    ("count", "In So Many Instalments"),
    ("amount", "So Much Each Time"),
    ("single", "All of It on a Later Day"),
    ("free", "Days and Amounts of Your Own"),
]


class DunningPlanWizard(models.TransientModel):
    """When how much is paid: calculated at once from few choices, or filled in by hand."""

    _inherit = "dunning.plan.wizard"  # pylint: disable=consider-merging-classes-inherited

    how = fields.Selection(
        HOW,
        "How It Is Paid",
        required=True,
        compute="_compute_how",
        store=True,
        precompute=True,
        readonly=False,
    )
    count = fields.Integer(
        "Instalments", compute="_compute_count", store=True, readonly=False, help="How many."
    )
    each = fields.Monetary("Each Time", help="The last instalment has what is left.")
    every = fields.Selection(
        INTERVALS,
        compute="_compute_how",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
    )
    payment_day = fields.Integer(
        "Day of the Month", help="31 is the last day. 0: the day of the first instalment."
    )
    date_first = fields.Date(
        "First On",
        compute="_compute_date_first",
        store=True,
        precompute=True,
        readonly=False,
    )
    rounding = fields.Selection(
        ROUNDINGS,
        compute="_compute_rounding",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        help="The difference is in the last instalment.",
    )
    row_ids = fields.One2many(
        "dunning.plan.wizard.row",
        "wizard_id",
        "Calendar",
        compute="_compute_row_ids",
        compute_sudo=False,
        store=True,
        readonly=False,
    )
    row_total = fields.Monetary("Instalments Together", compute="_compute_difference")
    difference = fields.Monetary(compute="_compute_difference", help="What is still missing.")

    @api.depends("plan_id")
    def _compute_how(self):
        for dialog in self:
            dialog.how = "free" if dialog.plan_id else dialog.how or "count"
            dialog.every = dialog.plan_id.every or dialog.every or "month"

    @api.depends("debtor_id", "currency_id", "plan_id")
    def _compute_rounding(self):
        for dialog in self:
            terms = dialog._terms()
            dialog.rounding = dialog.plan_id.rounding or (terms.rounding if terms else "none")

    @api.depends("debtor_id", "currency_id", "plan_id")
    def _compute_date_first(self):
        for dialog in self:
            dialog.date_first = dialog._first_day()

    @api.depends("debtor_id", "currency_id", "plan_id")
    def _compute_count(self):
        """As many as the policy would offer unasked."""
        plans = self.env["dunning.payment.plan"]
        for dialog in self:
            if dialog.plan_id:
                dialog.count = len(dialog._before())
                continue
            terms, total, schedule = dialog._terms(), dialog._total(), None
            if terms and total > 0:
                schedule = plans._proposed_schedule(total, terms, dialog._today(), dialog._step())
            dialog.count = len(schedule) if schedule else 3

    def _step(self):
        """The smallest unit of the currency."""
        return Decimal(repr(self.currency_id.rounding or 0.01))

    def _before(self):
        """The instalments that were asked for, or are left of the plan that is changed."""
        plan = self._plan()
        return plan._rest() if self.mode == "amend" else plan._schedule()

    def _schedule(self):
        """The instalments, from the choices or as they were filled in.

        :raises Unfit: there are none of the kind
        :raises UserError: something is not filled in
        """
        total, step = self._total() - self._let_go(), self._step()
        first, every, day = self.date_first, self.every or "month", self.payment_day
        if self.how == "free":
            return free(total, self._pairs(), step)
        if not first:
            raise UserError(self.env._("Fill in the day of the first instalment."))
        if not 0 <= day <= 31:
            raise UserError(self.env._("The day of the month is between 1 and 31."))
        if self.how == "count":
            terms = self._terms()
            share = terms.bounds.first_share if terms else ZERO
            dates = due_dates(first, self.count, every, day)
            return by_count(total, self.count, dates, step, self.rounding, share)
        if self.how == "amount":
            amount = exact(self.currency_id.round(self.each))
            return by_amount(total, amount, first, every, day, step)
        return single(total, first)

    def _pairs(self):
        """Days and amounts that were filled in, in order of day.

        :raises UserError: a day is missing
        """
        if any(not row.date for row in self.row_ids):
            raise UserError(self.env._("Fill in the day of each instalment."))
        pairs = [(row.date, exact(self.currency_id.round(row.amount))) for row in self.row_ids]
        return sorted(pairs, key=lambda pair: pair[0])

    @api.depends(
        "how",
        "count",
        "each",
        "every",
        "payment_day",
        "date_first",
        "rounding",
        "to_pay",
        "plan_id",
    )
    def _compute_row_ids(self):
        for dialog in self:
            if dialog.how == "free" and (dialog.row_ids or not dialog.plan_id):
                dialog.row_ids = dialog.row_ids
                continue
            try:
                schedule = dialog._before() if dialog.how == "free" else dialog._schedule()
            except (Unfit, UserError):
                schedule = ()  # what is wrong is said beside
            dialog.row_ids = [Command.clear()] + [
                Command.create({"date": each.due, "amount": float(each.amount)})
                for each in schedule
            ]

    @api.depends("row_ids.amount", "to_pay")
    def _compute_difference(self):
        for dialog in self:
            total = sum(
                (exact(dialog.currency_id.round(row.amount)) for row in dialog.row_ids), ZERO
            )
            dialog.row_total = float(total)
            dialog.difference = float(exact(dialog.to_pay) - total)


class DunningPlanWizardRow(models.TransientModel):
    """An instalment of a payment plan that is being made."""

    _name = "dunning.plan.wizard.row"
    _description = "Instalment of a New Payment Plan"
    _order = "date, id"

    wizard_id = fields.Many2one(
        "dunning.plan.wizard", required=True, index=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="wizard_id.currency_id")
    date = fields.Date("Due", required=True)
    amount = fields.Monetary()
