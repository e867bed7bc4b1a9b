from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.sql_db import db_connect
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models import collection_poll
from .https_double import Authority, Office
from .office_common import OfficeCommon

ELSEWHERE = "6f0e1a52-3b6c-4c1f-9a77-0d5c2b8e4411"
LOG = "odoo.addons.payt_dunning.models.collection_poll"


@tagged("post_install", "-at_install")
class TestPoll(OfficeCommon):
    """Messages that an office is asked for, over a real line: none is skipped, none read twice."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.authority = Authority()
        cls.env["ir.config_parameter"].set_param("payt_dunning.allow_private_hosts", "1")

    def setUp(self):
        super().setUp()
        self.office = self.serve(self.agent)
        self.polls = self.env["collection.poll"]

    def serve(self, agent):
        office = Office(self.authority)
        self.addCleanup(office.server_close)
        self.addCleanup(office.shutdown)
        agent.write(
            {
                "way": "https",
                "url": office.url,
                "authorities": self.authority.pem,
                "new_secret": "s3cret-of-the-tests",
                "feedback_way": "poll",
            }
        )
        return office

    def poll(self, later=timedelta()):
        """The scheduled action, so much later."""
        now = fields.Datetime.now() + later
        with (
            self.no_commit(),
            self.on_day(self.today),
            patch.object(fields.Datetime, "now", staticmethod(lambda: now)),
        ):
            self.polls._cron_poll()

    def answers(self, status, body=b"", office=None, **headers):
        (office or self.office).behave(
            lambda handler, _body: handler.raw(status, body, "application/xml", **headers) or True
        )

    def state(self, agent=None):
        return self.polls._of(agent or self.agent)

    def paths(self):
        return [each["path"].rpartition("/")[2] for each in self.office.requests]

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

    def test_an_office_that_does_not_know_us_is_left_until_a_manager_puts_it_right(self):
        self.answers(401)
        self.poll()
        self.assertIn("answered 401", self.agent.stopped_because)
        [task] = self.tasks(self.agent, "agent_silent")
        self.assertTrue(task.user_id.has_group("payt_dunning.group_dunning_manager"))
        self.poll(timedelta(days=3))
        self.assertEqual(len(self.office.requests), 1)
        self.agent.new_secret = "another-secret"
        self.answers(204)
        self.poll()
        self.assertEqual(len(self.office.requests), 2)
        self.assertFalse(self.tasks(self.agent, "agent_silent"))

    def test_an_office_that_forbids_it_is_left_too(self):
        self.answers(403)
        self.poll()
        self.assertIn("answered 403", self.agent.stopped_because)

    def test_a_redirect_is_not_followed_and_stops_the_office(self):
        other = Office(self.authority)
        self.addCleanup(other.server_close)
        self.addCleanup(other.shutdown)
        self.answers(302, Location=f"{other.url}/feedback")
        self.poll()
        self.assertEqual((len(self.office.requests), other.requests), (1, []))
        self.assertIn("elsewhere", self.agent.stopped_because)

    def test_a_certificate_of_a_stranger_stops_the_office(self):
        self.agent.authorities = Authority("Stranger").pem
        self.poll()
        self.assertEqual(self.office.requests, [])
        self.assertIn("certificate", self.agent.stopped_because)

    def test_an_office_without_messages_for_us_still_gets_packages(self):
        self.answers(404)
        self.poll()
        self.assertFalse(self.agent.stopped_because)
        self.assertIn("answered 404", self.state().says)
        self.assertTrue(self.tasks(self.agent, "agent_silent"))

    def test_a_server_that_is_down_is_asked_the_next_hour_and_told_after_a_day(self):
        for hour in range(24):
            self.answers(503)
            self.poll(timedelta(hours=hour))
        self.assertEqual(len(self.office.requests), 24)
        self.assertFalse(self.tasks(self.agent, "agent_silent"))
        self.answers(503)
        self.poll(timedelta(hours=24))
        self.assertEqual(len(self.tasks(self.agent, "agent_silent")), 1)
        self.answers(200, self.told("M-1"))
        self.answers(204)
        self.poll(timedelta(hours=25))
        self.assertFalse(self.tasks(self.agent, "agent_silent") or self.state().failing_since)

    def test_an_office_that_asks_for_time_gets_it(self):
        self.answers(429, Retry_After="10800")
        self.poll()
        self.poll(timedelta(hours=2))
        self.assertEqual(len(self.office.requests), 1)

    def test_what_is_wrong_with_one_office_is_no_matter_of_the_others(self):
        second = self.another()
        self.answers(401)
        self.answers(200, b"<x/>", second[1], X_Next_Cursor="1")
        self.answers(204, office=second[1])
        self.poll()
        self.assertTrue(self.agent.stopped_because)
        self.assertEqual(len(self.messages(second[0])), 1)

    def test_a_fault_of_ours_with_one_office_is_no_matter_of_the_others(self):
        second = self.another()
        self.answers(200, b"<x/>", second[1])
        fetch, agent = collection_poll.CollectionPoll._fetch, self.agent

        def break_down(poll):
            if poll.agent_id == agent:
                raise RuntimeError("fault")
            return fetch(poll)

        with (
            patch.object(collection_poll.CollectionPoll, "_fetch", break_down),
            patch.object(self.env.cr, "rollback", lambda: None),
            mute_logger(LOG),
        ):
            self.poll()
        self.assertEqual((self.office.requests, len(self.messages(second[0]))), ([], 1))

    def another(self):
        agent = self.env["collection.agent"].create(
            {"partner_id": self.debtor("Second Office").id, "kind": "lawyer", "test_mode": True}
        )
        return agent, self.serve(agent)

    # -- who is asked, and by whom -------------------------------------------------------------------------

    def test_nobody_is_asked_for_a_company_that_is_not_live(self):
        self.company.dunning_live_uuid = "a copy of another database"
        self.poll()
        self.assertEqual(self.office.requests, [])

    def test_an_office_that_is_archived_or_read_by_hand_is_not_asked(self):
        for values in ({"active": False}, {"active": True, "feedback_way": "hand"}):
            self.agent.write(values)
            self.poll()
            self.assertEqual(self.office.requests, [], values)

    def test_an_office_that_waits_for_a_second_manager_is_not_asked(self):
        self.agent.sudo().changed_by_id = self.env.user
        self.poll()
        self.assertEqual(self.office.requests, [])
        with self.assertRaises(UserError):
            self.agent.action_ask_now()

    def test_two_workers_do_not_ask_the_same_office_at_once(self):
        poll = self.state()
        key = (collection_poll.LOCK_SPACE, poll.id)
        with db_connect(self.env.cr.dbname).cursor() as other:
            other.execute("SELECT pg_advisory_lock(%s, %s)", key)
            self.poll()
            other.execute("SELECT pg_advisory_unlock(%s, %s)", key)
        self.assertEqual(self.office.requests, [])
        self.answers(204)
        self.poll()
        self.assertEqual(len(self.office.requests), 1)

    def test_what_was_changed_while_it_was_asked_counts(self):
        def change(handler, _body):
            self.agent.feedback_way = "hand"
            handler.raw(200, self.told("M-1"))
            return True

        self.office.behave(change)
        self.poll()
        self.assertFalse(self.messages() or self.state().cursor)

    def test_another_server_is_asked_from_the_first_message_on(self):
        self.answers(200, self.told("M-1"), X_Next_Cursor="1")
        self.answers(204, ETag='"x"')
        self.poll()
        self.agent.write({"url": f"{self.office.url}/other", "new_secret": "s"})
        self.assertFalse(self.state().cursor or self.state().etag)

    def test_a_collector_lets_an_office_be_asked_now(self):
        self.answers(204)
        self.poll()
        clerk = self.person("poll.clerk", "group_dunning_user")
        self.agent.with_user(clerk).action_ask_now()
        self.answers(204)
        self.poll()
        self.assertEqual(len(self.office.requests), 2)

    def test_who_only_looks_asks_nobody(self):
        viewer = self.person("poll.viewer", "group_dunning_viewer")
        with self.assertRaises(AccessError):
            self.agent.with_user(viewer).action_ask_now()

    def test_an_office_that_is_not_asked_is_not_asked_now(self):
        self.agent.feedback_way = "hand"
        with self.assertRaisesRegex(UserError, "not asked for messages"):
            self.agent.action_ask_now()

    def test_only_an_office_with_a_server_is_asked(self):
        with self.assertRaises(ValidationError):
            self.agent.way = "download"
