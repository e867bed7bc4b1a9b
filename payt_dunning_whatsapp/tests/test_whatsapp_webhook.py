import json
import time
from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, tagged

from ..cloud_api import signature
from .whatsapp_common import NUMBER, SECRET, VERIFY, WhatsappCase, refused

URL = "/payt_dunning_whatsapp/webhook"


@tagged("post_install", "-at_install")
class TestWhatsappWebhook(WhatsappCase, HttpCase):
    """Reports: signed, in any order, repeated, left out, about others."""

    # -- how they come in ----------------------------------------------------------------------

    def payload(self, account=None, field="messages", **value):
        account = account or self.account
        metadata = {"phone_number_id": account.phone_number_id}
        if field == "messages":
            value = {"messaging_product": "whatsapp", "metadata": metadata, **value}
        return {
            "object": "whatsapp_business_account",
            "entry": [
                {
                    "id": account.business_account_id,
                    "changes": [{"field": field, "value": value}],
                }
            ],
        }

    def post(self, payload, secret=SECRET, header=None):
        """The status with which a report is answered."""
        body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        header = signature(secret, body) if header is None else header
        return self.url_open(
            URL,
            data=body,
            headers={"Content-Type": "application/json", "X-Hub-Signature-256": header},
        ).status_code

    def report(self, notice, status, account=None, **values):
        status = {
            "id": notice.provider_reference,
            "status": status,
            "timestamp": str(int(time.time())),
            "recipient_id": "31612345678",
            **values,
        }
        return self.post(self.payload(account, statuses=[status]))

    def write_back(self, words, reference="wamid.in", **values):
        message = {
            "from": NUMBER.strip("+"),
            "id": reference,
            "timestamp": str(int(time.time())),
            "type": "text",
            "text": {"body": words},
            **values,
        }
        return self.post(self.payload(messages=[message]))

    def questions(self):
        return self.env["dunning.question"].search([("company_id", "=", self.company.id)])

    # -- who may tell us -------------------------------------------------------------------------

    def test_the_platform_is_told_that_the_webhook_is_ours(self):
        query = f"hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token={VERIFY}"
        answer = self.url_open(f"{URL}?{query}")
        self.assertEqual((answer.status_code, answer.text), (200, "1158201444"))
        self.assertTrue(answer.headers["Content-Type"].startswith("text/plain"))

    def test_whoever_does_not_know_the_verify_token_is_told_nothing(self):
        for query in (
            "",
            "hub.mode=subscribe&hub.challenge=1&hub.verify_token=guess",
            "hub.mode=subscribe&hub.challenge=1",
            f"hub.mode=other&hub.challenge=1&hub.verify_token={VERIFY}",
            f"hub.mode=subscribe&hub.challenge=<script>&hub.verify_token={VERIFY}",
        ):
            with self.subTest(query):
                self.assertEqual(self.url_open(f"{URL}?{query}").status_code, 403)

    def test_a_report_without_the_right_signature_does_nothing(self):
        notice = self.written()
        payload = self.payload(statuses=[{"id": notice.provider_reference, "status": "delivered"}])
        for header in ("", "sha256=00", signature("other", json.dumps(payload).encode())):
            with self.subTest(header):
                self.assertEqual(self.post(payload, header=header), 403)
        self.assertFalse(notice.delivered_at)

    def test_signed_nonsense_does_nothing(self):
        for body, status in (
            (b"[" * 50_000, 400),
            (b"7", 400),
            (b'{"entry": 7}', 200),
            (b'{"entry": [7, {"id": 1, "changes": {}}]}', 200),
            (json.dumps(self.payload(statuses=7, messages={"a": 1})).encode(), 200),
            (json.dumps(self.payload(statuses=[{"id": [], "status": {}}])).encode(), 200),
            (json.dumps(self.payload(messages=[{"from": 1, "text": "x"}])).encode(), 200),
        ):
            with self.subTest(body[:60]):
                self.assertEqual(self.post(body), status)

    def test_what_is_larger_than_any_report_is_refused_unread(self):
        self.assertEqual(self.post(b" " * (3 * 1024 * 1024 + 1)), 413)

    def test_one_company_can_tell_nothing_about_another(self):
        _other, account = self.second_company()
        notice = self.written()
        status = {"id": notice.provider_reference, "status": "delivered"}
        for payload in (
            self.payload(statuses=[status]),  # names our account, signed by theirs
            self.payload(account, statuses=[status]),  # names theirs, about our message
        ):
            self.assertEqual(self.post(payload, secret="their-app-secret"), 200)
        self.assertFalse(notice.delivered_at)

    # -- what became of a message ----------------------------------------------------------------

    def test_a_message_that_arrived_is_noted_once_with_the_platforms_moment(self):
        notice = self.written()
        moment = fields.Datetime.now() - timedelta(hours=2)
        stamp = str(int(moment.timestamp()))
        for _time in range(2):
            self.assertEqual(self.report(notice, "delivered", timestamp=stamp), 200)
        self.assertEqual(notice.delivery_ids.mapped("what"), ["delivered"])
        self.assertEqual(notice.delivered_at, moment)

    def test_that_it_was_read_is_not_kept(self):
        notice = self.written()
        self.assertEqual(self.report(notice, "read"), 200)
        self.assertFalse(notice.delivery_ids)
        self.assertFalse(notice.delivered_at)
        self.assertEqual(notice.state, "sent")

    def test_a_message_that_did_not_arrive_goes_by_the_next_channel(self):
        notice = self.written()
        item = notice.line_ids.item_id
        self.assertEqual(item.reached, 1)
        error = {"code": 131026, "title": "Message undeliverable"}
        for _time in range(2):
            self.report(notice, "failed", errors=[error])
        self.assertEqual((notice.state, item.reached), ("returned", 0))
        self.assertIn("undeliverable", notice.failure)
        self.assertEqual(notice.delivery_ids.mapped("what"), ["undelivered"])
        self.run_day()
        self.assertEqual(self.notices_to()[-1].channel, "sms")

    def test_reports_in_the_wrong_order_leave_what_arrived_as_it_is(self):
        notice = self.written()
        self.report(notice, "delivered")
        self.report(notice, "sent")
        self.report(notice, "failed", errors=[{"code": 131026}])
        self.assertEqual(notice.state, "sent")
        self.assertEqual(notice.delivery_ids.mapped("what"), ["delivered"])

    def test_a_platform_without_money_is_no_fault_of_the_number(self):
        notice = self.written()
        self.report(notice, "failed", errors=[{"code": 131042, "title": "Payment issue"}])
        self.assertEqual(notice.state, "returned")
        self.assertTrue(self.reachable())
        self.assertFalse(notice.debtor_id.activity_ids, "nobody looks for another number")
        self.assertIn(
            self.env.ref("payt_dunning.activity_channel"),
            self.company.partner_id.activity_ids.activity_type_id,
        )

    def test_a_platform_without_money_is_no_fault_of_the_number_of_an_unclear_message(self):
        notice = self.written(refused(131000, 500))
        self.report(
            notice,
            "failed",
            id="wamid.x",
            biz_opaque_callback_data=notice.provider_reference,
            errors=[{"code": 131042, "title": "Payment issue"}],
        )
        self.assertEqual(notice.state, "failed")
        self.assertTrue(self.reachable())
        self.assertFalse(notice.debtor_id.activity_ids, "nobody looks for another number")
        self.run_day(day=self.after(1))
        self.assertEqual(self.notices_to()[-1].channel, "whatsapp", "the same channel again")

    def test_a_report_makes_an_unclear_message_clear_by_our_own_reference(self):
        for status, state in (("sent", "sent"), ("delivered", "sent"), ("failed", "failed")):
            with self.subTest(status):
                partner = self.debtor(status, email=False, phone="+31612345699")
                self.agreement(partner)
                notice = self.written(refused(131000, 500), partner=partner)
                self.assertEqual(notice.state, "ambiguous")
                own = notice.provider_reference
                values = {"errors": [{"code": 131026}]} if status == "failed" else {}
                self.report(notice, status, id="wamid.x", biz_opaque_callback_data=own, **values)
                self.assertEqual(notice.state, state)

    def test_a_report_that_comes_while_it_is_handed_over_is_not_lost(self):
        item = self.begun()
        notice = item.notice_line_ids.notice_id
        notice.sudo().provider_reference = "ours"
        notice.sudo()._mark("sending")
        self.report(notice, "failed", errors=[{"code": 131026, "title": "No"}])
        notice.sudo()._set_sent()
        self.assertEqual((notice.state, item.reached), ("returned", 0))

    def test_a_message_that_nobody_knows_is_answered_and_ignored(self):
        status = {"id": "wamid.unknown", "status": "delivered"}
        before = self.env["dunning.delivery"].search_count([])
        self.assertEqual(self.post(self.payload(statuses=[status])), 200)
        self.assertEqual(self.env["dunning.delivery"].search_count([]), before)

    # -- what contacts write ---------------------------------------------------------------------

    def test_stop_ends_the_agreement_and_asks_nobody(self):
        self.written()
        self.assertEqual(self.write_back("STOP!"), 200)
        self.assertTrue(self.optin.withdrawn_on)
        self.assertIn("STOP!", self.optin.withdrawn_because)
        self.assertFalse(self.reachable())
        self.assertFalse(self.questions())

    def test_stop_told_to_one_company_is_not_told_to_another(self):
        other, _account = self.second_company()
        theirs = self.agreement(self.business, company_id=other.id)
        self.write_back("stop")
        self.assertFalse(theirs.withdrawn_on)

    def test_anything_else_waits_for_an_answer_once(self):
        notice = self.written()
        for _time in range(2):
            self.assertEqual(self.write_back("I paid yesterday"), 200)
        question = self.questions()
        self.assertEqual((question.text, question.state), ("I paid yesterday", "open"))
        self.assertEqual(question.debtor_id, notice.debtor_id)
        self.assertEqual(question.move_id, notice.line_ids.item_id.move_id)
        self.assertEqual(notice.line_ids.item_id.action, "wait")

    def test_what_is_no_text_is_not_kept_but_somebody_is_told(self):
        self.written()
        self.write_back("", type="image", text=None, image={"id": "9", "mime_type": "image/jpeg"})
        self.assertIn("no text (image)", self.questions().text)

    def test_what_a_stranger_writes_is_answered_and_ignored(self):
        self.written()
        before = self.env["mail.message"].search_count([])
        self.assertEqual(self.write_back("Hi", **{"from": "31600000000"}), 200)
        self.assertFalse(self.questions())
        self.assertEqual(self.env["mail.message"].search_count([]), before)

    def test_a_link_that_is_quoted_is_not_kept_with_its_token(self):
        notice = self.written()
        self.write_back(f"What is {notice.sudo()._page_url()} ?")
        self.assertNotIn(notice.sudo()._page_url(), self.questions().text)

    # -- templates ---------------------------------------------------------------------------------

    def test_the_platform_approves_and_pauses_templates(self):
        for event, status in (("PAUSED", "paused"), ("APPROVED", "approved"), ("X", "approved")):
            payload = self.payload(
                field="message_template_status_update",
                event=event,
                message_template_name="message_waiting",
                message_template_language="en",
                reason="NONE",
            )
            self.assertEqual(self.post(payload), 200)
            self.assertEqual(self.template.status, status)
