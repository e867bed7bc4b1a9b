from datetime import date, timedelta

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form

from .pledge_common import PledgeCommon

MONDAY = date(2026, 6, 1)


class TestPledgePayments(PledgeCommon):
    """What a debtor paid to the financier itself is asked of nobody, until the books have it."""

    def make_once(self):
        self.move = self.invoice(amount=100.0)
        self.pledged(self.move)
        self.item = self.items(self.move)

    def note(self, amount=None, move=None, day=None):
        pledge = self.pledge(move or self.move)
        action = pledge.action_pay()
        form = Form(self.env[action["res_model"]].with_context(**action["context"]))
        form.day = day or self.today
        if amount is not None:
            with form.line_ids.edit(0) as line:
                line.amount = amount
        form.save().action_apply()
        payments = self.env["receivable.pledge.payment"]
        return payments.search([("pledge_id", "=", pledge.id)], limit=1)

    def holds(self):
        domain = [("item_id", "=", self.item.id), ("released_on", "=", False)]
        return self.env["dunning.hold"].search(domain)

    def watch(self, day=None):
        day = day or self.today
        payments = self.env["receivable.pledge.payment"].sudo()
        with self.on_day(day):
            payments._watch(self.company, day)

    def test_the_dialog_proposes_what_is_open(self):
        payment = self.note()
        self.assertEqual((payment.amount, payment.state), (100.0, "open"))
        self.assertEqual(payment.noted_by_id, self.env.user)

    def test_the_whole_invoice_waits_and_nothing_is_sent(self):
        self.note()
        hold = self.holds()
        self.assertEqual((hold.kind, hold.amount, hold.date_until), ("already_paid", 0.0, False))
        self.run_day(day=self.after(20))
        self.assertFalse(self.notices_to())

    def test_of_a_part_only_that_part_waits(self):
        self.note(30.0)
        self.assertEqual(self.holds().amount, 30.0)

    def test_a_second_payment_holds_what_the_first_left(self):
        self.note(30.0)
        self.note()
        self.assertEqual(sorted(self.holds().mapped("amount")), [30.0, 70.0])

    def test_more_than_is_open_is_refused(self):
        with self.assertRaisesRegex(UserError, "100.00 is open that was not noted yet"):
            self.note(100.01)
        self.note(60.0)
        with self.assertRaisesRegex(UserError, "40.00 is open that was not noted yet"):
            self.note(41.0)

    def test_nothing_and_less_are_refused(self):
        with self.assertRaisesRegex(UserError, "at least one invoice"):
            self.note(0.0)
        with self.assertRaisesRegex(UserError, "say how much of it was paid"):
            self.note(-1.0)

    def test_a_day_in_the_future_is_refused(self):
        with self.assertRaisesRegex(UserError, "in the future"):
            self.note(day=self.today + timedelta(days=1))

    def test_an_invoice_that_is_not_pledged_is_paid_to_nobody_else(self):
        self.give_reason(self.pledge(self.move).action_release(), "Agreed")
        with self.assertRaisesRegex(UserError, "is not pledged"):
            self.pledge(self.move).action_pay()

    def book(self, amount=100.0, account_type="asset_current"):
        """Set an entry of the miscellaneous journal against the invoice."""
        receivable = self.move.line_ids.filtered(lambda line: line.display_type == "payment_term")
        account = self.env["account.account"].create(
            {
                "name": "Financier, to be settled",
                "code": f"98{self.env['account.account'].search_count([])}",
                "account_type": account_type,
            }
        )
        journal = self.env["account.journal"].search(
            [("type", "=", "general"), ("company_id", "=", self.company.id)], limit=1
        )
        entry = self.env["account.move"].create(
            {
                "journal_id": journal.id,
                "date": self.today,
                "line_ids": [
                    Command.create({"account_id": account.id, "debit": amount}),
                    Command.create(
                        {
                            "account_id": receivable.account_id.id,
                            "partner_id": self.move.partner_id.id,
                            "credit": amount,
                        }
                    ),
                ],
            }
        )
        entry.action_post()
        self.match(self.move + entry)
        return entry

    def test_it_ends_by_itself_once_an_entry_books_it(self):
        payment = self.note(60.0)
        self.watch()
        self.assertEqual(payment.state, "open")
        self.book(60.0)
        self.watch()
        self.assertEqual((payment.state, payment.why), ("booked", "The books have it."))
        self.assertFalse(self.holds())

    def test_the_books_have_the_first_of_two_first(self):
        first, second = self.note(30.0), self.note(70.0)
        entry = self.book(30.0)
        self.watch()
        self.assertEqual((first.state, second.state), ("booked", "open"))
        self.assertEqual(first.booked_by, {str(entry.id): "30.0"})
        self.watch()
        self.assertEqual(second.state, "open")
        self.book(70.0)
        self.watch()
        self.assertEqual(second.state, "booked")

    def test_one_entry_books_two(self):
        first, second = self.note(30.0), self.note(70.0)
        self.book(100.0)
        self.watch()
        self.assertEqual((first.state, second.state), ("booked", "booked"))

    def test_an_entry_from_before_does_not_book_it_even_when_matched_anew(self):
        entry = self.book(40.0)
        payment = self.note(40.0)
        self.take_back(self.move)
        self.match(self.move + entry)
        self.watch()
        self.assertEqual(payment.state, "open")

    def test_less_than_was_paid_does_not_book_it(self):
        payment = self.note(60.0)
        self.book(59.0)
        self.watch()
        self.assertEqual(payment.state, "open")

    def test_money_from_the_bank_does_not_book_it(self):
        payment = self.note(60.0)
        self.pay(self.move, 60.0)
        self.watch()
        self.assertEqual(payment.state, "open")

    def test_money_on_the_account_that_debtors_pay_to_books_it(self):
        payment = self.note(60.0)
        self.financing.account_id = self.own
        self.pay(self.move, 60.0)
        journal = self.move._get_reconciled_payments().journal_id
        journal.bank_account_id = self.own
        self.watch()
        self.assertEqual(payment.state, "booked")

    def test_a_credit_note_does_not_book_it(self):
        payment = self.note(60.0)
        self.credit(self.move, 60.0)
        self.watch()
        self.assertEqual(payment.state, "open")

    def test_a_write_off_does_not_book_it(self):
        payment = self.note(60.0)
        self.book(60.0, account_type="expense")
        self.watch()
        self.assertEqual(payment.state, "open")

    def test_an_invoice_that_is_a_draft_again_does_not_end_it(self):
        payment = self.note(60.0)
        self.move.button_draft()
        self.watch()
        self.assertEqual(payment.state, "open")

    def test_it_ends_also_where_money_of_before_went_back(self):
        self.pay(self.move, 20.0)
        payment = self.note(60.0)
        self.take_back(self.move)
        self.book(60.0)
        self.watch()
        self.assertEqual(payment.state, "booked")

    def test_a_person_says_that_it_is_booked_with_a_reason(self):
        payment = self.note()
        self.book(95.0)
        with self.assertRaisesRegex(UserError, "Say why"):
            self.give_reason(payment.action_booked(), "  ")
        self.give_reason(payment.action_booked(), "Less a fee of 5")
        self.assertEqual((payment.state, payment.why), ("booked", "Less a fee of 5"))
        self.assertFalse(self.holds())
        with self.assertRaisesRegex(UserError, "has ended already"):
            payment.action_booked()

    def test_what_such_an_entry_takes_off_is_told_as_paid(self):
        self.note(60.0)
        self.book(60.0)
        self.look()
        self.assertEqual(self.changes(self.move), [("paid", 60.0)])
        self.assertEqual(self.pledge(self.move).change_ids.day, self.today)

    def test_what_was_not_noted_is_told_as_written_off(self):
        self.note(60.0)
        self.book(100.0)
        self.look()
        self.assertEqual(self.changes(self.move), [("paid", 60.0), ("written_off", 40.0)])

    def test_the_days_run_looks_at_it_before_it_decides(self):
        payment = self.note()
        self.book()
        self.run_day()
        self.assertEqual(payment.state, "booked")

    def test_a_person_takes_a_mistake_back_with_a_reason_and_follow_up_goes_on(self):
        payment = self.note()
        self.give_reason(payment.action_mistake(), "Another debtor's")
        self.assertEqual((payment.state, payment.why), ("mistake", "Another debtor's"))
        self.assertFalse(self.holds())
        with self.assertRaisesRegex(UserError, "has ended already"):
            payment.action_mistake()

    def test_its_hold_is_not_ended_by_hand(self):
        self.note()
        with self.assertRaisesRegex(UserError, "noted by mistake; that ends the hold"):
            self.holds().action_release()

    def test_after_five_working_days_somebody_is_asked_to_book_it(self):
        payment = self.note()
        payment.sudo().noted_on = MONDAY
        debtor = self.item.debtor_id
        self.watch(MONDAY + timedelta(days=7))
        self.assertFalse(self.tasks(debtor))
        self.watch(MONDAY + timedelta(days=8))
        self.assertEqual(self.tasks(debtor).summary, "Book what was paid to the financier")
        self.book()
        self.watch(MONDAY + timedelta(days=9))
        self.assertFalse(self.tasks(debtor))

    def tasks(self, debtor):
        kind = self.env.ref("payt_dunning_financing.activity_financing_book")
        return self.env["mail.activity"].search(
            [
                ("res_model", "=", "dunning.debtor"),
                ("res_id", "=", debtor.id),
                ("activity_type_id", "=", kind.id),
            ]
        )

    def test_the_debtor_reads_that_it_was_received(self):
        self.financing.disclosed = True
        self.note(day=self.today)
        words = self.env["receivable.pledge.payment"].search([]).sudo()._page_words()
        self.assertIn("Bold Bank has received", words)
        self.financing.disclosed = False
        words = self.env["receivable.pledge.payment"].search([]).sudo()._page_words()
        self.assertIn("We have received", words)
        self.assertNotIn("Bold Bank", words)

    def test_today_lists_what_waits_to_be_booked_reports_and_late_answers(self):
        self.note()
        self.pay(self.move, 10.0)
        self.look()
        late = self.offered(self.invoice(amount=40.0))
        late.sudo().applied_on = late.applied_on - timedelta(days=8)
        self.env.flush_all()
        shown = self.env["dunning.today"].look(
            "all", ["financing_report", "draw", "financier_payment"]
        )
        rows = {each["key"]: each["rows"] for each in shown["sections"]}
        self.assertEqual(rows["financier_payment"][0]["about"], self.move.name)
        self.assertIn("Bold Bank", rows["financing_report"][0]["about"])
        self.assertEqual(rows["draw"][0]["about"], f"{late.name}: Bold Bank")
