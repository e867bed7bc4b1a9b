from dataclasses import fields as parts_of
from datetime import date, datetime, timezone
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..rules.feedback.sense import Ours, look
from ..rules.feedback.sorting import CONFLICT, KNOWN, NEW, OLDER, Told, sort_out
from ..rules.feedback.values import Booking
from ..tools import exact
from .collection_handover import CLAIMS

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
#: What becomes of a part, by how it was sorted out.
RESULT_OF = {NEW: "applied", KNOWN: "known", OLDER: "older", CONFLICT: "conflict"}
DAYS = ("since", "date", "as_of", "at", "asked_at")
AMOUNTS = ("amount", "due", "paid_out")


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
        "(agent_id, kind, number) WHERE result = 'applied' AND number IS NOT NULL",
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

    # -- taking in -------------------------------------------------------------------------------------

    @api.model
    def _take_in(self, message, case, told):
        """Note and apply what is told about one case.

        :param case: :class:`~..rules.feedback.values.CaseFeedback`
        :return: what is the matter, in words; empty: everything is in order
        """
        handover, words = self._find(message.agent_id, case)
        if not handover:
            self._note(message, case, handover, [(part, "refused") for part in case.parts], words)
            return [words]
        problems = [words] if words else []
        problems += [
            message._said(each) for each in look(case, self._ours(handover), told.feedback.test)
        ]
        sorted_out = sort_out(case, self._told(handover, case), told.feedback.sent_at)
        results = {**RESULT_OF, NEW: "review"} if problems else RESULT_OF
        lines = self._note(
            message, case, handover, [(each.part, results[each.result]) for each in sorted_out]
        )
        for line in lines.filtered(lambda line: line.result == "applied"):
            line._apply(told.files)
        return problems

    @api.model
    def _find(self, agent, case):
        """The handover that a case of a message is about: ``(handover, what is the matter)``."""
        handovers = self.env["collection.handover"].sudo()
        of_agent = Domain("agent_id", "=", agent.id) & Domain("function", "in", CLAIMS)
        newest = {"order": "revision DESC, id DESC", "limit": 1}
        if mine := handovers.search(
            of_agent & Domain("dossier_id", "=", case.dossier_id), **newest
        ):
            return mine, ""
        by_number = Domain("reference", "=", case.recipient_reference) | Domain(
            "case_id.name", "=", case.case_number
        )
        if mine := handovers.search(of_agent & by_number, **newest):
            return mine, self.env._(
                "%s is told with the number of another dossier.", case.case_number
            )
        return handovers, self.env._(
            "%(case)s (%(dossier)s) is no case that %(office)s has of us.",
            case=case.case_number,
            dossier=case.dossier_id,
            office=agent.partner_id.name,
        )

    @api.model
    def _ours(self, handover):
        accounts = handover.company_id.sudo().partner_id.bank_ids
        # The ledger there goes on from one revision of a dossier to the next.
        rows = self.sudo().search(
            [
                ("agent_id", "=", handover.agent_id.id),
                ("handover_id.dossier_id", "=", handover.dossier_id),
                ("kind", "=", "booking"),
                ("result", "=", "applied"),
            ]
        )
        return Ours(
            handover.currency_id.name,
            handover.case_id._today(),
            frozenset(accounts.mapped("sanitized_acc_number")),
            tuple(
                Booking(row.number, row.day, row.code, exact(row.amount), row.charged_to)
                for row in rows
            ),
            handover.test,
        )

    @api.model
    def _told(self, handover, case):
        """What was applied before; ids are the office's, of whatever case."""
        numbers = [part.key for part in case.parts if part.key]
        known = self.sudo().search(
            [
                ("agent_id", "=", handover.agent_id.id),
                ("number", "in", numbers),
                ("result", "=", "applied"),
            ]
        )
        return Told(
            {(line.kind, line.number): line.content_hash for line in known},
            handover._told_status(),
            handover._told_status_sent(),
            handover._told_balance(),
            handover._told_closure(),
        )

    @api.model
    def _note(self, message, case, handover, results, words=""):
        """Note parts and what became of them, all at once; conflicts know what they contradict.

        :param results: pairs of a part and its result, in the order in which they came
        """
        lines = self.sudo().create(
            [
                {
                    **_shown(part, case),
                    "feedback_id": message.id,
                    "handover_id": handover.id,
                    "case_number": case.case_number,
                    "result": result,
                    "says": words,
                }
                for part, result in results
            ]
        )
        if contradicting := lines.filtered(lambda line: line.result == "conflict" and line.number):
            applied = self.sudo().search(
                [
                    ("agent_id", "=", message.agent_id.id),
                    ("number", "in", contradicting.mapped("number")),
                    ("result", "=", "applied"),
                ]
            )
            before = {(line.kind, line.number): line for line in applied}
            for line in contradicting:
                line.before_id = before.get((line.kind, line.number))
        return lines

    # -- decisions -------------------------------------------------------------------------------------

    def action_take(self):
        """Apply it all the same; what it contradicts counts no more."""
        for line in self._to_be_decided():
            if line.result == "review" and line._is_late():
                line.write({"result": "older", "decided_by_id": self.env.uid})
                line.feedback_id._settle()
                continue
            line.before_id.result = "replaced"
            line.before_id.flush_recordset(["result"])
            line.write({"result": "applied", "decided_by_id": self.env.uid})
            line._apply(line.feedback_id._files() if line.kind == "document" else {})
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


def _shown(part, case):
    """What is kept of a part, as values of a line."""
    said = {each.name: getattr(part, each.name) for each in parts_of(part)}
    if part.KIND == "status":
        said["reference"] = case.recipient_reference

    def first(*names):
        return next((said[name] for name in names if said.get(name) is not None), None)

    day = first(*DAYS)
    return {
        "kind": part.KIND,
        "number": part.key or False,
        "content_hash": part.content_hash,
        "day": day.date() if isinstance(day, datetime) else day,
        "code": first("code", "type", "phase"),
        "amount": float(first(*AMOUNTS) or 0),
        "charged_to": first("charged_to"),
        "text": first("text", "reason", "note", "file") or False,
        "answer_by": first("answer_by"),
        "values": {key: _plain(value) for key, value in said.items()},
    }


def _plain(value):
    """A value as JSON has it; moments in UTC."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime):
        return value.astimezone(timezone.utc).isoformat()
    return value.isoformat() if isinstance(value, date) else value
