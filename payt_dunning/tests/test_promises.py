from datetime import timedelta

from odoo.exceptions import AccessError, UserError

from .common import DunningCommon


class TestPromises(DunningCommon):
    """A debtor that says when it pays is left alone until then; the ledger tells the rest."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Promise = cls.env["dunning.promise"].sudo()
        cls.collector = cls.person("collector", "group_dunning_user")

    def promise(self, items, days=5, amount=None, **values):
        return self.Promise._make(items, self.after(days), amount, **values)

    def item(self, **values):
        return self.synced(self.invoice(**values))

    def holds(self, item):
        return self.env["dunning.hold"].search([("item_id", "=", item.id)])

    def events(self, item):
        notes = self.env["dunning.event"].sudo().search([("item_id", "=", item.id)])
        return " ".join(filter(None, notes.mapped("note")))

    def paid_on(self, move, days, amount=None):
        """Register a payment on another day."""
        wizard = (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create(
                {
                    "payment_date": self.after(days),
                    **({"amount": amount} if amount else {}),
                }
            )
        )
        return wizard._create_payments()

    # -- holding --------------------------------------------------------------------------------

    def test_what_was_promised_waits_until_its_day_and_some_days_more(self):
        item = self.item()
        promise = self.promise(item)
        hold = self.holds(item)
        self.assertEqual((hold.kind, hold.date_until), ("promise", self.after(8)))
        self.assertEqual((promise.amount, promise.deadline), (100.0, self.after(8)))
        self.assertEqual(item.reason, "hold")

    def test_a_part_that_was_promised_is_held_and_the_rest_goes_on(self):
        item = self.item()
        self.promise(item, amount=40)
        self.assertEqual(self.holds(item).amount, 40.0)
        self.run_day()
        line = self.notices_to().line_ids.filtered("position")
        self.assertEqual(line.item_id, item)

    def test_a_part_of_several_is_for_the_oldest(self):
        old, new = self.item(days_late=9), self.item(days_late=2)
        promise = self.promise(old | new, amount=120)
        self.assertEqual(promise.item_ids, old | new)
        self.assertEqual((self.holds(old).amount, self.holds(new).amount), (0.0, 20.0))

    def test_a_new_promise_takes_the_place_of_the_former(self):
        item = self.item()
        former = self.promise(item)
        self.promise(item, days=9)
        self.assertEqual(former.state, "cancelled")
        held = self.holds(item).filtered(lambda hold: not hold.released_on)
        self.assertEqual(held.date_until, self.after(12))

    def test_a_new_promise_about_one_invoice_leaves_the_others_of_the_former(self):
        old, new = self.item(days_late=9), self.item(days_late=2)
        former = self.promise(old | new)
        self.promise(new, days=9)
        self.assertEqual((former.state, former.item_ids, former.amount), ("open", old, 100.0))
        held = self.holds(new).filtered(lambda hold: not hold.released_on)
        self.assertEqual(held.date_until, self.after(12))

    # -- kept -----------------------------------------------------------------------------------

    def test_a_promise_is_kept_when_the_invoice_is_paid(self):
        item = self.item()
        promise = self.promise(item)
        self.pay(item.move_id)
        self.run_day()
        self.assertEqual((promise.state, promise.paid), ("kept", 100.0))
        self.assertEqual((promise.settled_on, promise.days_late), (self.today, 0))

    def test_a_promise_is_kept_by_two_payments(self):
        item = self.item()
        promise = self.promise(item, amount=80)
        self.pay(item.move_id, 30)
        self.run_day()
        self.assertEqual((promise.state, promise.paid), ("open", 30.0))
        self.paid_on(item.move_id, 2, 50)
        self.run_day(day=self.after(2))
        self.assertEqual((promise.state, promise.settled_on), ("kept", self.after(2)))
        self.assertFalse(self.holds(item).filtered(lambda hold: not hold.released_on))

    def test_what_was_paid_before_does_not_count(self):
        item = self.item()
        self.pay(item.move_id, 60)
        promise = self.promise(item, amount=30)
        self.run_day()
        self.assertEqual((promise.state, promise.paid), ("open", 0.0))

    def test_a_payment_of_somebody_else_keeps_it(self):
        item = self.item()
        promise = self.promise(item)
        mother = self.debtor("Mother")
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": mother.id,
                "amount": 100.0,
                "journal_id": self.company_data["default_journal_bank"].id,
            }
        )
        payment.action_post()
        credit = payment.move_id.line_ids.filtered(
            lambda line: line.account_id == item.line_id.account_id
        )
        (credit + item.line_id).reconcile()
        self.run_day()
        self.assertEqual(promise.state, "kept")

    def test_a_payment_within_the_days_of_grace_keeps_it_and_is_late(self):
        item = self.item()
        promise = self.promise(item)
        self.paid_on(item.move_id, 7)
        self.run_day(day=self.after(8))
        self.assertEqual((promise.state, promise.days_late), ("kept", 2))

    def test_it_stays_kept_when_its_payment_is_taken_back_and_that_is_noted(self):
        item = self.item()
        promise = self.promise(item)
        payment = self.pay(item.move_id)
        self.run_day()
        payment.move_id.line_ids.remove_move_reconcile()
        self.run_day()
        self.assertEqual((item.state, promise.state), ("open", "kept"))
        self.assertIn("still counts as kept", self.events(item))

    # -- not kept -------------------------------------------------------------------------------

    def test_a_broken_promise_resumes_follow_up_and_never_on_the_same_day(self):
        item = self.item()
        promise = self.promise(item)
        self.run_day(day=self.after(8))
        self.assertEqual(promise.state, "open")
        self.run_day(day=self.after(9))
        self.assertEqual(promise.state, "broken")
        self.assertFalse(self.notices_to())
        self.run_day(day=self.after(10))
        self.assertEqual(self.notices_to().line_ids.filtered("position").item_id, item)

    def test_the_debtor_is_told_that_nothing_came(self):
        item = self.item()
        self.promise(item)
        self.run_day(day=self.after(9))
        talk = self.notices_to(kind="talk")
        self.assertEqual(talk.topic, "broken")
        self.assertIn("You told us that you would pay", talk.body)
        self.assertIn("We have not received it", talk.body)

    def test_a_part_of_what_was_promised_does_not_keep_it(self):
        item = self.item()
        promise = self.promise(item)
        self.pay(item.move_id, 50)
        self.run_day(day=self.after(9))
        self.assertEqual((promise.state, promise.paid), ("broken", 50.0))
        self.assertIn("of it so far", self.notices_to(kind="talk").body)

    def test_money_that_nobody_matched_is_matched_before_anybody_is_blamed(self):
        item = self.item()
        promise = self.promise(item)
        with self.on_day(self.after(8)):
            self.receipt(100, text=item.name, date=self.after(8))
        self.run_day(day=self.after(9))
        self.assertEqual(promise.state, "open")
        task = item.debtor_id.activity_ids.activity_type_id
        self.assertIn(self.env.ref("payt_dunning.activity_promise_money"), task)
        self.assertFalse(self.notices_to(kind="talk"))

    def test_a_free_credit_that_covers_it_delays_too(self):
        item = self.item()
        promise = self.promise(item)
        self.credit_note(100)
        self.run_day(day=self.after(9))
        self.assertEqual(promise.state, "open")

    def test_one_that_came_too_late_is_not_kept_and_nobody_is_asked_for_it(self):
        item = self.item()
        promise = self.promise(item)
        self.paid_on(item.move_id, 12)
        self.run_day(day=self.after(12))
        self.assertEqual((promise.state, promise.days_late), ("broken", 7))
        self.assertFalse(self.notices_to(kind="talk"))

    def test_a_broken_one_that_is_paid_later_says_when(self):
        item = self.item()
        promise = self.promise(item)
        self.run_day(day=self.after(9))
        self.paid_on(item.move_id, 15)
        self.run_day(day=self.after(15))
        self.assertEqual((promise.state, promise.days_late), ("broken", 10))

    # -- not needed any more --------------------------------------------------------------------

    def reverse(self, move, amount=None):
        refund = self.credit_note(amount or move.amount_residual)
        credit = refund.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        debit = move.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        (credit + debit).reconcile()

    def test_a_credit_note_is_no_payment(self):
        item = self.item()
        promise = self.promise(item)
        self.reverse(item.move_id)
        self.run_day()
        self.assertEqual((promise.state, promise.paid), ("cancelled", 0.0))

    def test_what_is_left_after_a_credit_note_keeps_the_promise(self):
        item = self.item()
        promise = self.promise(item)
        self.reverse(item.move_id, 60)
        self.pay(item.move_id, 40)
        self.run_day()
        self.assertEqual(promise.state, "kept")

    def test_an_invoice_that_goes_to_another_debtor_takes_no_promise_along(self):
        item = self.item()
        promise = self.promise(item)
        other = self.debtor("Heir")
        item.debtor_id = self.env["dunning.debtor"].sudo()._ensure(self.company, other)[other.id]
        promise._look(self.today)
        self.assertEqual(promise.state, "cancelled")

    def test_a_collector_cancels_one_and_the_debtor_is_told(self):
        item = self.item()
        promise = self.promise(item)
        promise._tell_made()
        promise.with_user(self.collector).action_cancel()
        self.assertEqual(promise.state, "cancelled")
        self.assertEqual(self.notices_to(kind="talk").mapped("topic"), ["promise", "promise"])
        self.assertFalse(self.holds(item).filtered(lambda hold: not hold.released_on))

    def test_one_whose_hold_a_person_ends_counts_no_more(self):
        item = self.item()
        promise = self.promise(item)
        self.holds(item).with_user(self.collector).action_release("changed their mind")
        self.assertEqual(promise.state, "cancelled")

    def test_a_viewer_can_not_cancel(self):
        promise = self.promise(self.item())
        viewer = self.person("viewer", "group_dunning_viewer")
        with self.assertRaises(AccessError):
            promise.with_user(viewer).action_cancel()

    def test_it_goes_along_when_debtors_are_merged(self):
        gone = self.debtor("Gone")
        self.synced(self.invoice())
        item = self.item(partner=gone)
        promise = self.promise(item)
        wizard = self.env["base.partner.merge.automatic.wizard"].sudo().create({})
        wizard._merge((self.business + gone).ids, self.business)
        self.env.invalidate_all()
        self.assertEqual(promise.debtor_id.partner_id, self.business)
        promise._look(self.today)
        self.assertEqual(promise.state, "open")

    # -- in words -------------------------------------------------------------------------------

    def test_earlier_terms_stay_as_they_are(self):
        item = self.item()
        self.run_and_deliver()
        promise = self.promise(item)
        self.assertNotIn("Our earlier terms", promise._confirmation(self.env))
        self.notices_to().term_until = self.after(14)
        self.assertIn("Our earlier terms stay as they are.", promise._confirmation(self.env))

    def test_a_debtor_s_promises_are_told_in_one_line(self):
        item = self.item()
        debtor = item.debtor_id
        self.assertIn("None yet", debtor.promise_history)
        self.Promise.create(
            [
                {
                    "company_id": self.company.id,
                    "debtor_id": debtor.id,
                    "currency_id": item.currency_id.id,
                    "amount": 1,
                    "date": self.today,
                    "deadline": self.today,
                    "made_on": self.today,
                    "state": state,
                    "settled_on": state == "kept" and self.today,
                    "days_late": late,
                }
                for state, late in (("kept", 6), ("kept", 2), ("broken", 0), ("open", 0))
            ]
        )
        self.assertEqual(debtor.promise_history, "Kept 2 of 3, on average 4 days late")

    def test_histories_of_many_debtors_take_one_statement(self):
        debtors = self.env["dunning.debtor"]
        for number in range(6):
            debtors |= self.item(partner=self.debtor(f"Debtor {number}")).debtor_id
        self.env.flush_all()
        self.env.invalidate_all()
        debtors = debtors.sudo()
        debtors.fetch(["partner_id"])
        with self.assertQueryCount(1):
            debtors.mapped("promise_history")

    # -- bad input ------------------------------------------------------------------------------

    def refused(self, words, items, day, amount=None):
        with self.assertRaisesRegex(UserError, words):
            self.Promise._make(items, day, amount)

    def test_a_day_that_has_passed_is_refused(self):
        self.refused("has passed", self.item(), self.after(-1))

    def test_a_day_too_far_away_is_refused(self):
        self.refused("more than a year away", self.item(), self.today + timedelta(days=400))

    def test_nothing_less_than_nothing_and_too_much_are_refused(self):
        item = self.item()
        self.refused("above 0", item, self.after(3), 0)
        self.refused("above 0", item, self.after(3), -5)
        self.refused(f"more than what is open of {item.name}", item, self.after(3), 100.01)

    def test_what_was_paid_can_not_be_promised(self):
        item = self.item()
        self.pay(item.move_id)
        self.refused("open any more", item, self.after(3))

    def test_two_debtors_or_two_currencies_are_no_promise(self):
        item = self.item()
        self.refused("one debtor", item | self.item(partner=self.consumer), self.after(3))
        euro = self.env.ref("base.EUR" if self.company.currency_id.name != "EUR" else "base.USD")
        euro.active = True
        foreign = self.item(currency_id=euro.id)
        self.refused("one currency", item | foreign, self.after(3))

    def test_one_instalment_is_promised_alone(self):
        terms = self.env["account.payment.term"].create(
            {
                "name": "halves",
                "line_ids": [
                    (0, 0, {"value": "percent", "value_amount": 50, "nb_days": days})
                    for days in (0, 10)
                ],
            }
        )
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.business.id,
                "invoice_date": self.after(-30),
                "invoice_payment_term_id": terms.id,
                "invoice_line_ids": [(0, 0, {"name": "x", "price_unit": 100, "tax_ids": []})],
            }
        )
        move.action_post()
        first, second = self.synced(move).sorted("term_number")
        promise = self.promise(second)
        self.assertEqual((promise.amount, promise.item_ids), (50.0, second))
        self.assertFalse(self.holds(first))
