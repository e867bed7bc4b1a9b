from odoo.exceptions import AccessError, UserError

from ..models.dunning_dispute import Contested
from .plan_wizard_common import PlanWizardCommon


class TestPlanBadInput(PlanWizardCommon):
    """What can't be a plan is said in words, and nothing happens."""

    def refused(self, form, words):
        """The dialog says what is wrong, and does nothing."""
        self.assertRegex(form.problem, words)
        dialog = form.save()
        with self.assertRaisesRegex(UserError, words):
            dialog.action_apply()

    def test_the_first_day_is_to_come(self):
        form = self.form(self.item())
        form.date_first = self.after(-1)
        self.refused(form, "has passed")

    def test_more_instalments_than_cents_are_refused(self):
        form = self.form(self.item(0.05), self.manager)
        form.count = 6
        self.refused(form, "can't be split")

    def test_no_instalments_and_endless_ones_are_refused(self):
        form = self.form(self.item())
        form.count = 0
        self.refused(form, "at least one")
        form.count = 100000
        self.refused(form, "at most")

    def test_an_amount_each_time_is_above_0(self):
        form = self.form(self.item())
        form.how = "amount"
        for amount in (0.0, -5.0):
            form.each = amount
            self.refused(form, "above 0")

    def test_an_instalment_of_0_is_refused(self):
        form = self.form(self.item())
        form.count = 2
        form.how = "free"
        with form.row_ids.edit(0) as row:
            row.amount = 0.0
        with form.row_ids.edit(1) as row:
            row.amount = 300.0
        self.refused(form, "above 0")

    def test_two_instalments_on_one_day_are_refused(self):
        form = self.form(self.item())
        form.count = 2
        form.how = "free"
        day = self.dates(form)[0]
        with form.row_ids.edit(1) as row:
            row.date = day
        self.refused(form, "later than the one before")

    def test_a_day_of_the_month_that_there_is_not_is_refused(self):
        form = self.form(self.item())
        form.payment_day = 32
        self.refused(form, "between 1 and 31")

    def test_nothing_ticked_is_refused(self):
        form = self.form(self.item())
        with form.line_ids.edit(0) as line:
            line.taken = False
        dialog = form.save()
        with self.assertRaises(UserError):
            dialog.action_apply()

    def test_what_is_in_a_plan_already_is_not_ticked_and_says_why(self):
        plan = self.plan()
        other = self.item(100.0)
        form = self.form(other.debtor_id)
        lines = [form.line_ids.edit(at) for at in range(2)]
        found = {line.item_id.id: (line.taken, line.why_not) for line in lines}
        self.assertEqual(found[plan.item_ids.id], (False, f"Is in {plan.name} already"))
        self.assertEqual(found[other.id][0], True)

    def test_what_is_disputed_is_not_ticked_and_says_why(self):
        item = self.item()
        self.dispute_of(item)
        form = self.form(item.debtor_id)
        line = form.line_ids.edit(0)
        self.assertEqual((line.taken, line.why_not), (False, "Is disputed"))

    def dispute_of(self, item):
        reason = self.env.ref("payt_dunning.dispute_reason_price")
        self.env["dunning.dispute"].sudo()._begin(item, Contested("whole"), reason)

    def test_a_line_of_another_debtor_that_was_sent_in_is_refused(self):
        mine, others = self.item(), self.item(partner=self.debtor("Somebody Else"))
        dialog = self.form(mine).save()
        dialog.line_ids.write({"taken": False})
        self.env["dunning.plan.wizard.line"].with_user(self.collector).create(
            {"wizard_id": dialog.id, "taken": True, "item_id": others.id}
        )
        with self.assertRaisesRegex(UserError, "not owed by"):
            dialog.action_apply()
        self.assertFalse(others.plan_ids)

    def test_a_disputed_line_that_was_sent_in_is_refused(self):
        item = self.item()
        dialog = self.form(item).save()
        self.dispute_of(item)
        with self.assertRaisesRegex(UserError, "disputed"):
            dialog.action_apply()

    def test_what_was_paid_meanwhile_is_seen(self):
        item = self.item()
        dialog = self.form(item).save()
        self.pay(item.move_id)
        with self.assertRaises(UserError):
            dialog.action_apply()

    def test_two_debtors_are_refused_at_once(self):
        items = self.item() | self.item(partner=self.debtor("Somebody Else"))
        with self.assertRaisesRegex(UserError, "one debtor"):
            self.form(items)

    def test_another_currency_is_not_ticked_and_says_why(self):
        other = self.env.ref("base.CHF")
        other.active = True
        mine, foreign = self.item(), self.item(currency_id=other.id)
        form = self.form(mine)
        lines = [form.line_ids.edit(at) for at in range(2)]
        found = {line.item_id.id: line.why_not for line in lines}
        self.assertIn("Another currency", found[foreign.id])
        dialog = form.save()
        dialog.line_ids.write({"taken": True})
        with self.assertRaises(UserError):
            dialog.action_apply()

    def test_of_two_clerks_at_once_the_second_is_told_of_the_plan(self):
        item = self.item()
        first, second = self.form(item).save(), self.form(item, self.manager).save()
        plan = self.made(first.action_apply())
        with self.assertRaisesRegex(UserError, plan.name):
            second.action_apply()
        self.assertEqual(item.plan_ids, plan)

    def test_an_offer_ends_before_its_first_instalment(self):
        form = self.form(self.item())
        form.date_until = self.after(40)
        dialog = form.save()
        with self.assertRaisesRegex(UserError, "before the offer ends"):
            dialog.action_offer()

    def test_a_viewer_makes_no_plan(self):
        dialog = self.form(self.item()).save()
        with self.assertRaises(AccessError):
            dialog.with_user(self.viewer).action_apply()
        with self.assertRaises(AccessError):
            dialog.sudo().with_user(self.viewer).sudo(False).action_offer()

    def test_a_debtor_of_another_company_is_out_of_reach(self):
        item = self.item()
        other = self.setup_other_company()["company"]
        stranger = self.person("plan_stranger", "group_dunning_manager", other)
        dialog = self.env["dunning.plan.wizard"].create(
            {"debtor_id": item.debtor_id.id, "currency_id": item.currency_id.id}
        )
        with self.assertRaises(AccessError):
            dialog.with_user(stranger).action_apply()
