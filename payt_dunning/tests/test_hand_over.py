from datetime import timedelta
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import new_test_user
from odoo.tools import html2plaintext, mute_logger

from .common import DunningCommon, ScriptedSMTP

CORE_MAIL = "odoo.addons.mail.models.mail_mail"
OUR_MAIL = "odoo.addons.payt_dunning.models.mail_mail"


class TestHandOver(DunningCommon):
    """A message leaves at most once, and only while it is still right."""

    def make_once(self):
        super().make_once()
        self.move = self.invoice(amount=100)
        self.run_day()
        self.notice = self.Notice.search([("debtor_id.partner_id", "=", self.business.id)])
        self.item = self.items(self.move)

    def test_a_delivered_message_reaches_its_level(self):
        mails = self.deliver()
        self.assertEqual(len(mails), 1)
        self.assertEqual(self.notice.state, "sent")
        self.assertEqual((self.item.reached, self.item.reached_on), (2, self.today))

    def test_a_planned_message_has_not_reached_its_level_yet(self):
        self.assertEqual(self.item.reached, 0)

    def test_the_mail_links_to_its_page_and_what_is_kept_does_not(self):
        (mail,) = self.deliver()
        door = self.env["dunning.page.door"]
        token = door._token("m", self.notice.id, self.notice.debtor_id.page_version)
        self.assertIn(f"/claim/m/{self.notice.id}/{token}", mail)
        self.assertNotIn("invalid", mail)
        self.assertNotIn(token, self.notice.body)

    def test_paid_between_plan_and_hand_over_sends_nothing(self):
        self.pay(self.move)
        self.assertFalse(self.deliver())
        self.assertEqual(self.notice.state, "cancelled")

    def test_partly_paid_in_between_is_made_anew_with_the_new_amount(self):
        self.pay(self.move, amount=40)
        self.assertFalse(self.deliver())
        self.run_day()
        self.assertEqual(self.Notice.search([], limit=1).amount, 60)

    def test_a_corrected_address_is_used_instead_of_the_planned_one(self):
        self.business.email = "new@bakery.example.com"
        self.assertFalse(self.deliver())
        self.run_day()
        (mail,) = self.deliver()
        self.assertIn("new@bakery.example.com", mail)

    def test_blocked_in_between_sends_nothing(self):
        self.move.action_toggle_block_payment()
        self.assertFalse(self.deliver())

    def test_sending_switched_off_in_between_sends_nothing(self):
        self.company._dunning_stop_live()
        self.assertFalse(self.deliver())

    def test_a_hold_made_the_day_after_planning_stops_the_mail(self):
        self.hold(item_id=self.item.id, date_from=self.today + timedelta(days=1))
        self.assertFalse(self.deliver(day=self.today + timedelta(days=1)))
        self.assertEqual(self.notice.state, "cancelled")

    def test_outside_the_hours_a_message_that_was_put_off_waits_for_the_morning(self):
        When = type(self.env["dunning.when"])
        morning = fields.Datetime.now() + timedelta(hours=8)
        with patch.object(
            When, "_moments", lambda self, notices, *args: dict.fromkeys(notices.ids, morning)
        ):
            self.assertFalse(self.deliver())
        self.assertEqual(self.notice.state, "queued")
        self.assertEqual(self.notice.mail_id.scheduled_date, morning)

    def test_what_left_before_a_restart_is_no_level_of_the_new_beginning(self):
        self.notice._update_state("sending")
        self.notice._set_ambiguous("nobody knows")
        self.item._begin_again()
        self.notice.sudo(False).action_was_sent()
        self.assertEqual((self.item.reached, self.item.episode), (0, 2))

    def test_a_message_of_before_a_restart_does_not_leave(self):
        self.item._begin_again()
        self.assertFalse(self.deliver())

    def test_a_message_that_waited_for_days_is_made_anew(self):
        self.assertFalse(self.deliver(day=self.today + timedelta(days=2)))
        self.assertEqual(self.notice.state, "cancelled")

    @mute_logger(CORE_MAIL, OUR_MAIL)
    def test_a_refused_recipient_fails_the_address_and_is_not_tried_again(self):
        self.deliver(ScriptedSMTP({"rcpt": (550, b"no such user")}))
        self.assertEqual(self.notice.state, "failed")
        self.assertEqual(self.item.reached, 0)
        self.run_day()
        self.assertEqual(self.item.reason, "no_address")

    @mute_logger(CORE_MAIL, OUR_MAIL)
    def test_a_server_that_is_busy_gets_the_same_message_later(self):
        self.deliver(ScriptedSMTP({"rcpt": (451, b"try later")}))
        self.assertEqual(self.notice.state, "queued")
        self.assertEqual(self.notice.mail_id.state, "outgoing")
        self.assertTrue(self.notice.mail_id.scheduled_date)

    @mute_logger(CORE_MAIL, OUR_MAIL)
    def test_a_line_that_breaks_before_the_content_gets_the_same_message_later(self):
        self.deliver(ScriptedSMTP({"mail": "drop"}))
        self.assertEqual(self.notice.state, "queued")

    @mute_logger(CORE_MAIL, OUR_MAIL)
    def test_a_line_that_breaks_after_the_content_is_unclear_and_nothing_is_sent_again(self):
        self.assertEqual(len(self.deliver(ScriptedSMTP({"content": "drop"}))), 1)
        self.assertEqual(self.notice.state, "ambiguous")
        self.run_day()
        self.assertFalse(self.deliver())
        self.assertEqual(self.item.reason, "ambiguous")

    @mute_logger(CORE_MAIL, OUR_MAIL)
    def test_a_refusal_of_the_content_is_certain(self):
        self.deliver(ScriptedSMTP({"content": (554, b"looks like spam")}))
        self.assertEqual(self.notice.state, "failed")
        self.assertIn("spam", self.notice.failure)

    @mute_logger(CORE_MAIL, OUR_MAIL)
    def test_after_a_dropped_line_the_other_messages_go_by_a_new_connection(self):
        self.invoice(partner=self.consumer, days_late=6)
        self.run_day()
        mails = self.deliver(ScriptedSMTP({"content": "drop"}), ScriptedSMTP())
        self.assertEqual(len(mails), 2)
        states = self.Notice.search([]).mapped("state")
        self.assertCountEqual(states, ["ambiguous", "sent"])

    @mute_logger(CORE_MAIL, OUR_MAIL)
    def test_a_server_that_refuses_to_talk_fails_nothing(self):
        self.deliver(ScriptedSMTP({"mail": (421, b"closing")}))
        self.assertEqual(self.notice.state, "queued")

    def test_a_server_that_cannot_be_reached_fails_nothing(self):
        self.deliver(None)
        self.assertEqual(self.notice.state, "queued")
        self.assertEqual(self.notice.mail_id.state, "outgoing")

    def test_a_message_found_in_sending_is_unclear(self):
        self.notice._update_state("sending")
        self.Notice._find_orphans()
        self.assertEqual(self.notice.state, "ambiguous")
        self.assertFalse(self.deliver())

    def test_unclear_and_it_was_sent_reaches_the_level(self):
        self.notice._update_state("sending")
        self.Notice._find_orphans()
        self.notice.sudo(False).action_was_sent()
        self.assertEqual(self.item.reached, 2)

    def test_unclear_and_it_was_not_sent_is_decided_anew(self):
        self.notice._update_state("sending")
        self.Notice._find_orphans()
        self.notice.sudo(False).action_was_not_sent()
        self.assertEqual(self.notice.state, "cancelled")
        self.run_day()
        self.assertEqual(len(self.deliver()), 1)

    def test_the_database_refuses_a_second_message_for_the_same_slot(self):
        line = self.notice.line_ids
        with (
            self.assertRaises(IntegrityError),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            line.copy({"notice_id": self.notice.copy({"line_ids": False}).id})
            self.env.flush_all()

    def test_a_state_cannot_be_entered_from_anywhere(self):
        self.deliver()
        with self.assertRaises(UserError):
            self.notice._update_state("queued")

    def test_somebody_else_handing_it_over_is_left_alone(self):
        with self.registry.cursor() as other:
            other.execute("SELECT pg_advisory_xact_lock(%s, %s)", (0x70617974, self.notice.id))
            self.assertFalse(self.notice._try_claim())

    def test_every_invoice_shows_the_message_in_its_chatter(self):
        self.notice._drop("make room")
        second = self.invoice(amount=50)
        self.run_day()
        self.deliver()
        comment = self.env.ref("mail.mt_comment")
        for move in self.move + second:
            messages = move.message_ids.filtered(
                lambda m: m.message_type == "email_outgoing" and m.body
            )
            self.assertEqual(len(messages), 1)
            self.assertEqual(messages.subtype_id, comment)

    def test_an_invoice_shows_no_message_without_a_text(self):
        for when in ("queued", "sent"):
            with self.subTest(when):
                fetched = self.env["mail.message"]._message_fetch(None, thread=self.move)
                texts = [html2plaintext(message.body) for message in fetched["messages"]]
                self.assertEqual([text for text in texts if not text], [], texts)
            self.deliver()

    def test_a_user_without_the_group_cannot_decide_about_unclear_messages(self):
        self.notice._update_state("sending")
        self.Notice._find_orphans()
        user = new_test_user(self.env, "outsider", groups="base.group_user")
        with self.assertRaises(Exception) as caught:
            self.notice.with_user(user).action_was_sent()
        self.assertEqual(type(caught.exception).__name__, "AccessError")
        self.assertEqual(self.notice.state, "ambiguous")
