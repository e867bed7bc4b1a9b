from datetime import timedelta

from odoo import Command
from odoo.exceptions import UserError

from ..models.dunning_dispute import Contested
from .handover_common import HandoverCommon


class TestHandedOver(HandoverCommon):
    """What somebody else collects is followed up, agreed and paid there; all else here."""

    def make_once(self):
        super().make_once()
        self.handover = self.hand_over()

    def no_agreement(self):
        return self.assertRaisesRegex(UserError, "is with Bailiff Office since")

    def notices_of(self, item):
        return item.notice_line_ids.filtered("position").notice_id

    def new_invoice(self, days_late=12):
        """One that is due for its first reminder, of the same debtor."""
        item = self.late(days_late, 80.0)
        self.assertEqual(item.debtor_id, self.debtor_row)
        return item

    # -- agreed elsewhere ------------------------------------------------------------------------

    def test_nothing_is_promised_of_it(self):
        with self.no_agreement(), self.on_day(self.today):
            self.env["dunning.promise"]._make(self.item, self.after(5))

    def test_no_payment_plan_is_made_of_it(self):
        plans = self.env["dunning.payment.plan"]
        with self.no_agreement(), self.on_day(self.today):
            plans._check_covered(self.item, self.env["dunning.charge"])

    def test_no_payment_plan_is_made_of_costs_that_are_also_because_of_it(self):
        other = self.new_invoice()
        costs = self.env["dunning.charge"]._create_costs(
            None, [(self.item, 500, 40), (other, 80, 10)], 50, 0, self.today, "x", [], []
        )
        plans = self.env["dunning.payment.plan"]
        with self.no_agreement(), self.on_day(self.today):
            plans._check_covered(other, costs)

    def test_no_dispute_is_begun_about_it(self):
        reason = self.env["dunning.dispute.reason"].search([], limit=1)
        with self.no_agreement(), self.on_day(self.today):
            self.env["dunning.dispute"]._begin(self.item, Contested("whole"), reason)

    def call(self, **values):
        wizard = self.env["dunning.call.wizard"].create(
            {"item_ids": [Command.set(self.item.ids)], "outcome": "reached", **values}
        )
        with self.on_day(self.today):
            return wizard.action_apply()

    def test_no_wait_is_agreed_in_a_call_about_it(self):
        with self.no_agreement():
            self.call(date_until=self.after(5))

    def test_that_the_debtor_called_about_it_is_noted_all_the_same(self):
        self.call(note="asks who has it")
        calls = self.env["dunning.call"].search([("debtor_id", "=", self.debtor_row.id)])
        self.assertEqual(calls.item_ids, self.item)

    def test_a_call_about_the_debtor_is_about_what_is_ours(self):
        other = self.new_invoice()
        wizard = self.env["dunning.call.wizard"].create(
            {"debtor_ids": [Command.set(self.debtor_row.ids)], "outcome": "reached"}
        )
        self.assertEqual(wizard._open_items(), other)

    def test_after_a_recall_it_is_agreed_here_again(self):
        self.handover.action_recall("too early")
        with self.on_day(self.today):
            promise = self.env["dunning.promise"].sudo()._make(self.item, self.after(5))
        self.assertEqual(promise.item_ids, self.item)

    def test_a_test_package_leaves_it_ours(self):
        self.handover.action_recall("once more, as a test")
        self.agent.test_mode = True
        self.hand_over()
        self.assertEqual(self.item._ours(), self.item)

    # -- new invoices ----------------------------------------------------------------------------

    def test_a_new_invoice_is_reminded_of_by_itself(self):
        other = self.new_invoice()
        self.run_and_deliver(self.today)
        notice = self.notices_of(other)
        self.assertEqual(notice.state, "sent")
        self.assertEqual(notice.line_ids.item_id, other)
        self.assertNotIn(self.item.name, notice.body)
        self.assertNotIn("580", notice.body)

    def test_a_formal_notice_of_a_new_invoice_leaves_it_out(self):
        other = self.at_level(2, 25, 80.0)
        self.run_and_deliver(self.after(1))
        notice = self.notices_of(other)
        self.assertEqual((notice.level_name, notice.line_ids.item_id), ("Formal", other))
        self.run_day(day=self.after(2))
        self.assertTrue(other.case_id)
        self.assertNotEqual(other.case_id, self.case)

    def test_the_debtor_s_form_shows_what_is_with_whom(self):
        self.new_invoice()
        with self.on_day(self.today):
            self.debtor_row.invalidate_recordset()
            told = self.debtor_row.owed_with_agents
        self.assertIn(f"{self.handover.total:.2f}", told)
        self.assertIn(f"by Bailiff Office (case {self.case.name})", told)
        self.assertIn("580.00", self.debtor_row.owed_principal)

    def test_a_statement_of_account_asks_only_for_what_is_ours(self):
        other = self.new_invoice()
        with self.on_day(self.today):
            notice = self.env["dunning.statement"]._send(self.debtor_row)
        self.assertEqual(notice.line_ids.item_id, other)

    def test_where_nothing_is_ours_there_is_no_statement(self):
        with self.assertRaisesRegex(UserError, "is collected by others"), self.on_day(self.today):
            self.env["dunning.statement"]._send(self.debtor_row)

    # -- paid to us all the same -------------------------------------------------------------------

    def told(self):
        return self.handover.message_ids.filtered("subject")

    def test_what_is_paid_after_the_run_is_told_the_same_day(self):
        self.run_day(day=self.today)
        self.pay(self.item.move_id, 100)
        with self.on_day(self.today):
            self.env["collection.handover"]._cron_report()
            self.env["collection.handover"]._cron_report()
        self.assertEqual(len(self.told()), 1)
        self.assertIn("100.00", self.told().body)

    def test_a_copy_of_the_database_tells_nobody(self):
        self.pay(self.item.move_id, 100)
        self.company.sudo().dunning_live_uuid = False
        with self.on_day(self.today):
            self.env["collection.handover"]._cron_report()
        self.assertFalse(self.told())


class TestLateReport(HandoverCommon):
    """What a provider reports after a handover is booked and told, as if nothing had happened."""

    def test_an_online_payment_that_shows_after_the_handover_is_booked_and_told(self):
        provider = self.provider_of(self.company, self.company_data["default_journal_bank"])
        transaction = self.env["payment.transaction"].create(
            {
                "provider_id": provider.id,
                "payment_method_id": provider.payment_method_ids[:1].id,
                "reference": "late",
                "amount": 500.0,
                "currency_id": self.item.currency_id.id,
                "partner_id": self.business.id,
                "invoice_ids": [Command.set(self.item.move_id.ids)],
                "dunning_debtor_id": self.debtor_row.id,
                "dunning_order": [{"item": self.item.id}],
            }
        )
        # Begun so long ago that nobody waits for it.
        long_ago = self.env.cr.now() - timedelta(hours=3)
        transaction.flush_recordset()
        self.env.cr.execute(
            "UPDATE payment_transaction SET create_date = %s WHERE id = %s",
            [long_ago, transaction.id],
        )
        transaction.invalidate_recordset()
        handover = self.hand_over()
        transaction._set_done()
        transaction._post_process()
        self.assertTrue(transaction.payment_id)
        self.assertEqual(self.item.line_id.amount_residual, 0)
        with self.on_day(self.today):
            self.env["collection.handover"]._cron_report()
        self.assertIn("500.00", handover.message_ids.filtered("subject").body)
        self.run_day(day=self.after(1))
        self.assertEqual((self.case.phase, self.case.outcome), ("closed", "paid"))
