from odoo import SUPERUSER_ID, api, fields, models
from odoo.tools import SQL

from odoo.addons.queue_job.exception import RetryableJobError

from .dunning_dispatch import AGAIN


class CollectionTransmission(models.Model):
    _inherit = "collection.transmission"

    @api.model
    def _wake(self, moment=None):
        """A job sends; the scheduled action looks later whether one did."""
        now = fields.Datetime.now()
        at = moment or now
        self.with_user(SUPERUSER_ID).with_delay(
            eta=at if at > now else None,
            identity_key=self._key_of(at, now),
            description=self.env._("Send packages to offices"),
        )._send_job()
        patience = self.env["dunning.dispatch"]._patience()
        return super()._wake(at + patience if patience else moment)

    @api.model
    def _key_of(self, at, now):
        """What is woken for one moment is one job; what leaves at once, one for each transaction.

        A job of another one may begin before what this one queued can be seen.
        """
        if at > now:
            return f"payt_dunning.packages:{at:%Y-%m-%d %H:%M:%S}"
        [[number]] = self.env.execute_query(SQL("SELECT pg_current_xact_id()::text"))
        return f"payt_dunning.packages:now:{number}"

    @api.model
    def _send_job(self):
        """Send what waits: the same as the scheduled action does; not by a host that may not."""
        if self.env["dunning.host"]._is_unfit():
            raise RetryableJobError(
                self.env._("This host may not send"), seconds=AGAIN, ignore_retry=True
            )
        self._cron_send()
