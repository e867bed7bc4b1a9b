from datetime import timedelta
from decimal import Decimal

from odoo import fields, models
from odoo.exceptions import UserError

from ..rules.instalments import (
    MOST,
    Instalment,
    Unfit,
    check_days,
    heavier,
    months_later,
    shifted,
)
from ..rules.law.money import ZERO
from ..tools import exact
from .dunning_promise import _sums

#: Days that a change stands where no policy says how many.
OFFER_DAYS = 14


class DunningPaymentPlan(models.Model):
    """Changing plans that run: every version is kept, and a heavier one needs the debtor's yes."""

    _inherit = "dunning.payment.plan"  # pylint: disable=consider-merging-classes-inherited

    def _rest(self):
        """What is still to be paid, as a schedule: instalments that are not complete."""
        self.ensure_one()
        standing = self._standings(self._today())[self.id]
        return tuple(
            Instalment(share.number, share.due, share.left)
            for share in standing.shares
            if not share.complete
        )

    # -- postponed -------------------------------------------------------------------------------

    def _postponed_schedule(self, number, due, rest=True):
        """The schedule with one instalment on a later day.

        :param rest: whether the later ones move along
        :raises UserError: in the user's words
        """
        self.ensure_one()
        record = self.installment_ids.filtered(lambda each: each.number == number)
        if not record or record.state in ("paid", "received", "waived"):
            raise UserError(self.env._("This instalment was paid, or is not there any more."))
        if due <= record.date or due <= self._today():
            raise UserError(
                self.env._("Choose a day after %s.", self._day(max(record.date, self._today())))
            )
        if due > months_later(self._today(), MOST):
            raise UserError(self.env._("Choose a day within ten years."))
        try:
            return shifted(self._schedule(), number, due, rest=rest, every=self.every)
        except Unfit as problem:
            raise UserError(self._unfit_words(problem, self.currency_id)) from None

    def _postpone(self, number, due, rest=True, how="lighter"):
        """Move an instalment of a running plan; never heavier, so nobody has to agree again."""
        self.ensure_one()
        self._lock()
        self._still("running")
        schedule = self._postponed_schedule(number, due, rest)
        self._put_schedule(schedule)
        self._look(self._today())
        version = self._keep_version(how, self.env._("Instalment %s was postponed.", number))
        self.lapse_asked_on = False
        self.env["dunning.task"]._done(self, "plan_lapse")
        self._tell_agreed(version)

    def _may_postpone(self, standing=None):
        """Until when the debtor may postpone the next instalment by itself; ``None``: it asks.

        :param standing: how the plan stands today, where that is known
        :return: the instalment and the last day
        """
        self.ensure_one()
        standing = standing or self._standings(self._today())[self.id]
        numbers = [key for key, state in standing.states.items() if state in ("coming", "due")]
        record = self.installment_ids.filtered(lambda each: each.number in numbers)
        record = record.sorted("date")[:1]
        days = self._policy_of(self.item_ids).plan_postpone_days
        if not record or not days or self.postponed or standing.missed:
            return record, None
        return record, record.date + timedelta(days=days)

    def _postpone_by_debtor(self, due):
        """The debtor moves its next instalment, within what the policy lets it.

        :return: whether it moved; else one of us has to be asked
        """
        self.ensure_one()
        self._lock()
        self._still("running")
        record, last = self._may_postpone(self._look(self._today())[self.id])
        if not record:
            raise UserError(self.env._("There is no instalment to move."))
        if not last or due > last:
            self._postponed_schedule(record.number, due)  # refused, if it can't be at all
            return False
        self._postpone(record.number, due, how="postponed")
        self.postponed += 1
        return True

    # -- amended ---------------------------------------------------------------------------------

    def _amend(self, schedule, why, until=None):
        """Other instalments for what is left of a running plan.

        What is heavier than before waits for the debtor's yes; until then the plan stays.

        :param schedule: for all that is left; numbers follow those that were paid
        :param why: in words
        :return: whether it counts already
        """
        self.ensure_one()
        self._lock()
        self._still("running")
        today = self._today()
        rest = self._rest()
        left = sum((each.amount for each in rest), ZERO)
        total = sum((each.amount for each in schedule), ZERO)
        if total != left:
            problem = Unfit("sum", sum=total, total=left, difference=left - total)
            raise UserError(self._unfit_words(problem, self.currency_id))
        try:
            check_days(schedule, today)
        except Unfit as problem:
            raise UserError(self._unfit_words(problem, self.currency_id)) from None
        if not heavier(rest, schedule):
            self._change(schedule, "lighter", why)
            return True
        until = until or min(
            min(each.due for each in schedule),
            today + timedelta(days=self._policy_of(self.item_ids).plan_offer_days or OFFER_DAYS),
        )
        self._check_until(until, today, schedule)
        self.write(
            {
                "amendment": [
                    [fields.Date.to_string(each.due), str(each.amount)] for each in schedule
                ],
                "amendment_until": until,
                "amendment_why": why,
            }
        )
        self._tell_plan(
            "plan_offer",
            lambda plan: plan._amendment_words(),
            lambda plan: plan._rows(plan._amended()),
        )
        return False

    def _amended(self):
        """The schedule that waits for the debtor's yes."""
        self.ensure_one()
        return tuple(
            Instalment(number, fields.Date.to_date(day), exact(float(amount)))
            for number, (day, amount) in enumerate(self.amendment or (), start=1)
        )

    def _accept_amendment(self):
        """The debtor agrees to a change; twice at once it counts once.

        :return: whether it changed now
        """
        self.ensure_one()
        self._lock()
        self._still("running")
        if not self.amendment:
            return False
        if self.amendment_until < self._today():
            raise UserError(self.env._("This change does not stand any more. Your plan stays."))
        schedule = self._amended()
        left = sum((each.amount for each in self._rest()), ZERO)
        if left != sum((each.amount for each in schedule), ZERO):
            raise UserError(
                self.env._("Money came in meanwhile, so this change does not fit any more.")
            )
        self._change(schedule, "page", self.amendment_why)
        return True

    def _change(self, rest, how, why):
        """Let what is left be paid by another schedule; what was paid stays as it was."""
        self.ensure_one()
        today = self._today()
        standing = self._standings(today)[self.id]
        rest = sorted(rest, key=lambda each: each.due)
        schedule = [Instalment(number, *each[1:]) for number, each in enumerate(rest, start=1)]
        if standing.paid:
            # One row with all that came so far, so that each payment finds its place again.
            day = min(today, rest[0].due - timedelta(days=1))
            schedule = [
                Instalment(1, day, standing.paid),
                *(each._replace(number=each.number + 1) for each in schedule),
            ]
        # Payments that were meant for one of them are for the plan as a whole from now on.
        self.installment_ids.unlink()
        gone = standing.gone
        self._put_schedule(schedule)
        if gone:
            # What was credited is not in the new schedule any more.
            self._restart_count()
        self.write({"amendment": False, "amendment_until": False, "lapse_asked_on": False})
        self.env["dunning.task"]._done(self, "plan_lapse")
        self._look(today)
        version = self._keep_version(how, why)
        self._tell_agreed(version)

    def _restart_count(self):
        """Count credits anew from today: the schedule is without them by now."""
        ledgers, then = self._ledgers(), dict(self.open_at_start or {})
        for key, record, _amount in self._covered():
            if key not in then:
                continue
            ledger, known = ledgers.get(key), then[key]
            left = Decimal(known["open"]) - self._fell_away(known, record, ledger)
            gone = _sums(ledger)["gone"] if ledger else known["gone"]
            then[key] = {**known, "open": str(max(left, ZERO)), "gone": str(gone)}
        self.open_at_start = then

    def _amendment_words(self):
        env = self.env
        return env._("A change of your payment plan for %s", self._names()), [
            env._("We propose to change your payment plan. You would pay like this from now on:"),
            env._(
                "You agree with one tap behind the button, until %s. Until then your plan "
                "stays as it is.",
                self._day(self.amendment_until),
            ),
        ]
