from datetime import timedelta

from odoo.exceptions import UserError

from .law_common import DAY
from .letter_common import LetterCommon


class TestLetterReturned(LetterCommon):
    """Letters that were posted and came back."""

    def make_once(self):
        super().make_once()
        self.letter = self.letter_to(self.person_at("Anna", "9711 AA"))
        self.item = self.letter.line_ids.item_id
        self.posted(self.batch_of(self.letter))

    def returned(self, letters, why="moved", days=4):
        with self.on_day(DAY + timedelta(days=days)):
            wizard = self.env["dunning.returned.wizard"].create(
                {"notice_ids": letters.ids, "why": why, "day": DAY + timedelta(days=days)}
            )
            wizard.action_apply()

    def test_a_returned_letter_reached_no_level(self):
        self.assertEqual(self.item.reached, 4)
        self.returned(self.letter)
        self.assertEqual(self.letter.state, "returned")
        self.assertEqual(self.letter.returned_on, DAY + timedelta(days=4))
        self.assertNotEqual(self.item.reached, 4)

    def test_the_address_is_not_used_again_by_somebody_who_works_in_another_language(self):
        self.returned(self.letter)
        self.env["res.lang"]._activate_lang("nl_NL")
        self.env.ref("base.nl").with_context(lang="nl_NL").name = "Nederland"
        debtor = self.item.debtor_id.with_context(lang="nl_NL")
        with self.on_day(DAY + timedelta(days=5)), self.assertRaises(UserError):
            debtor.action_make_letter()

    def test_no_costs_are_claimed_on_a_returned_letter(self):
        self.returned(self.letter)
        self.run_day(day=DAY + timedelta(days=30))
        charges = self.env["dunning.charge"].sudo().search([("notice_id", "=", self.letter.id)])
        self.assertFalse(charges)

    def test_costs_are_claimed_on_one_that_did_not_come_back(self):
        self.run_day(day=DAY + timedelta(days=30))
        charges = self.env["dunning.charge"].sudo().search([("notice_id", "=", self.letter.id)])
        self.assertEqual(len(charges), 1)

    def test_the_handler_is_asked_for_the_address_with_the_reason(self):
        self.returned(self.letter, "unknown")
        self.assertIn("Unknown at This Address", self.item.debtor_id.activity_ids.summary)

    def test_nothing_more_goes_to_somebody_who_died(self):
        self.returned(self.letter, "deceased")
        hold = self.env["dunning.hold"].search([("debtor_id", "=", self.item.debtor_id.id)])
        self.assertIn("deceased", hold.mapped("kind"))

    def test_a_pile_of_letters_comes_back_at_once(self):
        other = self.letter_to(self.person_at("Bert"))
        self.posted(self.batch_of(other))
        self.returned(self.letter | other)
        self.assertEqual((self.letter | other).mapped("state"), ["returned", "returned"])

    def test_a_letter_that_was_not_posted_can_not_come_back(self):
        other = self.letter_to(self.person_at("Bert"))
        with self.assertRaises(UserError):
            self.returned(other)
        with self.assertRaises(UserError):
            self.returned(self.letter, days=-1)

    def test_a_letter_does_not_come_back_tomorrow(self):
        with self.on_day(DAY + timedelta(days=4)), self.assertRaises(UserError):
            self.letter._letter_returned("moved", DAY + timedelta(days=5))

    def test_a_letter_comes_back_once(self):
        self.returned(self.letter)
        with self.assertRaises(UserError):
            self.returned(self.letter, "refused", days=6)
        self.assertEqual(self.letter.returned_why, "moved")

    def test_a_letter_about_what_was_paid_can_come_back(self):
        self.pay(self.item.move_id)
        self.run_day(day=DAY + timedelta(days=1))
        self.returned(self.letter)
        self.assertEqual((self.letter.state, self.item.state), ("returned", "closed"))

    def test_costs_that_were_claimed_go_when_the_letter_comes_back(self):
        self.run_day(day=DAY + timedelta(days=30))
        charge = self.env["dunning.charge"].sudo().search([("notice_id", "=", self.letter.id)])
        self.assertEqual(charge.state, "claimed")
        self.returned(self.letter, days=31)
        self.assertEqual(charge.state, "waived")

    def test_a_letter_that_was_delivered_late_gives_its_term_from_then_on(self):
        until = self.letter.term_until
        with self.on_day(DAY + timedelta(days=7)):
            self.env["dunning.delivery.wizard"].create(
                {"notice_id": self.letter.id, "delivered_on": DAY + timedelta(days=7)}
            ).action_apply()
        self.assertEqual(self.letter.received_on, DAY + timedelta(days=7))
        self.assertEqual(self.letter.term_until, until + timedelta(days=5))

    def test_registered_number_and_delivery_are_noted(self):
        with self.on_day(DAY + timedelta(days=3)):
            wizard = self.env["dunning.delivery.wizard"].create(
                {
                    "notice_id": self.letter.id,
                    "track_number": "3SRRC1234567",
                    "delivered_on": DAY + timedelta(days=1),
                }
            )
            wizard.action_apply()
            self.assertEqual(self.letter.track_number, "3SRRC1234567")
            self.assertEqual(self.letter.delivered_on, DAY + timedelta(days=1))
            self.assertEqual(self.letter.received_on, DAY + timedelta(days=2))
            self.assertCountEqual(self.letter.delivery_ids.mapped("what"), ["printed", "delivered"])
            wizard.delivered_on = DAY + timedelta(days=9)
            with self.assertRaises(UserError):
                wizard.action_apply()
