from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .remittance_common import RemittanceCommon


@tagged("post_install", "-at_install")
class TestRemittanceBooking(RemittanceCommon):
    """What an office paid out is booked on its bank line, by a person who saw the entry."""

    def test_the_entry_is_that_of_the_specification(self):
        self.join()
        line = self.receipt(855.53, "R 1")
        move = self.match(self.told(self.remittance()), line)
        bank = line.journal_id.default_account_id.code
        receivable = self.item.line_id.account_id.code
        self.assertEqual(
            self.booked(move), {bank: 855.53, "45500": 119.4, "15200": 25.07, receivable: -1000.0}
        )

    def test_it_pays_the_oldest_first(self):
        self.join()
        self.match(self.told(self.remittance()), self.receipt(855.53, "R 1"))
        self.assertEqual((self.item.amount_open, self.second.amount_open), (0, 200))
        self.assertEqual((self.item.state, self.second.state), ("closed", "open"))

    def test_it_knows_its_tax(self):
        self.join()
        move = self.match(self.told(self.remittance()), self.receipt(855.53, "R 1"))
        kept = move.line_ids.filtered(lambda line: line.account_id == self.expense)
        vat = move.line_ids.filtered(lambda line: line.account_id == self.input_vat)
        self.assertEqual((kept.tax_ids, vat.tax_line_id), (self.vat, self.vat))
        self.assertEqual(vat.tax_base_amount, 119.4)

    def test_the_dialog_shows_the_entry_first(self):
        self.join()
        self.match(self.told(self.remittance()), self.receipt(855.53, "R 1"))
        for shown in ("855.53", "119.40", "25.07", "500.00", self.case.name):
            self.assertIn(shown, self.preview)

    def test_the_dialog_opens_with_the_best_line_and_its_entry(self):
        self.join()
        remittance = self.told(self.remittance(reference="VG 2025 R1"))
        self.receipt(855.53, "something")
        best = self.receipt(855.53, "uitbetaling VG2025-R1")
        dialogs = self.env["collection.remittance.match"].with_user(self.accountant)
        with (
            self.on_day(self.today),
            Form(dialogs.with_context(default_remittance_id=remittance.id)) as form,
        ):
            self.assertEqual(form.statement_line_id, best)
            self.assertFalse(form.problem)
            self.assertIn("119.40", form.entry)

    def test_the_dialog_says_why_it_can_not_be_matched(self):
        remittance = self.told(self.remittance(reference="VG 2025.11873 R1"))
        self.receipt(850.0, "VG 2025.11873 R1")
        dialogs = self.env["collection.remittance.match"].with_user(self.accountant)
        with (
            self.on_day(self.today),
            Form(dialogs.with_context(default_remittance_id=remittance.id)) as form,
        ):
            self.assertIn("is not", form.problem)
            self.assertFalse(form.entry)

    def test_what_is_above_what_was_open_stays_a_credit(self):
        move = self.match(self.told(self.remittance()), self.receipt(855.53, "R 1"))
        left = move.line_ids.filtered(
            lambda line: line.amount_residual and line.account_type == "asset_receivable"
        )
        self.assertEqual((left.amount_residual, left.partner_id), (-500, self.business))
        self.assertEqual(left.account_id, self.item.line_id.account_id)

    def test_what_the_debtor_paid_for_costs_is_no_credit_of_his(self):
        remittance = self.told(
            self.booking("B-1", "500.00"),
            self.booking("B-2", "320.00", "official_act"),
            self.booking("B-3", "130.00", "interest"),
            self.booking("B-4", "-1000.00", "payment"),
            self.remittance(),
        )
        line = self.receipt(855.53, "R 1")
        with self.on_day(self.today):
            remittance._look()
        self.assertIn("Costs and Interest Recovered", remittance._problem(line))
        recovered = self.expense.copy({"name": "Recovered", "code": "45600"})
        self.company.dunning_agent_income_account_id = recovered
        move = self.match(remittance, line)
        booked = self.booked(move)
        self.assertEqual((booked["45600"], booked["45500"]), (-450, 119.4))
        left = move.line_ids.filtered(
            lambda line: line.amount_residual and line.account_type == "asset_receivable"
        )
        self.assertEqual(left.amount_residual, -50)

    def test_the_remittance_is_matched_and_its_task_done(self):
        self.join()
        remittance = self.told(self.remittance())
        line = self.receipt(855.53, "R 1")
        remittance._look()
        move = self.match(remittance, line)
        self.assertEqual(
            (remittance.state, remittance.move_id, remittance.matched_by_id),
            ("matched", move, self.accountant),
        )
        self.assertFalse(remittance.activity_ids)
        self.assertTrue(line.is_reconciled)

    def test_undone_on_the_bank_line_it_is_looked_for_again(self):
        self.join()
        remittance = self.told(self.remittance())
        line = self.receipt(855.53, "R 1")
        self.match(remittance, line)
        line.action_undo_reconciliation()
        self.assertNotEqual(remittance.state, "matched")
        self.assertEqual((self.item.line_id.amount_residual, remittance.move_id.ids), (500, []))
        with self.on_day(self.today):
            remittance._look()
        self.assertEqual(remittance.state, "found")
        self.match(remittance, line)
        self.assertEqual(remittance.state, "matched")

    def test_undone_there_is_a_task_to_match_it_again(self):
        self.join()
        remittance = self.told(self.remittance())
        line = self.receipt(855.53, "R 1")
        remittance._look()
        self.match(remittance, line)
        line.action_undo_reconciliation()
        with self.on_day(self.today):
            remittance._look()
        self.assertIn("855.53", remittance.activity_ids.summary)

    def test_a_bank_line_that_is_matched_with_something_else_since_is_not_its_own(self):
        self.join()
        first = self.told(self.remittance("P1", "R 1"))
        line = self.receipt(855.53, "R 2 of the office")
        self.match(first, line)
        line.action_undo_reconciliation()
        second = self.told(self.remittance("P2", "R 2")) - first
        self.match(second, line)
        self.assertEqual(second.state, "matched")
        self.assertNotEqual(first.state, "matched")

    def test_a_cancelled_entry_matches_nothing(self):
        self.join()
        remittance = self.told(self.remittance())
        line = self.receipt(855.53, "R 1")
        self.match(remittance, line)
        line.move_id.button_draft()
        line.move_id.button_cancel()
        self.assertNotEqual(remittance.state, "matched")

    def test_what_was_taken_out_before_is_not_paid_by_it(self):
        self.join()
        lines = self.case.line_ids.filtered(lambda line: line.item_id == self.item)
        lines.left_on = self.after(-5)
        self.match(self.told(self.remittance()), self.receipt(855.53, "R 1"))
        self.assertEqual((self.item.amount_open, self.second.amount_open), (500, 0))

    def test_a_case_of_which_more_was_kept_lowers_the_transfer(self):
        other = self.hand_over(self.second_case())
        self.told(
            self.remittance(
                "P1", collected="300.00", withheld="0.00", withheldVat="0.00", paidOut="300.00"
            )
        )
        remittance = self.told(
            self.remittance(
                "P2", collected="0.00", withheld="30.00", withheldVat="0.00", paidOut="-30.00"
            ),
            dossier=other.dossier_id,
            case=other.case_id.name,
        )
        self.assertEqual((remittance.paid_out, remittance.case_count), (270, 2))
        self.match(remittance, self.receipt(270.0, "R 1"))
        self.assertEqual(self.item.amount_open, 200)

    def test_money_of_the_office_is_not_the_debtor_s_however_it_was_matched(self):
        line = self.receipt(200.0, "R 1", partner=self.agent.partner_id)
        payment = line.move_id.line_ids.filtered(lambda each: each.credit)
        payment.account_id = self.item.line_id.account_id
        (payment + self.item.line_id).reconcile()
        self.assertEqual(self.case._steps(("payment",)), {self.case: []})

    def test_a_transfer_of_several_cases_equals_its_bank_line(self):
        other = self.hand_over(self.second_case())
        self.told(
            self.remittance(
                "P1", collected="300.00", withheld="0.00", withheldVat="0.00", paidOut="300.00"
            )
        )
        remittance = self.told(
            self.remittance(
                "P2", collected="700.00", withheld="0.00", withheldVat="0.00", paidOut="700.00"
            ),
            dossier=other.dossier_id,
            case=other.case_id.name,
        )
        with self.assertRaises(UserError):
            self.match(remittance, self.receipt(300.0, "R 1"))
        self.match(remittance, self.receipt(1000.0, "R 1"))
        paid = other.case_id.line_ids.item_id
        self.assertEqual((self.item.amount_open, paid.amount_open), (200, 0))
