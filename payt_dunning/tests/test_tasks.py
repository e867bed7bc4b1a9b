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

    # -- what asked for it is over -------------------------------------------------------

    def refused(self):
        """The debtor of a message whose address was refused."""
        move = self.invoice()
        self.run_day()
        self.deliver(ScriptedSMTP({"rcpt": (550, b"no such user")}))
        debtor = self.items(move).debtor_id
        self.assertEqual(len(self.tasks("address", debtor)), 1)
        return debtor

    def test_an_address_that_works_again_takes_its_task_back_at_once(self):
        debtor = self.refused()
        debtor.failed_email = False
        self.assertFalse(self.tasks("address", debtor))

    def test_a_contact_with_a_new_address_takes_the_task_back_with_the_next_run(self):
        debtor = self.refused()
        self.run_day(day=self.after(1))
        self.assertEqual(len(self.tasks("address", debtor)), 1)
        self.business.email = "new@bakery.example.com"
        self.run_day(day=self.after(2))
        self.assertFalse(self.tasks("address", debtor))

    def test_a_task_that_a_person_made_is_not_taken_back(self):
        debtor = self.refused()
        task = self.tasks("address", debtor)
        task.automated = False
        debtor.failed_email = False
        self.assertEqual(self.tasks("address", debtor), task)

    def test_an_unclear_message_that_was_decided_about_takes_its_task_back(self):
        for decide in ("action_was_sent", "action_was_not_sent"):
            with self.subTest(decide):
                partner = self.debtor(f"Debtor {decide}")
                self.invoice(partner=partner)
                self.run_day()
                self.deliver(ScriptedSMTP({"content": "drop"}))
                notice = self.notices_to(partner)
                self.assertEqual(len(self.tasks("unclear", notice.debtor_id)), 1)
                getattr(notice.with_user(self.handler), decide)()
                self.assertFalse(self.tasks("unclear", notice.debtor_id))

    def test_a_released_insolvency_takes_its_task_back_unless_another_stays(self):
        debtor = self.synced(self.invoice()).debtor_id
        first = self.hold(debtor_id=debtor.id, kind="insolvency")
        second = first.copy()
        first.action_release("a mistake")
        self.assertEqual(len(self.tasks("insolvency", debtor)), 1)
        second.action_release("a mistake")
        self.assertFalse(self.tasks("insolvency", debtor))

    def test_a_booking_that_was_put_right_takes_its_task_back(self):
        move = self.invoice()
        item = self.synced(move)
        self.hold(item_id=item.id, kind="booking_error")
        self.run_day()
        self.assertEqual(len(self.tasks("booking", item.debtor_id)), 1)
        self.pay(move)
        self.run_day(day=self.after(1))
        self.assertFalse(self.tasks("booking", item.debtor_id))

    def test_a_hold_that_ended_by_its_date_takes_its_task_back(self):
        debtor = self.synced(self.invoice()).debtor_id
        self.hold(debtor_id=debtor.id, kind="insolvency", date_until=self.after(1))
        self.run_day(day=self.after(1))
        self.assertEqual(len(self.tasks("insolvency", debtor)), 1)
        self.run_day(day=self.after(2))
        self.assertFalse(self.tasks("insolvency", debtor))

    # -- what nobody can send ------------------------------------------------------------

    def test_a_message_that_failed_three_times_asks_until_it_is_tried_again(self):
        move = self.invoice()
        for day in range(3):
            self.run_day(day=self.after(day))
            self.assertFalse(self.tasks("failed"))
            self.deliver(ScriptedSMTP({"content": (554, b"spam")}), day=self.after(day))
        self.run_day(day=self.after(3))
        item = self.items(move)
        self.assertEqual(item.reason, "failed")
        self.assertEqual(self.tasks("failed", item.debtor_id).user_id, self.handler)
        self.run_day(day=self.after(4))
        self.assertEqual(len(self.tasks("failed", item.debtor_id)), 1)
        item.with_user(self.handler).action_try_again()
        self.run_day(day=self.after(5))
        self.assertFalse(self.tasks("failed", item.debtor_id))

    def test_statements_that_are_behind_ask_once_for_a_company_while_it_lasts(self):
        self.company.dunning_bank_gate = True
        self.receipt(1, days_ago=20)
        moves = self.invoice() + self.invoice(partner=self.debtor("Butcher"))
        self.run_day()
        self.assertEqual(set(self.items(moves).mapped("reason")), {"bank_behind"})
        partner = self.company.partner_id
        self.assertEqual(self.tasks("bank", partner).user_id, self.handler)
        self.run_day(day=self.after(1))
        self.assertEqual(len(self.tasks("bank", partner)), 1)
        self.receipt(1, days_ago=-1)
        self.run_day(day=self.after(1))
        self.assertFalse(self.tasks("bank", partner))

    def test_statements_that_are_behind_ask_nobody_before_going_live(self):
        self.company.dunning_bank_gate = True
        self.receipt(1, days_ago=20)
        self.invoice()
        self.company._dunning_stop_live()
        self.run_day()
        self.assertFalse(self.tasks("bank"))

    def test_a_mail_server_that_can_not_be_reached_asks_a_manager_once_a_day(self):
        self.invoice()
        self.run_day()
        self.deliver(None)
        task = self.tasks("server", self.company.partner_id)
        self.assertTrue(task.user_id.has_group("payt_dunning.group_dunning_manager"))
        self.assertNotEqual(task.user_id, self.handler)
        self.deliver(None)
        self.assertEqual(self.tasks("server"), task)
        task.action_feedback()
        self.deliver(None)
        self.assertFalse(self.tasks("server"))
        self.deliver(None, day=self.after(1))
        self.assertEqual(len(self.tasks("server")), 1)

    def test_a_server_that_is_lost_half_way_asks_too(self):
        for number in range(2):
            self.invoice(partner=self.debtor(f"Debtor {number}"))
        self.run_day()
        self.deliver(ScriptedSMTP({"mail": "drop"}))
        self.assertEqual(len(self.tasks("server")), 1)

    def test_a_message_that_leaves_takes_the_task_about_the_server_back(self):
        self.invoice()
        self.run_day()
        self.deliver(None)
        self.assertEqual(len(self.tasks("server")), 1)
        self.Notice.search([]).mail_id.scheduled_date = False
        self.assertEqual(len(self.deliver()), 1)
        self.assertFalse(self.tasks("server"))

    def test_taking_tasks_back_costs_as_many_statements_for_many_as_for_few(self):
        def statements(count):
            debtors = self.debtors(count)
            self.ask(debtors)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.env["dunning.task"]._take_back(debtors)
            self.env.flush_all()
            self.assertFalse(self.tasks("credit", debtors))
            return self.env.cr.sql_log_count - before

        statements(1)
        few = statements(5)
        self.assertLessEqual(statements(50), few + 5)

    def test_a_run_with_hundreds_of_open_tasks_costs_as_many_statements_as_with_few(self):
        def statements(count):
            for number in range(count):
                partner = self.debtor(f"Covered {count} {number}")
                self.invoice(partner=partner)
                self.credit_note(100, partner=partner)
            self.run_day()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.run_day()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        few = statements(2)
        self.assertEqual(len(self.tasks("credit")), 2)
        self.assertLessEqual(statements(25), few + 3)
        self.assertEqual(len(self.tasks("credit")), 27)

    def test_no_task_of_another_company_s_debtor_is_taken_back(self):
        debtor = self.refused()
        other = self.setup_other_company(name="Other")["company"]
        mine = self.env["dunning.debtor"].sudo()._ensure(other, self.business)[self.business.id]
        mine.failed_email = debtor.failed_email
        mine.failed_email = False
        self.run_day(company=other)
        self.assertEqual(len(self.tasks("address", debtor)), 1)

    def test_a_collector_who_releases_a_hold_takes_back_a_manager_s_task(self):
        self.company.dunning_handler_id = False
        debtor = self.synced(self.invoice()).debtor_id
        hold = self.hold(debtor_id=debtor.id, kind="insolvency")
        self.assertNotEqual(self.tasks("insolvency", debtor).user_id, self.handler)
        hold.with_user(self.handler).action_release("a mistake")
        self.assertFalse(self.tasks("insolvency", debtor))
