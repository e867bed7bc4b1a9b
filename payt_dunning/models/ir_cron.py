from odoo import SUPERUSER_ID, api, models
from odoo.tools import SQL


class IrCron(models.Model):
    _inherit = "ir.cron"

    @classmethod
    def _process_job(cls, cron_cr, job):
        """Leave our scheduled actions to other hosts where this one is not fit to send.

        What is not processed stays ready: the next worker that looks takes it.
        """
        env = api.Environment(cron_cr, SUPERUSER_ID, {})
        if env[cls._name]._is_of_follow_up(job["id"]) and env["dunning.host"]._is_unfit():
            return None
        return super()._process_job(cron_cr, job)

    @api.model
    def _is_of_follow_up(self, cron_id):
        """Whether a scheduled action is one of ours."""
        return bool(
            self.env.execute_query(
                SQL(
                    """SELECT 1 FROM ir_model_data
                        WHERE model = 'ir.cron' AND res_id = %s
                          AND starts_with(module, 'payt_dunning')""",
                    cron_id,
                )
            )
        )
