import contextlib
import os
import socket
import ssl
import struct
import tempfile
import threading
import time
from pathlib import Path
from unittest.mock import patch

from odoo.tests import BaseCase, common, tagged
from odoo.tools import mute_logger

from .. import https
from ..https import BadAddress, Door, ask, check_address, is_public
from ..models import collection_transmission
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

    @mute_logger("odoo.addons.payt_dunning.https")
    def test_a_full_disk_here_is_no_fault_of_the_office(self):
        full = OSError(28, "No space left on device")
        with self.office() as office:
            for what in ("pathlib.Path.write_text", "tempfile.TemporaryDirectory"):
                with self.subTest(what), patch(what, side_effect=full):
                    self.assertEqual(self.send(office).fault, "connect")
        self.assertEqual(office.requests, [])

    def test_an_office_that_asks_for_our_certificate_gets_it(self):
        ours = self.stranger.issue("creditor")
        with self.office(client=self.stranger) as office:
            without = self.send(office)
            answer = self.send(office, certificate=ours)
        self.assertIn(without.fault, ("tls", "cut"))
        self.assertEqual((answer.status, len(office.requests)), (201, 1))

    def test_a_redirect_to_another_port_is_not_followed(self):
        for status in (301, 302, 303, 307, 308):
            with self.subTest(status=status), self.office() as office, self.office() as other:
                office.behave(
                    lambda handler, body, code=status, place=other.url: (
                        handler.raw(code, b"", Location=f"{place}/dossiers") or True
                    )
                )
                answer = self.send(office)
                self.assertEqual((answer.status, other.requests), (status, []))

    def test_tls_of_former_days_is_not_spoken(self):
        lax = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        lax.minimum_version = ssl.TLSVersion.TLSv1
        lax.set_ciphers("DEFAULT@SECLEVEL=0")
        lax.load_verify_locations(cadata=self.authority.pem)
        with self.office(newest=ssl.TLSVersion.TLSv1_1) as office:
            answer = self.send(office)
            with (
                socket.create_connection(office.server_address) as line,
                lax.wrap_socket(line, server_hostname="127.0.0.1") as secured,
            ):
                self.assertEqual(secured.version(), "TLSv1.1", "the office does speak it")
        self.assertEqual((answer.fault, office.requests), ("tls", []))

    def test_proxies_of_the_machine_play_no_part(self):
        with self.office() as office:
            nowhere = "http://127.0.0.1:9"
            names = ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")
            with patch.dict(os.environ, dict.fromkeys(names, nowhere)):
                answer = self.send(office)
        self.assertEqual(answer.status, 201)

    def test_passwords_and_authorities_of_the_machine_play_no_part(self):
        with self.office() as office, tempfile.TemporaryDirectory() as folder:
            passwords, authorities = Path(folder, "netrc"), Path(folder, "authorities.pem")
            passwords.write_text("machine 127.0.0.1 login us password s3cret\n", encoding="ascii")
            passwords.chmod(0o600)
            authorities.write_text(self.authority.pem, encoding="ascii")
            values = {"NETRC": str(passwords), "REQUESTS_CA_BUNDLE": str(authorities)}
            with patch.dict(os.environ, values):
                self.send(office)
                usual = self.send(office, authorities="")
        [request] = office.requests
        self.assertNotIn("Authorization", request["headers"])
        self.assertEqual(usual.fault, "tls")

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

    def test_an_answer_of_ten_megabytes_is_cut(self):
        def long(handler, body):
            with contextlib.suppress(OSError):
                handler.raw(201, b"x" * 10 * 1024**2)
            return True

        with self.office() as office:
            office.behave(long)
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

    def drips(self, *pieces):
        """An office that says these things a bit at a time; ``left`` when its line was cut."""
        left = threading.Event()

        def drip(handler, body):
            try:
                for piece in pieces:
                    handler.wfile.write(piece)
                    handler.wfile.flush()
                    time.sleep(0.1)
            except OSError:
                left.set()
            handler.close_connection = True
            return True

        return left, drip

    def test_an_answer_that_drips_is_left(self):
        left, drip = self.drips(
            b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", *(b"x" for _ in range(100))
        )
        with self.office() as office, patch.object(https, "TOGETHER", 0.5):
            office.behave(drip)
            answer = self.send(office)
            self.assertTrue(left.wait(20))
        self.assertEqual(answer.fault, "timeout")

    def test_headers_that_drip_are_left(self):
        left, drip = self.drips(
            b"HTTP/1.1 201 Created\r\n", *(b"X-%d: y\r\n" % number for number in range(90))
        )
        with self.office() as office, patch.object(https, "TOGETHER", 0.5):
            office.behave(drip)
            answer = self.send(office)
            self.assertTrue(left.wait(20))
        self.assertEqual(answer.fault, "timeout")

    def test_an_office_that_never_comes_to_its_answer_is_left(self):
        left, drip = self.drips(*(b"HTTP/1.1 100 Continue\r\n\r\n" for _ in range(100)))
        with self.office() as office, patch.object(https, "TOGETHER", 0.5):
            office.behave(drip)
            answer = self.send(office)
            self.assertTrue(left.wait(20))
        self.assertEqual(answer.fault, "timeout")

    def test_an_office_that_takes_a_package_drop_by_drop_is_left(self):
        left = threading.Event()

        def sip(handler):
            with contextlib.suppress(OSError):
                for _number in range(100):
                    if not handler.rfile.read(256 * 1024):
                        break
                    time.sleep(0.1)
                else:
                    return
            left.set()

        with (
            self.office() as office,
            patch.object(Handler, "do_POST", sip),
            patch.object(https, "TOGETHER", 0.5),
            patch.object(https, "SLOWEST", 1024**3),
        ):
            answer = self.send(office, b"x" * 64 * 1024**2)
            self.assertTrue(left.wait(20))
        self.assertEqual(answer.fault, "timeout")

    def test_what_is_large_has_more_time_and_never_so_much_that_it_is_taken_for_broken_off(self):
        limits = patch.object(https, "_Limit", wraps=https._Limit)
        with self.office() as office, limits as made:
            self.send(office, b"x" * 1024**2)
            with patch.object(https, "SLOWEST", 1):
                self.send(office, b"x" * 1024**2)
        seconds = [call.args[0] for call in made.call_args_list]
        self.assertEqual(seconds, [https.TOGETHER + 4, https.LONGEST])
        self.assertLess(https.LONGEST, collection_transmission.BROKEN_OFF.total_seconds())

    def test_a_line_that_is_cut_while_much_is_sent_leaves_doubt(self):
        def cut(handler):
            handler.connection.shutdown(socket.SHUT_RDWR)

        with self.office() as office, patch.object(Handler, "do_POST", cut):
            answer = self.send(office, b"x" * 16 * 1024**2)
        self.assertEqual(answer.fault, "cut")

    def test_a_line_that_is_reset_while_much_is_sent_leaves_doubt(self):
        def reset(handler):
            at_once = struct.pack("ii", 1, 0)
            handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, at_once)
            handler.rfile.read(1024)
            os.close(handler.connection.detach())

        with self.office() as office, patch.object(Handler, "do_POST", reset):
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

    def names(self, *addresses):
        """Let any name lead to these addresses in turn, the last one from then on."""
        asked = []

        def look_up(host, port, *_args, **_options):
            address = host
            if host.endswith(".example"):
                asked.append(host)
                address = addresses[min(len(asked), len(addresses)) - 1]
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

        return asked, patch.object(socket, "getaddrinfo", look_up)

    def send_by_name(self, office, host="office.example", **values):
        """Send to an address that is a name; the harness of the tests would not let it leave."""
        door = Door(office.url.replace("127.0.0.1", host), authorities=self.authority.pem, **values)
        with patch.object(https.requests.Session, "send", common._super_send):
            return ask(door, "POST", "/dossiers", (), b"package")

    def test_a_name_that_leads_into_the_own_network_is_not_spoken_to(self):
        _asked, names = self.names("127.0.0.1")
        with self.office() as office, names:
            lines = []
            office.verify_request = lambda *line: lines.append(line) or True
            answer = self.send_by_name(office)
            self.assertEqual((answer.fault, lines), ("address", []))
            allowed = self.send_by_name(office, private=True)
        # Its certificate is for the number, not for the name.
        self.assertEqual((allowed.fault, len(lines)), ("tls", 1))

    def test_the_address_that_was_looked_at_is_the_one_that_is_spoken_to(self):
        asked, names = self.names("127.0.0.2", "127.0.0.1")
        strangers = patch.object(https, "is_public", lambda address: address == "127.0.0.2")
        with self.office() as office, names, strangers:
            lines = []
            office.verify_request = lambda *line: lines.append(line) or True
            answer = self.send_by_name(office)
        self.assertEqual((answer.fault, lines, len(asked)), ("connect", [], 1))

    def test_a_name_that_leads_to_many_places_may_lead_to_none_of_ours(self):
        def both(_host, port, *_args, **_options):
            return [
                (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
                for address in ("127.0.0.2", "127.0.0.1")
            ]

        strangers = patch.object(https, "is_public", lambda address: address == "127.0.0.2")
        with self.office() as office, patch.object(socket, "getaddrinfo", both), strangers:
            lines = []
            office.verify_request = lambda *line: lines.append(line) or True
            answer = self.send_by_name(office)
        self.assertEqual((answer.fault, lines), ("address", []))

    def test_a_name_that_is_none_is_no_address(self):
        with self.office() as office:
            answer = self.send_by_name(office, f"{'a' * 64}.example")
        self.assertEqual(answer.fault, "address")

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
