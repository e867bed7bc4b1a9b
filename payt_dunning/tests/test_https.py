import contextlib
import socket
import time
from unittest.mock import patch

from odoo.tests import BaseCase, common, tagged

from .. import https
from ..https import BadAddress, Door, ask, check_address, is_public
from .https_double import Authority, Handler, Office


@tagged("post_install", "-at_install")
class TestHttps(BaseCase):
    """Speaking with an office, over a real line with certificates of its own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.authority, cls.stranger = Authority(), Authority("Stranger")

    @contextlib.contextmanager
    def office(self, **options):
        office = Office(self.authority, **options)
        self.addCleanup(office.server_close)
        try:
            yield office
        finally:
            office.stop()

    def door(self, office, **values):
        return Door(office.url, **{"authorities": self.authority.pem, "private": True, **values})

    def send(self, office, body=b"package", **values):
        headers = [("Idempotency-Key", "k1"), ("X-Dossier-Id", "d1")]
        return ask(self.door(office, **values), "POST", "/dossiers", headers, body)

    def test_the_office_gets_the_bytes_and_headers_and_we_its_answer(self):
        with self.office() as office:
            answer = self.send(office, headers=(("Authorization", "Bearer s3cret"),))
        [request] = office.requests
        self.assertEqual((answer.status, answer.fault), (201, ""))
        self.assertEqual((request["path"], request["body"]), ("/api/dossiers", b"package"))
        self.assertEqual(request["headers"]["Authorization"], "Bearer s3cret")
        self.assertNotIn("s3cret", repr(self.door(office, headers=(("Authorization", "s3cret"),))))

    def test_an_office_of_an_unknown_authority_gets_nothing(self):
        with self.office() as office:
            answer = self.send(office, authorities=self.stranger.pem)
            usual = self.send(office, authorities="")
        self.assertEqual((answer.fault, usual.fault, office.requests), ("tls", "tls", []))

    def test_a_certificate_for_another_host_or_of_yesterday_is_refused(self):
        for values in ({"host": "127.0.0.9"}, {"host": "127.0.0.1", "ended": True}):
            with self.subTest(values=values):
                certificate = self.authority.issue("office", **values)
                with self.office(certificate=certificate) as office:
                    answer = self.send(office)
                self.assertEqual((answer.fault, office.requests), ("tls", []))

    def test_an_office_that_asks_for_our_certificate_gets_it(self):
        ours = self.stranger.issue("creditor")
        with self.office(client=self.stranger) as office:
            without = self.send(office)
            answer = self.send(office, certificate=ours)
        self.assertIn(without.fault, ("tls", "cut"))
        self.assertEqual((answer.status, len(office.requests)), (201, 1))

    def test_a_redirect_is_not_followed(self):
        with self.office() as office, self.office() as other:
            office.behave(
                lambda handler, body: (
                    handler.raw(307, b"", Location=f"{other.url}/dossiers") or True
                )
            )
            answer = self.send(office)
        self.assertEqual((answer.status, other.requests), (307, []))

    def test_an_answer_that_never_ends_is_cut(self):
        def flood(handler, body):
            handler.send_response(200)
            handler.send_header("Content-Length", str(2 * 1024**3))
            handler.end_headers()
            try:
                while True:
                    handler.wfile.write(b"x" * 65536)
            except OSError:
                return True

        with self.office() as office:
            office.behave(flood)
            answer = self.send(office)
        self.assertEqual(answer.fault, "too_large")

    def test_the_body_of_a_redirect_is_cut_too(self):
        def flood(handler, body):
            handler.send_response(302)
            handler.send_header("Location", "https://127.0.0.1:1/")
            handler.send_header("Content-Length", str(2 * 1024**3))
            handler.end_headers()
            try:
                while True:
                    handler.wfile.write(b"x" * 65536)
            except OSError:
                return True

        with self.office() as office:
            office.behave(flood)
            answer = self.send(office)
        self.assertEqual(answer.fault, "too_large")

    def test_an_answer_that_drips_is_left(self):
        def drip(handler, body):
            handler.send_response(200)
            handler.send_header("Content-Length", "1000")
            handler.end_headers()
            with contextlib.suppress(OSError):
                for _number in range(40):
                    handler.wfile.write(b"x")
                    handler.wfile.flush()
                    time.sleep(0.1)
            return True

        with self.office() as office, patch.object(https, "TOGETHER", 0.5):
            office.behave(drip)
            answer = self.send(office)
        self.assertEqual(answer.fault, "timeout")

    def test_a_line_that_is_cut_while_much_is_sent_leaves_doubt(self):
        def cut(handler):
            handler.connection.shutdown(socket.SHUT_RDWR)

        with self.office() as office, patch.object(Handler, "do_POST", cut):
            answer = self.send(office, b"x" * 16 * 1024**2)
        self.assertEqual(answer.fault, "cut")

    def test_an_office_that_says_nothing_is_left(self):
        with self.office() as office, patch.object(https, "SILENCE", 0.3):
            office.behave(lambda handler, body: time.sleep(3) or True)
            # The harness of the tests lifts short limits.
            with patch.object(https.requests.Session, "send", common._super_send):
                answer = self.send(office)
        self.assertEqual(answer.fault, "timeout")

    def test_a_line_that_is_cut_half_way_leaves_doubt(self):
        def cut(handler, body):
            handler.connection.shutdown(socket.SHUT_RDWR)
            handler.close_connection = True
            return True

        with self.office() as office:
            office.behave(cut)
            answer = self.send(office)
        self.assertEqual(answer.fault, "cut")

    def test_where_nobody_listens_nothing_arrived(self):
        with self.office() as office:
            url = office.url
        answer = ask(Door(url, private=True), "POST", "/dossiers", (), b"package")
        self.assertEqual(answer.fault, "connect")

    def test_an_address_in_the_own_network_is_not_spoken_to_unless_allowed(self):
        with self.office() as office:
            answer = self.send(office, private=False)
        self.assertEqual((answer.fault, office.requests), ("address", []))

    def test_addresses_of_strangers_are_told_from_our_own(self):
        for address in (
            "127.0.0.1",
            "10.0.0.1",
            "169.254.169.254",
            "::1",
            "::ffff:10.0.0.1",
            "fe80::1",
        ):
            self.assertFalse(is_public(address), address)
        self.assertTrue(is_public("93.184.216.34"))

    def test_what_is_no_address_of_an_office_is_refused(self):
        for url, code in (
            ("http://office.example", "scheme"),
            ("ftp://office.example", "scheme"),
            ("https://a:b@office.example", "user"),
            ("https://", "host"),
            ("https://office.example:port", "host"),
            ("https://office.example\\evil.example", "host"),
            ("https://office.example/?a=1", "parts"),
            ("https://office.example/#a", "parts"),
        ):
            with self.subTest(url=url), self.assertRaises(BadAddress) as caught:
                check_address(url)
            self.assertEqual(caught.exception.code, code)

    def test_a_header_with_a_line_break_is_not_sent(self):
        with self.office() as office:
            answer = self.send(office, headers=(("Authorization", "x\r\nX-Evil: 1"),))
        self.assertEqual((answer.status, office.requests), (0, []))
