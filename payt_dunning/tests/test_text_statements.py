from odoo import Command

from .channels_common import ChannelCase


class TestTextStatements(ChannelCase):
    """Planning text messages costs statements for each batch, not for each message."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy("sms")

    def debtors(self, name, count):
        """Debtors who can be reached by text message alone, with an invoice each."""
        partners = self.env["res.partner"].create(
            [
                {"name": f"{name} {number}", "is_company": True, "phone": f"+316{number:08d}"}
                for number in range(10_000_000, 10_000_000 + count)
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

    def test_twice_as_many_messages_cost_hardly_any_more_statements(self):
        self.debtors("Warm", 1)
        self.statements()
        self.debtors("Some", 40)
        some, planned = self.statements()
        self.assertEqual(planned, 40)
        self.debtors("More", 80)
        more, planned = self.statements()
        self.assertEqual(planned, 80)
        self.assertLessEqual(more, some + 2, f"{some} for 40 messages, {more} for 80")

    def test_spread_over_the_day_they_cost_as_much(self):
        self.company.dunning_spread = True
        self.test_twice_as_many_messages_cost_hardly_any_more_statements()
