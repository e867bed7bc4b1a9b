from odoo.exceptions import AccessError, UserError
from odoo.tests import Form

from .charge_common import ChargeCommon


class TestAllocationOfPayments(ChargeCommon):
    """A payment that is not matched, set against costs, interest and invoices."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.income = cls.company_data["default_account_revenue"].copy({"name": "Costs"})
        cls.company.write(
            {
                "dunning_charge_journal_id": cls.company_data["default_journal_sale"].id,
                "dunning_costs_account_id": cls.income.id,
            }
        )
        cls.collector = cls.person("allocator", "group_dunning_user")
        cls.collector.group_ids += cls.env.ref("account.group_account_invoice")

    def setUp(self):
        super().setUp()
        self.charge = self.claimed()
        self.item = self.charge.share_ids.item_id
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_id": self.consumer.id,
                "amount": 100.0,
                "currency_id": self.euro.id,
                "journal_id": self.company_data["default_journal_bank"].id,
            }
        )
        payment.action_post()
        self.credit = payment.move_id.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        self.debtor = self.item.debtor_id

    def legal(self):
        self.env["dunning.allocation"].create(
            {
                "company_id": self.company.id,
                "jurisdiction_id": self.debtor.law_id.id,
                "mode": "legal",
            }
        )

    def dialog(self, user=None):
        model = self.env["dunning.allocate.wizard"].with_user(user or self.collector)
        return Form(model.with_context(active_id=self.debtor.id)).save()

    def test_the_ledger_leads_unless_the_company_chose_otherwise(self):
        dialog = self.dialog()
        self.assertEqual(dialog.credit_id, self.credit)
        self.assertEqual(dialog.amount, 100.0)
        self.assertEqual(dialog.proposal, "invoices, the oldest first, then interest, then costs")
        dialog.action_apply()
        self.assertEqual(self.item.line_id.amount_residual_currency, 0)
        self.assertEqual((self.charge.state, self.charge.amount_left), ("claimed", 40.0))

    def test_in_the_order_of_the_law_costs_are_booked_and_paid_first(self):
        self.legal()
        dialog = self.dialog()
        self.assertEqual(dialog.proposal, "costs, then interest, then invoices, the oldest first")
        dialog.action_apply()
        self.assertEqual(self.charge.state, "paid")
        self.assertEqual(self.item.line_id.amount_residual_currency, 40.0)
        self.assertTrue(self.credit.reconciled)
        income = self.env["account.move.line"].search([("account_id", "=", self.income.id)])
        self.assertEqual(sum(income.mapped("amount_currency")), -40.0)

    def test_what_is_owed_follows_the_lines_that_were_chosen(self):
        self.legal()
        self.dialog().action_apply()
        (owed,) = self.env["dunning.owed"]._statements(self.item, self.today).values()
        self.assertEqual((owed.principal, owed.costs), (40, 0))

    def test_another_order_needs_a_reason_and_is_noted(self):
        self.legal()
        dialog = self.dialog()
        dialog.line_ids.filtered("charge_id").taken = False
        with self.assertRaisesRegex(UserError, "depart from the order"):
            dialog.action_apply()
        dialog.reason = "The debtor paid the invoice alone."
        dialog.action_apply()
        self.assertEqual(self.charge.state, "claimed")
        notes = "".join(note for note in self.item.event_ids.mapped("note") if note)
        self.assertIn("paid the invoice alone", notes)

    def test_a_payment_that_was_matched_meanwhile_is_refused(self):
        dialog = self.dialog()
        (self.credit | self.item.line_id).reconcile()
        with self.assertRaisesRegex(UserError, "matched meanwhile"):
            dialog.action_apply()

    def test_a_viewer_can_not_allocate(self):
        dialog = self.dialog()
        viewer = self.person("allocate.viewer", "group_dunning_viewer")
        with self.assertRaises(AccessError):
            dialog.with_user(viewer).action_apply()
