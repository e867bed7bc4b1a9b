from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..rules.receipts import Receipt, characters, numbers_in
from ..rules.working_days import previous_working_day
from ..tools import exact

#: Receipts older than this no longer hold anything back.
RECEIPT_DAYS = 60
#: An amount that fits more items than this says nothing about any of them.
MAX_SAME_AMOUNT = 10
#: Up to so many receipts, the items that one may be mistaken for are looked up.
FEW_RECEIPTS = 20
#: A number must have so many characters to be looked for in the text of a receipt.
MIN_NUMBER = 5
#: Only journals with a statement in this time are watched for falling behind.
WATCHED_DAYS = 60


class DunningReceipts(models.AbstractModel):
    """Receipts that nobody matched yet: what they may be for is not chased meanwhile."""

    _name = "dunning.receipts"
    _description = "Receipts Not Matched Yet"

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
        if debtors is None:
            return self._fitting(company, lines, [])
        which = Domain("debtor_id", "in", debtors.ids)
        found = [(line, fits) for line, fits in self._fits(company, lines, which) if fits]
        if not found:
            return {}
        own = {item_id for _line, fits in found for item_id in fits}
        # Whether an amount or a number is somebody else's shows only among their items.
        lines = [line for line, _fits in found]
        which |= self._rivals(company, lines)
        everybodys = self._fitting(company, lines, which)
        return {item_id: day for item_id, day in everybodys.items() if item_id in own}

    @api.model
    def _rivals(self, company, lines):
        """A domain: at least the open items that some receipts fit by amount or number.

        Of many receipts everything is read instead: each number is looked for in each text.
        """
        if len(lines) > FEW_RECEIPTS:
            return Domain.TRUE
        amounts = [pair for line in lines for pair in line.amounts if pair[0]]
        rows = self.env.execute_query(
            SQL(
                """WITH numbers AS (
                       SELECT item.id, item.currency_id, item.amount_open,
                              ARRAY[item.name, move.payment_reference, notice.reference] AS texts
                         FROM dunning_item item
                    LEFT JOIN account_move move ON move.id = item.move_id
                    LEFT JOIN dunning_notice_line line
                           ON line.item_id = item.id AND line.position > 0 AND line.live
                    LEFT JOIN dunning_notice notice
                           ON notice.id = line.notice_id AND notice.reference IS NOT NULL
                        WHERE item.company_id = %s AND item.state = 'open'
                   )
                   SELECT DISTINCT id FROM numbers
                    WHERE (currency_id, amount_open) IN (
                              SELECT * FROM unnest(%s::int[], %s::numeric[]))
                       OR EXISTS (
                              SELECT FROM unnest(texts) number, unnest(%s::text[]) words
                               WHERE number <> '' AND strpos(
                                   words, regexp_replace(upper(number), '[^0-9A-Z]', '', 'g')) > 0)
                """,
                company.id,
                [currency_id for currency_id, _amount in amounts],
                [amount for _currency, amount in amounts],
                [characters(line.text) for line in lines],
            )
        )
        return Domain("id", "in", [item_id for (item_id,) in rows])

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
        domain = Domain([("company_id", "=", company.id), ("state", "=", "open")]) & Domain(which)
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
    def _unmatched(self, company, every=False):
        """Receipts on the bank that are not matched: :class:`Receipt`.

        :param every: also those that were dismissed or are so old that they hold nothing back
        """
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
                      AND (%s OR line.dunning_dismissed IS NOT TRUE
                           AND greatest(move.date, line.create_date::date) >= %s)
                      AND move.state = 'posted'
                 ORDER BY move.date, line.id""",
                f"{company.root_id.id}/%",
                every,
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
        if not groups:
            return []
        expected = previous_working_day(day, self.env["dunning.when"]._closed(company))
        return [(journal, newest) for journal, newest in groups if newest < expected]
