from odoo.tests import BaseCase

from ..cloud_api import is_signed, kind_of, read_error, read_json, signature
from ..models.dunning_way_whatsapp import _is_safe
from ..models.dunning_whatsapp_report import _is_stop, _moment


class TestWhatsappApi(BaseCase):
    """What the API says, without a database."""

    def test_errors_are_outcomes(self):
        for code, kind in (
            (131026, "address"),
            (131021, "address"),
            (131050, "address"),
            (190, "later"),
            (10, "later"),
            (200, "later"),
            (299, "later"),
            (80007, "later"),
            (130429, "later"),
            (131048, "later"),
            (131056, "later"),
            (131042, "later"),
            (131047, "failed"),
            (131051, "failed"),
            (132000, "failed"),
            (132001, "failed"),
            (132015, "failed"),
            (132016, "failed"),
            (100, "failed"),
            (131000, "ambiguous"),
            (1, "ambiguous"),
        ):
            with self.subTest(code):
                self.assertEqual(kind_of(code), kind)

    def test_a_sender_that_is_gone_is_no_fault_of_the_message(self):
        self.assertEqual(kind_of(100, 33), "later")

    def test_an_unknown_error_of_the_server_is_unclear_and_of_a_request_a_refusal(self):
        self.assertEqual(kind_of(999999, 0, 500), "ambiguous")
        self.assertEqual(kind_of(999999, 0, 503), "later")
        self.assertEqual(kind_of(999999, 0, 400), "failed")

    def test_errors_of_any_shape_are_read(self):
        full = {"code": 131026, "message": "No", "error_data": {"details": "Undeliverable"}}
        self.assertEqual(read_error(full), (131026, 0, "No: Undeliverable"))
        for nonsense in (None, [], {"code": "x", "error_data": 1}, {"code": True}):
            with self.subTest(nonsense):
                self.assertEqual(read_error(nonsense), (None, 0, ""))

    def test_bodies_made_to_hurt_are_nothing(self):
        for body in (b"[" * 100_000, b"\xff\xfe", b"", b"{", b"1" * 10_000):
            with self.subTest(body[:5]):
                self.assertIsNone(read_json(body))

    def test_a_signature_is_over_every_byte(self):
        header = signature("secret", b'{"a": 1}')
        self.assertTrue(is_signed("secret", b'{"a": 1}', header))
        self.assertFalse(is_signed("secret", b'{"a":1}', header))
        self.assertFalse(is_signed("other", b'{"a": 1}', header))
        for wrong in ("", None, "sha256=", "é", header.upper(), header.removeprefix("sha256=")):
            with self.subTest(wrong):
                self.assertFalse(is_signed("secret", b'{"a": 1}', wrong))

    def test_a_token_leaves_encrypted_or_not_at_all(self):
        self.assertTrue(_is_safe("https://graph.facebook.com"))
        self.assertTrue(_is_safe("http://127.0.0.1:8080"))
        for url in ("http://graph.facebook.com", "http://127.0.0.1.example.com", "ftp://x", ""):
            with self.subTest(url):
                self.assertFalse(_is_safe(url))

    def test_stop_is_understood_however_it_is_written(self):
        for words in ("STOP", " stop! ", "Stopp.", "Afmelden", "Arrêt", "uitschrijven"):
            with self.subTest(words):
                self.assertTrue(_is_stop(words))
        for words in ("Stop met zeuren, ik heb betaald", "", "When does it stop?", "👍"):
            with self.subTest(words):
                self.assertFalse(_is_stop(words))

    def test_a_moment_that_can_not_be_is_none(self):
        for value in (None, "x", "-1", "99999999999999999999", [], "0", "4102444800"):
            with self.subTest(value):
                self.assertIsNone(_moment(value))
