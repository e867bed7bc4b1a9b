from unittest.mock import patch

from odoo.tests import tagged

from ..models.dunning_page_try import ADDRESS_TRIES, CODE_TRIES, _network
from ..rules.access_code import PIN_DIGITS
from .page_key_common import KeyCommon

UNKNOWN = "KXWR7TCP"
PIN = "1" * PIN_DIGITS


@tagged("post_install", "-at_install")
class TestPageKeyAbuse(KeyCommon):
    """Codes and PINs can't be guessed, and trying tells nothing."""

    def tried(self, code=None, times=CODE_TRIES):
        """The statuses of so many tries with a wrong PIN, and what the last says."""
        answers = [self.type_in(code, self.wrong_pin()) for _each in range(times)]
        return [each.status_code for each in answers], self.problem(answers[-1])

    # -- nothing is told -------------------------------------------------------------------------

    def test_a_wrong_pin_an_unknown_code_and_half_a_code_get_the_same_answer(self):
        answers = [
            self.type_in(self.key.code, self.wrong_pin()),
            self.type_in(UNKNOWN, self.key.pin),
            self.type_in("KXW", self.key.pin),
            self.type_in(self.key.code, "12"),
            self.type_in(self.key.code, self.key.pin[:-1]),
            self.type_in("é" * 8, "é" * 4),
        ]
        self.assertEqual({each.status_code for each in answers}, {403})
        self.assertEqual(len({self.problem(each) for each in answers}), 1)
        self.assertFalse(
            [each for each in answers if "session_id" in each.headers.get("Set-Cookie", "")]
        )
        for each in answers:
            self.assertNotIn("Bakery", each.text)
            self.assertNotIn(self.key.pin, each.text.split("<main")[1].split("<details")[0])

    def test_a_wrong_pin_and_an_unknown_code_take_the_same_work(self):
        at_once, pin_of = type(self.Tries)._at_once, type(self.Keys)._pin
        done = []

        def noted(tries, query):
            done.append(query.code)
            return at_once(tries, query)

        def counted(keys, *args):
            done.append("pin")
            return pin_of(keys, *args)

        with (
            patch.object(type(self.Tries), "_at_once", noted),
            patch.object(type(self.Keys), "_pin", counted),
        ):
            self.type_in(self.key.code, self.wrong_pin())
            self.type_in(UNKNOWN, self.wrong_pin())
        self.assertEqual(len(done), 4)
        self.assertEqual(done[:2], done[2:])

    def test_an_unknown_code_waits_as_a_known_one_does(self):
        known, unknown = self.tried(times=CODE_TRIES + 1), self.tried(UNKNOWN, CODE_TRIES + 1)
        self.assertEqual(known, unknown)
        self.assertEqual(known[0], [403] * CODE_TRIES + [429])
        self.assertIn("try again in an hour", known[1])

    # -- limits ----------------------------------------------------------------------------------

    def test_after_five_wrong_pins_the_right_one_is_refused_for_an_hour(self):
        self.tried()
        self.assertEqual(self.type_in().status_code, 429)
        self.later(minutes=59)
        self.assertEqual(self.type_in().status_code, 429)
        self.later(minutes=2)
        self.assertTrue(self.type_in().url.endswith(self.path))

    def test_who_waits_does_not_wait_longer_for_trying(self):
        self.tried()
        self.later(minutes=50)
        self.tried(times=3)
        self.later(minutes=11)
        self.assertTrue(self.type_in().url.endswith(self.path))

    def test_wrong_pins_of_another_hour_do_not_count(self):
        self.tried(times=4)
        self.later(minutes=61)
        self.tried(times=4)
        self.assertTrue(self.type_in().url.endswith(self.path))

    def test_the_fifth_try_may_be_the_right_one_and_all_begins_anew(self):
        self.tried(times=4)
        self.assertTrue(self.type_in().url.endswith(self.path))
        self.assertEqual(self.tried(times=5)[0], [403] * 5)
        self.later(minutes=61)
        self.tried(times=1)
        self.assertEqual(self.locked(self.key), 1)

    def locked(self, key):
        digest = self.Tries._digest("code", key.code)
        self.env.invalidate_all()
        return self.Tries.search([("digest", "=", digest)]).lock_outs

    def test_from_one_address_twenty_wrong_codes_are_tried_in_an_hour(self):
        self.from_address("192.0.2.7")
        codes = [f"KXWR7T{a}{b}" for a in "34679" for b in "CFHJK"]
        statuses = [self.type_in(code, PIN).status_code for code in codes[:22]]
        self.assertEqual(statuses, [403] * ADDRESS_TRIES + [429] * 2)
        answer = self.type_in()
        self.assertEqual(answer.status_code, 429)
        self.assertIn("from your connection", self.problem(answer))
        self.assertEqual(self.check().status_code, 429)
        self.later(minutes=61)
        self.assertTrue(self.type_in().url.endswith(self.path))

    def test_others_type_on_while_one_address_waits(self):
        self.from_address("192.0.2.7")
        for _each in range(ADDRESS_TRIES + 1):
            self.check(UNKNOWN)
        self.assertEqual(self.type_in().status_code, 429)
        self.from_address("192.0.2.8")
        self.assertTrue(self.type_in().url.endswith(self.path))

    def test_an_address_that_waits_locks_no_codes(self):
        self.from_address("192.0.2.7")
        for _each in range(ADDRESS_TRIES):
            self.check(UNKNOWN)
        self.tried(times=6)
        self.from_address("192.0.2.8")
        self.assertTrue(self.type_in().url.endswith(self.path))

    def test_what_was_right_does_not_count_for_the_address(self):
        for _each in range(ADDRESS_TRIES + 2):
            self.assertEqual(self.check().status_code, 200)
        self.assertTrue(self.type_in().url.endswith(self.path))

    def test_a_right_code_does_not_wipe_out_the_wrong_ones_of_its_address(self):
        for number in range(ADDRESS_TRIES):
            self.check(UNKNOWN)
            if number % 4 == 0:
                self.check()
        self.assertEqual(self.check(UNKNOWN).status_code, 429)

    def test_one_subscriber_of_ipv6_is_one_address(self):
        self.assertEqual(_network("2001:db8:1:2::7"), _network("2001:db8:1:2:ffff::9"))
        self.assertNotEqual(_network("2001:db8:1:2::7"), _network("2001:db8:1:3::7"))
        self.assertEqual(_network("::ffff:192.0.2.7"), "192.0.2.7")
        self.assertEqual(_network(None), "")
        self.assertEqual(_network("nonsense"), "nonsense")

    # -- what is kept ----------------------------------------------------------------------------

    def test_neither_code_nor_address_nor_pin_is_kept(self):
        self.from_address("192.0.2.7")
        pin = self.wrong_pin()
        self.type_in(UNKNOWN, pin)
        self.env.cr.execute("SELECT digest FROM dunning_page_try")
        digests = [digest for (digest,) in self.env.cr.fetchall()]
        self.assertEqual(len(digests), 2)
        for digest in digests:
            self.assertRegex(digest, "^[0-9a-f]{32}$")

    def test_tries_are_kept_for_a_day(self):
        self.type_in(UNKNOWN, PIN)
        self.later(hours=23)
        self.Tries._gc_tries()
        self.assertTrue(self.Tries.search([]))
        self.later(hours=2)
        self.Tries._gc_tries()
        self.assertFalse(self.Tries.search([]))

    def test_opening_pages_writes_nothing(self):
        before = self.Keys.search([]).ids
        for path in ("/c", f"/c/{self.key.code}", f"/c?code={self.key.code}&pin={self.key.pin}"):
            self.assertEqual(self.url_open(path).status_code, 200)
        self.assertEqual(self.url_open("/c/check").status_code, 200)
        self.assertFalse(self.Tries.search([]))
        self.assertEqual(self.Keys.search([]).ids, before)

    def test_a_form_on_another_site_uses_up_no_tries(self):
        for path in ("/c", "/c/check"):
            answer = self.type_in(
                pin=self.wrong_pin(), path=path, headers={"Sec-Fetch-Site": "cross-site"}
            )
            self.assertTrue(answer.url.endswith("/c"))
        self.assertFalse(self.Tries.search([]))

    # -- what we hear of it ----------------------------------------------------------------------

    def tasks(self):
        return self.env["mail.activity"].search(
            [
                ("res_model", "=", "dunning.debtor"),
                ("res_id", "=", self.debtor.id),
                (
                    "activity_type_id",
                    "=",
                    self.env.ref("payt_dunning.activity_page_tries").id,
                ),
            ]
        )

    def lock_out(self, times, code=None):
        for _each in range(times):
            self.tried(code)
            self.later(minutes=61)
        self.env.invalidate_all()
        self.Tries._tell()

    def test_after_three_waits_the_handler_is_asked_to_look(self):
        self.lock_out(2)
        self.assertFalse(self.tasks())
        self.lock_out(1)
        self.assertEqual(len(self.tasks()), 1)
        self.assertIn("wrong PINs", self.tasks().summary)

    def test_it_is_asked_once_for_three_waits(self):
        self.lock_out(3)
        self.tasks().unlink()
        self.Tries._tell()
        self.assertFalse(self.tasks())

    def test_codes_that_do_not_exist_ask_nobody(self):
        before = self.env["mail.activity"].search_count([])
        self.lock_out(3, UNKNOWN)
        self.assertEqual(self.env["mail.activity"].search_count([]), before)

    def test_the_look_is_asked_for_with_each_wait_of_any_code(self):
        asked = []
        with patch.object(type(self.Tries), "_look_later", lambda *args: asked.append(len(asked))):
            self.tried(times=4)
            self.assertFalse(asked)
            self.tried(times=1)
            self.tried(UNKNOWN)
        self.assertEqual(len(asked), 2)

    def test_the_look_is_that_of_a_scheduled_action_that_is_woken(self):
        action = self.env.ref("payt_dunning.ir_cron_page_tries")
        woken = [("cron_id", "=", action.id)]
        before = self.env["ir.cron.trigger"].search_count(woken)
        self.tried()
        self.assertEqual(self.env["ir.cron.trigger"].search_count(woken), before + 1)
        self.assertEqual(action.code, "model._tell()")
