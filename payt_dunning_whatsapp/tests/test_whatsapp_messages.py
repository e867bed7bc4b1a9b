import logging
import ssl

import requests
import urllib3

from odoo import Command
from odoo.tools import mute_logger

from .whatsapp_common import TOKEN, Answer, WhatsappCase, accepted, refused

DISPATCH = "odoo.addons.payt_dunning.models.dunning_dispatch"


def no_connection():
    return requests.exceptions.ConnectionError(
        urllib3.exceptions.MaxRetryError(
            None, "/", urllib3.exceptions.NewConnectionError(None, "refused")
        )
    )


class TestWhatsappMessages(WhatsappCase):
    """What leaves by WhatsApp, and what becomes of it."""

    def test_an_approved_template_goes_to_who_agreed(self):
        item = self.begun()
        with self.api() as api:
            self.dispatch()
        ((url, request),) = api.calls
        notice = item.notice_line_ids.notice_id
        self.assertEqual(url, "https://graph.facebook.com/v23.0/1066001/messages")
        message = request["json"]
        self.assertEqual((message["to"], message["type"]), ("31612345678", "template"))
        self.assertEqual(message["template"]["name"], "message_waiting")
        self.assertEqual(message["template"]["language"], {"code": "en"})
        (body,) = message["template"]["components"]
        company, link = (each["text"] for each in body["parameters"])
        self.assertEqual(company, self.company.name)
        self.assertIn("/claim/", link)
        self.assertFalse(request["allow_redirects"])
        self.assertTrue(request["timeout"])
        self.assertNotIn("verify", request)
        self.assertEqual((notice.channel, notice.state), ("whatsapp", "sent"))
        self.assertEqual((notice.provider_reference, item.reached), ("wamid.1", 1))

    def test_our_own_reference_is_known_to_the_platform_before_its_answer(self):
        item = self.begun()
        with self.api(requests.exceptions.ReadTimeout("silence")) as api, mute_logger(DISPATCH):
            self.dispatch()
        notice = item.notice_line_ids.notice_id
        ((_url, request),) = api.calls
        self.assertTrue(notice.provider_reference)
        self.assertEqual(request["json"]["biz_opaque_callback_data"], notice.provider_reference)

    def test_what_is_kept_has_no_link_and_no_amount(self):
        notice = self.written(amount=417.0)
        kept = f"{notice.text} {notice.body} {notice.whatsapp}"
        self.assertNotIn("/claim/", kept)
        self.assertNotIn("417", kept)
        self.assertIn("claim-page.invalid", notice.text)

    def test_the_access_token_is_in_no_log_and_no_record(self):
        item = self.begun()
        with (
            self.api(ValueError("broken")),
            self.assertLogs(logging.getLogger(), level="INFO") as logs,
        ):
            self.dispatch()
        notice = item.notice_line_ids.notice_id
        self.assertEqual(notice.state, "ambiguous")
        self.assertNotIn(TOKEN, "\n".join(logs.output))
        self.assertNotIn(TOKEN, str(notice.read()))

    def test_a_number_that_is_not_on_whatsapp_moves_to_the_next_channel_once(self):
        notice = self.written(refused(131026))
        item = notice.line_ids.item_id
        self.assertEqual((notice.state, notice.failure_kind), ("failed", "address"))
        self.assertIn("131026", notice.failure)
        self.assertEqual(item.reached, 0)
        self.run_day()
        second = item.notice_line_ids.notice_id - notice
        self.assertEqual((second.channel, second.recipient), ("sms", "+31612345678"))
        self.dispatch()
        self.assertEqual((second.state, item.reached), ("sent", 1))

    def test_without_access_one_message_is_tried_and_a_manager_is_told(self):
        for number in range(3):
            partner = self.debtor(f"D{number}", email=False, phone=f"+3161234560{number}")
            self.agreement(partner)
            self.invoice(partner=partner)
        self.run_day()
        with self.api(*[refused(190, 401)] * 9) as api:
            self.dispatch()
        self.assertEqual(len(api.calls), 1)
        waiting = self.Notice.search([("company_id", "=", self.company.id)])
        self.assertEqual(set(waiting.mapped("state")), {"queued"})
        task = self.company.partner_id.activity_ids
        self.assertEqual(task.activity_type_id, self.env.ref("payt_dunning.activity_channel"))
        self.let_wait_be_over(waiting)
        with self.api() as api:
            self.dispatch()
        self.assertEqual(len(api.calls), 3)
        self.assertFalse(task.exists())

    @mute_logger(DISPATCH)
    def test_silence_nonsense_and_faults_of_the_server_are_unclear(self):
        for answer in (
            requests.exceptions.ReadTimeout("silence"),
            requests.exceptions.ConnectionError("reset"),
            Answer(500, b"oops"),
            Answer(502, b"<html>"),
            Answer(500, b'{"error": "Internal Server Error"}'),
            Answer(502, b'{"error": {"message": "no code at all"}}'),
            Answer(200, b'{"messages": []}'),
            Answer(200, b"[]"),
            Answer(200, b'{"messages": [{"id": 7}]}'),
            refused(131000, 500),
        ):
            with self.subTest(answer=str(answer)):
                notice = self.written(answer)
                self.assertEqual(notice.state, "ambiguous")
                with self.api() as api:
                    self.run_day(), self.dispatch()
                self.assertFalse(api.calls, "never twice")
                notice.line_ids.item_id.move_id.button_draft()

    def test_where_nothing_left_it_is_tried_again(self):
        for answer in (
            no_connection(),
            requests.exceptions.SSLError(ssl.SSLCertVerificationError(1, "not who it says")),
            Answer(302, b""),
            Answer(403, b"<html>"),
            Answer(429, b""),
            Answer(503, b""),
            refused(130429, 400),
            refused(131056, 400),
        ):
            with self.subTest(answer=str(answer)):
                notice = self.written(answer)
                self.assertEqual(notice.state, "queued")
                notice.line_ids.item_id.move_id.button_draft()
                notice.sudo()._drop("next")

    def test_a_paused_template_is_not_used_again(self):
        other = self.template.copy({"name": "another", "status": "approved"})
        self.by_whatsapp.level_ids.whatsapp_template_ids = self.template
        notice = self.written(refused(132015))
        self.assertEqual((notice.state, notice.failure_kind), ("failed", "content"))
        self.assertEqual(self.template.status, "paused")
        self.run_day(day=self.after(1))
        with self.api() as api:
            self.dispatch(day=self.after(1))
        ((_url, request),) = api.calls
        self.assertEqual(request["json"]["template"]["name"], other.name)

    def test_who_stopped_us_at_the_platform_withdrew(self):
        self.written(refused(131050))
        self.assertTrue(self.optin.withdrawn_on)

    def test_an_agreement_withdrawn_before_it_leaves_keeps_it_here(self):
        item = self.begun()
        self.optin._withdraw("stop")
        with self.api() as api:
            self.dispatch()
        self.assertFalse(api.calls)
        self.assertEqual(item.notice_line_ids.notice_id.state, "cancelled")

    def test_each_company_writes_from_its_own_number(self):
        other, _account = self.second_company()
        self.env["dunning.whatsapp.template"].create(self.template_values(company_id=other.id))
        self.agreement(self.business, company_id=other.id)
        other.write({"dunning_send_days": "all", "dunning_hour_from": 0, "dunning_hour_until": 24})
        other.dunning_require_sent = False
        other._dunning_go_live()
        other.dunning_policy_id = self.by_whatsapp
        self.invoice()
        theirs = self.env["account.move"].with_company(other)
        theirs = theirs.create(
            {
                "move_type": "out_invoice",
                "partner_id": self.business.id,
                "invoice_line_ids": [Command.create({"name": "x", "price_unit": 5, "tax_ids": []})],
                "invoice_date": self.after(-20),
                "invoice_date_due": self.after(-4),
                "invoice_payment_term_id": False,
            }
        )
        theirs.action_post()
        self.run_day(), self.run_day(company=other)
        with self.api(accepted("wamid.a"), accepted("wamid.b")) as api:
            self.dispatch()
        numbers = {url.split("/")[4] for url, _request in api.calls}
        self.assertEqual(numbers, {"1066001", "1066002"})

    def test_nothing_leaves_over_a_line_that_is_not_encrypted(self):
        parameters = self.env["ir.config_parameter"].sudo()
        parameters.set_param("payt_dunning_whatsapp.api_url", "http://graph.example.com")
        item = self.begun()
        with self.api() as api:
            self.dispatch()
        self.assertFalse(api.calls)
        self.assertEqual(item.notice_line_ids.notice_id.state, "queued")

    def test_the_debtor_reads_by_which_way_it_was_reminded(self):
        notice = self.written()
        story = self.env["dunning.page.story"].sudo()
        self.assertEqual(story._told(notice), "Reminder via WhatsApp")
        self.assertIn("provider", notice.delivery)
