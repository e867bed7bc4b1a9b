from odoo import Command, api, models

ORDERED = "payt_dunning_sale.demo_ordered"
#: Rights in Sales of the demo's users, by login.
RIGHTS = {
    "manager": "sales_team.group_sale_manager",
    "sales": "sales_team.group_sale_salesman_all_leads",
}


class DunningDemo(models.AbstractModel):
    """Quotations for a customer that pays badly and for others, in the demo company."""

    _inherit = "dunning.demo"

    @api.model
    def _load_dialogue(self):
        """With quotations, once: who pays badly pays half of it up front, and waits for the rest."""
        result = super()._load_dialogue()
        settings, companies = self.env["ir.config_parameter"].sudo(), self._demo_companies()
        if companies and not settings.get_param(ORDERED):
            settings.set_param(ORDERED, "1")
            self.sudo()._load_quotations(companies[:1])
        return result

    @api.model
    def _load_quotations(self, company):
        self = self.with_company(company)
        users = self.env["res.users"]
        for login, group in RIGHTS.items():
            users.search([("login", "=", login)]).group_ids += self.env.ref(group)
        classes, _without = self.env["dunning.payment.class"]._of_company(company)
        bad = classes.filtered(lambda each: each.code == "bad")
        bad.write({"prepayment_mode": "set", "prepayment_from": 500.0, "credit_check": "hold"})
        company.write({"portal_confirmation_sign": True})
        rows = self.env["dunning.behaviour"]._refresh(company)
        rows = rows.filtered(lambda row: row.kind == "business" and row.partner_id.is_company)
        late = rows.filtered(lambda row: row.class_id == bad).sorted("exposure", reverse=True)
        hardly = late.filtered(lambda row: row.overdue_days <= bad.credit_days)
        others = rows - late
        products = self.env["product.product"].search(
            [("default_code", "=like", "LW-%"), ("sale_ok", "=", True)], limit=2
        )
        for row in late[:2] | hardly[:1] | others[:2]:
            self.env["sale.order"].create(
                {
                    "partner_id": row.partner_id.id,
                    "company_id": company.id,
                    "user_id": users.search([("login", "=", "sales")], limit=1).id,
                    "order_line": [
                        Command.create({"product_id": product.id, "product_uom_qty": 12})
                        for product in products
                    ],
                }
            )
