from odoo import http
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user

from .page_common import PageCommon


class TestContactChanges(PageCommon):
    """A debtor proposes contact details; one of us decides."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.country_id = cls.env.ref("base.nl")
        cls.business.write({"street": "Old 1", "zip": "1000 AA", "city": "Amsterdam"})
        cls.collector = cls.person("contact.collector", "group_dunning_user")
        cls.viewer = cls.person("contact.viewer", "group_dunning_viewer")
        cls.Change = cls.env["dunning.contact.change"].sudo()
        new_test_user(
            cls.env, "portal.bakery", groups="base.group_portal", password="portal.bakery"
        )
        user = cls.env["res.users"].search([("login", "=", "portal.bakery")])
        user.partner_id.parent_id = cls.business

    def setUp(self):
        super().setUp()
        self.authenticate("portal.bakery", "portal.bakery")

    @property
    def path(self):
        return f"/my/claims/{self.debtor.id}"

    def propose(self, **typed):
        """Send the form; the answer and what it led to."""
        self.env.flush_all()
        answer = self.post("/contact", **typed)
        self.env.invalidate_all()
        return answer, self.Change.search([("debtor_id", "=", self.debtor.id)], order="id")

    def decide(self, change, user=None, **values):
        wizard = self.env["dunning.contact.wizard"].sudo(False)
        wizard = wizard.with_user(user or self.collector)
        wizard = wizard.with_context(active_model=change._name, active_id=change.id)
        return wizard.create({"change_id": change.id, **values})

    def told(self):
        return self.notices_to(kind="talk").filtered(lambda each: each.topic == "contact")

    def tasks(self):
        kind = self.env.ref("payt_dunning.activity_contact").id
        return self.env["mail.activity"].search([("activity_type_id", "=", kind)])

    def test_a_proposal_waits_and_changes_nothing(self):
        answer, change = self.propose(email="new@bakery.example.com", street="New 2")
        self.assertEqual(answer.status_code, 200)
        self.assertIn("We look at it before we change anything", answer.text)
        self.assertEqual((change.old_street, change.new_street), ("Old 1", "New 2"))
        self.assertEqual((change.state, change.new_city), ("open", False))
        self.assertEqual(self.business.street, "Old 1")
        self.assertEqual(len(self.tasks()), 1)

    def test_accepting_writes_the_contact_and_tells_both_addresses(self):
        _answer, change = self.propose(email="new@bakery.example.com", street="New 2")
        version = self.debtor.sudo().page_version
        self.decide(change).action_apply()
        self.assertEqual((self.business.email, self.business.street), (change.new_email, "New 2"))
        self.assertEqual((change.state, change.decided_by_id), ("accepted", self.collector))
        self.assertGreater(self.debtor.sudo().page_version, version)
        told = self.told()
        self.assertEqual(
            set(told.mapped("recipient")), {"pay@bakery.example.com", "new@bakery.example.com"}
        )
        self.assertFalse(self.tasks())

    def test_the_old_address_gets_no_link_to_what_is_open(self):
        _answer, change = self.propose(email="new@bakery.example.com")
        self.decide(change).action_apply()
        old = self.told().filtered(lambda each: each.recipient == "pay@bakery.example.com")
        self.assertFalse(old.line_ids)
        door = self.env["dunning.page.door"]
        path = door._path("m", old.id, self.debtor.sudo())
        self.authenticate(None, None)
        page = self.url_open(path).text
        self.assertNotIn(self.moves[0].name, page)

    def test_one_detail_can_be_accepted_alone(self):
        _answer, change = self.propose(street="New 2", city="Utrecht")
        self.decide(change, take_city=False).action_apply()
        self.assertEqual((self.business.street, self.business.city), ("New 2", "Amsterdam"))

    def test_refusing_needs_a_reason_that_the_debtor_reads(self):
        _answer, change = self.propose(street="New 2")
        with self.assertRaisesRegex(UserError, "Say why"):
            self.decide(change).action_refuse()
        self.decide(change, answer="That is not your address.").action_refuse()
        self.assertEqual((change.state, self.business.street), ("refused", "Old 1"))
        self.assertIn("That is not your address.", self.told().body)

    def test_a_second_proposal_replaces_the_first(self):
        self.propose(street="New 2")
        _answer, changes = self.propose(street="New 3")
        self.assertEqual(changes.mapped("state"), ["withdrawn", "open"])

    def test_the_page_shows_what_waits_and_lets_it_be_withdrawn(self):
        _answer, change = self.propose(street="New 2")
        self.assertIn("You asked us to change this: New 2.", self.get().text)
        answer = self.post("/contact/withdraw", record=change.id)
        self.env.invalidate_all()
        self.assertIn("Your details stay as they are", answer.text)
        self.assertEqual(change.state, "withdrawn")
        self.assertFalse(self.tasks())

    def test_a_proposal_that_was_decided_cannot_be_accepted(self):
        _answer, change = self.propose(street="New 2")
        dialog = self.decide(change)
        self.propose(street="New 3")
        with self.assertRaisesRegex(UserError, "Bakery Ltd proposed is not open any more"):
            dialog.action_apply()
        self.assertEqual(self.business.street, "Old 1")

    def test_what_somebody_changed_meanwhile_is_shown_before_it_is_overwritten(self):
        _answer, change = self.propose(street="New 2")
        dialog = self.decide(change)
        self.business.street = "Meanwhile 9"
        dialog.action_apply()
        self.assertEqual(self.business.street, "Meanwhile 9")
        self.assertTrue(dialog.meanwhile)
        dialog.action_apply()
        self.assertEqual(self.business.street, "New 2")

    def test_a_viewer_decides_about_nothing(self):
        _answer, change = self.propose(street="New 2")
        with self.assertRaises(AccessError):
            self.decide(change, self.viewer)
        dialog = self.decide(change, self.env.ref("base.user_root")).sudo(False)
        with self.assertRaises(AccessError):
            dialog.with_user(self.viewer).action_apply()

    def test_a_collector_of_another_company_reads_nothing_of_it(self):
        _answer, change = self.propose(street="New 2")
        company = self.setup_other_company()["company"]
        stranger = self.person("contact.stranger", "group_dunning_user", company)
        with self.assertRaises(AccessError):
            self.decide(change, stranger).read(["now_street", "new_street", "seen"])

    def test_what_is_wrong_is_said_and_nothing_typed_is_lost(self):
        for typed, problem in (
            ({"email": "not an address"}, "is not an e-mail address"),
            ({"email": "a@b.example.com, c@d.example.com"}, "is not an e-mail address"),
            ({"phone": "call me"}, "is not a phone number"),
            ({"phone": "12"}, "is not a phone number"),
            ({"street": "x" * 101}, "Street and number has 101 characters; at most 100 fit."),
            ({"street": "<script>alert(1)</script>"}, "can&#39;t have the characters"),
            ({"street": "Old 1"}, "Nothing of this is new"),
            ({}, "Nothing of this is new"),
        ):
            with self.subTest(typed):
                answer, changes = self.propose(city="Amsterdam", **typed)
                self.assertEqual(answer.status_code, 400)
                self.assertIn(problem, answer.text)
                self.assertFalse(changes)
                self.assertNotIn("<script>alert", answer.text)
                if typed.get("phone"):
                    self.assertIn(typed["phone"], answer.text)

    def test_the_same_phone_number_written_otherwise_is_nothing_new(self):
        self.business.phone = "+31 10 123 45 67"
        answer, _changes = self.propose(phone="+31101234567")
        self.assertIn("Nothing of this is new", answer.text)

    def test_without_one_more_proof_there_is_no_form(self):
        self.authenticate(None, None)
        door = self.env["dunning.page.door"]._path("m", self.notice.id, self.debtor)
        self.assertNotIn("/contact", self.url_open(door).text)
        data = {"street": "New 2", "csrf_token": http.Request.csrf_token(self)}
        self.assertEqual(self.url_open(f"{door}/contact", data=data).status_code, 404)
        answer = self.url_open(f"{door}/all/contact", data=data)
        self.assertEqual(answer.status_code, 403)
        self.assertNotIn("Old 1", answer.text)
        self.assertFalse(self.Change.search([]))

    def test_nobody_withdraws_what_another_debtor_proposed(self):
        other = self.synced(self.invoice(partner=self.consumer)).debtor_id
        change = self.Change._propose(other, {"street": "Theirs 1"})
        answer = self.post("/contact/withdraw", record=change.id)
        self.assertEqual(answer.status_code, 400)
        self.assertEqual(change.state, "open")
