from contextlib import ExitStack, suppress
from unittest.mock import patch

import psycopg2

from odoo.tools import mute_logger

from .. import tools
from ..models import dunning_host
from .common import DunningCommon, ScriptedSMTP
from .files_common import lose

LOG = "odoo.addons.payt_dunning.models.dunning_host"
MAIL_LOG = "odoo.addons.payt_dunning.models.mail_mail"


class TestHosts(DunningCommon):
    """A host that is not fit to send leaves all of it to others, and says so."""

    def make_once(self):
        super().make_once()
        self.invoice(amount=100)
        self.run_day()
        self.notice = self.Notice.search([("debtor_id.partner_id", "=", self.business.id)])
        self.mail = self.notice.mail_id

    def of_another_version(self):
        return patch.object(dunning_host, "version_of_code", lambda module: "19.0.0.9.9")

    def with_clock_off(self, seconds):
        Host = type(self.env["dunning.host"])
        real = Host._clock
        return patch.object(Host, "_clock", lambda host: real(host) + seconds)

    def tasks(self):
        kind = self.env.ref("payt_dunning.activity_host")
        return (
            self.env["mail.activity"].sudo().search([("activity_type_id", "=", kind.id)])
        ).mapped("summary")

    @mute_logger(LOG)
    def test_a_host_with_another_version_hands_over_nothing(self):
        with self.of_another_version():
            self.assertFalse(self.deliver())
        self.assertEqual((self.notice.state, self.mail.state), ("queued", "outgoing"))
        self.assertIn("runs version 19.0.0.9.9 of payt_dunning", self.tasks()[0])

    @mute_logger(LOG)
    def test_managers_are_told_once_about_a_host(self):
        with self.of_another_version():
            self.deliver()
            self.deliver()
        self.assertEqual(len(self.tasks()), 1)

    @mute_logger(LOG)
    def test_each_host_is_told_about_by_itself(self):
        for name in ("host1", "host10"):
            with self.of_another_version(), patch("socket.gethostname", lambda name=name: name):
                self.deliver()
        self.assertEqual(len(self.tasks()), 2)

    @mute_logger(LOG)
    def test_the_task_about_a_host_is_taken_back_once_it_may_send_again(self):
        for name in ("host1", "host10"):
            with self.of_another_version(), patch("socket.gethostname", lambda name=name: name):
                self.deliver()
        with patch("socket.gethostname", lambda: "host1"):
            self.deliver()
        (left,) = self.tasks()
        self.assertIn("host10", left)

    @mute_logger(LOG)
    def test_managers_are_told_when_something_else_is_wrong_with_a_host(self):
        with self.of_another_version():
            self.deliver()
        with self.with_clock_off(3600):
            self.deliver()
        (task,) = self.tasks()
        self.assertIn("60 minutes off", task)

    @mute_logger(LOG)
    def test_while_an_update_is_half_way_no_host_hands_over_anything(self):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE ir_module_module SET state = 'to upgrade' WHERE name = 'payt_dunning'"
        )
        self.assertFalse(self.deliver())
        self.assertEqual(self.notice.state, "queued")

    @mute_logger(LOG)
    def test_a_parameter_that_is_no_number_keeps_nothing_back(self):
        self.env["ir.config_parameter"].sudo().set_param("payt_dunning.stalled_seconds", "ten")
        self.assertEqual(len(self.deliver()), 1)

    def stopped_before_it_leaves(self):
        """This program stands still for an hour right before anything leaves; its line is cut."""
        moments = iter([0.0])
        cursor, execute = type(self.env.cr), type(self.env.cr).execute

        def cut(cr, query, *args, **kwargs):
            if query == "SELECT 1":
                raise psycopg2.InterfaceError("the line was cut")
            return execute(cr, query, *args, **kwargs)

        stack = ExitStack()
        stack.enter_context(patch.object(tools, "seconds_of_life", lambda: next(moments, 3600.0)))
        stack.enter_context(patch.object(cursor, "execute", cut))
        return stack

    @mute_logger(MAIL_LOG)
    def test_who_was_stopped_and_cut_off_sends_no_mail_when_it_goes_on(self):
        session = ScriptedSMTP()
        with self.stopped_before_it_leaves(), suppress(psycopg2.Error):
            self.deliver(session)
        self.assertEqual(session.delivered, [])

    def test_who_was_stopped_and_not_cut_off_goes_on(self):
        moments = iter([0.0])
        with patch.object(tools, "seconds_of_life", lambda: next(moments, 3600.0)):
            self.assertEqual(len(self.deliver()), 1)

    @mute_logger(LOG)
    def test_a_host_whose_clock_is_off_hands_over_nothing(self):
        with self.with_clock_off(-600):
            self.assertFalse(self.deliver())
        self.assertEqual(self.notice.state, "queued")
        self.assertIn("10 minutes off", self.tasks()[0])

    def test_a_clock_that_is_a_little_off_does_not_matter(self):
        with self.with_clock_off(30):
            self.assertEqual(len(self.deliver()), 1)

    @mute_logger(LOG)
    def test_a_host_without_the_folder_of_files_hands_over_nothing(self):
        lose(self.env.ref("payt_dunning.host_mark").sudo())
        self.assertFalse(self.deliver())
        self.assertIn("can't reach the files", self.tasks()[0])

    @mute_logger(LOG)
    def test_long_work_waits_for_another_host(self):
        job = self.env["dunning.job"]._begin("simulation", "Try", self.company, 1)
        with self.of_another_version(), self.no_commit():
            job._cron_work()
        self.assertEqual(job.state, "waiting")

    def processed(self, cron):
        """Whether a scheduled action is begun on this host."""
        begun = []
        Cron = self.registry["ir.cron"]
        status = type("Status", (), {})
        with (
            patch.object(Cron, "_run_job", lambda job: begun.append(job) or status),
            patch.object(Cron, "_clear_schedule", lambda *args: None),
            patch.object(Cron, "_update_failure_count", lambda *args: None),
            patch.object(Cron, "_reschedule_later", lambda *args: None),
        ):
            job = {**cron.read(["cron_name"])[0], "user_id": 1, "timed_out_counter": 0, "done": 0}
            try:
                Cron._process_job(self.env.cr, job)
            except RuntimeError:
                # What came of it is no status of core: it was begun.
                return bool(begun)
        return bool(begun)

    @mute_logger(LOG)
    def test_our_scheduled_actions_are_not_begun_on_an_unfit_host(self):
        cron = self.env.ref("payt_dunning.ir_cron_dunning_run")
        with self.of_another_version():
            self.assertFalse(self.processed(cron))
        self.assertTrue(self.processed(cron))

    @mute_logger(LOG)
    def test_scheduled_actions_of_others_are_begun_all_the_same(self):
        with self.of_another_version():
            self.assertTrue(self.processed(self.env.ref("mail.ir_cron_mail_scheduler_action")))

    def test_the_version_is_that_of_the_code_that_runs(self):
        versions = dict(self.env["dunning.host"]._versions())
        self.assertEqual(dunning_host.version_of_code("payt_dunning"), versions["payt_dunning"])
        self.assertEqual(dunning_host.version_of_code("payt_dunning_of_nobody"), "")

    def attached(self):
        """A file that goes with the message."""
        file = self.env["ir.attachment"].sudo().create({"name": "a.pdf", "raw": b"%PDF-1.4 x"})
        self.mail.attachment_ids = [(4, file.id)]
        return file

    @mute_logger(MAIL_LOG, "odoo.addons.base.models.ir_attachment")
    def test_a_message_whose_file_is_out_of_reach_waits(self):
        lose(self.attached())
        self.assertFalse(self.deliver())
        self.assertEqual((self.notice.state, self.mail.state), ("queued", "outgoing"))
        self.assertIn("can't be reached from this host", self.notice.failure)

    def age(self, file, hours):
        """Make a file older than it is."""
        file.flush_recordset()
        self.env.cr.execute(
            "UPDATE ir_attachment SET write_date = write_date - %s * interval '1 hour' "
            "WHERE id = %s",
            (hours, file.id),
        )
        file.invalidate_recordset()

    @mute_logger(MAIL_LOG, "odoo.addons.base.models.ir_attachment")
    def test_a_message_whose_file_is_lost_has_failed_and_names_it(self):
        file = self.attached()
        self.age(file, 2)
        lose(file)
        self.assertFalse(self.deliver())
        self.assertEqual(self.notice.state, "failed")
        self.assertIn("“a.pdf” is in the books", self.notice.failure)

    def test_a_message_whose_file_is_in_reach_leaves_with_it(self):
        self.attached()
        (mail,) = self.deliver()
        self.assertIn("a.pdf", mail)
