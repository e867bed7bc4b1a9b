from datetime import timedelta
from unittest.mock import patch

from dateutil.relativedelta import relativedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form

from ..models import dunning_reduction
from .reduction_common import ReductionCommon


class TestReduction(ReductionCommon):
    """What happened is reduced to its proof once no law asks for more."""

    def test_after_its_years_the_words_go_and_what_was_reached_stays(self):
        self.settle()
        self.reduce()
        self.assertEqual(self.words(), [False])
        self.assertEqual(self.item.reached, 2)
        self.assertTrue(self.item.reached_on)

    def test_decisions_of_the_program_go(self):
        self.run_day()
        self.assertIn("decision", self.item.event_ids.mapped("kind"))
        self.settle()
        self.reduce()
        self.assertEqual(set(self.item.event_ids.mapped("kind")), {"person"})

    def test_before_its_years_nothing_goes(self):
        self.settle(years=6)
        self.reduce()
        self.assertEqual(self.words(), ["Asked for time: is ill"])
        self.assertIn("Bea", self.notice.body)

    def test_what_is_open_stays_however_old(self):
        self.reduce()
        self.assertEqual(self.words(), ["Asked for time: is ill"])

    def test_of_a_message_text_and_address_go(self):
        self.settle()
        self.reduce()
        self.assertFalse(self.notice.body)
        self.assertFalse(self.notice.subject)
        self.assertFalse(self.notice.partner_id)
        told = [self.notice.recipient, *self.notice.line_ids.mapped("recipient")]
        self.assertEqual(set(told), {"-"})

    def test_of_a_message_the_proof_stays(self):
        self.settle()
        self.reduce()
        self.assertEqual(self.notice.content_hash, "abc")
        self.assertEqual(self.notice.sent_on, self.today)
        self.assertEqual(self.notice.level_name, "Second")
        self.assertEqual(self.notice.amount, 100)

    def test_the_words_of_a_carrier_go_and_the_day_stays(self):
        self.settle()
        self.reduce()
        delivery = self.env["dunning.delivery"].search([("notice_id", "=", self.notice.id)])
        self.assertEqual((delivery.what, delivery.words), ("delivered", False))

    def test_the_mail_of_a_message_goes(self):
        self.settle()
        self.reduce()
        mails = self.env["mail.mail"].sudo()
        self.assertFalse(mails.search([("dunning_notice_id", "=", self.notice.id)]))

    def test_a_message_about_something_younger_as_well_stays(self):
        younger = self.at_level(2, 30, partner=self.business)
        both = self.message(self.item, younger)
        self.settle()
        self.settle(years=2, item=younger)
        self.reduce()
        self.assertIn("Bea", both.body)
        self.assertFalse(self.notice.body)

    def test_the_screen_tells_what_was_removed_and_when(self):
        self.settle()
        self.reduce()
        self.assertIn("after 7 years", self.notice.reduced_words)
        self.assertIn("after 7 years", self.item.reduced_words)
        with Form(self.notice) as form:
            self.assertEqual(form.reduced_words, self.notice.reduced_words)

    def test_where_nothing_was_removed_nothing_is_told(self):
        self.assertFalse(self.notice.reduced_words)

    def test_a_batch_is_a_part_and_the_rest_follows(self):
        other = self.at_level(1, 30, partner=self.consumer)
        for item in (self.item, other):
            self.settle(item=item)
        with patch.object(dunning_reduction, "BATCH", 1):
            self.assertEqual(self.env["dunning.reduction"]._gc_history(), (1, True))
            self.assertEqual(len((self.item | other).filtered("reduced_on")), 1)
            self.reduce()
        self.assertEqual(len((self.item | other).filtered("reduced_on")), 2)

    # -- what is still needed ------------------------------------------------------------------

    def test_of_a_debtor_of_whom_everything_is_kept_nothing_goes(self):
        self.debtor_row.write({"keep_everything": True, "keep_because": "Lawsuit"})
        self.settle()
        self.reduce()
        self.assertEqual(self.words(), ["Asked for time: is ill"])

    def test_who_keeps_everything_says_why(self):
        with self.assertRaisesRegex(UserError, "Say why everything of Bakery Ltd is kept"):
            self.debtor_row.write({"keep_everything": True, "keep_because": " "})

    def test_a_collector_may_not_decide_that_everything_is_kept(self):
        collector = self.person("kept.collector", "group_dunning_user")
        with self.assertRaisesRegex(AccessError, "Only managers decide"):
            self.debtor_row.with_user(collector).write({"keep_everything": True})

    def test_everything_is_kept_of_the_debtor_that_such_a_one_becomes(self):
        self.debtor_row.write({"keep_everything": True, "keep_because": "Lawsuit"})
        survivor = self.late(5, partner=self.consumer).debtor_id
        self.env["dunning.debtor"].sudo()._combine(self.business, self.consumer)
        self.assertEqual((survivor.keep_everything, survivor.keep_because), (True, "Lawsuit"))

    def test_visits_of_such_a_debtor_stay(self):
        visits = self.env["dunning.page.visit"].sudo()
        visit = visits.create(
            {"debtor_id": self.debtor_row.id, "moment": self.today - timedelta(days=200)}
        )
        self.debtor_row.write({"keep_everything": True, "keep_because": "Lawsuit"})
        visits._gc_visits()
        self.assertTrue(visit.exists())

    def close_case(self, outcome, years):
        case = self.open_case(self.item)
        case.note = "Lives with his brother"
        day = self.today - relativedelta(years=years)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE collection_case SET phase = 'closed', outcome = %s, closed_on = %s WHERE id = %s",
            [outcome, day, case.id],
        )
        self.env.invalidate_all()
        self.settle(years)
        return case

    def test_an_open_case_keeps_its_items(self):
        self.open_case(self.item)
        self.settle()
        self.reduce()
        self.assertIn("Asked for time: is ill", self.words())

    def test_a_case_that_was_paid_goes_with_its_items(self):
        case = self.close_case("paid", 8)
        self.reduce()
        self.assertFalse(case.note)
        self.assertIn("after 7 years", case.reduced_words)
        self.assertEqual(set(self.words()), {False})

    def test_a_case_that_was_not_paid_stays_as_long_as_a_judgment(self):
        case = self.close_case("uncollectable", 19)
        self.reduce()
        self.assertEqual(case.note, "Lives with his brother")
        self.assertIn("Asked for time: is ill", self.words())

    def test_an_open_dispute_keeps_its_items(self):
        dispute = self.env["dunning.dispute"].sudo()
        dispute.create(
            {
                "company_id": self.company.id,
                "debtor_id": self.debtor_row.id,
                "item_ids": self.item.ids,
                "currency_id": self.item.currency_id.id,
                "scope": "whole",
                "reason_id": self.env["dunning.dispute.reason"].search([], limit=1).id,
                "opened_on": self.today,
                "owner_id": self.env.uid,
                "deadline": self.today,
            }
        )
        self.settle()
        self.reduce()
        self.assertEqual(self.words(), ["Asked for time: is ill"])

    # -- for how long --------------------------------------------------------------------------

    def said(self, model, *items, **values):
        """Something that was said about items, and is done."""
        return (
            self.env[model]
            .sudo()
            .create(
                {
                    "company_id": self.company.id,
                    "debtor_id": self.debtor_row.id,
                    "item_ids": [each.id for each in items],
                    **values,
                }
            )
        )

    def question(self, *items):
        return self.said(
            "dunning.question",
            *items,
            state="answered",
            asked_on=self.today,
            text="I am ill",
            author="Bea",
            email="bea@bakery.example.com",
        )

    def test_what_a_debtor_asked_goes_and_that_it_asked_stays(self):
        question = self.question(self.item)
        self.settle()
        self.reduce()
        self.assertEqual((question.text, question.author, question.email), (False, False, False))
        self.assertEqual((question.state, question.asked_on.date()), ("answered", self.today))
        self.assertIn("after 7 years", question.reduced_words)

    def test_what_was_asked_about_something_younger_as_well_stays(self):
        younger = self.at_level(2, 30, partner=self.business)
        question = self.question(self.item, younger)
        self.settle()
        self.settle(years=2, item=younger)
        self.reduce()
        self.assertEqual(question.text, "I am ill")

    def test_the_note_of_a_promise_goes(self):
        promise = self.said(
            "dunning.promise",
            self.item,
            currency_id=self.item.currency_id.id,
            amount=100,
            date=self.today,
            deadline=self.today,
            made_on=self.today,
            state="kept",
            note="Gets her wages then",
        )
        self.settle()
        self.reduce()
        self.assertEqual((promise.note, promise.state, promise.amount), (False, "kept", 100))

    def test_a_company_may_keep_it_longer(self):
        self.company.dunning_keep_years = 9
        self.settle()
        self.reduce()
        self.assertEqual(self.words(), ["Asked for time: is ill"])

    def test_a_country_that_is_not_known_keeps_it_longest(self):
        self.company.country_id = self.env.ref("base.nz")
        self.assertEqual(self.company._dunning_kept(), (10, 30))

    def test_who_keeps_it_shorter_than_the_law_wants_is_warned(self):
        settings = self.env["res.config.settings"].new({"company_id": self.company.id})
        settings.dunning_keep_years = 5
        told = settings._onchange_dunning_keep_years()
        self.assertIn("for 7 years", told["warning"]["message"])

    def test_who_keeps_it_longer_is_not_warned(self):
        settings = self.env["res.config.settings"].new({"company_id": self.company.id})
        settings.dunning_keep_years = 12
        self.assertIsNone(settings._onchange_dunning_keep_years())
