from odoo import fields
from odoo.tests import Form

from .plan_common import PlanCommon


class PlanWizardCommon(PlanCommon):
    """Clerks that make plans."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.person("plan_manager", "group_dunning_manager")
        cls.viewer = cls.person("plan_viewer", "group_dunning_viewer")

    @classmethod
    def book_charges(cls):
        """Costs and interest can be booked."""
        cls.company.write(
            {
                "dunning_charge_booking": "ledger",
                "dunning_charge_journal_id": cls.company_data["default_journal_sale"].id,
                "dunning_costs_account_id": cls.company_data["default_account_revenue"].id,
                "dunning_interest_account_id": cls.company_data["default_account_revenue"].id,
            }
        )

    def opened(self, records, user=None, **context):
        """The dialog as somebody opens it about some records."""
        Dialog = self.env["dunning.plan.wizard"].with_user(user or self.collector)
        return Dialog.with_context(
            active_model=records._name,
            active_ids=records.ids,
            active_id=records[:1].id,
            **context,
        )

    def form(self, records, user=None, **context):
        return Form(self.opened(records, user, **context))

    def made(self, action):
        """The plan that the dialog shows afterwards."""
        self.assertEqual(action["res_model"], "dunning.payment.plan")
        return self.Plan.browse(action["res_id"])

    def started(self, form):
        return self.made(form.save().action_apply())

    def amounts(self, form):
        return [row["amount"] for row in form.row_ids._records]

    def dates(self, form):
        return [fields.Date.to_date(row["date"]) for row in form.row_ids._records]
