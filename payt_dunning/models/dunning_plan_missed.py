from datetime import timedelta

from odoo import fields, models

from ..rules.law.money import ZERO


class DunningPaymentPlan(models.Model):
    """What is missed of plans: when it ends them, and what debtors read about it."""

    _inherit = "dunning.payment.plan"  # pylint: disable=consider-merging-classes-inherited

    # -- when it ends a plan ---------------------------------------------------------------------

    def _last_day(self):
        """The last day on which a payment for the last instalment is in time."""
        self.ensure_one()
        return max(self.installment_ids.mapped("date")) + timedelta(days=self.wait)

    def _is_final(self, standing, day):
        """Whether a plan ends by what is missed, unless it is paid after our warning.

        As many were missed as the policy wants; or the last instalment had its time.
        """
        missed = standing.missed
        return bool(missed) and (len(missed) >= self.misses or day > self._last_day())

    def _to_warn(self, missed, day):
        """Those of the instalments missed of which the debtor has to be warned now.

        Each once. What was not enough to end the plan is warned of once more after the last
        instalment: only now it ends the plan.
        """
        last = self._last_day()
        again = len(missed) < self.misses and day > last
        return missed.filtered(
            lambda each: not each.missed_on or (again and each.missed_on <= last)
        )

    def _is_broken(self, missed, standing, day):
        """Whether enough was missed, and the debtor had its days after the last warning."""
        if not self._is_final(standing, day):
            return False
        told = [each.warned_on or each.missed_on for each in missed if each.missed_on]
        # Where the warning left later, the days are counted from then.
        told += self._warnings(missed).filtered("sent_on").mapped("sent_on")
        return bool(told) and day > max(told) + timedelta(days=self.grace)

    # -- in words --------------------------------------------------------------------------------

    def _if_missed_words(self):
        """What happens when an instalment is missed."""
        self.ensure_one()
        if self.misses > 1:
            return self.env._(
                "Did you miss an instalment? Then we write to you. The agreement ends only when "
                "%(count)s were missed, or when one is still open after the last day of the plan, "
                "and you do not pay within %(days)s days of our message. What is left is due at "
                "once then, and our reminders go on.",
                count=self.misses,
                days=self.grace,
            )
        return self.env._(
            "Did you miss an instalment? Then we write to you, and you have %(days)s days to pay "
            "it. Is it not there by then, the agreement ends: what is left is due at once, and our "
            "reminders go on.",
            days=self.grace,
        )

    def _still_missed_words(self, share):
        """What is open of instalments before one that is told of; empty where nothing is."""
        late = self.installment_ids.filtered(
            lambda each: each.state == "late" and each.number != share.number
        )
        return late and self.env._(
            "Of earlier instalments %s is still open too.", self._money(sum(late.mapped("left")))
        )

    def _missed_words(self, shares, final):
        """The warning that an instalment was missed.

        :param final: whether the plan ends where this is not paid
        """
        env = self.env
        amount = sum((share.left for share in shares), ZERO)
        until = fields.Date.add(self._today(), days=self.grace)
        values = {
            "amount": self._money(amount),
            "day": self._day(shares[0].due),
            "invoices": self._names(),
            "until": self._day(until),
            "left": self._money(self.left),
            "reference": self.reference,
        }
        ends = (
            env._(
                "Is it not there by then, our agreement ends: %(left)s is due at once, and our "
                "reminders go on.",
                **values,
            )
            if final
            else env._("Please keep to the next instalments, so that our agreement lasts.")
        )
        return env._("We have not received your instalment of %(amount)s", **values), [
            env._(
                "We have not received the instalment of %(amount)s of %(day)s for %(invoices)s. "
                "That can happen.",
                **values,
            ),
            self._how_to_pay(
                env._(
                    "Please pay it by %(until)s, behind the button or with the reference "
                    "%(reference)s.",
                    **values,
                ),
                env._("Please pay it by %(until)s.", **values),
            ),
            f"{ends} {self._avoided_words()}",
            env._("Have you just paid? Thank you, then you need not do anything."),
            env._("Can't you pay at the moment? Tell us, and we look for a solution together."),
            self._help_words(),
        ]
