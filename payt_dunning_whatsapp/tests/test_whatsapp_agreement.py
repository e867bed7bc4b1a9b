from datetime import timedelta

import psycopg2

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import mute_logger

from .whatsapp_common import NUMBER, WhatsappCase


class TestWhatsappAgreement(WhatsappCase):
    """Only who agreed is reached, at the number that was agreed to, by that company."""

    def test_who_did_not_agree_is_not_reached(self):
        other = self.debtor("Silent", email=False, phone="+31612345600")
        self.assertFalse(self.reachable(other))
        self.agreement(other)
        self.assertEqual(self.reachable(other), ["+31612345600"])

    def test_what_was_agreed_to_for_one_number_is_not_for_another(self):
        self.business.phone = "+31687654321"
        self.assertFalse(self.reachable())

    def test_what_was_agreed_with_one_company_is_not_with_another(self):
        other, _account = self.second_company()
        self.env["dunning.whatsapp.template"].create(self.template_values(company_id=other.id))
        self.assertFalse(self.reachable(company=other))
        self.agreement(self.business, company_id=other.id)
        self.assertEqual(self.reachable(company=other), [NUMBER])

    def test_who_asked_us_to_stop_text_messages_gets_none_by_whatsapp(self):
        self.env["phone.blacklist"].sudo().create({"number": NUMBER})
        self.assertFalse(self.reachable())

    def test_a_collector_notes_that_it_was_withdrawn(self):
        viewer = self.person("looks.on", "group_dunning_viewer")
        with self.assertRaises(AccessError):
            self.optin.sudo(False).with_user(viewer).action_withdraw()
        collector = self.person("col", "group_dunning_user")
        self.optin.sudo(False).with_user(collector).action_withdraw()
        self.assertTrue(self.optin.withdrawn_on)
        self.assertEqual(self.optin.withdrawn_by_id, collector)
        self.assertFalse(self.reachable())

    def test_what_was_withdrawn_can_be_agreed_to_again_as_another_record(self):
        self.optin._withdraw("stop")
        self.agreement(self.business)
        self.assertTrue(self.reachable())
        self.assertTrue(self.optin.withdrawn_on)

    def test_what_somebody_agreed_to_is_never_changed(self):
        manager = self.person("man", "group_dunning_manager")
        optin = self.optin.sudo(False).with_user(manager)
        for values in ({"text": "other"}, {"withdrawn_on": False}):
            with self.subTest(values), self.assertRaises(UserError):
                optin.write(values)
        with self.assertRaises(UserError):
            self.optin.sudo().write({"given_on": self.today})
        with self.assertRaises(AccessError):
            optin.unlink()

    def test_a_collector_notes_an_agreement_of_its_own_company_only(self):
        other, _account = self.second_company()
        collector = self.person("col", "group_dunning_user")
        optins = self.env["dunning.whatsapp.optin"].sudo(False).with_user(collector)
        partner = self.debtor("New", phone="+31612345601")
        values = {"partner_id": partner.id, "source": "call", "text": "Yes"}
        self.assertEqual(optins.create({**values}).number, "+31612345601")
        with self.assertRaises(AccessError):
            optins.create({**values, "company_id": other.id})

    def test_a_number_that_is_none_and_a_day_to_come_are_refused(self):
        partner = self.debtor("New", phone="020 624 11 11")
        with self.assertRaises(ValidationError):
            self.agreement(partner)
        with self.assertRaises(ValidationError):
            self.agreement(partner, number="+31612345601", given_on=self.after(2))

    @mute_logger("odoo.sql_db")
    def test_who_agreed_agrees_once(self):
        with self.assertRaises(psycopg2.errors.UniqueViolation), self.env.cr.savepoint():
            self.agreement(self.business, given_on=self.today - timedelta(days=1))
