from dateutil.relativedelta import relativedelta

from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .feedback_common import FeedbackCommon
from .reduction_common import ReductionCommon, reduce


class TestReductionOfWords(ReductionCommon):
    """What people wrote beside an item, a case or a debtor goes with it."""

    def hold(self, **values):
        """A hold with words that is over since long ago."""
        hold = self.env["dunning.hold"].sudo().create({"reason": "Is ill", **values})
        hold.action_release("Is well again")
        return hold

    def ended(self, hold, years):
        day = self.today - relativedelta(years=years)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE dunning_hold SET date_from = %s, released_on = %s WHERE id = %s",
            [day, day, hold.id],
        )
        self.env.invalidate_all()

    def said(self, hold):
        return (hold.reason, hold.release_reason)

    def test_words_of_a_hold_of_a_debtor_go_so_long_after_it_ended(self):
        old, young = (self.hold(debtor_id=self.debtor_row.id) for _hold in range(2))
        self.ended(old, 9)
        self.ended(young, 2)
        self.reduce()
        self.assertEqual(self.said(old), (False, False))
        self.assertEqual(self.said(young), ("Is ill", "Is well again"))
        self.assertTrue(old.released_on)

    def test_words_of_a_hold_of_an_invoice_go_with_it(self):
        hold = self.hold(move_id=self.item.move_id.id)
        self.settle()
        self.reduce()
        self.assertEqual(self.said(hold), (False, False))

    def test_words_of_a_hold_stay_where_everything_is_kept(self):
        of_debtor = self.hold(debtor_id=self.debtor_row.id)
        of_invoice = self.hold(move_id=self.item.move_id.id)
        for hold in (of_debtor, of_invoice):
            self.ended(hold, 9)
        self.debtor_row.write({"keep_everything": True, "keep_because": "Lawsuit"})
        self.reduce()
        self.assertEqual(self.said(of_debtor), ("Is ill", "Is well again"))
        self.assertEqual(self.said(of_invoice), ("Is ill", "Is well again"))

    def with_failed_address(self, years=9):
        self.debtor_row._note_failed_address("old@bakery.example.com")
        return (
            self.env["dunning.failed.address"]
            .sudo()
            .create(
                {
                    "debtor_id": self.debtor_row.id,
                    "channel": "sms",
                    "address": "+31612345678",
                    "since": self.today - relativedelta(years=years),
                }
            )
        )

    def test_addresses_that_failed_go_once_nothing_younger_is_left_of_the_debtor(self):
        failed = self.with_failed_address()
        self.settle()
        self.reduce()
        self.assertFalse(failed.exists())
        self.assertFalse(self.debtor_row.failed_email)

    def test_an_address_that_failed_lately_stays(self):
        failed = self.with_failed_address(years=0)
        self.settle()
        self.reduce()
        self.assertTrue(failed.exists())

    def test_words_of_a_hold_stay_while_its_invoice_is_open(self):
        hold = self.hold(move_id=self.item.move_id.id)
        self.ended(hold, 9)
        self.reduce()
        self.assertEqual(self.said(hold), ("Is ill", "Is well again"))

    def test_addresses_that_failed_stay_while_the_debtor_owes_something(self):
        failed = self.with_failed_address()
        self.at_level(1, 10, partner=self.business)
        self.settle()
        self.reduce()
        self.assertTrue(failed.exists())
        self.assertEqual(self.debtor_row.failed_email, "old@bakery.example.com")

    def test_contact_details_that_a_debtor_proposed_go_with_all_the_rest(self):
        change = (
            self.env["dunning.contact.change"]
            .sudo()
            .create(
                {
                    "company_id": self.company.id,
                    "debtor_id": self.debtor_row.id,
                    "state": "refused",
                    "asked_on": "2015-01-01 10:00:00",
                    "new_email": "new@bakery.example.com",
                    "answer": "Not by mail, Bea",
                }
            )
        )
        self.settle()
        self.reduce()
        self.assertEqual((change.new_email, change.answer), (False, False))


@tagged("post_install", "-at_install")
class TestReductionOfOffices(FeedbackCommon):
    """What offices told about people goes with the case, and that they told it stays."""

    def closed(self, case, years=40):
        day = self.today - relativedelta(years=years)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE collection_case SET phase = 'closed', outcome = 'paid', closed_on = %s "
            "WHERE id = %s",
            [day, case.id],
        )
        self.env.cr.execute(
            "UPDATE dunning_item SET state = 'closed', closed_on = %s WHERE id IN "
            "(SELECT item_id FROM collection_case_line WHERE case_id = %s)",
            [day, case.id],
        )
        self.env.invalidate_all()

    def figures(self):
        """What screens and comparisons of offices make of it."""
        self.env.invalidate_all()
        self.env.flush_all()
        with Form(self.case.sudo()) as form:
            shown = [form.office_due, form.office_rest]
        result = self.env["collection.agent.result"].search([("case_id", "=", self.case.id)])
        return [*shown, *result.read(["collected", "paid_out", "costs"])]

    def threads(self):
        """What is noted at the case and its packages."""
        found = self.case.message_ids | self.handover.message_ids
        return found.mapped("body")

    def test_its_words_and_files_go_and_the_hash_stays(self):
        told = self.take_in(
            self.message(
                self.status(reason="Ill"),
                self.event(text="Bea moved."),
                self.booking(),
                self.remittance(collected="500.00"),
            )
        )
        figures = self.figures()
        self.handover.sudo().write({"agent_reason": "Ill", "recall_reason": "Bea asked"})
        self.assertEqual(told.line_ids.case_id, self.case)
        self.closed(self.case)
        reduce(self.env)
        self.assertTrue(self.case.reduced_on)
        self.assertEqual(set(told.line_ids.mapped("text")), {False})
        kept = {key for line in told.line_ids for key in line.values}
        self.assertFalse(kept & {"text", "reason", "note", "file"})
        self.assertEqual(self.figures(), figures)
        self.assertNotIn("Bea", str(self.threads()))
        self.assertFalse(told.file_id)
        self.assertEqual(len(told.file_hash), 64)
        self.assertEqual((self.handover.agent_reason, self.handover.recall_reason), (False, False))

    def test_documents_that_it_sent_go(self):
        self.env["ir.attachment"].sudo().create(
            {
                "name": "judgment.pdf",
                "raw": b"%PDF-1.4 Bea",
                "res_model": "collection.handover",
                "res_id": self.handover.id,
            }
        )
        self.closed(self.case)
        reduce(self.env)
        files = self.env["ir.attachment"].sudo()
        self.assertFalse(files.search([("name", "=", "judgment.pdf")]))

    def test_a_message_that_comes_later_finds_no_file_and_says_so(self):
        told = self.take_in(self.message(self.status(), self.event(text="Bea moved.")))
        self.closed(self.case)
        reduce(self.env)
        with self.assertRaisesRegex(UserError, "was removed when its time was over"):
            told.with_user(self.env.user).action_file()

    def test_a_message_about_a_younger_case_as_well_keeps_its_file(self):
        told = self.take_in(self.message(self.status(), self.event(text="Bea moved.")))
        reduce(self.env)
        self.assertTrue(told.file_id)
        self.assertIn("Bea moved.", told.line_ids.mapped("text"))
