from odoo.tests import HttpCase, tagged

from .test_today import TodayCase


@tagged("post_install", "-at_install")
class TestTodayTour(TodayCase, HttpCase):
    """A clerk's morning on the screen of today, by keyboard."""

    def asks(self, name, amount):
        """A debtor who wrote about an invoice."""
        partner = self.debtor(name) if name != "Bakery Ltd" else self.business
        item = self.synced(self.invoice(amount=amount, partner=partner))
        item.move_id.message_post(
            body=f"{name} asks why",
            author_id=partner.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        return self.env["dunning.question"].search([("debtor_id", "=", item.debtor_id.id)])

    def test_messages_are_answered_and_work_is_found_without_a_mouse(self):
        self.contest(40, -2, partner=self.debtor("Quarrel Ltd"))
        answered, needless = self.asks("Bakery Ltd", 900), self.asks("Florist Ltd", 30)
        with self.on_day(self.today):
            self.start_tour("/odoo/dunning-today", "dunning_today", login="today.anna")
        self.env.invalidate_all()
        self.assertEqual((answered.state, needless.state), ("answered", "closed"))
        self.assertEqual(answered.answered_by_id, self.anna)
        self.assertIn("just pay the rest", str(answered.answer_id.body))
