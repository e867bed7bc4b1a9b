from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .channels_common import ChannelCase


@tagged("post_install", "-at_install")
class TestForms(ChannelCase):
    """Debtors are addressed formally or informally, and in a language that the texts have."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.business.email = "pay@bakery.example.com"
        cls.level = cls.policy(
            "email",
            subject="Dear customer",
            text="Would you please pay {amount}?",
            subject_informal="Hi",
        ).level_ids

    def message(self, partner=None):
        """The one message that is made for a debtor."""
        self.invoice(partner=partner or self.business)
        self.run_day()
        return self.notices_to(partner or self.business)

    def test_everybody_is_addressed_formally_unless_told(self):
        notice = self.message()
        self.assertEqual((notice.subject, notice.form), ("Dear customer", "formal"))

    def test_who_wants_it_is_addressed_informally(self):
        self.business.dunning_form = "informal"
        notice = self.message()
        self.assertEqual((notice.subject, notice.form), ("Hi", "informal"))

    def test_a_text_without_an_informal_variant_stays_as_it_is(self):
        self.business.dunning_form = "informal"
        self.assertIn("Would you please pay", self.message().body)

    def test_the_form_of_a_contact_comes_before_its_companys(self):
        self.business.dunning_form = "informal"
        self.business.child_ids = [
            Command.create(
                {
                    "name": "Accounts",
                    "dunning_role": "accounts",
                    "email": "accounts@bakery.example.com",
                    "dunning_form": "formal",
                }
            )
        ]
        self.assertEqual(self.message().subject, "Dear customer")

    def test_a_policy_addresses_its_debtors_as_it_says(self):
        self.company.dunning_form = "formal"
        self.level.policy_id.form = "informal"
        self.assertEqual(self.message().subject, "Hi")

    def test_a_company_addresses_everybody_as_it_says(self):
        self.company.dunning_form = "informal"
        self.assertEqual(self.message().subject, "Hi")

    def test_without_any_informal_text_the_form_is_formal(self):
        self.level.subject_informal = False
        self.company.dunning_form = "informal"
        self.assertEqual(self.message().form, "formal")

    def test_an_informal_text_is_refused_for_what_a_formal_one_is(self):
        with self.assertRaises(ValidationError):
            self.level.text_informal = "Pay {nothing_known}"
        with self.assertRaises(ValidationError):
            self.level.short_text_informal = "Pay {amount}"
        with self.assertRaises(ValidationError):
            self.level.policy_id.greeting_informal = "Hi {nothing_known}"

    # -- languages -----------------------------------------------------------------------------

    def speak(self, *codes):
        for code in codes:
            self.env["res.lang"]._activate_lang(code)

    def reader(self, lang):
        return self.debtor("Reader", lang=lang)

    def test_who_reads_a_language_that_is_not_written_gets_the_companys(self):
        self.speak("nl_NL", "pl_PL")
        self.company.partner_id.lang = "nl_NL"
        self.level.with_context(lang="nl_NL").write({"subject": "Geachte", "text": "Betaalt u?"})
        notice = self.message(self.reader("pl_PL"))
        self.assertEqual((notice.subject, notice.lang), ("Geachte", "nl_NL"))

    def test_else_english(self):
        self.speak("nl_NL", "pl_PL")
        self.company.partner_id.lang = "nl_NL"
        notice = self.message(self.reader("pl_PL"))
        self.assertEqual((notice.subject, notice.lang), ("Dear customer", "en_US"))

    def test_an_informal_text_in_another_language_does_not_stand_in(self):
        self.speak("nl_NL")
        self.level.with_context(lang="nl_NL").write({"subject": "Geachte", "text": "Betaalt u?"})
        reader = self.reader("nl_NL")
        reader.dunning_form = "informal"
        self.env.cr.execute(
            'UPDATE dunning_level SET subject_informal = \'{"en_US": "Hi"}\' WHERE id = %s',
            [self.level.id],
        )
        self.assertEqual(self.message(reader).subject, "Geachte")

    # -- as it is written ----------------------------------------------------------------------

    def shown(self, channel="email", form="formal", lang=False, **values):
        level = self.level
        names = ("name", "subject", "text", "closing", "short_text", "subject_informal")
        return self.env["dunning.text.preview"].render_draft(
            level.policy_id.id,
            level.id,
            {**{name: level[name] or "" for name in names}, **values},
            False,
            lang,
            channel,
            form,
        )

    def test_the_preview_shows_the_informal_text(self):
        self.assertEqual(self.shown()["subject"], "Dear customer")
        self.assertEqual(self.shown(form="informal", subject_informal="Hello")["subject"], "Hello")

    def test_the_preview_of_a_text_message_tells_how_long_it_is(self):
        shown = self.shown(channel="sms", short_text="{company} has news for you.")
        self.assertIn(f"{self.company.name} has news for you.", shown["html"])
        self.assertIn("1 text message", shown["notes"][0])
        long = self.shown(channel="sms", short_text="{company} has news. " + "Please look. " * 20)
        self.assertIn("text messages", long["notes"][0])

    def test_the_preview_names_the_characters_that_make_a_text_message_long(self):
        shown = self.shown(channel="sms", short_text="{company}: zażółć")
        self.assertIn("“ż”", " ".join(shown["notes"]))

    def test_the_preview_holds_no_key_to_a_page(self):
        item = self.synced(self.invoice())
        token = self.env["dunning.page.door"].sudo()._url(item.move_id, item.debtor_id)
        for channel in ("email", "sms", "letter"):
            shown = str(self.shown(channel=channel))
            self.assertNotIn(token.rpartition("/")[2], shown)
            self.assertNotIn("((", shown)

    def test_the_preview_of_a_letter_looks_like_one(self):
        shown = self.shown(channel="letter")
        self.assertIn('class="window', shown["html"])
        self.assertIn("Would you please pay", shown["html"])

    def test_the_preview_says_that_a_reader_gets_another_language(self):
        self.speak("pl_PL")
        self.assertIn("English", " ".join(self.shown(lang="pl_PL")["notes"]))
        self.assertFalse(self.shown()["notes"])

    def test_hints_say_what_is_hard_to_read(self):
        long = "This is a sentence that goes on " + "and on " * 20 + "until it ends."
        self.assertIn("easier to read", " ".join(self.shown(text=long)["warnings"]))
        self.assertNotIn("easier to read", " ".join(self.shown()["warnings"]))

    def test_hints_say_what_a_text_message_tells_bystanders(self):
        found = " ".join(self.shown(short_text="Your debt is overdue")["warnings"])
        self.assertIn("bystanders", found)
        self.assertIn("who sends it", found)

    def test_quotes_of_a_word_processor_do_not_make_a_text_message_dearer(self):
        self.business.write({"email": False})
        self.policy("sms", short_text="“News” of {company} – look")
        self.invoice()
        self.run_day()
        (notice,) = self.notices_to()
        self.assertIn('"News" of', notice.text)
        self.assertIn("- look", notice.text)
