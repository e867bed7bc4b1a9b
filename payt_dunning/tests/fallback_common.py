from odoo.tools import mute_logger

from .channels_common import ChannelCase, ScriptedProvider
from .common import ScriptedSMTP
from .test_bounces import BOUNCE, OUR_MAIL

REFUSED = {"rcpt": (550, b"5.1.1 no such user here")}


class FallbackChain(ChannelCase):
    """One debtor whom no channel reaches, each failing in its real way."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy("email", "sms", "letter")
        cls.business.write(
            {
                "email": "pay@bakery.example.com",
                "street": "Dorp 1",
                "zip": "6711 AA",
                "city": "Ede",
                "country_id": cls.env.ref("base.nl").id,
            }
        )

    # -- the ways in which channels fail -----------------------------------------------------------

    @mute_logger(OUR_MAIL)
    def mail_is_refused(self, notice):
        """The mail server says 550 at RCPT."""
        self.deliver(ScriptedSMTP(REFUSED))
        return "failed", "550"

    def mail_bounces(self, notice):
        """The mail server takes it, and a report (RFC 3464) comes through the gateway."""
        self.deliver()
        self.assertEqual((notice.state, self.item.reached), ("sent", 1))
        report = BOUNCE.format(
            recipient=notice.recipient,
            returned=notice.message_id,
            action="failed",
            number=1,
            kind="delivery-status",
            report="delivery-status",
        )
        self.env["mail.thread"].message_process("account.move", report)
        return "returned", "No such"

    def text_is_refused(self, notice):
        """The provider of text messages says at once that there is no such number."""
        self.dispatch(ScriptedProvider("wrong_number_format"))
        return "failed", "number"

    def text_is_reported_undelivered(self, notice):
        """The provider takes it, and reports later that the number does not exist."""
        self.dispatch()
        self.assertEqual((notice.state, self.item.reached), ("sent", 1))
        tracker = self.env["sms.tracker"].search([("sms_uuid", "=", notice.provider_reference)])
        tracker._action_update_from_provider_error("invalid_destination")
        return "returned", ""

    def letter_comes_back(self, notice):
        """It was posted, and the post brings it back."""
        notice.sudo(False)._posted(self.today)
        self.assertEqual((notice.state, self.item.reached), ("sent", 1))
        notice.sudo(False)._letter_returned("moved", self.today)
        return "returned", "Moved"

    # -- down the chain --------------------------------------------------------------------------

    def walk(self, *failures):
        """Let each channel of the level fail in its way.

        :param failures: pairs of a channel and what happens to its message
        """
        self.item = self.begun()
        for number, (channel, fail) in enumerate(failures, 1):
            with self.subTest(channel=channel, fails=fail.__name__):
                self.assertEqual(len(self.notices_to()), number, "each channel is tried once")
                notice = self.notices_to()[-1]
                self.assertEqual((notice.channel, notice.state), (channel, "queued"))
                state, words = fail(notice)
                self.assertEqual(notice.state, state)
                self.assertTrue(notice.failure, "the message says what happened")
                self.assertIn(words, notice.failure)
                self.assertIn(notice.recipient, notice.delivery)
                self.assertEqual(self.item.reached, 0, "the level does not move")
                self.assertTrue(self.tasks("activity_address"), "somebody is told")
                self.run_day()
                self.run_day()

    def tasks(self, kind):
        kind = self.env.ref(f"payt_dunning.{kind}")
        return self.item.debtor_id.activity_ids.filtered(lambda task: task.activity_type_id == kind)

    def assert_at_the_end(self, *channels):
        """No channel is left: a person is asked, and nothing more is made."""
        self.assertEqual((self.item.action, self.item.reason), ("blocked", "no_address"))
        self.assertTrue(self.item.next_date)
        self.assertTrue(self.tasks("activity_address"), "a task, not silence")
        self.assertEqual(self.notices_to().mapped("channel"), list(channels))
        self.assertEqual({line.position for line in self.item.notice_line_ids}, {1})
        self.assertFalse(any(self.item.notice_line_ids.mapped("live")))
        self.assertEqual(self.told("made"), len(channels))
        self.assertEqual(self.told("failed", "undelivered", "returned"), len(channels))

    def told(self, *kinds):
        """How many rows of the debtor's history tell such things of messages."""
        self.env.flush_all()
        self.env["dunning.timeline"].invalidate_model()
        rows = self.item.debtor_id.timeline_ids
        return len(rows.filtered(lambda row: row.kind == "message" and row.what in kinds))
