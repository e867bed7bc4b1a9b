import hashlib
from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import SQL

from odoo.addons.payt_dunning.models.dunning_host import seconds_of
from odoo.addons.queue_job.exception import RetryableJobError
from odoo.addons.queue_job.jobrunner.runner import PG_ADVISORY_LOCK_ID

#: Messages of one job, and the most by which those that leave first wait for the others.
BATCH, SPAN = 50, timedelta(minutes=15)
#: So long scheduled actions leave to jobs what may leave, while there is a runner.
PATIENCE, PATIENCE_SECONDS = "payt_dunning_queue_job.patience", 600
#: A job that could not do all is tried again after so many seconds at the earliest.
AGAIN = 60


class DunningDispatch(models.AbstractModel):
    """Messages are handed over by jobs; scheduled actions do what no job has done."""

    _inherit = "dunning.dispatch"

    # -- jobs ------------------------------------------------------------------------------------

    @api.model
    def _as_jobs(self, notices):
        """Have messages that wait handed over by jobs, those together that leave at about the same time."""
        for moment, ids in self._batches(self._moments(notices)):
            self.with_user(SUPERUSER_ID).with_delay(
                eta=moment if moment > fields.Datetime.now() else None,
                identity_key=self._key_of(ids),
                description=self.env._("Hand over %s messages", len(ids)),
            )._deliver_job(ids)

    @api.model
    def _moments(self, notices):
        """When messages may leave that wait for jobs: pairs of moment (UTC) and id, in order."""
        self.env.flush_all()
        return self.env.execute_query(
            SQL(
                """SELECT coalesce(mail.scheduled_date, notice.leaves_at, now() AT TIME ZONE 'UTC')
                          AS moment, notice.id
                     FROM dunning_notice notice
                LEFT JOIN mail_mail mail ON mail.id = notice.mail_id
                    WHERE notice.id = ANY(%s) AND notice.state = 'queued'
                      AND (notice.mail_id IS NOT NULL OR notice.leaves_at IS NOT NULL)
                 ORDER BY moment, notice.id""",
                notices.ids,
            )
        )

    @api.model
    def _batches(self, moments):
        """Ids for one job each, with the moment at which the last of them may leave."""
        batch = []
        for moment, notice_id in moments:
            if batch and (len(batch) == BATCH or moment - batch[0][0] > SPAN):
                yield batch[-1][0], [each for _moment, each in batch]
                batch = []
            batch.append((moment, notice_id))
        if batch:
            yield batch[-1][0], [each for _moment, each in batch]

    @api.model
    def _key_of(self, notice_ids):
        """The same messages wait in one job only."""
        digest = hashlib.sha256(",".join(map(str, notice_ids)).encode()).hexdigest()
        return f"payt_dunning.deliver:{digest}"

    @api.model
    def _deliver_job(self, notice_ids):
        """Hand over messages: each is looked at again, and none that may have left is tried again.

        What certainly did not leave is tried again: it still waits in the outbox.
        """
        self._deliver(notice_ids)
        left = self._moments(self.env["dunning.notice"].browse(notice_ids))
        if left:
            # The queue takes back what is not committed: that a manager was asked, say.
            self.env["dunning.notice"]._commit()
            wait = (left[0][0] - fields.Datetime.now()).total_seconds()
            raise RetryableJobError(
                self.env._("%s messages wait: nothing of them left", len(left)),
                seconds=max(AGAIN, int(wait) + 1),
                # Messages wait for as long as it takes; each says itself when it was given up.
                ignore_retry=True,
            )

    # -- safety net ------------------------------------------------------------------------------

    @api.model
    def _patience(self):
        """How long scheduled actions leave to jobs what may leave; nothing without a runner."""
        if not self._has_runner():
            return timedelta()
        return timedelta(seconds=seconds_of(self.env, PATIENCE, PATIENCE_SECONDS))

    @api.model
    def _has_runner(self):
        """Whether somewhere a program of the queue looks after this database: it holds a lock."""
        return bool(
            self.env.execute_query(
                SQL(
                    """SELECT 1 FROM pg_locks
                        WHERE locktype = 'advisory' AND granted AND objsubid = 1
                          AND classid::bigint = %s AND objid::bigint = %s
                          AND database = (
                              SELECT oid FROM pg_database WHERE datname = current_database())""",
                    PG_ADVISORY_LOCK_ID >> 32,
                    PG_ADVISORY_LOCK_ID & 0xFFFFFFFF,
                )
            )
        )

    @api.model
    def _waiting_since(self):
        return super()._waiting_since() - self._patience()
