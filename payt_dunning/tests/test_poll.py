from datetime import timedelta
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models import collection_poll
from .poll_common import LOG, PollCommon

ELSEWHERE = "6f0e1a52-3b6c-4c1f-9a77-0d5c2b8e4411"


@tagged("post_install", "-at_install")
class TestPoll(PollCommon):
    """Messages that an office is asked for, over a real line: none is skipped, none read twice."""

    # -- what comes ----------------------------------------------------------------------------------

    def test_nothing_new_changes_nothing(self):
        self.answers(204)
        self.poll()
        [request] = self.office.requests
        self.assertEqual((request["method"], request["path"]), ("GET", "/api/feedback?after="))
        self.assertEqual(request["headers"]["Authorization"], "Bearer s3cret-of-the-tests")
        self.assertFalse(self.messages())
        self.assertFalse(self.state().says or self.state().failing_since)

    def test_a_message_is_kept_read_and_applied(self):
        content = self.told("M-1", "summons_served")
        self.answers(200, content, X_Next_Cursor="c 1")
        self.answers(204)
        self.poll()
        message = self.messages()
        self.assertEqual((message.state, message.way), ("applied", "poll"))
        self.assertEqual(message.file_id.raw, content)
        self.assertEqual(self.handover.agent_status, "summons_served")
        self.assertEqual(self.paths(), ["feedback?after=", "feedback?after=c%201"])
        self.assertEqual(self.state().cursor, "c 1")

    def test_several_messages_come_in_a_row_and_in_order(self):
        self.answers(200, self.told("M-1", "demand"), X_Next_Cursor="1")
        self.answers(200, self.told("M-2", "judgment", since=self.today), X_Next_Cursor="2")
        self.answers(204)
        self.poll()
        self.assertEqual(self.messages().mapped("number"), ["M-1", "M-2"])
        self.assertEqual(self.handover.agent_status, "judgment")
        self.assertEqual(self.state().cursor, "2")

    def test_without_a_cursor_the_number_of_the_message_is_one(self):
        self.answers(200, self.told("M-1"))
        self.answers(204)
        self.poll()
        self.assertEqual(self.paths(), ["feedback?after=", "feedback?after=M-1"])

    def test_what_is_known_from_before_does_not_keep_what_is_new(self):
        for number in ("M-1", "M-2"):
            self.take_in(self.told(number))
        for number in ("M-1", "M-2", "M-3"):
            self.answers(200, self.told(number), X_Next_Cursor=number)
        self.answers(204)
        self.poll()
        self.assertEqual(self.messages().mapped("number"), ["M-1", "M-2", "M-3"])
        self.assertEqual(len(self.office.requests), 4)

    def test_what_is_given_again_is_not_read_again_and_ends_it(self):
        for _each in range(3):
            self.answers(200, self.told("M-1"))
        self.poll()
        self.assertEqual((len(self.office.requests), len(self.messages())), (2, 1))

    def test_an_office_that_gives_ever_new_cursors_for_the_same_is_left_for_an_hour(self):
        for number in range(9):
            self.answers(200, self.told("M-1"), X_Next_Cursor=str(number))
        self.poll()
        self.assertEqual((len(self.office.requests), len(self.messages())), (2, 1))

    def test_of_many_messages_the_rest_comes_a_few_minutes_later(self):
        for number in range(3):
            self.answers(200, self.told(f"M-{number}"))
        with patch.object(collection_poll, "MOST", 2):
            self.poll()
            self.assertEqual(len(self.messages()), 2)
            self.poll()
            self.assertEqual(len(self.messages()), 2)
            self.poll(timedelta(minutes=6))
        self.assertEqual(len(self.messages()), 3)

    def test_an_office_is_asked_once_an_hour(self):
        self.answers(204)
        self.poll()
        self.poll(timedelta(minutes=50))
        self.assertEqual(len(self.office.requests), 1)
        self.answers(204)
        self.poll(timedelta(hours=1))
        self.assertEqual(len(self.office.requests), 2)

    def test_the_mark_of_the_last_answer_is_told_and_not_changed_means_nothing_new(self):
        self.answers(204, ETag='"one"')
        self.poll()
        self.answers(304)
        self.poll(timedelta(hours=1))
        self.answers(200, self.told("M-1"), ETag='"two"', X_Next_Cursor="1")
        self.answers(204)
        self.poll(timedelta(hours=2))
        marks = [each["headers"].get("If-None-Match") for each in self.office.requests]
        self.assertEqual(marks, [None, '"one"', '"one"', None])

    # -- what can't be read ----------------------------------------------------------------------------

    def test_what_can_not_be_read_is_kept_told_to_a_manager_and_passed_by(self):
        self.answers(200, b"<poison/>", X_Next_Cursor="1")
        self.answers(200, self.told("M-2"), X_Next_Cursor="2")
        self.answers(204)
        self.poll()
        poison, good = self.messages()
        self.assertEqual((poison.state, good.state), ("refused", "applied"))
        self.assertEqual(poison.file_id.raw, b"<poison/>")
        [task] = self.tasks(poison, "agent_unread")
        self.assertTrue(task.user_id.has_group("payt_dunning.group_dunning_manager"))
        self.assertEqual(self.state().cursor, "2")
        poison.action_seen()
        self.assertFalse(self.tasks(poison, "agent_unread"))

    def test_where_nobody_can_tell_what_comes_next_it_is_kept_once_and_said(self):
        for _each in range(2):
            self.answers(200, b"<poison/>")
            self.poll(timedelta(hours=len(self.office.requests)))
        self.assertEqual((len(self.messages()), len(self.office.requests)), (1, 2))
        self.assertIn("which message comes next", self.state().says)
        self.assertEqual(len(self.tasks(self.messages(), "agent_unread")), 1)

    def test_a_fault_of_ours_while_reading_keeps_the_message_for_a_person(self):
        self.answers(200, self.told("M-1"), X_Next_Cursor="1")
        self.answers(204)
        lines = type(self.env["collection.feedback.line"])
        with (
            patch.object(lines, "_take_in", side_effect=RuntimeError("fault")),
            mute_logger("odoo.addons.payt_dunning.models.collection_feedback_inbox"),
        ):
            self.poll()
        message = self.messages()
        self.assertEqual((message.state, self.state().cursor), ("refused", "1"))
        self.assertIn("log of the server", message.says)
        self.assertTrue(self.tasks(message, "agent_unread"))

    def test_a_message_about_no_case_of_ours_is_told_to_a_manager(self):
        self.answers(200, self.told("M-1", dossier=ELSEWHERE), X_Next_Cursor="1")
        self.answers(204)
        self.poll()
        message = self.messages()
        self.assertEqual(message.state, "review")
        self.assertTrue(self.tasks(message, "agent_unread"))
        message.action_seen()
        self.assertFalse(self.tasks(message, "agent_unread"))

    def test_a_message_that_is_too_large_is_not_taken_and_told_at_once(self):
        with patch.object(collection_poll, "LARGEST", 1024**2):
            self.answers(200, b"x" * (1024**2 + 1), X_Next_Cursor="1")
            self.poll()
            self.assertFalse(self.messages() or self.state().cursor)
            self.assertIn("larger than 1 MB", self.state().says)
            self.assertTrue(self.tasks(self.agent, "agent_silent"))
            self.poll(timedelta(hours=2))
            self.assertEqual(len(self.office.requests), 1, "it is asked again after a day")
            self.answers(200, b"x" * 1024**2, X_Next_Cursor="1")
            self.answers(204)
            self.poll(timedelta(days=1))
        self.assertEqual(len(self.messages()), 1)
        self.assertFalse(self.tasks(self.agent, "agent_silent"))

    def test_thirty_megabytes_are_what_an_upload_may_have(self):
        self.answers(200, b"x" * (30 * 1024**2 + 1))
        self.poll()
        self.assertIn("larger than 30 MB", self.state().says)

    # -- what goes wrong ---------------------------------------------------------------------------------

    def test_what_fails_after_the_answer_came_is_asked_for_again(self):
        self.answers(200, self.told("M-1"), X_Next_Cursor="1")
        feedback = type(self.env["collection.feedback"])
        with (
            patch.object(feedback, "_keep", side_effect=RuntimeError("crash")),
            mute_logger(LOG),
        ):
            self.poll()
        self.assertFalse(self.messages() or self.state().cursor)
        self.answers(200, self.told("M-1"), X_Next_Cursor="1")
        self.answers(204)
        self.poll(timedelta(hours=1))
        self.assertEqual(self.messages().mapped("state"), ["applied"])
        self.assertEqual(self.paths()[:2], ["feedback?after=", "feedback?after="])
