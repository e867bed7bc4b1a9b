import os

from odoo import SUPERUSER_ID, Command, api
from odoo.modules.registry import Registry
from odoo.tests.common import get_db_name

from odoo.addons.account.tests.common import AccountTestInvoicingCommon

#: What Odoo's own fixtures call the company of a test, and a second one.
NAMES = ("company_1_data", "company_2")
#: Of those of this process: ``{name: {what Odoo's fixtures call a record: (model, ids)}}``.
_kept = {}


class KeptCompanies(AccountTestInvoicingCommon):
    """Companies with a chart of accounts, which take longer to make than most tests take.

    All classes of a process use the same: committed and archived, where ``PAYT_KEEP_COMPANIES``
    says that the database is thrown away afterwards. What a class does with them is rolled back.
    Elsewhere each class makes its own.
    """

    @classmethod
    def setUpClass(cls):
        if os.environ.get("PAYT_KEEP_COMPANIES") and not _kept:
            _kept.update(cls._make_companies())
        # Without the products, taxes and partners that Odoo makes for its own tests of invoices.
        super(AccountTestInvoicingCommon, cls).setUpClass()
        cls.maxDiff = None
        cls.partner_a = cls.env["res.partner"]
        cls.product_a = cls.product_b = cls.env["product.product"]
        cls.company_data = cls.collect_company_accounting_data(cls.env.company)
        bank, chart = cls.company_data["default_journal_bank"], cls.env["account.chart.template"]
        for way, kind in (("inbound", "debit"), ("outbound", "credit")):
            account = f"account_journal_payment_{kind}_account_id"
            line = bank[f"{way}_payment_method_line_ids"][0]
            line.payment_account_id = chart.ref(account, raise_if_not_found=False)

    @classmethod
    def _make_companies(cls):
        registry, made = Registry(get_db_name()), {}
        with registry.cursor() as cr:
            cls.env = api.Environment(cr, SUPERUSER_ID, cls.default_env_context())
            try:
                for name in NAMES:
                    company = super()._create_company(name=name)
                    data = super().collect_company_accounting_data(company)
                    made[name] = {key: (some._name, some.ids) for key, some in data.items()}
                    # Others may be called so where this one is not used.
                    company.write({"active": False, "name": f"{name} (kept)"})
            finally:
                del cls.env
        registry.signal_changes()
        return made

    @classmethod
    def _create_company(cls, **values):
        usual = len(values) == 1 and not (cls.chart_template or cls.country_code)
        company = cls._kept_data(values.get("name")).get("company") if usual else None
        if not company or company.active:
            return super()._create_company(**values)
        company.write({"active": True, **values})
        cls.env.user.company_ids = [Command.link(company.id)]
        return company

    @classmethod
    def collect_company_accounting_data(cls, company):
        data = cls._kept_data(company.name)
        if data.get("company") == company:
            return data
        return super().collect_company_accounting_data(company)

    @classmethod
    def _kept_data(cls, name):
        kept = _kept.get(name, {})
        return {key: cls.env[model].browse(ids) for key, (model, ids) in kept.items()}
