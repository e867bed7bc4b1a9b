"""Debtors who said something: they ask, disagree, promise, say that they have paid."""

from datetime import timedelta

from odoo import fields

from ..models.dunning_dispute import Contested
from ..tools import Heard
from . import people


class DemoDialogue:
    """What was said in the weeks before the demo is loaded, as the page would have taken it in."""

    def __init__(self, env, company, partners):
        # What is booked finds its company by this.
        self.env = env(context={**env.context, "allowed_company_ids": company.ids})
        self.company, self.partners = company.with_env(self.env), partners
        self.today = env["dunning.message"]._today(company)

    def load(self):
        self.env["dunning.sync"]._sync(self.company)
        for key, text, days in people.ASKED:
            self._ask(key, text, days)
        self._answer(*people.ANSWERED)
        for key, code in people.REASONS_GIVEN:
            reason = self.env["dunning.nonpayment.reason"].search([("code", "=", code)], limit=1)
            self.env["dunning.nonpayment"]._give(self._items(key), reason, by_debtor=True)
        self._dispute(people.DISPUTES, people.DISPUTED_PART, people.DISPUTE)
        self._promise(*people.PROMISED)
        self._say_paid(*people.SAID_PAID)
        self._propose(*people.MOVED)

    def _items(self, key):
        """The open invoices of a debtor that are late, the newest first."""
        return self.env["dunning.item"].search(
            [
                ("company_id", "=", self.company.id),
                ("partner_id", "=", self.partners[key].id),
                ("state", "=", "open"),
                ("date_due", "<", self.today),
                ("move_id.move_type", "=", "out_invoice"),
            ],
            order="date_due desc, id desc",
        )

    def _ask(self, key, text, days):
        """A debtor wrote about its newest invoice some days ago."""
        item = self._items(key)[:1]
        if not item:
            return item
        item.move_id.with_context(
            dunning_heard=Heard(debtor_id=item.debtor_id.id, item_ids=tuple(item.ids))
        ).message_post(
            body=text,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            author_id=self.partners[key].id,
        )
        question = self._question(item)
        asked = fields.Datetime.subtract(fields.Datetime.now(), days=days)
        question.write({"asked_on": asked, "last_on": asked})
        question.message_id.date = asked
        return question

    def _question(self, item):
        return self.env["dunning.question"].search(
            [("move_id", "=", item.move_id.id), ("state", "=", "open")], limit=1
        )

    def _answer(self, key, text):
        """Somebody answered a debtor."""
        question = self._question(self._items(key)[:1])
        clerk = self.env["res.users"].search([("login", "=", "clerk")], limit=1)
        if question and clerk:
            question.move_id.with_context(
                dunning_heard=Heard(debtor_id=question.debtor_id.id)
            ).message_post(
                body=text,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
                author_id=clerk.partner_id.id,
            )

    def _dispute(self, key, amount, text):
        """A debtor disagrees with a part of its newest invoice: the rest is followed up."""
        item = self._items(key).filtered(lambda each: each.amount_open > amount)[:1]
        reason = self.env.ref("payt_dunning.dispute_reason_price", raise_if_not_found=False)
        reason = reason or self.env["dunning.dispute.reason"].search([], limit=1)
        # What the books alone know of it makes way for all of it.
        self.env["dunning.hold"].search(
            [("move_id", "=", item.move_id.id), ("kind", "=", "dispute"), ("owner_id", "=", False)]
        )._end(text)
        Dispute = self.env["dunning.dispute"]
        items = Dispute._family(item) or item
        Dispute._begin(items, Contested("amount", amount), reason, text, by_debtor=True)

    def _promise(self, key, days):
        items = self._items(key)
        self.env["dunning.promise"]._make(items, self.today + timedelta(days=days), by_debtor=True)

    def _say_paid(self, key):
        """A debtor says that it has paid, and something like it came in without its name."""
        item = self._items(key)[:1]
        paid_on = self.today - timedelta(days=2)
        journal = self.env["account.journal"].search(
            [("company_id", "=", self.company.id), ("type", "=", "bank")], limit=1
        )
        self.env["account.bank.statement.line"].create(
            {
                "journal_id": journal.id,
                "date": paid_on,
                "amount": item.amount_open,
                "payment_ref": people.TRANSFER_TEXT,
            }
        )
        advices = self.env["dunning.payment.advice"]
        advices._make(item, paid_on, item.amount_open, note=people.SAID_PAID_NOTE)

    def _propose(self, key, typed):
        """A debtor proposes other contact details."""
        debtors = self.env["dunning.debtor"]._ensure(self.company, self.partners[key])
        self.env["dunning.contact.change"]._propose(debtors[self.partners[key].id], typed)
