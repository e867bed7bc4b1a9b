from odoo.exceptions import UserError

from .charge_common import ChargeCommon
from .owed_common import OwedCommon
from .plan_wizard_common import PlanWizardCommon


class TestPlanOfCosts(ChargeCommon, PlanWizardCommon):
    """Costs and interest in plans."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.book_charges()

    def test_costs_that_were_claimed_are_part_of_it_and_booked_when_it_starts(self):
        charge = self.claimed(300.0)
        item = charge.share_ids.item_id
        form = self.form(item.debtor_id)
        self.assertEqual(form.to_pay, 340.0)
        form.count = 2
        plan = self.started(form)
        self.assertEqual((plan.total, plan.charge_ids), (340.0, charge))
        self.assertEqual(charge.state, "booked")

    def test_costs_can_be_left_out(self):
        charge = self.claimed(300.0)
        form = self.form(charge.debtor_id)
        place = [row["charge_id"] for row in form.line_ids._records].index(charge.id)
        with form.line_ids.edit(place) as line:
            line.taken = False
        self.assertEqual(form.to_pay, 300.0)

    def test_costs_that_can_not_be_booked_are_not_ticked_and_say_why(self):
        charge = self.claimed(300.0)
        self.company.dunning_charge_booking = "off"
        form = self.form(charge.debtor_id)
        (line,) = (row for row in form.line_ids._records if row["charge_id"])
        self.assertFalse(line["taken"])
        self.assertIn("outside the ledger", line["why_not"])

    def test_costs_of_another_debtor_that_were_sent_in_are_refused(self):
        charge = self.claimed(300.0)
        mine = self.synced(self.euros(100.0, self.debtor("Somebody Else")))
        dialog = self.form(mine).save()
        self.env["dunning.plan.wizard.line"].with_user(self.collector).create(
            {"wizard_id": dialog.id, "taken": True, "charge_id": charge.id}
        )
        with self.assertRaisesRegex(UserError, "not owed by"):
            dialog.action_apply()

    def test_costs_that_a_plan_avoids_are_told(self):
        form = self.form(self.item(300.0, days_late=200))
        self.assertIn("45.00", form.avoided)


class TestPlanOfInterest(OwedCommon, PlanWizardCommon):
    """Interest that runs, in plans; on a day whose rates are known."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.book_charges()

    def test_interest_until_today_becomes_a_claim_when_the_plan_starts(self):
        item = self.bill()
        form = self.form(item)
        self.assertGreater(form.interest, 0)
        self.assertEqual(form.to_pay, 1000.0)
        form.with_interest = True
        interest = form.interest
        self.assertEqual(form.to_pay, 1000.0 + interest)
        form.count = 2
        plan = self.started(form)
        self.assertEqual(plan.charge_ids.mapped("kind"), ["interest"])
        self.assertEqual(plan.charge_ids.amount, interest)
        self.assertEqual(plan.charge_ids.state, "booked")
        self.assertEqual(plan.total, 1000.0 + interest)

    def test_an_offer_has_no_interest_that_is_not_claimed(self):
        form = self.form(self.bill())
        form.with_interest = True
        dialog = form.save()
        with self.assertRaisesRegex(UserError, "starts now"):
            dialog.action_offer()
        self.assertFalse(
            self.env["dunning.charge"].search([("debtor_id", "=", dialog.debtor_id.id)])
        )

    def test_interest_that_may_not_be_claimed_is_not_offered(self):
        self.company.dunning_interest_from = "none"
        form = self.form(self.bill())
        self.assertFalse(form.interest)
