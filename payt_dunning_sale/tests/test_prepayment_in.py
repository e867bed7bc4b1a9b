from odoo import Command

from .common import PrepaymentCommon


class TestPrepaymentIn(PrepaymentCommon):
    """How much of what was asked is in: each amount once."""

    def setUp(self):
        super().setUp()
        self.told()
        self.ask(self.bad)
        self.stand(self.business, self.bad)
        self.sale = self.order()
        self.sale.action_confirm()

    def down_payment(self, amount=500.0):
        wizard = (
            self.env["sale.advance.payment.inv"]
            .sudo()
            .create(
                {
                    "sale_order_ids": [Command.set(self.sale.ids)],
                    "advance_payment_method": "fixed",
                    "fixed_amount": amount,
                }
            )
        )
        invoice = wizard._create_invoices(self.sale.sudo())
        invoice.action_post()
        return invoice

    def money(self):
        self.sale.invalidate_recordset()
        return self.sale.prepayment_in

    def state(self):
        self.sale.invalidate_recordset()
        return self.sale.prepayment_state

    def test_nothing_is_in_at_first(self):
        self.assertEqual((self.money(), self.state()), (0.0, "waiting"))
        self.assertEqual(self.sale.prepayment_missing, 500.0)

    def test_an_online_payment_is_in(self):
        self.transaction(self.sale, 500.0)
        self.assertEqual((self.money(), self.state()), (500.0, "in"))

    def test_a_part_is_not_enough(self):
        self.transaction(self.sale, 499.99)
        self.assertEqual((self.state(), self.sale.prepayment_missing), ("waiting", 0.01))

    def test_a_reserved_payment_is_in(self):
        self.transaction(self.sale, 500.0, "authorized")
        self.assertEqual(self.state(), "in")

    def test_a_payment_that_is_not_sure_yet_is_not(self):
        self.transaction(self.sale, 500.0, "pending")
        self.assertEqual(self.state(), "waiting")

    def test_a_down_payment_invoice_is_in_once_it_is_paid(self):
        invoice = self.down_payment()
        self.assertEqual(self.state(), "waiting")
        self.pay(invoice)
        self.assertEqual((self.money(), self.state()), (500.0, "in"))

    def test_an_online_payment_set_against_the_down_payment_invoice_counts_once(self):
        transaction = self.transaction(self.sale, 300.0)
        invoice = self.down_payment()
        lines = (transaction.payment_id.move_id | invoice).line_ids
        lines.filtered(lambda line: line.account_type == "asset_receivable").reconcile()
        self.assertEqual((invoice.amount_residual, self.money()), (200.0, 300.0))

    def test_an_online_payment_set_against_something_else_is_not_in(self):
        transaction = self.transaction(self.sale, 500.0)
        another = self.invoice(10, 500.0)
        lines = (transaction.payment_id.move_id | another).line_ids
        lines.filtered(lambda line: line.account_type == "asset_receivable").reconcile()
        self.assertEqual((self.money(), self.state()), (0.0, "waiting"))

    def test_a_down_payment_closed_by_a_credit_note_is_not_paid(self):
        invoice = self.down_payment()
        invoice._reverse_moves([{"invoice_date": invoice.invoice_date}], cancel=True)
        self.assertEqual((invoice.amount_residual, self.money()), (0.0, 0.0))

    def test_a_payment_that_was_taken_back_makes_it_wait_again(self):
        transaction = self.transaction(self.sale, 500.0)
        transaction.payment_id.action_draft()
        transaction.payment_id.action_cancel()
        self.assertEqual(self.state(), "waiting")

    def test_a_cancelled_transaction_makes_it_wait_again(self):
        transaction = self.transaction(self.sale, 500.0, "authorized")
        self.assertEqual(self.state(), "in")
        transaction._set_canceled()
        self.assertEqual(self.state(), "waiting")

    def test_a_refund_is_taken_off(self):
        transaction = self.transaction(self.sale, 500.0)
        refund = transaction._create_child_transaction(200.0, is_refund=True)
        refund._set_done()
        self.assertEqual((self.money(), self.state()), (300.0, "waiting"))

    def test_a_refund_that_was_booked_is_taken_off_once(self):
        transaction = self.transaction(self.sale, 500.0)
        refund = transaction._create_child_transaction(200.0, is_refund=True)
        refund._set_done()
        refund._post_process()
        self.assertTrue(refund.payment_id)
        self.assertEqual(self.money(), 300.0)

    def test_a_part_that_was_captured_counts_with_what_is_still_reserved(self):
        transaction = self.transaction(self.sale, 500.0, "authorized")
        part = transaction._create_child_transaction(200.0)
        part._set_done()
        self.assertEqual(self.money(), 500.0)
        rest = transaction._create_child_transaction(300.0)
        rest._set_canceled()
        self.assertEqual(self.money(), 200.0)

    def test_what_is_paid_back_of_a_captured_part_is_taken_off(self):
        transaction = self.transaction(self.sale, 500.0, "authorized")
        part = transaction._create_child_transaction(500.0)
        part._set_done()
        part._post_process()
        self.assertTrue(self.tasks(self.sale, "start"))
        refund = part._create_child_transaction(200.0, is_refund=True)
        refund._set_done()
        refund._post_process()
        self.assertEqual((self.money(), self.state()), (300.0, "waiting"))
        self.assertFalse(self.tasks(self.sale, "start"))

    def test_one_payment_of_two_orders_is_shared(self):
        second = self.order(3000.0)
        second.action_confirm()
        both = self.sale | second
        self.transaction(self.sale, 1000.0, sale_order_ids=[Command.set(both.ids)])
        self.assertEqual((self.money(), second.prepayment_in), (250.0, 750.0))

    def test_money_in_another_currency_is_converted(self):
        currency = (
            self.env["res.currency"].with_context(active_test=False).search([("name", "=", "GBP")])
        )
        currency.active = True
        self.env["res.currency.rate"].create(
            {
                "currency_id": currency.id,
                "company_id": self.company.id,
                "name": "2020-01-01",
                "company_rate": 0.5,
            }
        )
        self.transaction(self.sale, 250.0, "authorized", currency_id=currency.id)
        self.assertEqual((self.money(), self.state()), (500.0, "in"))

    def test_nobody_waits_for_more_than_is_left_of_the_order(self):
        self.sale.order_line.price_unit = 200.0
        self.assertEqual(self.sale.prepayment_missing, 200.0)

    def test_orders_that_wait_are_found(self):
        paid = self.order()
        paid.action_confirm()
        self.transaction(paid, 500.0)
        nothing = self.order(partner=self.debtor("Good Baker"))
        nothing.action_confirm()
        Order = self.env["sale.order"].with_user(self.salesperson)
        for state, expected in (("waiting", self.sale), ("in", paid), ("none", nothing)):
            found = Order.search([("prepayment_state", "=", state)])
            self.assertEqual(found & (self.sale | paid | nothing), expected)
        found = Order.search([("prepayment_state", "!=", "waiting")])
        self.assertEqual(found & (self.sale | paid | nothing), paid | nothing)

    def test_any_number_of_orders_takes_as_many_statements(self):
        more = self.env["sale.order"].union(*(self.order() for _number in range(4)))
        more.action_confirm()
        counts = []
        for orders in (self.sale, self.sale | more):
            self.env.flush_all()
            orders._dunning_money_in()
            before = self.env.cr.sql_log_count
            orders._dunning_money_in()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
