from contextlib import contextmanager
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user

from ..tools import Heard
from .common import DunningCommon

MAIL = """From: {author}
To: catchall@creditor.example.com
Subject: {subject}
Message-Id: <{number}@bakery.example.com>
In-Reply-To: {answered}
References: {answered}
{headers}Content-Type: {kind}; charset=utf-8

{body}
"""
GMAIL = """<div dir="ltr">{own}</div><div class="gmail_quote"><div class="gmail_attr">On Mon, 2 Nov
2026 Creditor wrote:</div><blockquote class="gmail_quote">{quoted}</blockquote></div>"""


class TestQuestions(DunningCommon):
    """What debtors write by mail: where it lands, what it holds, when it is answered."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.handler = new_test_user(
            cls.env, "handler", groups="payt_dunning.group_dunning_user", name="Hanna Handler"
        )
        cls.moves = cls.invoice(amount=100) | cls.invoice(days_late=6, amount=50)
        cls().run_and_deliver()
        cls.notice = cls.Notice.search([("debtor_id.partner_id", "=", cls.business.id)])
        cls.debtor_record = cls.notice.debtor_id
        cls.oldest, cls.newest = cls.moves.sorted("invoice_date_due")

    def mail(self, body="A question", author="pay@bakery.example.com", number=1, **options):
        """Let the mail gateway take in a mail that answers our message."""
        values = {
            "subject": "Re: reminder",
            "answered": self.notice.message_id,
            "headers": "",
            "kind": "text/plain",
            **options,
        }
        text = MAIL.format(author=author, number=number, body=body, **values)
        root = self.env.ref("base.user_root")
        self.env["mail.thread"].with_user(root).message_process("account.move", text)
        self.env.flush_all()

    @property
    def questions(self):
        return self.env["dunning.question"].sudo().search([])

    # -- where it lands --------------------------------------------------------------------

    def test_an_answer_to_a_message_about_several_lands_on_the_oldest(self):
        self.mail()
        self.assertEqual(self.questions.move_id, self.oldest)
        self.assertEqual(self.questions.item_ids, self.items(self.moves))

    def test_an_answer_that_names_an_invoice_lands_on_that_one(self):
        self.mail(f"Please explain {self.newest.name}.")
        self.assertEqual(self.questions.move_id, self.newest)
        self.assertEqual(self.questions.message_id.res_id, self.newest.id)

    def test_a_number_in_the_subject_counts(self):
        self.mail(subject=f"Invoice {self.newest.name.lower()}?")
        self.assertEqual(self.questions.move_id, self.newest)

    def test_a_number_that_is_only_quoted_does_not_count(self):
        body = GMAIL.format(own="What is this?", quoted=f"{self.newest.name} is open")
        self.mail(body, kind="text/html")
        self.assertEqual(self.questions.move_id, self.oldest)
        self.assertEqual(self.questions.text, "What is this?")

    def test_an_invoice_of_another_debtor_that_is_named_gets_nothing(self):
        other = self.invoice(partner=self.consumer)
        self.Item._sync(self.company)
        self.mail(f"What about {other.name}?")
        self.assertEqual(self.questions.move_id, self.oldest)

    def test_it_is_moved_to_the_right_invoice_with_its_hold(self):
        self.mail()
        question = self.questions
        dialog = (
            self.env["dunning.question.move"]
            .with_user(self.handler)
            .with_context(active_id=question.id)
            .create({})
        )
        self.assertEqual(dialog.move_id, self.newest, "the other of the message is proposed")
        dialog.action_apply()
        self.assertEqual(question.move_id, self.newest)
        self.assertEqual(question.message_id.res_id, self.newest.id)
        held = self.env["dunning.hold"].search([("released_on", "=", False)])
        self.assertEqual(held.move_id, self.newest)
        tasks = self.env["mail.activity"].search([("res_model", "=", "account.move")])
        self.assertEqual(tasks.mapped("res_id"), self.newest.ids)

    def test_a_message_of_an_unknown_sender_moves_with_its_question(self):
        self.mail(author="stranger@elsewhere.example.com")
        [question] = self.questions
        message = question.message_id
        self.assertFalse(message.dunning_debtor_id)
        question._move_to(self.newest)
        self.assertEqual(message.res_id, self.newest.id)

    def test_it_can_t_be_moved_to_another_debtor(self):
        other = self.invoice(partner=self.consumer)
        self.Item._sync(self.company)
        self.mail()
        with self.assertRaisesRegex(UserError, "is not an invoice of"):
            self.questions._move_to(other)

    def test_moved_to_where_another_waits_both_wait_as_one(self):
        self.mail()
        self.mail(f"And {self.newest.name}?", number=2)
        first = self.questions.filtered(lambda each: each.move_id == self.oldest)
        kept = first._move_to(self.newest)
        self.assertEqual(self.questions, kept)
        self.assertIn("A question", kept.text)
        self.assertIn("And ", kept.text)

    def test_the_answer_to_one_message_does_not_end_what_another_holds(self):
        self.mail()
        self.mail(f"And {self.newest.name}?", number=2)
        first = self.questions.filtered(lambda each: each.move_id == self.oldest)
        self.assertIn(self.items(self.newest), first.item_ids, "it is about both")
        first._close("answered", self.handler)
        held = self.env["dunning.hold"].search([("released_on", "=", False)])
        self.assertIn(self.newest, held.move_id)

    def test_what_waits_for_an_answer_is_not_released_by_hand(self):
        self.mail()
        hold = self.env["dunning.hold"].search([("released_on", "=", False)], limit=1)
        with self.assertRaisesRegex(UserError, "waits for an answer"):
            hold.with_user(self.handler).action_release("because")
        self.questions._close("closed", self.handler)
        self.assertTrue(hold.released_on)

    # -- who wrote -------------------------------------------------------------------------

    def test_an_unknown_sender_is_heard_and_gets_no_answer_at_its_address(self):
        self.mail(author="Somebody <stranger@else.example.com>")
        question = self.questions
        self.assertTrue(question.unknown_sender)
        self.assertEqual(question.email, "stranger@else.example.com")
        self.assertFalse(question.message_id.dunning_debtor_id, "not on the debtor's page")
        self.assertFalse(self.notices_to(kind="talk"), "nothing is said to strangers")
        question._answered_by(self.oldest.with_user(self.handler).sudo().message_post(body="Hello"))
        self.assertEqual(self.notices_to(kind="talk").recipient, "pay@bakery.example.com")

    def test_a_colleague_of_the_debtor_gets_the_answer_at_its_own_address(self):
        self.env["res.partner"].create(
            {"name": "Bea", "parent_id": self.business.id, "email": "bea@bakery.example.com"}
        )
        self.mail(author="bea@bakery.example.com")
        self.assertFalse(self.questions.unknown_sender)
        self.assertEqual(self.questions._reply_address(), "bea@bakery.example.com")

    def test_another_debtor_who_answers_shows_on_nobody_s_page(self):
        self.invoice(partner=self.consumer)
        self.Item._sync(self.company)
        self.mail(author="jan@jansen.example.com")
        self.assertTrue(self.questions.unknown_sender)
        self.assertFalse(self.questions.message_id.dunning_debtor_id)

    # -- what is said at once --------------------------------------------------------------

    def test_who_answers_by_mail_is_told_that_we_have_it_and_what_happens_now(self):
        self.mail()
        (talk,) = self.notices_to(kind="talk")
        self.assertEqual((talk.topic, talk.recipient), ("received", "pay@bakery.example.com"))
        self.assertIn("no formal messages", talk.body)
        mail = talk.mail_id
        self.assertEqual(mail.references, self.questions.message_id.message_id)
        self.assertIn("auto-generated", mail.headers)

    def test_that_is_said_once_a_day(self):
        self.mail()
        self.questions._close("closed", self.env.user)
        self.mail(number=2)
        self.assertEqual(len(self.questions), 2)
        self.assertEqual(len(self.notices_to(kind="talk")), 1)

    def test_a_company_may_leave_it_out(self):
        self.company.dunning_acknowledge = False
        self.mail()
        self.assertFalse(self.notices_to(kind="talk"))

    def test_programs_that_answer_each_other_stop_at_once(self):
        for number, header in enumerate(
            ("Auto-Submitted: auto-replied", "Precedence: bulk", "X-Autoreply: yes"), 1
        ):
            self.mail(headers=f"{header}\n", number=number)
        self.assertFalse(self.questions)
        self.assertFalse(self.notices_to(kind="talk"))

    def test_what_is_quoted_holds_no_address_of_a_page(self):
        path = self.env["dunning.page.door"]._path("m", self.notice.id, self.debtor_record)
        quoted = f'<a href="https://x.example.com{path}">pay</a>'
        self.mail(GMAIL.format(own="Hi", quoted=quoted), kind="text/html")
        self.assertNotIn(path.rpartition("/")[2], self.questions.message_id.body)

    def test_files_of_an_answer_are_kept_and_never_read_as_invoices(self):
        Move = type(self.env["account.move"])
        boundary = 'multipart/mixed; boundary="b"'
        body = (
            "--b\nContent-Type: text/plain\n\nSee the file\n--b\n"
            'Content-Type: application/xml; name="bill.xml"\n'
            'Content-Disposition: attachment; filename="bill.xml"\n\n<Invoice/>\n--b--'
        )
        with patch.object(Move, "_to_files_data", side_effect=AssertionError):
            self.mail(body, kind=boundary)
        self.assertEqual(self.questions.message_id.attachment_ids.mapped("name"), ["bill.xml"])

    # -- what waits ------------------------------------------------------------------------

    def test_friendly_steps_go_on_after_some_days_formal_ones_wait_for_the_answer(self):
        self.mail()
        item = self.items(self.oldest)
        facts = self.env["dunning.facts"].sudo()

        def decided(day):
            found = facts._candidates(self.debtor_record, day)
            return next(c for c in found if c.facts.item_id == item.id)

        self.assertEqual(decided(self.after(7)).decision.code, "hold")
        self.assertNotEqual(decided(self.after(8)).decision.code, "hold")
        self.assertTrue(decided(self.after(8)).facts.unanswered(self.after(8)))
        formal = item._policy().level_ids.filtered(lambda level: level.phase == "notice")[:1]
        item.start_position = formal.position
        decision = decided(self.after(60)).decision
        if decision.rung and decision.rung.formal:
            self.assertEqual(decision.code, "hold")

    def test_a_message_after_a_hold_was_over_gets_a_new_one(self):
        self.mail()
        Hold = self.env["dunning.hold"]
        first = Hold._owned_by(self.questions)
        until = first.mapped("date_until")
        with self.on_day(self.after(20)):
            self.mail("Well?", number=2)
            again = Hold._owned_by(self.questions) - first
            self.assertEqual(first.mapped("date_until"), until)
            self.assertEqual(again.move_id, first.move_id)
            self.assertEqual(again.mapped("date_from"), [self.after(20)] * len(again))
            # Held still: that one lasts longer.
            last = max(again.mapped("date_until"))
            with self.on_day(self.after(22)):
                self.mail("Well?", number=3)
                self.assertEqual(Hold._owned_by(self.questions), first + again)
                self.assertGreater(min(again.mapped("date_until")), last)

    def test_a_manager_is_told_after_five_working_days_once(self):
        self.mail()
        Question, late = self.env["dunning.question"].sudo(), "payt_dunning.activity_late_answer"
        tasks = lambda: self.env["mail.activity"].search(  # noqa: E731
            [("activity_type_id", "=", self.env.ref(late).id)]
        )
        Question._watch(self.company, self.after(1))
        self.assertFalse(tasks())
        Question._watch(self.company, self.after(14))
        Question._watch(self.company, self.after(15))
        self.assertEqual(tasks().res_id, self.oldest.id)
        self.assertTrue(tasks().user_id.has_group("payt_dunning.group_dunning_manager"))

    def test_days_on_which_nobody_works_do_not_make_an_answer_late(self):
        self.mail()
        late = self.env.ref("payt_dunning.activity_late_answer")
        closed = frozenset(self.after(days) for days in range(14))
        with patch.object(type(self.env["dunning.when"]), "_closed", lambda *args: closed):
            self.env["dunning.question"].sudo()._watch(self.company, self.after(14))
        self.assertFalse(self.env["mail.activity"].search([("activity_type_id", "=", late.id)]))

    def test_what_needs_no_answer_is_closed_by_a_collector(self):
        self.mail()
        self.questions.with_user(self.handler).action_no_answer()
        self.assertEqual(self.questions.state, "closed")
        self.assertFalse(self.env["dunning.hold"].search([("released_on", "=", False)]))

    def test_a_viewer_can_t_decide_about_it(self):
        viewer = new_test_user(self.env, "viewer", groups="payt_dunning.group_dunning_viewer")
        self.mail()
        with self.assertRaises(AccessError):
            self.questions.with_user(viewer).action_no_answer()

    def test_an_invoice_whose_debtor_waits_is_found(self):
        self.mail()
        found = self.env["account.move"].search([("dunning_unanswered", "=", True)])
        self.assertEqual(found, self.oldest)
        self.assertTrue(self.oldest.dunning_unanswered)

    def test_what_waits_follows_a_merge_of_contacts(self):
        self.mail()
        question = self.questions
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.business | self.consumer).ids, self.consumer)
        self.assertEqual(question.debtor_id.partner_id, self.consumer)
        self.assertEqual(question.message_id.dunning_debtor_id, question.debtor_id)

    def test_while_nothing_of_ours_leaves_core_mails_the_answer(self):
        self.company._dunning_stop_live()
        self.mail()
        self.oldest.message_post(
            body="Hello",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=self.business.ids,
        )
        self.assertEqual(self.questions.state, "answered")
        self.assertFalse(self.notices_to(kind="talk"))
        self.assertIn(self.business, self.questions.answer_id.notified_partner_ids)

    # -- nothing leaks ---------------------------------------------------------------------

    def test_no_recipient_learns_the_addresses_of_the_others(self):
        other = self.env["res.partner"].create({"name": "Lawyer", "email": "law@example.com"})
        self.oldest.message_subscribe(other.ids + self.business.ids)
        with self.mock_headers() as headers:
            self.oldest.message_post(
                body="Hello", message_type="comment", subtype_xmlid="mail.mt_comment"
            )
        self.assertTrue(headers)
        self.assertFalse([each for each in headers if "law@example.com" in repr(each)])

    def mock_headers(self):
        Mail = type(self.env["mail.mail"])
        core, seen = Mail.create, []

        @contextmanager
        def watch():
            def create(mails, vals_list):
                made = core(mails, vals_list)
                seen.extend(made.mapped("headers"))
                return made

            with patch.object(Mail, "create", create):
                yield seen

        return watch()

    def test_an_answer_goes_to_who_asked_alone(self):
        other = self.env["res.partner"].create({"name": "Lawyer", "email": "law@example.com"})
        self.oldest.message_subscribe(other.ids)
        self.mail()
        self.notices_to(kind="talk").mail_id.unlink()
        self.oldest.with_context(dunning_heard=Heard(debtor_id=self.debtor_record.id)).message_post(
            body="Only for you", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        talk = self.notices_to(kind="talk").filtered(lambda each: each.topic == "answer")
        self.assertEqual(talk.recipient, "pay@bakery.example.com")
        self.assertNotIn("law@example.com", talk.mail_id.email_to)
        self.assertFalse(talk.mail_id.email_cc)
