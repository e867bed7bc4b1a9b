from datetime import date, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.tools import mute_logger

from .plan_common import PlanCommon


class TestPlanGuard(PlanCommon):
    """Every day plans are looked at: what debtors are told, what counts as missed, what ends."""

    # -- builders ------------------------------------------------------------------------------------

    def plan_without_paper(self, items):
        """A plan whose agreement is not made into a PDF, which takes most of the time."""
        Statement = type(self.env["dunning.page.statement"])
        with patch.object(Statement, "_to_pdf", lambda *args: b"%PDF-"):
            return self.plan(items)

    def tasks(self, record, kind):
        return record.activity_ids.filtered(
            lambda each: each.activity_type_id == self.env.ref(f"payt_dunning.activity_{kind}")
        )

    # -- told, and when not --------------------------------------------------------------------------

    def test_each_message_about_an_instalment_can_be_switched_off(self):
        for topic, field, day in (
            ("plan_before", "plan_tell_before", 7),
            ("plan_due", "plan_tell_due", 10),
            ("plan_missed", "plan_tell_missed", 14),
        ):
            self.consumers.write({field: False})
            plan = self.plan()
            self.consumers.write({field: True})
            self.guard(day)
            self.assertFalse(self.told(plan, topic), topic)

    def test_a_missed_instalment_is_told_once(self):
        plan = self.plan()
        for day in (14, 15, 16, 20):
            self.guard(day)
        self.assertEqual(len(self.told(plan, "plan_missed")), 1)

    def test_who_has_no_address_finds_each_message_in_the_thread_once(self):
        nobody = self.debtor("No mail", is_company=False, email=False)
        plan = self.plan(self.item(partner=nobody))
        before = plan.item_ids.move_id.message_ids
        for day in range(6, 13):
            self.guard(day)
        self.assertEqual(len(plan.item_ids.move_id.message_ids - before), 2)

    def test_while_reminders_alone_are_paused_instalments_are_still_told(self):
        plan = self.plan()
        self.hold(debtor_id=plan.debtor_id.id, kind="pause", date_until=self.after(60))
        self.guard(7)
        self.guard(10)
        self.assertEqual(len(self.told(plan, "plan_before") + self.told(plan, "plan_due")), 2)

    def test_while_everything_is_paused_nothing_is_told_and_nothing_missed(self):
        plan = self.plan()
        self.hold(
            debtor_id=plan.debtor_id.id,
            kind="pause",
            date_until=self.after(60),
            everything=True,
        )
        for day in (7, 10, 14, 22):
            self.guard(day)
        self.assertEqual(self.told(plan).mapped("topic"), ["plan"])
        self.assertEqual(plan.state, "running")
        self.assertFalse(plan.installment_ids.filtered("missed_on"))

    def test_what_is_paid_before_the_hand_over_is_not_told(self):
        plan = self.plan()
        self.guard(7)
        notice = self.told(plan, "plan_before")
        self.receive(plan.item_ids, 100.0, days=7)
        self.deliver(day=self.after(7))
        self.assertEqual(notice.state, "cancelled")
        self.assertIn("paid meanwhile", notice.failure)

    def test_a_warning_does_not_leave_once_the_plan_has_ended(self):
        plan = self.plan()
        self.guard(14)
        notice = self.told(plan, "plan_missed")
        plan.with_user(self.collector).action_end("Agreed by phone")
        self.deliver(day=self.after(14))
        self.assertEqual(notice.state, "cancelled")

    def test_a_company_that_is_not_live_tells_nothing_and_counts_nothing_as_missed(self):
        plan = self.plan()
        self.company.dunning_live_uuid = False
        self.guard(14)
        self.assertFalse(self.told(plan, "plan_missed"))
        self.assertFalse(plan.installment_ids[0].missed_on)
        self.assertEqual(self.states(plan)[0], "late")

    # -- missed, and what puts it off ----------------------------------------------------------------

    def test_after_a_lapse_the_reminder_waits_a_day_at_least(self):
        plan = self.warned()
        self.guard(22)
        self.assertEqual(plan.state, "lapsed")
        item = plan.item_ids
        self.assertFalse(self.notices_to(self.consumer))
        self.guard(23)
        reminder = self.notices_to(self.consumer)
        self.assertEqual(reminder.line_ids.filtered("position").item_id, item)

    def lapsed_business(self):
        """The item of a business, 26 days late when its plan lapses."""
        plan = self.plan(self.item(partner=self.business))
        self.guard(14)
        self.send_warning(plan)
        self.guard(22)
        self.assertEqual(plan.state, "lapsed")
        return plan.item_ids

    def test_follow_up_goes_on_at_the_level_that_fits_the_days_late(self):
        policy = self.env.ref("payt_dunning.policy_business")
        policy.plan_resume = "recalculate"
        item = self.lapsed_business()
        rungs = policy.revision_id._to_ladder().rungs
        formal = next(rung.position for rung in rungs if rung.formal)
        self.assertIn(item.start_position, (formal - 1, formal))

    def test_follow_up_goes_on_at_a_level_of_its_own(self):
        level = self.env.ref("payt_dunning.level_business_2")
        self.env.ref("payt_dunning.policy_business").write(
            {"plan_resume": "level", "plan_resume_level_id": level.id}
        )
        self.assertEqual(self.lapsed_business().start_position, level.position)

    def test_consumers_go_on_where_they_were_whatever_the_level_says(self):
        second = self.env.ref("payt_dunning.level_consumer_2")
        self.consumers.write({"plan_resume": "level", "plan_resume_level_id": second.id})
        plan = self.warned()
        self.guard(22)
        self.assertEqual((plan.state, plan.item_ids.start_position), ("lapsed", 0))

    def test_by_policy_one_of_us_agrees_before_a_plan_lapses(self):
        self.consumers.plan_lapse = "approval"
        plan = self.warned()
        self.guard(22)
        self.guard(23)
        self.assertEqual((plan.state, plan.lapse_asked_on), ("running", self.after(22)))
        self.assertEqual(len(self.tasks(plan, "plan_lapse")), 1)
        with self.on(23):
            plan.with_user(self.collector).action_lapse()
        self.assertEqual(plan.state, "lapsed")
        self.assertFalse(self.tasks(plan, "plan_lapse"))

    def test_more_time_begins_the_days_of_grace_anew(self):
        self.consumers.plan_lapse = "approval"
        plan = self.warned()
        self.guard(22)
        with self.on(22):
            plan.with_user(self.collector).action_give_time()
        self.guard(29)
        self.assertFalse(plan.lapse_asked_on)
        self.guard(30)
        self.assertEqual(plan.lapse_asked_on, self.after(30))

    def test_without_a_warning_a_plan_does_not_lapse_by_itself(self):
        self.consumers.plan_tell_missed = False
        plan = self.plan()
        self.guard(14)
        self.guard(22)
        self.assertEqual((plan.state, plan.lapse_asked_on), ("running", self.after(22)))

    def assert_put_off(self, plan, task=False):
        self.guard(14)
        self.guard(15)
        self.assertFalse(self.told(plan, "plan_missed"))
        self.assertFalse(plan.installment_ids[0].missed_on)
        self.assertEqual(bool(self.tasks(plan.debtor_id, "plan_money")), task)

    def test_a_free_credit_is_matched_before_an_instalment_counts_as_missed(self):
        plan = self.plan()
        self.credit_note(120.0, partner=self.consumer)
        self.assert_put_off(plan, task=True)

    def test_a_credit_that_is_too_small_puts_nothing_off(self):
        plan = self.plan()
        self.credit_note(20.0, partner=self.consumer)
        self.guard(14)
        self.assertTrue(self.told(plan, "plan_missed"))

    def test_money_on_the_bank_is_matched_before_an_instalment_counts_as_missed(self):
        plan = self.plan()
        self.receipt(100.0, partner=self.consumer, days_ago=-13)
        self.assert_put_off(plan, task=True)

    def test_money_on_the_bank_that_names_the_plan_alone_puts_a_miss_off(self):
        plan = self.plan()
        self.receipt(100.0, text=f"thanks {plan.reference}", days_ago=-13)
        self.assert_put_off(plan, task=True)

    def test_the_task_about_money_is_done_once_the_plan_is_over(self):
        plan = self.plan()
        self.credit_note(120.0, partner=self.consumer)
        self.assert_put_off(plan, task=True)
        plan.with_user(self.collector).action_end("Agreed by phone")
        self.assertFalse(self.tasks(plan.debtor_id, "plan_money"))

    def test_what_is_to_be_settled_first_puts_a_miss_off(self):
        for kind in ("question", "dispute", "already_paid"):
            plan = self.plan(self.item(partner=self.debtor(f"Has a {kind}", is_company=False)))
            self.hold(item_id=plan.item_ids.id, kind=kind, date_until=self.after(60))
            self.assert_put_off(plan)

    def test_a_question_without_an_answer_puts_a_miss_off_whatever_its_hold(self):
        plan = self.plan()
        self.hold(item_id=plan.item_ids.id, kind="question", date_until=self.after(5))
        self.assert_put_off(plan)

    def test_what_was_settled_long_ago_puts_nothing_off(self):
        plan = self.plan()
        self.hold(item_id=plan.item_ids.id, kind="dispute", date_until=self.after(5))
        self.guard(14)
        self.assertTrue(self.told(plan, "plan_missed"))

    # -- days ----------------------------------------------------------------------------------------

    def test_an_instalment_on_a_sunday_is_told_that_day_and_leaves_on_a_working_day(self):
        sunday = self.today + timedelta(days=20 - (self.today.weekday() + 1) % 7 + 1)
        sunday += timedelta(days=(6 - sunday.weekday()) % 7)
        away = (sunday - self.today).days
        plan = self.plan(days=away)
        self.assertEqual(plan.installment_ids[0].date.weekday(), 6)
        self.guard(away)
        notice = self.told(plan, "plan_due")
        self.assertTrue(notice.in_hours)
        for day in range(away + 1, away + 4):
            self.guard(day)
            self.assertFalse(self.told(plan, "plan_missed"))
        self.guard(away + 4)
        self.assertTrue(self.told(plan, "plan_missed"))

    def test_a_plan_by_the_ends_of_months_keeps_to_them(self):
        begin = date(self.today.year + 1, 1, 31)
        plan = self.plan(days=(begin - self.today).days, count=4)
        days = [(each.date.month, each.date.day) for each in plan.installment_ids]
        self.assertEqual(days[0], (1, 31))
        self.assertIn(days[1], ((2, 28), (2, 29)))
        self.assertEqual(days[2:], [(3, 31), (4, 30)])
        for number in (2, 3):
            self.receive(plan.item_ids, 75.0, days=self.day_of(plan, number - 1))
            self.guard(self.day_of(plan, number) - 1)
            self.assertNotIn(number, self.told(plan, "plan_due").mapped("plan_instalment"))
            self.guard(self.day_of(plan, number))
            told = self.told(plan, "plan_due").mapped("plan_instalment")
            self.assertIn(number, told)

    def test_the_day_is_the_one_where_the_company_is(self):
        self.company.partner_id.tz = "Pacific/Honolulu"
        plan = self.plan()
        due = plan.installment_ids[0].date
        with self.no_commit(), freeze_time(f"{due} 05:00:00"):
            # It is still the day before there.
            self.Run.with_company(self.company)._run_company(self.company)
            self.assertFalse(self.told(plan, "plan_due"))
            self.assertTrue(self.told(plan, "plan_before"))
        with self.no_commit(), freeze_time(f"{due} 15:00:00"):
            self.Run.with_company(self.company)._run_company(self.company)
            self.assertTrue(self.told(plan, "plan_due"))

    def test_runs_that_were_missed_are_made_up_for_without_a_burst(self):
        plan = self.plan()
        self.guard(5)
        self.guard(12)
        self.assertEqual(self.told(plan).mapped("topic"), ["plan", "plan_due"])
        other = self.plan(self.item(partner=self.debtor("Later", is_company=False)))
        self.guard(5)
        self.guard(19)
        self.assertEqual(self.told(other).mapped("topic"), ["plan", "plan_missed"])

    # -- many ----------------------------------------------------------------------------------------

    @mute_logger("odoo.addons.payt_dunning.models.dunning_dialogue")
    def test_a_plan_that_fails_does_not_keep_the_others_from_being_guarded(self):
        plans = [
            self.plan_without_paper(
                self.item(partner=self.debtor(f"Number {number}", is_company=False))
            )
            for number in range(3)
        ]
        Plan = type(self.Plan)
        words = Plan._instalment_words

        def fails(plan, *args):
            if plan.id == plans[1].id:
                raise ValueError("no words")
            return words(plan, *args)

        with patch.object(Plan, "_instalment_words", fails):
            self.guard(7)
        self.assertEqual([len(self.told(plan, "plan_before")) for plan in plans], [1, 0, 1])
        run = self.Run.search([], order="id desc", limit=1)
        self.assertIn("no words", run.problems)
        self.guard(8)
        self.assertTrue(self.told(plans[1], "plan_before"))

    def test_guarding_many_plans_takes_few_statements_more(self):
        plans = self.Plan.union(
            *(
                self.plan_without_paper(
                    self.item(partner=self.debtor(f"Number {number}", is_company=False))
                )
                for number in range(80)
            )
        )
        few, many = plans[:20], plans[20:]

        def statements(some):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            with self.on(7):
                some._guard(self.after(7))
                self.env.flush_all()
            return self.env.cr.sql_log_count - before

        first = statements(few)
        self.assertLess(statements(many), 2 * first)
        self.assertEqual(len(self.Notice.search([("topic", "=", "plan_before")])), 80)

    def test_the_run_commits_between_its_parts_without_ending_anything_around_them(self):
        self.plan()
        depth = []
        Cron = type(self.env["ir.cron"])
        cursor = type(self.env.cr)
        opened, savepoint = [], cursor.savepoint

        def counted(cr, *args, **kwargs):
            point = savepoint(cr, *args, **kwargs)
            opened.append(point)
            return point

        def commit(_cron, *args, **kwargs):
            depth.append(sum(not point.closed for point in opened))
            return float("inf")

        with (
            self.on(7),
            patch.object(cursor, "savepoint", counted),
            patch.object(Cron, "_commit_progress", commit),
        ):
            self.env["dunning.dialogue"].sudo()._watch(self.company, self.after(7))
        self.assertEqual(depth, [0])
