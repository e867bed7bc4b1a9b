from odoo.exceptions import AccessError, UserError

from .charge_common import ChargeCommon


class TestChargeRemainder(ChargeCommon):
    """An invoice that is paid, while costs about it are left."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.collector = cls.person("rest_collector", "group_dunning_user")

    def make_once(self):
        super().make_once()
        self.charge = self.claimed()
        self.owed = self.charge.share_ids.item_id
        self.pay(self.owed.move_id)
        self.run_day()

    def decide(self, choice, user=None, **values):
        dialog = (
            self.env["dunning.charge.remainder"]
            .with_user(user or self.collector)
            .sudo(False)
            .create({"item_id": self.owed.id, "choice": choice, **values})
        )
        return dialog.action_apply()

    def tasks(self):
        return self.env["dunning.task"]._open(
            self.owed.debtor_id, self.env["dunning.task"]._type("costs")
        )

    def test_a_paid_invoice_with_costs_left_is_a_remainder_under_costs_only(self):
        self.assertEqual(self.owed.state, "remainder")
        found = self.Item.search([("state", "=", "remainder")])
        self.assertEqual(found, self.owed)

    def test_it_closes_when_the_costs_are_paid(self):
        self.company.dunning_charge_booking = "off"
        self.charge.sudo(False).with_user(self.collector).action_paid(self.today, "statement 3")
        self.assertEqual(self.owed.state, "closed")

    def test_it_closes_with_the_next_run_when_the_booking_is_paid(self):
        self.company.write(
            {
                "dunning_charge_journal_id": self.company_data["default_journal_sale"].id,
                "dunning_costs_account_id": self.company_data["default_account_revenue"].id,
            }
        )
        self.charge._book()
        self.run_day(day=self.after(1))
        self.assertEqual(self.owed.state, "remainder")
        self.pay(self.charge.move_id)
        self.run_day(day=self.after(2))
        self.assertEqual(self.owed.state, "closed")

    def test_keep_asking_gives_the_handler_a_task_on_that_day(self):
        self.owed.debtor_id.handler_id = self.collector
        self.decide("ask", day=self.after(9))
        task = self.tasks()
        self.assertEqual((task.user_id, task.date_deadline), (self.collector, self.after(9)))
        self.assertIn("40.00", task.summary)
        self.decide("ask", day=self.after(20))
        self.assertEqual(self.tasks().date_deadline, self.after(20))
        self.assertEqual((self.owed.state, self.charge.amount_left), ("remainder", 40))
        self.decide("close", reason="too small")
        self.assertFalse(self.tasks())
        with self.assertRaisesRegex(UserError, "only costs are left"):
            self.decide("ask", day=self.after(9))

    def test_reduced_it_stays_and_waived_it_closes(self):
        self.decide("reduce", amount=30, reason="half of it was ours")
        self.assertEqual((self.owed.state, self.charge.amount_left), ("remainder", 10))
        self.decide("waive", reason="goodwill")
        self.assertEqual((self.owed.state, self.charge.state), ("closed", "waived"))

    def test_closing_without_asking_takes_a_reason_and_the_right(self):
        with self.assertRaisesRegex(UserError, "Say why"):
            self.decide("close")
        self.company.dunning_waive_limit = 39
        with self.assertRaises(AccessError):
            self.decide("close", reason="x")
        manager = self.person("rest_manager", "group_dunning_manager")
        self.decide("close", manager, reason="x")
        self.assertEqual((self.owed.state, self.charge.state), ("closed", "waived"))

    def test_two_claims_are_both_settled_before_it_closes(self):
        second = self.Charge._create_interest
        self.company.dunning_interest_from = "law"
        interest = second([(self.owed, 100, 2.5)], self.today, "BW 6:119", ["x"], ["y"])
        self.decide("waive", reason="x")
        self.assertEqual((self.owed.state, interest.amount_left), ("remainder", 2.5))
        self.decide("waive", reason="x")
        self.assertEqual(self.owed.state, "closed")

    def test_a_payment_that_is_undone_opens_it_again(self):
        self.owed.line_id.remove_move_reconcile()
        self.run_day(day=self.after(1))
        self.assertEqual(self.owed.state, "open")
