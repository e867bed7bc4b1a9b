from collections import defaultdict
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

    def _apply_all(self, files):
        """Let things take effect, in the order in which they were told.

        :param files: what came along, by name
        """
        self._note_on_cases()
        # What changes is noted, for all at once: not once more for each.
        quiet = self.with_context(mail_notrack=True)
        for line in quiet:
            getattr(line, f"_apply_{line.kind}")(files)
        quiet._move_cases()

    def _note_on_cases(self):
        """Note what happened on cases and handovers; each round notes one thing on each of them."""
        rounds = []
        placed = defaultdict(int)
        for line in self:
            tell = getattr(line, f"_words_of_{line.kind}", None)
            if not tell:
                continue
            place = placed[line.handover_id]
            placed[line.handover_id] += 1
            if place == len(rounds):
                rounds.append({})
            rounds[place][line.handover_id.id] = tell()
        for told in rounds:
            handovers = self._in_company_language().handover_id.browse(told)
            handovers._message_log_batch(told)
            cases = {handover.case_id: told[handover.id] for handover in handovers}
            handovers.case_id._note_each(cases)

    def _words(self, code):
        return self.env["collection.feedback.words"]._code(code)

    def _in_company_language(self):
        """One company's only: what an office tells is about what it has of that one."""
        return self.with_context(lang=self.company_id.partner_id.lang)

    def _words_of_status(self):
        line = self._in_company_language()
        return line.env._(
            "%(office)s since %(day)s: %(what)s",
            office=line.agent_id.partner_id.name,
            day=format_date(line.env, line.day),
            what=line._words(line.code),
        )

    def _words_of_event(self):
        line = self._in_company_language()
        return line.env._(
            "%(office)s, %(day)s: %(what)s",
            office=line.agent_id.partner_id.name,
            day=format_date(line.env, line.day),
            what=line.text or line._words(line.code),
        )

    def _words_of_closure(self):
        line = self._in_company_language()
        return line.env._(
            "%(office)s closed it on %(day)s: %(why)s",
            office=line.agent_id.partner_id.name,
            day=format_date(line.env, line.day),
            why=line._words(line.code),
        )

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
        if self.code == "rejected":
            if handover.state in LIVE:
                handover.with_env(line.env)._reject(self.text or line._words(self.code))
            return
        if handover.state == "rejected":
            # It had refused the case: what it does now is for a person to hear.
            self._ask(line._words(self.code))
        self._taken(self.values.get("reference") or handover.reference)
        if self.code in ASKS or not self.env["collection.feedback.words"]._knows(self.code):
            self._ask(line._words(self.code))

    def _taken(self, reference):
        """The office has the case, whatever else it says of it."""
        if self.code not in ("received", "rejected") and self.handover_id.state in LIVE:
            self.handover_id._accept(reference)

    def _catch_up(self):
        """Of what comes late only that is shown which nothing newer has replaced."""
        late = self.filtered(lambda line: line.kind == "status")
        for line in late:
            line._taken(line.handover_id.reference or line.values.get("reference"))
        late._move_cases()

    def _move_cases(self):
        """Cases are where the newest status puts them that says something of that."""
        moving = self.filtered(lambda line: line.kind == "status" and line.code in CASE_PHASE)
        if not moving:
            return
        told = self.sudo().search(
            [
                ("handover_id", "in", moving.handover_id.ids),
                ("kind", "=", "status"),
                ("code", "in", list(CASE_PHASE)),
                ("result", "in", ("applied", "older")),
            ]
        )
        newest = {
            line.handover_id: line
            for line in told.sorted(lambda line: (line.day, line.feedback_id.sent_at, line.id))
        }
        for handover, line in newest.items():
            phase, case = CASE_PHASE[line.code], handover.case_id
            stays = case.handover_id != handover or case.phase in ("closed", phase)
            if line in moving and not stays:
                case._set_phase(phase, line.day)

    def _apply_event(self, _files):
        """What happened is noted on the case."""

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
        if self.case_id.phase == "closed":
            self.case_id._end_handovers()
            return
        line = self._in_company_language()
        self._ask(line.env._("%s Decide what becomes of what is open.", self._words_of_closure()))

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
