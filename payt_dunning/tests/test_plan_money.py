import random
from unittest.mock import patch

from odoo.addons.payt_dunning.tools import exact

from .plan_common import PlanCommon

SEED, CASES, STEPS = 8, 14, 6


class TestPlanMoney(PlanCommon):
    """Whatever is booked: what was paid, credited and is left of a plan is its total."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        Statement = type(cls.env["dunning.page.statement"])
        paper = patch.object(Statement, "_to_pdf", lambda *args: b"%PDF-")
        paper.start()
        cls.addClassCleanup(paper.stop)
        cls.consumers.plan_tolerance = 0

    # -- builders ------------------------------------------------------------------------------------

    def look(self, plan, day=1):
        """How a plan stands, read from the ledger."""
        with self.on(day):
            standing = plan._look(self.after(day))[plan.id]
        plan.invalidate_recordset()
        self.check(plan, standing)
        return standing

    def check(self, plan, standing):
        """No cent is lost or made, in what is worked out and in what is kept for lists."""
        total = exact(plan.total)
        self.assertEqual(
            standing.paid + standing.left + min(standing.gone, total), total, plan.name
        )
        self.assertEqual(
            exact(plan.paid) + exact(plan.left) + min(exact(plan.credited), total), total
        )
        for share in standing.shares:
            self.assertGreaterEqual(share.paid, 0)
            self.assertGreaterEqual(share.needed, share.paid)
        self.assertGreaterEqual(plan.left, 0)
        opened = sum((exact(item.line_id.amount_residual_currency) for item in plan.item_ids), 0)
        self.assertEqual(standing.left, opened, "what is left is what the ledger has open")

    def credit(self, items, amount):
        """A credit note that is matched with invoices."""
        note = self.credit_note(amount, partner=items.partner_id, currency_id=items.currency_id.id)
        lines = (note | items.move_id).line_ids
        lines.filtered(lambda line: line.account_type == "asset_receivable").reconcile()

    def of_bank(self, items, amount):
        """Money on the bank without any reference, matched by somebody."""
        line = self.receipt(amount, text="", partner=items.partner_id)
        _liquidity, suspense, _other = line._seek_for_lines()
        suspense.account_id = items.line_id.account_id[:1]
        (suspense | items.line_id.filtered(lambda each: not each.reconciled)).reconcile()

    # -- at random -----------------------------------------------------------------------------------

    def test_money_is_conserved_in_random_ledgers(self):
        dice = random.Random(SEED)
        happened = dict.fromkeys(("pay", "bank", "credit", "undo"), 0)
        for number in range(CASES):
            person = self.debtor(f"Case {number}", is_company=False)
            amounts = [dice.randrange(2000, 60000) / 100 for _n in range(dice.randrange(1, 4))]
            items = self.synced(*(self.invoice(amount=each, partner=person) for each in amounts))
            self.consumers.plan_extra = dice.choice(("end", "next"))
            plan = self.plan(items, count=dice.randrange(2, 6), days=dice.randrange(1, 20))
            for _step in range(STEPS):
                due = items.filtered(lambda item: not item.line_id.reconciled)
                what = dice.choice(list(happened) if due else ["undo"])
                item = (due or items)[:1]
                amount = round(item.line_id.amount_residual * dice.choice((0.1, 0.33, 0.5, 1)), 2)
                if what != "undo" and amount <= 0:
                    continue
                if what == "pay":
                    self.pay(item.move_id, amount=amount)
                elif what == "bank":
                    self.of_bank(due, amount)
                elif what == "credit":
                    self.credit(item, amount)
                else:
                    dice.choice(items).line_id.remove_move_reconcile()
                happened[what] += 1
                self.env.flush_all()
                self.env.invalidate_all()
                self.look(plan, dice.randrange(0, 90))
        self.assertGreater(min(happened.values()), 5, happened)

    # -- one by one ----------------------------------------------------------------------------------

    def test_a_match_that_is_undone_puts_the_instalment_back(self):
        plan = self.plan()
        self.receive(plan.item_ids, 100.0)
        self.assertEqual(self.look(plan).paid, 100)
        plan.item_ids.line_id.remove_move_reconcile()
        self.assertEqual(self.look(plan).paid, 0)
        self.assertEqual(self.states(plan), ["coming"] * 3)
        self.assertFalse(plan.installment_ids[0].paid_on)

    def test_a_payment_that_is_cancelled_counts_as_missed_in_its_time(self):
        plan = self.plan()
        payment = self.receive(plan.item_ids, 100.0, days=5)
        self.guard(10)
        self.assertEqual(self.states(plan)[0], "paid")
        payment.action_draft()
        payment.action_cancel()
        self.guard(14)
        self.assertEqual(self.states(plan)[0], "late")
        self.assertTrue(self.told(plan, "plan_missed"))

    def test_a_credit_note_makes_the_end_smaller(self):
        plan = self.plan()
        self.receive(plan.item_ids, 100.0)
        self.credit(plan.item_ids, 130.0)
        standing = self.look(plan)
        self.assertEqual([share.needed for share in standing.shares], [100, 70, 0])
        self.assertEqual((plan.paid, plan.credited, plan.left), (100.0, 130.0, 70.0))

    def test_a_plan_whose_invoices_are_credited_in_full_ends_without_thanks(self):
        plan = self.plan()
        self.credit(plan.item_ids, 300.0)
        self.guard(1)
        self.assertEqual(plan.state, "ended")
        self.assertFalse(self.told(plan, "plan_done"))

    def test_what_is_paid_too_much_becomes_a_credit_of_the_debtor(self):
        plan = self.plan()
        self.receive(plan.item_ids, 350.0)
        self.guard(1)
        self.assertEqual((plan.state, plan.paid, plan.left), ("completed", 300.0, 0.0))
        self.assertFalse(any(left < 0 for left in plan.installment_ids.mapped("left")))
        receivable = plan.item_ids.line_id.account_id
        lines = self.env["account.move.line"].search(
            [("partner_id", "=", self.consumer.id), ("account_id", "=", receivable.id)]
        )
        self.assertEqual(sum(lines.mapped("amount_residual")), -50.0)

    def test_two_payments_on_one_day_count_both(self):
        plan = self.plan()
        self.receive(plan.item_ids, 60.0, days=3)
        self.receive(plan.item_ids, 60.0, days=3)
        standing = self.look(plan, day=4)
        self.assertEqual([share.paid for share in standing.shares], [100, 0, 20])
        self.assertEqual(standing.shares[0].paid_on, self.after(3))

    def test_a_plan_in_another_currency_counts_in_that_currency(self):
        euro = self.env.ref("base.EUR")
        euro.active = True
        rates = self.env["res.currency.rate"].create(
            {
                "name": "2020-01-01",
                "currency_id": euro.id,
                "company_id": self.company.id,
                "rate": 0.5,
            }
        )
        item = self.item(currency_id=euro.id)
        plan = self.plan(item)
        self.assertEqual((plan.currency_id, plan.total), (euro, 300.0))
        self.receive(item, 100.0)
        rates.copy({"name": self.after(1), "rate": 0.8})
        self.receive(item, 70.0, days=1)
        self.look(plan, day=2)
        self.assertEqual((plan.paid, plan.left), (170.0, 130.0))
        self.assertEqual(plan.left_company, plan.company_currency_id.round(130.0 / 0.8))

    def test_what_was_paid_before_the_plan_is_no_part_of_it(self):
        item = self.item()
        self.pay(item.move_id, amount=50.0)
        plan = self.plan(item)
        self.assertEqual(plan.total, 250.0)
        self.assertEqual(self.look(plan).paid, 0)
        self.receive(item, 20.0)
        self.assertEqual(self.look(plan).paid, 20)

    def test_an_invoice_that_is_reversed_falls_away_from_the_end(self):
        one, two = self.item(200.0), self.item(100.0)
        plan = self.plan(one | two)
        two.move_id.button_draft()
        two.move_id.button_cancel()
        with self.on(1):
            standing = plan._look(self.after(1))[plan.id]
        self.assertEqual([share.needed for share in standing.shares], [100, 100, 0])
        self.assertEqual(standing.left, 200)

    def test_a_little_less_counts_as_paid_and_moves_to_the_end(self):
        self.consumers.plan_tolerance = 1.0
        plan = self.plan()
        self.receive(plan.item_ids, 99.5, days=5)
        self.guard(14)
        self.assertEqual(self.states(plan)[0], "paid")
        self.assertEqual(plan.installment_ids.mapped("needed"), [99.5, 100.0, 100.5])
        self.assertEqual(plan.left, 200.5)

    def test_a_payment_that_is_taken_back_after_the_end_leaves_the_plan_completed(self):
        plan = self.plan()
        payment = self.receive(plan.item_ids, 300.0)
        self.guard(1)
        self.assertEqual(plan.state, "completed")
        item = plan.item_ids
        payment.action_draft()
        payment.action_cancel()
        self.guard(2)
        self.assertEqual((plan.state, item.state, item.amount_open), ("completed", "open", 300.0))
        self.assertNotIn("plan", self.holds(item).mapped("kind"))
        notes = self.env["dunning.event"].search([("item_id", "=", item.id)]).mapped("note")
        self.assertIn(f"Open again after payment plan {plan.name} was completed.", notes)

    def test_an_invoice_of_a_plan_that_is_open_again_is_held_by_it_again(self):
        one, two = self.item(100.0), self.item(200.0)
        plan = self.plan(one | two)
        payment = self.receive(one, 100.0, days=1)
        self.guard(1)
        self.assertEqual((one.state, plan.paid), ("closed", 100.0))
        payment.action_draft()
        payment.action_cancel()
        for day in range(2, 10):
            self.guard(day)
        self.assertEqual((one.state, plan.paid), ("open", 0.0))
        self.assertIn("plan", self.holds(one).mapped("kind"))
        self.assertFalse(self.notices_to(self.consumer))

    def test_what_was_paid_late_and_taken_back_is_warned_of_again_before_it_lapses(self):
        plan = self.plan()
        self.guard(14)
        payment = self.receive(plan.item_ids, 100.0, days=15)
        self.guard(15)
        self.assertEqual(plan.health, "on_track")
        payment.action_draft()
        payment.action_cancel()
        self.guard(30)
        self.assertEqual(plan.state, "running")
        self.assertEqual(len(self.told(plan, "plan_missed")), 2)
        self.assertEqual(plan.installment_ids[0].missed_on, self.after(30))
