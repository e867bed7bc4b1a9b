from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form

from ..models.dunning_dispute import Contested
from .dispute_common import DisputeCommon


class TestDisputes(DisputeCommon):
    """What a debtor does not agree with is held, and nothing else."""

    def test_a_dispute_about_all_of_it_holds_the_invoice(self):
        move = self.invoice()
        dispute = self.dispute(move)
        self.assertEqual(dispute.amount, 100)
        self.assertEqual(self.holds(move).kind, "dispute")
        self.assertFalse(self.holds(move).amount)
        self.assertEqual(self.items(move).reason, "hold")
        self.run_and_deliver()
        self.assertFalse(self.notices_to())

    def test_only_the_undisputed_part_is_reminded_of_and_the_rest_is_explained(self):
        move = self.invoice()
        self.dispute(move, "amount", 30)
        self.run_and_deliver()
        notice = self.notices_to()
        self.assertEqual(notice.line_ids.amount, 70)
        text = self.text_of(notice)
        self.assertIn("$ 100.00", text)
        self.assertIn("In dispute", text)
        self.assertIn("$ -30.00", text)
        self.assertIn("$ 70.00", text)
        self.assertEqual(notice.state, "sent")

    def test_the_preview_of_what_is_left_is_what_is_sent(self):
        move = self.invoice()
        self.dispute(move, "amount", 30)
        plan = self.env["dunning.preview"]._preview(self.company, self.today)
        rendered = self.env["dunning.message"].sudo()._render(plan.planned)
        self.run_day()
        notice = self.notices_to()
        self.assertEqual([content.body for content in rendered], [notice.body])

    def test_what_is_disputed_of_another_invoice_in_the_overview_is_explained(self):
        self.invoice()
        listed = self.invoice(days_late=-20)
        self.dispute(listed, "amount", 30)
        self.run_day()
        self.assertIn("In dispute", self.text_of(self.notices_to()))

    def test_where_the_policy_says_so_a_part_holds_all_of_it(self):
        move = self.invoice()
        self.synced(move)._policy().follow_undisputed = False
        self.dispute(move, "amount", 30)
        self.assertEqual(set(self.holds(move).mapped("kind")), {"dispute", "dispute_rest"})
        self.run_and_deliver()
        self.assertFalse(self.notices_to())

    def test_lines_are_disputed_with_their_tax(self):
        move = self.with_lines(100, 50, tax=True)
        dispute = self.dispute(move, "lines", lines=self.product_lines(move)[1])
        self.assertEqual(dispute.amount, 60.5)
        self.assertEqual(self.holds(move).amount, 60.5)

    def test_a_line_is_not_disputed_twice(self):
        move = self.with_lines(60, 40)
        line = self.product_lines(move)[1]
        self.dispute(move, "lines", lines=line)
        with self.assertRaisesRegex(UserError, "“work 2” of .* is disputed already"):
            self.dispute(move, "lines", lines=line)

    def test_several_disputes_together_are_never_above_what_is_open(self):
        move = self.invoice()
        self.dispute(move, "amount", 60)
        with self.assertRaisesRegex(UserError, r"\$\xa040.00 is open and not disputed yet"):
            self.dispute(move, "amount", 50)
        self.dispute(move, "amount", 40)
        with self.assertRaisesRegex(UserError, "is disputed already"):
            self.dispute(move, "amount", 1)

    def test_nothing_is_added_to_a_dispute_about_all_of_it(self):
        move = self.invoice()
        self.dispute(move)
        with self.assertRaisesRegex(UserError, "is disputed already"):
            self.dispute(move, "amount", 1)

    def test_an_amount_above_what_is_open_is_refused(self):
        move = self.invoice()
        self.pay(move, 80)
        with self.assertRaisesRegex(UserError, rf"Of {move.name} \$\xa020.00 is open"):
            self.dispute(move, "amount", 30)
        self.assertFalse(self.holds(move))

    def test_nothing_and_less_than_nothing_are_refused(self):
        move = self.invoice()
        for amount in (0, -5, 0.001):
            with self.subTest(amount), self.assertRaisesRegex(UserError, "more than zero"):
                self.dispute(move, "amount", amount)

    def test_lines_of_another_invoice_are_refused(self):
        move, other = self.invoice(), self.invoice(partner=self.consumer)
        with self.assertRaisesRegex(UserError, "of no other invoice"):
            self.dispute(move, "lines", lines=self.product_lines(other))

    def test_a_line_of_taxes_is_no_line_to_dispute(self):
        move = self.with_lines(100, tax=True)
        with self.assertRaisesRegex(UserError, "of no other invoice"):
            self.dispute(move, "lines", lines=move.line_ids.filtered("tax_line_id"))

    def test_lines_of_an_invoice_that_was_credited_are_refused(self):
        move = self.with_lines(60, 40)
        self.synced(move)
        move._reverse_moves([{}]).action_post()
        with self.assertRaisesRegex(UserError, f"Nothing of {move.name} is open any more"):
            self.dispute(move, "lines", lines=self.product_lines(move)[0])

    def test_an_invoice_that_is_a_draft_again_is_refused(self):
        move = self.invoice()
        self.synced(move)
        move.button_draft()
        with self.assertRaisesRegex(UserError, "is open any more"):
            self.dispute(move)

    def test_an_invoice_in_another_currency_is_disputed_in_that_currency(self):
        move = self.euros(100, self.business, days_late=4)
        dispute = self.dispute(move, "amount", 30)
        self.assertEqual(dispute.currency_id, self.euro)
        self.run_day()
        self.assertEqual(self.notices_to().line_ids.amount, 70)
        self.assertEqual(self.notices_to().currency_id, self.euro)

    def test_disputes_of_an_invoice_in_instalments_are_spread_over_its_due_dates(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "two parts",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": days})
                    for days in (1, 10)
                ],
            }
        )
        move = self.invoice(
            amount=100, invoice_payment_term_id=term.id, invoice_date=self.after(-30)
        )
        self.dispute(move, "amount", 40)
        self.dispute(move, "amount", 30)
        facts = self.env["dunning.facts"].sudo()
        items = self.items(move).sorted("date_due")
        candidates = facts._candidates(items.debtor_id, self.today)
        claims = {each.facts.item_id: each.facts.claim(self.today) for each in candidates}
        self.assertEqual([claims[item.id] for item in items], [0, 30])

    def test_an_opening_balance_is_disputed_alone(self):
        other = self.debtor("Butcher")
        entry = self.opening(self.business, other)
        items = self.synced(entry)
        mine = items.filtered(lambda item: item.partner_id == self.business)
        self.dispute_of(mine, 100)
        self.assertEqual(self.holds(entry).item_id, mine)
        self.run_day()
        self.assertFalse(self.notices_to(self.business))
        self.assertTrue(self.notices_to(other))

    def opening(self, *partners):
        """A posted entry with an opening balance of 100 for each partner."""
        lines = [
            Command.create(
                {
                    "name": f"opening {partner.name}",
                    "partner_id": partner.id,
                    "account_id": self.company_data["default_account_receivable"].id,
                    "debit": 100.0,
                    "date_maturity": self.after(-4),
                }
            )
            for partner in partners
        ]
        credit = {
            "account_id": self.company_data["default_account_revenue"].id,
            "credit": 100.0 * len(partners),
        }
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "date": self.after(-30),
                "line_ids": [*lines, Command.create({"name": "opening", **credit})],
            }
        )
        entry.action_post()
        entry.line_ids.filtered("partner_id").no_followup = False
        return entry

    def dispute_of(self, item, amount):
        return self.Dispute._begin(
            item,
            self.contested("amount", amount),
            self.reason,
        )

    def contested(self, scope, amount):
        return Contested(scope, amount)

    def test_costs_beside_the_invoice_stay_as_they_are(self):
        charge = self.claimed()
        item = charge.share_ids.item_id
        self.Dispute._begin(item, self.contested("amount", 30), self.reason)
        (pile,) = self.env["dunning.page"]._piles(item.debtor_id, item, self.today)
        self.assertEqual((pile.open, pile.disputed, pile.beside), (100, 30, 40))
        self.assertEqual(pile.payable, 110)
        self.assertEqual(charge.amount_left, 40)

    # -- the dialog of people -------------------------------------------------------------------

    def dialog(self, record, user=None):
        user = user or self.person("opens.disputes", "group_dunning_user")
        Wizard = self.env["dunning.dispute.wizard"].sudo(False).with_user(user)
        return Form(Wizard.with_context(active_model=record._name, active_ids=record.ids))

    def test_a_collector_opens_one_from_an_invoice_and_the_debtor_gets_a_confirmation(self):
        move = self.invoice()
        self.synced(move)
        form = self.dialog(move)
        self.assertEqual(form.room, 100)
        form.scope = "amount"
        form.amount = 30
        form.reason_id = self.reason
        dispute = self.Dispute.browse(form.save().action_apply()["res_id"])
        self.assertEqual(dispute.opened_by_id.login, "opens.disputes")
        notice = self.notices_to(kind="talk")
        self.assertEqual(notice.topic, "dispute")
        text = self.text_of(notice)
        self.assertIn("It is about $ 30.00.", text)
        self.assertIn("The rest stays to be paid: $ 70.00.", text)
        day = self.env["dunning.page"]._date(self.after(10))
        self.assertIn(f"We answer by {day}.", text)

    def test_the_confirmation_says_that_a_term_stays_for_the_rest(self):
        item = self.item()
        self.letter(item, ended=-5)
        dispute = self.Dispute._begin(item, self.contested("amount", 30), self.reason)
        dispute._confirm()
        text = self.text_of(self.notices_to(self.consumer, kind="talk"))
        until = self.env["dunning.page"]._date(self.after(5))
        self.assertIn(f"you have until {until} to pay it", text)

    def test_from_a_debtor_with_several_invoices_one_is_chosen(self):
        moves = self.invoice() | self.invoice(days_late=9)
        debtor = self.synced(moves).debtor_id
        form = self.dialog(debtor)
        self.assertFalse(form.item_id)
        form.item_id = self.items(moves[1])
        form.reason_id = self.reason
        form.save().action_apply()
        self.assertTrue(self.holds(moves[1]))
        self.assertFalse(self.holds(moves[0]))

    def test_who_must_look_into_it_gets_a_task(self):
        move = self.invoice()
        item = self.synced(move)
        item.debtor_id.handler_id = self.person("handles", "group_dunning_user")
        dispute = self.dispute(move)
        self.assertEqual(dispute.owner_id, item.debtor_id.handler_id)
        self.assertEqual(self.tasks(move, "dispute").user_id, dispute.owner_id)

    def test_a_viewer_opens_and_ends_none(self):
        move = self.invoice()
        dispute = self.dispute(move)
        viewer = self.person("looks", "group_dunning_viewer")
        own = dispute.sudo(False).with_user(viewer)
        self.assertEqual(own.amount, 100)
        for method in (own.action_withdraw, own.action_credit_note):
            with self.assertRaises(AccessError):
                method()
        with self.assertRaises(AccessError):
            self.env["dunning.dispute.wizard"].with_user(viewer).check_access("create")

    # -- every day --------------------------------------------------------------------------------

    def test_a_dispute_that_is_late_is_told_once_and_later_to_a_manager(self):
        move = self.invoice()
        dispute = self.dispute(move)
        watch = self.env["dunning.dialogue"].sudo()._watch
        watch(self.company, self.after(10))
        self.assertFalse(dispute.owner_told_on)
        watch(self.company, self.after(11))
        self.assertEqual(dispute.owner_told_on, self.after(11))
        self.assertEqual(len(self.tasks(move, "dispute")), 1)
        self.assertFalse(self.tasks(move, "late_dispute"))
        watch(self.company, self.after(12))
        self.assertEqual(dispute.owner_told_on, self.after(11))
        watch(self.company, self.after(21))
        self.assertEqual(len(self.tasks(move, "late_dispute")), 1)
        self.assertTrue(dispute.manager_told_on)

    def test_a_dispute_about_what_was_paid_meanwhile_closes_itself(self):
        move = self.invoice()
        dispute = self.dispute(move)
        self.pay(move)
        self.run_day()
        self.assertEqual(dispute.state, "withdrawn")
        self.assertIn("paid or credited", dispute.note)
        self.assertFalse(self.holds(move))

    def test_a_dispute_about_an_invoice_that_is_a_draft_again_closes_itself(self):
        move = self.invoice()
        dispute = self.dispute(move)
        move.button_draft()
        self.run_day()
        self.assertEqual(dispute.state, "withdrawn")
        self.assertIn("reset to draft", dispute.note)

    def test_disputes_are_looked_at_in_one_statement(self):
        self.dispute(self.invoice())
        self.env.flush_all()
        with self.assertQueryCount(1):
            self.env["dunning.dialogue"].sudo()._watch(self.company, self.today)

    def test_disputes_go_along_when_debtors_become_one(self):
        move = self.invoice(partner=self.debtor("Old Bakery"))
        dispute = self.dispute(move)
        survivor = self.synced(self.invoice()).debtor_id
        self.env["dunning.debtor"].sudo()._combine(dispute.debtor_id.partner_id, self.business)
        self.assertEqual(dispute.debtor_id, survivor)

    def test_what_a_dispute_holds_is_not_released_or_shortened_by_hand(self):
        move = self.invoice()
        dispute = self.dispute(move, "amount", 30)
        hold = self.holds(move).sudo(False).with_user(self.env.user)
        with self.assertRaisesRegex(UserError, "is disputed"):
            hold.action_release("because")
        for values in ({"date_until": self.today}, {"amount": 1}):
            with self.subTest(values), self.assertRaisesRegex(UserError, "is disputed"):
                hold.write(values)
        dispute._decide("rejected", "because")
        self.assertTrue(hold.released_on)
