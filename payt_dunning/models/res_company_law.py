from odoo import fields, models

#: What decides about the law of items: they are looked at again when it changes.
DECIDING = {
    "country_id",
    "dunning_terms_agreed",
    "dunning_costs_from",
    "dunning_interest_from",
    "dunning_uses_collector",
    "dunning_cannot_deduct",
    "dunning_vat_declared",
    "dunning_for_others",
}


class ResCompany(models.Model):
    """What a company decides about law, beside its terms and what it claims."""

    _inherit = "res.company"  # pylint: disable=consider-merging-classes-inherited

    dunning_for_others = fields.Boolean(
        "Collects for Others",
        help="Claims of others, assigned claims, or those of a group company: the rules for "
        "collection services apply.",
    )
    dunning_register_number = fields.Char(
        "Register of Collection Services", help="Number under which the company is registered."
    )
    dunning_complaints_contact = fields.Char(
        "Complaints Go To", help="Person or department that answers complaints."
    )
    dunning_complaints_email = fields.Char("E-mail for Complaints")
    dunning_complaints_phone = fields.Char("Phone for Complaints")

    _dunning_vat_on_costs = models.Constraint(
        "CHECK(dunning_vat_declared IS NOT TRUE"
        " OR (dunning_uses_collector IS TRUE AND dunning_cannot_deduct IS TRUE))",
        "The notice can only say that costs are raised by VAT when a collection service charges "
        "you VAT and you can't deduct it (Besluit BIK, art. 2(3)).",
    )

    def write(self, vals):
        result = super().write(vals)
        if not DECIDING.isdisjoint(vals):
            self.sudo()._dunning_look_again()
        return result
