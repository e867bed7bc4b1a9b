from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.tools import SQL, split_every

from ..rules.behaviour import Figures
from ..tools import exact

#: Of how many debtors figures are read in one go.
BATCH = 50_000
#: Read as floats, as Odoo has amounts.
AMOUNTS = ("paid", "late_days_paid", "overdue", "contested", "in_plan", "open")
PAID = ("invoices", "documents", "late", "late_days", "paid", "late_days_paid")
OPEN = ("overdue", "overdue_days", "contested", "in_plan", "open")
KEPT = ("promises_kept", "promises_broken", "plans_kept", "plans_broken")
KEPT += ("disputes_open", "disputes_right", "disputes_wrong")


class DunningBehaviour(models.AbstractModel):
    """How debtors pay, read from the ledger and our own records: three statements for any number."""

    _name = "dunning.behaviour.measure"
    _description = "Figures of How Debtors Pay"

    @api.model
    def _measured(self, company, partner_ids):
        """Figures of commercial partners in a company as they are now.

        :return: ``{partner id: Figures}``; of those about whom nothing is known, empty ones
        """
        self.env.flush_all()
        # PostgreSQL takes these for dearer than they are, and would compile them for seconds.
        self.env.cr.execute("SET LOCAL jit = off")
        day = self.env["dunning.message"]._today(company)
        found = {partner_id: {} for partner_id in partner_ids}
        for ids in split_every(BATCH, list(found), list):
            for names, query in (
                (PAID, self._paid_sql(company, day, ids)),
                (OPEN, self._open_sql(company, day, ids)),
                (KEPT, self._kept_sql(company, day, ids)),
            ):
                for partner_id, *values in self.env.execute_query(query):
                    found[partner_id].update(
                        (name, exact(value) if name in AMOUNTS else value)
                        for name, value in zip(names, values, strict=True)
                    )
        for partner_id, ordered in self._more_exposure(company, list(found)).items():
            found[partner_id]["ordered"] = ordered
        return {partner_id: Figures(**values) for partner_id, values in found.items()}

    @api.model
    def _more_exposure(self, company, partner_ids):
        """What is at risk beside what is in the ledger: ``{partner id: Decimal}``.

        In the company's currency. Add-ons with orders say it.
        """
        return {}

    @api.model
    def _since(self, company, day):
        """The first day that counts, unless a debtor's history began anew."""
        return day - relativedelta(months=company.dunning_behaviour_months)

    @api.model
    def _since_sql(self, company, day):
        """The first day that counts for a debtor, of ``behaviour`` (left joined)."""
        return SQL(
            "greatest(%s::date, behaviour.reset_on)",
            self._since(company, day),
        )

    @api.model
    def _paid_sql(self, company, day, partner_ids):
        """Instalments of invoices that were paid, and how late.

        Each payment counts for its amount and the day it came on. Credit notes are no payments,
        exchange differences neither. What was written off counts as late as the day it was given
        up on; an invoice of which at most a twentieth was, is as late as its last money. While a
        dispute was open in which the debtor was right no days count of what it was about.
        """
        return SQL(
            """WITH contested AS (
                       SELECT dispute.move_id, array_agg(dispute.opened_on::date) AS firsts,
                              array_agg(dispute.decided_on::date) AS lasts,
                              array_agg(CASE WHEN dispute.scope = 'whole' THEN 1 ELSE
                                  least(1, dispute.amount / nullif(move.amount_total, 0)) END)
                                  AS shares
                         FROM dunning_dispute dispute
                         JOIN account_move move ON move.id = dispute.move_id
                        WHERE dispute.company_id = %(company)s
                          AND dispute.state IN ('accepted', 'partly')
                          AND dispute.decided_on IS NOT NULL
                     GROUP BY dispute.move_id),
                    part AS (
                       SELECT partner.commercial_partner_id AS partner_id, line.id AS line_id,
                              line.move_id, line.reconciled, match.amount,
                              match.max_date - line.date_maturity AS late,
                              CASE WHEN contested.move_id IS NULL THEN 0 ELSE (
                                  SELECT sum(share * greatest(least(match.max_date, last)
                                      - greatest(line.date_maturity, first), 0))
                                    FROM unnest(contested.firsts, contested.lasts,
                                                contested.shares) AS one (first, last, share)
                                  ) END AS excused,
                              NOT (journal.type = 'general' AND EXISTS (
                                  SELECT FROM account_move_line other
                                    JOIN account_account account ON account.id = other.account_id
                                   WHERE other.move_id = paying.id
                                     AND split_part(account.account_type, '_', 1)
                                         IN ('income', 'expense')))
                                  AS money
                         FROM account_move_line line
                         JOIN account_move invoice ON invoice.id = line.move_id
                         JOIN res_partner partner ON partner.id = line.partner_id
                         JOIN account_partial_reconcile match ON match.debit_move_id = line.id
                         JOIN account_move_line credit ON credit.id = match.credit_move_id
                         JOIN account_move paying ON paying.id = credit.move_id
                         JOIN account_journal journal ON journal.id = paying.journal_id
                    LEFT JOIN dunning_behaviour behaviour
                           ON behaviour.company_id = line.company_id
                          AND behaviour.partner_id = partner.commercial_partner_id
                    LEFT JOIN contested ON contested.move_id = line.move_id
                        WHERE line.company_id = %(company)s
                          AND partner.commercial_partner_id = ANY(%(partners)s)
                          AND line.display_type = 'payment_term'
                          AND line.parent_state = 'posted'
                          AND invoice.move_type IN ('out_invoice', 'out_receipt')
                          AND line.date_maturity >= %(since)s
                          AND match.max_date <= %(day)s
                          AND match.debit_amount_currency <> 0
                          AND paying.move_type <> 'out_refund'),
                    own AS (
                       SELECT partner_id, line_id, move_id, reconciled, sum(amount) AS amount,
                              sum(amount * days) AS late_amount,
                              CASE WHEN 20 * sum(amount) FILTER (WHERE money) >= 19 * sum(amount)
                                   THEN max(days) FILTER (WHERE money) ELSE max(days) END AS days
                         FROM (SELECT part.*, CASE WHEN late > 0 THEN greatest(late - excused, 0)
                                                   ELSE late END AS days
                                 FROM part) AS part
                     GROUP BY partner_id, line_id, move_id, reconciled)
               SELECT partner_id, count(*) FILTER (WHERE reconciled),
                      count(DISTINCT move_id) FILTER (WHERE reconciled),
                      count(*) FILTER (WHERE reconciled AND days > %(tolerance)s),
                      round(coalesce(sum(days) FILTER (WHERE reconciled), 0))::int,
                      sum(amount), sum(late_amount)
                 FROM own
             GROUP BY partner_id""",
            company=company.id,
            partners=list(partner_ids),
            since=self._since_sql(company, day),
            day=day,
            tolerance=company.dunning_behaviour_tolerance,
        )

    @api.model
    def _open_sql(self, company, day, partner_ids):
        """What is open now, and overdue of that, in the company's currency.

        Money and credit notes that are not matched yet are taken off the oldest first, but for
        money that is for something else (:meth:`~.dunning_money.DunningMoney._set_aside`). A small remainder makes nothing
        old.
        """
        return SQL(
            """WITH hold AS (
                       SELECT coalesce(item.line_id, 0) AS line_id,
                              CASE WHEN item.id IS NULL THEN hold.move_id END AS move_id,
                              bool_or(hold.kind = 'plan') AS in_plan,
                              bool_or(hold.kind = 'dispute' AND coalesce(hold.amount, 0) = 0)
                                  AS everything,
                              coalesce(sum(hold.amount) FILTER (WHERE hold.kind = 'dispute'), 0)
                                  AS amount
                         FROM dunning_hold hold
                    LEFT JOIN dunning_item item ON item.id = hold.item_id
                        WHERE hold.company_id = %(company)s
                          AND hold.kind IN ('dispute', 'plan')
                          AND hold.released_on IS NULL AND hold.proposed IS NOT TRUE
                          AND (hold.date_until IS NULL OR hold.date_until >= %(day)s)
                     GROUP BY 1, 2),
                    line AS (
                       SELECT partner.commercial_partner_id AS partner_id, line.id, line.move_id,
                              coalesce(line.date_maturity, line.date) AS due,
                              line.amount_residual AS amount,
                              abs(line.amount_residual_currency) AS own,
                              sum(abs(line.amount_residual_currency)) OVER (
                                  PARTITION BY line.move_id
                                  ORDER BY coalesce(line.date_maturity, line.date), line.id) AS upto
                         FROM account_move_line line
                         JOIN res_partner partner ON partner.id = line.partner_id
                        WHERE line.company_id = %(company)s
                          AND partner.commercial_partner_id = ANY(%(partners)s)
                          AND line.account_id = ANY(%(accounts)s)
                          AND line.parent_state = 'posted'
                          AND (line.reconciled IS NULL OR line.reconciled = false
                               OR line.reconciled IS NOT TRUE)
                          AND line.amount_residual <> 0),
                    overdue AS (
                       SELECT line.partner_id, line.id, line.due, line.amount,
                              coalesce(of_line.in_plan OR of_move.in_plan, false) AS in_plan,
                              line.amount * CASE
                                  WHEN line.own = 0 THEN 0
                                  WHEN of_line.everything OR of_move.everything THEN 1
                                  ELSE least(1, (coalesce(of_line.amount, 0)
                                      + greatest(least(line.own, coalesce(of_move.amount, 0)
                                                       - (line.upto - line.own)), 0)) / line.own)
                                  END AS contested
                         FROM line
                    LEFT JOIN hold of_line ON of_line.line_id = line.id
                    LEFT JOIN hold of_move ON of_move.move_id = line.move_id
                        WHERE line.amount > 0 AND line.due < %(day)s),
                    free AS (
                       SELECT partner_id, id, due,
                              CASE WHEN in_plan THEN amount ELSE 0 END AS in_plan,
                              CASE WHEN in_plan THEN 0 ELSE contested END AS contested,
                              CASE WHEN in_plan THEN 0 ELSE amount - contested END AS amount
                         FROM overdue),
                    credit AS (
                       SELECT partner_id, sum(amount) AS open,
                              -coalesce(sum(amount) FILTER (
                                  WHERE amount < 0 AND id <> ALL(%(set_aside)s)), 0) AS amount
                         FROM line
                     GROUP BY partner_id),
                    running AS (
                       SELECT free.*, credit.amount AS credit,
                              sum(free.amount) OVER (PARTITION BY free.partner_id
                                                     ORDER BY free.due, free.id) AS upto
                         FROM free
                         JOIN credit ON credit.partner_id = free.partner_id)
               SELECT credit.partner_id,
                      round(coalesce(late.overdue, 0), %(digits)s), late.days,
                      round(coalesce(late.contested, 0), %(digits)s),
                      round(coalesce(late.in_plan, 0), %(digits)s),
                      round(credit.open, %(digits)s)
                 FROM credit
            LEFT JOIN (SELECT partner_id, greatest(sum(amount) - min(credit), 0) AS overdue,
                              %(day)s - min(due) FILTER (WHERE amount > %(small)s
                                                           AND upto > credit) AS days,
                              sum(contested) AS contested, sum(in_plan) AS in_plan
                         FROM running
                     GROUP BY partner_id) late ON late.partner_id = credit.partner_id""",
            company=company.id,
            partners=list(partner_ids),
            accounts=self.env["dunning.ledger"]._accounts_sql(),
            day=day,
            digits=company.currency_id.decimal_places,
            small=max(company.dunning_write_off_limit, 0),
            set_aside=self.env["dunning.money"]._set_aside([company.id], partner_ids),
        )

    @api.model
    def _kept_sql(self, company, day, partner_ids):
        """Promises, payment plans and disputes of debtors, by what became of them."""
        return SQL(
            """WITH debtor AS (
                       SELECT debtor.id, debtor.partner_id, %(since)s AS since
                         FROM dunning_debtor debtor
                    LEFT JOIN dunning_behaviour behaviour
                           ON behaviour.company_id = debtor.company_id
                          AND behaviour.partner_id = debtor.partner_id
                        WHERE debtor.company_id = %(company)s
                          AND debtor.partner_id = ANY(%(partners)s)),
                    found AS (
                       SELECT debtor.partner_id, 'promise_' || promise.state AS what
                         FROM debtor
                         JOIN dunning_promise promise ON promise.debtor_id = debtor.id
                        WHERE promise.state IN ('kept', 'broken')
                          AND promise.date >= debtor.since
                    UNION ALL
                       SELECT debtor.partner_id, 'plan_' || plan.state
                         FROM debtor
                         JOIN dunning_payment_plan plan ON plan.debtor_id = debtor.id
                        WHERE plan.state IN ('completed', 'lapsed')
                          AND plan.ended_on >= debtor.since
                    UNION ALL
                       SELECT debtor.partner_id, 'dispute_' || dispute.state
                         FROM debtor
                         JOIN dunning_dispute dispute ON dispute.debtor_id = debtor.id
                        WHERE dispute.state = 'open'
                           OR (dispute.state IN ('accepted', 'partly', 'rejected')
                               AND dispute.decided_on >= debtor.since))
               SELECT partner_id,
                      count(*) FILTER (WHERE what = 'promise_kept'),
                      count(*) FILTER (WHERE what = 'promise_broken'),
                      count(*) FILTER (WHERE what = 'plan_completed'),
                      count(*) FILTER (WHERE what = 'plan_lapsed'),
                      count(*) FILTER (WHERE what = 'dispute_open'),
                      count(*) FILTER (WHERE what IN ('dispute_accepted', 'dispute_partly')),
                      count(*) FILTER (WHERE what = 'dispute_rejected')
                 FROM found
             GROUP BY partner_id""",
            company=company.id,
            partners=list(partner_ids),
            since=self._since_sql(company, day),
        )

    @api.model
    def _known(self, company):
        """Ids of all commercial partners of which something can be said in a company."""
        self.env.flush_all()
        return [
            partner_id
            for (partner_id,) in self.env.execute_query(
                SQL(
                    """SELECT partner_id FROM dunning_behaviour WHERE company_id = %(company)s
                        UNION
                       SELECT partner.commercial_partner_id
                         FROM res_partner partner
                        WHERE EXISTS (SELECT FROM account_move_line line
                                       WHERE line.partner_id = partner.id
                                         AND line.company_id = %(company)s
                                         AND line.account_id = ANY(%(accounts)s)
                                         AND line.parent_state = 'posted'
                                         AND (line.reconciled IS NOT TRUE
                                              OR line.date_maturity >= %(since)s))
                     ORDER BY 1""",
                    company=company.id,
                    accounts=self.env["dunning.ledger"]._accounts_sql(),
                    since=self._since(company, self.env["dunning.message"]._today(company)),
                )
            )
        ]
