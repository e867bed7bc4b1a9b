from unittest.mock import patch

from psycopg2 import errors

from odoo.exceptions import UserError

from ..models.dunning_outbox import LOCK_SPACE
from ..models.dunning_sharing import JOB_SPACE
from .common import DunningCommon, ScriptedSMTP


class TestSharing(DunningCommon):
    """Several workers share what waits, and none of it is done twice."""

    def make_once(self):
        super().make_once()
        self.move = self.invoice(amount=100)
        self.invoice(partner=self.consumer, days_late=6)
        self.run_day()
        self.notices = self.Notice.search([("state", "=", "queued")])
        self.notice = self.notices.filtered(
            lambda notice: notice.debtor_id.partner_id == self.business
        )

    def held_elsewhere(self, space, record):
        """Another worker has it, until the end of the test."""
        other = self.registry.cursor()
        self.addCleanup(other.close)
        other.execute("SELECT pg_advisory_xact_lock(%s, %s)", (space, record.id))
        return other

    def share(self, do):
        """What a worker does; returns what arrived at the mail server."""
        session, Server = ScriptedSMTP(), type(self.env["ir.mail_server"])
        with (
            self.on_day(self.today),
            self.no_commit(),
            patch.object(Server, "_disable_send", lambda *args: False),
            patch.object(Server, "_connect__", lambda *args, **kwargs: session),
        ):
            do(self.env["dunning.dispatch"].sudo())
        return [content.decode() for content in session.delivered]

    def test_what_another_worker_has_is_left_to_it_and_the_rest_leaves(self):
        self.held_elsewhere(LOCK_SPACE, self.notice)
        self.assertEqual(len(self.deliver()), 1)
        self.assertEqual(self.notice.state, "queued")

    def test_what_another_worker_has_is_not_made_ready(self):
        self.held_elsewhere(LOCK_SPACE, self.notice)
        Mail, made = type(self.env["mail.mail"]), []
        real = Mail._build_noted

        def build(mail, *args):
            made.append(mail.dunning_notice_id)
            return real(mail, *args)

        with patch.object(Mail, "_build_noted", build):
            self.deliver()
        self.assertEqual(made, [self.notices - self.notice])

    def test_what_a_worker_had_is_free_again_afterwards(self):
        with self.notices._shared_out() as mine:
            self.assertEqual(mine, self.notices)
        with self.registry.cursor() as other:
            other.execute("SELECT pg_try_advisory_lock(%s, %s)", (LOCK_SPACE, self.notice.id))
            self.assertTrue(other.fetchone()[0])
            other.execute("SELECT pg_advisory_unlock(%s, %s)", (LOCK_SPACE, self.notice.id))

    def test_a_worker_that_helps_hands_over_mails(self):
        arrived = self.share(lambda dispatch: dispatch._cron_share())
        self.assertEqual(len(arrived), len(self.notices))
        self.assertEqual(set(self.notices.mapped("state")), {"sent"})

    def test_a_worker_that_helps_leaves_mails_without_a_message_alone(self):
        mail = self.env["mail.mail"].sudo().create({"email_to": "a@example.com", "body_html": "x"})
        self.share(lambda dispatch: dispatch._cron_share())
        self.assertEqual(mail.state, "outgoing")

    def test_the_same_unit_of_work_twice_sends_once(self):
        ids = self.notices.ids
        first = self.share(lambda dispatch: dispatch._deliver(ids))
        second = self.share(lambda dispatch: dispatch._deliver(ids))
        self.assertEqual((len(first), len(second)), (len(ids), 0))

    def test_a_unit_of_work_drops_what_was_paid_meanwhile(self):
        self.pay(self.move)
        self.share(lambda dispatch: dispatch._deliver(self.notice.ids))
        self.assertEqual(self.notice.state, "cancelled")

    def test_a_unit_of_work_names_what_still_waits(self):
        self.held_elsewhere(LOCK_SPACE, self.notice)
        left = []
        self.share(lambda dispatch: left.append(dispatch._deliver(self.notices.ids)))
        self.assertEqual(left, [self.notice])

    def test_a_unit_of_work_leaves_alone_what_is_unclear(self):
        self.notice._update_state("sending")
        self.notice._set_ambiguous("nobody knows")
        arrived = self.share(lambda dispatch: dispatch._deliver(self.notice.ids))
        self.assertEqual((arrived, self.notice.state), ([], "ambiguous"))

    def test_long_work_that_another_worker_has_is_left_to_it(self):
        job = self.env["dunning.job"]._begin(
            "simulation", "Try", self.company, 1, {"start": "x", "end": "x"}
        )
        self.held_elsewhere(JOB_SPACE, job)
        with self.no_commit():
            job._cron_work()
        self.assertEqual(job.state, "waiting")

    def long_work(self, *parts):
        """Long work, done with these parts as a scheduled action does it.

        :return: the job, and for each commit whether it was over then and still held
        """
        job = self.env["dunning.job"]._begin("simulation", "Try", self.company, 1)
        noted = []

        def commit(*args, **kwargs):
            job.flush_recordset()
            with self.registry.cursor() as other:
                other.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", (JOB_SPACE, job.id))
                noted.append((job.state, not other.fetchone()[0]))
            return float("inf")

        with (
            patch.object(type(job), "_steps_simulation", lambda job: iter(parts)),
            patch.object(type(self.env["ir.cron"]), "_commit_progress", commit),
        ):
            job._cron_work()
        return job, noted

    def test_long_work_is_held_until_its_end_is_committed(self):
        job, noted = self.long_work({"done_count": 1})
        self.assertEqual(job.state, "done")
        self.assertIn(("done", True), noted)
        self.assertEqual(noted[-1], ("done", False))

    def test_long_work_that_somebody_changes_as_it_ends_is_gone_on_with(self):
        job = self.env["dunning.job"]._begin("simulation", "Try", self.company, 1)
        disturbed = errors.SerializationFailure()
        triggers = self.env["ir.cron.trigger"].sudo()
        cron = self.env.ref("payt_dunning.ir_cron_dunning_job")
        triggers.search([("cron_id", "=", cron.id)]).unlink()
        with (
            patch.object(self.env.cr, "rollback", lambda: None),
            patch.object(
                type(self.env["ir.cron"]), "_commit_progress", side_effect=[1, disturbed, 1]
            ),
            job._taken() as mine,
        ):
            self.assertTrue(mine)
        self.assertTrue(triggers.search([("cron_id", "=", cron.id)]))

    def active(self):
        return self.env["dunning.dispatch"].sudo()._helpers().mapped("active")

    def test_so_many_workers_share_the_work_as_the_settings_say(self):
        self.assertEqual(self.active(), [False, False, False])
        self.env["res.config.settings"].sudo().create({"dunning_workers": 3}).set_values()
        self.assertEqual(self.active(), [True, True, False])
        self.assertEqual(self.env["res.config.settings"].sudo().create({}).dunning_workers, 3)

    def test_settings_that_say_nothing_about_workers_change_none(self):
        self.env["dunning.dispatch"].sudo()._set_workers(2)
        self.env["res.config.settings"].sudo().create({}).set_values()
        self.assertEqual(self.active(), [True, False, False])

    def test_more_workers_than_there_are_actions_are_refused(self):
        with self.assertRaisesRegex(UserError, "Between one and 4"):
            self.env["dunning.dispatch"].sudo()._set_workers(9)

    def test_messages_that_are_made_wake_the_workers_that_help(self):
        dispatch = self.env["dunning.dispatch"].sudo()
        dispatch._set_workers(2)
        helper = dispatch._helpers()[0]
        triggers = self.env["ir.cron.trigger"].sudo()
        triggers.search([("cron_id", "=", helper.id)]).unlink()
        self.invoice(partner=self.debtor("Third shop"))
        self.run_day()
        self.assertTrue(triggers.search([("cron_id", "=", helper.id)]))
