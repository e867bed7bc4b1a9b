from collections import defaultdict
from dataclasses import replace
from decimal import Decimal

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL

from odoo.addons.payt_dunning.tools import exact

ZERO = Decimal(0)


class ReceivablePledgePayment(models.Model):
    """Which entries booked what was paid to a financier; a person can say so too."""

    _inherit = "receivable.pledge.payment"  # pylint: disable=consider-merging-classes-inherited

    def _booked_by_entries(self):
        """Note by which entries these are booked by now; the oldest first.

        An entry counts for as much as was set against the invoice since the payment was noted, and
        once: what an earlier payment has of it no later one has.

        :return: those that are booked in full
        """
        entries = self.pledge_id._entries()
        payments = self.search(
            [("pledge_id", "in", self.pledge_id.ids), ("state", "!=", "mistake")]
        )
        booked = self.browse()
        for pledge, own in payments.grouped("pledge_id").items():
            used = defaultdict(Decimal)
            for payment in own.filtered("booked_by"):
                for key, amount in payment.booked_by.items():
                    used[key] += Decimal(amount)
            for payment in (own & self).filtered(lambda each: each.state == "open").sorted("id"):
                found = payment._found(entries[pledge], used)
                if sum(found.values()) < exact(payment.amount):
                    continue
                for key, amount in found.items():
                    used[key] += amount
                payment.booked_by = {key: str(amount) for key, amount in found.items()}
                booked |= payment
        return booked

    def _found(self, entries, used):
        """What of entries books this payment, no more than its amount: amounts by entry."""
        self.ensure_one()
        found, left = {}, exact(self.amount)
        for key, (amount, _day, _bank) in entries.items():
            then = Decimal((self.entries_then or {}).get(key, 0))
            part = min(amount - max(then, used[key]), left)
            if part > ZERO:
                found[key] = part
                left -= part
        return found

    def action_booked(self):
        """Ask how these were booked."""
        payments = self._check_may()
        payments._check_open()
        return self.env["receivable.release"]._ask(payments=self, booked=True)

    def _booked(self, why):
        """A person says that these are in the books.

        :raises UserError: no reason, or ended already
        """
        why = (why or "").strip()
        if not why:
            raise UserError(self.env._("Say why: the reason is kept with the payment."))
        self.pledge_id._lock()
        self._check_open()
        self._end("booked", why)
        self.debtor_id.sudo()._decide_now()


class ReceivablePledge(models.Model):
    """What entries that book a payment to the financier take off is money."""

    _inherit = "receivable.pledge"  # pylint: disable=consider-merging-classes-inherited

    def _entries(self):
        """Entries set against these that can book what was paid to their financier.

        Of our own: in a miscellaneous journal, against an account of the balance sheet such as
        "Financier, to be settled". Of money: in the journal of the account that debtors pay to.
        Write-offs, differences of currency and set-offs are none.

        :return: ``{pledge: {id of the entry as text: (amount in the invoice's currency, day,
            whether it is money in a bank journal)}}``, oldest first
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT debit.move_id, entry.id, entry.date, journal.type, journal.bank_account_id,
                          sum(part.debit_amount_currency)
                     FROM account_partial_reconcile part
                     JOIN account_move_line debit ON debit.id = part.debit_move_id
                     JOIN account_move_line credit ON credit.id = part.credit_move_id
                     JOIN account_move entry ON entry.id = credit.move_id
                     JOIN account_journal journal ON journal.id = entry.journal_id
                    WHERE debit.move_id = ANY(%s) AND debit.display_type = 'payment_term'
                      AND debit.parent_state = 'posted'
                      AND entry.state = 'posted' AND entry.move_type = 'entry'
                      AND NOT EXISTS (SELECT FROM account_partial_reconcile difference
                                       WHERE difference.exchange_move_id = entry.id)
                      AND (journal.type IN ('bank', 'cash', 'credit')
                           OR journal.type = 'general' AND EXISTS (
                              SELECT FROM account_move_line other
                                JOIN account_account account ON account.id = other.account_id
                               WHERE other.move_id = entry.id AND other.balance > 0
                                 AND other.tax_line_id IS NULL
                                 AND (account.account_type LIKE 'asset_%%'
                                      OR account.account_type LIKE 'liability_%%')
                                 AND (account.account_type NOT IN
                                         ('asset_receivable', 'liability_payable')
                                      OR other.partner_id != credit.partner_id)))
                 GROUP BY debit.move_id, entry.id, journal.id
                 ORDER BY entry.date, entry.id""",
                self.move_id.ids,
            )
        )
        by_move = defaultdict(list)
        for move_id, *row in rows:
            by_move[move_id].append(row)
        found = {}
        for pledge in self:
            account_id = pledge.financing_id.sudo().account_id.id
            found[pledge] = {
                str(entry_id): (exact(amount), day, kind != "general")
                for entry_id, day, kind, bank_id, amount in by_move[pledge.move_id.id]
                if kind == "general" or (account_id and bank_id == account_id)
            }
        return found

    def _now(self):
        """What an entry took off for a payment that was noted is paid, not written off."""
        found = super()._now()
        payments = self.env["receivable.pledge.payment"].search(
            [("pledge_id", "in", self.ids), ("state", "!=", "mistake")], order="id"
        )
        if not payments:
            return found
        entries = payments.pledge_id._entries()
        for pledge, own in payments.grouped("pledge_id").items():
            now = found[pledge.id]
            since = _since(entries[pledge], own[0].entries_then or {})
            noted = sum((exact(payment.amount) for payment in own), ZERO)
            taken = sum((amount for amount, _day in since), ZERO)
            money = min(now.standing.written_off, noted, taken)
            if money <= ZERO:
                continue
            standing = replace(
                now.standing,
                paid=now.standing.paid + money,
                written_off=now.standing.written_off - money,
            )
            latest = max(day for _amount, day in since)
            days = {**now.days, "paid": max(latest, now.days.get("paid", latest))}
            found[pledge.id] = replace(now, standing=standing, days=days)
        return found


def _since(entries, then):
    """What our own entries took off since: pairs of an amount and a day."""
    rows = [
        (amount - Decimal(then.get(key, 0)), day)
        for key, (amount, day, bank) in entries.items()
        if not bank
    ]
    return [(amount, day) for amount, day in rows if amount > ZERO]
