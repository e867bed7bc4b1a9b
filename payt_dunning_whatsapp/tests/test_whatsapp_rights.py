from odoo.exceptions import AccessError
from odoo.fields import NO_ACCESS
from odoo.tests import new_test_user, tagged

from odoo.addons.payt_dunning.tests.company_rules import CompanyRules
from odoo.addons.payt_dunning.tests.public_common import public_methods_of
from odoo.addons.payt_dunning.tests.test_secrets import sounding

from .whatsapp_common import WhatsappCase

#: Fields that hold secrets: nobody reads them.
SECRETS = {
    ("dunning.whatsapp.account", "access_token"),
    ("dunning.whatsapp.account", "app_secret"),
    ("dunning.whatsapp.account", "verify_digest"),
}
#: Fields that sound like it.
HARMLESS = {("dunning.whatsapp.template", "code")}


@tagged("post_install", "-at_install")
class TestWhatsappRights(WhatsappCase, CompanyRules):
    """What clients can do and read, whatever the screens show."""

    @classmethod
    def all_groups(cls):
        return [*super().all_groups(), "base.group_system"]

    def test_each_model_keeps_companies_apart(self):
        self.check_companies("payt_dunning_whatsapp", {}, {})

    def test_who_is_none_of_ours_reads_and_does_nothing(self):
        self.check_outsiders("payt_dunning_whatsapp")

    def test_every_public_method_is_known(self):
        self.assertEqual(
            public_methods_of(self.env, "payt_dunning_whatsapp"),
            {("dunning.whatsapp.optin", "action_withdraw")},
        )

    def test_an_agreement_is_withdrawn_by_collectors_of_the_company_alone(self):
        viewer = new_test_user(self.env, "wa.viewer", groups="payt_dunning.group_dunning_viewer")
        for user in (self.portal, self.outsider, viewer, self.stranger):
            agreement = self.optin.sudo(False).with_user(user).with_company(user.company_id)
            with self.subTest(user.login), self.assertRaises(AccessError):
                agreement.action_withdraw()
        self.assertFalse(self.optin.withdrawn_on)

    def test_each_field_that_sounds_like_a_secret_is_known_and_read_by_nobody(self):
        self.assertEqual(sounding(self.env, "payt_dunning_whatsapp"), SECRETS | HARMLESS)
        for model, name in SECRETS:
            self.assertEqual(self.env[model]._fields[name].groups, NO_ACCESS)
