from odoo.tools import mute_logger

from .fallback_common import FallbackChain
from .test_bounces import OUR_MAIL


class TestFallbackChain(FallbackChain):
    """One debtor down the whole chain, each channel failing in its real way.

    On a failure the level stays, the next channel is tried once, and at the end a person is asked.
    """

    def test_what_is_refused_at_once_goes_down_to_a_task(self):
        self.walk(
            ("email", self.mail_is_refused),
            ("sms", self.text_is_refused),
            ("letter", self.letter_comes_back),
        )
        self.assert_at_the_end("email", "sms", "letter")

    def test_what_comes_back_later_goes_down_to_a_task(self):
        self.walk(
            ("email", self.mail_bounces),
            ("sms", self.text_is_reported_undelivered),
            ("letter", self.letter_comes_back),
        )
        self.assert_at_the_end("email", "sms", "letter")
        reports = self.notices_to().delivery_ids.sorted("id")
        self.assertEqual(
            [(each.notice_id.channel, each.what) for each in reports],
            [("email", "undelivered"), ("sms", "undelivered")],
        )

    def test_where_only_a_call_is_left_somebody_calls(self):
        self.policy("email", "sms", "letter", "call")
        # Its number does not take text messages; somebody may answer it all the same.
        self.walk(
            ("email", self.mail_bounces),
            ("sms", self.text_is_refused),
            ("letter", self.letter_comes_back),
        )
        call = self.notices_to()[-1]
        self.assertEqual((call.channel, call.state), ("call", "queued"))
        self.assertTrue(self.tasks("activity_call"))
        self.assertEqual(self.item.reached, 0)

    def test_a_corrected_address_begins_with_the_same_level_by_the_first_channel(self):
        self.walk(
            ("email", self.mail_is_refused),
            ("sms", self.text_is_refused),
            ("letter", self.letter_comes_back),
        )
        self.business.email = "new@bakery.example.com"
        self.run_day()
        self.deliver()
        notice = self.notices_to()[-1]
        self.assertEqual((notice.recipient, notice.state), ("new@bakery.example.com", "sent"))
        self.assertEqual(self.item.reached, 1)
        self.assertEqual(notice.line_ids.position, 1)

    def test_a_channel_that_works_ends_the_chain(self):
        self.walk(("email", self.mail_is_refused))
        self.dispatch()
        self.assertEqual(self.item.reached, 1)
        self.run_day()
        self.assertEqual(self.notices_to().mapped("channel"), ["email", "sms"])
        self.assertEqual(self.notices_to()[-1].state, "sent")

    @mute_logger(OUR_MAIL)
    def test_an_outage_moves_to_no_other_channel(self):
        self.item = self.begun()
        self.deliver(None)
        self.run_day()
        (notice,) = self.notices_to()
        self.assertEqual((notice.channel, notice.state), ("email", "queued"))
        self.assertFalse(self.tasks("activity_address"))
