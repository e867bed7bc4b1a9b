import io

from odoo.exceptions import AccessError

from ..rules.dossier.checking import check_package
from ..tools import Heard
from .handover_common import HandoverCommon


class TestSensitiveMessages(HandoverCommon):
    """What a debtor tells in confidence stays out of packages, and these say that it does."""

    def make_once(self):
        super().make_once()
        self.plain = self.write_to_us("When do you deliver the rest?")
        self.private = self.write_to_us("My daughter is in hospital.")

    def dialog(self, user=None, **values):
        wizard = self.env["collection.handover.wizard"].with_user(user or self.env.user)
        with self.on_day(self.today):
            return wizard.create(
                {
                    "case_id": self.case.id,
                    "agent_id": self.agent.id,
                    "no_defence": True,
                    "declared": True,
                    **values,
                }
            )

    def apply(self, dialog):
        with self.on_day(self.today):
            action = dialog.action_apply()
        return self.env["collection.handover"].browse(action["res_id"])

    def row(self, dialog, message):
        return dialog.message_ids.filtered(lambda each: each.key == message.id)

    def errors(self, handover):
        sections = check_package(io.BytesIO(handover._content()))
        return [str(each) for section in sections for each in section.problems if each.is_error]

    def test_what_is_marked_stays_out_and_the_package_says_so(self):
        self.private._dunning_mark("health")
        handover = self.hand_over()
        told = self.text_in(handover, "80_correspondence")
        self.assertIn("When do you deliver", told)
        self.assertIn("1 message was left out", told)
        self.assertNotIn("hospital", told)
        self.assertIn("1 message was left out", self.text_in(handover, "summary.pdf"))
        self.assertEqual(self.errors(handover), [])

    def test_nothing_in_its_data_tells_what_or_when(self):
        self.private._dunning_mark("health")
        with self.on_day(self.today):
            dossier = self.env["collection.dossier"]._make(
                self.case, self.wanted(dossier_id="6f0e1a52-3b6c-4c1f-9a77-0d5c2b8e4411"), ()
            )[0]
        events = {each.id: each for each in dossier.events if each.id[0] in "mw"}
        self.assertEqual(set(events), {f"m{self.plain.id}", "w1"})
        self.assertEqual(events["w1"].at.date(), self.today)

    def test_of_many_the_package_says_how_many(self):
        (self.private | self.plain)._dunning_mark("family")
        handover = self.hand_over()
        self.assertIn("2 messages were left out", self.text_in(handover, "summary.pdf"))
        self.assertFalse([row for row in handover.documents if "80_" in row[2]])

    def test_what_another_message_quotes_of_it_stays_out_as_well(self):
        self.item.move_id.message_post(
            body="<p>We wait.</p><blockquote>My daughter is in hospital.</blockquote>",
            body_is_html=True,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        self.private._dunning_mark("health")
        told = self.text_in(self.hand_over(), "80_correspondence")
        self.assertIn("We wait.", told)
        self.assertNotIn("hospital", told)

    def test_a_number_of_a_citizen_is_taken_out_of_what_goes_along(self):
        self.write_to_us("My BSN is 111222333, call me.")
        handover = self.hand_over()
        told = self.text_in(handover, "80_correspondence")
        self.assertIn("[number removed], call me", told)
        self.assertEqual(self.errors(handover), [])

    def test_the_dialog_points_out_what_may_be_private(self):
        dialog = self.dialog()
        self.assertEqual(self.row(dialog, self.private).hint, "health")
        self.assertFalse(self.row(dialog, self.plain).hint)

    def test_what_is_left_out_in_the_dialog_stays_out_the_next_time_too(self):
        dialog = self.dialog()
        self.row(dialog, self.private).sensitive = "health"
        handover = self.apply(dialog)
        self.assertNotIn("hospital", self.text_in(handover, "80_correspondence"))
        self.assertEqual(self.private.dunning_sensitive, "health")
        handover.action_rejected("too small")
        self.assertEqual(self.row(self.dialog(), self.private).sensitive, "health")

    def test_what_was_marked_by_mistake_goes_along_again(self):
        self.private._dunning_mark("health")
        dialog = self.dialog()
        self.row(dialog, self.private).sensitive = False
        self.assertIn("hospital", self.text_in(self.apply(dialog), "80_correspondence"))
        self.assertFalse(self.private.dunning_sensitive)

    def test_a_dialog_marks_no_message_of_somebody_else(self):
        move = self.invoice(40, partner=self.debtor("Somebody Else"))
        self.taken_in(move)
        other = move.message_post(
            body="Hello", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        dialog = self.dialog()
        self.row(dialog, self.plain).write({"key": other.id, "sensitive": "health"})
        self.apply(dialog)
        self.assertFalse(other.dunning_sensitive)

    def test_whoever_reads_it_first_marks_it_with_our_answers(self):
        question = self.env["dunning.question"].search(
            [("last_message_id", "=", self.private.id)], limit=1
        )
        clerk = self.person("sensitive_clerk", "group_dunning_user")
        question.with_user(clerk).action_sensitive_family()
        self.assertEqual(question.sensitive, "family")
        question.with_user(clerk).action_not_sensitive()
        self.assertFalse(self.private.dunning_sensitive)

    def test_what_is_written_after_a_sensitive_message_is_sensitive_too(self):
        self.write_to_us("It is worse today.", answered=False)
        question = self.env["dunning.question"].search([("state", "=", "open")], limit=1)
        question.action_sensitive_health()
        later = self.write_to_us("And tomorrow?", answered=False)
        self.assertEqual(later.dunning_sensitive, "health")
        answer = self.item.move_id.with_context(
            dunning_heard=Heard(debtor_id=self.debtor_row.id, question_id=question.id)
        ).message_post(
            body="All the best.", message_type="comment", subtype_xmlid="mail.mt_comment"
        )
        self.assertEqual(question.state, "answered")
        self.assertEqual(answer.dunning_sensitive, "health")

    def test_what_somebody_marks_while_the_dialog_is_open_stays_marked_and_out(self):
        dialog = self.dialog()
        self.plain._dunning_mark("other")
        handover = self.apply(dialog)
        self.assertNotIn("deliver the rest", self.text_in(handover, "80_correspondence"))
        self.assertEqual(self.plain.dunning_sensitive, "other")

    def test_looking_at_the_cover_marks_nothing(self):
        dialog = self.dialog()
        self.row(dialog, self.private).sensitive = "health"
        with self.on_day(self.today):
            dialog.action_preview()
        self.assertFalse(self.private.dunning_sensitive)

    def test_a_viewer_marks_nothing(self):
        question = self.env["dunning.question"].search([], limit=1)
        viewer = self.person("sensitive_viewer", "group_dunning_viewer")
        with self.assertRaises(AccessError):
            question.with_user(viewer).action_sensitive_health()

    def test_it_is_noted_on_the_items(self):
        self.private._dunning_mark("health")
        note = self.env["dunning.event"].search([("item_id", "=", self.item.id)], limit=1).note
        self.assertIn("stays out of packages", note)

    def test_the_file_about_invoices_leaves_it_out_too(self):
        self.private._dunning_mark("health")
        files = self.env["collection.file"].sudo()
        with self.on_day(self.today):
            facts = files._about(self.item)
        self.assertEqual((facts.messages, facts.withheld), (self.plain, 1))
