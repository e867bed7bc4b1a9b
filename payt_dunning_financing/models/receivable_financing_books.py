from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.tools import SQL

from odoo.addons.payt_dunning.rules.financing import Company, Result
from odoo.addons.payt_dunning.tools import exact


class ReceivableFinancingBooks(models.AbstractModel):
    """What a company's own ledger says of it: its profit and its equity, in one statement."""

    _name = "receivable.financing.books"
    _description = "What the Books Say of a Company"

    @api.model
    def _company(self, company, day):
        """What financiers ask about a company, as its books and settings have it on a day.

        The books are those of the company it belongs to with all branches: they share one chart.

        :return: :class:`~odoo.addons.payt_dunning.rules.financing.Company`
        """
        form, registered_on = company._receivable_legal()
        result, equity = self._ledger(company, day)
        return Company(
            day=day,
            legal_form=str(form.id) if form else None,
            registered_on=registered_on or None,
            live_since=company.sudo().dunning_live_since or None,
            result=result,
            equity=equity,
        )

    @api.model
    def _periods(self, company, day):
        """Two periods in which profit may be looked for: the last year that is over, twelve months.

        :return: ``[(first day, last day)]``
        """
        root = company.sudo().root_id
        running = root.compute_fiscalyear_dates(day)["date_from"]
        over = root.compute_fiscalyear_dates(running - timedelta(days=1))
        return [
            (over["date_from"], over["date_to"]),
            (day - relativedelta(years=1) + timedelta(days=1), day),
        ]

    @api.model
    def _closing_days(self, company, day):
        """Days of entries that close a year, in the two periods: its last, and the next first."""
        root = company.sudo().root_id
        (first, last), _months = self._periods(company, day)
        running = root.compute_fiscalyear_dates(day)["date_to"]
        return [first, last, last + timedelta(days=1), running]

    @api.model
    def _ledger(self, company, day):
        """Profit and equity by the posted entries through a day.

        Profit is income less expenses of the last financial year that is over; where nothing is
        booked in it, of the last twelve months. Entries that close a year make no profit or
        loss: of its last day or the day after, with lines on income, expenses and equity only.
        Equity is what the company has less what it owes.

        :return: ``(Result or None, Decimal or None)``, in the company's currency; nothing where
            nothing was booked
        """
        self.env.flush_all()
        tree, _accounts = self.env["dunning.house"]._tree(company)
        year, months = self._periods(company, day)
        [(made, count, later, later_count, equity, entries)] = self.env.execute_query(
            SQL(
                """WITH line AS (
                       SELECT line.move_id, line.date, line.balance,
                              split_part(account.account_type, '_', 1) AS kind
                         FROM account_move_line line
                         JOIN account_account account ON account.id = line.account_id
                        WHERE line.company_id = ANY(%(tree)s) AND line.parent_state = 'posted'
                          AND line.date <= %(day)s
                          AND (line.date = ANY(%(closes)s)
                               OR split_part(account.account_type, '_', 1)
                                  IN ('equity', 'income', 'expense'))),
                    closing AS (
                       SELECT move_id
                         FROM line
                        WHERE date = ANY(%(closes)s) AND move_id <> ALL(%(opening)s)
                     GROUP BY move_id
                       HAVING bool_or(kind = 'equity')
                          AND bool_and(kind IN ('equity', 'income', 'expense'))),
                    result AS (
                       SELECT line.date, line.balance
                         FROM line
                    LEFT JOIN closing ON closing.move_id = line.move_id
                        WHERE line.kind IN ('income', 'expense') AND closing.move_id IS NULL)
               SELECT -sum(result.balance) FILTER (WHERE result.date BETWEEN %(y1)s AND %(y2)s),
                      count(*) FILTER (WHERE result.date BETWEEN %(y1)s AND %(y2)s),
                      -sum(result.balance) FILTER (WHERE result.date BETWEEN %(m1)s AND %(m2)s),
                      count(*) FILTER (WHERE result.date BETWEEN %(m1)s AND %(m2)s),
                      (SELECT -sum(balance) FROM line
                        WHERE kind IN ('equity', 'income', 'expense')),
                      (SELECT count(*) FROM line WHERE kind IN ('equity', 'income', 'expense'))
                 FROM result""",
                tree=tree.ids,
                closes=self._closing_days(company, day),
                opening=tree.account_opening_move_id.ids,
                day=day,
                y1=year[0],
                y2=year[1],
                m1=months[0],
                m2=months[1],
            )
        )
        result = None
        if count:
            result = Result(exact(made), *year)
        elif later_count:
            result = Result(exact(later), *months)
        return result, exact(equity) if entries else None
