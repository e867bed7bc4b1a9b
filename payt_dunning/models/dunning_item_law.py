from datetime import date
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import format_date

from ..rules.law.errors import Held, Refused
from ..rules.law.limits import earliest
from ..rules.law.who import in_default

#: What people decide about a single item.
DECIDED = ("claim_kind", "contract_kind", "term_agreed", "term_document")


class Law(NamedTuple):
    """How an item stands before the law, in the user's words.

    :param rules: ``consumer``, ``business`` or ``public``
    :param law: name of the country's law; empty: its tables are not there
    :param contract: kind of contract in words
    :param term: whether the term was agreed, and why
    :param default_after: in default after this day; ``None``: not yet
    :param limitation: last day on which it can be enforced; ``None``: not known
    """

    rules: str
    rules_why: str
    law: str
    law_why: str
    contract: str
    term: str
    default_after: date | None
    default_why: str
    limitation: date | None
    limitation_why: str


class Known(NamedTuple):
    """What was read for many items at once.

    :param served: by item id, see :meth:`~.dunning_law.DunningLaw._served`
    :param laws: jurisdictions by country and day; what is looked up is added
    """

    served: dict
    laws: dict


class DunningItem(models.Model):
    """Whose rules, which law, which contract: what decides about an item, with its reasons."""

    _inherit = "dunning.item"  # pylint: disable=consider-merging-classes-inherited

    law_rules_why = fields.Char("Costs Follow", compute="_compute_law")
    law_name = fields.Char("Law", compute="_compute_law")
    law_why = fields.Char("Why This Law", compute="_compute_law")
    law_contract = fields.Char("Contract", compute="_compute_law")
    law_term = fields.Char("Term of Payment and Why", compute="_compute_law")
    default_after = fields.Date(
        "In Default After", compute="_compute_law", help="Interest runs from the day after it."
    )
    default_why = fields.Char("Why in Default", compute="_compute_law")
    limitation_date = fields.Date(
        "Can Be Enforced Until",
        compute="_compute_law",
        help="The last day to sue or to interrupt, on the safe side. Letters and "
        "acknowledgements that may have begun the years anew are not counted.",
    )
    limitation_why = fields.Char("Why Until Then", compute="_compute_law")

    @api.depends(
        *DECIDED,
        "date_due",
        "move_id",
        "debtor_id.kind",
        "debtor_id.kind_confirmed",
        "debtor_id.contract_country_id",
        "debtor_id.partner_id.country_id",
        "company_id.country_id",
        "company_id.dunning_terms_agreed",
        "company_id.dunning_terms_document",
    )
    @api.depends_context("lang")
    def _compute_law(self):
        proposed = self._proposed_contract_kinds()
        laws = self._laws(proposed)
        for item in self:
            law = laws[item]
            item.law_rules_why = law.rules_why
            item.law_name, item.law_why = law.law, law.law_why
            item.law_contract, item.law_term = law.contract, law.term
            item.default_after, item.default_why = law.default_after, law.default_why
            item.limitation_date, item.limitation_why = law.limitation, law.limitation_why

    def _laws(self, proposed=None):
        """How these items stand before the law, with as many statements as for one.

        :param proposed: kinds of contract that are proposed, by item
        :return: :class:`Law` by item
        """
        known = Known(self.env["dunning.law"]._served(self.ids), {})
        proposed = proposed or {}
        return {item: item._law(proposed.get(item, False), known) for item in self}

    def _law(self, proposed=False, known=None, **supposed):
        """How this item stands before the law.

        :param proposed: kind of contract that is proposed for it
        :param known: see :class:`Known`
        :param supposed: values to suppose instead of its own, see :data:`DECIDED`
        :return: a :class:`Law`
        """
        self.ensure_one()
        known = known or Known(self.env["dunning.law"]._served(self.ids), {})
        own = {name: supposed.get(name, self[name]) for name in DECIDED}
        debtor, company = self.debtor_id.sudo(), self.company_id.sudo()
        rules = debtor._rules(own["claim_kind"])
        country, law_why = debtor._which_country(own["claim_kind"])
        where = country, self._today()
        if where not in known.laws:
            known.laws[where] = self.env["collection.jurisdiction"].sudo()._of_country(*where)
        law = known.laws[where]
        if not law:
            law_why = self.env._(
                "%s Its tables are not there: no interest or costs are claimed.", law_why
            )
        agreed, term = self._term(own, company)
        default = in_default(rules, self.date_due, agreed, self._demands(known.served))
        kind = own["contract_kind"] or proposed
        limitation, limitation_why = self._limitation(law, kind, rules)
        return Law(
            rules=rules,
            rules_why=self._whose_rules(own["claim_kind"]),
            law=law.display_name or "",
            law_why=law_why,
            contract=self._contract_words(own["contract_kind"], proposed),
            term=term,
            default_after=default.after,
            default_why=self._default_words(default),
            limitation=limitation,
            limitation_why=limitation_why,
        )

    def _interruptions(self):
        """What began the years of limitation anew: ``[(day, what)]``."""
        return ()

    def _demands(self, served):
        """Written demands about this item that left: ``[(day received, days given)]``."""
        return [(each.received, each.days) for each in served.get(self.id, ())]

    def _proposed_contract_kinds(self):
        """The kind of contract that is proposed for each item; empty where it can't be known."""
        rules = self.env["dunning.contract.kind.rule"]._of_companies(self.company_id)
        if not rules:
            return dict.fromkeys(self, False)
        lines = (
            self.env["account.move.line"]
            .sudo()
            .search([("move_id", "in", self.move_id.ids), ("display_type", "=", "product")])
            .grouped("move_id")
        )
        return {
            item: rules._kind_of(item.company_id.sudo(), lines.get(item.move_id.sudo(), ()))
            for item in self
        }

    # -- in words ------------------------------------------------------------------------------

    def _whose_rules(self, claim_kind):
        """Whose rules the costs follow, and why."""
        words = self.debtor_id.sudo()._which_rules(claim_kind)
        if not claim_kind:
            return self.env._("%s (as the debtor is)", words)
        kinds = dict(self._fields["claim_kind"]._description_selection(self.env))
        return self.env._(
            "%(rules)s (this was bought as: %(kind)s)", rules=words, kind=kinds[claim_kind]
        )

    def _contract_words(self, kind, proposed):
        """The kind of contract, and who says so."""
        kinds = dict(self._fields["contract_kind"]._description_selection(self.env))
        if kind:
            return kinds[kind]
        if proposed:
            return self.env._("%s (proposed by journal or product category)", kinds[proposed])
        return self.env._("Not known")

    def _term(self, own, company):
        """Whether the due date was agreed, and why in words."""
        if own["term_agreed"] == "yes":
            document = own["term_document"]
            words = self.env._("Agreed for this item")
            return True, f"{words}: {document}" if document else words
        if own["term_agreed"] == "no":
            return False, self.env._("Not agreed, as somebody said of this item")
        if company.dunning_terms_agreed:
            words = self.env._("Agreed in the company's terms")
            document = company.dunning_terms_document
            return True, f"{words}: {document}" if document else words
        return False, self.env._("Not agreed: a due date on an invoice is set by one side")

    def _default_words(self, default):
        """Why the debtor is in default, or not yet."""
        return {
            "trade": self.env._("In trade: after the due date, by law."),
            "agreed": self.env._("The due date was agreed: after it, without a demand."),
            "demand": self.env._("A written demand was in vain: after its term."),
            "not_yet": self.env._(
                "Not yet: the term was not agreed, and no written demand with a term has left."
            ),
        }[default.code]

    def _limitation(self, law, kind, rules):
        """Until when it can be enforced, and why in words; ``None`` where it is not known."""
        if not law or not self.date_due:
            return None, self.env._("Not known: there are no tables of this law.")
        words = self.env["collection.law.words"]
        tables = self.env["collection.law.row"].sudo()._tables()
        try:
            day, rule = earliest(
                tables, law.code, kind or "", rules, self.date_due, self._interruptions()
            )
        except (Held, Refused) as problem:
            return None, self.env._("Not known: %s", words._problem(problem))
        since = format_date(self.env, self.date_due)
        claim = words._about("limitation", rule.key)
        told = {"claim": claim, "years": rule.years, "day": since, "read_at": rule.source}
        if rule.year_end:
            why = self.env._(
                "%(claim)s: %(years)s years from the end of the year of %(day)s (%(read_at)s).",
                **told,
            )
        else:
            why = self.env._("%(claim)s: %(years)s years from %(day)s (%(read_at)s).", **told)
        if kind:
            return day, why
        return day, self.env._(
            "%s The kind of contract is not known: this is the earliest that it may be.", why
        )
