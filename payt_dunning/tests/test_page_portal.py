from odoo import Command
from odoo.tests import new_test_user, tagged

from .page_common import PageCommon


@tagged("post_install", "-at_install")
class TestPagePortal(PageCommon):
    """Portal users see under My Account what their own company has open."""

    def setUp(self):
        super().setUp()
        self.env["res.partner"].create({"name": "Colleague", "parent_id": self.business.id})
        self.login("owner", self.business)

    def login(self, login, partner):
        user = new_test_user(
            self.env, login, groups="base.group_portal", password=f"{login}.{login}"
        )
        user.partner_id.write({"parent_id": partner.id})
        self.env.flush_all()
        self.authenticate(login, f"{login}.{login}")
        return user

    def mine(self, path="", debtor=None):
        return self.url_open(f"/my/claims/{(debtor or self.debtor).id}{path}")

    def test_with_one_company_they_are_there_at_once(self):
        answer = self.url_open("/my/claims")
        self.assertTrue(answer.url.endswith(f"/my/claims/{self.debtor.id}"))
        for move in self.moves:
            self.assertIn(move.name, answer.text)

    def test_an_account_shows_the_way_there(self):
        self.assertIn("/my/claims", self.url_open("/my").text)

    def test_odoos_own_overdue_page_leads_there(self):
        self.assertTrue(self.url_open("/my/invoices/overdue").url.endswith(str(self.debtor.id)))

    def test_they_need_no_code_on_the_page_of_a_message(self):
        self.assertTrue(self.get("/all").url.endswith(f"/my/claims/{self.debtor.id}"))

    def test_they_read_messages_and_invoices_and_the_statement(self):
        self.assertIn(self.notice.subject, self.mine(f"/message/{self.notice.id}").text)
        item = self.items(self.moves)[0]
        self.assertEqual(
            self.mine(f"/invoice/{item.id}").headers["Content-Type"], "application/pdf"
        )
        self.assertEqual(self.mine("/statement").content[:5], b"%PDF-")

    def test_they_come_to_the_ways_to_pay(self):
        answer = self.mine("/pay")
        self.assertEqual(answer.status_code, 200)
        self.assertIn("150.00", answer.text)

    def test_of_another_debtor_they_see_nothing(self):
        self.invoice(partner=self.consumer, days_late=6, amount=70)
        self.run_and_deliver()
        other = self.notices_to(self.consumer)
        for path in ("", "/pay", "/statement", f"/message/{other.id}"):
            answer = self.mine(path, other.debtor_id)
            self.assertEqual(answer.status_code, 404, path)
            self.assertNotIn("Jansen", answer.text)
        self.assertEqual(self.mine(f"/message/{other.id}").status_code, 404)
        item = other._reminded().item_id
        self.assertEqual(self.mine(f"/invoice/{item.id}").status_code, 404)

    def test_invoices_that_a_rule_hides_from_them_are_not_shown(self):
        hidden = self.moves[0]
        self.env["ir.rule"].create(
            {
                "name": "not this one",
                "model_id": self.env.ref("account.model_account_move").id,
                "groups": [Command.set(self.env.ref("base.group_portal").ids)],
                "domain_force": "[('ref', '!=', 'hidden'), ('partner_id', 'child_of', [user.commercial_partner_id.id])]",
            }
        )
        self.env.ref("account.account_invoice_rule_portal").active = False
        hidden.ref = "hidden"
        page = self.mine().text
        self.assertNotIn(hidden.name, page)
        self.assertIn(self.moves[1].name, page)

    def test_who_is_not_logged_in_is_asked_to(self):
        self.authenticate(None, None)
        for path in ("", "/pay", "/statement"):
            self.assertIn("/web/login", self.mine(path).url, path)

    def test_someone_who_owes_nothing_is_told_so(self):
        self.login("other", self.env["res.partner"].create({"name": "New", "is_company": True}))
        self.assertIn("You have nothing open", self.url_open("/my/claims").text)
