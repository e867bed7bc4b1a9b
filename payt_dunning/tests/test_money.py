from datetime import timedelta
from unittest.mock import patch

from .money_common import MoneyCommon


class TestMoney(MoneyCommon):
    """Money that is there is never chased."""

    # -- receipts nobody has matched yet ------------------------------------------------------

    def test_a_receipt_of_the_debtor_holds_all_its_items(self):
        move = self.invoice(amount=100)
        self.receipt(7, partner=self.business)
        self.assert_held(move)

    def test_a_receipt_of_somebody_else_holds_nothing(self):
        self.invoice(amount=100)
        self.receipt(100, partner=self.consumer)
        self.assertEqual(self.planned(), 1)

    def test_a_receipt_that_names_the_invoice_holds_it_whoever_paid(self):
        named, other = self.invoice(amount=100), self.invoice(partner=self.debtor("Other"))
        self.receipt(55, text=f"re. {named.name.lower().replace('/', ' ')} thanks")
        self.assert_held(named)
        self.assertEqual(self.items(other).reason, "under_way")

    def test_a_receipt_that_names_the_payment_reference_holds_the_invoice(self):
        move = self.invoice(amount=100, payment_reference="+++090/9337/55493+++")
        self.receipt(55, text="090933755493", partner=self.consumer)
        self.assert_held(move)

    def test_a_receipt_with_the_reference_of_a_message_holds_all_that_is_in_it(self):
        moves = self.invoice(amount=100) + self.invoice(amount=50)
        self.run_and_deliver()
        reference = self.notices_to().reference
        self.assertTrue(reference.startswith("RF"))
        self.receipt(20, text=f"payment {reference[:4]} {reference[4:8]} {reference[8:]}")
        self.run_day(day=self.after(6))
        self.assertEqual(self.items(moves).mapped("reason"), ["receipt", "receipt"])

    def test_a_receipt_of_nobody_holds_items_of_exactly_that_amount(self):
        same = self.invoice(amount=123.45)
        other = self.invoice(amount=123.46, partner=self.debtor("Other"))
        self.receipt(123.45)
        self.assert_held(same)
        self.assertEqual(self.items(other).reason, "under_way")

    def test_an_amount_in_another_currency_is_another_amount(self):
        currency = self.setup_other_currency("CAD", rates=[("1900-01-01", 2.0)])
        self.invoice(amount=100, currency_id=currency.id)
        self.receipt(100)
        self.assertEqual(self.planned(), 1)

    def test_a_receipt_in_the_currency_of_the_invoice_holds_it(self):
        currency = self.setup_other_currency("CAD", rates=[("1900-01-01", 2.0)])
        move = self.invoice(amount=100, currency_id=currency.id)
        self.receipt(50, foreign_currency_id=currency.id, amount_currency=100)
        self.assert_held(move)

    def test_an_amount_that_fits_many_items_holds_none_of_them_not_at_hand_over_either(self):
        for number in range(11):
            self.invoice(amount=100, partner=self.debtor(f"Member {number}"))
        self.receipt(100)
        self.assertEqual(self.planned(), 11)
        self.assertEqual(len(self.deliver()), 11)

    def test_a_receipt_that_names_anothers_invoice_holds_nothing_at_hand_over_either(self):
        named = self.invoice(amount=100)
        self.invoice(amount=100, partner=self.debtor("Other"))
        self.receipt(100, text=named.name)
        self.assertEqual(self.planned(), 1)
        self.assertEqual(len(self.deliver()), 1)

    def test_asked_about_one_debtor_receipts_hold_the_same_as_among_all(self):
        mine = self.invoice(amount=100)
        other = self.invoice(amount=100, partner=self.debtor("Other"))
        for number in range(11):
            self.invoice(amount=70, partner=self.debtor(f"Member {number}"))
        self.synced(mine, other, self.invoice(amount=70), self.invoice(amount=33))
        bundle = self.invoice(amount=33, partner=self.debtor("Bundle"))
        self.invoice(amount=5, partner=bundle.partner_id)
        self.run_day()
        reference = self.notices_to(bundle.partner_id).reference
        self.assertTrue(reference)
        debtor = self.items(mine).debtor_id
        money = self.env["dunning.money"].sudo()
        held = ((100, ""), (100, mine.name), (33, ""))
        for amount, text in (*held, (100, other.name), (70, ""), (33, reference)):
            with self.subTest(f"{amount} {text}"):
                line = self.receipt(amount, text=text)
                self.env.flush_all()
                everybodys = money._receipts(self.company)
                own = {key: everybodys[key] for key in debtor.item_ids.ids if key in everybodys}
                self.assertEqual(money._receipts(self.company, debtor), own)
                self.assertEqual(bool(own), (amount, text) in held)
                line.dunning_dismissed = True

    def test_a_receipt_that_comes_in_between_plan_and_hand_over_stops_the_mail(self):
        self.invoice(amount=100)
        self.run_day()
        self.receipt(100)
        self.assertFalse(self.deliver())

    def test_a_dismissed_receipt_holds_nothing(self):
        self.invoice(amount=100)
        self.receipt(100, partner=self.business).dunning_dismissed = True
        self.assertEqual(self.planned(), 1)

    def test_a_receipt_holds_for_a_number_of_days(self):
        self.company.dunning_bank_gate = False
        self.company.dunning_receipt_days = 5
        self.invoice(amount=100)
        self.receipt(100, partner=self.business)
        self.assertEqual([self.planned(self.after(days)) for days in (0, 5, 6)], [0, 0, 1])

    def test_money_that_went_out_holds_nothing(self):
        self.invoice(amount=100)
        self.receipt(-100, partner=self.business)
        self.assertEqual(self.planned(), 1)

    def test_a_receipt_on_the_root_companys_bank_holds_a_branchs_item(self):
        branch = self.branch()
        move = self.branch_invoice(branch)
        self.receipt(30, partner=self.business)
        self.run_day(company=branch)
        self.assertEqual(self.items(move).reason, "receipt")

    # -- the bank ------------------------------------------------------------------------------

    def test_statements_that_are_behind_hold_everything(self):
        move = self.invoice()
        self.receipt(1, partner=self.consumer, days_ago=10)
        self.assert_held(move, "bank_behind")

    def test_statements_up_to_the_previous_working_day_are_in_time(self):
        self.invoice()
        friday = self.today - timedelta(days=(self.today.weekday() - 4) % 7)
        self.receipt(1, partner=self.consumer).date = friday
        self.assertEqual(self.planned(friday + timedelta(days=7)), 0)
        monday = friday + timedelta(days=3)
        self.assertIsNone(self.env["dunning.money"]._bank_behind(self.company, monday))
        tuesday = monday + timedelta(days=1)
        self.assertTrue(self.env["dunning.money"]._bank_behind(self.company, tuesday))

    def test_no_statement_is_expected_of_a_day_on_which_the_company_is_closed(self):
        friday = self.today - timedelta(days=(self.today.weekday() - 4) % 7)
        self.receipt(1, partner=self.consumer).date = friday
        monday, tuesday = friday + timedelta(days=3), friday + timedelta(days=4)
        with patch.object(
            type(self.env["dunning.when"]), "_closed", lambda *args: frozenset({monday})
        ):
            self.assertIsNone(self.env["dunning.money"]._bank_behind(self.company, tuesday))

    def test_a_journal_nobody_imports_for_is_not_watched(self):
        self.invoice()
        self.receipt(1, partner=self.consumer, days_ago=61)
        self.assertEqual(self.planned(), 1)

    def test_one_journal_behind_is_enough(self):
        move = self.invoice()
        bank = self.company_data["default_journal_bank"]
        self.receipt(1, partner=self.consumer)
        self.receipt(1, partner=self.consumer, days_ago=20, journal_id=bank.copy().id)
        self.assert_held(move, "bank_behind")

    def test_a_journal_that_is_not_watched_holds_nothing(self):
        self.invoice()
        deposits = self.company_data["default_journal_bank"].copy()
        self.receipt(1, partner=self.consumer)
        self.receipt(1, partner=self.consumer, days_ago=20, journal_id=deposits.id)
        self.assertEqual(self.planned(), 0)
        deposits.dunning_watched = False
        self.assertEqual(self.planned(self.after(1)), 1)

    def test_the_till_is_not_a_bank(self):
        self.invoice()
        till = self.company_data["default_journal_cash"]
        self.receipt(1, partner=self.consumer, days_ago=20, journal_id=till.id)
        self.assertEqual(self.planned(), 1)

    def test_a_company_may_choose_not_to_wait_for_the_bank(self):
        self.company.dunning_bank_gate = False
        self.invoice()
        self.receipt(1, partner=self.consumer, days_ago=10)
        self.assertEqual(self.planned(), 1)

    # -- free credit -----------------------------------------------------------------------------

    def test_credit_covers_what_was_due_first(self):
        older, younger = self.invoice(days_late=8, amount=100), self.invoice(amount=100)
        self.credit_note(130)
        self.run_day()
        self.assertEqual(self.items(older).reason, "match_credit")
        self.assertEqual(self.notices_to().line_ids.item_id, self.items(younger))
        self.assertEqual(self.notices_to().amount, 70)

    def test_a_payment_that_was_not_matched_is_credit(self):
        move = self.invoice(amount=100)
        self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.business.id,
                "amount": 100,
                "journal_id": self.company_data["default_journal_bank"].id,
            }
        ).action_post()
        self.assert_held(move, "match_credit")

    def test_credit_in_another_currency_covers_nothing(self):
        currency = self.setup_other_currency("CAD", rates=[("1900-01-01", 2.0)])
        self.invoice(amount=100)
        self.credit_note(100, currency_id=currency.id)
        self.run_day()
        self.assertEqual(self.notices_to().amount, 100)

    def test_with_more_credit_than_debt_nothing_leaves_at_all(self):
        currency = self.setup_other_currency("CAD", rates=[("1900-01-01", 2.0)])
        move = self.invoice(amount=100)
        self.credit_note(201, currency_id=currency.id)
        self.assert_held(move, "match_credit")

    def test_credit_of_an_archived_contact_counts(self):
        move = self.invoice(amount=100)
        self.credit_note(100)
        self.business.active = False
        self.assert_held(move, "match_credit")

    def branch(self):
        branch = self.env["res.company"].create(
            {
                "name": "Branch",
                "parent_id": self.company.id,
                "email": "branch@creditor.example.com",
                "dunning_send_days": "all",
                "dunning_require_sent": False,
            }
        )
        self.env.cr.precommit.run()  # the chart of accounts
        self.env.user.company_ids += branch
        branch._dunning_go_live()
        return branch

    def branch_invoice(self, branch, **values):
        journal = self.company_data["default_journal_sale"]
        return self.invoice(company_id=branch.id, journal_id=journal.id, **values)

    def test_credit_in_the_root_company_covers_a_branchs_item(self):
        branch = self.branch()
        move = self.branch_invoice(branch, amount=100)
        self.assertEqual(move.company_id, branch)
        self.credit_note(100)
        self.run_day(company=branch)
        self.assertEqual(self.items(move).reason, "match_credit")

    def test_credit_that_older_debts_use_up_does_not_silence_a_branch(self):
        branch = self.branch()
        self.invoice(amount=500, days_late=20)
        move = self.branch_invoice(branch, amount=100)
        self.credit_note(300)
        self.run_day(company=branch)
        self.assertEqual(self.items(move).reason, "under_way")

    # -- found on the way --------------------------------------------------------------------

    def test_a_receipt_imported_late_holds_from_the_day_we_know_of_it(self):
        move = self.invoice(amount=100)
        self.receipt(100, days_ago=20)
        self.assert_held(move)
