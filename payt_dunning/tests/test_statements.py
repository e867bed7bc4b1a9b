from odoo import Command

from .common import DunningCommon


class TestStatements(DunningCommon):
    """The number of SQL statements grows with batches, not with invoices or debtors."""

    def debtors(self, name, count, invoices=1):
        """Debtors with so many invoices each, posted together."""
        partners = self.env["res.partner"].create(
            [
                {
                    "name": f"{name} {number}",
                    "is_company": True,
                    "email": f"{name}.{number}@debtor.example.com".lower(),
                    "lang": "en_US",
                }
                for number in range(count)
            ]
        )
        moves = self.env["account.move"].create(
            [
                {
                    "move_type": "out_invoice",
                    "partner_id": partner.id,
                    "invoice_date": self.after(-20),
                    "invoice_date_due": self.after(-4),
                    "invoice_payment_term_id": False,
                    "invoice_line_ids": [
                        Command.create({"name": "work", "price_unit": 50, "tax_ids": []})
                    ],
                }
                for partner in partners
                for _number in range(invoices)
            ]
        )
        moves.action_post()

    def statements(self):
        """Statements of one run, and the messages it made."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        run = self.run_day()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before, run.planned

    def test_eight_invoices_a_debtor_cost_as_many_statements_as_one(self):
        self.debtors("Warm", 1)
        self.statements()
        self.debtors("One", 20)
        one, planned = self.statements()
        self.assertEqual(planned, 20)
        self.debtors("Eight", 20, invoices=8)
        eight, planned = self.statements()
        self.assertEqual(planned, 20)
        self.assertLessEqual(eight, one + 2, f"{one} with 1 invoice each, {eight} with 8")

    def test_twice_as_many_debtors_cost_hardly_any_more_statements(self):
        self.debtors("Warm", 1)
        self.statements()
        self.debtors("Some", 40)
        some, planned = self.statements()
        self.assertEqual(planned, 40)
        self.debtors("More", 80)
        more, planned = self.statements()
        self.assertEqual(planned, 80)
        self.assertLessEqual(more, some + 2, f"{some} for 40 debtors, {more} for 80")

    def test_a_second_run_on_the_same_day_costs_few_statements(self):
        self.debtors("Some", 20)
        self.statements()
        again, planned = self.statements()
        self.assertEqual(planned, 0)
        self.assertLessEqual(again, 53)

    def test_a_run_costs_few_statements(self):
        self.debtors("Warm", 1)
        self.statements()
        self.debtors("Some", 40)
        some, planned = self.statements()
        self.assertEqual(planned, 40)
        self.assertLessEqual(some, 105)

    def chatter_statements(self):
        """Statements to show the messages of the last run on their invoices, and the entries."""
        notices = self.Notice.search([("state", "=", "queued")])
        notices.write({"state": "sent"})
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.Notice._log_sent()
        self.env.flush_all()
        count = self.env.cr.sql_log_count - before
        moves = notices.line_ids.item_id.move_id
        entries = self.env["mail.message"].search(
            [
                ("model", "=", "account.move"),
                ("res_id", "in", moves.ids),
                ("subtype_id", "=", self.env.ref("mail.mt_comment").id),
                ("body", "like", "Message sent to"),
            ]
        )
        self.assertEqual(sorted(entries.mapped("res_id")), sorted(moves.ids))
        self.assertEqual(len(set(entries.mapped("message_id"))), len(moves))
        self.assertTrue(all(notices.mapped("logged")))
        return count, len(entries)

    def test_the_chatter_of_a_bundle_costs_as_many_statements_as_of_one_invoice(self):
        self.debtors("Warm", 1)
        self.statements()
        self.chatter_statements()
        self.debtors("One", 20)
        self.statements()
        one, entries = self.chatter_statements()
        self.assertEqual(entries, 20)
        self.debtors("Eight", 20, invoices=8)
        self.statements()
        eight, entries = self.chatter_statements()
        self.assertEqual(entries, 160)
        self.assertLessEqual(eight, one + 1, f"{one} with 1 invoice each, {eight} with 8")
        self.assertLessEqual(eight, 12)
