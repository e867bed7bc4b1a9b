from datetime import timedelta
from decimal import Decimal

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tools import format_amount, format_date

from ..rules.allocation import cover
from ..tools import exact
from .dunning_promise_checks import Asks, Since

STATES = [
    ("open", "Expected"),
    ("kept", "Kept"),
    ("broken", "Not Kept"),
    ("cancelled", "Cancelled"),
]
ZERO = Decimal(0)


class DunningPromise(models.Model):
    """A debtor says by when it pays: nothing is asked meanwhile, the ledger tells what became of it.

    It owns its holds. They are of the items it is about, oldest first: of a part of one, where
    only a part was promised.
    """

    _name = "dunning.promise"
    _description = "Promise to Pay"
    _inherit = ["dunning.handled", "dunning.promise.checks"]
    _order = "date desc, id desc"
    _check_company_auto = True

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    debtor_id = fields.Many2one(
        "dunning.debtor", required=True, readonly=True, index=True, ondelete="cascade"
    )
    handler_id = fields.Many2one(related="debtor_id.handler_id", store=True, index="btree_not_null")
    item_ids = fields.Many2many("dunning.item", string="Items", readonly=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    amount = fields.Monetary("Promised", required=True, readonly=True)
    date = fields.Date(
        "Paid By", required=True, readonly=True, help="The day by which it will be paid."
    )
    deadline = fields.Date(
        "We Wait Until", required=True, readonly=True, help="With the days that a transfer takes."
    )
    state = fields.Selection(STATES, required=True, default="open", readonly=True)
    by_debtor = fields.Boolean(readonly=True, help="Made by the debtor on its page.")
    made_on = fields.Date(required=True, readonly=True)
    made_by_id = fields.Many2one("res.users", "Noted By", readonly=True, ondelete="set null")
    note = fields.Text(readonly=True, help="Kept inside: the debtor does not see it.")
    open_at_start = fields.Json(
        readonly=True, help="What was open, paid and credited of each item then."
    )
    paid = fields.Monetary("Paid Since", readonly=True)
    settled_on = fields.Date("Paid On", readonly=True)
    days_late = fields.Integer(readonly=True, help="From the promised day to the payment.")
    ended_because = fields.Char("Why It Ended", readonly=True)
    told = fields.Boolean(readonly=True, help="The debtor was told that we noted it.")
    history = fields.Char("Earlier Promises", related="debtor_id.promise_history")

    _positive = models.Constraint("CHECK(amount > 0)", "A promise is about more than 0.")
    _expected = models.Index("(company_id, date) WHERE state = 'open'")
    _by_date = models.Index("(date, id)")

    @api.depends("debtor_id.display_name", "amount", "date")
    def _compute_display_name(self):
        for promise in self:
            promise.display_name = self.env._(
                "%(debtor)s: %(amount)s by %(day)s",
                debtor=promise.debtor_id.display_name,
                amount=format_amount(self.env, promise.amount, promise.currency_id),
                day=format_date(self.env, promise.date),
            )

    # -- making one ------------------------------------------------------------------------------

    @api.model
    def _make(self, items, day, amount=None, **values):
        """Note that items will be paid by a day; what was promised of them before is over.

        :param items: open ones of one debtor in one currency
        :param amount: all that is open unless told
        :param values: ``note``, ``call_id``, ``by_debtor``
        :return: the promise, which holds its items
        :raises UserError: in words that name what is wrong
        """
        # Two at the same time: the second one begins anew and sees the first.
        self.env.cr.execute(
            "UPDATE dunning_item SET write_date = write_date WHERE id = ANY(%s)", [items.ids]
        )
        amount = self._check(items, day, amount)
        shares = self._shares(items, amount)
        items = items.filtered(lambda item: item.id in shares)
        debtor, own = items.debtor_id, values.get("by_debtor")
        former = self.search([("state", "=", "open"), ("item_ids", "in", items.ids)])
        if own:
            self._check_alone(items, day, former)
        former._without(items)
        promise = self.create(
            {
                **values,
                **self._promised_values(items, day, amount),
                "made_by_id": False if own or self.env.uid == SUPERUSER_ID else self.env.uid,
            }
        )
        promise._hold(shares)
        debtor._decide_now()
        return promise

    @api.model
    def _shares(self, items, amount):
        """What is promised of each item, the oldest first: ``{item id: amount}``."""
        rows = [(item.id, item.date_due, exact(item.amount_open)) for item in items]
        return cover(rows, exact(float(amount)))

    @api.model
    def _drafted(self, items, day, amount):
        """A promise as it would be made, to be shown before; it is not stored."""
        shares = self._shares(items, amount)
        own = items.filtered(lambda item: item.id in shares)
        return self.new(self._promised_values(own or items, day, amount))

    @api.model
    def _promised_values(self, items, day, amount):
        """Values of a promise about items, as it is made or drafted."""
        grace = max(items.company_id.sudo().dunning_promise_grace, 0)
        return {
            "company_id": items.company_id.id,
            "debtor_id": items.debtor_id.id,
            "item_ids": [Command.set(items.ids)],
            "currency_id": items.currency_id.id,
            "amount": float(amount),
            "date": day,
            "deadline": day + timedelta(days=grace),
            "made_on": items._today(),
            "open_at_start": self._snapshot(items),
        }

    @api.model
    def _snapshot(self, items):
        """What is open, was paid and was taken off otherwise by now: exact amounts by item."""
        history = self.env["dunning.owed"]._history(items)
        return {
            str(item.id): {
                "open": str(exact(item.amount_open)),
                **{name: str(value) for name, value in _sums(history.get(item.id)).items()},
            }
            for item in items
        }

    def _hold(self, shares):
        """Hold what was promised of each item.

        :param shares: amounts by item id
        :raises Asks: when the debtor had its share of holds already
        """
        self.ensure_one()
        Hold, words = self.env["dunning.hold"], self.note or False
        part = {
            item.id: float(shares[item.id])
            for item in self.item_ids
            if shares[item.id] < exact(item.amount_open)
        }
        if not self.by_debtor:
            Hold.create(
                [
                    {
                        "company_id": self.company_id.id,
                        "item_id": item.id,
                        "kind": "promise",
                        "date_until": self.deadline,
                        "amount": part.get(item.id, 0.0),
                        "reason": words,
                        **Hold._owner_values(self),
                    }
                    for item in self.item_ids
                ]
            )
            return
        holds = Hold._self_service(self.item_ids, "promise", self.deadline, self, words)
        if holds.item_id != self.item_ids or min(holds.mapped("date_until")) < self.deadline:
            raise Asks(self.env._("Follow-up has waited for this for long enough already."))
        for hold in holds.filtered(lambda each: each.item_id.id in part):
            hold.amount = part[hold.item_id.id]

    def _without(self, items):
        """Promises that others took the place of, for some items; the rest of them stays."""
        words = self.env._("Another promise took its place.")
        for promise in self:
            rest = promise.item_ids - items
            if not rest:
                promise._cancel(words)
                continue
            promised = promise._promised_of_each()
            left = sum((promised.get(item.id, ZERO) for item in rest), ZERO)
            if left <= 0:
                promise._cancel(words)
                continue
            promise.write({"item_ids": [Command.set(rest.ids)], "amount": float(left)})
            holds = self.env["dunning.hold"]._owned_by(promise)
            holds.filtered(lambda hold, rest=rest: hold.item_id not in rest)._end(words)

    # -- what became of it -----------------------------------------------------------------------

    @api.model
    def _watch_sql(self, company, _day):
        """Whether any promise is open."""
        return self.env["dunning.dialogue"]._any_open(self._name, company)

    @api.model
    def _watch(self, company, day):
        """Look daily at what was promised: kept, not kept, or not needed any more."""
        waiting = self.search([("company_id", "=", company.id), ("state", "=", "open")])
        return self.env["dunning.dialogue"]._safely(waiting, lambda own: own._look(day))

    def _look(self, day):
        """See in the ledger what became of promises that are open."""
        if not self:
            return
        found = self._since()
        late = self.browse()
        for promise in self:
            since = found[promise.id]
            if promise.paid != float(since.paid):
                promise.paid = float(since.paid)
            if since.stands <= 0:
                promise._cancel(self.env._("It was credited, or is another debtor's by now."))
            elif since.needed <= 0 and day > promise.deadline:
                promise._cancel(self.env._("The debtor does not agree with it."))
            elif since.covered_on:
                promise._settle(since.covered_on)
            elif day > promise.deadline:
                late |= promise
        waits = late._with_money_under_way(day, found)
        self.env["dunning.task"]._ask(
            waits.debtor_id,
            "promise_money",
            lambda env: env._("Match the money that may be for a promise of this debtor"),
        )
        for promise in late - waits:
            promise._break()

    def _since(self):
        """What became of promises: ``{promise id: Since}``; few statements for all of them."""
        history, found = self.env["dunning.owed"]._history(self.item_ids), {}
        disputed = self.env["dunning.dispute"].sudo()._disputed_of(self.item_ids)
        for promise in self:
            total = gone = paid = held = ZERO
            came = []
            for item in promise.item_ids:
                then = {name: Decimal(value) for name, value in promise._then(item).items()}
                total += then["open"]
                ledger = history.get(item.id)
                if not ledger or item.debtor_id != promise.debtor_id:
                    gone += then["open"]
                    continue
                now = _sums(ledger)
                paid += max(now["paid"] - then["paid"], ZERO)
                gone += max(now["gone"] - then["gone"], ZERO)
                came += _after(ledger, then["paid"])
                held += disputed.get(item.id, ZERO)
            stands = min(exact(promise.amount), total - gone)
            needed = min(stands, max(total - gone - held, ZERO))
            covered_on = _covered_on(came, needed) if needed > 0 else None
            found[promise.id] = Since(paid, needed, covered_on, stands)
        return found

    def _then(self, item):
        none = {"open": "0", "paid": "0", "gone": "0"}
        return {**none, **(self.open_at_start or {}).get(str(item._origin.id), {})}

    def _with_money_under_way(self, day, found):
        """Those of promises that are late for which money is there but not matched, or coming."""
        if not self:
            return self
        money, receipts = self.env["dunning.facts"]._not_matched(self.debtor_id, day)
        return self.filtered(
            lambda promise: (
                receipts & set(promise.item_ids.ids)
                or sum((money.get(each, ZERO) for each in promise.item_ids.ids), ZERO)
                >= found[promise.id].needed - found[promise.id].paid
            )
        )

    def _settle(self, day):
        """What was promised is there since a day: in time, or too late to have kept it."""
        self.ensure_one()
        day = max(day, self.made_on)
        kept = day <= self.deadline
        if self.state == "open":
            self.state = "kept" if kept else "broken"
            words = (
                self.env._("The promise was kept.")
                if kept
                else self.env._("What was promised came too late.")
            )
            self._end(words)
        self.write({"settled_on": day, "days_late": max((day - self.date).days, 0)})

    def _break(self):
        """It was not paid: the debtor is told, and follow-up goes on tomorrow."""
        self.ensure_one()
        self.state = "broken"
        self._end(self.env._("The promise was not kept."))
        items = self.item_ids.filtered(lambda item: item.state == "open")
        if items:
            self.env["dunning.talk"]._tell(self.debtor_id, items, "broken", self._broken_words)

    def _end(self, reason):
        """A promise is over: its holds end, and follow-up goes on where it was."""
        for promise in self:
            promise.ended_because = reason
        self.env["dunning.hold"]._release_owned(self, reason)
        waiting = [("debtor_id", "in", self.debtor_id.ids), ("state", "=", "open")]
        done = self.debtor_id - self.search(waiting).debtor_id
        self.env["dunning.task"]._done(done, "promise_money")

    def _cancel(self, reason, tell=False):
        """Promises that don't count any more.

        :param tell: whether debtors who were told of them are told of this
        """
        if not self:
            return
        self.write({"state": "cancelled"})
        self._end(reason)
        for promise in self.filtered("told") if tell else ():
            items = promise.item_ids.filtered(lambda item: item.state == "open")
            if items:
                self.env["dunning.talk"]._tell(
                    promise.debtor_id, items, "promise", promise._cancelled_words
                )

    # -- what people do --------------------------------------------------------------------------

    def action_cancel(self):
        """A collector says that promises don't count any more; the debtor is told."""
        self.check_access("read")
        if not self.env.user.has_group("payt_dunning.group_dunning_user"):
            raise AccessError(self.env._("Only collectors can cancel what debtors promised."))
        promises = self.sudo().filtered(lambda promise: promise.state == "open")
        words = self.env._("Cancelled by %s.", self.env.user.name)
        promises._cancel(words, tell=True)
        self.env["dunning.event"].sudo()._note(
            promises.item_ids, self.env._("A promise to pay was cancelled.")
        )
        promises.debtor_id._decide_now()
        return True


def _sums(ledger):
    """What was paid of an item, and what was taken off it otherwise."""
    sums = {"paid": ZERO, "gone": ZERO}
    for step in ledger.steps if ledger else ():
        sums["paid" if step.kind == "payment" else "gone"] += step.amount
    return sums


def _after(ledger, before):
    """Payments of an item beyond those that were there before: ``[(day, amount)]``."""
    found = []
    for step in ledger.steps:
        if step.kind != "payment":
            continue
        skipped = min(before, step.amount)
        before -= skipped
        if step.amount > skipped:
            found.append((step.day, step.amount - skipped))
    return found


def _covered_on(came, needed):
    """The day on which payments reached an amount; ``None`` where they don't."""
    total = ZERO
    for day, amount in sorted(came):
        total += amount
        if total >= needed:
            return day
    return None
