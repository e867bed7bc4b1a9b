from types import SimpleNamespace

from odoo import fields
from odoo.tests import tagged

from ..models.dunning_dispute import Contested
from .page_common import PageCommon


@tagged("post_install", "-at_install")
class TestPageStory(PageCommon):
    """A debtor reads what was sent, said and agreed, and nothing that is ours alone."""

    @property
    def mine(self):
        """The items of the message."""
        return self.notice.line_ids.item_id

    def told(self):
        """The whole page of the message, as text."""
        return self.amounts(self.get().text)

    def test_a_message_that_was_delivered_is_said_to_be(self):
        self.assertNotIn("by e-mail, delivered", self.told())
        self.notice._take_delivered()
        self.assertIn("by e-mail, delivered", self.told())

    def test_a_message_that_came_back_is_told_too(self):
        self.notice._take_undelivered("550 no such person", wrong_address=True)
        page = self.told()
        self.assertIn("It came back to us", page)
        self.assertNotIn("550", page)

    def test_what_another_debtor_got_about_the_same_invoice_is_not_told(self):
        mine, page = self.mine, self.env["dunning.page.story"].sudo()
        other = self.env["dunning.debtor"].sudo()._ensure(self.company, self.consumer)
        mine.sudo().write({"debtor_id": other[self.consumer.id].id})
        pile = SimpleNamespace(item_ids=mine.ids)
        self.assertFalse(page._messages(pile))

    def test_a_text_message_is_called_one(self):
        self.notice.channel = "sms"
        self.assertIn("by text message", self.told())

    def test_what_was_said_about_these_items_is_told(self):
        self.env["dunning.promise"].sudo()._make(self.mine, self.after(5), note="Sounded unsure")
        page = self.told()
        self.assertIn("You told us that you will pay", page)
        self.assertNotIn("Sounded unsure", page)

    def test_a_dispute_is_told_without_what_we_noted(self):
        reason = self.env.ref("payt_dunning.dispute_reason_price")
        item = self.mine[0]
        self.env["dunning.dispute"].sudo()._begin(item, Contested("whole"), reason)
        self.assertIn("t agree with", self.told())

    def test_what_is_about_other_invoices_too_is_left_out(self):
        other = self.synced(self.invoice(amount=33))
        self.env["dunning.promise"].sudo()._make(self.mine + other, self.after(5))
        self.assertNotIn("You told us that you will pay", self.told())

    def test_calls_and_decisions_are_not_told(self):
        self.env["dunning.call"].sudo().create(
            {
                "company_id": self.company.id,
                "debtor_id": self.debtor.id,
                "item_ids": [fields.Command.set(self.mine.ids)],
                "user_id": self.env.uid,
                "moment": fields.Datetime.now(),
                "outcome": "refuses",
                "note": "Was rude",
            }
        )
        self.env["dunning.event"].sudo()._note(self.mine, "Watch this one")
        page = self.told()
        for ours in ("Was rude", "Watch this one", "Does not want to pay"):
            self.assertNotIn(ours, page)
