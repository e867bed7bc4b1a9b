from odoo import Command

from ..models.dunning_talk import Telling
from .common import DunningCommon


class TestTalk(DunningCommon):
    """What is said to many debtors at once is said to each as if it were alone."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Talk = cls.env["dunning.talk"].sudo()

    def owing(self, count, name="Owes"):
        """Debtors with an invoice each; their items."""
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
            ]
        )
        moves.action_post()
        return self.synced(moves)

    def telling(self, item, text="This is what we agreed.", **options):
        def words(_env):
            return f"About {item.name}", [text]

        return Telling(item.debtor_id, item, "promise", words, options)

    def statements(self, items):
        """Statements of a telling to each of the items' debtors."""
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        notices = self.Talk._tell_all([self.telling(item) for item in items])
        self.env.flush_all()
        self.assertEqual([notice.debtor_id for notice in notices], [i.debtor_id for i in items])
        return self.env.cr.sql_log_count - before

    def test_statements_grow_with_batches_not_with_messages(self):
        self.statements(self.owing(1, "Warm"))
        some = self.statements(self.owing(20, "Some"))
        more = self.statements(self.owing(60, "More"))
        self.assertLess(more, 2 * some, f"{some} for 20 messages, {more} for 60")
