"""What somebody would try who wants more than the page gives; see docs/security.md."""

import io
from email import message_from_bytes, message_from_string
from unittest.mock import patch

from PIL import Image

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from ..log_tokens import hidden
from ..models import dunning_page_dialogue, dunning_page_upload
from .common import ScriptedSMTP
from .page_common import PageCommon
from .route_common import RouteCase


@tagged("post_install", "-at_install")
class TestAttacks(PageCommon, RouteCase):
    """Found by looking as an attacker does, and mended."""

    def ask(self, files=()):
        self.env.flush_all()
        item = self.Item.search([("debtor_id", "=", self.debtor.id)], limit=1)
        uploads = [("files", (name, io.BytesIO(content))) for name, content in files]
        data = {"text": "Hello", "item": str(item.id)}
        return self.url_open(f"{self.path}/ask", data=data, files=uploads or None)

    def picture(self, size):
        stream = io.BytesIO()
        Image.new("1", (size, size)).save(stream, "PNG")
        return stream.getvalue()

    # -- uploads -------------------------------------------------------------------------------

    def test_a_picture_that_unpacks_to_much_is_kept_and_not_opened(self):
        content = self.picture(4000)
        self.assertIn("we have your message", self.ask([("huge.png", content)]).text)
        file = self.env["ir.attachment"].search([("name", "=", "huge.png")])
        self.assertEqual(file.raw, content)

    def test_files_of_one_message_too_many_are_not_even_kept(self):
        uploads = type(self.env["dunning.page.upload"])
        with (
            patch.object(dunning_page_dialogue, "MOST_MESSAGES", 0),
            patch.object(uploads, "_keep", side_effect=AssertionError) as keep,
        ):
            answer = self.ask([("a.png", self.picture(8))])
        self.assertEqual(answer.status_code, 400)
        self.assertFalse(keep.called)

    def test_names_that_lead_elsewhere_or_hide_what_they_are_are_cleaned(self):
        clean = self.env["dunning.page.upload"]._clean_name
        for name, wanted in {
            "../../etc/passwd": "passwd",
            "..\\..\\boot.ini": "boot.ini",
            "invoice\u202efdp.exe": "invoicefdp.exe",
            "a\r\nSet-Cookie: x=1.pdf": "aSet-Cookie x=1.pdf",
            '"><script>.pdf': "script.pdf",
            ".. .": "file",
            "\x00.pdf": "pdf",
            f"{'n' * 300}.pdf": f"{'n' * 96}.pdf",
            "n" * 300: "n" * 100,
            f"a.{'n' * 300}": f".{'n' * 99}",
        }.items():
            with self.subTest(name):
                self.assertEqual(clean(name), wanted)

    def test_what_a_browser_could_run_is_taken_under_no_name(self):
        check = self.env["dunning.page.upload"]._check
        for content in (
            b"<html><script>alert(1)</script></html>",
            b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg' onload='a()'/>",
            b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>",
            b"PK\x03\x04 a program in a ZIP",
        ):
            for ending in ("pdf", "png", "webp", "docx", "html", "svg", "xml", "zip"):
                with (
                    self.subTest(ending, content=content[:12]),
                    self.assertRaisesRegex(Exception, "We can't take"),
                ):
                    check(f"a.{ending}", content)

    def test_what_is_given_back_is_only_shown_where_it_can_run_nothing(self):
        for mimetype in dunning_page_upload.SHOWN:
            self.assertNotRegex(mimetype, "html|svg|xml|javascript|text")

    # -- what a filter may ask -----------------------------------------------------------------

    def test_no_manager_reads_secrets_by_a_filter_that_runs_with_all_rights(self):
        manager = self.person("attack.manager", "group_dunning_manager")
        policy = self.env.ref("payt_dunning.policy_business").sudo(False).with_user(manager)
        for asked in (
            "('user_ids.totp_secret', '=like', 'a%')",
            "('user_ids', 'any', [('totp_secret', '=like', 'a%')])",
            "'!', '|', ('id', '=', 1), ('child_ids.user_ids.totp_secret', '!=', False)",
        ):
            with self.subTest(asked), self.assertRaises(AccessError):
                policy.partner_domain = f"[{asked}]"

    def test_no_filter_tells_what_messages_and_invoices_of_others_say(self):
        manager = self.person("attack.manager", "group_dunning_manager")
        policy = self.env.ref("payt_dunning.policy_business").sudo(False).with_user(manager)
        for asked in (
            "('create_uid.partner_id.channel_ids.message_ids.body', 'ilike', 'x')",
            "('message_ids.body', 'ilike', 'x')",
            "('invoice_ids', 'any', [('amount_total', '>', 10)])",
            "('invoice_ids', 'ilike', 'INV/1')",
        ):
            with self.subTest(asked), self.assertRaisesRegex(ValidationError, "can't ask about"):
                policy.partner_domain = f"[{asked}]"

    def test_a_manager_filters_by_what_it_may_read(self):
        manager = self.person("attack.manager", "group_dunning_manager")
        policy = self.env.ref("payt_dunning.policy_business").sudo(False).with_user(manager)
        policy.partner_domain = "[('country_id.code', '=', 'NL')]"
        self.assertTrue(policy.partner_domain)

    # -- sessions, logs, headers -----------------------------------------------------------------

    def test_who_used_the_browser_before_is_not_let_in_by_its_cookie(self):
        before = self.session.sid
        with patch.object(type(self.env["dunning.page.code"]), "_check", lambda *_args: True):
            answer = self.post("/open", code="123456")
        self.assertTrue(answer.url.endswith("/all"))
        cookies = self.opener.cookies
        for cookie in [each for each in cookies if each.name == "session_id"]:
            cookies.clear(cookie.domain, cookie.path, cookie.name)
        cookies["session_id"] = before
        self.assertTrue(self.get("/all").url.endswith("/proof"))

    def test_the_log_of_the_server_holds_no_address_that_opens_something(self):
        token = self.path.rpartition("/")[2]
        with self.server_log() as logged:
            self.get()
            self.url_open("/dossier/1/abcdefghijklmnop")
        text = "\n".join(logged)
        self.assertIn(f"/claim/m/{self.notice.id}/{token[:4]}…", text)
        self.assertNotIn(token, text)
        self.assertNotIn("abcdefghijklmnop", text)

    def test_what_follows_a_secret_is_logged_still(self):
        for text, wanted in {
            "GET /claim/i/7/0123456789abcdef/pay?k=r1 HTTP": "GET /claim/i/7/0123…/pay?k=r1 HTTP",
            "/my/claims/7/transaction/abcdefgh": "/my/claims/7/transaction/abcd…",
            "?hub.mode=x&hub.verify_token=secret&a=1": "?hub.mode=x&hub.verify_token=secr…&a=1",
            "/claim/i/7": "/claim/i/7",
            7: 7,
        }.items():
            with self.subTest(text):
                self.assertEqual(hidden(text), wanted)

    def test_a_name_with_a_line_break_adds_no_header_and_keeps_no_mail_back(self):
        partner = self.business.copy(
            {"name": "Grocer\r\nBcc: thief@example.com", "email": "grocer@debtor.example.com"}
        )
        self.invoice(partner=partner)
        mails = [mail for mail in self.run_and_deliver() if "grocer@debtor" in mail]
        self.assertEqual(len(mails), 1)
        self.assertNotIn("bcc", message_from_string(mails[0]))

    def test_a_code_is_mailed_to_such_a_name_too(self):
        self.business.name = "Bakery\r\nBcc: thief@example.com"
        Server, line = type(self.env["ir.mail_server"]), ScriptedSMTP()
        with (
            patch.object(Server, "_disable_send", lambda *_args: False),
            patch.object(Server, "_connect__", lambda *_args, **_kwargs: line),
        ):
            self.env["dunning.page.code"].sudo()._mail_code(self.debtor)
        (mail,) = line.delivered
        self.assertNotIn("bcc", message_from_bytes(mail))
