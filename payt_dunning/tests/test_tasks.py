from unittest.mock import patch

from odoo.tests import new_test_user

from .common import DunningCommon, ScriptedSMTP


class TestTasks(DunningCommon):
    """What the program can't do is asked of a person, once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.handler = new_test_user(cls.env, "handler", groups="payt_dunning.group_dunning_user")
        cls.company.dunning_handler_id = cls.handler

    def tasks(self, kind, records=None):
        domain = [("activity_type_id", "=", self.env.ref(f"payt_dunning.activity_{kind}").id)]
        if records:
            domain += [("res_model", "=", records._name), ("res_id", "in", records.ids)]
        return self.env["mail.activity"].search(domain)

    def ask(self, records, **values):
        return self.env["dunning.task"]._ask(
            records, "credit", lambda env: env._("Match the credit with what is open"), **values
        )

    def debtors(self, count, **values):
        partners = self.env["res.partner"].create([{"name": f"D{n}"} for n in range(count)])
        found = self.env["dunning.debtor"].sudo()._ensure(self.company, partners)
        debtors = self.env["dunning.debtor"].sudo().union(*found.values())
        debtors.write(values)
        return debtors

    def test_a_task_is_asked_once_while_it_is_open(self):
        debtor = self.debtors(1)
        self.assertEqual(len(self.ask(debtor)), 1)
        self.assertFalse(self.ask(debtor))
        self.tasks("credit").action_feedback()
        self.assertEqual(len(self.ask(debtor)), 1)

    def test_a_task_is_in_the_language_of_who_gets_it(self):
        self.env["res.lang"]._activate_lang("nl_NL")
        self.handler.lang = "nl_NL"
        with patch.object(
            type(self.env), "_", lambda env, source, *args: f"{env.lang}: {source}", create=True
        ):
            task = self.ask(self.debtors(1))
        self.assertEqual(task.summary, "nl_NL: Match the credit with what is open")

    def test_many_tasks_cost_hardly_more_statements_than_few_and_no_mail(self):
        few, many = self.debtors(5), self.debtors(50)
        self.ask(self.debtors(1))

        def statements(debtors):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.ask(debtors)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        first = statements(few)
        mails = self.env["mail.mail"].search_count([])
        self.assertLess(statements(many), first + 15)
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)

    def test_debtors_without_a_handler_share_the_search_for_a_person(self):
        self.company.dunning_handler_id = False
        Task = type(self.env["dunning.task"])
        debtors = self.debtors(20)
        with patch.object(Task, "_manager", autospec=True, side_effect=Task._manager) as asked:
            tasks = self.ask(debtors)
        self.assertEqual(asked.call_count, 1)
        self.assertTrue(tasks.user_id.has_group("payt_dunning.group_dunning_manager"))

    def test_an_address_that_failed_makes_a_task(self):
        move = self.invoice()
        self.run_day()
        self.deliver(ScriptedSMTP({"rcpt": (550, b"no such user")}))
        task = self.tasks("address", self.items(move).debtor_id)
        self.assertEqual(task.user_id, self.handler)
        self.assertIn("pay@bakery.example.com", task.summary)

    def test_an_unclear_message_makes_a_task(self):
        move = self.invoice()
        self.run_day()
        self.deliver(ScriptedSMTP({"content": "drop"}))
        task = self.tasks("unclear", self.items(move).debtor_id)
        self.assertEqual(task.user_id, self.handler)
        self.assertIn(self.notices_to().subject, task.summary)

    def test_an_insolvency_asks_to_file_the_claim(self):
        debtor = self.synced(self.invoice()).debtor_id
        hold = self.hold(debtor_id=debtor.id, kind="insolvency")
        self.assertEqual(len(self.tasks("insolvency", debtor)), 1)
        hold.copy()
        self.assertEqual(len(self.tasks("insolvency", debtor)), 1)

    def test_an_insolvency_that_was_only_proposed_asks_when_it_is_accepted(self):
        debtor = self.synced(self.invoice()).debtor_id
        hold = self.hold(debtor_id=debtor.id, kind="insolvency", proposed=True)
        self.assertFalse(self.tasks("insolvency", debtor))
        hold.action_accept()
        self.assertEqual(len(self.tasks("insolvency", debtor)), 1)

    def test_an_invoice_open_again_after_it_was_paid_asks_to_check_the_booking(self):
        move = self.invoice()
        self.run_and_deliver()
        payment = self.pay(move)
        self.run_day(day=self.after(1))
        self.assertEqual(self.items(move).state, "closed")
        payment.action_draft()
        payment.action_cancel()
        move.line_ids.remove_move_reconcile()
        self.run_day(day=self.after(2))
        self.assertEqual(self.items(move).state, "open")
        self.assertEqual(len(self.tasks("booking", self.items(move).debtor_id)), 1)

    def test_a_run_that_waits_asks_a_manager_until_it_goes_on(self):
        Run = type(self.env["dunning.run"])
        self.invoice()
        with patch.object(Run, "_must_wait", lambda run, count, approved: count > 0):
            run = self.run_day()
        self.assertEqual(run.state, "waiting")
        task = self.tasks("approval", self.company.partner_id)
        self.assertTrue(task.user_id.has_group("payt_dunning.group_dunning_manager"))
        self.assertNotEqual(task.user_id, self.handler)
        run.action_approve()
        self.run_day()
        self.assertFalse(self.tasks("approval", self.company.partner_id))

    def test_free_credits_ask_once_for_each_debtor_and_take_it_back_when_matched(self):
        moves = self.invoice() + self.invoice(days_late=5)
        back = self.credit_note(200)
        self.run_day()
        debtor = self.items(moves).debtor_id
        self.assertEqual(set(self.items(moves).mapped("reason")), {"match_credit"})
        self.assertEqual(len(self.tasks("credit", debtor)), 1)
        self.run_day(day=self.after(1))
        self.assertEqual(len(self.tasks("credit", debtor)), 1)
        lines = (moves + back).line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        lines.reconcile()
        self.run_day(day=self.after(2))
        self.assertFalse(self.tasks("credit", debtor))

    def test_a_run_takes_back_no_task_of_another_company(self):
        move = self.invoice()
        self.credit_note(200)
        self.run_day()
        other = self.setup_other_company(name="Other")["company"]
        self.run_day(company=other)
        self.assertEqual(len(self.tasks("credit", self.items(move).debtor_id)), 1)

    def test_tasks_that_fail_do_not_undo_the_run(self):
        move = self.invoice()
        Task = type(self.env["dunning.task"])

        def fail(task, run):
            raise ValueError("broken")

        with (
            patch.object(Task, "_ask_to_approve", fail),
            self.assertLogs("odoo.addons.payt_dunning.models.dunning_task", "ERROR"),
        ):
            run = self.run_day()
        self.assertEqual((run.state, run.planned), ("done", 1))
        self.assertEqual(self.items(move).reason, "under_way")
