import errno
import os
import shutil
import socket
import tempfile
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models import collection_transmission, collection_transmission_way
from .https_double import Authority
from .transmission_common import TransmissionCommon

WAY_LOG = "odoo.addons.payt_dunning.models.collection_transmission_way"


@tagged("post_install", "-at_install")
class TestTransmission(TransmissionCommon):
    """Packages that go to the server of an office by themselves, over a real line."""

    def test_the_office_gets_the_package_and_gives_the_case_its_number(self):
        handover, transmission = self.hand_over()
        self.assertEqual(self.office.requests, [])
        self.send()
        [request] = self.sent()
        self.assertEqual(request["body"], handover._content())
        self.assertEqual(request["headers"]["Authorization"], "Bearer s3cret-of-the-tests")
        self.assertEqual(request["headers"]["Idempotency-Key"], handover.idempotency_key)
        self.assertTrue(request["headers"]["Content-Digest"].startswith("sha-256=:"))
        self.assertNotIn("X-Test", request["headers"])
        self.assertEqual((transmission.state, handover.state), ("sent", "acknowledged"))
        self.assertEqual(handover.reference, "OFF-1")

    def test_what_has_arrived_is_not_sent_again(self):
        self.hand_over()
        self.send()
        self.send(timedelta(days=2))
        self.assertEqual(len(self.office.requests), 1)

    def test_a_server_that_is_down_is_tried_again_with_the_same_key_and_bytes(self):
        _handover, transmission = self.hand_over()
        self.answers(503)
        self.send()
        self.assertEqual((transmission.state, transmission.tries), ("queued", 1))
        self.send()
        self.assertEqual(len(self.sent()), 1, "it was not its turn yet")
        self.send(timedelta(minutes=6))
        first, second = self.sent()
        self.assertEqual(first["body"], second["body"])
        self.assertEqual(first["headers"]["Idempotency-Key"], second["headers"]["Idempotency-Key"])
        self.assertEqual(transmission.state, "sent")

    def test_an_office_that_asks_for_time_gets_it(self):
        _handover, transmission = self.hand_over()
        self.answers(429, Retry_After="7200")
        self.send()
        left = transmission.next_try - fields.Datetime.now()
        self.assertAlmostEqual(left.total_seconds(), 7200, delta=60)

    def test_after_two_days_it_is_given_up_and_somebody_is_asked(self):
        handover, transmission = self.hand_over()
        for _number in range(7):
            self.answers(500)
            self.send(timedelta(days=4) * (_number + 1))
        self.assertEqual((transmission.state, len(self.sent())), ("failed", 7))
        self.assertIn("answered 500", transmission.says)
        self.assertEqual(len(handover.activity_ids), 1)

    def test_what_the_office_took_before_its_answer_was_lost_is_no_second_case(self):
        _handover, transmission = self.hand_over()

        def took_and_cut(handler, body):
            with open(os.devnull, "wb") as nowhere, patch.object(handler, "wfile", nowhere):
                handler.take(body)
            handler.connection.shutdown(socket.SHUT_RDWR)
            handler.close_connection = True
            return True

        self.office.behave(took_and_cut)
        self.send()
        self.assertEqual(transmission.state, "doubt")
        self.send(timedelta(minutes=6))
        self.assertEqual(transmission.state, "sent")
        self.assertEqual((len(self.sent()), len(self.sent("GET"))), (1, 1))
        self.assertEqual(len(self.office.packages), 1)

    def test_what_was_broken_off_is_asked_for_before_it_is_sent_again(self):
        _handover, transmission = self.hand_over()
        with self.no_commit():
            self.env["collection.transmission"]._take_next(self.company)
        self.send()
        self.assertEqual(self.office.requests, [], "it may still be under way")
        self.send(collection_transmission.BROKEN_OFF + timedelta(minutes=1))
        questions = [each["method"] for each in self.office.requests]
        self.assertEqual((questions, transmission.state), (["GET", "POST"], "sent"))
        attempts = transmission.attempt_ids.sorted("id")
        self.assertEqual(attempts.mapped("question"), ["send", "lookup", "send"])
        self.assertFalse(attempts[:1].says)

    def test_a_receipt_about_something_else_is_for_a_person(self):
        handover, transmission = self.hand_over()
        self.answers(201, {"reference": "X", "sha256": "0" * 64})
        self.send()
        self.assertEqual((transmission.state, handover.state), ("failed", "ready"))
        self.assertIn("receipt", transmission.says)

    def test_a_refusal_tells_what_the_office_says_as_text(self):
        _handover, transmission = self.hand_over()
        self.answers(422, {"message": "<script>no</script>\nroom"})
        self.send()
        self.assertEqual(transmission.state, "failed")
        self.assertIn("<script>no</script> room", transmission.says)

    def test_a_wrong_key_stops_all_that_goes_to_the_office_until_it_is_put_right(self):
        _handover, transmission = self.hand_over()
        self.answers(401)
        self.send()
        self.send(timedelta(days=1))
        self.assertEqual((transmission.state, len(self.sent())), ("queued", 1))
        self.assertIn("401", self.agent.stopped_because)
        self.agent.new_secret = "another"
        self.assertFalse(self.agent.stopped_because)
        self.send(timedelta(days=1))
        self.assertEqual(transmission.state, "sent")

    def test_a_redirect_and_an_unknown_authority_stop_it_too(self):
        _handover, transmission = self.hand_over()
        self.answers(302, Location="https://127.0.0.1:1/")
        self.send()
        self.assertIn("elsewhere", self.agent.stopped_because)
        self.agent.authorities = Authority("Stranger").pem
        self.send(timedelta(hours=1))
        self.assertIn("certificate", self.agent.stopped_because)
        self.assertEqual((transmission.state, len(self.sent())), ("queued", 1))

    def test_bytes_that_were_changed_are_not_sent(self):
        handover, transmission = self.hand_over()
        handover.file_id.raw = b"other"
        self.send()
        self.assertEqual((transmission.state, self.office.requests), ("failed", []))

    def test_a_recall_before_it_left_sends_nothing(self):
        handover, transmission = self.hand_over()
        with self.on_day(self.today):
            handover.action_recall("Paid.")
        self.send()
        self.assertEqual((transmission.state, self.office.requests), ("dropped", []))

    def test_a_recall_reaches_the_server_after_the_package(self):
        handover, _transmission = self.hand_over()
        self.send()
        with self.on_day(self.today):
            handover.action_recall("Paid.")
        self.send()
        [(path, told)] = self.office.recalled
        self.assertIn(handover.dossier_id, path)
        self.assertEqual((told["reason"], told["caseNumber"]), ("Paid.", self.case.name))

    def test_a_recall_waits_until_it_is_clear_whether_the_package_arrived(self):
        handover, transmission = self.hand_over()
        with self.no_commit():
            self.env["collection.transmission"]._take_next(self.company)
        with self.on_day(self.today):
            handover.action_recall("Paid.")
        self.send()
        self.assertEqual(self.office.requests, [])
        self.send(timedelta(hours=1))
        self.assertEqual([each["method"] for each in self.office.requests], ["GET", "POST"])
        self.assertEqual((transmission.state, self.office.packages), ("dropped", {}))

    def test_a_recall_of_what_the_server_does_not_know_is_for_a_person(self):
        handover, transmission = self.hand_over()
        transmission.unlink()  # It went by a link, before the office had a server.
        with self.on_day(self.today):
            handover.action_recall("Paid.")
        self.answers(404)
        self.send()
        recall = handover.transmission_ids
        self.assertEqual((recall.kind, recall.state), ("recall", "failed"))
        self.assertTrue(handover.activity_ids)

    def second(self, handover):
        """Recall a handover and hand the case over to the same office again."""
        with self.on_day(self.today):
            handover.action_recall("Too early.")
        return self.hand_over()

    def test_a_second_package_is_not_taken_for_the_first(self):
        handover, _first = self.hand_over()
        self.send()
        again, transmission = self.second(handover)
        self.assertEqual(again.dossier_id, handover.dossier_id)
        self.send()
        transmission.write({"state": "doubt", "next_try": fields.Datetime.now()})
        del self.office.packages[again.idempotency_key]
        self.send()
        self.assertEqual(transmission.state, "sent")
        self.assertIn(again.idempotency_key, self.office.packages)

    def test_a_second_package_waits_until_the_recall_of_the_first_has_arrived(self):
        handover, _first = self.hand_over()
        self.send()
        again, transmission = self.second(handover)
        self.answers(503)
        self.send()
        self.assertEqual(transmission.state, "queued")
        self.send(timedelta(minutes=6))
        paths = [each["path"].rsplit("/", 1)[-1] for each in self.sent()]
        self.assertEqual(paths, ["dossiers", "recall", "recall", "dossiers"])
        self.assertEqual((transmission.state, again.state), ("sent", "acknowledged"))

    def test_another_host_does_not_get_the_secret_of_the_first(self):
        self.agent.url = f"{self.office.url}/v2"
        self.assertEqual(
            self.agent._door().headers, (("Authorization", "Bearer s3cret-of-the-tests"),)
        )
        self.agent.url = "https://elsewhere.example/api"
        self.assertEqual(self.agent._door().headers, ())
        self.agent.write({"url": self.office.url, "new_secret": "another"})
        self.assertEqual(self.agent._door().headers, (("Authorization", "Bearer another"),))

    def test_a_payment_to_us_reaches_the_server_the_same_day_once(self):
        handover, _transmission = self.hand_over()
        self.send()
        self.pay(self.item.move_id, 100.0)
        for _number in range(2):
            with self.on_day(self.today):
                self.env["collection.handover"]._watch(self.company, self.today)
            self.send()
        posted = [each for each in self.sent() if each["path"].endswith("/payment")]
        self.assertEqual(len(posted), 1)
        self.assertIn(b'"amount": "100.0', posted[0]["body"])
        self.assertIn(handover.dossier_id, posted[0]["path"])

    def test_a_copy_of_the_database_sends_nothing(self):
        _handover, transmission = self.hand_over()
        self.env["ir.config_parameter"].set_param("database.uuid", "that-of-a-copy")
        self.send()
        self.assertEqual((transmission.state, self.office.requests), ("queued", []))

    def test_an_office_that_was_archived_still_gets_what_waits(self):
        _handover, transmission = self.hand_over()
        self.agent.active = False
        self.send()
        self.assertEqual(transmission.state, "sent")

    def test_a_test_says_so(self):
        self.agent.test_mode = True
        self.hand_over()
        self.send()
        self.assertEqual(self.sent()[0]["headers"]["X-Test"], "true")

    def by_folder(self):
        """Packages go to a folder of ours, which is there and empty."""
        root = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, root)
        folder = Path(root, "maasstad")
        folder.mkdir()
        self.env["ir.config_parameter"].set_param("payt_dunning.package_folder", root)
        self.agent.write({"way": "folder", "folder": folder.name})
        return folder

    def test_a_folder_gets_the_file_whole_and_then_a_sign(self):
        folder = self.by_folder()
        handover, transmission = self.hand_over()
        self.send()
        file = folder / handover.file_id.name
        self.assertEqual(file.read_bytes(), handover._content())
        sign = Path(f"{file}.done").read_text(encoding="ascii")
        self.assertEqual(sign, f"{handover.file_hash}  {file.name}\n")
        self.assertEqual((transmission.state, handover.state), ("sent", "delivered"))
        self.assertEqual(len(list(file.parent.iterdir())), 2)

    @mute_logger(WAY_LOG)
    def test_a_folder_that_is_not_there_on_this_host_stops_no_office(self):
        folder = self.by_folder()
        folder.rmdir()
        _handover, transmission = self.hand_over()
        self.send()
        self.assertEqual((transmission.state, self.agent.stopped_because), ("queued", False))
        self.assertIn("folder", transmission.says)
        self.assertGreater(transmission.next_try, fields.Datetime.now())
        folder.mkdir()
        self.send(timedelta(minutes=6))
        self.assertEqual((transmission.state, len(list(folder.iterdir()))), ("sent", 2))

    @mute_logger(WAY_LOG)
    def test_a_full_disk_stops_no_office(self):
        folder = self.by_folder()
        _handover, transmission = self.hand_over()
        full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        with patch.object(collection_transmission_way.os, "fsync", side_effect=full):
            self.send()
        self.assertEqual((transmission.state, self.agent.stopped_because), ("queued", False))
        self.assertFalse(list(folder.glob("*.zip")), "it is there whole or not at all")
        self.send(timedelta(minutes=6))
        self.assertEqual(transmission.state, "sent")

    def test_a_folder_outside_the_one_for_packages_is_refused(self):
        for name in ("../etc", "/etc", "a/b", ""):
            with self.subTest(name=name), self.assertRaises(ValidationError):
                self.agent.write({"way": "folder", "folder": name})

    def test_without_a_folder_a_manager_is_told(self):
        self.env["ir.config_parameter"].set_param("payt_dunning.package_folder", False)
        self.agent.write({"way": "folder", "folder": "maasstad"})
        _handover, transmission = self.hand_over()
        self.send()
        self.assertEqual(transmission.state, "queued")
        self.assertIn("folder", self.agent.stopped_because)

    def test_an_address_that_is_none_is_refused_in_words(self):
        for url in ("http://office.example", "https://a:b@office.example", "office", False):
            with self.subTest(url=url), self.assertRaises(ValidationError):
                self.agent.url = url

    def test_nobody_reads_a_secret_not_even_a_manager(self):
        manager = self.person("sent.manager", "group_dunning_manager")
        agent = self.agent.with_user(manager)
        self.assertEqual(agent.new_secret, "••••••••")
        with self.assertRaises(AccessError):
            agent.read(["secret"])

    def test_what_was_given_up_is_tried_again_when_somebody_says_so(self):
        _handover, transmission = self.hand_over()
        self.answers(422)
        self.send()
        transmission.action_again()
        self.send()
        self.assertEqual([each["method"] for each in self.office.requests], ["POST", "GET", "POST"])
        self.assertEqual(transmission.state, "sent")
        with self.assertRaises(UserError):
            transmission.action_again()
