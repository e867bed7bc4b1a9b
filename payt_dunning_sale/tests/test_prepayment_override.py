from odoo.exceptions import AccessError, UserError, ValidationError

from .common import PrepaymentCommon


class TestPrepaymentOverride(PrepaymentCommon):
    """Somebody decides otherwise: with the right, a reason, and for ever known."""

    def setUp(self):
        super().setUp()
        self.told()
        self.ask(self.bad, credit_check="hold")
        self.stand(self.business, self.bad)

    def test_a_prepayment_that_is_overridden_is_not_asked_and_may_be_less(self):
        order = self.order()
        log = self.override(order, "prepayment", "Paid us twice last month")
        self.assertEqual(self.asked(order), 0.0)
        self.assertEqual((log.what, log.user_id), ("prepayment", self.sales_manager))
        self.assertEqual((log.order_name, log.partner_id), (order.name, self.business))
        self.assertIn("500.00", log.asked)
        self.assertEqual(log.reason, "Paid us twice last month")
        self.assertIn("Paid us twice last month", self.notes(order))
        order.write({"require_payment": True, "prepayment_percent": 0.1})
        order.order_line.price_unit = 2000.0
        self.assertEqual(self.asked(order), 200.0)

    def test_what_the_company_asks_of_everybody_is_asked_after_an_override(self):
        self.company.write({"portal_confirmation_pay": True, "prepayment_percent": 0.2})
        order = self.order()
        self.override(order, "prepayment")
        self.assertEqual(self.asked(order), 200.0)

    def test_what_the_company_asks_of_everybody_makes_nothing_wait(self):
        self.company.write({"portal_confirmation_pay": True, "prepayment_percent": 0.2})
        self.bad.hold_start = True
        order = self.order()
        self.override(order, "prepayment")
        order.action_confirm()
        self.assertEqual(order.prepayment_state, "none")
        self.assertFalse(order._dunning_start_held())

    def test_it_is_only_for_that_customer(self):
        order = self.order()
        self.override(order, "prepayment")
        another = self.debtor("Bad Baker")
        self.stand(another, self.bad)
        order.partner_id = another
        self.assertEqual(self.asked(order), 500.0)

    def test_a_copy_is_asked_again(self):
        order = self.order()
        self.override(order, "prepayment")
        self.assertEqual(self.asked(order.copy()), 500.0)

    def test_a_held_order_that_is_overridden_can_be_confirmed(self):
        self.stand(self.business, self.bad, overdue=250, days=45)
        order = self.order()
        with self.assertRaises(UserError):
            order.action_confirm()
        log = self.override(order, "credit")
        self.assertIn("250.00", log.asked)
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_overriding_one_thing_does_not_override_the_other(self):
        self.stand(self.business, self.bad, overdue=250, days=45)
        order = self.order()
        self.override(order, "prepayment")
        with self.assertRaises(UserError):
            order.action_confirm()
        another = self.order()
        self.override(another, "credit")
        with self.assertRaises(ValidationError):
            another.require_payment = False

    def test_without_a_reason_it_is_refused(self):
        with self.assertRaisesRegex(UserError, "Say why"):
            self.override(self.order(), "prepayment", "  ")

    def test_without_the_right_it_is_refused(self):
        order = self.order()
        with self.assertRaises(AccessError):
            self.override(order, "prepayment", user=self.salesperson)
        with self.assertRaises(AccessError):
            order.with_user(self.salesperson).action_dunning_override()
        with self.assertRaises(AccessError):
            order.with_user(self.salesperson)._dunning_override("prepayment", "because")

    def test_a_dunning_manager_has_the_right(self):
        manager = self.person("prepay.dunning", "group_dunning_manager")
        order = self.order()
        self.override(order, "prepayment", user=manager)
        self.assertEqual(self.asked(order), 0.0)

    def test_it_must_fit_the_state_of_the_order(self):
        with self.assertRaisesRegex(UserError, "decides nothing"):
            self.override(self.order(), "start")
        order = self.order()
        order.action_confirm()
        with self.assertRaisesRegex(UserError, "decides nothing"):
            self.override(order, "prepayment")

    def test_the_dialog_opens_about_what_is_wrong(self):
        order = self.order().with_user(self.sales_manager)
        self.assertEqual(order.action_dunning_override()["context"]["default_what"], "prepayment")
        self.stand(self.business, self.bad, overdue=250, days=45)
        self.assertEqual(order.action_dunning_override()["context"]["default_what"], "credit")

    def test_a_deleted_quotation_leaves_the_decision(self):
        order = self.order()
        name, log = order.name, self.override(order, "prepayment")
        order.sudo().unlink()
        self.assertEqual((log.exists().order_name, log.order_id.id), (name, False))
