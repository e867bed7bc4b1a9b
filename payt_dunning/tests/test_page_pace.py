"""More comes in than people send: it waits for an hour, and is told so."""

from unittest.mock import patch

from odoo import http
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..controllers import handover, office
from ..models import dunning_page_pace
from .page_common import PageCommon

WORDS = "Very many forms were sent from here"
#: Forms of a page that ask for something; see route_rows.py.
FORMS = (
    *("ask", "call", "copy", "dispute", "dispute/withdraw", "paid", "parts", "parts/ask"),
    *("plan/accept", "plan/agree", "plan/by-hand", "plan/move", "plan/stop", "plan/withdraw"),
    *("promise", "reason", "code", "open"),
)


@tagged("post_install", "-at_install")
class TestPagePace(PageCommon):
    """Forms, codes for packages and messages that are not genuine are counted."""

    def limit(self, name, most, *modules):
        for module in modules or (dunning_page_pace,):
            patcher = patch.object(module, name, most)
            patcher.start()
            self.addCleanup(patcher.stop)

    def send(self, form, path=None, **data):
        self.env.flush_all()
        data = {"csrf_token": http.Request.csrf_token(self), **data}
        with mute_logger("odoo.http"):
            return self.url_open(f"{path or self.path}/{form}", data=data, timeout=60)

    def test_each_form_waits_when_one_too_many_came_before(self):
        self.limit("FORMS", 0)
        for form in FORMS:
            with self.subTest(form):
                answer = self.send(form)
                self.assertEqual(answer.status_code, 429)
                self.assertIn(WORDS, answer.text)

    def test_what_was_typed_is_not_lost(self):
        self.limit("FORMS", 0)
        self.assertIn(">A long story</textarea>", self.send("ask", text="A long story").text)
        self.assertFalse(self.env["dunning.question"].search([]))

    def test_it_is_said_in_the_debtors_language(self):
        self.env["res.lang"]._activate_lang("nl_NL")
        self.limit("FORMS", 0)
        model = type(self.env["dunning.page.try"])
        said = []

        def check(tries, *_args):
            said.append(tries.env.lang)

        with patch.object(model, "_check_forms", check):
            self.send("ask", lang="nl_NL")
        self.assertEqual(said, ["nl_NL"])

    def test_as_many_as_may_be_are_taken(self):
        self.limit("FORMS", 2)
        statuses = [self.send("ask").status_code for _turn in range(3)]
        self.assertEqual(statuses, [400, 400, 429])

    def test_another_debtor_does_not_wait_for_it(self):
        self.limit("FORMS", 1)
        self.send("ask")
        self.assertEqual(self.send("ask").status_code, 429)
        self.invoice(partner=self.consumer, days_late=6)
        self.run_and_deliver()
        other = self.notices_to(self.consumer)
        path = self.env["dunning.page.door"]._path("m", other.id, other.debtor_id.sudo())
        self.assertEqual(self.send("ask", path).status_code, 400)

    def test_many_debtors_from_one_address_wait_together(self):
        self.limit("FORMS_FROM", 1)
        self.send("ask")
        self.assertEqual(self.send("ask").status_code, 429)

    def test_after_an_hour_one_goes_on(self):
        self.limit("FORMS", 1)
        self.send("ask")
        self.assertEqual(self.send("ask").status_code, 429)
        self.env.cr.execute(
            "UPDATE dunning_page_try SET since = since - interval '2 hours', "
            "until = until - interval '2 hours'"
        )
        self.assertEqual(self.send("ask").status_code, 400)

    def test_a_new_link_waits_too(self):
        path = self.path
        self.debtor._replace_addresses()
        self.limit("FORMS", 0)
        answer = self.send("renew", path)
        self.assertEqual(answer.status_code, 429)
        self.assertIn(WORDS, answer.text)

    def test_a_payment_is_not_begun_by_one_too_many(self):
        self.limit("FORMS", 0)
        with mute_logger("odoo.http"):
            answer = self.url_open(f"{self.path}/transaction/x", json={"params": {}})
        self.assertIn(WORDS, answer.json()["error"]["data"]["message"])

    def test_looking_is_never_counted(self):
        self.limit("FORMS", 0)
        self.limit("FORMS_FROM", 0)
        self.assertEqual(self.get().status_code, 200)
        self.assertFalse(self.env["dunning.page.try"].sudo().search([]))

    def test_codes_for_packages_are_typed_so_often_from_one_address(self):
        self.limit("CODES_FROM", 2, handover)
        answers = [self.send("1/x", "/dossier", code="1") for _turn in range(3)]
        self.assertEqual([answer.status_code for answer in answers], [403, 403, 429])
        self.assertIn("Try again in an hour", answers[2].text)

    def test_who_sends_much_that_is_not_genuine_is_not_read_for_an_hour(self):
        self.limit("WRONG_FROM", 2, office)
        number = "0" * 32
        statuses = []
        for _turn in range(4):
            self.env.flush_all()
            answer = self.url_open(
                f"/payt_dunning/office/{number}",
                data=b"<a/>",
                headers={"Content-Type": "application/xml"},
            )
            statuses.append(answer.status_code)
        self.assertEqual(statuses, [401, 401, 429, 429])

    def test_neither_debtor_nor_address_is_kept(self):
        self.send("ask")
        for row in self.env["dunning.page.try"].sudo().search([]):
            self.assertRegex(row.digest, r"^[0-9a-f]{32}$")
