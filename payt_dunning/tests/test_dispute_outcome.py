from odoo.exceptions import UserError
from odoo.tests import Form

from .dispute_common import DisputeCommon


class TestDisputeOutcome(DisputeCommon):
    """How disputes end, and what comes of it."""

    def decide(self, dispute, state, amount=0.0, words="We looked at the pictures.", user=None):
        """Decide as a person does."""
        user = user or self.env.user
        Wizard = self.env["dunning.dispute.outcome.wizard"].sudo(False).with_user(user)
        form = Form(Wizard.with_context(active_model=dispute._name, active_id=dispute.id))
        form.state = state
        if state == "partly":
            form.amount = amount
        form.outcome = words
        return form.save().action_apply()

    def credited(self, dispute):
        """The credit note of a dispute, made and posted."""
        dispute.sudo(False).with_user(self.env.user).action_credit_note()
        dispute.credit_move_id.action_post()
        return dispute.credit_move_id

    # -- rejected ---------------------------------------------------------------------------------

    def test_a_rejected_dispute_is_told_with_its_reason_and_goes_on_tomorrow(self):
        move = self.invoice()
        dispute = self.dispute(move)
        self.decide(dispute, "rejected")
        self.assertEqual(dispute.decided_by_id, self.env.user)
        self.assertFalse(self.holds(move))
        text = self.text_of(self.notices_to(kind="talk"))
        self.assertIn("We looked at the pictures.", text)
        self.assertIn("This stays to be paid: $ 100.00. From tomorrow on", text)
        self.run_day()
        self.assertFalse(self.notices_to())
        self.run_day(day=self.after(1))
        self.assertTrue(self.notices_to())

    def test_the_debtor_has_to_be_told_something(self):
        dispute = self.dispute(self.invoice())
        with self.assertRaisesRegex(UserError, "Write what the debtor is told"):
            dispute._decide("rejected", "  ")

    # -- accepted -----------------------------------------------------------------------------------

    def test_what_is_accepted_stays_held_until_its_credit_note_is_matched(self):
        move = self.with_lines(60, 40)
        dispute = self.dispute(move, "lines", lines=self.product_lines(move)[1])
        action = self.decide(dispute, "accepted")
        credit = dispute.credit_move_id
        self.assertEqual(action["res_id"], credit.id)
        self.assertEqual((credit.state, credit.move_type), ("draft", "out_refund"))
        self.assertEqual(credit.reversed_entry_id, move)
        self.assertEqual(credit.invoice_line_ids.mapped("name"), ["work 2"])
        self.assertEqual(credit.amount_total, 40)
        self.assertEqual(self.holds(move).amount, 40)
        self.run_and_deliver(day=self.after(1))
        self.assertEqual(self.notices_to().line_ids.amount, 60)
        credit.action_post()
        self.assertFalse(self.holds(move))
        self.assertTrue(dispute.credited_on)
        self.assertEqual(move.amount_residual, 60)

    def test_all_of_an_invoice_is_credited_as_it_was_invoiced(self):
        move = self.with_lines(60, 39.99, tax=True)
        dispute = self.dispute(move)
        self.decide(dispute, "accepted")
        self.assertEqual(self.credited(dispute).amount_total, move.amount_total)
        self.assertEqual(move.amount_residual, 0)
        self.run_day()
        self.assertEqual(self.items(move).state, "closed")

    def test_an_amount_is_credited_to_the_cent_whatever_the_taxes(self):
        for prices in ((33.33, 66.67, 0.05), (10, 10, 10), (99.99,)):
            move = self.with_lines(*prices, tax=True)
            for cents in (1, 7, 10):
                amount = 10 + cents / 100
                with self.subTest((prices, amount)):
                    dispute = self.dispute(move, "amount", amount)
                    self.decide(dispute, "accepted")
                    credit = self.credited(dispute)
                    self.assertEqual(credit.amount_total, amount)
                    self.assertGreater(credit.amount_tax, 0)
                    self.assertEqual(
                        move.currency_id.round(credit.amount_untaxed + credit.amount_tax), amount
                    )

    def test_a_part_of_lines_is_credited_on_these_lines(self):
        move = self.with_lines(60, 40, 20)
        dispute = self.dispute(move, "lines", lines=self.product_lines(move)[1:])
        self.decide(dispute, "partly", 15)
        credit = dispute.credit_move_id
        self.assertEqual(credit.invoice_line_ids.mapped("price_total"), [10, 5])

    def test_what_is_rejected_of_a_part_goes_on_at_once(self):
        move = self.invoice()
        dispute = self.dispute(move)
        self.decide(dispute, "partly", 30)
        self.assertEqual(self.holds(move).amount, 30)
        text = self.text_of(self.notices_to(kind="talk"))
        self.assertIn("We make a credit note of $ 30.00.", text)
        self.assertIn("This stays to be paid: $ 70.00. From tomorrow on", text)
        self.run_day(day=self.after(1))
        self.assertEqual(self.notices_to().line_ids.amount, 70)

    def test_a_part_is_more_than_nothing_and_less_than_all(self):
        dispute = self.dispute(self.invoice(), "amount", 30)
        for amount in (0, -1, 30, 31):
            with self.subTest(amount), self.assertRaisesRegex(UserError, "less than that"):
                dispute._decide("partly", "because", amount)
        self.assertEqual(dispute.state, "open")

    def test_an_invoice_in_another_currency_is_credited_in_that_currency(self):
        move = self.euros(100, self.business, days_late=4)
        dispute = self.dispute(move, "amount", 30)
        self.decide(dispute, "accepted")
        credit = self.credited(dispute)
        self.assertEqual((credit.currency_id, credit.amount_total), (self.euro, 30))
        self.assertEqual(move.amount_residual, 70)

    def test_whoever_may_not_make_credit_notes_is_told_and_accounting_gets_a_task(self):
        self.env.ref("payt_dunning.group_dunning_user").implied_ids -= self.env.ref(
            "account.group_account_invoice"
        )
        user = self.person("only.collects", "group_dunning_user")
        move = self.invoice()
        dispute = self.dispute(move)
        action = self.decide(dispute, "accepted", user=user)
        self.assertIn("You may not make credit notes", action["params"]["message"])
        self.assertEqual(dispute.state, "accepted")
        self.assertFalse(dispute.credit_move_id)
        self.assertNotEqual(self.tasks(move, "credit_note").user_id, user)
        self.credited(dispute)
        self.assertFalse(self.tasks(move, "credit_note"))

    def test_a_draft_that_is_deleted_is_asked_for_again(self):
        move = self.invoice()
        dispute = self.dispute(move)
        self.decide(dispute, "accepted")
        self.assertFalse(self.tasks(move, "credit_note"))
        dispute.credit_move_id.unlink()
        self.assertEqual(len(self.tasks(move, "credit_note")), 1)
        self.assertTrue(self.holds(move))

    def test_what_is_credited_some_other_way_goes_on_too(self):
        move = self.invoice()
        dispute = self.dispute(move, "amount", 30)
        dispute._decide("accepted", "because")
        self.run_day()
        self.assertTrue(self.holds(move))
        credit = self.credit_note(30)
        (credit.line_ids | move.line_ids).filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        ).reconcile()
        self.run_day(day=self.after(1))
        self.assertTrue(dispute.credited_on)
        self.assertFalse(self.holds(move))

    def test_an_invoice_that_was_paid_in_full_is_still_to_be_credited(self):
        move = self.invoice()
        dispute = self.dispute(move, "amount", 30)
        dispute._decide("accepted", "because")
        self.pay(move)
        self.run_day()
        self.assertFalse(dispute.credited_on)
        self.assertEqual(len(self.tasks(move, "credit_note")), 1)

    def test_a_credit_note_that_is_reset_to_draft_holds_again(self):
        move = self.invoice()
        dispute = self.dispute(move, "amount", 30)
        self.decide(dispute, "accepted")
        credit = self.credited(dispute)
        self.assertFalse(self.holds(move))
        credit.button_draft()
        self.assertEqual(self.holds(move).amount, 30)
        credit.action_post()
        self.assertFalse(self.holds(move))

    def test_nothing_is_credited_of_what_was_rejected(self):
        dispute = self.dispute(self.invoice())
        self.decide(dispute, "rejected")
        with self.assertRaisesRegex(UserError, "there is nothing to credit"):
            dispute.action_credit_note()

    # -- withdrawn, or decided twice --------------------------------------------------------------

    def test_a_dispute_that_is_withdrawn_goes_on_and_the_debtor_is_told(self):
        move = self.invoice()
        dispute = self.dispute(move)
        dispute.sudo(False).with_user(self.env.user).action_withdraw()
        self.assertEqual(dispute.state, "withdrawn")
        self.assertFalse(self.holds(move))
        self.assertIn("agree with", self.text_of(self.notices_to(kind="talk")))

    def test_whoever_decides_second_is_told_who_did(self):
        dispute = self.dispute(self.invoice())
        dispute._decide("rejected", "because")
        with self.assertRaisesRegex(UserError, f"“Rejected” since .*, by {self.env.user.name}"):
            dispute._decide("accepted", "because")
        self.assertEqual(dispute.state, "rejected")

    def test_the_decision_does_the_task(self):
        move = self.invoice()
        self.synced(move).debtor_id.handler_id = self.person("handles", "group_dunning_user")
        dispute = self.dispute(move)
        self.assertTrue(self.tasks(move, "dispute"))
        self.decide(dispute, "rejected")
        self.assertFalse(self.tasks(move, "dispute"))

    # -- statutory notices --------------------------------------------------------------------------

    def noticed(self, item, **values):
        """A fourteen-day letter about an item, whose level it has reached."""
        notice = self.letter(item, **values)
        notice.level_id = self.env.ref("payt_dunning.level_consumer_3")
        notice.line_ids.position = notice.level_id.position
        item.write({"reached": notice.level_id.position, "reached_on": notice.sent_on})
        notice.line_ids.slot = f"{item.episode}:4"
        self.env.flush_all()
        return notice

    def test_a_notice_that_asked_for_what_is_credited_is_void_and_goes_again(self):
        item = self.item()
        notice = self.noticed(item)
        self.assertTrue(self.env["dunning.law"]._served(item.ids))
        dispute = self.dispute(item.move_id, "amount", 30)
        dispute._decide("accepted", "because")
        line = notice.line_ids
        self.assertIn("is credited", line.void_because)
        self.assertFalse(line.live)
        self.assertEqual((item.reached, item.start_position), (0, 4))
        self.assertFalse(self.env["dunning.law"]._served(item.ids))

    def test_costs_can_not_be_claimed_on_a_notice_that_is_void(self):
        item = self.item()
        notice = self.noticed(item)
        self.dispute(item.move_id, "amount", 30)._decide("accepted", "because")
        with self.assertRaisesRegex(UserError, "asked for more than was owed"):
            self.costs(item, notice, shares=[(item, 70, 40)])
        self.assertFalse(self.env["dunning.claims"].sudo()._items_of(notice))

    def test_a_notice_that_left_after_the_dispute_stays(self):
        item = self.item()
        dispute = self.dispute(item.move_id, "amount", 30)
        notice = self.noticed(item, sent_at="2100-01-01 00:00:00")
        dispute._decide("accepted", "because")
        self.assertFalse(notice.line_ids.void_because)

    def test_a_notice_stays_where_nothing_is_left_or_all_was_rejected(self):
        for state, scope, amount in (("accepted", "whole", 0), ("rejected", "amount", 30)):
            item = self.item()
            notice = self.noticed(item)
            self.dispute(item.move_id, scope, amount)._decide(state, "because")
            with self.subTest(state):
                self.assertFalse(notice.line_ids.void_because)

    def test_what_left_after_the_notice_is_taken_back_too(self):
        item = self.item()
        self.noticed(item)
        later = self.letter(item, statutory_code=False, ended=-3)
        later.line_ids.write({"position": 5, "slot": f"{item.episode}:5"})
        item.write({"reached": 5})
        self.dispute(item.move_id, "amount", 30)._decide("accepted", "because")
        self.assertFalse(later.line_ids.live)
        self.assertEqual((item.reached, item.start_position), (0, 4))
