from odoo import Command

from .case_common import CaseCommon


class TestCaseAtEnd(CaseCommon):
    """Cases that open by themselves when the levels have ended, where the law lets us go on."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy.case_opening = "ladder"
        cls.policy._level_at(3).term_days = 7
        cls.policy.action_publish()

    def ended(self, **values):
        """An item of which the last level left on day 18, the formal notice on day 0."""
        item = self.at_level(2, 20, **values)
        for days in (0, 9, 18):
            self.run_and_deliver(self.after(days))
        self.assertEqual((item.reached, item.reason), (5, "end_of_ladder"))
        return item

    def next_day(self):
        self.run_day(day=self.after(19))

    def test_at_the_end_of_the_levels_a_case_opens_that_is_to_be_decided(self):
        item = self.ended()
        self.assertFalse(item.case_id)
        self.next_day()
        case = item.case_id
        self.assertEqual((case.origin, case.phase), ("ladder", "ready"))
        self.assertEqual((case.begun_on, case.deadline), (self.today, self.after(30)))
        self.assertEqual(
            case.activity_ids.activity_type_id, self.env.ref("payt_dunning.activity_case_decision")
        )

    def test_all_of_a_debtor_is_one_case(self):
        other = self.at_level(2, 21, amount=80.0)
        item = self.ended()
        self.next_day()
        self.assertEqual(item.case_id.item_ids, item | other)

    def test_it_waits_for_the_term_of_the_last_demand(self):
        self.policy._level_at(5).term_days = 5
        item = self.ended()
        self.next_day()
        self.assertFalse(item.case_id)
        self.run_day(day=self.after(24))
        self.assertTrue(item.case_id)

    def test_where_the_policy_does_not_say_so_it_stays_on_the_list(self):
        item = self.ended()
        self.policy.case_opening = False
        self.next_day()
        self.assertEqual((item.case_id.id, item.reason), (False, "end_of_ladder"))

    def test_what_is_disputed_in_part_stays_on_the_list(self):
        item = self.ended()
        self.env["dunning.hold"].create(
            {
                "item_id": item.id,
                "kind": "dispute",
                "amount": 10.0,
                "date_from": self.after(5),
            }
        )
        self.next_day()
        self.assertFalse(item.case_id)

    def test_a_message_without_answer_keeps_it_on_the_list(self):
        item = self.ended()
        self.env["dunning.hold"].create(
            {
                "debtor_id": item.debtor_id.id,
                "kind": "question",
                "date_from": self.after(10),
                "date_until": self.after(12),
            }
        )
        self.next_day()
        self.assertFalse(item.case_id)

    def test_a_payment_on_its_way_keeps_it_on_the_list(self):
        item = self.ended()
        self.receipt(500.0, item.move_id.name, self.business)
        self.next_day()
        self.assertFalse(item.case_id)

    def test_a_notice_that_counts_no_more_opens_none(self):
        item = self.ended()
        item.notice_line_ids.sudo().void_because = "Sent by mistake."
        self.next_day()
        self.assertFalse(item.case_id)

    def test_a_consumer_without_the_statutory_notice_stays_on_the_list(self):
        self.consumer.lang = "en_US"
        item = self.ended(partner=self.consumer)
        self.next_day()
        self.assertFalse(item.case_id)

    def test_what_a_person_took_out_of_a_case_opens_no_other(self):
        item = self.ended()
        self.next_day()
        case = item.case_id
        with self.on_day(self.after(19)):
            case.action_leave(item, "We talk to them ourselves.")
        self.run_day(day=self.after(20))
        self.assertEqual(len(item.case_line_ids), 1)

    def test_on_a_list_at_the_end_it_opens_too(self):
        self.env["dunning.level"].create(
            {
                "policy_id": self.policy.id,
                "name": "Decide",
                "days": 40,
                "spacing": 1,
                "phase": "collection",
                "channel_ids": [Command.link(self.env.ref("payt_dunning.channel_list").id)],
            }
        )
        self.policy.action_publish()
        item = self.at_level(2, 20)
        for days in (0, 9, 18, 20):
            self.run_and_deliver(self.after(days))
        self.assertEqual(item.reason, "to_decide")
        self.run_day(day=self.after(21))
        self.assertEqual(item.case_id.phase, "ready")

    def listed(self, days=40):
        """The policy's last level puts it on a list."""
        return self.env["dunning.level"].create(
            {
                "policy_id": self.policy.id,
                "name": "Decide",
                "days": days,
                "spacing": 1,
                "phase": "collection",
                "channel_ids": [Command.link(self.env.ref("payt_dunning.channel_list").id)],
            }
        )

    def test_a_payment_on_its_way_opens_none_about_what_waits_on_the_list(self):
        self.listed()
        self.policy.action_publish()
        item = self.at_level(2, 20)
        for days in (0, 9, 18, 20):
            self.run_and_deliver(self.after(days))
        self.assertEqual(item.reason, "to_decide")
        self.receipt(500.0, item.move_id.name, self.business)
        self.run_day(day=self.after(21))
        self.assertFalse(item.case_id)

    def test_what_waited_on_the_debtors_list_is_one_task_about_its_case(self):
        self.listed()
        self.policy.action_publish()
        item = self.at_level(2, 20)
        for days in (0, 9, 18, 20, 21):
            self.run_and_deliver(self.after(days))
        waiting = item.notice_line_ids.notice_id.filtered(lambda each: each.channel == "list")
        self.assertEqual(waiting.case_id, item.case_id)
        kinds = self.env.ref("payt_dunning.activity_list")
        tasks = self.env["mail.activity"].search([("activity_type_id", "=", kinds.id)])
        self.assertFalse(tasks.filtered(lambda task: task.res_id == item.debtor_id.id))
        self.assertEqual(len(item.case_id.activity_ids), 1)

    def test_where_no_policy_applies_any_more_nothing_fails(self):
        self.listed()
        self.policy.action_publish()
        item = self.at_level(2, 20)
        for days in (0, 9, 18, 20):
            self.run_and_deliver(self.after(days))
        self.company.dunning_policy_id = False
        self.policy.active = False
        day = self.after(21)
        with self.on_day(day):
            self.assertEqual(self.Case._watch(self.company, day), [])
        self.assertFalse(item.case_id)

    def test_a_list_half_way_makes_no_case_ready(self):
        self.listed(days=30)
        self.policy.case_opening = "notice"
        self.policy.action_publish()
        item = self.at_level(2, 20)
        for days in (0, 1, 9, 11, 12):
            self.run_and_deliver(self.after(days))
        self.assertEqual(item.reason, "to_decide")
        self.assertEqual(item.case_id.phase, "demand")

    def test_that_it_is_to_be_decided_needs_no_approval(self):
        self.listed()
        self.policy.write({"case_opening": "notice", "case_ask_first": True})
        self.policy.action_publish()
        item = self.at_level(2, 20)
        for days in (0, 1, 9, 18, 20, 21):
            self.run_day(day=self.after(days))
            with self.on_day(self.after(days)):
                self.Notice.search([("state", "=", "planned")]).sudo(False).action_approve()
            self.deliver(day=self.after(days))
        self.assertEqual((item.case_id.phase, item.reason), ("ready", "to_decide"))

    def test_a_list_half_way_is_not_the_end(self):
        self.env["dunning.level"].create(
            {
                "policy_id": self.policy.id,
                "name": "Decide",
                "days": 30,
                "spacing": 1,
                "phase": "collection",
                "channel_ids": [Command.link(self.env.ref("payt_dunning.channel_list").id)],
            }
        )
        self.policy.action_publish()
        item = self.at_level(2, 20)
        for days in (0, 9, 11, 12, 13):
            self.run_and_deliver(self.after(days))
        self.assertEqual(item.reason, "to_decide")
        self.assertFalse(item.case_id)

    def test_one_statement_says_that_there_is_nothing_to_open(self):
        self.ended()
        self.policy.case_opening = False
        self.env.flush_all()
        with self.assertQueryCount(1):
            self.assertEqual(self.Case._open_at_end(self.company, self.after(20)), [])
