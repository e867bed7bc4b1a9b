from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user

from .common import DunningCommon


class TestResend(DunningCommon):
    """A message is sent once more on request: as a copy that moves nothing."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.collector = new_test_user(
            cls.env, "collector", groups="payt_dunning.group_dunning_user"
        )
        cls.viewer = new_test_user(cls.env, "viewer", groups="payt_dunning.group_dunning_viewer")

    def sent(self, *moves):
        """A message that was sent, as a collector sees it."""
        if not moves:
            self.invoice()
        self.run_and_deliver()
        return self.notices_to().with_user(self.collector)

    def copies(self):
        return self.notices_to().filtered("retry_of_id")

    def test_a_copy_leaves_with_the_body_as_sent_under_a_line_that_says_so(self):
        notice = self.sent()
        notice.action_resend()
        (mail,) = self.deliver()
        copy = self.copies()
        self.assertEqual((copy.state, copy.retry_of_id), ("sent", notice.sudo()))
        self.assertEqual(copy.recipient, notice.recipient)
        self.assertEqual(copy.subject, f"Copy: {notice.subject}")
        self.assertIn("This is a copy of our message of", copy.body)
        self.assertTrue(copy.body.endswith(notice.body))
        self.assertIn("This is a copy of our message of", mail)
        self.assertIn("/claim/m/", mail)
        self.assertNotIn("claim-page.invalid", mail)

    def test_a_copy_moves_no_level_and_starts_no_term(self):
        move = self.invoice()
        notice = self.sent(move)
        item = self.items(move)
        before = (item.reached, item.reached_on, item.next_position)
        notice.action_resend()
        self.deliver(day=self.after(3))
        item.debtor_id._decide_now()
        self.assertEqual((item.reached, item.reached_on, item.next_position), before)
        self.assertFalse(self.copies().line_ids.filtered("position"))
        self.assertFalse(any(self.copies().line_ids.mapped("slot")))

    def test_a_copy_does_not_delay_the_next_message(self):
        notice = self.sent()
        with self.on_day(self.after(6)):
            notice.action_resend()
        self.deliver(day=self.after(6))
        self.invoice()
        self.run_and_deliver(day=self.after(8))
        self.assertEqual(self.notices_to()[-1].sent_on, self.after(8))

    def test_two_who_order_a_copy_at_once_do_not_both_get_one(self):
        notice = self.sent()
        Notice = type(self.Notice)
        with (
            patch.object(Notice, "try_lock_for_update", lambda self, **_options: self.browse()),
            self.assertRaisesRegex(UserError, "Somebody is sending a copy"),
        ):
            notice.action_resend()
        self.assertFalse(self.copies())

    def test_a_copy_to_another_address_goes_there_alone(self):
        notice = self.sent()
        notice.action_resend("Director <director@bakery.example.com>")
        (mail,) = self.deliver()
        self.assertEqual(self.copies().recipient, "director@bakery.example.com")
        self.assertIn("director@bakery.example.com", mail)
        self.assertNotIn("pay@bakery.example.com", mail)

    def test_a_returned_message_goes_to_where_the_debtor_can_be_reached_now(self):
        notice = self.sent()
        notice.sudo()._set_returned("no such person")
        with self.assertRaisesRegex(UserError, "no working address"):
            notice.action_resend()
        self.business.email = "new@bakery.example.com"
        notice.action_resend()
        self.deliver()
        self.assertEqual(self.copies().recipient, "new@bakery.example.com")

    def test_a_copy_goes_to_the_address_that_the_debtor_has_now(self):
        notice = self.sent()
        self.business.email = "new@bakery.example.com"
        notice.action_resend()
        self.assertEqual(self.copies().recipient, "new@bakery.example.com")

    def test_a_copy_for_who_has_a_representative_goes_to_that_person_alone(self):
        notice = self.sent()
        self.env["res.partner"].create(
            {
                "name": "Administrator",
                "parent_id": self.business.id,
                "dunning_role": "representative",
                "email": "office@administrator.example.com",
            }
        )
        notice.action_resend()
        self.assertEqual(self.copies().recipient, "office@administrator.example.com")

    def test_an_address_that_failed_gets_no_copy(self):
        notice = self.sent()
        notice.sudo()._set_returned("no such person")
        with self.assertRaisesRegex(UserError, "was refused before"):
            notice.action_resend(notice.recipient)

    def test_what_is_no_address_gets_no_copy(self):
        notice = self.sent()
        for wrong in ("nobody", "a@b.example.com, c@d.example.com", "no one at home"):
            with self.assertRaisesRegex(UserError, "not one e-mail address"):
                notice.action_resend(wrong)

    def test_a_second_copy_waits_until_the_first_has_left(self):
        notice = self.sent()
        notice.action_resend()
        with self.assertRaisesRegex(UserError, "on its way already"):
            notice.action_resend()
        self.deliver()
        notice.action_resend()
        self.assertEqual(len(self.copies()), 2)

    def test_a_copy_of_a_copy_is_one_of_the_first_message(self):
        notice = self.sent()
        notice.action_resend()
        self.deliver()
        self.copies().with_user(self.collector).action_resend()
        self.assertEqual(self.copies().retry_of_id, notice.sudo())
        self.assertEqual(set(self.copies().mapped("subject")), {f"Copy: {notice.subject}"})

    def test_a_message_that_has_not_left_can_not_be_sent_again(self):
        self.invoice()
        self.run_day()
        with self.assertRaisesRegex(UserError, "Only mails that were sent"):
            self.notices_to().with_user(self.collector).action_resend()

    def test_nothing_is_copied_once_it_was_paid(self):
        move = self.invoice()
        notice = self.sent(move)
        self.pay(move)
        with self.assertRaisesRegex(UserError, "Nothing is open"):
            notice.action_resend()

    def test_a_copy_is_dropped_when_it_was_paid_before_it_left(self):
        move = self.invoice()
        notice = self.sent(move)
        notice.action_resend()
        self.pay(move)
        self.assertEqual(self.deliver(), [])
        self.assertEqual(self.copies().state, "cancelled")

    def test_a_copy_is_dropped_when_the_debtor_was_stopped_before_it_left(self):
        notice = self.sent()
        notice.action_resend()
        self.hold(debtor_id=notice.debtor_id.id, kind="stop_goodwill", reason="agreed")
        self.assertEqual(self.deliver(), [])
        self.assertEqual(self.copies().state, "cancelled")
        with self.assertRaisesRegex(UserError, "stopped for good"):
            notice.action_resend()

    def test_a_copy_stays_when_the_company_is_not_live(self):
        notice = self.sent()
        notice.action_resend()
        self.company._dunning_stop_live()
        self.assertEqual(self.deliver(), [])
        with self.assertRaisesRegex(UserError, "switched off"):
            notice.action_resend()

    def test_a_pause_does_not_keep_a_copy_back(self):
        notice = self.sent()
        self.hold(debtor_id=notice.debtor_id.id)
        notice.action_resend()
        self.assertEqual(len(self.deliver()), 1)

    def test_only_collectors_of_the_company_send_again(self):
        notice = self.sent()
        with self.assertRaises(AccessError):
            notice.with_user(self.viewer).action_resend()
        other = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            "stranger",
            groups="payt_dunning.group_dunning_user",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        with self.assertRaises(AccessError):
            notice.with_user(stranger).action_resend()
        with self.assertRaises(AccessError):
            self.env["dunning.resend.wizard"].with_user(stranger).with_context(
                default_notice_id=notice.id
            ).default_get(["recipient"])

    def test_the_wizard_proposes_the_address_and_queues_the_copy(self):
        notice = self.sent()
        wizard = (
            self.env["dunning.resend.wizard"]
            .with_user(self.collector)
            .with_context(default_notice_id=notice.id)
        )
        with Form(wizard) as form:
            self.assertEqual(form.recipient, "pay@bakery.example.com")
            form.recipient = "director@bakery.example.com"
        form.record.action_resend()
        self.assertEqual(self.copies().recipient, "director@bakery.example.com")

    def test_an_answer_to_a_copy_lands_on_the_oldest_invoice(self):
        move = self.invoice()
        notice = self.sent(move)
        notice.action_resend()
        mail = self.copies().mail_id
        self.assertEqual((mail.model, mail.res_id), ("account.move", move.id))
        self.deliver()
        logged = move.message_ids.filtered(lambda m: "Copy: " in (m.body or ""))
        self.assertEqual(len(logged), 1)
