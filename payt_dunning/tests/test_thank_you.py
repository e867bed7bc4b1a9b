import io

from pypdf import PdfReader

from odoo.exceptions import UserError
from odoo.tools import html2plaintext

from .channels_common import ChannelCase


class TestThankYou(ChannelCase):
    """Who pays after a reminder is thanked; who asks gets a statement of account."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.dunning_thanks = True
        cls.business.email = "pay@bakery.example.com"
        cls.policy("email")

    def reminded(self, **values):
        item = self.begun(**values)
        self.deliver()
        return item

    def thanks(self):
        return self.notices_to(kind="talk").filtered(lambda each: each.topic == "thanks")

    def paid(self, *items, day=1):
        for item in items:
            self.pay(item.move_id)
        self.run_day(day=self.after(day))
        return self.thanks()

    def test_a_payment_after_a_reminder_is_thanked_once(self):
        item = self.reminded()
        thanks = self.paid(item)
        self.assertEqual(len(thanks), 1)
        text = html2plaintext(thanks.body)
        self.assertIn(item.name, text)
        self.assertIn("Nothing else is due", text)
        self.run_day(day=self.after(2))
        self.assertEqual(self.thanks(), thanks)

    def test_of_what_is_held_nothing_is_said(self):
        item = self.reminded()
        other = self.synced(self.invoice(days_late=9))
        self.env["dunning.hold"].create({"item_id": other.id, "date_from": self.today})
        self.run_day()
        text = html2plaintext(self.paid(item).body)
        self.assertNotIn("Nothing else is due", text)
        self.assertNotIn(other.name, text)

    def test_who_is_insolvent_or_dead_is_not_thanked(self):
        item = self.reminded()
        self.env["dunning.hold"].create(
            {"debtor_id": item.debtor_id.id, "kind": "deceased", "date_from": self.today}
        )
        self.assertFalse(self.paid(item))

    def test_what_was_paid_on_a_day_is_thanked_for_together(self):
        first = self.reminded()
        second = self.synced(self.invoice())
        self.run_and_deliver(day=self.after(8))
        thanks = self.paid(first, second, day=9)
        self.assertEqual(len(thanks), 1)
        self.assertEqual(thanks.line_ids.item_id, first | second)

    def test_nobody_is_thanked_who_was_not_reminded(self):
        item = self.synced(self.invoice(days_late=1))
        self.assertFalse(self.paid(item))

    def test_a_credit_note_is_no_payment(self):
        item = self.reminded()
        credit = self.credit_note(100.0)
        lines = (item.move_id | credit).line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        lines.reconcile()
        self.run_day(day=self.after(1))
        self.assertEqual(item.state, "closed")
        self.assertFalse(self.thanks())

    def test_a_credit_note_after_a_payment_of_part_is_no_payment(self):
        item = self.reminded()
        self.pay(item.move_id, 40)
        self.run_day(day=self.after(1))
        credit = self.credit_note(60.0)
        lines = (item.move_id | credit).line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_partial_reconcile SET create_date = create_date - interval '20 days'"
        )
        lines.filtered(lambda line: not line.reconciled).reconcile()
        self.run_day(day=self.after(20))
        self.assertEqual(item.state, "closed")
        self.assertFalse(self.thanks())

    def test_what_is_still_due_is_said(self):
        item = self.reminded()
        other = self.synced(self.invoice(amount=30.0))
        text = html2plaintext(self.paid(item).body)
        self.assertIn(other.name, text)
        self.assertNotIn("Nothing else", text)

    def test_by_default_nobody_is_thanked(self):
        self.assertFalse(self.env["res.company"].new({}).dunning_thanks)
        self.company.dunning_thanks = False
        self.assertFalse(self.paid(self.reminded()))

    def test_a_payment_that_was_taken_back_is_not_thanked_for(self):
        item = self.reminded()
        thanks = self.paid(item)
        item.line_id.remove_move_reconcile()
        self.Item._sync(self.company)
        self.deliver(day=self.after(1))
        self.assertEqual(thanks.state, "cancelled")

    # -- statements of account -------------------------------------------------------------------

    def statement(self):
        debtor = self.env["dunning.debtor"].search([("partner_id", "=", self.business.id)])
        collector = self.person("statements", "group_dunning_user")
        debtor.sudo(False).with_user(collector).action_send_statement()
        return self.notices_to(kind="talk").filtered(lambda each: each.topic == "statement")

    def test_a_statement_goes_by_mail_with_the_document(self):
        item = self.synced(self.invoice())
        sent = self.statement()
        self.assertEqual((sent.channel, sent.recipient), ("email", self.business.email))
        self.assertEqual(sent.attachment_ids.mimetype, "application/pdf")
        self.assertTrue(sent.attachment_ids.raw.startswith(b"%PDF"))
        self.assertIn(item.name, html2plaintext(sent.body))
        (mail,) = self.deliver()
        self.assertIn("application/pdf", mail)

    def test_without_an_e_mail_address_it_is_a_letter(self):
        self.business.write({"email": False, "street": "Road 1", "city": "Town"})
        self.synced(self.invoice())
        sent = self.statement()
        self.assertEqual((sent.channel, sent.state), ("letter", "queued"))
        self.run_day(day=self.after(1))
        self.assertEqual(sent.state, "queued")

    def test_a_statement_by_letter_is_printed_with_its_document_and_posted(self):
        self.business.write({"email": False, "street": "Road 1", "city": "Town"})
        item = self.synced(self.invoice())
        sent = self.statement()
        batch = sent.letter_batch_id
        pages = PdfReader(io.BytesIO(sent.letter_file_id.raw)).pages
        self.assertGreater(len(pages), 1)
        self.assertIn(item.name, pages[-1].extract_text())
        with self.on_day(self.today):
            self.assertFalse(batch._mark_posted(sent, self.today))
        self.assertEqual(sent.state, "sent")

    def test_with_a_mobile_number_alone_it_is_a_link(self):
        self.business.email = False
        self.synced(self.invoice())
        sent = self.statement()
        self.assertEqual(sent.channel, "sms")
        ((_company, number, text),) = self.dispatch()
        self.assertEqual(number, sent.recipient)
        self.assertIn("/claim/m/", text)
        self.assertNotIn("100", text.split("/claim/")[0])

    def test_a_link_leaves_only_for_a_number_that_is_the_debtors_still(self):
        channels = self.company.dunning_channel_ids
        self.business.write({"email": False, "phone": "+31 6 12345678"})
        debtor = self.synced(self.invoice()).debtor_id
        for change, undo in (
            (
                lambda: self.env["phone.blacklist"].sudo().create({"number": "+31612345678"}),
                lambda: self.env["phone.blacklist"].sudo().search([]).unlink(),
            ),
            (
                lambda: self.business.write({"phone": "+31 6 87654321"}),
                lambda: self.business.write({"phone": "+31 6 12345678"}),
            ),
            (
                lambda: self.company.write({"dunning_channel_ids": False}),
                lambda: self.company.write({"dunning_channel_ids": channels.ids}),
            ),
        ):
            statement = self.env["dunning.statement"].sudo()._send(debtor)
            self.assertEqual((statement.channel, statement.state), ("sms", "queued"))
            change()
            self.assertFalse(self.dispatch())
            self.assertEqual(statement.state, "cancelled")
            undo()

    def test_a_statement_of_what_was_paid_meanwhile_does_not_leave(self):
        self.business.email = False
        item = self.synced(self.invoice())
        statement = self.statement()
        self.pay(item.move_id)
        self.Item._sync(self.company)
        self.assertFalse(self.dispatch())
        self.assertEqual(statement.state, "cancelled")

    def test_a_statement_that_was_printed_can_be_posted(self):
        self.business.write({"email": False, "street": "Dorp 1", "city": "Ede"})
        self.synced(self.invoice())
        letter = self.statement()
        self.assertEqual(letter.channel, "letter")
        batch = letter.letter_batch_id
        self.assertFalse(batch._mark_posted(letter, self.today))
        self.assertEqual(letter.state, "sent")

    def test_who_can_not_be_reached_is_named(self):
        self.business.write({"email": False, "phone": False})
        self.synced(self.invoice())
        with self.assertRaisesRegex(UserError, "Bakery Ltd"):
            self.statement()
