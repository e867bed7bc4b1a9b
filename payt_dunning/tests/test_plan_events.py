from unittest.mock import patch

from odoo.addons.payt_dunning.rules.instalments import by_count, due_dates

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
