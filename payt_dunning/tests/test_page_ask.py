import io
from unittest.mock import patch

from odoo.tests import new_test_user

from ..models import dunning_page_dialogue, dunning_page_upload
from .page_common import PageCommon

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"
PROGRAM = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff" + b"\x00" * 200


class TestPageAsk(PageCommon):
    """A debtor asks on its page, and reads the answer there."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.handler = new_test_user(
            cls.env, "handler", groups="payt_dunning.group_dunning_user", name="Hanna Handler"
        )
        cls.debtor.handler_id = cls.handler
        cls.claim = cls.Item.search([("debtor_id", "=", cls.debtor.id)])

    def ask(self, text="Which delivery is this for?", items=None, files=(), path="/ask"):
        """The answer to sending the form for a question."""
        self.env.flush_all()
        data = {"text": text, "item": [str(item.id) for item in (items or self.claim[0])]}
        uploads = [("files", (name, io.BytesIO(content))) for name, content in files]
        return self.url_open(f"{self.path}{path}", data=data, files=uploads or None)

    def question(self):
        return self.env["dunning.question"].search([("debtor_id", "=", self.debtor.id)])

    def reply(self, body="Delivery 12 of May.", **values):
        dialog = (
            self.env["dunning.answer.wizard"]
            .with_user(self.handler)
            .with_context(active_model="dunning.question", active_id=self.question().id)
            .create({"body": body, **values})
        )
        return dialog, dialog.action_apply()

    # -- asking ----------------------------------------------------------------------------

    def test_a_question_stands_in_the_invoice_s_thread_and_waits_for_an_answer(self):
        page = self.ask()
        self.assertIn("we have your message", page.text)
        self.assertIn("Which delivery is this for?", page.text)
        question = self.question()
        self.assertEqual(question.move_id, self.claim[0].move_id)
        self.assertEqual(question.text, "Which delivery is this for?")
        self.assertEqual(question.author, "Bakery Ltd")
        self.assertFalse(question.unknown_sender)
        message = question.message_id
        self.assertEqual(message.model, "account.move")
        self.assertEqual(message.dunning_debtor_id, self.debtor)

    def test_the_handler_is_told_and_the_next_step_waits(self):
        self.ask()
        task = self.env["mail.activity"].search(
            [("res_model", "=", "account.move"), ("res_id", "=", self.claim[0].move_id.id)]
        )
        self.assertEqual(task.user_id, self.handler)
        self.assertEqual(self.claim[0].hold_kind, "question")
        self.assertEqual(self.question().hold_until, self.after(7))
        self.assertNotEqual(self.claim[1].reason, "hold")

    def test_the_policy_says_for_how_many_days_it_waits(self):
        self.claim[0]._policy().answer_days = 3
        self.ask()
        self.assertEqual(self.question().hold_until, self.after(3))

    def test_a_second_message_waits_with_the_first(self):
        self.ask()
        self.ask("And which order?")
        question = self.question()
        self.assertEqual(len(question), 1)
        self.assertEqual(question.text, "Which delivery is this for?\n\nAnd which order?")
        self.assertEqual(len(self.env["dunning.hold"].search([("kind", "=", "question")])), 1)

    def test_a_question_about_a_paid_invoice_is_read_and_holds_nothing(self):
        for move in self.moves:
            self.pay(move)
        self.Item._sync(self.company)
        page = self.ask()
        self.assertIn("Nothing is open here: you need not pay.", page.text)
        self.assertEqual(self.question().state, "open")
        self.assertFalse(self.env["dunning.hold"].search([("kind", "=", "question")]))

    def test_who_ticks_no_invoice_asks_about_all_of_them(self):
        self.url_open(f"{self.path}/ask", data={"text": "Something"})
        self.assertEqual(self.question().item_ids, self.claim)
        held = self.env["dunning.hold"].search([("kind", "=", "question")])
        self.assertEqual(held.move_id, self.moves)

    def test_an_invoice_of_another_claim_can_t_be_asked_about(self):
        other = self.invoice(partner=self.consumer)
        self.Item._sync(self.company)
        answer = self.ask(items=self.items(other))
        self.assertEqual(answer.status_code, 400)
        self.assertFalse(self.question())

    # -- bad input -------------------------------------------------------------------------

    def test_script_in_a_message_is_text(self):
        page = self.ask("<script>alert(1)</script> & <b>bold</b>")
        self.assertIn("&lt;script&gt;alert(1)&lt;/script&gt;", page.text)
        self.assertNotIn("<script>alert", page.text)
        self.assertNotIn("<script", self.question().message_id.body)

    def test_a_message_that_is_too_long_is_refused_and_not_lost(self):
        text = "a" * 10_001
        answer = self.ask(text)
        self.assertEqual(answer.status_code, 400)
        self.assertIn("10001 characters; at most 10000 fit", answer.text)
        self.assertIn(text, answer.text)
        self.assertFalse(self.question())

    def test_an_empty_message_is_refused(self):
        self.assertIn("Write a few words first.", self.ask("  \r\n ").text)
        self.assertFalse(self.question())

    def test_a_file_stands_beside_the_message_and_can_be_opened(self):
        page = self.ask(files=[("../../proof of\u202e payment.pdf", PDF)])
        file = self.question().message_id.attachment_ids
        self.assertEqual(file.name, "proof of payment.pdf")
        self.assertEqual((file.res_model, file.res_id), ("account.move", self.claim[0].move_id.id))
        self.assertIn(f"/file/{file.id}", page.text)
        answer = self.get(f"/file/{file.id}")
        self.assertEqual(answer.content, PDF)
        self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")

    def test_a_program_is_refused_whatever_its_name_says(self):
        for name in ("setup.exe", "invoice.pdf", "picture.png"):
            with self.subTest(name):
                answer = self.ask(files=[(name, PROGRAM)])
                self.assertEqual(answer.status_code, 400)
                self.assertIn(f"We can&#39;t take “{name}”", answer.text)
        self.assertFalse(self.question())
        self.assertFalse(self.env["ir.attachment"].search([("name", "=", "setup.exe")]))

    def test_a_page_with_script_is_no_document(self):
        for name in ("a.svg", "a.html", "a.txt"):
            answer = self.ask(files=[(name, b"<svg xmlns='http://www.w3.org/2000/svg'/>")])
            self.assertEqual(answer.status_code, 400, name)

    def test_a_file_that_is_too_large_is_refused_and_the_words_stay(self):
        with patch.object(dunning_page_upload, "LARGEST", 50):
            answer = self.ask(files=[("large.pdf", PDF + b" " * 100)])
        self.assertEqual(answer.status_code, 400)
        self.assertIn("“large.pdf” is larger than", answer.text)
        self.assertIn(">Which delivery is this for?</textarea>", answer.text)

    def test_fifty_megabytes_are_refused_in_words(self):
        answer = self.ask(files=[("large.pdf", PDF + b" " * (50 * 1024 * 1024))])
        self.assertEqual(answer.status_code, 400)
        self.assertIn("“large.pdf” is larger than 10 MB", answer.text)

    def test_more_than_five_files_are_refused(self):
        answer = self.ask(files=[(f"{number}.pdf", PDF) for number in range(6)])
        self.assertIn("At most 5 files fit in one message.", answer.text)

    def test_too_many_messages_in_an_hour_are_refused(self):
        with patch.object(dunning_page_dialogue, "MOST_MESSAGES", 1):
            self.ask()
            answer = self.ask("Again")
        self.assertEqual(answer.status_code, 400)
        self.assertIn(">Again</textarea>", answer.text)

    def test_what_was_typed_on_a_replaced_page_is_not_lost(self):
        path = self.path
        self.debtor._replace_addresses()
        self.env.flush_all()
        answer = self.url_open(f"{path}/ask", data={"text": "My words", "item": self.claim[0].id})
        self.assertEqual(answer.status_code, 410)
        self.assertIn("Your message was not sent.", answer.text)
        self.assertIn(">My words</textarea>", answer.text)
        self.assertNotIn("Bakery", answer.text)
        self.assertFalse(self.question())

    # -- the answer ------------------------------------------------------------------------

    def test_an_answer_stands_on_the_page_and_is_mailed(self):
        self.ask()
        self.reply()
        page = self.get().text
        self.assertIn("Delivery 12 of May.", page)
        self.assertIn("Hanna Handler", page)
        (talk,) = self.notices_to(kind="talk")
        self.assertEqual((talk.topic, talk.recipient), ("answer", "pay@bakery.example.com"))
        self.assertIn("Delivery 12 of May.", talk.body)
        self.assertEqual(talk.content_hash, talk._content_hash())
        self.deliver()
        self.assertEqual(talk.state, "sent")

    def test_an_answer_ends_the_wait_and_its_time_is_kept(self):
        self.ask()
        move = self.claim[0].move_id
        self.reply()
        question = self.question()
        self.assertEqual(question.state, "answered")
        self.assertEqual(question.answered_by_id, self.handler)
        self.assertGreaterEqual(question.response_hours, 0)
        self.assertFalse(self.env["mail.activity"].search([("res_id", "=", move.id)]))
        self.assertNotEqual(self.claim[0].reason, "hold")
        self.assertEqual(self.claim[0].resumed_on, self.today)

    def test_an_answer_counts_for_no_level_and_starts_no_gap(self):
        self.ask()
        reached = self.claim.mapped("reached")
        self.reply()
        self.deliver()
        self.assertEqual(self.claim.mapped("reached"), reached)
        last = self.env["dunning.facts"].sudo()._candidates(self.debtor, self.after(30))
        self.assertEqual({c.facts.last_message for c in last}, {self.notice.sent_on})

    def test_a_message_in_the_chatter_is_an_answer_too(self):
        self.ask()
        move = self.claim[0].move_id
        with self.mock_mail():
            move.with_user(self.env.user).message_post(
                body="From the chatter",
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
                partner_ids=self.business.ids,
            )
        self.assertEqual(self.question().state, "answered")
        (talk,) = self.notices_to(kind="talk")
        self.assertIn("From the chatter", talk.body)
        self.assertFalse(self.core_mails, "core mails nothing beside it")

    def mock_mail(self):
        """Note the mails that core makes for a message."""
        self.core_mails = []
        Move = type(self.env["account.move"])
        core = Move._notify_thread_by_email

        def note(moves, message, recipients, **options):
            self.core_mails += [each for each in recipients if each["share"]]
            return core(moves, message, recipients, **options)

        return patch.object(Move, "_notify_thread_by_email", note)

    def test_a_note_is_no_answer_and_shows_nowhere(self):
        self.ask()
        move = self.claim[0].move_id
        move.message_post(body="They always whine", subtype_xmlid="mail.mt_note")
        self.assertEqual(self.question().state, "open")
        self.assertNotIn("whine", self.get().text)
        self.assertFalse(self.notices_to(kind="talk"))

    def test_the_second_of_two_clerks_is_told_that_it_was_answered(self):
        self.ask()
        dialogs = [
            self.env["dunning.answer.wizard"]
            .with_user(self.handler)
            .with_context(active_model="dunning.question", active_id=self.question().id)
            .create({"body": f"Answer {number}"})
            for number in (1, 2)
        ]
        dialogs[0].action_apply()
        again = dialogs[1].action_apply()
        self.assertEqual(again["res_id"], dialogs[1].id)
        self.assertIn("Hanna Handler answered this on", dialogs[1].meanwhile)
        self.assertEqual(len(self.notices_to(kind="talk")), 1)
        dialogs[1].action_apply()
        self.assertIn("Answer 2", self.get().text)
        self.assertIn("Answer 2", self.notices_to(kind="talk")[-1].body, "it is mailed too")
        self.assertEqual(self.question().answered_by_id, self.handler)

    def test_who_answers_is_told_when_the_debtor_wrote_again(self):
        self.ask()
        dialog = (
            self.env["dunning.answer.wizard"]
            .with_user(self.handler)
            .with_context(active_model="dunning.question", active_id=self.question().id)
            .create({"body": "Answer"})
        )
        self.ask("One thing more")
        dialog.action_apply()
        self.assertIn("has written again", dialog.meanwhile)
        self.assertEqual(self.question().state, "open")

    def test_after_an_answer_follow_up_can_wait_until_a_day(self):
        self.ask()
        self.reply(date_until=self.after(5))
        self.assertEqual(self.claim[0].hold_kind, "pause")
        self.assertEqual(self.claim[0].hold_id.date_until, self.after(5))

    # -- who reads it ----------------------------------------------------------------------

    def test_somebody_else_with_the_same_address_does_not_read_what_was_written(self):
        self.ask("My bank account was robbed")
        self.reply("How sad")
        self.opener.cookies.clear()
        page = self.get().text
        self.assertNotIn("robbed", page)
        self.assertNotIn("How sad", page)
        self.assertIn("Read what we wrote to each other before", page)

    def test_who_wrote_there_reads_no_answer_to_what_somebody_else_asked(self):
        self.ask("My own question")
        self.opener.cookies.clear()
        self.ask("Theirs", items=self.claim[1])
        theirs = self.question().filtered(lambda each: each.text == "Theirs")
        mine = self.question() - theirs
        for question, body in ((mine, "For me alone"), (theirs, "For them alone")):
            dialog = self.env["dunning.answer.wizard"].with_user(self.handler)
            dialog = dialog.with_context(active_model=question._name, active_id=question.id)
            dialog.create({"body": body}).action_apply()
        page = self.get().text
        self.assertIn("For them alone", page)
        self.assertNotIn("For me alone", page)

    def test_the_page_shows_nothing_that_was_said_to_another_debtor(self):
        move = self.claim[0].move_id
        self.ask()
        self.question().message_id.dunning_debtor_id = (
            self.env["dunning.debtor"]
            .sudo()
            .create({"company_id": self.company.id, "partner_id": self.consumer.id})
        )
        page = self.get().text
        self.assertNotIn("Which delivery", page)
        self.assertTrue(move)
