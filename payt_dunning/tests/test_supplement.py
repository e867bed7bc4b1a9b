import base64
import io
import zipfile
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..rules.dossier import xml
from ..rules.dossier.checking import check_package
from .feedback_common import FeedbackCommon
from .transmission_common import TransmissionCommon


@tagged("post_install", "-at_install")
class TestSupplement(FeedbackCommon):
    """What an office gets after a case: answers, and what turned up."""

    def asked(self, kind="plan_proposal"):
        """A question of the office that waits for an answer."""
        return self.take_in(
            self.message(self.status(), self.question(kind=kind))
        ).line_ids.filtered(lambda line: line.kind == "question")

    def dialog(self, question=None, user=None, files=(), **values):
        wizard = self.env["collection.supplement.wizard"].with_user(user or self.env.user)
        return wizard.create(
            {
                "handover_id": self.handover.id,
                "question_id": question.id if question else False,
                "file_ids": [
                    fields.Command.create(
                        {
                            "kind": "mandate",
                            "title": title,
                            "content": base64.b64encode(self.one_page()),
                        }
                    )
                    for title in files
                ],
                **values,
            }
        )

    def send(self, *args, **values):
        with self.on_day(self.today):
            action = self.dialog(*args, **values).action_apply()
        return self.env["collection.handover"].browse(action["res_id"])

    def told(self, more):
        """What stands in the package of a supplement."""
        content = more._content()
        wrong = [
            problem
            for section in check_package(io.BytesIO(content))
            for problem in section.problems
            if problem.is_error
        ]
        self.assertEqual(wrong, [])
        archive = zipfile.ZipFile(io.BytesIO(content))
        return xml.read(archive.read("data/dossier.xml"))

    def test_an_answer_goes_as_the_next_package_of_the_dossier(self):
        more = self.send(self.asked(), answer="yes", text="From March on.")
        dossier = self.told(more)
        self.assertEqual(
            (dossier.header.dossier_id, dossier.header.revision, dossier.header.function),
            (self.handover.dossier_id, 2, "supplement"),
        )
        self.assertEqual((dossier.supplement.answers_to, dossier.supplement.answer), ("Q-1", "yes"))
        self.assertEqual(dossier.supplement.text, "Yes, we agree. From March on.")
        self.assertEqual(self.case.handover_id, self.handover)

    def test_who_answers_in_words_alone_says_neither_yes_nor_no(self):
        dossier = self.told(self.send(self.asked("question"), text="It was in March."))
        self.assertEqual(
            (dossier.supplement.answer, dossier.supplement.text), ("", "It was in March.")
        )

    def test_exhibits_go_on_counting(self):
        last = max(row[0] for row in self.handover.documents)
        first = self.send(text="The agreement.", files=["Agreement"])
        again = self.send(text="And its annex.", files=["Annex"])
        numbers = [self.told(more).documents[0].exhibit for more in (first, again)]
        self.assertEqual(numbers, [last + 1, last + 2])
        self.assertEqual([first.revision, again.revision], [2, 3])

    def test_an_answered_question_asks_nobody_any_more(self):
        question = self.asked()
        task = question.task_id
        self.assertTrue(task.active)
        self.send(question, answer="no")
        self.assertFalse(task.exists() and task.active)
        self.assertFalse(question.can_answer)
        with self.assertRaisesRegex(UserError, "waits for an answer"):
            self.send(question, answer="yes")

    def test_a_proposal_wants_yes_no_or_other_terms(self):
        question = self.asked()
        with self.assertRaisesRegex(UserError, "Choose yes, no"):
            self.send(question, text="Perhaps.")
        with self.assertRaisesRegex(UserError, "what to tell"):
            self.send(question, answer="counter")

    def test_a_question_about_another_case_is_not_answered_here(self):
        question = self.asked()
        item = self.at_level(3, 30)
        self.store_pdf(item.move_id)
        other = self.open_case(item, begun_on=self.after(-10))
        wizard = self.dialog(question, answer="yes")
        wizard.handover_id = self.hand_over(case=other)
        with self.assertRaisesRegex(UserError, "waits for an answer"):
            wizard.action_apply()

    def test_a_number_of_a_person_is_not_told(self):
        with self.assertRaisesRegex(UserError, "Nothing was sent.*(?s:.*)national identity"):
            self.send(text="His number is 111222333.")

    def test_a_supplement_is_neither_recalled_nor_accepted_nor_refused(self):
        more = self.send(text="The agreement.")
        for decide in (
            lambda: more.action_recall("Paid"),
            lambda: more.action_accepted("R-2"),
            lambda: more.action_rejected("No"),
            more.action_replace,
            more.action_add,
        ):
            with self.assertRaisesRegex(UserError, "only adds to a handover"):
                decide()
        self.assertEqual(self.case.phase, "handed_over")

    def test_a_recall_takes_along_what_was_to_be_added(self):
        more = self.send(text="The agreement.")
        with self.on_day(self.today):
            self.handover.action_recall("Paid")
        self.assertEqual(more.state, "recalled")

    def test_nothing_is_added_to_what_was_recalled(self):
        with self.on_day(self.today):
            self.handover.action_recall("Paid")
        with self.assertRaisesRegex(UserError, "not handed over any more"):
            self.send(text="The agreement.")

    def test_what_the_office_tells_is_about_the_claim_and_not_about_what_was_added(self):
        self.send(text="The agreement.")
        self.take_in(self.message(self.status("judgment", phase="judicial")))
        self.assertEqual(self.handover.agent_status, "judgment")

    def test_a_collector_answers_and_who_looks_does_not(self):
        question = self.asked()
        with self.assertRaises(AccessError):
            question.with_user(
                self.person("supplement.viewer", "group_dunning_viewer")
            ).action_answer()
        user = self.person("supplement.collector", "group_dunning_user")
        context = question.with_user(user).action_answer()["context"]
        self.assertEqual(context["default_handover_id"], self.handover.id)
        more = self.send(question, user=user, answer="yes")
        self.assertEqual(more.declared_by_id, user)


@tagged("post_install", "-at_install")
class TestSupplementSent(TransmissionCommon):
    """What goes to an office later, to its server, in the order in which it was made."""

    def sent_revisions(self):
        return [each["headers"]["X-Dossier-Revision"] for each in self.sent()]

    def add(self, handover):
        with self.on_day(self.today):
            return handover._add("The agreement.")

    def replace(self, handover):
        with self.on_day(self.today):
            return self.env["collection.handover"]._hand_over(
                self.case, self.wanted(), replaces=handover
            )

    def test_what_is_added_goes_by_itself_to_the_same_dossier(self):
        handover, _package = self.hand_over()
        self.send()
        more = self.add(handover)
        self.send()
        self.assertEqual(self.sent_revisions(), ["1", "2"])
        self.assertEqual(
            {each["headers"]["X-Dossier-Id"] for each in self.sent()}, {handover.dossier_id}
        )
        self.assertEqual((more.state, handover.state), ("acknowledged", "acknowledged"))

    def test_it_does_not_overtake_the_package(self):
        handover, _package = self.hand_over()
        self.answers(503)
        self.send()
        self.add(handover)
        self.send()
        self.assertEqual(self.sent_revisions(), ["1"])
        self.send(later=timedelta(hours=1))
        self.assertEqual(self.sent_revisions(), ["1", "1", "2"])

    def test_what_was_replaced_before_it_left_is_not_sent(self):
        handover, package = self.hand_over()
        new = self.replace(handover)
        self.send()
        self.assertEqual((self.sent_revisions(), package.state), (["2"], "dropped"))
        self.assertEqual(new.state, "acknowledged")

    def test_what_was_replaced_after_a_failure_is_not_tried_again(self):
        handover, package = self.hand_over()
        self.answers(503)
        self.send()
        self.replace(handover)
        self.send()
        self.assertEqual((self.sent_revisions(), package.state), (["1", "2"], "dropped"))
