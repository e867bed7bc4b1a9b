import base64
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from ..models import collection_feedback
from ..rules.dossier import csv
from ..rules.feedback.reading import read
from .feedback_common import FeedbackCommon


@tagged("post_install", "-at_install")
class TestFeedbackRest(FeedbackCommon, HttpCase):
    """What became of a message, and what the office has to hear of it."""

    def half(self):
        """A message of which a part contradicts what was told before."""
        self.take_in(self.message(self.status(), self.booking()))
        return self.take_in(
            self.message(self.status(), self.event(), self.booking(amount="501.00"))
        )

    def rows(self, message):
        return csv.read(base64.b64decode(message.rest_file))[0]

    def test_a_message_says_how_much_of_it_was_applied(self):
        message = self.half()
        self.assertEqual(
            (message.applied_count, message.known_count, message.rest_count), (1, 1, 1)
        )

    def test_what_was_not_applied_is_a_table_for_the_office(self):
        [row] = self.rows(self.half())
        self.assertEqual((row["Number"], row["Kind"]), ("B-1", "Booking"))
        self.assertEqual(row["Amount"].replace(",", "."), "501.00")
        self.assertEqual(
            (row["Case"], row["Result"]), (self.case.name, "Contradicts What Was Told")
        )

    def test_no_text_in_it_is_a_formula(self):
        message = self.take_in(
            self.message(
                self.status(), self.event(text="=HYPERLINK(1)"), self.booking(amount="-1.00")
            )
        )
        told = {row["Kind"]: row["Text"] for row in self.rows(message)}
        self.assertEqual(told["What Happened"], "'=HYPERLINK(1)")

    def test_a_collector_downloads_it_and_nobody_where_everything_was_applied(self):
        user = self.person("rest.collector", "group_dunning_user")
        message = self.half()
        url = message.with_user(user).action_rest()["url"]
        self.authenticate("rest.collector", "rest.collector")
        answer = self.url_open(url)
        self.assertEqual(answer.status_code, 200)
        self.assertIn(b"B-1", answer.content)
        whole = self.take_in(self.message(self.status("judgment", since=self.today)))
        with self.assertRaisesRegex(UserError, "was applied"):
            whole.with_user(user).action_rest()

    def test_nobody_from_outside_downloads_it(self):
        url = self.half().action_rest()["url"]
        self.authenticate(None, None)
        self.assertNotIn(b"B-1", self.url_open(url).content)

    def test_what_could_not_be_read_is_read_again(self):
        with patch.object(collection_feedback, "read", lambda _content: read(b"no message")):
            message = self.take_in(self.message(self.status("judgment")))
        self.assertEqual(message.state, "refused")
        with self.on_day(self.today):
            message.action_read_again()
        self.assertEqual((message.state, self.handover.agent_status), ("applied", "judgment"))
        with self.assertRaisesRegex(UserError, "was read"):
            message.action_read_again()
        with self.assertRaises(AccessError):
            message.with_user(
                self.person("rest.viewer", "group_dunning_viewer")
            ).action_read_again()
