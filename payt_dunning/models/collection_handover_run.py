import logging

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import format_amount, format_date

from ..rules.automatic import GOES, LATER, STAYS, WAITS, Found, outcome
from ..rules.handover import PASS, verdict, worst_first
from ..rules.working_days import WORKING_DAYS
from ..tools import exact
from .collection_dossier import Wanted
from .dunning_dialogue import DISTURBED

_logger = logging.getLogger(__name__)

FAILED = "failed"
RESULTS = [
    (GOES, "Handed Over"),
    (WAITS, "Waits for a Yes"),
    (LATER, "Another Day"),
    (STAYS, "Stays"),
    (FAILED, "Failed"),
]
#: So many reasons of a case are told.
REASONS = 3
#: So many cases fit in the dialog in which they are handed over.
MOST = 80


class CollectionHandoverRun(models.Model):
    """A day on which cases go to an office by themselves: which went, which wait for a yes."""

    _name = "collection.handover.run"
    _description = "Day of Handovers"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "day desc, id desc"

    agent_id = fields.Many2one(
        "collection.agent", "Office", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="agent_id.company_id", store=True, index=True)
    day = fields.Date(required=True, readonly=True)
    state = fields.Selection(
        [("running", "Being Done"), ("done", "Done")],
        required=True,
        readonly=True,
        default="running",
    )
    line_ids = fields.One2many("collection.handover.run.line", "run_id", "Cases", readonly=True)
    gone = fields.Integer("Handed Over", compute="_compute_counts")
    waiting = fields.Integer("Wait for a Yes", compute="_compute_counts")

    _once_a_day = models.UniqueIndex("(agent_id, day)", "This day was begun already.")

    @api.depends("agent_id", "day")
    def _compute_display_name(self):
        for run in self:
            run.display_name = f"{run.agent_id.partner_id.name}, {format_date(self.env, run.day)}"

    @api.depends("line_ids.result", "line_ids.case_phase")
    def _compute_counts(self):
        for run in self:
            run.gone = len(run.line_ids.filtered(lambda line: line.result == GOES))
            run.waiting = len(run._still_waiting())

    def _still_waiting(self):
        """The cases that wait for a yes, and still are ready."""
        lines = self.line_ids.filtered(lambda line: line.result == WAITS)
        return lines.case_id.filtered(lambda case: case.phase == "ready")

    # -- each day ------------------------------------------------------------------------------------

    @api.model
    def _cron_automatic(self):
        """Begin the day of each office whose hour has come, and end those that were broken off."""
        for agent in self._due():
            self.sudo().with_context(mail_create_nolog=True).create(
                {"agent_id": agent.id, "day": self._day(agent.company_id)}
            )
            self.env["ir.cron"]._commit_progress()
        for run in self.sudo().search([("state", "=", "running")]):
            company = run.company_id
            if company._dunning_is_live():
                mine = run.with_context(lang=company.partner_id.lang)
                mine._go_on_safely(self._day(company))

    @api.model
    def _day(self, company):
        return self.env["dunning.message"]._today(company)

    @api.model
    def _due(self):
        """Offices whose day is to begin now."""
        agents = self.env["collection.agent"].sudo().search([("automatic", "=", True)])
        begun = {(run.agent_id, run.day) for run in self.sudo().search([], limit=500)}
        due = agents.browse()
        for company, own in agents.grouped("company_id").items():
            if not company._dunning_is_live():
                continue
            here = self.with_context(tz=company.partner_id.tz or "UTC")
            now = fields.Datetime.context_timestamp(here, fields.Datetime.now())
            closed = self.env["dunning.when"]._holidays(company)
            day = self._day(company)
            if day.weekday() not in WORKING_DAYS or day in closed:
                continue
            due += own.filtered(
                lambda agent, now=now, day=day: (
                    agent.automatic_hour <= now.hour <= 20
                    and not agent.stopped_because
                    and not agent.changed_by_id
                    and (agent, day) not in begun
                )
            )
        return due

    def _go_on_safely(self, today):
        """What fails of one office keeps no other; it goes on when the action runs again."""
        try:
            self._go_on(today)
        except DISTURBED:
            self.env.cr.rollback()
        except Exception:
            _logger.exception("Automatic handovers to %s failed", self.agent_id.id)
            self.env.cr.rollback()
            self.env.invalidate_all(flush=False)

    def _go_on(self, today):
        """Look at each case that is ready, one after the other; what was looked at is kept.

        A day that was broken off and is over is only ended.
        """
        self.ensure_one()
        cases = self._ready() if self.day == today else self.env["collection.case"].sudo()
        for case in cases:
            if not self._still_goes():
                break
            self._look_at(case)
            if self.env["ir.cron"]._commit_progress(1) <= 0:
                # The scheduled action has no time left: it goes on in a moment.
                self.env.ref("payt_dunning.ir_cron_collection_automatic").sudo()._trigger()
                return
        self.state = "done"
        self._tell()
        self.env["ir.cron"]._commit_progress()

    def _still_goes(self):
        """Whether the office gets cases by themselves, at this very moment."""
        agent = self.agent_id
        return (
            agent.active
            and agent.automatic
            and not agent.stopped_because
            and not agent.changed_by_id
        )

    def _ready(self):
        """The cases that are ready and proposed for this office, not looked at yet, oldest first."""
        cases = (
            self.env["collection.case"]
            .sudo()
            .search(
                Domain("company_id", "=", self.company_id.id)
                & Domain("phase", "=", "ready")
                & Domain("id", "not in", self.line_ids.case_id.ids),
                order="begun_on, id",
            )
        )
        policies = cases._open_items()._policies()
        let_go = cases.filtered(
            lambda case: (
                (items := case._open_items())
                and all(policies[item].case_handover for item in items)
            )
        )
        proposed = self.env["collection.agent"].sudo()._proposed(let_go)
        return let_go.filtered(lambda case: proposed[case] == self.agent_id)

    def _held(self, cases):
        """Those of some cases of which a pause, dispute or unanswered message holds anything."""
        candidates = self.env["dunning.facts"]._candidates(cases.debtor_id, self.day)
        held = {
            candidate.facts.item_id
            for candidate in candidates
            if any(hold.counts_on(self.day) for hold in candidate.facts.holds)
            or candidate.facts.unanswered(self.day)
        }
        return cases.filtered(lambda case: held & set(case._open_items().ids))

    def _look_at(self, case):
        """Decide about one case, and hand it over if it goes: one that fails keeps no other."""
        handover, result, says = self.env["collection.handover"], STAYS, ""
        try:
            with self.env.cr.savepoint():
                # What came meanwhile counts: a pause, a message, a payment.
                case._lock()
                result, says = self._decide(case)
                if result == GOES:
                    handover = self._hand_over(case)
        except DISTURBED:
            raise
        except UserError as error:
            self.env.invalidate_all(flush=False)
            result, says = FAILED, str(error).split("\n", 1)[-1]
        except Exception:
            self.env.invalidate_all(flush=False)
            _logger.exception("Automatic handover of case %s failed", case.id)
            result = FAILED
            says = self.env._("Something unexpected went wrong: the server's log tells.")
        self.env["collection.handover.run.line"].create(
            {
                "run_id": self.id,
                "case_id": case.id,
                "result": result,
                "says": says,
                "handover_id": handover.id,
            }
        )

    def _decide(self, case):
        """What becomes of a case, and why, in words."""
        if case.phase != "ready":
            return STAYS, self.env._("The case is not ready any more.")
        if self._left() <= 0:
            return LATER, self._reason("limit")
        if self._held(case):
            return STAYS, self._reason("held")
        asked = case._to_read()[case]
        found, facts = self.env["collection.check"].sudo()._look(case, self.agent_id)
        policies = case._open_items()._policies()
        same = case.currency_id == self.agent_id.currency_id
        result, code = outcome(
            Found(
                verdict=verdict(found, bool(asked)),
                wrote=bool(case._where_debtors_wrote()),
                # A number for VAT makes nobody a company.
                natural=facts.natural or not case.debtor_id.partner_id.is_company,
                by_itself=all(each.case_handover == "automatic" for each in policies.values()),
                amount=exact(case.total) if same else None,
            ),
            exact(self.agent_id.automatic_most) or None,
            self._left(),
        )
        if result == GOES and not self.agent_id._declared_still():
            result, code = WAITS, "declared"
        words = self.env["collection.check.words"]
        told = [
            words._said(check, case.currency_id)
            for check in sorted(found, key=worst_first)
            if check.result != PASS
        ]
        reasons = [*filter(None, [self._reason(code)]), *asked]
        if code in ("kept", "warned", "asked"):
            reasons += told
        return result, " ".join(reasons[:REASONS])

    def _left(self):
        """How many more may go today."""
        gone = self.env["collection.handover.run.line"].search_count(
            [("run_id", "=", self.id), ("result", "=", GOES)]
        )
        return self.agent_id.automatic_daily - gone

    def _reason(self, code):
        words = {
            "held": lambda: self.env._("A pause, dispute or message without answer holds it."),
            "wrote": lambda: self.env._(
                "The debtor wrote about it: read whether it contests the claim."
            ),
            "natural": lambda: self.env._("A natural person: somebody says yes."),
            "policy": lambda: self.env._("Its procedure asks for a yes."),
            "currency": lambda: self.env._("It is in another currency than the limit."),
            "amount": lambda: self.env._(
                "More than %s.",
                format_amount(self.env, self.agent_id.automatic_most, self.agent_id.currency_id),
            ),
            "limit": lambda: self.env._("No more cases go on this day."),
            "declared": lambda: self.env._(
                "Who declared the dossiers beforehand is no manager any more: declare it anew."
            ),
        }
        return words[code]() if code in words else ""

    def _hand_over(self, case):
        """The handover, declared by who let cases go by themselves."""
        agent = self.agent_id
        wanted = Wanted(
            agent_id=agent,
            action=agent.action or "demand",
            day=case._today(),
            no_defence=True,
            declared_on=agent.automatic_on,
        )
        handovers = self.env["collection.handover"].with_user(agent.automatic_by_id)
        handover = handovers._hand_over(case, wanted).sudo()
        if agent.way == "download":
            self.env["dunning.task"]._ask(
                handover,
                "agent_tell",
                lambda env: env._("Give the package to the office"),
                company=self.company_id,
                handler=handover.handler_id,
            )
        return handover

    # -- what people are told --------------------------------------------------------------------------

    def _tell(self):
        """A summary for the managers where something happened; a task where somebody says yes."""
        waiting = self._still_waiting()
        known = self._waited_before()
        if waiting:
            self.env["dunning.task"]._ask(
                self,
                "handover_yes",
                lambda env: env._("Cases wait for a yes before they are handed over"),
                company=self.company_id,
                managers=True,
            )
        failed = self.line_ids.filtered(lambda line: line.result == FAILED)
        if self.gone or waiting - known or failed:
            self.message_post(
                subject=self.env._("Handovers: %s", self.display_name),
                body=self.env["ir.qweb"]._render(
                    "payt_dunning.handover_run_summary", {"run": self, "results": self._told()}
                ),
                partner_ids=self.agent_id._managers().partner_id.ids,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
                email_layout_xmlid="mail.mail_notification_light",
            )
        self.search(
            [("agent_id", "=", self.agent_id.id), ("id", "!=", self.id)]
        )._nobody_need_say_yes()

    def _nobody_need_say_yes(self):
        """What waited on a day before waits on this one."""
        self.env["dunning.task"]._done(self, "handover_yes")

    def _waited_before(self):
        """Cases that waited on the day before already: nobody is mailed about them again."""
        before = self.search(
            [("agent_id", "=", self.agent_id.id), ("id", "!=", self.id), ("day", "<", self.day)],
            limit=1,
        )
        return before.line_ids.filtered(lambda line: line.result == WAITS).case_id

    def _told(self):
        """Cases by what became of them: ``[(words, lines)]``."""
        labels = dict(self.line_ids._fields["result"]._description_selection(self.env))
        return [
            (labels[result], lines)
            for result, lines in self.line_ids.sorted("result").grouped("result").items()
        ]

    # -- saying yes --------------------------------------------------------------------------------------

    def action_waiting(self):
        """Open what waits for a yes in the dialog in which several cases are handed over."""
        self.ensure_one()
        self.check_access("read")
        if not self.env.user.has_group("payt_dunning.group_dunning_user"):
            raise AccessError(self.env._("Only collectors can hand over cases."))
        waiting = self._still_waiting()
        if not waiting:
            raise UserError(self.env._("Nothing waits for a yes any more."))
        return waiting[:MOST].action_hand_over()


class CollectionHandoverRunLine(models.Model):
    """What became of one case on such a day, and why."""

    _name = "collection.handover.run.line"
    _description = "Case on a Day of Handovers"
    _order = "id"

    run_id = fields.Many2one(
        "collection.handover.run", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="run_id.company_id", store=True)
    case_id = fields.Many2one(
        "collection.case", required=True, readonly=True, index=True, ondelete="cascade"
    )
    case_phase = fields.Selection(related="case_id.phase")
    debtor_id = fields.Many2one(related="case_id.debtor_id")
    result = fields.Selection(RESULTS, required=True, readonly=True)
    says = fields.Text("Why", readonly=True)
    handover_id = fields.Many2one("collection.handover", readonly=True, ondelete="set null")

    _once = models.UniqueIndex("(run_id, case_id)", "This case was looked at already.")
