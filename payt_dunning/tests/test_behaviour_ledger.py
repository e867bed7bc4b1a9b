from datetime import timedelta

from odoo import Command, fields
from odoo.tests import tagged

from ..models.dunning_dispute import Contested
from ..rules.instalments import single
from ..tools import exact
from .behaviour_common import BehaviourCommon


@tagged("post_install", "-at_install")
class TestBehaviourLedger(BehaviourCommon):
    """Figures against a ledger that was worked out by hand."""

    def test_the_figures_of_a_ledger_worked_out_by_hand(self):
        # Amount, due days ago, paid so many days late: the sum of amount times days beside it.
        self.paid(300, 10, 1000)  # 10,000
        self.paid(200, 0, 2000)  # 0
        self.paid(150, -5, 500)  # -2,500
        self.paid(100, 3, 300)  # 900: within the tolerance
        self.paid(90, 60, 200)  # 12,000
        # Half of it paid 20 days late, the rest is open: 50 x 20 = 1,000.
        self.paid(40, 20, 100, part=50)
        # Not paid at all.
        self.invoice(25, 80)
        # Not due.
        self.invoice(-10, 700)
        row = self.row()
        self.assertEqual((row.invoices, row.late), (5, 2))
        self.assertEqual(row.late_share, 40.0)
        self.assertEqual(row.paid, 4050)
        self.assertEqual(row.late_days_paid, 10_000 - 2_500 + 900 + 12_000 + 1_000)
        # 21,400 / 4,050 = 5.28.
        self.assertEqual(row.days_late, 5.3)
        # (10 + 0 - 5 + 3 + 60) / 5.
        self.assertEqual(row.days_late_each, 13.6)
        self.assertEqual((row.overdue, row.overdue_days), (130, 40))
        self.assertEqual((row.open, row.exposure), (830, 830))
        # 40 % late is more than the 25 of a good payer; 40 days overdue more than its 14.
        self.assertEqual(row.class_id.code, "slow")

    def test_without_history_there_is_a_class_that_says_so(self):
        row = self.row()
        self.assertEqual((row.invoices, row.days_late, row.late_share), (0, 0, 0))
        self.assertEqual(row.class_id.code, "unknown")
        self.assertIn("0 invoices", row.says)

    def test_one_invoice_paid_late_makes_no_bad_payer(self):
        self.paid(100, 90)
        row = self.row()
        self.assertEqual((row.invoices, row.days_late), (1, 90))
        self.assertEqual(row.class_id.code, "unknown")
        self.assertIn("too few invoices to tell", row.explained)

    def test_credit_notes_are_no_payments(self):
        move = self.invoice(90, 100)
        self.match(move, self.credit_note(100))
        row = self.row()
        self.assertEqual((row.invoices, row.paid, row.open), (0, 0, 0))

    def test_only_credit_notes_make_no_debtor_and_no_exposure(self):
        self.credit_note(100)
        row = self.row()
        self.assertEqual((row.open, row.exposure, row.overdue), (-100, 0, 0))
        self.assertEqual(row.class_id.code, "unknown")

    def test_what_is_credited_before_the_rest_is_paid_does_not_count(self):
        move = self.invoice(60, 100)
        self.match(move, self.credit_note(40))
        self.pay_on(move, self.today - timedelta(days=50))
        row = self.row()
        self.assertEqual((row.invoices, row.paid, row.late_days_paid), (1, 60, 600))

    def test_a_remainder_that_was_written_off_makes_no_invoice_late(self):
        move = self.paid(60, 0, 100, part=99)
        self.write_off(move, 1)
        row = self.row()
        self.assertEqual((row.invoices, row.late), (1, 0))

    def test_an_invoice_of_which_most_was_written_off_is_as_late_as_that(self):
        move = self.paid(60, 0, 100, part=5)
        self.write_off(move, 95)
        row = self.row()
        self.assertEqual((row.invoices, row.late, row.days_late), (1, 1, 57))

    def test_a_few_cents_make_nothing_old(self):
        self.company.dunning_write_off_limit = 1
        self.paid(90, 0, 100, part=99.5)
        self.invoice(5, 10)
        row = self.row()
        self.assertEqual((row.overdue, row.overdue_days), (10.5, 5))

    def test_what_was_written_off_altogether_is_as_late_as_the_day_it_was_given_up_on(self):
        self.write_off(self.invoice(200, 100), 100)
        row = self.row()
        self.assertEqual((row.invoices, row.late, row.days_late), (1, 1, 200))

    def test_currencies_are_added_up_in_the_company_s(self):
        euro = self.setup_other_currency("EUR", rates=[("1900-01-01", 0.5)])
        # 100 EUR are 200 in the company's currency: 200 x 30 and 100 x 0 of 300.
        self.paid(60, 30, 100, currency_id=euro.id)
        self.paid(60, 0, 100)
        self.invoice(20, 50, currency_id=euro.id)
        row = self.row()
        self.assertEqual((row.paid, row.late_days_paid, row.days_late), (300, 6000, 20))
        self.assertEqual((row.overdue, row.exposure), (100, 100))

    def test_an_exchange_difference_is_no_payment(self):
        euro = self.setup_other_currency(
            "EUR", rates=[("1900-01-01", 0.5), (self.today - timedelta(days=45), 0.625)]
        )
        # Invoiced at 200 in the company's currency, paid at 160: 40 are the rate's.
        self.paid(60, 30, 100, currency_id=euro.id)
        row = self.row()
        self.assertEqual((row.invoices, row.paid, row.late_days_paid), (1, 160, 4800))

    def test_instalments_of_an_invoice_count_each(self):
        self.paid(60, 0)
        terms = self.env.ref("account.account_payment_term_advance_60days")
        move = self.invoice(10, 100, invoice_payment_term_id=terms.id)
        lines = move.line_ids.filtered(lambda line: line.display_type == "payment_term")
        self.assertEqual(len(lines), 2)
        self.pay_on(move, self.today, 100.0)
        row = self.row()
        self.assertEqual((row.invoices, row.documents), (3, 2))

    def test_what_was_due_before_the_months_looked_back_does_not_count(self):
        self.company.dunning_behaviour_months = 6
        self.paid(400, 90)
        self.paid(60, 0)
        row = self.row()
        self.assertEqual((row.invoices, row.days_late), (1, 0))

    def test_money_that_is_not_matched_yet_is_taken_off_what_is_overdue(self):
        self.invoice(50, 100)
        self.invoice(20, 100)
        payment = self.env["account.payment"].create(
            {"partner_id": self.business.id, "amount": 130, "payment_type": "inbound"}
        )
        payment.action_post()
        row = self.row()
        # The oldest is covered by it: what is left is of the other.
        self.assertEqual((row.overdue, row.overdue_days, row.open), (70, 20, 70))
        payment_two = payment.copy({"amount": 70})
        payment_two.action_post()
        row = self.row()
        self.assertEqual((row.overdue, row.overdue_days), (0, 0))

    # -- disputes, promises, plans ------------------------------------------------------------------

    def test_days_of_a_dispute_in_which_the_debtor_was_right_count_as_none(self):
        move = self.invoice(40, 100)
        found = self.dispute(move, "partly", "You are right about a part.", 20.0)
        found.write(
            {
                "opened_on": fields.Datetime.to_datetime(self.after(-30)),
                "decided_on": fields.Datetime.to_datetime(self.after(-5)),
            }
        )
        self.pay_on(move, self.today, 80.0)
        row = self.row()
        # 40 days after it was due, 25 of which we took to find out.
        self.assertEqual(row.days_late, 15)
        self.assertEqual((row.disputes_right, row.disputes_wrong), (1, 0))

    def test_between_two_disputes_the_days_count(self):
        move = self.invoice(100, 100)
        for first, last in ((90, 80), (30, 20)):
            found = self.dispute(move, "partly", "You are right about a part.", 10.0)
            found.write(
                {
                    "opened_on": fields.Datetime.to_datetime(self.after(-first)),
                    "decided_on": fields.Datetime.to_datetime(self.after(-last)),
                }
            )
        self.pay_on(move, self.today, 80.0)
        self.assertEqual(self.row().days_late, 80)

    def test_a_dispute_about_a_part_excuses_that_part(self):
        move = self.invoice(40, 100)
        reason = self.env.ref("payt_dunning.dispute_reason_price")
        found = (
            self.env["dunning.dispute"]
            .sudo()
            ._begin(self.synced(move).sudo(), Contested("amount", 25.0), reason)
        )
        found._decide("partly", "You are right about a part.", 20.0)
        found.write(
            {
                "opened_on": fields.Datetime.to_datetime(self.after(-40)),
                "decided_on": fields.Datetime.to_datetime(self.today),
            }
        )
        self.pay_on(move, self.today, 80.0)
        # A quarter of 40 days.
        self.assertEqual(self.row().days_late, 30)

    def test_a_rejected_dispute_excuses_no_day_and_is_told(self):
        move = self.invoice(40, 100)
        self.dispute(move, "rejected", "The price was agreed.")
        self.pay_on(move, self.today)
        row = self.row()
        self.assertEqual((row.days_late, row.disputes_wrong), (40, 1))

    def test_what_is_contested_is_not_overdue(self):
        move = self.invoice(50, 100)
        self.invoice(10, 30)
        self.dispute(move)
        row = self.row()
        self.assertEqual((row.overdue, row.overdue_days, row.contested), (30, 10, 100))
        self.assertEqual((row.disputes_open, row.open), (1, 130))

    def test_of_an_invoice_that_is_contested_in_part_the_rest_is_overdue(self):
        move = self.invoice(50, 100)
        reason = self.env.ref("payt_dunning.dispute_reason_price")
        self.env["dunning.dispute"].sudo()._begin(
            self.synced(move).sudo(), Contested("amount", 30.0), reason
        )
        row = self.row()
        self.assertEqual((row.overdue, row.contested, row.overdue_days), (70, 30, 50))

    def test_what_is_in_a_payment_plan_is_not_overdue(self):
        item = self.synced(self.invoice(50, 100)).sudo()
        self.plan_of(item)
        row = self.row()
        self.assertEqual((row.overdue, row.in_plan, row.overdue_days), (0, 100, 0))

    def test_promises_and_plans_are_counted_by_what_became_of_them(self):
        item = self.synced(self.invoice(50, 100)).sudo()
        promises = self.env["dunning.promise"].sudo()
        for state in ("kept", "kept", "broken", "cancelled"):
            promises._make(item, self.today).write({"state": state})
        plan = self.plan_of(item)
        plan.write({"state": "lapsed", "ended_on": self.today})
        row = self.row()
        self.assertEqual((row.promises_kept, row.promises_broken), (2, 1))
        self.assertEqual((row.plans_kept, row.plans_broken), (0, 1))
        self.assertEqual(row.class_id.code, "bad")

    # -- builders -----------------------------------------------------------------------------------

    def plan_of(self, item):
        """A payment plan that runs."""
        plans = self.env["dunning.payment.plan"].sudo()
        plan = plans._make(item, single(exact(100), self.after(10)), "proposed", "clerk")
        plan._start("clerk")
        self.assertEqual(plan.state, "running")
        return plan

    def match(self, *moves):
        lines = self.env["account.move.line"]
        for move in moves:
            lines |= move.line_ids.filtered(
                lambda line: line.account_type == "asset_receivable" and not line.reconciled
            )
        lines.reconcile()

    def write_off(self, move, amount):
        """Book a part of an invoice to expenses, today."""
        receivable = move.line_ids.filtered(lambda line: line.display_type == "payment_term")
        entry = self.env["account.move"].create(
            {
                "journal_id": self.company_data["default_journal_misc"].id,
                "date": self.today,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": receivable.account_id.id,
                            "partner_id": move.partner_id.id,
                            "credit": amount,
                        }
                    ),
                    Command.create(
                        {
                            "account_id": self.company_data["default_account_expense"].id,
                            "debit": amount,
                        }
                    ),
                ],
            }
        )
        entry.action_post()
        self.match(move, entry)
