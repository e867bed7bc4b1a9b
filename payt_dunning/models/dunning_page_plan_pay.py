from odoo import api, models
from odoo.exceptions import UserError

from ..rules.law.money import ZERO
from ..tools import exact
from .dunning_page_choice import Choice


class DunningPageChoice(models.AbstractModel):
    """Paying an instalment of a plan, or all that is left of it: what it amounts to is read."""

    _inherit = "dunning.page.choice"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _plan_meant(self, door, piles, number, plan_id, keys):
        """The plan that somebody wants to pay something of; empty where it is no plan.

        :param number: of an instalment, as it came in
        :param plan_id: of a plan, where it was said which
        :param keys: what else was chosen
        :raises UserError: in the debtor's words
        """
        plans = self.env["dunning.payment.plan"]
        if number and not (number.isdecimal() and 0 < len(number) < 10 and int(number)):
            raise UserError(self.env._("There is no such instalment."))
        if keys and not (number or plan_id):
            return plans
        rows = [row for pile in piles for row in pile.rows]
        beside = any(pile.extras for pile in piles) or not all(row.plan_id for row in rows)
        own = door.plan.state == "running"
        if not (number or plan_id or own) and (beside or not rows):
            return plans
        running = self.env["dunning.page.dialogue"]._plans_of(door)
        running = running.filtered(lambda plan: plan.state == "running")
        here = running.filtered(lambda plan: plan._is_within(door))
        wanted = plan_id or door.plan.id
        found = here.filtered(lambda plan: plan.id == wanted) if wanted else here
        if not found and running - here:
            raise UserError(
                self.env._(
                    "This is part of a payment plan. Pay it on the page of the plan: you find the "
                    "link in our messages about it."
                )
            )
        if not found:
            raise UserError(
                self.env._("This payment plan does not run any more. Look at what is open now.")
            )
        return found[:1]

    @api.model
    def _choose_of_plan(self, piles, plan, number, day):
        """An instalment of a plan, or all that is left of it, with what it amounts to now.

        :param number: of the instalment; 0: all that is left
        :return: the pile, and a :class:`~.dunning_page_choice.Choice`
        :raises UserError: in the debtor's words
        """
        if plan.state != "running":
            raise UserError(
                self.env._("This payment plan does not run any more. Look at what is open now.")
            )
        pile = next(
            (pile for pile in piles if any(row.plan_id == plan.id for row in pile.rows)), None
        )
        standing = plan._standings(day)[plan.id]
        amount, label = standing.left, self.env._("All that is left of your payment plan")
        if number:
            share = next((each for each in standing.shares if each.number == number), None)
            if share is None:
                raise UserError(self.env._("Your payment plan has no instalment %s.", number))
            if share.complete:
                raise UserError(
                    self.env._("Instalment %s was paid already, or need not be paid.", number)
                )
            amount = share.left
            label = self.env._(
                "Instalment %(number)s of %(count)s, due on %(day)s",
                number=number,
                count=len(standing.shares),
                day=plan._day(share.due),
            )
        rows = [row for row in pile.rows if row.plan_id == plan.id] if pile else []
        owing = sum((row.owing for row in rows), ZERO)
        owing += sum((exact(charge.amount_left) for charge in plan.charge_ids), ZERO)
        # Never more than what it is about has open.
        amount = min(amount, owing)
        if amount <= 0:
            raise UserError(self.env._("Nothing of this is open any more: you need not pay."))
        return pile, Choice(rows, [], (), amount, amount, plan, number, label)

    @api.model
    def _choose_again(self, piles, plan, number, amount, day):
        """The same once more when the payment begins: it may have been paid meanwhile.

        :param amount: what the debtor saw
        """
        pile, choice = self._choose_of_plan(piles, plan, number, day)
        if choice.amount != amount:
            raise UserError(
                self.env._(
                    "What you owe has changed in the meantime. Go back to see what is open now."
                )
            )
        return pile, choice

    @api.model
    def _transaction_values(self, door, pile, choice):
        values = super()._transaction_values(door, pile, choice)
        plan = choice.plan
        if not plan:
            return values
        part = plan.installment_ids.filtered(lambda each: each.number == choice.number)
        return {
            **values,
            "dunning_order": plan._booking_order([row.item_id for row in choice.rows]),
            "dunning_plan_id": plan.id,
            "dunning_installment_id": part.id,
        }


class DunningPaymentPlan(models.Model):
    """What a payment of a plan is booked on."""

    _inherit = "dunning.payment.plan"  # pylint: disable=consider-merging-classes-inherited

    def _booking_order(self, item_ids):
        """Invoices first, the oldest of them before the others, then costs and interest.

        :param item_ids: open ones, in that order
        """
        self.ensure_one()
        charges = self.charge_ids.sudo().filtered(lambda charge: charge.amount_left > 0)
        return [
            *({"item": item_id} for item_id in item_ids),
            *({"charge": charge.id} for charge in charges),
        ]
