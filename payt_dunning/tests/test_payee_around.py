import io

from pypdf import PdfReader

from odoo.tests import HttpCase
from odoo.tools import mute_logger

from odoo.addons.payment import utils as payment_utils

from .common import DunningCommon
from .page_key_common import KeyCommon
from .payee_cases import NOTICE, OURS, THEIRS, PayeeCases


class TestPayeeAround(PayeeCases, DunningCommon):
    """Statements, payments that were announced, items and Odoo's own ways to pay."""

    def make_once(self):
        super().make_once()
        self.own_account(OURS)
        self.first, self.second = self.invoice(amount=100), self.invoice(amount=50, days_late=6)
        self.items = self.synced(self.first, self.second)

    def test_the_statement_of_account_marks_what_somebody_else_is_to_be_paid(self):
        self.pledge(self.first)
        debtor = self.items.debtor_id
        file = self.env["dunning.statement"].sudo()._file(debtor.sudo())
        pages = PdfReader(io.BytesIO(file.raw)).pages
        text = " ".join("".join(page.extract_text() for page in pages).split())
        self.assertEqual(text.count("To be paid to Factor BV"), 1)
        self.assertIn(THEIRS, text)

    def test_the_message_with_it_says_so_too(self):
        self.pledge(self.first)
        rows = self.env["dunning.statement"].sudo()._rows(self.env, self.items)
        told = [label for label, _amount in rows if "to be paid to Factor BV" in label]
        self.assertEqual(len(told), 1)
        self.assertIn(self.first.name, told[0])

    def test_a_statement_does_not_leave_after_a_pledge(self):
        self.env["dunning.statement"].sudo()._send(self.items.debtor_id.sudo())
        notice = self.notices_to(kind="talk")
        self.assertIsNone(notice._why_not_to_talk())
        self.pledge(self.first)
        self.assertIn("another account", notice._why_not_to_talk())

    def test_another_message_of_a_conversation_leaves_all_the_same(self):
        self.env["dunning.talk"].sudo()._tell(
            self.items.debtor_id.sudo(), self.items, "answer", lambda env: ("Hello", ["Text."])
        )
        self.pledge(self.first)
        self.assertIsNone(self.notices_to(kind="talk")._why_not_to_talk())

    def test_a_debtor_who_paid_is_asked_about_the_right_account(self):
        self.pledge(self.first)
        advice = (
            self.env["dunning.payment.advice"]
            .sudo()
            .new({"company_id": self.company.id, "item_ids": [(6, 0, self.items.ids)]})
        )
        oldest = self.items.sorted("date_due").move_id[:1]
        self.assertEqual(advice._masked_number()[:4], OURS[:4])
        self.pledge(oldest)
        self.assertEqual(advice._masked_number(), f"{THEIRS[:4]} … {THEIRS[-4:]}")

    def test_one_in_which_a_number_is_written_does_not(self):
        words = f"Please pay to {OURS[:4]} {OURS[4:8]} {OURS[8:12]} {OURS[12:16]} {OURS[16:]}."
        self.env["dunning.talk"].sudo()._tell(
            self.items.debtor_id.sudo(), self.items, "answer", lambda env: ("Hello", [words])
        )
        notice = self.notices_to(kind="talk")
        self.assertIsNone(notice._why_not_to_talk())
        self.pledge(self.first)
        self.assertIn("another account", notice._why_not_to_talk())

    def test_an_invoice_sent_again_says_whom_to_pay_and_what_it_no_longer_is(self):
        self.pledge(self.first)
        item = self.items.filtered(lambda item: item.move_id == self.first)
        item.sudo()._send_invoice_again()
        body = self.notices_to(kind="talk").body
        for words in (NOTICE, f"{THEIRS} in the name of Factor BV", "pay to no other account"):
            self.assertIn(words, body)

    def test_an_invoice_of_ours_sent_again_says_nothing_of_it(self):
        self.items[:1].sudo()._send_invoice_again()
        self.assertNotIn("no other account", self.notices_to(kind="talk").body)

    def test_an_invoice_on_paper_names_whom_it_is_to_be_paid_to(self):
        self.first.partner_bank_id = self.company.partner_id.bank_ids[:1]
        self.company.qr_code = True
        render = self.env["ir.actions.report"]._render_qweb_html

        def printed():
            return render("account.account_invoices", self.first.ids)[0].decode()

        page = printed()
        self.assertIn("on this account", page)
        self.assertIn("pay online", page)
        self.assertIn("qrcode_image", page)
        self.pledge(self.first)
        page = printed()
        for words in (NOTICE, THEIRS, "Factor BV", self.first.payment_reference):
            self.assertIn(words, page)
        for words in ("on this account", "pay online", "qrcode_image"):
            self.assertNotIn(words, page)
        self.assertNotIn(OURS, page.replace(" ", ""))

    # -- items -------------------------------------------------------------------------------

    def test_an_item_says_who_is_to_be_paid(self):
        self.pledge(self.first)
        self.items.invalidate_recordset()
        named = {item.move_id: item.payee_name for item in self.items}
        self.assertEqual(named, {self.first: "Factor BV", self.second: False})
        self.assertTrue(self.items.debtor_id.has_payee)

    def test_what_is_closed_is_to_be_paid_to_nobody(self):
        self.pledge(self.first)
        item = self.items.filtered(lambda item: item.move_id == self.first).sudo()
        item.state = "closed"
        self.items.invalidate_recordset()
        self.assertFalse(item.payee_name)
        self.assertFalse(self.items.debtor_id.has_payee)

    def test_a_list_of_items_asks_once(self):
        self.items.invalidate_recordset()
        self.asked.clear()
        self.items.mapped("payee_name")
        self.assertEqual(len(self.asked), 1)

    def test_without_anybody_else_nothing_is_shown(self):
        self.assertEqual(self.items.mapped("payee_name"), [False, False])
        self.assertFalse(self.items.debtor_id.has_payee)

    def test_why_says_it(self):
        self.pledge(self.first)
        wizard = self.env["dunning.why"].with_context(
            active_model="account.move", active_ids=self.first.ids
        )
        self.assertIn("It is to be paid to Factor BV.", wizard.create({}).answer)
        wizard = self.env["dunning.why"].with_context(
            active_model="account.move", active_ids=self.second.ids
        )
        self.assertNotIn("to be paid to", wizard.create({}).answer)

    # -- Odoo's own ways to pay ----------------------------------------------------------------

    def test_an_invoice_of_somebody_elses_has_not_to_be_paid_online(self):
        self.assertTrue(self.first._has_to_be_paid())
        self.pledge(self.first)
        self.first.invalidate_recordset()
        self.assertFalse(self.first._has_to_be_paid())
        words = "This invoice is to be paid to Factor BV."
        self.assertEqual(self.first._get_online_payment_error(), words)
        self.assertTrue(self.second._has_to_be_paid())

    def test_one_that_can_be_paid_online_with_us_still_has(self):
        self.pledge(self.first)
        self.allow_online()
        self.first.invalidate_recordset()
        self.assertTrue(self.first._has_to_be_paid())

    def test_a_list_of_invoices_asks_once(self):
        moves = self.first | self.second
        moves.invalidate_recordset()
        self.asked.clear()
        for move in moves:
            move._has_to_be_paid()
        self.assertEqual(len(self.asked), 1)

    def test_whoever_makes_a_payment_link_is_warned(self):
        self.pledge(self.first)
        wizard = self.env["payment.link.wizard"].create(
            {"res_model": "account.move", "res_id": self.first.id, "amount": 100}
        )
        self.assertIn("is to be paid to Factor BV", wizard.warning_message)


class TestPayeePortal(PayeeCases, HttpCase, DunningCommon):
    """Odoo's own page of an invoice begins no payment of what somebody else is to be paid."""

    def make_once(self):
        super().make_once()
        self.first = self.invoice(amount=100)
        self.provider = self.provider_of(self.company, self.company_data["default_journal_bank"])

    def begin(self):
        """What comes of the call with which Odoo's form begins a payment."""
        form = {
            "provider_id": self.provider.id,
            "payment_method_id": self.provider.payment_method_ids[:1].id,
            "token_id": None,
            "amount": 100.0,
            "flow": "direct",
            "tokenization_requested": False,
            "landing_route": "/my",
            "access_token": self.first._portal_ensure_token(),
        }
        self.env.flush_all()
        self.authenticate(None, None)
        with mute_logger("odoo.http"):
            route = f"/invoice/transaction/{self.first.id}"
            return self.url_open(route, json={"jsonrpc": "2.0", "params": form}).json()

    def test_an_ordinary_invoice_can_be_paid(self):
        self.assertIn("result", self.begin())

    def test_one_of_somebody_elses_is_refused(self):
        self.pledge(self.first)
        error = self.begin()["error"]
        self.assertIn("This invoice is to be paid to Factor BV.", error["data"]["message"])
        self.assertFalse(self.first.transaction_ids)

    def payment_link(self):
        """What comes of a payment link that was made some time ago."""
        token = payment_utils.generate_access_token(
            self.first.partner_id.id, 100.0, self.first.currency_id.id, env=self.env
        )
        query = f"invoice_id={self.first.id}&amount=100.0&access_token={token}"
        self.env.flush_all()
        self.authenticate(None, None)
        return self.url_open(f"/payment/pay?{query}")

    def test_a_payment_link_of_ours_opens_the_form(self):
        page = self.payment_link()
        self.assertIn("/payment/pay", page.url)
        self.assertIn("o_payment_form", page.text)

    def test_one_of_somebody_elses_leads_to_the_invoice_which_says_whom_to_pay(self):
        self.pledge(self.first)
        page = self.payment_link()
        self.assertIn(f"/my/invoices/{self.first.id}", page.url)
        self.assertIn("is to be paid to Factor BV", page.text)
        self.assertNotIn("o_payment_form", page.text)

    def test_its_page_has_no_button(self):
        url = self.first.get_portal_url()
        self.env.flush_all()
        self.authenticate(None, None)
        self.assertIn("Pay Now", self.url_open(url).text)
        self.pledge(self.first)
        page = self.url_open(url).text
        self.assertNotIn("Pay Now", page)
        self.assertIn("is to be paid to Factor BV", page)


class TestPayeeKey(PayeeCases, KeyCommon):
    """Who types the code of a message sees the numbers that it names, and whose they are."""

    def sent(self):
        return self.env["dunning.page.key"].sudo()._sent(self.notice)

    def test_a_message_of_ours_names_nobody_else(self):
        self.assertEqual(self.sent()["payees"], [])

    def test_the_number_of_somebody_else_is_there_with_its_name(self):
        self.notice._reminded()[:1].payee_key = self.factor.payee_id
        self.assertEqual(self.sent()["payees"], [("Factor BV", THEIRS)])
        self.assertNotIn(NOTICE, str(self.sent()))
