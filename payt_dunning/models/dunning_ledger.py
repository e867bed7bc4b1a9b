from datetime import date

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools import exact

#: Kinds of entry that are credit sales: invoices, less credit notes.
SALES = ("out_invoice", "out_refund", "out_receipt")


class DunningLedger(models.AbstractModel):
    """Receivables as they stood in the ledger on any past day.

    All of it: what is left out of follow-up counts too. What was reconciled counts from the later
    date of the two entries (``max_date``), whenever somebody matched them. Drafts and cancelled
    entries are no ledger. A reconciliation that was undone never was.

    Amounts are those that the ledger has: in the company's currency, and beside it in that of the
    line. No rate is looked up.
    """

    _name = "dunning.ledger"
    _description = "Receivables as at a Day"

    @api.model
    def _past_day(self, day, company):
        """The day asked about; today where none is.

        :param day: date or ISO text
        :raises UserError: for what is no date, and for days to come
        """
        today = self.env["dunning.message"]._today(company)
        if not day:
            return today
        try:
            day = fields.Date.to_date(day)
        except (TypeError, ValueError) as error:
            raise UserError(self.env._("“%s” is not a date.", day)) from error
        if day > today:
            raise UserError(self.env._("Figures are of the past: choose today or a day before it."))
        if day < date(1970, 1, 1):
            raise UserError(self.env._("Choose a day after 1969."))
        return day

    @api.model
    def _open_sql(self, days, company_ids, own_companies=True):
        """What was open on each of ``days``: a query of one row for each day and journal item.

        Its columns: ``day``, ``line_id``, ``move_id``, ``company_id``, ``partner_id``,
        ``currency_id``, ``date`` (of the entry), ``due``, ``amount`` (company currency) and
        ``amount_currency``; amounts of credits are below zero.

        What is open now, and what was taken off it after the day: old invoices that were paid
        long before are not looked at.

        :param own_companies: whether what companies of this database owe each other counts
        """
        # PostgreSQL takes it for dearer than it is, and would compile it for seconds.
        self.env.cr.execute("SET LOCAL jit = off")
        later = SQL(
            """(SELECT debit_move_id AS line_id, max_date AS day, amount,
                      debit_amount_currency AS amount_currency
                 FROM account_partial_reconcile WHERE max_date > %(first)s
                UNION ALL
               SELECT credit_move_id, max_date, -amount, -credit_amount_currency
                 FROM account_partial_reconcile WHERE max_date > %(first)s)""",
            first=min(days),
        )
        wanted = SQL(
            """line.account_id = ANY(%s) AND line.parent_state = 'posted'
               AND line.company_id = ANY(%s) AND %s""",
            self._accounts_sql(),
            list(company_ids),
            SQL("TRUE") if own_companies else self._others_sql(),
        )
        columns = SQL(
            """line.id, line.move_id, line.company_id, line.partner_id, line.currency_id,
               line.date, coalesce(line.date_maturity, line.date) AS due, line.amount_residual,
               line.amount_residual_currency"""
        )
        # The first half is as core's index of what is not reconciled has it.
        return SQL(
            """SELECT asked.day, line.id AS line_id, line.move_id, line.company_id,
                      line.partner_id, line.currency_id, line.date, line.due,
                      line.amount_residual + coalesce(sum(later.amount), 0) AS amount,
                      line.amount_residual_currency
                          + coalesce(sum(later.amount_currency), 0) AS amount_currency
                 FROM (SELECT %(columns)s, NULL::date AS until FROM account_move_line line
                        WHERE (line.reconciled IS NULL OR line.reconciled = false
                               OR line.reconciled IS NOT TRUE) AND %(wanted)s
                        UNION ALL
                       SELECT %(columns)s, over.until
                         FROM (SELECT line_id, max(day) AS until FROM %(later)s AS each
                             GROUP BY line_id) over
                         JOIN account_move_line line ON line.id = over.line_id
                        WHERE line.reconciled AND %(wanted)s) AS line
                 JOIN unnest(%(days)s::date[]) AS asked (day)
                   ON line.date <= asked.day AND (line.until IS NULL OR line.until > asked.day)
            LEFT JOIN %(later)s AS later ON later.line_id = line.id AND later.day > asked.day
             GROUP BY asked.day, line.id, line.move_id, line.company_id, line.partner_id,
                      line.currency_id, line.date, line.due, line.amount_residual,
                      line.amount_residual_currency
               HAVING line.amount_residual + coalesce(sum(later.amount), 0) <> 0
                   OR line.amount_residual_currency
                      + coalesce(sum(later.amount_currency), 0) <> 0""",
            columns=columns,
            days=list(days),
            later=later,
            wanted=wanted,
        )

    @api.model
    def _accounts_sql(self):
        """The receivable accounts, by number: so planned, what is open is found by core's index."""
        rows = self.env.execute_query(
            SQL("SELECT id FROM account_account WHERE account_type = 'asset_receivable'")
        )
        return SQL("%s::int[]", [account_id for (account_id,) in rows])

    @api.model
    def _others_sql(self):
        """A condition on ``line``: it is not about a company of this database."""
        return SQL(
            """NOT EXISTS (SELECT FROM res_partner debtor
                             JOIN res_company own ON own.partner_id = debtor.commercial_partner_id
                            WHERE debtor.id = line.partner_id)"""
        )

    @api.model
    def _ages(self, company, days, own_companies=True):
        """Sums of what was open, by days late: ``{day: [(days late, amount, count)]}``.

        One statement, as many rows as there are different ages. Credits are rows of their own.
        """
        self.env.flush_all()
        found = {day: [] for day in days}
        rows = self.env.execute_query(
            SQL(
                """SELECT day, greatest(day - due, 0) AS late, sum(amount), count(*)
                     FROM (%s) AS open WHERE amount <> 0
                 GROUP BY day, late, amount < 0""",
                self._open_sql(days, company.ids, own_companies),
            )
        )
        for day, late, amount, count in rows:
            found[day].append((late, exact(amount), count))
        return found

    @api.model
    def _sales(self, company, first, last, own_companies=True):
        """Credit sales of each day after ``first`` and through ``last``: ``{day: amount}``.

        Invoices less credit notes by the date of their entry, tax included, in the company's
        currency: what they put on the receivable accounts.
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT line.date, sum(line.balance)
                     FROM account_move_line line
                     JOIN account_move move ON move.id = line.move_id
                    WHERE line.account_id = ANY(%(accounts)s)
                      AND line.parent_state = 'posted' AND line.company_id = %(company)s
                      AND line.date > %(first)s AND line.date <= %(last)s
                      AND move.move_type IN %(sales)s AND %(others)s
                 GROUP BY line.date""",
                accounts=self._accounts_sql(),
                company=company.id,
                first=first,
                last=last,
                sales=SALES,
                others=SQL("TRUE") if own_companies else self._others_sql(),
            )
        )
        return {day: exact(amount) for day, amount in rows}

    @api.model
    def _sales_domain(self, company, first, last, own_companies=True):
        """The journal items of :meth:`_sales`."""
        domain = Domain(
            [
                ("account_id.account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
                ("company_id", "=", company.id),
                ("date", ">", first),
                ("date", "<=", last),
                ("move_id.move_type", "in", SALES),
            ]
        )
        return domain if own_companies else domain & self._others_domain()

    @api.model
    def _others_domain(self):
        """As :meth:`_others_sql`, of journal items."""
        own = self.env["res.company"].sudo().search([]).partner_id
        return Domain("partner_id.commercial_partner_id", "not in", own.ids)

    @api.model
    def _money_sql(self, move, journal):
        """A condition on an entry and its journal: money came, as a bank or cash journal has it."""
        return SQL(
            """(%(move)s.move_type = 'entry'
                AND (%(move)s.origin_payment_id IS NOT NULL
                     OR %(move)s.statement_line_id IS NOT NULL
                     OR %(journal)s.type IN ('bank', 'cash', 'credit')))""",
            move=SQL.identifier(move),
            journal=SQL.identifier(journal),
        )

    @api.model
    def _paid(self, company, first, last, own_companies=True):
        """Money set against receivables: ``[(days from due to payment, amount)]``, summed by days.

        Of payments whose date is after ``first`` and through ``last``.
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT partial.max_date - coalesce(line.date_maturity, line.date) AS late,
                          sum(partial.amount)
                     FROM account_partial_reconcile partial
                     JOIN account_move_line line ON line.id = partial.debit_move_id
                     JOIN account_account account ON account.id = line.account_id
                     JOIN account_move_line other ON other.id = partial.credit_move_id
                     JOIN account_move move ON move.id = other.move_id
                     JOIN account_journal journal ON journal.id = move.journal_id
                    WHERE partial.max_date > %(first)s AND partial.max_date <= %(last)s
                      AND account.account_type = 'asset_receivable'
                      AND line.company_id = %(company)s AND line.parent_state = 'posted'
                      AND other.parent_state = 'posted' AND %(money)s AND %(others)s
                 GROUP BY late""",
                company=company.id,
                first=first,
                last=last,
                money=self._money_sql("move", "journal"),
                others=SQL("TRUE") if own_companies else self._others_sql(),
            )
        )
        return [(late, exact(amount)) for late, amount in rows]

    @api.model
    def _paid_domain(self, company, first, last, own_companies=True):
        """The journal items against which the money of :meth:`_paid` was set."""
        money = Domain("credit_move_id.move_id.move_type", "=", "entry") & (
            Domain("credit_move_id.move_id.origin_payment_id", "!=", False)
            | Domain("credit_move_id.move_id.statement_line_id", "!=", False)
            | Domain("credit_move_id.journal_id.type", "in", ("bank", "cash", "credit"))
        )
        period = Domain("max_date", ">", first) & Domain("max_date", "<=", last)
        posted = Domain("credit_move_id.parent_state", "=", "posted")
        domain = (
            Domain("account_id.account_type", "=", "asset_receivable")
            & Domain("parent_state", "=", "posted")
            & Domain("company_id", "=", company.id)
            & Domain("matched_credit_ids", "any", period & posted & money)
        )
        return domain if own_companies else domain & self._others_domain()
