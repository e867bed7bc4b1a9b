from odoo.tests import tagged

from odoo.addons.payt_dunning.tests.company_rules import CompanyRules


@tagged("post_install", "-at_install")
class TestPrepaymentCompanies(CompanyRules):
    """Companies are apart, and who is none of ours sees nothing."""

    @classmethod
    def all_groups(cls):
        return [*super().all_groups(), "sales_team.group_sale_manager"]

    def test_each_model_keeps_companies_apart(self):
        self.check_companies("payt_dunning_sale", {}, {})

    def test_who_is_none_of_ours_reads_and_does_nothing(self):
        self.check_outsiders("payt_dunning_sale")
