from odoo import api, fields, models
from odoo.tools import SQL

from .dunning_ratio import ratio_sql

RATIOS = {"share_arrived": ("arrived", "left_count"), "share_right": ("right_party", "calls")}


class DunningContactResult(models.Model):
    """What became of each message that left and of each call: how good the addresses are."""

    _name = "dunning.contact.result"
    _description = "Contact Quality"
    _auto = False
    _order = "day desc, id desc"
    _rec_name = "debtor_id"

    company_id = fields.Many2one("res.company", readonly=True)
    debtor_id = fields.Many2one("dunning.debtor", readonly=True)
    handler_id = fields.Many2one("res.users", readonly=True)
    channel = fields.Selection(selection="_channels", readonly=True)
    day = fields.Date(readonly=True)
    left_count = fields.Integer("Messages Left", readonly=True, aggregator="sum")
    arrived = fields.Integer(
        readonly=True, aggregator="sum", help="Left, and no report came that it did not arrive."
    )
    came_back = fields.Integer(readonly=True, aggregator="sum")
    refused = fields.Integer(
        "Never Left", readonly=True, aggregator="sum", help="The address or content was refused."
    )
    calls = fields.Integer(readonly=True, aggregator="sum")
    right_party = fields.Integer(
        "Right Person Reached", readonly=True, aggregator="sum", help="Of the calls."
    )
    share_arrived = fields.Float(
        "Arrived, %", readonly=True, aggregator="avg", digits=(16, 1), help="Of what left."
    )
    share_right = fields.Float(
        "Right Person Reached, %", readonly=True, aggregator="avg", digits=(16, 1)
    )

    @api.model
    def _channels(self):
        """Every channel by its name in the user's language."""
        rows = self.env["dunning.channel"].sudo().with_context(active_test=False).search([])
        return [(row.code, row.name) for row in rows]

    def _read_group_select(self, aggregate_spec, query):
        """Shares of groups are of their sums."""
        found = ratio_sql(self, RATIOS, aggregate_spec, query)
        return found or super()._read_group_select(aggregate_spec, query)

    @property
    def _table_query(self):
        return SQL("%s UNION ALL %s", self._messages_sql(), self._calls_sql())

    @api.model
    def _messages_sql(self):
        return SQL(
            """SELECT notice.id * 2 AS id, notice.company_id, notice.debtor_id,
                      debtor.handler_id, notice.channel,
                      coalesce(notice.sent_on, notice.as_of) AS day,
                      (notice.state IN ('sent', 'returned'))::int AS left_count,
                      (notice.state = 'sent')::int AS arrived,
                      (notice.state = 'returned')::int AS came_back,
                      (notice.state = 'failed')::int AS refused, 0 AS calls, 0 AS right_party,
                      CASE notice.state WHEN 'sent' THEN 100.0 WHEN 'returned' THEN 0 END
                      AS share_arrived, NULL::numeric AS share_right
                 FROM dunning_notice notice JOIN dunning_debtor debtor
                      ON debtor.id = notice.debtor_id
                WHERE notice.state IN ('sent', 'returned', 'failed')
                  AND notice.channel NOT IN ('call', 'list')"""
        )

    @api.model
    def _calls_sql(self):
        return SQL(
            """SELECT talk.id * 2 + 1, talk.company_id, talk.debtor_id, debtor.handler_id, 'call',
                      talk.moment::date, 0, 0, 0, 0, 1, (talk.right_party IS TRUE)::int,
                      NULL, CASE WHEN talk.right_party THEN 100.0 ELSE 0 END
                 FROM dunning_call talk JOIN dunning_debtor debtor
                      ON debtor.id = talk.debtor_id"""
        )
