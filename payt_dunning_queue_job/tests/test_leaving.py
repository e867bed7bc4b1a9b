from odoo.addons.payt_dunning.tests.common import DunningCommon
from odoo.addons.payt_dunning_queue_job.hooks import uninstall_hook


class TestLeaving(DunningCommon):
    """When the add-on goes, no job of it is left that nobody could do."""

    def waiting(self):
        return (
            self.env["queue.job"]
            .sudo()
            .search(
                [
                    ("model_name", "=", "dunning.dispatch"),
                    ("state", "not in", ("done", "cancelled")),
                ]
            )
        )

    def test_jobs_that_wait_are_cancelled_and_their_messages_still_wait(self):
        self.invoice(amount=100)
        self.run_day()
        self.assertTrue(self.waiting())
        uninstall_hook(self.env(su=True))
        self.assertFalse(self.waiting())
        self.assertTrue(self.Notice.search([("state", "=", "queued")]))
