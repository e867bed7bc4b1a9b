from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.payt_dunning.tests.route_common import RouteCase
from odoo.addons.payt_dunning.tests.test_routes import NOISE

from .whatsapp_common import VERIFY, WhatsappCase

URL = "/payt_dunning_whatsapp/webhook"
#: Every address of this add-on, and why its form needs no token of Odoo's.
ROWS = {("GET", URL): "", ("POST", URL): "the body is signed by who sends it"}
PEOPLE = ("nobody", "portal", "outsider", "viewer", "collector", "manager", "elsewhere")
ASKED = f"hub.mode=subscribe&hub.challenge=12345&hub.verify_token={VERIFY}"


@tagged("post_install", "-at_install")
class TestWhatsappRoutes(WhatsappCase, RouteCase):
    """Address by address, person by person; a new address without a row fails."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_people(cls.setup_other_company()["company"])
        portal = new_test_user(cls.env, "routes.portal", groups="base.group_portal")
        portal.partner_id.parent_id = cls.business

    def test_every_address_has_a_row(self):
        self.assertEqual(set(self.routes_of("payt_dunning_whatsapp")), set(ROWS))

    def test_forms_without_a_token_say_why_and_reading_only_reads(self):
        self.assert_reasons("payt_dunning_whatsapp", ROWS)
        self.assert_read_only("payt_dunning_whatsapp")

    def test_no_login_stands_in_for_a_signature_or_a_token(self):
        for person in PEOPLE:
            self.sign_in(None if person == "nobody" else person)
            with self.subTest(person), mute_logger(*NOISE):
                answer, _written = self.request("POST", URL, data=b'{"entry": []}')
                self.assertEqual(answer.status_code, 403)
                answer, written = self.request("GET", f"{URL}?{ASKED}x")
                self.assertEqual(answer.status_code, 403)
                self.assertFalse(written)

    def test_who_knows_the_token_is_told_its_number_and_nothing_is_written(self):
        self.sign_in(None)
        answer, written = self.request("GET", f"{URL}?{ASKED}")
        self.assertEqual((answer.status_code, answer.text), (200, "12345"))
        self.assertFalse(written)

    def test_the_token_is_not_in_the_log(self):
        self.sign_in(None)
        with self.server_log() as logged:
            self.request("GET", f"{URL}?{ASKED}")
        self.assertIn(f"hub.verify_token={VERIFY[:4]}…", "\n".join(logged))
        self.assertNotIn(VERIFY, "\n".join(logged))
