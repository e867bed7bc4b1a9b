from unittest.mock import patch

from odoo.tools import mute_logger

from .common import PrepaymentCommon


class TestPrepaymentStart(PrepaymentCommon):
    """The start of the work waits, and people are told once."""

    def setUp(self):
        super().setUp()
        self.told()
        self.ask(self.bad)
        self.stand(self.business, self.bad)
        self.sale = self.order(user_id=self.salesperson.id)
        self.sale.action_confirm()

    def look(self):
        with self.no_commit():
            self.env["sale.order"].sudo()._cron_look_at_start()
        self.sale.invalidate_recordset()

    def test_the_salesperson_is_told_not_to_start(self):
        task = self.tasks(self.sale, "wait")
        self.assertEqual(task.user_id, self.salesperson)
        self.assertIn("Don't start yet", task.summary)
        self.assertIn("500.00", task.summary)

    def test_once_the_money_is_in_the_task_ends_and_another_says_start(self):
        self.transaction(self.sale, 500.0)
        self.sale.invalidate_recordset()
        self.assertFalse(self.tasks(self.sale, "wait"))
        self.assertEqual(self.tasks(self.sale, "start").summary, "Prepayment is in: start")
        self.assertIn("may start", self.notes(self.sale))

    def test_money_by_bank_is_seen_by_the_daily_look(self):
        wizard = (
            self.env["sale.advance.payment.inv"]
            .sudo()
            .create(
                {
                    "sale_order_ids": self.sale.ids,
                    "advance_payment_method": "fixed",
                    "fixed_amount": 500.0,
                }
            )
        )
        invoice = wizard._create_invoices(self.sale.sudo())
        invoice.action_post()
        self.pay(invoice)
        self.look()
        self.assertFalse(self.tasks(self.sale, "wait"))
        self.assertTrue(self.tasks(self.sale, "start"))

    def test_money_that_was_taken_back_makes_it_wait_again(self):
        transaction = self.transaction(self.sale, 500.0)
        transaction.payment_id.action_draft()
        transaction.payment_id.action_cancel()
        self.look()
        self.assertTrue(self.tasks(self.sale, "wait"))
        self.assertFalse(self.tasks(self.sale, "start"))

    def test_a_task_that_somebody_did_does_not_come_back_every_day(self):
        self.tasks(self.sale, "wait").action_feedback()
        self.look()
        self.look()
        self.assertFalse(self.tasks(self.sale, "wait"))

    def test_looking_twice_makes_one_task(self):
        self.look()
        self.look()
        self.assertEqual(len(self.tasks(self.sale, "wait")), 1)

    def test_a_class_that_does_not_wait_makes_no_task(self):
        self.bad.hold_start = False
        order = self.order()
        order.action_confirm()
        self.assertFalse(self.tasks(order, "wait"))
        self.assertEqual(order.prepayment_state, "waiting")
        self.assertFalse(order._dunning_start_held())

    def test_a_start_that_is_overridden_waits_no_more(self):
        self.override(self.sale, "start")
        self.assertEqual(self.sale.prepayment_state, "overridden")
        self.assertFalse(self.tasks(self.sale, "wait"))
        self.assertFalse(self.tasks(self.sale, "start"))
        self.assertIn("500.00", self.sale.sudo().dunning_override_ids.asked)

    def test_an_order_paid_before_it_is_confirmed_never_waits(self):
        order = self.order()
        order.action_quotation_sent()
        self.transaction(order, 500.0)
        self.assertEqual((order.state, order.prepayment_state), ("sale", "in"))
        self.assertFalse(self.tasks(order, "wait") | self.tasks(order, "start"))

    def test_a_cancelled_order_asks_nobody(self):
        self.sale._action_cancel()
        self.assertFalse(self.tasks(self.sale, "wait"))
        self.assertEqual(self.sale.prepayment_state, "none")

    def test_an_order_without_a_salesperson_asks_who_handles_the_customer(self):
        order = self.order()
        order.user_id = False
        order.action_confirm()
        self.assertTrue(self.tasks(order, "wait").user_id)

    def faulty(self, order):
        """Looking at this order fails from here on."""
        Order = type(self.env["sale.order"])
        look = Order._dunning_look_at_start

        def looks(orders):
            if order in orders:
                raise ValueError("A fault of another add-on")
            return look(orders)

        self.startPatcher(patch.object(Order, "_dunning_look_at_start", looks))

    @mute_logger("odoo.addons.payt_dunning_sale.models.sale_order_start")
    def test_an_order_that_cant_be_looked_at_keeps_no_other_from_it(self):
        other = self.order()
        other.action_confirm()
        self.faulty(self.sale)
        other.order_line.price_unit = 0.0
        self.assertTrue(self.tasks(other, "wait"))
        self.look()
        self.assertFalse(self.tasks(other, "wait"))

    @mute_logger("odoo.addons.payt_dunning_sale.models.sale_order_start")
    def test_what_a_customer_confirmed_stays_confirmed(self):
        order = self.order()
        self.faulty(order)
        order.action_confirm()
        self.transaction(order, 500.0)
        self.assertEqual((order.state, order.prepayment_state), ("sale", "in"))

    def test_once_the_overdue_is_paid_somebody_is_told_to_confirm_and_once(self):
        self.bad.write({"credit_check": "hold", "credit_days": 30, "credit_amount": 0.0})
        self.stand(self.business, self.bad, overdue=250, days=45)
        order = self.order(user_id=self.salesperson.id)
        order.sudo()._validate_order()
        self.look()
        self.assertIn("check what is overdue", self.tasks(order, "held").summary)
        self.stand(self.business, self.bad)
        self.look()
        task = self.tasks(order, "held")
        self.assertEqual(task.summary, "What was overdue is paid: confirm this order")
        self.assertEqual(task.user_id, self.salesperson)
        task.action_feedback()
        self.look()
        self.assertFalse(self.tasks(order, "held"))

    def test_what_is_overdue_again_is_to_be_checked_again(self):
        self.bad.write({"credit_check": "hold", "credit_days": 30, "credit_amount": 0.0})
        self.stand(self.business, self.bad, overdue=250, days=45)
        order = self.order()
        order.sudo()._validate_order()
        self.stand(self.business, self.bad)
        self.look()
        self.stand(self.business, self.bad, overdue=250, days=45)
        self.look()
        self.assertIn("check what is overdue", self.tasks(order, "held").summary)

    def test_it_waits_for_no_more_than_the_class_asked(self):
        order = self.order()
        order.prepayment_percent = 0.9
        self.assertEqual(self.asked(order), 900.0)
        order.action_confirm()
        self.assertEqual(order.prepayment_missing, 500.0)
