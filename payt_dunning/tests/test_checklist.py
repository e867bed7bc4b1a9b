from datetime import timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user

from .common import DunningCommon


class TestChecklist(DunningCommon):
    """What a manager looks at before going live, and the three ways to work."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company._dunning_stop_live()
        cls.company.dunning_live_since = False
        own = {"company_id": cls.company.id, "company_ids": [Command.set(cls.company.ids)]}
        cls.manager = new_test_user(
            cls.env, "check_manager", groups="payt_dunning.group_dunning_manager", **own
        )
        cls.collector = new_test_user(
            cls.env, "check_collector", groups="payt_dunning.group_dunning_user", **own
        )
        cls.company.dunning_policy_id = cls.env.ref("payt_dunning.policy_business")
        cls.account = cls.env["res.partner.bank"].create(
            {"acc_number": "NL91ABNA0417164300", "partner_id": cls.company.partner_id.id}
        )

    def checklist(self, user=None):
        Checklist = self.env["dunning.checklist"].sudo(False).with_user(user or self.manager)
        with self.on_day(self.today):
            return Checklist.browse(Checklist._open()["res_id"])

    def line(self, code, checklist=None):
        checklist = checklist or self.checklist()
        return checklist.line_ids.filtered(lambda line: line.code == code)

    def opening(self, amount=250.0):
        """An entry with a receivable of before."""
        receivable = self.company_data["default_account_receivable"]
        move = self.env["account.move"].create(
            {
                "date": self.today - timedelta(days=200),
                "line_ids": [
                    Command.create(
                        {
                            "account_id": receivable.id,
                            "partner_id": self.business.id,
                            "name": "2019-44",
                            "debit": amount,
                            "date_maturity": self.today - timedelta(days=40),
                        }
                    ),
                    Command.create(
                        {
                            "account_id": self.company_data["default_account_revenue"].id,
                            "credit": amount,
                        }
                    ),
                ],
            }
        )
        move.action_post()
        return move

    # -- who ---------------------------------------------------------------------------------

    def test_a_collector_cannot_open_it(self):
        with self.assertRaises(AccessError):
            self.checklist(self.collector)

    def test_a_manager_cannot_look_at_a_company_of_others(self):
        other = self.env["res.company"].create({"name": "Of Others"})
        with self.assertRaisesRegex(AccessError, "You don't work for Of Others"):
            self.env["dunning.checklist"].with_user(self.manager).create({"company_id": other.id})

    # -- findings ----------------------------------------------------------------------------

    def test_a_company_without_an_address_to_send_from_must_be_mended(self):
        self.company.email = False
        self.assertEqual(self.line("company").state, "mend")
        self.assertEqual(self.line("sender").state, "mend")

    def test_an_account_on_invoices_that_is_not_ours_must_be_mended(self):
        self.invoice(partner_bank_id=self.account.id)
        self.assertEqual(self.line("account").state, "ok")
        self.account.partner_id = self.business
        self.env["res.partner.bank"].create(
            {"acc_number": "NL02RABO0123456789", "partner_id": self.company.partner_id.id}
        )
        line = self.line("account")
        self.assertEqual(line.state, "mend")
        self.assertIn("NL91 ABNA 0417 1643 00", line.found)

    def test_items_without_a_policy_are_counted(self):
        self.synced(self.invoice())
        self.assertEqual(self.line("policy").state, "ok")
        self.env["dunning.policy"].search([]).write({"revision_id": False})
        line = self.line("policy")
        self.assertEqual(line.state, "mend")
        self.assertIn("1 open items ($\xa0100.00)", line.found)

    def test_old_invoices_are_counted_by_what_happens_to_them(self):
        self.synced(*[self.invoice(days_late=days) for days in (-5, 10, 120, 400)])
        line = self.line("backlog")
        self.assertEqual(
            line.found.splitlines(),
            [
                "1 not due yet: reminded when it is time ($\xa0100.00)",
                "1 overdue: one friendly text first ($\xa0100.00)",
                "1 more than 90 days late: call first ($\xa0100.00)",
                "1 more than 365 days late: a person decides ($\xa0100.00)",
            ],
        )

    def test_the_first_run_is_told_as_if_the_company_went_live_today(self):
        self.synced(self.invoice(days_late=10), self.invoice(days_late=120))
        line = self.line("first")
        self.assertIn("1 messages would leave today: $\xa0100.00.", line.found)
        self.company._dunning_go_live()
        self.run_day()
        self.assertEqual(self.notices_to().mapped("amount"), [100.0])

    def test_opening_balances_are_counted_and_can_be_taken_in(self):
        move = self.opening()
        line = self.line("opening")
        self.assertIn("1 opening balances ($\xa0250.00)", line.found)
        checklist = line.checklist_id
        line.action_take_in()
        self.assertEqual(self.line("opening", checklist).state, "ok")
        self.assertEqual(self.synced(move).amount_open, 250.0)

    def test_what_the_ledger_excludes_is_told_beside_opening_balances(self):
        self.opening()
        self.assertEqual(self.line("excluded").state, "ok")
        self.invoice(amount=70).no_followup = True
        self.assertIn("1 excluded in the ledger: $\xa070.00", self.line("excluded").found)

    def test_what_a_program_cannot_see_is_confirmed_by_a_person_until_taken_back(self):
        line = self.line("dns")
        self.assertEqual(line.state, "attention")
        line.action_confirm()
        line = self.line("dns")
        self.assertEqual(line.state, "ok")
        self.assertIn("Confirmed by check_manager", line.found)
        line.action_take_back()
        self.assertEqual(self.line("dns").state, "attention")

    def test_what_is_looked_at_cannot_be_confirmed_away(self):
        with self.assertRaisesRegex(UserError, "looked at, not confirmed"):
            self.line("account").action_confirm()

    # -- the test message ----------------------------------------------------------------------

    def send_test(self):
        checklist = self.checklist()
        with self.on_day(self.today):
            checklist.action_test_message()
        return checklist, self.env["mail.mail"].sudo().search([("subject", "like", "Test: ")])

    def test_a_test_message_goes_to_whoever_asks_and_stands_for_nothing(self):
        self.manager.email = "me@creditor.example.com"
        item = self.synced(self.invoice())
        _checklist, mail = self.send_test()
        self.assertIn("me@creditor.example.com", mail.email_to)
        self.assertFalse(mail.recipient_ids)
        self.assertIn(item.name, mail.body_html)
        self.assertNotIn("claim-page.invalid", mail.body_html)
        self.assertFalse(self.notices_to())
        self.assertEqual(item.reached, 0)

    def test_a_test_message_can_be_sent_when_nothing_leaves_today(self):
        self.manager.email = "me@creditor.example.com"
        _checklist, example = self.send_test()
        self.assertIn("INV/00042", example.body_html)
        item = self.synced(self.invoice(days_late=-20))
        _checklist, mails = self.send_test()
        about_item = mails - example
        self.assertIn(item.name, about_item.body_html)
        for mail in (example, about_item):
            self.assertIn("me@creditor.example.com", mail.email_to)
            self.assertNotIn("claim-page.invalid", mail.body_html)

    def test_an_answer_to_the_test_message_shows_that_answers_arrive(self):
        self.synced(self.invoice())
        checklist, mail = self.send_test()
        self.assertIn("Answer it, then look again", self.line("reply", checklist).found)
        self.manager.partner_id.message_post(body="it works", parent_id=mail.mail_message_id.id)
        self.assertEqual(self.line("reply").state, "ok")

    # -- test mode, people, the daily run --------------------------------------------------------

    def test_nobody_goes_live_while_something_must_be_mended(self):
        self.company.email = False
        with self.assertRaisesRegex(UserError, "First mend what is marked so: Company details"):
            self.checklist().action_automatic()
        self.assertFalse(self.company._dunning_is_live())

    def test_a_manager_lets_people_send_then_the_daily_run_and_stops(self):
        checklist = self.checklist()
        self.assertEqual(checklist.mode, "test")
        for action, mode in (
            ("manual", "manual"),
            ("automatic", "automatic"),
            ("test_mode", "test"),
        ):
            getattr(checklist, f"action_{action}")()
            checklist.invalidate_recordset()
            self.assertEqual(checklist.mode, mode)

    def test_where_people_send_the_daily_run_decides_only(self):
        self.company.dunning_automatic = False
        self.company._dunning_go_live()
        move = self.invoice()
        run = self.run_day()
        self.assertTrue(run.manual)
        self.assertEqual(self.items(move).action, "send")
        self.assertFalse(self.notices_to())

    def test_where_people_send_what_they_ask_for_leaves(self):
        self.company.dunning_automatic = False
        self.company._dunning_go_live()
        item = self.synced(self.invoice())
        self.env["dunning.preview.screen"].sudo(False).with_user(self.collector).send(
            "dunning.item", item.ids
        )
        with self.no_commit():
            self.Run._cron_ordered()
        self.assertEqual(len(self.notices_to()), 1)

    def test_runs_that_only_decided_do_not_tell_what_is_usual(self):
        self.company.dunning_automatic = False
        self.company._dunning_go_live()
        self.invoice()
        for day in range(4):
            run = self.run_day(day=self.after(day))
        self.assertEqual(run.usual, 0)
