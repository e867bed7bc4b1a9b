from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..tools import exact


class DunningPaymentPlan(models.Model):
    """How plans end: completed, lapsed or ended; follow-up of what is left goes on, never at once."""

    _inherit = "dunning.payment.plan"  # pylint: disable=consider-merging-classes-inherited

    def _as_collector(self):
        """These plans, writable, if the user may decide about them."""
        self.check_access("read")
        if not self.env.user.has_group("payt_dunning.group_dunning_user"):
            raise AccessError(self.env._("Only collectors can decide about payment plans."))
        plans = self.sudo()
        plans._lock()
        return plans

    def _still(self, *states):
        """These plans, if they are in one of some states.

        :raises UserError: naming the first that is not
        """
        other = self.filtered(lambda plan: plan.state not in states)[:1]
        if other:
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "Payment plan %(plan)s is “%(state)s” by now, so this can't be done any more.",
                    plan=other.name,
                    state=labels[other.state],
                )
            )
        return self

    def _over(self, state, reason):
        """A plan is over: its items go on where its policy says, its tasks are done."""
        self.ensure_one()
        self.write(
            {
                "state": state,
                "ended_on": self._today(),
                "ended_because": reason,
                "amendment": False,
                "amendment_until": False,
                "health": False,
                "next_date": False,
                "next_amount": 0.0,
            }
        )
        holds = self.env["dunning.hold"].sudo()
        items = holds._owned_by(self)._items()
        holds._release_owned(self, reason)
        if state in ("lapsed", "ended"):
            self._resume_at(items)
        tasks = self.env["dunning.task"]
        for kind in ("plan_answer", "plan_answer_late", "plan_lapse", "plan_check"):
            tasks._done(self, kind)
        waiting = self.search([("debtor_id", "=", self.debtor_id.id), ("state", "=", "running")])
        if not waiting:
            tasks._done(self.debtor_id, "plan_money")
        self.env["dunning.event"].sudo()._note(
            items,
            self.env._("Payment plan %(plan)s: %(reason)s", plan=self.name, reason=reason),
        )

    def _resume_at(self, items):
        """Follow-up goes on where the policy of the plan says; it never leaves out what the law wants."""
        if self.resume == "recalculate":
            items._resume("recalculate")
        elif self.resume == "level" and self.resume_level_id:
            position = self.resume_level_id.position
            for item in items:
                try:
                    item._check_may_skip(position)
                except UserError:
                    continue  # it goes on where it was
                item.start_position = position
        self.debtor_id._look_again()

    # -- completed -------------------------------------------------------------------------------

    def _complete(self, standing):
        """All of it is there: thanks, and what was let go is taken off."""
        self.ensure_one()
        if self._waits_for_draft():
            return
        if not standing.stands:
            self._over("ended", self.env._("Nothing of it is open any more."))
            return
        self._over("completed", self.env._("All of it was paid."))
        self._let_go()
        self._tell_plan("plan_done", lambda plan: plan._done_words())

    def _waits_for_draft(self):
        """Whether something it covers is being corrected: then it is not over, and one of us looks.

        What is cancelled instead, or posted again, is seen the next day.
        """
        moves = self.item_ids.line_id.move_id | self.charge_ids.sudo().move_id
        drafts = moves.filtered(lambda move: move.state == "draft")
        if drafts:
            self.env["dunning.task"]._ask(
                self,
                "plan_check",
                lambda env: env._("An invoice of a payment plan is in draft: post or cancel it"),
                company=self.company_id,
                handler=self.debtor_id.handler_id,
            )
        return bool(drafts)

    def _let_go(self):
        """What was to be let go: costs are waived, the rest waits for somebody who writes it off."""
        left = exact(self.waived)
        words = self.env._("Payment plan %s was kept.", self.name)
        for charge in self.charge_ids.sudo().filtered(lambda each: each.amount_left > 0):
            part = min(left, exact(charge.amount_left))
            if part > 0:
                charge._waive(float(part), words)
                left -= part
        stopped = []
        for item in self._open_items().sorted(lambda item: (item.date_due, item.id)):
            opened = exact(item.amount_open)
            part = min(left, opened)
            if part <= 0:
                continue
            left -= part
            stopped.append(
                {
                    "company_id": self.company_id.id,
                    "item_id": item.id,
                    "kind": "stop_goodwill",
                    # What is open beyond what was agreed is followed up.
                    "amount": float(part) if part < opened else 0.0,
                    "reason": words,
                }
            )
        if stopped:
            self.env["dunning.hold"].sudo().create(stopped)
            self.env["dunning.task"]._ask(
                self,
                "plan_write_off",
                lambda env: env._("Write off what was let go in a payment plan"),
                company=self.company_id,
                handler=self.debtor_id.handler_id,
            )

    # -- lapsed ----------------------------------------------------------------------------------

    def _lapse(self):
        """It was not kept: what is left is due, the debtor is told what happens next."""
        self.ensure_one()
        self._over("lapsed", self.env._("It was not kept."))
        self._tell_plan("plan_lapsed", lambda plan: plan._lapsed_words())

    def action_lapse(self):
        """One of us lets plans lapse that were not kept."""
        plans = self._as_collector()._still("running")
        for plan in plans:
            plan._look(plan._today())
            if not plan.installment_ids.filtered(lambda each: each.missed_on and each.left):
                raise UserError(
                    self.env._(
                        "No instalment of %s was missed, so it can't lapse. You can end it.",
                        plan.name,
                    )
                )
            plan._lapse()
        plans.debtor_id._decide_now()
        return True

    def action_give_time(self):
        """What was missed is let pass once more: the days of grace begin again today."""
        plans = self._as_collector()._still("running")
        for plan in plans:
            late = plan.installment_ids.filtered(lambda each: each.missed_on and each.left)
            late.write({"warned_on": plan._today()})
            plan.lapse_asked_on = False
            plan._message_log(
                body=self.env._("More time was given."),
                author_id=self.env.user.partner_id.id,
            )
        self.env["dunning.task"]._done(plans, "plan_lapse")
        return True

    # -- ended by somebody -----------------------------------------------------------------------

    def action_end(self, reason):
        """One of us ends plans; the debtor is told, follow-up goes on tomorrow.

        :param reason: why, in words
        """
        if not (reason or "").strip():
            raise UserError(self.env._("Say why the payment plan ends."))
        plans = self._as_collector()._still("running", "offered", "proposed")
        for plan in plans:
            if plan.state == "running":
                plan._look(plan._today())
                plan._over("ended", reason)
                plan._tell_plan("plan_ended", lambda own: own._ended_words())
            else:
                plan._withdraw(reason)
        plans.debtor_id._decide_now()
        return True

    def _stop(self):
        """The debtor stops its plan on the page."""
        self.ensure_one()
        self._lock()
        self._still("running")
        self._look(self._today())
        self.stopped = True
        self._over("ended", self.env._("The debtor stopped it."))
        self._tell_plan("plan_ended", lambda plan: plan._ended_words())
        self.debtor_id._decide_now()

    def _withdraw(self, reason):
        """Offers and proposals that don't stand any more."""
        for plan in self:
            plan._over("withdrawn", reason)

    def _expire(self):
        """Offers that nobody accepted in time: what waited for them goes on."""
        for plan in self:
            plan._over("expired", self.env._("Nobody accepted it in time."))

    def _drop_amendments(self, company, day):
        """Changes that the debtor did not agree to in time are over; the plan stays as it is."""
        late = self.search(
            Domain("company_id", "=", company.id)
            & Domain("state", "=", "running")
            & Domain("amendment_until", "<", day)
        )
        for plan in late:
            plan._message_log(body=self.env._("The debtor did not agree to the change in time."))
        late.write({"amendment": False, "amendment_until": False, "amendment_why": False})

    # -- what others do to its items ---------------------------------------------------------------

    @api.model
    def _left_by(self, items):
        """Items became somebody else's: they are in no plan of their former debtor any more.

        Those that come back to it are held again.
        """
        plans = self._of_items(items)
        for plan in plans:
            holds = self.env["dunning.hold"].sudo()._owned_by(plan)
            back = (plan.item_ids & items).filtered(
                lambda item, plan=plan: item.debtor_id == plan.debtor_id
            )
            plan._hold(back - holds.item_id)
            foreign = plan.item_ids.filtered(
                lambda item, plan=plan: item.debtor_id != plan.debtor_id
            )
            if not foreign:
                continue
            words = self.env._("%s is another debtor's by now.", ", ".join(foreign.mapped("name")))
            holds.filtered(lambda hold, own=foreign: hold.item_id in own)._end(words)
            plan._message_log(body=words)
            self.env["dunning.task"]._ask(
                plan,
                "plan_check",
                lambda env: env._("An invoice left a payment plan: look whether it still fits"),
                company=plan.company_id,
                handler=plan.debtor_id.handler_id,
            )

    def _refuse_release(self):
        """Refuse to end by hand what a plan holds.

        :raises UserError: says what ends it
        """
        plan = self.filtered(lambda each: each.state in ("running", "offered", "proposed"))[:1]
        if plan.state == "running":
            raise UserError(
                self.env._("“%s” is being kept: end the plan, that ends the hold.", plan.name)
            )
        if plan:
            raise UserError(
                self.env._(
                    "“%s” waits for an answer: agree to it or refuse it, that ends the hold.",
                    plan.name,
                )
            )
