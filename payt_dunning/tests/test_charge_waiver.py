from odoo.exceptions import AccessError, UserError

from .charge_common import ChargeCommon


class TestChargeWaiver(ChargeCommon):
    """Waiving costs: who may, what becomes of them, and what happens by itself."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write(
            {
                "dunning_charge_journal_id": cls.company_data["default_journal_sale"].id,
                "dunning_costs_account_id": cls.company_data["default_account_revenue"].id,
            }
        )
        cls.collector = cls.person("waive_collector", "group_dunning_user")
        cls.manager = cls.person("waive_manager", "group_dunning_manager")

    def waive(self, charge, user=None, **values):
        dialog = (
            self.env["dunning.charge.waive"]
            .with_user(user or self.collector)
            .sudo(False)
            .create({"charge_id": charge.id, "reason": "goodwill", **values})
        )
        dialog.action_apply()
        return dialog

    def pay_on(self, move, day, amount=None):
        wizard = (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({"payment_date": day, **({"amount": amount} if amount else {})})
        )
        return wizard._create_payments()

    def notes(self, charge):
        return " ".join(charge.share_ids.item_id.event_ids.filtered("note").mapped("note"))

    # -- at once -------------------------------------------------------------------------------

    def test_a_part_is_waived_and_then_the_rest(self):
        charge = self.claimed()
        self.waive(charge, amount=15)
        self.assertEqual((charge.state, charge.waived, charge.amount_left), ("claimed", 15, 25))
        self.assertIn("goodwill", self.notes(charge))
        self.assertIn("goodwill", " ".join(charge.message_ids.mapped("body")))
        self.waive(charge)
        self.assertEqual((charge.state, charge.amount_left), ("waived", 0))

    def test_neither_nothing_nor_more_than_is_left_is_waived(self):
        charge = self.claimed()
        for amount in (0, -5, 40.01):
            with self.subTest(amount), self.assertRaises(UserError):
                charge._waive(amount, "x")
        with self.assertRaisesRegex(UserError, "Say why"):
            charge._waive(5, " ")

    def test_a_collector_waives_up_to_the_limit_all_in_all_and_a_manager_more(self):
        self.company.dunning_waive_limit = 20
        charge = self.claimed()
        self.waive(charge, amount=12)
        with self.assertRaisesRegex(AccessError, "a manager more"):
            self.waive(charge, amount=9)
        self.waive(charge, self.manager, amount=9)
        self.assertEqual(charge.waived, 21)

    def test_the_limit_is_in_the_currency_of_the_company(self):
        self.env["res.currency.rate"].create(
            {"name": "2020-01-01", "currency_id": self.euro.id, "rate": 0.5}
        )
        charge = self.claimed()
        with self.assertRaises(AccessError):
            self.waive(charge, amount=26)
        self.waive(charge, amount=25)

    def test_viewers_and_other_companies_waive_nothing(self):
        charge = self.claimed()
        other = self.setup_other_company()["company"]
        for user in (
            self.person("waive_viewer", "group_dunning_viewer"),
            self.person("waive_stranger", "group_dunning_manager", company=other),
        ):
            with self.subTest(user.login), self.assertRaises(AccessError):
                charge.sudo(False).with_user(user)._check_may_waive(1)

    # -- telling the debtor ----------------------------------------------------------------------

    def told(self):
        return self.Notice.search([("topic", "=", "waiver")])

    def test_the_debtor_is_told_only_when_asked(self):
        charge = self.claimed()
        self.waive(charge, amount=5)
        self.assertFalse(self.told())
        dialog = self.waive(charge, amount=10, tell=True)
        self.assertIn("10.00", dialog.text)
        self.assertIn("25.00", dialog.text)
        notice = self.told()
        self.assertEqual(notice.recipient, self.consumer.email)
        self.assertIn("You need not pay", notice.body)
        self.assertTrue(notice.content_hash)
        item = charge.share_ids.item_id
        self.assertEqual(notice.line_ids.item_id, item)
        said = item.move_id.message_ids.filtered(lambda entry: entry.subject == dialog.subject)
        self.assertEqual(said.author_id, self.collector.partner_id)

    def assert_cannot_tell(self, charge):
        dialog = self.env["dunning.charge.waive"].with_user(self.collector).sudo(False)
        self.assertFalse(dialog.create({"charge_id": charge.id, "reason": "x"}).can_tell)
        with self.assertRaisesRegex(UserError, "can't be told"):
            self.waive(charge, tell=True)
        self.assertFalse(self.told())

    def test_who_has_no_address_is_not_said_to_be_told(self):
        charge = self.claimed()
        self.consumer.email = False
        self.assert_cannot_tell(charge)

    def test_who_has_an_address_that_failed_is_not_said_to_be_told(self):
        charge = self.claimed()
        charge.debtor_id.failed_email = self.consumer.email
        self.assert_cannot_tell(charge)

    def test_while_the_company_is_not_live_nobody_is_told(self):
        charge = self.claimed()
        self.company._dunning_stop_live()
        with self.assertRaisesRegex(UserError, "can't be told"):
            self.waive(charge, tell=True)

    # -- when the invoices are paid -----------------------------------------------------------------

    def offered(self, days=5):
        charge = self.claimed()
        dialog = self.waive(charge, how="paid", until=self.after(days))
        self.assertEqual((charge.condition_state, charge.amount_left), ("offered", 40))
        self.assertIn("lapses", dialog.text)
        return charge

    def test_paid_in_time_the_costs_lapse_by_themselves(self):
        charge = self.offered()
        self.pay_on(charge.share_ids.item_id.move_id, self.after(5))
        self.run_day(day=self.after(8))
        self.assertEqual((charge.condition_state, charge.state), ("applied", "waived"))
        self.assertEqual(charge.share_ids.item_id.state, "closed")

    def in_draft_on(self, charge, *days):
        """The invoice is a draft on the days of runs, which neither apply nor withdraw."""
        charge.share_ids.item_id.move_id.button_draft()
        for day in days:
            self.run_day(day=self.after(day))
            self.assertEqual((charge.condition_state, charge.amount_left), ("offered", 40))

    def test_an_invoice_that_is_corrected_counts_as_paid_only_once_it_is_paid(self):
        charge = self.offered()
        move = charge.share_ids.item_id.move_id
        self.in_draft_on(charge, 2, 9)
        move.action_post()
        self.run_day(day=self.after(10))
        self.assertEqual((charge.condition_state, charge.amount_left), ("withdrawn", 40))

    def test_an_invoice_that_was_corrected_and_is_paid_in_time_makes_the_costs_lapse(self):
        charge = self.offered()
        move = charge.share_ids.item_id.move_id
        self.in_draft_on(charge, 2)
        move.action_post()
        self.pay_on(move, self.after(4))
        self.run_day(day=self.after(9))
        self.assertEqual((charge.condition_state, charge.state), ("applied", "waived"))

    def test_paid_too_late_the_costs_stay(self):
        charge = self.offered()
        self.pay_on(charge.share_ids.item_id.move_id, self.after(6))
        self.run_day(day=self.after(8))
        self.assertEqual((charge.condition_state, charge.amount_left), ("offered", 40))
        self.run_day(day=self.after(9))
        self.assertEqual((charge.condition_state, charge.amount_left), ("withdrawn", 40))
        self.assertIn("nothing lapses", self.notes(charge))

    def test_paid_in_part_the_costs_stay(self):
        charge = self.offered()
        self.pay_on(charge.share_ids.item_id.move_id, self.after(1), 99.99)
        self.run_day(day=self.after(9))
        self.assertEqual((charge.condition_state, charge.amount_left), ("withdrawn", 40))

    def waits(self, charge):
        """The holds by which the invoices of a charge wait for its offer."""
        return self.env["dunning.hold"].search(
            [("item_id", "in", charge.share_ids.item_id.ids), ("released_on", "=", False)]
        )

    def test_follow_up_waits_until_the_offer_is_judged(self):
        charge = self.offered()
        hold = self.waits(charge)
        self.assertEqual((hold.kind, hold.date_until), ("pause", self.after(8)))
        for day in (1, 5, 8):
            self.run_day(day=self.after(day))
        self.assertFalse(
            self.notices_to(self.consumer).filtered(lambda each: each.as_of > self.today)
        )
        self.run_day(day=self.after(9))
        self.assertEqual(charge.condition_state, "withdrawn")
        self.assertFalse(self.waits(charge))

    def test_another_day_takes_the_place_of_the_first(self):
        charge = self.offered()
        self.waive(charge, how="paid", until=self.after(7))
        self.assertEqual(self.waits(charge).date_until, self.after(10))

    def test_follow_up_waits_for_an_offer_no_longer_than_it_stands(self):
        applied, waived = self.offered(), self.offered()
        self.pay_on(applied.share_ids.item_id.move_id, self.after(1), 100)
        self.run_day(day=self.after(2))
        self.assertFalse(self.waits(applied))
        self.waive(waived, amount=10)
        self.assertTrue(self.waits(waived))
        self.waive(waived)
        self.assertFalse(self.waits(waived))

    def test_booked_costs_lapse_by_a_credit_note(self):
        charge = self.offered()
        charge._book()
        self.pay_on(charge.share_ids.item_id.move_id, self.after(1))
        self.run_day(day=self.after(2))
        self.assertEqual((charge.state, charge.move_id.amount_residual), ("waived", 0))
        self.assertEqual(charge.booking_move_ids.mapped("state"), ["posted", "posted"])

    def test_an_offer_beyond_the_limit_takes_a_manager_and_a_day_to_come(self):
        self.company.dunning_waive_limit = 20
        charge = self.claimed()
        with self.assertRaises(AccessError):
            self.waive(charge, how="paid", until=self.after(5))
        with self.assertRaisesRegex(UserError, "not over"):
            self.waive(charge, self.manager, how="paid", until=self.after(-1))

    def test_one_that_cannot_be_credited_keeps_no_other_and_is_named(self):
        bad, good = self.offered(), self.offered()
        bad._book()
        self.pay_on(bad.share_ids.item_id.move_id, self.after(1))
        self.pay_on(good.share_ids.item_id.move_id, self.after(1))
        bad.move_id.invoice_line_ids.account_id.active = False
        run = self.run_day(day=self.after(2))
        self.assertEqual((good.state, bad.state), ("waived", "booked"))
        self.assertEqual(bad.condition_state, "offered")
        self.assertIn(bad.display_name, run.problems)

    # -- once the principal is paid ------------------------------------------------------------------

    def test_costs_lapse_some_days_after_the_payment_where_the_company_wants_that(self):
        charge = self.claimed()
        self.pay_on(charge.share_ids.item_id.move_id, self.today)
        self.run_day(day=self.after(30))
        self.assertEqual((charge.state, charge.amount_left), ("claimed", 40))
        self.company.write({"dunning_waive_paid": True, "dunning_waive_paid_days": 40})
        self.run_day(day=self.after(39))
        self.assertEqual(charge.state, "claimed")
        self.run_day(day=self.after(40))
        self.assertEqual(charge.state, "waived")
        self.assertEqual(charge.share_ids.item_id.state, "closed")

    def test_they_do_not_lapse_while_something_is_open(self):
        self.company.write({"dunning_waive_paid": True, "dunning_waive_paid_days": 0})
        charge = self.claimed()
        self.pay_on(charge.share_ids.item_id.move_id, self.today, 99)
        self.run_day(day=self.after(1))
        self.assertEqual(charge.state, "claimed")
