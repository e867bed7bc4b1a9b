from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..rules.law.money import ZERO
from .dunning_talk import Telling

#: What has to be settled with the debtor before an instalment counts as missed.
UNSETTLED = ("question", "dispute", "already_paid")
#: So many plans are looked at together.
BATCH = 500


class DunningPaymentPlan(models.Model):
    """The daily guarding of plans: reminded of in time, missed, warned, lapsed or completed."""

    _inherit = "dunning.payment.plan"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _watch_sql(self, company, _day):
        """Whether any plan waits for something."""
        return SQL(
            """EXISTS (SELECT FROM dunning_payment_plan WHERE company_id = %s
                          AND state IN ('running', 'offered', 'proposed'))""",
            company.id,
        )

    @api.model
    def _watch(self, company, day):
        """Look daily at all plans that run, and at offers and proposals."""
        open_ones = Domain("company_id", "=", company.id)
        safely = self.env["dunning.dialogue"]._safely
        problems = safely(
            self.search(
                open_ones & Domain("state", "=", "offered") & Domain("valid_until", "<", day)
            ),
            lambda own: own._expire(),
        )
        problems += safely(
            self.search(
                open_ones & Domain("state", "=", "proposed") & Domain("answer_by", "<", day)
            ),
            lambda own: own._ask_for_answer(),
        )
        self._drop_amendments(company, day)
        running = self.search(open_ones & Domain("state", "=", "running"), order="id")
        for start in range(0, len(running), BATCH):
            own = running[start : start + BATCH]
            problems += safely(own, lambda some: some._guard(day))
            self.env["ir.cron"]._commit_progress()
            self.env.invalidate_all()
        return problems

    def _guard(self, day):
        """Guard running plans on a day."""
        standings = self._look(day)
        done = self.filtered(
            lambda plan: standings[plan.id].complete and not standings[plan.id].received
        )
        for plan in done:
            plan._complete(standings[plan.id])
        rest = self - done
        if not self.company_id._dunning_is_live():
            # Nobody is told anything, so nothing is held against anybody.
            return
        silenced = self.env["dunning.hold"]._silenced(rest.item_ids, day)
        quiet = rest.filtered(lambda plan: plan.item_ids & silenced)
        awake = rest - quiet
        tellings = awake._reminders(standings, day)
        late = awake.filtered(lambda plan: standings[plan.id].missed)
        tellings += late._guard_missed(standings, day)
        self.env["dunning.task"]._done(awake.debtor_id - late.debtor_id, "plan_money")
        self.env["dunning.talk"]._tell_all(tellings)

    # -- before an instalment, and on its day ----------------------------------------------------

    def _reminders(self, standings, day):
        """What debtors are told today about instalments to come."""
        tellings = []
        for plan in self:
            # Who may lose the plan by what is missed is told of that alone.
            if plan._is_final(standings[plan.id], day):
                continue
            for share in standings[plan.id].shares:
                if share.complete:
                    continue
                moment = plan._moment(share, day)
                if moment:
                    tellings.append(plan._instalment_telling(share, moment))
        return tellings

    def _moment(self, share, day):
        """Which message about an instalment that is not paid is due on a day, if any is."""
        ahead = (share.due - day).days
        # The agreement itself has just told of an instalment that comes that soon after it.
        fresh = self.started_on and (share.due - self.started_on).days <= self.days_before
        if self.tell_before and 0 < ahead <= self.days_before and not fresh:
            return "before"
        # Told late, where nothing could leave on the day itself, but not when it may be missed.
        if self.tell_due and ahead <= 0 <= ahead + min(self.wait, 2):
            return "due"
        return None

    def _instalment_telling(self, share, moment):
        """The message about one instalment at one moment: told once."""
        self.ensure_one()
        return Telling(
            self.debtor_id,
            self._open_items(),
            f"plan_{moment}",
            lambda env: self.with_env(env)._instalment_words(share, moment),
            {
                "source": f"plan:{self.id}",
                "slot": f"{share.number}:{fields.Date.to_string(share.due)}:{moment}",
                "waits": False,
                "button": lambda env: self.with_env(env)._instalment_button(share, moment),
                "values": {"plan_id": self.id, "plan_instalment": share.number},
            },
        )

    def _instalment_button(self, share, moment):
        """What the button of a message about an instalment says."""
        if moment == "before" and self._collects():
            return self.env._("Go to your payment plan")
        return self.env._("Pay the instalment of %s", self._money(share.left))

    # -- missed ------------------------------------------------------------------------------------

    def _guard_missed(self, standings, day):
        """What was missed: warned of once, and after the days of grace the plan lapses.

        Not while money is there that may be for it, or something has to be settled first.
        """
        if not self:
            return []
        unsettled = self._unsettled(day)
        rest = self - unsettled
        coming = rest._with_money(standings, day)
        self.env["dunning.task"]._ask(
            coming.debtor_id,
            "plan_money",
            lambda env: env._("Match the money that may be for a payment plan of this debtor"),
        )
        tellings = []
        for plan in rest - coming:
            standing = standings[plan.id]
            missed = {share.number for share in standing.missed}
            records = plan.installment_ids.filtered(lambda each, own=missed: each.number in own)
            fresh = plan._to_warn(records, day)
            if fresh:
                fresh.missed_on = day
                if plan.tell_missed:
                    fresh.warned_on = day
                    numbers = fresh.mapped("number")
                    shares = [share for share in standing.missed if share.number in numbers]
                    final = plan._is_final(standing, day)
                    tellings.append(plan._missed_telling(shares, day, final))
            elif plan._is_broken(records, standing, day):
                plan._lapse_or_ask(day)
        return tellings

    def _missed_telling(self, shares, day, final):
        telling = self._instalment_telling(shares[0], "missed")
        # Missed again, after a payment was taken back, it is told again.
        slot = f"{telling.options['slot']}:{fields.Date.to_string(day)}"
        options = {**telling.options, "slot": slot}
        if len(shares) > 1:
            options["button"] = lambda env: env._("Go to your payment plan")
        return telling._replace(
            words=lambda env: self.with_env(env)._missed_words(shares, final), options=options
        )

    def _unsettled(self, day):
        """Those of plans that something holds which has to be settled with the debtor first."""
        holds = self.env["dunning.hold"].sudo()
        items = self.item_ids
        found = holds.search(
            Domain("released_on", "=", False)
            & Domain("proposed", "=", False)
            & Domain("kind", "in", UNSETTLED)
            & Domain("date_from", "<=", day)
            & (Domain("item_id", "in", items.ids) | Domain("move_id", "in", items.move_id.ids))
            # Whoever wrote to us and has no answer is not told that the plan is over.
            & (
                Domain("kind", "=", "question")
                | Domain("date_until", "=", False)
                | Domain("date_until", ">=", day)
            )
        )
        held = found.item_id | found.move_id.dunning_item_ids
        return self.filtered(lambda plan: plan.item_ids & held)

    def _with_money(self, standings, day):
        """Those of plans that are late for which money is there but not matched, or coming."""
        if not self:
            return self
        money, receipts = self.env["dunning.facts"]._not_matched(self.debtor_id, day)

        def is_coming(plan):
            missed = sum((share.left for share in standings[plan.id].missed), ZERO)
            ids = plan.item_ids.ids
            return bool(receipts & set(ids)) or (
                sum((money.get(each, ZERO) for each in ids), ZERO) >= missed
            )

        return self.filtered(is_coming)

    def _lapse_or_ask(self, day):
        """The plan is over, or one of us is asked whether it is."""
        self.ensure_one()
        late = self.installment_ids.filtered(lambda each: each.missed_on and each.left)
        if self.lapse == "auto" and all(each._was_warned_of() for each in late):
            self._lapse()
            return
        if not self.lapse_asked_on:
            self.lapse_asked_on = day
            self.env["dunning.task"]._ask(
                self,
                "plan_lapse",
                lambda env: env._("Let the payment plan lapse, or give it more time"),
                company=self.company_id,
                handler=self.debtor_id.handler_id,
            )

    def _warnings(self, missed):
        """The warnings about instalments that left, as far as we know."""
        self.ensure_one()
        ends = tuple(
            f":missed:{fields.Date.to_string(each.missed_on)}" for each in missed if each.missed_on
        )
        # Those that were missed on one day share a warning.
        return self.notice_ids.filtered(
            lambda notice: (
                notice.topic == "plan_missed"
                and notice.state == "sent"
                and any(
                    (line.slot or "").endswith(ends)
                    for line in (notice.retry_of_id or notice).line_ids
                )
            )
        )

    # -- what waits ----------------------------------------------------------------------------------

    def _ask_for_answer(self):
        """The day by which we said that we answer has passed: a manager is told, once."""
        for plan in self:
            self.env["dunning.task"]._ask(
                plan,
                "plan_answer_late",
                lambda env, plan=plan: env._(
                    "%s waits for an answer about a payment plan", plan.debtor_id.display_name
                ),
                company=plan.company_id,
                managers=True,
            )


class DunningPaymentInstallment(models.Model):
    _inherit = "dunning.payment.installment"  # pylint: disable=consider-merging-classes-inherited

    def _was_warned_of(self):
        """Whether the warning about it reached the debtor, as far as we know."""
        self.ensure_one()
        return bool(self.warned_on and self.plan_id._warnings(self))


class DunningNotice(models.Model):
    """A message about an instalment is looked at once more before it leaves."""

    _inherit = "dunning.notice"  # pylint: disable=consider-merging-classes-inherited

    plan_id = fields.Many2one(
        "dunning.payment.plan", "Payment Plan", readonly=True, index="btree_not_null"
    )
    plan_instalment = fields.Integer("Instalment", readonly=True)

    def _why_not_to_tell_now(self):
        plan = self.plan_id
        if self.topic not in ("plan_before", "plan_due", "plan_missed") or not plan:
            return super()._why_not_to_tell_now()
        if plan.state != "running":
            return self.env._("Payment plan %s does not run any more.", plan.name)
        day = plan._today()
        share = next(
            (
                share
                for share in plan._standings(day)[plan.id].shares
                if share.number == self.plan_instalment
            ),
            None,
        )
        if not share or share.complete:
            return self.env._("The instalment was paid meanwhile.")
        if self.env["dunning.hold"]._silenced(plan.item_ids, day):
            return self.env._("Follow-up of this debtor is stopped.")
        return super()._why_not_to_tell_now()


class DunningDialogue(models.AbstractModel):
    _inherit = "dunning.dialogue"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _watched(self):
        return [*super()._watched(), "dunning.payment.plan"]

    @api.model
    def _watched_in_parts(self):
        return [*super()._watched_in_parts(), "dunning.payment.plan"]
