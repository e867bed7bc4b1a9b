from odoo import api, fields, models
from odoo.tools import SQL

from .collection_case import OUTCOMES
from .collection_handover import LIVE

ROUTES = [
    ("own", "Our Own Follow-up"),
    ("bailiff", "Bailiff"),
    ("lawyer", "Lawyer"),
    ("agency", "Collection Agency"),
]
#: Ratios: what is divided by what, over all rows of a group or over those that are over.
RATIOS = {
    "success": ("recovered", "handed_over", 100, False),
    "success_closed": ("recovered", "handed_over", 100, True),
    "cost_per_euro": ("costs", "recovered", 1, False),
}


class CollectionAgentResult(models.Model):
    """What came of each handover and what it cost; beside it, cases that no office ever had.

    Nothing is stored: rows are read from handovers, what offices told, and the ledger, in one
    statement. Amounts are in the company's currency; see :attr:`.CollectionHandover.rate`.
    """

    _name = "collection.agent.result"
    _description = "Offices Compared"
    _auto = False
    _order = "since desc, id desc"
    _rec_name = "case_id"

    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    route = fields.Selection(
        ROUTES,
        readonly=True,
        help="Who collected. Our own follow-up: cases that no office ever had.",
    )
    agent_id = fields.Many2one("collection.agent", "Office", readonly=True)
    handover_id = fields.Many2one("collection.handover", readonly=True)
    case_id = fields.Many2one("collection.case", readonly=True)
    debtor_id = fields.Many2one("dunning.debtor", readonly=True)
    since = fields.Date(readonly=True, help="When it was handed over; of our own: opened.")
    closed = fields.Boolean(
        "Ended",
        readonly=True,
        help="The case is closed here or at the office, or was recalled.",
    )
    open_count = fields.Integer("Open Cases", readonly=True)
    outcome = fields.Selection(OUTCOMES, readonly=True, help="Of the case.")
    handed_over = fields.Monetary(
        readonly=True,
        aggregator="sum",
        help="What was owed on that day, costs and interest included; of our own: the invoices. "
        "Other currencies at the rate of that day. What an office refused is not counted.",
    )
    collected = fields.Monetary(
        "Collected There",
        readonly=True,
        aggregator="sum",
        help="What debtors paid to the office, as it tells: in its bookings or with what it paid "
        "out, whichever is more.",
    )
    direct = fields.Monetary(
        "Paid to Us",
        readonly=True,
        aggregator="sum",
        help="What debtors paid to us on its invoices since that day, as the ledger has it.",
    )
    recovered = fields.Monetary(
        readonly=True, aggregator="sum", help="Collected there and paid to us, together."
    )
    paid_out = fields.Monetary(
        "Paid Out to Us", readonly=True, aggregator="sum", help="As the office tells."
    )
    costs = fields.Monetary(
        "Costs to Us",
        readonly=True,
        aggregator="sum",
        help="What the office kept, or booked at our expense where that is more: the same costs "
        "are often told both ways. VAT counts where the company can't deduct it. Of our own "
        "follow-up what its messages cost by the settings; 0 while no costs are set.",
    )
    agreed_fee = fields.Monetary(
        "At the Agreed Percentage",
        readonly=True,
        aggregator="sum",
        help="What was recovered times the percentage that is agreed with the office; of our own: "
        "times the lowest that is agreed with any office, which is what it would have cost there.",
    )
    success = fields.Float(
        "Recovered, %",
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
        help="Recovered, of what was handed over. Of a group: of its sums.",
    )
    success_closed = fields.Float(
        "Recovered of What Is Over, %",
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
        help="The same, of what is over alone: what is young has had no time yet.",
    )
    cost_per_euro = fields.Float(
        "Cost per Recovered Euro",
        readonly=True,
        aggregator="avg",
        digits=(16, 3),
        help="Costs to us, divided by what was recovered. Empty where nothing was.",
    )
    days_first = fields.Integer(
        "Days to First Money",
        readonly=True,
        aggregator="avg",
        help="From that day to the first payment, there or to us. Empty: none yet.",
    )

    @api.depends("case_id.name", "agent_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for row in self:
            who = row.agent_id.display_name or self.env._("our own follow-up")
            row.display_name = f"{row.case_id.name}: {who}"

    def _read_group_select(self, aggregate_spec, query):
        """Ratios of groups are of their sums, not the mean of ratios; of nothing there is none."""
        name, _colon, function = aggregate_spec.partition(":")
        if name not in RATIOS or function != "avg":
            return super()._read_group_select(aggregate_spec, query)
        above, below, times, closed = RATIOS[name]
        above, below, over = (
            self._field_to_sql(self._table, each, query) for each in (above, below, "closed")
        )
        only = SQL("FILTER (WHERE %s)", over) if closed else SQL()
        return SQL("sum(%s) %s * %s / nullif(sum(%s) %s, 0)", above, only, times, below, only)

    # -- the statement ---------------------------------------------------------------------------------

    @property
    def _table_query(self):
        return SQL(
            """WITH money AS (%s), told AS (%s), result AS (%s UNION ALL %s)
               SELECT result.*,
                      CASE WHEN closed THEN 0 ELSE 1 END AS open_count,
                      coalesce(recovered * 100 / nullif(handed_over, 0), 0) AS success,
                      CASE WHEN closed THEN coalesce(recovered * 100 / nullif(handed_over, 0), 0)
                       END AS success_closed,
                      costs / nullif(recovered, 0) AS cost_per_euro
                 FROM result""",
            self._money_sql(),
            self._told_sql(),
            self._handovers_sql(),
            self._own_sql(),
        )

    @api.model
    def _money_sql(self):
        """What was set against the invoices of cases in the ledger, in the company's currency.

        Whether it is money that the debtor paid to us: what an office paid out is none.
        """
        return SQL(
            """SELECT part.case_id, partial.max_date AS day, partial.amount,
                      (move.origin_payment_id IS NOT NULL OR move.statement_line_id IS NOT NULL
                       OR journal.type IN ('bank', 'cash', 'credit'))
                      AND move.move_type = 'entry'
                      AND NOT EXISTS (SELECT FROM collection_remittance remittance
                                       WHERE remittance.state = 'matched'
                                         AND remittance.statement_line_id = move.statement_line_id)
                      AND NOT EXISTS (SELECT FROM collection_agent office
                                        JOIN res_partner own ON own.id = office.partner_id
                                       WHERE office.company_id = item.company_id
                                         AND own.commercial_partner_id
                                             = move.commercial_partner_id)
                      AS direct
                 FROM collection_case_line part
                 JOIN dunning_item item ON item.id = part.item_id
                 JOIN account_partial_reconcile partial ON partial.debit_move_id = item.line_id
                 JOIN account_move_line other ON other.id = partial.credit_move_id
                 JOIN account_move move ON move.id = other.move_id
                 JOIN account_journal journal ON journal.id = move.journal_id
                WHERE part.left_on IS NULL OR partial.max_date <= part.left_on"""
        )

    @api.model
    def _told_sql(self):
        """What offices told of each handover, in the currency of the case.

        What was told of a package that another took the place of belongs to that one.
        """
        return SQL(
            """SELECT coalesce(heir.id, line.handover_id) AS handover_id,
                      greatest(
                          coalesce(sum((line."values"->>'collected')::numeric)
                                   FILTER (WHERE kind = 'remittance'), 0),
                          coalesce(-sum(line.amount) FILTER (
                              WHERE kind = 'booking' AND charged_to = 'debtor'
                                AND code IN ('payment', 'payment_reversal')), 0)) AS collected,
                      coalesce(sum(line.amount) FILTER (WHERE kind = 'remittance'), 0) AS paid_out,
                      greatest(
                          coalesce(sum((line."values"->>'withheld')::numeric)
                                   FILTER (WHERE kind = 'remittance'), 0),
                          coalesce(sum(line.amount) FILTER (WHERE %(ours)s), 0)) AS kept,
                      greatest(
                          coalesce(sum((line."values"->>'withheld_vat')::numeric)
                                   FILTER (WHERE kind = 'remittance'), 0),
                          coalesce(sum((line."values"->>'vat')::numeric) FILTER (WHERE %(ours)s), 0))
                      AS vat,
                      min(line.day) FILTER (WHERE kind = 'remittance'
                                          OR kind = 'booking' AND code = 'payment') AS first
                 FROM collection_feedback_line line
                 JOIN collection_handover old ON old.id = line.handover_id
            LEFT JOIN LATERAL (SELECT newer.id FROM collection_handover newer
                                WHERE old.state = 'replaced' AND newer.case_id = old.case_id
                                  AND newer.agent_id = old.agent_id
                                  AND newer.revision > old.revision
                                  AND newer.function = 'replacement'
                                  AND newer.state NOT IN ('replaced', 'rejected')
                                  AND newer.test IS NOT TRUE
                             ORDER BY newer.revision LIMIT 1) heir ON TRUE
                WHERE result = 'applied' AND kind IN ('remittance', 'booking')
             GROUP BY coalesce(heir.id, line.handover_id)""",
            ours=SQL(
                """kind = 'booking' AND charged_to = 'creditor' AND code NOT IN ('payment',
                   'payment_reversal', 'payment_to_creditor', 'waiver', 'correction')"""
            ),
        )

    @api.model
    def _handovers_sql(self):
        """A row for each real package that an office did not refuse and that is not replaced."""
        return SQL(
            """SELECT handover.id * 2 AS id, handover.company_id, agent.kind AS route,
                      handover.agent_id, handover.id AS handover_id, handover.case_id,
                      handover.debtor_id, began.day AS since,
                      (handover.state NOT IN %(live)s OR handover.agent_closure IS NOT NULL
                       OR own.phase = 'closed') AS closed,
                      own.outcome, handover.total * handover.rate AS handed_over,
                      coalesce(told.collected, 0) * handover.rate AS collected, paid.direct,
                      coalesce(told.collected, 0) * handover.rate + paid.direct AS recovered,
                      coalesce(told.paid_out, 0) * handover.rate AS paid_out,
                      (coalesce(told.kept, 0) + CASE WHEN company.dunning_cannot_deduct
                          THEN coalesce(told.vat, 0) ELSE 0 END) * handover.rate AS costs,
                      (coalesce(told.collected, 0) * handover.rate + paid.direct)
                          * coalesce(agent.fee_percent, 0) / 100 AS agreed_fee,
                      CASE WHEN least(told.first, paid.first) IS NOT NULL
                           THEN greatest(least(told.first, paid.first) - began.day, 0)
                       END AS days_first
                 FROM collection_handover handover
                 JOIN collection_agent agent ON agent.id = handover.agent_id
                 JOIN collection_case own ON own.id = handover.case_id
                 JOIN res_company company ON company.id = handover.company_id
         JOIN LATERAL (SELECT coalesce(min(old.day), handover.day) AS day
                         FROM collection_handover old
                        WHERE old.state = 'replaced' AND old.case_id = handover.case_id
                          AND old.agent_id = handover.agent_id
                          AND old.test IS NOT TRUE AND old.revision < handover.revision
                          -- Of its own chain: what was recalled between began another.
                          AND NOT EXISTS (SELECT FROM collection_handover mid
                                           WHERE mid.case_id = old.case_id
                                             AND mid.agent_id = old.agent_id
                                             AND mid.revision > old.revision
                                             AND mid.revision < handover.revision
                                             AND mid.function IN ('original', 'replacement')
                                             AND mid.state <> 'replaced')) began ON TRUE
            LEFT JOIN told ON told.handover_id = handover.id
         JOIN LATERAL (SELECT coalesce(sum(money.amount), 0) AS direct, min(money.day) AS first
                         FROM money
                        WHERE money.case_id = handover.case_id AND money.direct
                          AND money.day >= began.day
                          AND (handover.recalled_on IS NULL OR money.day < handover.recalled_on)
                      ) paid ON TRUE
                WHERE handover.test IS NOT TRUE AND handover.state <> 'rejected'
                  AND (handover.state <> 'replaced' OR NOT EXISTS (
                       SELECT FROM collection_handover heir
                        WHERE heir.case_id = handover.case_id
                          AND heir.agent_id = handover.agent_id
                          AND heir.revision > handover.revision
                          AND heir.function = 'replacement' AND heir.test IS NOT TRUE
                          AND heir.state NOT IN ('rejected', 'replaced')))
                  AND handover.function IN ('original', 'replacement')""",
            live=LIVE,
        )

    @api.model
    def _own_sql(self):
        """A row for each case that no office ever had."""
        return SQL(
            """SELECT own.id * 2 + 1, own.company_id, 'own', NULL::int, NULL::int, own.id,
                      own.debtor_id, own.opened_on, own.phase = 'closed', own.outcome,
                      claim.amount - paid.before, 0, paid.direct, paid.direct, 0, spent.amount,
                      paid.direct * coalesce(
                          (SELECT min(fee_percent) FROM collection_agent
                            WHERE company_id = own.company_id AND active AND fee_percent > 0
                              AND test_mode IS NOT TRUE), 0) / 100,
                      paid.first - own.opened_on
                 FROM collection_case own
         JOIN LATERAL (SELECT coalesce(sum(line.balance), 0) AS amount
                         FROM collection_case_line part
                         JOIN dunning_item item ON item.id = part.item_id
                         JOIN account_move_line line ON line.id = item.line_id
                        WHERE part.case_id = own.id) claim ON TRUE
         JOIN LATERAL (SELECT coalesce(sum(money.amount) FILTER (
                                  WHERE money.day < own.opened_on), 0) AS before,
                              coalesce(sum(money.amount) FILTER (
                                  WHERE money.direct AND money.day >= own.opened_on), 0) AS direct,
                              min(money.day) FILTER (
                                  WHERE money.direct AND money.day >= own.opened_on) AS first
                         FROM money WHERE money.case_id = own.id) paid ON TRUE
         JOIN LATERAL (SELECT coalesce(sum(%(cost)s), 0) AS amount
                         FROM dunning_notice notice
                         JOIN res_company company ON company.id = notice.company_id
                        WHERE notice.case_id = own.id
                          AND notice.state IN ('sent', 'returned')) spent ON TRUE
                WHERE own.outcome IS DISTINCT FROM 'recalled'
                  AND NOT EXISTS (SELECT FROM collection_handover handover
                                   WHERE handover.case_id = own.id
                                     AND handover.test IS NOT TRUE
                                     AND handover.state <> 'rejected')""",
            cost=self.env["res.company"]._dunning_message_cost_sql("notice", "company"),
        )


class CollectionHandover(models.Model):
    """What was handed over in the currency of the company."""

    _inherit = "collection.handover"  # pylint: disable=consider-merging-classes-inherited

    rate = fields.Float(
        compute="_compute_rate",
        store=True,
        digits=0,
        help="What one unit of the currency of the case was worth in the company's on its day.",
    )

    @api.depends("currency_id", "company_id", "day")
    def _compute_rate(self):
        for handover in self:
            own = handover.company_id.currency_id
            handover.rate = handover.currency_id._get_conversion_rate(
                handover.currency_id, own, handover.company_id, handover.day
            )


class CollectionAgent(models.Model):
    """What came of what an office got."""

    _inherit = "collection.agent"  # pylint: disable=consider-merging-classes-inherited

    fee_percent = fields.Float(
        "Agreed Fee, %",
        digits=(16, 2),
        help="Of what is recovered, as agreed with the office. Only to compare; 0: none.",
    )
    open_cases = fields.Integer(compute="_compute_results")
    success = fields.Float(
        "Recovered, %",
        compute="_compute_results",
        digits=(16, 1),
        help="Recovered, of all that it got.",
    )
    cost_per_euro = fields.Float(
        "Cost per Recovered Euro", compute="_compute_results", digits=(16, 3)
    )
    cost_known = fields.Boolean(compute="_compute_results")

    _fee_in_bounds = models.Constraint(
        "CHECK(fee_percent >= 0 AND fee_percent <= 100)", "A fee is from 0 to 100 %."
    )

    def _compute_results(self):
        self.env.flush_all()
        found = {
            agent.id: rest
            for agent, *rest in self.env["collection.agent.result"]._read_group(
                [("agent_id", "in", self.ids)],
                ["agent_id"],
                ["open_count:sum", "success:avg", "cost_per_euro:avg", "recovered:sum"],
            )
        }
        for agent in self:
            agent.open_cases, agent.success, cost, recovered = found.get(agent.id, (0, 0, 0, 0))
            agent.cost_per_euro, agent.cost_known = cost, bool(recovered)

    def action_results(self):
        """What came of each handover to these offices."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("payt_dunning.action_agent_results")
        return {**action, "domain": [("agent_id", "in", self.ids)], "context": {}}
