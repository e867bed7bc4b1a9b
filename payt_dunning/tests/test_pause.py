from odoo.exceptions import UserError
from odoo.tests import Form

from .common import DunningCommon


class TestPause(DunningCommon):
    """Items and debtors are paused and resumed, several at once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.collector = cls.person("pause_collector", "group_dunning_user")
        cls.viewer = cls.person("pause_viewer", "group_dunning_viewer")

    def make_once(self):
        super().make_once()
        self.found = self.synced(self.invoice(), self.invoice(days_late=20))

    def dialog(self, model, records, user=None):
        wizard = self.env[model].with_user(user or self.collector)
        return Form(wizard.with_context(active_model=records._name, active_ids=records.ids))

    def pause(self, records, user=None):
        with self.on_day(self.today):
            form = self.dialog("dunning.pause.wizard", records, user)
            form.date_until = self.after(5)
            form.reason = "Spoke to them"
            form.save().action_apply()

    def test_several_items_are_paused_until_a_date_with_a_reason(self):
        self.pause(self.found)
        holds = self.env["dunning.hold"].search([("item_id", "in", self.found.ids)])
        self.assertEqual(holds.item_id, self.found)
        self.assertEqual(set(holds.mapped("reason")), {"Spoke to them"})
        self.assertEqual(set(holds.mapped("date_until")), {self.after(5)})

    def test_a_paused_item_shows_it_at_once(self):
        self.pause(self.found)
        self.assertEqual(self.found.mapped("reason"), ["hold", "hold"])

    def test_a_paused_debtor_is_not_reminded(self):
        self.pause(self.found.debtor_id)
        self.run_day()
        self.assertFalse(self.notices_to())
        self.assertTrue(self.found.debtor_id.paused)

    def test_a_viewer_asks_for_a_pause_that_holds_nothing_yet(self):
        self.pause(self.found, self.viewer)
        holds = self.env["dunning.hold"].search([("item_id", "in", self.found.ids)])
        self.assertEqual(holds.mapped("proposed"), [True, True])
        self.run_day()
        self.assertTrue(self.notices_to())

    # -- who is asked about a pause ---------------------------------------------------------

    def tasks(self):
        kind = self.env.ref("payt_dunning.activity_pause")
        return self.env["mail.activity"].search([("activity_type_id", "=", kind.id)])

    def test_the_handler_is_asked_once_about_the_pauses_that_a_viewer_asks_for(self):
        self.found.debtor_id.handler_id = self.collector
        self.pause(self.found, self.viewer)
        task = self.tasks()
        self.assertEqual((task.res_model, task.res_id), ("dunning.debtor", self.found.debtor_id.id))
        self.assertEqual(task.user_id, self.collector)
        self.assertIn("pause_viewer", task.summary)

    def test_a_handler_who_may_not_agree_is_not_asked_but_the_company_s_or_a_manager(self):
        self.found.debtor_id.handler_id = self.viewer
        self.company.dunning_handler_id = self.collector
        self.pause(self.found, self.viewer)
        self.assertEqual(self.tasks().user_id, self.collector)
        self.tasks().unlink()
        self.company.dunning_handler_id = False
        self.pause(self.found.debtor_id, self.viewer)
        self.assertTrue(self.tasks().user_id.has_group("payt_dunning.group_dunning_manager"))

    def test_a_pause_that_a_collector_makes_asks_nobody(self):
        self.pause(self.found)
        self.assertFalse(self.tasks())

    def test_the_task_about_pauses_ends_once_each_is_agreed_to_or_turned_down(self):
        self.pause(self.found, self.viewer)
        first, second = self.env["dunning.hold"].search([("item_id", "in", self.found.ids)])
        first.with_user(self.collector).action_accept()
        self.assertEqual(len(self.tasks()), 1)
        second.with_user(self.collector).action_release("no")
        self.assertFalse(self.tasks())
        self.pause(self.found[0], self.viewer)
        self.assertEqual(len(self.tasks()), 1)
        asked = self.env["dunning.hold"].search([("to_agree", "=", True)])
        asked.with_user(self.collector).action_accept()
        self.assertFalse(self.tasks())

    def test_the_task_about_a_pause_is_taken_back_by_the_run_after_its_last_day(self):
        self.pause(self.found, self.viewer)
        self.run_day(day=self.after(5))
        self.assertEqual(len(self.tasks()), 1)
        self.run_day(day=self.after(6))
        self.assertFalse(self.tasks())

    def test_a_pause_of_everything_is_asked_of_the_company_s_handler(self):
        self.company.dunning_handler_id = self.collector
        holds = self.env["dunning.hold"].with_user(self.viewer)
        hold = holds.create({"company_id": self.company.id, "reason": "A strike."})
        task = self.tasks()
        self.assertEqual((task.res_id, task.user_id), (self.company.partner_id.id, self.collector))
        hold.with_user(self.collector).action_release("no")
        self.assertFalse(self.tasks())

    # -- what can be paused and resumed -----------------------------------------------------

    def test_what_is_closed_is_not_paused(self):
        self.found.state = "closed"
        with self.assertRaisesRegex(UserError, "Nothing of the selection is open"):
            self.pause(self.found)

    def test_several_items_are_resumed_at_once(self):
        self.pause(self.found)
        self.dialog("dunning.release.wizard", self.found).save().action_apply()
        self.assertEqual(self.found.mapped("reason"), ["resumed", "resumed"])

    def test_a_paused_debtor_is_resumed_from_its_items(self):
        self.pause(self.found.debtor_id)
        self.dialog("dunning.release.wizard", self.found[:1]).save().action_apply()
        self.assertFalse(self.found.debtor_id.paused)

    def test_resuming_ends_pauses_only(self):
        dispute = self.hold(item_id=self.found[0].id, kind="dispute")
        self.pause(self.found)
        self.dialog("dunning.release.wizard", self.found).save().action_apply()
        self.assertFalse(dispute.released_on)

    def test_resuming_what_is_not_paused_says_so(self):
        with self.assertRaisesRegex(UserError, "None of these is paused"):
            self.dialog("dunning.release.wizard", self.found)

    # -- what leaves tomorrow ---------------------------------------------------------------

    def outlook(self, policy):
        with self.on_day(self.today):
            form = self.dialog("dunning.policy.wizard", self.found)
            form.policy_id = policy
            return form.outlook

    def test_choosing_a_policy_tells_what_leaves_tomorrow(self):
        self.company.dunning_send_days = "all"
        policy = self.env.ref("payt_dunning.policy_consumer")
        level = self.env.ref("payt_dunning.level_consumer_1")
        level.name = "Friendly to people"
        outlook = self.outlook(policy)
        self.assertIn("“Friendly to people” leaves to", outlook)
        self.assertIn(self.business.email, outlook)

    def test_a_policy_without_a_level_due_tells_why_nothing_leaves(self):
        policy = self.env.ref("payt_dunning.policy_consumer")
        for level in policy.level_ids:
            level.days += 300
        policy.action_publish()
        self.assertIn("The next level is not due yet", self.outlook(policy))

    def test_looking_at_the_outlook_of_a_policy_changes_nothing(self):
        self.outlook(self.env.ref("payt_dunning.policy_consumer"))
        self.assertFalse(self.found.policy_id)
