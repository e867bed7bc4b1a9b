from unittest.mock import patch

from odoo.exceptions import UserError

from odoo.addons.payt_dunning.rules.instalments import Instalment, by_count, due_dates

from .plan_common import STEP, PlanCommon


class TestPlanEvents(PlanCommon):
    """What happens to a plan that runs when what it is about changes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Statement = type(cls.env["dunning.page.statement"])
        paper = patch.object(Statement, "_to_pdf", lambda *args: b"%PDF-")
        paper.start()
        cls.addClassCleanup(paper.stop)

    def send_warnings(self, plan, day):
        for notice in self.told(plan, "plan_missed").filtered(lambda each: each.state == "queued"):
            notice._mark("sending")
            notice._mark("sent")
            notice.sent_on = self.after(day)

    # -- contacts that are merged ----------------------------------------------------------------

    def test_a_plan_goes_along_when_debtors_are_merged_and_holds_on(self):
        kept = self.debtor("Kept", is_company=False)
        gone = self.debtor("Gone", is_company=False)
        self.item(partner=kept)
        plan = self.plan(self.item(partner=gone))
        wizard = self.env["base.partner.merge.automatic.wizard"].sudo().create({})
        wizard._merge((kept + gone).ids, kept)
        self.env.invalidate_all()
        item = plan.item_ids
        self.assertEqual(
            (plan.state, plan.debtor_id, item.partner_id), ("running", item.debtor_id, kept)
        )
        self.assertIn("plan", self.holds(item).mapped("kind"))
        self.guard(1)
        self.assertNotIn(item, self.notices_to(kept).line_ids.filtered("position").item_id)
        self.assertEqual(plan.left, 300.0)

    def test_an_invoice_that_comes_back_to_its_debtor_is_held_by_the_plan_again(self):
        plan = self.plan()
        item, debtor = plan.item_ids, plan.debtor_id
        other = self.item(partner=self.debtor("Somebody Else")).debtor_id
        item.debtor_id = other
        self.assertNotIn("plan", self.holds(item).mapped("kind"))
        item.debtor_id = debtor
        self.assertEqual(self.holds(item).mapped("kind"), ["plan"])

    # -- a change, and what fell away before it --------------------------------------------------

    def test_what_fell_away_before_a_change_is_not_taken_off_twice(self):
        one, two = self.item(200.0), self.item(100.0)
        plan = self.plan(one | two)
        two.move_id.button_draft()
        two.move_id.button_cancel()
        plan._look(self.today)
        self.assertEqual(plan.left, 200.0)
        dates = due_dates(self.after(75), 2)
        self.assertTrue(
            plan._amend(
                by_count(plan._standings(self.today)[plan.id].left, 2, dates, STEP), "Later"
            )
        )
        self.assertEqual((plan.total, plan.left), (200.0, 200.0))
        self.receive(one, 100.0)
        self.guard(1)
        self.assertEqual((plan.state, plan.left), ("running", 100.0))

    def test_what_was_credited_before_a_change_is_not_taken_off_again_with_its_invoice(self):
        one, two = self.item(200.0), self.item(100.0)
        plan = self.plan(one | two)
        note = self.credit_note(60.0, partner=self.consumer)
        lines = (note | two.move_id).line_ids
        lines.filtered(lambda line: line.account_type == "asset_receivable").reconcile()
        plan._look(self.today)
        left = plan._standings(self.today)[plan.id].left
        self.assertEqual(left, 240)
        self.assertTrue(plan._amend(by_count(left, 2, due_dates(self.after(75), 2), STEP), "Later"))
        two.move_id.button_draft()
        two.move_id.button_cancel()
        self.assertEqual(plan._standings(self.today)[plan.id].left, 200)

    def test_a_change_stands_no_longer_than_to_its_first_day(self):
        plan = self.plan()
        sooner = by_count(STEP * 30000, 2, due_dates(self.after(5), 2), STEP)
        with self.assertRaisesRegex(UserError, "before the offer ends"):
            plan._amend(sooner, "Sooner", until=self.after(6))
        self.assertFalse(plan._amend(sooner, "Sooner", until=self.after(5)))

    # -- an invoice that is corrected ------------------------------------------------------------

    def test_a_plan_waits_for_an_invoice_that_is_being_corrected(self):
        plan = self.plan()
        move = plan.item_ids.move_id
        move.button_draft()
        self.guard(1)
        self.guard(2)
        self.assertEqual(len(plan.activity_ids), 1)
        move.action_post()
        self.guard(3)
        self.assertEqual((plan.state, plan.left), ("running", 300.0))
        self.assertFalse(self.notices_to(self.consumer))

    def test_an_invoice_that_is_posted_again_for_less_takes_off_from_the_end(self):
        plan = self.plan()
        move = plan.item_ids.move_id
        move.button_draft()
        move.invoice_line_ids[:1].price_unit = 180.0
        move.action_post()
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(plan.item_ids.amount_open, 180.0)
        shares = plan._look(self.today)[plan.id].shares
        self.assertEqual([share.needed for share in shares], [100, 80, 0])
        self.receive(plan.item_ids, 180.0, days=1)
        self.guard(2)
        self.assertEqual(plan.state, "completed")

    # -- warned, and lapsed ----------------------------------------------------------------------

    def test_an_earlier_warning_does_not_stand_for_one_that_did_not_leave(self):
        plan = self.plan(every="month")
        self.guard(14)
        self.send_warnings(plan, 14)
        self.receive(plan.item_ids, 100.0, days=15)
        second = self.day_of(plan, 2)
        self.guard(second + 4)
        self.assertEqual(len(self.told(plan, "plan_missed")), 2)
        self.guard(second + 12)
        self.assertEqual(plan.state, "running")
        self.assertEqual(plan.lapse_asked_on, self.after(second + 12))

    def test_the_days_of_grace_begin_when_the_warning_leaves(self):
        plan = self.plan()
        self.guard(14)
        self.send_warnings(plan, 18)
        self.guard(22)
        self.assertEqual((plan.state, plan.lapse_asked_on), ("running", False))
        self.guard(25)
        self.assertEqual(plan.state, "running")
        self.guard(26)
        self.assertEqual(plan.state, "lapsed")

    def test_what_was_missed_and_paid_late_lets_nobody_make_it_lapse(self):
        plan = self.plan()
        self.guard(14)
        self.receive(plan.item_ids, 100.0, days=15)
        self.guard(15)
        with self.on(16), self.assertRaisesRegex(UserError, "was missed"):
            plan.with_user(self.collector).action_lapse()
        self.assertEqual(plan.state, "running")

    def test_the_task_about_money_is_done_once_it_was_matched(self):
        plan = self.plan()
        line = self.receipt(100.0, partner=self.consumer, days_ago=-13)
        self.guard(14)
        money = self.env.ref("payt_dunning.activity_plan_money")
        self.assertEqual(plan.debtor_id.activity_ids.activity_type_id, money)
        _liquidity, suspense, _other = line._seek_for_lines()
        suspense.account_id = plan.item_ids.line_id.account_id
        (suspense | plan.item_ids.line_id).reconcile()
        self.guard(15)
        self.assertFalse(plan.debtor_id.activity_ids)

    # -- kept ------------------------------------------------------------------------------------

    def kept_with_waiver(self):
        """A plan of 150 that is kept, about 300 of which 100 were credited before, 50 let go."""
        item = self.item()
        note = self.credit_note(100.0, partner=self.consumer)
        lines = (note | item.move_id).line_ids
        lines.filtered(lambda line: line.account_type == "asset_receivable").reconcile()
        schedule = (Instalment(1, self.after(10), STEP * 15000),)
        plan = self.Plan._make(item, schedule, "proposed", "clerk", waived=STEP * 5000)
        plan._start("clerk")
        return plan, note

    def test_no_more_is_let_go_than_was_agreed(self):
        plan, note = self.kept_with_waiver()
        note.line_ids.remove_move_reconcile()
        self.receive(plan.item_ids, 150.0, days=1)
        self.guard(2)
        self.assertEqual(plan.state, "completed")
        hold = self.holds(plan.item_ids).filtered(lambda each: each.kind == "stop_goodwill")
        self.assertEqual((plan.item_ids.amount_open, hold.amount), (150.0, 50.0))

    # -- a policy that is gone -------------------------------------------------------------------

    def test_without_a_policy_a_plan_that_runs_goes_on_and_the_debtor_asks(self):
        plan = self.plan()
        Policy = type(self.env["dunning.page.choice"])
        with patch.object(Policy, "_policies", lambda *args: self.env["dunning.policy"]):
            record, last = plan._may_postpone()
            self.assertEqual((record.number, last), (1, None))
            heavier = by_count(STEP * 30000, 2, due_dates(self.after(9), 2), STEP)
            self.assertFalse(plan._amend(heavier, "Sooner"))
        self.assertTrue(plan.amendment)

    # -- several small ones ----------------------------------------------------------------------

    def test_plans_of_one_debtor_together_keep_to_what_needs_nobody(self):
        self.consumers.plan_automatic = 500.0
        one, two = self.item(), self.item()
        self.assertEqual(self.Plan._propose(one, self.schedule(one)).state, "running")
        self.assertEqual(self.Plan._propose(two, self.schedule(two)).state, "proposed")
