import re

from lxml import html

from odoo import fields

from ..models.dunning_words import BILLS, PEOPLE, words_for
from ..rules.texts import PLACEHOLDERS, threats, unknown_placeholders
from .common import DunningCommon

LANGUAGES = ("en_US", "nl_NL", "de_DE", "fr_FR")
STATIC = ("payt_dunning.reminder_mail", "payt_dunning.reminder_mail_rows")
#: Words that are the same in English.
ALIKE = {"fr_FR": {"Date", "Total"}}
#: Shown in formal messages only.
FORMAL = ("payt_dunning.reminder_mail_costs",)


class TestTexts(DunningCommon):
    """What is shipped reads well, in every language that is shipped."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for lang in LANGUAGES:
            cls.env["res.lang"]._activate_lang(lang)
        module = cls.env["ir.module.module"].search([("name", "=", "payt_dunning")])
        module._update_translations(list(LANGUAGES))

    def levels(self, lang, *phases):
        """Levels of all policies, also those that are not active."""
        levels = self.env["dunning.level"].with_context(lang=lang, active_test=False)
        return levels.search([("phase", "in", phases)] if phases else [])

    def texts(self, level):
        """Everything that a message of a level takes from the level and its policy."""
        policy = level.policy_id
        texts = (level.subject, level.text, level.closing, policy.closing, policy.greeting)
        return [text for text in texts if text]

    def static(self, lang, names=STATIC):
        """The words of the static view of a message."""
        views = [self.env.ref(name).with_context(lang=lang) for name in names]
        return [html.fromstring(view.arch_db).text_content() for view in views]

    def words(self, lang):
        """All words that companies can choose."""
        env = self.env(context={"lang": lang})
        return [
            word
            for bills, _name in BILLS
            for people, _people in PEOPLE
            for word in words_for(env, bills, people).values()
        ]

    def test_the_shipped_languages_are_installed_and_differ(self):
        installed = [code for code, _name in self.env["res.lang"].get_installed()]
        self.assertLessEqual(set(LANGUAGES), set(installed))
        for texts in (
            [self.levels(lang, "reminder")[0].text for lang in LANGUAGES],
            ["".join(self.static(lang)) for lang in LANGUAGES],
            *zip(*map(self.words, LANGUAGES), strict=True),
        ):
            self.assertEqual(len(set(texts)), len(LANGUAGES), texts)

    def test_no_courtesy_or_reminder_text_holds_a_threat(self):
        for lang in LANGUAGES:
            levels = self.levels(lang, "courtesy", "reminder")
            self.assertGreater(len(levels.policy_id), 4)
            for level in levels:
                for text in self.texts(level):
                    with self.subTest(lang=lang, level=level.name, policy=level.policy_id.name):
                        self.assertFalse(threats(text), text)

    def test_a_level_that_is_not_active_is_looked_at_too(self):
        level = self.env.ref("payt_dunning.level_business_2")
        level.write({"active": False, "closing": "Otherwise the bailiff comes."})
        found = self.levels("en_US", "courtesy", "reminder")
        self.assertIn(level, found)
        self.assertTrue(any(threats(text) for text in self.texts(level)))

    def test_what_surrounds_every_text_holds_no_threat(self):
        for lang in LANGUAGES:
            for text in self.static(lang) + self.words(lang):
                with self.subTest(lang=lang):
                    self.assertFalse(threats(text), text)

    def test_what_surrounds_every_text_is_translated_whole(self):
        english = self.static("en_US", STATIC + FORMAL)
        terms = {
            line.strip() for text in english for line in text.splitlines() if len(line.strip()) > 1
        }
        # What is said by placeholders and punctuation only is the same everywhere.
        terms = {term for term in terms if re.search("[A-Za-z]", term)}
        self.assertGreater(len(terms), 8)
        for lang in LANGUAGES[1:]:
            static = self.static(lang, STATIC + FORMAL)
            foreign = {line.strip() for text in static for line in text.splitlines()}
            self.assertFalse(terms & foreign - ALIKE.get(lang, set()))

    def test_every_shipped_text_is_translated(self):
        for level in self.levels("en_US"):
            for lang in LANGUAGES[1:]:
                foreign = level.with_context(lang=lang)
                for name in ("subject", "text"):
                    if level[name]:
                        self.assertNotEqual(level[name], foreign[name])

    def test_every_shipped_statutory_notice_is_valid_in_every_language(self):
        for lang in LANGUAGES:
            levels = self.levels(lang).filtered("statutory_code")
            self.assertTrue(levels)
            for level in levels:
                found = self.env["dunning.message"]._statutory_findings(
                    level.statutory_code, self.texts(level), fields.Date.today()
                )
                self.assertFalse(found, (lang, level.name))

    def test_every_shipped_text_can_be_filled_in_in_every_language(self):
        for lang in LANGUAGES:
            for level in self.levels(lang):
                for text in self.texts(level):
                    self.assertFalse(unknown_placeholders(text), text)

    def test_a_shipped_text_calls_an_invoice_what_the_company_calls_it(self):
        fixed = re.compile(r"\b(invoices?|factu(ur|ren)|rechnung(en)?|factures?)\b", re.IGNORECASE)
        for lang in LANGUAGES:
            for level in self.levels(lang):
                for text in self.texts(level):
                    for name in PLACEHOLDERS:
                        text = text.replace(f"{{{name}}}", "")
                    self.assertFalse(fixed.findall(text), text)

    def test_a_dutch_association_says_contributie_and_lid(self):
        self.company.write({"dunning_bills": "membership", "dunning_people": "member"})
        self.business.lang = "nl_NL"
        level = self.env.ref("payt_dunning.level_business_1").with_context(lang="nl_NL")
        level.text = "Beste {customer}, uw {invoice} staat open."
        self.invoice()
        self.run_day()
        body = self.Notice.search([], limit=1).body
        self.assertIn("Beste lid, uw contributie staat open.", body)
        self.assertIn("Contributie", body)
        self.assertNotIn("actuur", body)
