from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..rules.decision import SEND
from ..rules.ladder import start_by_calendar
from .dunning_debtor_law import KINDS
from .dunning_item_reasons import ACTIONS, CONTRACT_KINDS, REASONS, STATES


class DunningItem(models.Model):
    """One open receivable line, followed up until nothing is open any more.

    What the ledger says is read from the line (stored, so it can be searched; it refreshes
    by itself). What follow-up has reached is the item's own.
    """

    _name = "dunning.item"
    _inherit = "dunning.handled"
    _description = "Dunning Item"
    _order = "date_due, id"
    _check_company_auto = True

    debtor_id = fields.Many2one(
        "dunning.debtor", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    line_id = fields.Many2one(
        "account.move.line",
        "Journal Item",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )
    move_id = fields.Many2one(
        "account.move", "Invoice", readonly=True, index=True, ondelete="set null"
    )
    term_number = fields.Integer(
        "Instalment", readonly=True, help="Which of the due dates of its invoice this is."
    )
    name = fields.Char("Number", readonly=True)
    partner_id = fields.Many2one(related="debtor_id.partner_id", store=True, string="Contact")
    debtor_kind = fields.Selection(related="debtor_id.kind")
    handler_id = fields.Many2one(related="debtor_id.handler_id", store=True, index="btree_not_null")
    currency_id = fields.Many2one(related="line_id.currency_id", store=True)
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency"
    )
    date_due = fields.Date("Due Date", compute="_compute_date_due", store=True)
    amount_open = fields.Monetary(
        "Open", related="line_id.amount_residual_currency", store=True, aggregator=None
    )
    amount_company = fields.Monetary(
        "Open in Company Currency",
        related="line_id.amount_residual",
        store=True,
        currency_field="company_currency_id",
    )
    reconciled = fields.Boolean(related="line_id.reconciled", store=True)
    line_state = fields.Selection(related="line_id.parent_state", store=True)
    state = fields.Selection(STATES, required=True, default="open", readonly=True)

    revision_id = fields.Many2one(
        "dunning.policy.revision",
        "Policy",
        readonly=True,
        ondelete="restrict",
        help="Set when the first message is planned; from then on the item stays on it.",
    )
    policy_id = fields.Many2one(
        "dunning.policy",
        "Own Policy",
        check_company=True,
        help="Only for this item. Empty: the debtor's policy.",
    )
    resumed_on = fields.Date(readonly=True)
    start_position = fields.Integer(
        "Begin With Level", readonly=True, help="Levels before it are left out. 0: none."
    )
    count_from = fields.Date(
        "Levels Count From",
        readonly=True,
        help="Instead of the due date: a refused collection, or an invoice sent again.",
    )
    veto_from = fields.Date(
        readonly=True, help="Since then the account manager may object to the formal level."
    )
    retry_after_id = fields.Integer(
        readonly=True, help="Messages up to this one no longer count as failed."
    )
    backlog_taken = fields.Boolean("Backlog Taken Up", readonly=True)
    invoice_sent_on = fields.Date(readonly=True, help="Marked by a person: sent outside Odoo.")
    claim_kind = fields.Selection(
        KINDS,
        "Bought As",
        readonly=True,
        help="Whose rules apply to this one; empty: the debtor's. A sole trader buys privately too.",
    )
    contract_kind = fields.Selection(
        CONTRACT_KINDS, readonly=True, help="Decides about limitation, court and a second fee."
    )
    term_agreed = fields.Selection(
        [("yes", "Agreed"), ("no", "Not Agreed")],
        "Term of Payment",
        readonly=True,
        help="Whether the debtor agreed to the due date; empty: as the company's terms say.",
    )
    term_document = fields.Char(readonly=True, help="Where it was agreed.")
    closed_on = fields.Date(readonly=True)
    hold_id = fields.Many2one("dunning.hold", readonly=True, index="btree_not_null")
    hold_kind = fields.Selection(related="hold_id.kind")
    episode = fields.Integer(
        readonly=True, default=1, help="Goes up each time the item starts its policy again."
    )
    reached = fields.Integer("Level Reached", readonly=True, help="0: none yet.")
    reached_on = fields.Date("Level Reached On", readonly=True)
    reached_name = fields.Char(
        "Level", compute="_compute_level_names", search="_search_reached_name"
    )
    next_position = fields.Integer("Next Level No.", readonly=True)
    next_name = fields.Char(
        "Next Level", compute="_compute_level_names", search="_search_next_name"
    )
    next_date = fields.Date(
        readonly=True,
        default=lambda self: self.env["dunning.message"]._today(self.env.company),
        help="Looked at again on this day, not before.",
    )
    action = fields.Selection(
        ACTIONS,
        "What Happens",
        readonly=True,
        help="As decided last. What waits goes on by itself; what is blocked needs somebody.",
    )
    reason = fields.Selection(
        REASONS, "Why", readonly=True, help="The rule that decided. “Why?” tells all of them."
    )
    days_late = fields.Integer(compute="_compute_days_late")
    event_ids = fields.One2many("dunning.event", "item_id", "History")
    notice_line_ids = fields.One2many("dunning.notice.line", "item_id", "Messages")

    _line_unique = models.UniqueIndex("(line_id)", "This journal item is followed up already.")
    _due = models.Index("(company_id, next_date) WHERE state = 'open'")
    _by_due_date = models.Index("(date_due, id)")
    _unfinished = models.Index("(company_id, state) WHERE state <> 'closed'")
    _unpaid = models.Index("(company_id, state) WHERE reconciled IS NOT TRUE")

    @api.depends("line_id.date_maturity", "line_id.date")
    def _compute_date_due(self):
        for item in self:
            line = item.line_id
            item.date_due = line.date_maturity or line.date or item.date_due

    @api.depends("date_due")
    def _compute_days_late(self):
        today = fields.Date.context_today(self)
        for item in self:
            item.days_late = max((today - item.date_due).days, 0) if item.date_due else 0

    @api.depends("name", "term_number")
    def _compute_display_name(self):
        for item in self:
            item.display_name = item.name or f"#{item.id}"

    @api.depends("reached", "next_position", "revision_id", "debtor_id.kind", "debtor_id.policy_id")
    def _compute_level_names(self):
        policies = self.env["dunning.policy"]._resolve(self.debtor_id)
        names = {
            (level.policy_id.id, level.position): level.name
            for level in self.env["dunning.level"]
            .sudo()
            .with_context(active_test=False)
            .search([("policy_id", "!=", False)])
        }
        for item in self:
            policy = item.policy_id or item.revision_id.policy_id or policies.get(item.debtor_id.id)
            policy_id = policy.id if policy else False
            item.reached_name = names.get((policy_id, item.reached))
            item.next_name = names.get((policy_id, item.next_position))

    @api.model
    def _search_reached_name(self, operator, value):
        return self._search_level("reached", operator, value)

    @api.model
    def _search_next_name(self, operator, value):
        return self._search_level("next_position", operator, value)

    @api.model
    def _search_level(self, position, operator, value):
        """Items at a level with some name; an item that has not begun may be on any policy."""
        if operator in Domain.NEGATIVE_OPERATORS:
            return NotImplemented
        levels = (
            self.env["dunning.level"]
            .with_context(active_test=False)
            .search([("name", operator, value)])
        )
        found = Domain.FALSE
        for level in levels:
            found |= Domain(position, "=", level.position) & (
                Domain("revision_id", "=", False)
                | Domain("revision_id.policy_id", "=", level.policy_id.id)
            )
        return found

    @api.model
    def _sync(self, company):
        """Bring the items of ``company`` in line with the ledger; see :class:`DunningSync`."""
        return self.env["dunning.sync"]._sync(company)

    @api.model
    def _receivable_domain(self, company, operator="=", scope=None):
        """Posted, unreconciled receivable lines of a debtor, whatever their sign.

        :param operator: ``child_of`` with ``scope`` for a company and its branches
        """
        scope = scope or company
        direction = "child_of" if operator == "child_of" else "parent_of"
        accounts = (
            self.env["account.account"]
            .sudo()
            .search(
                [("account_type", "=", "asset_receivable"), ("company_ids", direction, scope.ids)]
            )
        )
        return Domain(
            [
                ("company_id", operator, scope.id),
                ("account_id", "in", accounts.ids),
                ("parent_state", "=", "posted"),
                ("reconciled", "=", False),
                ("partner_id", "!=", False),
            ]
        )

    # -- closing and resuming ---------------------------------------------------------

    def _owed_beside(self):
        """Items that owe something beside what the ledger shows; charges add to this."""
        return self.browse()

    def _close(self):
        """Close items; those that still owe something beside the principal stay as remainder."""
        self.env["dunning.claims"]._fix_interest(self)
        remainder = self._owed_beside()
        values = {"action": "closed", "reason": "paid", "next_date": False, "hold_id": False}
        remainder.write({**values, "state": "remainder"})
        for items in (self - remainder).grouped("company_id").values():
            items.write({**values, "state": "closed", "closed_on": items._today()})
        self.debtor_id._look_again()

    def _reopen(self):
        """Follow closed items up again, where they were."""
        closed = self.filtered(lambda item: item.state in ("closed", "remainder"))
        for items in closed.grouped("company_id").values():
            items.write(
                {
                    "state": "open",
                    "next_date": items._today(),
                    # What was reduced stays so; from here on there is history anew.
                    "reduced_on": False,
                    "reduced_after": False,
                }
            )

    def _begin_again(self):
        """Start the ladder from its first level; earlier messages stay as they are."""
        for item in self:
            item.write(
                {
                    "episode": item.episode + 1,
                    "reached": 0,
                    "reached_on": False,
                    "start_position": 0,
                    "veto_from": False,
                    "revision_id": False,
                    "next_date": item._today(),
                }
            )

    def _today(self):
        """Today where the company of these items is."""
        return self.env["dunning.message"]._today(self.company_id)

    def _resume(self, mode="continue"):
        """Take up follow-up after a pause. Never today, and one message a debtor: no burst.

        :param mode: ``continue`` with the next level, ``restart`` with the first, or
            ``recalculate``: go to the level that fits the days late
        """
        if mode == "restart":
            self._begin_again()
        elif mode == "recalculate":
            for item in self:
                if ladder := item._ladder():
                    base = item.count_from or item.date_due
                    item.start_position = start_by_calendar(ladder, base, item._today())
        for items in self.grouped("company_id").values():
            today = items._today()
            items.write({"resumed_on": today, "next_date": today})

    def _record_decisions(self, decisions, day=None):
        """Keep what was decided, written only where it differs from what is there.

        In one statement: written by the ORM, 100 items are one.

        :param decisions: dict of item id to :class:`~..rules.decide.Decision`
        :param day: today where their company is, where that is known
        """
        changed, day = [], day or (self and self[:1]._today())
        for item in self:
            decision = decisions.get(item.id)
            if decision is None:
                continue
            position = decision.rung.position if decision.rung else 0
            # What is to be sent is next on the day itself: an open item always has a date.
            next_date = decision.until or (day if decision.action == SEND else None)
            values = (decision.action, decision.code, next_date, position, decision.hold_id)
            current = (
                item.action,
                item.reason,
                item.next_date or None,
                item.next_position,
                item.hold_id.id or 0,
            )
            if values != current:
                # A day further on with the same reason is nothing to tell.
                told = (*values[:2], *values[3:]) != (*current[:2], *current[3:])
                changed.append((item.id, *values, told))
        if not changed:
            return
        columns = [list(column) for column in zip(*changed, strict=True)]
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """WITH decided AS (
                       SELECT *
                         FROM unnest(%s::int[], %s::text[], %s::text[], %s::date[], %s::int[],
                                     %s::int[], %s::bool[])
                              AS decided (id, action, reason, next_date, position, hold_id, told)
                   ), updated AS (
                       UPDATE dunning_item item
                          SET action = decided.action, reason = decided.reason,
                              next_date = decided.next_date, next_position = decided.position,
                              hold_id = nullif(decided.hold_id, 0),
                              write_uid = %s, write_date = now() AT TIME ZONE 'UTC'
                         FROM decided
                        WHERE item.id = decided.id
                    RETURNING item.*
                   )
                   INSERT INTO dunning_event (
                       company_id, debtor_id, item_id, kind, day, action, reason, position,
                       next_date, hold_id, create_uid, create_date, write_uid, write_date)
                   SELECT updated.company_id, updated.debtor_id, id, 'decision', %s,
                          updated.action, updated.reason, updated.next_position,
                          updated.next_date, updated.hold_id, updated.write_uid,
                          updated.write_date, updated.write_uid, updated.write_date
                     FROM updated JOIN decided USING (id)
                    WHERE decided.told
                 ORDER BY id""",
                *columns,
                self.env.uid,
                day,
            )
        )
        self.invalidate_recordset(
            ["action", "reason", "next_date", "next_position", "hold_id", "event_ids"]
        )
