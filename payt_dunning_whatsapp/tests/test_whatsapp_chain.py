import json
import time

from odoo.tests import HttpCase, tagged

from odoo.addons.payt_dunning.tests.fallback_common import FallbackChain

from ..cloud_api import signature
from .whatsapp_common import SECRET, WhatsappCase


@tagged("post_install", "-at_install")
class TestWhatsappChain(FallbackChain, WhatsappCase, HttpCase):
    """A debtor down the chain of all channels, WhatsApp in the middle."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.policy("email", "whatsapp", "sms", "letter")

    def whatsapp_is_reported_failed(self, notice):
        """The platform takes it, and reports later that it can't be delivered."""
        with self.api():
            self.dispatch()
        self.assertEqual((notice.state, self.item.reached), ("sent", 1))
        status = {
            "id": notice.provider_reference,
            "status": "failed",
            "timestamp": str(int(time.time())),
            "recipient_id": notice.recipient.strip("+"),
            "errors": [{"code": 131026, "title": "Message undeliverable"}],
        }
        value = {"metadata": {"phone_number_id": "1066001"}, "statuses": [status]}
        entry = {"id": "1022001", "changes": [{"field": "messages", "value": value}]}
        body = json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()
        answer = self.url_open(
            "/payt_dunning_whatsapp/webhook",
            data=body,
            headers={
                "Content-Type": "application/json",
                "X-Hub-Signature-256": signature(SECRET, body),
            },
        )
        self.assertEqual(answer.status_code, 200)
        return "returned", ""

    def test_all_five_fail_in_their_way_and_a_person_is_asked(self):
        self.walk(
            ("email", self.mail_bounces),
            ("whatsapp", self.whatsapp_is_reported_failed),
            ("sms", self.text_is_reported_undelivered),
            ("letter", self.letter_comes_back),
        )
        self.assert_at_the_end("email", "whatsapp", "sms", "letter")

    def test_a_mail_that_is_refused_at_once_goes_the_same_way(self):
        self.walk(
            ("email", self.mail_is_refused),
            ("whatsapp", self.whatsapp_is_reported_failed),
            ("sms", self.text_is_refused),
            ("letter", self.letter_comes_back),
        )
        self.assert_at_the_end("email", "whatsapp", "sms", "letter")
