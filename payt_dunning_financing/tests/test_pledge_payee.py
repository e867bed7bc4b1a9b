from odoo.exceptions import UserError

from .pledge_common import PledgeCommon

#: As it is shown, and as it is compared.
THEIRS, PLAIN = "NL02 ABNA 0123 4567 89", "NL02ABNA0123456789"
OURS = "NL91ABNA0417164300"


class TestPledgePayee(PledgeCommon):
    """Debtors are led to the account that the financier's settings tell, once it is confirmed."""

    def make_once(self):
        self.move = self.invoice(amount=100.0)
        self.account = self.env["res.partner.bank"].create(
            {"acc_number": THEIRS, "partner_id": self.financing.partner_id.id}
        )
        self.row = self.env["dunning.bank.account"].sudo()

    def theirs(self, confirmed=True, **values):
        """The financier collects on its own account, and debtors are told."""
        self.financing.write({"disclosed": True, "account_id": self.account.id, **values})
        if confirmed:
            self.waiting().confirmed_on = self.financing.create_date

    def waiting(self):
        return self.row.search([("number", "=", PLAIN), ("for_payee", "=", True)])

    def payee(self, move=None):
        payees, move = self.env["dunning.payee"].sudo(), move or self.move
        found = payees._of(move.ids)
        return payees._payee(found[move.id]) if found else None

    def test_accounts_of_several_companies_are_asked_for_at_once(self):
        self.theirs()
        other = self.env["res.company"].create({"name": "Other Ltd"})
        for companies in (self.company, self.company | other):
            self.assertEqual(self.row._payee_accounts(companies), self.account)
        self.assertFalse(self.row._payee_accounts(other))

    def test_what_is_offered_is_paid_as_usual_and_what_is_pledged_to_the_financier(self):
        self.theirs()
        draw = self.offered(self.move)
        self.assertIsNone(self.payee())
        self.pay_out(draw)
        payee = self.payee()
        self.assertEqual((payee.number, payee.bank_id), (THEIRS, self.account.id))
        self.assertEqual(payee.holder, "Bold Bank")
        self.give_reason(self.pledge(self.move).action_release(), "Agreed")
        self.assertIsNone(self.payee())

    def test_the_usual_sentence_names_financier_account_and_holder(self):
        self.theirs()
        self.pledged(self.move)
        self.assertEqual(
            self.payee().notice,
            "What you owe here has been pledged to Bold Bank. Please pay it to account "
            f"{THEIRS} in the name of Bold Bank.",
        )

    def test_the_financiers_own_text_is_filled_in(self):
        self.theirs(payee_text="Pledged to {financier}: pay {account} of {holder}.")
        self.pledged(self.move)
        notice = self.payee().notice
        self.assertEqual(notice, f"Pledged to Bold Bank: pay {THEIRS} of Bold Bank.")

    def test_with_our_own_account_one_pays_as_usual(self):
        self.financing.write({"disclosed": True, "account_id": self.own.id})
        self.pledged(self.move)
        payee = self.payee()
        self.assertEqual(payee.number.replace(" ", ""), OURS)
        self.assertIn("You can pay it as usual, to account", payee.notice)

    def test_without_an_account_ours_is_named(self):
        self.financing.disclosed = True
        self.pledged(self.move)
        self.assertEqual(self.payee().number.replace(" ", ""), OURS)

    def test_a_silent_pledge_without_an_account_changes_nothing_for_debtors(self):
        self.pledged(self.move)
        self.assertIsNone(self.payee())

    def test_what_cannot_be_paid_online_is_told(self):
        self.theirs(pay_online=False)
        self.pledged(self.move)
        self.assertFalse(self.payee().online)

    def test_an_account_that_nobody_confirmed_keeps_a_draw_from_being_paid_out(self):
        self.theirs(confirmed=False)
        draw = self.offered(self.move)
        dialog = self.dialog(draw.action_paid())
        with self.assertRaisesRegex(UserError, f"Account {THEIRS} of Bold Bank is not confirmed"):
            dialog.action_apply()
        self.assertEqual(self.pledge(self.move).state, "offered")
        self.waiting().confirmed_on = self.financing.create_date
        dialog.action_apply()
        self.assertEqual(self.pledge(self.move).state, "pledged")

    def test_an_account_waits_for_a_second_person_once_it_is_entered(self):
        self.theirs(confirmed=False)
        self.assertEqual(self.waiting().state, "waiting")
        self.assertEqual(self.waiting().proposed_by_id, self.env.user)

    def test_a_number_that_is_changed_later_is_not_shown_before_it_is_confirmed(self):
        self.theirs()
        self.pledged(self.move)
        self.account.acc_number = "NL44RABO0123456789"
        self.assertEqual(self.payee().number, THEIRS)

    def test_an_ordinary_invoice_never_gets_the_financiers_account(self):
        self.theirs()
        numbers = self.row._numbers(self.company)
        self.assertEqual(numbers.pick()[1].replace(" ", ""), OURS)
        self.assertNotIn(THEIRS, numbers.checked())

    def queue(self):
        self.run_day()
        return self.notices_to()[-1:]

    def test_a_message_that_waits_is_made_anew_when_its_invoice_is_pledged(self):
        self.theirs()
        notice = self.queue()
        self.assertEqual(notice.state, "queued")
        self.assertNotIn(THEIRS, notice.body)
        self.pledged(self.move)
        self.assertEqual(notice.state, "cancelled")
        self.assertEqual(notice.failure, "Where it is to be paid has changed.")
        self.assertIn(THEIRS, self.queue().body)

    def test_a_message_that_waits_is_made_anew_when_its_invoice_is_released(self):
        self.theirs()
        self.pledged(self.move)
        notice = self.queue()
        self.give_reason(self.pledge(self.move).action_release(), "Agreed")
        self.assertEqual(notice.state, "cancelled")
        self.assertNotIn(THEIRS, self.queue().body)

    def test_a_message_that_waits_is_made_anew_when_debtors_are_told_otherwise(self):
        self.theirs()
        self.pledged(self.move)
        notice = self.queue()
        self.financing.payee_text = "Pay {account}."
        self.assertEqual(notice.state, "cancelled")
        self.assertIn(f"Pay {THEIRS}.", self.queue().body)

    def test_an_archived_financier_still_says_where_to_pay(self):
        self.theirs()
        self.pledged(self.move)
        self.financing.active = False
        self.assertEqual(self.payee().number, THEIRS)
        self.pay(self.move, 10.0)
        self.look()
        self.assertEqual(self.changes(self.move), [("paid", 10.0)])
