import ast
from datetime import timedelta

from ..models.dunning_dispute import Contested
from .channels_common import ChannelCase


class TestWorkload(ChannelCase):
    """Who handles what, and what waits for somebody since when."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.anna = cls.person("anna", "group_dunning_user")
        cls.bert = cls.person("bert", "group_dunning_user")

    def row(self, user):
        self.env.flush_all()
        return self.env["dunning.workload"].search(
            [("user_id", "=", user.id), ("company_id", "=", self.company.id)]
        )

    # -- handlers --------------------------------------------------------------------------------

    def test_whom_nobody_handles_the_policy_s_handler_does(self):
        self.policy("call", subject=False, text=False).handler_id = self.anna
        item = self.begun()
        self.assertEqual(item.handler_id, self.anna)
        task = item.debtor_id.activity_ids
        self.assertEqual(task.user_id, self.anna)

    def test_a_debtor_s_own_handler_comes_first_and_stays(self):
        self.policy("call", subject=False, text=False).handler_id = self.anna
        item = self.synced(self.invoice())
        item.debtor_id.handler_id = self.bert
        self.run_day()
        self.assertEqual(item.handler_id, self.bert)

    def test_another_handler_of_the_policy_gets_its_debtors(self):
        policy = self.policy("call", subject=False, text=False)
        policy.handler_id = self.anna
        item = self.begun()
        policy.handler_id = self.bert
        self.run_day(day=self.after(1))
        self.assertEqual(item.handler_id, self.bert)
        policy.handler_id = False
        self.run_day(day=self.after(2))
        self.assertFalse(item.handler_id)

    def test_a_policy_s_handler_of_another_company_gets_nothing(self):
        other = self.setup_other_company()["company"]
        stranger = self.person("stranger", "group_dunning_user", company=other)
        self.policy("call", subject=False, text=False).sudo().handler_id = stranger
        self.assertFalse(self.begun().handler_id)

    # -- the workload ----------------------------------------------------------------------------

    def test_what_nobody_handles_is_said_to_be_nobodys(self):
        self.policy("call", subject=False, text=False)
        self.begun()
        names = self.env["dunning.workload"].search([]).mapped("handler_name")
        self.assertIn("Nobody", names)

    def test_the_workload_of_a_handler_counts_what_is_to_be_done(self):
        self.policy("call", subject=False, text=False).handler_id = self.anna
        self.invoice(amount=50.0)
        item = self.begun(amount=100.0)
        row = self.row(self.anna)
        self.assertEqual((row.item_count, row.amount, row.calls), (2, 150.0, 1))
        self.assertEqual((row.overdue_tasks, row.unanswered, row.decisions), (0, 0, 0))
        item.debtor_id.activity_ids.date_deadline = self.today - timedelta(days=1)
        item.move_id.message_post(
            body="Why?",
            author_id=self.business.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        row = self.row(self.anna)
        row.invalidate_recordset()
        self.assertEqual((row.overdue_tasks, row.unanswered), (1, 1))

    def test_nobody_sees_the_workload_of_another_company(self):
        self.policy("call", subject=False, text=False).handler_id = self.anna
        self.begun()
        other = self.setup_other_company()["company"]
        stranger = self.person("elsewhere", "group_dunning_user", company=other)
        rows = self.env["dunning.workload"].sudo(False).with_user(stranger).search([])
        self.assertFalse(rows.filtered(lambda row: row.company_id != other))

    def test_the_open_items_behind_a_row_are_those_of_the_handler(self):
        self.policy("call", subject=False, text=False).handler_id = self.anna
        item = self.begun()
        row = self.row(self.anna).sudo(False).with_user(self.anna)
        action = row.action_open_items()
        self.assertEqual(self.Item.search(action["domain"]), item)

    # -- tasks after their day -------------------------------------------------------------------

    def task(self, record, kind="call", user=None, company=None):
        """A task of follow-up whose day was yesterday."""
        task = self.env["dunning.task"]._ask(
            record,
            kind,
            lambda env: f"{kind} {record.display_name}",
            company=company or self.company,
            handler=user or self.bert,
        )
        task.date_deadline = self.today - timedelta(days=1)
        return task

    def overdue_tasks(self, user):
        """What the menu lists for somebody."""
        action = self.env["ir.actions.actions"]._for_xml_id(
            "payt_dunning.action_dunning_overdue_tasks"
        )
        domain = ast.literal_eval(action["domain"])
        with self.on_day(self.today):
            found = self.env[action["res_model"]].sudo(False).with_user(user).search(domain)
            self.assertEqual(found, found.filtered("dunning_task"))
        return found.sudo()

    def test_overdue_tasks_are_listed_whatever_they_are_about(self):
        item = self.synced(self.invoice())
        about = (item.debtor_id, "call"), (item.move_id, "answer"), (item.move_id, "dispute")
        tasks = self.env["mail.activity"].sudo().union(*(self.task(*each) for each in about))
        self.assertEqual(self.overdue_tasks(self.anna) & tasks, tasks)
        tasks[0].date_deadline = self.today
        other = item.move_id.activity_schedule(
            "mail.mail_activity_data_todo",
            date_deadline=self.today - timedelta(days=1),
            user_id=self.anna.id,
        )
        listed = self.overdue_tasks(self.anna)
        self.assertEqual(listed & tasks, tasks[1:])
        self.assertNotIn(other, listed)

    def test_overdue_tasks_of_another_company_are_not_listed(self):
        other = self.setup_other_company()["company"]
        stranger = self.person("tasks.elsewhere", "group_dunning_user", company=other)
        item = self.synced(self.invoice())
        tasks = self.task(item.debtor_id) | self.task(item.move_id, "answer")
        tasks |= self.task(self.company.partner_id, "approval")
        self.assertFalse(self.overdue_tasks(stranger) & tasks)
        self.assertEqual(self.overdue_tasks(self.anna) & tasks, tasks)

    # -- the next action -------------------------------------------------------------------------

    def test_an_open_item_always_has_a_next_date(self):
        self.company._dunning_stop_live()
        self.policy("email")
        self.business.email = "pay@bakery.example.com"
        item = self.begun()
        self.assertEqual((item.action, item.next_date), ("send", self.today))

    def test_what_waits_for_somebody_is_overdue_from_the_next_day_on(self):
        self.policy("call", subject=False, text=False)
        item = self.begun()
        self.assertFalse(self.Item.search([("overdue_action", "=", True)]) & item)
        with self.on_day(self.after(3)):
            item.invalidate_recordset()
            self.assertEqual(self.Item.search([("overdue_action", "=", True)]) & item, item)
            self.assertEqual(item.waits_since, self.today)

    def test_what_goes_on_by_itself_is_not_overdue(self):
        self.policy("email")
        self.business.email = "pay@bakery.example.com"
        item = self.begun(days_late=1)
        with self.on_day(self.after(1)):
            self.assertFalse(self.Item.search([("overdue_action", "=", True)]) & item)

    def overdue_in(self, days):
        """What stands under Overdue Actions after so many days."""
        with self.on_day(self.after(days)):
            self.env.invalidate_all()
            found = self.Item.search([("overdue_action", "=", True)])
            self.assertEqual(found, found.filtered("overdue_action"))
            return found

    def held(self, **values):
        """An item that a hold without an end keeps, after the daily run."""
        item = self.synced(self.invoice(partner=self.debtor("held")))
        self.hold(item_id=item.id, **values)
        self.run_day()
        self.assertEqual((item.action, item.reason), ("blocked", "hold"))
        return item

    def test_what_nobody_has_to_do_anything_about_is_not_overdue(self):
        self.policy("call", subject=False, text=False)
        for kind in ("plan", "handed_over", "ignore", "stop_goodwill", "stop_write_off"):
            with self.subTest(kind=kind):
                item = self.held(kind=kind, reason="agreed")
                self.assertFalse(self.overdue_in(3) & item)
                self.assertFalse(item.waits_since)

    def test_what_is_left_out_of_follow_up_is_not_overdue(self):
        self.policy("call", subject=False, text=False)
        item = self.begun()
        for reason in ("no_followup", "core_blocked", "intercompany", "employee"):
            with self.subTest(reason=reason):
                item.sudo().reason = reason
                self.assertFalse(self.overdue_in(3) & item)
        item.sudo().reason = "invoice_not_sent"
        self.assertEqual(self.overdue_in(3) & item, item)

    def test_a_hold_that_somebody_has_to_end_is_overdue(self):
        self.policy("call", subject=False, text=False)
        for kind in ("pause", "plan_requested", "document_missing", "booking_error"):
            with self.subTest(kind=kind):
                item = self.held(kind=kind)
                self.assertEqual(self.overdue_in(3) & item, item)

    def test_a_dispute_is_overdue_once_its_deadline_has_passed(self):
        self.policy("call", subject=False, text=False)
        item = self.synced(self.invoice())
        dispute = (
            self.env["dunning.dispute"]
            .sudo()
            ._begin(
                item,
                Contested("whole"),
                self.env.ref("payt_dunning.dispute_reason_quality"),
                deadline=self.after(5),
            )
        )
        self.run_day()
        self.assertEqual((item.reason, item.hold_id.owner_id), ("hold", dispute.id))
        self.assertFalse(self.overdue_in(5) & item)
        self.assertEqual(self.overdue_in(6) & item, item)
