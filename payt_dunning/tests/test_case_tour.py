import io

from odoo.tests import HttpCase, tagged

from ..rules.dossier.checking import check_package
from .handover_common import HandoverCommon


@tagged("post_install", "-at_install")
class TestCaseTour(HandoverCommon, HttpCase):
    """Cases in a real browser."""

    def setUp(self):
        super().setUp()
        self.clerk = self.person("tour.clerk", "group_dunning_user")
        self.debtor_row.insolvency_checked_on = False

    def play(self, tour, case):
        self.env.flush_all()
        with self.on_day(self.today):
            self.start_tour(f"/odoo/collection.case/{case.id}", tour, login="tour.clerk")
        case.invalidate_recordset()

    def test_a_collector_hands_a_business_over(self):
        self.item.move_id.message_post(
            body="As we agreed by phone.", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.play("dunning_case_handover", self.case)
        [handover] = self.case.handover_ids
        self.assertIn("80_correspondence", str(handover.documents))
        self.assertEqual((self.case.phase, handover.declared_by_id), ("handed_over", self.clerk))
        sections = check_package(io.BytesIO(handover._content()))
        found = [str(each) for section in sections for each in section.problems if each.is_error]
        self.assertEqual(found, [])

    def test_a_collector_lets_costs_lapse_and_recalls_a_case(self):
        notice = self.item.notice_line_ids.notice_id[:1]
        charge = (
            self.env["dunning.charge"]
            .sudo()
            ._create_costs(
                notice, [(self.item, 500.0, 40.0)], 40.0, 0.0, self.today, "agreed", [], []
            )
        )
        self.company.dunning_waive_limit = 100.0
        self.play("dunning_case_recall", self.case)
        self.assertEqual((self.case.outcome, charge.state), ("recalled", "waived"))
