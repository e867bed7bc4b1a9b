from odoo.exceptions import AccessError, UserError

from .plan_wizard_common import PlanWizardCommon


class TestPlanDecisions(PlanWizardCommon):
    """What people decide about plans, in dialogs that show what speaks for and against it."""

    def decision(self, plan, kind, user=None, **values):
        Dialog = self.env["dunning.plan.decision"].sudo(False).with_user(user or self.collector)
        Dialog = Dialog.with_context(active_model=plan._name, active_id=plan.id)
        return Dialog.create({"kind": kind, **values})

    def proposed(self, count=10):
        """A plan that a debtor asks for, beyond the bounds."""
        item = self.item()
        return self.Plan._propose(item, self.schedule(item, count=count), "Less work")

    # -- proposals --------------------------------------------------------------------------------

    def test_who_approves_sees_the_reason_the_bounds_and_the_history_first(self):
        plan = self.proposed()
        dialog = self.decision(plan, "approve")
        self.assertEqual(dialog.says, "Less work")
        self.assertIn("at the latest", dialog.bounds_broken)
        self.assertIn("No payment plan yet", dialog.plan_history)
        self.assertIn("o history yet", dialog.outlook)
        self.assertEqual(len(dialog.calendar.splitlines()), 10)

    def test_a_collector_approves_no_proposal_beyond_the_bounds(self):
        plan = self.proposed()
        dialog = self.decision(plan, "approve", beyond_why="Known for years")
        self.assertTrue(dialog.beyond)
        self.assertFalse(dialog.may_go_beyond)
        with self.assertRaisesRegex(UserError, "(?s)Only a manager.*at the latest"):
            dialog.action_apply()
        with self.assertRaisesRegex(UserError, "Only a manager"):
            plan.with_user(self.collector).action_approve("Known for years")
        self.assertEqual(plan.state, "proposed")

    def test_a_manager_approves_it_with_a_reason_that_is_kept(self):
        plan = self.proposed()
        manager = self.person("plan_approver", "group_dunning_manager")
        with self.assertRaisesRegex(UserError, "(?s)Say why.*at the latest"):
            plan.with_user(manager).action_approve(" ")
        dialog = self.decision(plan, "approve", manager, beyond_why="Known for years")
        self.assertTrue(dialog.may_go_beyond)
        dialog.action_apply()
        self.assertEqual(plan.state, "running")
        self.assertIn("Known for years", plan.note)

    def test_a_collector_approves_a_proposal_within_the_bounds(self):
        self.consumers.plan_automatic = 10
        plan = self.proposed(count=3)
        self.assertEqual(plan.state, "proposed")
        dialog = self.decision(plan, "approve")
        self.assertFalse(dialog.beyond)
        dialog.action_apply()
        self.assertEqual((plan.state, plan.note), ("running", False))

    def test_who_refuses_writes_what_the_debtor_reads(self):
        plan = self.proposed()
        with self.assertRaisesRegex(UserError, "Say why"):
            self.decision(plan, "refuse", words=" ").action_apply()
        self.decision(plan, "refuse", words="This takes too long.").action_apply()
        self.assertEqual(plan.state, "refused")
        self.assertIn("This takes too long.", self.told(plan, "plan_refused").body)

    def test_a_ready_reply_fills_in_the_words_and_nothing_typed_is_lost(self):
        plan = self.proposed()
        reply = self.env["dunning.reply"].create({"name": "No", "body": "Sorry, {debtor}."})
        dialog = self.decision(plan, "refuse", words="Too long.")
        dialog.reply_id = reply
        dialog._onchange_reply_id()
        self.assertTrue(dialog.words.startswith("Too long."))
        self.assertIn("Jan Jansen", dialog.words)

    def test_a_counter_offer_begins_with_what_was_proposed(self):
        plan = self.proposed()
        form = self.form(plan)
        self.assertEqual((form.mode, form.how, len(form.row_ids)), ("counter", "free", 10))
        self.assertEqual(self.amounts(form), plan.installment_ids.mapped("amount"))
        self.assertFalse(form.beyond)
        form.how = "count"
        form.count = 5
        offer = self.started(form)
        self.assertEqual((plan.state, offer.state, offer.count), ("withdrawn", "offered", 5))
        self.assertTrue(self.told(offer, "plan_offer"))

    def test_a_counter_offer_of_a_collector_goes_no_further_than_what_was_proposed(self):
        form = self.form(self.proposed())
        form.how = "count"
        form.count = 11
        self.assertTrue(form.beyond)
        with self.assertRaisesRegex(UserError, "Only a manager"):
            form.save().action_apply()

    def test_what_was_decided_meanwhile_is_said(self):
        plan = self.proposed()
        form = self.form(plan)
        dialog, refusal = form.save(), self.decision(plan, "refuse", words="No")
        refusal.action_apply()
        for late in (dialog, self.decision(plan, "approve"), refusal):
            with self.assertRaisesRegex(UserError, "Refused"):
                late.action_apply()

    # -- plans that run ---------------------------------------------------------------------------

    def test_an_instalment_is_postponed_with_those_after_it(self):
        plan = self.plan()
        first, second = plan.installment_ids[:2].mapped("date")
        dialog = self.decision(plan, "postpone", date=self.after(17))
        self.assertEqual(dialog.installment_id, plan.installment_ids[0])
        self.assertEqual(len(dialog.calendar.splitlines()), 3)
        dialog.action_apply()
        self.assertEqual(plan.installment_ids[0].shifted_from, first)
        self.assertGreater(plan.installment_ids[1].date, second)
        self.assertTrue(self.told(plan, "plan_change"))

    def test_an_instalment_alone_is_postponed_if_the_others_stay(self):
        plan = self.plan()
        dates = plan.installment_ids.mapped("date")
        self.decision(plan, "postpone", date=self.after(17), rest=False).action_apply()
        self.assertEqual(plan.installment_ids.mapped("date"), [self.after(17), *dates[1:]])

    def test_an_instalment_is_not_moved_to_an_earlier_day(self):
        plan = self.plan()
        dialog = self.decision(plan, "postpone", date=self.after(3))
        self.assertIn("Choose a day after", dialog.calendar)
        with self.assertRaisesRegex(UserError, "Choose a day after"):
            dialog.action_apply()

    def test_an_instalment_of_another_plan_is_refused(self):
        plan, other = self.plan(), self.plan()
        dialog = self.decision(
            plan, "postpone", date=self.after(17), installment_id=other.installment_ids[0].id
        )
        with self.assertRaisesRegex(UserError, "no instalment of"):
            dialog.action_apply()
        self.assertEqual((plan.version, other.version), (1, 1))

    def test_a_lighter_change_says_that_nobody_has_to_agree(self):
        plan = self.plan()
        form = self.form(plan)
        self.assertEqual((form.mode, form.to_pay, len(form.row_ids)), ("amend", 300.0, 3))
        form.how = "count"
        form.date_first = self.day_of_first(plan)
        form.count = 4
        self.assertFalse(form.heavier)
        form.reason = "Less each month"
        self.started(form)
        self.assertEqual((plan.count, plan.version), (4, 2))

    def day_of_first(self, plan):
        return plan.installment_ids[0].date

    def test_a_heavier_change_says_that_the_debtor_has_to_agree(self):
        plan = self.plan()
        form = self.form(plan)
        form.how = "count"
        form.date_first = self.day_of_first(plan)
        form.count = 2
        self.assertTrue(form.heavier)
        form.reason = "Sooner"
        self.started(form)
        self.assertEqual((plan.count, plan.version), (3, 1))
        self.assertIn("150.00", plan.amended)
        self.assertTrue(plan._accept_amendment())
        self.assertEqual(plan.count, 2)

    def test_a_change_is_about_what_is_left_and_has_a_reason(self):
        plan = self.plan()
        self.receive(plan.item_ids, 100.0)
        form = self.form(plan)
        self.assertEqual((form.to_pay, len(form.row_ids)), (200.0, 2))
        with self.assertRaisesRegex(AssertionError, "reason is a required field"):
            form.save()
        dialog = self.opened(plan).create({"reason": " "})
        with self.assertRaisesRegex(UserError, "Say why"):
            dialog.action_apply()

    def test_a_change_goes_no_further_beyond_the_bounds_than_the_plan(self):
        form = self.form(self.plan(days=60))
        self.assertFalse(form.beyond)
        form.how = "count"
        form.date_first = self.after(90)
        self.assertIn("first instalment", form.beyond)

    def test_a_plan_ends_with_a_reason_and_the_debtor_is_told(self):
        plan = self.plan()
        self.decision(plan, "end", words="Agreed by phone").action_apply()
        self.assertEqual((plan.state, plan.ended_because), ("ended", "Agreed by phone"))
        self.assertTrue(self.told(plan, "plan_ended"))

    def test_an_offer_is_withdrawn(self):
        item = self.item()
        plan = self.Plan._offer(item, self.schedule(item, days=20))
        self.decision(plan, "end", words="By mistake").action_apply()
        self.assertEqual(plan.state, "withdrawn")
        with self.assertRaises(UserError):
            plan._accept()

    def test_a_note_is_kept_inside(self):
        plan = self.plan()
        dialog = self.decision(plan, "note", note="Call in June")
        dialog.action_apply()
        self.assertEqual(plan.note, "Call in June")
        self.assertEqual(self.decision(plan, "note").note, "Call in June")

    def test_only_collectors_decide(self):
        plan = self.plan()
        for kind in ("approve", "refuse", "postpone", "end", "note"):
            with self.subTest(kind), self.assertRaises(AccessError):
                self.decision(plan, kind, self.viewer, words="No", date=self.after(17))
            dialog = self.decision(plan, kind, words="No", date=self.after(17))
            with self.subTest(kind), self.assertRaises(AccessError):
                dialog.with_user(self.viewer).action_apply()
        self.assertEqual((plan.state, plan.version), ("running", 1))
