import base64
from datetime import timedelta
from unittest.mock import patch

from lxml import html

from odoo.exceptions import AccessError, UserError

from .law_common import DAY, LawCommon


class TestLetters(LawCommon):
    """Statutory notices on paper: made, printed and posted by a person."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.dunning_terms_agreed = True
        cls.consumer.write({"street": "Lindelaan 5", "city": "Delft"})
        cls.env.ref("payt_dunning.level_consumer_3").approval = False
        cls.policy.action_publish()

    def make_once(self):
        super().make_once()
        self.item = self.reminded(24, 509.10, self.consumer)
        self.run_day()
        self.debtor = self.item.debtor_id

    def letter(self):
        with self.on_day(DAY):
            self.debtor.action_make_letter()
        return self.notices_to(self.consumer)

    def posted(self, letter, day=DAY, **values):
        with self.on_day(DAY + timedelta(days=3)):
            wizard = self.env["dunning.posted.wizard"].create(
                {"notice_id": letter.id, "day": day, **values}
            )
            wizard.action_apply()

    def test_the_debtor_says_that_a_letter_is_needed(self):
        self.assertEqual(self.item.reason, "letter")
        self.assertTrue(self.debtor.needs_letter)
        self.letter()
        self.debtor.invalidate_recordset()
        self.assertFalse(self.debtor.needs_letter)

    def test_a_letter_waits_to_be_posted(self):
        letter = self.letter()
        self.assertEqual((letter.channel, letter.state), ("letter", "queued"))
        self.assertIn("Lindelaan 5, Delft", letter.recipient)
        self.assertIn("this letter was delivered to you", letter.body)
        self.assertEqual(letter.costs_announced, 76.37)
        self.assertFalse(letter.mail_id)
        self.assertEqual((self.item.action, self.item.reason), ("blocked", "to_post"))

    def test_its_term_runs_from_the_day_the_law_takes_it_to_be_delivered(self):
        letter = self.letter()
        self.posted(letter)
        self.assertEqual((letter.state, letter.sent_on), ("sent", DAY))
        # Posted on a Monday: the second day, not counting Sundays and Mondays, is Wednesday.
        self.assertEqual(letter.received_on, DAY + timedelta(days=2))
        self.assertEqual(letter.term_until, DAY + timedelta(days=16))
        self.assertIn("by law a letter counts as delivered", letter.received_because)
        self.assertEqual(self.item.reached, 4)

    def test_proof_of_posting_is_kept(self):
        letter = self.letter()
        self.posted(letter, proof=base64.b64encode(b"receipt"), proof_name="receipt.txt")
        self.assertEqual(letter.proof_id.raw, b"receipt")

    def test_a_letter_can_not_have_been_posted_before_it_was_made(self):
        letter = self.letter()
        for day in (DAY - timedelta(days=1), DAY + timedelta(days=4)):
            with self.assertRaises(UserError):
                self.posted(letter, day)

    def test_it_is_printed_with_address_and_working_links(self):
        letter = self.letter()
        rendered, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "payt_dunning.letter", letter.ids
        )
        page = rendered.decode()
        for words in ("Lindelaan 5", "Delft", "Jan Jansen", "/claim/m/"):
            self.assertIn(words, page)
        self.assertNotIn("claim-page.invalid", page)

    def printed(self, letter):
        render = self.env["ir.actions.report"]._render_qweb_html
        return html.fromstring(render("payt_dunning.letter", letter.ids)[0].decode())

    def codes(self, letter):
        """What the QR codes on a letter stand for, in their order, with their captions."""
        texts = []
        with (
            patch(
                "odoo.addons.payt_dunning.models.dunning_letter.qr_image",
                lambda text: f"data:{text}",
            ),
            patch(
                "odoo.addons.payt_dunning.models.dunning_page_values.qr_image",
                lambda text: f"data:{text}",
            ),
        ):
            for image in self.printed(letter).xpath("//table[@class='codes']//img"):
                texts.append((image.get("src").removeprefix("data:"), image.get("alt")))
        return texts

    def test_a_letter_has_the_code_of_its_page_first_and_of_a_transfer_second(self):
        self.own_account()
        letter = self.letter()
        (page, first), (transfer, second) = self.codes(letter)
        self.assertEqual(page, letter._page_url())
        self.assertIn("see, ask or pay online", first)
        lines = transfer.split("\n")
        self.assertEqual(lines[:2], ["BCD", "002"])
        self.assertIn("NL91ABNA0417164300", lines)
        self.assertIn(f"EUR{letter.amount:.2f}", lines)
        self.assertIn("app of your bank", second)

    def test_the_codes_of_a_letter_are_images_that_need_no_network(self):
        self.own_account()
        images = self.printed(self.letter()).xpath("//table[@class='codes']//img/@src")
        self.assertEqual(len(images), 2)
        for image in images:
            self.assertTrue(image.startswith("data:image/png;base64,"))

    def test_the_code_of_a_transfer_names_no_other_account_than_the_letter(self):
        account = self.own_account()
        letter = self.letter()
        account.acc_number = "NL44RABO0123456789"
        self.assertEqual(len(self.codes(letter)), 2)
        self.env["dunning.bank.account"].sudo().search([]).confirmed_on = "2020-01-01"
        self.assertEqual(len(self.codes(letter)), 1)

    def test_a_payment_drops_a_letter_that_was_not_posted(self):
        letter = self.letter()
        self.pay(self.item.move_id)
        self.run_day(day=DAY + timedelta(days=1))
        self.assertEqual(letter.state, "cancelled")

    def test_a_letter_that_is_not_posted_after_all_is_needed_again(self):
        letter = self.letter()
        with self.on_day(DAY):
            letter.action_not_posted()
        self.assertEqual(letter.state, "cancelled")
        self.assertEqual(self.item.reason, "letter")

    def test_a_letter_still_waits_on_the_next_day(self):
        letter = self.letter()
        self.run_day(day=DAY + timedelta(days=1))
        self.assertEqual(letter.state, "queued")

    def test_without_a_postal_address_none_is_made(self):
        self.consumer.street = False
        with self.assertRaisesRegex(UserError, "postal address"):
            self.letter()

    def test_what_a_manager_approves_a_collector_can_not_make(self):
        self.env.ref("payt_dunning.level_consumer_3").approval = True
        clerk = self.person("letters", "group_dunning_user")
        with self.on_day(DAY), self.assertRaises(AccessError):
            self.debtor.with_user(clerk).action_make_letter()
        viewer = self.person("letter.viewer", "group_dunning_viewer")
        with self.on_day(DAY), self.assertRaises(AccessError):
            self.debtor.with_user(viewer).action_make_letter()
