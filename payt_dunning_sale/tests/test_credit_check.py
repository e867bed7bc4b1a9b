from datetime import timedelta

from odoo.exceptions import RedirectWarning, UserError

from odoo.addons.payt_dunning.models.dunning_dispute import Contested

from .common import PrepaymentCommon


class TestCreditCheck(PrepaymentCommon):
    """Confirming for customers with something overdue."""

    def setUp(self):
        super().setUp()
        self.told()
        self.bad.write({"credit_check": "hold", "credit_days": 30, "credit_amount": 100.0})
        self.stand(self.business, self.bad, overdue=250, days=45)

    def test_it_is_refused_and_says_who_how_much_how_long_and_why(self):
        order = self.order()
        with self.assertRaises(UserError) as refused:
            order.action_confirm()
        words = str(refused.exception)
        for part in (order.name, "Bakery Ltd", "250.00", "45 days", "Bad Payer", "overrides"):
            self.assertIn(part, words)
        self.assertEqual(order.state, "draft")

    def test_not_long_enough_or_not_enough_is_not_refused(self):
        for values in ({"overdue": 250, "days": 30}, {"overdue": 100, "days": 45}, {"overdue": 0}):
            self.stand(self.business, self.bad, **values)
            order = self.order()
            order.action_confirm()
            self.assertEqual(order.state, "sale")

    def test_of_several_orders_none_is_confirmed_and_the_one_is_named(self):
        good = self.order(partner=self.debtor("Good Baker"))
        bad = self.order()
        with self.assertRaisesRegex(UserError, bad.name):
            (good | bad).action_confirm()
        self.assertEqual((good.state, bad.state), ("draft", "draft"))

    def test_an_order_that_is_paid_in_advance_is_no_credit(self):
        order = self.order()
        self.transaction(order, 1000.0)
        self.assertEqual(order.state, "sale")

    def test_an_order_of_which_money_was_paid_back_is_credit(self):
        order = self.order()
        order.require_payment = True
        transaction = self.transaction(order, 1000.0, "pending")
        transaction._set_done()
        refund = transaction._create_child_transaction(400.0, is_refund=True)
        refund._set_done()
        with self.assertRaisesRegex(UserError, "250.00"):
            order.action_confirm()

    def test_an_order_of_nothing_is_no_credit(self):
        order = self.order(0.0)
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_the_button_asks_first_where_it_is_only_warned(self):
        self.bad.credit_check = "warn"
        order = self.order()
        with self.assertRaises(RedirectWarning) as asked:
            order.with_context(dunning_ask=True).action_confirm()
        says, action_id, _button, context = asked.exception.args
        self.assertIn("250.00", says)
        self.assertEqual(order.state, "draft")
        answer = self.env["ir.actions.server"].with_user(self.salesperson).browse(action_id)
        self.assertEqual(answer.with_context(**context).run()["tag"], "soft_reload")
        self.assertEqual(order.state, "sale")
        self.assertIn("Confirmed all the same", self.notes(order))

    def test_other_callers_are_warned_by_a_note(self):
        self.bad.credit_check = "warn"
        order = self.order()
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        self.assertIn("250.00", self.notes(order))

    def test_a_person_without_a_decision_is_never_refused_by_the_program(self):
        self.stand(self.consumer, self.bad, overdue=250, days=45, natural=True)
        order = self.order(partner=self.consumer)
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        self.assertIn("250.00", self.notes(order))

    def test_a_person_somebody_decided_about_is(self):
        self.stand(self.consumer, self.bad, overdue=250, days=45, natural=True, decided=True)
        with self.assertRaises(UserError):
            self.order(partner=self.consumer).action_confirm()

    def test_the_screen_says_it_before_anybody_confirms(self):
        self.assertIn("250.00", self.order().dunning_wrong_says)

    def test_a_client_cant_bring_its_own_answer(self):
        order = self.order().with_context(dunning_checked={"credits": {}})
        with self.assertRaises(UserError):
            order.action_confirm()

    def test_asking_first_does_not_get_around_a_refusal(self):
        with self.assertRaises(UserError):
            self.order().with_context(dunning_ask=True).action_confirm()


class TestCreditCheckByTheLedger(PrepaymentCommon):
    """The same with invoices that are really overdue."""

    def setUp(self):
        super().setUp()
        self.bad.write({"credit_check": "hold", "credit_days": 30, "credit_amount": 0.0})
        self.paid_late(self.business)
        self.late = self.invoice(60, 400.0)

    def test_it_is_refused_until_what_is_overdue_is_paid(self):
        order = self.order()
        with self.assertRaisesRegex(UserError, "400.00"):
            order.action_confirm()
        self.pay(self.late)
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_what_is_contested_does_not_count(self):
        order = self.order()
        with self.assertRaises(UserError):
            order.action_confirm()
        items = self.synced(self.late)
        reason = self.env.ref("payt_dunning.dispute_reason_quality")
        contested = Contested("whole", 0.0, self.env["account.move.line"])
        self.env["dunning.dispute"].sudo()._begin(items, contested, reason, "It was stale")
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_what_was_paid_up_front_for_an_order_pays_no_old_invoice(self):
        order = self.order()
        transaction = self.transaction(order, 600.0)
        self.assertTrue(transaction.payment_id)
        with self.assertRaisesRegex(UserError, "400.00"):
            order.action_confirm()

    def test_what_was_paid_for_an_order_that_was_cancelled_does(self):
        cancelled = self.order()
        self.transaction(cancelled, 600.0)
        cancelled._action_cancel()
        order = self.order()
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_the_figures_are_those_of_the_moment(self):
        self.pay(self.late)
        order = self.order()
        self.invoice(31, 100.0)
        with self.assertRaisesRegex(UserError, "100.00"):
            order.action_confirm()

    def test_another_companys_invoices_do_not_count(self):
        other = self.setup_other_company()["company"]
        self.pay(self.late)
        self.env["account.move"].with_company(other).create(
            {
                "move_type": "out_invoice",
                "company_id": other.id,
                "partner_id": self.business.id,
                "invoice_date": self.today - timedelta(days=90),
                "invoice_date_due": self.today - timedelta(days=60),
                "invoice_payment_term_id": False,
                "invoice_line_ids": [(0, 0, {"name": "x", "price_unit": 900.0, "tax_ids": []})],
            }
        ).action_post()
        order = self.order()
        order.action_confirm()
        self.assertEqual(order.state, "sale")
