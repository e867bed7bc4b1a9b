from datetime import timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError

from .charge_common import ChargeCommon


class TestChargeBooking(ChargeCommon):
    """A claim in the ledger: receivable, income and tax, to the cent."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.income = cls.company_data["default_account_revenue"].copy({"name": "Costs"})
        cls.interest_income = cls.income.copy({"name": "Interest"})
        cls.company.write(
            {
                "dunning_charge_journal_id": cls.company_data["default_journal_sale"].id,
                "dunning_costs_account_id": cls.income.id,
                "dunning_interest_account_id": cls.interest_income.id,
            }
        )
        cls.collector = cls.person("charge_collector", "group_dunning_user")
        # Two dollars for a euro, so that amounts in euros differ from those of the company.
        cls.env["res.currency.rate"].create(
            {
                "name": "2020-01-01",
                "currency_id": cls.euro.id,
                "company_id": cls.company.id,
                "rate": 0.5,
            }
        )

    def booked(self, charge, **values):
        charge.sudo(False).with_user(self.collector).action_book(**values)
        return charge.move_id

    def balance(self, account, company=None):
        """What an account shows: in its company's currency, and in that of the lines."""
        lines = self.env["account.move.line"].search(
            [("account_id", "=", account.id), ("parent_state", "=", "posted")]
        )
        return round(sum(lines.mapped("balance")), 2), round(
            sum(lines.mapped("amount_currency")), 2
        )

    def receivable(self, charge):
        return self.balance(charge.share_ids.item_id.line_id.account_id)

    # -- booking -----------------------------------------------------------------------------

    def test_a_booking_raises_receivable_and_income_by_the_amount(self):
        charge = self.claimed()
        self.assertEqual(self.receivable(charge), (200, 100))
        self.assertEqual(self.balance(self.income), (0, 0))
        move = self.booked(charge)
        self.assertEqual(self.receivable(charge), (280, 140))
        self.assertEqual(self.balance(self.income), (-80, -40))
        self.assertEqual((charge.state, charge.amount_left), ("booked", 40))
        self.assertEqual((move.state, move.move_type), ("posted", "out_invoice"))
        self.assertEqual((move.amount_tax, move.currency_id), (0, self.euro))
        self.assertEqual((move.invoice_date, move.invoice_date_due), (self.today, self.today))
        self.assertIn(charge.share_ids.item_id.name, move.invoice_line_ids.name)
        self.assertEqual(move.dunning_charge_id, charge)

    def test_interest_has_an_account_of_its_own(self):
        item = self.item(100, self.business)
        charge = self.Charge._create_interest(
            [(item, 100, 5.5)], self.today, "BW 6:119a", ["line"], ["row"]
        )
        self.booked(charge)
        self.assertEqual(self.balance(self.interest_income), (-11, -5.5))
        self.assertEqual(self.balance(self.income), (0, 0))

    def test_with_a_tax_what_was_claimed_includes_it(self):
        tax = self.company_data["default_tax_sale"].copy(
            {"name": "21", "amount": 21, "price_include_override": "tax_excluded"}
        )
        account = tax.invoice_repartition_line_ids.account_id
        self.company.dunning_charge_tax_id = tax
        before = self.balance(account)
        charge = self.claimed()
        self.booked(charge)
        self.assertEqual(self.receivable(charge)[1], 140)
        self.assertEqual(self.balance(self.income), (-66.12, -33.06))
        self.assertEqual(self.balance(account)[1] - before[1], -6.94)
        charge._waive(40, "goodwill")
        self.assertEqual(self.balance(self.income), (0, 0))
        self.assertEqual(self.balance(account), before)

    def test_in_the_currency_of_another_company(self):
        other = self.setup_other_company(name="Second", currency_id=self.euro.id)
        company = other["company"]
        company.country_id = self.nl
        self.env.user.company_ids += company
        income = other["default_account_revenue"]
        company.write(
            {
                "dunning_charge_journal_id": other["default_journal_sale"].id,
                "dunning_costs_account_id": income.id,
            }
        )
        move = (
            self.env["account.move"]
            .with_company(company)
            .create(
                {
                    "move_type": "out_invoice",
                    "partner_id": self.consumer.id,
                    "invoice_date": self.after(-60),
                    "invoice_date_due": self.after(-40),
                    "invoice_payment_term_id": False,
                    "invoice_line_ids": [
                        Command.create({"name": "work", "price_unit": 100, "tax_ids": []})
                    ],
                }
            )
        )
        move.action_post()
        self.Item._sync(company)
        item = self.items(move)
        charge = self.costs(item, self.letter(item))
        before = self.balance(income)
        charge._book()
        self.assertEqual(charge.move_id.company_id, company)
        self.assertEqual(self.balance(income)[0] - before[0], -40)
        self.assertEqual(self.balance(item.line_id.account_id), (140, 140))
        with self.assertRaises(AccessError):
            charge.sudo(False).with_user(self.collector).action_book()

    def test_without_accounts_it_says_what_is_missing(self):
        self.company.dunning_costs_account_id = False
        charge = self.claimed()
        with self.assertRaisesRegex(UserError, "Account of Costs"):
            self.booked(charge)
        self.assertEqual(charge.state, "claimed")

    def test_it_is_booked_once(self):
        charge = self.claimed()
        self.booked(charge)
        with self.assertRaisesRegex(UserError, "already"):
            self.booked(charge)

    def test_viewers_book_nothing(self):
        charge = self.claimed()
        viewer = self.person("charge_viewer", "group_dunning_viewer")
        with self.assertRaises(AccessError):
            charge.sudo(False).with_user(viewer).action_book()

    # -- what is not followed up -----------------------------------------------------------------

    def test_a_booking_is_never_an_item(self):
        move = self.booked(self.claimed())
        self.run_day(day=self.after(30))
        self.assertFalse(self.items(move))

    def test_free_credits_are_for_invoices_before_they_are_for_costs(self):
        charge = self.claimed()
        move = self.booked(charge)
        move.line_ids.filtered("date_maturity").date_maturity = self.after(-300)
        self.credit_note(100, self.consumer, currency_id=self.euro.id)
        self.run_day()
        self.assertEqual(charge.share_ids.item_id.reason, "match_credit")

    # -- paying ---------------------------------------------------------------------------------

    def test_it_is_paid_when_the_ledger_says_so_and_open_again_when_not(self):
        charge = self.claimed()
        move = self.booked(charge)
        payment = self.pay(move, 15)
        self.assertEqual((charge.state, charge.amount_left), ("booked", 25))
        self.pay(move)
        self.assertEqual((charge.state, charge.amount_left), ("paid", 0))
        move.line_ids.remove_move_reconcile()
        payment.action_draft()
        self.assertEqual((charge.state, charge.amount_left), ("booked", 40))

    def test_it_is_matched_with_what_was_received_only_when_asked(self):
        self.credit_note(30, self.consumer, currency_id=self.euro.id)
        charge, other = self.claimed(), self.claimed()
        self.booked(other)
        self.assertEqual(other.amount_left, 40)
        charge.sudo(False).with_user(self.collector).action_book_and_match()
        self.assertEqual((charge.state, charge.amount_left), ("booked", 10))

    def test_a_reset_booking_is_a_claim_again(self):
        charge = self.claimed()
        move = self.booked(charge)
        move.button_draft()
        self.assertEqual((charge.state, charge.amount_left), ("claimed", 40))
        with self.assertRaisesRegex(UserError, "in draft"):
            self.booked(charge)
        move.button_cancel()
        self.assertNotEqual(self.booked(charge), move)
        self.assertEqual(self.balance(self.income), (-80, -40))

    def test_a_booking_that_was_changed_asks_for_no_more_than_is_left(self):
        charge = self.claimed()
        move = self.booked(charge)
        move.button_draft()
        move.invoice_line_ids.price_unit = 41
        with self.assertRaisesRegex(UserError, "no more than"):
            move.action_post()
        move.invoice_line_ids.price_unit = 40
        move.action_post()
        self.assertEqual(charge.state, "booked")

    # -- outside the ledger ------------------------------------------------------------------------

    def test_outside_the_ledger_a_person_notes_the_payment(self):
        self.company.dunning_charge_booking = "off"
        charge = self.claimed()
        with self.assertRaisesRegex(UserError, "outside the ledger"):
            self.booked(charge)
        mine = charge.sudo(False).with_user(self.collector)
        for day, reason in ((self.after(1), "x"), (self.today, " ")):
            with self.subTest((day, reason)), self.assertRaises(UserError):
                mine.action_paid(day, reason)
        mine.action_paid(self.today - timedelta(days=1), "statement 12")
        self.assertEqual((charge.state, charge.amount_left), ("paid", 0))
        self.assertFalse(charge.move_id)

    def test_in_the_ledger_nobody_notes_a_payment_by_hand(self):
        with self.assertRaisesRegex(UserError, "by hand"):
            self.claimed().sudo(False).with_user(self.collector).action_paid(self.today, "x")

    # -- waiving after booking -----------------------------------------------------------------------

    def test_waiving_in_part_credits_as_much(self):
        charge = self.claimed()
        self.booked(charge)
        charge._waive(15, "goodwill")
        self.assertEqual(self.receivable(charge), (250, 125))
        self.assertEqual(self.balance(self.income), (-50, -25))
        self.assertEqual((charge.state, charge.amount_left, charge.waived), ("booked", 25, 15))
        self.pay(charge.move_id)
        self.assertEqual((charge.state, charge.amount_left), ("paid", 0))

    def test_waiving_all_of_it_credits_all_of_it(self):
        charge = self.claimed()
        move = self.booked(charge)
        charge._waive(40, "goodwill")
        self.assertEqual(self.receivable(charge), (200, 100))
        self.assertEqual(self.balance(self.income), (0, 0))
        self.assertEqual((charge.state, charge.amount_left), ("waived", 0))
        self.assertEqual(move.amount_residual, 0)

    def test_booked_anew_it_counts_what_was_credited_before(self):
        charge = self.claimed()
        self.booked(charge)
        charge._waive(15, "goodwill")
        charge.move_id.button_draft()
        charge.move_id.button_cancel()
        self.assertEqual(charge.amount_left, 25)
        self.booked(charge)
        self.assertEqual(charge.amount_left, 25)
        self.assertEqual(self.balance(self.income), (-50, -25))

    def test_what_was_waived_while_in_draft_is_not_posted_again(self):
        charge = self.claimed()
        move = self.booked(charge)
        move.button_draft()
        charge._waive(15, "goodwill")
        self.assertEqual(move.state, "cancel")
        self.booked(charge)
        self.assertEqual((charge.amount_left, charge.move_id.amount_total), (25, 25))
