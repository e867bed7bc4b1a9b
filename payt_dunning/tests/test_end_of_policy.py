from datetime import timedelta

from .common import DunningCommon


class TestEndOfPolicy(DunningCommon):
    """Debtors at the end of their policy: what was tried, and what comes next."""

    def ended(self, partner=None, amount=100.0):
        item = self.synced(self.invoice(partner=partner, amount=amount)).sudo()
        item.write({"action": "blocked", "reason": "end_of_ladder"})
        return item

    def test_a_debtor_is_listed_once_with_all_that_has_ended(self):
        first, second = self.ended(), self.ended(amount=50)
        debtor = first.debtor_id
        self.synced(self.invoice(amount=7))
        self.assertEqual(self.env["dunning.debtor"].search([("at_end", "=", True)]), debtor)
        self.assertEqual((debtor.end_count, debtor.end_amount), (2, 150))
        self.assertEqual(debtor.end_since, min(first.date_due, second.date_due))

    def test_whoever_has_nothing_at_the_end_is_not_listed(self):
        item = self.ended()
        item.reason = "not_yet"
        self.assertFalse(item.debtor_id.at_end)
        self.assertIn(item.debtor_id, self.env["dunning.debtor"].search([("at_end", "=", False)]))

    def test_it_says_by_which_channels_messages_left_and_that_nobody_called(self):
        item = self.ended()
        self.run_and_deliver()
        item.write({"action": "blocked", "reason": "end_of_ladder"})
        self.assertEqual(self.notices_to().state, "sent")
        item.debtor_id.invalidate_recordset()
        tried = item.debtor_id.end_tried
        self.assertIn("1 ×", tried)
        self.assertIn("no call", tried)

    def test_it_says_when_somebody_called_and_that_no_message_left(self):
        item = self.ended()
        self.env["dunning.call"].sudo().create(
            {
                "company_id": self.company.id,
                "debtor_id": item.debtor_id.id,
                "user_id": self.env.uid,
                "moment": self.today - timedelta(days=2),
                "outcome": "not_reached",
            }
        )
        tried = item.debtor_id.end_tried
        self.assertIn("No message left", tried)
        self.assertIn("calls: 1", tried)

    def test_it_says_the_reason_that_was_given(self):
        item = self.ended()
        reason = self.env.ref("payt_dunning.reason_bad_faith")
        self.env["dunning.nonpayment"].sudo()._give(item, reason, "x")
        row = self.env["dunning.nonpayment"].search([("item_id", "=", item.id)])
        row.sudo().current = True
        self.assertEqual(item.debtor_id.end_reason, reason.name)

    def test_many_debtors_cost_as_many_statements_as_one(self):
        debtors = self.ended().debtor_id
        names = ["at_end", "end_amount", "end_owed", "end_tried", "end_reason", "end_since"]
        debtors.read(names)
        one = self.cost(debtors, names)
        for number in range(8):
            debtors |= self.ended(self.debtor(f"More {number}")).debtor_id
        self.assertLessEqual(self.cost(debtors, names), one)

    def cost(self, debtors, names):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        debtors.read(names)
        return self.env.cr.sql_log_count - before
