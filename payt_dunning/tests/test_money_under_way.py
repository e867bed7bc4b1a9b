from datetime import timedelta

from odoo import Command, fields

from .money_common import MoneyCommon


class TestMoneyUnderWay(MoneyCommon):
    """Payments that are under way are never chased."""

    def transaction(self, moves, amount, state="pending", **values):
        method = self.env.ref("payment.payment_method_unknown").sudo()
        provider = (
            self.env["payment.provider"]
            .sudo()
            .create(
                {
                    "name": "Test",
                    "code": "none",
                    "state": "test",
                    "company_id": self.company.id,
                    "payment_method_ids": [Command.set(method.ids)],
                }
            )
        )
        transaction = (
            self.env["payment.transaction"]
            .sudo()
            .create(
                {
                    "provider_id": provider.id,
                    "payment_method_id": method.id,
                    "reference": f"tx {provider.id}",
                    "amount": amount,
                    "currency_id": moves.currency_id.id,
                    "partner_id": moves.partner_id[0].id,
                    "invoice_ids": [Command.set(moves.ids)],
                    **values,
                }
            )
        )
        # Past the check of what this provider can do.
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE payment_transaction SET state = %s WHERE id = %s", [state, transaction.id]
        )
        transaction.invalidate_recordset(["state"])
        return transaction

    def test_an_online_payment_under_way_holds_its_invoice(self):
        for state in ("draft", "pending", "authorized", "done"):
            with self.subTest(state):
                move = self.invoice(amount=100, partner=self.debtor(state))
                self.transaction(move, 100, state)
                self.assert_held(move, "money_under_way")

    def test_an_online_payment_that_came_to_nothing_holds_nothing(self):
        for state in ("cancel", "error"):
            with self.subTest(state):
                self.transaction(self.invoice(partner=self.debtor(state)), 100, state)
                self.assertEqual(self.planned(), 1)

    def test_an_online_payment_that_is_booked_is_not_counted_twice(self):
        move = self.invoice(amount=100)
        self.transaction(move, 40, "done", is_post_processed=True)
        self.pay(move, amount=40)
        self.run_day()
        self.assertEqual(self.notices_to().amount, 60)

    def test_an_online_payment_pending_for_long_holds_nothing(self):
        long_ago = fields.Datetime.now() - timedelta(days=8)
        self.transaction(self.invoice(), 100, last_state_change=long_ago)
        self.assertEqual(self.planned(), 1)

    def test_an_online_payment_begun_and_left_holds_nothing_after_half_an_hour(self):
        transaction = self.transaction(self.invoice(), 100, "draft")
        self.env.cr.execute(
            "UPDATE payment_transaction SET create_date = create_date - interval '31 minutes'"
            " WHERE id = %s",
            [transaction.id],
        )
        self.assertEqual(self.planned(), 1)

    def test_a_part_under_way_lowers_what_is_asked_for(self):
        self.transaction(self.invoice(amount=100), 30)
        self.run_day()
        self.assertEqual(self.notices_to().amount, 70)

    def test_one_payment_for_two_invoices_counts_once(self):
        moves = self.invoice(amount=100, days_late=6) + self.invoice(amount=200)
        self.transaction(moves, 150)
        self.run_day()
        self.assertEqual(self.notices_to().amount, 150)
        self.assertEqual(self.items(moves[0]).reason, "money_under_way")

    def test_a_payment_without_entry_counts_as_paid(self):
        move = self.invoice(amount=100)
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.business.id,
                "amount": 100,
                "journal_id": self.company_data["default_journal_bank"].id,
                "invoice_ids": [Command.link(move.id)],
            }
        )
        # As with the accountant's add-on, where a payment may have no entry of its own.
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_payment SET state = 'in_process', move_id = NULL WHERE id = %s",
            [payment.id],
        )
        self.env.invalidate_all()
        self.assert_held(move, "money_under_way")

    def test_a_payment_under_way_for_two_debtors_is_told_apart_at_hand_over_as_in_the_run(self):
        older = self.invoice(amount=100, days_late=9, partner=self.debtor("First"))
        younger = self.invoice(amount=100, days_late=5)
        self.transaction(older + younger, 100)
        self.run_day()
        self.assertEqual(self.items(older).reason, "money_under_way")
        self.assertEqual(self.items(younger).reason, "under_way")
        self.assertEqual(len(self.deliver()), 1)

    def test_a_payment_under_way_in_another_currency_holds_the_whole_item(self):
        currency = self.setup_other_currency("CAD", rates=[("1900-01-01", 2.0)])
        move = self.invoice(amount=100)
        self.transaction(move, 60, currency_id=currency.id)
        self.assert_held(move, "money_under_way")
