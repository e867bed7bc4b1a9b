from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.payt_dunning.tests.route_common import RouteCase
from odoo.addons.payt_dunning.tests.test_routes import NOISE

from ..controllers.financing_files import SOURCES, TYPES
from .financing_common import FinancingCommon

FILE = "/payt_dunning_financing/<string:what>/<int:number>/<string:kind>"
#: Every address of this add-on, and what each person gets there.
ROWS = {
    ("GET", FILE): {
        "nobody": 303,
        "portal": 404,
        "outsider": 404,
        "viewer": 404,
        "collector": 404,
        "manager": 200,
        "elsewhere": 404,
    }
}


@tagged("post_install", "-at_install")
class TestFinancingRoutes(FinancingCommon, RouteCase):
    """Address by address, person by person; a new address without a row fails."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_people(cls.setup_other_company()["company"])
        portal = new_test_user(cls.env, "routes.portal", groups="base.group_portal")
        portal.partner_id.parent_id = cls.business

    def make_once(self):
        super().make_once()
        self.invoice(partner=self.consumer)
        self.made = self.check()

    def asked(self, what, number, kind):
        path = f"/payt_dunning_financing/{what}/{number}/{kind}"
        with mute_logger(*NOISE):
            answer, written = self.request("GET", path)
        self.assertFalse(written)
        return answer

    def test_every_address_has_a_row(self):
        self.assertEqual(set(self.routes_of("payt_dunning_financing")), set(ROWS))

    def test_there_is_no_form_without_a_token_and_reading_only_reads(self):
        self.assert_reasons("payt_dunning_financing", dict.fromkeys(ROWS, ""))
        self.assert_read_only("payt_dunning_financing")

    def test_each_person_gets_what_its_row_says(self):
        for person, status in ROWS["GET", FILE].items():
            self.sign_in(None if person == "nobody" else person)
            with self.subTest(person):
                answer = self.asked("check", self.made.id, "json")
                self.assertEqual(answer.status_code, status)
                if status != 200:
                    self.assertNotIn("Jansen", answer.text)

    def test_who_may_is_given_a_file_to_keep_and_nothing_that_runs(self):
        self.sign_in("manager")
        for kind, mimetype in TYPES.items():
            if kind != "changes.csv":
                with self.subTest(kind):
                    headers = self.asked("check", self.made.id, kind).headers
                    self.assertEqual(headers["Content-Type"], mimetype)
                    self.assertIn("attachment", headers["Content-Disposition"])
                    self.assertEqual(headers["X-Content-Type-Options"], "nosniff")
                    self.assertEqual(headers["Cache-Control"], "no-store")

    def test_what_is_not_there_answers_as_what_is_anothers(self):
        self.sign_in("manager")
        for what in (*SOURCES, "company", "res.users"):
            for number in (0, 10**6, 2**31, 10**30):
                with self.subTest(what, number=number):
                    self.assertEqual(self.asked(what, number, "json").status_code, 404)
        for kind in ("exe", "xlsx.csv", "html"):
            with self.subTest(kind):
                self.assertEqual(self.asked("check", self.made.id, kind).status_code, 404)
