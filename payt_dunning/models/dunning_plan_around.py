from odoo import api, fields, models
from odoo.fields import Domain


class DunningItem(models.Model):
    """Plans are looked at as soon as something about their items changes."""

    _inherit = "dunning.item"  # pylint: disable=consider-merging-classes-inherited

    plan_ids = fields.Many2many("dunning.payment.plan", string="Payment Plans", readonly=True)

    def _close(self):
        result = super()._close()
        self.env["dunning.payment.plan"]._look_now(self)
        return result

    def _reopen(self):
        """A plan that was completed stays so; what is open again is noted, and followed up."""
        closed = self.filtered(lambda item: item.state in ("closed", "remainder"))
        result = super()._reopen()
        for plan in self.env["dunning.payment.plan"]._of_items(closed, ("completed",)):
            self.env["dunning.event"].sudo()._note(
                plan.item_ids & closed,
                self.env._("Open again after payment plan %s was completed.", plan.name),
            )
        return result

    def write(self, vals):
        result = super().write(vals)
        if "debtor_id" in vals:
            self.env["dunning.payment.plan"]._left_by(self)
        return result


class DunningClaims(models.AbstractModel):
    """Who kept a plan is asked for nothing beside it."""

    _inherit = "dunning.claims"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _fix_interest(self, items):
        plans = self.env["dunning.payment.plan"]._of_items(items, ("running", "completed"))
        return super()._fix_interest(items - plans.item_ids)


class DunningHold(models.Model):
    """What a plan holds ends with the plan."""

    _inherit = "dunning.hold"  # pylint: disable=consider-merging-classes-inherited

    def _check_not_owned(self):
        result = super()._check_not_owned()
        ids = self.filtered(lambda hold: hold.owner_model == "dunning.payment.plan").mapped(
            "owner_id"
        )
        self.env["dunning.payment.plan"].sudo().browse(ids).exists()._refuse_release()
        return result


class DunningDebtor(models.Model):
    """How a debtor keeps its plans."""

    _inherit = "dunning.debtor"  # pylint: disable=consider-merging-classes-inherited

    plan_ids = fields.One2many("dunning.payment.plan", "debtor_id", "Payment Plans")
    plan_count = fields.Integer("Number of Payment Plans", compute="_compute_plans")
    plan_history = fields.Char(
        "Earlier Plans", compute="_compute_plans", help="How its payment plans went."
    )

    @api.depends("plan_ids.state")
    @api.depends_context("lang")
    def _compute_plans(self):
        found = {}
        for debtor, state, count in self.env["dunning.payment.plan"]._read_group(
            [("debtor_id", "in", self.ids)], ["debtor_id", "state"], ["__count"]
        ):
            found.setdefault(debtor.id, {})[state] = count
        for debtor in self:
            states = found.get(debtor.id, {})
            debtor.plan_count = sum(states.values())
            debtor.plan_history = self._plans_in_words(states)

    @api.model
    def _plans_in_words(self, states):
        """How plans went.

        :param states: number of plans by state
        """
        kept, broken = states.get("completed", 0), states.get("lapsed", 0)
        if not kept + broken:
            return self.env._("No payment plan yet that has ended")
        return self.env._(
            "Kept %(kept)s of %(total)s payment plans", kept=kept, total=kept + broken
        )


class PaymentTransaction(models.Model):
    """Online payments of a plan, and for which instalment they were meant."""

    _inherit = "payment.transaction"  # pylint: disable=consider-merging-classes-inherited

    dunning_plan_id = fields.Many2one(
        "dunning.payment.plan",
        "Payment Plan",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    dunning_installment_id = fields.Many2one(
        "dunning.payment.installment", "Instalment", readonly=True, copy=False, ondelete="set null"
    )

    def _create_payment(self, **extra_create_values):
        payment = super()._create_payment(**extra_create_values)
        plan = self.dunning_plan_id.sudo()
        if plan.state == "running":
            self.env["dunning.payment.plan"]._look_now(plan.item_ids)
        return payment


class ResCompany(models.Model):
    """By when debtors get an answer to what they propose."""

    _inherit = "res.company"  # pylint: disable=consider-merging-classes-inherited

    dunning_plan_answer_days = fields.Integer(
        "Days to Answer a Proposal",
        default=5,
        help="A debtor who proposes a payment plan is told that you answer within so many days.",
    )

    _dunning_plan_answer_days = models.Constraint(
        "CHECK(dunning_plan_answer_days > 0)", "Give at least one day to answer a proposal."
    )


class DunningSettingsMixin(models.AbstractModel):
    _inherit = "dunning.settings.mixin"  # pylint: disable=consider-merging-classes-inherited

    dunning_plan_answer_days = fields.Integer(
        related="company_id.dunning_plan_answer_days", readonly=False
    )


class DunningReceipts(models.AbstractModel):
    """A transfer with the reference of a plan is for what the plan covers."""

    _inherit = "dunning.receipts"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _bundle_references(self, items):
        found = super()._bundle_references(items)
        plans = (
            self.env["dunning.payment.plan"]
            .sudo()
            .search(Domain("item_ids", "in", items.ids) & Domain("state", "=", "running"))
        )
        for plan in plans:
            for text in (plan.reference, plan.name):
                key = "".join(each for each in text.upper() if each.isalnum())
                found[key] += (plan.item_ids & items).ids
        return found
