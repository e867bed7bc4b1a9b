import re
import threading
from unittest.mock import patch

from odoo.sql_db import Cursor
from odoo.tools import mute_logger

from .page_payment_common import PageCommon

#: What writes or holds a lock.
WRITES = re.compile(
    r"\b(INSERT INTO|DELETE FROM|UPDATE\s+\S+\s+SET|TRUNCATE|LOCK TABLE|nextval|setval)\b"
    r"|\bFOR\s+(NO\s+KEY\s+)?(UPDATE|SHARE|KEY)\b|pg_(try_)?advisory",
    re.IGNORECASE,
)
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
}


class TestPageAccess(PageCommon):
    """Only the right address opens a claim; any other shows nothing of anybody."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.name = "Creditor and Sons"
        cls.consumer.name = "Jan Secret"
        cls.business.name = "Secret Bakery"

    def make_once(self):
        super().make_once()
        self.own, self.other = self.open(123.45, 67.89), self.open(98.76, partner=self.business)
        body = "<p>Dear Jan Secret, pay 123.45</p>"
        self.notice = self.letter(self.own, body=body, subject="Secret subject")
        self.others = self.letter(self.other, statutory_code=False, body="<p>Secret Bakery</p>")
        self.own_debtor = self.own.debtor_id.sudo()
        self.secrets = [
            "Secret",
            "jan@jansen.example.com",
            "123.45",
            "123,45",
            "191.34",
            "98.76",
            *(self.own | self.other).mapped("name"),
        ]

    def token(self, kind, record, debtor=None):
        version = (debtor or self.own_debtor).page_version
        return self.env["dunning.page.door"]._token(kind, record.id, version)

    def addresses(self):
        """A message and an invoice, each with its right token."""
        for kind, record in (("m", self.notice), ("i", self.own[0].move_id)):
            yield kind, record, self.token(kind, record)

    def routes(self):
        """What follows an address, and whether it is there for its owner: of a message."""
        return {
            "": True,
            "/pay": True,
            "/message": True,
            f"/invoice/{self.own[0].id}": True,
            f"/invoice/{self.other.id}": False,
            "/transaction/x": False,
        }

    def of_another_company(self):
        """A message and an invoice of another company to the same consumer."""
        company = self.setup_other_company(name="Second", currency_id=self.euro.id)["company"]
        self.env.user.company_ids += company
        move = self.euros_in(company, 55.55)
        self.Item._sync(company)
        return {"m": self.letter(self.items(move)), "i": move}

    def wrong_tokens(self, kind, record, right, foreign):
        """Tokens that open nothing."""
        changed = "0" if right[5] != "0" else "1"
        return {
            "empty": "",
            "a space": "%20",
            "zero": "0",
            "none": "None",
            "truncated": right[:-1],
            "longer": f"{right}0",
            "one character changed": right[:5] + changed + right[6:],
            "in capitals": right.upper() + "A",
            "not ASCII": "%C3%A9" * 32,
            "not UTF-8": "%FF%FE" * 16,
            "with a zero byte": f"{right}%00",
            "of another debtor": self.token("m", self.others, self.other.debtor_id.sudo()),
            "of another message or kind": self.token("i" if kind == "m" else "m", record),
            "of another company": self.token(kind, foreign),
            "of a number to come": self.env["dunning.page.door"]._token(
                kind, record.id, self.own_debtor.page_version + 1
            ),
        }

    def fetch(self, path):
        """The answer to a GET, whatever it is; to a POST where only that is answered."""
        self.env.flush_all()
        with mute_logger("odoo.http"):
            if "/transaction/" in path:
                form = {"provider_id": self.provider.id, "payment_method_id": self.method.id}
                data = {"jsonrpc": "2.0", "params": {**form, "flow": "direct"}}
                answer = self.url_open(path, json=data, timeout=60)
            else:
                answer = self.url_open(path, timeout=60)
        self.env.invalidate_all()
        return answer

    def assert_tells_nothing(self, answer, but=()):
        for secret in self.secrets:
            if secret not in but:
                self.assertNotIn(secret, answer.text)

    # -- the matrix ----------------------------------------------------------------------------

    def test_the_right_address_opens_its_own_claim_and_nothing_else(self):
        for kind, record, right in self.addresses():
            for route, there in self.routes().items():
                there = there and not (kind == "i" and route == "/message")
                with self.subTest(f"{kind}{route}"):
                    answer = self.fetch(f"/claim/{kind}/{record.id}/{right}{route}")
                    if route == "/transaction/x":
                        self.assertIn("too old", answer.json()["error"]["data"]["message"])
                        self.assert_tells_nothing(answer)
                        continue
                    self.assertEqual(answer.status_code, 200 if there else 404)
                    for secret in ("Bakery", "98.76", self.other.name):
                        self.assertNotIn(secret, answer.text)
                    if there:
                        self.assertIn("123.45", answer.text)
                    else:
                        self.assert_tells_nothing(answer)

    def test_an_invoices_address_opens_that_invoice_alone(self):
        first, second = self.own
        path = f"/claim/i/{first.move_id.id}/{self.token('i', first.move_id)}"
        page = self.get(path).text
        self.assertIn(first.name, page)
        self.assertNotIn(second.name, page)
        self.assertEqual(self.fetch(f"{path}/invoice/{second.id}").status_code, 404)
        self.assertEqual(self.paid_online(path).amount, 123.45)

    def test_a_wrong_address_shows_nothing_of_anybody(self):
        foreign = self.of_another_company()
        for kind, record, right in self.addresses():
            for name, wrong in self.wrong_tokens(kind, record, right, foreign[kind]).items():
                for route in self.routes():
                    with self.subTest(f"{kind}{route}, token {name}"):
                        answer = self.fetch(f"/claim/{kind}/{record.id}/{wrong}{route}")
                        if route.startswith("/transaction") and answer.status_code == 200:
                            self.assertEqual(answer.json()["error"]["code"], 404)
                        else:
                            self.assertEqual(answer.status_code, 404)
                        self.assert_tells_nothing(answer)
                        self.assertNotIn(self.company.name, answer.text)

    def test_records_that_are_not_there_answer_as_wrong_tokens_do(self):
        wrong = self.fetch(f"/claim/m/{self.notice.id}/{'0' * 32}").text
        right = self.token("m", self.notice)
        for number in (0, 10**6, 2**31, 2**63, 10**30):
            for kind in "mi":
                with self.subTest(f"{kind}/{number}"):
                    answer = self.fetch(f"/claim/{kind}/{number}/{right}")
                    self.assertEqual((answer.status_code, answer.text), (404, wrong))
        for path in (f"/claim/x/{self.notice.id}/{right}", f"/claim/m/-1/{right}"):
            self.assertEqual(self.fetch(path).status_code, 404)
        answer = self.fetch(f"/claim/m/{self.notice.id}/{right}/invoice/{10**30}")
        self.assertEqual((answer.status_code, answer.text), (404, wrong))

    def test_invoices_of_nobody_who_is_followed_up_have_no_page(self):
        draft = self.own[0].move_id.copy()
        bill = self.env["account.move"].create(
            {"move_type": "in_invoice", "partner_id": self.debtor("Vendor").id}
        )
        for move in (draft, bill):
            token = self.env["dunning.page.door"]._token("i", move.id, 1)
            for route in ("", "/pay", "/message", f"/invoice/{self.own[0].id}"):
                with self.subTest(f"{move.move_type}{route}"):
                    self.assert_tells_nothing(self.fetch(f"/claim/i/{move.id}/{token}{route}"))

    def test_a_replaced_address_says_only_that_and_whose_it_was(self):
        paths = [f"/claim/{kind}/{record.id}/{right}" for kind, record, right in self.addresses()]
        routes = self.routes()
        self.own_debtor._replace_addresses()
        for path in paths:
            for route in routes:
                with self.subTest(f"{path}{route}"):
                    answer = self.fetch(f"{path}{route}")
                    self.assert_tells_nothing(answer)
                    if route.startswith("/transaction"):
                        self.assertIn("replaced", answer.json()["error"]["data"]["message"])
                    else:
                        self.assertEqual(answer.status_code, 410)
                        self.assertIn(self.company.name, answer.text)

    def test_an_address_that_was_replaced_long_ago_says_nothing_at_all(self):
        path = f"/claim/m/{self.notice.id}/{self.token('m', self.notice)}"
        self.own_debtor.page_version += 51
        answer = self.fetch(path)
        self.assertEqual(answer.status_code, 404)
        self.assertNotIn(self.company.name, answer.text)

    def test_a_year_after_all_was_settled_nothing_but_that_is_shown(self):
        for kind, record, right in self.addresses():
            path = f"/claim/{kind}/{record.id}/{right}"
            self.own.write({"state": "closed", "closed_on": self.after(-365)})
            self.assertIn(self.own[0].name, self.get(path).text)
            self.own.closed_on = self.after(-366)
            for route in self.routes():
                with self.subTest(f"{kind}{route}"):
                    answer = self.fetch(path + route)
                    self.assert_tells_nothing(answer)
                    if not route.startswith("/transaction"):
                        self.assertEqual(answer.status_code, 200)
                        self.assertIn("settled more than a year ago", answer.text)

    def test_a_claim_that_has_gone_to_others_shows_nothing(self):
        self.own.debtor_id = self.other.debtor_id
        path = f"/claim/m/{self.notice.id}/{self.token('m', self.notice)}"
        for route in self.routes():
            with self.subTest(route):
                answer = self.fetch(path + route)
                self.assert_tells_nothing(answer)
                if not route.startswith("/transaction"):
                    self.assertIn("Nothing is open here", answer.text)

    def test_a_colleague_of_the_creditor_needs_the_right_address_too(self):
        user = self.person("page_colleague", "group_dunning_manager")
        self.authenticate(user.login, user.login)
        answer = self.fetch(f"/claim/m/{self.notice.id}/{'0' * 32}")
        self.assertEqual(answer.status_code, 404)
        self.assert_tells_nothing(answer)

    def test_what_has_gone_to_another_debtor_is_not_shown_any_more(self):
        path = f"/claim/m/{self.notice.id}/{self.token('m', self.notice)}"
        gone, kept = self.own
        gone.debtor_id = self.other.debtor_id
        page = self.get(path).text
        self.assertNotIn(gone.name, page)
        self.assertIn(kept.name, page)
        self.assertEqual(self.fetch(f"{path}/invoice/{gone.id}").status_code, 404)

    def test_nonsense_beside_a_right_address_does_no_harm(self):
        path = f"/claim/m/{self.notice.id}/{self.token('m', self.notice)}"
        for query in (
            "page=999999999",
            "page=-1",
            "page=%D9%A3",
            "i=99999999999999999999",
            "i=x",
            "lang=xx_XX",
            "lang=../../etc",
            "lang=",
            "k=%00",
            "token=x&kind=i&record_id=1",
        ):
            with self.subTest(query):
                self.assertIn("123.45", self.get(f"{path}?{query}").text)
        for query in ("c=999999999", "c=x", "lang=%00", "unknown=1"):
            with self.subTest(f"pay?{query}"):
                self.assertIn("191.34", self.get(f"{path}/pay?{query}").text)

    def test_no_answer_is_kept_framed_indexed_or_told_to_others(self):
        path = f"/claim/m/{self.notice.id}/{self.token('m', self.notice)}"
        paths = [path + route for route in self.routes() if "transaction" not in route]
        for each in [*paths, f"{path}x"]:
            with self.subTest(each):
                got = self.fetch(each).headers
                self.assertEqual({name: got.get(name) for name in HEADERS}, HEADERS)

    # -- methods -------------------------------------------------------------------------------

    def test_a_payment_is_not_begun_by_a_get(self):
        path = f"/claim/m/{self.notice.id}/{self.token('m', self.notice)}"
        route, before = self.chosen(path), self.Transaction.search_count([])
        with mute_logger("odoo.http"):
            answer = self.url_open(route, allow_redirects=False)
        self.assertIn(answer.status_code, (400, 404, 405, 415))
        self.assert_tells_nothing(answer)
        self.assertEqual(self.Transaction.search_count([]), before)

    def test_what_is_only_looked_at_takes_no_post(self):
        path = f"/claim/m/{self.notice.id}/{self.token('m', self.notice)}"
        for route in ("", "/pay", "/message", f"/invoice/{self.own[0].id}"):
            with self.subTest(route), mute_logger("odoo.http"):
                answer = self.url_open(path + route, data={"amount": "1"}, method="POST")
                self.assertEqual(answer.status_code, 405)
                self.assert_tells_nothing(answer)

    # -- statements ----------------------------------------------------------------------------

    def statements(self, request, *args):
        """The statements that a request runs."""
        self.cr.flush()
        found, execute = [], Cursor.execute

        def spy(cursor, query, params=None, **options):
            # Those of the server, not of this test.
            if threading.current_thread() is not threading.main_thread():
                found.append(getattr(query, "code", query))
            return execute(cursor, query, params, **options)

        with patch.object(Cursor, "execute", spy):
            answer = request(*args)
        self.assertIn(answer.status_code, (200, 409, 410))
        self.assertTrue(found)
        return found

    def written(self, request, *args):
        return [query for query in self.statements(request, *args) if WRITES.search(query)]

    def test_looking_writes_nothing_and_locks_nothing(self):
        for kind, record, right in self.addresses():
            path = f"/claim/{kind}/{record.id}/{right}"
            routes = [route for route, there in self.routes().items() if there]
            routes += ["/pay?amount=abc", f"/pay?k=r{self.own[0].id}&amount=50", "?lang=nl_NL"]
            for route in routes:
                if kind == "i" and route == "/message":
                    continue
                with self.subTest(f"{kind}{route}"):
                    self.assertFalse(self.written(self.fetch, path + route))
        self.own_debtor._replace_addresses()
        self.assertFalse(self.written(self.fetch, path))

    def test_beginning_a_payment_is_seen_to_write(self):
        path = f"/claim/m/{self.notice.id}/{self.token('m', self.notice)}"
        route = self.chosen(path)
        written = self.written(self.fetch, route)
        self.assertTrue(any("payments_begun" in query for query in written))
        self.assertTrue(any("INSERT INTO" in query for query in written))

    def test_a_page_of_sixty_invoices_takes_as_many_statements_as_that_of_one(self):
        counts = []
        for count in (1, 60):
            partner = self.debtor(f"Debtor of {count}")
            items = self.synced(*(self.euros(10 + n, partner, 40) for n in range(count)))
            path = self.path(items, statutory_code=False)
            self.assertIn(partner.name, self.fetch(path).text)
            counts.append(len(self.statements(self.fetch, path)))
        self.assertEqual(*counts)
