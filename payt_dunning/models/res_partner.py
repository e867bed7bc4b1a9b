from odoo import fields, models

#: What decides by which channels somebody can be reached.
REACHED_BY = {"email", "phone", "street", "zip", "city", "country_id", "dunning_role", "active"}


class ResPartner(models.Model):
    _inherit = "res.partner"

    dunning_role = fields.Selection(
        [
            ("accounts", "Accounts Payable"),
            ("management", "Management"),
            ("order", "Person on the Order"),
            ("representative", "Representative"),
        ],
        "Follow-up Role",
        help="Person on the Order: gets messages about invoices, where a level is addressed so. "
        "Representative: gets all messages instead of the debtor, "
        "as for somebody under administration.",
    )

    def write(self, vals):
        """Whom nobody could write to is looked at again once an address or number is there."""
        result = super().write(vals)
        if not REACHED_BY.isdisjoint(vals):
            waiting = (
                self.env["dunning.item"]
                .sudo()
                .search(
                    [
                        ("debtor_id.partner_id", "in", self.commercial_partner_id.ids),
                        ("state", "=", "open"),
                        ("reason", "in", ("no_address", "no_number", "letter")),
                    ]
                )
            )
            waiting.debtor_id._look_again()
        return result
