import io

from ..models.collection_dossier import Wanted
from ..rules.dossier import xml
from ..rules.dossier.package import build
from .handover_common import HandoverCommon


class TestDossier(HandoverCommon):
    """What a dossier of a case holds."""

    def dossier(self, **values):
        with self.on_day(self.today):
            checks = self.env["collection.check"]._checks(self.case, self.agent)
            wanted = Wanted(
                agent_id=self.agent,
                action="court_action",
                day=self.today,
                dossier_id="6f0e1a52-3b6c-4c1f-9a77-0d5c2b8e4411",
                no_defence=True,
                **values,
            )
            return self.env["collection.dossier"]._make(self.case, wanted, checks)

    def test_nothing_is_wrong_with_that_of_a_good_case(self):
        dossier, _arranged, _facts, problems = self.dossier()
        self.assertEqual([str(each) for each in problems if each.is_error], [])
        self.assertEqual(str(dossier.claim.totals.principal), "500.00")

    def test_it_is_a_valid_package(self):
        dossier, arranged, _facts, _problems = self.dossier()
        out = io.BytesIO()
        built = build(dossier, arranged, out)
        self.assertTrue(built.name.startswith("CASE-"))
        self.assertEqual(xml.read(xml.write(dossier)).claim.totals, dossier.claim.totals)

    def test_a_notice_of_the_law_is_one_among_exhibits_and_events_and_can_not_be_left_out(self):
        self.run_and_deliver(self.after(9))
        notice = self.case.notice_ids
        notice.statutory_code = "nl_14_day"
        dossier, arranged, facts, _problems = self.dossier()
        exhibit = facts.documents[f"notice:{notice.id}"]
        self.assertIn(exhibit, arranged)
        self.assertEqual(exhibit.document.kind, "fourteen_day_letter")
        kinds = {event.id: event.kind for event in dossier.events}
        self.assertEqual(kinds[f"n{notice.id}"], "fourteen_day_letter")
        (evidence,) = [each for each in facts.evidence if each.about == notice]
        self.assertTrue(evidence.needed)
