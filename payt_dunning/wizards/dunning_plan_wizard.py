from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_amount

from ..models.dunning_plan_outlook import History
from ..rules.instalment_bounds import breaches
from ..rules.instalments import Unfit, check_days, heavier
from ..rules.law.money import ZERO
from ..tools import exact

MODES = [("new", "New Plan"), ("counter", "Counter-Offer"), ("amend", "Change")]


class DunningPlanWizard(models.TransientModel):
    """A payment plan on one page: choose what it covers, see the instalments, confirm.

    The same page answers what a debtor proposed with other instalments, and changes a plan that
    runs. What it shows is for the eye only: what is confirmed is checked and calculated anew.
    """

    _name = "dunning.plan.wizard"
    _description = "Make a Payment Plan"

    mode = fields.Selection(MODES, compute="_compute_mode")
    plan_id = fields.Many2one(
        "dunning.payment.plan",
        readonly=True,
        ondelete="cascade",
        default=lambda self: self._opened_on("dunning.payment.plan"),
    )
    question_id = fields.Many2one(
        "dunning.question",
        "Message of the Debtor",
        readonly=True,
        ondelete="cascade",
        default=lambda self: self._opened_on("dunning.question"),
    )
    asked = fields.Text("The Debtor Wrote", related="question_id.text", related_sudo=False)
    close_question = fields.Boolean(
        "This Answers the Message", default=True, help="It is not listed as unanswered any more."
    )
    debtor_id = fields.Many2one(
        "dunning.debtor",
        required=True,
        readonly=True,
        ondelete="cascade",
        default=lambda self: self._opened_for(),
    )
    company_id = fields.Many2one(related="debtor_id.company_id", related_sudo=False)
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        compute="_compute_currency_id",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('id', 'in', currency_ids)]",
    )
    currency_ids = fields.Many2many("res.currency", compute="_compute_currency_ids")
    date_until = fields.Date(
        "Offer Stands Until", compute="_compute_date_until", store=True, readonly=False
    )
    reason = fields.Char("Why", help="Kept with the new version of the plan.")
    beyond_why = fields.Char("Why Beyond the Bounds", help="Kept in the note of the plan.")
    note = fields.Text("Internal Note", help="Kept inside: the debtor does not see it.")
    says = fields.Text("What the Debtor Says", related="plan_id.reason", related_sudo=False)
    plan_history = fields.Char("Earlier Plans", compute="_compute_debtor_history")
    promise_history = fields.Char("Promises", compute="_compute_debtor_history")
    problem = fields.Text(compute="_compute_judgement")
    beyond = fields.Text("Bounds Not Kept", compute="_compute_judgement")
    may_go_beyond = fields.Boolean(compute="_compute_judgement")
    heavier = fields.Boolean(compute="_compute_judgement", help="The debtor has to agree again.")
    avoided = fields.Char("Costs Avoided", compute="_compute_avoided")
    history = fields.Json(compute="_compute_history", store=True)
    outlook = fields.Text("Plan or No Plan", compute="_compute_outlook")

    # -- what it is opened about -----------------------------------------------------------------

    @api.model
    def _opened_on(self, model):
        """The record of a model that the dialog is opened on, if it is."""
        context = self.env.context
        active_id = context.get("active_model") == model and context.get("active_id")
        return self.env[model].browse(active_id or ())

    @api.model
    def _selected_items(self):
        """The open items that the dialog is opened about; none: all of the debtor's."""
        context, model = self.env.context, self.env.context.get("active_model")
        ids = context.get("active_ids") or [context.get("active_id")]
        Item = self.env["dunning.item"]
        if context.get("default_question_id"):
            question = self.env["dunning.question"].browse(context["default_question_id"])
            return question.item_ids.filtered(lambda item: item.state == "open")
        if model == "dunning.question":
            return self._opened_on(model).item_ids.filtered(lambda item: item.state == "open")
        field = {"dunning.item": "id", "account.move": "move_id"}.get(model)
        return Item.search([(field, "in", ids), ("state", "=", "open")]) if field else Item

    @api.model
    def _opened_for(self):
        """The debtor that the dialog is opened about.

        :raises UserError: when there are several, or nothing is open
        """
        context, model = self.env.context, self.env.context.get("active_model")
        if context.get("default_question_id"):
            return self.env["dunning.question"].browse(context["default_question_id"]).debtor_id
        if model in ("dunning.payment.plan", "dunning.question"):
            return self._opened_on(model).debtor_id
        debtors = self._selected_items().debtor_id
        if model == "dunning.debtor":
            debtors = self.env[model].browse(context.get("active_ids") or context.get("active_id"))
        if len(debtors) > 1:
            raise UserError(self.env._("A payment plan is about what one debtor owes one company."))
        if not debtors and model in ("dunning.item", "account.move"):
            raise UserError(self.env._("Nothing of the selection is open and followed up."))
        return debtors

    @api.depends("plan_id")
    def _compute_mode(self):
        for dialog in self:
            plan = dialog.plan_id
            dialog.mode = ("amend" if plan.state == "running" else "counter") if plan else "new"

    @api.depends("debtor_id")
    def _compute_currency_ids(self):
        for dialog in self:
            dialog.currency_ids = dialog._open_of_debtor().currency_id

    @api.depends("debtor_id", "plan_id")
    def _compute_currency_id(self):
        for dialog in self:
            items = dialog._selected_items() or dialog._open_of_debtor()
            items = items.sorted(lambda item: (item.date_due or fields.Date.today(), item.id))
            currency = dialog.plan_id.currency_id or items[:1].currency_id
            dialog.currency_id = currency or dialog.company_id.currency_id

    def _open_of_debtor(self):
        return self.env["dunning.item"].search(
            [("debtor_id", "=", self.debtor_id.id), ("state", "=", "open")],
            order="date_due, id",
        )

    @api.depends("debtor_id", "date_first")
    def _compute_date_until(self):
        for dialog in self:
            terms = dialog._terms()
            until = terms and fields.Date.add(dialog._today(), days=terms.offer_days)
            days = [day for day in (until, dialog.date_first) if day]
            dialog.date_until = min(days, default=False)

    def _today(self):
        return self.env["dunning.message"]._today(self.company_id)

    def _terms(self):
        """What the policy says about such a plan; ``None`` where none applies."""
        items = self._covered_items().sudo()
        try:
            return self.env["dunning.payment.plan"]._terms_of(items) if items else None
        except UserError:
            return None

    # -- what is said about it -------------------------------------------------------------------

    @api.depends("row_ids.date", "row_ids.amount", "how", "to_pay", "plan_id", "waived")
    @api.depends_context("lang", "uid")
    def _compute_judgement(self):
        for dialog in self:
            dialog.may_go_beyond = self.env.user.has_group("payt_dunning.group_dunning_manager")
            dialog.problem = dialog.beyond = False
            dialog.heavier = False
            try:
                schedule = dialog._checked_schedule()
            except UserError as problem:
                dialog.problem = str(problem)
                continue
            dialog.beyond = "\n".join(dialog._beyond(schedule)) or False
            if dialog.mode == "amend":
                dialog.heavier = heavier(dialog._plan()._rest(), schedule)

    def _checked_schedule(self):
        """The instalments, checked.

        :raises UserError: in the user's words
        """
        try:
            schedule = self._schedule()
            check_days(schedule, self._today())
        except Unfit as problem:
            plans = self.env["dunning.payment.plan"]
            raise UserError(plans._unfit_words(problem, self.currency_id)) from None
        return schedule

    def _beyond(self, schedule):
        """Bounds of the policy that a schedule does not keep, in words.

        A counter-offer may be as far beyond them as what the debtor proposed, a change as far as
        the plan itself is.
        """
        terms = self._terms()
        if not terms:
            return []
        total, day = sum((each.amount for each in schedule), ZERO), self._today()
        found = breaches(terms.bounds, schedule, total, day)
        if self.mode != "new":
            known = {
                breach.code: breach.found
                for breach in breaches(terms.bounds, self._before(), total, day)
            }
            found = [
                breach
                for breach in found
                if breach.code not in known or _is_worse(breach, known[breach.code])
            ]
        plans = self.env["dunning.payment.plan"]
        words = [plans._breach_words(breach, self.currency_id) for breach in found]
        if terms.who == "none" and self.mode == "new":
            words.append(
                self.env._("The policy “%s” has no payment plans.", terms.policy.display_name)
            )
        return words

    @api.depends("line_ids.taken", "plan_id")
    @api.depends_context("lang")
    def _compute_avoided(self):
        plans = self.env["dunning.payment.plan"]
        for dialog in self:
            items = dialog._covered_items()
            amount = plans._costs_of_collection(items, dialog._today()) if items else ZERO
            money = format_amount(self.env, float(amount), dialog.currency_id)
            dialog.avoided = money if amount else False

    @api.depends("debtor_id", "currency_id", "plan_id")
    def _compute_history(self):
        outlook = self.env["dunning.plan.outlook"]
        for dialog in self:
            items = dialog._covered_items().sudo()
            dialog.history = list(outlook._history(items)) if items else False

    @api.depends("history", "row_ids.date", "row_ids.amount", "problem")
    @api.depends_context("lang")
    def _compute_outlook(self):
        outlook = self.env["dunning.plan.outlook"]
        for dialog in self:
            try:
                schedule = dialog._checked_schedule()
            except UserError:
                schedule = ()
            history = History(*(dialog.history or ()))
            dialog.outlook = outlook._words(history, schedule, dialog.currency_id)

    # -- confirming ------------------------------------------------------------------------------

    def action_apply(self):
        """Start the plan; or make the counter-offer, or the change."""
        self._check_collector()
        if self.mode == "new":
            return self._show(self._begin())
        plan = self.plan_id._as_collector()
        schedule = self._confirmed_schedule()
        if self.mode == "counter":
            plan._still("proposed")
            offer = plan._counter(schedule, self.date_until)
            self._keep_note(offer, schedule)
            return self._show(offer)
        if not (self.reason or "").strip():
            raise UserError(self.env._("Say why the payment plan changes."))
        self._keep_note(plan, schedule)
        plan._amend(schedule, self.reason.strip(), until=self._until_of_change(schedule))
        return self._show(plan)

    def _until_of_change(self, schedule):
        """Until when the debtor can agree to a change; ``None``: as long as usual."""
        if not self.date_until:
            return None
        until = min(self.date_until, min(each.due for each in schedule))
        self._plan()._check_until(until, self._today(), schedule)
        return until

    def action_offer(self):
        """Offer the plan: it begins when the debtor accepts it."""
        self._check_collector()
        if self.mode != "new":
            raise UserError(self.env._("This payment plan is there already."))
        if self.with_interest:
            raise UserError(
                self.env._(
                    "Interest until today can only be in a plan that starts now: leave it out of "
                    "the offer, or start the plan."
                )
            )
        items, charges = self._chosen()
        schedule = self._confirmed_schedule()
        plan = self.env["dunning.payment.plan"]._offer(
            items, schedule, self.date_until, charges=charges, **self._values(schedule)
        )
        self._answer(items)
        return self._show(plan)

    def _begin(self):
        """Make a new plan and start it."""
        plans = self.env["dunning.payment.plan"].sudo()
        items, charges = self._chosen()
        schedule = self._confirmed_schedule()
        if self.with_interest:
            charges |= self._claim_interest(items)
        plan = plans._make(
            items, schedule, "proposed", "clerk", charges=charges, **self._values(schedule)
        )
        plan._start("clerk")
        self._answer(items)
        return plan

    def _check_collector(self):
        self.ensure_one()
        if not self.env.user.has_group("payt_dunning.group_dunning_user"):
            raise AccessError(self.env._("Only collectors can decide about payment plans."))

    def _confirmed_schedule(self):
        """The instalments, if this user may agree to them.

        :raises UserError: in the user's words
        """
        self.debtor_id.check_access("read")
        self._check_may_let_go()
        schedule = self._checked_schedule()
        beyond = self._beyond(schedule)
        if beyond and not self.env.user.has_group("payt_dunning.group_dunning_manager"):
            raise UserError(
                self.env._(
                    "Only a manager can go beyond the bounds of the policy:\n%s", "\n".join(beyond)
                )
            )
        if beyond and not (self.beyond_why or "").strip():
            raise UserError(
                self.env._("Say why you go beyond the bounds of the policy:\n%s", "\n".join(beyond))
            )
        return schedule

    def _values(self, schedule):
        """Further values of a new plan."""
        return {
            "waived": exact(self.waived),
            "every": self.every,
            "rounding": self.rounding,
            "note": self._note(schedule),
        }

    def _note(self, schedule):
        """The internal note, with why the plan is beyond the bounds."""
        beyond = self._beyond(schedule)
        why = beyond and self.env._(
            "Beyond the bounds (%(bounds)s): %(why)s",
            bounds=" ".join(beyond),
            why=(self.beyond_why or "").strip(),
        )
        return "\n".join(filter(None, ((self.note or "").strip(), why))) or False

    def _keep_note(self, plan, schedule):
        """Add the note to that of a plan that is there."""
        note = self._note(schedule)
        if note:
            plan.sudo().note = "\n".join(filter(None, (plan.sudo().note, note)))

    def _answer(self, items):
        """What asked for a plan is answered with this one."""
        self.env["dunning.task"]._done(items.sudo().move_id, "plan_request")
        question = self.question_id
        if question and question.debtor_id == self.debtor_id:
            own = question._as_collector()
            self.env["dunning.task"]._done(own.move_id, "plan_request")
            if self.close_question and own.state == "open":
                own._close("answered", self.env.user)

    def _show(self, plan):
        return {
            "type": "ir.actions.act_window",
            "res_model": "dunning.payment.plan",
            "res_id": plan.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }


def _is_worse(breach, known):
    """Whether a bound is kept even less than in another schedule."""
    if breach.code in ("minimum", "first_share"):
        return breach.found < known
    return breach.found > known
