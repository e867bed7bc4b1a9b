from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .dunning_item_reasons import CONTRACT_KINDS


class DunningContractKindRule(models.Model):
    """What kind of contract invoices of a journal or a product category come from.

    It is only proposed: what a person said of an item counts.
    """

    _name = "dunning.contract.kind.rule"
    _description = "Kind of Contract by Journal or Category"
    _order = "sequence, id"
    _check_company_auto = True

    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    journal_id = fields.Many2one(
        "account.journal",
        check_company=True,
        index="btree_not_null",
        domain="[('type', '=', 'sale')]",
        help="Empty: whatever the journal.",
    )
    product_categ_id = fields.Many2one(
        "product.category",
        "Product Category",
        index="btree_not_null",
        help="With those below it. Empty: whatever was sold.",
    )
    contract_kind = fields.Selection(CONTRACT_KINDS, "Kind of Contract", required=True)

    @api.constrains("journal_id", "product_categ_id", "contract_kind")
    def _check_says_when(self):
        for rule in self:
            if not rule.journal_id and not rule.product_categ_id:
                raise ValidationError(
                    self.env._("Choose a journal or a product category, or both.")
                )

    @api.depends("journal_id", "product_categ_id", "contract_kind")
    def _compute_display_name(self):
        kinds = dict(self._fields["contract_kind"]._description_selection(self.env))
        for rule in self:
            about = filter(None, (rule.journal_id.name, rule.product_categ_id.display_name))
            rule.display_name = f"{', '.join(about)}: {kinds.get(rule.contract_kind, '')}"

    @api.model
    def _of_companies(self, companies):
        """The rules of companies and of those that they are branches of, in order."""
        return self.sudo().search([("company_id", "parent_of", companies.ids)])

    def _kind_of(self, company, lines):
        """The kind of contract behind the lines of an invoice; empty unless all agree.

        :param lines: what was sold
        """
        rules = self.filtered(lambda rule: rule.company_id in company.parent_ids)
        kinds = {rules._first_that_fits(line).contract_kind for line in lines}
        return kinds.pop() if len(kinds) == 1 else False

    def _first_that_fits(self, line):
        for rule in self:
            category = line.product_id.categ_id
            if rule.journal_id and rule.journal_id != line.journal_id:
                continue
            if not rule.product_categ_id:
                return rule
            if category and category.parent_path.startswith(rule.product_categ_id.parent_path):
                return rule
        return self.browse()
