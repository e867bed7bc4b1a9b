from datetime import timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user

from ..rules.decide import REASONS, RULES
from .common import DunningCommon


class TestWhy(DunningCommon):
    """Why? tells in words what each rule found, and what was decided on days that are over."""

    def setUp(self):
        super().setUp()
        self.move = self.invoice(days_late=30, amount=100)
        self.item = self.synced(self.move)
        self.viewer = self.person("why.viewer", "payt_dunning.group_dunning_viewer")

    def person(self, login, *groups, company=None):
        company = company or self.company
        return new_test_user(
            self.env,
            login,
            groups=",".join(groups or ("base.group_user",)),
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )

    def why(self, records=None, day=None, user=None):
        records = records if records is not None else self.item
        wizard = (
            self.env["dunning.why"]
            .with_user(user or self.viewer)
            .with_context(
                active_model=records._name,
                active_ids=records.ids,
                allowed_company_ids=(user or self.viewer).company_ids.ids,
            )
            .create({"day": day or self.today})
        )
        return wizard.answer

    def test_an_item_that_is_due_tells_what_leaves_to_whom(self):
        answer = self.why()
        self.assertIn("leaves on", answer)
        self.assertIn("pay@bakery.example.com", answer)
        self.assertNotIn("Stops here", answer)

    def test_a_hold_is_told_with_its_kind_and_linked(self):
        hold = self.hold(item_id=self.item.id, kind="dispute")
        answer = self.why()
        self.assertIn("A hold on all of it", answer)
        self.assertIn("Dispute", answer)
        self.assertIn(f"/odoo/dunning.hold/{hold.id}", answer)

    def test_rules_after_the_one_that_stops_are_not_told(self):
        self.hold(item_id=self.item.id)
        self.assertNotIn("The debtor can be reached", self.why())

    def test_what_is_not_due_yet_tells_its_day_and_from_when_it_counts(self):
        young = self.synced(self.invoice(days_late=-20))
        answer = self.why(young)
        self.assertIn("counted from", answer)
        self.assertIn("It is looked at again on", answer)

    def test_a_debtor_without_an_address_is_linked_to_the_contact(self):
        self.business.email = False
        answer = self.why()
        self.assertIn("No working address", answer)
        self.assertIn(f"/odoo/res.partner/{self.business.id}", answer)

    def test_free_credit_and_receipts_are_told(self):
        self.credit_note(100)
        self.assertIn("Free credits of the debtor cover it", self.why())

    def test_a_paid_item_has_ended(self):
        self.pay(self.move)
        self.assertIn("Nothing is open any more", self.why())

    def test_a_later_day_is_answered_as_if_nothing_happened_until_then(self):
        young = self.synced(self.invoice(partner=self.consumer, days_late=-20))
        self.assertIn("leaves on", self.why(young, self.today + timedelta(days=60)))

    def test_a_day_too_far_ahead_is_refused_in_words(self):
        answer = self.why(day=self.today + timedelta(days=5000))
        self.assertIn("within a year", answer)

    def test_a_day_that_is_over_tells_what_was_decided_then(self):
        before = self.today - timedelta(days=3)
        self.hold(item_id=self.item.id, date_from=before)
        self.item.next_date = before
        self.run_day(day=before)
        answer = self.why(day=self.today - timedelta(days=1))
        self.assertIn("On hold", answer)

    def test_of_a_day_before_everything_nothing_is_recorded(self):
        answer = self.why(day=self.today - timedelta(days=9000))
        self.assertIn("Nothing is recorded", answer)

    def test_a_debtor_and_an_invoice_can_be_asked_about_as_well(self):
        collector = self.person("why.collector", "payt_dunning.group_dunning_user")
        for records in (self.item.debtor_id, self.move):
            with self.subTest(records._name):
                self.assertIn(self.item.name, self.why(records, user=collector))

    def test_what_has_no_follow_up_says_so(self):
        collector = self.person("why.collector", "payt_dunning.group_dunning_user")
        self.assertIn("Nothing of the selection", self.why(self.move.copy(), user=collector))

    def test_somebody_of_another_company_is_refused(self):
        other = self.env["res.company"].sudo().create({"name": "Elsewhere"})
        stranger = self.person("why.stranger", "payt_dunning.group_dunning_user", company=other)
        with self.assertRaises(AccessError):
            self.why(user=stranger)

    def test_somebody_without_the_group_is_refused(self):
        with self.assertRaises(AccessError):
            self.why(user=self.person("why.nobody"))

    def test_every_rule_has_words_for_passing_and_for_stopping(self):
        candidate = (
            self.env["dunning.facts"]
            .sudo()
            ._candidates(self.item.debtor_id, self.today, explain=True)[0]
        )
        words = self.env["dunning.why"].sudo()._words(self.item, candidate)
        for code, _rule, _shown in RULES:
            passed, stopped, _record = words[code]
            self.assertTrue(passed and stopped, code)

    def test_every_reason_has_words(self):
        known = dict(self.env["dunning.item"]._fields["reason"].selection)
        self.assertFalse(set(REASONS) - set(known))

    # -- the history itself ----------------------------------------------------------------

    def events(self):
        return self.env["dunning.event"].search([("item_id", "=", self.item.id)])

    def test_a_decision_is_noted_when_it_changes_and_not_each_day(self):
        self.hold(item_id=self.item.id)
        self.run_day()
        self.run_day(day=self.today + timedelta(days=1))
        self.assertEqual(self.events().mapped("reason"), ["hold"])

    def test_what_a_person_decides_is_noted_with_who(self):
        collector = self.person("why.collector", "payt_dunning.group_dunning_user")
        self.item.reason = "backlog_call"
        self.item.with_user(collector).action_take_up_backlog()
        event = self.events().filtered(lambda event: event.kind == "person")
        self.assertEqual(event.user_id, collector)
        self.assertIn(self.item.name, event.note)

    def test_what_happened_can_not_be_changed_or_deleted(self):
        self.hold(item_id=self.item.id)
        self.run_day()
        event = self.events().sudo()
        with self.assertRaises(UserError):
            event.write({"reason": "paid"})
        with self.assertRaises(UserError):
            event.unlink()
