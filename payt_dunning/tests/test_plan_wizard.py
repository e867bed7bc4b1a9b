from datetime import date

from odoo.exceptions import UserError
from odoo.fields import Command

from .plan_wizard_common import PlanWizardCommon


class TestPlanWizard(PlanWizardCommon):
    """A plan is chosen, seen and confirmed on one page."""

    def test_the_calendar_is_there_at_once_and_adds_up(self):
        form = self.form(self.item().debtor_id)
        self.assertEqual(form.to_pay, 300.0)
        form.count = 3
        self.assertEqual(self.amounts(form), [100.0, 100.0, 100.0])
        form.count = 4
        self.assertEqual(self.amounts(form), [75.0, 75.0, 75.0, 75.0])
        self.assertEqual((form.row_total, form.difference, form.problem), (300.0, 0.0, False))

    def test_an_invoice_that_nobody_was_reminded_of_can_be_in_a_plan(self):
        item = self.item()
        item.debtor_id._decide_now()
        self.assertTrue(item.next_name)
        self.assertFalse(item.revision_id)
        form = self.form(item.debtor_id)
        self.assertTrue(form.outlook)

    def test_a_plan_that_is_started_runs_and_the_debtor_has_the_agreement(self):
        item = self.item()
        form = self.form(item.move_id)
        form.count = 3
        plan = self.started(form)
        self.assertEqual((plan.state, plan.origin, plan.count), ("running", "clerk", 3))
        self.assertEqual(plan.item_ids, item)
        self.assertEqual(plan.made_by_id, self.collector)
        self.assertTrue(self.told(plan, "plan"))

    def test_a_plan_that_is_offered_waits_for_the_debtor(self):
        form = self.form(self.item())
        form.count = 3
        plan = self.made(form.save().action_offer())
        self.assertEqual((plan.state, plan.origin), ("offered", "invitation"))
        self.assertEqual(plan.valid_until, self.after(14))
        self.assertTrue(self.told(plan, "plan_offer"))
        self.assertTrue(plan._accept())

    def test_from_the_debtor_all_that_is_open_is_ticked_from_an_item_only_that(self):
        items = self.item() | self.item(200.0)
        form = self.form(items.debtor_id)
        self.assertEqual(form.to_pay, 500.0)
        form = self.form(items[1])
        self.assertEqual(form.to_pay, items[1].amount_open)
        self.assertEqual(len(form.line_ids), 2)

    def test_what_is_ticked_changes_the_total_and_the_calendar(self):
        items = self.item() | self.item(200.0)
        form = self.form(items.debtor_id)
        form.count = 2
        places = [form.line_ids.edit(at).item_id.id for at in range(2)]
        with form.line_ids.edit(places.index(items[0].id)) as line:
            line.taken = False
        self.assertEqual(form.to_pay, items[1].amount_open)
        self.assertEqual(sum(self.amounts(form)), items[1].amount_open)
        self.assertEqual(self.started(form).item_ids, items[1])

    def test_so_much_each_time_leaves_the_rest_for_the_last(self):
        form = self.form(self.item())
        form.how = "amount"
        form.each = 80.0
        self.assertEqual(self.amounts(form), [80.0, 80.0, 80.0, 60.0])

    def test_all_of_it_may_be_paid_once_on_a_later_day(self):
        form = self.form(self.item())
        form.how = "single"
        form.date_first = self.after(30)
        self.assertEqual(self.amounts(form), [300.0])
        self.assertEqual(self.started(form).last_date, self.after(30))

    def test_days_and_amounts_of_ones_own_can_be_filled_in(self):
        form = self.form(self.item())
        form.count = 2
        form.how = "free"
        with form.row_ids.edit(0) as row:
            row.amount = 100.0
        self.assertEqual(form.difference, 50.0)
        self.assertIn("50.00", form.problem)
        with form.row_ids.edit(1) as row:
            row.amount = 200.0
        self.assertFalse(form.problem)
        self.assertEqual(self.started(form).installment_ids.mapped("amount"), [100.0, 200.0])

    def test_months_that_are_too_short_end_a_payment_day_early(self):
        form = self.form(self.item(), self.manager)
        form.date_first = date(self.today.year + 1, 1, 31)
        form.payment_day = 31
        form.count = 3
        days = self.dates(form)
        self.assertEqual([day.month for day in days], [1, 2, 3])
        self.assertIn(days[1].day, (28, 29))
        self.assertEqual(days[2].day, 31)

    def test_on_a_leap_day_the_next_year_has_its_last_day_of_february(self):
        form = self.form(self.item(), self.manager)
        form.date_first = date(2032, 2, 29)
        form.how = "single"
        self.assertEqual(self.dates(form), [date(2032, 2, 29)])
        form.how = "count"
        form.count = 13
        self.assertEqual(self.dates(form)[-1], date(2033, 2, 28))

    # -- bounds -----------------------------------------------------------------------------------

    def test_bounds_that_are_not_kept_are_said_and_stop_a_collector(self):
        form = self.form(self.item())
        form.count = 12
        self.assertTrue(form.beyond)
        self.assertFalse(form.may_go_beyond)
        with self.assertRaisesRegex(UserError, "Only a manager"):
            form.save().action_apply()

    def test_a_manager_goes_beyond_the_bounds_with_a_reason_that_is_kept(self):
        form = self.form(self.item(), self.manager)
        form.count = 12
        with self.assertRaisesRegex(UserError, "Say why"):
            form.save().action_apply()
        form.beyond_why = "Long illness"
        plan = self.started(form)
        self.assertEqual(plan.count, 12)
        self.assertIn("Long illness", plan.note)

    def test_a_collector_lets_go_up_to_the_limit_of_the_company(self):
        self.company.dunning_waive_limit = 20.0
        form = self.form(self.item())
        form.waived = 30.0
        self.assertEqual(form.to_pay, 270.0)
        with self.assertRaisesRegex(UserError, "20.00"):
            form.save().action_apply()
        form.waived = 20.0
        form.count = 2
        plan = self.started(form)
        self.assertEqual((plan.waived, plan.total), (20.0, 280.0))

    def test_not_all_of_it_can_be_let_go(self):
        for amount in (300.0, 400.0, -10.0):
            form = self.form(self.item(partner=self.debtor(f"Waived {amount:.0f}")), self.manager)
            form.waived = amount
            with self.subTest(amount), self.assertRaises(UserError):
                form.save().action_apply()

    # -- history ----------------------------------------------------------------------------------

    def test_the_outlook_says_where_there_is_no_history(self):
        form = self.form(self.item())
        self.assertEqual(form.outlook.count("o history yet"), 2)

    def test_the_outlook_tells_how_earlier_plans_ended(self):
        for _each in range(4):
            self.receive(self.plan().item_ids, 300.0)
        failed = self.plan()
        self.receive(failed.item_ids, 150.0)
        failed._look(self.today)
        failed._over("lapsed", "Not kept")
        form = self.form(self.item(partner=self.debtor("Next")))
        form.count = 2
        self.assertIn("Of 5 plans that ended 4 were paid in full", form.outlook)
        self.assertIn("270.00", form.outlook)

    def test_the_outlook_tells_what_became_of_invoices_without_a_plan(self):
        items = self.Item.union(*(self.item() for _each in range(5)))
        level = self.env.ref("payt_dunning.level_consumer_1")
        line = {"channel": "email", "recipient": "a@b.example.com", "position": level.position}
        self.Notice.create(
            {
                "debtor_id": items.debtor_id.id,
                "company_id": self.company.id,
                "currency_id": items.currency_id.id,
                "as_of": self.after(-40),
                "state": "sent",
                "sent_on": self.after(-40),
                "level_id": level.id,
                "channel": "email",
                "recipient": "a@b.example.com",
                "line_ids": [
                    Command.create(
                        {
                            **line,
                            "item_id": item.id,
                            "source": f"item:{item.id}",
                            "slot": "1",
                            "currency_id": item.currency_id.id,
                        }
                    )
                    for item in items
                ],
            }
        )
        for item in items[:2]:
            self.pay(item.move_id)
        items[:2]._close()
        items[:2].closed_on = self.after(-10)
        rest = items[2:]
        rest.write({"reached": level.position})
        rest.policy_id = self.consumers
        form = self.form(rest[:1])
        self.assertIn("of 5 invoices that reached", form.outlook)
        self.assertIn("2 are settled, after 30 days", form.outlook)
        self.plan(rest[:2])
        form = self.form(rest[2])
        self.assertIn("Without a plan: no history yet", form.outlook)

    # -- answering --------------------------------------------------------------------------------

    def test_who_asked_for_a_plan_is_answered_with_it(self):
        item = self.item()
        question = self.asked(item)
        form = self.form(question)
        self.assertTrue(question.asks_plan)
        self.assertEqual((form.debtor_id, form.to_pay), (item.debtor_id, 300.0))
        plan = self.started(form)
        self.assertEqual(plan.item_ids, item)
        self.assertEqual(question.state, "answered")

    def test_the_message_stays_unanswered_where_somebody_wants_to_write_as_well(self):
        question = self.asked(self.item())
        form = self.form(question)
        form.close_question = False
        form.save().action_offer()
        self.assertEqual(question.state, "open")

    def asked(self, item):
        """A message of a debtor who asks to pay in parts."""
        item.move_id.message_post(
            body="Can I pay in parts?",
            author_id=item.debtor_id.partner_id.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        reason = self.env["dunning.nonpayment.reason"].search([("offer", "=", "plan")], limit=1)
        self.env["dunning.nonpayment"].sudo()._give(item, reason)
        return self.env["dunning.question"].search([("move_id", "=", item.move_id.id)])
