from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

from ..rules.law.owed import Payment
from ..tools import exact


class Step(NamedTuple):
    """Something that was set against an item in the ledger.

    :param kind: ``payment`` (money), ``credit`` (a credit note) or ``ledger`` (a write-off or
        another entry); only money can pay costs or interest
    :param amount: above zero, in the item's currency
    :param name: number of the entry, empty for what the ledger doesn't explain
    """

    day: date
    amount: Decimal
    kind: str
    name: str = ""


class Ledger(NamedTuple):
    """An item as the ledger has it; amounts in the item's currency.

    :param principal: what was owed first; less the steps it is what is open
    :param residual: what is open now
    :param start: day of the invoice, not after today
    :param steps: what was set against it, oldest first, none before ``start`` or after today
    :param spared: ``(first day, last day)`` of times in which no interest runs
    """

    item_id: int
    currency_id: int
    principal: Decimal
    residual: Decimal
    start: date
    due: date
    steps: tuple[Step, ...]
    spared: tuple[tuple[date, date], ...] = ()

    def payments(self):
        """The steps as the calculation needs them."""
        return [
            Payment(step.day, step.amount, self.item_id, credit=step.kind != "payment")
            for step in self.steps
        ]


class DunningOwedHistory(models.AbstractModel):
    """What the ledger says of items: their amounts, and what was set against them and when."""

    _name = "dunning.owed.history"
    _description = "Payments of Items"

    @api.model
    def _history(self, items):
        """Amounts and payments of items whose entry is posted: ``{item id: Ledger}``.

        What was reconciled counts from the date of its entry: not before the invoice's own, and
        not after today, for the ledger has taken it off by now. Where the steps don't give what
        is open (rounding of exchange rates, entries that were changed), one more step on the
        invoice's date does, so that the principal always is what the ledger has open.

        In two statements, whatever the number of items.
        """
        if not items:
            return {}
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT item.id, item.company_id, line.id, line.currency_id,
                          line.amount_currency, line.amount_residual_currency,
                          coalesce(move.invoice_date, line.date),
                          coalesce(item.date_due, line.date_maturity, line.date), %s
                     FROM dunning_item item
                     JOIN account_move_line line ON line.id = item.line_id
                     JOIN account_move move ON move.id = line.move_id
                    WHERE item.id = ANY(%s) AND line.parent_state = 'posted'
                      AND line.amount_currency > 0
                 ORDER BY item.id""",
                self.env["dunning.hold"]._spared(),
                items.ids,
            )
        )
        steps = self._steps([row[2] for row in rows])
        today = {
            company.id: self.env["dunning.message"]._today(company) for company in items.company_id
        }
        found = {}
        for item_id, company_id, line_id, currency_id, *amounts, invoiced, due, spared in rows:
            start = min(invoiced, today[company_id])
            principal, residual = map(exact, amounts)
            own = [
                step._replace(day=min(max(step.day, start), today[company_id]))
                for step in steps[line_id]
            ]
            left = principal - sum((step.amount for step in own), Decimal(0))
            if left > residual:
                own.append(Step(start, left - residual, "ledger"))
            elif left < residual:
                principal += residual - left
            own.sort(key=lambda step: step.day)
            found[item_id] = Ledger(
                item_id, currency_id, principal, residual, start, due, tuple(own), _days(spared)
            )
        return found

    @api.model
    def _steps(self, line_ids):
        """What was set against receivable lines: ``{line id: [Step]}``.

        Differences of exchange rates take nothing off in the currency of the line and are left
        out. Money is what a bank or cash journal booked.
        """
        rows = self.env.execute_query(
            SQL(
                """SELECT part.debit_move_id, other.date, part.debit_amount_currency,
                          CASE WHEN move.move_type = 'out_refund' THEN 'credit'
                               WHEN move.origin_payment_id IS NOT NULL
                                    OR move.statement_line_id IS NOT NULL
                                    OR journal.type IN ('bank', 'cash', 'credit') THEN 'payment'
                               ELSE 'ledger' END,
                          move.name
                     FROM account_partial_reconcile part
                     JOIN account_move_line other ON other.id = part.credit_move_id
                     JOIN account_move move ON move.id = other.move_id
                     JOIN account_journal journal ON journal.id = move.journal_id
                    WHERE part.debit_move_id = ANY(%s) AND part.debit_amount_currency > 0
                 ORDER BY other.date, part.id""",
                line_ids,
            )
        )
        found = defaultdict(list)
        for line_id, day, amount, kind, name in rows:
            found[line_id].append(Step(day, exact(amount), kind, name or ""))
        return found


def _days(pairs):
    """Pairs of days, as JSON has them, as dates."""
    return tuple(
        (date.fromisoformat(since), date.fromisoformat(until)) for since, until in pairs or ()
    )
