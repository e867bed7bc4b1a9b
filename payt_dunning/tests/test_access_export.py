import io
import json
import zipfile

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged

from ..models.dunning_access import SOURCES
from .common import DunningCommon

#: Tables that lead to a debtor and are not in an export, and why.
LEFT_OUT = {
    "collection.agent.result": "figures, read from the others",
    "collection.handover.link": "a link for an office, no data about the person",
    "collection.handover.run.line": "what was looked at before a handover, which is there",
    "collection.transmission.attempt": "how often an office's server was tried",
    "dunning.timeline": "in the summary",
    "dunning.workload": "figures about our own people",
}


@tagged("post_install", "-at_install")
class TestAccessExport(DunningCommon, HttpCase):
    """A natural person gets everything that is kept about it, and nothing of others."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.consumer.write({"phone": "+31 6 1111 2222", "city": "Utrecht"})
        cls.move = cls.invoice(days_late=12, partner=cls.consumer)
        cls.other_move = cls.invoice()
        cls().run_and_deliver()
        cls.debtor = cls.items(cls.move).debtor_id
        cls.business_debtor = cls.items(cls.other_move).debtor_id
        cls.env["dunning.page.visit"].sudo().create({"debtor_id": cls.debtor.id})
        cls.env["dunning.promise"].sudo()._make(cls.items(cls.move), cls.today)

    def export(self, debtor=None, person=None):
        """The files of an export by name."""
        debtor = debtor or self.debtor
        person = person or debtor.partner_id
        stream, self.name, self.size = self.env["dunning.access"]._zip(debtor, person)
        with zipfile.ZipFile(io.BytesIO(stream.read())) as archive:
            self.assertIsNone(archive.testzip())
            return {name: archive.read(name).decode() for name in archive.namelist()}

    def data(self, files, model):
        return json.loads(files[f"data/{model}.json"])

    def test_contact_claims_messages_visits_and_agreements_are_in_it(self):
        files = self.export()
        self.assertEqual(json.loads(files["data/contact.json"])["phone"], "+31 6 1111 2222")
        (item,) = self.data(files, "dunning.item")
        self.assertEqual(item["amount_open"], 100.0)
        self.assertEqual(len(self.data(files, "dunning.page.visit")), 1)
        self.assertEqual(len(self.data(files, "dunning.promise")), 1)
        notice = self.Notice.search([("debtor_id", "=", self.debtor.id)])
        message = files[f"messages/{notice.sent_on}-{notice.id}.html"]
        self.assertIn(self.move.name, message)

    def test_the_summary_tells_why_for_how_long_and_who_got_it(self):
        summary = self.export()["summary.html"]
        self.assertIn("Jan Jansen", summary)
        self.assertIn("90 days", summary)
        self.assertIn("GDPR art. 6(1)(f)", summary)
        self.assertIn("whoever carries our messages", summary)
        self.assertIn("What happened", summary)

    def test_an_office_that_got_the_case_is_named(self):
        agent = self.env["collection.agent"].create(
            {
                "name": "Office Bold",
                "kind": "bailiff",
                "partner_id": self.env["res.partner"].create({"name": "Office Bold"}).id,
            }
        )
        case = self.env["collection.case"]._open(self.items(self.move), "clerk")
        self.env["collection.handover"].sudo().create(
            {
                "case_id": case.id,
                "agent_id": agent.id,
                "action": "demand",
                "dossier_id": "x",
                "idempotency_key": "x",
                "day": self.today,
            }
        )
        self.assertIn("Office Bold", self.export()["summary.html"])

    def test_nothing_of_another_debtor_is_in_it(self):
        everything = "".join(self.export().values())
        self.assertNotIn("Bakery", everything)
        self.assertNotIn(self.other_move.name, everything)
        self.assertNotIn("pay@bakery.example.com", everything)

    def test_addresses_and_numbers_of_other_contacts_are_left_out(self):
        helper = self.env["res.partner"].create(
            {
                "name": "Hella Helper",
                "parent_id": self.consumer.id,
                "phone": "+31 6 9999 8888",
                "email": "hella@help.example.com",
            }
        )
        self.env["dunning.call"].sudo().create(
            {
                "company_id": self.company.id,
                "debtor_id": self.debtor.id,
                "user_id": self.env.uid,
                "moment": fields.Datetime.now(),
                "contact_id": helper.id,
                "outcome": "reached",
                "note": "Call +31 6 9999 8888 or hella@help.example.com next time",
            }
        )
        everything = "".join(self.export().values())
        self.assertIn("or ••• next time", everything)
        self.assertNotIn("9999 8888", everything)
        self.assertNotIn("hella@help.example.com", everything)

    def test_our_people_are_not_named_and_nothing_opens_a_page(self):
        everything = "".join(self.export().values())
        self.assertNotRegex(everything, r"/claim/[mip]/\d+/[0-9a-f]{32}")
        self.assertNotIn("content_hash", everything)
        self.assertNotIn(f'"{self.env.user.name}"', everything)

    def test_a_contact_of_a_business_gets_what_is_about_itself_only(self):
        contact = self.env["res.partner"].create(
            {
                "name": "Carl Contact",
                "parent_id": self.business.id,
                "email": "carl@bakery.example.com",
            }
        )
        files = self.export(self.business_debtor, contact)
        self.assertEqual(json.loads(files["data/contact.json"])["name"], "Carl Contact")
        self.assertNotIn("data/dunning.item.json", files)
        self.assertNotIn("pay@bakery.example.com", "".join(files.values()))

    def test_a_business_itself_is_no_person(self):
        self.assertNotIn(self.business, self.env["dunning.access"]._people(self.business_debtor))
        with self.assertRaisesRegex(UserError, "Choose a natural person"):
            self.export(self.business_debtor, self.business)

    def test_a_person_of_another_debtor_can_t_be_chosen(self):
        with self.assertRaises(UserError):
            self.export(self.business_debtor, self.consumer)

    def test_it_is_in_the_language_of_the_person(self):
        self.env["res.lang"]._activate_lang("nl_NL")
        self.consumer.lang = "nl_NL"
        self.assertIn('lang="nl-NL"', self.export()["summary.html"])

    def test_only_managers_make_one_and_it_is_noted(self):
        collector = self.person("collector", "group_dunning_user")
        with self.assertRaises(AccessError):
            self.debtor.with_user(collector).action_access()
        dialog = self.env["dunning.access.wizard"].create({"debtor_id": self.debtor.id})
        self.assertEqual(dialog.person_id, self.consumer)
        dialog.action_apply()
        notes = " ".join(self.debtor.message_ids.mapped("body"))
        self.assertIn("Access export (GDPR art. 15) of Jan Jansen made.", notes)

    def test_only_who_asked_for_it_downloads_it(self):
        def manager(login):
            return new_test_user(
                self.env,
                login,
                password=f"{login}.{login}",
                groups="payt_dunning.group_dunning_manager",
                company_id=self.company.id,
                company_ids=[Command.set(self.company.ids)],
            )

        mine, other = manager("mine"), manager("other")
        dialog = self.env["dunning.access.wizard"].with_user(mine)
        dialog = dialog.create({"debtor_id": self.debtor.id})
        url = f"/payt_dunning/access/{dialog.id}"
        self.authenticate("mine", "mine.mine")
        self.assertEqual(self.url_open(url).status_code, 404, "not noted yet")
        dialog.action_apply()
        self.env.flush_all()
        answer = self.url_open(url)
        self.assertEqual(answer.headers["Content-Type"], "application/zip")
        self.assertEqual(answer.headers["Cache-Control"], "no-store")
        self.assertIn("summary.html", zipfile.ZipFile(io.BytesIO(answer.content)).namelist())
        self.authenticate(other.login, "other.other")
        self.assertEqual(self.url_open(url).status_code, 404)

    def test_every_table_about_debtors_is_in_it_or_said_to_be_left_out(self):
        known = {source.model for source in SOURCES} | set(LEFT_OUT)
        about = {
            name
            for name, model in self.env.items()
            if name.startswith(("dunning.", "collection."))
            # A view keeps nothing of its own.
            and model._auto
            and not (model._abstract or model._transient)
            and ("debtor_id" in model._fields or "notice_id" in model._fields)
        }
        self.assertEqual(about - known, set())

    def test_every_source_has_a_reason_and_a_time(self):
        kept = self.env["dunning.retention"]._by_model()
        self.assertEqual({each.model for each in SOURCES} - set(kept), set())
