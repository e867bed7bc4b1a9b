from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tools import mute_logger

from odoo.addons.payt_dunning.models import dunning_host
from odoo.addons.payt_dunning.tests.common import ScriptedSMTP
from odoo.addons.queue_job.exception import RetryableJobError

from .queue_common import QueueCommon

MAIL_LOG = "odoo.addons.payt_dunning.models.mail_mail"
HOST_LOG = "odoo.addons.payt_dunning.models.dunning_host"


class TestJobs(QueueCommon):
    """Messages and long work are jobs, each of which looks again before anything leaves."""

    def one(self):
        """One message that waits, and its job."""
        self.move = self.invoice(amount=100)
        self.notice = self.made()
        (job,) = self.jobs("_deliver_job")
        return job

    def test_messages_of_a_run_wait_in_one_job(self):
        self.invoice(amount=100)
        self.invoice(partner=self.consumer, days_late=6)
        notices = self.made()
        (job,) = self.jobs("_deliver_job")
        self.assertEqual((len(notices), job.args[0]), (2, notices.ids))
        self.assertEqual(job.channel, "root.payt_dunning.messages")

    def test_a_job_hands_over_its_messages(self):
        job = self.one()
        self.assertEqual(len(self.perform(job)), 1)
        self.assertEqual(self.notice.state, "sent")

    def test_a_job_that_is_done_twice_sends_once(self):
        job = self.one()
        self.perform(job)
        self.assertEqual(self.perform(job), [])

    def test_the_same_messages_are_in_one_job_only(self):
        job = self.one()
        self.dispatch._as_jobs(self.notice)
        self.assertEqual(self.jobs("_deliver_job"), [job])

    def test_a_queue_full_of_jobs_for_what_was_paid_meanwhile_sends_nothing(self):
        moves = [self.invoice(partner=self.debtor(f"Shop {n}")) for n in range(5)]
        notices = self.made()
        with patch.object(
            type(self.dispatch),
            "_batches",
            lambda dispatch, moments: ((moment, [notice_id]) for moment, notice_id in moments),
        ):
            self.trap.enqueued_jobs.clear()
            self.dispatch._as_jobs(notices)
        jobs = self.jobs("_deliver_job")
        for move in moves:
            self.pay(move)
        arrived = [mail for job in jobs for mail in self.perform(job)]
        self.assertEqual((len(jobs), arrived), (5, []))
        self.assertEqual(set(notices.mapped("state")), {"cancelled"})

    def test_messages_that_leave_at_other_hours_wait_in_other_jobs(self):
        self.invoice(amount=100)
        self.invoice(partner=self.consumer, days_late=6)
        first, second = self.made()
        later = fields.Datetime.now() + timedelta(hours=3)
        second.mail_id.scheduled_date = later
        self.trap.enqueued_jobs.clear()
        self.dispatch._as_jobs(first | second)
        etas = {tuple(job.args[0]): job.eta for job in self.jobs("_deliver_job")}
        self.assertEqual(etas[tuple(second.ids)], later)
        self.assertIn(tuple(first.ids), etas)

    @mute_logger(MAIL_LOG, "odoo.addons.mail.models.mail_mail")
    def test_what_certainly_did_not_leave_is_tried_again(self):
        job = self.one()
        busy = ScriptedSMTP({"rcpt": (451, b"try later")})
        with self.assertRaisesRegex(RetryableJobError, "1 messages wait") as caught:
            self.perform(job, busy)
        self.assertGreater(caught.exception.seconds, 600)
        self.assertTrue(caught.exception.ignore_retry, "as long as it takes")
        self.notice.mail_id.scheduled_date = fields.Datetime.now() - timedelta(minutes=1)
        self.assertEqual(len(self.perform(job)), 1)

    @mute_logger(MAIL_LOG, "odoo.addons.mail.models.mail_mail")
    def test_a_manager_is_asked_about_a_server_that_is_down_though_the_job_is_tried_again(self):
        job = self.one()
        Notice, partner, kept = type(self.Notice), self.company.partner_id, []
        server = self.env.ref("payt_dunning.activity_server")

        def commit(notices):
            kept.append(server in partner.activity_ids.activity_type_id)

        with (
            patch.object(Notice, "_commit", commit),
            self.assertRaisesRegex(RetryableJobError, "1 messages wait"),
        ):
            self.perform(job, OSError("down"))
        self.assertEqual(kept[-1:], [True], "what is not committed is taken back by the queue")

    @mute_logger(MAIL_LOG, "odoo.addons.mail.models.mail_mail")
    def test_what_may_have_left_is_never_tried_again(self):
        job = self.one()
        self.assertEqual(len(self.perform(job, ScriptedSMTP({"content": "drop"}))), 1)
        self.assertEqual(self.notice.state, "ambiguous")
        self.assertEqual(self.perform(job), [])
        self.assertEqual(self.notice.state, "ambiguous")

    def test_a_job_whose_program_died_leaves_what_it_sent_to_a_person(self):
        job = self.one()
        self.notice._update_state("sending")
        self.assertEqual(self.perform(job), [])
        self.run_day()
        self.assertEqual(self.notice.state, "ambiguous")

    @mute_logger(HOST_LOG)
    def test_a_host_that_is_not_fit_leaves_its_job_for_another(self):
        job = self.one()
        with (
            patch.object(dunning_host, "version_of_code", lambda module: "0"),
            self.assertRaisesRegex(RetryableJobError, "1 messages wait"),
        ):
            self.perform(job)
        self.assertEqual(self.notice.state, "queued")

    def work(self):
        job = self.env["dunning.job"].sudo()._begin("simulation", "Try", self.company, 3)
        (queued,) = self.jobs("_work_job")
        return job, queued

    def steps(self, number):
        """Long work of so many parts."""
        return patch.object(
            type(self.env["dunning.job"]),
            "_steps_simulation",
            lambda job: ({"done_count": n} for n in range(1, number + 1)),
        )

    def test_long_work_is_a_job_in_the_channel_of_its_kind(self):
        job, queued = self.work()
        self.assertEqual(queued.channel, "root.payt_dunning.trials")
        self.assertEqual(queued.identity_key, f"payt_dunning.work:{job.id}")

    def test_a_job_does_long_work_to_its_end(self):
        job, queued = self.work()
        with self.steps(3):
            self.perform(queued)
        self.assertEqual((job.state, job.done_count), ("done", 3))

    def test_long_work_that_takes_longer_than_a_request_goes_on_as_the_next_one(self):
        job, queued = self.work()
        with (
            self.steps(3),
            patch.object(type(job), "_time_left", lambda job: 0),
            self.assertRaisesRegex(RetryableJobError, "goes on") as caught,
        ):
            self.perform(queued)
        self.assertTrue(caught.exception.ignore_retry)
        self.assertEqual((job.state, job.done_count), ("running", 1))

    def test_long_work_that_is_over_is_not_begun_again(self):
        job, queued = self.work()
        job.action_cancel()
        with self.steps(3):
            self.perform(queued)
        self.assertEqual(job.state, "cancelled")

    def test_packages_that_wait_are_one_job_however_often_they_are_woken(self):
        transmissions = self.env["collection.transmission"].sudo()
        moment = fields.Datetime.now() + timedelta(hours=1)
        transmissions._wake(moment)
        transmissions._wake(moment)
        (job,) = self.jobs("_send_job")
        self.assertEqual((job.channel, job.eta), ("root.payt_dunning.packages", moment))

    def test_packages_that_leave_at_other_seconds_wait_in_other_jobs(self):
        transmissions = self.env["collection.transmission"].sudo()
        moment = fields.Datetime.now() + timedelta(hours=1)
        transmissions._wake(moment)
        transmissions._wake(moment + timedelta(seconds=1))
        self.assertEqual(len(self.jobs("_send_job")), 2)

    def test_a_job_of_somebody_else_does_not_stand_for_what_is_queued_now(self):
        transmissions, now = self.env["collection.transmission"].sudo(), fields.Datetime.now()
        transmissions._wake()
        transmissions._wake()
        (job,) = self.jobs("_send_job")
        self.assertEqual(job.identity_key, transmissions._key_of(now, now))
        with self.registry.cursor() as other:
            theirs = transmissions.with_env(self.env(cr=other))._key_of(now, now)
        self.assertNotEqual(job.identity_key, theirs)

    def test_a_job_sends_packages_as_the_scheduled_action_does(self):
        sent = []
        self.env["collection.transmission"].sudo()._wake()
        (job,) = self.jobs("_send_job")
        with patch.object(
            type(self.env["collection.transmission"]), "_cron_send", lambda self: sent.append(1)
        ):
            self.perform(job)
        self.assertEqual(sent, [1])

    @mute_logger(HOST_LOG)
    def test_a_job_with_packages_on_a_host_that_may_not_send_is_tried_again(self):
        self.env["collection.transmission"].sudo()._wake()
        (job,) = self.jobs("_send_job")
        with (
            patch.object(dunning_host, "version_of_code", lambda module: "19.0.0.9.9"),
            self.assertRaisesRegex(RetryableJobError, "may not send"),
        ):
            self.perform(job)
