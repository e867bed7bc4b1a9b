from unittest.mock import patch

import psycopg2

from odoo.tools import mute_logger

from ..models import dunning_brakes
from .common import DunningCommon

OUR_RUN = "odoo.addons.payt_dunning.models.dunning_run"


class TestBrakes(DunningCommon):
    """What keeps a run from doing harm: unusual sizes, disturbances, what nobody can decide."""

    def setUp(self):
        super().setUp()
        brake = patch.object(dunning_brakes, "ABNORMAL_FROM", 2)
        brake.start()
        self.addCleanup(brake.stop)

    def usual_runs(self, planned=1):
        self.Run.create(
            [
                {
                    "company_id": self.company.id,
                    "day": self.after(-days),
                    "planned": planned,
                    "live": True,
                    "state": "done",
                }
                for days in (3, 2, 1)
            ]
        )

    def debtors(self, count, start=0):
        for number in range(start, start + count):
            self.invoice(partner=self.debtor(f"Debtor {number}"))

    # -- unusual sizes ---------------------------------------------------------------------

    def test_an_abnormal_run_waits_and_goes_on_after_approval(self):
        self.usual_runs()
        self.debtors(4)
        run = self.run_day()
        self.assertEqual((run.state, run.planned), ("waiting", 4))
        self.assertFalse(run.notice_ids)
        run.sudo(False).action_approve()
        again = self.run_day()
        self.assertEqual((again.state, len(again.notice_ids)), ("done", 4))
        self.assertEqual(run.state, "superseded")

    def test_an_abnormal_run_nobody_approves_waits_the_next_day_too(self):
        self.usual_runs()
        self.debtors(4)
        self.run_day()
        self.assertEqual(self.run_day(day=self.after(1)).state, "waiting")
        self.assertFalse(self.Notice.search([]))

    def test_a_run_of_the_usual_size_does_not_wait(self):
        self.usual_runs(planned=2)
        self.debtors(4)
        self.assertEqual(self.run_day().state, "done")

    def test_the_first_run_after_going_live_waits_when_it_is_large(self):
        self.debtors(2)
        self.assertEqual(self.run_day().state, "waiting")

    def test_the_first_run_after_going_live_does_not_wait_when_it_is_small(self):
        self.debtors(1)
        self.assertEqual(self.run_day().state, "done")

    def test_approval_of_a_run_is_no_approval_of_a_much_larger_one(self):
        self.usual_runs()
        self.debtors(4)
        run = self.run_day()
        run.sudo(False).action_approve()
        self.debtors(4, start=10)
        self.assertEqual(self.run_day().state, "waiting")

    def test_approval_outlives_a_run_that_was_stopped(self):
        self.usual_runs()
        self.debtors(4)
        run = self.run_day()
        run.sudo(False).action_approve()
        stopped = self.Run.create({"company_id": self.company.id, "day": self.today})
        again = self.run_day()
        self.assertEqual(len(again.notice_ids), 4)
        self.assertEqual(stopped.state, "stopped")

    # -- disturbances ------------------------------------------------------------------------

    def test_a_run_that_was_disturbed_is_done_again(self):
        self.invoice()
        Run, calls = type(self.Run), []
        original = Run._run_company

        def disturbed(run, company, ordered=None):
            calls.append(company)
            if len(calls) < 3:
                raise psycopg2.errors.SerializationFailure
            return original(run, company)

        with patch.object(Run, "_run_company", disturbed), self.no_commit():
            run = self.Run._run_safely(self.company)
        self.assertEqual((len(calls), run.planned), (3, 1))

    @mute_logger(OUR_RUN)
    def test_a_run_that_fails_leaves_word_of_why(self):
        def fail(run, company, ordered=None):
            raise ValueError("the disk is full")

        with patch.object(type(self.Run), "_run_company", fail):
            run = self.Run._run_safely(self.company)
        self.assertEqual((run.state, run.problems), ("problems", "the disk is full"))

    # -- what nobody can decide ------------------------------------------------------------------

    def test_a_currency_without_rate_is_named_by_the_run(self):
        currency = (
            self.env["res.currency"]
            .with_context(active_test=False)
            .search([("rate_ids", "=", False), ("id", "!=", self.company.currency_id.id)], limit=1)
        )
        currency.active = True
        self.invoice(currency_id=currency.id)
        self.assertIn(currency.name, self.run_day().problems)

    def test_items_without_any_policy_are_counted_by_the_run(self):
        self.env["dunning.policy"].search([]).action_archive()
        self.company.dunning_policy_id = False
        self.invoice()
        self.assertIn("1 items of company_1_data", self.run_day().problems)


class TestApproval(DunningCommon):
    """Messages that a manager sees before they leave."""

    def setUp(self):
        super().setUp()
        level = self.env.ref("payt_dunning.level_business_1")
        level.approval = True
        level.policy_id.action_publish()
        self.move = self.invoice(amount=100)
        self.run_day()
        self.notice = self.notices_to()

    def test_approved_days_later_it_says_what_is_owed_then(self):
        self.pay(self.move, amount=40)
        with self.on_day(self.after(3)):
            self.notice.sudo(False).action_approve()
        (mail,) = self.deliver(day=self.after(3))
        self.assertIn("60.00", mail)
        self.assertEqual((self.notice.as_of, self.notice.amount), (self.after(3), 60))

    def test_what_was_paid_while_it_waited_does_not_leave(self):
        self.pay(self.move)
        self.notice.sudo(False).action_approve()
        self.assertEqual(self.notice.state, "cancelled")

    def test_what_was_paid_while_it_waited_is_dropped_by_the_next_run(self):
        self.pay(self.move)
        self.run_day(day=self.after(1))
        self.assertEqual(self.notice.state, "cancelled")

    def test_what_still_waits_is_kept_by_the_next_run(self):
        self.run_day(day=self.after(1))
        self.assertEqual(self.notices_to().mapped("state"), ["planned"])

    def test_a_second_message_is_not_made_beside_the_one_that_waits(self):
        self.invoice(partner=self.business, days_late=1)
        self.run_day(day=self.after(1))
        lines = self.notices_to().line_ids.filtered(lambda line: line.item_id.move_id == self.move)
        self.assertEqual(len(lines.filtered(lambda line: line.live and line.position)), 1)
