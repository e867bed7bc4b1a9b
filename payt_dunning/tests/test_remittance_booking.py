from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .feedback_common import FeedbackCommon


@tagged("post_install", "-at_install")
class TestRemittanceBooking(FeedbackCommon):
    """What an office paid out is booked on its bank line, by a person who saw the entry."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        accounts = cls.env["account.account"]
        cls.expense = accounts.create(
            {"name": "Collection expense", "code": "45500", "account_type": "expense"}
        )
        cls.input_vat = accounts.create(
            {"name": "Input VAT", "code": "15200", "account_type": "asset_current"}
        )
        cls.vat = cls.env["account.tax"].create(
            {
                "name": "21% of services",
                "amount": 21,
                "type_tax_use": "purchase",
                "invoice_repartition_line_ids": [
                    Command.create({"repartition_type": "base"}),
                    Command.create({"repartition_type": "tax", "account_id": cls.input_vat.id}),
                ],
                "refund_repartition_line_ids": [
                    Command.create({"repartition_type": "base"}),
                    Command.create({"repartition_type": "tax", "account_id": cls.input_vat.id}),
                ],
            }
        )
        cls.company.write(
            {"dunning_agent_expense_account_id": cls.expense.id, "dunning_agent_tax_id": cls.vat.id}
        )
        cls.accountant = cls.person("remittance.books", "group_dunning_user")
        cls.accountant.group_ids += cls.env.ref("account.group_account_user")

    def make_once(self):
        super().make_once()
        # Of 1,000.00 that the office collects 500 pay this one.
        self.second = self.late(30, 700.0)

    def told(self, *parts, **values):
        self.take_in(self.message(self.status(), *parts, **values))
        return self.env["collection.remittance"].search([("agent_id", "=", self.agent.id)])

    def join(self):
        with self.on_day(self.today):
            self.case._add(self.second)

    def match(self, remittance, line, user=None):
        with self.on_day(self.today):
            dialog = (
                self.env["collection.remittance.match"]
                .with_user(user or self.accountant)
                .create({"remittance_id": remittance.id, "statement_line_id": line.id})
            )
            self.preview, self.problem = dialog.entry, dialog.problem
            dialog.action_apply()
        return line.move_id

    def booked(self, move):
        """Sums by account, debit above zero."""
        return {
            account.code or account.account_type: round(sum(lines.mapped("balance")), 2)
            for account, lines in move.line_ids.grouped("account_id").items()
        }

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

    def second_case(self):
        partner = self.debtor(
            "Other Bakery",
            country_id=self.env.ref("base.nl").id,
            company_registry="90000003",
            street="Molenstraat 46",
            city="Zwolle",
            zip="8000 AA",
        )
        item = self.at_level(3, 40, amount=700.0, partner=partner)
        self.store_pdf(item.move_id)
        item.debtor_id.write(
            {"address_checked_on": self.today, "insolvency_checked_on": self.today}
        )
        return self.open_case(item, begun_on=self.after(-10))

    def test_it_says_which_setting_is_missing(self):
        self.company.write(
            {"dunning_agent_expense_account_id": False, "dunning_agent_tax_id": False}
        )
        with self.assertRaisesRegex(UserError, "Account of Collection Expense, Tax on Collection"):
            self.match(self.told(self.remittance()), self.receipt(855.53, "R 1"))

    def test_without_costs_no_setting_is_needed(self):
        self.company.write(
            {"dunning_agent_expense_account_id": False, "dunning_agent_tax_id": False}
        )
        remittance = self.told(
            self.remittance(
                collected="500.00", withheld="0.00", withheldVat="0.00", paidOut="500.00"
            )
        )
        self.match(remittance, self.receipt(500.0, "R 1"))
        self.assertEqual(self.item.amount_open, 0)

    def test_vat_that_the_tax_does_not_give_is_refused(self):
        self.vat.amount = 9
        with self.assertRaisesRegex(UserError, "21% of services"):
            self.match(self.told(self.remittance()), self.receipt(855.53, "R 1"))

    def test_vat_is_booked_to_the_cent_as_it_was_told(self):
        self.join()
        remittance = self.told(self.remittance(withheldVat="25.08", paidOut="855.52"))
        move = self.match(remittance, self.receipt(855.52, "R 1"))
        vat = move.line_ids.filtered(lambda line: line.account_id == self.input_vat)
        self.assertEqual(vat.balance, 25.08)

    def test_vat_that_can_not_be_deducted_is_expense(self):
        self.vat.invoice_repartition_line_ids.account_id = False
        self.join()
        move = self.match(self.told(self.remittance()), self.receipt(855.53, "R 1"))
        self.assertEqual(self.booked(move)["45500"], 144.47)

    def test_a_collector_without_rights_on_the_books_books_nothing(self):
        clerk = self.person("remittance.clerk", "group_dunning_user")
        line = self.receipt(855.53, "R 1")
        remittance = self.told(self.remittance())
        with self.assertRaises(AccessError):
            self.match(remittance, line, clerk)
        self.assertFalse(line.is_reconciled)

    def test_it_is_matched_once(self):
        self.join()
        remittance = self.told(self.remittance())
        self.match(remittance, self.receipt(855.53, "R 1"))
        with self.assertRaises(UserError):
            self.match(remittance, self.receipt(855.53, "R 1 again"))

    def test_a_bank_line_that_is_something_else_is_refused(self):
        remittance = self.told(self.remittance())
        with self.assertRaises(UserError):
            self.match(remittance, self.receipt(855.53, "rent", days_ago=30))

    def test_a_correction_after_it_was_matched_is_a_task(self):
        self.join()
        remittance = self.told(self.remittance())
        self.match(remittance, self.receipt(855.53, "R 1"))
        message = self.take_in(
            self.message(
                self.status(),
                self.remittance(withheld="100.00", withheldVat="21.00", paidOut="879.00"),
            )
        )
        message.line_ids.filtered("to_decide").action_take()
        self.assertEqual((remittance.state, remittance.paid_out), ("matched", 855.53))
        self.assertIn("check the entry", remittance.activity_ids.summary)
        self.assertEqual(len(self.env["collection.remittance"].search([])), 1)

    def test_booked_costs_are_paid_after_the_invoices(self):
        charge = self.charge()
        self.match(self.told(self.remittance()), self.receipt(855.53, "R 1"))
        self.assertEqual((self.item.amount_open, charge.state), (0, "paid"))

    def charge(self):
        """Booked costs about the invoice of the case."""
        income = self.env["account.account"].create(
            {"name": "Costs", "code": "80900", "account_type": "income_other"}
        )
        self.company.write(
            {
                "dunning_charge_journal_id": self.company_data["default_journal_sale"].id,
                "dunning_interest_account_id": income.id,
            }
        )
        charge = self.env["dunning.charge"]._create_interest(
            [(self.item, 500, 40)], self.today, "agreed", [], []
        )
        charge._book()
        return charge

    def test_the_office_is_not_told_of_its_own_money(self):
        self.join()
        self.match(self.told(self.remittance()), self.receipt(855.53, "R 1"))
        self.assertEqual(self.case._steps(("payment",)), {self.case: []})

    def test_a_transfer_in_another_currency_is_booked_at_the_rate_of_the_bank(self):
        dollar = (
            self.env.ref("base.EUR")
            if self.company.currency_id.name != "EUR"
            else self.env.ref("base.USD")
        )
        dollar.active = True
        self.env["res.currency.rate"].create(
            {
                "currency_id": dollar.id,
                "company_id": self.company.id,
                "rate": 2.0,
                "name": fields.Date.to_date("2020-01-01"),
            }
        )
        move = self.invoice(40, 1000.0, currency_id=dollar.id)
        item = self.taken_in(move)
        self.env.cr.execute(
            "UPDATE collection_case SET currency_id = %s WHERE id = %s", [dollar.id, self.case.id]
        )
        self.case.invalidate_recordset()
        self.handover.invalidate_recordset()
        self.env.add_to_compute(self.handover._fields["currency_id"], self.handover)
        item.debtor_id = self.case.debtor_id
        with self.on_day(self.today):
            self.env["collection.case.line"].sudo().create(
                {"case_id": self.case.id, "item_id": item.id, "joined_on": self.today}
            )
        remittance = self.told(self.remittance())
        self.assertEqual(remittance.currency_id, dollar)
        line = self.receipt(430.0, "R 1", foreign_currency_id=dollar.id, amount_currency=855.53)
        self.match(remittance, line)
        self.assertEqual(item.line_id.amount_residual_currency, 0)
        self.assertAlmostEqual(sum(line.move_id.line_ids.mapped("balance")), 0)
        self.assertTrue(line.is_reconciled)
