from odoo.exceptions import AccessError
from odoo.tests import tagged

from .feedback_common import FeedbackCommon


@tagged("post_install", "-at_install")
class TestCaseOffice(FeedbackCommon):
    """Where a case stands at its office, beside what we know, and how it ends."""

    def claim(self, *more, due="559.40"):
        """The office's ledger: our claim, an act of 119.40, a payment of 60.00."""
        return [
            self.booking("B1", "500.00"),
            self.booking("B2", "119.40", "official_act"),
            self.booking("B3", "-60.00", "payment"),
            *more,
            f'<Balance asOf="{self.since}" principal="500.00" interest="0.00" costs="59.40"'
            f' due="{due}"/>',
        ]

    def tell(self, *parts, code="demand", **values):
        message = self.take_in(self.message(self.status(code), *parts, **values))
        self.assertEqual(message.state, "applied", message.says)
        self.case.invalidate_recordset()
        return message

    def closure(self, code):
        return f'<Closure code="{code}" date="{self.since}"/>'

    def test_it_says_where_the_case_stands(self):
        self.tell(*self.claim(), code="summons_served")
        self.assertEqual(self.case.office_status, "the writ was served")
        self.assertEqual((self.case.office_since, self.case.office_due), (self.since, 559.4))

    def test_bookings_are_summed_by_type_and_by_who_bears_them(self):
        self.tell(
            *self.claim(
                self.booking("B4", "10.00", "fee", "creditor"),
                self.booking("B5", "5.00", "fee", "creditor"),
            )
        )
        self.assertIn("15.00", self.case.office_bookings)
        self.assertIn("119.40", self.case.office_bookings)
        self.assertEqual(self.case.office_collected, 60)

    def test_a_difference_is_explained(self):
        self.tell(*self.claim())
        with self.on_day(self.today):
            parts = self.case.office_why.splitlines()
        self.assertTrue(any("costs and interest that it added" in part for part in parts), parts)
        self.assertTrue(any("60.00" in part and "collected there" in part for part in parts), parts)
        self.assertFalse(any("not explained" in part for part in parts), parts)

    def test_a_payment_that_the_office_does_not_know_explains_a_difference(self):
        self.tell(*self.claim())
        with self.on_day(self.today):
            self.pay(self.item.move_id, 100)
            self.case.invalidate_recordset()
            self.assertEqual(self.case.office_direct, 100)
            self.assertIn("not in its ledger", self.case.office_why)

    def test_the_court_fee_is_recovered_once_the_debtor_paid_costs(self):
        paid = (
            f'<Booking id="B9" date="{self.since}" type="payment" amount="-80.00"'
            ' chargedTo="debtor" toCosts="80.00"/>'
        )
        self.tell(self.booking("B8", "130.00", "court_fee"), paid)
        self.assertEqual(self.case.office_court_fee, 130)
        self.assertIn("80.00", self.case.office_fee_back)

    def test_what_is_left_is_shown_once_the_office_has_closed_it(self):
        self.tell(*self.claim())
        self.assertEqual((self.case.office_rest, self.case.office_ended), (0, False))
        self.tell(self.closure("uncollectable"), code="closed")
        with self.on_day(self.today):
            self.assertEqual(self.case.office_rest, self.case.total)
        self.assertTrue(self.case.office_ended)

    def test_a_case_that_the_office_closed_is_given_up_by_a_manager(self):
        self.tell(self.closure("uncollectable"), code="closed")
        clerk = self.person("office.clerk", "group_dunning_user")
        with self.on_day(self.today):
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                self.case.with_user(clerk).action_give_up("stop_write_off", "Nothing there")
            self.case.action_give_up("stop_write_off", "Nothing there")
        self.assertEqual((self.case.phase, self.case.outcome), ("closed", "uncollectable"))
        self.assertEqual(self.handover.state, "ended")
        holds = self.env["dunning.hold"].search(
            [("item_id", "=", self.item.id), ("released_on", "=", False)]
        )
        self.assertEqual(holds.mapped("kind"), ["stop_write_off"])

    def test_what_the_office_still_has_is_not_given_up(self):
        self.tell(*self.claim())
        with self.on_day(self.today):
            self.case.action_give_up("stop_write_off", "Nothing there")
        self.assertEqual((self.case.phase, self.handover.state), ("handed_over", "acknowledged"))

    def test_a_case_that_was_settled_ends_with_what_the_office_says(self):
        self.tell(self.closure("settled"), code="closed")
        with self.on_day(self.today):
            self.pay(self.item.move_id)
            self.Item._sync(self.company)
            self.case._settle()
        self.assertEqual((self.case.phase, self.case.outcome), ("closed", "paid"))
        self.assertIn("settled", self.case.closed_because)
        self.assertEqual(self.handover.state, "ended")

    def test_what_the_office_collected_ends_as_collected(self):
        remittance = self.remittance(
            collected="500.00", withheld="0.00", withheldVat="0.00", paidOut="500.00"
        )
        self.tell(remittance, self.closure("paid_in_full"), code="closed")
        line = self.receipt(500.0, "R 1")
        found = self.env["collection.remittance"].search([("agent_id", "=", self.agent.id)])
        with self.on_day(self.today):
            found.with_user(self.accountant())._match(line)
        self.assertEqual((self.case.phase, self.case.outcome), ("closed", "collected"))
        self.assertIn("Bailiff Office collected it", self.case.closed_because)
        self.assertIn("paid in full", self.case.closed_because)

    def accountant(self):
        user = self.person("office.books", "group_dunning_user")
        user.group_ids += self.env.ref("account.group_account_user")
        return user

    def test_an_office_that_closes_it_after_us_has_it_no_more(self):
        self.pay(self.item.move_id)
        self.run_day(day=self.after(1))
        self.assertEqual((self.case.phase, self.handover.state), ("closed", "ready"))
        self.tell(self.closure("paid_in_full"), code="closed")
        self.assertEqual(self.handover.state, "ended")
        self.assertFalse(
            self.handover.activity_ids.filtered(lambda task: "Decide what" in task.summary)
        )

    def test_what_is_open_again_after_the_end_is_ours(self):
        self.pay(self.item.move_id)
        self.run_day(day=self.after(1))
        self.item.move_id.line_ids.remove_move_reconcile()
        self.run_day(day=self.after(2))
        self.assertEqual((self.item.state, self.item.case_id.ids), ("open", []))
        held = self.env["dunning.hold"].search(
            [("item_id", "=", self.item.id), ("kind", "=", "handed_over")]
        )
        self.assertTrue(all(held.mapped("released_on")))
        with self.on_day(self.after(2)):
            self.assertTrue(self.Case._open(self.item, "clerk"))

    def test_a_test_tells_nothing_of_the_real_case(self):
        self.handover.test = True
        self.take_in(self.message(self.status(), self.booking(), test="true"))
        self.handover.test = False
        self.handover.feedback_line_ids.test = True
        message = self.take_in(self.message(self.status(), self.booking()))
        self.assertEqual(
            (message.state, set(message.line_ids.mapped("result"))),
            ("applied", {"applied", "known"}),
        )

    def test_an_office_that_stopped_by_itself_is_not_told_of_a_recall(self):
        self.tell(self.closure("withdrawn_by_client"), code="closed")
        before = self.handover.message_ids
        with self.on_day(self.today):
            self.handover.action_recall("Another office")
        told = (self.handover.message_ids - before).filtered("partner_ids")
        self.assertEqual((told.ids, self.case.phase), ([], "ready"))
