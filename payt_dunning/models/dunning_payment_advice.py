from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tools import format_amount, format_date

from ..tools import exact

STATES = [
    ("open", "Being Looked For"),
    ("found", "Found"),
    ("not_found", "Not Received"),
    ("cancelled", "Cancelled"),
]


class DunningPaymentAdvice(models.Model):
    """A debtor says that it has paid: we look for the money first, and ask nothing meanwhile."""

    _name = "dunning.payment.advice"
    _description = "Says It Has Been Paid"
    _inherit = "dunning.handled"
    _order = "said_on, id"
    _check_company_auto = True

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    debtor_id = fields.Many2one(
        "dunning.debtor", required=True, readonly=True, index=True, ondelete="cascade"
    )
    handler_id = fields.Many2one(related="debtor_id.handler_id", store=True, index="btree_not_null")
    item_ids = fields.Many2many("dunning.item", string="Items", readonly=True)
    episodes = fields.Json(readonly=True, help="Of the items: how often each had begun then.")
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    amount = fields.Monetary(required=True, readonly=True)
    paid_on = fields.Date(required=True, readonly=True, help="As the debtor says.")
    note = fields.Text("What the Debtor Adds", readonly=True)
    attachment_ids = fields.Many2many("ir.attachment", string="Proof", readonly=True)
    state = fields.Selection(STATES, required=True, default="open", readonly=True)
    by_debtor = fields.Boolean(readonly=True, default=True)
    said_on = fields.Date(required=True, readonly=True)
    hold_until = fields.Date(readonly=True, help="Last day of its hold.")
    checked_on = fields.Date(readonly=True)
    checked_by_id = fields.Many2one("res.users", readonly=True, ondelete="set null")
    asked_on = fields.Date("Handler Told On", readonly=True)
    candidate_ids = fields.One2many(
        "dunning.payment.candidate",
        "advice_id",
        "Money It May Be",
        readonly=True,
        groups="payt_dunning.group_dunning_user",
    )
    best = fields.Char(
        "Best Match", compute="_compute_best", groups="payt_dunning.group_dunning_user"
    )

    _positive = models.Constraint("CHECK(amount > 0)", "A payment is more than 0.")
    _waiting = models.Index("(company_id, said_on) WHERE state = 'open'")

    @api.depends("debtor_id.display_name", "amount", "paid_on")
    def _compute_display_name(self):
        for advice in self:
            advice.display_name = self.env._(
                "%(debtor)s: %(amount)s on %(day)s",
                debtor=advice.debtor_id.display_name,
                amount=format_amount(self.env, advice.amount, advice.currency_id),
                day=format_date(self.env, advice.paid_on),
            )

    @api.depends("candidate_ids.score", "candidate_ids.dismissed")
    def _compute_best(self):
        for advice in self:
            left = advice.candidate_ids.filtered(lambda each: not each.dismissed)
            advice.best = left.sorted("score", reverse=True)[:1].why

    # -- a debtor says so ------------------------------------------------------------------------

    @api.model
    def _make(self, items, paid_on, amount, note=False, files=None):
        """Note that a debtor says it has paid items, look for the money, and hold them meanwhile.

        :param items: open ones of one debtor in one currency
        :param files: attachments that prove it
        :return: the advice, and those among its items that are held; no advice for items about
            which that was said before in this run through their levels
        :raises UserError: in the debtor's words
        """
        amount = self._check(items, paid_on, amount)
        new = items - self._said_before(items).item_ids
        if not new:
            return self.browse(), items.browse()
        company, today = new.company_id, new._today()
        until = today + timedelta(days=max(company.sudo().dunning_paid_days, 1))
        advice = self.create(
            {
                "company_id": company.id,
                "debtor_id": new.debtor_id.id,
                "item_ids": [Command.set(new.ids)],
                "episodes": {str(item.id): item.episode for item in new},
                "currency_id": new.currency_id.id,
                "amount": float(amount),
                "paid_on": paid_on,
                "note": note,
                "attachment_ids": [Command.set(files.ids if files else [])],
                "said_on": today,
            }
        )
        words = self.env._("Says that it paid on %s", format_date(self.env, paid_on))
        holds = self.env["dunning.hold"]._self_service(new, "already_paid", until, advice, words)
        advice.hold_until = max(holds.mapped("date_until"), default=False)
        advice._find()
        new.debtor_id._decide_now()
        return advice, holds.item_id

    @api.model
    def _check(self, items, paid_on, amount):
        """The amount that was paid, exact.

        :raises UserError: in the debtor's words
        """
        if not items.filtered(lambda item: item.state == "open" and item.amount_open > 0):
            raise UserError(
                self.env._("Nothing of this is open any more: you need not pay, thank you.")
            )
        if len(items.debtor_id) > 1:
            raise UserError(self.env._("Choose the invoices of one customer only."))
        if len(items.currency_id) > 1:
            raise UserError(
                self.env._("Choose invoices in one currency, and tell us of the others apart.")
            )
        if not paid_on:
            raise UserError(self.env._("Tell us on which day you paid."))
        if paid_on > items._today():
            raise UserError(
                self.env._(
                    "%s is still to come. Tell us the day on which you paid.",
                    self.env["dunning.page"]._date(paid_on),
                )
            )
        amount = exact(items.currency_id.round(float(amount)))
        if amount <= 0:
            raise UserError(
                self.env._(
                    "%s can't be right: tell us how much you paid.",
                    self.env["dunning.page"]._money(amount, items.currency_id),
                )
            )
        return amount

    @api.model
    def _said_before(self, items):
        """What was said about items before, in this run through their levels."""
        before = self.search([("item_ids", "in", items.ids), ("state", "!=", "cancelled")])
        now = {str(item.id): item.episode for item in items}
        return before.filtered(
            lambda advice: any((advice.episodes or {}).get(key) == now[key] for key in now)
        )

    # -- what came of it -------------------------------------------------------------------------

    @api.model
    def _watch_sql(self, company, _day):
        """Whether any payment is being looked for."""
        return self.env["dunning.dialogue"]._any_open(self._name, company)

    @api.model
    def _watch(self, company, day):
        """Look daily: what the ledger closed was found; what nobody checked is asked for."""
        waiting = self.search([("company_id", "=", company.id), ("state", "=", "open")])
        safely = self.env["dunning.dialogue"]._safely
        problems = safely(waiting, lambda own: own._look())
        waiting = waiting.filtered(lambda advice: advice.state == "open")
        problems += safely(waiting, lambda own: own._find())
        late = waiting.filtered(
            lambda advice: (
                not advice.asked_on and (not advice.hold_until or advice.hold_until < day)
            )
        )
        self.env["dunning.task"]._ask(
            late.debtor_id,
            "paid_check",
            lambda env: env._("Look for the payment that this debtor says it made"),
        )
        late.write({"asked_on": day})
        return problems

    def _look(self):
        """See in the ledger whether what was said to be paid is there by now."""
        done = self.filtered(
            lambda advice: not advice._own().filtered(lambda item: item.state == "open")
        )
        if not done:
            return
        history = self.env["dunning.owed"]._history(done.item_ids)
        for advice in done:
            steps = [step for item in advice._own() for step in _steps(history, item)]
            if any(step.kind == "payment" for step in steps):
                advice._found()
            else:
                advice.state = "cancelled"
                advice._end(self.env._("Nothing of it is open any more."))

    def _own(self):
        """The items that are still this debtor's."""
        return self.item_ids.filtered(lambda item: item.debtor_id == self.debtor_id)

    def _found(self, user=None):
        """The money is there: the debtor is thanked."""
        self.ensure_one()
        self._checked("found", user)
        self._end(self.env._("The payment was found."))
        self.env["dunning.talk"]._tell(self.debtor_id, self._own(), "paid", self._found_words)

    def _checked(self, state, user):
        today = self.env["dunning.message"]._today(self.company_id)
        self.write(
            {"state": state, "checked_on": today, "checked_by_id": user.id if user else False}
        )

    def _end(self, reason):
        """It is not looked for any more: what it held goes on, never on the same day."""
        self.env["dunning.hold"]._release_owned(self, reason)
        waiting = [("debtor_id", "in", self.debtor_id.ids), ("state", "=", "open")]
        others = self.search(waiting).debtor_id
        self.env["dunning.task"]._done(self.debtor_id - others, "paid_check")

    def _words_for(self, env):
        page = env["dunning.page"]
        return {
            "amount": page._money(self.amount, self.currency_id),
            "day": page._date(self.paid_on),
            "said": page._date(self.said_on),
            "until": page._date(self.hold_until) if self.hold_until else "",
            "invoices": self.env["dunning.promise"]._names(self.item_ids),
        }

    def _found_words(self, env):
        self = self.with_env(env)
        words = self._words_for(env)
        still = self._own().filtered(lambda item: item.state == "open" and not item.reconciled)
        lines = [
            env._("We found your payment for %s. Thank you for telling us.", words["invoices"])
        ]
        if still:
            page, left = env["dunning.page"], sum(exact(item.amount_open) for item in still)
            lines.append(
                env._(
                    "Of %(invoices)s %(amount)s is still open.",
                    invoices=env["dunning.promise"]._names(still),
                    amount=page._money(left, self.currency_id),
                )
            )
        else:
            lines.append(env._("Nothing of it is open any more: you need not do anything."))
        return env._("We found your payment for %s", words["invoices"]), lines

    def _missing_words(self, env):
        self = self.with_env(env)
        words, number = self._words_for(env), self._masked_number()
        looked = (
            env._(
                "We looked through what came in on our account %(number)s for this amount, your "
                "name and the numbers of the invoices, and did not find it.",
                number=number,
            )
            if number
            else env._(
                "We looked through what came in for this amount, your name and the numbers of the "
                "invoices, and did not find it."
            )
        )
        said = env._(
            "You told us that you paid %(amount)s on %(day)s for %(invoices)s.",
            amount=words["amount"],
            day=words["day"],
            invoices=words["invoices"],
        )
        return env._("We have not found your payment for %s", words["invoices"]), [
            f"{said} {looked}",
            env._(
                "Will you look whether the money has left your account, and to which number it "
                "went? Please send us a proof of it, your bank statement say: answer this message "
                "and add it. Then we look again at once."
            ),
            env._(
                "Until then the invoice is open for us, and from tomorrow on our reminders go on. "
                "Did the transfer go wrong? You can pay on the page below."
            ),
        ]

    def _masked_number(self):
        """The account that the debtor was to pay to, so that only who knows it recognises it."""
        about = self.env["dunning.page"].sudo()
        oldest = self.item_ids.sorted("date_due").move_id[:1]
        account = about._account_for(self.company_id, oldest)
        number = (account.acc_number or "").replace(" ", "")
        return f"{number[:4]} … {number[-4:]}" if len(number) > 8 else ""

    # -- what people do --------------------------------------------------------------------------

    def _as_collector(self):
        """These, writable, if the user may decide about them.

        :raises UserError: when somebody has decided already
        """
        self.check_access("read")
        if not self.env.user.has_group("payt_dunning.group_dunning_user"):
            raise AccessError(self.env._("Only collectors can say whether a payment was received."))
        for advice in self.sudo():
            if advice.state in ("found", "cancelled"):
                states = dict(self._fields["state"]._description_selection(self.env))
                raise UserError(
                    self.env._(
                        "“%(advice)s” was decided already: %(state)s.",
                        advice=advice.display_name,
                        state=states[advice.state],
                    )
                )
        return self.sudo()

    def action_look_again(self):
        """Look for the money once more."""
        self._as_collector()._find()
        return True

    def action_not_received(self):
        """The money did not come: the debtor is told, and follow-up goes on tomorrow."""
        advices = self._as_collector().filtered(lambda advice: advice.state == "open")
        for advice in advices:
            advice._checked("not_found", self.env.user)
            advice._end(self.env._("The payment was not received."))
            open_items = advice._own().filtered(lambda item: item.state == "open")
            self.env["dunning.talk"]._tell(
                advice.debtor_id, open_items or advice._own(), "paid", advice._missing_words
            )
        self.env["dunning.event"].sudo()._note(
            advices.item_ids, self.env._("The payment that the debtor told of was not received.")
        )
        advices.debtor_id._decide_now()
        return True


class DunningItem(models.Model):
    """What was said to be paid is found once its item closes."""

    _inherit = "dunning.item"  # pylint: disable=consider-merging-classes-inherited

    def _close(self):
        result = super()._close()
        said = [("item_ids", "in", self.ids), ("state", "=", "open")]
        self.env["dunning.payment.advice"].sudo().search(said)._look()
        return result


def _steps(history, item):
    ledger = history.get(item.id)
    return ledger.steps if ledger else ()
