from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .remittance_common import RemittanceCommon


@tagged("post_install", "-at_install")
class TestRemittanceSettings(RemittanceCommon):
    """What booking needs, who may, and what is refused."""

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
