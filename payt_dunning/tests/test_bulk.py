from odoo import Command
from odoo.exceptions import AccessError, UserError

from .bulk_common import BulkCommon


class TestBulk(BulkCommon):
    """What dialogs do to many records at once, and that it can be undone."""

    # -- pausing and resuming --------------------------------------------------------------

    def test_a_dialog_tells_what_it_did_and_offers_to_undo_it(self):
        with self.on_day(self.today):
            told = self.pause(self.found)
        self.assertEqual(told["tag"], "dunning_done")
        self.assertEqual(told["params"]["changes"], self.changes().ids)
        self.assertIn("2", told["params"]["message"])

    def test_an_undone_pause_holds_nothing(self):
        with self.on_day(self.today):
            self.pause(self.found)
            self.assertEqual(self.found.mapped("reason"), ["hold", "hold"])
            self.changes().action_undo()
            self.assertNotIn("hold", self.found.mapped("reason"))
        holds = self.env["dunning.hold"].search([("item_id", "in", self.found.ids)])
        self.assertTrue(all(holds.mapped("released_on")))

    def test_a_change_is_undone_once(self):
        with self.on_day(self.today):
            self.pause(self.found)
            change = self.changes()
            change.action_undo()
            with self.assertRaisesRegex(UserError, "undone already"):
                change.action_undo()

    def test_a_pause_takes_the_usual_days_of_its_reason(self):
        reason = self.env["dunning.hold.reason"].create({"name": "Holiday", "days": 21})
        with self.on_day(self.today):
            form = self.dialog("dunning.pause.wizard", self.found)
            form.reason_id = reason
            self.assertEqual(form.date_until, self.after(21))
            form.save().action_apply()
        hold = self.env["dunning.hold"].search([], limit=1)
        self.assertEqual((hold.reason_id, hold.reason), (reason, "Holiday"))

    def test_a_pause_without_any_reason_is_refused(self):
        dialog = (
            self.env["dunning.pause.wizard"]
            .with_user(self.collector)
            .create({"item_ids": self.found.ids, "date_until": self.after(3)})
        )
        with self.assertRaisesRegex(UserError, "Say why"):
            dialog.action_apply()

    def test_the_pause_says_which_steps_it_keeps_back(self):
        with self.on_day(self.today):
            self.found.debtor_id._decide_now()
            form = self.dialog("dunning.pause.wizard", self.found)
            form.date_until = self.after(30)
            self.assertRegex(form.effect, "“.+” about [12] items")

    def test_resuming_shows_what_leaves_tomorrow_for_each_way_of_going_on(self):
        with self.on_day(self.today):
            self.found.reached = 2
            self.pause(self.found)
            form = self.dialog("dunning.release.wizard", self.found)
            goes_on = form.outlook
            form.mode = "restart"
            self.assertTrue(goes_on)
            self.assertNotEqual(form.outlook, goes_on)

    def test_an_undone_release_holds_again_as_before(self):
        with self.on_day(self.today):
            self.pause(self.found)
            self.dialog("dunning.release.wizard", self.found).save().action_apply()
            self.assertNotIn("hold", self.found.mapped("reason"))
            self.changes().action_undo()
            self.assertEqual(self.found.mapped("reason"), ["hold", "hold"])
        holds = self.env["dunning.hold"].search([("released_on", "=", False)])
        self.assertEqual(set(holds.mapped("date_until")), {self.after(5)})
        self.assertEqual(set(holds.mapped("reason")), {"Spoke to them"})

    def test_undoing_a_restart_gives_the_level_back(self):
        with self.on_day(self.today):
            self.found.reached = 2
            self.pause(self.found)
            form = self.dialog("dunning.release.wizard", self.found)
            form.mode = "restart"
            form.save().action_apply()
            self.assertEqual(self.found.mapped("reached"), [0, 0])
            self.changes().action_undo()
            self.assertEqual(self.found.mapped("reached"), [2, 2])

    # -- debtors ---------------------------------------------------------------------------

    def test_several_debtors_get_a_handler_and_lose_it_again(self):
        other = self.debtor("Second debtor")
        self.found |= self.synced(self.invoice(partner=other))
        debtors = self.found.debtor_id
        debtors.handler_id = self.colleague
        self.assign(self.found, handler_id=self.collector)
        self.assertEqual(debtors.handler_id, self.collector)
        self.changes().action_undo()
        self.assertEqual(debtors.handler_id, self.colleague)

    def test_what_somebody_changed_since_is_left_alone(self):
        other = self.debtor("Second debtor")
        debtors = self.found.debtor_id | self.synced(self.invoice(partner=other)).debtor_id
        self.assign(debtors, handler_id=self.collector)
        debtors[0].handler_id = self.colleague
        told = self.changes().action_undo()
        self.assertEqual(debtors[0].handler_id, self.colleague)
        self.assertFalse(debtors[1].handler_id)
        self.assertIn("in part", told["params"]["message"])
        self.assertIn("1 changed since", told["params"]["message"])

    def test_another_kind_shows_the_policy_that_would_apply(self):
        with self.on_day(self.today):
            form = self.dialog("dunning.debtor.wizard", self.found)
            form.what = "kind"
            self.assertFalse(form.outlook)
            form.kind = "consumer"
            self.assertIn(self.found[0].name, form.outlook)
            form.save().action_apply()
        self.assertEqual(self.found.debtor_id.kind, "consumer")

    def test_another_policy_applies_to_the_debtors_of_selected_items(self):
        policy = self.env.ref("payt_dunning.policy_public")
        with self.on_day(self.today):
            self.assign(self.found, what="policy", policy_id=policy)
            self.assertEqual(self.found.debtor_id.policy_id, policy)
            self.changes().action_undo()
        self.assertFalse(self.found.debtor_id.policy_id)

    # -- who may undo ----------------------------------------------------------------------

    def test_a_collector_does_not_undo_what_a_colleague_did(self):
        with self.on_day(self.today):
            self.pause(self.found)
            with self.assertRaisesRegex(AccessError, "manager can undo"):
                self.changes(self.colleague).action_undo()
            self.changes(self.manager).action_undo()

    def test_a_manager_of_another_company_sees_no_change(self):
        with self.on_day(self.today):
            self.pause(self.found)
        other = self.setup_other_company()["company"]
        stranger = self.person("bulk_stranger", "group_dunning_manager", other)
        with self.assertRaises(AccessError):
            self.changes(stranger).action_undo()

    def test_many_selected_items_cost_no_statement_each(self):
        moves = self.invoice()
        for _each in range(11):
            moves += self.invoice()
        found = self.synced(*moves)

        def statements(items):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.pause(items)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        with self.on_day(self.today):
            statements(found[:1])
            few = statements(found[:2])
            self.assertLessEqual(statements(found[2:]), few + 2)

    def test_copies_of_several_messages_say_which_are_not_sent_again(self):
        notices = self.run_and_deliver()
        other = self.debtor("Second debtor", email="second@example.com")
        self.invoice(partner=other)
        self.run_day()
        queued = self.notices_to(other)
        notices = self.Notice.search([("state", "=", "sent")]) | queued
        form = self.dialog("dunning.resend.wizard", notices)
        self.assertIn("not a mail that was sent", form.outlook)
        told = form.save().action_resend()
        self.assertIn("Not sent again", told["params"]["message"])
        copies = self.Notice.search([("retry_of_id", "!=", False)])
        self.assertEqual(len(copies), len(notices) - 1)
        self.changes().action_undo()
        self.assertEqual(set(copies.mapped("state")), {"cancelled"})

    def test_who_may_not_undo_is_not_offered_to(self):
        viewer = self.person("bulk_viewer", "group_dunning_viewer")
        with self.on_day(self.today):
            form = self.dialog("dunning.pause.wizard", self.found, viewer)
            form.date_until = self.after(3)
            form.reason = "Please wait"
            told = form.save().action_apply()
        self.assertEqual(told["params"]["changes"], [])

    # -- what a run, a payment or a colleague did in between -----------------------------------

    def test_a_pause_undone_on_its_day_does_not_lose_the_day_s_step(self):
        with self.on_day(self.today):
            self.pause(self.found)
            self.changes().action_undo()
            self.assertFalse(any(self.found.mapped("resumed_on")))
        self.run_day()
        self.assertTrue(self.notices_to())

    def test_a_pause_that_was_extended_since_is_left_alone(self):
        with self.on_day(self.today):
            self.pause(self.found)
            holds = self.env["dunning.hold"].search([("item_id", "in", self.found.ids)])
            holds[0].date_until = self.after(9)
            told = self.changes().action_undo()
        self.assertIn("1 changed since", told["params"]["message"])
        self.assertEqual(sorted(map(bool, holds.mapped("released_on"))), [False, True])

    def test_a_pause_that_is_over_is_not_resumed_from(self):
        with self.on_day(self.today):
            self.pause(self.found)
        with self.on_day(self.after(20)):
            self.changes().action_undo()
        self.assertFalse(any(self.found.mapped("resumed_on")))

    def test_turning_down_a_pause_changes_nothing_about_the_items(self):
        self.found.reached = 2
        with self.on_day(self.today):
            asked = self.hold(item_id=self.found[0].id)
            asked.sudo().proposed = True
            form = self.dialog("dunning.release.wizard", asked)
            self.assertFalse(form.held)
            dialog = form.save()
            dialog.mode = "restart"
            told = dialog.action_apply()
        self.assertTrue(asked.released_on)
        self.assertEqual((self.found[0].reached, self.found[0].resumed_on), (2, False))
        self.assertIn("Turned down", told["params"]["message"])

    def test_a_handler_who_left_the_company_does_not_stop_the_undoing_of_the_others(self):
        other = self.debtor("Second debtor")
        debtors = self.found.debtor_id | self.synced(self.invoice(partner=other)).debtor_id
        debtors[0].handler_id = self.colleague
        self.assign(debtors, handler_id=self.collector)
        elsewhere = self.setup_other_company()["company"]
        self.colleague.write(
            {"company_ids": [Command.set(elsewhere.ids)], "company_id": elsewhere.id}
        )
        told = self.changes().action_undo()
        self.assertIn("1 changed since", told["params"]["message"])
        self.assertEqual(debtors[0].handler_id, self.collector)
        self.assertFalse(debtors[1].handler_id)

    def test_a_restart_undone_is_told_as_one_thing(self):
        with self.on_day(self.today):
            self.found.reached = 2
            self.pause(self.found)
            form = self.dialog("dunning.release.wizard", self.found)
            form.mode = "restart"
            form.save().action_apply()
        change = self.changes()
        self.assertEqual((change.size, change.name), (2, "Released the holds of 2 items"))

    def test_a_level_is_chosen_for_items_of_its_policy_only(self):
        apart = self.synced(self.invoice(days_late=20))
        apart.policy_id = self.env.ref("payt_dunning.policy_public")
        form = self.dialog("dunning.skip.wizard", self.found | apart)
        form.level_id = self.env.ref("payt_dunning.level_business_2")
        form.reason = "hurry"
        with self.assertRaisesRegex(UserError, f"do not follow: {apart.name}"):
            form.save().action_apply()

    def test_who_asks_to_be_called_back_stays_on_the_list_of_calls(self):
        debtor = self.found.debtor_id
        call = debtor.activity_schedule(
            "mail.mail_activity_data_call", user_id=self.collector.id, date_deadline=self.today
        )
        form = self.dialog("dunning.call.wizard", debtor)
        form.outcome = "call_back"
        form.date_until = self.after(3)
        form.save().action_apply()
        self.assertEqual(call.exists().date_deadline, self.after(3))
        form = self.dialog("dunning.call.wizard", debtor)
        form.outcome = "reached"
        form.save().action_apply()
        self.assertNotIn(call, debtor.activity_ids)
