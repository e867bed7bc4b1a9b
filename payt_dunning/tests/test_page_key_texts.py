import re

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ..rules.access_code import PIN_DIGITS, normalize
from .page_key_common import KeyCommon


@tagged("post_install", "-at_install")
class TestPageKeyTexts(KeyCommon):
    """Codes and PINs are put into messages when they leave, and stand nowhere before."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.level = cls.env.ref("payt_dunning.level_business_1")
        cls.level.text = "Dear {contact},\n\nGo to {short_link}. Code {code}, PIN {pin}."
        cls.move = cls.invoice(
            partner=cls.consumer.create(
                {"name": "Smith Ltd", "is_company": True, "email": "pay@smith.example.com"}
            )
        )

    def test_the_kept_message_has_stand_ins_and_the_mail_the_real_ones(self):
        (mail,) = self.run_and_deliver()
        notice = self.notices_to(self.move.partner_id)
        key = self.key_of(notice)
        self.assertIn("Code ((code)), PIN ((pin)).", notice.body)
        text = mail.replace("=\n", "").replace("=\r\n", "")
        self.assertIn(f"Code {key.shown}, PIN {key.pin}.", text)
        self.assertIn(f"Go to {key.url}.", text)
        for kept in (notice.body, notice.subject, *self.move.message_ids.mapped("body")):
            self.assertNotIn(key.code, kept)
            self.assertNotIn(key.shown, kept)
        self.assertEqual(notice.content_hash, notice._content_hash())

    def test_a_text_message_leaves_with_the_real_ones(self):
        self.notice.text = "Us: ((code)), PIN ((pin)), https://claim-code.invalid/"
        said = self.notice._words_to_send()
        self.assertEqual(said, f"Us: {self.key.shown}, PIN {self.key.pin}, {self.key.url}")

    def test_a_message_without_them_makes_no_code(self):
        self.level.text = "Dear {contact}"
        self.run_and_deliver()
        notice = self.notices_to(self.move.partner_id)
        self.assertFalse(self.Keys.search([("notice_id", "=", notice.id)]))

    def test_the_page_of_a_message_does_not_show_them(self):
        self.run_and_deliver()
        self.notice = self.notices_to(self.move.partner_id)
        self.debtor = self.notice.debtor_id
        key = self.key_of(self.notice)
        text = self.get("/message").text
        self.assertIn("Code •••• ••••, PIN ••••.", text)
        self.assertNotIn(key.code, text)

    def test_the_editor_shows_made_up_ones(self):
        shown = self.env["dunning.text.preview"].render_draft(
            self.level.policy_id.id,
            self.level.id,
            {"name": "x", "subject": "y", "text": self.level.text, "phase": "courtesy"},
        )
        self.assertIn(f"Code ABCD EFGH, PIN {'0' * PIN_DIGITS}.", shown["html"])
        self.assertIsNone(normalize("ABCD EFGH"))

    def test_the_preview_of_a_day_does_not_show_them(self):
        content = self.env["dunning.message"]
        hidden = content._hide_keys("((code)) ((pin)) https://claim-code.invalid/")
        self.assertFalse(re.search(r"[A-Za-z0-9(]", hidden))

    def test_a_subject_can_not_hold_them(self):
        for name in ("code", "pin", "short_link"):
            with self.assertRaisesRegex(ValidationError, "is a secret"):
                self.level.subject = f"Look at {{{name}}}"
