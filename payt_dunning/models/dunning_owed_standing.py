from decimal import Decimal

from odoo import api, models

from ..rules.law.standing import Standing
from ..rules.law.tables import CONSUMER
from ..rules.law.who import in_default, rules_for


class DunningOwedStanding(models.AbstractModel):
    """How items stand before the law, for whoever calculates what is owed."""

    _name = "dunning.owed.standing"
    _description = "Standing of Items"

    @api.model
    def _standings(self, items, day):
        """``{item id: Standing}``; from ``dunning.law``, which knows what was sent as well."""
        if "dunning.law" in self.env:
            return self.env["dunning.law"]._standings(items, day)
        tables = self.env["collection.law.row"]._tables()
        return {item.id: self._standing(item, tables, day) for item in items}

    @api.model
    def _standing(self, item, tables, day):
        debtor, company = item.debtor_id, item.company_id
        rules = rules_for(item.claim_kind or debtor.kind, debtor.kind_confirmed).value
        agreed = company.dunning_terms_agreed
        if item.term_agreed:
            agreed = item.term_agreed == "yes"
        default = in_default(rules, item.date_due, agreed)
        code = debtor.law_id.code or ""
        contract = (
            rules != CONSUMER
            and debtor.contract_document
            and debtor.contract_since
            and debtor.contract_since <= (item.move_id.invoice_date or item.date_due)
        )
        return Standing(
            jurisdiction=code,
            currency=tables.jurisdiction(code, day).currency if code else "",
            rules=rules,
            default_after=default.after,
            default_why=default.why,
            claim=item.contract_kind or "other",
            clause=debtor.costs_clause,
            rate=Decimal(repr(debtor.contract_rate)) if contract and debtor.contract_rate else None,
            may_claim_interest=company.dunning_interest_from == "law"
            or (company.dunning_interest_from == "business" and rules != CONSUMER),
        )
