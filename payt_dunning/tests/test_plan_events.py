from unittest.mock import patch

from .plan_common import PlanCommon


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
