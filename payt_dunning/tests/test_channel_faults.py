import ssl
from unittest.mock import patch

import psycopg2
import requests
import urllib3

from odoo import Command
from odoo.tools import mute_logger

from ..models.dunning_way import Outcome
from ..models.dunning_way_sms import _lost
from .channels_common import ChannelCase, ScriptedProvider

DISPATCH = "odoo.addons.payt_dunning.models.dunning_dispatch"


class TestChannelFaults(ChannelCase):
    """What goes wrong between us and the other side of a channel, seldom and all at once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sms_first = cls.policy("email", "sms", "letter")

    # -- reports -------------------------------------------------------------------------------

    def test_a_phone_that_was_off_while_the_message_was_handed_over_is_tried_again(self):
        notice = self.begun().notice_line_ids.notice_id
        notice._mark("sending")
        notice._take_undelivered("expired")
        notice._set_sent(day=self.today)
        self.assertEqual(notice.state, "returned")
        self.assertEqual(self.failed(notice).until, self.after(30))

    def test_a_phone_that_was_off_makes_an_unclear_message_clear_and_is_tried_again(self):
        notice = self.begun().notice_line_ids.notice_id
        notice._mark("sending")
        notice._set_ambiguous("silence")
        notice._take_undelivered("expired")
        self.assertEqual(notice.state, "failed")
        self.assertEqual(self.failed(notice).until, self.after(30))

    def test_a_phone_that_was_off_before_the_line_broke_is_tried_again(self):
        notice = self.begun().notice_line_ids.notice_id
        notice._mark("sending")
        notice._take_undelivered("expired")
        notice._set_ambiguous("silence")
        self.assertEqual(notice.state, "failed")
        self.assertEqual(self.failed(notice).until, self.after(30))

    def test_what_was_delivered_is_not_sent_again_whatever_the_gateway_says(self):
        notice = self.begun().notice_line_ids.notice_id
        dispatch = self.env["dunning.dispatch"].sudo()
        notice._mark("sending")
        notice._take_delivered()
        with self.no_commit():
            dispatch._record(notice, Outcome("later", "", "HTTP 503"), self.today)
        self.assertEqual((notice.state, notice.line_ids.item_id.reached), ("sent", 1))

    def test_a_message_that_waits_to_be_tried_again_and_was_delivered_is_not_sent_again(self):
        notice = self.begun().notice_line_ids.notice_id
        self.dispatch(ScriptedProvider("insufficient_credit"))
        self.assertEqual(notice.state, "queued")
        notice._take_delivered()
        self.let_wait_be_over(notice)
        self.assertFalse(self.dispatch())
        self.assertEqual((notice.state, notice.line_ids.item_id.reached), ("sent", 1))

    def test_a_provider_that_says_it_has_an_unclear_message_makes_it_clear(self):
        notice = self.begun().notice_line_ids.notice_id
        notice._mark("sending")
        notice._set_ambiguous("silence")
        tracker = self.env["sms.tracker"].search([("sms_uuid", "=", notice.provider_reference)])
        tracker._action_update_from_sms_state("pending")
        self.assertEqual((notice.state, notice.line_ids.item_id.reached), ("sent", 1))
        self.assertFalse(notice.delivered_at)

    def test_a_level_that_arrived_by_another_channel_stops_nobody_when_one_comes_back(self):
        policy = self.policy("email", "sms", every=True)
        policy.level_ids = [
            Command.create(
                {
                    "name": "Level 2",
                    "days": 10,
                    "channel_ids": [Command.set(self.channel("email").ids)],
                    "subject": "About {numbers}",
                    "text": "Please pay {amount}.",
                }
            )
        ]
        policy._publish()
        self.business.email = "pay@bakery.example.com"
        item = self.begun()
        self.deliver()
        self.dispatch()
        text = self.notices_to().filtered(lambda each: each.channel == "sms")
        self.run_and_deliver(day=self.after(14))
        self.assertEqual(item.reached, 2)
        text._take_undelivered("no such number", wrong_address=True)
        self.assertEqual((text.state, item.reached), ("returned", 2))
        self.assertFalse(self.env["dunning.hold"].search([("kind", "=", "undeliverable")]))

    # -- one that fails, and the others --------------------------------------------------------

    @mute_logger(DISPATCH)
    def test_a_message_that_can_not_be_made_does_not_keep_the_others(self):
        for number in range(3):
            self.invoice(partner=self.mobile(number))
        self.run_day()
        notices = self.Notice.search([("channel", "=", "sms")], order="id")
        Way = type(self.env["dunning.channel.sms"])
        prepare = Way._prepare

        def broken(way, notice):
            if notice == notices[0]:
                raise TypeError("a bug of somebody's channel")
            return prepare(way, notice)

        with patch.object(Way, "_prepare", broken):
            self.assertEqual(len(self.dispatch()), 2)
        self.assertEqual(notices.mapped("state"), ["failed", "sent", "sent"])

    @mute_logger(DISPATCH)
    def test_a_message_that_can_not_be_looked_at_does_not_keep_the_others(self):
        for number in range(3):
            self.invoice(partner=self.mobile(number))
        self.run_day()
        notices = self.Notice.search([("channel", "=", "sms")], order="id")
        look = type(notices)._why_not_to_send

        def broken(notice, *args):
            if notice == notices[0]:
                raise ZeroDivisionError("something odd in the books")
            return look(notice, *args)

        with (
            patch.object(type(notices), "_why_not_to_send", broken),
            patch.object(self.env.cr, "rollback", lambda: None),
        ):
            self.assertEqual(len(self.dispatch()), 2)
        self.assertEqual(notices.mapped("state"), ["queued", "sent", "sent"])
        self.assertIn("odd", notices[0].failure)
        self.assertEqual(len(self.dispatch()), 0, "not at once again")

    @mute_logger(DISPATCH)
    def test_of_a_long_queue_one_message_is_tried_while_the_channel_is_silent(self):
        for number in range(5):
            self.invoice(partner=self.mobile(number))
        self.run_day()
        silent = ScriptedProvider(*[requests.exceptions.ReadTimeout("no answer")] * 5)
        with patch.object(type(self.env["dunning.channel.sms"]), "_batch", 2):
            for _round in range(3):
                self.dispatch(silent)
        self.assertEqual(len(silent.sent), 1)

    def test_a_task_about_a_channel_stays_while_nothing_was_handed_over(self):
        moves = [self.invoice(partner=self.mobile(number)) for number in range(2)]
        self.run_day()
        self.dispatch(ScriptedProvider("insufficient_credit"))
        task = self.company.partner_id.activity_ids
        self.assertTrue(task)
        self.pay(moves[0])
        self.let_wait_be_over(self.items(moves[0]).notice_line_ids.notice_id)
        self.assertFalse(self.dispatch())
        self.assertTrue(task.exists())

    def test_a_message_of_a_channel_that_is_gone_is_decided_about_anew(self):
        item = self.begun()
        notice = item.notice_line_ids.notice_id
        notice.channel = "gone"
        self.dispatch()
        self.assertEqual(notice.state, "cancelled")
        self.run_day()
        self.assertEqual(self.notices_to()[-1].channel, "sms")

    def test_an_outcome_is_written_again_after_a_deadlock(self):
        notice = self.begun().notice_line_ids.notice_id
        notice._mark("sending")
        dispatch, tried = self.env["dunning.dispatch"].sudo(), []

        def record(self, notice, outcome, day):
            tried.append(outcome.kind)
            if len(tried) == 1:
                raise psycopg2.errors.DeadlockDetected()
            notice._set_sent(day=day)

        Dispatch = type(dispatch)
        with (
            self.no_commit(),
            patch.object(Dispatch, "_record_once", record),
            patch.object(self.env.cr, "rollback", lambda: None),
        ):
            dispatch._record(notice, Outcome("sent"), self.today)
        self.assertEqual((tried, notice.state), (["sent", "sent"], "sent"))

    # -- numbers ---------------------------------------------------------------------------------

    def test_a_number_of_a_contact_without_country_is_of_the_companys(self):
        self.company.country_id = self.env.ref("base.nl")
        self.business.write({"phone": "06 12345678", "country_id": False})
        self.begun()
        self.assertEqual([number for _c, number, _t in self.dispatch()], ["+31612345678"])

    # -- several channels ------------------------------------------------------------------------

    def test_all_channels_of_a_level_that_was_put_between_others_are_used(self):
        policy = self.policy("email", "sms", every=True)
        values = {
            "channel_ids": [Command.set((self.channel("email") | self.channel("sms")).ids)],
            "every_channel": True,
            "subject": "About {numbers}",
            "text": "Please pay {amount}.",
        }
        policy.level_ids = [Command.create({"name": "Last", "days": 30, **values})]
        policy.level_ids = [Command.create({"name": "Between", "days": 10, **values})]
        policy._publish()
        self.business.email = "pay@bakery.example.com"
        self.run_all_channels(self.today)
        self.run_all_channels(self.after(14))
        self.assertEqual(
            [(each.level_name, each.channel, each.state) for each in self.notices_to()],
            [
                (level, channel, "sent")
                for level in ("Level 1", "Between")
                for channel in ("email", "sms")
            ],
        )

    def run_all_channels(self, day):
        if not self.env["account.move"].search([("partner_id", "=", self.business.id)]):
            self.invoice()
        self.run_day(day=day)
        self.deliver(day=day)
        self.dispatch(day=day)

    # -- the line --------------------------------------------------------------------------------

    def test_an_encrypted_line_that_never_stood_let_nothing_leave(self):
        plain = ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] wrong version number")
        plain.reason = "WRONG_VERSION_NUMBER"
        for cause in (ssl.SSLCertVerificationError(1, "certificate verify failed"), plain):
            with self.subTest(cause):
                self.assertEqual(_lost(secure(cause)).kind, "later")

    def test_an_encrypted_line_that_breaks_later_is_unclear(self):
        alert = ssl.SSLError(1, "[SSL: SSLV3_ALERT_BAD_RECORD_MAC] alert bad record mac")
        self.assertEqual(_lost(secure(alert)).kind, "ambiguous")

    def test_a_gateway_that_lets_nobody_in_is_no_fault_of_the_messages(self):
        kinds = {
            "later": (401, 403, 404, 407, 429, 503),
            "failed": (400, 413, 422),
            "ambiguous": (408, 500, 502, 504),
        }
        for kind, statuses in kinds.items():
            for status in statuses:
                with self.subTest(status):
                    answer = requests.Response()
                    answer.status_code = status
                    error = requests.exceptions.HTTPError("said", response=answer)
                    self.assertEqual(_lost(error).kind, kind)

    # -- builders ----------------------------------------------------------------------------

    def channel(self, code):
        return self.env["dunning.channel"].search([("code", "=", code)])

    def mobile(self, number):
        return self.debtor(f"Debtor {number}", email=False, phone=f"+3161234560{number}")

    def failed(self, notice):
        return notice.debtor_id.failed_address_ids


def secure(cause):
    """An error of an encrypted line, as requests wraps it."""
    inner = urllib3.exceptions.SSLError(cause)
    return requests.exceptions.SSLError(urllib3.exceptions.MaxRetryError(None, "/", inner))
