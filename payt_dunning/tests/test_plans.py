from odoo.exceptions import AccessError, UserError

from .plan_common import PlanCommon


class TestPlans(PlanCommon):
    """A plan holds what it covers, counts what the ledger has, and ends by itself."""

    def test_a_plan_that_starts_holds_its_items_and_sends_the_agreement(self):
        item = self.item()
        plan = self.plan(item)
        self.assertEqual((plan.state, plan.total, plan.left), ("running", 300.0, 300.0))
        self.assertEqual(plan.installment_ids.mapped("amount"), [100.0, 100.0, 100.0])
        hold = self.holds(item)
        self.assertEqual((hold.kind, hold.date_until, item.reason), ("plan", False, "hold"))
        agreement = self.told(plan, "plan")
        self.assertIn("100.00", agreement.body)
        self.assertIn(plan.reference, agreement.body)
        self.assertEqual(agreement.attachment_ids, plan.version_ids.pdf_id)
        self.assertTrue(plan.version_ids.pdf_id.raw.startswith(b"%PDF"))
        self.assertEqual(plan.version_ids.number, 1)

    def test_what_is_paid_by_any_route_counts_for_the_oldest_instalment(self):
        plan = self.plan()
        self.receive(plan.item_ids, 100.0, days=9)
        self.guard(9)
        self.assertEqual(self.states(plan), ["paid", "coming", "coming"])
        self.assertEqual((plan.paid, plan.left, plan.health), (100.0, 200.0, "on_track"))
        self.assertEqual(plan.next_date, plan.installment_ids[1].date)

    def test_more_than_an_instalment_makes_the_end_smaller(self):
        plan = self.plan()
        self.receive(plan.item_ids, 150.0, days=9)
        self.guard(9)
        self.assertEqual(plan.installment_ids.mapped("paid"), [100.0, 0.0, 50.0])

    def test_by_policy_more_than_an_instalment_lowers_the_next(self):
        self.consumers.plan_extra = "next"
        plan = self.plan()
        self.receive(plan.item_ids, 150.0, days=9)
        self.guard(9)
        self.assertEqual(plan.installment_ids.mapped("paid"), [100.0, 50.0, 0.0])

    def test_a_plan_that_is_paid_is_complete_and_thanks(self):
        plan = self.plan()
        self.receive(plan.item_ids, 300.0, days=9)
        self.guard(9)
        self.assertEqual((plan.state, plan.left), ("completed", 0.0))
        self.assertEqual(plan.item_ids.state, "closed")
        self.assertTrue(self.told(plan, "plan_done"))
        self.assertFalse(self.holds(plan.item_ids))

    def credit(self, about, matched_with, amount):
        """A credit note about an invoice, matched with an item."""
        reversal = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=about.ids
        )
        wizard = reversal.create({"journal_id": about.journal_id.id})
        credit = self.env["account.move"].browse(wizard.reverse_moves()["res_id"])
        credit.invoice_line_ids.price_unit = amount
        credit.action_post()
        lines = credit.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        lines.remove_move_reconcile()
        (lines | matched_with.line_id).reconcile()

    def test_a_credit_note_about_something_else_pays_the_oldest_instalment(self):
        other = self.invoice(amount=100.0, partner=self.consumer)
        self.pay(other)
        plan = self.plan()
        self.credit(other, plan.item_ids, 100.0)
        self.guard(1)
        self.assertEqual(self.states(plan), ["paid", "coming", "coming"])
        self.assertEqual((plan.paid, plan.credited), (100.0, 0.0))

    def test_a_credit_note_takes_off_from_the_end(self):
        plan = self.plan()
        self.credit(plan.item_ids.move_id, plan.item_ids, 120.0)
        self.guard(1)
        self.assertEqual(plan.installment_ids.mapped("needed"), [100.0, 80.0, 0.0])
        self.assertEqual((plan.left, plan.credited, plan.paid), (180.0, 120.0, 0.0))
        self.assertEqual(self.states(plan)[2], "waived")

    def test_a_message_goes_before_an_instalment_and_on_its_day_once_each(self):
        plan = self.plan()
        for days in (6, 7, 8, 9, 10, 11):
            self.guard(days)
        self.assertEqual(len(self.told(plan, "plan_before")), 1)
        self.assertEqual(len(self.told(plan, "plan_due")), 1)
        self.assertFalse(self.told(plan, "plan_missed"))

    def test_an_instalment_right_after_the_agreement_is_not_told_of_twice(self):
        plan = self.plan(days=2)
        self.guard(1)
        self.assertFalse(self.told(plan, "plan_before"))
        self.guard(2)
        self.assertTrue(self.told(plan, "plan_due"))

    def test_no_reminder_leaves_for_what_is_in_a_plan(self):
        plan = self.plan()
        for days in range(1, 13):
            self.guard(days)
        reminders = self.Notice.search([("kind", "=", "reminder")])
        self.assertFalse(reminders.line_ids.item_id & plan.item_ids)

    def test_a_missed_instalment_is_warned_of_and_the_plan_lapses_after_the_days_of_grace(self):
        plan = self.plan()
        self.guard(13)
        self.assertFalse(self.told(plan, "plan_missed"))
        self.guard(14)
        warning = self.told(plan, "plan_missed")
        self.assertEqual(plan.health, "late")
        self.assertEqual(plan.installment_ids[0].warned_on, self.after(14))
        warning._mark("sending")
        warning._mark("sent")
        self.guard(21)
        self.assertEqual(plan.state, "running")
        self.guard(22)
        self.assertEqual(plan.state, "lapsed")
        self.assertTrue(self.told(plan, "plan_lapsed"))
        item = plan.item_ids
        self.assertFalse(self.holds(item))
        self.assertEqual(item.resumed_on, self.after(22))
        self.assertEqual(item.action, "wait")

    def test_a_warning_that_did_not_leave_lets_nothing_lapse(self):
        plan = self.plan()
        self.guard(14)
        self.guard(22)
        self.assertEqual(plan.state, "running")
        self.assertEqual(plan.lapse_asked_on, self.after(22))

    def test_an_instalment_paid_after_the_warning_keeps_the_plan(self):
        plan = self.plan()
        self.guard(14)
        self.receive(plan.item_ids, 100.0, days=15)
        self.guard(22)
        self.assertEqual((plan.state, plan.health), ("running", "on_track"))

    def test_what_is_in_a_plan_can_not_be_in_another(self):
        plan = self.plan()
        with self.assertRaisesRegex(UserError, plan.name):
            self.plan(plan.item_ids)

    def test_a_schedule_that_does_not_add_up_is_refused_with_the_difference(self):
        item = self.item()
        schedule = self.schedule(item)[:2]
        with self.assertRaisesRegex(UserError, "100.00"):
            self.Plan._make(item, schedule, "proposed", "clerk")

    def test_new_invoices_do_not_join_a_plan(self):
        plan = self.plan()
        other = self.item()
        self.guard(1)
        self.assertEqual(len(plan.item_ids), 1)
        self.assertNotEqual(other.reason, "hold")

    # -- the three ways in ------------------------------------------------------------------------

    def test_a_proposal_within_the_bounds_runs_at_once(self):
        item = self.item()
        plan = self.Plan._propose(item, self.schedule(item), "Little work at the moment")
        self.assertEqual((plan.state, plan.origin), ("running", "debtor"))

    def test_a_proposal_beyond_the_bounds_waits_for_one_of_us(self):
        item = self.item()
        plan = self.Plan._propose(item, self.schedule(item, count=10))
        self.assertEqual((plan.state, plan.answer_by), ("proposed", self.after(5)))
        self.assertEqual(self.holds(item).kind, "plan_requested")
        self.assertTrue(self.told(plan, "plan_received"))
        manager = self.person("plan_manager", "group_dunning_manager")
        plan.with_user(manager).action_approve("Known for years")
        self.assertEqual(plan.state, "running")
        self.assertEqual(self.holds(item).kind, "plan")

    def test_a_counter_offer_is_accepted_by_the_debtor(self):
        item = self.item()
        plan = self.Plan._propose(item, self.schedule(item, count=10))
        offer = plan._counter(self.schedule(item, count=5, days=20))
        self.assertEqual((plan.state, offer.state), ("withdrawn", "offered"))
        self.assertEqual(self.holds(item).kind, "plan_requested")
        self.assertTrue(offer._accept())
        self.assertFalse(offer._accept())
        self.assertEqual((offer.state, offer.count), ("running", 5))

    def test_who_is_refused_is_told_why_and_follow_up_goes_on(self):
        item = self.item()
        plan = self.Plan._propose(item, self.schedule(item, count=10))
        plan.with_user(self.collector).action_refuse("This takes too long for us.")
        self.assertEqual(plan.state, "refused")
        self.assertIn("takes too long", self.told(plan, "plan_refused").body)
        self.assertFalse(self.holds(item))

    def test_an_offer_that_nobody_accepts_ends(self):
        item = self.item()
        plan = self.Plan._offer(item, self.schedule(item, days=20))
        self.assertFalse(self.holds(item))
        self.guard(15)
        self.assertEqual(plan.state, "expired")
        with self.assertRaises(UserError):
            plan._accept()

    def test_an_offer_fits_what_was_paid_meanwhile(self):
        item = self.item()
        plan = self.Plan._offer(item, self.schedule(item, days=20))
        self.receive(item, 120.0)
        plan._accept()
        self.assertEqual(plan.installment_ids.mapped("amount"), [100.0, 80.0])

    # -- changes ----------------------------------------------------------------------------------

    def test_a_postponed_instalment_takes_the_others_along(self):
        plan = self.plan()
        before = plan.installment_ids.mapped("date")
        plan._postpone(1, self.after(17))
        after = plan.installment_ids.mapped("date")
        self.assertEqual(after[0], self.after(17))
        self.assertTrue(all(old < new for old, new in zip(before, after, strict=True)))
        self.assertEqual((plan.version, len(plan.version_ids)), (2, 2))
        self.assertEqual(self.states(plan)[0], "shifted")
        self.assertTrue(self.told(plan, "plan_change"))

    def test_the_debtor_postpones_once_and_then_asks(self):
        plan = self.plan()
        self.assertTrue(plan._postpone_by_debtor(self.after(20)))
        self.assertFalse(plan._postpone_by_debtor(self.after(30)))

    def test_a_lighter_change_counts_at_once_and_a_heavier_one_is_asked(self):
        plan = self.plan()
        self.receive(plan.item_ids, 100.0, days=0)
        lighter = self.schedule(plan.item_ids, count=4, days=50)
        self.assertTrue(plan._amend(lighter, "Less each month"))
        self.assertEqual(plan.installment_ids.mapped("amount"), [100.0, 50.0, 50.0, 50.0, 50.0])
        self.assertEqual(self.states(plan)[0], "paid")
        heavier = self.schedule(plan.item_ids, count=2, days=20)
        self.assertFalse(plan._amend(heavier, "Sooner"))
        self.assertEqual(plan.count, 5)
        self.assertTrue(plan._accept_amendment())
        self.assertEqual(plan.installment_ids.mapped("amount"), [100.0, 100.0, 100.0])

    def test_a_plan_that_one_of_us_ends_resumes_follow_up_tomorrow(self):
        plan = self.plan()
        with self.assertRaises(UserError):
            plan.with_user(self.collector).action_end("")
        plan.with_user(self.collector).action_end("Agreed by phone")
        self.assertEqual(plan.state, "ended")
        self.assertTrue(self.told(plan, "plan_ended"))
        self.assertEqual(plan.item_ids.resumed_on, self.today)

    def test_only_collectors_decide_about_plans(self):
        viewer = self.person("viewer", "group_dunning_viewer")
        plan = self.plan()
        for call in (
            lambda own: own.action_end("No"),
            lambda own: own.action_lapse(),
            lambda own: own.action_give_time(),
            lambda own: own.action_approve(),
            lambda own: own.action_refuse("No"),
        ):
            with self.assertRaises(AccessError):
                call(plan.with_user(viewer))

    def test_what_a_plan_holds_is_not_released_by_hand(self):
        plan = self.plan()
        with self.assertRaisesRegex(UserError, plan.name):
            self.holds(plan.item_ids).with_user(self.collector).action_release("because")
