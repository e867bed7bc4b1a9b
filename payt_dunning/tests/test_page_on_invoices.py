from unittest.mock import patch
from urllib.parse import urlsplit

from odoo import Command
from odoo.tests import HttpCase, tagged
from odoo.tools.translate import code_translations

from .common import DunningCommon


@tagged("post_install", "-at_install")
class TestPageOnInvoices(DunningCommon, HttpCase):
    """Invoice e-mails and PDFs carry the address of the debtor's page."""

    def send(self, *moves):
        """Send invoices as a user does; the mails that were made, by invoice."""
        moves = self.env["account.move"].union(*moves)
        last = self.env["mail.mail"].sudo().search([], order="id desc", limit=1).id or 0
        self.env["account.move.send"]._generate_and_send_invoices(moves, sending_methods=["email"])
        mails = self.env["mail.mail"].sudo().search([("id", ">", last)])
        return {
            move: mails.filtered(lambda mail, move=move: mail.res_id == move.id) for move in moves
        }

    def sent(self, move):
        """The mail that one invoice made."""
        return self.send(move)[move].body_html

    def address(self, move):
        """The right address of the page of an invoice."""
        partner = move.commercial_partner_id
        debtor = self.env["dunning.debtor"].sudo()._ensure(move.company_id, partner)[partner.id]
        return self.env["dunning.page.door"]._url(move, debtor)

    def printed(self, move, kind="pdf"):
        report = self.env["ir.actions.report"]
        render = report._render_qweb_pdf if kind == "pdf" else report._render_qweb_html
        return render("account.account_invoices", move.ids)[0].decode()

    # -- mails -------------------------------------------------------------------------------

    def test_each_of_many_invoices_has_its_own_link(self):
        moves = [self.invoice(), self.invoice(), self.invoice(partner=self.consumer)]
        mails = self.send(*moves)
        for move in moves:
            self.assertEqual(mails[move].body_html.count("/claim/"), 1)
            self.assertIn(f'href="{self.address(move)}"', mails[move].body_html)

    def test_an_invoice_sent_from_the_dialog_has_the_link(self):
        move = self.invoice()
        dialog = self.env["account.move.send.wizard"].create({"move_id": move.id})
        dialog.action_send_and_print()
        mail = self.env["mail.mail"].sudo().search([("res_id", "=", move.id)], limit=1)
        self.assertIn(self.address(move), mail.body_html)

    def test_the_link_is_in_the_language_of_the_mail(self):
        self.env["res.lang"]._activate_lang("nl_NL")
        self.business.lang = "nl_NL"
        english = "See this invoice, ask a question or pay online"
        words = {"nl_NL": {english: "Bekijk deze factuur"}}
        with patch.object(
            type(code_translations),
            "get_python_translations",
            lambda self, module, lang: words.get(lang, {}),
        ):
            self.assertIn("Bekijk deze factuur", self.sent(self.invoice()))
            self.assertIn(english, self.sent(self.invoice(partner=self.consumer)))

    def test_the_chatter_keeps_no_link(self):
        move = self.invoice()
        self.send(move)
        self.assertNotIn("/claim/", "".join(move.message_ids.mapped("body")))

    def test_our_own_people_get_no_link(self):
        clerk = self.person("clerk.page", "account.group_account_invoice", email="c@example.com")
        move = self.invoice()
        move.message_subscribe(clerk.partner_id.ids)
        mails = self.send(move)[move]
        own = mails.filtered(lambda mail: clerk.partner_id in mail.recipient_ids)
        self.assertTrue(own)
        self.assertNotIn("/claim/", "".join(own.mapped("body_html")))

    def test_a_credit_note_has_no_link(self):
        self.synced(self.invoice())
        note = self.credit_note(50)
        mail = self.send(note)[note]
        self.assertTrue(mail)
        self.assertNotIn("/claim/", mail.body_html)

    def test_without_the_setting_nothing_is_added(self):
        self.company.dunning_page_on_invoice = False
        move = self.invoice()
        self.assertNotIn("/claim/", self.sent(move))
        self.assertNotIn("/claim/", self.printed(move))

    # -- PDFs --------------------------------------------------------------------------------

    def test_a_pdf_has_the_address_and_its_code(self):
        move = self.invoice()
        page = self.printed(move)
        self.assertIn(self.address(move), page)
        self.assertIn("data:image/png;base64,", page)
        self.assertIn("pay online", page)

    def test_a_vendor_bill_has_no_address(self):
        self.synced(self.invoice())
        bill = self.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": self.business.id,
                "invoice_date": self.today,
                "invoice_line_ids": [
                    Command.create({"name": "bread", "price_unit": 5, "tax_ids": []})
                ],
            }
        )
        bill.action_post()
        self.assertNotIn("/claim/", self.printed(bill))

    def test_a_look_on_the_screen_changes_nothing(self):
        move = self.invoice()
        self.assertNotIn("/claim/", self.printed(move, "html"))
        self.assertFalse(self.items(move))
        self.printed(move)
        self.assertIn("/claim/", self.printed(move, "html"))

    def test_where_the_database_may_only_be_read_the_block_is_left_out(self):
        move = self.invoice()
        self.env.flush_all()
        cursor = type(self.env.cr)
        self.patch(cursor, "readonly", True)
        self.assertNotIn("/claim/", self.printed(move))
        self.assertFalse(self.items(move))

    # -- the page behind it ------------------------------------------------------------------

    def test_the_page_of_an_invoice_works_as_soon_as_it_is_sent(self):
        self.company._dunning_stop_live()
        self.company.dunning_live_since = False
        move = self.invoice(amount=123.45)
        self.send(move)
        page = self.url_open(urlsplit(self.address(move)).path)
        self.assertEqual(page.status_code, 200)
        self.assertIn(move.name, page.text)
        self.assertIn("123.45", page.text)

    def test_the_next_run_goes_on_with_what_was_taken_in(self):
        move = self.invoice()
        self.send(move)
        item = self.items(move)
        self.assertEqual(len(item), 1)
        self.run_day()
        self.assertEqual(self.items(move), item)
        self.assertEqual(len(self.notices_to()), 1)

    def test_a_company_takes_in_only_what_is_its_own(self):
        move, waiting = self.invoice(), self.invoice()
        self.send(move)
        self.assertFalse(self.items(waiting))
        self.assertEqual(self.items(move).company_id, self.company)

    def test_what_is_not_followed_up_has_no_link(self):
        self.synced(self.invoice())
        move = self.invoice()
        move.line_ids.filtered("date_maturity").no_followup = True
        self.assertNotIn("/claim/", self.sent(move))
