import re

from ..rules.texts import unknown_placeholders
from .common import DunningCommon

#: What a courtesy or reminder text must not say, in the languages that are shipped.
THREATS = (
    r"incasso|aanmaning|deurwaarder|kosten|rechter"
    r"|debt collect|bailiff|costs?\b|court|lawsuit"
    r"|inkasso|mahnbescheid|gerichtsvollzieher|gericht"
)


class TestMessages(DunningCommon):
    """What a message says."""

    def test_it_names_number_due_date_and_open_amount_of_each_invoice(self):
        move = self.invoice(amount=1234.5)
        self.pay(move, amount=234.5)
        self.run_day()
        body = self.Notice.search([]).body
        self.assertIn(move.name, body)
        self.assertIn("1,000.00", body)
        self.assertNotIn("1,234.50", body)

    def test_text_of_people_is_escaped(self):
        self.business.name = "<script>alert(1)</script>"
        self.invoice()
        self.run_day()
        self.assertNotIn("<script>", self.Notice.search([]).body)

    def test_each_level_in_a_message_has_its_own_text(self):
        older = self.invoice(days_late=12)
        self.run_and_deliver()
        younger = self.invoice(days_late=4)
        self.items(older).reached_on = "2020-01-01"
        self.Notice.search([]).sent_on = "2020-01-01"
        self.run_day()
        notice = self.Notice.search([], limit=1)
        self.assertEqual(notice.level_name, "Second reminder")
        self.assertEqual(notice.line_ids.mapped("position"), [3, 2])
        self.assertIn("We wrote to you", notice.body)
        self.assertIn("slipped through", notice.body)
        self.assertIn(younger.name, notice.body)

    def test_no_courtesy_or_reminder_text_holds_a_threat(self):
        languages = [code for code, _name in self.env["res.lang"].get_installed()]
        levels = self.env["dunning.level"].search([("phase", "in", ("courtesy", "reminder"))])
        self.assertTrue(levels)
        for lang in languages:
            for level in levels.with_context(lang=lang):
                words = f"{level.subject} {level.text} {level.policy_id.closing}"
                self.assertFalse(re.findall(THREATS, words, re.IGNORECASE), words)

    def test_every_shipped_text_can_be_filled_in_in_every_language(self):
        languages = [code for code, _name in self.env["res.lang"].get_installed()]
        for lang in languages:
            for level in self.env["dunning.level"].with_context(lang=lang).search([]):
                self.assertFalse(unknown_placeholders(level.subject), level.subject)
                self.assertFalse(unknown_placeholders(level.text), level.text)

    def test_a_dutch_debtor_gets_a_dutch_message(self):
        self.env["res.lang"]._activate_lang("nl_NL")
        self.env["ir.module.module"].search([("name", "=", "payt_dunning")])._update_translations(
            ["nl_NL"]
        )
        self.business.lang = "nl_NL"
        self.invoice()
        self.run_day()
        notice = self.Notice.search([])
        self.assertIn("Herinnering", notice.subject)
        self.assertIn("Openstaand", notice.body)
        self.assertNotIn("Open amount", notice.body)

    # -- words and signatures ---------------------------------------------------------------

    def message(self, **values):
        self.invoice(**values)
        self.run_day()
        return self.Notice.search([], limit=1)

    def test_an_association_speaks_of_membership_fees_and_members(self):
        self.company.write({"dunning_bills": "membership", "dunning_people": "member"})
        self.level_of().text = "Dear {customer}, your {invoice} is open."
        body = self.message().body
        self.assertIn("Dear member, your membership fee is open.", body)
        self.assertIn("See the membership fee and pay", body)
        self.assertNotIn("See the invoice", body)

    def test_a_level_may_be_signed_by_somebody_else(self):
        self.level_of().closing = "The head of finance"
        body = self.message().body
        self.assertIn("The head of finance", body)
        self.assertNotIn("Kind regards", body)

    def test_what_was_credited_is_said_to_have_been_taken_off(self):
        self.credit_note(30)
        body = self.message(amount=100).body
        self.assertIn("taken off already", body)
        self.assertIn("30.00", body)

    def test_nothing_is_said_to_have_been_taken_off_where_nothing_was(self):
        self.assertNotIn("taken off already", self.message(amount=100).body)

    def level_of(self):
        return self.env.ref("payt_dunning.level_business_1")
