from odoo import api, fields, models
from odoo.tools import SQL

from ..rules.figures.aging import LONG, month_ends
from .dunning_ledger import SALES
from .dunning_ratio import ratio_sql

#: So many month ends are shown, and invoices of so many months.
ENDS = 13
#: What is divided by what.
RATIOS = {
    "share_open": ("open", "invoiced"),
    "share_overdue": ("overdue", "invoiced"),
    "share_long": ("long", "invoiced"),
}


class DunningCohort(models.Model):
    """Invoices by the month they were made in: how much of them was open at each month's end."""

    _name = "dunning.cohort"
    _description = "Cohorts of Invoices"
    _auto = False
    _order = "cohort desc, day"
    _rec_name = "cohort"

    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    cohort = fields.Date("Invoiced In", readonly=True, help="The first day of the month.")
    day = fields.Date("As at", readonly=True, help="The end of a month, or today.")
    age = fields.Integer("Months Later", readonly=True, aggregator=None)
    invoiced = fields.Monetary(readonly=True, aggregator="sum", help="Invoices of the month.")
    open = fields.Monetary(readonly=True, aggregator="sum", help="Of these, open on that day.")
    overdue = fields.Monetary(readonly=True, aggregator="sum")
    long = fields.Monetary("More Than 90 Days Late", readonly=True, aggregator="sum")
    share_open = fields.Float(
        "Open, %", readonly=True, aggregator="avg", digits=(16, 1), help="Of what was invoiced."
    )
    share_overdue = fields.Float(
        "Overdue, %", readonly=True, aggregator="avg", digits=(16, 1), help="Of what was invoiced."
    )
    share_long = fields.Float(
        "More Than 90 Days Late, %",
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
        help="Of what was invoiced.",
    )

    def _read_group_select(self, aggregate_spec, query):
        """Shares of groups are of their sums."""
        found = ratio_sql(self, RATIOS, aggregate_spec, query)
        return found or super()._read_group_select(aggregate_spec, query)

    @property
    def _table_query(self):
        today = self.env["dunning.message"]._today(self.env.company)
        days = month_ends(today, ENDS)
        return SQL(
            """WITH open AS (%(open)s),
                    made AS (%(made)s),
                    told AS (SELECT open.company_id, open.day,
                                    date_trunc('month', open.date)::date AS cohort,
                                    sum(open.amount) AS open,
                                    sum(open.amount) FILTER (WHERE open.due < open.day) AS overdue,
                                    sum(open.amount) FILTER (WHERE open.due < open.day - %(long)s)
                                    AS long
                               FROM open JOIN account_move move ON move.id = open.move_id
                              WHERE move.move_type IN ('out_invoice', 'out_receipt')
                                AND open.amount > 0
                           GROUP BY open.company_id, open.day, cohort)
               SELECT made.company_id * 10000000000
                      + (made.cohort - date '1970-01-01') * 100000::bigint
                      + (asked.day - date '1970-01-01') AS id,
                      made.company_id, made.cohort, asked.day, made.invoiced,
                      (extract(year FROM age(asked.day, made.cohort)) * 12
                       + extract(month FROM age(asked.day, made.cohort)))::int AS age,
                      coalesce(told.open, 0) AS open, coalesce(told.overdue, 0) AS overdue,
                      coalesce(told.long, 0) AS long,
                      coalesce(told.open, 0) * 100 / made.invoiced AS share_open,
                      coalesce(told.overdue, 0) * 100 / made.invoiced AS share_overdue,
                      coalesce(told.long, 0) * 100 / made.invoiced AS share_long
                 FROM made JOIN unnest(%(days)s::date[]) AS asked (day) ON asked.day >= made.cohort
            LEFT JOIN told ON told.company_id = made.company_id AND told.cohort = made.cohort
                          AND told.day = asked.day""",
            open=self.env["dunning.ledger"]._open_sql(days, self.env.companies.ids),
            made=self._made_sql(days),
            long=LONG,
            days=days,
        )

    @api.model
    def _made_sql(self, days):
        """Invoices of each month; credit notes take off what is open, not what was invoiced."""
        return SQL(
            """SELECT line.company_id, date_trunc('month', line.date)::date AS cohort,
                      sum(line.balance) AS invoiced
                 FROM account_move_line line
                 JOIN account_account account ON account.id = line.account_id
                 JOIN account_move move ON move.id = line.move_id
                WHERE account.account_type = 'asset_receivable' AND line.parent_state = 'posted'
                  AND line.company_id = ANY(%(companies)s)
                  AND line.date >= %(first)s AND line.date <= %(last)s
                  AND move.move_type IN %(sales)s AND line.balance > 0
             GROUP BY line.company_id, cohort""",
            companies=self.env.companies.ids,
            first=days[0].replace(day=1),
            last=days[-1],
            sales=SALES,
        )
