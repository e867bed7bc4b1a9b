from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import Form, HttpCase, tagged
from odoo.tools import mute_logger

from .feedback_common import FeedbackCommon

SECRETS = ("secret", "certificate")
TYPED = ("new_secret", "new_certificate")
#: Law is the same for every company.
SHARED = ("collection.jurisdiction", "collection.law.row")
WITHIN = "odoo.addons.base.models.ir_rule"


@tagged("post_install", "-at_install")
class TestSendingAccess(FeedbackCommon, HttpCase):
    """Who gets at what goes to offices, comes from them, and what they know us by."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        other = cls.setup_other_company()["company"]
        manager = "group_dunning_manager"
        cls.manager = cls.person("access.manager", manager, password="access.manager")
        cls.stranger = cls.person("access.stranger", manager, other, password="access.stranger")
        cls.outsider = cls.person("access.outsider", "base.group_user", password="access.outsider")
        cls.portal = cls.person("access.portal", "base.group_portal", password="access.portal")
        for user in (cls.manager, cls.outsider):
            user.sudo().group_ids += cls.env.ref("base.group_allow_export")
        cls.agent.sudo().write({"secret": "s3cret-of-the-tests", "certificate": "PEM-of-the-tests"})

    def setUp(self):
        super().setUp()
        self.message_read = self.take_in(self.message(self.status(), self.event()))
        transmission = self.env["collection.transmission"]._queue(self.handover, "package")
        attempt = (
            self.env["collection.transmission.attempt"]
            .sudo()
            .create(
                {
                    "transmission_id": transmission.id,
                    "question": "send",
                    "at": fields.Datetime.now(),
                }
            )
        )
        link = self.env["collection.handover.link"]._make(self.handover, "b@example.com")[0]
        self.records = {
            record._name: record.sudo(False)
            for record in (
                self.agent,
                self.case,
                self.case.line_ids,
                self.handover,
                transmission,
                attempt,
                self.message_read,
                self.message_read.line_ids,
                link,
            )
        }

    def stored(self):
        """Models of cases and offices that keep something."""
        return [
            model
            for name, model in self.env.items()
            if name.startswith("collection.") and model._auto and not model._transient
        ]

    def test_each_model_of_cases_and_offices_keeps_companies_apart(self):
        rules = self.env["ir.rule"].sudo()
        for model in self.stored():
            if model._name in SHARED:
                continue
            with self.subTest(model._name):
                found = rules.search([("model_id.model", "=", model._name), ("groups", "=", False)])
                self.assertIn("company_ids", "".join(found.mapped("domain_force")))

    @mute_logger(WITHIN)
    def test_a_manager_of_another_company_reaches_nothing(self):
        for name, record in self.records.items():
            theirs = record.with_user(self.stranger)
            with self.subTest(name):
                self.assertFalse(theirs.search([("id", "in", record.ids)]))
                with self.assertRaises(AccessError):
                    theirs.read(["display_name"])

    def test_who_has_nothing_to_do_with_it_reaches_nothing(self):
        for user in (self.outsider, self.portal):
            for name, record in self.records.items():
                with self.subTest(name, user=user.login), self.assertRaises(AccessError):
                    record.with_user(user).read(["display_name"])

    @mute_logger(WITHIN)
    def test_files_are_not_reached_by_a_guessed_number(self):
        files = self.handover.file_id + self.message_read.file_id
        self.env.flush_all()
        for user in (self.outsider, self.portal, self.stranger):
            self.authenticate(user.login, user.login)
            for file in files:
                for path in (f"/web/content/{file.id}", f"/web/content/{file.id}?download=1"):
                    with self.subTest(path, user=user.login):
                        self.assertEqual(self.url_open(path).status_code, 404)
            path = f"/payt_dunning/handover/{self.handover.id}"
            self.assertNotEqual(self.url_open(path).content, self.handover._content())
        self.authenticate(self.manager.login, self.manager.login)
        for file in files:
            self.assertEqual(self.url_open(f"/web/content/{file.id}").content, file.raw)

    # -- secrets -----------------------------------------------------------------------------------

    def test_no_way_of_reading_gives_a_secret(self):
        own = [("id", "=", self.agent.id)]
        for user in (self.manager, self.env.ref("base.user_admin"), self.outsider):
            agents = self.agent.sudo(False).with_user(user)
            for name in SECRETS:
                for method, *arguments in (
                    ("read", [name]),
                    ("search_read", own, [name]),
                    ("web_read", {name: {}}),
                    ("export_data", [name]),
                    ("formatted_read_group", own, [name]),
                    ("_read_group", own, [], [f"{name}:array_agg"]),
                    ("search", [(name, "=like", "s3%")]),
                    ("search_count", [(name, "!=", False)]),
                    ("search", own, 0, None, f"{name} desc"),
                    ("write", {name: "x"}),
                    ("filtered_domain", [(name, "=", "x")]),
                ):
                    with (
                        self.subTest(method, user=user.login, name=name),
                        self.assertRaises(AccessError),
                    ):
                        getattr(agents, method)(*arguments)
                with self.assertRaises(AccessError):
                    self.through(user, name)
        self.assertFalse(set(SECRETS) & set(self.agent.with_user(self.manager).fields_get()))

    def through(self, user, name):
        """A search by what a handover leads to."""
        handovers = self.handover.sudo(False).with_user(user)
        return handovers.search([(f"agent_id.{name}", "=like", "s3%")])

    def test_what_is_shown_in_place_of_a_secret_says_nothing(self):
        agents = self.agent.sudo(False).with_user(self.manager)
        for name in TYPED:
            shown = (
                agents.read([name]),
                agents.web_read({name: {}}),
                agents.export_data([name]),
            )
            self.assertNotIn("-of-the-tests", str(shown))
        form = Form(agents)
        self.assertNotIn("-of-the-tests", str(form._values))

    def test_neither_a_copy_nor_a_new_office_has_the_secret(self):
        agents = self.agent.sudo(False).with_user(self.manager)
        partner = self.debtor("Copied Office")
        copied = agents.copy({"partner_id": partner.id}).sudo()
        self.assertEqual([copied.secret, copied.certificate], [False, False])
        self.assertEqual([copied.new_secret, copied.new_certificate], [False, False])
        names = [*SECRETS, *TYPED, "url", "authorities"]
        self.assertFalse(any(agents.default_get(names).values()))

    def test_a_link_s_token_and_code_are_read_by_nobody_here(self):
        link = self.records["collection.handover.link"]
        for name in ("token_hash", "code_hash"):
            with self.subTest(name), self.assertRaises(AccessError):
                link.with_user(self.manager).read([name])

    def test_only_managers_say_where_packages_go(self):
        clerk = self.person("access.clerk", "group_dunning_user")
        agents = self.agent.sudo(False).with_user(clerk)
        for values in ({"url": "https://own.example"}, {"way": "folder", "folder": "own"}):
            with self.subTest(values), self.assertRaises(AccessError):
                agents.write(values)
        with self.assertRaises(AccessError):
            agents.create({"partner_id": self.debtor("My Office").id, "kind": "bailiff"})

    def test_who_is_not_of_the_group_builds_nothing(self):
        for user in (self.outsider, self.portal):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.env["collection.handover.wizard"].with_user(user).create(
                    {"case_id": self.case.id, "agent_id": self.agent.id}
                )
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.env["collection.feedback.upload"].with_user(user).create({})
