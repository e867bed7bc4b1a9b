from odoo import Command
from odoo.tests import HttpCase, new_test_user, tagged

from .common import DunningCommon


@tagged("post_install", "-at_install")
class TestTours(DunningCommon, HttpCase):
    """The main stories in a real browser."""

    def person(self, login, group):
        return new_test_user(
            self.env,
            login,
            groups=f"payt_dunning.{group}",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )

    def test_a_collector_previews_and_sends(self):
        self.person("tour.collector", "group_dunning_user")
        invoice = self.invoice(days_late=30, amount=100)
        self.Item._sync(self.company)
        self.start_tour("/odoo/dunning-preview", "dunning_collector_sends", login="tour.collector")
        run = self.Run.search([("state", "=", "ordered")])
        self.assertEqual(run.debtor_ids.partner_id, invoice.partner_id)
        with self.no_commit():
            self.Run._cron_ordered()
        self.assertEqual(len(self.notices_to(invoice.partner_id)), 1)

    def test_a_manager_lets_an_abnormal_run_go_on(self):
        self.person("tour.manager", "group_dunning_manager")
        run = self.Run.create(
            {
                "company_id": self.company.id,
                "day": self.today,
                "state": "waiting",
                "live": True,
                "planned": 200,
                "usual": 20,
            }
        )
        self.start_tour("/odoo/dunning-runs", "dunning_manager_approves_run", login="tour.manager")
        self.assertEqual(run.state, "approved")
