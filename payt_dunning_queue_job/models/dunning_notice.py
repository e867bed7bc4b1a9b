from odoo import api, models

#: Key of the context while messages are queued that jobs hand over.
BY_JOB = "dunning_by_job"


class DunningNotice(models.Model):
    _inherit = "dunning.notice"

    def _queue(self, bodies=None, woken=None):
        result = super(DunningNotice, self.with_context(**{BY_JOB: True}))._queue(bodies, woken)
        self.env["dunning.dispatch"]._as_jobs(self)
        return result

    @api.model
    def _wake_cron(self, xmlid, moments, woken=None):
        """The scheduled action looks later at what jobs hand over."""
        if self.env.context.get(BY_JOB):
            patience = self.env["dunning.dispatch"]._patience()
            moments = [moment + patience for moment in moments]
        return super()._wake_cron(xmlid, moments, woken)
