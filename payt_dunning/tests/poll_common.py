from datetime import timedelta
from unittest.mock import patch

from odoo import fields

from .https_double import Authority, Office
from .office_common import OfficeCommon

LOG = "odoo.addons.payt_dunning.models.collection_poll"


class PollCommon(OfficeCommon):
    """An office that is asked for messages over a real line."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.authority = Authority()
        cls.env["ir.config_parameter"].set_param("payt_dunning.allow_private_hosts", "1")

    def setUp(self):
        super().setUp()
        self.office = self.serve(self.agent)
        self.polls = self.env["collection.poll"]

    def serve(self, agent):
        office = Office(self.authority)
        self.addCleanup(office.server_close)
        self.addCleanup(office.shutdown)
        agent.write(
            {
                "way": "https",
                "url": office.url,
                "authorities": self.authority.pem,
                "new_secret": "s3cret-of-the-tests",
                "feedback_way": "poll",
            }
        )
        return office

    def poll(self, later=timedelta()):
        """The scheduled action, so much later."""
        now = fields.Datetime.now() + later
        with (
            self.no_commit(),
            self.on_day(self.today),
            patch.object(fields.Datetime, "now", staticmethod(lambda: now)),
        ):
            self.polls._cron_poll()

    def answers(self, status, body=b"", office=None, **headers):
        (office or self.office).behave(
            lambda handler, _body: handler.raw(status, body, "application/xml", **headers) or True
        )

    def state(self, agent=None):
        return self.polls._of(agent or self.agent)

    def paths(self):
        return [each["path"].rpartition("/")[2] for each in self.office.requests]

    def another(self):
        agent = self.env["collection.agent"].create(
            {"partner_id": self.debtor("Second Office").id, "kind": "lawyer", "test_mode": True}
        )
        return agent, self.serve(agent)
