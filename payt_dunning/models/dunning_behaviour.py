import json
from dataclasses import dataclass

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL, split_every

from ..rules.behaviour import Figures, Verdict, classify
from ..tools import exact
from .dunning_debtor_law import KINDS

#: How many rows one statement writes.
BATCH = 5_000
COUNTS = (
    "invoices",
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
MANAGER = "payt_dunning.group_dunning_manager"
COLLECTOR = "payt_dunning.group_dunning_user"


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
        tracking=True,
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
    decided_on = fields.Date(readonly=True, tracking=True)
    decided_by_id = fields.Many2one("res.users", readonly=True, ondelete="set null")
    decided_why = fields.Char("Why Decided So", readonly=True, tracking=True)
    reset_on = fields.Date(
        "Counts From", readonly=True, tracking=True, help="Nothing of before that day counts."
    )
    reset_by_id = fields.Many2one("res.users", readonly=True, ondelete="set null")
    reset_why = fields.Char("Why It Was Reset", readonly=True, tracking=True)
    computed_on = fields.Datetime("Worked Out", readonly=True)
    since = fields.Date("Looks Back To", readonly=True)

    invoices = fields.Integer(
        "Invoices Paid", readonly=True, help="In full; instalments of an invoice count each."
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
                behaviour.says = self._says(company, figures, verdict, named)

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
        kinds = self._kinds(company, owners)
        found = {}
        for partner_id, figures in self._measured(company, owners.ids).items():
            row = by_owner.get(partner_id, self.browse())
            verdict = classify(figures, limits, company.dunning_behaviour_least)
            named = self._named(verdict, classes, without)
            natural = kinds[partner_id] in NATURAL
            decided = bool(row.decided_on and row.class_id)
            in_force = row.class_id if decided else named.browse() if natural else named
            found[partner_id] = Standing(
                payment_class=in_force,
                proposed=named,
                decided=decided,
                natural=natural,
                figures=figures,
                verdict=verdict,
                says=self._says(company, figures, verdict, named),
            )
        return found

    @api.model
    def _kinds(self, company, owners):
        """Kinds of debtors; of those that were never followed up, by what the contact is."""
        debtors = self.env["dunning.debtor"].sudo()
        known = {
            debtor.partner_id.id: debtor.kind
            for debtor in debtors.search(
                [("company_id", "=", company.id), ("partner_id", "in", owners.ids)]
            )
        }
        return {
            owner.id: known.get(owner.id)
            or ("business" if owner.is_company or owner.vat else "consumer")
            for owner in owners
        }

    # -- working it out ----------------------------------------------------------------------------

    @api.model
    def _refresh(self, company, partners=None):
        """Work out and store how debtors pay a company.

        :param partners: all of whom something is known unless told
        :return: their rows
        """
        self = self.sudo().with_company(company)
        company = company.sudo()
        owner_ids = self._known(company) if partners is None else partners.commercial_partner_id.ids
        classes, without = self.env["dunning.payment.class"]._of_company(company)
        limits = [each._limits() for each in classes]
        for ids in split_every(BATCH * 10, owner_ids, list):
            rows = []
            for partner_id, figures in self._measured(company, ids).items():
                verdict = classify(figures, limits, company.dunning_behaviour_least)
                named = self._named(verdict, classes, without)
                rows.append(self._row(partner_id, figures, named, bool(verdict.place)))
            for part in split_every(BATCH, rows, list):
                self._store(company, part)
        self.invalidate_model()
        domain = Domain("company_id", "=", company.id)
        if partners is not None:
            domain &= Domain("partner_id", "in", owner_ids)
        return self.search(domain)

    @api.model
    def _row(self, partner_id, figures, named, worse):
        """Values of a row that is stored, for PostgreSQL.

        :param worse: whether the class is not the best one
        """
        return {
            "partner_id": partner_id,
            **{name: getattr(figures, name) for name in COUNTS},
            **{name: str(getattr(figures, name)) for name in AMOUNTS},
            "overdue_days": figures.overdue_days or 0,
            "exposure": str(figures.exposure),
            "days_late": str(round(figures.days_late or 0, 1)),
            "days_late_each": str(round(figures.days_late_each or 0, 1)),
            "late_share": str(round(figures.late_share or 0, 1)),
            "proposed_class_id": named.id,
            "worse": worse,
        }

    @api.model
    def _store(self, company, rows):
        """Insert or update rows, in one statement.

        A class that a person decided stays; of natural persons none is in force before that.
        """
        columns = SQL(", ").join(SQL.identifier(name) for name in self._stored_names())
        numbers = SQL(", ").join(
            SQL("%s numeric", SQL.identifier(name)) for name in [*AMOUNTS, "exposure", *RATIOS]
        )
        counts = SQL(", ").join(
            SQL("%s int", SQL.identifier(name))
            for name in ["partner_id", *COUNTS, "overdue_days", "proposed_class_id"]
        )
        today = self.env["dunning.message"]._today(company)
        self.env.cr.execute(
            SQL(
                """INSERT INTO dunning_behaviour AS own (
                          company_id, partner_id, debtor_id, %(columns)s, class_id, to_decide,
                          computed_on, since, create_uid, create_date, write_uid, write_date)
                   SELECT %(company)s, found.partner_id, found.debtor_id, %(columns)s,
                          CASE WHEN NOT found.natural THEN proposed_class_id END,
                          found.natural AND worse,
                          now() AT TIME ZONE 'UTC', %(since)s,
                          %(user)s, now() AT TIME ZONE 'UTC', %(user)s, now() AT TIME ZONE 'UTC'
                     FROM (SELECT given.*, debtor.id AS debtor_id,
                                  coalesce(debtor.kind, by_contact.kind) AS kind,
                                  coalesce(debtor.kind, by_contact.kind) = ANY(%(persons)s)
                                      AS "natural"
                             FROM jsonb_to_recordset(%(rows)s::jsonb)
                                  AS given (%(counts)s, %(numbers)s, worse boolean)
                             JOIN (SELECT id, CASE WHEN is_company OR vat <> '' THEN 'business'
                                                   ELSE 'consumer' END AS kind
                                     FROM res_partner) by_contact ON by_contact.id = partner_id
                        LEFT JOIN dunning_debtor debtor
                               ON debtor.company_id = %(company)s
                              AND debtor.partner_id = given.partner_id) AS found
                 ORDER BY found.partner_id
                   ON CONFLICT (company_id, partner_id) DO UPDATE SET
                          (debtor_id, %(columns)s, computed_on, write_uid, write_date)
                        = (excluded.debtor_id, %(excluded)s, excluded.computed_on,
                           excluded.write_uid, excluded.write_date),
                          since = greatest(excluded.since, own.reset_on),
                          class_id = CASE WHEN own.decided_on IS NULL THEN excluded.class_id
                                          ELSE own.class_id END,
                          to_decide = excluded.to_decide AND excluded.proposed_class_id
                                      IS DISTINCT FROM own.answered_class_id""",
                columns=columns,
                excluded=SQL(", ").join(
                    SQL("excluded.%s", SQL.identifier(name)) for name in self._stored_names()
                ),
                counts=counts,
                numbers=numbers,
                rows=json.dumps(rows),
                company=company.id,
                persons=list(NATURAL),
                since=self._since(company, today),
                user=self.env.uid,
            )
        )

    @api.model
    def _stored_names(self):
        """Columns that each row brings, in the order of the statement."""
        return [
            *COUNTS,
            *AMOUNTS,
            "overdue_days",
            "exposure",
            *RATIOS,
            "proposed_class_id",
            "natural",
            "kind",
        ]

    @api.model
    def _cron_refresh(self):
        """Each night: the behaviour of all debtors of each company that follows up."""
        companies = self.env["res.company"].search([])
        self.env["ir.cron"]._commit_progress(remaining=len(companies))
        for company in companies:
            self._refresh(company)
            self.env["ir.cron"]._commit_progress(1)

    @api.autovacuum
    def _gc_empty(self):
        """Delete the rows that tell nothing any more: the look back is over, nothing is open."""
        empty = Domain("decided_on", "=", False) & Domain("reset_on", "=", False)
        for name in (*COUNTS, "paid", "open", "ordered"):
            empty &= Domain(name, "=", 0)
        self.sudo().search(empty, limit=BATCH).unlink()

    @api.model
    def _refresh_known(self, owner):
        """Work out anew how a debtor pays each company that has it."""
        for company in self.sudo().search([("partner_id", "=", owner.id)]).company_id:
            self._refresh(company, owner)

    # -- contacts that are merged ------------------------------------------------------------------

    def _decisions(self):
        """What people decided, by company: ``{company: values}``; the latest where there are more."""
        names = ("class_id", "answered_class_id", "decided_on", "decided_by_id", "decided_why")
        resets = ("reset_on", "reset_by_id", "reset_why")
        found = {}
        for row in self.sorted(lambda each: (each.decided_on or each.create_date.date(), each.id)):
            values = found.setdefault(row.company_id, {})
            if row.decided_on:
                values.update({name: row._plain(name) for name in names})
            if row.reset_on and row.reset_on >= (values.get("reset_on") or row.reset_on):
                values.update({name: row._plain(name) for name in resets})
        return found

    def _plain(self, name):
        """A value as it is written."""
        value = self[name]
        return value.id if isinstance(value, models.BaseModel) else value

    @api.model
    def _take_over(self, target, decided):
        """Give who stays what was decided about who goes, where nothing was decided there.

        :param decided: of :meth:`_decisions`
        """
        for company, values in decided.items():
            row = self._refresh(company, target)
            if row.decided_on:
                values = {name: value for name, value in values.items() if "reset" in name}
            if row.reset_on and row.reset_on >= (values.get("reset_on") or row.reset_on):
                values = {name: value for name, value in values.items() if "reset" not in name}
            row.write(values)

    # -- what people do with it --------------------------------------------------------------------

    def _check_person(self, group, words):
        """Whoever decides may see these debtors and has the right to decide."""
        if not self.env.user.has_group(group):
            raise AccessError(words)
        self.check_access("read")

    def action_refresh(self):
        """Work it out anew, now."""
        self._check_person(COLLECTOR, self.env._("Only collectors can work out how debtors pay."))
        for company, behaviours in self.grouped("company_id").items():
            self._refresh(company, behaviours.partner_id)

    def action_follow_figures(self):
        """What a person decided is over: the figures give the class again."""
        self._check_person(COLLECTOR, self.env._("Only collectors can decide a payment class."))
        decided = self.filtered("decided_on")
        decided._decide_values(False, False)
        decided.action_refresh()

    def action_accept(self):
        """Decide as the figures propose."""
        self._check_person(COLLECTOR, self.env._("Only collectors can decide a payment class."))
        for behaviour in self:
            if behaviour.proposed_class_id:
                words = self.env._("As the figures propose.")
                behaviour._decide_values(behaviour.proposed_class_id, words)

    def _decide_values(self, payment_class, why):
        """Note the class that a person decided, or that none is any more."""
        for behaviour in self:
            today = self.env["dunning.message"]._today(behaviour.company_id)
            behaviour.sudo().write(
                {
                    "class_id": payment_class and payment_class.id,
                    "answered_class_id": payment_class and behaviour.proposed_class_id.id,
                    "decided_on": payment_class and today,
                    "decided_by_id": payment_class and self.env.uid,
                    "decided_why": why,
                    "to_decide": False,
                }
            )

    def _decide(self, payment_class, why):
        """Put debtors in a class whatever their figures say.

        :raises UserError: without a reason, or for a class of another company
        """
        self._check_person(COLLECTOR, self.env._("Only collectors can decide a payment class."))
        why = (why or "").strip()
        if not why:
            raise UserError(self.env._("Say why: it is kept with the decision."))
        for behaviour in self:
            if payment_class.company_id != behaviour.company_id:
                raise UserError(
                    self.env._(
                        "“%(class)s” is a class of another company than %(debtor)s owes.",
                        **{"class": payment_class.name, "debtor": behaviour.display_name},
                    )
                )
        self._decide_values(payment_class, why)

    def _reset(self, why):
        """Let nothing of before today count any more, and forget what was decided.

        What is open now still counts: it is no history.
        """
        self._check_person(MANAGER, self.env._("Only managers can reset how a debtor pays."))
        why = (why or "").strip()
        if not why:
            raise UserError(self.env._("Say why: it is kept with the decision."))
        self._decide_values(False, False)
        for company, behaviours in self.grouped("company_id").items():
            today = self.env["dunning.message"]._today(company)
            behaviours.sudo().write(
                {"reset_on": today, "reset_by_id": self.env.uid, "reset_why": why}
            )
            self._refresh(company, behaviours.partner_id)
