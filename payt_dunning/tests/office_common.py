from .feedback_common import FeedbackCommon


class OfficeCommon(FeedbackCommon):
    """An office that has a case of ours, and messages of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company._dunning_go_live()

    def told(self, number, code="demand", dossier=None, since=None):
        """A message that says where the case stands."""
        return self.message(
            self.status(code, since), number=number, dossier=dossier, case="X" if dossier else None
        )

    def messages(self, agent=None):
        """What came of an office, in order."""
        about = [("agent_id", "=", (agent or self.agent).id)]
        return self.env["collection.feedback"].search(about, order="id")

    def tasks(self, record, kind):
        kind = self.env.ref(f"payt_dunning.activity_{kind}")
        return record.activity_ids.filtered(lambda task: task.activity_type_id == kind)
