from .dispute_common import DisputeCommon


class TestDisputeCredit(DisputeCommon):
    """Which credit is for which dispute, and what becomes of costs that were never due."""

    def credit(self, dispute, price=None):
        """Make and post the credit note of a dispute, as a person does."""
        dispute.sudo(False).with_user(self.env.user).action_credit_note()
        note = dispute.credit_move_id
        if price:
            note.invoice_line_ids.price_unit = price
        note.action_post()
        return note

    def set_against(self, credit, move):
        """Match a credit note with an invoice by hand."""
        lines = (credit.line_ids | move.line_ids).filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        lines.reconcile()

    # -- which credit is for which --------------------------------------------------------------

    def test_the_credit_of_one_dispute_is_not_that_of_another(self):
        move = self.with_lines(60, 40, 40)
        lines = self.product_lines(move)
        first = self.dispute(move, "lines", lines=lines[1])
        second = self.dispute(move, "lines", lines=lines[2])
        first._decide("accepted", "because")
        second._decide("accepted", "because")
        self.credit(first)
        self.run_day(day=self.after(1))
        self.assertTrue(first.credited_on)
        self.assertFalse(second.credited_on)
        self.assertEqual(self.holds(move).amount, 40)
        self.set_against(self.credit_note(40), move)
        self.run_day(day=self.after(2))
        self.assertTrue(second.credited_on, "its own, made some other way")

    def test_the_credit_of_one_that_is_taken_back_is_not_missed_by_another(self):
        move = self.with_lines(60, 40, 40)
        lines = self.product_lines(move)
        first = self.dispute(move, "lines", lines=lines[1])
        second = self.dispute(move, "lines", lines=lines[2])
        first._decide("accepted", "because")
        self.credit(first).button_draft()
        self.assertEqual(second.credited_before, 0)

    def test_a_credit_note_that_was_made_before_the_decision_counts(self):
        move = self.invoice()
        dispute = self.dispute(move, "amount", 30)
        self.set_against(self.credit_note(30), move)
        dialog = self.env["dunning.dispute.outcome.wizard"].create(
            {"dispute_id": dispute.id, "state": "accepted", "outcome": "because"}
        )
        dialog.action_apply()
        self.assertTrue(dispute.credited_on)
        self.assertFalse(dispute.credit_move_id)
        self.assertFalse(self.holds(move))
        text = self.text_of(self.notices_to(kind="talk"))
        self.assertIn("We have credited $ 30.00", text)
        self.assertIn("This stays to be paid: $ 70.00.", text)

    def test_of_a_credit_note_that_is_too_low_the_rest_stays_held(self):
        move = self.invoice()
        dispute = self.dispute(move, "amount", 30)
        dispute._decide("accepted", "because")
        self.credit(dispute, price=10)
        self.assertFalse(dispute.credited_on)
        self.assertEqual(self.holds(move).amount, 20)
        self.assertEqual(len(self.tasks(move, "credit_note")), 1)
        self.assertEqual(self.credit(dispute).amount_total, 20)
        self.assertTrue(dispute.credited_on)
        self.assertFalse(self.holds(move))
        self.assertEqual(move.amount_residual, 70)

    def test_who_pays_what_it_disputes_is_told_that_it_may_still_have_an_answer(self):
        move = self.invoice()
        dispute = self.dispute(move, "amount", 30)
        self.pay(move)
        self.run_day(day=self.after(1))
        self.assertEqual(dispute.state, "withdrawn")
        self.assertIn("Do you still want our answer", self.text_of(self.notices_to(kind="talk")))

    # -- costs of what was never owed -----------------------------------------------------------

    def test_costs_of_an_invoice_that_was_never_owed_lapse(self):
        item = self.item()
        charge = self.costs(item, self.letter(item))
        dispute = self.dispute(item.move_id)
        dispute._decide("accepted", "because")
        self.assertEqual(charge.state, "waived")
        self.credit(dispute)
        self.run_day(day=self.after(1))
        self.assertEqual(item.state, "closed")
        text = self.text_of(self.notices_to(self.consumer, kind="talk"))
        self.assertRegex(text, r"need not pay the extra .{0,4}40.00")

    def test_costs_lapse_whose_notice_asked_for_too_much(self):
        item = self.item()
        charge = self.costs(item, self.letter(item))
        self.dispute(item.move_id, "amount", 30)._decide("accepted", "because")
        self.assertEqual(charge.state, "waived")

    def test_costs_stay_where_the_dispute_was_rejected(self):
        item = self.item()
        charge = self.costs(item, self.letter(item))
        self.dispute(item.move_id, "amount", 30)._decide("rejected", "because")
        self.assertEqual((charge.state, charge.amount_left), ("claimed", 40))
