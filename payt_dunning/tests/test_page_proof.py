import re
from datetime import timedelta
from unittest.mock import patch

from odoo import fields, http
from odoo.tests import tagged
from odoo.tools import mute_logger

from .page_common import PageCommon


@tagged("post_install", "-at_install")
class TestPageProof(PageCommon):
    """Everything that a debtor has open is shown after a code that was mailed to it."""

    def setUp(self):
        super().setUp()
        self.other = self.invoice(days_late=-20, amount=777)
        self.env["dunning.item"].sudo()._sync(self.company)
        self.codes = self.env["dunning.page.code"].sudo()
        self.sent = []
        Mail = type(self.env["mail.mail"])
        # The mail server is not what is tested here; what is mailed is.
        patcher = patch.object(Mail, "send", lambda mails: self.sent.extend(self.told(mails)))
        patcher.start()
        self.addCleanup(patcher.stop)

    def told(self, mails):
        return [(mail.email_to, str(mail.body_html)) for mail in mails]

    def code(self):
        return re.search(r">(\d{6})<", self.sent[-1][1]).group(1)

    def prove(self):
        self.post("/code")
        answer = self.post("/open", code=self.code())
        # Whoever has proven who it is goes on in a session of its own.
        self.session.sid = next(
            each.value for each in self.opener.cookies if each.name == "session_id" and each.domain
        )
        return answer

    def test_without_a_code_the_rest_is_not_shown(self):
        answer = self.get("/all")
        self.assertTrue(answer.url.endswith("/proof"))
        self.assertNotIn(self.other.name, answer.text)
        self.assertNotIn("Bakery", answer.text)

    def test_the_code_goes_to_the_address_we_know_which_the_page_shows_in_part(self):
        page = self.get("/proof").text
        self.assertIn("p•••@bakery.example.com", page)
        self.assertNotIn("pay@bakery.example.com", page)
        self.post("/code")
        self.assertIn("pay@bakery.example.com", self.sent[0][0])

    def test_whoever_types_the_code_sees_everything(self):
        answer = self.prove()
        self.assertTrue(answer.url.endswith("/all"))
        self.assertIn(self.other.name, answer.text)
        self.assertIn("Statement of account", answer.text)
        self.assertIn(self.notice.subject, self.get(f"/all/message/{self.notice.id}").text)

    def test_a_wrong_code_shows_nothing(self):
        self.post("/code")
        wrong = "000000" if self.code() != "000000" else "111111"
        answer = self.post("/open", code=wrong)
        self.assertEqual(answer.status_code, 403)
        self.assertNotIn(self.other.name, answer.text)
        self.assertTrue(self.get("/all").url.endswith("/proof"))

    def test_after_five_tries_the_right_code_is_refused_too(self):
        self.post("/code")
        wrong = "000000" if self.code() != "000000" else "111111"
        for _try in range(5):
            self.post("/open", code=wrong)
        answer = self.post("/open", code=self.code())
        self.assertEqual(answer.status_code, 403)
        self.assertIn("tried too often", answer.text)

    def test_a_code_works_once(self):
        self.prove()
        self.authenticate(None, None)
        answer = self.post("/open", code=self.code())
        self.assertIn("no longer good", answer.text)

    def test_a_code_is_good_for_a_quarter_of_an_hour(self):
        self.post("/code")
        code = self.codes.search([], limit=1)
        self.env.cr.execute(
            "UPDATE dunning_page_code SET create_date = %s WHERE id = %s",
            (fields.Datetime.now() - timedelta(minutes=16), code.id),
        )
        code.invalidate_recordset()
        self.assertIn("no longer good", self.post("/open", code=self.code()).text)

    def test_the_newest_code_counts(self):
        self.post("/code")
        first = self.code()
        self.post("/code")
        if self.code() != first:
            self.assertEqual(self.post("/open", code=first).status_code, 403)
        self.assertTrue(self.post("/open", code=self.code()).url.endswith("/all"))

    def test_in_an_hour_no_more_than_three_codes_are_mailed(self):
        answers = [self.post("/code").status_code for _each in range(4)]
        self.assertEqual(answers, [200, 200, 200, 429])
        self.assertEqual(len(self.sent), 3)

    def test_the_code_itself_is_kept_nowhere(self):
        self.post("/code")
        kept = self.codes.search([]).mapped("digest")
        self.assertTrue(kept)
        self.assertFalse([digest for digest in kept if self.code() in digest])

    def test_a_debtor_without_an_address_is_asked_to_call(self):
        self.debtor._note_failed_address("pay@bakery.example.com")
        self.assertIn("Please call us", self.get("/proof").text)
        self.assertEqual(self.post("/code").status_code, 429)
        self.assertFalse(self.sent)

    def test_what_was_proven_for_one_debtor_opens_no_other(self):
        self.prove()
        self.invoice(partner=self.consumer, days_late=6, amount=70)
        self.run_and_deliver()
        self.notice = self.notices_to(self.consumer)
        self.debtor = self.notice.debtor_id
        self.assertTrue(self.get("/all").url.endswith("/proof"))

    def test_replaced_links_end_what_was_proven(self):
        self.prove()
        self.debtor._replace_addresses()
        self.assertTrue(self.get("/all").url.endswith("/proof"))

    def test_of_another_debtors_message_nothing_is_shown(self):
        self.prove()
        self.invoice(partner=self.consumer, days_late=6, amount=70)
        self.run_and_deliver()
        foreign = self.notices_to(self.consumer)
        self.assertEqual(self.get(f"/all/message/{foreign.id}").status_code, 404)

    def test_the_statement_is_a_pdf_with_everything_in_it(self):
        self.prove()
        answer = self.get("/all/statement")
        self.assertEqual(answer.headers["Content-Type"], "application/pdf")
        self.assertEqual(answer.content[:5], b"%PDF-")

    # -- who may not -----------------------------------------------------------------------------

    def wrong_addresses(self):
        """Addresses that open nothing, by what is wrong with them."""
        self.invoice(partner=self.consumer, days_late=6, amount=70)
        self.run_and_deliver()
        other = self.notices_to(self.consumer)
        doors = self.env["dunning.page.door"]
        right, version = self.path, other.debtor_id.sudo().page_version
        stem = f"/claim/m/{self.notice.id}"
        return {
            "empty": f"{stem}/%20",
            "truncated": right[:-1],
            "changed": right[:-1] + ("0" if right[-1] != "0" else "1"),
            "not ASCII": f"{stem}/" + "%C3%A9" * 32,
            "of another message": f"{stem}/{doors._token('m', other.id, version)}",
            "of an invoice": f"{stem}/{doors._token('i', self.notice.id, version)}",
            "no message": f"/claim/m/{10**6}/{right.split('/')[-1]}",
        }

    def test_a_wrong_address_opens_none_of_these_pages(self):
        self.prove()
        item = self.items(self.moves)[0]
        looks = ("/proof", "/all", "/all/pay", "/all/statement", f"/all/message/{self.notice.id}")
        wrong = self.wrong_addresses()
        before = len(self.sent)
        for name, path in wrong.items():
            for route in (*looks, f"/all/invoice/{item.id}"):
                with self.subTest(f"{route}, {name}"):
                    self.assert_nothing(self.url_open(path + route))
            for route in ("/code", "/open", "/visit", "/renew"):
                with self.subTest(f"{route}, {name}"):
                    data = {"csrf_token": http.Request.csrf_token(self), "code": "123456"}
                    self.assert_nothing(self.url_open(path + route, data=data))
        self.assertEqual(len(self.sent), before)
        self.assertFalse(self.env["dunning.page.visit"].sudo().search([]))

    def assert_nothing(self, answer):
        self.assertEqual(answer.status_code, 404)
        for word in ("Bakery", "bakery", self.company.name, *self.moves.mapped("name"), "100.00"):
            self.assertNotIn(word, answer.text)

    def test_what_changes_something_takes_no_get(self):
        for route in ("/code", "/open", "/visit", "/renew"):
            with self.subTest(route), mute_logger("odoo.http"):
                self.assertEqual(self.get(route).status_code, 405)
        self.assertFalse(self.sent)

    def test_forms_need_the_token_of_their_page(self):
        for route in ("/code", "/open"):
            with self.subTest(route), mute_logger("odoo.http"):
                answer = self.url_open(self.path + route, data={"code": "123456"})
                self.assertEqual(answer.status_code, 400)
        self.assertFalse(self.sent)

    # -- replaced addresses ----------------------------------------------------------------------

    def test_a_corrected_address_replaces_the_link_and_says_so_without_a_name(self):
        old = self.path
        self.business.email = "new@bakery.example.com"
        answer = self.url_open(old)
        self.assertEqual(answer.status_code, 410)
        self.assertIn("This link has been replaced", answer.text)
        for word in ("Bakery", *self.moves.mapped("name"), "150.00"):
            self.assertNotIn(word, answer.text)
        self.assertEqual(self.get().status_code, 200)

    def test_an_address_that_was_empty_before_is_no_correction(self):
        self.consumer.email = False
        self.invoice(partner=self.consumer)
        debtor = self.synced(self.invoice(partner=self.consumer)).debtor_id
        version = debtor.page_version
        self.consumer.email = "jan@jansen.example.com"
        self.assertEqual(debtor.page_version, version)

    def test_a_new_link_goes_to_the_new_address(self):
        old = self.path
        self.business.email = "new@bakery.example.com"
        self.env.flush_all()
        # Who comes from a mail has no session yet.
        del self.opener.cookies["session_id"]
        answer = self.opener.post(f"{self.base_url()}{old}/renew", timeout=20)
        self.assertIn("mailed you a new link", answer.text)
        address, body = self.sent[0]
        self.assertIn("new@bakery.example.com", address)
        self.assertIn(self.path, body)

    def test_nobody_asks_for_a_new_link_with_one_that_works_or_never_did(self):
        self.assertEqual(self.post("/renew").status_code, 404)
        path = self.path[:-4] + "0000"
        data = {"csrf_token": http.Request.csrf_token(self)}
        self.assertEqual(self.url_open(f"{path}/renew", data=data).status_code, 404)
        self.assertFalse(self.sent)

    def test_a_merge_replaces_the_links_of_both(self):
        double = self.env["res.partner"].create({"name": "Bakery Double", "is_company": True})
        old = self.path
        merge = self.env["base.partner.merge.automatic.wizard"]
        merge.create({})._merge((double | self.business).ids, double)
        self.assertEqual(self.url_open(old).status_code, 410)
        self.debtor = self.notice.debtor_id
        self.assertEqual(self.get().status_code, 200)


@tagged("post_install", "-at_install")
class TestPageVisits(PageCommon):
    """That a page was used is noted, when a person used it."""

    def visits(self):
        return self.env["dunning.page.visit"].sudo().search([("debtor_id", "=", self.debtor.id)])

    def visit(self, agent="Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"):
        self.env.flush_all()
        return self.opener.post(
            f"{self.base_url()}{self.path}/visit", headers={"User-Agent": agent}, timeout=10
        )

    def test_opening_the_page_notes_nothing(self):
        self.get()
        self.get("/pay")
        self.assertFalse(self.visits())

    def test_using_the_page_notes_a_moment_once_in_half_an_hour(self):
        self.assertEqual(self.visit().status_code, 204)
        self.visit()
        self.assertEqual(len(self.visits()), 1)
        self.assertEqual(self.visits().notice_id, self.notice)

    def test_scanners_are_not_noted(self):
        self.visit(agent="Googlebot/2.1 (+http://www.google.com/bot.html)")
        self.assertFalse(self.visits())

    def test_one_of_us_is_not_noted(self):
        self.person("looker", "group_dunning_user", password="looker.looker")
        self.authenticate("looker", "looker.looker")
        self.visit()
        self.assertFalse(self.visits())

    def test_a_visit_can_not_be_noted_by_opening_its_address(self):
        self.assertEqual(self.get("/visit").status_code, 405)
        self.assertFalse(self.visits())

    def test_visits_are_kept_for_ninety_days(self):
        self.visit()
        visit = self.visits()
        visit.moment = fields.Datetime.now() - timedelta(days=89)
        visit._gc_visits()
        self.assertTrue(visit.exists())
        visit.moment = fields.Datetime.now() - timedelta(days=91)
        visit._gc_visits()
        self.assertFalse(visit.exists())
