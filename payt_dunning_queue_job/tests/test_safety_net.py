from datetime import timedelta

from odoo import fields

from odoo.addons.queue_job.jobrunner.runner import PG_ADVISORY_LOCK_ID

from .queue_common import QueueCommon


class TestSafetyNet(QueueCommon):
    """What no job has done is done by scheduled actions, and never twice."""

    def make_once(self):
        super().make_once()
        self.invoice(amount=100)

    def queue(self):
        """What Odoo's own queue of mails would send now: ids of mails."""
        found = []

        def send(mails, **kwargs):
            found.extend(mails.ids)

        Mail = type(self.env["mail.mail"])
        self.patch(Mail, "send", send)
        with self.on_day(self.today):
            self.env["mail.mail"].sudo().process_email_queue()
        return found

    def age(self, notice, **since):
        notice.mail_id.scheduled_date = fields.Datetime.now() - timedelta(**since)

    def test_while_there_is_a_runner_the_queue_of_mails_leaves_messages_to_it(self):
        notice = self.made()
        self.age(notice, minutes=1)
        with self.with_runner():
            self.assertNotIn(notice.mail_id.id, self.queue())

    def test_mails_of_others_leave_as_ever(self):
        mail = self.env["mail.mail"].sudo().create({"email_to": "a@example.com", "body_html": "x"})
        with self.with_runner():
            self.assertIn(mail.id, self.queue())

    def test_what_no_job_took_for_a_while_is_taken_by_the_queue_of_mails(self):
        notice = self.made()
        self.age(notice, minutes=11)
        with self.with_runner():
            self.assertIn(notice.mail_id.id, self.queue())

    def test_without_a_runner_nothing_waits_for_it(self):
        notice = self.made()
        self.age(notice, minutes=1)
        self.assertIn(notice.mail_id.id, self.queue())

    def test_when_the_runner_is_back_its_jobs_send_nothing_again(self):
        notice = self.made()
        (job,) = self.jobs("_deliver_job")
        self.assertEqual(len(self.deliver()), 1)
        self.assertEqual(self.perform(job), [])
        self.assertEqual(notice.state, "sent")

    def test_a_runner_is_known_by_its_lock(self):
        self.assertFalse(self.dispatch._has_runner())
        with self.registry.cursor() as runner:
            runner.execute("SELECT pg_advisory_xact_lock(%s)", (PG_ADVISORY_LOCK_ID,))
            self.assertTrue(self.dispatch._has_runner())

    def test_the_scheduled_action_is_woken_when_jobs_have_had_their_time(self):
        cron = self.env.ref("mail.ir_cron_mail_scheduler_action")
        triggers = self.env["ir.cron.trigger"].sudo()
        triggers.search([("cron_id", "=", cron.id)]).unlink()
        with self.with_runner():
            self.made()
        woken = triggers.search([("cron_id", "=", cron.id)]).mapped("call_at")
        self.assertGreater(min(woken), fields.Datetime.now() + timedelta(minutes=5))

    def test_long_work_that_no_job_has_touched_for_a_while_is_done(self):
        job = self.env["dunning.job"].sudo()._begin("simulation", "Try", self.company, 1)
        with self.with_runner():
            self.assertFalse(job.search(job._to_do()))
            self.env.cr.execute(
                "UPDATE dunning_job SET write_date = write_date - interval '1 hour' WHERE id = %s",
                (job.id,),
            )
            job.invalidate_recordset()
            self.assertEqual(job.search(job._to_do()), job)
