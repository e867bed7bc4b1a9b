from datetime import date, timedelta
from decimal import Decimal

from odoo import Command

from .owed_common import TODAY, OwedCommon


class TestOwedPrincipal(OwedCommon):
    """The principal that is owed is what the ledger has open."""

    def credit(self, item, amount, day, **values):
        """A credit note in euros, matched with the invoice of an item."""
        note = self.credit_note(
            amount, item.partner_id, invoice_date=day, currency_id=item.currency_id.id, **values
        )
        lines = (note + item.move_id).line_ids
        lines.filtered(lambda line: line.display_type == "payment_term").reconcile()
        return note

    def test_an_invoice_that_nobody_paid_is_owed_in_full(self):
        self.assert_as_the_ledger(self.bill(), "1000")

    def test_a_part_payment_leaves_the_rest(self):
        item = self.bill()
        self.paid(item, 400, date(2026, 6, 30))
        found = self.assert_as_the_ledger(item, "600")
        ((_item, step, went),) = found.paid
        self.assertEqual((step.kind, step.day), ("payment", date(2026, 6, 30)))
        self.assertEqual((went.principal, went.interest, went.costs), (Decimal(400), 0, 0))

    def test_of_what_is_paid_in_full_no_principal_is_owed(self):
        item = self.bill()
        self.paid(item, 1000, date(2026, 6, 30))
        self.assert_as_the_ledger(item, "0")

    def test_a_credit_note_takes_principal_away(self):
        item = self.bill()
        self.credit(item, 250, date(2026, 7, 3))
        found = self.assert_as_the_ledger(item, "750")
        self.assertEqual(found.paid[0].step.kind, "credit")

    def test_an_advance_counts_from_the_day_of_the_invoice(self):
        item = self.bill()
        self.paid(item, 300, date(2026, 3, 1))
        found = self.assert_as_the_ledger(item, "700")
        self.assertEqual(found.paid[0].step.day, date(2026, 5, 17))

    def test_what_was_matched_with_a_later_date_is_off_today(self):
        item = self.bill()
        self.paid(item, 300, TODAY + timedelta(days=9))
        found = self.assert_as_the_ledger(item, "700")
        self.assertEqual(found.paid[0].step.day, TODAY)

    def test_a_difference_of_exchange_rates_is_no_payment(self):
        item = self.bill()
        self.paid(item, 400, date(2026, 6, 30))
        self.paid(item, 100, date(2026, 8, 1))
        partials = item.line_id.matched_credit_ids
        self.assertTrue(partials.exchange_move_id, "the rates differ, so there is one")
        found = self.assert_as_the_ledger(item, "500")
        self.assertEqual([paid.step.amount for paid in found.paid], [400, 100])

    def test_paid_in_full_over_changing_rates_nothing_is_left(self):
        item = self.bill()
        self.paid(item, 400, date(2026, 6, 30))
        self.paid(item, 600, date(2026, 8, 1))
        self.assert_as_the_ledger(item, "0")

    def test_an_invoice_paid_in_another_currency_is_owed_as_the_ledger_has_it(self):
        item = self.bill()
        wizard = (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=item.move_id.ids)
            .create({"payment_date": date(2026, 6, 30), "currency_id": self.company.currency_id.id})
        )
        wizard.amount = 333.33
        wizard._create_payments()
        left = item.line_id.amount_residual_currency
        self.assertLess(0, left)
        self.assertLess(left, 1000)
        self.assert_as_the_ledger(item, str(left))

    def test_a_write_off_takes_principal_away_and_is_no_payment(self):
        item = self.bill()
        loss = self.company_data["default_account_expense"]
        receivable = item.line_id.account_id
        entry = self.env["account.move"].create(
            {
                "date": date(2026, 7, 1),
                "line_ids": [
                    Command.create(
                        {
                            "account_id": account.id,
                            "partner_id": self.business.id,
                            "currency_id": self.euro.id,
                            "amount_currency": amount,
                        }
                    )
                    for account, amount in ((loss, 10), (receivable, -10))
                ],
            }
        )
        entry.action_post()
        (item.line_id + entry.line_ids[1]).reconcile()
        found = self.assert_as_the_ledger(item, "990")
        self.assertEqual(found.paid[0].step.kind, "ledger")

    def test_what_the_payments_do_not_explain_is_one_step_more(self):
        item = self.bill()
        self.paid(item, 400, date(2026, 6, 30))
        self.env.flush_all()
        for residual, steps in ((590, [10, 400]), (620, [400])):
            self.env.cr.execute(
                "UPDATE account_move_line SET amount_residual_currency = %s WHERE id = %s",
                [residual, item.line_id.id],
            )
            self.env.invalidate_all()
            found = self.assert_as_the_ledger(item, str(residual))
            self.assertEqual([paid.step.amount for paid in found.paid], steps)

    def test_as_of_a_past_day_later_payments_do_not_count(self):
        item = self.bill()
        self.paid(item, 400, date(2026, 6, 30))
        self.assertEqual(self.owed(item, date(2026, 6, 29)).principal, 1000)
        self.assertEqual(self.owed(item, date(2026, 6, 30)).principal, 600)

    def test_before_its_date_an_invoice_is_not_owed(self):
        item = self.bill()
        found = self.owed(item, date(2026, 5, 16))
        self.assertEqual((found.total, found.items), (0, {}))

    def test_an_invoice_that_is_not_posted_is_not_owed(self):
        item = self.bill()
        item.move_id.button_draft()
        self.assertEqual(self.owed(item).total, 0)

    def test_each_currency_has_a_statement_of_its_own(self):
        items = self.bill() | self.bill(70, currency_id=self.company.currency_id.id)
        found = self.Owed._statements(items, TODAY)
        self.assertEqual({each.principal for each in found.values()}, {1000, 70})

    def test_each_company_has_its_own_debtor_and_settings(self):
        own = self.bill()
        other = self.setup_other_company()["company"]
        other.country_id = self.env.ref("base.nl")
        other.dunning_interest_from = "none"
        move = (
            self.env["account.move"]
            .with_company(other)
            .create(
                {
                    "move_type": "out_invoice",
                    "company_id": other.id,
                    "partner_id": self.business.id,
                    "currency_id": self.euro.id,
                    "invoice_date": date(2026, 5, 17),
                    "invoice_date_due": date(2026, 5, 31),
                    "invoice_payment_term_id": False,
                    "invoice_line_ids": [
                        Command.create({"name": "work", "price_unit": 50, "tax_ids": []})
                    ],
                }
            )
        )
        move.action_post()
        self.Item._sync(other)
        theirs = self.items(move)
        found = self.Owed._statements(own | theirs, TODAY)
        ours, others = (found[each.debtor_id.id, self.euro.id] for each in (own, theirs))
        self.assertEqual((ours.principal, others.principal), (1000, 50))
        self.assertLess(0, ours.interest)
        self.assertEqual(others.interest, 0)

    def test_ten_items_and_sixty_take_as_many_statements(self):
        items = self.Item
        for number in range(60):
            item = self.bill(100 + number)
            if number % 3 == 0:
                self.paid(item, 10, date(2026, 6, 30))
            items |= item
        self.charge(items, 60)
        self.Owed._statements(items, TODAY)
        counts = []
        for some in (items[:10], items):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.Owed._statements(some, TODAY)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
