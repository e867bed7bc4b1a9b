from odoo import SUPERUSER_ID, fields
from odoo.exceptions import AccessError, UserError

from ..models.dunning_page import Pile
from .common import DunningCommon

FIRST, OTHER = "NL91ABNA0417164300", "NL44RABO0123456789"


class TestAccountNumbers(DunningCommon):
    """Debtors see a new account number once a second person has confirmed it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Nobody else manages follow-up here than whom a test names.
        group = cls.env.ref("payt_dunning.group_dunning_manager")
        managers = cls.env["res.users"].search([("all_group_ids", "in", group.id)])
        (managers - cls.env.user).company_ids -= cls.company
        cls.env.user.group_ids -= group
        cls.clerk = cls.person("clerk.accounts", "account.group_account_manager")
        cls.clerk.group_ids += cls.env.ref("base.group_partner_manager")
        cls.one = cls.person("one", "group_dunning_manager")
        cls.one.group_ids += cls.clerk.group_ids
        cls.two = cls.person("two", "group_dunning_manager")
        cls.Rows = cls.env["dunning.bank.account"].sudo()
        cls.company._dunning_stop_live()
        cls.company.dunning_live_since = False
        cls.account = cls.own_account(FIRST, confirmed=False)

    def go_live(self, user=None):
        self.company.with_user(user or self.one)._dunning_go_live()

    def enter(self, number=OTHER, user=None, account=None):
        """Somebody with rights on accounts changes the number; its row."""
        (account or self.account).with_user(user or self.clerk).acc_number = number
        return self.Rows.search([("number", "=", number)])

    def in_message(self, *moves):
        """The number that a message of today names."""
        self.synced(*(moves or (self.invoice(),)))
        (planned,) = self.env["dunning.preview"].sudo()._preview(self.company).planned
        content = self.env["dunning.message"].sudo()._render([planned])[0]
        found = [each for each in (FIRST, OTHER) if each in content.body.replace(" ", "")]
        self.assertLessEqual(len(found), 1)
        return found and found[0]

    def on_page(self, move=None):
        """The account on the page of an invoice."""
        moves = move or self.env["account.move"]
        return self.env["dunning.page"].sudo()._account_for(self.company, moves)

    # -- what is shown -----------------------------------------------------------------------

    def test_before_going_live_every_number_is_shown(self):
        self.enter(OTHER)
        self.assertEqual(self.in_message(), OTHER)
        self.assertEqual(self.on_page(), self.account)
        self.assertFalse(self.Rows.search([]))

    def test_going_live_confirms_the_accounts_of_then(self):
        self.go_live()
        row = self.Rows.search([("company_id", "=", self.company.id)])
        self.assertEqual((row.number, row.confirmed_by_id), (FIRST, self.one))
        self.assertEqual(self.in_message(), FIRST)

    def test_a_changed_number_is_not_shown_before_it_is_confirmed(self):
        self.go_live()
        row = self.enter(OTHER)
        self.assertEqual(self.in_message(), FIRST)
        self.assertEqual(self.on_page().sanitized_acc_number, FIRST)
        row.with_user(self.one).action_confirm()
        self.assertEqual(self.in_message(self.invoice()), OTHER)
        self.assertEqual(self.on_page(), self.account)

    def test_a_new_account_on_an_invoice_is_not_shown_before_it_is_confirmed(self):
        self.go_live()
        new = self.own_account(OTHER, confirmed=False)
        move = self.invoice(partner_bank_id=new.id)
        self.assertEqual(self.in_message(move), FIRST)
        self.assertEqual(self.on_page(move).sanitized_acc_number, FIRST)
        self.Rows.search([("bank_id", "=", new.id)]).with_user(self.two).action_confirm()
        self.assertEqual(self.in_message(move), OTHER)
        self.assertEqual(self.on_page(move), new)

    def test_the_code_of_a_transfer_names_the_number_that_is_shown(self):
        self.go_live()
        self.enter(OTHER)
        euro = self.env.ref("base.EUR")
        values = self.env["dunning.page.values"].sudo()
        seen = []
        self.patch(
            type(values), "_qr", lambda self, account, *_rest: seen.append(account) or "data:"
        )
        values._qr(self.on_page(), Pile(self.company, euro), 10, "x")
        self.assertEqual(seen[0].sanitized_acc_number, FIRST)

    def test_another_name_of_the_holder_changes_nothing(self):
        self.go_live()
        self.account.with_user(self.clerk).acc_holder_name = "Creditor Ltd"
        self.account.with_user(self.clerk).acc_number = "NL91 ABNA 0417 1643 00"
        self.assertEqual(len(self.Rows.search([])), 1)
        self.assertEqual(self.on_page(), self.account)

    def test_stopping_and_going_live_again_confirms_nothing(self):
        self.go_live()
        self.enter(OTHER, self.one)
        self.company._dunning_stop_live()
        self.go_live()
        self.assertEqual(self.in_message(), FIRST)

    def test_an_account_that_was_deleted_gives_its_place_to_no_other(self):
        self.go_live()
        self.account.unlink()
        self.own_account(OTHER, confirmed=False)
        self.assertEqual(self.in_message(), FIRST)
        self.assertEqual(self.on_page().sanitized_acc_number, FIRST)

    def test_a_company_that_was_live_before_keeps_its_accounts(self):
        self.go_live()
        self.Rows.search([]).unlink()
        self.assertFalse(self.on_page())
        self.Rows._adopt()
        self.assertEqual(self.on_page(), self.account)
        self.enter(OTHER)
        self.Rows._adopt()
        self.assertEqual(self.on_page().sanitized_acc_number, FIRST)

    # -- who confirms ------------------------------------------------------------------------

    def test_who_entered_a_number_does_not_confirm_it(self):
        self.go_live()
        row = self.enter(OTHER, self.one)
        with self.assertRaisesRegex(UserError, "entered .* yourself"):
            row.with_user(self.one).action_confirm()
        row.with_user(self.two).action_confirm()
        self.assertEqual((row.confirmed_by_id, row.note), (self.two, False))

    def test_writing_it_again_makes_nobody_else_the_one_who_entered_it(self):
        self.go_live()
        row = self.enter(OTHER, self.one)
        self.enter(OTHER, self.clerk)
        self.assertEqual(row.proposed_by_id, self.one)

    def test_the_only_manager_confirms_alone_with_a_note(self):
        self.go_live()
        self.two.active = False
        row = self.enter(OTHER, self.one)
        row.with_user(self.one).action_confirm()
        self.assertEqual(row.state, "confirmed")
        self.assertIn("only follow-up manager", row.note)

    def test_a_collector_can_not_confirm(self):
        self.go_live()
        row = self.enter(OTHER)
        with self.assertRaises(AccessError):
            row.with_user(self.person("collects", "group_dunning_user")).action_confirm()

    def test_a_manager_can_not_write_that_a_number_is_confirmed(self):
        self.go_live()
        row = self.enter(OTHER, self.one)
        with self.assertRaises(AccessError):
            row.with_user(self.one).confirmed_on = fields.Datetime.now()
        with self.assertRaises(AccessError):
            self.Rows.sudo(False).with_user(self.one).create(
                {"company_id": self.company.id, "name": "x", "number": "x"}
            )

    def test_a_manager_of_another_company_sees_and_confirms_nothing(self):
        self.go_live()
        row = self.enter(OTHER)
        other = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = self.person("stranger.accounts", "group_dunning_manager", company=other)
        self.assertFalse(self.Rows.sudo(False).with_user(stranger).search([]))
        with self.assertRaises(AccessError):
            row.with_user(stranger).action_confirm()

    def test_a_number_that_no_account_has_any_more_is_not_confirmed(self):
        self.go_live()
        row = self.enter(OTHER)
        self.enter(FIRST)
        self.assertEqual(row.state, "gone")
        with self.assertRaisesRegex(UserError, "any more"):
            row.with_user(self.two).action_confirm()

    # -- what asks for it --------------------------------------------------------------------

    def tasks(self):
        kind = self.env.ref("payt_dunning.activity_account")
        return self.env["mail.activity"].sudo().search([("activity_type_id", "=", kind.id)])

    def test_a_task_asks_another_manager_to_confirm(self):
        self.go_live()
        row = self.enter(OTHER, self.one)
        task = self.tasks()
        self.assertEqual(task.user_id, self.two)
        self.assertIn(self.account.acc_number, task.summary)
        row.with_user(self.two).action_confirm()
        self.assertFalse(self.tasks())

    def test_a_number_that_is_taken_back_asks_nobody_any_more(self):
        self.go_live()
        self.enter(OTHER)
        self.assertTrue(self.tasks())
        self.enter(FIRST)
        self.assertFalse(self.tasks())
        new = self.own_account(OTHER, confirmed=False)
        self.assertTrue(self.tasks())
        new.unlink()
        self.assertFalse(self.tasks())

    def test_the_run_finds_a_number_that_came_some_other_way(self):
        self.go_live()
        self.env.cr.execute(
            "UPDATE res_partner_bank SET acc_number = %s, sanitized_acc_number = %s WHERE id = %s",
            [OTHER, OTHER, self.account.id],
        )
        self.env.invalidate_all()
        self.run_day()
        self.assertEqual(self.Rows.search([("number", "=", OTHER)]).state, "waiting")
        self.assertTrue(self.tasks())

    def test_what_the_run_finds_was_entered_by_who_wrote_it_last(self):
        self.go_live()
        row = self.enter(OTHER, self.one)
        row.unlink()
        self.Rows.with_user(SUPERUSER_ID)._look(self.company)
        row = self.Rows.search([("number", "=", OTHER)])
        self.assertEqual(row.proposed_by_id, self.one)

    def test_the_checklist_leads_to_a_number_that_waits(self):
        self.go_live()
        Checklist = self.env["dunning.checklist"].with_user(self.two)
        checklist = Checklist.browse(Checklist._open()["res_id"])
        line = checklist.line_ids.filtered(lambda each: each.code == "account")
        self.assertEqual(line.action_open()["res_model"], "res.partner")
        self.enter(OTHER)
        self.assertEqual(line.action_open()["res_model"], "dunning.bank.account")

    def test_the_checklist_says_that_a_number_waits(self):
        self.go_live()
        self.enter(OTHER)
        state, words = self.env["dunning.readiness"]._all(self.company)["account"]
        self.assertEqual(state, "attention")
        self.assertIn("another follow-up manager confirms it", words)
        self.assertIn(FIRST, words.replace(" ", ""))

    def test_accounts_of_others_are_nobodys_business(self):
        self.go_live()
        self.env["res.partner.bank"].create({"acc_number": OTHER, "partner_id": self.business.id})
        self.assertEqual(len(self.Rows.search([])), 1)

    def test_a_hundred_messages_read_the_numbers_of_a_company_once(self):
        self.go_live()
        moves = [self.invoice(partner=self.debtor(f"Number {each}")) for each in range(12)]
        self.synced(*moves)
        planned = self.env["dunning.preview"].sudo()._preview(self.company).planned
        message, reads = self.env["dunning.message"].sudo(), []
        numbers = type(self.Rows)._numbers
        self.patch(
            type(self.Rows),
            "_numbers",
            lambda rows, company: reads.append(company) or numbers(rows, company),
        )
        self.assertEqual(len(message._render(planned)), 12)
        self.assertEqual(len(reads), 1)
