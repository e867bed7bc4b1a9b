from .common import PrepaymentCommon


class TestPaidUpFront(PrepaymentCommon):
    """Money paid up front for an order pays no old invoice, and holds no reminder back."""

    def setUp(self):
        super().setUp()
        self.late = self.invoice(20, 100.0, self.business)
        self.order_of_now = self.order(1000.0)
        self.order_of_now.action_confirm()

    def run_and_find(self):
        self.run_day()
        return self.items(self.late)

    def test_an_old_invoice_is_reminded_of_although_an_order_was_paid_up_front(self):
        self.transaction(self.order_of_now, 500.0)
        item = self.run_and_find()
        self.assertTrue(item.notice_line_ids.notice_id)
        self.assertEqual(item.notice_line_ids.notice_id.amount, 100.0)

    def test_money_that_is_for_no_order_still_covers_it(self):
        self.transaction(self.order_of_now, 500.0)
        self.order_of_now.sudo()._action_cancel()
        item = self.run_and_find()
        self.assertFalse(item.notice_line_ids.notice_id)
