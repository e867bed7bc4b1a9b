from dataclasses import dataclass

from odoo import api, fields, models

from ..rules.behaviour import Figures, Verdict, classify
from ..tools import exact
from .dunning_debtor_law import KINDS

COUNTS = (
    "invoices",
    "documents",
    "late",
    "late_days",
    "promises_kept",
    "promises_broken",
    "plans_kept",
    "plans_broken",
)
COUNTS += ("disputes_open", "disputes_right", "disputes_wrong")
AMOUNTS = ("paid", "late_days_paid", "overdue", "contested", "in_plan", "open", "ordered")
RATIOS = ("days_late", "days_late_each", "late_share")
#: About whom the figures only propose a class.
NATURAL = ("consumer", "sole_trader")


@dataclass(frozen=True, slots=True)
class Standing:
    """How a debtor stands now.

    :param payment_class: record of the class in force; empty while nobody decided about a
        natural person
    :param proposed: record of the class that the figures give
    :param decided: whether a person decided it
    :param natural: whether the figures only propose
    :param says: in a sentence, in the user's language
    """

    payment_class: object
    proposed: object
    decided: bool
    natural: bool
    figures: Figures
    verdict: Verdict
    says: str


class DunningBehaviour(models.Model):
    """How a debtor pays a company, by that company's own books: the figures and their class.

    One row for each company and commercial partner, worked out anew each night. Of natural
    persons the figures propose a class, a person decides.
    """

    _name = "dunning.behaviour"
    _description = "Payment Behaviour"
    _inherit = ["mail.thread", "dunning.behaviour.measure", "dunning.behaviour.words"]
    _rec_names_search = ["partner_id"]
    _order = "days_late desc, id"
    _check_company_auto = True

    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    partner_id = fields.Many2one(
        "res.partner", "Debtor", required=True, readonly=True, index=True, ondelete="cascade"
    )
    debtor_id = fields.Many2one(
        "dunning.debtor", "Follow-up", readonly=True, index="btree_not_null", ondelete="set null"
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    handler_id = fields.Many2one(related="debtor_id.handler_id")
    kind = fields.Selection(KINDS, readonly=True)
    natural = fields.Boolean(
        "Natural Person", readonly=True, help="The figures propose a class, a person decides."
    )
    class_id = fields.Many2one(
        "dunning.payment.class",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        help="In force. Of a natural person empty until somebody decides.",
    )
    proposed_class_id = fields.Many2one(
        "dunning.payment.class",
        "By the Figures",
        readonly=True,
        ondelete="set null",
        help="The first class all of whose limits the figures keep to.",
    )
    answered_class_id = fields.Many2one(
        "dunning.payment.class",
        readonly=True,
        ondelete="set null",
        help="What the figures gave when somebody decided.",
    )
    to_decide = fields.Boolean(readonly=True, help="The figures propose a class to somebody.")
    decided_on = fields.Date(readonly=True)
    decided_by_id = fields.Many2one("res.users", readonly=True, ondelete="set null")
    decided_why = fields.Char("Why Decided So", readonly=True)
    reset_on = fields.Date("Counts From", readonly=True, help="Nothing of before that day counts.")
    reset_by_id = fields.Many2one("res.users", readonly=True, ondelete="set null")
    reset_why = fields.Char("Why It Was Reset", readonly=True)
    computed_on = fields.Datetime("Worked Out", readonly=True)
    since = fields.Date("Looks Back To", readonly=True)

    invoices = fields.Integer(
        "Invoices Paid", readonly=True, help="In full; instalments of an invoice count each."
    )
    documents = fields.Integer(
        "Different Invoices", readonly=True, help="Whose instalments these are."
    )
    late = fields.Integer(
        "Paid Late", readonly=True, help="Later than the due date and the days of tolerance."
    )
    late_days = fields.Integer(
        readonly=True, aggregator=None, help="Days after the due date of the invoices, added up."
    )
    days_late_each = fields.Float(
        "Average Days Late",
        readonly=True,
        digits=(16, 1),
        aggregator="avg",
        help="Each invoice alike, whatever its amount. Below zero: early.",
    )
    late_share = fields.Float(
        "Paid Late, %", readonly=True, digits=(16, 1), aggregator="avg", help="Of the invoices."
    )
    days_late = fields.Float(
        "Days Late by Amount",
        readonly=True,
        digits=(16, 1),
        aggregator="avg",
        help="Days after the due date, on average of each unit of money. Below zero: early.",
    )
    paid = fields.Monetary(
        readonly=True, help="On invoices that were due since the day it looks back to."
    )
    late_days_paid = fields.Float(
        readonly=True, digits=(16, 2), aggregator=None, help="What was paid times its days late."
    )
    promises_kept = fields.Integer(readonly=True)
    promises_broken = fields.Integer("Promises Not Kept", readonly=True)
    plans_kept = fields.Integer("Payment Plans Kept", readonly=True)
    plans_broken = fields.Integer("Payment Plans Lapsed", readonly=True)
    disputes_open = fields.Integer(readonly=True)
    disputes_right = fields.Integer("Disputes: Debtor Was Right", readonly=True)
    disputes_wrong = fields.Integer("Disputes Rejected", readonly=True)
    overdue = fields.Monetary(
        readonly=True,
        help="Open after its due date, less what was received, without what is contested or in "
        "a payment plan.",
    )
    overdue_days = fields.Integer("Oldest Overdue, Days", readonly=True, aggregator="max")
    contested = fields.Monetary("Overdue and Contested", readonly=True)
    in_plan = fields.Monetary("Overdue in a Payment Plan", readonly=True)
    open = fields.Monetary("Open in All", readonly=True)
    ordered = fields.Monetary("Ordered, Not Invoiced", readonly=True)
    exposure = fields.Monetary(readonly=True, help="What is lost if nothing comes any more.")

    says = fields.Char("Why", compute="_compute_says")
    explained = fields.Html("How It Is Worked Out", compute="_compute_explained", sanitize=False)

    _company_partner_unique = models.UniqueIndex(
        "(company_id, partner_id)", "The behaviour of this debtor is there already."
    )
    _undecided = models.Index("(company_id) WHERE to_decide")

    @api.depends("partner_id.display_name")
    def _compute_display_name(self):
        for behaviour in self:
            behaviour.display_name = behaviour.partner_id.display_name

    @api.depends("computed_on", "class_id", "proposed_class_id")
    @api.depends_context("lang")
    def _compute_says(self):
        for company, behaviours in self.grouped("company_id").items():
            classes, without = self.env["dunning.payment.class"]._of_company(company)
            for behaviour in behaviours:
                figures = behaviour._figures()
                verdict = behaviour._verdict(figures, classes)
                named = self._named(verdict, classes, without)
                behaviour.says = behaviour._says_of(company, figures, verdict, named)

    @api.depends("computed_on", "class_id", "proposed_class_id")
    @api.depends_context("lang")
    def _compute_explained(self):
        for behaviour in self:
            company = behaviour.company_id
            classes, without = self.env["dunning.payment.class"]._of_company(company)
            figures = behaviour._figures()
            verdict = behaviour._verdict(figures, classes)
            behaviour.explained = self._explained(company, figures, verdict, classes, without)

    # -- figures and class -------------------------------------------------------------------------

    def _figures(self):
        """The figures that are stored."""
        self.ensure_one()
        return Figures(
            **{name: self[name] for name in COUNTS},
            **{name: exact(self[name]) for name in AMOUNTS},
            overdue_days=self.overdue_days or None,
        )

    def _verdict(self, figures, classes):
        self.ensure_one()
        limits = [each._limits() for each in classes]
        return classify(figures, limits, self.company_id.dunning_behaviour_least)

    @api.model
    def _named(self, verdict, classes, without):
        """The class of a verdict, as a record."""
        return without if verdict.place is None else classes[verdict.place]

    @api.model
    def _standings(self, company, partners):
        """How debtors stand in a company right now: ``{id of commercial partner: Standing}``.

        Live from the ledger, and nothing is written. Who calls checks who asks.
        """
        self = self.sudo().with_company(company)
        company, owners = company.sudo(), partners.sudo().commercial_partner_id
        classes, without = self.env["dunning.payment.class"]._of_company(company)
        limits = [each._limits() for each in classes]
        rows = self.search([("company_id", "=", company.id), ("partner_id", "in", owners.ids)])
        by_owner = {row.partner_id.id: row for row in rows}
        natural_of = self._natural_of(company, owners)
        found = {}
        for partner_id, figures in self._measured(company, owners.ids).items():
            row = by_owner.get(partner_id, self.browse())
            verdict = classify(figures, limits, company.dunning_behaviour_least)
            named = self._named(verdict, classes, without)
            natural = natural_of[partner_id]
            decided = bool(row.decided_on and row.class_id)
            in_force = row.class_id if decided else named.browse() if natural else named
            found[partner_id] = Standing(
                payment_class=in_force,
                proposed=named,
                decided=decided,
                natural=natural,
                figures=figures,
                verdict=verdict,
                says=row._says_of(company, figures, verdict, named),
            )
        return found

    @api.model
    def _natural_of(self, company, owners):
        """Who among contacts is a natural person: ``{partner id: bool}``.

        Consumers and sole traders are; so is who is no company and of whom nobody confirmed that
        it buys for its business, for a VAT number alone makes nobody a company.
        """
        debtors = self.env["dunning.debtor"].sudo()
        known = {
            debtor.partner_id.id: debtor
            for debtor in debtors.search(
                [("company_id", "=", company.id), ("partner_id", "in", owners.ids)]
            )
        }
        none = debtors.browse()
        return {owner.id: self._is_natural(owner, known.get(owner.id, none)) for owner in owners}

    @api.model
    def _is_natural(self, owner, debtor):
        if debtor.kind in (*NATURAL, "public_body"):
            return debtor.kind in NATURAL
        return not owner.is_company and not debtor.kind_confirmed
