from odoo.exceptions import ValidationError

from ..hooks import post_init_hook, pre_init_hook
from .common import PrepaymentCommon


class TestPaymentClasses(PrepaymentCommon):
    """What classes of payers ask of orders, as shipped and as managers say it."""

    def test_no_shipped_class_puts_anything_in_or_refuses(self):
        classes = self.good | self.slow | self.bad | self.unknown
        self.assertNotIn("set", classes.mapped("prepayment_mode"))
        self.assertNotIn("hold", classes.mapped("credit_check"))

    def test_bad_payers_are_proposed_half_and_warned_about(self):
        bad = self.bad
        self.assertEqual((bad.prepayment_mode, bad.prepayment_percent), ("propose", 50.0))
        self.assertEqual((bad.credit_check, bad.credit_days), ("warn", 30))
        self.assertTrue(bad.hold_start)

    def test_slow_payers_are_warned_about_after_sixty_days(self):
        self.assertEqual((self.slow.credit_check, self.slow.credit_days), ("warn", 60))
        self.assertEqual(self.slow.prepayment_mode, "none")

    def test_good_and_unknown_payers_are_asked_nothing(self):
        for each in self.good | self.unknown:
            self.assertEqual((each.prepayment_mode, each.credit_check), ("none", "none"))

    def test_a_new_company_gets_them_too(self):
        company = self.env["res.company"].create({"name": "Another"})
        bad = self.env["dunning.payment.class"].search(
            [("company_id", "=", company.id), ("code", "=", "bad")]
        )
        self.assertEqual(bad.prepayment_mode, "propose")

    def test_classes_that_were_there_get_them_when_the_add_on_comes(self):
        self.bad.write({"prepayment_mode": "none", "credit_check": "none", "hold_start": False})
        post_init_hook(self.env)
        self.assertEqual((self.bad.prepayment_mode, self.bad.credit_check), ("propose", "warn"))

    def as_before_the_add_on(self, order):
        """The order with nothing remembered, as it is when the add-on comes."""
        order.flush_recordset()
        self.env.cr.execute(
            """UPDATE sale_order SET dunning_payment_basis = NULL, dunning_percent_basis = NULL
                WHERE id = %s""",
            [order.id],
        )
        order.invalidate_recordset()

    def test_quotations_that_were_there_keep_what_they_ask(self):
        self.told()
        order = self.order()
        order.write({"require_payment": True, "prepayment_percent": 0.3})
        self.as_before_the_add_on(order)
        pre_init_hook(self.env)
        order.order_line.price_unit = 2000.0
        self.assertEqual(self.asked(order), 600.0)

    def test_sent_quotations_that_were_there_ask_nothing_new(self):
        self.told()
        order = self.order()
        order.action_quotation_sent()
        self.as_before_the_add_on(order)
        pre_init_hook(self.env)
        self.company.write({"portal_confirmation_pay": True, "prepayment_percent": 1.0})
        order.order_line.price_unit = 2000.0
        self.assertEqual(self.asked(order), 0.0)

    def test_the_hook_leaves_what_is_remembered(self):
        self.told()
        self.ask(self.bad)
        self.stand(self.business, self.bad)
        order = self.order()
        order.flush_recordset()
        remembered = (order.dunning_payment_basis, order.dunning_percent_basis)
        pre_init_hook(self.env)
        order.invalidate_recordset()
        self.assertTrue(remembered[0]["put"])
        self.assertEqual((order.dunning_payment_basis, order.dunning_percent_basis), remembered)

    def test_more_than_all_of_it_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "from 0 to 100"):
            self.bad.prepayment_percent = 101

    def test_less_than_nothing_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "not below zero"):
            self.bad.prepayment_amount = -1
        with self.assertRaisesRegex(ValidationError, "not below zero"):
            self.bad.credit_days = -1

    def test_asking_needs_an_amount(self):
        with self.assertRaisesRegex(ValidationError, "how much"):
            self.bad.write({"prepayment_kind": "amount", "prepayment_amount": 0})
