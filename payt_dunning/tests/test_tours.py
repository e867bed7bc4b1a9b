from datetime import timedelta

from odoo import Command
from odoo.tests import HttpCase, tagged

from .common import DunningCommon


@tagged("post_install", "-at_install")
class TestTours(DunningCommon, HttpCase):
    """The main stories in a real browser."""

    def test_an_admin_publishes_a_text_works_through_the_checklist_and_goes_live(self):
        admin = self.person("tour.admin", "group_dunning_manager", email="me@creditor.example.com")
        policy = self.env.ref("payt_dunning.policy_business")
        self.company._dunning_stop_live()
        self.company.dunning_policy_id = policy
        self.env["res.partner.bank"].create(
            {"acc_number": "NL91ABNA0417164300", "partner_id": self.company.partner_id.id}
        )
        balance = self.opening_balance()
        self.synced(self.invoice(days_late=5), self.invoice(days_late=70))
        self.start_tour("/odoo/dunning-policies", "dunning_admin_goes_live", login="tour.admin")
        self.assertTrue(self.company._dunning_is_live())
        self.assertTrue(self.company.dunning_automatic)
        self.assertEqual((policy.revision_id.number, policy.has_changes), (2, False))
        self.assertEqual(policy.revision_id.create_uid, admin)
        level = self.env.ref("payt_dunning.level_business_1")
        self.assertEqual((level.text, level.days), ("Our first word about {amount}.", 5))
        confirmed = self.company.dunning_confirmed
        self.assertEqual(set(confirmed), {"reply", "dns", "others", "kinds", "terms"})
        test = self.env["mail.mail"].sudo().search([("subject", "=like", "Test: %")])
        self.assertIn("me@creditor.example.com", test.email_to)
        self.assertEqual(self.synced(balance).amount_open, 250)
        self.assertEqual(self.company.dunning_backlog_call_days, 60)

    def opening_balance(self):
        """An entry of before with a receivable."""
        move = self.env["account.move"].create(
            {
                "date": self.today - timedelta(days=200),
                "line_ids": [
                    Command.create(
                        {
                            "account_id": self.company_data["default_account_receivable"].id,
                            "partner_id": self.business.id,
                            "name": "2019-44",
                            "debit": 250.0,
                            "date_maturity": self.today - timedelta(days=40),
                        }
                    ),
                    Command.create(
                        {
                            "account_id": self.company_data["default_account_revenue"].id,
                            "credit": 250.0,
                        }
                    ),
                ],
            }
        )
        move.action_post()
        return move

    def test_a_collector_previews_sends_asks_why_pauses_and_resumes(self):
        collector = self.person("tour.collector", "group_dunning_user")
        other = self.debtor("Quarrel Ltd")
        self.invoice(days_late=30, amount=100)
        item = self.synced(self.invoice(days_late=30, amount=200, partner=other))
        self.start_tour("/odoo/dunning-preview", "dunning_collector_day", login="tour.collector")
        run = self.Run.search([("state", "=", "ordered")])
        self.assertEqual(run.debtor_ids.partner_id, self.business | other)
        hold = self.env["dunning.hold"].search([("item_id", "=", item.id)])
        self.assertEqual((hold.kind, hold.date_until), ("pause", self.after(7)))
        self.assertEqual((hold.create_uid, hold.released_by_id), (collector, collector))
        self.assertEqual(hold.release_reason, "Specification sent")
        with self.no_commit():
            self.Run._cron_ordered()
        self.assertEqual(len(self.deliver()), 1)
        self.assertEqual(self.notices_to(self.business).state, "sent")
        # What was resumed today goes on tomorrow.
        self.assertFalse(self.notices_to(other))

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
