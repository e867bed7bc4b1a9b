from odoo.exceptions import ValidationError

from odoo.addons.payt_dunning.models.dunning_message import CLAIM

from .whatsapp_common import WhatsappCase


class TestWhatsappTemplate(WhatsappCase):
    """Approved words with parameters, friendly ones, in the debtor's language."""

    def make(self, **values):
        return self.env["dunning.whatsapp.template"].create(self.template_values(**values))

    def pick(self, lang):
        level = self.by_whatsapp.level_ids
        return self.env["dunning.whatsapp.template"]._pick(self.company, level, lang)

    def test_parameters_are_filled_in_and_the_link_is_a_stand_in(self):
        parameters = self.template._values({"company": "Bakery\nof\tours"})
        self.assertEqual(parameters, ["Bakery of ours", CLAIM])
        self.assertEqual(
            self.template._fill(parameters),
            f"A message of Bakery of ours is here: {CLAIM} . Answer STOP to get no more.",
        )

    def test_a_new_template_has_no_name_yet(self):
        self.assertEqual(self.env["dunning.whatsapp.template"].new({}).display_name, "")
        self.assertEqual(self.template.display_name, f"{self.template.name} ({self.template.code})")

    def test_an_empty_parameter_is_never_sent_empty(self):
        template = self.make(
            name="other", body="Ask {{1}} or read {{2}} .", parameters="handler, link"
        )
        self.assertEqual(template._values({})[0], "–")

    def test_what_the_platform_would_refuse_is_refused_here(self):
        for values in (
            {"body": "Read it: {{1}} and {{3}} .", "parameters": "company, link"},
            {"body": "{{1}} has {{2}} for you"},
            {"body": "A message of {{1}}: {{2}}"},
            {"body": "From {{1}} for you.", "parameters": "company"},
            {"body": "Pay {{1}} at {{2}} .", "parameters": "amount, link"},
            {"body": "From {{1}}: {{2}} ." + "x" * 1024},
            {"name": "Message Waiting"},
            {"code": "dutch!"},
        ):
            with self.subTest(values), self.assertRaises(ValidationError):
                self.make(**{"name": "another", **values})

    def test_words_that_threaten_are_refused(self):
        with self.assertRaisesRegex(ValidationError, "friendly"):
            self.template.body = "From {{1}} comes the bailiff: {{2}} ."
        with self.assertRaisesRegex(ValidationError, "friendly"):
            self.make(name="dutch", body="Voor {{1}}: anders incasso, zie {{2}} .")

    def test_other_words_have_to_be_approved_again(self):
        self.template.general = True
        self.assertEqual(self.template.status, "approved")
        self.template.body = "Here is a message of {{1}}: {{2}} ."
        self.assertEqual(self.template.status, "pending")

    def test_each_gets_its_language_else_the_nearest(self):
        dutch = self.make(code="nl", lang="nl_NL")
        german = self.make(code="de", lang="de_DE")
        self.company.partner_id.lang = "nl_NL"
        self.assertEqual(self.pick("de_DE"), german)
        self.assertEqual(self.pick("de_AT"), german)
        self.assertEqual(self.pick("fr_FR"), dutch)
        dutch.status = "paused"
        self.assertEqual(self.pick("fr_FR"), self.template)

    def test_a_level_uses_its_own_templates_while_one_is_approved(self):
        own = self.make(name="own", general=False)
        self.by_whatsapp.level_ids.whatsapp_template_ids = own
        self.assertEqual(self.pick("en_US"), own)
        own.status = "rejected"
        self.assertEqual(self.pick("en_US"), self.template)

    def test_templates_of_another_company_are_never_used(self):
        other, _account = self.second_company()
        self.template.company_id = other
        self.assertFalse(self.pick("en_US"))

    def test_only_friendly_levels_without_costs_go_by_whatsapp(self):
        level = self.by_whatsapp.level_ids
        level.phase = "courtesy"
        for values in ({"phase": "notice"}, {"phase": "collection"}, {"fee": 10.0}):
            with self.subTest(values), self.assertRaisesRegex(ValidationError, "whatsapp.com"):
                level.write(values)
        formal = self.policy("email", phase="collection").level_ids
        with self.assertRaisesRegex(ValidationError, "whatsapp.com"):
            formal.channel_ids += self.env.ref("payt_dunning_whatsapp.channel_whatsapp")
