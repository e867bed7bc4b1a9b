from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user

from .common import DunningCommon


class TestPolicyMove(DunningCommon):
    """A policy is changed while items are under way on it: who moves, what that sends, undoing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy = cls.env.ref("payt_dunning.policy_business")
        cls.first = cls.env.ref("payt_dunning.level_business_1")
        cls.second = cls.env.ref("payt_dunning.level_business_2")
        cls.move = cls.invoice(days_late=4)
        cls().run_and_deliver()
        cls.item = cls.items(cls.move)
        cls.begun = cls.item.revision_id

    def publish(self, **values):
        """Publish the policy with another second level."""
        self.second.write(values or {"days": 5, "spacing": 0})
        self.policy.gap_days = 0
        self.policy.action_publish()
        return self.policy.revision_id

    def dialog(self, **values):
        return self.env["dunning.move.wizard"].create({"policy_id": self.policy.id, **values})

    def opened(self):
        """The dialog as the policy's button opens it."""
        action = self.policy.action_move_items()
        return Form(self.env["dunning.move.wizard"].with_context(**action["context"]))

    def place(self, item=None):
        item = item or self.item
        return item.revision_id, item.reached, item.episode

    def change(self):
        return self.env["dunning.change"].sudo().search([], limit=1)

    def undo(self):
        return self.change().sudo(False).action_undo()["params"]["message"]

    # -- who is where --------------------------------------------------------------------------

    def test_publishing_moves_nothing_and_says_how_many_stay(self):
        self.publish()
        self.assertEqual(self.item.revision_id, self.begun)
        self.assertEqual(self.policy.older_count, 1)

    def test_publishing_from_the_form_offers_to_move_them(self):
        self.second.days = 5
        seen = self.policy.with_context(dunning_seen_revision_id=self.begun.id)
        self.assertEqual(seen.action_publish()["res_model"], "dunning.move.wizard")

    def test_publishing_with_nothing_under_way_offers_nothing(self):
        self.pay(self.move)
        self.Item._sync(self.company)
        self.second.days = 5
        seen = self.policy.with_context(dunning_seen_revision_id=self.begun.id)
        self.assertIs(seen.action_publish(), True)

    def test_the_dialog_shows_where_items_stand_and_where_they_go_on(self):
        self.publish()
        dialog = self.dialog()
        line = dialog.line_ids
        self.assertEqual((line.revision, line.items, line.debtors), (1, 1, 1))
        self.assertEqual((line.stands, line.goes_on), ("First reminder", "First reminder"))
        self.assertIn("100.00", line.amount)

    def test_the_dialog_shows_what_leaves_tomorrow_and_what_not(self):
        self.publish()
        told = self.opened().tomorrow
        self.assertIn("1 messages leave if they move, 0 if not.", told)
        self.assertIn("Second reminder: 1 instead of 0", told)

    def test_what_it_shows_is_what_leaves(self):
        self.publish()
        dialog = self.dialog()
        ((_company, day, _stay, planned),) = dialog._compare(dialog._chosen()[0])
        dialog.action_apply()
        self.run_day(day=day)
        notice = self.Notice.search([("as_of", "=", day)])
        self.assertEqual(notice.fingerprint, planned[0].fingerprint())

    def test_looking_keeps_nothing(self):
        self.publish()
        notices = self.Notice.search_count([])
        before = self.place()
        self.opened()
        self.dialog().action_examples()
        self.assertEqual(self.Notice.search_count([]), notices)
        self.assertEqual(self.place(), before)

    def test_messages_that_it_changes_can_be_read(self):
        self.publish()
        action = self.dialog().action_examples()
        message = self.env["dunning.move.message"].search(action["domain"])
        self.assertEqual((message.effect, message.level), ("moved", "Second reminder"))
        self.assertEqual(message.recipient, "pay@bakery.example.com")
        self.assertIn(self.move.name, message.body)
        self.assertNotIn("/claim/m/", message.body)

    def test_where_it_changes_no_message_it_says_so(self):
        self.publish(days=90)
        with self.assertRaisesRegex(UserError, "changes no message"):
            self.dialog().action_examples()

    def test_looking_takes_as_many_statements_for_many_items(self):
        others = self.env["res.partner"].create(
            [
                {"name": f"Shop {number}", "is_company": True, "email": f"s{number}@x.example.com"}
                for number in range(12)
            ]
        )
        for partner in others[:2]:
            self.invoice(partner=partner)
        self.run_and_deliver()
        self.publish()

        def count():
            self.env.invalidate_all()
            dialog = self.dialog()
            before = self.env.cr.sql_log_count
            dialog.read(["tomorrow"])
            dialog._chosen()
            return self.env.cr.sql_log_count - before

        count()
        few = count()
        self.policy.revision_id = self.begun
        for partner in others[2:]:
            self.invoice(partner=partner)
        self.run_and_deliver()
        self.second.days = 6
        self.policy.action_publish()
        self.assertEqual(len(self.dialog()._chosen()[0]), 13)
        self.assertLessEqual(count(), few + 4)

    # -- moving --------------------------------------------------------------------------------

    def test_moving_keeps_what_has_left_and_follows_the_new_days(self):
        revision = self.publish()
        self.dialog().action_apply()
        self.assertEqual(self.place(), (revision, 2, 1))
        self.assertIn("Goes on with revision 2", self.debtor_notes())

    def debtor_notes(self):
        return " ".join(self.item.debtor_id.message_ids.mapped("body"))

    def test_a_level_that_has_left_is_not_sent_again_when_it_comes_later_now(self):
        self.first.days = 9
        self.policy.action_publish()
        self.dialog().action_apply()
        self.assertEqual(self.item.reached, self.first.position)
        self.run_day(day=self.after(5))
        self.assertEqual(len(self.notices_to()), 1)

    def test_a_message_that_waits_is_dropped_and_decided_anew(self):
        other = self.invoice(days_late=4, partner=self.consumer_of_business())
        self.run_day()
        waiting = self.Notice.search([("state", "=", "queued")])
        self.assertTrue(waiting)
        self.first.days = 19
        self.policy.action_publish()
        self.dialog().action_apply()
        self.assertEqual(waiting.state, "cancelled")
        self.assertEqual(self.items(other).revision_id, self.policy.revision_id)
        self.assertNotEqual(self.items(other).reason, "under_way")

    def consumer_of_business(self):
        return self.env["res.partner"].create(
            {"name": "Mill Ltd", "is_company": True, "email": "pay@mill.example.com"}
        )

    def test_what_is_leaving_at_this_moment_stays(self):
        self.notices_to().state = "ambiguous"
        self.publish()
        dialog = self.dialog(choice="all")
        self.assertFalse(dialog.line_ids)
        self.assertIn("nobody knows whether it has: 1.", dialog.staying)
        with self.assertRaisesRegex(UserError, "nothing to move"):
            dialog.action_apply()

    def test_those_with_a_formal_message_stay_unless_all_are_moved(self):
        formal = self.policy.level_ids.filtered(lambda level: level.phase == "notice")[:1]
        self.item.reached = formal.position
        self.publish()
        self.assertIn("Had a formal message already, and stay: 1.", self.dialog().staying)
        self.assertFalse(self.dialog().line_ids)
        self.assertEqual(self.dialog(choice="all").line_ids.items, 1)

    def test_a_selection_is_moved_alone(self):
        other = self.invoice(partner=self.consumer_of_business())
        self.run_and_deliver()
        self.publish()
        self.dialog(choice="selected", item_ids=[Command.set(self.items(other).ids)]).action_apply()
        self.assertEqual(self.item.revision_id, self.begun)
        self.assertEqual(self.items(other).revision_id, self.policy.revision_id)

    def test_items_of_a_case_move_together_or_not_at_all(self):
        other = self.synced(self.invoice(days_late=4))
        other.write({"revision_id": self.begun.id, "reached": self.item.reached})
        both = self.item | other
        self.env["collection.case"]._open(both, "clerk")
        self.publish()
        dialog = self.dialog(choice="selected", item_ids=[Command.set(self.item.ids)])
        self.assertFalse(dialog.line_ids)
        self.assertIn("other items of the same case do: 1.", dialog.staying)
        self.assertEqual(self.dialog(choice="all").line_ids.items, 2)

    def test_who_follows_another_policy_by_now_is_not_moved(self):
        self.publish()
        self.item.policy_id = self.env.ref("payt_dunning.policy_consumer")
        self.assertFalse(self.dialog().line_ids)

    def test_items_of_companies_that_one_does_not_work_for_stay(self):
        self.publish()
        other = self.setup_other_company()["company"]
        manager = new_test_user(
            self.env,
            "other.manager",
            groups="payt_dunning.group_dunning_manager",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        dialog = self.env["dunning.move.wizard"].with_user(manager)
        dialog = dialog.create({"policy_id": self.policy.id, "choice": "all"})
        self.assertFalse(dialog.line_ids)
        with self.assertRaisesRegex(UserError, "nothing to move"):
            dialog.action_apply()
        self.assertEqual(self.item.revision_id, self.begun)

    def test_what_was_published_meanwhile_is_not_moved_to_unseen(self):
        self.publish()
        dialog = self.dialog()
        self.publish(days=6)
        with self.assertRaisesRegex(UserError, "Revision 3 of .* applies by now"):
            dialog.action_apply()
        self.assertEqual(self.item.revision_id, self.begun)

    def test_collectors_move_nothing(self):
        self.publish()
        collector = self.person("collector", "group_dunning_user")
        with self.assertRaises(AccessError):
            self.policy.with_user(collector).action_move_items()
        with self.assertRaises(AccessError):
            self.policy.with_user(collector).action_withdraw()

    # -- undoing -------------------------------------------------------------------------------

    def test_moving_is_undone_while_nothing_has_left(self):
        self.publish()
        before = self.place()
        self.dialog().action_apply()
        self.assertIn("Undone: 1 items moved to revision 2", self.undo())
        self.assertEqual(self.place(), before)

    def test_a_message_that_waits_on_the_new_revision_goes_when_it_is_undone(self):
        self.publish()
        self.dialog().action_apply()
        self.run_day(day=self.after(1))
        waiting = self.Notice.search([("state", "=", "queued")])
        self.assertTrue(waiting)
        self.undo()
        self.assertEqual(waiting.state, "cancelled")
        self.assertEqual(self.item.revision_id, self.begun)

    def test_what_a_message_has_left_about_since_stays_and_it_says_why(self):
        other = self.invoice(partner=self.consumer_of_business())
        self.run_and_deliver()
        revision = self.publish()
        self.dialog().action_apply()
        self.items(other).hold_id = False
        self.hold(item_id=self.items(other).id)
        self.run_and_deliver(day=self.after(1))
        self.assertEqual(self.item.reached, self.second.position)
        told = self.undo()
        self.assertIn("1 changed since and stay as they are.", told)
        self.assertIn("A message about 1 of them has left on the newer revision.", told)
        self.assertEqual(self.item.revision_id, revision)
        self.assertEqual(self.items(other).revision_id, self.begun)

    def test_publishing_is_taken_back_with_what_was_moved(self):
        before = self.place()
        revision = self.publish()
        self.dialog().action_apply()
        self.policy.action_withdraw()
        self.assertEqual(self.policy.revision_id, self.begun)
        self.assertTrue(revision.withdrawn_on)
        self.assertEqual(self.place(), before)
        self.assertTrue(self.policy.has_changes, "the levels stay as they are edited")

    def test_what_began_on_a_revision_that_is_taken_back_begins_on_the_earlier_one(self):
        revision = self.publish()
        other = self.items(self.invoice(partner=self.consumer_of_business()))
        self.run_day()
        other = self.items(self.Item.search([("revision_id", "=", revision.id)]).move_id)
        waiting = self.Notice.search([("state", "=", "queued")])
        self.policy.action_withdraw()
        self.assertEqual(waiting.state, "cancelled")
        self.assertFalse(other.revision_id)
        self.run_day(day=self.after(1))
        self.assertEqual(other.revision_id, self.begun)

    def test_a_revision_on_which_a_message_has_left_is_not_taken_back(self):
        revision = self.publish()
        self.invoice(partner=self.consumer_of_business())
        self.run_and_deliver()
        with self.assertRaisesRegex(UserError, "messages about 1 items have left"):
            self.policy.action_withdraw()
        self.assertEqual(self.policy.revision_id, revision)

    def test_the_first_revision_can_t_be_taken_back(self):
        self.assertFalse(self.policy.can_withdraw)
        with self.assertRaisesRegex(UserError, "no earlier revision"):
            self.policy.action_withdraw()

    def test_after_taking_back_the_next_revision_has_a_number_of_its_own(self):
        self.publish()
        self.policy.action_withdraw()
        self.policy.action_publish()
        self.assertEqual(self.policy.revision_id.number, 3)
        self.assertEqual(self.policy._earlier(), self.begun)
