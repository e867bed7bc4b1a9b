from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..rules.law.who import may_skip, rules_for, which_law

KINDS = [
    ("consumer", "Consumer"),
    ("business", "Business"),
    ("sole_trader", "Sole Trader"),
    ("public_body", "Public Body"),
]
#: Figures that a contract with a business may give, each with the most that it can be.
AGREED = {"contract_rate": 100, "contract_cost_percent": 100, "contract_cost_minimum": 1_000_000}


class DunningDebtorLaw(models.AbstractModel):
    """Whose rules and which law apply to what a debtor owes, each with its reason."""

    _name = "dunning.debtor.law"
    _description = "Law That Applies to a Debtor"

    kind = fields.Selection(
        KINDS, required=True, default="business", help="Decides which policy and law apply."
    )
    kind_confirmed = fields.Boolean(
        "Bought for the Business",
        tracking=True,
        help="A sole trader buys privately too: until somebody confirmed it, costs follow the "
        "rules of consumers.",
    )
    contract_country_id = fields.Many2one(
        "res.country",
        "Law of the Contract",
        help="The country whose law the contract chose. Empty: none was chosen.",
    )
    costs_clause = fields.Boolean(
        "Contract Has a Clause About Costs",
        help="Some laws give costs only where the contract provides for them.",
    )
    contract_rate = fields.Float(
        "Agreed Interest", digits=(16, 4), help="In percent a year. 0: the statutory rate."
    )
    contract_cost_percent = fields.Float("Agreed Costs", digits=(16, 4), help="In percent.")
    contract_cost_minimum = fields.Float("Agreed Least Costs", digits=(16, 2))
    contract_since = fields.Date(
        "Agreed From", help="For invoices from this day on; with its document."
    )
    contract_document = fields.Char("Agreed In", help="The document in which it was agreed.")
    rules_why = fields.Char("Costs Follow", compute="_compute_law")
    law_id = fields.Many2one("collection.jurisdiction", compute="_compute_law")
    law_why = fields.Char("Why This Law", compute="_compute_law")

    @api.depends("kind", "kind_confirmed", "contract_country_id", "partner_id.country_id")
    @api.depends_context("lang")
    def _compute_law(self):
        jurisdictions = self.env["collection.jurisdiction"].sudo()
        for debtor in self:
            country, why = debtor._which_country()
            day = self.env["dunning.message"]._today(debtor.company_id)
            debtor.rules_why = debtor._which_rules()
            debtor.law_id = jurisdictions._of_country(country, day).sudo(False)
            if debtor.law_id:
                debtor.law_why = why
            else:
                debtor.law_why = self.env._(
                    "%s Its tables are not there: no interest or costs are claimed.", why
                )

    @api.constrains(*AGREED, "contract_since", "contract_document", "kind", "kind_confirmed")
    def _check_agreed(self):
        """What was agreed has a document and a first day, and is never against a consumer."""
        for debtor in self.filtered(lambda debtor: any(debtor[name] for name in AGREED)):
            debtor._check_figures()
            name = debtor.display_name
            if debtor.kind == "consumer":
                raise ValidationError(
                    self.env._(
                        "%s is a consumer, and against consumers nothing is loosened: interest "
                        "and costs follow the law. Take out what was agreed first.",
                        name,
                    )
                )
            if debtor._rules() == "consumer":
                raise ValidationError(
                    self.env._(
                        "It is not confirmed that %s bought for the business. Until then it has "
                        "the rules of consumers, and against consumers nothing is loosened: "
                        "confirm it, or take out what was agreed.",
                        name,
                    )
                )
            if not debtor.contract_since or not (debtor.contract_document or "").strip():
                raise ValidationError(
                    self.env._(
                        "Say in which document, and from which day on, interest or costs were "
                        "agreed with %s.",
                        name,
                    )
                )

    def _check_figures(self):
        """Agreed figures are numbers, not below zero, and percentages not above 100."""
        for field, limit in AGREED.items():
            if not 0 <= self[field] <= limit:
                raise ValidationError(
                    self.env._(
                        "%(debtor)s: “%(field)s” must be between 0 and %(limit)s.",
                        debtor=self.display_name,
                        field=self._fields[field]._description_string(self.env),
                        limit=limit,
                    )
                )

    def _agreed_from(self, other):
        """What was agreed with another debtor of the same kind that becomes this one.

        What was agreed with this one itself stays.
        """
        if self.contract_since or not other.contract_since or self.kind != other.kind:
            return {}
        names = (*AGREED, "contract_since", "contract_document", "costs_clause", "kind_confirmed")
        return {
            "contract_country_id": other.contract_country_id.id,
            **{name: other[name] for name in names},
        }

    def _rules(self, kind=None):
        """``consumer``, ``business`` or ``public``; the mildest while it is not sure.

        :param kind: what a single claim was bought as; empty: the debtor's
        """
        return rules_for(kind or self.kind, self.kind_confirmed).value

    def _which_rules(self, kind=None):
        """Whose rules apply to the costs, in words; see :meth:`_rules`."""
        if (kind or self.kind) == "sole_trader" and not self.kind_confirmed:
            return self.env._(
                "Rules of consumers, until it is confirmed that it bought for the business"
            )
        return {
            "consumer": self.env._("Rules of consumers"),
            "business": self.env._("Rules of businesses"),
            "public": self.env._("Rules of public bodies"),
        }[self._rules(kind)]

    def _which_country(self, kind=None):
        """The country whose law applies, and why in words; see :meth:`_rules`."""
        own = self.company_id.sudo().country_id
        home, contract = self.partner_id.sudo().country_id, self.contract_country_id
        answer = which_law(self._rules(kind), contract.code or "", own.code or "", home.code or "")
        country = next((each for each in (home, contract, own) if each.code == answer.value), own)
        why = {
            "residence": self.env._("Where the consumer lives (Rome I, art. 6)."),
            "unknown": self.env._("Where the consumer lives is not known: the law of our company."),
            "contract": self.env._("Chosen in the contract (Rome I, art. 3)."),
            "creditor": self.env._("No law was chosen: that of our company (Rome I, art. 4)."),
        }[answer.code]
        return country, why

    def _check_may_skip_levels(self):
        """Levels may be left out for who is no natural person.

        :raises UserError: for anybody else
        """
        if not may_skip(self.kind):
            kinds = dict(self._fields["kind"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "Levels can be left out for businesses and public bodies only; %(debtor)s is: "
                    "%(kind)s.",
                    debtor=self.display_name,
                    kind=kinds[self.kind],
                )
            )
