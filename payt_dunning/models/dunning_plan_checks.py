from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_amount, format_date

from ..rules.law.money import ZERO
from ..tools import exact


class DunningPaymentPlan(models.Model):
    """What can be in a payment plan, and the words for what can't."""

    _inherit = "dunning.payment.plan"  # pylint: disable=consider-merging-classes-inherited

    # -- what can be in one --------------------------------------------------------------------

    @api.model
    def _check_covered(self, items, charges, own=None):
        """Refuse what can't be in a plan together, in words that name it.

        :param items: with the rights of the system
        :param own: the plan that they are to be in
        :raises UserError: in the user's words
        """
        if not items:
            raise UserError(self.env._("Choose at least one invoice for the payment plan."))
        closed = items.filtered(lambda item: item.state != "open" or item.amount_open <= 0)
        if closed:
            raise UserError(self.env._("Nothing of %s is open any more.", _names(closed)))
        if len(items.debtor_id) > 1 or len(items.company_id) > 1:
            raise UserError(self.env._("A payment plan is about what one debtor owes one company."))
        if len(items.currency_id) > 1:
            raise UserError(
                self.env._("Choose what is in one currency; make one plan for each of them.")
            )
        unposted = items.filtered(lambda item: item.line_id.parent_state != "posted")
        if unposted:
            raise UserError(self.env._("%s is not posted.", _names(unposted)))
        disputed = self.env["dunning.dispute"].sudo()._disputed_of(items)
        if any(disputed.values()):
            raise UserError(
                self.env._(
                    "%s is disputed. Decide about the dispute first.",
                    _names(items.filtered(lambda item: disputed.get(item.id))),
                )
            )
        other = (self._of_items(items) - (own or self.browse()))[:1]
        if other:
            raise UserError(
                self.env._(
                    "%(items)s is in payment plan %(plan)s already.",
                    items=_names(other.item_ids & items),
                    plan=other.name,
                )
            )
        self._check_charges(items, charges, own)

    @api.model
    def _check_charges(self, items, charges, own=None):
        """The same of costs and interest; they are booked when the plan starts."""
        foreign = charges.filtered(
            lambda charge: (
                charge.debtor_id != items.debtor_id or charge.currency_id != items.currency_id
            )
        )
        if foreign:
            raise UserError(
                self.env._("“%s” is not about these invoices.", foreign[:1].display_name)
            )
        settled = charges.filtered(lambda charge: charge.amount_left <= 0)
        if settled:
            raise UserError(self.env._("Nothing is left of “%s”.", settled[:1].display_name))
        taken = self.sudo().search(
            [("charge_ids", "in", charges.ids), ("state", "=", "running")]
        ) - (own or self.browse())
        if taken:
            raise UserError(
                self.env._(
                    "%(items)s is in payment plan %(plan)s already.",
                    items=(taken.charge_ids & charges)[:1].display_name,
                    plan=taken[:1].name,
                )
            )
        for charge in charges.filtered(lambda charge: charge.state == "claimed"):
            charge._check_may_book()

    @api.model
    def _open_total(self, items, charges):
        """What is open of items, costs and interest, as an exact amount."""
        total = sum((exact(item.amount_open) for item in items), ZERO)
        return total + sum((exact(charge.amount_left) for charge in charges), ZERO)

    @api.model
    def _policy_of(self, items):
        """The policy whose bounds count: that of the item that is due first."""
        first = items.sorted(lambda item: (item.date_due, item.id))[:1]
        return self.env["dunning.page.choice"]._policies(first.ids)[:1]

    @api.model
    def _terms_of(self, items):
        """Bounds and guarding of a plan about items: :class:`~.dunning_plan_policy.PlanTerms`.

        :raises UserError: where no policy applies
        """
        policy = self._policy_of(items)
        if not policy:
            raise UserError(
                self.env._("No policy applies to %s, so there are no bounds.", _names(items))
            )
        return policy._plan_terms(items.currency_id, items.company_id)

    @api.model
    def _broken_before(self, debtor, months, day):
        """Whether a plan of a debtor broke in the last months, or it stopped one itself.

        Else whoever stops each plan before its first instalment would never pay anything.
        """
        since = fields.Date.subtract(day, months=months)
        return bool(
            months
            and self.sudo().search_count(
                Domain("debtor_id", "=", debtor.id)
                & (Domain("state", "=", "lapsed") | Domain("stopped", "=", True))
                & Domain("ended_on", ">", since),
                limit=1,
            )
        )

    # -- in words ------------------------------------------------------------------------------

    @api.model
    def _unfit_words(self, problem, currency):
        """What is wrong with a schedule, for people.

        :param problem: an :class:`~..rules.instalments.Unfit`
        """

        def money(name):
            return format_amount(self.env, float(problem.values.get(name, 0)), currency)

        values = problem.values
        day = values.get("day")
        return {
            "no_total": self.env._("There is nothing to pay in parts."),
            "no_count": self.env._("A plan has at least one instalment."),
            "too_many": self.env._(
                "The amount can't be split into %s instalments.", values.get("count")
            ),
            "not_positive": self.env._("Instalment %s must be above 0.", values.get("number", "")),
            "sum": self.env._(
                "The instalments are %(sum)s together, and %(total)s is to be paid: the difference "
                "is %(difference)s.",
                sum=money("sum"),
                total=money("total"),
                difference=money("difference"),
            ),
            "order": self.env._(
                "Instalment %s must be later than the one before it.", values.get("number", "")
            ),
            "past": self.env._(
                "%s has passed. Choose a day to come.", day and format_date(self.env, day)
            ),
            "amount": self.env._("Fill in how much is paid each time, above 0."),
            "too_long": self.env._("A plan has at most %s instalments.", values.get("most", 120)),
        }.get(problem.code, problem.code)

    @api.model
    def _breach_words(self, breach, currency):
        """Which bound of the policy a schedule does not keep, for people."""

        def money(amount):
            return format_amount(self.env, float(amount), currency)

        limit, found = breach.limit, breach.found
        words = {
            "months": lambda: self.env._(
                "For this amount the last instalment is by %s at the latest.",
                format_date(self.env, limit),
            ),
            "minimum": lambda: self.env._(
                "At least %(least)s a month is paid; %(found)s is less.",
                least=money(limit),
                found=money(found),
            ),
            "count": lambda: self.env._("A plan has at most %s instalments.", limit),
            "first_share": lambda: self.env._(
                "The first instalment is at least %(least)s; %(found)s is less.",
                least=money(limit),
                found=money(found),
            ),
            "first_late": lambda: self.env._(
                "The first instalment is by %s at the latest.", format_date(self.env, limit)
            ),
        }
        return words[breach.code]()


def _names(records, most=5):
    """Names of records, of many the first."""
    names = ", ".join(records[:most].mapped("display_name"))
    return f"{names}…" if len(records) > most else names
