from odoo import http
from odoo.tests import HttpCase

from .handover_common import HandoverCommon

OFFICE = "Bailiff Office collects this for us"


class TestHandoverPage(HandoverCommon, HttpCase):
    """The page of what somebody else collects says who, and takes no money."""

    def setUp(self):
        super().setUp()
        self.authenticate(None, None)

    def make_once(self):
        super().make_once()
        self.run_and_deliver(self.after(9))
        self.notice = self.case.notice_ids
        self.agent.partner_id.write({"phone": "+31 88 765 43 21", "email": "post@bailiff.example"})
        self.handover = self.hand_over()
        self.handover.action_accepted("2026.118")

    @property
    def path(self):
        """The address that the last message before the handover has."""
        return self.env["dunning.page.door"]._path("m", self.notice.id, self.debtor_row)

    def get(self, path="", **options):
        self.env.flush_all()
        return self.url_open(f"{self.path}{path}", **options)

    def post(self, path, **data):
        self.env.flush_all()
        data["csrf_token"] = http.Request.csrf_token(self)
        return self.url_open(f"{self.path}{path}", data=data)

    def piles(self, items):
        with self.on_day(self.today):
            return self.env["dunning.page"]._piles(self.debtor_row, items, self.today)

    def test_an_old_mail_leads_to_who_has_the_case_and_how_to_reach_it(self):
        page = self.get().text
        for told in (OFFICE, "+31 88 765 43 21", "post@bailiff.example", "2026.118", "500.00"):
            self.assertIn(told, page)
        self.assertIn(self.case.name, page)

    def test_it_offers_no_paying_no_plan_and_no_promise(self):
        page = self.get().text
        for offer in ("/pay?", "/parts", "/promise", "/paid", "/dispute", "Transfer it yourself"):
            self.assertNotIn(offer, page)
        self.assertNotIn("Everything that this is about has been paid", page)

    def test_old_links_to_pay_say_where_to_pay(self):
        for query in ("", f"?k=r{self.item.id}", f"?i={self.item.move_id.id}"):
            with self.subTest(query):
                answer = self.get(f"/pay{query}")
                self.assertEqual(answer.status_code, 409)
                self.assertIn("Bailiff Office collects this for us now", answer.text)
                self.assertNotIn("o_payment_form", answer.text)

    def test_an_old_link_to_pay_in_parts_says_where_to_pay(self):
        answer = self.get("/parts")
        self.assertEqual(answer.status_code, 409)
        self.assertIn("Bailiff Office collects this for us now", answer.text)

    def test_an_open_form_agrees_on_nothing_any_more(self):
        reason = self.env["dunning.dispute.reason"].search([], limit=1)
        forms = {
            "/promise": {"date": self.after(5).isoformat(), "item": self.item.id},
            "/paid": {"paid_on": self.today.isoformat(), "item": self.item.id},
            "/dispute": {"reason": reason.id, "text": "no", "item": self.item.id},
        }
        for path, data in forms.items():
            with self.subTest(path):
                answer = self.post(path, **data)
                self.assertEqual(answer.status_code, 400)
                self.assertIn("Bailiff Office collects this for us now", answer.text)
        self.assertFalse(self.env["dunning.promise"].search([("item_ids", "in", self.item.ids)]))

    def test_one_can_ask_us_and_reads_that_the_office_goes_on(self):
        page = self.post("/ask", text="Who are they?").text
        self.assertIn("Bailiff Office does not wait for our answer", page)
        question = self.env["dunning.question"].search([("debtor_id", "=", self.debtor_row.id)])
        self.assertEqual(question.item_ids, self.item)

    def test_its_documents_are_there_still(self):
        answer = self.get(f"/invoice/{self.item.id}")
        self.assertEqual(answer.headers["Content-Type"], "application/pdf")

    def test_what_is_new_is_paid_here_and_is_no_part_of_the_same_total(self):
        other = self.late(12, 80.0)
        (pile,) = self.piles(self.item | other)
        self.assertEqual([row.item_id for row in pile.rows], other.ids)
        self.assertEqual([row.item_id for row in pile.given], self.item.ids)
        self.assertEqual((int(pile.open), int(pile.payable)), (80, 80))

    def test_costs_of_it_are_not_paid_here_either(self):
        self.handover.action_recall("costs first")
        with self.on_day(self.today):
            self.env["dunning.charge"]._create_costs(
                None,
                [(self.item, self.item.amount_open, 40.0)],
                40.0,
                0.0,
                due_from=self.today,
                basis="BW 6:96",
                lines=["at least 40"],
                rows=["CostRule:NL:business:2013-03-16"],
            )
        self.assertTrue(self.piles(self.item)[0].extras)
        self.hand_over()
        self.assertFalse(self.piles(self.item)[0].extras)

    def test_after_a_recall_one_pays_here_again(self):
        self.handover.action_recall("too early")
        page = self.get().text
        self.assertNotIn(OFFICE, page)
        self.assertIn("/pay?", page)

    def test_in_odoo_s_portal_it_is_not_paid_either(self):
        self.env["ir.config_parameter"].sudo().set_param(
            "account_payment.enable_portal_payment", "True"
        )
        self.assertFalse(self.item.move_id._has_to_be_paid())
        self.assertIn("Bailiff Office", self.item.move_id._get_online_payment_error())
        self.handover.action_recall("too early")
        self.assertTrue(self.item.move_id._has_to_be_paid())
