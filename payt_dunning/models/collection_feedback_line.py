from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

KINDS = [
    ("status", "Where It Stands"),
    ("event", "What Happened"),
    ("booking", "Booking"),
    ("balance", "Balance"),
    ("remittance", "Paid Out to Us"),
    ("question", "Question"),
    ("document", "File"),
    ("closure", "End"),
]
RESULTS = [
    ("applied", "Applied"),
    ("known", "Known Already"),
    ("older", "Older Than What Is Known"),
    ("conflict", "Contradicts What Was Told"),
    ("review", "To Be Looked At"),
    ("refused", "Left Out"),
    ("replaced", "Replaced by Something Newer"),
]
TO_DECIDE = ("conflict", "review")


class CollectionFeedbackLine(models.Model):
    """One thing that an office told about a case, and what became of it."""

    _name = "collection.feedback.line"
    _description = "Told by an Office"
    _order = "day desc, id desc"

    feedback_id = fields.Many2one(
        "collection.feedback",
        "Message",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    agent_id = fields.Many2one(related="feedback_id.agent_id", store=True, index=True)
    company_id = fields.Many2one(related="feedback_id.company_id", store=True)
    handover_id = fields.Many2one(
        "collection.handover", readonly=True, index=True, ondelete="restrict"
    )
    case_id = fields.Many2one(related="handover_id.case_id", store=True, index=True)
    test = fields.Boolean(related="handover_id.test", store=True)
    currency_id = fields.Many2one(related="handover_id.currency_id")
    case_number = fields.Char("Case as Told", readonly=True)
    kind = fields.Selection(KINDS, required=True, readonly=True)
    number = fields.Char("Its Number", readonly=True)
    content_hash = fields.Char(required=True, readonly=True)
    day = fields.Date(readonly=True)
    code = fields.Char(readonly=True)
    code_name = fields.Char("What", compute="_compute_code_name")
    amount = fields.Monetary(readonly=True)
    charged_to = fields.Char(readonly=True)
    text = fields.Text(readonly=True)
    answer_by = fields.Date(readonly=True)
    values = fields.Json(readonly=True)
    result = fields.Selection(RESULTS, required=True, readonly=True)
    to_decide = fields.Boolean(compute="_compute_to_decide", search="_search_to_decide")
    says = fields.Char("Why", readonly=True)
    before_id = fields.Many2one(
        "collection.feedback.line", "Contradicts", readonly=True, help="What was told before."
    )
    before_amount = fields.Monetary("Told Before", related="before_id.amount")
    decided_by_id = fields.Many2one("res.users", readonly=True)

    _applied_once = models.UniqueIndex(
        "(agent_id, kind, number) WHERE result = 'applied' AND number IS NOT NULL "
        "AND test IS NOT TRUE",
        "This was applied before.",
    )

    @api.depends("case_number", "kind", "number", "day")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for line in self:
            told = (line.case_id.name or line.case_number, kinds[line.kind], line.number)
            line.display_name = ", ".join(filter(None, told))

    @api.depends("result")
    def _compute_to_decide(self):
        for line in self:
            line.to_decide = line.result in TO_DECIDE

    @api.depends("code")
    @api.depends_context("lang")
    def _compute_code_name(self):
        words = self.env["collection.feedback.words"]
        for line in self:
            line.code_name = words._code(line.code)

    @api.model
    def _search_to_decide(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain("result", "in" if True in value else "not in", TO_DECIDE)

    # -- decisions -------------------------------------------------------------------------------------

    def action_take(self):
        """Apply it all the same; what it contradicts counts no more."""
        for line in self._to_be_decided():
            if line.result == "review" and line._is_late():
                line.write({"result": "older", "decided_by_id": self.env.uid})
                line._catch_up()
                line.feedback_id._settle()
                continue
            line.before_id.result = "replaced"
            line.before_id.flush_recordset(["result"])
            line.write({"result": "applied", "decided_by_id": self.env.uid})
            line._apply_all(line.feedback_id._files() if line.kind == "document" else {})
            line.feedback_id._settle()
        return True

    def action_keep(self):
        """Leave it out: what was told before counts."""
        for line in self._to_be_decided():
            line.write({"result": "refused", "decided_by_id": self.env.uid})
            line.feedback_id._settle()
        return True

    def _is_late(self):
        """Whether something newer was told while it waited."""
        if self.kind == "status":
            known, told = self.handover_id.agent_since, self.handover_id.agent_told_at
            return bool(known) and (self.day, self.feedback_id.sent_at) <= (known, told)
        known = self.handover_id.agent_balance_on
        return self.kind == "balance" and bool(known) and self.day <= known

    def _as_collector(self):
        self.check_access("read")
        if not self.env.user.has_group("payt_dunning.group_dunning_user"):
            raise AccessError(self.env._("Only collectors can decide about handovers."))
        return self.sudo()

    def _to_be_decided(self):
        lines = self._as_collector()
        if done := lines.filtered(lambda line: not line.to_decide)[:1]:
            raise UserError(self.env._("“%s” waits for no decision.", done.number or done.kind))
        return lines
