from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.payt_dunning.models.dunning_receipts import MIN_NUMBER
from odoo.addons.payt_dunning.rules.allocation import cover
from odoo.addons.payt_dunning.rules.financing import ZERO
from odoo.addons.payt_dunning.rules.financing_invoices import Named
from odoo.addons.payt_dunning.rules.receipts import characters
from odoo.addons.payt_dunning.tools import exact


@dataclass(slots=True)
class Money:
    """A credit note, receipt or payment that is not matched yet.

    :param partner_id: commercial partner of the debtor
    :param amounts: ``(currency id, amount)``; two where it came in another currency
    :param moves: ids of open invoices that it is for, as far as it says so
    """

    partner_id: int
    amounts: list
    moves: frozenset = frozenset()


class ReceivableFinancingMoney(models.AbstractModel):
    """What came in for open invoices and is not matched with them yet, and what we owe."""

    _name = "receivable.financing.money"
    _description = "Money for Open Invoices"

    @api.model
    def _under_way(self, rows):
        """Payments begun that show no result yet: ``{invoice id: amount in its currency}``.

        By invoice, in one statement: also of those that follow-up leaves alone.
        """
        mine = {row["move_id"]: row for row in rows}
        found = self.env.execute_query(
            SQL(
                """SELECT tx.amount, tx.currency_id, array_agg(rel.invoice_id)
                     FROM payment_transaction tx
                     JOIN account_invoice_transaction_rel rel ON rel.transaction_id = tx.id
                    WHERE rel.invoice_id = ANY(%(moves)s) AND %(no_result)s
                 GROUP BY tx.id
                UNION ALL
                   SELECT payment.amount, payment.currency_id, array_agg(rel.invoice_id)
                     FROM account_payment payment
                     JOIN account_move__account_payment rel ON rel.payment_id = payment.id
                    WHERE rel.invoice_id = ANY(%(moves)s)
                      AND payment.state IN ('in_process', 'paid') AND payment.move_id IS NULL
                      AND payment.payment_type = 'inbound'
                 GROUP BY payment.id""",
                moves=list(mine),
                no_result=self.env["dunning.money"]._no_result_yet(),
            )
        )
        under_way = defaultdict(Decimal)
        for amount, currency_id, move_ids in found:
            same, other = [], {}
            for row in (mine[move_id] for move_id in set(move_ids)):
                left = exact(row["own"]) - under_way[row["move_id"]]
                if row["currency_id"] == currency_id:
                    same.append((row["move_id"], row["due"], left))
                else:
                    # Nobody knows yet how far another currency goes, so it goes all the way.
                    other[row["move_id"]] = left
            for move_id, part in {**cover(same, exact(amount)), **other}.items():
                under_way[move_id] += part
        return under_way

    @api.model
    def _money(self, company, rows):
        """All that came in for debtors with open invoices and is not matched: :class:`Money`.

        Of this company alone, oldest first. Money that is for something else than invoices is
        left out.
        """
        numbers = self._numbers(company, rows)
        return self._free(company, rows, numbers) + self._receipts(company, rows, numbers)

    @api.model
    def _numbers(self, company, rows):
        """What says which invoices are meant: ``{length: {number or reference: invoice ids}}``."""
        numbers = defaultdict(lambda: defaultdict(set))
        for row in rows:
            for number in (row["name"], row["payment_reference"]):
                if len(key := characters(number)) >= MIN_NUMBER:
                    numbers[len(key)][key].add(row["move_id"])
        bundles = self.env.execute_query(
            SQL(
                """SELECT notice.reference, array_agg(item.move_id)
                     FROM dunning_notice_line line
                     JOIN dunning_notice notice ON notice.id = line.notice_id
                     JOIN dunning_item item ON item.id = line.item_id
                    WHERE item.company_id = %s AND item.state = 'open' AND item.move_id IS NOT NULL
                      AND line.position > 0 AND line.live AND notice.reference <> ''
                 GROUP BY notice.reference""",
                company.id,
            )
        )
        known = {row["move_id"] for row in rows}
        for reference, move_ids in bundles:
            if len(key := characters(reference)) >= MIN_NUMBER:
                numbers[len(key)][key] |= known.intersection(move_ids)
        return numbers

    @api.model
    def _meant(self, text, numbers):
        """The ids of invoices whose number stands in a text; of numbers within others: these."""
        text = characters(text)
        found = {
            part: keys[part]
            for length, keys in numbers.items()
            for start in range(len(text) - length + 1)
            if (part := text[start : start + length]) in keys
        }
        return frozenset().union(
            *(
                moves
                for key, moves in found.items()
                if not any(key != other and key in other for other in found)
            )
        )

    @api.model
    def _free(self, company, rows, numbers):
        """Credit notes and payments in the ledger.

        They are for the invoice that they reverse or were registered for, or that their text
        names. A credit note's own number may have that of another invoice in it.
        """
        partners = {row["move_id"]: row["partner_id"] for row in rows}
        aside = self.env["dunning.money"]._set_aside([company.id], list(set(partners.values())))
        lines = self.env.execute_query(
            SQL(
                """SELECT partner.commercial_partner_id, line.currency_id,
                          -line.amount_residual_currency,
                          concat_ws(' ', CASE WHEN move.move_type <> 'out_refund' THEN line.name END,
                                    move.ref),
                          array(SELECT rel.invoice_id FROM account_move__account_payment rel
                                 WHERE rel.payment_id = move.origin_payment_id)
                          || move.reversed_entry_id
                     FROM account_move_line line
                     JOIN account_move move ON move.id = line.move_id
                     JOIN res_partner partner ON partner.id = line.partner_id
                    WHERE line.company_id = %s AND line.account_id = ANY(%s)
                      AND line.parent_state = 'posted' AND line.reconciled IS NOT TRUE
                      AND line.amount_residual_currency < 0 AND line.id <> ALL(%s)
                      AND partner.commercial_partner_id = ANY(%s)
                 ORDER BY line.date, line.id""",
                company.id,
                self.env["dunning.ledger"]._accounts_sql(),
                list(aside),
                list(set(partners.values())),
            )
        )
        found = []
        for partner_id, currency_id, amount, text, linked in lines:
            meant = frozenset(move_id for move_id in linked if move_id in partners)
            if not meant:
                meant = frozenset(
                    move_id
                    for move_id in self._meant(text, numbers)
                    if partners[move_id] == partner_id
                )
            found.append(Money(partner_id, [(currency_id, exact(amount))], meant))
        return found

    @api.model
    def _receipts(self, company, rows, numbers):
        """Receipts on the bank that nobody matched, however old, also those that were dismissed.

        They hold nothing back any more, but they may be for what is open. One without a partner
        is whose invoices it fits by number or amount, where it is one's.
        """
        money = self.env["dunning.money"]
        partners = {row["move_id"]: row["partner_id"] for row in rows}
        found, nobodys = [], []
        for receipt in money._unmatched(company, every=True):
            meant = self._meant(receipt.text, numbers)
            partner_id = receipt.partner_id or (partners[min(meant)] if meant else None)
            amounts = sorted(pair for pair in receipt.amounts if pair[0])
            if partner_id:
                found.append(Money(partner_id, amounts, meant))
            else:
                nobodys.append(receipt)
        if nobodys:
            for receipt, fits in money._fits(company, nobodys, Domain.TRUE):
                moves = self.env["dunning.item"].browse(fits).move_id.ids
                whose = {partners[move_id] for move_id in moves if move_id in partners}
                if len(whose) == 1:
                    meant = frozenset(moves if len(moves) == 1 else ())
                    amounts = sorted(pair for pair in receipt.amounts if pair[0])
                    found.append(Money(whose.pop(), amounts, meant))
        return found

    @api.model
    def _credits(self, money, invoices, rates, step):
        """The same as the rules take it.

        What came in another currency counts in that of the debtor's invoices; what names an
        invoice counts in any.

        :param money: see :class:`Money`
        :param invoices: as the rules take them
        :param rates: worth of one of each currency, by id
        :return: ``({(partner id, currency code): amount}, [Named])``
        """
        names = {each.id: each.name for each in self.env["res.currency"].browse(rates)}
        known = {each.key: each for each in invoices if each.open is not None}
        piles = {(each.debtor, each.currency) for each in invoices}
        free, named = defaultdict(Decimal), []
        for each in money:
            worth = [
                ((each.partner_id, names[currency_id]), self._rounded(amount * rate, step))
                for currency_id, amount in each.amounts
                if (rate := rates.get(currency_id)) is not None
            ]
            fitting = [pair for pair in worth if pair[0] in piles] or worth
            meant = frozenset(each.moves & known.keys())
            if meant and not fitting:
                # Nobody knows how far it goes, so it goes all the way.
                pile = (each.partner_id, "")
                whole = sum((known[key].open for key in meant), ZERO)
                named.append(Named(pile, whole, meant))
            elif meant:
                named.append(Named(*fitting[0], meant))
            elif fitting:
                free[fitting[0][0]] += fitting[0][1]
        return dict(free), named

    @api.model
    def _owed(self, company, partner_ids, rates):
        """What we owe debtors: ``{partner id: amount}``; ``None`` where nobody knows its worth."""
        rate = rates.get(company.currency_id.id)
        bills = self.env["dunning.money"]._payables(
            company.id, {partner_id: partner_id for partner_id in partner_ids}
        )
        return {
            partner_id: None if rate is None else amount * rate
            for partner_id, amount in bills.items()
            if amount > 0
        }
