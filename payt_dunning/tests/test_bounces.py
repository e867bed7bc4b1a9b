from odoo.tools import mute_logger

from .common import DunningCommon, ScriptedSMTP

OUR_MAIL = "odoo.addons.payt_dunning.models.mail_mail"

BOUNCE = """Return-Path: <>
Date: Mon, 15 Apr 2024 15:41:06 +0200 (CEST)
From: MAILER-DAEMON@mx.example.com (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: bounce@creditor.example.com
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type={report};
    boundary="92726A5F09"
Message-Id: <{number}.report@mx.example.com>

This is a MIME-encapsulated message.

--92726A5F09
Content-Description: Notification
Content-Type: text/plain; charset=us-ascii

<{recipient}>: host mx.example.com[192.0.2.1] said: 550 No such
    person at this address. (in reply to RCPT TO command)

--92726A5F09
Content-Description: Delivery report
Content-Type: message/{kind}

Reporting-MTA: dns; mx.example.com
Arrival-Date: Mon, 15 Apr 2024 15:40:24 +0200 (CEST)

Final-Recipient: rfc822; {recipient}
Original-Recipient: rfc822;{recipient}
Action: {action}
Status: 5.0.0
Diagnostic-Code: smtp; 550 No such person at this address.

--92726A5F09
Content-Description: Undelivered Message
Content-Type: message/rfc822

Message-Id: {returned}
Subject: Reminder
From: billing@creditor.example.com
To: {recipient}
Date: Mon, 15 Apr 2024 13:40:24 -0000
Content-Type: text/plain; charset=utf-8

You owe us.

--92726A5F09--
"""


class ReportedSMTP(ScriptedSMTP):
    """A server whose report about a message comes before its answer."""

    def __init__(self, report, replies=None):
        super().__init__(replies)
        self.report = report

    def getreply(self):
        if self._last == "content":
            self.report()
        return super().getreply()


class TestBounces(DunningCommon):
    """A message that comes back was not received."""

    def bounce(self, notice, action="failed", number=1, kind="delivery-status"):
        """Let the mail gateway take in the report of a mail server about a message."""
        mail = BOUNCE.format(
            recipient=notice.recipient,
            returned=notice.message_id,
            action=action,
            number=number,
            kind=kind,
            report=kind if kind == "disposition-notification" else "delivery-status",
        )
        self.env["mail.thread"].message_process("account.move", mail)

    def tasks(self, debtor):
        return self.env["mail.activity"].search(
            [("res_model", "=", "dunning.debtor"), ("res_id", "=", debtor.id)]
        )

    def stops(self):
        return self.env["dunning.hold"].search([("kind", "=", "undeliverable")])

    def further(self, moves, days=20):
        """Let the next level leave."""
        self.run_and_deliver(day=self.after(days))
        return self.notices_to()[-1]

    def test_a_message_that_comes_back_is_returned_and_its_address_not_used_again(self):
        self.invoice()
        self.run_and_deliver()
        notice = self.notices_to()
        self.bounce(notice)
        self.assertEqual(notice.state, "returned")
        self.assertIn("No such", notice.failure)
        self.assertEqual(notice.debtor_id.failed_email, "pay@bakery.example.com")
        self.assertFalse(any(notice.line_ids.mapped("live")))
        self.assertIn("pay@bakery.example.com", self.tasks(notice.debtor_id).summary)

    def test_the_first_level_was_not_reached_and_goes_to_another_address(self):
        move = self.invoice()
        self.run_and_deliver()
        notice = self.notices_to()
        position = self.items(move).reached
        self.assertTrue(position)
        self.bounce(notice)
        item = self.items(move)
        self.assertEqual((item.reached, item.reached_on), (0, False))
        self.assertEqual((item.action, item.reason), ("blocked", "no_address"))
        self.env["res.partner"].create(
            {
                "name": "Accounts",
                "parent_id": self.business.id,
                "type": "invoice",
                "email": "new@bakery.example.com",
            }
        )
        self.run_and_deliver(day=self.after(8))
        again = self.notices_to()[-1]
        self.assertEqual((again.state, again.recipient), ("sent", "new@bakery.example.com"))
        self.assertEqual(again.line_ids.position, position)
        self.assertEqual(self.items(move).reached, position)

    def test_a_message_that_came_back_does_not_delay_the_next(self):
        move = self.invoice()
        self.run_and_deliver()
        self.bounce(self.notices_to())
        self.business.email = "new@bakery.example.com"
        self.run_and_deliver(day=self.after(1))
        self.assertEqual(self.notices_to()[-1].sent_on, self.after(1))
        self.assertEqual(self.items(move).reached, 2)

    def test_a_report_that_comes_while_the_message_is_handed_over_is_not_lost(self):
        move = self.invoice()
        self.run_day()
        notice = self.notices_to()
        self.deliver(ReportedSMTP(lambda: self.bounce(notice)))
        self.assertEqual((notice.state, self.items(move).reached), ("returned", 0))
        self.assertEqual(notice.debtor_id.failed_email, "pay@bakery.example.com")
        self.assertIn("No such", notice.failure)

    @mute_logger(OUR_MAIL)
    def test_a_message_reported_while_handed_over_is_not_unclear(self):
        self.invoice()
        self.run_day()
        notice = self.notices_to()
        self.deliver(ReportedSMTP(lambda: self.bounce(notice), {"content": "drop"}))
        self.assertEqual((notice.state, notice.failure_kind), ("failed", "address"))

    def test_without_another_address_the_item_waits_for_one(self):
        move = self.invoice()
        self.run_and_deliver()
        self.bounce(self.notices_to())
        self.run_day(day=self.after(8))
        self.assertEqual(self.items(move).reason, "no_address")

    def test_a_later_level_goes_back_to_the_one_before(self):
        move = self.invoice()
        self.run_and_deliver()
        first = self.items(move).reached
        second = self.further(move)
        self.assertNotEqual(self.items(move).reached, first)
        self.bounce(second)
        item = self.items(move)
        self.assertEqual((item.reached, item.reached_on), (first, self.today))

    def test_after_a_later_level_has_left_only_the_clock_stops(self):
        move = self.invoice()
        self.run_and_deliver()
        first = self.notices_to()
        self.further(move)
        reached = self.items(move).reached
        self.bounce(first)
        self.assertEqual(first.state, "returned")
        self.assertEqual(self.items(move).reached, reached)
        self.assertEqual(self.stops().debtor_id, first.debtor_id)
        self.assertEqual(self.items(move).reason, "hold")

    def test_an_item_that_came_half_way_from_another_policy_begins_there_again(self):
        move = self.invoice(days_late=40)
        item = self.synced(move)
        second = item._ladder().rungs[1].position
        item.action_skip_to(second, "agreed")
        self.run_and_deliver()
        self.assertEqual(self.items(move).reached, second)
        item.start_position = 0
        self.bounce(self.notices_to())
        self.assertEqual((item.reached, item.next_position), (0, second))

    def test_a_level_that_somebody_else_received_stays_reached(self):
        move = self.invoice()
        self.run_and_deliver()
        notice = self.notices_to()
        other = notice.copy(
            {
                "recipient": "director@bakery.example.com",
                "state": "sent",
                "message_id": False,
                "sent_at": notice.sent_at,
                "sent_on": notice.sent_on,
            }
        )
        notice.line_ids.copy({"notice_id": other.id, "recipient": other.recipient})
        reached = self.items(move).reached
        self.bounce(notice)
        self.assertEqual(notice.state, "returned")
        self.assertEqual(self.items(move).reached, reached)

    def test_a_message_about_a_former_time_of_the_item_moves_nothing(self):
        move = self.invoice()
        self.run_and_deliver()
        notice = self.notices_to()
        self.items(move)._begin_again()
        self.items(move).write({"reached": notice.line_ids.position})
        self.bounce(notice)
        self.assertEqual(self.items(move).reached, notice.line_ids.position)

    def test_the_same_report_twice_changes_nothing_more(self):
        move = self.invoice()
        self.run_and_deliver()
        first = self.notices_to()
        self.further(move)
        self.bounce(first)
        self.bounce(first, number=2)
        self.assertEqual(len(self.stops()), 1)
        self.assertEqual(len(self.tasks(first.debtor_id)), 1)
        self.assertEqual(first.debtor_id.failed_email, "pay@bakery.example.com")

    def test_a_report_that_a_server_still_tries_is_noted_and_changes_nothing(self):
        self.invoice()
        self.run_and_deliver()
        notice = self.notices_to()
        self.bounce(notice, action="delayed")
        self.assertEqual((notice.state, notice.delivery_ids.what), ("sent", "delayed"))

    def test_a_report_of_delivery_is_kept_with_its_moment(self):
        self.invoice()
        self.run_and_deliver()
        notice = self.notices_to()
        self.bounce(notice, action="delivered")
        self.assertEqual((notice.state, notice.delivery_ids.what), ("sent", "delivered"))
        self.assertTrue(notice.delivered_at)

    def test_what_was_passed_on_may_still_come_back(self):
        self.invoice()
        self.run_and_deliver()
        notice = self.notices_to()
        self.bounce(notice, action="relayed")
        self.assertFalse(notice.delivered_at)
        self.bounce(notice, number=2)
        self.assertEqual(notice.state, "returned")
        self.assertEqual(notice.delivery_ids.mapped("what"), ["relayed", "undelivered"])

    def test_what_was_delivered_stays_so_when_a_copy_of_it_comes_back(self):
        self.invoice()
        self.run_and_deliver()
        notice = self.notices_to()
        self.bounce(notice, action="delivered")
        self.bounce(notice, number=2)
        self.assertEqual(notice.state, "sent")
        self.assertFalse(notice.debtor_id.failed_email)

    def test_a_report_of_delivery_does_not_count_against_the_contact(self):
        self.invoice()
        self.run_and_deliver()
        self.bounce(self.notices_to(), action="delivered")
        self.assertEqual(self.business.message_bounce, 0)
        self.bounce(self.notices_to(), action="failed", number=2)
        self.assertEqual(self.business.message_bounce, 1)

    def test_the_words_of_a_report_are_kept(self):
        self.invoice()
        self.run_and_deliver()
        self.bounce(self.notices_to())
        self.assertIn("550 No such", self.notices_to().delivery_ids.words)

    def test_a_receipt_that_it_was_read_is_no_bounce(self):
        self.invoice()
        self.run_and_deliver()
        self.bounce(self.notices_to(), kind="disposition-notification")
        self.assertEqual(self.notices_to().state, "sent")

    def test_an_unclear_message_that_comes_back_did_leave_and_failed(self):
        self.invoice()
        self.run_and_deliver()
        notice = self.notices_to()
        notice.write({"state": "ambiguous"})
        self.bounce(notice)
        self.assertEqual((notice.state, notice.failure_kind), ("failed", "address"))

    def test_a_mail_of_somebody_else_that_comes_back_touches_no_message(self):
        self.invoice()
        self.run_and_deliver()
        notice = self.notices_to()
        mail = BOUNCE.format(
            recipient=notice.recipient,
            returned="<other@creditor.example.com>",
            action="failed",
            number=1,
            kind="delivery-status",
            report="delivery-status",
        )
        self.env["mail.thread"].message_process("account.move", mail)
        self.assertEqual(notice.state, "sent")
