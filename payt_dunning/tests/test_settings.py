from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form
from odoo.tools import mute_logger
from odoo.tools.safe_eval import safe_eval

from .common import DunningCommon


class TestSettings(DunningCommon):
    """A follow-up manager who administers nothing else decides about follow-up."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.person("settings_manager", "group_dunning_manager")
        cls.collector = cls.person("settings_collector", "group_dunning_user")
        cls.Settings = cls.env["dunning.settings"]

    def form(self):
        return Form(self.Settings.with_user(self.manager))

    def test_a_manager_sees_what_applies_to_the_company(self):
        self.company.dunning_receipt_days = 11
        self.assertEqual(self.form().dunning_receipt_days, 11)

    def test_a_manager_changes_the_settings_without_rights_on_the_company(self):
        self.assertFalse(self.manager.has_group("base.group_system"))
        self.assertFalse(self.company.with_user(self.manager).has_access("write"))
        with self.form() as form:
            form.dunning_send_days = "mon_sat"
            form.dunning_tz = "Europe/Amsterdam"
        self.assertEqual(self.company.dunning_send_days, "mon_sat")
        self.assertEqual(self.company.partner_id.tz, "Europe/Amsterdam")

    def test_only_channels_that_can_be_switched_on_are_offered(self):
        for model in ("dunning.settings", "res.config.settings"):
            with self.subTest(model):
                field = self.env[model].fields_get(["dunning_channel_ids"], ["domain"])
                offered = self.env["dunning.channel"].search(
                    safe_eval(field["dunning_channel_ids"]["domain"])
                )
                self.assertIn("sms", offered.mapped("code"))
                self.assertNotIn("email", offered.mapped("code"))

    def with_bank_account(self):
        self.env["res.partner.bank"].create(
            {"partner_id": self.company.partner_id.id, "acc_number": "NL91ABNA0417164300"}
        )

    def test_going_live_is_refused_while_something_must_be_mended(self):
        self.company._dunning_stop_live()
        settings = self.Settings.with_user(self.manager).create({})
        with self.assertRaisesRegex(UserError, "Bank account"):
            settings.action_dunning_go_live()
        self.assertFalse(self.company._dunning_is_live())

    def test_a_manager_goes_live_and_stops(self):
        self.with_bank_account()
        self.company._dunning_stop_live()
        settings = self.form().save()
        settings.action_dunning_go_live()
        self.assertTrue(self.company._dunning_is_live())
        settings.action_dunning_stop_live()
        self.assertFalse(self.company._dunning_is_live())

    def test_a_collector_cannot_open_them(self):
        with self.assertRaises(AccessError):
            self.Settings.with_user(self.collector).create({})

    def test_a_manager_cannot_change_a_company_of_others(self):
        other = self.env["res.company"].create({"name": "Of Others"})
        with self.assertRaisesRegex(AccessError, "You don't work for Of Others"):
            self.Settings.with_user(self.manager).create(
                {"company_id": other.id, "dunning_receipt_days": 1}
            )
        with self.assertRaisesRegex(AccessError, "You don't work for Of Others"):
            self.form().save().write({"company_id": other.id, "dunning_receipt_days": 1})

    def test_a_manager_cannot_let_a_company_of_others_go_live(self):
        other = self.env["res.company"].create({"name": "Of Others"})
        with self.assertRaisesRegex(AccessError, "You don't work for Of Others"):
            self.Settings.with_user(self.manager).new(
                {"company_id": other.id}
            ).action_dunning_go_live()

    # -- law -------------------------------------------------------------------------------

    VAT = ("dunning_uses_collector", "dunning_cannot_deduct", "dunning_vat_declared")

    def test_a_manager_says_what_is_claimed_and_where_terms_were_agreed(self):
        form = self.form()
        form.dunning_terms_agreed = True
        with self.assertRaisesRegex(AssertionError, "dunning_terms_document is a required field"):
            form.save()
        form.dunning_terms_document = "General terms 2026"
        form.dunning_costs_from = "business"
        form.save()
        self.assertEqual(
            (self.company.dunning_terms_document, self.company.dunning_costs_from),
            ("General terms 2026", "business"),
        )

    def test_vat_on_costs_is_switched_on_and_off_all_at_once(self):
        for settings in (self.form, lambda: Form(self.env["res.config.settings"])):
            for value in (True, False):
                form = settings()
                for name in self.VAT:
                    form[name] = value
                form.save()
                self.env.flush_all()
                self.assertEqual([self.company[name] for name in self.VAT], [value] * 3)

    def test_the_notice_says_nothing_about_vat_that_is_not_so(self):
        for name in self.VAT[:2]:
            self.company.write(dict.fromkeys(self.VAT, False))
            with (
                self.subTest(name),
                mute_logger("odoo.sql_db"),
                self.assertRaisesRegex(IntegrityError, "dunning_vat_on_costs"),
                self.env.cr.savepoint(),
            ):
                self.company.write({name: True, "dunning_vat_declared": True})
                self.env.flush_all()

    def test_who_collects_for_others_fills_in_register_and_complaints(self):
        form = self.form()
        with self.assertRaisesRegex(AssertionError, "invisible"):
            form.dunning_register_number = "12345"
        form.dunning_for_others = True
        form.dunning_register_number = "12345"
        form.dunning_complaints_email = "complaints@creditor.example.com"
        form.save()
        self.assertEqual(self.company.dunning_register_number, "12345")

    def test_items_are_looked_at_again_when_the_terms_change(self):
        item = self.synced(self.invoice())
        item.next_date = self.after(9)
        self.company.dunning_terms_agreed = True
        self.assertEqual(item.next_date, self.today)

    def test_the_checklist_tells_what_the_settings_say_about_terms(self):
        readiness = self.env["dunning.readiness"]
        self.assertIn("after a written demand", readiness._find_terms(self.company)[1])
        self.company.dunning_terms_agreed = True
        self.assertIn("not in which document", readiness._find_terms(self.company)[1])
        self.company.dunning_terms_document = "GT 2026"
        self.assertIn("agreed in: GT 2026", readiness._find_terms(self.company)[1])
