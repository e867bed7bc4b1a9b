import io

from odoo import Command

from .dispute_common import DisputeCommon
from .page_common import PageCommon

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


class TestPageDispute(PageCommon, DisputeCommon):
    """A debtor says on its page that it does not agree."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.handler = cls.person("handler", "group_dunning_user", name="Hanna Handler")
        cls.debtor.handler_id = cls.handler
        cls.move, cls.other = cls.moves
        cls.claim = cls.items(cls.move)

    def object_to(self, part="whole", items=None, files=(), **values):
        """The answer to sending the form."""
        self.env.flush_all()
        data = {
            "part": part,
            "item": [str(item.id) for item in (items or self.claim)],
            "reason": str(self.reason.id),
            "text": "Half of it was broken.",
            **values,
        }
        uploads = [("files", (name, io.BytesIO(content))) for name, content in files]
        answer = self.url_open(f"{self.path}/dispute", data=data, files=uploads or None)
        self.env.invalidate_all()
        return answer

    def opened(self):
        return self.Dispute.search([("debtor_id", "=", self.debtor.id)])

    def question(self):
        return self.env["dunning.question"].search([("debtor_id", "=", self.debtor.id)])

    # -- it works ---------------------------------------------------------------------------------

    def test_all_of_an_invoice_is_disputed_and_the_page_says_what_happens_next(self):
        page = self.amounts(self.object_to(files=[("proof.pdf", PDF)]).text)
        dispute = self.opened()
        self.assertEqual((dispute.scope, dispute.amount), ("whole", 100))
        self.assertTrue(dispute.by_debtor)
        self.assertEqual(dispute.owner_id, self.handler)
        self.assertIn("Thank you, we look into it.", page)
        self.assertIn("You don't agree with $ 100.00 of", page.replace("&#39;", "'"))
        day = self.env["dunning.page"]._date(self.after(10))
        self.assertIn(f"Hanna Handler looks into it. We answer by {day}.", page)
        self.assertIn("In dispute", page)
        self.assertIn("Half of it was broken.", page)
        self.assertIn("proof.pdf", page)
        self.assertIn("$ 50.00", page)

    def test_the_rest_stays_to_be_paid_and_is_no_hold(self):
        page = self.amounts(self.object_to("amount", amount="30").text)
        self.assertIn("the rest stays to be paid", page)
        self.assertNotIn("On hold", page)
        self.assertIn("Pay $ 120.00", page)
        self.assertFalse(
            self.env["dunning.hold"].search([("kind", "=", "question")]), "held by nothing else"
        )
        items = self.items(self.moves)
        self.assertNotIn("hold", items.mapped("reason"))

    def test_what_is_paid_of_it_leaves_the_disputed_part(self):
        self.object_to("amount", amount="30")
        (pile,) = self.env["dunning.page"]._piles(self.debtor, self.claim, self.today)
        choice = self.env["dunning.page.choice"]._choose(pile, [f"r{self.claim.id}"])
        self.assertEqual(choice.amount, 70)
        self.pay(self.move, 70)
        (pile,) = self.env["dunning.page"]._piles(self.debtor, self.claim, self.today)
        self.assertEqual((pile.open, pile.payable), (30, 0))
        page = self.amounts(self.get().text).replace("&#39;", "'")
        self.assertIn("You don't agree with it</span>", page)

    def test_lines_are_chosen_with_their_amounts(self):
        move = self.with_lines(60, 40)
        notice = self.notice_about(move)
        page = self.amounts(self.get_of(notice).text)
        self.assertIn("work 2", page)
        line = self.product_lines(move)[1]
        data = {"part": "lines", "line": str(line.id), "reason": str(self.reason.id)}
        data |= {"text": "This one.", "item": str(self.items(move).id)}
        self.url_open(f"{self.path_of(notice)}/dispute", data=data)
        dispute = self.opened()
        self.assertEqual((dispute.line_ids, dispute.amount), (line, 40))

    def notice_about(self, move):
        """A message about one invoice."""
        self.synced(move)
        values = {"source": f"item:{self.items(move).id}", "channel": "email"}
        values |= {"recipient": "pay@bakery.example.com", "item_id": self.items(move).id}
        line = {**values, "position": 1, "currency_id": move.currency_id.id, "amount": 100}
        return self.notice.copy({"line_ids": [Command.create(line)], "state": "sent"})

    def path_of(self, notice):
        return self.env["dunning.page.door"]._path("m", notice.id, self.debtor)

    def get_of(self, notice):
        self.env.flush_all()
        return self.url_open(self.path_of(notice))

    def test_the_words_stand_in_the_thread_and_the_outcome_answers_them(self):
        self.object_to("amount", amount="30")
        question = self.question()
        self.assertEqual(question.dispute_id, self.opened())
        self.assertIn("Half of it was broken.", question.text)
        self.assertIn("It is damaged, or not good", question.text)
        self.assertEqual(question.state, "open")
        self.opened()._decide("rejected", "It was whole when it left.")
        self.assertEqual(question.state, "answered")
        page = self.amounts(self.get().text)
        self.assertIn("It was whole when it left.", page)
        self.assertIn("stays to be paid", page)

    def test_a_confirmation_is_mailed(self):
        self.object_to("amount", amount="30")
        notice = self.notices_to(kind="talk")
        self.assertEqual(notice.topic, "dispute")
        self.assertIn("The rest stays to be paid: $ 70.00.", self.text_of(notice))

    def test_the_debtor_agrees_after_all_with_one_button(self):
        self.assertIn("I agree with it after all", self.object_to().text)
        dispute = self.opened()
        self.post("/dispute/withdraw", record=str(dispute.id))
        self.env.invalidate_all()
        self.assertEqual(dispute.state, "withdrawn")
        self.assertFalse(self.holds(self.move))
        self.assertEqual(self.question().state, "answered")

    def test_the_dispute_of_another_debtor_can_not_be_withdrawn(self):
        theirs = self.dispute(self.invoice(partner=self.consumer))
        page = self.post("/dispute/withdraw", record=str(theirs.id))
        self.assertEqual(page.status_code, 400)
        self.assertEqual(theirs.state, "open")

    def test_what_was_accepted_is_told_with_what_becomes_of_it(self):
        self.object_to("amount", amount="30")
        dispute = self.opened()
        dispute._decide("accepted", "Sorry for that.")
        self.assertIn("We make a credit note for it.", self.get().text)
        dispute.sudo(False).with_user(self.env.user).action_credit_note()
        dispute.credit_move_id.action_post()
        self.assertIn("It has been credited.", self.get().text)

    def test_the_form_works_in_the_debtor_s_language(self):
        self.env["res.lang"]._activate_lang("nl_NL")
        self.env["res.lang"].search([("code", "=", "nl_NL")]).decimal_point = ","
        self.object_to("amount", amount="12,50", lang="nl_NL")
        self.assertEqual(self.opened().amount, 12.5)

    # -- what can't be --------------------------------------------------------------------------------

    def test_a_second_time_it_is_a_message_and_holds_nothing_by_itself(self):
        self.object_to("amount", amount="30")
        self.opened()._decide("rejected", "No.")
        page = self.object_to("amount", amount="20")
        self.assertIn("one of us reads it first", page.text)
        self.assertEqual(len(self.opened()), 1)
        self.assertEqual(self.holds(self.move).kind, "question")

    def test_what_was_paid_meanwhile_is_a_message_and_holds_nothing(self):
        self.pay(self.move)
        page = self.object_to()
        self.assertIn("you need not pay", page.text)
        self.assertFalse(self.opened())
        self.assertTrue(self.question())
        self.assertNotIn("dispute", self.holds(self.move).mapped("kind"))

    def test_an_invoice_that_is_a_draft_or_cancelled_meanwhile_is_a_message(self):
        self.move.button_draft()
        self.object_to()
        self.move.button_cancel()
        self.object_to()
        self.assertFalse(self.opened())
        self.assertEqual(len(self.question()), 1)

    def test_more_than_what_is_open_is_refused_and_nothing_that_was_typed_is_lost(self):
        page = self.object_to("amount", amount="130")
        self.assertEqual(page.status_code, 400)
        text = self.amounts(page.text)
        self.assertIn(f"Of {self.move.name} $ 100.00 is open", text)
        self.assertIn("Half of it was broken.", text)
        self.assertIn('value="130"', text)
        self.assertRegex(text, rf'value="{self.reason.id}" selected')
        self.assertFalse(self.opened())
        self.assertFalse(self.question())

    def test_what_is_no_amount_is_refused(self):
        for amount in ("", "much", "0", "-5"):
            with self.subTest(amount):
                self.assertEqual(self.object_to("amount", amount=amount).status_code, 400)
        self.assertFalse(self.opened())

    def test_lines_of_others_are_refused(self):
        theirs = self.product_lines(self.invoice(partner=self.consumer))
        own = self.product_lines(self.other)
        for line in (theirs.id, own.id, "nothing", ""):
            with self.subTest(line):
                self.assertEqual(self.object_to("lines", line=str(line)).status_code, 400)
        self.assertFalse(self.opened())

    def test_items_of_others_are_not_taken(self):
        theirs = self.synced(self.invoice(partner=self.consumer))
        self.assertEqual(self.object_to(items=theirs).status_code, 400)
        self.assertFalse(self.Dispute.search([]))

    def test_two_invoices_at_once_are_refused(self):
        page = self.object_to(items=self.items(self.moves))
        self.assertIn("Choose one invoice at a time.", page.text)
        self.assertEqual(page.status_code, 400)

    def test_without_a_reason_or_a_text_it_is_refused(self):
        for values in ({"reason": ""}, {"reason": "999999999"}, {"text": " "}, {"part": "x"}):
            with self.subTest(values):
                self.assertEqual(
                    self.object_to(values.pop("part", "whole"), **values).status_code, 400
                )
        self.assertFalse(self.opened())
        self.assertFalse(self.question())
