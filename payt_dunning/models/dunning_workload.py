from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL

from .dunning_hold import FINAL_KINDS

#: Reasons and kinds of hold that last because somebody decided so: nobody has to do anything.
QUIET_REASONS = ("no_followup", "core_blocked", "intercompany", "employee")
QUIET_KINDS = ("plan", "handed_over", "ignore", *FINAL_KINDS)


class DunningWorkload(models.Model):
    """What each handler has to do, company by company."""

    _name = "dunning.workload"
    _description = "Workload of Handlers"
    _auto = False
    _order = "company_id, amount desc, id"
    _rec_name = "user_id"

    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one("res.users", "Handler", readonly=True, help="Empty: nobody's.")
    handler_name = fields.Char("Handler", compute="_compute_handler_name")
    item_count = fields.Integer("Open Items", readonly=True)
    amount = fields.Monetary(
        "Open Amount", readonly=True, aggregator="sum", help="In the company's currency."
    )
    overdue_tasks = fields.Integer(readonly=True, help="Tasks of follow-up after their day.")
    calls = fields.Integer("Calls to Make", readonly=True)
    decisions = fields.Integer("To Decide", readonly=True, help="On the work list.")
    unanswered = fields.Integer(readonly=True, help="Messages of debtors that wait for an answer.")

    @api.depends("user_id")
    @api.depends_context("lang")
    def _compute_handler_name(self):
        for row in self:
            row.handler_name = row.user_id.sudo().name or self.env._("Nobody")

    @property
    def _table_query(self):
        """Counts of each kind, put together by company and handler."""
        return SQL(
            """SELECT coalesce(part.user_id, 0) * 10000 + part.company_id AS id, part.company_id, part.user_id,
                      sum(item_count)::int AS item_count, sum(amount) AS amount,
                      sum(overdue_tasks)::int AS overdue_tasks, sum(calls)::int AS calls,
                      sum(decisions)::int AS decisions, sum(unanswered)::int AS unanswered
                 FROM (%s) AS part
             GROUP BY part.company_id, part.user_id""",
            SQL(" UNION ALL ").join(self._parts()),
        )

    @api.model
    def _parts(self):
        """Queries of the same columns."""
        tasks = self.env["dunning.task"].sudo()
        kinds = self.env["mail.activity.type"].sudo().browse(tasks._all_types()).ids
        return [
            SQL(
                """SELECT company_id, handler_id AS user_id,
                          count(*) AS item_count, sum(amount_company) AS amount,
                          0 AS overdue_tasks, 0 AS calls, 0 AS decisions, 0 AS unanswered
                     FROM dunning_item WHERE state = 'open' GROUP BY company_id, handler_id"""
            ),
            SQL(
                """SELECT debtor.company_id, debtor.handler_id, 0, 0, 0,
                          count(*) FILTER (WHERE notice.channel = 'call'),
                          count(*) FILTER (WHERE notice.channel = 'list'), 0
                     FROM dunning_notice notice JOIN dunning_debtor debtor
                          ON debtor.id = notice.debtor_id
                    WHERE notice.state = 'queued' AND notice.channel IN ('call', 'list')
                 GROUP BY debtor.company_id, debtor.handler_id"""
            ),
            SQL(
                """SELECT debtor.company_id, debtor.handler_id, 0, 0, 0, 0, 0,
                          count(*)
                     FROM dunning_question question JOIN dunning_debtor debtor
                          ON debtor.id = question.debtor_id
                    WHERE question.state = 'open'
                 GROUP BY debtor.company_id, debtor.handler_id"""
            ),
            SQL(
                """SELECT debtor.company_id, task.user_id, 0, 0, count(*), 0, 0, 0
                     FROM mail_activity task
                LEFT JOIN account_move move
                       ON task.res_model = 'account.move' AND move.id = task.res_id
                     JOIN dunning_debtor debtor
                       ON task.res_model = 'dunning.debtor' AND debtor.id = task.res_id
                          OR debtor.partner_id = move.commercial_partner_id
                         AND debtor.company_id = move.company_id
                    WHERE task.active AND task.date_deadline < %(today)s
                      AND task.activity_type_id = ANY(%(kinds)s)
                 GROUP BY debtor.company_id, task.user_id""",
                today=fields.Date.context_today(self),
                kinds=kinds,
            ),
        ]

    def action_open_items(self):
        """The open items of these handlers."""
        self.check_access("read")
        if not self.env.user.has_group("payt_dunning.group_dunning_user"):
            raise AccessError(self.env._("Only collectors see the workload."))
        action = self.env["ir.actions.act_window"]._for_xml_id("payt_dunning.action_dunning_item")
        domain = Domain.OR(
            Domain("company_id", "=", each.company_id.id)
            & Domain("handler_id", "=", each.user_id.id)
            for each in self
        )
        return {**action, "domain": list(domain & Domain("state", "=", "open")), "context": {}}


class DunningTask(models.AbstractModel):
    """All kinds of task that follow-up asks for."""

    _inherit = "dunning.task"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _all_types(self):
        """Ids of the activity types that are ours, those of add-ons included."""
        rows = self.env.execute_query(
            SQL(
                """SELECT res_id FROM ir_model_data
                    WHERE starts_with(module, 'payt_dunning') AND model = 'mail.activity.type'"""
            )
        )
        return [res_id for (res_id,) in rows]


class DunningItem(models.Model):
    """Items that wait for a person, since when."""

    _inherit = "dunning.item"  # pylint: disable=consider-merging-classes-inherited

    waits_since = fields.Date(
        "Waits for Somebody Since",
        compute="_compute_waits_since",
        help="The day on which it began to wait for the reason that it waits for now.",
    )
    overdue_action = fields.Boolean(compute="_compute_waits_since", search="_search_overdue_action")

    @api.depends("action", "reason", "hold_id", "event_ids")
    def _compute_waits_since(self):
        """In one statement."""
        self.env.flush_all()
        since = dict(
            self.env.execute_query(
                SQL(
                    """SELECT item.id, (%(day)s) FROM dunning_item item
                        WHERE item.id = ANY(%(ids)s) AND %(waits)s""",
                    day=self._decided_on_sql(),
                    ids=self.ids,
                    waits=self._waits_sql(),
                )
            )
        )
        today = fields.Date.context_today(self)
        for item in self:
            item.waits_since = since.get(item.id)
            item.overdue_action = bool(item.waits_since) and item.waits_since < today

    @api.model
    def _search_overdue_action(self, operator, value):
        if operator != "in":
            return NotImplemented
        overdue = SQL(
            "(SELECT item.id FROM dunning_item item WHERE %(waits)s AND (%(day)s) < %(today)s)",
            waits=self._waits_sql(),
            day=self._decided_on_sql(),
            today=fields.Date.context_today(self),
        )
        return Domain("id", "in" if True in value else "not in", overdue)

    @api.model
    def _decided_on_sql(self):
        """The day of the last decision about ``item``."""
        return SQL(
            """SELECT day FROM dunning_event WHERE item_id = item.id AND kind = 'decision'
             ORDER BY id DESC LIMIT 1"""
        )

    @api.model
    def _waits_sql(self):
        """A condition: ``item`` does not go on before somebody has done something.

        Not where it stands still because somebody decided so, nor where a plan or an office
        goes on with it, nor where a dispute is within the time that the debtor was promised.
        """
        return SQL(
            """item.state = 'open' AND item.action = 'blocked' AND item.reason <> ALL(%(reasons)s)
               AND NOT EXISTS (
                   SELECT FROM dunning_hold hold
                LEFT JOIN dunning_dispute dispute ON hold.owner_model = 'dunning.dispute'
                                                 AND dispute.id = hold.owner_id
                    WHERE hold.id = item.hold_id
                      AND (hold.kind = ANY(%(kinds)s)
                           OR dispute.state = 'open' AND dispute.deadline >= %(today)s))""",
            reasons=list(QUIET_REASONS),
            kinds=list(QUIET_KINDS),
            today=fields.Date.context_today(self),
        )
