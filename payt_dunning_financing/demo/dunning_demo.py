from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import Command, api, models

FINANCED = "payt_dunning_financing.demo_financed"
#: A financier that takes much, and one that asks about everything.
EASY = {
    "name": "Polder Factoring",
    "contract": "PF-2026-118",
    "consumers": False,
    "disputed": True,
    "other_currencies": True,
    "days_overdue": 90,
    "concentration": 30,
    "advance_rate": 85,
    "limit": 150_000.0,
    "disclosed": True,
}
STRICT = {
    "name": "Amstel Credit Bank",
    "contract": "ACB 77-204",
    "months_registered": 36,
    "months_followed": 6,
    "profit": True,
    "equity": True,
    "days_old": 120,
    "days_overdue": 30,
    "least_amount": 250.0,
    "concentration": 5,
    "deduct_owed": True,
    "advance_rate": 70,
    "limit": 50_000.0,
}


class DunningDemo(models.AbstractModel):
    """Two financiers in the demo company, and what each of them would advance."""

    _inherit = "dunning.demo"

    @api.model
    def _load_dialogue(self):
        """With financiers, once, after the books and what debtors said about them."""
        result = super()._load_dialogue()
        settings, companies = self.env["ir.config_parameter"].sudo(), self._demo_companies()
        if companies and not settings.get_param(FINANCED):
            settings.set_param(FINANCED, "1")
            self.sudo().with_company(companies[0])._load_financing(companies[0])
        return result

    @api.model
    def _load_financing(self, company):
        """A young company with a loss behind it: one financier takes it, the other does not."""
        today = self.env["dunning.message"]._today(company)
        company.write(
            {
                "receivable_legal_form_id": self.env.ref(
                    "payt_dunning_financing.legal_form_nl_bv"
                ).id,
                "receivable_registered_on": today - relativedelta(months=20),
            }
        )
        self._load_loss(company, today)
        home = company.country_id
        forms = self.env.ref("payt_dunning_financing.legal_form_nl_nv")
        for values in (EASY, {**STRICT, "legal_form_ids": [Command.set(forms.ids)]}):
            partner = self.env["res.partner"].create(
                {"name": values["name"], "is_company": True, "country_id": home.id}
            )
            asked = [Command.set(home.ids)] if "least_amount" in values else []
            self.env["receivable.financing"].create(
                {
                    **values,
                    "partner_id": partner.id,
                    "company_id": company.id,
                    "currency_id": company.currency_id.id,
                    "country_ids": asked,
                }
            )

    @api.model
    def _go_live(self):
        """Look at what each would advance, once follow-up runs."""
        result = super()._go_live()
        domain = [("company_id", "in", self._demo_companies().ids), ("check_ids", "=", False)]
        for financing in self.env["receivable.financing"].sudo().search(domain):
            financing._check()
        return result

    @api.model
    def _load_loss(self, company, today):
        """Wages of last year, so many that nothing is left of what was sold."""
        books = self.env["receivable.financing.books"]
        (first, last), _months = books._periods(company, today)
        result, equity = books._ledger(company, today)
        made = result.amount if result and (result.first, result.last) == (first, last) else 0
        amount = float(max(made, equity or 0, 0)) + 18_500.0
        accounts = self.env["account.account"].search([("company_ids", "in", company.ids)])
        expense = accounts.filtered(lambda each: each.account_type == "expense")[:1]
        debt = accounts.filtered(lambda each: each.account_type == "liability_current")[:1]
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "company_id": company.id,
                "date": last - timedelta(days=1),
                "ref": "Wages",
                "line_ids": [
                    Command.create({"account_id": expense.id, "balance": amount}),
                    Command.create({"account_id": debt.id, "balance": -amount}),
                ],
            }
        )
        entry.action_post()
