"""What the staff's screens show of payment plans, and the ways that lead to them."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import format_amount, format_date

WAITING = ("proposed", "offered", "running")


class DunningPaymentPlan(models.Model):
    """Plans as lists and forms show them."""

    _inherit = "dunning.payment.plan"  # pylint: disable=consider-merging-classes-inherited
    # Collectors may note something in the chatter and give each other tasks; see `action_*`
    # for what they may change.
    _mail_post_access = "read"

    progress = fields.Float(compute="_compute_progress", help="How much of it was paid, in %.")
    says = fields.Char("In Short", compute="_compute_says")
    bounds_broken = fields.Text(
        "Not Kept",
        compute="_compute_bounds_broken",
        help="Bounds of the policy that the instalments do not keep.",
    )
    amended = fields.Text("Waits for the Debtor's Yes", compute="_compute_amended")

    @api.depends("paid", "total", "credited", "state")
    def _compute_progress(self):
        for plan in self:
            whole = plan.total - plan.credited
            part = plan.paid / whole if whole > 0 else 1.0
            plan.progress = 100.0 if plan.state == "completed" else min(100.0 * part, 100.0)

    @api.depends("name", "state", "next_date", "next_amount", "answer_by", "valid_until")
    @api.depends_context("lang")
    def _compute_says(self):
        for plan in self:
            plan.says = plan._in_short()

    def _in_short(self):
        """The plan in one line: what comes next of it."""

        def day(date):
            return date and format_date(self.env, date)

        if self.state == "running" and self.next_date:
            return self.env._(
                "In payment plan %(plan)s: next %(amount)s on %(day)s",
                plan=self.name,
                amount=format_amount(self.env, self.next_amount, self.currency_id),
                day=day(self.next_date),
            )
        if self.state == "running":
            return self.env._("In payment plan %s", self.name)
        if self.state == "proposed":
            return self.env._(
                "Payment plan %(plan)s was asked for: answer by %(day)s",
                plan=self.name,
                day=day(self.answer_by),
            )
        if self.state == "offered":
            return self.env._(
                "Payment plan %(plan)s is offered until %(day)s",
                plan=self.name,
                day=day(self.valid_until),
            )
        return self.name or ""

    @api.depends("state", "installment_ids.date", "installment_ids.amount")
    @api.depends_context("lang")
    def _compute_bounds_broken(self):
        for plan in self:
            waits = plan.state == "proposed" and plan.installment_ids
            plan.bounds_broken = waits and "\n".join(plan._asks()) or False

    def _asks(self):
        """Why one of us has to decide about what a debtor asks for, in words."""
        plan = self.sudo()
        try:
            terms = plan._terms_of(plan.item_ids)
        except UserError as problem:
            return [str(problem)]
        return plan._needs_person(plan.item_ids, plan._schedule(), terms, plan._today())

    @api.depends("amendment")
    @api.depends_context("lang")
    def _compute_amended(self):
        for plan in self:
            plan.amended = "\n".join(
                f"{format_date(self.env, each.due)}: "
                f"{format_amount(self.env, float(each.amount), plan.currency_id)}"
                for each in plan._amended()
            )

    def _mail_get_operation_for_mail_message_operation(self, message_operation):
        """Whoever only looks at plans writes to nobody through them."""
        found = super()._mail_get_operation_for_mail_message_operation(message_operation)
        own = self.env.user.has_group("payt_dunning.group_dunning_user")
        if message_operation == "create" and not own:
            return dict.fromkeys(found, "write")
        return found

    def action_open_page(self):
        """Look at the page of the debtor as it sees the plan."""
        self.ensure_one()
        self.check_access("read")
        if not self.env.user.has_group("payt_dunning.group_dunning_user"):
            raise AccessError(self.env._("Only collectors can open the pages of debtors."))
        return {"type": "ir.actions.act_url", "url": self.sudo()._page_url(), "target": "new"}

    def action_agreement(self):
        """The agreement as it stands now, as PDF."""
        self.ensure_one()
        self.check_access("read")
        file = self.sudo().version_ids[:1].pdf_id
        if not file:
            raise UserError(self.env._("“%s” has no agreement yet.", self.name))
        return _download(file)


class DunningPaymentPlanVersion(models.Model):
    """Versions can be looked at as they were."""

    _inherit = "dunning.payment.plan.version"  # pylint: disable=consider-merging-classes-inherited

    def action_agreement(self):
        """This version of the agreement, as PDF."""
        self.ensure_one()
        self.check_access("read")
        return _download(self.sudo().pdf_id)


class DunningDebtor(models.Model):
    """A debtor says which plans run."""

    _inherit = "dunning.debtor"  # pylint: disable=consider-merging-classes-inherited

    plan_says = fields.Text("Payment Plan", compute="_compute_plan_says")

    @api.depends("plan_ids.says")
    @api.depends_context("lang")
    def _compute_plan_says(self):
        for debtor in self:
            debtor.plan_says = "\n".join(_waiting(debtor.plan_ids).mapped("says"))


class DunningItem(models.Model):
    """An item says in which plan it is."""

    _inherit = "dunning.item"  # pylint: disable=consider-merging-classes-inherited

    plan_id = fields.Many2one(
        "dunning.payment.plan", "Its Plan", compute="_compute_plan_says", help="That runs or waits."
    )
    plan_says = fields.Char("Payment Plan", compute="_compute_plan_says")

    @api.depends("plan_ids.says")
    @api.depends_context("lang")
    def _compute_plan_says(self):
        for item in self:
            item.plan_id = _waiting(item.plan_ids)[:1]
            item.plan_says = item.plan_id.says


class AccountMove(models.Model):
    """An invoice says in which plan it is."""

    _inherit = "account.move"  # pylint: disable=consider-merging-classes-inherited

    dunning_plan_id = fields.Many2one(
        "dunning.payment.plan",
        "In Payment Plan",
        compute="_compute_dunning_plan",
        groups="payt_dunning.group_dunning_user",
    )
    dunning_plan_says = fields.Char(
        "Payment Plan", compute="_compute_dunning_plan", groups="payt_dunning.group_dunning_user"
    )

    @api.depends("dunning_item_ids.plan_says")
    @api.depends_context("lang")
    def _compute_dunning_plan(self):
        for move in self:
            plan = move.dunning_item_ids.plan_id[:1]
            move.dunning_plan_id = plan
            move.dunning_plan_says = plan.says


class DunningHold(models.Model):
    """A hold of a plan leads to it."""

    _inherit = "dunning.hold"  # pylint: disable=consider-merging-classes-inherited

    plan_id = fields.Many2one(
        "dunning.payment.plan", "Payment Plan", compute="_compute_plan_id", help="Owns the hold."
    )

    @api.depends("owner_model", "owner_id")
    def _compute_plan_id(self):
        for hold in self:
            owned = hold.owner_model == "dunning.payment.plan"
            hold.plan_id = owned and hold.owner_id


class DunningQuestion(models.Model):
    """Who asks for a plan is answered with one."""

    _inherit = "dunning.question"  # pylint: disable=consider-merging-classes-inherited

    asks_plan = fields.Boolean(compute="_compute_asks_plan", help="A payment plan would answer it.")
    plan_history = fields.Char(related="debtor_id.plan_history")

    @api.depends("state", "item_ids")
    def _compute_asks_plan(self):
        items = self.sudo().item_ids
        holds = self.env["dunning.hold"].sudo()
        held = holds.search(
            Domain("item_id", "in", items.ids)
            & Domain("kind", "=", "plan_requested")
            & Domain("released_on", "=", False)
        ).item_id
        for question in self:
            own = question.sudo().item_ids
            reasons = own.nonpayment_reason_id.mapped("offer")
            question.asks_plan = question.state == "open" and bool(own & held or "plan" in reasons)


def _waiting(plans):
    """Those of plans that run or wait for somebody; the one that runs first."""
    return plans.filtered(lambda plan: plan.state in WAITING).sorted(
        lambda plan: (plan.state != "running", -plan.id)
    )


def _download(file):
    return {
        "type": "ir.actions.act_url",
        "url": f"/web/content/{file.id}?download=true",
        "target": "download",
    }
