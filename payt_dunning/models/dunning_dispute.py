from datetime import timedelta
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command, Domain

from ..rules.facts import DISPUTE
from ..rules.law.money import ZERO
from ..tools import exact

SCOPES = [("whole", "All of It"), ("lines", "Some Lines"), ("amount", "An Amount")]
STATES = [
    ("open", "Open"),
    ("accepted", "Accepted"),
    ("partly", "Accepted in Part"),
    ("rejected", "Rejected"),
    ("withdrawn", "Withdrawn or Settled"),
]
ACCEPTED = ("accepted", "partly")
#: After so many times the days that were promised a manager is told that nobody has decided.
MUCH_TOO_LATE = 2


class Contested(NamedTuple):
    """What of an invoice somebody does not agree with.

    :param scope: one of :data:`SCOPES`
    :param amount: with tax, in the invoice's currency; what was typed for an amount
    :param lines: of the invoice
    """

    scope: str
    amount: float = 0.0
    lines: object = ()


class DunningDispute(models.Model):
    """What a debtor does not agree with: all of an invoice, some of its lines, or an amount.

    It holds that part alone, until somebody decides; what was accepted until it is credited.
    """

    _name = "dunning.dispute"
    _description = "Dispute"
    _order = "deadline, id"
    _rec_name = "name"
    _check_company_auto = True

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    debtor_id = fields.Many2one(
        "dunning.debtor", required=True, readonly=True, index=True, ondelete="cascade"
    )
    move_id = fields.Many2one(
        "account.move", "Invoice", readonly=True, index="btree_not_null", ondelete="set null"
    )
    item_ids = fields.Many2many("dunning.item", string="Items", readonly=True)
    name = fields.Char("Number", readonly=True)
    scope = fields.Selection(SCOPES, required=True, readonly=True)
    line_ids = fields.Many2many("account.move.line", string="Lines", readonly=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    amount = fields.Monetary("Disputed", readonly=True, aggregator=None, help="With tax.")
    reason_id = fields.Many2one("dunning.dispute.reason", required=True, ondelete="restrict")
    text = fields.Text("What the Debtor Says", readonly=True)
    by_debtor = fields.Boolean(
        "Opened by the Debtor", readonly=True, help="On its page; else by one of us."
    )
    opened_on = fields.Datetime(required=True, readonly=True)
    opened_by_id = fields.Many2one("res.users", readonly=True)
    owner_id = fields.Many2one(
        "res.users", "Looks Into It", required=True, domain="[('share', '=', False)]"
    )
    deadline = fields.Date(
        "Answer By", required=True, readonly=True, help="We promised the debtor an answer by then."
    )
    state = fields.Selection(STATES, required=True, default="open", readonly=True)
    amount_accepted = fields.Monetary("Accepted", readonly=True, aggregator=None)
    outcome = fields.Text("What We Told the Debtor", readonly=True)
    decided_on = fields.Datetime(readonly=True)
    decided_by_id = fields.Many2one("res.users", readonly=True)
    note = fields.Char("Why It Ended", readonly=True)
    cycle_days = fields.Integer(
        "Days It Took",
        compute="_compute_cycle_days",
        store=True,
        aggregator="avg",
        help="From when it came in to the decision.",
    )
    age_days = fields.Integer("Days Old", compute="_compute_age_days")
    overdue = fields.Boolean(compute="_compute_overdue", search="_search_overdue")
    mine = fields.Boolean(compute="_compute_mine", search="_search_mine")

    _one_whole = models.UniqueIndex(
        "(move_id, debtor_id) WHERE state = 'open' AND scope = 'whole' AND item_key IS NULL",
        "All of this invoice is disputed already.",
    )
    _undecided = models.Index("(company_id, deadline) WHERE state = 'open'")
    _by_deadline = models.Index("(deadline, id)")
    _to_watch = models.Index(
        "(company_id) WHERE state = 'open'"
        " OR (state IN ('accepted', 'partly') AND credited_on IS NULL)"
    )
    item_key = fields.Many2one(
        "dunning.item", "Opening Balance", readonly=True, ondelete="set null"
    )

    @api.depends("name", "debtor_id.display_name")
    def _compute_display_name(self):
        for dispute in self:
            names = (dispute.name, dispute.debtor_id.display_name)
            dispute.display_name = " · ".join(filter(None, names))

    @api.depends("opened_on", "decided_on")
    def _compute_cycle_days(self):
        for dispute in self:
            took = dispute.decided_on and dispute.opened_on
            dispute.cycle_days = (dispute.decided_on - dispute.opened_on).days if took else 0

    @api.depends("opened_on", "decided_on")
    def _compute_age_days(self):
        for dispute in self:
            until = dispute.decided_on or fields.Datetime.now()
            dispute.age_days = (until - dispute.opened_on).days if dispute.opened_on else 0

    @api.depends("deadline", "state")
    def _compute_overdue(self):
        today = fields.Date.context_today(self)
        for dispute in self:
            dispute.overdue = dispute.state == "open" and dispute.deadline < today

    @api.model
    def _search_overdue(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        today = fields.Date.context_today(self)
        return Domain("state", "=", "open") & Domain("deadline", "<", today)

    @api.depends("owner_id")
    @api.depends_context("uid")
    def _compute_mine(self):
        users = self.env["dunning.substitute"]._handled_by_me()
        for dispute in self:
            dispute.mine = dispute.owner_id in users

    @api.model
    def _search_mine(self, operator, value):
        if operator != "in" or set(value) != {True}:
            return NotImplemented
        return Domain("owner_id", "in", self.env["dunning.substitute"]._handled_by_me().ids)

    # -- what of an invoice can be disputed -------------------------------------------------------

    @api.model
    def _in_force(self):
        """A domain: disputes that hold something: undecided, or accepted and not credited yet."""
        return Domain("state", "=", "open") | (
            Domain("state", "in", ACCEPTED) & Domain("credited_on", "=", False)
        )

    @api.model
    def _of_items(self, items):
        """The disputes that hold something of items."""
        return self.search(self._in_force() & Domain("item_ids", "in", items.ids))

    @api.model
    def _open_of(self, items):
        """What the ledger has open of items, in their currency; nothing of what is not posted."""
        lines = items.line_id.filtered(lambda line: line.parent_state == "posted")
        return sum(
            (max(exact(line.amount_residual_currency), ZERO) for line in lines),
            ZERO,
        )

    @api.model
    def _room(self, items):
        """What of items is open and not disputed yet; see :meth:`_open_of`."""
        own = self._of_items(items)
        if own.filtered(lambda each: each.scope == "whole" and each.state != "partly"):
            return ZERO
        taken = sum((exact(each._held_amount()) for each in own), ZERO)
        return max(self._open_of(items) - taken, ZERO)

    @api.model
    def _disputed_of(self, items):
        """What disputes hold of each of items: ``{item id: amount}``; one statement for none."""
        own, found = self._of_items(items), {}
        rows = self.env["dunning.facts"]._rows_of(own.item_ids.ids) if own else []
        opened = {row.item_id: row.open for row in rows}
        for company in own.company_id:
            loaded = self.env["dunning.hold"]._load(company.id, rows)
            for item_id, holds in loaded.items():
                parts = [hold.amount for hold in holds if hold.kind == DISPUTE]
                if parts:
                    left = max(opened[item_id], ZERO)
                    found[item_id] = left if None in parts else min(sum(parts, ZERO), left)
        return found

    def _held_amount(self):
        """What it holds, in its currency."""
        return self.amount if self.state == "open" else self._left_to_credit()

    @api.model
    def _family(self, item):
        """All open items that a dispute about one item is about: those of its invoice.

        An entry with opening balances has those of many debtors: the item alone.
        """
        move = item.move_id
        if not move or move.move_type == "entry":
            return item
        return move.dunning_item_ids.filtered(
            lambda each: each.debtor_id == item.debtor_id and each.state == "open"
        )

    @api.model
    def _contested_amount(self, items, contested):
        """The amount of what is contested, checked.

        :return: Decimal
        :raises UserError: names the invoice, and what is open of it
        """
        name, room = self._name_of(items), self._room(items)
        money = self._money(items.currency_id)
        if self._open_of(items) <= 0:
            raise UserError(self.env._("Nothing of %s is open any more.", name))
        if room <= 0:
            raise UserError(
                self.env._("All that is open of %s is disputed already; it is looked into.", name)
            )
        if contested.scope == "whole":
            return room
        if contested.scope == "lines":
            amount = self._lines_amount(items, contested.lines)
        else:
            amount = exact(items.currency_id.round(contested.amount))
        if amount <= 0:
            raise UserError(
                self.env._("The part of %s that is disputed must be more than zero.", name)
            )
        if amount > room:
            raise UserError(
                self.env._(
                    "Of %(invoice)s %(open)s is open and not disputed yet: %(amount)s is more "
                    "than that.",
                    invoice=name,
                    open=money(room),
                    amount=money(amount),
                )
            )
        return amount

    @api.model
    def _lines_amount(self, items, lines):
        """What some lines of an invoice come to, with tax."""
        name = self._name_of(items)
        if not lines:
            raise UserError(self.env._("Choose the lines of %s that are disputed.", name))
        own = lines.filtered(
            lambda line: line.move_id == items.move_id and line.display_type == "product"
        )
        if own != lines:
            raise UserError(self.env._("Choose lines of %s, and of no other invoice.", name))
        if twice := self._of_items(items).line_ids & lines:
            raise UserError(
                self.env._(
                    "“%(line)s” of %(invoice)s is disputed already.",
                    line=(twice[0].name or "").split("\n")[0],
                    invoice=name,
                )
            )
        return sum((exact(line.price_total) for line in lines), ZERO)

    @api.model
    def _name_of(self, items):
        move = items.move_id[:1]
        if move.move_type == "entry":
            return items[:1].name or move.name
        return move.name or items[:1].name or ""

    @api.model
    def _money(self, currency):
        pages = self.env["dunning.page"]
        return lambda amount: pages._money(amount, currency)

    # -- opening ------------------------------------------------------------------------------------

    @api.model
    def _begin(self, items, contested, reason, text="", **values):
        """Take in that a debtor does not agree: that part is held from now on.

        :param items: all open ones of an invoice, see :meth:`_family`
        :param contested: a :class:`Contested`
        :param values: more of the record: ``by_debtor``, ``owner_id``, ``deadline``
        :raises UserError: in words that name the invoice; nothing is held then
        """
        # Two at the same time: the second one begins anew and sees the first.
        self.env.cr.execute(
            "UPDATE dunning_item SET write_date = write_date WHERE id = ANY(%s)", [items.ids]
        )
        amount = self._contested_amount(items, contested)
        debtor, company, move = items.debtor_id, items.company_id, items.move_id
        today, days = items._today(), max(company.sudo().dunning_dispute_days, 1)
        by_debtor = values.get("by_debtor")
        dispute = self.create(
            {
                "company_id": company.id,
                "debtor_id": debtor.id,
                "move_id": move.id,
                "item_ids": [Command.set(items.ids)],
                "item_key": items.id if move.move_type == "entry" else False,
                "name": self._name_of(items),
                "scope": contested.scope,
                "line_ids": [Command.set(contested.lines.ids if contested.lines else [])],
                "currency_id": items.currency_id.id,
                "amount": float(amount),
                "reason_id": reason.id,
                "text": text,
                "opened_on": fields.Datetime.now(),
                "opened_by_id": False if by_debtor else self.env.uid,
                "owner_id": self.env["dunning.task"]._person(debtor.handler_id, company).id,
                "deadline": today + timedelta(days=days),
                "much_too_late_on": today + timedelta(days=MUCH_TOO_LATE * days),
                **{name: value for name, value in values.items() if value},
            }
        )
        dispute.credited_before = dispute._credited_amount()
        dispute._hold(None if contested.scope == "whole" else dispute.amount, opening=True)
        if not by_debtor:
            dispute._note(self.env._("Dispute opened: %s.", reason.name))
            dispute._ask_owner()
        debtor._decide_now()
        return dispute

    def _hold(self, amount, opening=False):
        """Hold a part of its items, or all of them.

        :param amount: ``None`` for all
        :param opening: by opening it; else until what was accepted is credited
        """
        self.ensure_one()
        items, Hold = self.item_ids, self.env["dunning.hold"]
        item = self.item_key
        values = {
            "company_id": self.company_id.id,
            **({"item_id": item.id} if item else {"move_id": self.move_id.id}),
            **Hold._owner_values(self),
        }
        holds = [
            {
                **values,
                "kind": "dispute",
                "amount": amount or 0.0,
                "reason": self.reason_id.name,
                "by_debtor": self.by_debtor and opening,
                "episode": max(items.mapped("episode"), default=0),
            }
        ]
        if amount and opening and not items[:1]._policy().follow_undisputed:
            holds.append({**values, "kind": "dispute_rest"})
        Hold.create(holds)

    def _ask_owner(self):
        """Whoever must look into it gets a task, unless it is whoever opened it."""
        for dispute in self:
            if dispute.owner_id != self.env.user:
                self._ask_to_decide(dispute)

    @api.model
    def _ask_to_decide(self, dispute, again=False):
        self.env["dunning.task"]._ask(
            dispute.move_id,
            "dispute",
            lambda env: env._(
                "Decide about the dispute of %(debtor)s on %(invoice)s",
                debtor=dispute.debtor_id.display_name,
                invoice=dispute.name,
            ),
            company=dispute.company_id,
            handler=dispute.owner_id,
            again=again,
        )

    def _note(self, words):
        """Note on the history of its items what somebody did."""
        for dispute in self:
            self.env["dunning.event"].sudo()._note(dispute.item_ids, words)

    # -- who may ------------------------------------------------------------------------------------

    def _as_collector(self):
        """These disputes, writable, if the user may decide about them."""
        self.check_access("read")
        if not self.env.user.has_group("payt_dunning.group_dunning_user"):
            raise AccessError(self.env._("Only collectors can decide about disputes."))
        return self.sudo()
