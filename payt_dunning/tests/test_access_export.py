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

    # -- a helper who mails for somebody ---------------------------------------------------------

    def helper(self, **values):
        return self.env["res.partner"].create(
            {
                "name": "Hella Helper",
                "parent_id": self.consumer.id,
                "email": "hella@help.example.com",
                **values,
            }
        )

    def message(self, author, email=None):
        return self.move.message_post(
            body="Written by us",
            message_type="email",
            author_id=author.id or False,
            email_from=email or author.email,
        )

    def question(self, first, last, **values):
        return (
            self.env["dunning.question"]
            .sudo()
            .create(
                {
                    "company_id": self.company.id,
                    "debtor_id": self.debtor.id,
                    "move_id": self.move.id,
                    "message_id": first.id,
                    "last_message_id": last.id,
                    "asked_on": fields.Datetime.now(),
                    **values,
                }
            )
        )

    def told(self, helper):
        """What we keep about Jan where a helper was told or wrote."""
        message = self.message(helper)
        self.question(
            message,
            message,
            author="Hella Helper",
            email="hella@help.example.com",
            text="Jan is ill. Regards, Hella Helper, Hella@help.example.com",
        )
        notice = self.Notice.search([("debtor_id", "=", self.debtor.id)])
        copy = notice.copy({"partner_id": helper.id, "recipient": "old.hella@help.example.com"})
        self.env["dunning.notice.line"].sudo().create(
            {
                "notice_id": copy.id,
                "source": "x",
                "slot": "x",
                "channel": "email",
                "recipient": "old.hella@help.example.com",
                "currency_id": self.company.currency_id.id,
            }
        )
        self.env["dunning.delivery"].sudo().create(
            {
                "notice_id": copy.id,
                "what": "returned",
                "moment": fields.Datetime.now(),
                "words": "no such user old.hella",
            }
        )
        failed = self.env["dunning.failed.address"].sudo()
        for address in ("+31 6 7777 6666", "+31611112222"):
            failed.create(
                {
                    "debtor_id": self.debtor.id,
                    "channel": "sms",
                    "address": address,
                    "since": self.today,
                    "why": "no answer of old.hella@help.example.com",
                }
            )
        self.debtor.sudo().failed_email = "old.hella@help.example.com jan@jansen.example.com"
        self.env["dunning.call"].sudo().create(
            {
                "company_id": self.company.id,
                "debtor_id": self.debtor.id,
                "user_id": self.env.uid,
                "moment": fields.Datetime.now(),
                "contact_name": "Neighbour Nel",
                "outcome": "wrong_person",
                "note": "Hella Helper was out",
            }
        )

    def test_who_mails_for_somebody_is_not_in_that_ones_export(self):
        self.told(self.helper())
        files = self.export()
        everything = "".join(files.values())
        for words in ("Hella", "hella", "7777", "Neighbour Nel"):
            self.assertNotIn(words, everything)
        (question,) = self.data(files, "dunning.question")
        self.assertEqual((question["author"], question["email"]), ("somebody else",) * 2)
        self.assertIn("Jan is ill. Regards, •••, •••", question["text"])
        addresses = {row["address"] for row in self.data(files, "dunning.failed.address")}
        self.assertEqual(addresses, {"somebody else", "+31611112222"})
        (debtor,) = self.data(files, "dunning.debtor")
        self.assertEqual(debtor["failed_email"], "jan@jansen.example.com")
        recipients = {row["recipient"] for row in self.data(files, "dunning.notice.line")}
        self.assertEqual(recipients, {"jan@jansen.example.com", "somebody else"})

    def test_a_helper_reads_only_what_it_wrote_alone(self):
        helper = self.helper()
        mine, jans = self.message(helper), self.message(self.consumer)
        alone = self.question(mine, mine, text="Mine", state="answered")
        self.question(mine, jans, text="Mine and Jan's secret")
        rows = self.data(self.export(self.debtor, helper), "dunning.question")
        self.assertEqual([row.get("text") for row in rows], [alone.text, None])

    def test_an_unknown_writer_in_between_keeps_the_text_out(self):
        helper = self.helper()
        first = self.message(helper)
        self.message(self.env["res.partner"], "unknown@example.com")
        self.question(first, self.message(helper), text="All three")
        (row,) = self.data(self.export(self.debtor, helper), "dunning.question")
        self.assertNotIn("text", row)

    def test_a_short_name_of_somebody_else_spoils_no_words(self):
        self.helper(name="An", email=False)
        others = self.env["dunning.access"]._others(self.debtor, self.consumer)
        redacted = self.env["dunning.access"]._redact("An and another plan", others)
        self.assertEqual(redacted, "••• and another plan")

    def test_addresses_for_deliveries_and_contacts_without_a_name_are_no_persons(self):
        delivery = self.helper(name=False, type="delivery")
        invoices = self.helper(name="Invoices", type="invoice")
        people = self.env["dunning.access"]._people(self.debtor)
        self.assertEqual(people, self.consumer)
        self.assertNotIn(delivery | invoices, people)
        self.assertIn("summary.html", self.export())

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

    def test_no_client_says_that_it_was_noted(self):
        manager = self.person("manager", "group_dunning_manager")
        other = self.helper()
        Wizard = self.env["dunning.access.wizard"].with_user(manager).sudo(False)
        values = {"debtor_id": self.debtor.id, "noted": True}
        dialog = Wizard.with_context(default_noted=True).create(values)
        self.assertFalse(dialog.noted)
        dialog.write({"noted": True})
        self.assertFalse(dialog.noted)
        dialog.action_apply()
        self.assertTrue(dialog.noted)
        self.assertFalse(dialog.copy().noted)
        dialog.write({"person_id": other.id, "noted": True})
        self.assertFalse(dialog.noted)
        dialog.action_apply()
        self.assertIn("of Hella Helper made", self.debtor.message_ids[:1].body)
        dialog.write({"debtor_id": self.business_debtor.id})
        self.assertFalse(dialog.noted)

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
        sources = self.env["dunning.access"]._sources()
        self.assertEqual({each.model for each in sources} - set(kept), set())
