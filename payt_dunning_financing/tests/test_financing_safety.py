from odoo.tests import tagged

from odoo.addons.payt_dunning.tests.company_rules import CompanyRules
from odoo.addons.payt_dunning.tests.public_common import public_methods_of

from . import test_financing_rights, test_insurance_rights, test_pledge_rpc

#: Models without a company of their own, and what leads to it.
PARENTS = {}
#: Models that are no company's, and why.
SHARED = {}


@tagged("post_install", "-at_install")
class TestFinancingSafety(CompanyRules):
    """Each model keeps companies apart, and each public method is in a table of who may call it."""

    @classmethod
    def all_groups(cls):
        return [*super().all_groups(), "payt_dunning_financing.group_financing"]

    def test_each_model_keeps_companies_apart(self):
        self.check_companies("payt_dunning_financing", PARENTS, SHARED)

    def test_who_is_none_of_ours_reads_and_does_nothing(self):
        self.check_outsiders("payt_dunning_financing")

    def test_each_public_method_is_in_one_of_the_tables(self):
        known = {
            *test_financing_rights.EXPECTED,
            *test_insurance_rights.PUBLIC,
            *test_pledge_rpc.EXPECTED,
            *test_pledge_rpc.DIALOGS,
        }
        self.assertEqual(public_methods_of(self.env, "payt_dunning_financing"), known)
