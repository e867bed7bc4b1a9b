from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import float_compare

from .sale_order import OPEN

#: Of shares of a total.
DIGITS = 9


def _same(one, other):
    return float_compare(one, other, precision_digits=DIGITS) == 0


class SaleOrder(models.Model):
    """The prepayment, in Odoo's own fields, so that the portal asks for it.

    What an order asks without us is remembered beside what we put in, so that it is asked again
    when the customer, or the total, becomes another. Nothing of a quotation that was sent changes
    by itself: it is an offer.
    """

    _inherit = "sale.order"  # pylint: disable=consider-merging-classes-inherited

    # They follow the total, which is not known before the lines are.
    require_payment = fields.Boolean(precompute=False)
    prepayment_percent = fields.Float(precompute=False)
    dunning_payment_basis = fields.Json(
        compute="_compute_require_payment",
        store=True,
        readonly=False,
        copy=False,
        groups="base.group_user",
        help="What Odoo gave last (base), what is asked without us (own), whether we asked (put).",
    )
    dunning_percent_basis = fields.Json(
        compute="_compute_prepayment_percent",
        store=True,
        readonly=False,
        copy=False,
        groups="base.group_user",
    )
    dunning_prepayment_asked = fields.Boolean(
        "Prepayment Was Asked by Hand", readonly=True, copy=False, groups="base.group_user"
    )

    @api.depends("partner_id", "currency_id", "amount_total", "dunning_override_ids")
    def _compute_require_payment(self):
        return super()._compute_require_payment()

    @api.depends("partner_id", "currency_id", "amount_total", "dunning_override_ids")
    def _compute_prepayment_percent(self):
        return super()._compute_prepayment_percent()

    def _compute_field_value(self, field):
        """Here, and not in the two methods: an add-on that comes later (quotation templates) sets
        its own values in them after us."""
        compute = super()._compute_field_value
        if field.compute == "_compute_require_payment":
            return self._dunning_weigh_payment(lambda: compute(field))
        if field.compute == "_compute_prepayment_percent":
            return self._dunning_weigh_percent(lambda: compute(field))
        return compute(field)

    def _dunning_weighed(self):
        """The drafts of which something may be asked by itself; mostly none, so that their
        customers need not be looked at."""
        drafts = self.sudo().filtered(lambda order: order.state == "draft")
        setting = (
            self.env["dunning.payment.class"]
            .sudo()
            .search([("company_id", "in", drafts.company_id.ids), ("prepayment_mode", "=", "set")])
            .company_id
        )
        return drafts.filtered(
            lambda order: order.company_id in setting or order.dunning_prepayment_asked
        )

    def _dunning_weigh_payment(self, compute):
        asks = self._dunning_weighed()._dunning_asks()
        before = {order.id: (order.require_payment, order.dunning_payment_basis) for order in self}
        compute()
        for order in self:
            now, basis = before[order.id]
            base = order.require_payment
            if order.state != "draft":
                order.require_payment = now if basis else base
                order.dunning_payment_basis = basis or {"base": base, "own": base, "put": False}
                continue
            if not basis or basis["base"] not in (None, base):
                own = base
            else:
                own = basis["own"] if basis["put"] and now else now
            ask = asks.get(order.id)
            still = basis and basis["put"] and now and order.dunning_prepayment_asked
            put = bool(ask and (ask.hard or still) and not own)
            order.require_payment = own or put
            order.dunning_payment_basis = {"base": base, "own": own, "put": put}
        # Reading the ledger may have computed it already, from what was asked before.
        self.env.add_to_compute(self._fields["prepayment_percent"], self)

    def _dunning_weigh_percent(self, compute):
        asks = self._dunning_weighed()._dunning_asks()
        before = {
            order.id: (order.prepayment_percent, order.dunning_percent_basis) for order in self
        }
        compute()
        for order in self:
            now, basis = before[order.id]
            base = order.prepayment_percent
            if order.state != "draft":
                order.prepayment_percent = now if basis else base
                order.dunning_percent_basis = basis or {"base": base, "own": base, "put": 0.0}
                continue
            touched = not basis or not basis["put"] or not _same(now, basis["put"])
            mine = bool(basis) and (basis.get("mine") or bool(basis["put"]) and touched)
            if not basis or basis["base"] is not None and not _same(basis["base"], base):
                own = base
            else:
                own = now if touched else basis["own"]
            if order.require_payment and not 0 < own <= 1:
                own = base
            ask = asks.get(order.id)
            chosen = mine or (order.dunning_payment_basis or {}).get("own")
            wanted = own if chosen else 0.0
            still = not touched and order.require_payment and order.dunning_prepayment_asked
            put = ask.percent if ask and (ask.hard or still) and ask.percent > wanted else 0.0
            order.prepayment_percent = put or own
            order.dunning_percent_basis = {"base": base, "own": own, "put": put, "mine": mine}

    # -- by hand ---------------------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """What a caller gives is its own choice, and the class may ask more all the same."""
        for vals in vals_list:
            if "require_payment" in vals and not vals.get("dunning_payment_basis"):
                own = bool(vals["require_payment"])
                vals["dunning_payment_basis"] = {"base": None, "own": own, "put": False}
            if "prepayment_percent" in vals and not vals.get("dunning_percent_basis"):
                own = vals["prepayment_percent"]
                vals["dunning_percent_basis"] = {"base": None, "own": own, "put": 0.0}
        orders = super().create(vals_list)
        drafts = orders.filtered(lambda order: order.state == "draft")
        names = ("require_payment", "prepayment_percent")
        for name in names:
            self.env.add_to_compute(self._fields[name], drafts)
        # At once: as a quotation that was sent it would no longer be changed.
        drafts._recompute_recordset(names)
        return orders

    def copy_data(self, default=None):
        """A copy asks what was asked without us; the class of its customer then asks anew."""
        vals_list = super().copy_data(default=default)
        for order, vals in zip(self.sudo(), vals_list, strict=True):
            if (order.dunning_payment_basis or {}).get("put"):
                vals["require_payment"] = order.dunning_payment_basis["own"]
            if (order.dunning_percent_basis or {}).get("put"):
                vals["prepayment_percent"] = order.dunning_percent_basis["own"]
        return vals_list

    def write(self, vals):
        """Refuse to ask less up front than the class does; nobody is kept from anything else.

        What becomes a draft again is asked anew.
        """
        again = self.browse()
        if vals.get("state") == "draft":
            again = self.filtered(lambda order: order.state != "draft")
        if {"require_payment", "prepayment_percent"} & vals.keys():
            done = self._dunning_write_asked(vals)
        else:
            done = super().write(vals)
        if again:
            names = ("require_payment", "prepayment_percent")
            for name in names:
                self.env.add_to_compute(self._fields[name], again)
            again._recompute_recordset(names)
        return done

    def _dunning_write_asked(self, vals):
        # A cancelled order may become a quotation again.
        orders = self.filtered(lambda order: order.state in (*OPEN, "cancel"))
        before = {
            order.id: (order._get_prepayment_required_amount(), order._dunning_share())
            for order in orders
        }
        done = super().write(vals)
        lowered = orders.filtered(lambda order: order._dunning_lowered(*before[order.id]))
        asks = lowered._dunning_asks() if lowered else {}
        for order in lowered:
            if order._dunning_asks_less(asks.get(order.id)):
                raise ValidationError(order._dunning_less_words(asks[order.id]))
        return done

    def _dunning_share(self):
        return self.prepayment_percent if self.require_payment else 0.0

    def _dunning_lowered(self, amount, share):
        """Whether less is asked than it was, of the same or of another total."""
        now = self._get_prepayment_required_amount()
        less = self.currency_id.compare_amounts(now, amount) < 0
        return less or self._dunning_share() < share and not _same(self._dunning_share(), share)

    def _dunning_asks_less(self, ask):
        """Whether this order asks less than its class puts in."""
        required = self._get_prepayment_required_amount()
        return bool(ask and ask.hard and self.currency_id.compare_amounts(required, ask.amount) < 0)

    def _dunning_less_words(self, ask):
        return self.env._(
            "%(order)s: customers of the class %(class)s pay %(amount)s up front. To ask "
            "less, somebody with the right uses Override… and says why.",
            **{
                "order": self.name,
                "class": ask.payment_class.name,
                "amount": self.currency_id.format(ask.amount),
            },
        )

    def action_confirm(self):
        """Refuse what asks less than the class, unless its customer accepted it as it was sent.

        A quotation that was sent may have got lines, or another customer, since.
        """
        if not self.env.su:
            self._dunning_check_confirmed()
        return super().action_confirm()

    def _dunning_check_confirmed(self):
        """:raises UserError: it names each order that asks less, and what to do"""
        orders = self.filtered(lambda order: order.state in OPEN and not order._dunning_accepted())
        asks = orders._dunning_asks() if orders else {}
        less = orders.filtered(lambda order: order._dunning_asks_less(asks.get(order.id)))
        if less:
            raise UserError(
                "\n".join(order._dunning_confirm_words(asks[order.id]) for order in less)
            )

    def _dunning_accepted(self):
        """Whether the customer signed, or paid what the quotation asked: the offer stands."""
        order = self.sudo()
        asked = order.require_payment and order.amount_paid > 0
        paid = asked and order._is_confirmation_amount_reached()
        return bool(order.signed_on or order.dunning_held_on or paid)

    def _dunning_confirm_words(self, ask):
        return self.env._(
            "%(order)s asks %(asked)s up front, and customers of the class %(class)s pay "
            "%(amount)s. Choose Ask for It on the quotation; to ask less, somebody with the right "
            "uses Override… and says why.",
            **{
                "order": self.name,
                "asked": self.currency_id.format(self._get_prepayment_required_amount()),
                "class": ask.payment_class.name,
                "amount": self.currency_id.format(ask.amount),
            },
        )

    def action_dunning_ask(self):
        """Ask for the prepayment that the class of the customer proposes."""
        self.check_access("write")
        if any(order.state not in OPEN for order in self):
            raise UserError(self.env._("Only a quotation can ask for a prepayment."))
        asks = self._dunning_asks()
        for order in self.filtered(lambda order: order.id in asks):
            ask = asks[order.id]
            if (
                order.currency_id.compare_amounts(
                    order._get_prepayment_required_amount(), ask.amount
                )
                >= 0
            ):
                continue
            own = order.require_payment
            order.sudo().write(
                {
                    "require_payment": True,
                    "prepayment_percent": ask.percent,
                    "dunning_prepayment_asked": True,
                    "dunning_payment_basis": {"base": None, "own": own, "put": not own},
                    "dunning_percent_basis": {
                        "base": None,
                        "own": order.prepayment_percent,
                        "put": ask.percent,
                    },
                }
            )
        return True
