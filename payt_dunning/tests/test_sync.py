from datetime import timedelta

from odoo import Command

from .common import DunningCommon


class TestSync(DunningCommon):
    """Every open receivable line is an item, as long as it is open."""

    def sync(self):
        return self.Item._sync(self.company)

    def entry(self, amount=250.0, followed=True, date_maturity=False):
        """A manual entry on the receivable account, as opening balances are booked."""
        journal = self.company_data["default_journal_misc"]
        receivable = self.company_data["default_account_receivable"]
        move = self.env["account.move"].create(
            {
                "journal_id": journal.id,
                "date": self.today - timedelta(days=40),
                "line_ids": [
                    Command.create(
                        {
                            "account_id": receivable.id,
                            "partner_id": self.business.id,
                            "debit": amount,
                            "name": "Opening 2024-17",
                            "date_maturity": date_maturity,
                        }
                    ),
                    Command.create(
                        {
                            "account_id": self.company_data["default_account_revenue"].id,
                            "credit": amount,
                        }
                    ),
                ],
            }
        )
        move.action_post()
        line = move.line_ids.filtered("debit")
        line.no_followup = not followed
        return line

    def test_each_due_date_of_an_invoice_is_an_item_of_its_own(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "two parts",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": 0}),
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": 30}),
                ],
            }
        )
        move = self.invoice(invoice_payment_term_id=term.id, invoice_date=self.today)
        self.sync()
        items = self.items(move)
        self.assertEqual(items.mapped("term_number"), [1, 2])
        self.assertEqual(items.mapped("date_due"), [self.today, self.today + timedelta(days=30)])
        self.assertEqual(items.mapped("name"), [f"{move.name}-1", f"{move.name}-2"])

    def test_the_amount_of_an_item_is_what_is_open_not_the_invoice_total(self):
        move = self.invoice(amount=100)
        self.sync()
        self.pay(move, amount=40)
        self.assertEqual(self.items(move).amount_open, 60)

    def test_an_item_closes_when_its_invoice_is_paid(self):
        move = self.invoice()
        self.sync()
        self.pay(move)
        self.sync()
        self.assertEqual(self.items(move).state, "closed")

    def test_an_item_closes_when_its_invoice_is_credited_in_full(self):
        move = self.invoice()
        self.sync()
        self._reverse_invoice(move, post=True)
        self.sync()
        self.assertEqual(self.items(move).state, "closed")

    def test_a_second_sync_adds_nothing(self):
        self.invoice()
        self.assertEqual(self.sync()[0], 1)
        self.assertEqual(self.sync(), (0, 0))

    def test_drafts_and_credit_notes_are_no_items(self):
        credit = self.env["account.move"].create(
            {
                "move_type": "out_refund",
                "partner_id": self.business.id,
                "invoice_date": self.today,
                "invoice_line_ids": [Command.create({"name": "back", "price_unit": 10})],
            }
        )
        self.env["account.move"].create({"move_type": "out_invoice"})
        credit.action_post()
        self.assertEqual(self.sync()[0], 0)

    def test_an_opening_balance_that_is_followed_up_is_an_item(self):
        line = self.entry(followed=True)
        self.sync()
        item = self.Item.search([("line_id", "=", line.id)])
        self.assertEqual(item.amount_open, 250)

    def test_an_opening_balance_left_out_of_follow_up_is_no_item(self):
        self.entry(followed=False)
        self.assertEqual(self.sync()[0], 0)

    def test_a_line_without_due_date_is_due_on_its_entry_date(self):
        line = self.entry(followed=True)
        self.assertFalse(line.date_maturity)
        self.sync()
        item = self.Item.search([("line_id", "=", line.id)])
        self.assertEqual(item.date_due, line.date)

    def test_contacts_of_one_company_are_one_debtor(self):
        contact = self.env["res.partner"].create(
            {"name": "Mrs Baker", "parent_id": self.business.id, "type": "contact"}
        )
        moves = self.invoice() + self.invoice(partner=contact)
        self.sync()
        self.assertEqual(self.items(moves).debtor_id.partner_id, self.business)

    def test_a_partner_owes_each_company_as_a_debtor_of_its_own(self):
        other = self.setup_other_company()
        move = self.invoice()
        theirs = self._create_invoice_one_line(
            company_id=other["company"], partner_id=self.business, price_unit=50, post=True
        )
        self.sync()
        self.Item.with_company(other["company"])._sync(other["company"])
        debtors = self.items(move + theirs).debtor_id
        self.assertEqual(debtors.company_id, self.company + other["company"])
