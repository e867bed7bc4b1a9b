from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..models import dunning_page_key
from ..rules.access_code import LENGTH, PIN_DIGITS, normalize
from .page_key_common import KeyCommon


@tagged("post_install", "-at_install")
class TestPageKey(KeyCommon):
    """Whoever holds a letter types its code and its PIN, and sees what it is about."""

    # -- making ----------------------------------------------------------------------------------

    def test_a_message_keeps_its_code(self):
        self.assertEqual(self.key_of(self.notice), self.key)
        self.assertEqual(normalize(self.key.shown), self.key.code)
        self.assertRegex(self.key.pin, rf"^\d{{{PIN_DIGITS}}}$")
        self.assertTrue(self.key.url.endswith(f"/c/{self.key.code}"))

    def test_a_copy_has_the_code_of_its_original(self):
        copy = self.notice.copy({"retry_of_id": self.notice.id})
        self.assertEqual(self.Keys._keys(copy)[copy.id], self.key)
        self.assertEqual(len(self.Keys.search([("notice_id", "in", (copy.id, self.notice.id))])), 1)

    def test_each_message_has_a_code_of_its_own_also_when_one_is_drawn_twice(self):
        others = self.notice.copy() | self.notice.copy()
        drawn = iter([self.key.code, "KXWR7TCP", "KXWR7TCP", "KXWR7TCQ"])
        with patch.object(dunning_page_key, "new_code", lambda: next(drawn)):
            keys = self.Keys._keys(others)
        self.assertEqual({key.code for key in keys.values()}, {"KXWR7TCP", "KXWR7TCQ"})

    def test_many_codes_take_no_more_statements_than_one(self):
        counts = []
        for number in (1, 20):
            notices = self.Notice.union(*(self.notice.copy() for _each in range(number)))
            notices.mapped("debtor_id.page_version")
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(len(self.Keys._keys(notices)), number)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    def test_no_message_no_code(self):
        self.assertEqual(self.Keys._keys(self.Notice), {})

    def test_the_pin_is_kept_nowhere(self):
        row = self.Keys.search([("code", "=", self.key.code)])
        self.env.cr.execute("SELECT * FROM dunning_page_key WHERE id = %s", (row.id,))
        kept = [str(value) for value in self.env.cr.fetchone() if not hasattr(value, "year")]
        self.assertNotIn(self.key.pin, [each for each in kept if each != str(row.id)])

    def test_codes_differ_in_their_pins(self):
        pins = {self.Keys._pin(f"KXWR7TC{last}", 0) for last in "34679BCDFGHJKMNPQRSTVWXYZ"}
        self.assertGreater(len(pins), 20)

    def test_only_collectors_of_the_company_read_codes(self):
        rows = self.Keys.search([("code", "=", self.key.code)])
        collector = self.person("key.collector", "group_dunning_user")
        self.assertEqual(rows.with_user(collector).code, self.key.code)
        with self.assertRaises(AccessError):
            rows.with_user(self.person("key.viewer", "group_dunning_viewer")).read(["code"])
        other = self.setup_other_company()["company"]
        stranger = self.person("key.stranger", "group_dunning_user", other)
        with self.assertRaises(AccessError):
            rows.with_user(stranger).read(["code"])
        with self.assertRaises(AccessError):
            self.Tries.with_user(collector).search([])

    # -- typing ----------------------------------------------------------------------------------

    def test_code_and_pin_open_the_page_of_the_message(self):
        answer = self.type_in()
        self.assertEqual(answer.status_code, 200)
        self.assertTrue(answer.url.endswith(self.path))
        self.assertIn(self.moves[0].name, answer.text)

    def test_spaces_small_letters_and_other_digits_do_not_matter(self):
        code = f" {self.key.shown.lower()} "
        pin = "".join(chr(0x0660 + int(digit)) for digit in self.key.pin)
        self.assertTrue(self.type_in(code, f"{pin[:2]} {pin[2:]}").url.endswith(self.path))

    def test_the_answer_to_the_form_leads_on_and_is_kept_by_nobody(self):
        answer = self.type_in(follow=False)
        self.assertEqual(answer.status_code, 303)
        page = self.url_open("/c")
        self.assertEqual(page.headers["Cache-Control"], "no-store")
        self.assertEqual(page.headers["Referrer-Policy"], "no-referrer")
        self.assertEqual(page.headers["X-Robots-Tag"], "noindex, nofollow")

    def test_the_code_in_the_address_is_filled_in_whether_or_not_it_exists(self):
        for code in (self.key.code, "KXWR7TCP"):
            page = self.url_open(f"/c/{code}").text
            self.assertIn(f'value="{code[:4]} {code[4:]}"', page)
        self.assertEqual(
            self.url_open("/c/KXWR7TCP").text.replace("KXWR 7TCP", "").replace("KXWR7TCP", ""),
            self.url_open(f"/c/{self.key.code}")
            .text.replace(self.key.shown, "")
            .replace(self.key.code, ""),
        )

    def test_the_page_says_how_long_code_and_pin_are(self):
        text = self.amounts(self.url_open("/c").text)
        self.assertIn(f">{LENGTH} letters and digits.", text)
        self.assertIn(f">{PIN_DIGITS} digits.", text)
        self.assertIn(f"a PIN has {PIN_DIGITS} digits.", self.type_in(pin="1").text)

    def test_what_can_be_no_code_is_shown_as_it_was_typed_and_harms_nobody(self):
        page = self.url_open("/c/%3Cscript%3Ealert").text
        self.assertNotIn("<script>", page)
        self.assertEqual(self.url_open("/c/%00%C3%A9").status_code, 200)

    def test_whoever_holds_a_letter_sees_everything_without_another_code(self):
        other = self.invoice(days_late=-20, amount=777)
        self.env["dunning.item"].sudo()._sync(self.company)
        self.type_in()
        answer = self.get("/all")
        self.assertTrue(answer.url.endswith("/all"))
        self.assertIn(other.name, answer.text)

    def test_a_code_in_a_mail_opens_no_more_than_its_link(self):
        self.notice.channel = "email"
        self.assertTrue(self.type_in().url.endswith(self.path))
        self.assertTrue(self.get("/all").url.endswith("/proof"))

    def test_a_code_of_one_debtor_proves_nothing_about_another(self):
        self.type_in()
        self.invoice(partner=self.consumer, days_late=6, amount=70)
        self.run_and_deliver()
        self.notice = self.notices_to(self.consumer)
        self.debtor = self.notice.debtor_id
        self.assertTrue(self.get("/all").url.endswith("/proof"))

    def test_without_a_code_or_a_pin_the_form_says_what_to_type(self):
        self.assertEqual(self.type_in("", "").status_code, 400)
        answer = self.type_in(pin=" ")
        self.assertEqual(answer.status_code, 400)
        self.assertIn("the code and the PIN", self.problem(answer))
        self.assertIn(f'value="{self.key.shown}"', answer.text)
        self.assertFalse(self.Tries.search([]))

    # -- replaced --------------------------------------------------------------------------------

    def test_a_replaced_address_says_so_and_offers_a_new_link(self):
        self.debtor._replace_addresses()
        answer = self.type_in()
        self.assertEqual(answer.status_code, 410)
        self.assertIn("This link has been replaced", answer.text)
        self.assertIn("Mail me a new link", answer.text)
        self.assertNotIn(self.moves[0].name, answer.text)
        self.assertTrue(self.get("/all").url.endswith("/proof"))

    def test_a_letter_printed_after_that_has_a_new_code(self):
        self.debtor._replace_addresses()
        new = self.key_of(self.notice)
        self.assertNotEqual(new.code, self.key.code)
        self.assertTrue(self.type_in(new.code, new.pin).url.endswith(self.path))

    def test_after_a_merge_the_old_code_opens_nothing(self):
        double = self.env["res.partner"].create({"name": "Bakery Double", "is_company": True})
        merge = self.env["base.partner.merge.automatic.wizard"]
        merge.create({})._merge((double | self.business).ids, double)
        self.assertEqual(self.type_in().status_code, 410)

    # -- is this really from us ------------------------------------------------------------------

    def test_a_code_alone_tells_who_sent_the_letter_and_when(self):
        account = self.env["res.partner.bank"].create(
            {"acc_number": "NL91ABNA0417164300", "partner_id": self.company.partner_id.id}
        )
        foreign = self.env["res.partner.bank"].create(
            {"acc_number": "NL20INGB0001234567", "partner_id": self.company.partner_id.id}
        )
        rows = self.env["dunning.bank.account"].sudo().search([("bank_id", "=", account.id)])
        rows.confirmed_on = self.now
        text = self.amounts(self.check().text)
        day = self.env["dunning.page"]._date(self.notice.sent_on)
        self.assertIn(f"Yes. {self.company.name} sent you a letter on {day}.", text)
        self.assertIn(account.acc_number, text)
        self.assertNotIn(foreign.acc_number, text)

    def test_it_tells_nothing_about_the_debtor_and_what_it_owes(self):
        text = self.amounts(self.check().text)
        for secret in (
            "Bakery",
            "bakery",
            *self.moves.mapped("name"),
            "150.00",
            "100.00",
            self.key.pin,
            "/claim/",
        ):
            self.assertNotIn(secret, text)

    def test_of_a_letter_that_was_withdrawn_nobody_says_that_it_was_sent(self):
        self.env.cr.execute(
            "UPDATE dunning_notice SET state = 'cancelled', sent_on = NULL WHERE id = %s",
            (self.notice.id,),
        )
        self.notice.invalidate_recordset()
        text = self.amounts(self.check().text)
        self.assertNotIn("sent you", text)
        self.assertIn("withdrew it", text)

    def test_each_channel_has_its_words(self):
        words = {"sms": "a text message", "email": "an e-mail", "whatsapp": "a message"}
        for channel, said in words.items():
            self.notice.channel = channel
            self.assertIn(f"sent you {said} on", self.check().text)

    def test_what_we_do_not_know_gets_one_answer(self):
        stale = self.key.code
        self.debtor._replace_addresses()
        problems = set()
        for code in (stale, "KXWR7TCP", "KXW", "!" * 8):
            answer = self.check(code)
            self.assertEqual(answer.status_code, 200)
            problems.add(self.problem(answer))
        self.assertEqual(len(problems), 1)
        self.assertIn("We don't know this code.", problems.pop())

    def test_a_check_opens_nothing(self):
        self.check()
        self.assertTrue(self.get("/all").url.endswith("/proof"))

    # -- language and companies ------------------------------------------------------------------

    def test_until_the_code_is_known_the_page_speaks_the_browsers_language(self):
        self.env["res.lang"]._activate_lang("nl_NL")
        self.notice.lang = "nl_NL"
        self.assertIn('<html lang="en-US"', self.url_open(f"/c/{self.key.code}").text)
        self.assertIn('<html lang="nl-NL"', self.check().text)
        dutch = self.url_open("/c", headers={"Accept-Language": "nl-NL"}).text
        self.assertIn('<html lang="nl-NL"', dutch)

    def test_of_two_companies_neither_shows_before_the_code_is_known(self):
        other = self.setup_other_company()["company"]
        other.email = "billing@other.example.com"
        self.assertIn(self.company.name, self.url_open("/c").text)
        other._dunning_go_live()
        page = self.url_open("/c").text
        self.assertNotIn(self.company.name, page)
        self.assertNotIn(other.name, page)
        self.assertIn(self.company.name, self.check().text)

    def test_a_code_of_another_company_opens_that_companys_claim(self):
        other = self.setup_other_company()["company"]
        other.write({"dunning_send_days": "all", "dunning_require_sent": False})
        move = self._create_invoice_one_line(
            company_id=other, partner_id=self.consumer, price_unit=50
        )
        move.invoice_date_due = move.invoice_date
        foreign = self.notice.copy(
            {
                "company_id": other.id,
                "debtor_id": self.env["dunning.debtor"]
                .sudo()
                .create({"company_id": other.id, "partner_id": self.consumer.id})
                .id,
            }
        )
        both = self.Keys._keys(self.notice | foreign)
        self.assertNotEqual(both[foreign.id].code, both[self.notice.id].code)
        answer = self.type_in(both[foreign.id].code, both[foreign.id].pin)
        self.assertIn(f"/claim/m/{foreign.id}/", answer.url)
        self.assertIn(other.name, answer.text)
        self.assertNotIn(self.company.name, answer.text)
