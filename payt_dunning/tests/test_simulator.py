from datetime import date, timedelta
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user
from odoo.tools import mute_logger

from .common import DunningCommon


class TestSimulator(DunningCommon):
    """Trying levels on the past, as managers do it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.dunning_live_since = False
        cls.policy = cls.env.ref("payt_dunning.policy_business")
        cls.company.dunning_policy_id = cls.policy
        cls.manager = cls.person("try.manager", "group_dunning_manager")
        cls.clerk = cls.person("try.clerk", "group_dunning_user")
        cls.paid = cls.invoice(60, 300.0, cls.debtor("Other shop"))
        cls.pay(cls.paid)
        cls.open = cls.invoice(40, 200.0)
        cls.Job = cls.env["dunning.job"].sudo()

    def screen(self, user=None):
        user = user or self.manager
        return self.env["dunning.simulation.screen"].with_user(user).sudo(False)

    def start(self, **values):
        job_id = self.screen().start(
            **{"company_id": self.company.id, "policy_id": self.policy.id, "months": 6, **values}
        )
        return self.Job.browse(job_id)

    def work(self):
        with self.no_commit():
            self.Job._cron_work()

    def test_a_trial_goes_on_in_the_background_and_tells_what_it_found(self):
        job = self.start()
        looked = self.screen().look(job.id)
        self.assertTrue(looked["underWay"])
        self.assertIsNone(looked["result"])
        self.work()
        looked = self.screen().look(job.id)
        self.assertEqual((looked["state"], looked["percent"]), ("done", 100))
        found = looked["result"]
        self.assertEqual(found["counts"]["same"], 0)
        self.assertGreater(found["counts"]["more"], 3)
        numbers = {row["invoice"] for row in found["differences"]}
        self.assertIn(self.open.name, numbers)
        self.assertIn("has not gone live", found["before"])
        self.assertIn("Too little history", found["effect"][0])
        self.assertEqual(self.env["dunning.notice"].sudo().search_count([]), 0)

    def test_levels_being_edited_are_tried_without_being_published(self):
        before = self.policy.revision_id
        self.policy.level_ids.filtered(lambda level: level.days == 3).days = 6
        job = self.start()
        self.work()
        self.assertEqual(self.policy.revision_id, before)
        first = [
            row
            for row in self.screen().look(job.id)["result"]["differences"]
            if row["invoice"] == self.open.name and row["level"] == "First reminder"
        ]
        due = self.open.invoice_date_due
        tried = self.Job.browse(job.id).result["differences"]
        days = {would for _item, position, _channel, _was, would in tried if position == 2}
        self.assertIn((due + timedelta(days=6)).isoformat(), days)
        self.assertTrue(first)

    def test_levels_of_another_policy_are_tried_instead(self):
        other = self.env.ref("payt_dunning.policy_consumer")
        job = self.start(policy_id=other.id, instead_of=self.policy.id)
        self.assertIn(other.name, job.name)
        self.assertIn(self.policy.name, job.name)
        self.work()
        self.assertEqual(job.state, "done")

    def test_a_trial_is_stopped_at_the_next_part(self):
        job = self.start()
        self.screen().cancel(job.id)
        self.assertEqual(job.state, "cancelled")
        second = self.start()
        Simulation = type(self.env["dunning.simulation"])
        replayed = Simulation._part

        def stopped_meanwhile(simulation, view, world, part, policy_id=0):
            second.cancel_asked = True
            return replayed(simulation, view, world, part, policy_id)

        with (
            patch("odoo.addons.payt_dunning.models.dunning_simulation_job.PART", 1),
            patch.object(Simulation, "_part", autospec=True, side_effect=stopped_meanwhile) as part,
        ):
            self.work()
        self.assertEqual((second.state, second.result), ("cancelled", False))
        self.assertEqual(part.call_count, 1)

    def test_a_trial_goes_on_where_it_was_when_time_is_up(self):
        job = self.start()
        Simulation = type(self.env["dunning.simulation"])
        with (
            patch("odoo.addons.payt_dunning.models.dunning_simulation_job.PART", 1),
            patch.object(type(self.env["ir.cron"]), "_commit_progress", lambda *a, **k: 0),
        ):
            job._work()
        self.assertEqual(job.state, "running")
        partners = self.env["dunning.past"]._partners(self.company, self.after(-300))
        self.assertEqual(job.partial["last"], partners[0])
        with patch.object(
            Simulation, "_part", autospec=True, side_effect=Simulation._part
        ) as replayed:
            self.work()
        self.assertEqual(job.state, "done")
        left = [each for call in replayed.call_args_list for each in call.args[3]]
        self.assertEqual(left, partners[1:])

    @mute_logger("odoo.addons.payt_dunning.models.dunning_job")
    def test_a_trial_that_fails_says_why_and_stops_no_other(self):
        failing, fine = self.start(), self.start()
        failing.params = {**failing.params, "start": "nonsense"}
        with patch.object(self.env.cr, "rollback", lambda: None):
            self.work()
        self.assertEqual(failing.state, "failed")
        self.assertIn("nonsense", failing.note)
        self.assertEqual(fine.state, "done")

    def test_who_asked_is_told_when_it_is_over(self):
        job = self.start()
        with patch.object(type(self.env["res.users"]), "_bus_send", autospec=True) as sent:
            self.work()
        user, kind, told = sent.call_args.args[:3]
        self.assertEqual((user.id, kind), (self.manager.id, "payt_dunning.job"))
        self.assertEqual((told["id"], told["ok"]), (job.id, True))

    def test_only_managers_try_out_levels_and_only_for_their_companies(self):
        with self.assertRaises(AccessError):
            self.screen(self.clerk).choices()
        with self.assertRaises(AccessError):
            self.screen(self.clerk).start(self.company.id, self.policy.id)
        other = self.env["res.company"].create({"name": "Somebody else's"})
        with self.assertRaisesRegex(UserError, "one of your companies"):
            self.screen().start(other.id, self.policy.id)
        job = self.start()
        stranger = self.person("try.stranger", "group_dunning_manager", other)
        with self.assertRaises(AccessError):
            self.screen(stranger).look(job.id)
        with self.assertRaises(AccessError):
            self.screen(self.clerk).look(job.id)
        with self.assertRaises(AccessError):
            job.sudo(False).with_user(self.clerk).action_cancel()

    def test_what_can_t_be_tried_is_refused_in_words(self):
        for months in (0, 25, "many", None):
            with self.assertRaisesRegex(UserError, "1 to 24 months"):
                self.start(months=months)
        with self.assertRaisesRegex(UserError, "is gone"):
            self.start(policy_id=10**8)
        other = self.env.ref("payt_dunning.policy_consumer").revision_id
        with self.assertRaisesRegex(UserError, "of another policy"):
            self.start(revision_id=other.id)
        empty = self.env["dunning.policy"].create({"name": "Empty"})
        with self.assertRaisesRegex(UserError, "has no levels"):
            self.start(policy_id=empty.id)

    def test_empty_books_say_that_there_is_nothing_to_try_on(self):
        company = self.env["res.company"].create({"name": "New"})
        self.manager.company_ids = [Command.link(company.id)]
        screen = self.screen().with_context(allowed_company_ids=company.ids)
        with self.assertRaisesRegex(UserError, "no receivables"):
            screen.start(company.id, self.policy.id)

    def test_the_number_of_statements_does_not_grow_with_debtors(self):
        def statements():
            self.env.flush_all()
            self.env.invalidate_all()
            simulation = self.env["dunning.simulation"].sudo()
            start, end = simulation._period(self.company, 6)
            view = simulation._view(self.company, start, end)
            world = simulation._world(view)
            partners = self.env["dunning.past"].sudo()._partners(self.company, start)
            before = self.env.cr.sql_log_count
            simulation._part(view, world, partners)
            return self.env.cr.sql_log_count - before

        statements()
        few = statements()
        for number in range(12):
            self.invoice(30, 100.0 + number, self.debtor(f"Shop {number}"))
        self.assertLessEqual(statements(), few + 2)

    def test_the_last_months_end_yesterday(self):
        simulation = self.env["dunning.simulation"]
        for today, start, end in (
            ("2026-03-31", "2026-03-01", "2026-03-30"),
            ("2026-04-01", "2026-03-01", "2026-03-31"),
            ("2026-01-01", "2025-12-01", "2025-12-31"),
        ):
            with self.on_day(date.fromisoformat(today)):
                found = simulation._period(self.company, 1)
            self.assertEqual(tuple(each.isoformat() for each in found), (start, end))


class TestSimulatorTour(DunningCommon, HttpCase):
    """Trying out levels in a browser."""

    def test_a_manager_tries_levels_stops_and_finds_a_trial_again(self):
        new_test_user(
            self.env,
            "try.tour",
            password="try.tour",
            groups="base.group_user,base.group_system,payt_dunning.group_dunning_manager",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        self.company.dunning_live_since = False
        policy = self.env.ref("payt_dunning.policy_business")
        policy.level_ids.filtered(lambda level: level.days == 3).days = 6
        item = self.synced(self.invoice(40))
        self.assertTrue(item)
        self.start_tour("/odoo/dunning-try-out", "payt_dunning_simulator", login="try.tour")
        jobs = self.env["dunning.job"].sudo().search([], order="id")
        self.assertEqual(jobs.mapped("state"), ["cancelled", "done"])
        self.assertEqual(policy.revision_id.number, 1)
