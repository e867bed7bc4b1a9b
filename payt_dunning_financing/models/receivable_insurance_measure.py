from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL


class Late(NamedTuple):
    """What is overdue of a debtor's invoices that an insurance covers, in its currency.

    :param move_id: the oldest of them
    :param oldest_due: the day it was to be paid
    :param limit: up to what amount the debtor is insured
    :param number: of invoices
    :param disputed: what of the amount is contested; ``in_plan`` and ``pledged`` likewise
    """

    insurance_id: int
    partner_id: int
    move_id: int
    oldest_due: object
    amount: float
    limit: float
    number: int
    disputed: float
    in_plan: float
    pledged: float


class ReceivableInsuranceMeasure(models.AbstractModel):
    """What insurers have to know, read from the ledger: one statement for a company."""

    _name = "receivable.insurance.measure"
    _description = "Overdue Invoices That Are Insured"

    @api.model
    def _late(self, company, day):
        """Debtors with covered invoices that are overdue.

        :return: list of :class:`Late`, one for each insurance and debtor
        """
        insurances = self.env["receivable.insurance"].search([("company_id", "=", company.id)])
        if not insurances:
            return []
        self.env.flush_all()
        # PostgreSQL takes it for dearer than it is, and would compile it for seconds.
        self.env.cr.execute("SET LOCAL jit = off")
        found = self.env.execute_query(self._late_sql(company, day, insurances))
        return [
            Late(*row[:4], float(row[4]), float(row[5]), row[6], *map(float, row[7:]))
            for row in found
        ]

    @api.model
    def _rates_sql(self, company, day, insurances):
        """What one of the company's currency is worth in each insurance's."""
        rates = (company.currency_id | insurances.currency_id)._get_rates(company, day)
        return SQL(
            "(VALUES %s)",
            SQL(", ").join(
                SQL(
                    "(%s, %s::numeric)",
                    each.id,
                    rates[each.currency_id.id] / rates[company.currency_id.id],
                )
                for each in insurances
            ),
        )

    @api.model
    def _late_sql(self, company, day, insurances):
        """The statement of :meth:`_late`.

        Money and credit notes that are not matched yet are taken off what is oldest first, but
        for money that is for something else. A small remainder makes nothing old. What is
        disputed, in a payment plan, pledged or not followed up counts: an insurer asks about the
        debtor, not about us. Costs and interest that we claim are never covered.
        """
        return SQL(
            """WITH %(open)s, %(holds)s, %(limits)s, %(cover)s
               SELECT insurance_id, partner_id,
                      (array_agg(move_id ORDER BY due, id) FILTER (WHERE rest > %(small)s))[1],
                      min(due) FILTER (WHERE rest > %(small)s),
                      round(sum(worth), decimals), max(cap), count(DISTINCT move_id),
                      round(sum(worth * contested), decimals),
                      round(sum(worth * in_plan), decimals),
                      round(sum(worth * pledged), decimals)
                 FROM covered
             GROUP BY insurance_id, partner_id, decimals
               HAVING bool_or(rest > %(small)s)
             ORDER BY insurance_id, partner_id""",
            open=self._open_sql(company, day),
            holds=self._holds_sql(company, day),
            limits=self._limits_sql(insurances),
            cover=self._cover_sql(company, day, insurances),
            small=max(company.dunning_write_off_limit, 0),
        )

    @api.model
    def _open_sql(self, company, day):
        """Parts of the statement: what is overdue of each invoice (``late``), credits taken off.

        ``rest`` is in the company's currency, ``own`` in the invoice's.
        """
        return SQL(
            """line AS (
                   SELECT partner.commercial_partner_id AS partner_id, line.id, line.move_id,
                          line.currency_id, coalesce(line.date_maturity, line.date) AS due,
                          coalesce(move.invoice_date, line.date) AS dated,
                          line.amount_residual AS amount,
                          abs(line.amount_residual_currency) AS own,
                          move.dunning_charge_id
                     FROM account_move_line line
                     JOIN account_move move ON move.id = line.move_id
                     JOIN res_partner partner ON partner.id = line.partner_id
                    WHERE line.company_id = %(company)s
                      AND line.account_id = ANY(%(accounts)s)
                      AND line.parent_state = 'posted'
                      AND (line.reconciled IS NULL OR line.reconciled = false
                           OR line.reconciled IS NOT TRUE)
                      AND line.amount_residual <> 0),
               credit AS (
                   SELECT partner_id, -sum(amount) AS amount
                     FROM line
                    WHERE amount < 0 AND id <> ALL(%(set_aside)s)
                 GROUP BY partner_id),
               running AS (
                   SELECT line.*, coalesce(credit.amount, 0) AS credit,
                          sum(line.amount) OVER (PARTITION BY line.partner_id
                                                 ORDER BY line.due, line.id) AS upto,
                          sum(line.own) OVER (PARTITION BY line.move_id
                                              ORDER BY line.due, line.id) AS own_upto
                     FROM line
                LEFT JOIN credit ON credit.partner_id = line.partner_id
                    WHERE line.amount > 0 AND line.due < %(day)s AND line.dunning_charge_id IS NULL),
               late AS (
                   SELECT running.*, least(amount, upto - credit) AS rest
                     FROM running
                    WHERE upto > credit)""",
            company=company.id,
            accounts=self.env["dunning.ledger"]._accounts_sql(),
            day=day,
            set_aside=self._set_aside(company),
        )

    @api.model
    def _set_aside(self, company):
        """Money that is for something else than what is open: ids of journal items."""
        debtors = self.env["dunning.debtor"].search([("company_id", "=", company.id)])
        return self.env["dunning.money"]._set_aside([company.id], debtors.partner_id.ids)

    @api.model
    def _holds_sql(self, company, day):
        """Part of the statement: what is contested or in a plan, by line or by invoice."""
        return SQL(
            """hold AS (
                   SELECT coalesce(item.line_id, 0) AS line_id,
                          CASE WHEN item.id IS NULL THEN hold.move_id END AS move_id,
                          bool_or(hold.kind = 'plan') AS in_plan,
                          bool_or(hold.kind = 'dispute' AND coalesce(hold.amount, 0) = 0) AS whole,
                          coalesce(sum(hold.amount) FILTER (WHERE hold.kind = 'dispute'), 0)
                              AS amount
                     FROM dunning_hold hold
                LEFT JOIN dunning_item item ON item.id = hold.item_id
                    WHERE hold.company_id = %(company)s
                      AND hold.kind IN ('dispute', 'plan')
                      AND hold.released_on IS NULL AND hold.proposed IS NOT TRUE
                      AND (hold.date_until IS NULL OR hold.date_until >= %(day)s)
                 GROUP BY 1, 2)""",
            company=company.id,
            day=day,
        )

    @api.model
    def _limits_sql(self, insurances):
        """Parts of the statement: limits of debtors, and since when one had its ``first``."""
        return SQL(
            """cap AS (
                   SELECT cap.insurance_id, partner.commercial_partner_id AS partner_id,
                          cap.amount, coalesce(cap.valid_from, '-infinity'::date) AS since,
                          coalesce(cap.valid_until, 'infinity'::date) AS until
                     FROM receivable_insurance_limit cap
                     JOIN res_partner partner ON partner.id = cap.partner_id
                    WHERE cap.insurance_id = ANY(%(insurances)s)),
               first AS (
                   SELECT insurance_id, partner_id, min(since) AS since
                     FROM cap GROUP BY insurance_id, partner_id)""",
            insurances=insurances.ids,
        )

    @api.model
    def _cover_sql(self, company, day, insurances):
        """Part of the statement: which of ``late`` each insurance covers, and up to what.

        An invoice is covered by its date. Who never had a limit of its own by then is in the
        blind cover. Where a debtor has invoices under two limits, the larger is shown.
        """
        return SQL(
            """covered AS (
                   SELECT DISTINCT ON (insurance.id, late.id)
                          insurance.id AS insurance_id, late.partner_id, late.id, late.move_id,
                          late.due, late.rest, currency.decimal_places AS decimals,
                          coalesce(cap.amount, insurance.others_amount) AS cap,
                          (late.rest / late.amount
                              * CASE WHEN late.currency_id = insurance.currency_id THEN late.own
                                     ELSE late.amount * rate.rate END)::numeric AS worth,
                          CASE WHEN of_line.whole OR of_move.whole THEN 1
                               WHEN late.own = 0 THEN 0
                               ELSE least(1, (coalesce(of_line.amount, 0) + greatest(least(late.own,
                                   coalesce(of_move.amount, 0) - late.own_upto + late.own), 0))
                                   / late.own) END AS contested,
                          coalesce(of_line.in_plan OR of_move.in_plan, false)::int AS in_plan,
                          (EXISTS (SELECT FROM receivable_pledge pledge
                                    WHERE pledge.move_id = late.move_id
                                      AND pledge.state = 'pledged'))::int AS pledged
                     FROM late
                     JOIN receivable_insurance insurance
                          ON insurance.id = ANY(%(insurances)s)
                         AND late.dated >= coalesce(insurance.valid_from, '-infinity'::date)
                         AND late.dated <= coalesce(insurance.valid_until, 'infinity'::date)
                     JOIN res_currency currency ON currency.id = insurance.currency_id
                     JOIN %(rates)s AS rate (insurance_id, rate)
                          ON rate.insurance_id = insurance.id
                     JOIN res_partner partner ON partner.id = late.partner_id
                LEFT JOIN dunning_debtor debtor
                          ON debtor.company_id = %(company)s AND debtor.partner_id = partner.id
                LEFT JOIN cap ON cap.insurance_id = insurance.id
                             AND cap.partner_id = late.partner_id
                             AND late.dated BETWEEN cap.since AND cap.until
                LEFT JOIN first ON first.insurance_id = insurance.id
                               AND first.partner_id = late.partner_id
                               AND first.since <= late.dated
                LEFT JOIN hold of_line ON of_line.line_id = late.id
                LEFT JOIN hold of_move ON of_move.move_id = late.move_id
                    WHERE cap.amount IS NOT NULL
                       OR insurance.others_amount > 0 AND first.since IS NULL
                          AND coalesce(debtor.kind, CASE WHEN partner.is_company
                              OR partner.vat IS NOT NULL THEN 'business' ELSE 'consumer' END)
                              <> 'consumer'
                          AND NOT EXISTS (SELECT FROM res_company own
                                           WHERE own.partner_id = late.partner_id)
                 ORDER BY insurance.id, late.id, cap.amount DESC NULLS LAST)""",
            company=company.id,
            insurances=insurances.ids,
            rates=self._rates_sql(company, day, insurances),
        )
