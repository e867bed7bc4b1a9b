from datetime import timedelta

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..rules.instalment_bounds import breaches, options, proposal
from ..rules.instalments import Unfit, check_days
from ..rules.law.money import ZERO
from ..tools import exact


class DunningPaymentPlan(models.Model):
    """Three ways into a plan: made by us, offered by us, or asked for by the debtor."""

    _inherit = "dunning.payment.plan"  # pylint: disable=consider-merging-classes-inherited

    # -- offered by us ---------------------------------------------------------------------------

    @api.model
    def _offer(self, items, schedule, until=None, tell=True, **values):
        """Offer a plan to a debtor, who accepts it in one tap.

        Reminders go on meanwhile: an offer that nobody accepts holds nothing.

        :param until: last day on which it can be accepted
        """
        terms = self._terms_of(items.sudo())
        today = self.env["dunning.message"]._today(items.company_id)
        until = until or today + timedelta(days=terms.offer_days)
        self._check_until(until, today, schedule)
        plan = self._make(items, schedule, "offered", "invitation", valid_until=until, **values)
        others = self._of_items(items, ("offered",)) - plan
        others._withdraw(self.env._("Another offer took its place."))
        if tell:
            plan.invitation_id = plan._tell_plan(
                "plan_offer", lambda own: own._offer_words(), lambda own: own._rows()
            )
        return plan

    @api.model
    def _check_until(self, until, today, schedule):
        if until < today:
            raise UserError(self.env._("An offer can't end before today."))
        if schedule and min(each.due for each in schedule) < until:
            raise UserError(
                self.env._(
                    "The first instalment is before the offer ends. Let the offer end earlier, or "
                    "begin later."
                )
            )

    @api.model
    def _proposed_schedule(self, total, terms, day, step):
        """The schedule to offer unasked; ``None`` where the policy has none for this total."""
        if terms.who == "none":
            return None
        first = day + timedelta(days=terms.offer_days)
        return proposal(terms.bounds, total, first, 0, step, terms.rounding, today=day)

    # -- asked for by the debtor -----------------------------------------------------------------

    @api.model
    def _options(self, total, terms, first, step, day):
        """The schedules that a debtor may choose by itself: lists of instalments."""
        if terms.who != "debtor":
            return []
        return options(terms.bounds, total, first, 0, step, terms.rounding, today=day)

    @api.model
    def _needs_person(self, items, schedule, terms, day):
        """Why a proposal has to be looked at by one of us: words; none where it has not.

        :param terms: see :class:`~.dunning_plan_policy.PlanTerms`
        """
        total = sum((each.amount for each in schedule), ZERO)
        currency, debtor = items.currency_id, items.debtor_id
        found = self._breaches_in_words(items, schedule, terms, day)
        if terms.who == "person":
            found.append(self.env._("One of us decides about payment plans."))
        elif terms.bounds.automatic < total + self._left_beside(debtor, currency) or _above(
            terms.bounds, total
        ):
            found.append(
                self.env._(
                    "Above %s, with what is left of other plans, one of us decides.",
                    self.env["dunning.page"]._money(terms.bounds.automatic, currency),
                )
            )
        if self._broken_before(debtor, terms.again_months, day):
            found.append(self.env._("An earlier plan of this debtor broke, or it stopped one."))
        return found

    @api.model
    def _left_beside(self, debtor, currency):
        """What is left of the plans that a debtor has already: many small ones are a large one."""
        plans = self.sudo().search(
            Domain("debtor_id", "=", debtor.id)
            & Domain("currency_id", "=", currency.id)
            & Domain("state", "=", "running")
        )
        return sum((exact(plan.left) for plan in plans), ZERO)

    @api.model
    def _breaches_in_words(self, items, schedule, terms, day):
        """Which bounds of the policy a schedule does not keep, in words."""
        total = sum((each.amount for each in schedule), ZERO)
        return [
            self._breach_words(breach, items.currency_id)
            for breach in breaches(terms.bounds, schedule, total, day)
        ]

    @api.model
    def _propose(self, items, schedule, reason="", asks=(), **values):
        """A debtor proposes a plan: accepted at once within the bounds, else for one of us.

        :param schedule: :class:`~..rules.instalments.Instalment`
        :param reason: what the debtor says about it
        :param asks: why one of us decides in any case, in words
        :return: the plan: running, or asked for
        :raises UserError: in the debtor's words
        """
        items = items.sudo()
        terms = self._terms_of(items)
        if terms.who == "none":
            raise UserError(self.env._("Payment in parts is not possible here. Do call us."))
        day = self.env["dunning.message"]._today(items.company_id)
        try:
            check_days(schedule, day)
        except Unfit as problem:
            raise UserError(self._unfit_words(problem, items.currency_id)) from None
        waiting = self._of_items(items, ("proposed",))
        if waiting:
            raise UserError(
                self.env._(
                    "You made a proposal already; we answer it by %s.",
                    self.env["dunning.page"]._date(waiting[:1].answer_by),
                )
            )
        asks = [*asks, *self._needs_person(items, schedule, terms, day)]
        plan = self._make(
            items, schedule, "proposed", "debtor", reason=reason or False, asked_on=day, **values
        )
        if not asks:
            plan._start("page")
            return plan
        plan._wait_for_us(asks)
        return plan

    def _wait_for_us(self, asks):
        """A proposal waits for one of us: nothing is asked meanwhile, the debtor is told by when."""
        self.ensure_one()
        company, words = self.company_id, self.env["dunning.hold"].sudo()
        self.answer_by = self._answer_day(company)
        staff = self.with_context(lang=company.partner_id.lang)
        self._message_log(body="\n".join(asks))
        # Whoever asked to pay in parts waits already: that is over with our answer as well.
        asked = words.search(
            Domain("item_id", "in", self.item_ids.ids)
            & Domain("kind", "=", "plan_requested")
            & Domain("by_debtor", "=", True)
            & Domain("owner_id", "=", False)
            & Domain("released_on", "=", False)
            & Domain("date_until", ">=", self.answer_by)
        )
        asked.write(words._owner_values(self))
        holds = words._self_service(
            self.item_ids - asked.item_id, "plan_requested", self.answer_by, self, staff.name
        )
        (holds | asked).write({"hardship": True})
        self.env["dunning.task"]._ask(
            self,
            "plan_answer",
            lambda env: env._("%s asks to pay in parts", self.debtor_id.display_name),
            company=company,
            handler=self.debtor_id.handler_id,
        )
        self.debtor_id._decide_now()
        self._tell_plan(
            "plan_received", lambda plan: plan._received_words(), lambda plan: plan._rows()
        )

    def _is_held(self):
        """Whether follow-up of all it is about waits for our answer."""
        self.ensure_one()
        day = self._today()
        holds = self.env["dunning.hold"].sudo()._owned_by(self)
        lasting = holds.filtered(lambda hold: not hold.date_until or hold.date_until >= day)
        return self.item_ids <= lasting.item_id

    # -- accepted --------------------------------------------------------------------------------

    def _accept(self, how="page"):
        """The debtor accepts what was offered; twice at once it is accepted once.

        :return: whether it began now
        :raises UserError: in the debtor's words
        """
        self.ensure_one()
        self._lock()
        if self.state == "running":
            return False
        if self.state != "offered" or self.valid_until < self._today():
            raise UserError(
                self.env._(
                    "This offer does not stand any more. You can make a proposal of your own."
                )
            )
        if not self._has_left():
            raise UserError(
                self.env._(
                    "We are just sending you this offer. You can accept it in a few minutes."
                )
            )
        try:
            check_days(self._schedule(), self._today())
        except Unfit as problem:
            raise UserError(self._unfit_words(problem, self.currency_id)) from None
        self._start(how)
        return True

    # -- decided by one of us --------------------------------------------------------------------

    def action_approve(self, why=""):
        """One of us agrees to what debtors proposed: it begins at once.

        :param why: why beyond the bounds of the policy, where it is; a manager may go there
        """
        plans = self._as_collector()._still("proposed")
        for plan in plans:
            try:
                check_days(plan._schedule(), plan._today())
            except Unfit:
                raise UserError(
                    self.env._(
                        "The first day of %s has passed. Make a counter-offer with other days.",
                        plan.name,
                    )
                ) from None
            plan._check_may_approve(why)
            plan.made_by_id = self.env.uid
            plan._start("clerk")
        return True

    def _beyond(self):
        """Bounds of the policy that its instalments do not keep today, in words."""
        self.ensure_one()
        try:
            terms = self._terms_of(self.item_ids)
        except UserError:
            return []
        return self._breaches_in_words(self.item_ids, self._schedule(), terms, self._today())

    def _check_may_approve(self, why):
        """Beyond the bounds a manager agrees, with a reason that is kept in the note."""
        beyond, why = self._beyond(), (why or "").strip()
        if not beyond:
            return
        if not self.env.user.has_group("payt_dunning.group_dunning_manager"):
            raise UserError(
                self.env._(
                    "Only a manager can go beyond the bounds of the policy:\n%s", "\n".join(beyond)
                )
            )
        if not why:
            raise UserError(
                self.env._("Say why you go beyond the bounds of the policy:\n%s", "\n".join(beyond))
            )
        kept = self.env._(
            "Beyond the bounds (%(bounds)s): %(why)s", bounds=" ".join(beyond), why=why
        )
        self.note = "\n".join(filter(None, (self.note, kept)))

    def action_refuse(self, why):
        """One of us refuses what debtors proposed; they are told why.

        :param why: in words that the debtor reads
        """
        if not (why or "").strip():
            raise UserError(self.env._("Say why: the debtor reads it."))
        plans = self._as_collector()._still("proposed")
        for plan in plans:
            plan._over("refused", why)
            plan._tell_plan("plan_refused", lambda own: self._refused_words(own, why))
        plans.debtor_id._decide_now()
        return True

    def _counter(self, schedule, until=None):
        """We offer something else instead of what the debtor proposed.

        :return: the offer, for which what was proposed waits
        """
        self.ensure_one()
        self._still("proposed")
        items, charges = self.item_ids, self.charge_ids
        until = until or self._today() + timedelta(days=self._terms_of(items).offer_days)
        self._check_until(until, self._today(), schedule)
        offer = self._make(
            items,
            schedule,
            "offered",
            "invitation",
            charges=charges,
            waived=exact(self.waived),
            valid_until=until,
            reason=self.reason,
        )
        holds = self.env["dunning.hold"].sudo()
        self._over("withdrawn", self.env._("We made another offer: %s.", offer.name))
        # Follow-up waits for the debtor's answer to what we offered.
        holds.create(
            [
                {
                    "company_id": self.company_id.id,
                    "item_id": item.id,
                    "kind": "plan_requested",
                    "date_until": until,
                    "reason": offer.name,
                    **holds._owner_values(offer),
                }
                for item in items
            ]
        )
        offer.invitation_id = offer._tell_plan(
            "plan_offer", lambda own: own._offer_words(), lambda own: own._rows()
        )
        self.debtor_id._decide_now()
        return offer

    @api.model
    def _standing_offer(self, items, day):
        """The offers about some of these items that can be accepted on a day."""
        found = self.sudo().search(
            Domain("item_ids", "in", items.ids)
            & Domain("state", "=", "offered")
            & Domain("valid_until", ">=", day),
            order="id desc",
        )
        return found._has_left()


def _above(bounds, total):
    """Whether no tier of the bounds is for so much."""
    return bool(bounds.tiers) and total > bounds.tiers[-1][0]
