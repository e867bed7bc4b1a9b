from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.sql_db import db_connect
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models import collection_poll
from .https_double import Authority, Office
from .poll_common import LOG, PollCommon

ELSEWHERE = "6f0e1a52-3b6c-4c1f-9a77-0d5c2b8e4411"


@tagged("post_install", "-at_install")
class TestPollAsking(PollCommon):
    """Which offices are asked, when, by whom, and which are left alone."""

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
