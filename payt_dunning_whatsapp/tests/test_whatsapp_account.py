from odoo.exceptions import AccessError, ValidationError

from .whatsapp_common import SECRET, TOKEN, VERIFY, WhatsappCase


class TestWhatsappAccount(WhatsappCase):
    """The number of a company, and its secrets."""

    def test_secrets_go_in_and_are_never_shown(self):
        account = self.account.sudo(False).with_user(self.env.ref("base.user_admin"))
        account.env.user.company_ids += self.company
        shown = account.with_context(allowed_company_ids=self.company.ids).read()[0]
        for secret in (TOKEN, SECRET, VERIFY):
            self.assertNotIn(secret, str(shown))
        self.assertEqual(shown["new_access_token"], "••••••••6789")
        self.assertNotIn("access_token", shown)
        with self.assertRaises(AccessError):
            account.read(["access_token"])

    def test_saving_what_is_shown_in_place_of_a_secret_keeps_it(self):
        self.account.new_access_token = self.account.new_access_token
        self.account.new_app_secret = "another-secret-of-ours"
        self.assertEqual(self.account.sudo().access_token, TOKEN)
        self.assertEqual(self.account.sudo().app_secret, "another-secret-of-ours")

    def test_of_the_verify_token_only_a_digest_is_kept(self):
        self.assertNotIn(VERIFY, self.account.sudo().verify_digest)
        self.assertTrue(self.env["dunning.whatsapp.report"]._knows_verify_token(VERIFY))
        self.assertFalse(self.env["dunning.whatsapp.report"]._knows_verify_token(""))

    def test_a_secret_that_an_error_of_the_line_would_quote_is_refused(self):
        with self.assertRaises(ValidationError):
            self.account.new_access_token = "a token\nwith lines"

    def test_a_verify_token_that_can_be_guessed_is_refused(self):
        with self.assertRaises(ValidationError):
            self.account.new_verify_token = "short"

    def test_a_manager_of_follow_up_does_not_see_numbers(self):
        manager = self.person("man", "group_dunning_manager")
        with self.assertRaises(AccessError):
            self.account.sudo(False).with_user(manager).read(["phone_number_id"])

    def test_settings_are_saved_while_items_wait(self):
        item = self.begun()
        admin = self.person("sets.up", "base.group_system")
        manager = self.person("writes", "group_dunning_manager")
        for change in (
            lambda: self.account.with_user(admin).write({"new_access_token": "EAAG-another"}),
            lambda: self.template.with_user(manager).write({"general": False}),
        ):
            item.next_date = self.after(9)
            change()
            self.assertEqual(item.next_date, self.today, "it is decided about again")

    def test_ids_are_numbers(self):
        with self.assertRaises(ValidationError):
            self.account.phone_number_id = "../me"

    def test_without_number_or_approved_template_nobody_is_reached(self):
        self.assertTrue(self.reachable())
        self.template.status = "paused"
        self.assertFalse(self.reachable())
        self.template.status = "approved"
        self.account.new_access_token = ""
        self.assertFalse(self.reachable())

    def test_it_is_off_until_a_company_switches_it_on(self):
        channel = self.env.ref("payt_dunning_whatsapp.channel_whatsapp")
        self.assertTrue(channel.optional)
        self.company.dunning_channel_ids -= channel
        self.assertFalse(self.reachable())

    def test_a_copy_of_the_database_has_no_secrets(self):
        self.env.flush_all()
        with open(self.neutralize(), encoding="utf-8") as script:
            self.env.cr.execute(script.read())
        self.env.invalidate_all()
        self.assertFalse(self.account.ready)

    def neutralize(self):
        from odoo.tools import file_path

        return file_path("payt_dunning_whatsapp/data/neutralize.sql")
