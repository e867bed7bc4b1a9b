from odoo.tools import html2plaintext

from .page_common import PageCommon


class TestPagePromise(PageCommon):
    """On its page a debtor says when it pays, or that it has paid."""

    def setUp(self):
        super().setUp()
        self.old, self.new = self.items(self.moves).sorted("date_due")

    def send(self, form, item=None, **data):
        """Send a form; the page that comes then, as text."""
        self.env.flush_all()
        data = {"item": (item or self.old).ids, **data}
        answer = self.post(f"/{form}", **data)
        self.env.invalidate_all()
        self.status = answer.status_code
        return self.amounts(html2plaintext(answer.text))

    def later(self, days=5, **data):
        return self.send("promise", date=self.after(days).isoformat(), **data)

    def paid(self, days_ago=2, **data):
        return self.send("paid", date=self.after(-days_ago).isoformat(), **data)

    def promises(self):
        return self.env["dunning.promise"].sudo().search([("debtor_id", "=", self.debtor.id)])

    def advices(self):
        return (
            self.env["dunning.payment.advice"].sudo().search([("debtor_id", "=", self.debtor.id)])
        )

    def questions(self):
        return self.env["dunning.question"].sudo().search([("debtor_id", "=", self.debtor.id)])

    def holds(self, item):
        holds = self.env["dunning.hold"].sudo().search([("item_id", "=", item.id)])
        return holds.filtered(lambda hold: not hold.released_on)

    def money(self, amount):
        return self.amounts(self.env["dunning.page"]._money(amount, self.old.currency_id))

    # -- paying later ---------------------------------------------------------------------------

    def test_the_page_offers_to_pay_later_and_to_have_paid(self):
        text = self.get().text
        self.assertIn("I will pay later", text)
        self.assertIn("I have paid already", text)
        self.assertIn(f'min="{self.after(1)}"', text)

    def test_a_promise_is_noted_held_confirmed_and_told(self):
        text = self.later()
        promise = self.promises()
        self.assertEqual((promise.item_ids, promise.date), (self.old, self.after(5)))
        self.assertTrue(promise.by_debtor)
        self.assertEqual(self.holds(self.old).kind, "promise")
        self.assertEqual(self.notices_to(kind="talk").topic, "promise")
        self.assertIn("Thank you, we noted it", text)
        self.assertIn(f"You said you pay {self.money(self.old.amount_open)} by", text)
        self.assertIn("Nothing happens until", text)
        self.assertFalse(self.questions())

    def test_this_visitor_reads_what_it_said_and_our_confirmation(self):
        text = self.later()
        self.assertIn("I pay ", text)
        self.assertIn("You pay ", text)

    def test_a_part_can_be_promised_as_people_write_it(self):
        self.later(amount="12,50")
        self.assertEqual(self.promises().amount, 12.5)

    def test_a_day_too_far_away_is_asked_of_a_person(self):
        text = self.later(days=40)
        self.assertFalse(self.promises())
        self.assertIn("I would like to pay", self.questions().text)
        self.assertIn("Somebody looks at this day first", text)

    def test_a_second_promise_is_asked_of_a_person(self):
        self.later()
        self.later(days=9)
        self.assertEqual(self.promises().date, self.after(5))
        self.assertEqual(len(self.questions()), 1)

    def test_the_policy_says_how_far_ahead(self):
        self.old._policy().sudo().promise_days = 40
        self.company.dunning_promise_grace = 0
        self.later(days=20)
        self.assertEqual(self.promises().date, self.after(20))

    def test_what_all_holds_together_may_not_last_is_asked_of_a_person(self):
        self.old._policy().sudo().promise_days = 60
        self.later(days=45)
        self.assertFalse(self.promises())
        self.assertFalse(self.holds(self.old).filtered(lambda hold: hold.kind == "promise"))
        self.assertTrue(self.questions())

    def test_all_that_was_chosen_is_promised_together(self):
        self.later(item=self.old | self.new)
        self.assertEqual(self.promises().amount, 150.0)

    # -- paid already ---------------------------------------------------------------------------

    def test_what_was_paid_is_looked_for_and_told(self):
        text = self.paid(text="by my wife")
        advice = self.advices()
        self.assertEqual((advice.item_ids, advice.note), (self.old, "by my wife"))
        self.assertEqual(advice.amount, self.old.amount_open)
        self.assertIn("we are looking for it. Nothing happens until", text)
        self.assertFalse(self.questions())

    def test_a_proof_is_kept(self):
        self.env.flush_all()
        self.url_open(
            f"{self.path}/paid",
            data={"item": self.old.id, "date": self.after(-1).isoformat()},
            files={"files": ("proof.txt", b"paid yesterday", "text/plain")},
        )
        self.env.invalidate_all()
        self.assertEqual(self.advices().attachment_ids.name, "proof.txt")

    def test_said_twice_it_is_told_and_the_words_still_arrive(self):
        self.paid()
        text = self.paid(text="really")
        self.assertEqual(len(self.advices()), 1)
        self.assertEqual(len(self.holds(self.old).filtered(lambda h: h.kind == "already_paid")), 1)
        self.assertIn("You told us on", text)
        self.assertIn("really", self.questions().text)

    def test_said_again_after_it_was_not_received_a_person_looks(self):
        self.paid()
        self.advices().action_not_received()
        text = self.paid()
        self.assertIn("somebody looks again", text)
        self.assertTrue(self.questions())

    # -- bad input ------------------------------------------------------------------------------

    def refused(self, words, form, **data):
        text = self.send(form, **data)
        self.assertEqual(self.status, 400)
        self.assertIn(words, text)
        self.assertFalse(self.promises() or self.advices() or self.questions())
        return text

    def test_days_that_can_not_be_are_refused_in_words(self):
        past, far = self.after(-1).isoformat(), self.after(500).isoformat()
        self.refused("has passed", "promise", date=past)
        self.refused("from tomorrow on", "promise", date=self.today.isoformat())
        self.refused("more than a year away", "promise", date=far)
        self.refused("is not a day we can read", "promise", date="next week")
        self.refused("Choose a day", "promise", date="")
        self.refused("still to come", "paid", date=self.after(3).isoformat())

    def test_amounts_that_can_not_be_are_refused_in_words(self):
        day = self.after(3).isoformat()
        self.refused("must be above 0", "promise", date=day, amount="0")
        self.refused("must be above 0", "promise", date=day, amount="-5")
        self.refused("is more than what is open", "promise", date=day, amount="9999")
        self.refused("is not an amount we can read", "promise", date=day, amount="a lot")
        self.refused("can't be right", "paid", date=self.today.isoformat(), amount="0")

    def test_what_was_typed_is_not_lost(self):
        answer = self.post("/paid", item=self.old.id, date="soon", amount="12", text="by my wife")
        self.assertIn("by my wife", answer.text)
        self.assertIn('value="12"', answer.text)

    def test_an_item_of_another_debtor_is_not_touched(self):
        other = self.synced(self.invoice(partner=self.consumer))
        self.refused(
            "Choose what it is about", "promise", item=other, date=self.after(3).isoformat()
        )

    def test_what_was_paid_is_told_to_be(self):
        self.pay(self.old.move_id)
        self.run_day()
        self.refused("Nothing of this is open any more", "promise", date=self.after(3).isoformat())
        self.refused("Nothing of this is open any more", "paid", date=self.today.isoformat())

    def test_days_are_read_in_the_reader_s_order(self):
        pages = self.env["dunning.page.dialogue"].sudo()
        self.assertEqual(pages._day("12/3/2026").month, 12)
        self.env["res.lang"]._activate_lang("nl_NL")
        self.assertEqual(pages.with_context(lang="nl_NL")._day("3-12-2026").month, 12)

    def test_a_promise_of_the_part_that_is_held_says_so(self):
        text = self.later(amount="10")
        self.assertIn("About this amount nothing happens until", text)
