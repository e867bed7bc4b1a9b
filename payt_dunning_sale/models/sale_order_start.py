import logging

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import format_amount

from odoo.addons.payt_dunning.models.dunning_dialogue import DISTURBED

from .sale_order import OPEN

_logger = logging.getLogger(__name__)

#: Orders of a batch of the daily look.
BATCH = 500


class SaleOrder(models.Model):
    """What was asked up front of a confirmed order, whether it is in, and what waits for it."""

    _inherit = "sale.order"  # pylint: disable=consider-merging-classes-inherited

    dunning_prepayment_amount = fields.Monetary(
        "Asked Up Front",
        readonly=True,
        copy=False,
        groups="base.group_user",
        help="What the order asked when it was confirmed; the class of the customer may have "
        "become another since.",
    )
    dunning_prepayment_reason = fields.Char(
        "Why Up Front", readonly=True, copy=False, groups="base.group_user"
    )
    dunning_hold_start = fields.Boolean(
        "Start Waits", readonly=True, copy=False, groups="base.group_user"
    )
    dunning_prepayment_seen = fields.Selection(
        [("waiting", "Waiting"), ("in", "In")],
        readonly=True,
        copy=False,
        groups="base.group_user",
        help="What people were told last.",
    )
    prepayment_in = fields.Monetary(
        "In", compute="_compute_prepayment_state", compute_sudo=True, groups="base.group_user"
    )
    prepayment_missing = fields.Monetary(
        "Missing", compute="_compute_prepayment_state", compute_sudo=True, groups="base.group_user"
    )
    dunning_missing_says = fields.Char(
        compute="_compute_prepayment_state", compute_sudo=True, groups="base.group_user"
    )
    prepayment_state = fields.Selection(
        [("none", "Nothing Asked"), ("waiting", "Waiting"), ("in", "In"), ("overridden", "Waived")],
        "Prepayment",
        compute="_compute_prepayment_state",
        compute_sudo=True,
        search="_search_prepayment_state",
        groups="base.group_user",
    )

    _dunning_prepayment = models.Index("(company_id) WHERE dunning_prepayment_amount > 0")

    # -- what was asked --------------------------------------------------------------------------

    def _action_confirm(self):
        self._dunning_keep_asked()
        done = super()._action_confirm()
        self._dunning_look_each_by_itself()
        return done

    def _dunning_keep_asked(self):
        """Keep what these orders ask up front, and why; before the work begins.

        The reason is for people here, in their language: the customer may be who confirms.
        """
        for lang, orders in self.sudo().grouped(lambda order: order._dunning_staff_lang()).items():
            orders.with_context(lang=lang)._dunning_keep_asked_in_words()

    def _dunning_keep_asked_in_words(self):
        standings = self._dunning_standings()
        asks = self._dunning_asks(standings)
        for order in self.sudo():
            ask, standing = asks.get(order.id), standings.get(order.id)
            ours = ask and ask.hard or order.dunning_prepayment_asked
            amount = order._get_prepayment_required_amount() if ours else 0.0
            if ask:
                # What somebody asks beyond that keeps nothing waiting.
                amount = min(amount, ask.amount)
            payment_class = standing and order._dunning_class(standing)
            asked = not order.currency_id.is_zero(amount)
            if not asked and not order.dunning_prepayment_amount:
                continue
            order.write(
                {
                    "dunning_prepayment_amount": amount,
                    "dunning_prepayment_reason": asked
                    and order._dunning_reason_words(amount, standing),
                    "dunning_hold_start": bool(
                        asked and payment_class and payment_class.hold_start
                    ),
                    "dunning_prepayment_seen": False,
                }
            )

    def _dunning_reason_words(self, amount, standing):
        return self.env._(
            "%(amount)s up front. %(says)s",
            amount=format_amount(self.env, amount, self.currency_id),
            says=self._dunning_why(standing) if standing else "",
        )

    # -- whether it is in ------------------------------------------------------------------------

    @api.depends("state", "dunning_prepayment_amount", "amount_total", "dunning_override_ids")
    @api.depends_context("lang")
    def _compute_prepayment_state(self):
        asked = self.filtered(
            lambda order: (
                order._origin.id and order.state == "sale" and order.dunning_prepayment_amount > 0
            )
        )
        money = asked._origin._dunning_money_in()
        for order in self:
            received = money.get(order._origin.id, 0.0) if order in asked else 0.0
            # Lines may have gone since: nobody pays more up front than all of it.
            wanted = min(order.dunning_prepayment_amount, order.amount_total)
            missing = max(order.currency_id.round(wanted - received), 0.0)
            order.prepayment_in = received
            order.prepayment_missing = missing if order in asked else 0.0
            if order not in asked:
                order.prepayment_state = "none"
            elif order.currency_id.is_zero(missing):
                order.prepayment_state = "in"
            else:
                waived = order._dunning_overridden("start")
                order.prepayment_state = "overridden" if waived else "waiting"
            waits = order.prepayment_state == "waiting"
            order.dunning_missing_says = waits and order._dunning_missing_words()

    def _search_prepayment_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        asked = self.sudo().search(
            [
                ("company_id", "in", self.env.companies.ids),
                ("state", "=", "sale"),
                ("dunning_prepayment_amount", ">", 0),
            ]
        )
        found = asked.filtered(lambda order: order.prepayment_state in value)
        if "none" in value:
            return Domain("id", "not in", (asked - found).ids)
        return Domain("id", "in", found.ids)

    def _dunning_start_held(self):
        """The orders whose delivery or work waits for money."""
        return self.sudo().filtered(
            lambda order: order.dunning_hold_start and order.prepayment_state == "waiting"
        )

    def _dunning_missing_words(self):
        """What this order waits for, in one sentence."""
        order = self.sudo()
        return self.env._(
            "%(order)s of %(customer)s waits for its prepayment: %(received)s of %(asked)s is in, "
            "%(missing)s is missing.",
            order=order.name,
            customer=order.partner_id.commercial_partner_id.display_name,
            received=format_amount(self.env, order.prepayment_in, order.currency_id),
            asked=format_amount(self.env, order.dunning_prepayment_amount, order.currency_id),
            missing=format_amount(self.env, order.prepayment_missing, order.currency_id),
        )

    # -- telling people --------------------------------------------------------------------------

    def _dunning_delivered(self):
        """The orders that something else keeps from starting: their delivery, in another add-on."""
        return self.browse()

    def _dunning_look_at_start(self):
        """Tell people when the start begins to wait, and when it may begin; once each."""
        orders = self.sudo().filtered(
            lambda order: order.dunning_hold_start and order.state == "sale"
        )
        orders.invalidate_recordset(["prepayment_state", "prepayment_in", "prepayment_missing"])
        told = orders - orders._dunning_delivered()
        for order in orders:
            seen, waits = order.dunning_prepayment_seen, order.prepayment_state == "waiting"
            if waits and seen != "waiting":
                order.dunning_prepayment_seen = "waiting"
                if seen == "in":
                    order._dunning_note(
                        lambda env, order=order: order.with_env(env)._dunning_missing_words()
                    )
                order._dunning_task_done("start")
                (order & told)._dunning_task("wait", order._dunning_wait_words)
            elif not waits and seen != "in":
                order.dunning_prepayment_seen = "in"
                order._dunning_task_done("wait")
                if seen == "waiting":
                    order._dunning_may_start(order in told)

    def _dunning_look_each_by_itself(self, look="_dunning_look_at_start"):
        """Look at these orders; one that fails keeps no other from it, and undoes no confirmation.

        At all of them at once; only where that fails, at each.

        :param look: name of the method that looks
        """
        if not self:
            return
        try:
            with self.env.cr.savepoint():
                getattr(self, look)()
        except DISTURBED:
            raise
        except Exception:
            if len(self) == 1:
                _logger.exception("Order %s could not be looked at", self.id)
                return
            for order in self:
                order._dunning_look_each_by_itself(look)

    def _dunning_wait_words(self, env):
        return env._(
            "Don't start yet: %(received)s of %(asked)s is in",
            received=format_amount(env, self.prepayment_in, self.currency_id),
            asked=format_amount(env, self.dunning_prepayment_amount, self.currency_id),
        )

    def _dunning_may_start(self, told):
        if self.prepayment_state == "overridden":
            return
        self._dunning_note(lambda env: env._("The prepayment is in: this order may start."))
        if told:
            self._dunning_task("start", lambda env: env._("Prepayment is in: start"))

    @api.model
    def _cron_look_at_start(self):
        """Every day: what came in by bank, or was taken back, since; and what was overdue."""
        started = self.search(
            [
                ("state", "=", "sale"),
                ("dunning_hold_start", "=", True),
                "|",
                ("dunning_prepayment_seen", "!=", "in"),
                ("invoice_status", "!=", "invoiced"),
            ],
            order="id",
        )
        held = self.search(
            [("state", "in", OPEN), ("dunning_held_on", "!=", False)],
            order="id",
        )
        looks = [(started.ids, "_dunning_look_at_start"), (held.ids, "_dunning_look_at_held")]
        self.env["ir.cron"]._commit_progress(remaining=len(started) + len(held))
        for ids, look in looks:
            for start in range(0, len(ids), BATCH):
                batch = self.browse(ids[start : start + BATCH])
                batch.exists()._dunning_look_each_by_itself(look)
                if not self.env["ir.cron"]._commit_progress(processed=len(batch)):
                    return

    # -- deciding otherwise ----------------------------------------------------------------------

    def _dunning_check_override(self):
        """Refuse whoever may not decide otherwise, or may not see these orders."""
        if not self.env.user.has_group("payt_dunning_sale.group_credit_override"):
            raise AccessError(
                self.env._(
                    "Only who has the right Override Credit Decisions may do this. Ask the manager "
                    "of sales or of receivables follow-up."
                )
            )
        self.check_access("read")

    def _dunning_override(self, what, reason, asks_nothing=True):
        """Decide otherwise about these orders; logged, and noted on each.

        :param what: ``prepayment``, ``credit`` or ``start``
        :param asks_nothing: of ``prepayment``: whether the quotation asks nothing now
        :raises AccessError: the user has not the right
        :raises UserError: no reason, or an order about which this can't be decided
        """
        self._dunning_check_override()
        reason = (reason or "").strip()
        if not reason:
            raise UserError(self.env._("Say why: the reason is kept with the order."))
        for order in self:
            if (order.state in OPEN) == (what == "start") or order.state == "cancel":
                raise UserError(
                    self.env._("%s is in a state in which this decides nothing.", order.name)
                )
        Override = self.env["dunning.sale.override"].sudo()
        names = dict(Override._fields["what"]._description_selection(self.env))
        for order in self:
            asked = order._dunning_asked_words(what)
            Override.create(
                {
                    "order_id": order.id,
                    "order_name": order.name,
                    "company_id": order.company_id.id,
                    "partner_id": order.sudo().partner_id.commercial_partner_id.id,
                    "what": what,
                    "reason": reason,
                    "asked": asked,
                    "user_id": self.env.uid,
                    "decided_on": fields.Datetime.now(),
                }
            )
            if what == "prepayment" and asks_nothing:
                order.sudo()._dunning_ask_nothing()
            order.sudo()._message_log(
                body=self.env._(
                    "Overridden: %(what)s. %(reason)s (%(asked)s)",
                    what=names[what],
                    reason=reason,
                    asked=asked,
                ),
                author_id=self.env.user.partner_id.id,
            )
        if what == "start":
            self._dunning_look_at_start()

    def _dunning_ask_nothing(self):
        """What the order would ask without the class of its customer."""
        basis, percent = self.dunning_payment_basis or {}, self.dunning_percent_basis or {}
        if not basis.get("put") and not percent.get("put"):
            # A draft has done so by itself, and what people chose stays.
            return
        own, share = bool(basis.get("own")), percent.get("own") or self.prepayment_percent
        self.write(
            {
                "require_payment": own,
                "prepayment_percent": share,
                "dunning_prepayment_asked": False,
                "dunning_payment_basis": {"base": None, "own": own, "put": False},
                "dunning_percent_basis": {"base": None, "own": share, "put": 0.0},
            }
        )

    def _dunning_asked_words(self, what):
        """What is asked of this order at this moment, before it is overridden."""
        order = self.sudo()
        if what == "start":
            return self._dunning_missing_words()
        if what == "credit":
            credit = self._dunning_credits().get(self.id)
            return credit.says if credit else self.env._("Nothing was wrong at that moment.")
        ask = self._dunning_asks().get(self.id)
        required = order._get_prepayment_required_amount()
        amount = max(ask.amount if ask else 0.0, required)
        return self.env._(
            "%(amount)s of %(total)s up front",
            amount=format_amount(self.env, amount, order.currency_id),
            total=format_amount(self.env, order.amount_total, order.currency_id),
        )

    def action_dunning_override(self):
        """Open the dialog in which somebody decides otherwise about this order."""
        self.ensure_one()
        self._dunning_check_override()
        credits = self._dunning_credits() if self.state in OPEN else {}
        what = "credit" if credits else "prepayment" if self.state in OPEN else "start"
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Override…"),
            "res_model": "dunning.sale.override.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_order_id": self.id, "default_what": what},
        }
