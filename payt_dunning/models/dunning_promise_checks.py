from decimal import Decimal
from typing import NamedTuple

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import format_amount, format_date

from ..tools import exact

#: Nobody means a day that is further away than this.
FURTHEST = 366
ZERO = Decimal(0)


class Asks(UserError):
    """A debtor may not decide this alone: a person has to."""


class Since(NamedTuple):
    """What became of a promise since it was made, in its currency.

    :param paid: money that came for its items
    :param needed: what has to come: what stands, less what is disputed of it
    :param stands: what of the promised amount was not credited
    :param covered_on: day on which what was needed was there; ``None`` while it is not
    """

    paid: Decimal
    needed: Decimal
    covered_on: object
    stands: Decimal


class DunningPromiseChecks(models.AbstractModel):
    """What can be promised, by whom; refusals name what is wrong."""

    _name = "dunning.promise.checks"
    _description = "Checks of Promises"

    @api.model
    def _check(self, items, day, amount=None):
        """What is promised, as an exact amount.

        :raises UserError: in words that name what is wrong
        """
        items_open = items.filtered(lambda item: item.state == "open" and item.amount_open > 0)
        if not items_open:
            raise UserError(self.env._("Nothing of this is open any more: nothing has to be paid."))
        if closed := items - items_open:
            raise UserError(
                self.env._("Nothing of %s is open any more.", ", ".join(closed.mapped("name")))
            )
        if len(items.debtor_id) > 1 or len(items.company_id) > 1:
            raise UserError(self.env._("A promise is about what one debtor owes one company."))
        if len(items.currency_id) > 1:
            raise UserError(
                self.env._("Choose what is in one currency; make one promise for each of them.")
            )
        currency, today = items.currency_id, items._today()

        def money(value):
            return format_amount(self.env, float(value), currency)

        total = sum((exact(item.amount_open) for item in items), ZERO)
        amount = total if amount is None else exact(currency.round(float(amount)))
        if not day:
            raise UserError(self.env._("Say by which day it will be paid."))
        if day < today:
            raise UserError(
                self.env._("%s has passed. Choose a day to come.", format_date(self.env, day))
            )
        if (day - today).days > FURTHEST:
            raise UserError(
                self.env._(
                    "%s is more than a year away. Choose an earlier day.",
                    format_date(self.env, day),
                )
            )
        if amount <= 0:
            raise UserError(
                self.env._("%s can't be promised: the amount must be above 0.", money(amount))
            )
        if amount > total:
            raise UserError(
                self.env._(
                    "%(amount)s is more than what is open of %(items)s, which is %(total)s.",
                    amount=money(amount),
                    items=self._names(items),
                    total=money(total),
                )
            )
        return amount

    @api.model
    def _check_alone(self, items, day, former):
        """Whether a debtor may promise this without anybody having looked at it.

        :raises Asks: when a person decides
        """
        if (day - items._today()).days > self._days_ahead(items):
            raise Asks(self.env._("Somebody looks at a day that is so far away."))
        if former:
            raise Asks(self.env._("Something was agreed about this already."))

    @api.model
    def _days_ahead(self, items):
        """How many days ahead debtors may promise by themselves."""
        policies = self.env["dunning.page.choice"]._policies(items.ids)
        return min(policies.mapped("promise_days"), default=0)
