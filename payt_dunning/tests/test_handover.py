import base64
import hashlib
import io
import subprocess
import tempfile
import zipfile
from pathlib import Path
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError

from ..rules.dossier.checking import check_package
from .handover_common import HandoverCommon


class TestHandover(HandoverCommon):
    """A case is handed over once, in a package that anybody can check."""

    def test_its_package_is_in_order_for_whoever_gets_it(self):
        handover = self.hand_over()
        sections = check_package(io.BytesIO(handover._content()))
        found = [str(each) for section in sections for each in section.problems if each.is_error]
        self.assertEqual(found, [])

    def test_its_bytes_are_kept_with_their_hash_and_never_made_again(self):
        handover = self.hand_over()
        content = handover._content()
        self.assertEqual(hashlib.sha256(content).hexdigest(), handover.file_hash)
        self.assertEqual(handover._content(), content)
        handover.file_id.raw = content + b"x"
        with self.assertRaisesRegex(UserError, "is not what was made"):
            handover._content()

    def test_a_shell_verifies_it(self):
        content = self.hand_over()._content()
        with tempfile.TemporaryDirectory() as folder:
            zipfile.ZipFile(io.BytesIO(content)).extractall(folder)
            self.assertTrue((Path(folder) / "data" / "summary.pdf").exists())
            done = subprocess.run(
                ["sha256sum", "-c", "--strict", "manifest-sha256.txt"],
                cwd=folder,
                capture_output=True,
                check=False,
            )
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_follow_up_stops_and_the_case_is_with_the_agent(self):
        handover = self.hand_over()
        self.assertEqual((self.case.phase, self.case.agent_id), ("handed_over", self.agent))
        self.assertEqual(self.item.hold_id.kind or self.held(), "handed_over")
        self.assertEqual(self.run_and_deliver(self.after(60)), [])
        self.assertEqual(handover.total, handover.principal + handover.interest + handover.costs)

    def held(self):
        return self.env["dunning.hold"].search([("item_id", "=", self.item.id)])[:1].kind

    def test_it_is_not_handed_over_twice(self):
        self.hand_over()
        with self.assertRaisesRegex(UserError, "is “Handed Over” by now"):
            self.hand_over()

    def test_what_is_paid_meanwhile_is_not_handed_over(self):
        self.pay(self.item.move_id)
        with self.assertRaises(UserError):
            self.hand_over()
        self.assertFalse(self.case.handover_ids)

    def test_whoever_says_nothing_of_a_defence_is_asked(self):
        with self.assertRaisesRegex(UserError, "can't be handed over"):
            self.hand_over(no_defence=False)

    def test_the_disputed_part_stays_out(self):
        self.env["dunning.hold"].create(
            {"item_id": self.item.id, "kind": "dispute", "amount": 200.0, "date_from": self.today}
        )
        handover = self.hand_over()
        self.assertEqual(handover.principal, 300.0)

    def test_what_blocks_is_said_with_its_reason(self):
        self.business.street = False
        with self.assertRaisesRegex(UserError, "Street, town or country is missing"):
            self.hand_over()

    def test_a_collector_overrides_nothing_a_manager_gives_a_reason(self):
        self.item.move_id.message_post(
            body="Why?",
            author_id=self.business.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        clerk = self.person("handover_clerk", "group_dunning_user")
        with self.assertRaisesRegex(AccessError, "Only a follow-up manager can override"):
            self.hand_over(user=clerk, overridden={"answered": "answered by phone"})
        with self.assertRaisesRegex(UserError, "Say why this is overridden"):
            self.hand_over(overridden={"answered": " "})
        handover = self.hand_over(overridden={"answered": "answered by phone"})
        self.assertEqual(handover.overridden, {"answered": "answered by phone"})

    def test_a_test_package_changes_nothing(self):
        self.agent.test_mode = True
        handover = self.hand_over()
        self.assertTrue(handover.test)
        self.assertEqual(self.case.phase, "default_notice")

    def test_refused_by_the_agent_it_is_ours_again_and_goes_as_the_next_revision(self):
        first = self.hand_over()
        first.action_rejected("too small")
        self.assertEqual(self.case.phase, "ready")
        second = self.hand_over()
        self.assertEqual((second.revision, second.function), (2, "replacement"))
        self.assertEqual(second.dossier_id, first.dossier_id)
        self.assertNotEqual(second.idempotency_key, first.idempotency_key)

    def test_no_key_of_the_debtor_s_page_is_in_it(self):
        self.run_and_deliver(self.after(9))
        handover = self.hand_over(day=self.today)
        names = zipfile.ZipFile(io.BytesIO(handover._content())).namelist()
        self.assertTrue(any("40_reminders" in name for name in names))

    def test_the_debtor_s_page_says_who_has_the_case(self):
        self.hand_over()
        hold = self.env["dunning.hold"].search([("kind", "=", "handed_over")])
        told = self.env["dunning.page.story"]._with_agent(hold)
        self.assertIn("Bailiff Office collects this for us now", told)

    def test_what_is_handed_over_is_not_released_by_hand(self):
        self.hand_over()
        hold = self.env["dunning.hold"].search([("kind", "=", "handed_over")])
        with self.assertRaisesRegex(UserError, "recall it from its case"):
            hold.action_release("x")


class TestHandoverDialog(HandoverCommon):
    """A clerk hands a case over in a dialog, and notes what came of it."""

    def dialog(self, user=None, **values):
        wizard = self.env["collection.handover.wizard"].with_user(user or self.env.user)
        with self.on_day(self.today):
            return wizard.create(
                {
                    "case_id": self.case.id,
                    "agent_id": self.agent.id,
                    "ground": "Work under order 12.",
                    "no_defence": True,
                    "declared": True,
                    **values,
                }
            )

    def apply(self, dialog):
        with self.on_day(self.today):
            action = dialog.action_apply()
        return self.env["collection.handover"].browse(action["res_id"])

    def test_a_collector_hands_a_case_over(self):
        clerk = self.person("handover_clerk", "group_dunning_user")
        handover = self.apply(self.dialog(clerk))
        self.assertEqual((handover.case_id, handover.agent_id), (self.case, self.agent))
        self.assertEqual(handover.declared_by_id, clerk)

    def test_the_checks_are_shown_with_what_to_do(self):
        self.business.street = False
        dialog = self.dialog()
        check = dialog.check_ids.filtered(lambda each: each.code == "address")
        self.assertEqual(check.result, "block")
        self.assertIn("Correct or confirm the address", check.remedy)
        self.assertTrue(dialog.blocked)

    def test_the_checks_are_made_once_when_it_opens_and_once_under_lock(self):
        checks = type(self.env["collection.check"])
        with patch.object(checks, "_facts", autospec=True, side_effect=checks._facts) as looked:
            dialog = self.dialog()
            self.assertTrue(dialog.check_ids)
            self.assertEqual(looked.call_count, 1)
            self.apply(dialog)
        self.assertEqual(looked.call_count, 2)

    def test_another_office_is_checked_once(self):
        dialog = self.dialog()
        checks = type(self.env["collection.check"])
        with patch.object(checks, "_facts", autospec=True, side_effect=checks._facts) as looked:
            dialog.agent_id = self.agent.copy({"kind": "agency"})
            self.assertEqual(
                dialog.check_ids.filtered(lambda each: each.code == "registered").result, "pass"
            )
        self.assertEqual(looked.call_count, 1)

    def test_a_defence_that_was_taken_back_is_none(self):
        dispute = self.dispute()
        self.assertTrue(self.dialog().has_disputes)
        dispute._withdraw("agrees after all")
        self.assertFalse(self.dialog().has_disputes)

    def test_what_keeps_it_back_for_good_is_read_first(self):
        self.business.street = False
        self.item.move_id.message_post(
            body="Why?",
            author_id=self.business.id,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        self.debtor_row.insolvency_checked_on = False
        codes = self.dialog().check_ids.mapped("code")
        self.assertEqual(codes[:3], ["address", "answered", "insolvency_register"])

    def test_nobody_hands_over_without_declaring_it_complete(self):
        with self.assertRaisesRegex(UserError, "complete and true"):
            self.apply(self.dialog(declared=False))

    def test_what_need_not_go_along_can_be_left_out(self):
        self.run_and_deliver(self.after(9))
        dialog = self.dialog()
        reminder = dialog.exhibit_ids.filtered(lambda each: each.kind == "reminder")
        self.assertTrue(reminder)
        reminder.taken = False
        handover = self.apply(dialog)
        self.assertFalse([row for row in handover.documents if "reminder" in row[2]])

    def test_the_cover_is_seen_before(self):
        with self.on_day(self.today):
            action = self.dialog().action_preview()
        self.assertIn("/web/content/", action["url"])
        self.assertFalse(self.case.handover_ids)

    def test_a_file_that_is_added_goes_along(self):
        dialog = self.dialog()
        self.env["collection.handover.file"].create(
            {
                "wizard_id": dialog.id,
                "kind": "terms",
                "title": "General terms",
                "content": base64.b64encode(self.one_page()),
            }
        )
        handover = self.apply(dialog)
        self.assertTrue([row for row in handover.documents if row[1] == "General terms"])

    def test_a_program_does_not_go_along(self):
        dialog = self.dialog()
        with self.assertRaisesRegex(UserError, "can't go along"):
            self.env["collection.handover.file"].create(
                {
                    "wizard_id": dialog.id,
                    "kind": "other",
                    "title": "Setup",
                    "content": base64.b64encode(b"MZ\x90\x00 program"),
                }
            )

    def test_an_office_of_another_company_gets_nothing(self):
        other = self.env["res.company"].create({"name": "Other"})
        agent = self.env["collection.agent"].create(
            {"partner_id": self.debtor("Other Office").id, "company_id": other.id}
        )
        with self.assertRaises(UserError):
            self.apply(self.dialog(agent_id=agent.id))

    def test_its_number_there_is_noted(self):
        handover = self.apply(self.dialog())
        answer = self.env["collection.handover.answer"].create(
            {"handover_id": handover.id, "kind": "accepted", "reference": "2026.118"}
        )
        answer.action_apply()
        self.assertEqual((handover.state, handover.reference), ("acknowledged", "2026.118"))

    def test_a_recall_tells_the_office_and_the_case_is_ours_again(self):
        handover = self.apply(self.dialog())
        handover.action_recall("paid meanwhile")
        self.assertEqual((handover.state, self.case.phase), ("recalled", "ready"))
        told = handover.message_ids.filtered("subject")
        self.assertIn("Recall of case", told.subject)
        self.assertEqual(told.partner_ids, self.agent.partner_id)
        held = self.env["dunning.hold"].search([("kind", "=", "handed_over")])
        self.assertTrue(held.released_on)

    def test_an_office_without_an_address_is_told_by_somebody(self):
        handover = self.apply(self.dialog())
        self.agent.partner_id.email = False
        handover.action_recall("paid meanwhile")
        self.assertIn("Recall of case", handover.activity_ids.summary)

    def test_what_is_paid_to_us_is_told_the_office_once(self):
        handover = self.apply(self.dialog())
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=self.item.move_id.ids
        )
        wizard.create({"amount": 100.0, "payment_date": self.today})._create_payments()
        self.run_day(day=self.after(1))
        self.run_day(day=self.after(2))
        told = handover.message_ids.filtered("subject")
        self.assertEqual(len(told), 1)
        self.assertIn("100.00", told.body)

    def test_when_everything_is_paid_to_us_the_case_is_closed(self):
        self.apply(self.dialog())
        self.pay(self.item.move_id)
        self.run_day(day=self.after(1))
        self.assertEqual((self.case.phase, self.case.outcome), ("closed", "paid"))
