from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_amount, format_date

KINDS = [
    ("approve", "Approve"),
    ("refuse", "Refuse"),
    ("postpone", "Postpone an Instalment"),
    ("end", "End the Plan"),
    ("note", "Note"),
]
#: Instalments that can be moved.
MOVABLE = ("coming", "due", "late", "shifted")


class DunningPlanDecision(models.TransientModel):
    """Decide about a payment plan, with all that speaks for and against it in view.

    Which plan it is about a client says: what is shown of it is read with the user's own rights.
    """

    _name = "dunning.plan.decision"
    _description = "Decide About a Payment Plan"

    plan_id = fields.Many2one(
        "dunning.payment.plan",
        required=True,
        readonly=True,
        ondelete="cascade",
        default=lambda self: self._opened_on(),
    )
    kind = fields.Selection(KINDS, required=True, readonly=True, default="approve")
    plan_state = fields.Selection(related="plan_id.state", string="State", related_sudo=False)
    debtor_id = fields.Many2one(related="plan_id.debtor_id", related_sudo=False)
    currency_id = fields.Many2one(related="plan_id.currency_id", related_sudo=False)
    total = fields.Monetary(related="plan_id.total", related_sudo=False)
    says = fields.Text("What the Debtor Says", related="plan_id.reason", related_sudo=False)
    bounds_broken = fields.Text(related="plan_id.bounds_broken", related_sudo=False)
    beyond = fields.Boolean(compute="_compute_beyond", help="Beyond the bounds of the policy.")
    may_go_beyond = fields.Boolean(compute="_compute_beyond")
    beyond_why = fields.Char("Why Beyond the Bounds", help="Kept in the note of the plan.")
    plan_history = fields.Char(related="debtor_id.plan_history", related_sudo=False)
    promise_history = fields.Char(related="debtor_id.promise_history", related_sudo=False)
    calendar = fields.Text(compute="_compute_calendar")
    outlook = fields.Text("Plan or No Plan", compute="_compute_outlook")
    reply_id = fields.Many2one(
        "dunning.reply", "Ready Reply", help="Fills in the words; you can still change them."
    )
    filled = fields.Text()
    words = fields.Text("Why")
    installment_id = fields.Many2one(
        "dunning.payment.installment",
        "Instalment",
        compute="_compute_installment_id",
        compute_sudo=False,
        store=True,
        readonly=False,
        ondelete="cascade",
        domain="[('plan_id', '=', plan_id), ('state', 'in', ('coming', 'due', 'late', 'shifted'))]",
    )
    date = fields.Date("New Day")
    rest = fields.Boolean("Later Ones Move Along", default=True)
    note = fields.Text(
        "Internal Note",
        compute="_compute_note",
        compute_sudo=False,
        store=True,
        readonly=False,
        help="Kept inside: the debtor does not see it.",
    )

    @api.model
    def _opened_on(self):
        if self.env.context.get("active_model") != "dunning.payment.plan":
            return self.env["dunning.payment.plan"]
        return self.env["dunning.payment.plan"].browse(self.env.context.get("active_id"))

    @api.depends("plan_id", "kind")
    @api.depends_context("uid")
    def _compute_beyond(self):
        for dialog in self:
            dialog.may_go_beyond = self.env.user.has_group("payt_dunning.group_dunning_manager")
            plan = dialog.kind == "approve" and dialog._plan()
            dialog.beyond = bool(plan and plan.installment_ids and plan._beyond())

    @api.depends("plan_id")
    def _compute_note(self):
        for dialog in self:
            dialog.note = dialog.plan_id.note

    @api.depends("plan_id", "kind")
    def _compute_installment_id(self):
        for dialog in self:
            movable = dialog.plan_id.installment_ids.filtered(lambda each: each.state in MOVABLE)
            dialog.installment_id = movable.sorted("date")[:1]

    @api.depends("plan_id", "installment_id", "date", "rest", "kind")
    @api.depends_context("lang")
    def _compute_calendar(self):
        """When how much is paid, once this is decided."""
        for dialog in self:
            plan = dialog._plan()
            if not plan:
                dialog.calendar = False
                continue
            try:
                schedule = dialog._moved() if dialog._moves() else plan._schedule()
            except UserError as problem:
                dialog.calendar = str(problem)
                continue
            dialog.calendar = "\n".join(
                self.env._(
                    "%(number)s. %(day)s: %(amount)s",
                    number=each.number,
                    day=format_date(self.env, each.due),
                    amount=format_amount(self.env, float(each.amount), plan.currency_id),
                )
                for each in schedule
            )

    @api.depends("plan_id")
    @api.depends_context("lang")
    def _compute_outlook(self):
        outlook = self.env["dunning.plan.outlook"]
        for dialog in self:
            plan = dialog._plan()
            if not plan.item_ids:
                dialog.outlook = False
                continue
            history = outlook._history(plan.item_ids)
            dialog.outlook = outlook._words(history, plan._schedule(), plan.currency_id)

    @api.onchange("reply_id")
    def _onchange_reply_id(self):
        """Put a ready reply in the words, in the debtor's language; nothing typed is lost."""
        if not self.reply_id or not self.plan_id:
            return
        plan = self._plan()
        text = self.reply_id.sudo()._filled(plan.debtor_id, plan.item_ids)
        before = (self.words or "").strip()
        self.words = f"{before}\n\n{text}" if before and before != self.filled else text
        self.filled = self.words

    def _plan(self):
        """The plan with the rights of the system, for who may read it."""
        self.plan_id.check_access("read")
        return self.plan_id.sudo()

    def _moves(self):
        return self.kind == "postpone" and self.date and self.installment_id

    def _moved(self):
        """The instalments with the chosen one on its new day."""
        return self._plan()._postponed_schedule(self.installment_id.number, self.date, self.rest)

    def action_apply(self):
        """Do what was decided; the debtor is told."""
        self.ensure_one()
        if not self.env.user.has_group("payt_dunning.group_dunning_user"):
            raise AccessError(self.env._("Only collectors can decide about payment plans."))
        self.plan_id.check_access("read")
        getattr(self, f"_apply_{self.kind}")(self.plan_id)
        return {"type": "ir.actions.act_window_close"}

    def _apply_approve(self, plan):
        plan.action_approve(self.beyond_why)

    def _apply_refuse(self, plan):
        plan.action_refuse(self.words)

    def _apply_end(self, plan):
        plan.action_end(self.words)

    def _apply_postpone(self, plan):
        if not self.installment_id or not self.date:
            raise UserError(self.env._("Choose an instalment and its new day."))
        if self.installment_id.plan_id != plan:
            raise UserError(
                self.env._(
                    "“%(instalment)s” is no instalment of %(plan)s.",
                    instalment=self.installment_id.display_name,
                    plan=plan.name,
                )
            )
        plan._as_collector()._postpone(self.installment_id.number, self.date, self.rest)

    def _apply_note(self, plan):
        plan._as_collector().note = (self.note or "").strip() or False


class DunningAnswerWizard(models.TransientModel):
    """Who asks for a plan is answered with one."""

    _inherit = "dunning.answer.wizard"  # pylint: disable=consider-merging-classes-inherited

    asks_plan = fields.Boolean(related="question_id.asks_plan")
