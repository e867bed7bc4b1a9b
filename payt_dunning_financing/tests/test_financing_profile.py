from psycopg2 import IntegrityError

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form
from odoo.tools import mute_logger

from .financing_common import FinancingCommon


class TestFinancingProfile(FinancingCommon):
    """What can be said of a financier, and what is shown of it."""

    def test_a_new_financier_takes_little_and_asks_no_number(self):
        financing = self.env["receivable.financing"].create(
            {"name": "New", "partner_id": self.bank.id}
        )
        self.assertEqual((financing.days_old, financing.days_overdue), (-1, -1))
        self.assertEqual((financing.concentration, financing.advance_rate), (-1, 80))
        self.assertFalse(financing.consumers or financing.in_case or financing.other_currencies)

    def test_figures_have_bounds(self):
        for name, wrong, words in (
            ("advance_rate", 0, "between 1 and 100"),
            ("advance_rate", 101, "between 1 and 100"),
            ("concentration", 101, "between -1 and 100"),
            ("concentration", -2, "between -1 and 100"),
            ("days_old", -2, "below -1"),
            ("days_overdue", -2, "below -1"),
            ("months_registered", -1, "below 0"),
            ("months_followed", -1, "below 0"),
            ("least_amount", -0.01, "below 0"),
            ("limit", -1, "below 0"),
        ):
            with (
                self.subTest(name, wrong=wrong),
                self.assertRaisesRegex(ValidationError, words),
                self.env.cr.savepoint(),
            ):
                self.financing[name] = wrong

    def test_debtors_are_led_to_an_account_of_the_financier_or_the_company_only(self):
        def account(owner, number):
            return self.env["res.partner.bank"].create(
                {"acc_number": number, "partner_id": owner.id}
            )

        self.financing.disclosed = True
        self.financing.account_id = account(self.bank, "NL20INGB0001234567")
        self.financing.account_id = account(self.company.partner_id, "NL91ABNA0417164300")
        with self.assertRaisesRegex(ValidationError, "belongs to Bakery Ltd"):
            self.financing.account_id = account(self.business, "NL02RABO0123456789")

    def test_debtors_can_be_told_without_an_account(self):
        self.financing.write({"disclosed": True, "account_id": False})
        self.assertTrue(self.financing.disclosed)

    def test_debtors_are_not_led_to_another_account_without_being_told(self):
        account = self.env["res.partner.bank"].create(
            {"acc_number": "NL20INGB0001234567", "partner_id": self.bank.id}
        )
        with self.assertRaisesRegex(ValidationError, "Tick “Debtors Are Told”"):
            self.financing.account_id = account
        self.financing.account_id = self.own_account()

    def test_paying_online_goes_off_with_an_account_of_the_financier_and_can_be_put_on(self):
        self.assertTrue(self.financing.pay_online)
        account = self.env["res.partner.bank"].create(
            {"acc_number": "NL20INGB0001234567", "partner_id": self.bank.id}
        )
        self.financing.write({"disclosed": True, "account_id": account.id})
        self.assertFalse(self.financing.pay_online)
        self.financing.pay_online = True
        self.assertTrue(self.financing.pay_online)
        self.assertFalse(
            self.financier(name="Other", disclosed=True, account_id=account.id).pay_online
        )
        self.financing.account_id = self.own_account()
        self.assertTrue(self.financing.pay_online)

    def test_only_known_placeholders_can_be_in_what_debtors_read(self):
        self.financing.payee_text = "Pay {financier} on {account} of {holder}"
        for text in ("Pay {bank}", "Pay {account", "{}", "{account.partner_id}", "{holder!r}"):
            with (
                self.subTest(text),
                self.assertRaisesRegex(ValidationError, "can't be filled in"),
                self.env.cr.savepoint(),
            ):
                self.financing.payee_text = text

    def test_a_placeholder_is_looked_at_in_every_language(self):
        self.env["res.lang"]._activate_lang("nl_NL")
        self.financing.payee_text = "Pay {financier}"
        with self.assertRaisesRegex(ValidationError, "{wie}"):
            self.financing.with_context(lang="nl_NL").payee_text = "Betaal {wie}"

    def test_a_placeholder_is_looked_at_in_the_dialog_for_other_languages(self):
        self.env["res.lang"]._activate_lang("nl_NL")
        self.financing.payee_text = "Pay {financier}"
        with self.assertRaisesRegex(ValidationError, "{wie}"):
            self.financing.update_field_translations("payee_text", {"nl_NL": "Betaal {wie}"})
        self.financing.update_field_translations("payee_text", {"nl_NL": "Betaal {financier}"})

    def test_reports_by_mail_need_an_address(self):
        for email in (False, "nobody"):
            with self.assertRaisesRegex(ValidationError, "address"), self.env.cr.savepoint():
                self.financing.write({"report_by": "mail", "report_email": email})
        self.financing.write({"report_by": "mail", "report_email": "reports@factor.example.com"})

    def test_a_currency_that_is_not_in_use_is_refused(self):
        currency = self.env["res.currency"].with_context(active_test=False)
        dormant = currency.search([("active", "=", False)], limit=1)
        with self.assertRaisesRegex(ValidationError, "not in use"):
            self.financing.currency_id = dormant

    def test_the_currency_can_change_until_there_is_a_draw(self):
        other = self.other_currency()
        self.financing.currency_id = other
        self.financing.currency_id = self.currency
        self.pledge(self.invoice())
        with self.assertRaisesRegex(UserError, "“Currency” of First Factor can't change"):
            self.financing.currency_id = other
        self.financing.currency_id = self.currency

    def test_what_was_drawn_and_looked_at_is_counted(self):
        self.pledge(self.invoice(), amount=90, advance=72)
        self.check()
        self.assertEqual((self.financing.check_count, self.financing.draw_count), (1, 1))
        self.assertEqual((self.financing.pledged, self.financing.drawn), (90.0, 72.0))

    def test_a_legal_form_has_its_country_in_its_name_and_is_there_once(self):
        self.assertEqual(self.form.display_name, "Besloten vennootschap (bv), NL")
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
            self.form.copy()

    # -- about the company -------------------------------------------------------------------------

    def test_a_manager_fills_in_legal_form_and_registration_without_rights_on_the_company(self):
        manager = self.person("financing.manager", "group_dunning_manager")
        self.assertFalse(self.company.with_user(manager).has_access("write"))
        settings = self.env["dunning.settings"].with_user(manager).sudo(False)
        view = "payt_dunning_financing.view_financing_company"
        with Form(settings, view) as form:
            form.receivable_legal_form_id = self.form
            form.receivable_registered_on = "2020-03-01"
        self.assertEqual(self.company.receivable_legal_form_id, self.form)
        self.assertEqual(self.financing.legal_form_id, self.form)
        self.assertEqual(str(self.financing.registered_on), "2020-03-01")

    def test_both_are_among_the_settings_too(self):
        for model in ("dunning.settings", "res.config.settings"):
            arch = self.env[model].get_view(view_type="form")["arch"]
            for name in ("receivable_legal_form_id", "receivable_registered_on"):
                self.assertIn(f'name="{name}"', arch)

    def test_changes_of_both_are_noted_on_the_company(self):
        fields = self.env["res.company"]._fields
        self.assertTrue(fields["receivable_legal_form_id"].tracking)
        self.assertTrue(fields["receivable_registered_on"].tracking)
        self.flush_tracking()
        before = self.company.message_ids
        tracked = self.company.with_context(tracking_disable=False, mail_notrack=False)
        tracked.receivable_registered_on = "2020-03-01"
        self.flush_tracking()
        noted = self.company.message_ids - before
        self.assertIn(
            "Registered Since", noted.tracking_value_ids.field_id.mapped("field_description")
        )

    def flush_tracking(self):
        self.env.flush_all()
        self.cr.precommit.run()
