import re
from collections import Counter

from odoo.tests import new_test_user

from ..tools import Heard
from .page_common import PageCommon

SAFE = "https://eur01.safelinks.example.com/?url=https%3A%2F%2Fcreditor.example.com"


class TestPageHostile(PageCommon):
    """What somebody sends who means no good, or whose browser is old."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.claim = cls.Item.search([("debtor_id", "=", cls.debtor.id)])

    def questions(self):
        return self.env["dunning.question"].search([("debtor_id", "=", self.debtor.id)])

    def test_a_number_without_end_is_no_invoice(self):
        for form in ("ask", "promise", "paid", "dispute", "parts"):
            with self.subTest(form):
                answer = self.url_open(
                    f"{self.path}/{form}",
                    data={
                        "text": "My words",
                        "item": "9" * 5000,
                        "date": "2027-01-01",
                        "reason": "1",
                    },
                )
                self.assertEqual(answer.status_code, 400)

    def test_what_the_address_does_not_say_is_not_read_from_a_form(self):
        new_test_user(self.env, "portal.x", groups="base.group_portal", password="portal.x")
        self.authenticate("portal.x", "portal.x")
        for lie in ("debtor_id=abc", f"debtor_id={self.debtor.id}", "scope=all", "kind=i"):
            with self.subTest(lie):
                answer = self.get(f"?{lie}")
                self.assertEqual(answer.status_code, 200)
                self.assertIn(self.moves[0].name, answer.text)

    def test_no_token_that_is_quoted_is_kept(self):
        token = self.path.rpartition("/")[2]
        Talk = self.env["dunning.talk"]
        for quoted in (
            self.path,
            self.path.replace("/", "%2F"),
            self.path.replace("/", "%2f"),
            self.path.replace("/", "%252F"),
        ):
            self.assertNotIn(token, Talk._without_tokens(f"see {SAFE}{quoted}&data=1"))

    def test_no_token_that_is_typed_is_kept(self):
        token = self.path.rpartition("/")[2]
        self.url_open(f"{self.path}/ask", data={"text": f"This https://x{self.path} is wrong"})
        self.assertNotIn(token, self.questions().message_id.body)
        self.assertNotIn(token, self.questions().text)

    def test_what_is_typed_in_a_form_is_shown_as_it_was_typed(self):
        text = "Hello\n> 100 is paid\nOp 3 maart schreef u dat het klopt.\n\nIs that so?"
        page = self.url_open(f"{self.path}/ask", data={"text": text})
        self.assertEqual(self.questions().text, text)
        for line in ("&gt; 100 is paid", "Op 3 maart schreef u dat het klopt.", "Is that so?"):
            self.assertIn(line, page.text)
        self.assertIn("<br", self.questions().message_id.body)

    def test_a_promise_about_more_than_is_here_tells_nothing_of_the_rest(self):
        promises = self.env["dunning.promise"].sudo()
        promises._make(self.claim, self.after(3), 150, by_debtor=True)
        door = self.env["dunning.page.door"]
        path = door._path("i", self.moves[0].id, self.debtor)
        self.env.flush_all()
        page = self.url_open(path).text
        self.assertNotIn(self.moves[1].name, page)
        self.assertNotIn("150", page)
        self.assertIn("agreed", page)

    def test_a_payment_about_more_than_is_here_tells_nothing_of_the_rest(self):
        advices = self.env["dunning.payment.advice"].sudo()
        advices._make(self.claim, self.today, 150)
        door = self.env["dunning.page.door"]
        path = door._path("i", self.moves[0].id, self.debtor)
        self.env.flush_all()
        page = self.url_open(path).text
        self.assertNotIn(self.moves[1].name, page)
        self.assertNotIn("150", page)

    def test_what_was_typed_when_the_proof_has_passed_is_not_lost(self):
        answer = self.url_open(f"{self.path}/all/ask", data={"text": "My words"})
        self.assertIn(">My words</textarea>", answer.text)
        self.assertNotIn(self.moves[0].name, answer.text)
        self.assertFalse(self.questions())

    def test_whoever_is_logged_out_comes_back_to_a_page(self):
        answer = self.url_open(
            f"/my/claims/{self.debtor.id}/ask", data={"text": "x"}, allow_redirects=False
        )
        self.assertNotIn("ask", answer.headers["Location"])

    def test_who_wrote_here_does_not_read_what_somebody_else_writes_later(self):
        move = self.claim[0].move_id
        self.url_open(f"{self.path}/ask", data={"text": "Hello", "item": self.claim[0].id})
        heard = Heard(debtor_id=self.debtor.id)
        for author, body in ((self.business, "I am ill"), (self.env.user.partner_id, "Fine")):
            move.with_context(dunning_heard=heard).message_post(
                body=body,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
                author_id=author.id,
            )
        self.url_open(f"{self.path}/ask", data={"text": "Once more", "item": self.claim[0].id})
        page = self.get().text
        for text in ("Hello", "Fine", "Once more"):
            self.assertIn(f">{text}</p>", page)
        self.assertNotIn("I am ill", page)

    def test_what_a_debtor_writes_goes_to_no_outsider_who_follows(self):
        Partner = self.env["res.partner"]
        outsider = Partner.create({"name": "Other", "email": "other@elsewhere.example.com"})
        colleague = Partner.create({"name": "Kim", "parent_id": self.business.id})
        colleague.email = "kim@bakery.example.com"
        self.moves.message_subscribe((outsider | colleague).ids)
        self.url_open(f"{self.path}/ask", data={"text": "I am ill", "item": self.claim[0].id})
        told = self.questions().message_id.notification_ids.res_partner_id
        self.assertNotIn(outsider, told)
        self.assertIn(colleague, told)

    def test_what_a_client_says_of_a_dispute_is_not_believed(self):
        move = self.claim[0].move_id
        move.with_context(dunning_dispute=1).message_post(
            body="A question",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            author_id=self.business.id,
        )
        self.assertTrue(self.questions().hold_until)
        self.assertFalse(self.questions().dispute_id)

    def test_where_nothing_can_be_mailed_the_page_does_not_say_that_it_was(self):
        self.assertIn("mailed you a confirmation", self.get("?told=dispute").text)
        self.business.email = False
        page = self.get("?told=dispute").text
        self.assertIn("You need not pay it until you have our answer.", page)
        self.assertNotIn("mailed you a confirmation", page)

    def test_no_id_is_there_twice(self):
        self.env["dunning.nonpayment.reason"].create(
            {
                "name": "Ill",
                "question": "I am ill",
                "offer": "plan",
                "hardship": True,
                "asks": "text",
            }
        )
        page = self.get().text
        ids = Counter(re.findall(r'\sid="([^"]+)"', page))
        self.assertEqual({name: n for name, n in ids.items() if n > 1}, {})
        for wanted in re.findall(r'\sfor="([^"]+)"', page):
            self.assertIn(wanted, ids)

    def test_a_change_of_address_does_not_lead_the_old_one_to_nothing(self):
        Change = self.env["dunning.contact.change"].sudo()
        change = Change._propose(self.debtor, {"email": "new@bakery.example.com"})
        change._accept(["email"], self.env.ref("base.user_admin"))
        old = self.notices_to(kind="talk").filtered(
            lambda each: each.recipient == "pay@bakery.example.com"
        )
        self.assertNotIn("Go to your page", old.body)
        self.assertNotIn("answer this mail", old.body)
