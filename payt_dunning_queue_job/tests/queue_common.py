from unittest.mock import patch

from odoo.addons.payt_dunning.tests.common import DunningCommon, ScriptedSMTP
from odoo.addons.queue_job.tests.common import trap_jobs


class QueueCommon(DunningCommon):
    """A company whose messages go by jobs; these are caught, and done when the test says so."""

    def setUp(self):
        super().setUp()
        self.trap = self.enterContext(trap_jobs())
        self.dispatch = self.env["dunning.dispatch"].sudo()

    def with_runner(self):
        """Somewhere a program of the queue looks after the database."""
        return patch.object(type(self.dispatch), "_has_runner", lambda dispatch: True)

    def jobs(self, method):
        return [job for job in self.trap.enqueued_jobs if job.method_name == method]

    def made(self, *moves):
        """The messages of the daily run, in the outbox."""
        self.run_day()
        return self.Notice.search([("state", "=", "queued")], order="id")

    def perform(self, job, *sessions):
        """Do a job; returns what arrived at the mail server.

        :param sessions: :class:`ScriptedSMTP` for each connection in turn, or why there is none
        """
        sessions = list(sessions or [ScriptedSMTP()])
        waiting, Server = iter(sessions), type(self.env["ir.mail_server"])

        def connect(*args, **kwargs):
            session = next(waiting)
            if isinstance(session, Exception):
                raise session
            return session

        # In the transaction of the test: a job of its own would not see what it made.
        config = job.job_config._replace(allow_commit=False)
        with (
            self.on_day(self.today),
            self.no_commit(),
            patch.object(job, "job_config", config),
            patch.object(Server, "_disable_send", lambda *args: False),
            patch.object(Server, "_connect__", connect),
        ):
            job.perform()
        made = [session for session in sessions if not isinstance(session, Exception)]
        return [content.decode() for session in made for content in session.delivered]
