from datetime import timedelta

from .handover_common import HandoverCommon

NAMESPACE = "urn:payt-dunning:collection-feedback:1"


class OfficeCommon(HandoverCommon):
    """An office that has a case of ours, and messages of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company._dunning_go_live()

    def setUp(self):
        super().setUp()
        self.handover = self.hand_over()
        self.since = self.today - timedelta(days=1)

    def told(self, number, code="demand", dossier=None, since=None):
        """A message that says where the case stands."""
        return (
            f'<CollectionFeedback xmlns="{NAMESPACE}" schemaVersion="1.0">'
            f'<Header feedbackId="{number}" sender="office" sentAt="2026-03-02T06:00:00Z"'
            ' test="false"/>'
            f'<Case dossierId="{dossier or self.handover.dossier_id}"'
            f' caseNumber="{"X" if dossier else self.case.name}" recipientReference="R-1">'
            f'<Status phase="amicable" code="{code}" since="{since or self.since}"/>'
            "</Case></CollectionFeedback>"
        ).encode()

    def messages(self, agent=None):
        """What came of an office, in order."""
        about = [("agent_id", "=", (agent or self.agent).id)]
        return self.env["collection.feedback"].search(about, order="id")

    def tasks(self, record, kind):
        kind = self.env.ref(f"payt_dunning.activity_{kind}")
        return record.activity_ids.filtered(lambda task: task.activity_type_id == kind)
