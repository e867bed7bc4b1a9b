from datetime import timedelta

from odoo.exceptions import ValidationError

from .claims_common import EXPIRED, ClaimsCommon
from .law_common import DAY, LawCommon


class TestClaimsOfConsumers(ClaimsCommon):
    """What becomes due of a consumer when the term of the notice has passed."""

    def test_nothing_is_claimed_while_the_term_runs(self):
        self.served(509.10)
        for days in (1, 14, 15, 16):
            self.run_day(day=DAY + timedelta(days=days))
            self.assertFalse(self.charges())

    def test_what_was_announced_is_claimed_once_the_term_has_passed(self):
        item = self.served(509.10)
        self.run_day(day=EXPIRED)
        charge = self.charges()
        self.assertEqual((charge.amount, charge.state), (76.37, "claimed"))
        self.assertEqual(charge.due_from, DAY + timedelta(days=15))
        self.assertEqual(charge.notice_id, self.notice)
        self.assertEqual(charge.share_ids.item_id, item)
        self.run_day(day=EXPIRED + timedelta(days=1))
        self.assertEqual(len(self.charges()), 1, "not a second time")

    def test_what_was_paid_within_the_term_lowers_the_costs(self):
        item = self.served(509.10)
        self.paid_on(item, DAY + timedelta(days=14), 209.10)
        self.run_day(day=EXPIRED)
        self.assertEqual(self.charges().amount, 45.0)

    def test_all_paid_within_the_term_owes_nothing(self):
        item = self.served(509.10)
        self.paid_on(item, DAY + timedelta(days=14))
        self.run_day(day=EXPIRED)
        self.assertFalse(self.charges())
        self.assertEqual(item.state, "closed")

    def test_a_payment_of_the_last_day_that_is_booked_later_is_in_time(self):
        item = self.served(509.10)
        self.run_day(day=DAY + timedelta(days=15))
        self.paid_on(item, DAY + timedelta(days=14))
        self.run_day(day=EXPIRED)
        self.assertFalse(self.charges())

    def test_what_was_paid_too_late_still_owes_the_costs(self):
        item = self.served(509.10)
        self.paid_on(item, DAY + timedelta(days=15))
        self.run_day(day=DAY + timedelta(days=15))
        self.assertEqual(item.state, "closed")
        self.run_day(day=EXPIRED)
        self.assertEqual(self.charges().amount, 76.37)
        self.assertEqual(item.state, "remainder")

    def test_a_credit_note_after_the_term_takes_away_what_was_never_owed(self):
        item = self.served(509.10)
        refund = self.credit_note(209.10, self.consumer, invoice_date=EXPIRED)
        lines = (refund | item.move_id).line_ids
        lines.filtered(lambda line: line.account_type == "asset_receivable").reconcile()
        self.run_day(day=EXPIRED)
        self.assertEqual(self.charges().amount, 45.0)

    def test_one_notice_about_several_invoices_makes_one_claim_with_exact_shares(self):
        self.served(300.0, 209.10)
        self.run_day(day=EXPIRED)
        charge = self.charges()
        self.assertEqual(charge.amount, 76.37)
        self.assertEqual(charge.share_ids.mapped("amount"), [45.0, 31.37])

    def test_what_is_disputed_stays_out(self):
        first, second = self.served(300.0, 209.10)
        self.hold(item_id=first.id, kind="dispute", date_from=DAY)
        self.run_day(day=EXPIRED)
        self.assertEqual(self.charges().share_ids.item_id, second)
        self.assertEqual(self.charges().amount, 40.0)

    def test_a_part_that_was_disputed_before_the_notice_is_taken_off_once(self):
        item = self.reminded(24, 509.10, self.consumer)
        self.hold(item_id=item.id, kind="dispute", amount=209.10, date_from=DAY)
        self.run_and_deliver()
        self.assertEqual(self.notices_to(self.consumer).line_ids.amount, 300)
        self.run_day(day=EXPIRED)
        self.assertEqual(self.charges().amount, 45.0)

    def test_a_part_that_is_disputed_after_the_notice_is_taken_off(self):
        item = self.served(509.10)
        self.hold(item_id=item.id, kind="dispute", amount=209.10, date_from=DAY)
        self.run_day(day=EXPIRED)
        self.assertEqual(self.charges().amount, 45.0)

    def test_a_promise_within_the_term_makes_the_notice_unusable(self):
        item = self.served(509.10)
        with self.on_day(DAY + timedelta(days=5)):
            self.hold(item_id=item.id, kind="promise", date_from=DAY + timedelta(days=5))
        self.run_day(day=EXPIRED)
        self.assertFalse(self.charges())

    def test_a_notice_that_came_back_claims_nothing(self):
        self.served(509.10)
        self.notice._set_returned("no such mailbox")
        self.run_day(day=EXPIRED)
        self.assertFalse(self.charges())

    def test_without_going_live_nothing_is_claimed(self):
        self.served(509.10)
        self.company._dunning_stop_live()
        self.run_day(day=EXPIRED)
        self.assertFalse(self.charges())

    def test_what_can_not_be_claimed_is_told_and_not_tried_again(self):
        self.served(509.10)
        self.consumer.country_id = self.env.ref("base.us")
        run = self.run_day(day=EXPIRED)
        self.assertIn(self.consumer.name, run.problems)
        self.assertTrue(self.notice.claim_problem)
        self.assertFalse(self.charges())
        again = self.run_day(day=EXPIRED + timedelta(days=1))
        self.assertNotIn(self.consumer.name, again.problems or "")

    def test_the_demand_asks_for_invoice_and_costs_in_one_amount(self):
        self.served(509.10)
        day = DAY + timedelta(days=21)
        self.run_and_deliver(day=day)
        demand = self.notices_to(self.consumer)[-1]
        self.assertEqual(demand.level_name, "First demand")
        self.assertEqual((demand.costs, demand.amount), (76.37, 585.47))
        body = demand.body.replace("\xa0", " ")
        for words in ("Collection costs", "76.37", "585.47", "509.10"):
            self.assertIn(words, body)

    def test_after_waiving_the_demand_asks_for_the_invoice_alone(self):
        self.served(509.10)
        self.run_day(day=EXPIRED)
        self.charges().sudo()._update(waived=76.37)
        day = DAY + timedelta(days=21)
        self.run_and_deliver(day=day)
        demand = self.notices_to(self.consumer)[-1]
        self.assertEqual((demand.costs, demand.amount), (0.0, 509.10))
        self.assertNotIn("collection costs", demand.body)


class TestClaimsOfBusinesses(LawCommon):
    """Costs and interest of a business."""

    POLICY = "payt_dunning.policy_business"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.ref("payt_dunning.level_business_3").approval = False
        cls.policy.action_publish()

    def demanded(self, amount=1000.0):
        item = self.reminded(20, amount, days_ago=8)
        self.run_and_deliver()
        return item

    def test_the_demand_asks_costs_and_interest_through_its_last_day(self):
        self.demanded()
        self.run_and_deliver(day=DAY + timedelta(days=11))
        demand = self.notices_to()[-1]
        # 10.40% of 1,000 over 36 days (13 October through 18 November), of 365.
        self.assertEqual(demand.pay_by, DAY + timedelta(days=16))
        self.assertEqual((demand.costs, demand.interest), (150.0, 10.26))
        self.assertEqual(demand.amount, 1160.26)

    def test_interest_is_kept_when_the_principal_is_paid(self):
        item = self.demanded()
        day = DAY + timedelta(days=11)
        self.run_and_deliver(day=day)
        paid = day + timedelta(days=20)
        with self.on_day(paid):
            wizard = (
                self.env["account.payment.register"]
                .with_context(active_model="account.move", active_ids=item.move_id.ids)
                .create({"payment_date": paid})
            )
            wizard._create_payments()
        self.run_day(day=paid)
        interest = self.env["dunning.charge"].search([("kind", "=", "interest")])
        # 10.40% of 1,000 over 51 days, of 365.
        self.assertEqual(interest.amount, 14.53)
        self.assertEqual(item.state, "remainder")

    def with_fee(self, fee=7.5, announces=False):
        self.env.ref("payt_dunning.level_business_3").announces_costs = announces
        level = self.env.ref("payt_dunning.level_business_4")
        level.write({"fee": fee, "asks": False})
        self.policy.action_publish()

    def test_a_fee_of_a_level_is_asked_for_and_claimed_with_its_message(self):
        self.with_fee()
        item = self.demanded()
        self.run_and_deliver(day=DAY + timedelta(days=11))
        demand = self.notices_to()[-1]
        self.assertEqual((demand.fee, demand.amount), (7.5, 1007.5))
        fee = self.env["dunning.charge"].search([("kind", "=", "fee")])
        self.assertEqual((fee.amount, fee.share_ids.item_id), (7.5, item))
        self.assertIn("Fee for this message", demand.body)

    def test_a_message_that_does_not_leave_claims_no_fee(self):
        self.with_fee()
        self.demanded()
        self.run_day(day=DAY + timedelta(days=11))
        self.deliver(None, day=DAY + timedelta(days=11))
        self.assertFalse(self.env["dunning.charge"].search([("kind", "=", "fee")]))

    def test_a_fee_is_never_more_than_the_law_gives(self):
        self.with_fee(200.0)
        self.demanded()
        self.run_and_deliver(day=DAY + timedelta(days=11))
        self.assertEqual(self.notices_to()[-1].fee, 150.0)
        fee = self.env["dunning.charge"].search([("kind", "=", "fee")])
        self.assertEqual(fee.amount, 150.0)

    def test_costs_that_were_claimed_leave_no_room_for_a_fee(self):
        self.with_fee(announces=True)
        self.demanded()
        self.run_and_deliver(day=DAY + timedelta(days=11))
        self.assertEqual(self.notices_to()[-1].fee, 0.0)
        self.assertEqual(self.env["dunning.charge"].search([]).mapped("kind"), ["costs"])

    def test_a_level_that_announces_costs_has_no_fee_itself(self):
        with self.assertRaises(ValidationError):
            self.env.ref("payt_dunning.level_business_3").fee = 5
        with self.assertRaises(ValidationError):
            self.env.ref("payt_dunning.level_consumer_3").fee = 5

    def test_no_costs_are_claimed_from_nobody(self):
        self.company.write({"dunning_costs_from": "none", "dunning_interest_from": "none"})
        self.demanded()
        self.run_and_deliver(day=DAY + timedelta(days=11))
        demand = self.notices_to()[-1]
        self.assertEqual((demand.costs, demand.interest, demand.amount), (0.0, 0.0, 1000.0))
