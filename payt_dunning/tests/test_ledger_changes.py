from datetime import timedelta
from unittest.mock import patch

from odoo import Command

from .common import DunningCommon


class TestLedgerChanges(DunningCommon):
    """Whatever happens in the ledger, follow-up goes along with it."""

    # -- due dates ---------------------------------------------------------------------------

    def term_line(self, move):
        return move.line_ids.filtered(lambda line: line.display_type == "payment_term")

    def two_terms(self, *days):
        return self.env["account.payment.term"].create(
            {
                "name": "parts",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": 100 / len(days), "nb_days": day}
                    )
                    for day in days
                ],
            }
        )

    def test_a_due_date_that_comes_closer_is_looked_at_again(self):
        move = self.invoice(days_late=-60)
        self.run_day()
        self.assertEqual(self.items(move).reason, "not_yet")
        with self.on_day(self.after(1)):
            self.term_line(move).date_maturity = self.today - timedelta(days=5)
        self.assertEqual(self.run_day(day=self.after(1)).planned, 1)

    def test_a_due_date_that_moves_away_stops_the_reminder(self):
        move = self.invoice(days_late=4)
        self.run_day()
        self.term_line(move).date_maturity = self.after(60)
        self.assertFalse(self.deliver())
        self.assertEqual(self.run_day().planned, 0)
        self.assertEqual(self.items(move).reason, "not_yet")
        self.assertEqual(self.items(move).date_due, self.after(60))

    def test_a_level_reached_is_kept_when_the_due_date_moves_away(self):
        move = self.invoice(days_late=4)
        self.run_and_deliver()
        self.term_line(move).date_maturity = self.after(30)
        self.run_and_deliver(self.after(39))
        self.assertEqual(len(self.notices_to()), 1)
        self.run_and_deliver(self.after(40))
        self.assertEqual(self.notices_to()[-1].level_name, "Second reminder")

    def test_an_instalment_that_is_no_longer_there_closes(self):
        term = self.two_terms(0, 30)
        move = self.invoice(amount=200, invoice_payment_term_id=term.id, invoice_date=self.today)
        items = self.synced(move)
        move.button_draft()
        move.write({"invoice_payment_term_id": False, "invoice_date_due": self.today})
        move.action_post()
        self.run_day()
        self.assertCountEqual(items.mapped("state"), ["open", "closed"])
        left = items.filtered(lambda item: item.state == "open")
        self.assertEqual((left.amount_open, left.line_id), (200, self.term_line(move)))

    def test_an_instalment_that_is_new_is_taken_in(self):
        move = self.invoice(amount=200, invoice_date=self.today, days_late=0)
        item = self.synced(move)
        move.button_draft()
        move.invoice_payment_term_id = self.two_terms(0, 30)
        move.action_post()
        self.run_day()
        items = self.items(move).sorted("term_number")
        self.assertEqual(items[0], item)
        self.assertEqual(items.mapped("amount_open"), [100, 100])
        self.assertEqual(items.mapped("name"), [f"{move.name}-1", f"{move.name}-2"])

    # -- another debtor -------------------------------------------------------------------------

    def give_to(self, move, partner):
        """Correct the customer of an invoice, as clerks do."""
        move.button_draft()
        move.partner_id = partner
        move.action_post()

    def test_an_invoice_that_goes_to_another_debtor_begins_anew_there(self):
        move = self.invoice(days_late=30)
        self.run_and_deliver()
        item, old = self.items(move), self.items(move).debtor_id
        self.give_to(move, self.consumer)
        self.run_day()
        self.assertEqual(item.debtor_id.partner_id, self.consumer)
        self.assertEqual((item.episode, item.reached), (2, 0))
        self.assertEqual(self.notices_to().debtor_id, old)
        self.assertEqual(self.notices_to(self.consumer).level_name, "First reminder")

    def test_a_message_to_the_former_debtor_never_leaves(self):
        move = self.invoice()
        self.run_day()
        self.give_to(move, self.consumer)
        self.assertFalse(self.deliver())
        self.assertEqual(self.notices_to().state, "cancelled")

    def test_the_former_debtors_other_invoices_are_reminded_of_as_before(self):
        move, other = self.invoice(days_late=4), self.invoice(days_late=4)
        self.run_and_deliver()
        self.give_to(move, self.consumer)
        self.run_and_deliver(self.after(7))
        self.assertEqual(self.items(other).reached, 3)
        last = self.notices_to()[-1]
        self.assertEqual(last.line_ids.item_id, self.items(other))

    # -- open again, cancelled, deleted -----------------------------------------------------------

    def test_an_item_that_opens_again_after_reminders_goes_to_a_person(self):
        move = self.invoice()
        self.run_and_deliver()
        self.pay(move)
        self.run_day(day=self.after(1))
        self.assertEqual(self.items(move).state, "closed")
        self.term_line(move).remove_move_reconcile()
        # The payment is no longer there either: nothing covers the invoice.
        self.env["account.payment"].search([]).action_draft()
        self.run_day(day=self.after(20))
        item = self.items(move)
        self.assertEqual((item.state, item.reason), ("open", "hold"))
        self.assertEqual(item.hold_id.kind, "reopened")

    def test_an_item_that_opens_again_twice_is_held_once(self):
        move = self.invoice()
        self.run_and_deliver()
        for days in (1, 3):
            payment = self.pay(move)
            self.run_day(day=self.after(days))
            self.term_line(move).remove_move_reconcile()
            payment.action_draft()
            self.run_day(day=self.after(days + 1))
        holds = self.env["dunning.hold"].search([("item_id", "=", self.items(move).id)])
        self.assertEqual(len(holds), 1)

    def remainder(self, move):
        """Let an item be paid of which charges beside the principal are still owed."""
        Item = type(self.Item)
        payment = self.pay(move)
        with patch.object(Item, "_owed_beside", lambda items: items):
            self.run_day(day=self.after(1))
        self.assertEqual(self.items(move).state, "remainder")
        return payment

    def test_a_remainder_whose_payment_is_undone_goes_to_a_person_at_its_level(self):
        move = self.invoice()
        self.run_and_deliver()
        payment = self.remainder(move)
        self.term_line(move).remove_move_reconcile()
        payment.action_draft()
        self.run_day(day=self.after(20))
        item = self.items(move)
        self.assertEqual((item.state, item.reached, item.episode), ("open", 2, 1))
        self.assertEqual(item.hold_id.kind, "reopened")
        with self.on_day(self.after(21)):
            item.hold_id.action_release("the payment bounced")
        left = [len(self.run_and_deliver(self.after(days))) for days in range(21, 28)]
        self.assertEqual(left, [0, 1, 0, 0, 0, 0, 0])
        self.assertEqual((item.reached, item.episode), (3, 1))

    def test_a_payment_undone_before_the_next_run_changes_nothing(self):
        move = self.invoice()
        self.run_and_deliver()
        payment = self.pay(move)
        self.term_line(move).remove_move_reconcile()
        payment.action_draft()
        self.run_day(day=self.after(1))
        item = self.items(move)
        self.assertEqual((item.state, item.reached, item.episode), ("open", 2, 1))
        self.assertFalse(item.hold_id)

    def test_an_item_paid_before_any_reminder_simply_opens_again(self):
        move = self.invoice()
        self.synced(move)
        payment = self.pay(move)
        self.run_day()
        self.assertEqual(self.items(move).state, "closed")
        self.term_line(move).remove_move_reconcile()
        payment.action_draft()
        self.assertEqual(self.run_day().planned, 1)

    def test_a_cancelled_invoice_closes(self):
        move = self.invoice()
        self.run_day()
        move.button_draft()
        move.button_cancel()
        self.assertFalse(self.deliver())
        self.run_day()
        self.assertEqual(self.items(move).state, "closed")

    def test_a_cancelled_invoice_that_is_posted_again_after_a_reminder_goes_to_a_person(self):
        move = self.invoice()
        self.run_and_deliver()
        move.button_draft()
        move.button_cancel()
        self.run_day(day=self.after(1))
        move.button_draft()
        move.action_post()
        self.run_day(day=self.after(10))
        self.assertEqual(self.items(move).reason, "hold")

    def test_an_item_of_a_deleted_draft_closes(self):
        move = self.invoice()
        self.run_and_deliver()
        item = self.items(move)
        move.button_draft()
        move.name = False
        move.with_context(force_delete=True).unlink()
        self.run_day()
        self.assertEqual(item.state, "closed")
        self.assertEqual(item.notice_line_ids.notice_id.state, "sent")

    # -- what an item can be ------------------------------------------------------------------------

    def entry(self, **values):
        """An entry on the receivable account that is followed up, as opening balances are."""
        account = self.company_data["default_account_receivable"]
        income = self.company_data["default_account_revenue"]
        line = {
            "account_id": account.id,
            "partner_id": self.business.id,
            "debit": 250,
            "name": "Opening 2024-17",
            "date_maturity": self.today - timedelta(days=30),
            **values,
        }
        move = self.env["account.move"].create(
            {
                "journal_id": self.company_data["default_journal_misc"].id,
                "date": self.today - timedelta(days=60),
                "line_ids": [
                    Command.create(line),
                    Command.create({"account_id": income.id, "credit": line["debit"]}),
                ],
            }
        )
        move.action_post()
        line = move.line_ids.filtered("debit")
        line.no_followup = False
        return line

    def test_an_opening_entry_is_reminded_of_by_its_own_number(self):
        self.company.dunning_require_sent = True
        self.entry()
        self.assertEqual(len(self.run_and_deliver()), 1)
        self.assertIn("Opening 2024-17", self.notices_to().body)
        self.assertNotIn("?i=", self.notices_to()._letter_body())

    def test_a_receivable_without_partner_is_named_by_the_run(self):
        line = self.entry(partner_id=False)
        self.invoice()
        run = self.run_day()
        self.assertEqual((run.state, run.planned), ("problems", 1))
        self.assertIn(line.move_name, run.problems)

    def test_an_archived_partner_is_still_followed_up(self):
        self.invoice()
        self.business.active = False
        self.assertEqual(len(self.run_and_deliver()), 1)

    def test_an_invoice_that_was_never_sent_waits_until_it_is(self):
        self.company.dunning_require_sent = True
        move = self.invoice()
        self.assertEqual(self.run_day().planned, 0)
        self.assertEqual(self.items(move).reason, "invoice_not_sent")
        move.is_move_sent = True
        self.assertEqual(self.run_day(day=self.after(1)).planned, 1)

    def test_our_own_companies_are_not_reminded(self):
        other = self.setup_other_company()["company"]
        other.partner_id.email = "own@creditor.example.com"
        move = self.invoice(partner=other.partner_id)
        self.assertEqual(self.run_day().planned, 0)
        self.assertEqual(self.items(move).reason, "intercompany")

    def test_a_debtor_that_pays_by_direct_debit_is_not_reminded(self):
        move = self.invoice()
        self.synced(move).debtor_id.direct_debit = True
        self.assertEqual(self.run_day().planned, 0)
        self.assertEqual(self.items(move).reason, "direct_debit")

    def test_an_item_with_more_open_than_was_invoiced_asks_for_what_is_open(self):
        move = self.invoice(amount=100)
        self.synced(move)
        move.button_draft()
        move.invoice_line_ids.price_unit = 140
        move.action_post()
        self.run_day()
        self.assertEqual(self.notices_to().amount, 140)

    # -- going live ------------------------------------------------------------------------------------

    def test_ten_years_of_backlog_wait_for_a_person_and_the_rest_goes_on(self):
        backlog = [
            self.invoice(partner=self.debtor(f"Old {year}"), days_late=370 * year)
            for year in range(1, 11)
        ]
        recent = self.invoice(partner=self.debtor("Recent"), days_late=80)
        run = self.run_day()
        self.assertEqual(run.planned, 1)
        self.assertEqual(run.reasons["blocked:old_backlog"], 10)
        self.assertEqual(self.items(recent).reason, "under_way")
        self.assertEqual(self.items(backlog[9]).reason, "old_backlog")

    def test_what_grows_old_after_going_live_is_no_backlog(self):
        move = self.invoice(days_late=80)
        day = self.after(320)
        self.run_and_deliver(day)
        self.assertEqual(self.items(move).reached, 2)
