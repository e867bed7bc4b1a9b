from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.payt_dunning.tests.company_rules import CompanyRules
from odoo.addons.payt_dunning.tests.public_common import public_methods_of

from . import test_financing_rights, test_insurance_rights, test_pledge_rpc
from .financing_common import FinancingCommon

#: Models that are no company's, and why.
SHARED = {"receivable.legal.form": "what companies can be, of all countries"}
#: What begins at a financier or a check and is about draws; refused below and in test_pledge_rpc.
BESIDE = {
    ("receivable.financing", "action_report_now"),
    ("receivable.financing.check", "action_draw"),
}


@tagged("post_install", "-at_install")
class TestFinancingSafety(FinancingCommon, CompanyRules):
    """Each model keeps companies apart, and each public method is in a table of who may call it."""

    @classmethod
    def all_groups(cls):
        return [*super().all_groups(), "payt_dunning_financing.group_financing"]

    def test_each_model_keeps_companies_apart(self):
        self.check_companies("payt_dunning_financing", {}, SHARED)

    def test_who_is_none_of_ours_reads_and_does_nothing(self):
        self.check_outsiders("payt_dunning_financing")

    def test_each_public_method_is_in_one_of_the_tables(self):
        known = {
            *test_financing_rights.EXPECTED,
            *test_insurance_rights.PUBLIC,
            *test_pledge_rpc.EXPECTED,
            *test_pledge_rpc.DIALOGS,
            *BESIDE,
        }
        self.assertEqual(public_methods_of(self.env, "payt_dunning_financing"), known)

    def test_what_begins_at_a_financier_is_refused_to_who_is_not_of_its_company(self):
        self.invoice(partner=self.consumer)
        records = {
            "receivable.financing": self.financing,
            "receivable.financing.check": self.check(),
        }
        self.env.flush_all()
        for user in (self.portal, self.outsider, self.stranger):
            for model, name in sorted(BESIDE):
                theirs = records[model].sudo(False).with_user(user).with_company(user.company_id)
                with self.subTest(f"{user.login}: {model}.{name}"), self.assertRaises(AccessError):
                    getattr(theirs, name)()
