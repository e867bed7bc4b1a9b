from datetime import timedelta
from unittest.mock import patch

from odoo import SUPERUSER_ID

from .common import DunningCommon


class TestKeyAccounts(DunningCommon):
    """Who looks after a key account may object before a formal message."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        level = cls.env.ref("payt_dunning.level_business_1")
        level.phase = "notice"
        level.policy_id.action_publish()
        cls.seller = cls.person("key.seller", "base.group_user")
        cls.collector = cls.person("key.collector", "group_dunning_user")
        cls.other = cls.person("key.other", "group_dunning_user")
        cls.company.dunning_handler_id = cls.other

    def make_once(self):
        super().make_once()
        self.item = self.synced(self.invoice())
        self.item.debtor_id.write({"key_account": True, "handler_id": False})

    def asked(self):
        """Who is asked to object."""
        self.run_day()
        self.assertEqual(self.item.reason, "veto")
        (task,) = self.item.debtor_id.activity_ids
        self.assertIn(self.item.display_name, task.summary)
        self.assertEqual(task.date_deadline, self.after(3))
        return task.user_id

    def test_an_account_manager_may_object_before_a_formal_message(self):
        self.business.user_id = self.seller
        self.assertEqual(self.asked(), self.seller)
        self.assertEqual((self.item.reason, self.item.veto_from), ("veto", self.today))
        self.run_day(day=self.after(1))
        self.assertEqual(len(self.item.debtor_id.activity_ids), 1)
        self.run_day(day=self.after(7))
        self.assertEqual(self.item.reason, "under_way")

    def test_another_company_s_salesperson_is_not_asked_but_who_handles_the_debtor(self):
        company = self.setup_other_company(name="Other")["company"]
        self.business.user_id = self.person("key.foreign", "group_dunning_user", company)
        self.item.debtor_id.handler_id = self.collector
        self.assertEqual(self.asked(), self.collector)

    def test_a_salesperson_who_left_is_not_asked_but_the_company_s_handler(self):
        self.business.user_id = self.seller
        self.seller.active = False
        self.assertEqual(self.asked(), self.other)

    def test_who_stands_in_for_the_salesperson_is_asked_while_that_one_is_away(self):
        self.business.user_id = self.seller
        self.env["dunning.substitute"].sudo().create(
            {
                "user_id": self.seller.id,
                "substitute_id": self.collector.id,
                "date_from": self.today - timedelta(days=1),
                "date_until": self.after(1),
            }
        )
        self.assertEqual(self.asked(), self.collector)

    def test_without_anybody_a_manager_is_asked_and_never_the_system(self):
        self.company.dunning_handler_id = False
        self.Run = self.Run.with_user(SUPERUSER_ID)  # as the scheduled action does
        user = self.asked()
        self.assertNotEqual(user.id, SUPERUSER_ID)
        self.assertTrue(user.active)
        self.assertTrue(user.has_group("payt_dunning.group_dunning_manager"))

    def test_who_is_asked_to_object_is_asked_in_its_language(self):
        self.env["res.lang"]._activate_lang("nl_NL")
        self.seller.lang = "nl_NL"
        self.business.user_id = self.seller
        with patch.object(
            type(self.env),
            "_",
            lambda env, source, *args, **values: f"{env.lang}: {source % (args or values)}",
            create=True,
        ):
            self.asked()
        summary = self.item.debtor_id.activity_ids.summary
        self.assertTrue(summary.startswith("nl_NL: Object to a formal message"))
