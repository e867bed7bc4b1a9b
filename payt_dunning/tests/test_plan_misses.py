from unittest.mock import patch

from odoo.addons.payt_dunning.models.dunning_plan_standing import Meant

from .plan_common import PlanCommon


class TestPlanMisses(PlanCommon):
    """Plans that one missed instalment does not end: what does, and what debtors are told."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.consumers.plan_misses = 2

    def test_by_policy_more_than_one_instalment_has_to_be_missed(self):
        plan = self.warned(every="two_weeks")
        self.assertFalse(self.lapsed_by(plan, 22, 25))
        self.guard(28)
        self.assertEqual(len(self.told(plan, "plan_missed")), 2)
        self.send_warning(plan)
        self.assertFalse(self.lapsed_by(plan, 35))
        self.assertTrue(self.lapsed_by(plan, 36))

    def test_one_miss_of_the_last_instalment_ends_a_plan_that_needs_two(self):
        plan = self.plan()
        self.receive(plan.item_ids, 200.0, days=5)
        last = self.day_of(plan, 3)
        self.guard(last + 4)
        self.assertIn("our agreement ends", self.told(plan, "plan_missed").body)
        self.send_warning(plan)
        self.assertFalse(self.lapsed_by(plan, last + 11))
        self.assertTrue(self.lapsed_by(plan, last + 12))

    def missed_in_the_middle(self):
        """Of three instalments the second alone is not paid."""
        plan = self.plan()
        second, last = self.day_of(plan, 2), self.day_of(plan, 3)
        self.receive(plan.item_ids, 100.0, days=5)
        self.guard(second + 4)
        self.assertIn("lasts", self.told(plan, "plan_missed").body)
        self.assertNotIn("our agreement ends", self.told(plan, "plan_missed").body)
        self.send_warning(plan)
        self.guard(last - 1)
        payment = self.receive(plan.item_ids, 100.0, days=last - 1)
        meant = {plan.id: Meant({payment.move_id.name: 3}, [])}
        self.startPatcher(patch.object(type(self.Plan), "_meant", lambda *args: meant))
        return plan, last

    def test_one_miss_before_ends_such_a_plan_after_its_last_instalment_and_a_warning(self):
        plan, last = self.missed_in_the_middle()
        self.guard(last + 3)
        self.assertEqual(self.states(plan), ["paid", "late", "paid"])
        self.assertEqual(len(self.told(plan, "plan_missed")), 1)
        for day in (4, 5):
            self.guard(last + day)
        self.assertEqual(len(self.told(plan, "plan_missed")), 2)
        self.assertIn("our agreement ends", self.told(plan, "plan_missed")[-1].body)
        self.send_warning(plan)
        self.assertFalse(self.lapsed_by(plan, last + 11))
        self.assertTrue(self.lapsed_by(plan, last + 12))

    def test_what_is_paid_after_that_warning_completes_the_plan(self):
        plan, last = self.missed_in_the_middle()
        self.guard(last + 4)
        self.send_warning(plan)
        self.receive(plan.item_ids, 100.0, days=last + 5)
        self.guard(last + 12)
        self.assertEqual(plan.state, "completed")

    def test_each_warning_says_whether_the_plan_ends_by_it(self):
        plan = self.plan(every="two_weeks")
        self.guard(14)
        self.assertNotIn("our agreement ends", self.told(plan, "plan_missed").body)
        self.send_warning(plan)
        self.guard(28)
        self.assertIn("our agreement ends", self.told(plan, "plan_missed")[-1].body)

    def test_later_instalments_are_told_of_while_one_miss_does_not_end_the_plan(self):
        plan = self.plan()
        second = self.day_of(plan, 2)
        for day in (14, second - 3, second - 2, second):
            self.guard(day)
        for topic in ("plan_before", "plan_due"):
            told = self.told(plan, topic)
            self.assertEqual(told.mapped("plan_instalment"), [2])
            self.assertIn("Of earlier instalments", told.body)

    def test_who_may_lose_the_plan_is_told_of_no_later_instalment(self):
        self.consumers.plan_misses = 1
        plan = self.plan(every="week")
        self.guard(14)
        self.send_warning(plan)
        for day in (15, 17):
            self.guard(day)
        self.assertFalse(self.told(plan, "plan_before") + self.told(plan, "plan_due"))
