from odoo import api, models
from odoo.exceptions import UserError


class DunningPageDialogue(models.AbstractModel):
    """What a debtor does about its payment plan on the page: agrees, moves, stops, takes back."""

    _inherit = "dunning.page.dialogue"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _told(self, what, door):
        words = {
            "plan_agreed": self.env._(
                "Thank you, we agreed. Your payment plan has begun: below you see when you pay "
                "how much. Our reminders about it have stopped."
            ),
            "plan_agreed_before": self.env._(
                "You agreed already. Below you see when you pay how much."
            ),
            "plan_asked": self.env._(
                "Thank you, we have your proposal. Below you read by when we answer it."
            ),
            "plan_withdrawn": self.env._(
                "You took your proposal back. Our reminders go on from tomorrow."
            ),
            "plan_moved": self.env._("It is moved. Below you see the new days."),
            "plan_move_asked": self.env._(
                "Thank you. One of us looks at the day that you ask for and answers you. Until "
                "then your payment plan does not end."
            ),
            "plan_stopped": self.env._(
                "Your payment plan has stopped. What is open stands below; from tomorrow on our "
                "reminders go on."
            ),
            "plan_by_hand": self.env._(
                "Nothing is collected any more. You pay the instalments yourself from now on."
            ),
        }
        return words.get(what) or super()._told(what, door)

    @api.model
    def _plan_here(self, door, plan_id):
        """The plan that a form is about: this debtor's, and nothing beyond what lies behind the door.

        :raises UserError: for any other
        """
        plan = self.env["dunning.payment.plan"].browse(plan_id or ()).exists()
        if not plan or plan.debtor_id != door.debtor or not plan._is_within(door):
            raise UserError(self.env._("This payment plan is not here. Look at what is shown now."))
        return plan

    @api.model
    def _running_here(self, door, plan_id):
        """The same, if it runs."""
        plan = self._plan_here(door, plan_id)
        plan._lock()
        if plan.state != "running":
            raise UserError(
                self.env._("This payment plan does not run any more. Look at what is open now.")
            )
        return plan

    @api.model
    def _put_in_thread(self, door, plan, text, author):
        """Note in the thread what the debtor decided: it needs no answer.

        :return: the entry
        """
        author = author or door.debtor.partner_id
        if author.commercial_partner_id != door.debtor.partner_id:
            author = door.debtor.partner_id
        move = plan.item_ids.move_id[:1]
        message = self.env["dunning.talk"]._show(door.debtor, move, False, [text], author)
        message.write({"email_from": author.email_formatted or False})
        return message

    @api.model
    def _accept_plan(self, door, plan_id, author):
        """The debtor agrees to what we offered: it begins at once.

        :return: what the page says then, and the debtor's message
        :raises UserError: in the debtor's words
        """
        plan = self._plan_here(door, plan_id)
        if not plan._accept():
            return "plan_agreed_before", None
        values = {"amount": plan._money(plan.total), "count": len(plan.installment_ids)}
        words = (
            self.env._(
                "I agree to pay %(amount)s in %(count)s instalments, as you offered.", **values
            )
            if values["count"] > 1
            else self.env._(
                "I agree to pay %(amount)s on %(day)s, as you offered.",
                amount=values["amount"],
                day=plan._day(plan.installment_ids.date),
            )
        )
        return "plan_agreed", self._put_in_thread(door, plan, words, author)

    @api.model
    def _agree_to_change(self, door, plan_id, author):
        """The debtor agrees to other instalments; see :meth:`_accept_plan`."""
        plan = self._running_here(door, plan_id)
        if not plan._accept_amendment():
            return "plan_agreed_before", None
        words = self.env._("I agree to the change of my payment plan.")
        return "plan_agreed", self._put_in_thread(door, plan, words, author)

    @api.model
    def _move_instalment(self, door, plan_id, number, day_text, author):
        """The debtor moves its next instalment, or asks for it; see :meth:`_accept_plan`.

        :param number: of the instalment that it saw as the next
        :param day_text: the new day, as it was typed
        """
        plan = self._running_here(door, plan_id)
        record, _last = plan._may_postpone()
        if not record or record.number != number:
            raise UserError(
                self.env._("Another instalment is the next by now. Look at the days below.")
            )
        self._check_pace(door)
        before, wanted = record.date, self._day(day_text)
        values = {"number": number, "day": plan._day(before), "wanted": plan._day(wanted)}
        if plan._postpone_by_debtor(wanted):
            words = self.env._("I pay instalment %(number)s of %(day)s on %(wanted)s.", **values)
            return "plan_moved", self._put_in_thread(door, plan, words, author)
        words = self.env._(
            "I would like to pay instalment %(number)s of %(day)s on %(wanted)s. Is that all right?",
            **values,
        )
        return "plan_move_asked", self._say(door, plan._open_items(), words, author=author)

    @api.model
    def _stop_plan(self, door, plan_id, author):
        """The debtor stops its plan; see :meth:`_accept_plan`."""
        plan = self._running_here(door, plan_id)
        plan._stop()
        words = self.env._("I stop the payment plan.")
        return "plan_stopped", self._put_in_thread(door, plan, words, author)

    @api.model
    def _take_proposal_back(self, door, plan_id, author):
        """The debtor takes back what it proposed; see :meth:`_accept_plan`."""
        plan = self._plan_here(door, plan_id)
        plan._lock()
        if plan.state != "proposed" or plan.origin != "debtor":
            raise UserError(self.env._("We have answered this proposal already."))
        self._check_pace(door)
        plan._withdraw(self.env._("The debtor took it back."))
        door.debtor._decide_now()
        words = self.env._("I take my proposal to pay in parts back.")
        return "plan_withdrawn", self._put_in_thread(door, plan, words, author)

    @api.model
    def _pay_by_hand(self, door, plan_id):
        """Instalments are not collected any more; what the page says then."""
        plan = self._running_here(door, plan_id)
        plan._forget_payment_details()
        plan._message_log(
            body=self.env._("The debtor pays by itself: nothing is collected any more.")
        )
        return "plan_by_hand"

    # -- what is in a plan is promised by it --------------------------------------------------------

    @api.model
    def _promise(self, door, items, day_text, amount_text, author):
        self._refuse_planned(items)
        return super()._promise(door, items, day_text, amount_text, author)

    @api.model
    def _ask_for_parts(self, door, reason, items):
        self._refuse_planned(items)
        return super()._ask_for_parts(door, reason, items)

    @api.model
    def _refuse_planned(self, items):
        """Refuse another agreement about what is in a plan that runs.

        :raises UserError: in the debtor's words
        """
        plan = self.env["dunning.payment.plan"]._of_items(items)[:1]
        if plan:
            raise UserError(
                self.env._(
                    "%s is in your payment plan. You can move an instalment there, or ask us.",
                    self.env["dunning.promise"]._names(plan.item_ids & items),
                )
            )
