import contextlib
import socket
import struct
import time
from datetime import timedelta
from unittest.mock import patch

from psycopg2 import errors

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import common, tagged

from .. import https, tools
from ..models import collection_transmission
from ..models.collection_dossier import Wanted
from .https_double import Office
from .transmission_common import TransmissionCommon


@tagged("post_install", "-at_install")
class TestTransmissionFaults(TransmissionCommon):
    """Offices that misbehave: never a second case, never a package that is lost."""

    def test_what_the_office_took_before_it_fell_silent_is_no_second_case(self):
        handover, transmission = self.hand_over()

        def take_and_sleep(handler, body):
            with patch.object(handler, "answer"):
                handler.take(body)
            time.sleep(3)
            return True

        self.office.behave(take_and_sleep)
        # The harness of the tests lifts short limits.
        with (
            patch.object(https, "SILENCE", 0.5),
            patch.object(https.requests.Session, "send", common._super_send),
        ):
            self.send()
        self.assertEqual(transmission.state, "doubt")
        self.assertIn("did not answer", transmission.says)
        self.send(timedelta(minutes=6))
        self.assertEqual((transmission.state, handover.reference), ("sent", "OFF-1"))
        methods = [each["method"] for each in self.office.requests]
        self.assertEqual((methods, len(self.office.packages)), (["POST", "GET"], 1))

    def test_a_line_that_is_reset_in_the_middle_is_asked_about_and_sent_again(self):
        _handover, transmission = self.hand_over()

        def reset(handler, body):
            at_once = struct.pack("ii", 1, 0)
            handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
            handler.close_connection = True
            return True

        self.office.behave(reset)
        self.send()
        self.assertEqual(transmission.state, "doubt")
        self.send(timedelta(minutes=6))
        methods = [each["method"] for each in self.office.requests]
        self.assertEqual(methods, ["POST", "GET", "POST"])
        self.assertEqual((transmission.state, len(self.office.packages)), ("sent", 1))

    def test_a_package_that_is_too_large_for_the_office_is_for_a_person(self):
        handover, transmission = self.hand_over()
        self.answers(413, {"message": "20 MB at most"})
        self.send()
        self.send(timedelta(days=2))
        self.assertEqual((transmission.state, len(self.sent())), ("failed", 1))
        self.assertIn("20 MB at most", transmission.says)
        self.assertEqual(len(handover.activity_ids), 1)

    def test_an_answer_of_ten_megabytes_is_no_receipt(self):
        _handover, transmission = self.hand_over()

        def flood(handler, body):
            handler.server.packages["other"] = {}
            with contextlib.suppress(OSError):
                handler.raw(201, b" " * 10 * 1024**2)
            return True

        self.office.behave(flood)
        self.send()
        self.assertEqual(transmission.state, "doubt")
        self.assertIn("too large", transmission.says)

    def test_a_conflict_is_asked_about_before_anything_else(self):
        handover, transmission = self.hand_over()
        self.office.packages["key"] = {
            "dossier": handover.dossier_id,
            "sha256": handover.file_hash,
            "reference": "OFF-7",
        }
        self.answers(409)
        self.send()
        self.send(timedelta(minutes=6))
        self.assertEqual((transmission.state, handover.reference), ("sent", "OFF-7"))
        self.assertEqual([each["method"] for each in self.office.requests], ["POST", "GET"])

    def second_office(self):
        """Another office with a server of its own, and a case for it."""
        office = Office(self.authority)
        self.addCleanup(office.server_close)
        self.addCleanup(office.shutdown)
        agent = self.env["collection.agent"].create(
            {
                "partner_id": self.debtor("Second Office").id,
                "kind": "bailiff",
                "way": "https",
                "url": office.url,
                "authorities": self.authority.pem,
                "new_secret": "another",
            }
        )
        item = self.at_level(3, 40)
        self.store_pdf(item.move_id)
        return office, agent, self.open_case(item, begun_on=self.after(-10))

    def test_a_wrong_key_stops_the_queue_of_that_office_only(self):
        office, agent, case = self.second_office()
        _handover, first = self.hand_over()
        wanted = Wanted(agent_id=agent.sudo(), action="demand", day=self.today, no_defence=True)
        with self.on_day(self.today):
            other = self.env["collection.handover"]._hand_over(case, wanted).transmission_ids
        self.answers(401)
        self.send()
        self.assertEqual((first.state, other.state), ("queued", "sent"))
        self.assertEqual(len(office.packages), 1)
        self.assertTrue(self.agent.stopped_because)
        self.assertFalse(agent.stopped_because)
        [request] = office.requests
        self.assertEqual(request["headers"]["Authorization"], "Bearer another")

    def test_a_recall_while_it_is_being_sent_follows_the_package(self):
        handover, transmission = self.hand_over()
        way = type(self.env["collection.transmission.way"])
        deliver = way._deliver

        def recalled_meanwhile(ways, sent, question):
            outcome = deliver(ways, sent, question)
            if sent == transmission:
                with self.on_day(self.today):
                    handover.action_recall("Paid.")
            return outcome

        with patch.object(way, "_deliver", recalled_meanwhile):
            self.send()
        self.send(timedelta(minutes=1))
        paths = [each["path"].rsplit("/", 1)[-1] for each in self.sent()]
        self.assertEqual(paths, ["dossiers", "recall"])
        self.assertEqual((handover.state, transmission.state), ("recalled", "sent"))
        self.assertEqual(self.case.phase, "ready")

    def test_what_another_worker_took_at_the_same_moment_ends_no_round(self):
        _handover, transmission = self.hand_over()
        transmissions = type(transmission)
        take, disturbed = transmissions._take_next, iter([True, False])

        def disturbed_once(queue, companies):
            if next(disturbed, False):
                raise errors.SerializationFailure
            return take(queue, companies)

        with (
            patch.object(transmissions, "_take_next", disturbed_once),
            patch.object(self.env.cr, "rollback", lambda: None),
        ):
            self.send()
        self.assertEqual((transmission.state, len(self.sent())), ("sent", 1))

    def test_a_worker_that_is_always_disturbed_leaves_it_to_the_next_round(self):
        _handover, transmission = self.hand_over()
        always = errors.SerializationFailure()
        with (
            patch.object(type(transmission), "_take_next", side_effect=always) as tried,
            patch.object(type(transmission), "_wake") as woken,
            patch.object(self.env.cr, "rollback", lambda: None),
        ):
            self.send()
        self.assertEqual(tried.call_count, collection_transmission.MOST)
        self.assertTrue(woken.called)
        self.assertEqual((transmission.state, self.sent()), ("queued", []))

    def send_and_stand_still(self, meanwhile):
        """Send, and stand still for an hour right before anything leaves; so much happens then."""
        moments, agents = iter([0.0]), type(self.agent)
        door = agents._door

        def after_a_while(agent):
            meanwhile()
            return door(agent)

        with (
            patch.object(tools, "seconds_of_life", lambda: next(moments, 3600.0)),
            patch.object(agents, "_door", after_a_while),
            patch.object(self.env.cr, "rollback", lambda: None),
        ):
            self.send()

    def test_who_stood_still_sends_no_package_that_another_worker_took_meanwhile(self):
        _handover, transmission = self.hand_over()
        attempts = self.env["collection.transmission.attempt"].sudo()
        values = {"transmission_id": transmission.id, "question": "lookup"}
        self.send_and_stand_still(
            lambda: attempts.create({**values, "at": fields.Datetime.now()}),
        )
        self.assertEqual(self.office.requests, [])

    def test_who_stood_still_sends_no_package_that_was_dropped_meanwhile(self):
        _handover, transmission = self.hand_over()
        self.send_and_stand_still(lambda: transmission.write({"state": "dropped"}))
        self.assertEqual((transmission.state, self.office.requests), ("dropped", []))

    def test_who_stood_still_and_still_has_it_sends_it(self):
        _handover, transmission = self.hand_over()
        self.send_and_stand_still(lambda: None)
        self.assertEqual((transmission.state, len(self.sent())), ("sent", 1))

    def test_pressed_twice_it_is_one_handover_and_one_request(self):
        handover, _transmission = self.hand_over()
        with self.assertRaises(UserError):
            self.hand_over()
        self.send()
        self.assertEqual(self.case.handover_ids, handover)
        self.assertEqual(len(self.sent()), 1)

    def test_nothing_that_is_kept_or_logged_holds_the_secret(self):
        secret = "s3cret-of-the-tests"
        self.env.flush_all()
        with self.assertLogs(level="DEBUG") as logged:
            _handover, transmission = self.hand_over()
            self.answers(422, {"message": "no"})
            self.send()
        self.assertNotIn(secret, "\n".join(logged.output))
        shown = [
            *transmission.read()[0].values(),
            *transmission.attempt_ids.read()[0].values(),
        ]
        self.assertNotIn(secret, str(shown))

    def test_the_clock_of_a_try_begins_when_it_is_made(self):
        _handover, transmission = self.hand_over()
        self.answers(503)
        self.send(timedelta(hours=3))
        left = transmission.next_try - fields.Datetime.now() - timedelta(hours=3)
        self.assertAlmostEqual(left.total_seconds(), 300, delta=60)
