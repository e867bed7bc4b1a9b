from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import SQL

from ..rules.allocation import cover
from ..rules.receipts import Receipt, characters, numbers_in
from ..rules.working_days import previous_working_day
from ..tools import exact

#: A payment that was begun but shows no result counts as under way for so long.
STARTED_FOR = timedelta(minutes=30)
PENDING_FOR = timedelta(days=7)
#: Receipts older than this no longer hold anything back.
RECEIPT_DAYS = 60
#: An amount that fits more items than this says nothing about any of them.
MAX_SAME_AMOUNT = 10
#: A number must have so many characters to be looked for in the text of a receipt.
MIN_NUMBER = 5
#: Only journals with a statement in this time are watched for falling behind.
WATCHED_DAYS = 60


class DunningMoney(models.AbstractModel):
    """Money that is there but not matched, or on its way: it is never chased."""

    _name = "dunning.money"
    _description = "Money Not Matched Yet"

    @api.model
    def _covered(self, house, people, rows):
        """What free credits cover: ``({item id: amount}, {debtor id: company amount})``.

        Open credit notes and payments that are not matched are receivable lines with a
        negative residual. They are set against everything the partner owes in the same
        currency to the company and its branches, oldest due first.

        :param people: debtors, see :meth:`~.dunning_debtor.DunningDebtor._people`
        :param rows: items, see :class:`~.dunning_facts.ItemRow`
        """
        debtor_of = {person.partner_id: debtor_id for debtor_id, person in people.items()}
        free, in_company = defaultdict(Decimal), defaultdict(Decimal)
        credits_of = self._open_lines(
            house, list(debtor_of), SQL("line.amount_residual_currency < 0")
        )
        for partner_id, _line, currency_id, _company, _due, amount, company_amount in credits_of:
            free[partner_id, currency_id] -= amount
            in_company[debtor_of[partner_id]] -= company_amount
        if not free:
            return {}, in_company
        owed = defaultdict(list)
        debts = self._open_lines(
            house,
            list({partner_id for partner_id, _currency in free}),
            SQL("line.amount_residual_currency > 0 AND line.no_followup IS NOT TRUE"),
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
        now = fields.Datetime.now()
        found = self.env.execute_query(
            SQL(
                """SELECT 'transaction', tx.id, rel.invoice_id, tx.currency_id, tx.amount
                     FROM payment_transaction tx
                     JOIN account_invoice_transaction_rel rel ON rel.transaction_id = tx.id
                    WHERE rel.invoice_id = ANY(%(moves)s)
                      AND (tx.state IN ('pending', 'authorized')
                               AND tx.last_state_change > %(pending)s
                           OR tx.state = 'draft' AND tx.create_date > %(started)s
                           OR tx.state = 'done' AND tx.is_post_processed IS NOT TRUE)
                UNION ALL
                   SELECT 'payment', payment.id, rel.invoice_id, payment.currency_id,
                          payment.amount
                     FROM account_payment payment
                     JOIN account_move__account_payment rel ON rel.payment_id = payment.id
                    WHERE rel.invoice_id = ANY(%(moves)s)
                      AND payment.state IN ('in_process', 'paid') AND payment.move_id IS NULL
                      AND payment.payment_type = 'inbound'""",
                moves=move_ids,
                pending=now - PENDING_FOR,
                started=now - STARTED_FOR,
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
    def _paid_together(self, payments):
        """All open items that each payment is for, also other debtors'.

        :param payments: keys begin with ``(kind, id)``
        :return: lists of ``(item id, due date, open amount, currency id)`` by kind and id
        """
        ids = defaultdict(list)
        for kind, payment_id, *_rest in payments:
            ids[kind].append(payment_id)
        rows = self.env.execute_query(
            SQL(
                """WITH paid AS (
                       SELECT 'transaction' AS kind, transaction_id AS id, invoice_id
                         FROM account_invoice_transaction_rel WHERE transaction_id = ANY(%s)
                    UNION ALL
                       SELECT 'payment', payment_id, invoice_id
                         FROM account_move__account_payment WHERE payment_id = ANY(%s)
                   )
                   SELECT paid.kind, paid.id, item.id, item.date_due,
                          line.amount_residual_currency, item.currency_id
                     FROM paid
                     JOIN dunning_item item ON item.move_id = paid.invoice_id
                     JOIN account_move_line line ON line.id = item.line_id
                    WHERE item.state = 'open' AND line.amount_residual_currency > 0
                 ORDER BY item.id""",
                ids["transaction"],
                ids["payment"],
            )
        )
        piles = defaultdict(list)
        for kind, payment_id, item_id, due, amount, currency_id in rows:
            piles[kind, payment_id].append((item_id, due, exact(amount), currency_id))
        return piles

    # -- receipts that nobody matched yet ----------------------------------------------

    @api.model
    def _receipts(self, company, debtors=None):
        """Unmatched receipts that may be for an item: ``{item id: last day it holds}``.

        A receipt fits by its partner, by an invoice number or payment reference in its text,
        or, where it is nobody's, by exactly the open amount. It holds for a number of days and
        can be dismissed on the bank line.
        """
        lines = self._unmatched(company)
        if not lines:
            return {}
        if debtors is not None:
            # Whether an amount or a number is somebody else's shows only among all items.
            own = self._fitting(company, lines, [("debtor_id", "in", debtors.ids)])
            everybodys = self._fitting(company, lines, []) if own else {}
            return {item_id: day for item_id, day in everybodys.items() if item_id in own}
        return self._fitting(company, lines, [])

    @api.model
    def _fitting(self, company, lines, which):
        """The open items in ``which`` that receipts may be for, see above."""
        days = timedelta(days=company.sudo().dunning_receipt_days)
        until = {}
        for receipt, fits in self._fits(company, lines, which):
            for item_id in fits:
                until[item_id] = max(until.get(item_id, receipt.day), receipt.day + days)
        return until

    @api.model
    def _fits(self, company, lines, which):
        """Each of ``lines`` with the ids of the open items in ``which`` that it may be for."""
        domain = [("company_id", "=", company.id), ("state", "=", "open"), *which]
        items = self.env["dunning.item"].search_fetch(
            domain, ["name", "partner_id", "amount_open", "currency_id", "move_id"]
        )
        items.move_id.fetch(["payment_reference"])
        by_partner, by_amount, by_number = defaultdict(list), defaultdict(list), defaultdict(list)
        for item in items:
            by_partner[item.partner_id.id].append(item.id)
            by_amount[item.currency_id.id, exact(item.amount_open)].append(item.id)
            for number in (item.name, item.move_id.payment_reference):
                if len(key := characters(number)) >= MIN_NUMBER:
                    by_number[key].append(item.id)
        by_number.update(self._bundle_references(items))
        for line in lines:
            fits = list(by_partner.get(line.partner_id, ()) if line.partner_id else ())
            fits += numbers_in(characters(line.text), by_number)
            same = [item_id for amount in line.amounts for item_id in by_amount.get(amount, ())]
            if not fits and not line.partner_id and len(same) <= MAX_SAME_AMOUNT:
                fits = same
            yield line, fits

    @api.model
    def _receipts_mark(self, company_ids):
        """Something that changes whenever a receipt that is not matched does, or a new one comes.

        :param company_ids: the companies of a tree
        """
        self.env.flush_all()
        return self.env.execute_query(
            SQL(
                """SELECT count(*), max(line.id), max(line.write_date)
                     FROM account_bank_statement_line line
                    WHERE line.company_id = ANY(%s) AND line.is_reconciled IS NOT TRUE
                      AND line.amount > 0 AND line.dunning_dismissed IS NOT TRUE""",
                list(company_ids),
            )
        )[0]

    @api.model
    def _unmatched(self, company):
        """Receipts on the bank that are not matched and not dismissed: :class:`Receipt`."""
        since = fields.Date.context_today(self) - timedelta(days=RECEIPT_DAYS)
        rows = self.env.execute_query(
            SQL(
                """SELECT line.id, partner.commercial_partner_id, coalesce(line.payment_ref, ''),
                          line.currency_id, line.amount,
                          line.foreign_currency_id, line.amount_currency,
                          -- Imported late, it holds from the day we know of it.
                          greatest(move.date, line.create_date::date)
                     FROM account_bank_statement_line line
                     JOIN account_move move ON move.id = line.move_id
                LEFT JOIN res_partner partner ON partner.id = line.partner_id
                    WHERE line.company_id IN (SELECT id FROM res_company
                                               WHERE parent_path LIKE %s)
                      AND line.is_reconciled IS NOT TRUE AND line.amount > 0
                      AND line.dunning_dismissed IS NOT TRUE
                      AND greatest(move.date, line.create_date::date) >= %s
                      AND move.state = 'posted'""",
                f"{company.root_id.id}/%",
                since,
            )
        )
        return [
            Receipt(*line, {(currency_id, exact(amount)), (foreign_id, exact(foreign))}, day)
            for *line, currency_id, amount, foreign_id, foreign, day in rows
        ]

    @api.model
    def _bundle_references(self, items):
        """References of messages about several items, each with those items."""
        lines = self.env["dunning.notice.line"].search_fetch(
            [
                ("item_id", "in", items.ids),
                ("position", ">", 0),
                ("live", "=", True),
                ("notice_id.reference", "!=", False),
            ],
            ["item_id", "notice_id"],
        )
        found = defaultdict(list)
        for line in lines:
            found[characters(line.notice_id.reference)].append(line.item_id.id)
        return found

    @api.model
    def _bank_behind(self, company, day):
        """The day to look again when the bank's newest line is too old; ``None`` when it is not."""
        return day + timedelta(days=1) if self._journals_behind(company, day) else None

    @api.model
    def _journals_behind(self, company, day):
        """The bank journals whose newest line is too old: ``[(journal, its day)]``.

        Only watched journals that had a line in the last 60 days count: where nobody imports
        statements, waiting for one would hold everything for ever.
        """
        if not company.sudo().dunning_bank_gate:
            return []
        groups = (
            self.env["account.bank.statement.line"]
            .sudo()
            ._read_group(
                [
                    ("company_id", "parent_of", company.id),
                    ("journal_id.type", "!=", "cash"),
                    ("journal_id.dunning_watched", "=", True),
                    ("date", ">=", day - timedelta(days=WATCHED_DAYS)),
                ],
                ["journal_id"],
                ["date:max"],
            )
        )
        expected = previous_working_day(day)
        return [(journal, newest) for journal, newest in groups if newest < expected]
