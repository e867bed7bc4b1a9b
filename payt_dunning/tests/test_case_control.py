from datetime import timedelta

from odoo.exceptions import AccessError, UserError

from .case_common import CaseCommon


class TestCaseControl(CaseCommon):
    """Recall, costs against quick payment, giving up."""

    def make_once(self):
        super().make_once()
        self.item = self.at_level(2, 20)
        self.run_and_deliver(self.after(5))
        self.run_day(day=self.after(6))
        self.case = self.item.case_id

    def costs(self, amount=40.0):
        """Costs that are claimed about the item."""
        notice = self.case.notice_ids or self.item.notice_line_ids.notice_id[:1]
        return (
            self.env["dunning.charge"]
            .sudo()
            ._create_costs(
                notice, [(self.item, 500.0, amount)], amount, 0.0, self.after(5), "agreed", [], []
            )
        )

    def pay_on(self, days):
        """All of the invoice is paid so many days later."""
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=self.item.move_id.ids
        )
        wizard.create({"payment_date": self.after(days)})._create_payments()

    def recall(self, day=7, **values):
        with self.on_day(self.after(day)):
            self.case.action_recall("too early", **values)

    def test_a_case_is_not_recalled_without_a_reason(self):
        with self.assertRaisesRegex(UserError, "why the case is recalled"):
            self.case.action_recall("  ")

    def test_after_a_recall_its_formal_messages_count_no_more(self):
        line = self.item.notice_line_ids.filtered(lambda each: each.position == 3)
        self.recall()
        self.assertEqual(line.void_because, "too early")
        self.assertEqual((self.case.phase, self.case.outcome), ("closed", "recalled"))

    def test_after_a_recall_invoices_begin_again_as_if_due_that_day(self):
        self.recall(tell=False)
        self.assertEqual((self.item.reached, self.item.count_from), (0, self.after(7)))
        self.assertEqual(self.run_and_deliver(self.after(9)), [])
        self.assertEqual(len(self.run_and_deliver(self.after(14))), 1)
        self.assertEqual(self.item.notice_line_ids.notice_id.sorted("id")[-1].level_name, "First")

    def test_a_recall_lets_costs_lapse_and_says_sorry(self):
        charge = self.costs()
        self.recall()
        self.assertEqual(charge.state, "waived")
        told = self.Notice.search(
            [("topic", "=", "recall"), ("debtor_id", "=", self.item.debtor_id.id)]
        )
        self.assertIn("We are sorry", told.body)
        self.assertIn("40.00", told.body)

    def test_a_recall_can_be_silent(self):
        self.recall(tell=False)
        self.assertFalse(self.Notice.search([("topic", "=", "recall")]))

    def test_a_recalled_notice_opens_no_new_case(self):
        self.recall()
        self.run_day(day=self.after(8))
        self.assertFalse(self.item.case_id)

    def test_a_message_that_waits_is_dropped_by_a_recall(self):
        self.run_day(day=self.after(14))
        waiting = self.case.notice_ids.filtered(lambda each: each.state == "queued")
        self.assertEqual(waiting.level_name, "Demand")
        self.recall(day=14)
        self.assertEqual(waiting.state, "cancelled")
        self.assertEqual(self.deliver(day=self.after(14))[1:], [])

    def test_costs_lapse_when_it_is_paid_in_time(self):
        charge = self.costs()
        with self.on_day(self.after(6)):
            self.case.action_offer(self.after(13), "quick")
        self.assertEqual(self.case.offer_state, "offered")
        self.pay_on(7)
        self.run_day(day=self.after(8))
        self.assertEqual(charge.state, "waived")
        self.assertEqual((self.case.phase, self.case.outcome), ("closed", "waived"))

    def test_nothing_leaves_while_the_offer_stands_and_it_goes_on_afterwards(self):
        charge = self.costs()
        with self.on_day(self.after(6)):
            self.case.action_offer(self.after(20), "quick", tell=False)
        self.assertEqual(self.run_and_deliver(self.after(14)), [])
        # What was paid on the last day may be in the books some days later.
        self.assertEqual(self.run_and_deliver(self.after(23)), [])
        self.assertEqual(self.case.offer_state, "offered")
        self.run_day(day=self.after(24))
        self.assertEqual(self.case.offer_state, "withdrawn")
        self.assertEqual(charge.state, "claimed")
        # The days of the offer are no days of the case: its levels come so much later.
        self.assertEqual(self.run_and_deliver(self.after(25)), [])
        self.assertEqual(len(self.run_and_deliver(self.after(33))), 1)

    def test_an_offer_waits_for_an_invoice_that_is_being_corrected(self):
        charge = self.costs()
        with self.on_day(self.after(6)):
            self.case.action_offer(self.after(8), "quick", tell=False)
        self.item.move_id.button_draft()
        self.run_day(day=self.after(20))
        self.assertEqual((self.case.offer_state, charge.state), ("offered", "claimed"))
        self.item.move_id.action_post()
        self.run_day(day=self.after(21))
        self.assertEqual((self.case.offer_state, charge.state), ("withdrawn", "claimed"))

    def test_what_was_offered_is_not_taken_back_by_resuming(self):
        self.costs()
        with self.on_day(self.after(6)):
            self.case.action_offer(self.after(13), "quick", tell=False)
            hold = self.env["dunning.hold"].search([("item_id", "=", self.item.id)])
            with self.assertRaisesRegex(UserError, "costs lapse"):
                hold.action_release("too long")
            resume = self.env["dunning.release.wizard"].with_context(
                active_model="dunning.item", active_ids=self.item.ids
            )
            with self.assertRaisesRegex(UserError, "None of these is paused"):
                resume.create({})
            pause = self.env["dunning.hold"].create({"item_id": self.item.id, "kind": "pause"})
            self.assertEqual(resume.create({}).hold_ids, pause)

    def test_where_nothing_is_claimed_nothing_can_lapse(self):
        with self.on_day(self.after(7)), self.assertRaisesRegex(UserError, "nothing can lapse"):
            self.case.action_offer(self.after(13), "quick")

    def test_the_debtor_is_told_by_when_to_pay(self):
        self.costs()
        with self.on_day(self.after(6)):
            self.case.action_offer(self.after(13), "quick")
        told = self.Notice.search([("topic", "=", "offer")])
        self.assertIn("40.00", told.body)
        self.assertIn("lapses", told.body)

    def test_a_collector_lets_lapse_what_the_limit_allows(self):
        self.company.dunning_waive_limit = 10.0
        self.costs()
        clerk = self.person("case_clerk", "group_dunning_user")
        with self.on_day(self.after(7)), self.assertRaises(AccessError):
            self.case.with_user(clerk).action_offer(self.after(13), "quick")

    def test_what_is_not_pursued_is_stopped_by_managers_alone(self):
        clerk = self.person("case_clerk", "group_dunning_user")
        with self.assertRaises(AccessError):
            self.case.with_user(clerk).action_give_up("stop_write_off", "no use")
        self.case.action_give_up("stop_write_off", "no use")
        self.assertEqual((self.case.phase, self.case.outcome), ("closed", "not_pursued"))
        self.assertEqual(self.item.hold_kind, "stop_write_off")
        self.assertEqual(self.run_and_deliver(self.after(40)), [])

    def test_a_closed_case_is_not_recalled(self):
        self.case.action_give_up("stop_write_off", "no use")
        with self.assertRaisesRegex(UserError, "is “Closed” by now"):
            self.case.action_recall("wrong")

    def test_what_was_decided_stands_in_the_history_of_its_invoices(self):
        self.recall()
        notes = self.item.event_ids.mapped("note")
        self.assertTrue(any("Recalled. Reason: too early" in (note or "") for note in notes))

    def test_days_of_an_offer_are_paused_days(self):
        self.costs()
        with self.on_day(self.after(6)):
            self.case.action_offer(self.after(9), "quick", tell=False)
        self.run_day(day=self.after(12))
        # Four days of the offer, and three on which a payment of the last one may come in.
        self.assertEqual(self.case.deadline - self.case.begun_on, timedelta(days=30 + 4 + 3))
