from odoo.tests import HttpCase, new_test_user
from odoo.tools import mute_logger

from .common import DunningCommon


class TestPolicyTour(DunningCommon, HttpCase):
    """The policy editor in a browser."""

    def manager(self):
        return new_test_user(
            self.env,
            "tour_manager",
            password="tour_manager",
            groups="base.group_user,payt_dunning.group_dunning_manager",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )

    def test_a_manager_mends_a_text_sees_the_message_and_publishes(self):
        self.manager()
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

    def test_nobody_publishes_over_what_was_published_while_he_typed(self):
        self.manager()
        policy = self.env.ref("payt_dunning.policy_business")
        with mute_logger("odoo.http"):
            self.start_tour(
                f"/odoo/dunning-policies/{policy.id}",
                "dunning_two_admins_publish",
                login="tour_manager",
                # The refusal is an error for the browser.
                error_checker=lambda message: "RPC_ERROR" not in message,
            )
        self.assertEqual((policy.revision_id.number, policy.has_changes), (2, True))
        self.assertEqual(self.env.ref("payt_dunning.level_business_1").days, 5)
