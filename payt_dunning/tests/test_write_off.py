from odoo.exceptions import UserError

from .bulk_common import BulkCommon


class TestWriteOff(BulkCommon):
    """Small remainders that are written off, and that it can be undone."""

    def remainder(self, amount=0.5, **values):
        move = self.invoice(amount=100.0, **values)
        self.pay(move, amount=100.0 - amount)
        return self.synced(move)

    def write_off(self, items, user=None):
        form = self.dialog("dunning.write.off.wizard", items, user)
        form.account_id = self.loss
        form.reason = "Too small to ask for"
        return form.save().action_apply()

    def test_small_remainders_are_written_off_in_one_entry(self):
        items = self.remainder() | self.remainder(0.25)
        receivable = items.line_id.account_id
        self.write_off(items)
        ((entry_id, _until),) = self.changes().sudo().steps["entries"]
        lines = self.env["account.move"].browse(entry_id).line_ids
        self.assertEqual(sorted(lines.mapped("balance")), [-0.5, -0.25, 0.75])
        self.assertEqual(lines.filtered(lambda line: line.balance > 0).account_id, self.loss)
        self.assertEqual(lines.filtered(lambda line: line.balance < 0).account_id, receivable)
        self.assertEqual(items.line_id.mapped("amount_residual"), [0, 0])
        self.assertEqual(set(items.move_id.mapped("payment_state")), {"paid"})

    def test_an_undone_write_off_is_open_again(self):
        items = self.remainder()
        self.write_off(items)
        self.changes().action_undo()
        self.assertEqual(items.line_id.amount_residual, 0.5)
        balances = self.env["account.move.line"].search([("account_id", "=", self.loss.id)])
        self.assertEqual(sum(balances.mapped("balance")), 0)

    def test_a_remainder_in_another_currency_is_written_off_at_its_booked_rate(self):
        currency = self.setup_other_currency("CHF", rates=[("2020-01-01", 2.0)])
        items = self.remainder(0.5, currency_id=currency.id)
        line = items.line_id
        self.assertEqual((line.amount_residual_currency, line.amount_residual), (0.5, 0.25))
        self.write_off(items)
        self.assertEqual((line.amount_residual_currency, line.amount_residual), (0, 0))

    def test_a_collector_writes_off_small_amounts_only(self):
        items = self.remainder(1.5)
        with self.assertRaisesRegex(UserError, "no small remainder"):
            self.write_off(items)
        self.write_off(items, self.manager)
        self.assertEqual(items.line_id.amount_residual, 0)

    def test_an_account_is_kept_for_the_next_time(self):
        self.write_off(self.remainder(), self.manager)
        self.assertEqual(self.company.dunning_write_off_account_id, self.loss)

    # -- copies of several messages -------------------------------------------------------------

    def test_a_write_off_closes_the_items_at_once(self):
        items = self.remainder()
        self.write_off(items)
        self.assertEqual((items.state, items.action), ("closed", "closed"))

    def test_a_write_off_undone_after_a_run_goes_on_where_it_was(self):
        items = self.remainder()
        items.write({"reached": 1, "reached_on": self.today})
        items.debtor_id.direct_debit = True
        self.write_off(items)
        self.run_day()
        self.changes().action_undo()
        self.assertEqual((items.state, items.reached), ("open", 1))
        self.assertIn("Undone", items.event_ids[:1].note)
        self.run_day(day=self.after(1))
        self.assertEqual((items.reached, items.count_from), (1, False))
        self.assertFalse(self.env["dunning.hold"].search([("item_id", "=", items.id)]))

    def test_what_was_paid_since_the_last_run_is_left_out_by_name(self):
        items = self.remainder() | self.remainder(0.25)
        self.pay(items[0].move_id)
        told = self.write_off(items)
        self.assertIn(items[0].name, told["params"]["message"])
        self.assertIn("Left out", told["params"]["message"])
        self.assertEqual(items[1].line_id.amount_residual, 0)

    def test_an_invoice_in_draft_is_not_written_off(self):
        items = self.synced(self.invoice(amount=0.5))
        items.move_id.button_draft()
        with self.assertRaisesRegex(UserError, "Nothing of the selection is open and posted"):
            self.write_off(items)

    def test_a_loss_is_booked_on_an_account_of_losses_only(self):
        dialogs = self.env["dunning.write.off.wizard"].with_user(self.collector)
        bank = self.company_data["default_account_receivable"]
        dialog = dialogs.create(
            {"item_ids": self.remainder().ids, "account_id": bank.id, "reason": "x"}
        )
        with self.assertRaisesRegex(UserError, "no account of costs"):
            dialog.action_apply()
