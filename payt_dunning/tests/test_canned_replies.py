from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form

from .common import DunningCommon


class TestCannedReplies(DunningCommon):
    """Ready replies fill in the answer to a debtor."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.collector = cls.person("reply.collector", "group_dunning_user")
        cls.env["res.lang"]._activate_lang("nl_NL")
        cls.reply = cls.env["dunning.reply"].create(
            {"name": "Ours", "body": "About {numbers} of {debtor}: {amount}.\n\n{handler}"}
        )

    def make_once(self):
        super().make_once()
        self.move = self.invoice(amount=321)
        self.item = self.synced(self.move)
        self.move.message_post(
            body="why?",
            author_id=self.business.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        self.question = self.env["dunning.question"].search([("move_id", "=", self.move.id)])

    def dialog(self):
        wizard = self.env["dunning.answer.wizard"].with_user(self.collector)
        return Form(
            wizard.with_context(active_model="dunning.question", active_id=self.question.id)
        )

    def test_a_reply_fills_in_the_answer_with_the_values_of_the_invoice(self):
        with self.dialog() as form:
            form.reply_id = self.reply
            self.assertIn(f"About {self.move.name} of Bakery Ltd: ", form.body)
            self.assertIn("321.00", form.body)
            self.assertNotIn("{", form.body)

    def test_it_is_in_the_language_of_the_debtor(self):
        self.reply.with_context(lang="nl_NL").body = "Over {numbers}: {amount}."
        self.business.lang = "nl_NL"
        with self.dialog() as form:
            form.reply_id = self.reply
            self.assertIn(f"Over {self.move.name}", form.body)
            self.assertIn("321,00", form.body)

    def test_what_was_typed_before_stays(self):
        with self.dialog() as form:
            form.body = "My own words."
            form.reply_id = self.reply
            self.assertTrue(form.body.startswith("My own words.\n\nAbout"))

    def test_another_choice_replaces_the_reply_that_was_not_changed(self):
        other = self.env["dunning.reply"].create({"name": "Other", "body": "Other"})
        with self.dialog() as form:
            form.reply_id = self.reply
            form.reply_id = other
            self.assertEqual(form.body, "Other")

    def test_replies_for_the_reason_that_was_given_come_first(self):
        reason = self.env.ref("payt_dunning.reason_no_cash")
        self.env["dunning.nonpayment"].sudo()._give(self.item, reason)
        with self.dialog() as form:
            self.assertEqual(form.reason_id, reason)
        replies = self.env["dunning.reply"].with_context(dunning_reason=reason.id)
        first = replies.name_search("")[0][0]
        self.assertEqual(first, self.env.ref("payt_dunning.reply_plan").id)
        self.assertNotEqual(self.env["dunning.reply"].name_search("")[0][0], first)

    def test_an_unknown_placeholder_is_refused_and_named(self):
        with self.assertRaisesRegex(ValidationError, "“Ours” uses {salary}"):
            self.reply.body = "You earn {salary}"

    def test_it_is_refused_in_another_language_too(self):
        with self.assertRaisesRegex(ValidationError, "{costs}"):
            self.reply.update_field_translations("body", {"nl_NL": "Kosten {costs}"})

    def test_a_text_is_never_evaluated(self):
        self.business.name = "{amount} ${1+1}"
        with self.dialog() as form:
            form.reply_id = self.reply
            self.assertIn("{amount} ${1+1}", form.body)

    def test_all_shipped_replies_can_be_filled_in(self):
        shipped = self.env["dunning.reply"].search([]) - self.reply
        self.assertGreaterEqual(len(shipped), 8)
        for reply in shipped:
            with self.subTest(reply.name):
                self.assertNotIn("{", reply._filled(self.item.debtor_id, self.item))

    def test_a_collector_reads_replies_and_a_manager_writes_them(self):
        reply = self.reply.sudo(False).with_user(self.collector)
        reply.read(["body"])
        with self.assertRaises(AccessError):
            reply.write({"body": "x"})
