"""Who gets what at every address of a debtor's page; a new address without a row fails."""

from unittest.mock import patch

from odoo import http
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .page_payment_common import PageCommon
from .plan_common import PlanCommon
from .route_common import RouteCase
from .route_rows import ALL, CLAIM, EVERYWHERE, MINE, OF_ALL, OF_CLAIM, OTHERS

NOISE = ("odoo.http", "odoo.addons.base.models.ir_access")
PDF = b"%PDF-1.4\n%%EOF\n"
CLAIMS, WHOLE = {**EVERYWHERE, **OF_CLAIM}, {**EVERYWHERE, **OF_ALL}
#: Numbers in an address, and what they are of; of another debtor's there is nothing.
NUMBERS = ("<int:item_id>", "<int:file_id>", "<int:plan_id>", "<int:notice_id>")


@tagged("post_install", "-at_install")
class TestRoutes(PageCommon, PlanCommon, RouteCase):
    """Address by address, record by record, person by person."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.name = "Creditor and Sons"
        cls.consumer.name = "Jan Secret"
        cls.make_people(cls.setup_other_company()["company"])
        for name, partner in (("portal", cls.consumer), ("other_portal", cls.business)):
            user = new_test_user(cls.env, f"routes.{name}", groups="base.group_portal")
            user.partner_id.parent_id = partner

    def make_once(self):
        super().make_once()
        self.mine = self.record_of(self.consumer)
        self.theirs = self.record_of(self.business)

    def record_of(self, partner):
        """What addresses can lead to, of one debtor: by the names that they have in addresses."""
        open_one, planned = self.open(123.45, 67.89, partner=partner)
        plan = self.plan(planned, count=2)
        notice = self.letter(
            open_one | planned, statutory_code=False, body="<p>Pay 123.45</p>", subject="Subject"
        )
        talk = self.told(plan)[:1]
        talk.write({"state": "sent", "body": "<p>Agreed</p>", "sent_on": self.today})
        file = self.env["ir.attachment"].create({"name": "a.pdf", "raw": PDF})
        doors, version = self.env["dunning.page.door"], open_one.debtor_id.sudo().page_version
        door = doors._open("m", notice.id, doors._token("m", notice.id, version))
        self.env["dunning.page.dialogue"]._say(door, open_one, "Hello", file, partner)
        return {
            "debtor": open_one.debtor_id.sudo(),
            "notice": notice,
            "talk": talk.id,
            "<int:item_id>": open_one.id,
            "<int:file_id>": file.id,
            "<int:plan_id>": plan.id,
            "<int:number>": 1,
            "<string:signed>": "x",
        }

    # -- asking --------------------------------------------------------------------------------

    def filled(self, ending, record):
        """The end of an address, with numbers of a record."""
        number = record["talk"] if "/plan/" in ending else record["notice"].id
        for name, value in {**record, "<int:notice_id>": number}.items():
            ending = ending.replace(name, str(value)) if name.startswith("<") else ending
        return ending

    def claim(self, token=None):
        """The address of the message, with its own token or another."""
        notice = self.mine["notice"]
        return f"/claim/m/{notice.id}/{token or self.token('m', notice)}"

    def token(self, kind, record, more=0):
        version = record.debtor_id.sudo().page_version + more
        return self.env["dunning.page.door"]._token(kind, record.id, version)

    @property
    def my_claims(self):
        return f"/my/claims/{self.mine['debtor'].id}"

    def status(self, method, path):
        """The status that somebody gets; a GET has written nothing."""
        options = {}
        if "/transaction/" in path:
            options["json"] = {"jsonrpc": "2.0", "params": {"flow": "direct"}}
        elif method == "POST":
            options["data"] = {"csrf_token": http.Request.csrf_token(self), "here": "1"}
        merged = patch("odoo.addons.payt_dunning.controllers.page_reason.merge_pdf", b"".join)
        # Odoo renders no PDFs in tests, and what there is instead can't be put together.
        with mute_logger(*NOISE), merged:
            answer, written = self.request(method, path, **options)
        if method == "GET":
            self.assertFalse(written, path)
        if "/transaction/" in path and answer.status_code == 200:
            error = answer.json()["error"]
            return error["code"] if error["code"] == 404 else "refused"
        return answer.status_code

    def check(self, person, base, rows, expected, record=None):
        """Ask for all addresses of a kind, and compare.

        :param expected: status for all, or a function of method, ending and the row's own
        """
        self.sign_in(person)
        found, wanted = {}, {}
        for (method, ending), (status, _reason) in rows.items():
            path = base + self.filled(ending, record or self.mine)
            found[method, ending] = self.status(method, path)
            right = expected(method, ending, status) if callable(expected) else expected
            wanted[method, ending] = right
        self.assertEqual(found, wanted)

    def own(self, _method, _ending, status):
        return status

    def of_another(self, _method, ending, status):
        """What there is of numbers that are another debtor's."""
        return 404 if any(name in ending for name in NUMBERS) else status

    # -- the table -----------------------------------------------------------------------------

    def test_every_address_has_a_row(self):
        known = {(method, CLAIM + ending) for method, ending in CLAIMS}
        for base in (ALL, MINE):
            known |= {(method, base + ending) for method, ending in WHOLE}
        self.assertEqual(set(self.routes_of("payt_dunning")), known | set(OTHERS))

    def test_forms_without_a_token_say_why_and_no_others_do(self):
        reasons = {(method, CLAIM + ending): row[1] for (method, ending), row in CLAIMS.items()}
        for base in (ALL, MINE):
            reasons |= {(method, base + ending): row[1] for (method, ending), row in WHOLE.items()}
        reasons |= {key: row[1] for key, row in OTHERS.items()}
        self.assert_reasons("payt_dunning", reasons)

    def test_what_only_reads_is_routed_as_such(self):
        self.assert_read_only("payt_dunning", but=("/my/invoices/overdue", "/payment/pay"))

    # -- the matrix ------------------------------------------------------------------------------

    def test_the_right_address_opens_its_own_claim(self):
        # A file is shown to who wrote it, in the same browser; or with one more proof.
        self.check(
            None,
            self.claim(),
            CLAIMS,
            lambda method, ending, status: 404 if "/file/" in ending else status,
        )

    def test_the_right_address_opens_nothing_of_another_debtor(self):
        self.check(None, self.claim(), CLAIMS, self.of_another, self.theirs)

    def test_a_wrong_address_opens_nothing(self):
        for token in (
            "0" * 32,
            self.token("m", self.theirs["notice"]),
            self.token("i", self.mine["notice"]),
            self.token("m", self.mine["notice"], more=1),
        ):
            with self.subTest(token):
                self.check(None, self.claim(token), CLAIMS, 404)
        self.check(None, f"{self.claim(token)}/all", WHOLE, 404)

    def test_no_login_stands_in_for_the_address(self):
        for person in ("portal", "outsider", "viewer", "collector", "manager", "elsewhere"):
            with self.subTest(person):
                self.check(person, self.claim("0" * 32), CLAIMS, 404)

    def test_a_replaced_address_says_that_and_mails_a_new_one(self):
        claim = self.claim()
        self.mine["debtor"]._replace_addresses()

        def replaced(method, ending, _status):
            if ending.startswith("/transaction"):
                return "refused"
            return 200 if ending == "/renew" else 410

        self.check(None, claim, CLAIMS, replaced)

    def test_everything_needs_one_more_proof(self):
        def unproven(method, _ending, _status):
            return 403 if method == "POST" else 303

        self.check(None, f"{self.claim()}/all", WHOLE, unproven)

    def prove(self):
        """Type the code that was mailed."""
        self.sign_in(None)
        with patch("secrets.randbelow", lambda most: 123456):
            self.assertEqual(self.status("POST", f"{self.claim()}/code"), 303)
        data = {"csrf_token": http.Request.csrf_token(self), "code": "123456"}
        answer, _written = self.request("POST", f"{self.claim()}/open", data=data)
        self.assertEqual(answer.status_code, 303)

    def test_with_the_code_everything_of_this_debtor_is_there(self):
        self.prove()
        self.check(False, f"{self.claim()}/all", WHOLE, self.own)

    def test_with_the_code_nothing_of_another_debtor_is_there(self):
        self.prove()
        self.check(False, f"{self.claim()}/all", WHOLE, self.of_another, self.theirs)

    def test_the_debtors_own_user_sees_everything_of_it(self):
        self.check("portal", self.my_claims, WHOLE, self.own)

    def test_the_debtors_own_user_sees_nothing_of_another(self):
        self.check("portal", self.my_claims, WHOLE, self.of_another, self.theirs)

    def test_nobody_else_gets_there_whatever_the_group(self):
        for person in ("other_portal", "outsider", "viewer", "collector", "manager", "elsewhere"):
            with self.subTest(person):
                self.check(person, self.my_claims, WHOLE, 404)

    def test_who_is_not_logged_in_is_asked_to(self):
        self.check(None, self.my_claims, WHOLE, 303)

    def test_a_form_of_my_account_without_its_token_does_nothing(self):
        self.sign_in("portal")
        for (method, ending), (_status, _reason) in WHOLE.items():
            if method == "POST" and "/transaction/" not in ending:
                with self.subTest(ending):
                    self.env.flush_all()
                    answer = self.url_open(
                        self.my_claims + ending, data={"text": "x", "item": "1"}, timeout=60
                    )
                    self.assertEqual(answer.status_code, 400)
                    self.assertIn("open for too long", answer.text)
