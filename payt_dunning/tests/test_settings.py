from odoo.exceptions import AccessError, UserError
from odoo.tests import Form

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
