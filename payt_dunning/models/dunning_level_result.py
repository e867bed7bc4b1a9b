from odoo import fields, models
from odoo.tools import SQL

from .dunning_level import PHASES
from .dunning_ratio import ratio_sql

#: A payment counts for the level before it when it came within so many days.
WITHIN = 30
RATIOS = {"share": ("recovered", "asked")}


class DunningLevelResult(models.Model):
    """What was paid after each level that left, until the next one left, within 30 days.

    A row for each item and level: by how many channels and to how many people it left counts
    once, from the first. A payment on the day on which a level leaves counts for that level.
    Money counts through ``dunning_day`` in the context; without it all that came.
    """

    _name = "dunning.level.result"
    _description = "Recovered per Level"
    _auto = False
    _order = "sent_on desc, id desc"
    _rec_name = "level_name"

    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    debtor_id = fields.Many2one("dunning.debtor", readonly=True)
    handler_id = fields.Many2one("res.users", readonly=True)
    item_id = fields.Many2one("dunning.item", readonly=True)
    notice_id = fields.Many2one("dunning.notice", "Message", readonly=True)
    policy_id = fields.Many2one("dunning.policy", readonly=True)
    phase = fields.Selection(PHASES, readonly=True)
    position = fields.Integer("Level No.", readonly=True, aggregator=None)
    level_name = fields.Char("Level", readonly=True)
    sent_on = fields.Date(readonly=True)
    asked = fields.Monetary(
        "Asked For",
        readonly=True,
        aggregator="sum",
        help="What was open of the item when it left, in the company's currency.",
    )
    recovered = fields.Monetary(
        readonly=True,
        aggregator="sum",
        help="Money that came from the day it left until the next level left or the case was "
        "handed over, within 30 days. Credit notes and write-offs are no money.",
    )
    paid_in_full = fields.Integer("Items Paid in Full", readonly=True, aggregator="sum")
    share = fields.Float(
        "Recovered, %",
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
        help="Of what was asked for. Of a group: of its sums.",
    )

    def _read_group_select(self, aggregate_spec, query):
        """Shares of groups are of their sums."""
        found = ratio_sql(self, RATIOS, aggregate_spec, query)
        return found or super()._read_group_select(aggregate_spec, query)

    @property
    def _table_query(self):
        day = self.env.context.get("dunning_day")
        day = day and self.env["dunning.ledger"]._past_day(day, self.env.company)
        return SQL(
            """WITH rung AS (
                   SELECT DISTINCT ON (row.source, row.slot)
                          row.id, row.item_id, row.position, row.amount, notice.id AS notice_id,
                          notice.company_id, notice.debtor_id, notice.phase, notice.level_name,
                          notice.sent_on
                     FROM dunning_notice_line row
                     JOIN dunning_notice notice ON notice.id = row.notice_id
                    WHERE notice.state = 'sent' AND notice.kind = 'reminder'
                      AND notice.retry_of_id IS NULL AND notice.sent_on IS NOT NULL
                      AND row.slot IS NOT NULL AND row.position > 0 AND row.item_id IS NOT NULL
                 ORDER BY row.source, row.slot, notice.sent_on, row.id),
                    span AS (
                   SELECT rung.*, least(
                              lead(sent_on) OVER (PARTITION BY item_id ORDER BY sent_on, id),
                              sent_on + %(within)s + 1,
                              (SELECT min(handover.day) FROM collection_case_line part
                                 JOIN collection_handover handover
                                   ON handover.case_id = part.case_id
                                WHERE part.item_id = rung.item_id
                                  AND handover.test IS NOT TRUE AND handover.state <> 'rejected'
                                  AND handover.day > rung.sent_on)) AS until
                     FROM rung)
               SELECT span.id, span.company_id, span.debtor_id, debtor.handler_id, span.item_id,
                      span.notice_id, revision.policy_id, span.phase, span.position,
                      span.level_name, span.sent_on,
                      worth.asked, paid.amount AS recovered,
                      CASE WHEN paid.amount >= worth.asked AND worth.asked > 0 THEN 1 ELSE 0 END
                      AS paid_in_full,
                      coalesce(paid.amount * 100 / nullif(worth.asked, 0), 0) AS share
                 FROM span
                 JOIN dunning_item item ON item.id = span.item_id
                 JOIN dunning_debtor debtor ON debtor.id = span.debtor_id
                 JOIN res_company company ON company.id = span.company_id
            LEFT JOIN dunning_policy_revision revision ON revision.id = item.revision_id
            LEFT JOIN account_move_line line ON line.id = item.line_id
         JOIN LATERAL (SELECT CASE WHEN line.amount_currency IS NULL OR line.amount_currency = 0
                                     OR line.currency_id = company.currency_id THEN span.amount
                                   ELSE span.amount * line.balance / line.amount_currency
                               END AS asked) worth ON TRUE
         JOIN LATERAL (SELECT coalesce(sum(partial.amount), 0) AS amount
                         FROM account_partial_reconcile partial
                         JOIN account_move_line other ON other.id = partial.credit_move_id
                         JOIN account_move move ON move.id = other.move_id
                         JOIN account_journal journal ON journal.id = move.journal_id
                        WHERE partial.debit_move_id = item.line_id
                          AND partial.max_date >= span.sent_on AND partial.max_date < span.until
                          AND %(seen)s AND %(money)s) paid ON TRUE""",
            within=WITHIN,
            seen=SQL("partial.max_date <= %s", day) if day else SQL("TRUE"),
            money=self.env["dunning.ledger"]._money_sql("move", "journal"),
        )
