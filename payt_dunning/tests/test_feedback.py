import base64
import hashlib
import io
import zipfile
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.web.controllers.export import CSVExport

from ..models import collection_feedback
from ..wizards import collection_feedback_upload
from .feedback_common import FeedbackCommon


@tagged("post_install", "-at_install")
class TestFeedback(FeedbackCommon):
    """What an office tells: kept, looked at, applied once, and never believed about money."""

    def test_where_the_case_stands_is_shown_and_noted(self):
        message = self.take_in(
            self.message(self.status("summons_served", phase="judicial"), self.event())
        )
        self.assertEqual(message.state, "applied")
        self.assertEqual(self.handover.agent_status, "summons_served")
        self.assertEqual(self.handover.agent_status_name, "the writ was served")
        self.assertEqual((self.case.phase, self.case.phase_on), ("summons", self.since))
        notes = " ".join(self.case.message_ids.mapped("body"))
        self.assertIn("the writ was served", notes)
        self.assertIn("Letter sent.", notes)

    def test_the_message_is_kept_as_it_came(self):
        content = self.message(self.status())
        message = self.take_in(content)
        self.assertEqual(message.file_id.raw, content)
        self.assertEqual(message.file_hash, hashlib.sha256(content).hexdigest())

    def test_the_same_message_is_read_once(self):
        content = self.message(self.status(), self.event())
        first, again = self.take_in(content), self.take_in(content)
        self.assertEqual((first, self.was_known), (again, True))
        self.assertEqual(len(first.line_ids), 2)

    def test_the_same_number_with_another_content_is_not_read(self):
        self.take_in(self.message(self.status(), number="M"))
        other = self.take_in(self.message(self.status("judgment"), number="M"))
        self.assertEqual((other.state, other.line_ids.ids), ("refused", []))
        self.assertIn("another content", other.says)
        self.assertEqual(self.handover.agent_status, "demand")

    def test_a_thing_that_is_told_again_is_applied_once(self):
        self.take_in(self.message(self.status(), self.event(), self.booking()))
        noted = len(self.case.message_ids)
        message = self.take_in(self.message(self.status(), self.event(), self.booking()))
        self.assertEqual(set(message.line_ids.mapped("result")), {"known"})
        self.assertEqual((message.state, len(self.case.message_ids)), ("applied", noted))

    def test_another_content_under_the_same_number_waits_for_a_person(self):
        self.take_in(self.message(self.status(), self.booking()))
        message = self.take_in(self.message(self.status(), self.booking(amount="450.00")))
        [line] = message.line_ids.filtered("to_decide")
        self.assertEqual((message.state, line.result), ("review", "conflict"))
        self.assertEqual(line.before_id.amount, 500)
        self.assertTrue(self.handover.activity_ids)
        before = line.before_id
        line.action_take()
        self.assertEqual((line.result, before.result), ("applied", "replaced"))
        self.assertEqual(message.state, "applied")
        self.assertEqual(line.decided_by_id, self.env.user)

    def test_what_contradicts_can_be_left_out(self):
        self.take_in(self.message(self.status(), self.booking()))
        message = self.take_in(self.message(self.status(), self.booking(amount="450.00")))
        line = message.line_ids.filtered("to_decide")
        line.action_keep()
        self.assertEqual((line.result, line.before_id.result), ("refused", "applied"))
        with self.assertRaises(UserError):
            line.action_take()

    def test_a_status_that_comes_late_is_kept_and_not_shown(self):
        self.take_in(self.message(self.status("judgment", phase="judicial")))
        message = self.take_in(self.message(self.status("demand", since="2025-01-01")))
        self.assertEqual(message.line_ids.result, "older")
        self.assertEqual((self.handover.agent_status, self.case.phase), ("judgment", "judgment"))

    def test_what_can_not_be_is_looked_at_before_anything_of_the_case_is_applied(self):
        balance = (
            f'<Balance asOf="{self.since}" principal="500.00" interest="0.00" costs="0.00"'
            ' due="501.00"/>'
        )
        message = self.take_in(self.message(self.status(), self.event(), balance))
        self.assertEqual(set(message.line_ids.mapped("result")), {"review"})
        self.assertIn("not 501.00", message.says)
        self.assertFalse(self.handover.agent_status)

    def test_money_in_another_currency_or_to_another_account_is_looked_at(self):
        remittance = (
            f'<Remittance id="P" date="{self.since}" collected="100.00" withheld="0.00"'
            ' withheldVat="0.00" paidOut="100.00" iban="NL02ABNA0123456789" paymentReference="R"/>'
        )
        message = self.take_in(self.message(self.status(), remittance))
        self.assertIn("no account of ours", message.says)
        dollars = self.message(self.status()).replace(
            b'Reference="R-1"', b'Reference="R-1" currency="USD"'
        )
        self.assertIn("USD", self.take_in(dollars).says)

    def test_money_that_was_paid_out_is_booked_by_nobody_here(self):
        entries = self.env["account.move"].search_count([])
        remittance = (
            f'<Remittance id="P" date="{self.since}" collected="100.00" withheld="10.00"'
            ' withheldVat="2.10" paidOut="87.90" iban="NL91ABNA0417164300" paymentReference="R 1"/>'
        )
        self.take_in(self.message(self.status(), remittance))
        self.assertEqual(self.env["account.move"].search_count([]), entries)
        self.assertEqual(self.item.amount_open, 500)
        remittance = self.env["collection.remittance"].search([("agent_id", "=", self.agent.id)])
        self.assertEqual((remittance.paid_out, remittance.state), (87.9, "expected"))

    def test_the_office_takes_the_case(self):
        self.take_in(self.message(self.status("accepted"), reference="2026-118"))
        self.assertEqual(
            (self.handover.state, self.handover.reference), ("acknowledged", "2026-118")
        )

    def test_the_office_does_not_take_the_case(self):
        self.take_in(self.message(self.status("rejected", reason="Too small")))
        self.assertEqual((self.handover.state, self.case.phase), ("rejected", "ready"))
        self.assertEqual(self.handover.recall_reason, "Too small")

    def test_a_question_is_asked_of_the_handler_with_its_day(self):
        until = self.today + timedelta(days=9)
        question = (
            f'<Question id="Q" askedAt="{self.since}T10:00:00Z" answerBy="{until}"'
            ' type="plan_proposal">May it be 50 a month?</Question>'
        )
        self.take_in(self.message(self.status(), question))
        [task] = self.handover.activity_ids
        self.assertEqual(task.date_deadline, until)
        self.assertIn("50 a month", task.summary)

    def test_that_it_ended_writes_nothing_off(self):
        closure = f'<Closure code="uncollectable" date="{self.since}" note="No assets"/>'
        self.take_in(self.message(self.status("closed"), closure))
        self.assertEqual(self.handover.agent_closure_name, "can't be collected")
        self.assertEqual((self.item.amount_open, self.item.state), (500, "open"))
        holds = self.env["dunning.hold"].search(
            [("item_id", "=", self.item.id), ("released_on", "=", False)]
        )
        self.assertEqual(holds.mapped("kind"), ["handed_over"])

    def test_a_case_that_the_office_does_not_have_is_refused_and_others_are_not(self):
        content = self.message(self.status())
        other = self.message(
            self.status("judgment"),
            dossier="6f0e1a52-3b6c-4c1f-9a77-0d5c2b8e4411",
            case="X",
            reference="Z",
        )
        case = other[other.index(b"<Case") : other.index(b"</CollectionFeedback>")]
        message = self.take_in(
            content.replace(b"</CollectionFeedback>", case + b"</CollectionFeedback>")
        )
        self.assertEqual(set(message.line_ids.mapped("result")), {"applied", "refused"})
        self.assertIn("X", message.says)
        self.assertEqual(self.handover.agent_status, "demand")

    def test_what_waited_too_long_changes_nothing_newer(self):
        wrong = f'<Balance asOf="{self.since}" principal="1.00" interest="0.00" costs="0.00" due="2.00"/>'
        message = self.take_in(self.message(self.status("demand"), wrong))
        later = self.status("judgment", since=self.today, phase="judicial")
        self.take_in(self.message(later))
        line = message.line_ids.filtered(lambda each: each.kind == "status")
        line.action_take()
        self.assertEqual((line.result, self.handover.agent_status), ("older", "judgment"))

    def test_what_nobody_can_apply_is_seen_by_somebody(self):
        message = self.take_in(
            self.message(
                self.status(),
                dossier="6f0e1a52-3b6c-4c1f-9a77-0d5c2b8e4411",
                case="X",
                reference="Z",
            )
        )
        self.assertEqual(message.state, "review")
        message.action_seen()
        self.assertEqual(message.state, "applied")

    def test_what_waits_for_a_decision_is_not_only_seen(self):
        self.take_in(self.message(self.status(), self.booking()))
        message = self.take_in(self.message(self.status(), self.booking(amount="450.00")))
        with self.assertRaises(UserError):
            message.action_seen()

    def test_a_refusal_of_a_test_changes_nothing_of_the_case(self):
        self.agent.test_mode = True
        self.case._take_back("Again")
        test = self.hand_over()
        before = self.case.phase
        message = self.take_in(
            self.message(self.status("rejected"), dossier=test.dossier_id, test="true")
        )
        self.assertEqual((message.state, test.state), ("applied", "rejected"))
        self.assertEqual(self.case.phase, before)

    def test_another_office_tells_nothing_about_our_case(self):
        other = self.env["collection.agent"].create(
            {"partner_id": self.debtor("Other Office").id, "kind": "lawyer"}
        )
        message = self.take_in(self.message(self.status("judgment")), other)
        self.assertEqual((message.line_ids.result, self.handover.agent_status), ("refused", False))

    def test_a_test_tells_nothing_about_a_real_case(self):
        message = self.take_in(self.message(self.status("judgment"), test="true"))
        self.assertEqual((message.state, self.handover.agent_status), ("review", False))

    def test_a_message_with_a_document_type_is_kept_and_not_read(self):
        content = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + self.message(
            self.status()
        )
        message = self.take_in(content)
        self.assertEqual((message.state, message.line_ids.ids), ("refused", []))
        self.assertIn("DOCTYPE", message.says)

    def test_words_with_signs_of_web_pages_stay_words(self):
        event = self.event(text="&lt;script&gt;alert(1)&lt;/script&gt;")
        self.take_in(self.message(self.status(), event))
        notes = " ".join(self.case.message_ids.mapped("body"))
        self.assertNotIn("<script>", notes)

    def test_files_that_came_along_are_kept_with_the_handover(self):
        pdf = b"%PDF-1.7 judgment"
        document = (
            f'<Document id="D" type="judgment" date="{self.since}" file="judgment.pdf"'
            f' sha256="{hashlib.sha256(pdf).hexdigest()}"/>'
        )
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            archive.writestr("feedback.xml", self.message(self.status(), document))
            archive.writestr("judgment.pdf", pdf)
        self.take_in(stream.getvalue())
        self.assertEqual(self.files(), [(self.handover.id, pdf)])

    def test_files_of_what_is_applied_later_are_there_too(self):
        pdf = b"%PDF-1.7 judgment"
        document = (
            f'<Document id="D" type="judgment" date="{self.since}" file="judgment.pdf"'
            f' sha256="{hashlib.sha256(pdf).hexdigest()}"/>'
        )
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w") as archive:
            late = self.after(9)
            archive.writestr("feedback.xml", self.message(self.status(since=late), document))
            archive.writestr("judgment.pdf", pdf)
        message = self.take_in(stream.getvalue())
        self.assertEqual(self.files(), [])
        message.line_ids.filtered(lambda line: line.kind == "document").action_take()
        self.assertEqual(self.files(), [(self.handover.id, pdf)])

    def files(self):
        found = self.env["ir.attachment"].search(
            [("res_model", "=", "collection.handover"), ("name", "=", "judgment.pdf")]
        )
        return [(file.res_id, file.raw) for file in found]

    def test_a_code_of_a_newer_version_is_shown_to_a_person(self):
        self.take_in(self.message(self.status("bailiff_strike")))
        self.assertEqual(self.handover.agent_status_name, "bailiff_strike")
        self.assertTrue(self.handover.activity_ids)

    def upload(self, user, content):
        return (
            self.env["collection.feedback.upload"]
            .with_user(user)
            .create({"agent_id": self.agent.id, "file": base64.b64encode(content)})
        )

    def test_a_collector_uploads_a_message_and_sees_it(self):
        clerk = self.person("feedback.clerk", "group_dunning_user")
        content = self.message(self.status())
        with self.on_day(self.today):
            action = self.upload(clerk, content).action_apply()
            again = self.upload(clerk, content).action_apply()
        message = self.env["collection.feedback"].browse(action["res_id"])
        self.assertEqual(message.state, "applied")
        self.assertEqual(again["params"]["next"]["res_id"], message.id)

    def test_a_hundred_megabytes_are_refused_before_they_are_read(self):
        clerk = self.person("feedback.clerk", "group_dunning_user")
        wizard = self.upload(clerk, b"<x/>")
        large = b"A" * (100 * 1024**2 * 4 // 3)
        before = self.env["collection.feedback"].search_count([])
        with (
            patch.object(base64, "b64decode") as decoded,
            patch.object(collection_feedback, "read") as opened,
        ):
            wizard._fields["file"]._update_cache(wizard, large)
            with self.assertRaisesRegex(UserError, "larger than 30 MB"):
                wizard.action_apply()
        self.assertFalse(decoded.called or opened.called)
        self.assertEqual(self.env["collection.feedback"].search_count([]), before)

    def test_what_is_a_byte_too_large_is_refused_too(self):
        clerk = self.person("feedback.clerk", "group_dunning_user")
        with patch.object(collection_feedback_upload, "LARGEST", 3):
            wizard = self.upload(clerk, b"<x/>")
            with self.assertRaisesRegex(UserError, "larger than"):
                wizard.action_apply()

    def test_what_is_exported_is_no_formula(self):
        self.take_in(self.message(self.status(), self.event(text="=HYPERLINK(1)")))
        line = self.handover.feedback_line_ids.filtered(lambda each: each.kind == "event")
        self.assertEqual(line.text, "=HYPERLINK(1)")
        table = CSVExport().from_data([{}], ["text"], line.export_data(["text"])["datas"])
        self.assertNotIn('"=', table)
        self.assertIn("HYPERLINK", table)

    def test_who_only_looks_uploads_nothing(self):
        viewer = self.person("feedback.viewer", "group_dunning_viewer")
        with self.assertRaises(AccessError):
            self.upload(viewer, self.message(self.status()))

    def test_nobody_changes_what_was_told(self):
        message = self.take_in(self.message(self.status()))
        manager = self.person("feedback.manager", "group_dunning_manager")
        with self.assertRaises(AccessError):
            message.line_ids.with_user(manager).write({"amount": 1})
        self.assertTrue(message.create_date <= fields.Datetime.now())
