from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount, format_date

from odoo.addons.payt_dunning.rules.allocation import cover
from odoo.addons.payt_dunning.rules.working_days import add_working_days
from odoo.addons.payt_dunning.tools import exact

#: So many working days after a payment was noted somebody is asked to book it.
BOOK_DAYS = 5


class ReceivablePledgePayment(models.Model):
    """Money that a debtor paid to the financier itself: nobody asks for it, until it is booked.

    It owns its holds; the ledger tells when they end.
    """

    _name = "receivable.pledge.payment"
    _description = "Payment to a Financier"
    _order = "id desc"
    _check_company_auto = True

    pledge_id = fields.Many2one(
        "receivable.pledge", "Invoice", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="pledge_id.company_id", store=True, index=True)
    financing_id = fields.Many2one(related="pledge_id.financing_id", string="Financier")
    debtor_id = fields.Many2one(
        "dunning.debtor", readonly=True, index="btree_not_null", ondelete="set null"
    )
    currency_id = fields.Many2one(
        "res.currency", required=True, readonly=True, help="Of the invoice."
    )
    amount = fields.Monetary(required=True, readonly=True)
    day = fields.Date("Paid On", required=True, readonly=True)
    state = fields.Selection(
        [("open", "To Be Booked"), ("booked", "Booked"), ("mistake", "Noted by Mistake")],
        required=True,
        default="open",
        readonly=True,
    )
    entries_then = fields.Json(
        readonly=True, help="What entries that could book it had taken off the invoice then."
    )
    booked_by = fields.Json(readonly=True, help="By which entries it is booked, and how far.")
    noted_on = fields.Date(required=True, readonly=True)
    noted_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    ended_on = fields.Date(readonly=True)
    why = fields.Char("Why It Ended", readonly=True)

    _positive = models.Constraint("CHECK(amount > 0)", "A payment is of more than 0.")
    _open = models.Index("(company_id) WHERE state = 'open'")

    @api.depends("pledge_id.name", "amount", "day")
    def _compute_display_name(self):
        for payment in self:
            payment.display_name = self.env._(
                "%(amount)s of %(invoice)s, paid on %(day)s",
                amount=format_amount(self.env, payment.amount, payment.currency_id),
                invoice=payment.pledge_id.name,
                day=format_date(self.env, payment.day),
            )

    # -- noting one ----------------------------------------------------------------------------------

    @api.model
    def _note(self, pledge, day, amount):
        """Note what a debtor paid to its financier: that part of the invoice waits.

        :param pledge: pledged
        :param amount: in the invoice's currency
        :raises UserError: says what is wrong
        """
        pledge._lock()
        if pledge.state != "pledged":
            raise UserError(
                self.env._("%s is not pledged: nobody pays it to a financier.", pledge.name)
            )
        company = pledge.company_id
        today = self.env["dunning.message"]._today(company)
        if not day or day > today:
            raise UserError(self.env._("The day of the payment can't be in the future."))
        now, currency = pledge._now()[pledge.id], pledge.move_id.currency_id
        noted = sum(self._waiting(pledge).mapped("amount"))
        room = now.open - exact(currency.round(noted))
        if exact(currency.round(amount)) <= 0 or exact(currency.round(amount)) > room:
            raise UserError(
                self.env._(
                    "Of %(invoice)s %(room)s is open that was not noted yet: say how much of it "
                    "was paid.",
                    invoice=pledge.name,
                    room=format_amount(self.env, float(max(room, Decimal(0))), currency),
                )
            )
        payment = self.create(
            {
                "pledge_id": pledge.id,
                "debtor_id": pledge.debtor_id.id,
                "currency_id": currency.id,
                "amount": currency.round(amount),
                "day": day,
                "entries_then": {
                    key: str(taken) for key, (taken, *_rest) in pledge._entries()[pledge].items()
                },
                "noted_on": today,
                "noted_by_id": self.env.uid,
            }
        )
        payment._hold()
        return payment

    @api.model
    def _waiting(self, pledges):
        return self.search([("pledge_id", "in", pledges.ids), ("state", "=", "open")])

    def _hold(self):
        """Hold what was paid of each due date, the oldest first."""
        self.ensure_one()
        Hold = self.env["dunning.hold"].sudo()
        items = self.pledge_id.move_id.sudo().dunning_item_ids.filtered(
            lambda item: item.state == "open"
        )
        held = {}
        for hold in Hold._owned_by(self._waiting(self.pledge_id) - self):
            part = hold.amount or hold.item_id.amount_open
            held[hold.item_id.id] = held.get(hold.item_id.id, Decimal(0)) + exact(part)
        rows = [
            (item.id, item.date_due, exact(item.amount_open) - held.get(item.id, Decimal(0)))
            for item in items
        ]
        shares = cover([row for row in rows if row[2] > 0], exact(self.amount))
        Hold.create(
            [
                {
                    "company_id": self.company_id.id,
                    "item_id": item.id,
                    "kind": "already_paid",
                    "amount": float(shares[item.id])
                    if shares[item.id] < exact(item.amount_open)
                    else 0.0,
                    "reason": self._hold_words(),
                    **Hold._owner_values(self),
                }
                for item in items
                if item.id in shares
            ]
        )
        self.pledge_id.debtor_id.sudo()._decide_now()

    def _hold_words(self):
        return self.env._(
            "%(amount)s was paid to %(financier)s on %(day)s.",
            amount=format_amount(self.env, self.amount, self.currency_id),
            financier=self.financing_id.name,
            day=format_date(self.env, self.day),
        )

    # -- the end of it -------------------------------------------------------------------------------

    @api.model
    def _watch_sql(self, company, _day):
        """Whether any payment to a financier waits to be booked."""
        return self.env["dunning.dialogue"]._any_open(self._name, company)

    @api.model
    def _watch(self, company, day):
        """Look daily: what was booked ends; who has to book what is late is asked."""
        waiting = self.search([("company_id", "=", company.id), ("state", "=", "open")])
        return self.env["dunning.dialogue"]._safely(waiting, lambda own: own._look(day))

    def _look(self, day):
        """End what entries have booked by now, and ask to book what is late."""
        booked = self._booked_by_entries()
        booked._end("booked", self.env._("The books have it."))
        closed = self.env["dunning.when"]._closed(self.company_id[:1])
        late = (self - booked).filtered(
            lambda each: add_working_days(each.noted_on, BOOK_DAYS, closed) < day
        )
        self.env["dunning.task"]._ask(
            late.debtor_id,
            "financing_book",
            lambda env: env._("Book what was paid to the financier"),
        )

    def _end(self, state, why):
        """These hold nothing any more."""
        if not self:
            return
        for company, own in self.grouped("company_id").items():
            today = self.env["dunning.message"]._today(company)
            own.write({"state": state, "why": why, "ended_on": today})
        self.env["dunning.hold"].sudo()._release_owned(self, why)
        waiting = self.search([("debtor_id", "in", self.debtor_id.ids), ("state", "=", "open")])
        self.env["dunning.task"]._done(self.debtor_id - waiting.debtor_id, "financing_book")

    def action_mistake(self):
        """Ask why this was noted by mistake."""
        payments = self._check_may()
        payments._check_open()
        return self.env["receivable.release"]._ask(payments=self)

    def _check_may(self):
        self.env["receivable.financing.draw"]._check_group()
        self.check_access("read")
        return self.sudo()

    def _check_open(self):
        for payment in self:
            if payment.state != "open":
                raise UserError(self.env._("“%s” has ended already.", payment.display_name))

    def _mistake(self, why):
        """A person noted these by mistake: follow-up goes on."""
        why = (why or "").strip()
        if not why:
            raise UserError(self.env._("Say why: the reason is kept with the payment."))
        self._check_open()
        self._end("mistake", why)
        self.debtor_id.sudo()._decide_now()

    def _refuse_release(self):
        """Refuse to end by hand what waits for the books.

        :raises UserError: says what ends it
        """
        if waiting := self.filtered(lambda each: each.state == "open")[:1]:
            raise UserError(
                self.env._(
                    "“%s” was paid to the financier: book the payment, or say that it is booked or was "
                    "noted by mistake; that ends the hold.",
                    waiting.display_name,
                )
            )

    def _page_words(self):
        """What the debtor reads about it on its page, in its language."""
        values = {
            "amount": format_amount(self.env, self.amount, self.currency_id),
            "day": format_date(self.env, self.day),
        }
        if not self.financing_id.disclosed:
            return self.env._(
                "We have received %(amount)s from you, paid on %(day)s. It is being booked.",
                **values,
            )
        return self.env._(
            "%(financier)s has received %(amount)s from you, paid on %(day)s. It is being booked.",
            financier=self.financing_id.partner_id.name,
            **values,
        )


class ReceivablePledge(models.Model):
    """Pledges of which something was paid to the financier."""

    _inherit = "receivable.pledge"  # pylint: disable=consider-merging-classes-inherited

    payment_ids = fields.One2many("receivable.pledge.payment", "pledge_id", "Paid to the Financier")

    def action_pay(self):
        """Ask what was paid to the financier."""
        pledges = self._check_may()
        for pledge in pledges:
            if pledge.state != "pledged":
                raise UserError(
                    self.env._("%s is not pledged: nobody pays it to a financier.", pledge.name)
                )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Paid to the Financier"),
            "res_model": "receivable.pledge.pay",
            "view_mode": "form",
            "target": "new",
            "context": {"active_model": self._name, "active_ids": self.ids},
        }

    def _payable(self):
        """What is open of each and was not noted yet: values of lines of the dialog."""
        standings, waiting = self._now(), self.env["receivable.pledge.payment"]._waiting(self)
        noted = waiting.grouped("pledge_id")
        rows = []
        for pledge in self.filtered(lambda each: each.state == "pledged"):
            own = sum(noted[pledge].mapped("amount")) if pledge in noted else 0.0
            still = max(float(standings[pledge.id].open) - own, 0.0)
            rows.append(
                {
                    "pledge_id": pledge.id,
                    "currency_id": pledge.move_id.currency_id.id,
                    "open_amount": still,
                    "amount": still,
                }
            )
        return rows
