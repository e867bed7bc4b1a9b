from odoo import models

#: What the shipped classes ask. An add-on that installs itself changes no quotation and refuses no
#: order unasked: it proposes and warns. A start waits only for a prepayment that somebody asked.
SHIPPED = {
    "bad": {
        "prepayment_mode": "propose",
        "prepayment_kind": "percent",
        "prepayment_percent": 50.0,
        "credit_check": "warn",
        "credit_days": 30,
        "credit_amount": 0.0,
        "hold_start": True,
    },
    "slow": {"credit_check": "warn", "credit_days": 60, "credit_amount": 0.0},
}


class ResCompany(models.Model):
    _inherit = "res.company"

    def _dunning_payment_class_values(self):
        """See the core; with what the classes ask of orders."""
        return [
            {**values, **SHIPPED.get(values["code"], {})}
            for values in super()._dunning_payment_class_values()
        ]
