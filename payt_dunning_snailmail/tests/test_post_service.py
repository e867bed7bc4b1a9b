import base64
import hashlib
from contextlib import contextmanager
from unittest.mock import patch

import requests

from odoo.exceptions import AccessError
from odoo.tools import mute_logger

from odoo.addons.payt_dunning.models.dunning_letter_paper import Printed
from odoo.addons.payt_dunning.rules.law.terms import BY_POST
from odoo.addons.payt_dunning.tests.channels_common import ChannelCase

JSONRPC = "odoo.addons.iap.tools.iap_tools.iap_jsonrpc"
DISPATCH = "odoo.addons.payt_dunning.models.dunning_dispatch"
PDF = b"%PDF-1.7 a letter"


class PostService:
    """The service; what it answers is scripted.

    :param answers: for each call an error code, ``sent``, an exception, or the whole answer
    """

    def __init__(self, *answers):
        self.answers, self.calls = list(answers), []

    def __call__(self, url, params=None, timeout=None):
        self.calls.append(params)
        answer = self.answers.pop(0) if self.answers else "sent"
        if isinstance(answer, Exception):
            raise answer
        if not isinstance(answer, str):
            return answer
        (document,) = params["documents"]
        sent = {"sent": True, "send_id": "T1"} if answer == "sent" else {"error": answer}
        documents = [{"letter_id": document["letter_id"], **sent}]
        return {"request_code": 200, "request": {"documents": documents}}


def as_core_raises(line):
    """What core makes of an error of the line: the line's own is below it."""
    error = AccessError(str(line))
    error.__cause__ = line
    return error


def refused_line():
    return as_core_raises(requests.exceptions.ConnectTimeout("no route"))


def silence():
    return as_core_raises(requests.exceptions.ReadTimeout("no answer"))


class TestPostService(ChannelCase):
    """Letters that Odoo's post service prints and posts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.business.write(
            {
                "phone": False,
                "street": "Dorp 1",
                "zip": "6711 AA",
                "city": "Ede",
                "country_id": cls.env.ref("base.nl").id,
            }
        )
        cls.by_post = cls.policy("email", "snailmail", "letter")

    @contextmanager
    def service(self, *answers):
        service = PostService(*answers)
        Way = type(self.env["dunning.channel.snailmail"])

        def printed(way, notice):
            return {notice.id: Printed(pdf=PDF, pages=1)}

        with patch(JSONRPC, service), patch.object(Way, "_printed", printed):
            yield service

    def posted(self, *answers):
        """The message about a new invoice after the service had it, and the service."""
        item = self.begun()
        with self.service(*answers) as service:
            self.dispatch()
        return item.notice_line_ids.notice_id, service

    def test_a_letter_is_handed_over_with_its_file_and_counts_as_posted_that_day(self):
        notice, service = self.posted()
        ((document,),) = [call["documents"] for call in service.calls]
        self.assertEqual(document["pdf_bin"], "JVBERi0xLjcgYSBsZXR0ZXI=")
        self.assertEqual(document["address"]["city"], "Ede")
        self.assertEqual((notice.channel, notice.state), ("snailmail", "sent"))
        self.assertEqual(notice.sent_on, self.today)
        self.assertEqual(notice.line_ids.item_id.reached, 1)
        self.assertEqual(notice.snailmail_letter_ids.attachment_id.raw, PDF)

    def test_an_address_without_country_is_none_for_the_service(self):
        self.business.country_id = False
        item = self.begun()
        self.assertEqual(item.notice_line_ids.notice_id.channel, "letter")

    def test_an_address_that_the_service_refuses_moves_to_the_next_channel_once(self):
        for code in ("MISSING_REQUIRED_FIELDS", "NO_PRICE_AVAILABLE"):
            with self.subTest(code):
                self.env["dunning.failed.address"].sudo().search([]).unlink()
                notice, _service = self.posted(code)
                self.assertEqual((notice.state, notice.failure_kind), ("failed", "address"))
                item = notice.line_ids.item_id
                self.assertEqual(item.reached, 0)
                self.run_day()
                second = item.notice_line_ids.notice_id - notice
                self.assertEqual(second.channel, "letter")
                second.sudo()._drop("next code")
                item.move_id.button_draft()

    def test_without_credit_it_waits_and_the_queue_of_the_service_does_not_take_it(self):
        notice, service = self.posted("CREDIT_ERROR")
        self.assertEqual(notice.state, "queued")
        self.assertEqual(
            self.company.partner_id.activity_ids.activity_type_id,
            self.env.ref("payt_dunning.activity_channel"),
        )
        with self.service() as queue:
            self.env["snailmail.letter"].sudo()._snailmail_cron(autocommit=False)
        self.assertFalse(queue.calls)
        self.let_wait_be_over(notice)
        with self.service() as later:
            self.dispatch()
        self.assertEqual((notice.state, len(later.calls)), ("sent", 1))
        self.assertEqual(len(notice.snailmail_letter_ids), 1, "the same letter, not another")

    def test_a_letter_that_waits_does_not_stop_the_queue_for_others(self):
        self.posted("CREDIT_ERROR")
        other = self.env["snailmail.letter"].sudo()
        other = other.create(
            {
                "model": "res.partner",
                "res_id": self.business.id,
                "partner_id": self.business.id,
                "company_id": self.company.id,
                "attachment_id": self.env["ir.attachment"].create({"name": "x", "raw": PDF}).id,
            }
        )
        with self.service() as queue, patch.object(self.env.cr, "commit", lambda: None):
            other._snailmail_cron(autocommit=False)
        self.assertEqual(len(queue.calls), 1)
        self.assertEqual(other.state, "sent")

    def test_nobody_sends_or_cancels_it_by_hand(self):
        notice, _service = self.posted()
        letter = notice.snailmail_letter_ids
        with self.service() as queue:
            letter.snailmail_print()
            letter.cancel()
        self.assertFalse(queue.calls)
        self.assertEqual(letter.state, "sent")

    @mute_logger(DISPATCH)
    def test_silence_after_it_was_handed_over_is_unclear_and_never_sent_again(self):
        for answer in (silence(), {"nonsense": 1}, "UNKNOWN_ERROR"):
            with self.subTest(str(answer)):
                notice, _service = self.posted(answer)
                self.assertEqual(notice.state, "ambiguous")
                with self.service() as again:
                    self.env["snailmail.letter"].sudo()._snailmail_cron(autocommit=False)
                    self.dispatch()
                self.assertFalse(again.calls)
                notice.sudo()._set_failed("not sent after all")
                notice.line_ids.item_id.move_id.button_draft()

    def test_a_line_that_can_not_be_had_is_tried_again(self):
        notice, _service = self.posted(refused_line())
        self.assertEqual(notice.state, "queued")

    def test_a_letter_whose_file_can_not_be_made_did_not_leave(self):
        item = self.begun()
        Way = type(self.env["dunning.channel.snailmail"])

        def broken(way, notice):
            return {notice.id: Printed(problem="no such font")}

        with self.service() as service, patch.object(Way, "_printed", broken):
            self.dispatch()
        notice = item.notice_line_ids.notice_id
        self.assertEqual((notice.state, notice.failure_kind), ("failed", "content"))
        self.assertIn("no such font", notice.failure)
        self.assertFalse(service.calls)

    def test_the_letter_that_is_handed_over_is_the_one_that_is_kept(self):
        item = self.begun()
        with patch(JSONRPC, PostService()) as service:
            self.dispatch()
        notice = item.notice_line_ids.notice_id
        ((document,),) = [call["documents"] for call in service.calls]
        pdf = base64.b64decode(document["pdf_bin"])
        self.assertTrue(pdf.startswith(b"%PDF"))
        self.assertEqual(hashlib.sha256(pdf).hexdigest(), notice.letter_hash)
        self.assertEqual(notice.letter_file_id.raw, pdf)

    def test_its_terms_are_those_of_a_letter(self):
        self.assertIn("snailmail", BY_POST)
        self.policy("snailmail", term_days=10)
        notice, _service = self.posted()
        self.assertEqual(notice.received_on, self.after(4))
        self.assertIn("Posted on", notice.received_because)
