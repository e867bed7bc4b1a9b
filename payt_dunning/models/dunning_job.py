import logging
import time
from contextlib import contextmanager
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .dunning_dialogue import DISTURBED
from .dunning_retention import BATCH, clean
from .dunning_sharing import JOB_SPACE, held
from .ir_attachment import WHOLE_FILES

_logger = logging.getLogger(__name__)

#: What came of long work is kept for so many days.
KEPT_DAYS = 30
STATES = [
    ("waiting", "Waits for Its Turn"),
    ("running", "Going On"),
    ("done", "Done"),
    ("cancelled", "Cancelled"),
    ("failed", "Failed"),
]
MANAGERS = "payt_dunning.group_dunning_manager"
#: Work that has not come to its end.
UNDER_WAY = ("waiting", "running")


class DunningJob(models.Model):
    """Work that takes longer than somebody wants to look at a screen.

    It is done part by part in the background, shows how far it is, can be left, found again and
    cancelled, and tells who asked for it when it is over. A part is the work of a method
    ``_steps_<kind>``, which does one part and says how far it is each time it is asked for the
    next. A program that ends half-way loses no more than the part it was at.
    """

    _name = "dunning.job"
    _description = "Long Work"
    _order = "id desc"

    name = fields.Char(required=True, readonly=True)
    kind = fields.Selection(
        [
            ("simulation", "Levels Tried on the Past"),
            ("letters", "Letters to Print"),
            ("packages", "Cases to Hand Over"),
        ],
        required=True,
        readonly=True,
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    user_id = fields.Many2one(
        "res.users", "Asked For By", required=True, readonly=True, ondelete="cascade", index=True
    )
    state = fields.Selection(STATES, required=True, default="waiting", readonly=True, index=True)
    done_count = fields.Integer("Done So Far", readonly=True, aggregator=None)
    total_count = fields.Integer("In All", readonly=True, aggregator=None)
    percent = fields.Integer("Progress", compute="_compute_percent")
    began_at = fields.Datetime("Began", readonly=True)
    ended_at = fields.Datetime("Ended", readonly=True)
    note = fields.Text(readonly=True, help="What came of it, or why it did not end well.")
    cancel_asked = fields.Boolean(readonly=True)
    params = fields.Json(readonly=True, groups=MANAGERS, help="What was asked for.")
    partial = fields.Json(readonly=True, groups=MANAGERS, help="What has been found so far.")
    result = fields.Json(readonly=True, groups=MANAGERS)
    res_model = fields.Char(readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", readonly=True)

    @api.depends("done_count", "total_count", "state")
    def _compute_percent(self):
        for job in self:
            if job.state == "done":
                job.percent = 100
            else:
                job.percent = 100 * job.done_count // (job.total_count or 1)

    @api.model
    def _begin(self, kind, name, company, total, params=None, record=None):
        """Have something done in the background for the user.

        :param total: how many things there are to do, as far as that is known
        :return: the job
        """
        job = self.sudo().create(
            {
                "kind": kind,
                "name": name,
                "company_id": company.id,
                "user_id": self.env.uid,
                "total_count": total,
                "params": params or {},
                "res_model": record and record._name,
                "res_id": record and record.id,
            }
        )
        self.env.ref("payt_dunning.ir_cron_dunning_job").sudo()._trigger()
        self.env["dunning.dispatch"].sudo()._wake_helpers()
        return job

    # -- doing it --------------------------------------------------------------------------------

    @api.model
    def _cron_work(self):
        """Do what waits, the oldest first, for as long as a scheduled action may."""
        if self.env["dunning.host"]._is_unfit():
            return
        self.env["dunning.host"]._end_stalled()
        jobs = self.search(self._to_do(), order="id")
        # Who waits for letters or packages does not wait for a trial of somebody else.
        jobs = jobs.sorted(lambda job: job.kind == "simulation")
        left = self.env["ir.cron"]._commit_progress(remaining=len(jobs))
        for job in jobs:
            if left <= 0:
                break
            with job._taken() as mine:
                if mine:
                    job._work()
            over = not mine or job.state not in UNDER_WAY
            left = self.env["ir.cron"]._commit_progress(int(over))

    @api.model
    def _to_do(self):
        """What scheduled actions do, as a domain."""
        return [("state", "in", UNDER_WAY)]

    @contextmanager
    def _taken(self):
        """Hold the right to do this one; says whether it could be had, and it is not over.

        It is let go when what was done is committed: before that, somebody else would still see
        it under way, and do it again.
        """
        self.ensure_one()
        with held(self.env, JOB_SPACE, self.ids) as mine:
            # What another worker did until then is seen.
            self.env["ir.cron"]._commit_progress()
            self.env.invalidate_all()
            yield bool(mine) and bool(self.exists()) and self.state in UNDER_WAY
            try:
                self.env["ir.cron"]._commit_progress()
            except DISTURBED:
                # Somebody cancelled it at this moment, say: gone on with at once.
                self.env.cr.rollback()
                self.env.invalidate_all(flush=False)
                self.env.ref("payt_dunning.ir_cron_dunning_job")._trigger()

    def _time_left(self):
        """Seconds that whoever works on it has left."""
        until = self.env.context.get("dunning_work_until")
        return max(until - time.monotonic(), 0) if until else float("inf")

    def _work(self):
        """Do this one as far as time allows; one that fails says why and stops no other."""
        self.ensure_one()
        mine = self._as_asked()
        try:
            if mine._is_cancelled():
                return
            if mine.state == "waiting":
                mine.write({"state": "running", "began_at": fields.Datetime.now()})
            for values in getattr(mine, f"_steps_{mine.kind}")():
                # What was read is let go first: somebody may have cancelled meanwhile.
                left = min(self.env["ir.cron"]._commit_progress(), self._time_left())
                self.env.invalidate_all()
                if mine._is_cancelled():
                    return
                mine.write(values)
                # Something was done, and something is left: the scheduled action goes on.
                left = min(left, self.env["ir.cron"]._commit_progress(1, remaining=1))
                if left <= 0:
                    # Gone on with at once, not when the scheduled action comes round again.
                    self.env.ref("payt_dunning.ir_cron_dunning_job")._trigger()
                    self.env["ir.cron"]._commit_progress()
                    return
            mine._end("done")
        except DISTURBED:
            # Somebody worked on the same records: gone on with at once.
            self.env.cr.rollback()
            self.env.ref("payt_dunning.ir_cron_dunning_job")._trigger()
        except Exception as error:
            self.env.cr.rollback()
            _logger.exception("Long work %s failed", self.id)
            mine._let_go()
            mine._end("failed", str(error))

    def _as_asked(self):
        """With the company and the language of who asked, and the rights of the system."""
        return self.with_company(self.company_id).with_context(
            lang=self.user_id.lang,
            allowed_company_ids=self.company_id.ids,
            **{WHOLE_FILES: True},
        )

    def _is_cancelled(self):
        if not self.cancel_asked:
            return False
        self._let_go()
        self._end("cancelled", self._when_stopped())
        return True

    def _let_go(self):
        """Whatever waits for this work and will not get it waits no more."""

    def _when_stopped(self):
        """What it comes to when somebody stops it, in words."""
        return self.env._("Somebody stopped it. Nothing of it is kept.")

    def _end(self, state, note=None):
        """It is over: who asked for it is told."""
        values = {"state": state, "ended_at": fields.Datetime.now(), "partial": False}
        if note:
            values["note"] = note
        self.write(values)
        self._tell()

    def _tell(self):
        """Tell who asked for it in Odoo, wherever he is by now."""
        labels = dict(self._fields["state"]._description_selection(self.env))
        self.user_id._bus_send(
            "payt_dunning.job",
            {
                "id": self.id,
                "title": f"{self.name}: {labels[self.state]}",
                "text": self.note or "",
                "ok": self.state == "done",
            },
        )

    # -- for people ------------------------------------------------------------------------------

    def _own(self):
        """These, for who asked for them; managers see all of their companies."""
        self.check_access("read")
        manager = self.env.user.has_group("payt_dunning.group_dunning_manager")
        if not manager and self.user_id != self.env.user:
            raise AccessError(self.env._("Only who asked for it or a manager can do this."))
        return self.sudo()

    def action_cancel(self):
        """Stop: what has been found so far is thrown away, nothing that was kept is lost."""
        for job in self._own():
            if job.state not in UNDER_WAY:
                raise UserError(self.env._("“%s” is over already.", job.name))
            job.cancel_asked = True
            if job.state == "waiting":
                job._as_asked()._is_cancelled()
        return True

    def action_show(self):
        """Show what came of it, or how far it is."""
        self.ensure_one()
        job = self._own()
        if job.kind == "simulation":
            return {
                "type": "ir.actions.client",
                "tag": "payt_dunning.simulator",
                "name": self.env._("Try Out Levels"),
                "params": {"job_id": job.id},
            }
        return {
            "type": "ir.actions.act_window",
            "res_model": job.res_model or self._name,
            "res_id": job.res_id or job.id,
            "views": [(False, "form")],
        }

    @api.autovacuum
    def _gc_old(self):
        """What came of long work is thrown away after a month."""
        before = fields.Datetime.now() - timedelta(days=KEPT_DAYS)
        return clean(self.sudo().search([("ended_at", "<", before)], limit=BATCH))
