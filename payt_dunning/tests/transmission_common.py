from datetime import timedelta
from unittest.mock import patch

from odoo import fields

from ..models.collection_dossier import Wanted
from .handover_common import HandoverCommon
from .https_double import Authority, Office


class TransmissionCommon(HandoverCommon):
    """A case whose package goes to the server of an office, over a real line."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.authority = Authority()
        cls.env["ir.config_parameter"].set_param("payt_dunning.allow_private_hosts", "1")

    def setUp(self):
        super().setUp()
        self.office = Office(self.authority)
        self.addCleanup(self.office.server_close)
        self.addCleanup(self.office.shutdown)
        self.agent.write(
            {
                "way": "https",
                "url": self.office.url,
                "authorities": self.authority.pem,
                "new_secret": "s3cret-of-the-tests",
            }
        )

    def hand_over(self):
        wanted = Wanted(
            agent_id=self.agent.sudo(), action="demand", day=self.today, no_defence=True
        )
        with self.on_day(self.today):
            handover = self.env["collection.handover"]._hand_over(self.case, wanted)
        return handover, handover.transmission_ids

    def send(self, later=timedelta()):
        """The scheduled action, so much later."""
        now = fields.Datetime.now() + later
        with (
            self.no_commit(),
            self.on_day(self.today),
            patch.object(fields.Datetime, "now", staticmethod(lambda: now)),
        ):
            self.env["collection.transmission"]._cron_send()

    def answers(self, status, told=None, **headers):
        self.office.behave(
            lambda handler, body: handler.answer(status, told or {}, **headers) or True
        )

    def sent(self, method="POST"):
        return [each for each in self.office.requests if each["method"] == method]
