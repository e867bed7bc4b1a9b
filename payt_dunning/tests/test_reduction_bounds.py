from datetime import date, timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tools import mute_logger

from .reduction_common import ReductionCommon


class TestReductionBounds(ReductionCommon):
    """From when on what happened is reduced, and of whom it is not."""

    def as_of(self, day):
        """Let Odoo's cleaning come on a day."""
        with patch.object(fields.Date, "today", lambda *args: day):
            self.reduce()

    def settled_on(self, day):
        self.item.write({"state": "closed", "closed_on": day})

    def test_the_years_count_from_the_end_of_the_year(self):
        self.settled_on(date(2018, 3, 5))
        self.as_of(date(2025, 12, 31))
        self.assertEqual(self.words(), ["Asked for time: is ill"])
        self.as_of(date(2026, 1, 1))
        self.assertEqual(self.words(), [False])

    def test_they_count_from_the_end_of_the_financial_year_where_that_is_later(self):
        self.company.write({"fiscalyear_last_month": "6", "fiscalyear_last_day": 30})
        self.settled_on(date(2018, 8, 5))
        self.as_of(date(2026, 6, 30))
        self.assertEqual(self.words(), ["Asked for time: is ill"])
        self.as_of(date(2026, 7, 1))
        self.assertEqual(self.words(), [False])

    def test_messages_to_a_debtor_of_whom_all_is_kept_stay_though_the_invoice_went_to_another(self):
        self.debtor_row.write({"keep_everything": True, "keep_because": "A lawsuit"})
        other = self.at_level(2, 40, partner=self.consumer).debtor_id
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE dunning_item SET debtor_id = %s WHERE id = %s", [other.id, self.item.id]
        )
        self.env.invalidate_all()
        self.settle()
        self.reduce()
        self.assertEqual(set(self.words()), {False})
        self.assertIn("Bea", self.notice.body)

    def test_the_words_of_short_messages_and_of_letters_go_as_well(self):
        self.notice.write({"text": "Dear Bea", "letter_note": "For Bea", "letter_problem": "Bea?"})
        self.env["sms.sms"].sudo().create(
            {"number": "+31612345678", "body": "Dear Bea", "dunning_notice_id": self.notice.id}
        )
        self.settle()
        self.reduce()
        kept = self.notice.read(["text", "letter_note", "letter_problem"])[0]
        kept.pop("id")
        self.assertEqual(set(kept.values()), {False})
        texts = self.env["sms.sms"].sudo()
        self.assertFalse(texts.search([("dunning_notice_id", "=", self.notice.id)]))

    def test_a_decision_of_the_program_stays_one_of_the_program(self):
        root = self.env.ref("base.user_root")
        self.env["dunning.event"].with_user(root)._note(
            self.item.with_user(root), "Noted by itself"
        )
        self.settle()
        self.reduce()
        self.assertIn(root, self.item.event_ids.sudo().user_id)

    def test_a_case_whose_invoice_is_open_again_stays(self):
        case = self.open_case(self.item)
        case.note = "Lives with his brother"
        self.env.flush_all()
        self.env.cr.execute(
            """UPDATE collection_case SET phase = 'closed', outcome = 'recalled', closed_on = %s
                WHERE id = %s""",
            [self.today - timedelta(days=4000), case.id],
        )
        self.env.invalidate_all()
        self.reduce()
        self.assertEqual(case.note, "Lives with his brother")

    def test_what_is_open_again_has_a_history_that_is_reduced_anew(self):
        self.settle()
        self.reduce()
        self.item._reopen()
        self.assertFalse(self.item.reduced_on)
        self.env["dunning.event"]._note(self.item, "Is ill again")
        self.settle()
        self.reduce()
        self.assertEqual(set(self.words()), {False})

    def test_what_is_the_matter_with_one_company_keeps_no_other_from_it(self):
        self.settle()
        broken = self.env["res.company"].sudo().create({"name": "Aaa", "sequence": -1})
        some = type(self.env["dunning.reduction"])._reduce_some

        def fail(reduction, company):
            if company == broken:
                raise ValueError("a file that is locked")
            return some(reduction, company)

        with (
            patch.object(type(self.env["dunning.reduction"]), "_reduce_some", fail),
            mute_logger("odoo.addons.payt_dunning.models.dunning_reduction"),
        ):
            self.reduce()
        self.assertEqual(self.words(), [False])
