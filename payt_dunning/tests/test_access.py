from odoo.exceptions import AccessError
from odoo.tests import new_test_user

from .common import DunningCommon


class TestAccess(DunningCommon):
    """Who may see and change what."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.collector = new_test_user(
            cls.env, "collector", groups="payt_dunning.group_dunning_user"
        )
        cls.clerk = new_test_user(cls.env, "clerk", groups="account.group_account_invoice")

    def test_somebody_without_the_group_sees_no_items(self):
        with self.assertRaises(AccessError):
            self.Item.with_user(self.clerk).search([])

    def test_a_collector_sees_items_of_the_own_company_only(self):
        other = self.setup_other_company()["company"]
        self._create_invoice_one_line(
            company_id=other, partner_id=self.business, price_unit=50, post=True
        )
        mine = self.invoice()
        self.run_day()
        self.run_day(company=other)
        self.assertEqual(self.Item.with_user(self.collector).search([]).move_id, mine)

    def test_a_collector_cannot_change_or_publish_a_policy(self):
        policy = self.env.ref("payt_dunning.policy_business").with_user(self.collector)
        with self.assertRaises(AccessError):
            policy.gap_days = 0
        with self.assertRaises(AccessError):
            policy.action_publish()

    def test_a_collector_may_change_the_kind_of_a_debtor_and_it_is_decided_anew(self):
        move = self.invoice(days_late=-30)
        self.run_day()
        item = self.items(move)
        self.assertGreater(item.next_date, self.today)
        item.debtor_id.with_user(self.collector).kind = "consumer"
        self.assertEqual(item.next_date, self.today)

    def test_a_collector_cannot_change_what_was_sent(self):
        self.invoice()
        self.run_day()
        with self.assertRaises(AccessError):
            self.Notice.search([]).with_user(self.collector).write({"subject": "x"})

    def test_only_a_manager_switches_sending_on(self):
        settings = self.env["res.config.settings"].with_user(self.collector).new()
        with self.assertRaises(AccessError):
            settings.action_dunning_go_live()

    def test_the_identity_of_a_live_database_is_hidden(self):
        with self.assertRaises(AccessError):
            self.company.with_user(self.collector).read(["dunning_live_uuid"])
