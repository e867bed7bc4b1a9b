from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL

from ..rules.allocation import cover
from ..tools import exact

#: A payment that was begun but shows no result counts as under way for so long.
STARTED_FOR = timedelta(minutes=30)
PENDING_FOR = timedelta(days=7)


class DunningMoney(models.AbstractModel):
    """Money that is there but not matched, or on its way: it is never chased."""

    _name = "dunning.money"
    _description = "Money Not Matched Yet"
    _inherit = "dunning.receipts"

    @api.model
    def _covered(self, house, people, rows):
        """What free credits cover: ``({item id: amount}, {debtor id: company amount})``.

        Open credit notes and payments that are not matched are receivable lines with a
        negative residual. They are set against everything the partner owes in the same
        currency to the company and its branches, oldest due first. What is for something else
        (:meth:`_set_aside`) covers nothing.

        :param people: debtors, see :meth:`~.dunning_debtor.DunningDebtor._people`
        :param rows: items, see :class:`~.dunning_facts.ItemRow`
        """
        debtor_of = {person.partner_id: debtor_id for debtor_id, person in people.items()}
        free, in_company = defaultdict(Decimal), defaultdict(Decimal)
        credits_of = self._open_lines(
            house, list(debtor_of), SQL("line.amount_residual_currency < 0")
        )
        aside = credits_of and set(
            self._set_aside(list(house.tree), list({each[0] for each in credits_of}))
        )
        for partner_id, line_id, currency_id, _company, _due, amount, company_amount in credits_of:
            if line_id in aside:
                continue
            free[partner_id, currency_id] -= amount
            in_company[debtor_of[partner_id]] -= company_amount
        if not free:
            return {}, in_company
        owed = defaultdict(list)
        debts = self._open_lines(
            house,
            list({partner_id for partner_id, _currency in free}),
            SQL(
                # Costs and interest that are booked don't take it from the invoices.
                "line.amount_residual_currency > 0 AND line.no_followup IS NOT TRUE"
                " AND NOT EXISTS (SELECT FROM account_move booked WHERE booked.id = line.move_id"
                " AND booked.dunning_charge_id IS NOT NULL)"
            ),
        )
        for debt in debts:
            owed[debt[0], debt[2]].append((debt[1], debt[4], debt[5]))
        by_line = {}
        for pile, credit in free.items():
            by_line.update(cover(owed[pile], credit))
        for partner_id, line_id, _currency, company_id, _due, amount, company_amount in debts:
            if line_id in by_line and company_id != house.company_id:
                # This part of the credit is for what is owed to another company of the tree.
                share = by_line[line_id] / amount
                in_company[debtor_of[partner_id]] -= share * company_amount
        return {
            row.item_id: by_line[row.line_id] for row in rows if row.line_id in by_line
        }, in_company

    @api.model
    def _set_aside(self, company_ids, partner_ids):
        """Money received that is for something else than what is open: ids of journal items.

        It covers no invoice, and nobody is asked to match it. Add-ons with orders say it.

        :param partner_ids: commercial partners
        """
        return []

    @api.model
    def _we_owe(self, house, people):
        """What we owe debtors for bills: ``{debtor id: company amount}``.

        Nothing where the company reminds regardless of it.
        """
        if not house.offset_payables:
            return {}
        return {
            debtor_id: amount
            for debtor_id, amount in self._payables(
                house.company_id, {person.partner_id: key for key, person in people.items()}
            ).items()
            if amount > 0
        }

    @api.model
    def _payables(self, company_id, debtor_of):
        """Open bills of partners to a company: ``{debtor id: company amount}``.

        :param debtor_of: debtor id by commercial partner
        """
        rows = self.env.execute_query(
            SQL(
                """SELECT partner.commercial_partner_id, -sum(line.amount_residual)
                     FROM account_move_line line
                     JOIN account_account account ON account.id = line.account_id
                     JOIN res_partner partner ON partner.id = line.partner_id
                    WHERE partner.commercial_partner_id = ANY(%s) AND line.company_id = %s
                      AND account.account_type = 'liability_payable'
                      AND line.reconciled IS NOT TRUE AND line.parent_state = 'posted'
                 GROUP BY partner.commercial_partner_id""",
                list(debtor_of),
                company_id,
            )
        )
        return {debtor_of[partner_id]: exact(amount) for partner_id, amount in rows}

    @api.model
    def _open_lines(self, house, partner_ids, which):
        """Open receivable lines of partners in the company's tree, as plain rows.

        :param partner_ids: commercial partners
        :param which: a condition on ``line``
        :return: list of ``(partner id, line id, currency id, company id, due date, amount,
            amount in company currency)``
        """
        rows = self.env.execute_query(
            SQL(
                """SELECT partner.commercial_partner_id, line.id, line.currency_id,
                          line.company_id, coalesce(line.date_maturity, line.date),
                          line.amount_residual_currency, line.amount_residual
                     FROM account_move_line line
                     JOIN res_partner partner ON partner.id = line.partner_id
                    WHERE partner.commercial_partner_id = ANY(%s)
                      AND line.account_id = ANY(%s) AND line.company_id = ANY(%s)
                      AND line.reconciled IS NOT TRUE AND line.parent_state = 'posted' AND %s""",
                partner_ids,
                list(house.accounts),
                list(house.tree),
                which,
            )
        )
        return [(*row[:-2], exact(row[-2]), exact(row[-1])) for row in rows]

    @api.model
    def _under_way(self, rows):
        """Payments begun for invoices that show no result in the ledger yet: ``{item id: amount}``.

        Online payments that are pending, authorised, just begun, or done but not booked; and
        payments that have no journal entry.

        :param rows: items, see :class:`~.dunning_facts.ItemRow`
        """
        move_ids = list({row.move_id for row in rows if row.move_id})
        if not move_ids:
            return {}
        found = self.env.execute_query(
            SQL(
                """SELECT 'transaction', tx.id, rel.invoice_id, tx.currency_id, tx.amount
                     FROM payment_transaction tx
                     JOIN account_invoice_transaction_rel rel ON rel.transaction_id = tx.id
                    WHERE rel.invoice_id = ANY(%(moves)s)
                      AND %(no_result)s
                UNION ALL
                   SELECT 'payment', payment.id, rel.invoice_id, payment.currency_id,
                          payment.amount
                     FROM account_payment payment
                     JOIN account_move__account_payment rel ON rel.payment_id = payment.id
                    WHERE rel.invoice_id = ANY(%(moves)s)
                      AND payment.state IN ('in_process', 'paid') AND payment.move_id IS NULL
                      AND payment.payment_type = 'inbound'""",
                moves=move_ids,
                no_result=self._no_result_yet(),
            )
        )
        if not found:
            return {}
        payments = defaultdict(set)
        for kind, payment_id, move_id, currency_id, amount in found:
            payments[kind, payment_id, currency_id, Decimal(str(amount))].add(move_id)
        piles = self._paid_together(payments)
        under_way = defaultdict(Decimal)
        for (kind, payment_id, currency_id, amount), _moves in sorted(payments.items()):
            pile = [
                (item_id, due, open_amount - under_way[item_id], item_currency)
                for item_id, due, open_amount, item_currency in piles[kind, payment_id]
            ]
            covered = cover([row[:3] for row in pile if row[3] == currency_id], amount)
            # Paid in another currency: nobody knows yet how far it goes, so it goes all the way.
            covered |= {row[0]: row[2] for row in pile if row[3] != currency_id}
            for item_id, part in covered.items():
                under_way[item_id] += part
        return under_way

    @api.model
    def _no_result_yet(self):
        """A condition on ``tx``: an online payment that shows no result in the ledger yet."""
        now = fields.Datetime.now()
        return SQL(
            """(tx.state IN ('pending', 'authorized') AND tx.last_state_change > %(pending)s
                OR tx.state = 'draft' AND tx.create_date > %(started)s
                OR tx.state = 'done' AND tx.is_post_processed IS NOT TRUE)""",
            pending=now - PENDING_FOR,
            started=now - STARTED_FOR,
        )

    @api.model
    def _paid_together(self, payments):
        """All open items that each payment is for, also other debtors'.

        One that was begun on a debtor's page is for items of that debtor only: an entry with
        opening balances has those of many.

        :param payments: keys begin with ``(kind, id)``
        :return: lists of ``(item id, due date, open amount, currency id)`` by kind and id
        """
        ids = defaultdict(list)
        for kind, payment_id, *_rest in payments:
            ids[kind].append(payment_id)
        rows = self.env.execute_query(
            SQL(
                """WITH paid AS (
                       SELECT 'transaction' AS kind, rel.transaction_id AS id, rel.invoice_id,
                              tx.dunning_debtor_id
                         FROM account_invoice_transaction_rel rel
                         JOIN payment_transaction tx ON tx.id = rel.transaction_id
                        WHERE rel.transaction_id = ANY(%s)
                    UNION ALL
                       SELECT 'payment', rel.payment_id, rel.invoice_id, tx.dunning_debtor_id
                         FROM account_move__account_payment rel
                         JOIN account_payment payment ON payment.id = rel.payment_id
                    LEFT JOIN payment_transaction tx ON tx.id = payment.payment_transaction_id
                        WHERE rel.payment_id = ANY(%s)
                   )
                   SELECT paid.kind, paid.id, item.id, item.date_due,
                          line.amount_residual_currency, item.currency_id
                     FROM paid
                     JOIN dunning_item item ON item.move_id = paid.invoice_id
                     JOIN account_move_line line ON line.id = item.line_id
                    WHERE item.state = 'open' AND line.amount_residual_currency > 0
                      AND coalesce(paid.dunning_debtor_id, item.debtor_id) = item.debtor_id
                 ORDER BY item.id""",
                ids["transaction"],
                ids["payment"],
            )
        )
        piles = defaultdict(list)
        for kind, payment_id, item_id, due, amount, currency_id in rows:
            piles[kind, payment_id].append((item_id, due, exact(amount), currency_id))
        return piles
