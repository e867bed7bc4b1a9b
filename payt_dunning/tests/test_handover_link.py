import io
import re
import zipfile
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import HttpCase, tagged

from ..models.collection_dossier import Wanted
from .handover_common import HandoverCommon


@tagged("post_install", "-at_install")
class TestHandoverLink(HandoverCommon, HttpCase):
    """An office gets its package by a link and a code, for some days and some times."""

    def make_once(self):
        super().make_once()
        with self.on_day(self.today):
            wanted = Wanted(
                agent_id=self.agent,
                action="demand",
                day=self.today,
                no_defence=True,
                ground="Work under order 12.",
            )
            self.handover = self.env["collection.handover"]._hand_over(self.case, wanted)
        self.env.flush_all()

    def made(self):
        link, address, code = self.env["collection.handover.link"]._make(
            self.handover, "office@example.com"
        )
        self.env.flush_all()
        return link, "/dossier/" + address.split("/dossier/")[1], code

    def post(self, path, code):
        self.authenticate(None, None)
        return self.url_open(path, data={"code": code})

    def test_with_link_and_code_the_office_gets_the_bytes_that_were_made(self):
        _link, path, code = self.made()
        page = self.url_open(path)
        self.assertIn("six digits", page.text)
        answer = self.post(path, code)
        self.assertEqual(answer.content, self.handover._content())
        self.assertEqual(answer.headers["Cache-Control"], "no-store")
        self.assertEqual(self.handover.state, "delivered")

    def test_a_look_alone_gives_nothing_and_changes_nothing(self):
        link, path, _code = self.made()
        page = self.url_open(path)
        self.assertEqual(page.headers["Content-Type"], "text/html; charset=utf-8")
        self.assertEqual((link.downloads_left, link.tries_left), (3, 5))

    def test_a_wrong_code_is_counted_and_after_five_the_link_is_dead(self):
        link, path, code = self.made()
        wrong = f"{(int(code) + 1) % 10**6:06d}"
        for _each in range(5):
            self.assertEqual(self.post(path, wrong).status_code, 403)
        link.invalidate_recordset()
        self.assertEqual(link.tries_left, 0)
        self.assertEqual(self.post(path, code).status_code, 403)

    def test_it_works_three_times(self):
        _link, path, code = self.made()
        for _each in range(3):
            self.assertEqual(self.post(path, code).status_code, 200)
        self.assertEqual(self.post(path, code).status_code, 403)

    def test_it_works_seven_days(self):
        link, path, code = self.made()
        link.sudo().expires_at = fields.Datetime.now() - timedelta(seconds=1)
        self.env.flush_all()
        self.assertEqual(self.post(path, code).status_code, 403)

    def test_a_new_link_replaces_the_one_before(self):
        _link, path, code = self.made()
        self.made()
        self.assertEqual(self.post(path, code).status_code, 403)

    def test_after_a_recall_it_gives_nothing(self):
        _link, path, code = self.made()
        self.handover.action_recall("paid")
        self.env.flush_all()
        self.assertEqual(self.post(path, code).status_code, 403)

    def test_an_unknown_link_looks_like_any_other(self):
        _link, path, _code = self.made()
        known = self.url_open(path).text.replace(path, "")
        other = "/dossier/999999/" + "x" * 43
        self.assertEqual(self.url_open(other).text.replace(other, ""), known)

    def test_neither_link_nor_code_is_kept(self):
        with self.mock_mail():
            action = self.handover.action_send_link()
        code = re.search(r"\d{6}", action["params"]["message"])[0]
        [mail] = self.mails
        self.assertNotIn(code, mail["body_html"])
        self.assertNotIn(self.business.name, mail["body_html"])
        token = re.search(r"/dossier/\d+/([\w-]+)", mail["body_html"])[1]
        said = " ".join(str(body) for body in self.handover.message_ids.mapped("body"))
        self.assertNotIn(token, said)
        self.assertNotIn(code, said)

    def mock_mail(self):
        """Keep what is mailed instead of sending it."""
        self.mails = []
        Mail = type(self.env["mail.mail"])
        mails = self.mails

        def send(mail, *args, **kwargs):
            mails.extend(mail.read(["body_html", "email_to"]))

        return patch.object(Mail, "send", send)

    def test_an_office_without_an_address_gets_no_link(self):
        self.agent.partner_id.email = False
        with self.assertRaisesRegex(UserError, "has no e-mail address"):
            self.handover.action_send_link()

    def test_a_package_is_not_downloaded_by_who_may_not(self):
        path = f"/payt_dunning/handover/{self.handover.id}"
        self.person("link_viewer", "group_dunning_viewer", password="link_viewer")
        self.person("link_clerk", "group_dunning_user", password="link_clerk")
        self.env.flush_all()
        self.authenticate("link_viewer", "link_viewer")
        self.assertEqual(self.url_open(path).status_code, 404)
        self.authenticate("link_clerk", "link_clerk")
        self.assertEqual(self.url_open(path).content, self.handover._content())

    def test_all_about_an_invoice_is_downloaded_at_any_time_by_who_may(self):
        self.person("link_viewer", "group_dunning_viewer", password="link_viewer")
        self.person("link_clerk", "group_dunning_user", password="link_clerk")
        self.env.flush_all()
        for record in (self.case, self.item, self.item.debtor_id):
            path = f"/payt_dunning/file/{record._name}/{record.id}"
            with self.subTest(record._name):
                self.authenticate("link_viewer", "link_viewer")
                self.assertEqual(self.url_open(path).status_code, 404)
                self.authenticate("link_clerk", "link_clerk")
                answer = self.url_open(path)
                names = zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
                self.assertIn("timeline.pdf", names)
                self.assertTrue(any(name.startswith("10_invoices/") for name in names))
        self.assertEqual(self.url_open("/payt_dunning/file/res.partner/1").status_code, 404)
