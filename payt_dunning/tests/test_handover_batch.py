import io
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tools import mute_logger

from ..models.collection_handover_making import CollectionHandover
from ..rules.dossier.checking import check_package
from ..wizards import collection_handover_batch as batches
from .handover_common import HandoverCommon


class TestHandoverBatch(HandoverCommon):
    """Several cases are handed over in one dialog, each by itself; what needs an answer stays."""

    def make_once(self):
        super().make_once()
        self.good, self.other = self.another("Second"), self.another("Third")
        self.cases = self.case | self.good | self.other

    def another(self, name):
        partner = self.business.copy({"name": name, "email": f"{name}@example.com".lower()})
        item = self.at_level(3, 40, partner=partner)
        case = self.open_case(item, begun_on=self.after(-10))
        item.debtor_id.write(
            {"address_checked_on": self.today, "insolvency_checked_on": self.today}
        )
        self.store_pdf(item.move_id)
        return case

    def dialog(self, cases=None, user=None):
        cases = (cases or self.cases).with_user(user or self.env.user)
        with self.on_day(self.today):
            action = cases.action_hand_over()
        batch = self.env["collection.handover.batch"].with_user(user or self.env.user)
        return batch.browse(action["res_id"])

    def line(self, dialog, case):
        return dialog.line_ids.filtered(lambda line: line.case_id == case)

    def apply(self, dialog, *cases):
        for case in cases or self.cases:
            self.line(dialog, case).no_defence = True
        dialog.declared = True
        with self.on_day(self.today):
            dialog.action_apply()

    def verdicts(self, dialog):
        return dialog.line_ids.mapped("verdict")

    def test_each_goes_in_a_package_of_its_own(self):
        clerk = self.person("batch_clerk", "group_dunning_user")
        dialog = self.dialog(user=clerk)
        self.assertEqual(self.verdicts(dialog), ["go"] * 3)
        self.apply(dialog)
        self.assertEqual(self.verdicts(dialog), ["done"] * 3)
        self.assertEqual(self.cases.mapped("phase"), ["handed_over"] * 3)
        for case in self.cases:
            [handover] = case.handover_ids
            self.assertEqual(handover.declared_by_id, clerk)
            sections = check_package(io.BytesIO(handover._content()))
            found = [str(e) for section in sections for e in section.problems if e.is_error]
            self.assertEqual(found, [])

    def test_only_those_of_which_no_defence_is_known_go(self):
        dialog = self.dialog()
        self.apply(dialog, self.good)
        self.assertEqual(self.cases.handover_ids.case_id, self.good)
        self.assertIn("handed over: 1 · can go: 2", dialog.summary)

    def test_nobody_hands_over_without_declaring_them_complete(self):
        dialog = self.dialog()
        dialog.line_ids.no_defence = True
        with self.assertRaisesRegex(UserError, "complete and true"):
            dialog.action_apply()

    def test_what_is_contested_is_opened_by_itself(self):
        self.dispute(amount=100, scope="amount")
        line = self.line(self.dialog(), self.case)
        self.assertEqual(line.verdict, "ask")
        self.assertIn("contests", line.says)
        with self.on_day(self.today):
            action = line.action_open()
        self.assertEqual(action["context"]["default_case_id"], self.case.id)

    def test_what_may_be_private_is_opened_by_itself_until_somebody_marked_it(self):
        message = self.write_to_us("I am in hospital")
        self.assertEqual(self.line(self.dialog(), self.case).verdict, "ask")
        message._dunning_mark("health")
        self.assertEqual(self.line(self.dialog(), self.case).verdict, "go")

    def test_what_only_a_manager_overrides_is_opened_by_itself(self):
        self.write_to_us("Why?", answered=False)
        line = self.line(self.dialog(), self.case)
        self.assertEqual(line.verdict, "ask")
        self.assertIn("waits for an answer", line.says)

    def test_what_the_law_keeps_back_is_kept_whatever_is_ticked(self):
        self.env["dunning.hold"].create(
            {"debtor_id": self.debtor_row.id, "kind": "deceased", "date_from": self.today}
        )
        dialog = self.dialog()
        self.assertEqual(self.line(dialog, self.case).verdict, "kept")
        self.apply(dialog)
        self.assertEqual(self.cases.handover_ids.case_id, self.good | self.other)

    def test_what_nobody_looked_up_goes_with_a_warning(self):
        self.debtor_row.insolvency_checked_on = False
        line = self.line(self.dialog(), self.case)
        self.assertEqual(line.verdict, "warned")
        self.assertIn("insolvency register", line.says)

    def test_what_is_paid_meanwhile_stays_and_the_others_go(self):
        dialog = self.dialog()
        self.pay(self.item.move_id)
        self.apply(dialog)
        line = self.line(dialog, self.case)
        self.assertEqual(line.verdict, "stayed")
        self.assertIn("Nothing is open any more", line.says)
        self.assertNotIn("can't be handed over", line.says)
        self.assertFalse(self.case.handover_ids)
        self.assertEqual(self.cases.handover_ids.case_id, self.good | self.other)

    def test_what_is_contested_meanwhile_stays(self):
        dialog = self.dialog()
        self.dispute(amount=100, scope="amount")
        self.apply(dialog)
        self.assertIn("contests", self.line(dialog, self.case).says)
        self.assertFalse(self.case.handover_ids)

    def test_an_unexpected_fault_of_one_undoes_that_one_alone(self):
        made, case = CollectionHandover._hand_over, self.case

        def fails(handovers, own, wanted, overridden=None):
            handover = made(handovers, own, wanted, overridden)
            if own == case:
                raise ValueError("broken")
            return handover

        dialog = self.dialog()
        with (
            patch.object(CollectionHandover, "_hand_over", fails),
            mute_logger(batches.__name__),
        ):
            self.apply(dialog)
        self.assertEqual(self.line(dialog, case).verdict, "stayed")
        self.assertEqual((case.phase, len(case.handover_ids)), ("default_notice", 0))
        self.assertEqual(self.cases.handover_ids.case_id, self.good | self.other)

    def test_what_time_does_not_suffice_for_goes_on_in_the_background(self):
        dialog = self.dialog()
        with patch.object(batches, "BUDGET", -1):
            self.apply(dialog)
        self.assertEqual(self.verdicts(dialog).count("done"), 1)
        self.assertEqual(self.verdicts(dialog).count("queued"), 2)
        self.assertFalse(dialog.line_ids._going())
        job = self.env["dunning.job"].sudo().search([("kind", "=", "packages")])
        self.assertEqual((job.total_count, job.user_id), (2, dialog.create_uid))
        with self.no_commit():
            job._cron_work()
        self.assertEqual((job.state, job.percent), ("done", 100))
        self.assertNotIn("queued", self.verdicts(dialog))
        self.assertIn(f"Handed over: {len(dialog.line_ids.handover_id) - 1}.", job.note)

    def test_what_is_stopped_can_be_handed_over_later(self):
        dialog = self.dialog()
        with patch.object(batches, "BUDGET", -1):
            self.apply(dialog)
        job = self.env["dunning.job"].sudo().search([("kind", "=", "packages")])
        job.action_cancel()
        self.assertEqual(job.state, "cancelled")
        self.assertEqual(self.verdicts(dialog).count("go"), 2)

    def test_all_go_to_one_office_where_one_is_chosen(self):
        second = self.agent.copy({"partner_id": self.debtor("Law Firm").id, "kind": "lawyer"})
        dialog = self.dialog()
        self.assertEqual(dialog.line_ids.agent_id, self.agent)
        dialog.agent_id = second
        self.assertEqual(dialog.line_ids.agent_id, second)

    def test_what_only_a_lawyer_can_bring_to_court_is_proposed_to_one(self):
        second = self.agent.copy({"partner_id": self.debtor("Law Firm").id, "kind": "lawyer"})
        large = self.open_case(
            self.at_level(3, 40, amount=26000.0, partner=self.debtor("Large Bakery")),
            begun_on=self.after(-10),
        )
        proposed = self.agent._proposed(self.case + large)
        self.assertEqual((proposed[self.case], proposed[large]), (self.agent, second))
        second.active = False
        self.assertEqual(self.agent._proposed(large)[large], self.agent)

    def test_who_takes_nothing_so_small_is_not_proposed(self):
        second = self.agent.copy({"partner_id": self.debtor("Second Office").id})
        self.agent.minimum = self.case.principal + 1
        self.assertEqual(self.agent._proposed(self.case)[self.case], second)
        second.minimum = self.case.principal + 1
        self.assertEqual(self.agent._proposed(self.case)[self.case], self.agent)

    def test_the_office_that_was_asked_is_proposed(self):
        second = self.agent.copy({"partner_id": self.debtor("Law Firm").id, "kind": "lawyer"})
        self.good.sudo().opinion_agent_id = second
        dialog = self.dialog()
        self.assertEqual(self.line(dialog, self.good).agent_id, second)
        self.assertEqual(self.line(dialog, self.case).agent_id, self.agent)

    def test_an_agency_without_registration_is_not_proposed_for_people(self):
        self.agent.kind = "agency"
        bailiff = self.agent.copy({"kind": "bailiff"})
        self.debtor_row.kind = "consumer"
        proposed = self.env["collection.agent"]._proposed(self.case | self.good)
        self.assertEqual(proposed, {self.case: bailiff, self.good: self.agent})

    def test_a_case_that_is_with_somebody_else_is_kept(self):
        self.hand_over()
        line = self.line(self.dialog(), self.case)
        self.assertEqual(line.verdict, "kept")
        self.assertIn("Handed Over", line.says)

    def test_a_viewer_opens_no_dialog(self):
        viewer = self.person("batch_viewer", "group_dunning_viewer")
        with self.assertRaises(AccessError):
            self.dialog(user=viewer)

    def test_of_one_case_its_own_dialog_opens(self):
        action = self.case.action_hand_over()
        self.assertEqual(action["res_model"], "collection.handover.wizard")

    def test_too_many_at_once_are_refused(self):
        with patch.object(batches, "MOST", 2), self.assertRaisesRegex(UserError, "at most 2"):
            self.cases.action_hand_over()
