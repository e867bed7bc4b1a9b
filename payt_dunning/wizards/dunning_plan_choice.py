from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..rules.law.money import ZERO
from ..tools import exact


class DunningPlanWizard(models.TransientModel):
    """What a payment plan covers: the debtor's open items, costs and interest."""

    _inherit = "dunning.plan.wizard"  # pylint: disable=consider-merging-classes-inherited

    line_ids = fields.One2many(
        "dunning.plan.wizard.line",
        "wizard_id",
        "Covers",
        compute="_compute_line_ids",
        compute_sudo=False,
        store=True,
        precompute=True,
        readonly=False,
    )
    interest_known = fields.Json(compute="_compute_interest_known", store=True)
    interest = fields.Monetary(
        "Interest Until Today",
        compute="_compute_interest",
        help="Of the invoices that are ticked, beyond what was claimed.",
    )
    with_interest = fields.Boolean(
        "Include Interest Until Today", help="It becomes a claim when the plan starts."
    )
    waived = fields.Monetary(
        "Let Go if Kept",
        compute="_compute_waived",
        store=True,
        readonly=False,
        help="The debtor need not pay this once all instalments are paid.",
    )
    open_total = fields.Monetary("Together", compute="_compute_to_pay")
    to_pay = fields.Monetary("To Pay in Parts", compute="_compute_to_pay")

    @api.depends("debtor_id", "currency_id", "plan_id")
    def _compute_line_ids(self):
        for dialog in self:
            dialog.line_ids = [Command.clear()] + [
                Command.create(values) for values in dialog._lines()
            ]

    def _lines(self):
        """What may be in the plan, as values of lines."""
        plan = self._plan()
        if plan:
            rows = [{"taken": True, "item_id": item.id} for item in plan.item_ids]
            return rows + [{"taken": True, "charge_id": each.id} for each in plan.charge_ids]
        items, selected = self._open_of_debtor(), self._selected_items()
        charges = self.env["dunning.charge"].search(
            [
                ("debtor_id", "=", self.debtor_id.id),
                ("currency_id", "=", self.currency_id.id),
                ("state", "in", ("claimed", "booked")),
            ],
            order="due_from, id",
        )
        why = self._why_not(items.sudo())
        lines = [
            {
                "item_id": item.id,
                "taken": not why.get(item.id) and (not selected or item in selected),
                "why_not": why.get(item.id),
            }
            for item in items
        ]
        for charge in charges.filtered(lambda charge: charge.amount_left > 0):
            reason = self._why_not_charge(charge.sudo())
            lines.append(
                {"charge_id": charge.id, "taken": not reason and not selected, "why_not": reason}
            )
        return lines

    def _why_not(self, items):
        """Why items can't be in a plan, in words: ``{item id: words}``."""
        plans, found = self.env["dunning.payment.plan"], {}
        disputed = self.env["dunning.dispute"].sudo()._disputed_of(items)
        running = plans._of_items(items)
        for item in items:
            plan = running.filtered(lambda plan, own=item: own in plan.item_ids)[:1]
            if plan:
                found[item.id] = self.env._("Is in %s already", plan.name)
            elif disputed.get(item.id):
                found[item.id] = self.env._("Is disputed")
            elif item.amount_open <= 0:
                found[item.id] = self.env._("Nothing of it is open")
            elif item.line_id.parent_state != "posted":
                found[item.id] = self.env._("Is not posted")
            elif item.currency_id != self.currency_id:
                found[item.id] = self.env._("Another currency: make a plan of its own")
        return found

    @api.model
    def _why_not_charge(self, charge):
        """Why costs can't be in a plan, in words; empty where they can."""
        plans = self.env["dunning.payment.plan"]
        try:
            plans._check_charges(charge.share_ids.item_id, charge)
        except UserError as problem:
            return str(problem)
        return ""

    # -- interest --------------------------------------------------------------------------------

    @api.depends("debtor_id", "currency_id", "plan_id")
    def _compute_interest_known(self):
        for dialog in self:
            items = dialog.line_ids.item_id if not dialog.plan_id else self.env["dunning.item"]
            running = dialog._running_interest(items.sudo())[0] if items else {}
            dialog.interest_known = {str(each): str(amount) for each, amount in running.items()}

    def _running_interest(self, items):
        """Interest of items through today that is no claim yet, where some may be claimed.

        :return: ``{item id: amount}``, and what is owed as :class:`~..models.dunning_owed.Owed`
        """
        items = items.filtered(lambda item: item.currency_id == self.currency_id)
        if not items or not self.env["dunning.page.choice"]._can_book(self.company_id):
            return {}, None
        debtor = self.debtor_id
        try:
            owed = self.env["dunning.owed"]._statements(items, self._today())
        except UserError:
            return {}, None
        owed = owed.get((debtor.id, self.currency_id.id))
        if not owed:
            return {}, None
        claimed = dict.fromkeys(items.ids, ZERO)
        for charge in owed.charges:
            if charge.kind == "interest":
                for item_id, amount in charge.shares.items():
                    claimed[item_id] = claimed.get(item_id, ZERO) + amount
        found = {
            item.id: owed.items[item.id].interest - claimed[item.id]
            for item in items
            if item.id in owed.items and not owed.items[item.id].why_no_interest
        }
        return {each: amount for each, amount in found.items() if amount > 0}, owed

    @api.depends("line_ids.taken", "interest_known")
    def _compute_interest(self):
        for dialog in self:
            known = dialog.interest_known or {}
            amounts = (known.get(str(item.id), "0") for item in dialog._ticked().item_id)
            dialog.interest = float(sum(map(Decimal, amounts), ZERO))

    def _claim_interest(self, items):
        """Interest until today becomes a claim: it is in the plan that starts.

        :raises UserError: where it can't be claimed, with the reason
        """
        running, owed = self._running_interest(items.sudo())
        if not running:
            raise UserError(self.env._("No interest can be claimed of these invoices today."))
        if sum(running.values(), ZERO) != exact(self.interest):
            raise UserError(
                self.env._("The interest has changed meanwhile. Open the dialog once more.")
            )
        return (
            self.env["dunning.charge"]
            .sudo()
            ._create_interest(
                [
                    (item, item.line_id.amount_currency, float(running[item.id]))
                    for item in items.sudo()
                    if item.id in running
                ],
                self._today(),
                self.env._("Interest until a payment plan began"),
                [],
                [row.name for row in owed.rows],
            )
        )

    # -- what is chosen --------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        dialogs = super().create(vals_list)
        for records in (dialogs.plan_id, dialogs.question_id, dialogs.debtor_id):
            records.check_access("read")
        return dialogs

    @api.depends("debtor_id")
    @api.depends_context("lang", "uid")
    def _compute_debtor_history(self):
        for dialog in self:
            debtor = dialog.debtor_id._origin
            debtor.check_access("read")
            dialog.plan_history = debtor.plan_history
            dialog.promise_history = debtor.promise_history

    def _plan(self):
        """The plan that is answered or changed, with the rights of the system."""
        self.plan_id.check_access("read")
        return self.plan_id.sudo()

    def _ticked(self):
        return self.line_ids.filtered("taken")

    def _covered_items(self):
        """The items that it is about: those that are ticked, else all that may be in it."""
        if self.plan_id:
            return self._plan().item_ids._origin
        ticked = self._ticked().item_id or self.line_ids.item_id
        return ticked.filtered(lambda item: item.currency_id == self.currency_id)._origin

    def _chosen(self):
        """The items and charges that are ticked, which come from the browser, checked.

        :raises UserError: naming what is not this debtor's
        """
        ticked = self._ticked()
        items, charges = ticked.item_id, ticked.charge_id
        for records in filter(None, (self.debtor_id, items, charges)):
            records.check_access("read")
        for records in (items, charges):
            foreign = records.filtered(lambda each: each.debtor_id != self.debtor_id)[:1]
            if foreign:
                raise UserError(
                    self.env._(
                        "“%(what)s” is not owed by %(debtor)s.",
                        what=foreign.display_name,
                        debtor=self.debtor_id.display_name,
                    )
                )
        return items, charges

    @api.depends("plan_id")
    def _compute_waived(self):
        for dialog in self:
            dialog.waived = dialog.plan_id.waived if dialog.plan_id else dialog.waived

    @api.depends("line_ids.taken", "with_interest", "interest", "waived", "plan_id")
    def _compute_to_pay(self):
        for dialog in self:
            total = dialog._total()
            dialog.open_total = float(total)
            dialog.to_pay = float(total - dialog._let_go())

    def _let_go(self):
        """What is let go in the new instalments; of a change it is so already."""
        rounded = self.currency_id.round(self.waived) if self.currency_id else self.waived
        return ZERO if self.mode == "amend" else exact(rounded)

    def _total(self):
        """All that the plan is about, as an exact amount."""
        plan = self._plan()
        if self.mode == "amend":
            return sum((each.amount for each in plan._rest()), ZERO)
        if plan:
            return plan._open_total(plan.item_ids, plan.charge_ids)
        lines = self._ticked()
        total = sum((exact(item.amount_open) for item in lines.item_id), ZERO)
        total += sum((exact(charge.amount_left) for charge in lines.charge_id), ZERO)
        return total + (exact(self.interest) if self.with_interest else ZERO)

    def _check_may_let_go(self):
        """Collectors let go up to the company's limit, managers more.

        :raises UserError: in the user's words
        """
        if self.mode != "new" or not self.waived:
            return
        if self.waived < 0 or exact(self.waived) >= self._total():
            raise UserError(
                self.env._("What is let go is above 0 and less than all that is to be paid.")
            )
        if self.env.user.has_group("payt_dunning.group_dunning_manager"):
            return
        company = self.company_id.sudo()
        own, limit = company.currency_id, company.dunning_waive_limit
        amount = self.currency_id._convert(self.waived, own, company, self._today())
        if own.compare_amounts(amount, limit) > 0:
            raise UserError(
                self.env._("A collector may let go up to %s, a manager more.", own.format(limit))
            )

    def _first_day(self):
        """The day of the first instalment to begin with."""
        terms, today = self._terms(), self._today()
        days = min(terms.offer_days, terms.bounds.first_days or 365) if terms else 14
        return today + timedelta(days=days)


class DunningPlanWizardLine(models.TransientModel):
    """What may be in a payment plan: an invoice, costs or interest."""

    _name = "dunning.plan.wizard.line"
    _description = "What a New Payment Plan Covers"
    _order = "id"

    wizard_id = fields.Many2one(
        "dunning.plan.wizard", required=True, index=True, ondelete="cascade"
    )
    taken = fields.Boolean("Include")
    item_id = fields.Many2one("dunning.item", "Invoice", readonly=True, ondelete="cascade")
    charge_id = fields.Many2one(
        "dunning.charge", "Costs or Interest", readonly=True, ondelete="cascade"
    )
    currency_id = fields.Many2one("res.currency", compute="_compute_amount")
    due = fields.Date(compute="_compute_amount")
    amount = fields.Monetary("Open", compute="_compute_amount")
    why_not = fields.Char(readonly=True)

    @api.depends("item_id", "charge_id")
    def _compute_amount(self):
        for row in self:
            row.currency_id = row.item_id.currency_id or row.charge_id.currency_id
            row.due = row.item_id.date_due or row.charge_id.due_from
            row.amount = row.item_id.amount_open or row.charge_id.amount_left
