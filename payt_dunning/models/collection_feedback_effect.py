from datetime import datetime, timezone

from odoo import api, fields, models
from odoo.tools import format_date

from ..rules.feedback.values import Balance, Closure, Status
from ..tools import exact
from .collection_handover import LIVE

PHASES = [("amicable", "Amicable"), ("judicial", "In Court"), ("enforcement", "Enforcement")]
#: Phases of our case, by what happens there; what is not here changes none.
CASE_PHASE = {
    "summons_served": "summons",
    "court_pending": "summons",
    "judgment": "judgment",
    "judgment_served": "judgment",
    "attachment": "enforcement",
    "enforcement": "enforcement",
}
#: What somebody has to do something about.
ASKS = ("info_required", "disputed")


class CollectionFeedbackLine(models.Model):
    """What things that offices tell change here. Money is never booked by what an office says."""

    _inherit = "collection.feedback.line"  # pylint: disable=consider-merging-classes-inherited

    def _apply(self, files):
        """Let one thing take effect.

        :param files: what came along, by name
        """
        self.ensure_one()
        getattr(self, f"_apply_{self.kind}")(files)

    def _words(self, code):
        return self.env["collection.feedback.words"]._code(code)

    def _in_company_language(self):
        return self.with_context(lang=self.company_id.partner_id.lang)

    def _apply_status(self, _files):
        line = self._in_company_language()
        handover = line.handover_id
        handover.write(
            {
                "agent_phase": self.values["phase"],
                "agent_status": self.code,
                "agent_since": self.day,
                "agent_told_at": self.feedback_id.sent_at,
                "agent_reason": self.text,
            }
        )
        line.case_id._note(
            line.env._(
                "%(office)s since %(day)s: %(what)s",
                office=handover.agent_id.partner_id.name,
                day=format_date(line.env, self.day),
                what=line._words(self.code),
            )
        )
        if self.code == "rejected":
            if handover.state in LIVE:
                handover.with_env(line.env)._reject(self.text or line._words(self.code))
            return
        if self.code != "received" and handover.state in LIVE:
            handover._accept(self.values.get("reference") or handover.reference)
        self._move_case()
        if self.code in ASKS or not self.env["collection.feedback.words"]._knows(self.code):
            self._ask(line._words(self.code))

    def _move_case(self):
        phase, case = CASE_PHASE.get(self.code), self.case_id
        if phase and case.handover_id == self.handover_id and case.phase not in ("closed", phase):
            case._set_phase(phase, self.day)

    def _apply_event(self, _files):
        line = self._in_company_language()
        line.case_id._note(
            line.env._(
                "%(office)s, %(day)s: %(what)s",
                office=self.agent_id.partner_id.name,
                day=format_date(line.env, self.day),
                what=self.text or line._words(self.code),
            )
        )

    def _apply_booking(self, _files):
        """A row of the office's ledger: kept, never booked in ours."""

    def _apply_balance(self, _files):
        said = self.values
        self.handover_id.write(
            {
                "agent_balance_on": self.day,
                "agent_principal": float(said["principal"]),
                "agent_interest": float(said["interest"]),
                "agent_costs": float(said["costs"]),
                "agent_due": float(said["due"]),
            }
        )

    def _apply_question(self, _files):
        line = self._in_company_language()
        until = self.answer_by and format_date(line.env, self.answer_by)
        self._ask(
            line.env._("Answer before %(day)s: %(question)s", day=until, question=self.text)
            if until
            else line.env._("Answer: %s", self.text)
        )

    def _apply_document(self, files):
        content = files.get(self.values["file"])
        if content is None:
            self.says = self.env._("The file did not come along.")
            return
        self.env["ir.attachment"].sudo().create(
            {
                "name": self.values["file"],
                "raw": content,
                "res_model": "collection.handover",
                "res_id": self.handover_id.id,
                "mimetype": "application/pdf"
                if content[:5] == b"%PDF-"
                else "application/octet-stream",
            }
        )

    def _apply_closure(self, _files):
        handover = self.handover_id
        handover.write({"agent_closure": self.code, "agent_closed_on": self.day})
        line = self._in_company_language()
        words = line.env._(
            "%(office)s closed it on %(day)s: %(why)s",
            office=handover.agent_id.partner_id.name,
            day=format_date(line.env, self.day),
            why=line._words(self.code),
        )
        line.case_id._note(words)
        self._ask(line.env._("%s Decide what becomes of what is open.", words))

    def _ask(self, words):
        """Somebody has to do something; each thing is asked for apart."""
        return self.handover_id.sudo().activity_schedule(
            "payt_dunning.activity_agent_tell",
            date_deadline=self.answer_by or self.case_id._today(),
            summary=words[:250],
            user_id=self.env["dunning.task"]
            ._person(self.handover_id.handler_id, self.company_id)
            .id,
        )


class CollectionHandover(models.Model):
    """Where a case stands at its office, as it told us last."""

    _inherit = "collection.handover"  # pylint: disable=consider-merging-classes-inherited

    feedback_line_ids = fields.One2many(
        "collection.feedback.line", "handover_id", "Told by the Office", readonly=True
    )
    agent_phase = fields.Selection(PHASES, "Phase There", readonly=True, tracking=True)
    agent_status = fields.Char(readonly=True)
    agent_status_name = fields.Char("Where It Stands", compute="_compute_agent_words")
    agent_since = fields.Date("Since", readonly=True)
    agent_told_at = fields.Datetime(readonly=True)
    agent_reason = fields.Char("Reason Given", readonly=True)
    agent_closure = fields.Char(readonly=True)
    agent_closure_name = fields.Char("How It Ended", compute="_compute_agent_words")
    agent_closed_on = fields.Date("Ended On", readonly=True)
    agent_balance_on = fields.Date("Balance As of", readonly=True)
    agent_principal = fields.Monetary("Principal There", readonly=True)
    agent_interest = fields.Monetary("Interest There", readonly=True)
    agent_costs = fields.Monetary("Costs There", readonly=True)
    agent_due = fields.Monetary("Owed There", readonly=True)

    @api.depends("agent_status", "agent_closure")
    @api.depends_context("lang")
    def _compute_agent_words(self):
        words = self.env["collection.feedback.words"]
        for handover in self:
            handover.agent_status_name = words._code(handover.agent_status)
            handover.agent_closure_name = words._code(handover.agent_closure)

    def _told_status(self):
        if not self.agent_status:
            return None
        return Status(
            self.agent_phase, self.agent_status, self.agent_since, self.agent_reason or ""
        )

    def _told_status_sent(self):
        moment = self.agent_told_at
        return moment and datetime.combine(moment.date(), moment.time(), timezone.utc)

    def _told_balance(self):
        if not self.agent_balance_on:
            return None
        amounts = (self.agent_principal, self.agent_interest, self.agent_costs, self.agent_due)
        return Balance(self.agent_balance_on, *(exact(amount) for amount in amounts))

    def _told_closure(self):
        if not self.agent_closure:
            return None
        line = self.feedback_line_ids.filtered(
            lambda each: each.kind == "closure" and each.result == "applied"
        )[:1]
        return Closure(self.agent_closure, self.agent_closed_on, line.text or "")
