import logging
import time
from collections import Counter
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date

from ..rules.plan import plan
from .dunning_dialogue import DISTURBED
from .message_sources import Words

_logger = logging.getLogger(__name__)

#: Debtors decided about together; fewer once they have so many items.
DEBTOR_BATCH, ITEM_BATCH = 500, 20000
#: Messages stored, queued and committed together; fewer once they have so many rows.
NOTICE_BATCH, ROW_BATCH = 500, 15000
#: First key of the lock that keeps two runs of one company apart (the second is its id).
LOCK_SPACE = 0x70617975
#: So often a run is tried that somebody disturbs.
ATTEMPTS = 3
#: A run that was ordered while another went on is tried again after this time.
BUSY_FOR = timedelta(minutes=1)


class DunningRun(models.Model):
    """One execution of the daily run for one company: sync, decide, plan, queue.

    It first decides about everything, then stores and commits batch by batch. It may be
    stopped at any moment: nothing is lost but the batch, and no message is planned twice.
    """

    _name = "dunning.run"
    _inherit = "dunning.run.figures"
    _description = "Dunning Run"
    _order = "id desc"

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    day = fields.Date(required=True, readonly=True)
    state = fields.Selection(
        [
            ("ordered", "Ordered"),
            ("running", "Running"),
            ("waiting", "Waits for Approval"),
            ("approved", "Approved"),
            ("done", "Done"),
            ("problems", "Done, With Problems"),
            ("superseded", "Superseded"),
            ("stopped", "Stopped Half-way"),
        ],
        required=True,
        default="running",
        readonly=True,
    )
    asked_by_id = fields.Many2one(
        "res.users", "Asked For By", readonly=True, help="Empty: the daily run."
    )
    debtor_ids = fields.Many2many(
        "dunning.debtor", string="Only About", readonly=True, help="Empty: all debtors."
    )
    live = fields.Boolean(readonly=True, help="Off: the company had not gone live; nothing left.")
    added = fields.Integer("Items Added", readonly=True)
    closed = fields.Integer("Items Closed", readonly=True)
    decided = fields.Integer("Items Looked At", readonly=True)
    planned = fields.Integer("Messages", readonly=True)
    waiting = fields.Integer(readonly=True, help="Items that go on by themselves on a later day.")
    blocked = fields.Integer(readonly=True, help="Items that need somebody before they go on.")
    reasons = fields.Json(readonly=True, help="Number of items for each reason.")
    problems = fields.Text(readonly=True)
    seconds = fields.Float(readonly=True, digits=(16, 1))
    notice_ids = fields.One2many("dunning.notice", "run_id", "Messages Made")

    @api.depends("company_id.name", "day")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for run in self:
            run.display_name = f"{run.company_id.name} {format_date(self.env, run.day)}"

    @api.model
    def _cron_run(self):
        """The daily run over all companies; one company's fault never stops the others."""
        companies = self.env["res.company"].search([])
        self.env["ir.cron"]._commit_progress(remaining=len(companies))
        for company in companies:
            self.with_company(company)._run_safely(company)
            self.env["ir.cron"]._commit_progress(1)

    @api.model
    def _cron_ordered(self):
        """The runs that people asked for, about some debtors; those that can't start yet wait."""
        ordered = self.search([("state", "=", "ordered")], order="id")
        self.env["ir.cron"]._commit_progress(remaining=len(ordered))
        for run in ordered.with_prefetch():
            self.with_company(run.company_id)._run_safely(run.company_id, run)
            self.env["ir.cron"]._commit_progress(1)
        if self.search_count([("state", "=", "ordered")], limit=1):
            self._wake_ordered(fields.Datetime.now() + BUSY_FOR)

    @api.model
    def _wake_ordered(self, moment=None):
        self.env.ref("payt_dunning.ir_cron_dunning_ordered").sudo()._trigger(moment)

    @api.model
    def _run_safely(self, company, ordered=None):
        """Run for one company, again when somebody got in between; keep what went wrong.

        :param ordered: the run that a person asked for, if one did
        """
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return self._run_company(company, ordered)
            except DISTURBED:
                _logger.info("The dunning run of %s was disturbed (%s)", company.name, attempt)
                problem = self.env._("Somebody worked on the same records all the time.")
            except Exception as error:
                _logger.exception("The dunning run of %s stopped", company.name)
                problem = str(error)
                break
        outcome = {"state": "problems", "problems": problem}
        if ordered:
            ordered.write(outcome)
            ordered._tell_who_asked()
            return ordered
        day = self.env["dunning.message"]._today(company)
        return self.create({"company_id": company.id, "day": day, **outcome})

    @api.model
    def _run_company(self, company, ordered=None):
        """Run for one company, unless somebody else does at this moment; returns the run."""
        if not self._claim(company, "pg_try_advisory_lock"):
            return self.browse()
        try:
            return self._run_claimed(company, ordered)
        except Exception:
            self.env.cr.rollback()
            raise
        finally:
            self._claim(company, "pg_advisory_unlock")

    @api.model
    def _claim(self, company, function):
        return self.env.execute_query(
            SQL("SELECT %s(%s, %s)", SQL.identifier(function), LOCK_SPACE, company.id)
        )[0][0]

    @api.model
    def _run_claimed(self, company, ordered=None):
        started = time.monotonic()
        self.env["dunning.notice"]._find_orphans()
        self.env["dunning.approval"]._drop_outdated(company)
        earlier = self.search(
            [("company_id", "=", company.id), ("state", "in", ("running", "waiting", "approved"))]
        )
        # Whoever was running is gone: we hold its claim.
        earlier.filtered(lambda run: run.state == "running").write({"state": "stopped"})
        run = self._begun(company, ordered)
        approved = earlier.filtered(lambda other: other.state == "approved")
        # Before what was paid late is closed.
        unclaimed = self.env["dunning.claims"]._claim_expired(company) if run.live else []
        run.added, run.closed = self.env["dunning.item"]._sync(company)
        lapsed = self.env["dunning.charge"]._daily(company)
        lapsed += self.env["dunning.dialogue"]._watch(company, run.day)
        self.env["ir.cron"]._commit_progress()
        counts, planned, problems = run._decide()
        problems += unclaimed + lapsed + run._without_policy(counts)
        if not ordered:
            problems += run._nobodys() + run._without_rate()
        run.usual = run._usual_size()
        values = run._totals(counts, planned, problems)
        # What was ordered and waited has the size that a manager saw.
        if run._sends() and run._must_wait(len(planned), ordered or approved):
            values["state"] = "waiting"
        elif run._sends():
            made, failed = run._store(planned)
            values = run._totals(counts, made, problems + failed)
        run.write({**values, "seconds": time.monotonic() - started})
        if not ordered:
            over = earlier.filtered(lambda other: other.state != "stopped")
            over.write({"state": "superseded"})
        self.env["dunning.chatter"]._log_sent()
        self.env["dunning.task"]._after_run(run)
        run._tell_who_asked()
        return run

    @api.model
    def _begun(self, company, ordered=None):
        """A new run of ``company`` that is going on, or the one that was ordered."""
        values = {
            "company_id": company.id,
            "day": self.env["dunning.message"]._today(company),
            "live": company._dunning_is_live(),
            "manual": not (ordered or company.sudo().dunning_automatic),
            "state": "running",
        }
        if not ordered:
            return self.create(values)
        ordered.write(values)
        return ordered

    # -- first pass: decide ------------------------------------------------------------

    def _decide(self):
        """Decide about everything that is due to be looked at and keep the decisions.

        :return: counts per (action, reason), planned messages as plain values (they outlive
            commits), and lines about what went wrong
        """
        self.ensure_one()
        day = self.day
        house = self.env["dunning.house"]._read(self.company_id, day)
        counts, planned, problems = Counter(), [], []
        batches = self._due_debtors()
        self._note_parts(len(batches))
        for debtor_ids in batches:
            result = self._in_parts(debtor_ids, lambda ids: self._decide_batch(ids, day, house))
            for batch_counts, batch_planned in result.values:
                counts.update(batch_counts)
                planned += batch_planned
            problems += result.problems
            self._note_part()
            self.env["ir.cron"]._commit_progress()
            self.env.invalidate_all()
        return counts, self._within_cap(planned, counts), problems

    def _within_cap(self, planned, counts):
        """The messages that leave today; what is more than the company wants waits."""
        leave, waiting = self.env["dunning.caps"]._divide(self.company_id, planned, self.day)
        if waiting:
            self.env["dunning.item"].browse(waiting)._record_decisions(waiting, self.day)
            counts["send", "due"] -= len(waiting)
            counts["wait", "cap"] += len(waiting)
        return leave

    def _due_debtors(self):
        """Ids of the debtors with an item to be looked at, in batches; read once, up front.

        All that a person asked for are looked at, whether it is their day or not.
        """
        scope = Domain("debtor_id", "in", self.debtor_ids.ids) if self.debtor_ids else None
        groups = self.env["dunning.item"]._read_group(
            Domain("company_id", "=", self.company_id.id)
            & Domain("state", "=", "open")
            & (scope or Domain("next_date", "<=", self.day) | Domain("next_date", "=", False)),
            ["debtor_id"],
            ["__count"],
        )
        counts = {debtor.id: count for debtor, count in groups}
        return list(_batches(counts, DEBTOR_BATCH, counts.get, ITEM_BATCH))

    def _decide_batch(self, debtor_ids, day, house):
        debtors = self.env["dunning.debtor"].browse(debtor_ids)
        candidates = self.env["dunning.facts"]._candidates(debtors, day, house)
        decisions = {c.facts.item_id: c.decision for c in candidates}
        items = self.env["dunning.item"].browse(decisions)
        items._record_decisions(decisions, day)
        items._follow_policies([c for c in candidates if c.moved])
        items._note_vetoes(self.day, decisions)
        if self._sends():
            self.env["dunning.task"]._ask_for_numbers(candidates)
        counts = Counter((d.action, d.code) for d in decisions.values())
        return counts, plan(candidates, day)

    # -- second pass: store --------------------------------------------------------------

    def _store(self, planned):
        """Store and queue planned messages; returns how many were made, and what went wrong."""
        made, problems = 0, []
        words = Words(self.env)
        batches = list(_batches(planned, NOTICE_BATCH, lambda each: len(each.lines), ROW_BATCH))
        self._note_parts(len(batches))
        for batch in batches:
            result = self._in_parts(batch, lambda part: self._store_batch(part, words))
            for count, batch_problems in result.values:
                made += count
                problems += batch_problems
            problems += result.problems
            self._note_part()
            self.env["ir.cron"]._commit_progress()
            self.env.invalidate_all()
        if words.woken and len(batches) > 1:
            # The queue may have come to its end before the last of them were in it.
            for xmlid, moment in words.woken:
                self.env.ref(xmlid)._trigger(moment)
        return made, problems

    def _store_batch(self, planned, words):
        notices, problems = self.env["dunning.notice"]._create_planned(self, planned, words)
        return len(notices), problems

    def _in_parts(self, things, do):
        """Do something for many at once; when that fails, for each alone.

        So the one at fault is named and the others go on.

        :param things: debtor ids or planned messages
        """
        try:
            with self.env.cr.savepoint():
                return _Parts([do(things)], [])
        except DISTURBED:
            raise
        except Exception as error:  # noqa: BLE001  the one at fault is named, the others go on
            self.env.invalidate_all(flush=False)
            if len(things) == 1:
                return _Parts([], [self._problem(things[0], error)])
        parts = _Parts([], [])
        for thing in things:
            part = self._in_parts([thing], do)
            parts.values.extend(part.values)
            parts.problems.extend(part.problems)
        return parts

    def _problem(self, thing, error):
        debtor_id = thing if isinstance(thing, int) else thing.debtor_id
        _logger.exception("Dunning of debtor %s failed", debtor_id)
        name = self.env["dunning.debtor"].browse(debtor_id).display_name
        return self.env._("%(name)s: %(error)s", name=name, error=error)

    # -- figures -------------------------------------------------------------------------

    def _totals(self, counts, planned, problems):
        by_action = Counter()
        for (action, _code), count in counts.items():
            by_action[action] += count
        return {
            "state": "problems" if problems else "done",
            "decided": by_action.total(),
            "planned": planned if isinstance(planned, int) else len(planned),
            "waiting": by_action["wait"],
            "blocked": by_action["blocked"],
            "reasons": {f"{action}:{code}": count for (action, code), count in counts.items()},
            "problems": "\n".join(problems) or False,
        }


class _Parts:
    """What came out of doing something in parts."""

    def __init__(self, values, problems):
        self.values = values
        self.problems = problems


def _batches(things, most, weigh, limit):
    """Lists of at most so many things, and fewer once they weigh more than ``limit`` together."""
    batch, weight = [], 0
    for thing in things:
        own = weigh(thing)
        if batch and (len(batch) == most or weight + own > limit):
            yield batch
            batch, weight = [], 0
        batch.append(thing)
        weight += own
    if batch:
        yield batch
