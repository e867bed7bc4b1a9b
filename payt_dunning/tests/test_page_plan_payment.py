from datetime import timedelta
from decimal import Decimal
from unittest.mock import patch

from odoo.exceptions import UserError

from odoo.addons.payt_dunning.rules.instalments import by_count, due_dates

from .page_payment_common import PageCommon

STEP = Decimal("0.01")


class TestPagePlanPayment(PageCommon):
    """Exactly one instalment is paid, or all that is left; what it is worth the database says."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Plan = cls.env["dunning.payment.plan"].sudo()

    def plan(self, *amounts, count=3, days=10, charges=None):
        """A plan about items of the consumer that runs."""
        items = self.open(*(amounts or (300,)))
        charges = charges or self.Charge
        total = self.Plan._open_total(items, charges)
        schedule = by_count(total, count, due_dates(self.after(days), count), STEP)
        plan = self.Plan._make(items, schedule, "proposed", "clerk", charges=charges)
        plan._start("clerk")
        return plan

    def page_of(self, plan):
        return self.env["dunning.page.door"]._path("p", plan.id, plan.debtor_id.sudo())

    def states(self, plan):
        plan.installment_ids.invalidate_recordset()
        return plan.installment_ids.mapped("state")

    def told(self, plan, topic):
        notices = self.Notice.search([("plan_id", "=", plan.id), ("topic", "=", topic)])
        return notices.sorted("id")

    # -- one instalment ------------------------------------------------------------------------

    def test_exactly_one_instalment_is_paid(self):
        plan = self.plan()
        transaction = self.paid_online(self.page_of(plan), n=1)
        self.assertEqual(transaction.amount, 100)
        self.assertEqual(transaction.dunning_plan_id, plan)
        self.assertEqual(transaction.dunning_installment_id, plan.installment_ids[0])
        self.assertTrue(transaction.reference.startswith(f"{plan.name}-1"))
        self.assert_booked(transaction, {plan.item_ids.line_id: 100})
        self.assertEqual(self.states(plan), ["paid", "coming", "coming"])

    def test_a_later_instalment_may_be_paid_first(self):
        plan = self.plan()
        self.paid_online(self.page_of(plan), n=3)
        self.assertEqual(self.states(plan), ["coming", "coming", "paid"])

    def test_all_that_is_left_is_paid_at_once(self):
        plan = self.plan()
        self.paid_online(self.page_of(plan), n=1)
        transaction = self.paid_online(self.page_of(plan))
        self.assertEqual((transaction.amount, transaction.dunning_installment_id.id), (200, False))
        self.assertEqual(plan.state, "completed")

    def test_it_is_booked_on_the_oldest_invoices_first_and_on_costs_after_them(self):
        items = self.open(60, 80)
        charge = self.costs(items[0], self.letter(items[0]))
        total = self.Plan._open_total(items, charge)
        schedule = by_count(total, 2, due_dates(self.after(10), 2), STEP)
        plan = self.Plan._make(items, schedule, "proposed", "clerk", charges=charge)
        plan._start("clerk")
        first, second = items.line_id
        transaction = self.paid_online(self.page_of(plan), n=1)
        self.assert_booked(transaction, {first: 60, second: 30})
        transaction = self.paid_online(self.page_of(plan), n=2)
        self.assert_booked(transaction, {second: 50, self.line_of(charge): 40})
        self.assertEqual(plan.state, "completed")

    def test_the_page_says_at_once_that_it_was_received(self):
        plan = self.plan()
        transaction = self.begin(self.chosen(self.page_of(plan), n=1))
        transaction._set_done()
        page = self.get(self.page_of(plan)).text
        self.assertIn("Received, being processed", page)
        self.assertIn("1 of 3 instalments", page)
        self.finish(transaction)
        self.assertIn("Paid on", self.get(self.page_of(plan)).text)

    def test_a_payment_that_is_cancelled_after_it_was_booked_is_not_received(self):
        plan = self.plan()
        payment = self.paid_online(self.page_of(plan), n=1).payment_id
        payment.action_draft()
        payment.action_cancel()
        standing = plan._look(self.after(14))[plan.id]
        self.assertEqual(standing.states[1], "late")
        self.assertEqual((standing.received, plan.left), (0, 300.0))

    def test_an_authorization_that_was_never_captured_is_not_received_for_ever(self):
        plan = self.plan()
        transaction = self.begin(self.chosen(self.page_of(plan), n=1))
        transaction._set_authorized()
        self.env.flush_all()
        self.assertEqual(plan._standings(self.today)[plan.id].received, 100)
        transaction.last_state_change -= timedelta(days=8)
        self.assertEqual(plan._standings(self.today)[plan.id].received, 0)

    def test_the_least_part_of_other_payments_does_not_apply(self):
        self.env["dunning.policy"].search([]).write({"part_minimum": 200, "parts_allowed": False})
        plan = self.plan()
        self.assertEqual(self.paid_online(self.page_of(plan), n=1).amount, 100)

    def test_the_page_of_the_invoice_pays_the_instalment_too(self):
        plan = self.plan()
        transaction = self.paid_online(self.path(plan.item_ids), n=1, p=plan.id)
        self.assertEqual(transaction.dunning_installment_id, plan.installment_ids[0])

    def test_what_is_left_of_an_instalment_is_paid(self):
        plan = self.plan()
        self.pay(plan.item_ids.move_id, 30)
        self.assertEqual(self.paid_online(self.page_of(plan), n=1).amount, 70)

    def test_the_transfer_has_the_amount_and_the_reference_of_the_plan(self):
        self.own_account()
        plan = self.plan()
        page = self.get(f"{self.page_of(plan)}/pay?n=1").text
        self.assertIn(plan.reference, page)
        self.assertIn("Instalment 1 of 3, due on", page)
        self.assertIn("QR code with this transfer", page)

    # -- what a browser sends ------------------------------------------------------------------

    def test_an_amount_in_the_address_is_not_read(self):
        plan = self.plan()
        route = self.chosen(self.page_of(plan), amount="5", n=1)
        self.assertEqual(self.begin(route, amount=5).amount, 100)

    def test_an_instalment_that_is_not_there_is_refused_in_words(self):
        plan = self.plan()
        for number, words in (("9", "has no instalment 9"), ("x", "no such instalment")):
            with self.subTest(number):
                page = self.get(f"{self.page_of(plan)}/pay?n={number}", status=409).text
                self.assertIn(words, page)

    def test_an_instalment_that_was_paid_is_not_paid_again(self):
        plan = self.plan()
        self.paid_online(self.page_of(plan), n=1)
        page = self.get(f"{self.page_of(plan)}/pay?n=1", status=409).text
        self.assertIn("Instalment 1 was paid already", page)

    def test_another_debtors_plan_is_not_paid_here(self):
        plan = self.plan()
        theirs = self.open(50, partner=self.business)
        page = self.get(f"{self.path(theirs)}/pay?n=1&p={plan.id}", status=409).text
        self.assertIn("does not run any more", page)

    def test_what_is_in_a_plan_is_not_paid_beside_it(self):
        plan = self.plan()
        key = f"r{plan.item_ids.id}"
        page = self.get(f"{self.path(plan.item_ids)}/pay?k={key}", status=409).text
        self.assertIn("Pay the instalments of the plan instead", page)

    def test_one_invoice_of_a_larger_plan_is_paid_on_the_page_of_the_plan(self):
        plan = self.plan(100, 200)
        page = self.get(f"{self.path(plan.item_ids[0])}/pay", status=409).text
        self.assertIn("This is part of a payment plan", page)

    def test_what_changed_since_the_choice_is_refused_when_the_payment_begins(self):
        plan = self.plan()
        route = self.chosen(self.page_of(plan), n=1)
        self.pay(plan.item_ids.move_id, 30)
        self.assert_refused("has changed in the meantime", route)
        self.pay(plan.item_ids.move_id, 70)
        self.assert_refused("was paid already", route)
        route = self.chosen(self.page_of(plan), n=2)
        plan._stop()
        self.assert_refused("does not run any more", route)

    def test_no_second_payment_begins_while_one_is_under_way(self):
        plan = self.plan()
        route = self.chosen(self.page_of(plan), n=1)
        self.begin(route)
        self.assert_refused("was begun", route)

    # -- collected -----------------------------------------------------------------------------

    def collected(self, plan, state="done"):
        """Pay the first instalment and agree that the others are collected."""
        self.provider.allow_tokenization = True
        self.method.support_tokenization = True
        route = self.chosen(self.page_of(plan), n=1)
        transaction = self.begin(route, tokenization_requested=True)
        self.assertTrue(transaction.tokenize)
        transaction._process(
            "demo",
            {
                "reference": transaction.reference,
                "simulated_state": "done",
                "payment_details": "1234",
            },
        )
        self.finish(transaction)
        plan.token_id.demo_simulated_state = state
        return plan.token_id

    def due(self, plan, number):
        """The days from today to an instalment."""
        return (plan.installment_ids[number - 1].date - self.today).days

    def guard(self, days):
        self.run_day(day=self.after(days))

    def test_who_agrees_to_it_has_the_next_instalments_collected(self):
        plan = self.plan()
        self.provider.allow_tokenization = True
        self.method.support_tokenization = True
        page = self.get(f"{self.page_of(plan)}/pay?n=1").text
        self.assertIn("Collect the next instalments automatically", page)
        token = self.collected(plan)
        self.assertEqual(plan.token_id, token)
        self.assertIn("Collect no instalments any more", self.get(self.page_of(plan)).text)
        self.guard(self.due(plan, 2))
        last = self.Transaction.search([("dunning_plan_id", "=", plan.id)], order="id")[-1]
        self.assertEqual((last.operation, last.amount, last.token_id), ("offline", 100, token))
        self.assertEqual(self.states(plan)[:2], ["paid", "paid"])
        self.assertEqual(len(self.told(plan, "plan_due")), 0)

    def test_only_an_instalment_lets_payment_details_be_kept(self):
        self.provider.allow_tokenization = True
        self.method.support_tokenization = True
        items = self.open(50)
        route = self.chosen(self.path(items))
        self.assertFalse(self.begin(route, tokenization_requested=True).tokenize)
        plan = self.plan()
        page = self.get(f"{self.page_of(plan)}/pay").text
        self.assertNotIn("o_payment_tokenize_container", page)

    def test_the_message_before_says_that_it_is_collected(self):
        plan = self.plan()
        self.collected(plan)
        self.guard(self.due(plan, 2) - 2)
        self.assertIn("We collect it on that day", self.told(plan, "plan_before").body)

    def test_what_can_not_be_collected_is_said_once_and_may_be_missed(self):
        plan = self.plan()
        self.collected(plan, "error")
        due = self.due(plan, 2)
        for days in range(due, due + 3):
            self.guard(days)
        begun = self.Transaction.search([("dunning_plan_id", "=", plan.id)])
        self.assertEqual(len(begun), 2)
        notice = self.told(plan, "plan_due")
        self.assertEqual(len(notice), 1)
        self.assertIn("could not collect your instalment", notice.subject)
        self.guard(due + 4)
        self.assertTrue(self.told(plan, "plan_missed"))

    def test_an_instalment_that_can_not_be_begun_stands_in_the_run_and_stops_nothing(self):
        plan = self.plan()
        self.collected(plan)
        begin = patch.object(type(self.Plan), "_begin_collecting", side_effect=ValueError("no way"))
        with begin, self.assertLogs(level="ERROR"):
            self.guard(self.due(plan, 2))
        run = self.env["dunning.run"].sudo().search([], order="id desc", limit=1)
        self.assertIn("no way", run.problems)

    def test_nothing_is_read_of_plans_without_an_instalment_to_collect(self):
        plan = self.plan()
        self.collected(plan)
        with patch.object(type(self.Plan), "_collect") as collect:
            self.guard(self.due(plan, 2) - 2)
        collect.assert_not_called()

    def test_nothing_is_collected_while_a_payment_is_under_way(self):
        plan = self.plan()
        self.collected(plan, "pending")
        due = self.due(plan, 2)
        self.begin(self.chosen(self.page_of(plan), n=2))
        self.guard(due)
        self.assertEqual(self.Transaction.search_count([("dunning_plan_id", "=", plan.id)]), 2)

    def test_a_provider_that_breaks_keeps_no_other_plan_from_being_looked_at(self):
        plan = self.plan()
        self.collected(plan)
        kind = type(self.Transaction)
        with (
            patch.object(kind, "_send_payment_request", side_effect=ValueError("broken")),
            self.assertLogs(level="ERROR"),
        ):
            self.guard(self.due(plan, 2))
        self.assertTrue(self.told(plan, "plan_due"))

    def test_the_page_says_that_it_is_collected_only_while_it_is_going_to_be(self):
        plan = self.plan()
        self.collected(plan, "error")
        self.assertIn("We collect it by", self.get(self.page_of(plan)).text)
        due = self.due(plan, 2)
        self.guard(due)
        with self.on_day(self.after(due)):
            page = self.get(self.page_of(plan)).text
        self.assertNotIn("We collect it by", page)
        self.assertIn("Collect no instalments any more", page)

    def test_what_was_kept_for_a_plan_pays_nothing_else(self):
        plan = self.plan()
        token = self.collected(plan)
        partner = plan.debtor_id.partner_id
        for validation in (False, True):
            found = token._get_available_tokens(
                self.provider.ids, partner.id, is_validation=validation
            )
            self.assertNotIn(token, found)

    def test_payment_details_are_kept_no_longer_than_the_plan_runs(self):
        plan = self.plan()
        token = self.collected(plan)
        plan._stop()
        self.assertFalse(plan.token_id)
        self.assertFalse(token.active)

    def test_a_provider_that_keeps_payment_details_keeps_no_plan_from_ending(self):
        plan = self.plan()
        token = self.collected(plan)
        with (
            patch.object(type(token), "_handle_archiving", side_effect=UserError("no")),
            self.assertLogs("odoo.addons.payt_dunning.models.dunning_plan_collect", "WARNING"),
        ):
            plan._stop()
        self.assertEqual(plan.state, "ended")
        self.assertFalse(plan.token_id)

    def test_the_debtor_switches_collecting_off(self):
        plan = self.plan()
        token = self.collected(plan)
        answer = self.url_open(f"{self.page_of(plan)}/plan/by-hand", data={"record": plan.id})
        self.env.invalidate_all()
        self.assertIn("Nothing is collected any more", answer.text)
        self.assertFalse(plan.token_id)
        self.assertFalse(token.active)
        self.assertIn("The debtor pays by itself", plan.message_ids[0].body)
        self.guard(self.due(plan, 2))
        self.assertEqual(self.Transaction.search_count([("dunning_plan_id", "=", plan.id)]), 1)
