import logging
from collections.abc import Callable
from dataclasses import dataclass

from odoo import SUPERUSER_ID, fields, models
from odoo.exceptions import RedirectWarning
from odoo.tools import format_amount

from odoo.addons.payt_dunning.tools import exact

from .sale_order import OPEN


@dataclass(frozen=True, slots=True)
class Credit:
    """What is overdue beyond what the class of the customer allows.

    :param refused: whether the order is not confirmed; else somebody is warned
    :param says: one sentence for people, with the figures
    :param tell: the same for another reader; function of an environment that gives the text
    """

    refused: bool
    says: str
    tell: Callable


@dataclass(frozen=True, slots=True)
class Checked:
    """Orders of one confirmation with their :class:`Credit`.

    Kept in the context under ``dunning_checked``. A client may send any context with its call,
    but none that holds an object of this class.
    """

    credits: dict


class SaleOrder(models.Model):
    """The credit check on confirming: with figures of the moment, and never against customers.

    Who signs or pays on the portal gets no error: signature and payment are kept, the quotation
    stays one, and somebody is asked to look at it.
    """

    _inherit = "sale.order"  # pylint: disable=consider-merging-classes-inherited

    dunning_held_on = fields.Datetime(
        "Accepted by the Customer, to Be Checked",
        readonly=True,
        copy=False,
        groups="base.group_user",
    )
    dunning_held_free = fields.Boolean(
        "Held No Longer",
        readonly=True,
        copy=False,
        groups="base.group_user",
        help="Somebody was told that what was overdue is paid.",
    )

    # -- what is wrong ---------------------------------------------------------------------------

    def _dunning_credits(self, standings=None):
        """What is overdue too long of the customers of these orders, by the order's id."""
        if standings is None:
            standings = self._dunning_standings()
        credits = {}
        for order in self.sudo():
            standing = standings.get(order.id)
            credit = standing and order._dunning_credit(standing)
            if credit:
                credits[order.id] = credit
        # Who has paid everything gets no credit.
        wrong = self.sudo().filtered(lambda order: order.id in credits)
        money = wrong._origin._dunning_money_in()
        for order in wrong:
            missing = order.amount_total - money.get(order._origin.id, 0.0)
            if order.currency_id.compare_amounts(missing, 0.0) <= 0:
                del credits[order.id]
        return credits

    def _dunning_credit(self, standing):
        payment_class = self._dunning_class(standing)
        figures = standing.figures
        if not payment_class or payment_class.credit_check == "none":
            return None
        if figures.overdue_days is None or figures.overdue_days <= payment_class.credit_days:
            return None
        if figures.overdue <= exact(payment_class.credit_amount):
            return None
        if self.amount_total <= 0:
            return None
        if self._dunning_overridden("credit"):
            return None
        # About a person the program decides nothing by itself.
        refused = payment_class.credit_check == "hold" and bool(standing.payment_class)

        def tell(env):
            order, of_it = self.with_env(env), payment_class.with_env(env)
            return order._dunning_credit_words(standing, of_it, refused)

        return Credit(refused, tell(self.env), tell)

    def _dunning_credit_words(self, standing, payment_class, refused):
        currency = self.company_id.currency_id
        values = {
            "customer": self.partner_id.commercial_partner_id.display_name,
            "overdue": format_amount(self.env, float(standing.figures.overdue), currency),
            "days": standing.figures.overdue_days,
            "class": payment_class.name,
        }
        if refused:
            return self.env._(
                "%(customer)s (%(class)s) has %(overdue)s overdue, the oldest for %(days)s days: "
                "this order is not confirmed until that is paid, or somebody with the right "
                "overrides it.",
                **values,
            )
        return self.env._(
            "%(customer)s (%(class)s) has %(overdue)s overdue, the oldest for %(days)s days.",
            **values,
        )

    # -- confirming ------------------------------------------------------------------------------

    def action_confirm(self):
        """Confirm, unless something is overdue too long.

        Where nobody is there to read a refusal, the order is kept as what the customer signs is.

        :raises RedirectWarning: the button of the screen is used, and the user is asked first;
            raised, so that nothing stays of what other add-ons did already
        """
        credits = self._dunning_credits() if self else {}
        held = self._dunning_keep_held(credits) if credits and self._dunning_unattended() else None
        orders = self - held if held else self
        if held and not orders:
            return True
        warned = orders.filtered(lambda order: order.id in credits)
        refused = any(credits[order.id].refused for order in warned)
        if warned and not refused and self.env.context.get("dunning_ask"):
            warned._dunning_ask_to_confirm(credits, orders)
        checked = orders.with_context(dunning_checked=Checked(credits), dunning_ask=False)
        done = super(SaleOrder, checked).action_confirm()
        for order in warned:
            order._dunning_note(
                lambda env, tell=credits[order.id].tell: env._(
                    "Confirmed all the same. %s", tell(env)
                )
            )
        return done

    def _dunning_unattended(self):
        """Whether nobody is there who could read a refusal: a customer pays or orders, or the
        program confirms for them. A cashier has taken the money already."""
        if self.env.su or not self.env.user._is_internal():
            return True
        if self.env.context.get("dunning_ask") or "pos_order_line_ids" not in self._fields:
            return False
        states = self.sudo().pos_order_line_ids.order_id.mapped("state")
        return any(state not in ("draft", "cancel") for state in states)

    def _dunning_ask_to_confirm(self, credits, every):
        """:param every: the orders that are confirmed when the user says so"""
        facts = [
            self.env._("%(order)s: %(says)s", order=order.name, says=credits[order.id].says)
            for order in self
        ]
        first = self.env._("Something is overdue. Confirmed anyway, it is noted on the order.")
        question = RedirectWarning(
            "\n".join([first, "", *facts]),
            self.env.ref("payt_dunning_sale.action_confirm_anyway").id,
            self.env._("Confirm Anyway"),
            {
                "active_model": self._name,
                "active_id": every[:1].id,
                "active_ids": every.ids,
                "validate_analytic": self.env.context.get("validate_analytic", False),
            },
        )
        # No fault to be logged as one.
        question.loglevel = logging.DEBUG
        raise question

    def _confirmation_error_message(self):
        """Say which order is refused, and why."""
        if message := super()._confirmation_error_message():
            return message
        checked = self.env.context.get("dunning_checked")
        known = isinstance(checked, Checked)
        credit = (checked.credits if known else self._dunning_credits()).get(self.id)
        if not credit or not credit.refused:
            return False
        return self.env._("%(order)s: %(says)s", order=self.name, says=credit.says)

    def _action_confirm(self):
        # Whoever confirmed knows; the customer is not kept waiting any longer.
        held = self.sudo().filtered("dunning_held_on")
        held.write({"dunning_held_on": False, "dunning_held_free": False})
        held._dunning_task_done("held")
        return super()._action_confirm()

    def _action_cancel(self):
        self._dunning_task_done("held", "wait", "start")
        held = self.sudo().filtered("dunning_held_on")
        held.write({"dunning_held_on": False, "dunning_held_free": False})
        return super()._action_cancel()

    # -- the customer ----------------------------------------------------------------------------

    def _validate_order(self):
        """What the customer signed is kept where the order has to be looked at first."""
        return super(SaleOrder, self - self._dunning_keep_held())._validate_order()

    def _dunning_keep_held(self, credits=None):
        """Leave quotations that are refused as they are, tell somebody, and return them.

        :param credits: of :meth:`_dunning_credits`, where they were read
        """
        quotations = self.filtered(lambda order: order.state in OPEN)
        if credits is None:
            credits = quotations._dunning_credits() if quotations else {}
        held = quotations.filtered(lambda order: order.id in credits and credits[order.id].refused)
        for order in held.sudo():
            if not order.dunning_held_on:
                order.dunning_held_on = fields.Datetime.now()
                order._dunning_note(
                    lambda env, tell=credits[order.id].tell: env._(
                        "The customer accepted this quotation. %s", tell(env)
                    )
                )
        held._dunning_tell_held()
        return held

    def _dunning_tell_held(self):
        self._dunning_task(
            "held", lambda env: env._("The customer accepted: check what is overdue, then confirm")
        )

    def _dunning_look_at_held(self):
        """Say of which of these the overdue was paid, or is overdue again; once each."""
        orders = self.sudo().filtered(lambda order: order.dunning_held_on and order.state in OPEN)
        credits = orders._dunning_credits() if orders else {}
        refused = orders.filtered(lambda order: order.id in credits and credits[order.id].refused)
        again = refused.filtered("dunning_held_free")
        # Who has overridden it knows.
        free = (orders - refused).filtered(
            lambda order: not order.dunning_held_free and not order._dunning_overridden("credit")
        )
        (again | free)._dunning_task_done("held")
        again.dunning_held_free = False
        again._dunning_tell_held()
        free.dunning_held_free = True
        free._dunning_task(
            "held", lambda env: env._("What was overdue is paid: confirm this order")
        )

    def _dunning_looked_at(self):
        """Whether the customer has accepted, and the order waits for somebody's look."""
        self.ensure_one()
        order = self.sudo()
        return bool(order.dunning_held_on and order.state in OPEN and not order._has_to_be_paid())

    # -- telling people --------------------------------------------------------------------------

    def _dunning_person(self):
        """Who looks at this order: its salesperson, else who handles the customer."""
        self.ensure_one()
        order = self.sudo()
        user = order.user_id
        if user.active and not user.share and order.company_id in user.company_ids:
            return user
        debtor = (
            self.env["dunning.debtor"]
            .sudo()
            .search(
                [
                    ("company_id", "=", order.company_id.id),
                    ("partner_id", "=", order.partner_id.commercial_partner_id.id),
                ]
            )
        )
        return self.env["dunning.task"]._person(debtor.handler_id, order.company_id)

    def _dunning_staff_lang(self):
        """The language of who looks at this order; who acts may be its customer."""
        order = self.sudo()
        return order._dunning_person().lang or order.company_id.partner_id.lang or self.env.lang

    def _dunning_task_types(self, *kinds):
        return (
            self.env["mail.activity.type"]
            .sudo()
            .union(*(self.env.ref(f"payt_dunning_sale.activity_order_{kind}") for kind in kinds))
        )

    def _dunning_task(self, kind, summary):
        """Give somebody a task about each of these orders, unless it has one of this kind.

        :param summary: function of an environment that gives the text, in its reader's language
        """
        if not self:
            return
        kind_of = self._dunning_task_types(kind)
        orders = self.sudo()
        has = self.env["dunning.task"]._open(orders, kind_of).mapped("res_id")
        for order in orders.filtered(lambda order: order.id not in has).with_user(SUPERUSER_ID):
            person = order._dunning_person()
            order.with_context(mail_activity_quick_update=True).activity_schedule(
                activity_type_id=kind_of.id,
                date_deadline=self.env["dunning.message"]._today(order.company_id),
                summary=summary(order.with_context(lang=order._dunning_staff_lang()).env),
                user_id=person.id,
            )

    def _dunning_task_done(self, *kinds):
        """Take back open tasks of these kinds: what they asked for is done, or no longer asked."""
        if self:
            self.env["dunning.task"]._open(self, self._dunning_task_types(*kinds)).filtered(
                "automated"
            ).unlink()

    def _dunning_note(self, words):
        """Note something on this order, in the language of who looks at it."""
        order = self.with_user(SUPERUSER_ID)
        lang = order._dunning_staff_lang()
        order._message_log(body=words(order.with_context(lang=lang).env))
