from odoo import Command, fields
from odoo.exceptions import UserError, ValidationError

from .common import BadPayerCommon


class TestPrepaymentAvoid(BadPayerCommon):
    """Asking less than the class does takes an override, whichever way somebody goes."""

    def test_a_sent_quotation_that_grew_beyond_the_value_is_not_confirmed(self):
        self.bad.prepayment_from = 1000.0
        order = self.order(500.0)
        order.action_quotation_sent()
        order.order_line.price_unit = 10000.0
        with self.assertRaisesRegex(UserError, f"{order.name} asks.*Ask for It.*Override…"):
            order.action_confirm()
        self.assertEqual(order.state, "sent")

    def test_a_sent_quotation_of_another_customer_now_is_not_confirmed(self):
        order = self.order(partner=self.baker)
        order.action_quotation_sent()
        order.partner_id = self.business
        with self.assertRaisesRegex(UserError, "Ask for It"):
            order.action_confirm()

    def test_it_is_confirmed_once_it_was_asked_for(self):
        order = self.order(partner=self.baker)
        order.action_quotation_sent()
        order.partner_id = self.business
        order.action_dunning_ask()
        order.action_confirm()
        self.assertEqual((order.state, order.dunning_prepayment_amount), ("sale", 500.0))

    def test_it_is_confirmed_once_it_was_overridden(self):
        order = self.order(partner=self.baker)
        order.action_quotation_sent()
        order.partner_id = self.business
        self.override(order, "prepayment")
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_each_order_that_asks_less_is_named(self):
        orders = self.order(partner=self.baker) | self.order(partner=self.baker)
        orders.action_quotation_sent()
        orders.partner_id = self.business
        with self.assertRaises(UserError) as caught:
            orders.action_confirm()
        for order in orders:
            self.assertIn(order.name, str(caught.exception))

    def test_what_is_only_proposed_keeps_nobody_from_confirming(self):
        self.bad.prepayment_mode = "propose"
        order = self.order()
        order.action_quotation_sent()
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_a_customer_who_signs_is_not_refused(self):
        order = self.order(partner=self.baker)
        order.action_quotation_sent()
        self.stand(self.baker, self.bad)
        order.sudo()._validate_order()
        self.assertEqual(order.state, "sale")

    def test_a_customer_who_pays_what_was_asked_is_not_refused(self):
        order = self.order(partner=self.baker, require_payment=True, prepayment_percent=0.1)
        order.action_quotation_sent()
        self.stand(self.baker, self.bad)
        self.transaction(order, 100.0)
        self.assertEqual(order.state, "sale")

    def test_what_the_customer_signed_is_confirmed_by_hand(self):
        order = self.order(partner=self.baker, require_payment=True, prepayment_percent=0.1)
        order.action_quotation_sent()
        self.stand(self.baker, self.bad)
        order.sudo().write({"signed_by": "Bea Baker", "signed_on": fields.Datetime.now()})
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_twice_the_price_and_half_the_share_in_one_save_is_refused(self):
        order = self.order()
        order.action_quotation_sent()
        line = Command.update(order.order_line.id, {"price_unit": 2000.0})
        with self.assertRaisesRegex(ValidationError, "Override…"):
            order.write({"order_line": [line], "prepayment_percent": 0.25})

    def test_a_cancelled_order_does_not_ask_less(self):
        order = self.order()
        order.action_cancel()
        with self.assertRaisesRegex(ValidationError, "Override…"):
            order.require_payment = False

    def test_what_becomes_a_draft_again_is_asked_anew(self):
        order = self.order(partner=self.baker)
        order.action_quotation_sent()
        order.action_cancel()
        order.partner_id = self.business
        self.assertEqual(self.asked(order), 0.0)
        order.action_draft()
        self.assertEqual(self.asked(order), 500.0)

    def test_what_somebody_chose_stays_when_it_becomes_a_draft_again(self):
        order = self.order(partner=self.baker)
        order.write({"require_payment": True, "prepayment_percent": 0.3})
        order.action_cancel()
        order.action_draft()
        self.assertEqual(self.asked(order), 300.0)
