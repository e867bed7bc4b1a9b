from datetime import timedelta

from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..rules.instalments import Instalment, Unfit, lessened
from ..rules.law.money import ZERO
from ..tools import exact
from .dunning_promise import _sums


class DunningPaymentPlan(models.Model):
    """Making payment plans: what can be in one, and when it begins."""

    _inherit = "dunning.payment.plan"  # pylint: disable=consider-merging-classes-inherited

    # -- making --------------------------------------------------------------------------------

    @api.model
    def _make(self, items, schedule, state, origin, charges=None, waived=ZERO, **values):
        """Keep a plan about items; nothing runs yet.

        :param items: open ones of one debtor, in one currency
        :param schedule: :class:`~..rules.instalments.Instalment`, all that is open less ``waived``
        :param state: ``proposed`` or ``offered``; :meth:`_start` makes it run
        :param values: further fields
        :raises UserError: in words that name what is wrong
        """
        charges = charges or self.env["dunning.charge"]
        items, charges = items.sudo(), charges.sudo()
        self._check_covered(items, charges)
        currency = items.currency_id
        total = sum((each.amount for each in schedule), ZERO)
        known = self._open_total(items, charges) - waived
        if total != known:
            problem = Unfit("sum", sum=total, total=known, difference=known - total)
            raise UserError(self._unfit_words(problem, currency))
        own = self.env.uid != SUPERUSER_ID and not self.env.user._is_public()
        plan = self.sudo().create(
            {
                **self._terms_of(items).guard,
                "company_id": items.company_id.id,
                "debtor_id": items.debtor_id.id,
                "currency_id": currency.id,
                "item_ids": [Command.set(items.ids)],
                "charge_ids": [Command.set(charges.ids)],
                "state": state,
                "origin": origin,
                "waived": float(waived),
                "made_by_id": self.env.uid if own and origin != "debtor" else False,
                **values,
            }
        )
        plan._put_schedule(schedule)
        return plan

    def _put_schedule(self, schedule):
        """Let the instalments be those of a schedule; those that were paid keep their numbers.

        :param schedule: :class:`~..rules.instalments.Instalment`
        """
        self.ensure_one()
        before = {each.number: each for each in self.installment_ids}
        wanted = {each.number: each for each in schedule}
        self.env["dunning.payment.installment"].union(
            *(record for number, record in before.items() if number not in wanted)
        ).unlink()
        for number, each in wanted.items():
            values = {"date": each.due, "amount": float(each.amount), "needed": float(each.amount)}
            if record := before.get(number):
                moved = record.date != each.due
                if moved:
                    values |= {"shifted_from": record.date, "missed_on": False, "warned_on": False}
                record.write(values)
            else:
                self.env["dunning.payment.installment"].create(
                    {**values, "plan_id": self.id, "number": number}
                )
        self.invalidate_recordset(["installment_ids"])
        total = sum((each.amount for each in schedule), ZERO)
        first = min(schedule, key=lambda each: each.due)
        self.write(
            {
                "total": float(total),
                "left": float(total),
                "last_date": max(each.due for each in schedule),
                "next_date": first.due,
                "next_amount": float(first.amount),
            }
        )

    def _schedule(self):
        """The instalments as the rules know them."""
        self.ensure_one()
        return tuple(
            Instalment(each.number, each.date, exact(each.amount)) for each in self.installment_ids
        )

    # -- starting --------------------------------------------------------------------------------

    def _start(self, how, tell=True):
        """From now on the plan runs: costs are booked, its items wait, the debtor gets it in writing.

        :param how: how it was agreed, see the versions
        :raises UserError: when what it covers has changed meanwhile so that it does not fit
        """
        self.ensure_one()
        items, charges = self.item_ids.sudo(), self.charge_ids.sudo()
        # Two at the same time: the second one begins anew and sees the first.
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE dunning_item SET write_date = write_date WHERE id = ANY(%s)", [items.ids]
        )
        items.invalidate_recordset()
        self._fit()
        items, charges = self.item_ids.sudo(), self.charge_ids.sudo()
        self._check_covered(items, charges, own=self)
        for charge in charges.filtered(lambda charge: charge.state == "claimed"):
            charge._book()
        self.write(
            {
                "state": "running",
                "health": "on_track",
                "started_on": self._today(),
                "open_at_start": self._snapshot(),
                "valid_until": False,
            }
        )
        self._take_over(items)
        self._look(self._today())
        version = self._keep_version(how)
        items.debtor_id._decide_now()
        self.env["dunning.task"]._done(self, "plan_answer")
        self.env["dunning.event"].sudo()._note(
            items, self.env._("Payment plan %s begins.", self.name)
        )
        if tell:
            self._tell_agreed(version)

    def _fit(self):
        """Let a plan that waited fit what is open by now: less from the end backwards.

        :raises UserError: when more is open than was agreed, or nothing
        """
        gone = self.item_ids.filtered(lambda item: item.state != "open" or item.amount_open <= 0)
        settled = self.charge_ids.filtered(lambda charge: charge.amount_left <= 0)
        if self.item_ids == gone:
            raise UserError(self.env._("Nothing of this is open any more: nothing has to be paid."))
        if gone or settled:
            self.write(
                {
                    "item_ids": [Command.unlink(item.id) for item in gone],
                    "charge_ids": [Command.unlink(charge.id) for charge in settled],
                }
            )
        known = self._open_total(self.item_ids, self.charge_ids) - exact(self.waived)
        less = exact(self.total) - known
        if less < 0:
            raise UserError(
                self.env._(
                    "More is open than when this plan was made. Make a new plan for all of it."
                )
            )
        if less > 0:
            schedule = lessened(self._schedule(), less)
            if not schedule:
                raise UserError(
                    self.env._("Nothing of this is open any more: nothing has to be paid.")
                )
            self._put_schedule(schedule)

    def _snapshot(self):
        """What is open, was paid and was taken off otherwise of what it covers, by now."""
        ledgers, found = self._ledgers(), {}
        for key, record, amount in self._covered():
            sums = _sums(ledgers.get(key))
            found[key] = {
                "open": str(exact(record[amount])),
                **{name: str(value) for name, value in sums.items()},
            }
        return found

    def _covered(self):
        """What plans cover: ``(key, record, the field with what is open)``."""
        for item in self.item_ids:
            yield f"i{item.id}", item, "amount_open"
        for charge in self.charge_ids:
            yield f"c{charge.id}", charge, "amount_left"

    def _take_over(self, items):
        """The plan holds its items from now on; what was asked or promised about them is over."""
        words = self.env._("Payment plan %s took its place.", self.name)
        promises = self.env["dunning.promise"].sudo()
        promises.search([("state", "=", "open"), ("item_ids", "in", items.ids)])._without(items)
        holds = self.env["dunning.hold"].sudo()
        holds.search(
            [
                ("item_id", "in", items.ids),
                ("kind", "in", ("plan_requested", "plan")),
                ("released_on", "=", False),
            ]
        )._end(words)
        self._hold(items)
        others = self._of_items(items, ("offered", "proposed")) - self
        others._withdraw(words)
        self.env["dunning.task"]._done(items.move_id, "plan_request")

    def _hold(self, items):
        """Follow-up of items waits for as long as the plan runs."""
        self.ensure_one()
        holds = self.env["dunning.hold"].sudo()
        holds.create(
            [
                {
                    "company_id": self.company_id.id,
                    "item_id": item.id,
                    "kind": "plan",
                    "reason": self.name,
                    "hardship": not self.interest,
                    **holds._owner_values(self),
                }
                for item in items
            ]
        )

    @api.model
    def _answer_day(self, company):
        """By which day we answer a proposal that is made today."""
        today = self.env["dunning.message"]._today(company)
        return today + timedelta(days=max(company.sudo().dunning_plan_answer_days, 1))
