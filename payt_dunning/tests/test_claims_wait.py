from datetime import timedelta

from .claims_common import EXPIRED, ClaimsCommon
from .law_common import DAY


class TestClaimsWait(ClaimsCommon):
    """No costs are claimed of what we look into for the debtor, nor after a new term."""

    def said(self, item):
        advices = self.env["dunning.payment.advice"].sudo()
        with self.on_day(EXPIRED - timedelta(days=1)):
            advice, _held = advices._make(item, DAY + timedelta(days=13), item.amount_open)
        return advice

    def test_nothing_is_claimed_while_a_payment_is_looked_for(self):
        item = self.served(509.10)
        advice = self.said(item)
        self.run_day(day=EXPIRED)
        self.assertFalse(self.charges())
        with self.on_day(EXPIRED):
            advice.sudo(False).with_user(self.env.user).action_not_received()
        self.run_day(day=EXPIRED + timedelta(days=1))
        self.assertEqual(self.charges().amount, 76.37)

    def test_a_payment_that_was_looked_for_was_in_time(self):
        item = self.served(509.10)
        self.said(item)
        self.run_day(day=EXPIRED)
        self.paid_on(item, DAY + timedelta(days=13))
        self.run_day(day=EXPIRED + timedelta(days=1))
        self.assertFalse(self.charges())
        self.assertEqual(item.state, "closed")

    def test_nothing_is_claimed_while_a_message_is_unanswered(self):
        item = self.served(509.10)
        hold = (
            self.env["dunning.hold"]
            .sudo()
            .create(
                {
                    "company_id": self.company.id,
                    "move_id": item.move_id.id,
                    "kind": "question",
                    "date_from": DAY,
                    "date_until": DAY + timedelta(days=5),
                }
            )
        )
        self.run_day(day=EXPIRED)
        self.assertFalse(self.charges())
        with self.on_day(EXPIRED):
            hold._end("answered")
        self.run_day(day=EXPIRED + timedelta(days=1))
        self.assertEqual(self.charges().amount, 76.37)

    def test_a_new_term_within_that_of_the_notice_takes_its_costs_away(self):
        item = self.served(509.10)
        with self.on_day(DAY + timedelta(days=5)):
            item._send_invoice_again(DAY + timedelta(days=40))
        self.run_day(day=EXPIRED)
        self.assertFalse(self.charges())
