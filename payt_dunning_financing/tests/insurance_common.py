from odoo.addons.payt_dunning.tests.common import DunningCommon


class InsuranceCommon(DunningCommon):
    """An insurance that wants to know within 60 days, and asks 10 days ahead."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.insurer = cls.env["res.partner"].create({"name": "Sure Ltd", "is_company": True})
        cls.insurance = cls.insured()
        cls.Notices = cls.env["receivable.insurance.notice"].sudo()
        cls.reporter = cls.person("insurance.reporter", "payt_dunning_financing.group_financing")

    @classmethod
    def insured(cls, **values):
        return cls.env["receivable.insurance"].create(
            {
                "name": "POL-1",
                "partner_id": cls.insurer.id,
                "company_id": cls.company.id,
                "currency_id": cls.company.currency_id.id,
                **values,
            }
        )

    @classmethod
    def limit(cls, amount=1000.0, partner=None, insurance=None, **values):
        return cls.env["receivable.insurance.limit"].create(
            {
                "insurance_id": (insurance or cls.insurance).id,
                "partner_id": (partner or cls.business).id,
                "amount": amount,
                **values,
            }
        )

    def look(self, days=0, company=None):
        """The daily work, so many days from today."""
        with self.on_day(self.after(days)):
            self.Notices._look(company or self.company)
        self.env.flush_all()
        self.env.invalidate_all()

    def notices(self, partner=None, **values):
        domain = [("debtor_id.partner_id", "=", (partner or self.business).id)]
        return self.Notices.search([*domain, *((key, "=", val) for key, val in values.items())])

    def tasks(self, notices):
        kind = self.env.ref("payt_dunning_financing.activity_insurer")
        return (
            self.env["mail.activity"]
            .sudo()
            .search(
                [
                    ("res_model", "=", notices._name),
                    ("res_id", "in", notices.ids),
                    ("activity_type_id", "=", kind.id),
                ]
            )
        )

    def report(self, notices, user=None, what="reported", days=0, **values):
        """Fill in the dialog, so many days from today."""
        with self.on_day(self.after(days)):
            dialogs = self.env["receivable.insurance.wizard"].with_user(user or self.reporter)
            dialog = dialogs.create({"notice_ids": notices.ids, "what": what, **values})
            dialog.action_apply()
        self.env.invalidate_all()
