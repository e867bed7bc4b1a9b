from odoo import api, fields, models
from odoo.tools import SQL

KINDS = [
    ("paid", "Had Been Paid"),
    ("too_much", "Asked for More Than Was Open"),
    ("promised", "Had Been Promised"),
    ("disputed", "Was Disputed"),
    ("held", "Was on Hold"),
    ("undecided", "No Decision Behind It"),
    ("duplicate", "Sent Twice"),
]


class DunningFault(models.Model):
    """Reminders that should not have left, found in what is stored: there must be none.

    A reminder is a message of a level (no copy, no message of a conversation) that left at a
    known moment, also when it came back. Of each of its rows the facts of that moment are looked
    at, not what the decision said:

    - *paid*, *too much*: what had been reconciled with the item by then (``create_date`` of the
      reconciliation, whatever the dates of the entries) left nothing, or less than was asked for;
    - *promised*, *disputed*, *held*: a hold on all of the item, its invoice, its debtor or the
      company had been made by then, had begun, was not over and was not released on that day or
      before;
    - *undecided*: nothing is kept of what it was made from;
    - *duplicate*: an earlier message that counts left about the same level, by the same channel,
      to the same recipient. A level that is void and goes again is no duplicate.

    A reconciliation that was being made in the same seconds counts against us, for nobody can
    tell which was first; one that was undone since can't be seen. Of a release the day is kept,
    not the hour: a message that left on the day of the release may have left before it, which
    can't be known, and counts as right.
    """

    _name = "dunning.fault"
    _description = "Messages That Should Not Have Left"
    _auto = False
    _order = "sent_at desc, id desc"
    _rec_name = "notice_id"

    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    kind = fields.Selection(KINDS, "What Was Wrong", readonly=True)
    notice_id = fields.Many2one("dunning.notice", "Message", readonly=True)
    item_id = fields.Many2one("dunning.item", readonly=True)
    debtor_id = fields.Many2one("dunning.debtor", readonly=True)
    level_name = fields.Char("Level", readonly=True)
    channel = fields.Char(readonly=True)
    sent_at = fields.Datetime("Left At", readonly=True)
    sent_on = fields.Date(readonly=True)
    amount = fields.Monetary("Asked For", readonly=True, aggregator=None)
    was_open = fields.Monetary(readonly=True, aggregator=None, help="At that moment.")
    hold_id = fields.Many2one("dunning.hold", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """WITH sent AS (%s)
               SELECT id * 8 + CASE kind WHEN 'paid' THEN 1 ELSE 2 END AS id, company_id,
                      currency_id, kind, notice_id, item_id, debtor_id, level_name, channel,
                      sent_at, sent_on, amount, was_open, NULL::int AS hold_id
                 FROM (%s) money
                UNION ALL %s UNION ALL %s UNION ALL %s""",
            self._sent_sql(),
            self._money_sql(),
            self._held_sql(),
            self._undecided_sql(),
            self._twice_sql(),
        )

    @api.model
    def _sent_sql(self):
        """Rows of reminders that left, of the user's companies."""
        return SQL(
            """SELECT row.id, row.notice_id, row.item_id, row.source, row.slot, row.channel,
                      row.recipient, row.amount, row.currency_id, row.void_because,
                      notice.company_id, notice.debtor_id, notice.level_name, notice.sent_at,
                      notice.sent_on, notice.fingerprint, notice.state
                 FROM dunning_notice_line row JOIN dunning_notice notice
                      ON notice.id = row.notice_id
                WHERE notice.state IN ('sent', 'returned') AND notice.kind = 'reminder'
                  AND notice.retry_of_id IS NULL AND notice.sent_at IS NOT NULL
                  AND row.position > 0 AND notice.company_id = ANY(%s)""",
            self.env.companies.ids,
        )

    @api.model
    def _money_sql(self):
        return SQL(
            """SELECT sent.*, greatest(open.amount, 0) AS was_open,
                      CASE WHEN open.amount <= 0 THEN 'paid' ELSE 'too_much' END AS kind
                 FROM sent JOIN dunning_item item ON item.id = sent.item_id
                 JOIN account_move_line line ON line.id = item.line_id
         JOIN LATERAL (SELECT line.amount_currency
                              - coalesce(sum(partial.debit_amount_currency), 0) AS amount
                         FROM account_partial_reconcile partial
                        WHERE partial.debit_move_id = line.id
                          AND partial.create_date <= sent.sent_at) open ON TRUE
                WHERE sent.amount > 0 AND open.amount < sent.amount
                  AND sent.void_because IS NULL"""
        )

    @api.model
    def _held_sql(self):
        """The hold that was made first, where several were."""
        return SQL(
            """(SELECT DISTINCT ON (sent.id) sent.id * 8 + 3, sent.company_id, sent.currency_id,
                      CASE hold.kind WHEN 'promise' THEN 'promised' WHEN 'dispute' THEN 'disputed'
                                     ELSE 'held' END,
                      sent.notice_id, sent.item_id, sent.debtor_id, sent.level_name,
                      sent.channel, sent.sent_at, sent.sent_on, sent.amount, NULL::numeric, hold.id
                 FROM sent JOIN dunning_item item ON item.id = sent.item_id
                 JOIN dunning_hold hold ON hold.company_id = sent.company_id
                  AND (hold.item_id = item.id OR hold.move_id = item.move_id
                       OR hold.debtor_id = sent.debtor_id
                       OR coalesce(hold.item_id, hold.move_id, hold.debtor_id) IS NULL)
                WHERE coalesce(hold.amount, 0) = 0 AND hold.proposed IS NOT TRUE
                  AND hold.create_date <= sent.sent_at AND hold.date_from <= sent.sent_on
                  AND (hold.date_until IS NULL OR hold.date_until >= sent.sent_on)
                  AND (hold.released_on IS NULL OR hold.released_on > sent.sent_on)
             ORDER BY sent.id, hold.id)"""
        )

    @api.model
    def _undecided_sql(self):
        return SQL(
            """SELECT sent.id * 8 + 4, sent.company_id, sent.currency_id, 'undecided',
                      sent.notice_id, sent.item_id, sent.debtor_id, sent.level_name,
                      sent.channel, sent.sent_at, sent.sent_on, sent.amount, NULL::numeric,
                      NULL::int
                 FROM sent WHERE coalesce(sent.fingerprint, '') = ''"""
        )

    @api.model
    def _twice_sql(self):
        return SQL(
            """SELECT sent.id * 8 + 5, sent.company_id, sent.currency_id, 'duplicate',
                      sent.notice_id, sent.item_id, sent.debtor_id, sent.level_name,
                      sent.channel, sent.sent_at, sent.sent_on, sent.amount, NULL::numeric,
                      NULL::int
                 FROM sent
                WHERE sent.state = 'sent' AND sent.slot IS NOT NULL AND sent.void_because IS NULL
                  AND EXISTS (SELECT FROM sent before
                               WHERE before.source = sent.source AND before.slot = sent.slot
                                 AND before.channel = sent.channel
                                 AND before.recipient = sent.recipient
                                 AND before.state = 'sent' AND before.void_because IS NULL
                                 AND before.notice_id < sent.notice_id)"""
        )
