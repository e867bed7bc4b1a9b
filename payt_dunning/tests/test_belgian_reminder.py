from datetime import timedelta

from odoo.exceptions import ValidationError

from .law_common import DAY, LawCommon

TEXT = """Pay {amount} {term}. What it is for stands below.

If you pay later, {costs} is due under our contract."""


class TestBelgianReminder(LawCommon):
    """The free first reminder of Belgium, by a policy of one's own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        belgium = cls.env.ref("base.be")
        cls.company.write({"country_id": belgium.id, "company_registry": "0123.456.749"})
        cls.company.dunning_terms_agreed = True
        cls.consumer.country_id = belgium
        cls.policy = cls.env["dunning.policy"].create({"name": "Belgium", "greeting": "Dear,"})
        cls.level = cls.env["dunning.level"].create(
            {
                "policy_id": cls.policy.id,
                "name": "First reminder",
                "days": 5,
                "phase": "notice",
                "statutory_code": "be_first_reminder",
                "channel_ids": cls.env.ref("payt_dunning.channel_email").ids,
                "subject": "Reminder of {amount}",
                "text": TEXT,
            }
        )
        cls.policy.action_publish()

    def reminder(self, amount=400.0, clause=True):
        self.item = self.taken_in(self.invoice(5, amount, self.consumer))
        debtor = self.item.debtor_id
        debtor.write({"policy_id": self.policy.id, "costs_clause": clause})
        self.run_and_deliver()
        return self.notices_to(self.consumer)

    def test_it_names_what_the_clause_gives_at_most_and_its_term(self):
        notice = self.reminder()
        # 30 and 10% of what lies above 150.
        self.assertEqual((notice.costs_announced, notice.amount), (55.0, 400.0))
        self.assertEqual(notice.term_until, DAY + timedelta(days=14))
        self.assertIn(
            "within 14 calendar days, counted from the day after this e-mail", notice.body
        )
        self.assertIn("0123.456.749", notice.body)

    def in_language(self, lang, text):
        """The reminder as a consumer who reads ``lang`` gets it."""
        self.env["res.lang"]._activate_lang(lang)
        self.level.with_context(lang=lang).write({"subject": "{amount}", "text": text})
        self.consumer.lang = lang
        return self.reminder()

    def test_in_french_it_gives_the_term_of_the_law(self):
        notice = self.in_language("fr_BE", "Payez {amount} {term}. Ensuite {costs} s'y ajoute.")
        self.assertEqual(notice.lang, "fr_BE")
        self.assertIn(
            "dans les 14 jours calendrier, à compter du jour qui suit l'envoi de cet e-mail",
            str(notice.body).replace("&#39;", "'"),
        )
        self.assertIn("0123.456.749", notice.body)

    def test_in_german_it_gives_the_term_of_the_law(self):
        notice = self.in_language(
            "de_DE", "Zahlen Sie {amount} {term}. Danach kommen {costs} dazu."
        )
        self.assertEqual(notice.lang, "de_DE")
        self.assertIn(
            "innerhalb von 14 Kalendertagen, gerechnet ab dem Tag, nachdem diese E-Mail versandt "
            "wurde",
            notice.body,
        )

    def test_a_text_in_french_that_asks_a_fee_is_refused(self):
        self.env["res.lang"]._activate_lang("fr_BE")
        with self.assertRaisesRegex(ValidationError, "a fee for the first reminder"):
            self.level.with_context(
                lang="fr_BE"
            ).text = "Payez {amount} {term}. Ensuite {costs} s'y ajoute. Frais de rappel : 5."

    def test_its_costs_are_claimed_when_it_was_in_vain(self):
        self.reminder()
        self.run_day(day=DAY + timedelta(days=18))
        charge = self.env["dunning.charge"].search([])
        self.assertEqual((charge.amount, charge.state), (55.0, "claimed"))

    def test_without_a_clause_it_names_no_costs_and_none_are_claimed(self):
        notice = self.reminder(clause=False)
        self.assertEqual(notice.costs_announced, 0.0)
        self.run_day(day=DAY + timedelta(days=18))
        self.assertFalse(self.env["dunning.charge"].search([]))

    def test_without_the_number_of_the_creditor_none_leaves(self):
        self.company.write({"company_registry": False, "vat": False})
        self.item = self.taken_in(self.invoice(5, 400, self.consumer))
        self.item.debtor_id.write({"policy_id": self.policy.id, "costs_clause": True})
        run = self.run_day()
        self.assertIn("enterprise number", run.problems)
        self.assertFalse(self.notices_to(self.consumer))

    def test_a_text_without_its_term_is_refused(self):
        with self.assertRaisesRegex(ValidationError, "the term before anything is charged"):
            self.level.text = "Pay {amount} soon. Later {costs} is due."
