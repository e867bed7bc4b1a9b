from odoo.tests import HttpCase, new_test_user

from .common import DunningCommon


class TestPolicyTour(DunningCommon, HttpCase):
    """The policy editor in a browser."""

    def test_a_manager_mends_a_text_sees_the_message_and_publishes(self):
        new_test_user(
            self.env,
            "tour_manager",
            password="tour_manager",
            groups="base.group_user,payt_dunning.group_dunning_manager",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        self.synced(self.invoice(days_late=4))
        policy = self.env.ref("payt_dunning.policy_business")
        self.start_tour(
            f"/odoo/dunning-policies/{policy.id}",
            "payt_dunning_policy_editor",
            login="tour_manager",
        )
        level = self.env.ref("payt_dunning.level_business_1")
        self.assertEqual(level.text, "Mended in the tour: {amount} is open:{days_late}")
        self.assertEqual((policy.revision_id.number, policy.has_changes), (2, False))
