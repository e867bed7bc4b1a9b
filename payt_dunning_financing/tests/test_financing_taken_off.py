from odoo import Command

from .financing_common import FinancingCommon


class TestFinancingTakenOff(FinancingCommon):
    """Money, credits and bills that are taken off what counts of invoices."""

    def make_once(self):
        super().make_once()
        self.move = self.invoice(days_late=-10, amount=100.0)

    # -- money -------------------------------------------------------------------------------------

    def test_credit_notes_and_payments_on_account_are_taken_off_the_oldest_first(self):
        old = self.invoice(days_late=5, amount=100)
        self.credit_note(120)
        check = self.check()
        self.assertEqual([self.line(move, check).counts for move in (old, self.move)], [0.0, 80.0])
        self.assertIn("credit notes or receipts", self.line(old, check).why)

    def test_a_credit_in_another_currency_is_for_what_is_open_in_it(self):
        self.credit_note(100, currency_id=self.other_currency(2.0).id)
        self.assertEqual(self.counts(self.move), 100.0)

    def test_a_receipt_of_the_debtor_that_nobody_matched_is_taken_off(self):
        self.receipt(30, partner=self.business)
        self.assertEqual(self.counts(self.move), 70.0)

    def test_a_receipt_of_nobody_that_names_an_invoice_is_its_debtors(self):
        self.receipt(30, text=f"paid {self.move.name}")
        self.assertEqual(self.counts(self.move), 70.0)

    def test_a_receipt_that_was_dismissed_or_is_old_is_taken_off_too(self):
        self.receipt(30, partner=self.business).sudo().dunning_dismissed = True
        old = self.receipt(20, partner=self.business, days_ago=200)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_bank_statement_line SET create_date = create_date - interval '200 days'"
            " WHERE id = %s",
            [old.id],
        )
        self.assertEqual(self.counts(self.move), 50.0)

    def test_what_names_an_invoice_is_for_that_invoice(self):
        later = self.invoice(days_late=-12, amount=100.0)
        self.receipt(100, text=f"paid {later.name}", partner=self.business)
        check = self.check()
        self.assertEqual(
            [self.line(move, check).counts for move in (self.move, later)], [100.0, 0.0]
        )

    def test_a_receipt_of_somebody_else_that_names_an_invoice_is_for_that_invoice(self):
        self.receipt(100, text=f"paid {self.move.name}", partner=self.customer("Parent"))
        self.assertEqual(self.counts(self.move), 0.0)

    def test_a_number_within_a_longer_number_is_not_meant(self):
        longer = self.invoice(days_late=-12, amount=100.0)
        self.move.payment_reference = "REF/2026/1"
        longer.payment_reference = "REF/2026/12"
        self.receipt(100, text="REF/2026/12", partner=self.business)
        check = self.check()
        self.assertEqual(
            [self.line(move, check).counts for move in (self.move, longer)], [100.0, 0.0]
        )

    def test_a_payment_that_names_an_invoice_and_its_credit_note_are_for_that_invoice(self):
        paid, credited = (self.invoice(days_late=-12, amount=100.0) for _each in range(2))
        self.credit_note(100, reversed_entry_id=credited.id)
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.business.id,
                "amount": 60.0,
                "memo": paid.name,
                "journal_id": self.company_data["default_journal_bank"].id,
            }
        )
        payment.action_post()
        payment.outstanding_account_id = self.account("asset_current")
        payment._generate_journal_entry()
        if payment.move_id.state == "draft":
            payment.move_id.action_post()
        check = self.check()
        self.assertEqual(
            [self.line(move, check).counts for move in (self.move, paid, credited)],
            [100.0, 40.0, 0.0],
        )

    def test_money_in_another_currency_that_names_an_invoice_is_for_it(self):
        self.credit_note(
            100, currency_id=self.other_currency(2.0).id, reversed_entry_id=self.move.id
        )
        self.assertEqual(self.counts(self.move), 50.0)
        self.other_currency(0)
        self.assertEqual(self.counts(self.move), 0.0)

    def test_an_online_payment_under_way_is_taken_off(self):
        self.synced(self.move)
        self.begin_payment()
        line = self.line(self.move)
        self.assertEqual(line.counts, 60.0)
        self.assertIn("is under way", line.why)

    def test_a_payment_under_way_is_seen_of_what_follow_up_leaves_alone(self):
        self.move.line_ids.no_followup = True
        self.begin_payment()
        line = self.line(self.move)
        self.assertFalse(self.items(self.move))
        self.assertEqual(line.counts, 60.0)

    def begin_payment(self):
        provider = self.provider_of(self.company, self.company_data["default_journal_bank"])
        transaction = (
            self.env["payment.transaction"]
            .sudo()
            .create(
                {
                    "provider_id": provider.id,
                    "payment_method_id": provider.payment_method_ids[:1].id,
                    "reference": "under way",
                    "amount": 40,
                    "currency_id": self.currency.id,
                    "partner_id": self.business.id,
                    "invoice_ids": [Command.set(self.move.ids)],
                }
            )
        )
        transaction._set_pending()

    def test_what_we_owe_is_taken_off_where_it_is_asked(self):
        bill = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": self.business.id,
                "invoice_date": self.today,
                "invoice_line_ids": [
                    Command.create({"name": "x", "price_unit": 25, "tax_ids": []})
                ],
            }
        )
        bill.action_post()
        self.assertEqual(self.counts(self.move), 100.0)
        self.assertEqual(self.counts(self.move, deduct_owed=True), 75.0)
