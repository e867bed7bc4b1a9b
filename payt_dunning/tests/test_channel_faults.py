import ssl
from unittest.mock import patch

import psycopg2
import requests
import urllib3

from odoo import Command

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
            patch.object(type(self.env.cr), "rollback", lambda cursor: None),
        ):
            dispatch._record(notice, Outcome("sent"), self.today)
        self.assertEqual((tried, notice.state), (["sent", "sent"], "sent"))

    # -- numbers ---------------------------------------------------------------------------------

    # -- several channels ------------------------------------------------------------------------

    # -- the line --------------------------------------------------------------------------------

    def test_a_certificate_that_is_wrong_let_nothing_leave(self):
        for cause in (
            ssl.SSLCertVerificationError(1, "certificate verify failed: expired"),
            "hostname doesn't match",
        ):
            with self.subTest(cause):
                self.assertEqual(_lost(secure(cause)).kind, "later")

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
