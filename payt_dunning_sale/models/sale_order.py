from dataclasses import dataclass

from odoo import api, fields, models
from odoo.tools import format_amount

#: Quotations: nothing was confirmed yet.
OPEN = ("draft", "sent")


@dataclass(frozen=True, slots=True)
class Ask:
    """What the class of its customer asks of an order.

    :param payment_class: record
    :param percent: share of the total, above 0 and at most 1
    :param amount: float, in the currency of the order
    :param hard: whether it is put in, and less needs an override; else it is a proposal
    """

    payment_class: object
    percent: float
    amount: float
    hard: bool


class SaleOrder(models.Model):
    """What the class of the customer means for an order, and why."""

    _inherit = "sale.order"

    payment_class_id = fields.Many2one(
        "dunning.payment.class",
        compute="_compute_payment_class",
        compute_sudo=True,
        groups="base.group_user",
        help="How the customer pays, from our own invoices only.",
    )
    payment_class_says = fields.Char(
        "Why This Class",
        compute="_compute_payment_class",
        compute_sudo=True,
        groups="base.group_user",
    )
    dunning_ask_says = fields.Char(
        "Up Front", compute="_compute_payment_class", compute_sudo=True, groups="base.group_user"
    )
    dunning_wrong_says = fields.Text(
        "To Look At",
        compute="_compute_payment_class",
        compute_sudo=True,
        groups="base.group_user",
    )
    dunning_credit_says = fields.Char(
        compute="_compute_payment_class", compute_sudo=True, groups="base.group_user"
    )
    dunning_can_ask = fields.Boolean(
        compute="_compute_payment_class", compute_sudo=True, groups="base.group_user"
    )
    dunning_override_ids = fields.One2many(
        "dunning.sale.override", "order_id", "Overrides", readonly=True, groups="base.group_user"
    )

    # -- the class of the customer ---------------------------------------------------------------

    def _dunning_standings(self):
        """How the customers of these orders stand, by the order's id; a fixed number of statements
        for each company."""
        found = {}
        for company, orders in self.sudo().grouped("company_id").items():
            partners = {
                order.id: order.partner_id._origin.commercial_partner_id
                for order in orders
                if order.partner_id._origin
            }
            if not company or not partners:
                continue
            every = self.env["res.partner"].sudo().union(*partners.values())
            standings = self.env["dunning.behaviour"]._standings(company, every)
            found.update(
                (order_id, standings[partner.id])
                for order_id, partner in partners.items()
                if partner.id in standings
            )
        return found

    @api.model
    def _dunning_class(self, standing):
        """The class that counts: in force, or of a person about whom nobody decided what the
        figures say, which binds nobody."""
        return (standing.payment_class or standing.proposed).sudo()

    @api.model
    def _dunning_why(self, standing):
        """Why the customer is in its class: the figures, and what somebody decided about them."""
        if standing.decided and standing.payment_class != standing.proposed:
            return self.env._(
                "%(class)s, decided by hand. By the figures: %(says)s",
                **{"class": standing.payment_class.name, "says": standing.says},
            )
        return standing.says

    def _dunning_overridden(self, what):
        """Whether somebody decided otherwise about this order while it was of this customer."""
        self.ensure_one()
        customer = self.partner_id._origin.commercial_partner_id
        return any(
            override.what == what and override.partner_id.commercial_partner_id == customer
            for override in self.sudo().dunning_override_ids
        )

    def _dunning_asks(self, standings=None):
        """What is asked up front of these orders, by id, as :class:`Ask`; nothing of most.

        :param standings: of :meth:`_dunning_standings`, where they were read
        """
        if standings is None:
            standings = self._dunning_standings()
        asks = {}
        for order in self.sudo():
            standing = standings.get(order.id)
            if standing and not order._dunning_overridden("prepayment"):
                ask = order._dunning_ask(standing)
                if ask:
                    asks[order.id] = ask
        return asks

    def _dunning_ask(self, standing):
        payment_class = self._dunning_class(standing)
        total, rate = self.amount_total, self.currency_rate or 1.0
        if not payment_class or payment_class.prepayment_mode == "none" or total <= 0:
            return None
        company_currency = self.company_id.currency_id
        if company_currency.compare_amounts(total / rate, payment_class.prepayment_from) < 0:
            return None
        currency = self.currency_id or company_currency
        if payment_class.prepayment_kind == "percent":
            percent = payment_class.prepayment_percent / 100
            amount = currency.round(total * percent)
        else:
            amount = min(currency.round(payment_class.prepayment_amount * rate), total)
            percent = min(amount / total, 1.0)
        if currency.is_zero(amount):
            return None
        hard = payment_class.prepayment_mode == "set" and bool(standing.payment_class)
        return Ask(payment_class, percent, amount, hard)

    # -- on the screen ---------------------------------------------------------------------------

    @api.depends(
        "partner_id",
        "company_id",
        "currency_id",
        "amount_total",
        "require_payment",
        "prepayment_percent",
        "state",
        "dunning_override_ids",
    )
    @api.depends_context("lang")
    def _compute_payment_class(self):
        standings = self._dunning_standings()
        open_orders = self.filtered(lambda order: order.state in OPEN)
        asks = open_orders._dunning_asks(standings)
        credits = open_orders._dunning_credits(standings)
        for order in self:
            standing = standings.get(order.id)
            ask = asks.get(order.id)
            order.payment_class_id = standing and self._dunning_class(standing)
            order.payment_class_says = standing and order._dunning_why(standing)
            required = order._get_prepayment_required_amount()
            short = ask and order.currency_id.compare_amounts(required, ask.amount) < 0
            order.dunning_can_ask = bool(short)
            credit = credits.get(order.id)
            order.dunning_credit_says = credit and credit.says
            order.dunning_ask_says = order._dunning_ask_words(ask, short, standing)
            order.dunning_wrong_says = "\n".join(order._dunning_wrong_words(credit, ask, required))

    def _dunning_ask_words(self, ask, short, standing):
        if not ask:
            return False
        values = {
            "amount": format_amount(self.env, ask.amount, self.currency_id),
            "percent": self.env["dunning.behaviour.words"]._number(ask.percent * 100),
        }
        if not short:
            return self.env._("%(amount)s (%(percent)s %%) is asked up front.", **values)
        if ask.hard:
            return self.env._(
                "%(amount)s (%(percent)s %%) should be asked up front; this quotation asks less.",
                **values,
            )
        if standing.natural and not standing.payment_class:
            return self.env._(
                "Proposed: %(amount)s (%(percent)s %%) up front. Nobody has decided about this "
                "person's class, so nothing is asked by itself.",
                **values,
            )
        return self.env._(
            "Proposed: %(amount)s (%(percent)s %%) up front. Nothing is asked until you choose "
            "Ask for It.",
            **values,
        )

    def _dunning_wrong_words(self, credit, ask, required):
        """What else somebody should know, a line each."""
        if credit:
            yield credit.says
        if self.state in OPEN and (ask or required) and not self._dunning_pays_online():
            yield self.env._(
                "No online payment is set up for %(company)s: the customer pays up front by bank "
                "transfer, on a down payment invoice.",
                company=self.company_id.name,
            )

    def _dunning_pays_online(self):
        """Whether any provider of online payments takes money for the company of this order."""
        providers = self.env["payment.provider"].sudo()
        return bool(
            providers.search_count(
                [
                    *providers._check_company_domain(self.company_id),
                    ("state", "in", ("enabled", "test")),
                    ("is_published", "=", True),
                    ("code", "!=", "custom"),
                ],
                limit=1,
            )
        )
