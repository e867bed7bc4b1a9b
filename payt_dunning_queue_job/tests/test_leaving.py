from odoo.addons.payt_dunning.tests.common import DunningCommon
from odoo.addons.payt_dunning_queue_job.hooks import uninstall_hook


class TestLeaving(DunningCommon):
    """When the add-on goes, no job of it is left that nobody could do."""

    def jobs(self):
        return self.env["queue.job"].sudo().search([("model_name", "=", "dunning.dispatch")])

    def test_its_jobs_go_and_their_messages_still_wait(self):
        self.invoice(amount=100)
        self.run_day()
        self.assertTrue(self.jobs())
        uninstall_hook(self.env(su=True))
        self.assertFalse(self.jobs())
        self.assertTrue(self.Notice.search([("state", "=", "queued")]))
