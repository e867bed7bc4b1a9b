import time

from odoo import SUPERUSER_ID, api, fields, models

from odoo.addons.payt_dunning.models.dunning_job import UNDER_WAY
from odoo.addons.queue_job.exception import RetryableJobError

#: The channel of each kind of work.
CHANNELS = {"letters": "letters", "packages": "packages", "simulation": "trials"}
#: A job works for so many seconds, then it goes on as the next one: no request lasts longer.
SECONDS = 45
#: Work that somebody else is at is looked at again after so many seconds.
BUSY_SECONDS = 30


class DunningJob(models.Model):
    """Long work is done by jobs of the queue."""

    _inherit = "dunning.job"

    @api.model
    def _begin(self, kind, name, company, total, params=None, record=None):
        job = super()._begin(kind, name, company, total, params=params, record=record)
        job.with_user(SUPERUSER_ID).with_delay(
            channel=f"root.payt_dunning.{CHANNELS[kind]}",
            identity_key=f"payt_dunning.work:{job.id}",
            description=name,
        )._work_job()
        return job

    def _work_job(self):
        """Do a part of this work, and the rest in the next round."""
        self.ensure_one()
        if not self.exists() or self.state not in UNDER_WAY:
            return
        mine = False
        if not self.env["dunning.host"]._is_unfit():
            until = time.monotonic() + SECONDS
            with self.with_context(dunning_work_until=until)._taken() as mine:
                if mine:
                    self.with_context(dunning_work_until=until)._work()
        if self.state in UNDER_WAY:
            raise RetryableJobError(
                self.env._("It goes on in a moment"),
                seconds=1 if mine else BUSY_SECONDS,
                ignore_retry=True,
            )

    @api.model
    def _to_do(self):
        """Scheduled actions do what no job has worked on for a while."""
        since = self.env["dunning.dispatch"]._waiting_since()
        domain = super()._to_do()
        if since < fields.Datetime.now():
            domain = [*domain, ("write_date", "<=", since)]
        return domain
