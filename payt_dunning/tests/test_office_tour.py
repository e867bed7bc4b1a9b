from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import HttpCase, tagged

from .feedback_common import FeedbackCommon
from .https_double import Authority, Office


@tagged("post_install", "-at_install")
class TestOfficeTour(FeedbackCommon, HttpCase):
    """A clerk and an office with a server: handover, judgment, payment, recall, contradiction."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.authority = Authority()
        cls.env["ir.config_parameter"].set_param("payt_dunning.allow_private_hosts", "1")
        cls.clerk = cls.person("office.clerk", "group_dunning_user")
        cls.clerk.group_ids += cls.env.ref("account.group_account_user")

    def hand_over(self, *args, **values):
        """Not yet: in the browser."""

    def setUp(self):
        super().setUp()
        self.office, self.hours = Office(self.authority), 0
        self.addCleanup(self.office.stop)
        self.agent.write(
            {
                "way": "https",
                "url": self.office.url,
                "authorities": self.authority.pem,
                "new_secret": "s3cret-of-the-tests",
                "feedback_way": "poll",
            }
        )

    def play(self, tour, place):
        self.env.flush_all()
        with self.on_day(self.today):
            self.start_tour(f"/odoo/{place}", tour, login="office.clerk")
        self.env.invalidate_all()

    def send(self):
        with self.no_commit(), self.on_day(self.today):
            self.env["collection.transmission"]._cron_send()

    def hear(self, *parts):
        """What the office tells next, asked for by the scheduled action."""
        content = self.message(*parts, reference="OFF-1")
        self.office.behave(
            lambda handler, _body: handler.raw(200, content, "application/xml") or True,
            lambda handler, _body: handler.raw(204, b"") or True,
        )
        # It is asked every hour.
        self.hours += 2
        now = fields.Datetime.now() + timedelta(hours=self.hours)
        with (
            self.no_commit(),
            self.on_day(self.today),
            patch.object(fields.Datetime, "now", staticmethod(lambda: now)),
        ):
            self.env["collection.poll"]._cron_poll()
        return self.env["collection.feedback"].search([], limit=1)

    def test_from_the_handover_to_the_judgment_and_the_money(self):
        self.play("dunning_office_handover", f"collection.case/{self.case.id}")
        self.handover = self.case.handover_id
        self.send()
        self.assertEqual((self.handover.state, self.handover.reference), ("acknowledged", "OFF-1"))
        self.assertEqual(len(self.office.packages), 1)

        heard = self.hear(
            self.status("judgment", phase="judicial"),
            self.booking(),
            self.booking("B-2", "-250.00", "payment"),
            self.balance("250.00"),
            self.remittance(
                "P-1", collected="250.00", withheld="0.00", withheldVat="0.00", paidOut="250.00"
            ),
            self.question(),
        )
        self.assertEqual((heard.state, self.case.phase), ("applied", "judgment"))
        self.play("dunning_office_told", f"collection.handover/{self.handover.id}")
        self.send()
        [_first, answer] = self.office.packages.values()
        self.assertEqual(answer["dossier"], self.handover.dossier_id)

        self.receipt(250.0, "R 1", days_ago=0)
        remittance = self.env["collection.remittance"].search([])
        self.play("dunning_office_paid", f"collection.remittance/{remittance.id}")
        self.assertEqual((remittance.state, self.item.amount_open), ("matched", 250.0))

        self.hear(
            self.status("judgment", phase="judicial"), self.booking("B-2", "-275.00", "payment")
        )
        self.play("dunning_office_conflict", "action-payt_dunning.action_feedback")
        applied = self.env["collection.feedback.line"].search(
            [("number", "=", "B-2"), ("result", "=", "applied")]
        )
        self.assertEqual((applied.amount, applied.decided_by_id), (-275.0, self.clerk))

    def test_another_case_is_recalled(self):
        with self.on_day(self.today):
            self.handover = FeedbackCommon.hand_over(self)
        self.send()
        self.play("dunning_office_recall", f"collection.handover/{self.handover.id}")
        self.send()
        [(path, told)] = self.office.recalled
        self.assertEqual(path, f"/api/dossiers/{self.handover.dossier_id}/recall")
        self.assertEqual((told["caseNumber"], told["reason"]), (self.case.name, "Paid to us."))
        self.assertEqual(self.case.phase, "ready")
        self.assertTrue(self.handover.recalled_on <= fields.Date.today())
