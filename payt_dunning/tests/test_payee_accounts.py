from lxml import etree
from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.tools import mute_logger

from .common import DunningCommon
from .payee_cases import OTHERS, OURS, THEIRS


def plain(text):
    """A text without spaces: Odoo writes numbers of accounts with them, or not."""
    return text.replace(" ", "")


class TestPayeeAccounts(DunningCommon):
    """Numbers of others who are to be paid are confirmed too, and are never taken for our own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        group = cls.env.ref("payt_dunning.group_dunning_manager")
        managers = cls.env["res.users"].search([("all_group_ids", "in", group.id)])
        (managers - cls.env.user).company_ids -= cls.company
        cls.env.user.group_ids -= group
        cls.one = cls.person("one", "group_dunning_manager")
        cls.two = cls.person("two", "group_dunning_manager")
        cls.Rows = cls.env["dunning.bank.account"].sudo()
        cls.own_account(OURS)
        cls.Rows._ask_to_confirm(cls.company)
        factor = cls.env["res.partner"].create({"name": "Factor BV"})
        cls.theirs = cls.env["res.partner.bank"].create(
            {"acc_number": THEIRS, "partner_id": factor.id}
        )

    def setUp(self):
        super().setUp()
        self.used = self.theirs
        self.patch(
            type(self.Rows),
            "_payee_accounts",
            lambda rows, company: self.used.sudo().with_env(rows.env),
        )

    def propose(self, account=None, user=None):
        """A manager enters an account as somebody else's; its row."""
        account, rows = account or self.theirs, self.Rows.with_user(user or self.one).sudo()
        rows._propose(self.company, account, for_payee=True)
        return self.row(account.sanitized_acc_number)

    def row(self, number, for_payee=True):
        return self.Rows.search([("number", "=", number), ("for_payee", "=", for_payee)])

    def shown(self, account=None):
        return plain(self.Rows._payee_number(self.company, account or self.theirs))

    def test_a_number_is_shown_once_another_person_has_confirmed_it(self):
        row = self.propose()
        self.assertEqual((row.state, self.shown()), ("waiting", ""))
        with self.assertRaisesRegex(UserError, "another follow-up manager"):
            row.with_user(self.one).action_confirm()
        row.with_user(self.two).action_confirm()
        self.assertEqual((row.state, self.shown()), ("confirmed", THEIRS))

    def test_before_going_live_every_number_is_shown(self):
        self.company._dunning_stop_live()
        self.company.dunning_live_since = False
        self.assertEqual(self.shown(), THEIRS)

    def test_of_a_changed_number_the_one_confirmed_last_is_shown(self):
        self.propose().with_user(self.two).action_confirm()
        self.theirs.acc_number = OTHERS
        self.assertEqual(self.row(OTHERS).state, "waiting")
        self.assertEqual(self.shown(), THEIRS)
        self.row(OTHERS).with_user(self.two).action_confirm()
        self.assertEqual(self.shown(), OTHERS)

    def test_an_ordinary_invoice_never_gets_it(self):
        self.propose().with_user(self.two).action_confirm()
        numbers = self.Rows._numbers(self.company)
        self.assertNotIn(THEIRS, numbers.confirmed)
        self.assertNotIn(self.theirs.id, numbers.last)
        self.assertEqual(plain(numbers.pick([(self.theirs.id, THEIRS)])[1]), OURS)
        self.assertEqual([plain(each) for each in numbers.checked()], [OURS])

    def test_it_is_not_what_is_shown_where_the_company_has_no_number_of_its_own(self):
        self.Rows.search([("for_payee", "=", False)]).unlink()
        self.propose().with_user(self.two).action_confirm()
        self.assertEqual(self.Rows._numbers(self.company).pick(), (0, ""))

    def test_a_number_of_our_own_is_not_taken_for_somebody_elses(self):
        own = self.company.partner_id.bank_ids
        self.used = own
        row = self.propose(own)
        self.assertEqual((row.state, self.shown(own)), ("waiting", ""))
        self.assertEqual(self.row(OURS, for_payee=False).state, "confirmed")

    def test_somebody_elses_number_is_not_taken_for_our_own(self):
        self.propose().with_user(self.two).action_confirm()
        account = self.own_account(THEIRS, confirmed=False)
        self.assertEqual(self.row(THEIRS, for_payee=False).state, "waiting")
        numbers = self.Rows._numbers(self.company)
        self.assertEqual(plain(numbers.pick([(account.id, THEIRS)])[1]), OURS)

    def test_a_number_is_there_once_as_ours_and_once_as_somebody_elses(self):
        row = self.propose()
        values = {"company_id": row.company_id.id, "name": "x", "number": row.number}
        self.Rows.create(values)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.Rows.create({**values, "for_payee": True})

    def test_rows_from_before_the_field_are_unique_and_our_own(self):
        self.env.cr.execute("UPDATE dunning_bank_account SET for_payee = NULL")
        self.env.invalidate_all()
        self.assertEqual(plain(self.Rows._numbers(self.company).pick()[1]), OURS)
        values = {"company_id": self.company.id, "name": "x", "number": OURS}
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.Rows.create(values)

    def test_a_number_that_is_not_used_any_more_can_not_be_confirmed(self):
        row = self.propose()
        self.used = self.used.browse()
        row.invalidate_recordset()
        self.assertEqual(row.state, "gone")
        with self.assertRaisesRegex(UserError, "Nobody is to be paid on"):
            row.with_user(self.two).action_confirm()

    def test_a_changed_number_waits_for_whoever_did_not_enter_it(self):
        clerk = self.person("clerk.accounts", "account.group_account_manager")
        clerk.group_ids += self.env.ref("base.group_partner_manager")
        self.theirs.with_user(clerk).acc_number = OTHERS
        self.assertEqual(self.row(OTHERS).proposed_by_id, clerk)
        kind = self.env.ref("payt_dunning.activity_account")
        tasks = self.env["mail.activity"].sudo().search([("activity_type_id", "=", kind.id)])
        self.assertIn(OTHERS, plain(tasks.summary))

    def test_an_account_of_nobody_who_is_paid_is_not_proposed(self):
        self.used = self.used.browse()
        self.theirs.acc_number = OTHERS
        self.assertFalse(self.row(OTHERS) | self.row(OTHERS, for_payee=False))

    def test_an_account_of_a_vendor_is_compared_for_all_companies_at_once(self):
        asked = []
        self.patch(
            type(self.Rows),
            "_payee_accounts",
            lambda rows, company: asked.append(company) or self.used.sudo().with_env(rows.env),
        )
        live = self.env["res.company"].sudo().search([("dunning_live_since", "!=", False)])
        vendor = self.env["res.partner"].create({"name": "Vendor"})
        self.env["res.partner.bank"].create({"acc_number": OTHERS, "partner_id": vendor.id})
        self.assertEqual(asked, [live])
        self.assertFalse(self.row(OTHERS) | self.row(OTHERS, for_payee=False))

    def test_whoever_confirms_somebody_elses_number_is_asked_whether_it_was_checked(self):
        arch = self.env.ref("payt_dunning.view_dunning_bank_account_list").arch
        ours, theirs = etree.fromstring(arch).xpath("//button[@name='action_confirm']")
        self.assertIn("Is it really yours?", ours.get("confirm"))
        self.assertIn("or for_payee", ours.get("invisible"))
        self.assertIn("checked the number with them?", theirs.get("confirm"))
        self.assertIn("or not for_payee", theirs.get("invisible"))

    def test_the_run_finds_a_number_that_came_some_other_way(self):
        self.assertFalse(self.row(THEIRS))
        self.run_day()
        self.assertEqual(self.row(THEIRS).state, "waiting")

    def test_going_live_for_the_first_time_confirms_it(self):
        self.company._dunning_stop_live()
        self.company.dunning_live_since = False
        self.company.with_user(self.one)._dunning_go_live()
        self.assertEqual(self.row(THEIRS).confirmed_by_id, self.one)

    def test_the_checklist_names_whose_number_waits(self):
        self.propose()
        state, words = self.env["dunning.readiness"]._all(self.company)["account"]
        self.assertEqual(state, "attention")
        self.assertIn(f"{THEIRS}istheaccountofsomebodyelse", plain(words))

    def test_the_checklist_takes_it_on_an_invoice_for_no_mistake(self):
        self.propose().with_user(self.two).action_confirm()
        self.invoice().partner_bank_id = self.theirs
        state, _words = self.env["dunning.readiness"]._all(self.company)["account"]
        self.assertNotEqual(state, "mend")
