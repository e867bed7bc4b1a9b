from odoo.exceptions import AccessError, UserError

from .common import DunningCommon


class TestPaymentAdvice(DunningCommon):
    """What a debtor says it has paid is looked for before anything is asked."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Advice = cls.env["dunning.payment.advice"].sudo()
        cls.collector = cls.person("collector", "group_dunning_user")
        cls.accountant = cls.person("booker", "group_dunning_user")
        cls.accountant.group_ids += cls.env.ref("account.group_account_user")
        cls.item = cls.synced(cls.invoice())
        cls.debtor_ = cls.item.debtor_id

    def say(self, items=None, days_ago=2, amount=100, **values):
        advice, _held = self.Advice._make(
            items or self.item, self.after(-days_ago), amount, **values
        )
        return advice

    def holds(self):
        holds = self.env["dunning.hold"].search([("item_id", "=", self.item.id)])
        return holds.filtered(lambda hold: not hold.released_on)

    def tasks(self, kind):
        found = self.debtor_.activity_ids
        return found.filtered(
            lambda each: each.activity_type_id == self.env.ref(f"payt_dunning.activity_{kind}")
        )

    def as_(self, user, records):
        return records.sudo(False).with_user(user)

    def free_payment(self, amount=100.0):
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.business.id,
                "amount": amount,
                "journal_id": self.company_data["default_journal_bank"].id,
            }
        )
        payment.action_post()
        return payment

    # -- waiting --------------------------------------------------------------------------------

    def test_it_holds_for_some_days(self):
        advice = self.say()
        self.assertEqual(advice.state, "open")
        self.assertEqual(
            (self.holds().kind, self.holds().date_until), ("already_paid", self.after(7))
        )
        self.assertEqual(self.item.reason, "hold")

    def test_said_twice_it_holds_once(self):
        self.say()
        self.assertFalse(self.say())
        self.assertEqual(len(self.holds()), 1)

    def test_nobody_checked_it_so_the_handler_is_told_once(self):
        advice = self.say()
        self.run_day(day=self.after(7))
        self.assertFalse(self.tasks("paid_check"))
        self.run_day(day=self.after(8))
        self.run_day(day=self.after(9))
        self.assertEqual(len(self.tasks("paid_check")), 1)
        self.assertEqual(advice.state, "open")

    def test_what_the_ledger_closes_was_found_and_the_debtor_is_thanked(self):
        advice = self.say()
        self.pay(self.item.move_id)
        self.run_day()
        self.assertEqual(advice.state, "found")
        talk = self.notices_to(kind="talk")
        self.assertEqual(talk.topic, "paid")
        self.assertIn("We found your payment", talk.body)
        self.assertFalse(self.holds())

    def test_what_is_credited_was_not_found(self):
        advice = self.say()
        refund = self.credit_note(100)
        lines = (refund | self.item.move_id).line_ids
        lines.filtered(lambda line: line.account_type == "asset_receivable").reconcile()
        self.run_day()
        self.assertEqual(advice.state, "cancelled")
        self.assertFalse(self.notices_to(kind="talk"))

    # -- looking --------------------------------------------------------------------------------

    def test_a_receipt_that_names_the_invoice_is_shown_first(self):
        vague = self.receipt(100, text="thanks", days_ago=2)
        named = self.receipt(100, text=f"invoice {self.item.name}", days_ago=2)
        found = self.say().candidate_ids
        self.assertEqual(found.statement_line_id, named | vague)
        self.assertEqual(found[0].statement_line_id, named)
        self.assertEqual(found[0].why, "Names the invoice, the same amount, about the same day")

    def test_a_receipt_of_nobody_with_another_amount_or_day_is_not_shown(self):
        self.receipt(77, days_ago=2)
        self.receipt(100, days_ago=30)
        self.assertFalse(self.say().candidate_ids)

    def test_nearly_the_same_amount_about_that_day_is_shown(self):
        near = self.receipt(99.5, days_ago=3)
        found = self.say().candidate_ids
        self.assertEqual(found.statement_line_id, near)
        self.assertIn("nearly the same amount", found.why.lower())

    def test_a_receipt_of_another_debtor_is_not_shown(self):
        self.receipt(100, partner=self.debtor("Other"), days_ago=2)
        self.assertFalse(self.say().candidate_ids)

    def test_payments_and_credit_notes_that_nobody_matched_are_shown(self):
        self.free_payment()
        self.credit_note(40)
        whys = self.say().candidate_ids.mapped("why")
        self.assertIn("A payment of this debtor that is not matched", whys[0])
        self.assertIn("A credit note of this debtor", whys[1])

    def test_looking_again_keeps_what_was_said_not_to_be_it(self):
        self.receipt(100, text=self.item.name, days_ago=2)
        advice = self.say()
        self.as_(self.collector, advice.candidate_ids).action_dismiss()
        self.as_(self.collector, advice).action_look_again()
        self.assertTrue(advice.candidate_ids.dismissed)
        self.assertEqual(len(advice.candidate_ids), 1)

    # -- this is it -----------------------------------------------------------------------------

    def test_this_is_it_matches_the_bank_line_and_closes_the_item(self):
        receipt = self.receipt(100, text=self.item.name, days_ago=2)
        advice = self.say()
        self.as_(self.accountant, advice.candidate_ids).action_take()
        self.assertTrue(receipt.is_reconciled)
        self.assertEqual(receipt.partner_id, self.business)
        self.assertEqual(self.item.state, "closed")
        self.assertEqual((advice.state, advice.checked_by_id), ("found", self.accountant))
        self.assertEqual(len(self.notices_to(kind="talk")), 1)
        self.assertIn("Nothing of it is open any more", self.notices_to(kind="talk").body)

    def test_this_is_it_matches_a_free_payment(self):
        payment = self.free_payment()
        advice = self.say()
        self.as_(self.accountant, advice.candidate_ids).action_take()
        self.assertEqual(self.item.state, "closed")
        self.assertTrue(payment.is_reconciled)

    def test_a_part_that_was_found_leaves_the_rest_open(self):
        self.receipt(60, text=self.item.name, days_ago=2)
        advice = self.say(amount=60)
        self.as_(self.accountant, advice.candidate_ids).action_take()
        self.assertEqual((self.item.state, self.item.amount_open), ("open", 40.0))
        self.assertEqual(advice.state, "found")
        self.assertFalse(self.holds())
        self.assertIn("is still open", self.notices_to(kind="talk").body)

    def test_who_may_not_do_the_books_notes_it_and_accounting_is_asked(self):
        receipt = self.receipt(100, text=self.item.name, days_ago=2)
        advice = self.say()
        self.as_(self.collector, advice.candidate_ids).action_take()
        self.assertFalse(receipt.is_reconciled)
        self.assertEqual((advice.state, advice.candidate_ids.chosen), ("open", True))
        person = self.tasks("paid_match").user_id
        self.assertTrue(person.has_group("account.group_account_user"))

    def test_what_somebody_matched_meanwhile_is_refused(self):
        receipt = self.receipt(100, text=self.item.name, days_ago=2)
        advice = self.say()
        other = self.synced(self.invoice())
        _liquidity, suspense, _other = receipt._seek_for_lines()
        suspense.account_id = other.line_id.account_id
        (suspense + other.line_id).reconcile()
        with self.assertRaisesRegex(UserError, "matched this already"):
            self.as_(self.accountant, advice.candidate_ids).action_take()

    # -- not received ---------------------------------------------------------------------------

    def test_not_received_tells_the_debtor_kindly_and_goes_on_tomorrow(self):
        self.own_account()
        advice = self.say()
        self.as_(self.collector, advice).action_not_received()
        self.assertEqual((advice.state, advice.checked_by_id), ("not_found", self.collector))
        talk = self.notices_to(kind="talk")
        self.assertIn("did not find it", talk.body)
        self.assertIn("NL91 … 4300", talk.body)
        self.assertNotIn("NL91ABNA0417164300", talk.body)
        self.run_day()
        self.assertFalse(self.notices_to())
        self.run_day(day=self.after(1))
        self.assertTrue(self.notices_to())

    def test_said_again_after_it_was_not_received_holds_no_more(self):
        advice = self.say()
        self.as_(self.collector, advice).action_not_received()
        self.assertFalse(self.say())
        self.assertFalse(self.holds())

    def test_what_was_decided_is_not_decided_again(self):
        advice = self.say()
        self.pay(self.item.move_id)
        self.run_day()
        with self.assertRaisesRegex(UserError, "decided already: Found"):
            self.as_(self.collector, advice).action_not_received()

    def test_a_viewer_decides_nothing(self):
        advice = self.say()
        viewer = self.person("viewer", "group_dunning_viewer")
        with self.assertRaises(AccessError):
            self.as_(viewer, advice).action_not_received()

    def test_it_goes_along_when_debtors_are_merged(self):
        gone = self.debtor("Gone")
        item = self.synced(self.invoice(partner=gone))
        advice = self.say(item)
        wizard = self.env["base.partner.merge.automatic.wizard"].sudo().create({})
        wizard._merge((self.business + gone).ids, self.business)
        self.env.invalidate_all()
        self.assertEqual(advice.debtor_id, self.debtor_)

    # -- bad input ------------------------------------------------------------------------------

    def test_what_can_not_be_is_refused_in_words(self):
        other = self.synced(self.invoice(partner=self.consumer))
        for words, items, days_ago, amount in (
            ("still to come", self.item, -1, 100),
            ("can't be right", self.item, 1, 0),
            ("can't be right", self.item, 1, -5),
            ("one customer", self.item | other, 1, 100),
        ):
            with self.subTest(words), self.assertRaisesRegex(UserError, words):
                self.Advice._make(items, self.after(-days_ago), amount)

    def test_nothing_open_is_said_so(self):
        self.pay(self.item.move_id)
        self.run_day()
        with self.assertRaisesRegex(UserError, "Nothing of this is open any more"):
            self.say()

    def test_a_hold_that_was_released_and_taken_back_still_ends_with_what_owns_it(self):
        item = self.synced(self.invoice())
        advice, _held = self.env["dunning.payment.advice"].sudo()._make(item, self.today, 100)
        hold = self.env["dunning.hold"].search([("item_id", "=", item.id)])
        dialog = self.env["dunning.release.wizard"].with_context(
            active_model="dunning.hold", active_ids=hold.ids
        )
        done = dialog.create({"reason": "because"}).action_apply()
        self.env["dunning.change"].browse(done["params"]["changes"]).action_undo()
        active = [("item_id", "=", item.id), ("released_on", "=", False)]
        self.assertTrue(hold.search(active).by_debtor)
        advice.sudo(False).with_user(self.env.user).action_not_received()
        self.assertFalse(hold.search(active))
