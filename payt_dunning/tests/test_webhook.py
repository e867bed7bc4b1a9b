import base64
import http.client
import time
from datetime import timedelta
from unittest.mock import patch
from urllib.parse import urlsplit

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import HttpCase, tagged
from odoo.tests.common import TEST_CURSOR_COOKIE_NAME
from odoo.tools import mute_logger

from ..controllers.office import LARGEST
from ..rules.signature import key_of, new_secret, sign
from .office_common import OfficeCommon

KEY = b"k" * 32
SECRET = "whsec_" + base64.b64encode(KEY).decode()


@tagged("post_install", "-at_install")
class TestWebhook(OfficeCommon, HttpCase):
    """Messages that the server of an office sends: only its own, once each, read later."""

    def setUp(self):
        super().setUp()
        self.agent.feedback_way = "webhook"
        self.agent._change_secret(SECRET)
        self.path = urlsplit(self.agent.webhook_url).path
        self.env.flush_all()

    def headers(self, body, number="msg_1", seconds=None, key=KEY, **more):
        seconds = int(time.time()) if seconds is None else seconds
        return {
            "Content-Type": "application/xml",
            "webhook-id": number,
            "webhook-timestamp": str(seconds),
            "webhook-signature": sign(key, number, seconds, body),
            **{name.replace("_", "-"): value for name, value in more.items()},
        }

    def post(self, body, path=None, headers=None, **values):
        headers = self.headers(body, **values) if headers is None else headers
        answer = self.url_open(path or self.path, data=body, headers=headers, method="POST")
        self.env.invalidate_all()
        return answer

    def read_all(self):
        """The scheduled action."""
        with self.no_commit(), self.on_day(self.today):
            self.env["collection.feedback"]._cron_read()

    def refused(self, answer):
        """What somebody hears who is not taken for the office."""
        self.assertEqual((answer.status_code, answer.content), (401, b""))
        self.assertFalse(self.messages())
        return dict(answer.headers)

    def test_a_message_is_kept_at_once_and_read_later(self):
        content = self.told("M-1", "summons_served")
        answer = self.post(content)
        self.assertEqual((answer.status_code, answer.content), (202, b""))
        self.assertNotIn("Set-Cookie", answer.headers)
        message = self.messages()
        self.assertEqual((message.state, message.way), ("received", "webhook"))
        self.assertFalse(self.handover.agent_status)
        self.read_all()
        self.assertEqual((message.state, message.file_id.raw), ("applied", content))
        self.assertEqual(self.handover.agent_status, "summons_served")

    def test_that_it_came_wakes_who_reads_it(self):
        cron = self.env.ref("payt_dunning.ir_cron_collection_read")
        triggers = self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])
        self.post(self.told("M-1"))
        now = self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])
        self.assertEqual(now, triggers + 1)

    def test_messages_are_read_in_the_order_in_which_they_came(self):
        self.post(self.told("M-1", "demand"), number="a")
        self.post(self.told("M-2", "judgment", since=self.today), number="b")
        self.read_all()
        self.assertEqual(self.messages().mapped("number"), ["M-1", "M-2"])
        self.assertEqual(self.handover.agent_status, "judgment")

    def test_the_same_number_is_the_same_message_and_heard_as_the_first(self):
        self.post(self.told("M-1"))
        answer = self.post(self.told("M-2"))
        self.assertEqual((answer.status_code, len(self.messages())), (202, 1))

    def test_the_same_bytes_under_another_number_are_known(self):
        self.post(self.told("M-1"), number="a")
        answer = self.post(self.told("M-1"), number="b")
        self.assertEqual((answer.status_code, len(self.messages())), (202, 1))

    def test_the_same_number_of_two_offices_are_two_messages(self):
        other = self.env["collection.agent"].create(
            {
                "partner_id": self.debtor("Other Office").id,
                "kind": "lawyer",
                "feedback_way": "webhook",
            }
        )
        other._change_secret(SECRET)
        self.post(self.told("M-1"))
        answer = self.post(self.told("M-1"), urlsplit(other.webhook_url).path)
        self.assertEqual(answer.status_code, 202)
        self.assertEqual((len(self.messages()), len(self.messages(other))), (1, 1))

    def test_what_came_twice_at_the_same_moment_is_kept_once(self):
        feedback = self.env["collection.feedback"]
        first, _known = feedback._receive(self.agent, b"<x/>", "webhook", delivery="a")
        with (
            patch.object(type(feedback), "search", lambda self, *args, **kwargs: self.browse()),
            mute_logger("odoo.sql_db"),
        ):
            second, known = feedback._receive(self.agent, b"<x/>", "webhook", delivery="a")
        self.assertEqual((len(second), known, self.messages()), (0, True, first))

    # -- what is not genuine ---------------------------------------------------------------------------

    def test_a_wrong_signature_is_refused(self):
        self.refused(self.post(self.told("M-1"), key=b"x" * 32))

    def test_an_address_of_nobody_hears_the_same_as_a_wrong_signature(self):
        wrong = self.refused(self.post(self.told("M-1"), key=b"x" * 32))
        nobody = self.refused(self.post(self.told("M-1"), "/payt_dunning/office/" + "0" * 32))
        strange = self.refused(self.post(self.told("M-1"), "/payt_dunning/office/%00%27--"))
        for answer in (wrong, nobody, strange):
            answer.pop("Date")
        self.assertEqual(wrong, nobody)
        self.assertEqual(wrong, strange)

    def test_what_is_older_or_younger_than_five_minutes_is_refused(self):
        for late in (-400, 400):
            with self.subTest(late=late):
                self.refused(self.post(self.told("M-1"), seconds=int(time.time()) + late))

    def test_a_body_that_was_changed_by_one_byte_is_refused(self):
        content = self.told("M-1")
        self.refused(self.post(content + b" ", headers=self.headers(content)))

    def test_headers_that_are_none_are_refused(self):
        content = self.told("M-1")
        good = self.headers(content)
        for name, value in (
            ("webhook-signature", "v1,not base64!"),
            ("webhook-signature", ""),
            ("webhook-signature", "v2," + good["webhook-signature"][3:]),
            ("webhook-timestamp", "yesterday"),
            ("webhook-timestamp", "-1"),
            ("webhook-id", ""),
            ("webhook-id", "a.b"),
            ("webhook-id", "x" * 500),
        ):
            with self.subTest(name=name, value=value):
                self.refused(self.post(content, headers={**good, name: value}))
        for name in ("webhook-id", "webhook-timestamp", "webhook-signature"):
            with self.subTest(missing=name):
                rest = {key: value for key, value in good.items() if key != name}
                self.refused(self.post(content, headers=rest))

    def test_one_of_several_signatures_is_enough(self):
        content = self.told("M-1")
        good = self.headers(content)
        good["webhook-signature"] = f"v1,AAAA v1a,BBBB {good['webhook-signature']}"
        self.assertEqual(self.post(content, headers=good).status_code, 202)

    def test_an_office_without_a_secret_sends_nothing(self):
        self.agent.sudo().write({"webhook_secret": False})
        self.env.flush_all()
        self.refused(self.post(self.told("M-1")))

    def test_an_office_that_is_archived_or_does_not_send_is_refused(self):
        for values in ({"active": False}, {"active": True, "feedback_way": "hand"}):
            with self.subTest(values):
                self.agent.write(values)
                self.env.flush_all()
                self.refused(self.post(self.told("M-1")))

    # -- what is too much, or something else -----------------------------------------------------------

    def test_too_large_a_message_is_refused_before_it_is_read(self):
        with self.allow_requests():
            line = self.line("Content-Length", str(6 * 1024**2))
            self.assertEqual(line.getresponse().status, 413)
        self.assertFalse(self.messages())

    def test_a_message_in_pieces_is_refused_when_it_becomes_too_large(self):
        with self.allow_requests():
            line = self.line("Transfer-Encoding", "chunked")
            for _each in range(LARGEST // 2**16 + 1):
                line.send(b"10000\r\n" + b"x" * 2**16 + b"\r\n")
            self.assertEqual(line.getresponse().status, 413)
        self.assertFalse(self.messages())

    def test_five_megabytes_are_kept(self):
        self.assertEqual(self.post(b"x" * LARGEST).status_code, 202)
        self.read_all()
        message = self.messages()
        self.assertEqual(message.state, "refused")
        self.assertTrue(self.tasks(message, "agent_unread"))

    def line(self, *header):
        """A line on which the headers of a message have been sent, and nothing of its body."""
        where = urlsplit(self.base_url())
        line = http.client.HTTPConnection(where.hostname, where.port, timeout=20)
        self.addCleanup(line.close)
        line.putrequest("POST", self.path)
        cookie = f"{TEST_CURSOR_COOKIE_NAME}={self.opener.cookies[TEST_CURSOR_COOKIE_NAME]}"
        for name, value in (*self.headers(b"").items(), ("Cookie", cookie), header):
            line.putheader(name, value)
        line.endheaders()
        return line

    def test_a_look_at_the_address_gives_nothing(self):
        answer = self.url_open(self.path)
        self.assertIn(answer.status_code, (404, 405))
        self.assertNotIn(self.agent.name, answer.text)

    def test_a_form_is_refused_for_its_bytes_are_gone(self):
        answer = self.post(
            b"a=b",
            headers={
                **self.headers(b"a=b"),
                "Content-Type": "application/x-www-form-urlencoded",
            },
        )
        self.assertEqual((answer.status_code, len(self.messages())), (415, 0))

    def test_an_empty_message_is_refused(self):
        answer = self.post(b"")
        self.assertEqual((answer.status_code, len(self.messages())), (400, 0))

    def test_what_can_not_be_read_is_kept_and_told_to_a_manager(self):
        self.post(b'{"event": "unknown"}')
        self.read_all()
        message = self.messages()
        self.assertEqual((message.state, message.file_id.raw), ("refused", b'{"event": "unknown"}'))
        self.assertTrue(self.tasks(message, "agent_unread"))

    def test_a_company_that_is_not_live_hears_it_all_the_same(self):
        self.company.dunning_live_uuid = False
        self.env.flush_all()
        self.assertEqual(self.post(self.told("M-1")).status_code, 202)
        self.read_all()
        self.assertEqual(self.handover.agent_status, "demand")

    # -- secrets -----------------------------------------------------------------------------------------

    def change(self, user=None, **values):
        wizard = self.env["collection.feedback.secret"].with_user(user or self.env.user)
        wizard = wizard.create({"agent_id": self.agent.id, **values})
        secret = wizard.secret
        wizard.action_apply()
        self.env.flush_all()
        return wizard, secret

    def later(self, **delta):
        """The secrets were changed so long ago."""
        until = self.agent.webhook_former_until - timedelta(**delta)
        self.agent.sudo().webhook_former_until = until
        self.env.flush_all()

    def test_the_former_secret_is_taken_for_a_week(self):
        _wizard, secret = self.change()
        self.assertEqual(self.post(self.told("M-1"), number="a").status_code, 202)
        new = self.post(self.told("M-2"), number="b", key=key_of(secret))
        self.assertEqual(new.status_code, 202)
        left = self.agent.webhook_former_until - fields.Datetime.now()
        self.assertAlmostEqual(left.total_seconds(), 7 * 86400, delta=60)

    def test_after_a_week_the_former_secret_is_refused(self):
        _wizard, secret = self.change()
        self.later(days=7, seconds=1)
        self.refused(self.post(self.told("M-1")))
        self.assertEqual(self.post(self.told("M-1"), key=key_of(secret)).status_code, 202)

    def test_a_secret_that_somebody_else_may_know_ends_at_once(self):
        _wizard, secret = self.change(at_once=True)
        self.assertFalse(self.agent.webhook_former_until)
        self.refused(self.post(self.told("M-1")))
        self.assertEqual(self.post(self.told("M-1"), key=key_of(secret)).status_code, 202)

    def test_a_secret_is_shown_in_its_dialog_alone_and_then_no_more(self):
        wizard, secret = self.change()
        self.assertTrue(secret.startswith("whsec_"))
        self.assertFalse(wizard.secret)
        manager = self.person("webhook.manager", "group_dunning_manager")
        for name in ("webhook_secret", "webhook_former"):
            with self.subTest(name), self.assertRaises(AccessError):
                self.agent.with_user(manager).read([name])

    def test_a_secret_of_the_office_is_taken(self):
        other = new_secret()
        self.change(secret=other)
        self.assertEqual(self.post(self.told("M-1"), key=key_of(other)).status_code, 202)

    def test_who_changed_a_secret_and_when_is_noted_without_it(self):
        _wizard, secret = self.change()
        note = self.agent.message_ids[:1]
        self.assertEqual(note.author_id, self.env.user.partner_id)
        self.assertIn("new secret", note.body)
        self.assertNotIn(secret, note.body)

    def test_what_is_no_secret_is_refused(self):
        for secret in ("short", "whsec_c2hvcnQ="):
            with self.subTest(secret), self.assertRaises(ValidationError):
                self.change(secret=secret)

    def test_only_managers_change_secrets(self):
        clerk = self.person("webhook.clerk", "group_dunning_user")
        with self.assertRaises(AccessError):
            self.change(clerk)
