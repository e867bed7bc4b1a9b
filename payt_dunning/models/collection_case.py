from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import format_amount

from ..rules.track import LENGTH

PHASES = [
    ("opened", "Opened"),
    ("default_notice", "Notice of Default"),
    ("demand", "Demand"),
    ("second_demand", "Second Demand"),
    ("pre_court", "Before Court"),
    ("ready", "Ready for Handover"),
    ("handed_over", "Handed Over"),
    ("summons", "Summons"),
    ("judgment", "Judgment"),
    ("enforcement", "Enforcement"),
    ("closed", "Closed"),
]
#: Phases in which we collect; afterwards somebody else does.
OURS = ("opened", "default_notice", "demand", "second_demand", "pre_court", "ready")
#: Phases that a message of a level brings a case to.
STEPS = PHASES[1:6]
OUTCOMES = [
    ("paid", "Paid"),
    ("waived", "Rest Waived"),
    ("credited", "Credited or Written Off"),
    ("recalled", "Recalled: Begun Wrongly or Too Early"),
    ("not_pursued", "Not Pursued"),
    ("collected", "Collected by the Agent"),
    ("uncollectable", "Can't Be Collected"),
]
#: What collectors change of a case as they like; all else is decided by buttons.
FREE = {"ask_first", "note", "solvency_note", "opinion_answer"}
ORIGINS = [
    ("clerk", "By Hand"),
    ("notice", "After a Formal Notice"),
    ("ladder", "At the End of the Levels"),
]


class CollectionCase(models.Model):
    """What is done when reminders end without payment: invoices of one debtor, on one track.

    It runs on the levels, holds, outbox and thread that are there anyway: its items have the same
    policy and count from the same day, and their messages are one.
    """

    _name = "collection.case"
    _description = "Collection Case"
    _inherit = ["mail.thread", "mail.activity.mixin", "dunning.handled"]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char("Number", required=True, readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    debtor_id = fields.Many2one(
        "dunning.debtor", required=True, readonly=True, index=True, ondelete="restrict"
    )
    partner_id = fields.Many2one(related="debtor_id.partner_id", string="Contact")
    debtor_kind = fields.Selection(related="debtor_id.kind")
    handler_id = fields.Many2one(related="debtor_id.handler_id", store=True, index="btree_not_null")
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    phase = fields.Selection(
        PHASES, required=True, default="opened", readonly=True, tracking=True, index=True
    )
    phase_on = fields.Date("Since", readonly=True)
    outcome = fields.Selection(OUTCOMES, readonly=True, tracking=True)
    closed_on = fields.Date(readonly=True)
    closed_because = fields.Char("Why It Was Closed", readonly=True)
    origin = fields.Selection(ORIGINS, "How It Began", required=True, readonly=True)
    opened_on = fields.Date(required=True, readonly=True)
    reason = fields.Text("Why It Was Opened", readonly=True)
    ask_first = fields.Boolean(
        "Approve Each Step", help="A manager approves each of its messages before it leaves."
    )
    note = fields.Text(help="Kept inside: the debtor does not see it, nor does an agent.")

    begun_on = fields.Date(
        "Day 0", readonly=True, help="The day on which its formal notice or demand left."
    )
    track_days = fields.Integer("Days", readonly=True, default=LENGTH)
    deadline = fields.Date(
        readonly=True,
        index="btree_not_null",
        help="By then it is decided what becomes of it: its days from day 0, pauses added.",
    )
    days_running = fields.Integer("Days Run", readonly=True, aggregator=None)
    days_paused = fields.Integer(readonly=True, aggregator=None)
    days_left = fields.Integer(compute="_compute_days_left")

    line_ids = fields.One2many("collection.case.line", "case_id", "Invoices")
    item_ids = fields.Many2many("dunning.item", compute="_compute_item_ids", string="Items")
    notice_ids = fields.One2many("dunning.notice", "case_id", "Messages")
    message_count = fields.Integer("Number of Messages", compute="_compute_counts")
    principal = fields.Monetary("Invoices Open", compute="_compute_owed", aggregator=None)
    costs = fields.Monetary(compute="_compute_owed", aggregator=None)
    interest = fields.Monetary(compute="_compute_owed", aggregator=None)
    total = fields.Monetary("Owed Today", compute="_compute_owed", aggregator=None)
    next_step = fields.Char(compute="_compute_next_step")
    next_date = fields.Date(compute="_compute_next_step")
    held_because = fields.Char("On Hold", compute="_compute_next_step")

    _name_unique = models.UniqueIndex(
        "(company_id, name)", "A case with this number is there already."
    )
    _live = models.Index("(company_id) WHERE phase != 'closed'")

    @api.model_create_multi
    def create(self, vals_list):
        numbers = {
            company_id: self._numbered(company_id)
            for company_id in {vals["company_id"] for vals in vals_list}
        }
        for vals in vals_list:
            vals["name"] = numbers[vals["company_id"]]._next()
        return super().create(vals_list)

    @api.model
    def _numbered(self, company_id):
        """The sequence that numbers the cases of a company: its own, else that of all."""
        return (
            self.env["ir.sequence"]
            .sudo()
            .search(
                [("code", "=", self._name), ("company_id", "in", (company_id, False))],
                order="company_id",
                limit=1,
            )
        )

    def write(self, vals):
        if not (self.env.su or FREE.issuperset(vals)):
            raise UserError(
                self.env._("What “%s” is about changes by its buttons only.", self[:1].display_name)
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Cases are kept as history. Close “%s” instead.", self[:1].name))

    @api.depends("name", "debtor_id.display_name")
    def _compute_display_name(self):
        for case in self:
            case.display_name = f"{case.name}: {case.debtor_id.display_name}"

    @api.depends("line_ids.left_on")
    def _compute_item_ids(self):
        for case in self:
            case.item_ids = case.line_ids.filtered(lambda line: not line.left_on).item_id

    @api.depends("deadline", "phase")
    def _compute_days_left(self):
        for case in self:
            runs = case.deadline and case.phase in OURS
            case.days_left = (case.deadline - case._today()).days if runs else 0

    @api.depends("notice_ids")
    def _compute_counts(self):
        counts = dict(
            self.env["dunning.notice"]._read_group(
                [("case_id", "in", self.ids)], ["case_id"], ["__count"]
            )
        )
        for case in self:
            case.message_count = counts.get(case._origin, 0)

    @api.depends("line_ids.left_on", "phase")
    def _compute_owed(self):
        """What is owed today for its items, as the one calculation says."""
        for company, cases in self.with_prefetch().grouped("company_id").items():
            day = self.env["dunning.message"]._today(company)
            found = self.env["dunning.owed"]._statements(cases.item_ids, day)
            for case in cases:
                own = found.get((case.debtor_id.id, case.currency_id.id))
                items = own.items if own else {}
                parts = [items[item.id] for item in case.item_ids if item.id in items]
                case.principal = float(sum(part.principal for part in parts))
                case.costs = float(sum(part.costs for part in parts))
                case.interest = float(sum(part.interest for part in parts))
                case.total = float(sum(part.total for part in parts))

    @api.depends("line_ids.item_id.next_date", "line_ids.item_id.next_position", "phase")
    @api.depends_context("lang")
    def _compute_next_step(self):
        labels = dict(self.env["dunning.item"]._fields["reason"]._description_selection(self.env))
        for case in self:
            items = case.item_ids.filtered(lambda item: item.state == "open")
            first = items.filtered("next_date").sorted("next_date")[:1] or items[:1]
            held = items.filtered("hold_id")
            ours = case.phase in OURS
            case.next_step = ours and (first.next_name or labels.get(first.reason)) or False
            case.next_date = ours and first.next_date
            case.held_because = ours and ", ".join(
                dict.fromkeys(filter(None, held.hold_id.mapped("display_name")))
            )

    def _today(self):
        """Today where the company of these cases is."""
        return self.env["dunning.message"]._today(self.company_id)

    @api.model
    def _in_force(self):
        """A domain: cases that are not closed."""
        return Domain("phase", "!=", "closed")

    def _open_items(self):
        """What is still followed up of these cases: open, or costs are left of it."""
        return self.sudo().item_ids.filtered(lambda item: item.state in ("open", "remainder"))

    def _lock(self):
        """Wait for whoever else changes these cases, then see what they made of them."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE collection_case SET write_date = write_date WHERE id = ANY(%s)", [self.ids]
        )
        self.invalidate_recordset()

    def _as_collector(self):
        """These cases, writable, if the user may decide about them."""
        self.check_access("read")
        if not self.env.user.has_group("payt_dunning.group_dunning_user"):
            raise AccessError(self.env._("Only collectors can decide about cases."))
        cases = self.sudo()
        cases._lock()
        return cases

    def _still_ours(self):
        """These cases, if we are still the ones who collect.

        :raises UserError: naming the first that is not
        """
        if other := self.filtered(lambda case: case.phase not in OURS)[:1]:
            labels = dict(self._fields["phase"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "Case %(case)s is “%(phase)s” by now, so this can't be done any more.",
                    case=other.name,
                    phase=labels[other.phase],
                )
            )
        return self

    def _set_phase(self, phase, day=None):
        """A case goes on.

        :param day: since when; empty: today
        """
        self.ensure_one()
        self.write({"phase": phase, "phase_on": day or self._today()})

    def _note(self, words):
        """Note what was decided on these cases, on their items and on the debtor."""
        self._note_each(dict.fromkeys(self, words))
        return words

    @api.model
    def _note_each(self, told):
        """Note what was decided on each of some cases.

        :param told: words by case
        """
        self._message_log_batch({case.id: words for case, words in told.items()})
        self.env["dunning.event"].sudo()._note_each(
            [
                (item.id, self.env._("Case %(case)s: %(what)s", case=case.name, what=words), None)
                for case, words in told.items()
                for item in case.item_ids
            ]
        )

    def _money(self, amount):
        return format_amount(self.env, amount, self.currency_id)

    def action_messages(self):
        """The messages of these cases."""
        self.check_access("read")
        domain = [("case_id", "in", self.ids)]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Messages"),
            "res_model": "dunning.notice",
            "view_mode": "list,form",
            "domain": domain,
        }
