import ast

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..rules.law.who import lane
from ..rules.texts import unknown_placeholders
from .dunning_words import BILLS, PEOPLE

DEBTOR_KINDS = [("consumer", "Consumers"), ("business", "Businesses")]

#: What filters of policies may ask about; no record rule hides any of it from its reader.
ASKED_ABOUT = frozenset(
    {
        "account.fiscal.position",
        "account.payment.method.line",
        "account.payment.term",
        "crm.team",
        "product.pricelist",
        "res.country",
        "res.country.group",
        "res.country.state",
        "res.currency",
        "res.partner",
        "res.partner.category",
        "res.partner.industry",
        "res.users",
    }
)


class DunningPolicy(models.Model):
    """A procedure: an ordered ladder of rungs, with the texts that go with them.

    Texts take effect at once. Days, order, channels and amounts take effect when they are
    published as a revision; items that are under way stay on the revision they began with.
    """

    _name = "dunning.policy"
    _description = "Dunning Policy"
    _order = "sequence, id"
    _check_company_auto = True
    _check_company_domain = models.check_company_domain_parent_of

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(
        default=True,
        help="Off: nothing new begins on it. What is under way goes on.",
    )
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company", index=True, help="Empty: this policy is there for every company."
    )
    debtor_kind = fields.Selection(
        DEBTOR_KINDS, help="The policy is proposed for these debtors. Empty: for all."
    )
    partner_domain = fields.Char(
        "Debtors",
        help="Only debtors whose contact fits this filter; a segment. Empty: all of this kind.",
    )
    bundling = fields.Selection(
        [("debtor", "One message for each debtor"), ("invoice", "One message for each invoice")],
        required=True,
        default="debtor",
        help="Whether what is due on a day goes in one message or in several.",
    )
    gap_days = fields.Integer(
        "Days Between Messages",
        default=7,
        help="Least number of days between two friendly messages to the same debtor.",
    )
    bills = fields.Selection(
        BILLS, "We Send", help="How messages of this policy call invoices. Empty: as the company."
    )
    people = fields.Selection(
        PEOPLE, "To Our", help="How its texts call debtors. Empty: as the company."
    )
    parts_allowed = fields.Boolean(
        "Payments in Part",
        default=True,
        help="On their page debtors may pay a part of what they choose.",
    )
    part_minimum = fields.Float(
        "Least Part",
        default=10.0,
        help="In company currency; what is left may always be paid.",
    )
    greeting = fields.Char(translate=True, help="First line of a message; may hold placeholders.")
    closing = fields.Text(translate=True, help="Last lines of a message; may hold placeholders.")
    level_ids = fields.One2many(
        "dunning.level", "policy_id", "Levels", copy=True, context={"active_test": False}
    )
    revision_ids = fields.One2many("dunning.policy.revision", "policy_id", "Revisions")
    revision_id = fields.Many2one(
        "dunning.policy.revision", "Current Revision", readonly=True, copy=False
    )
    has_changes = fields.Boolean(
        compute="_compute_has_changes", help="The ladder differs from what was last published."
    )

    _gap_not_negative = models.Constraint(
        "CHECK(gap_days >= 0)", "The days between two messages can't be negative."
    )

    _part_not_negative = models.Constraint(
        "CHECK(part_minimum >= 0)", "The least part can't be negative."
    )

    @api.constrains("greeting", "closing")
    def _check_placeholders(self):
        for policy in self:
            names = unknown_placeholders(policy.greeting) + unknown_placeholders(policy.closing)
            if names:
                raise ValidationError(self.env["dunning.level"]._unknown_message(policy, names))
            for field in ("greeting", "closing"):
                self.env["dunning.checks"]._refuse_faults(policy, field, policy[field])

    @api.constrains("partner_domain")
    def _check_partner_domain(self):
        for policy in self:
            policy._members(self.env["res.partner"].search([], limit=1))
            # Odoo checks with all rights.
            self._check_may_ask(self.env["res.partner"].sudo(False), policy._segment())

    @api.model
    def _check_may_ask(self, records, domain):
        """A filter is used with all rights: who writes it must be allowed to read what it asks for.

        It asks about contacts and what they are filed by only: of messages and invoices some are
        not for everybody, and who is in a segment would tell what they say.

        :param records: empty, of the model that the filter is on
        :raises AccessError: when that is not so
        :raises ValidationError: for what is not asked about
        """
        for condition in domain.iter_conditions():
            about = records
            for name in condition.field_expr.split("."):
                field = about._fields.get(name)
                if not field:
                    break
                about._check_field_access(field, "read")
                if field.relational:
                    if field.comodel_name not in ASKED_ABOUT:
                        raise ValidationError(
                            self.env._(
                                "A filter can't ask about “%s”: it looks at contacts, their "
                                "country, tags, terms and the like only.",
                                condition.field_expr,
                            )
                        )
                    about = about.env[field.comodel_name]
                    about.check_access("read")
            if condition.operator in ("any", "not any"):
                self._check_may_ask(about, Domain(condition.value))

    def _members(self, partners):
        """Ids of those among ``partners`` that are in the segment.

        :raises ValidationError: naming the policy, when its filter can't be used
        """
        self.ensure_one()
        try:
            return set(partners.sudo().filtered_domain(self._segment()).ids)
        except Exception as error:
            raise ValidationError(
                self.env._(
                    "The filter of policy “%(policy)s” can't be used: %(error)s",
                    policy=self.name,
                    error=error,
                )
            ) from error

    def _segment(self):
        """The filter on contacts, as a domain; literal values only."""
        self.ensure_one()
        return Domain(ast.literal_eval(self.partner_domain or "[]"))

    @api.constrains("level_ids")
    def _check_order(self):
        """Two levels on one day would make one of them never leave."""
        for policy in self:
            levels = policy.level_ids.filtered("active").sorted("days")
            for earlier, later in zip(levels, levels[1:], strict=False):
                if later.days == earlier.days:
                    raise ValidationError(
                        self.env._(
                            "In policy “%(policy)s” the levels “%(earlier)s” and “%(later)s” "
                            "are both on day %(day)s. Give one of them another day.",
                            policy=policy.name,
                            earlier=earlier.name,
                            later=later.name,
                            day=later.days,
                        )
                    )

    @api.depends(
        "revision_id",
        "gap_days",
        "bundling",
        "level_ids",
        "level_ids.days",
        "level_ids.spacing",
        "level_ids.by_day",
        "level_ids.phase",
        "level_ids.channel_ids",
        "level_ids.every_channel",
        "level_ids.recipient",
        "level_ids.minimum",
        "level_ids.item_minimum",
        "level_ids.approval",
        "level_ids.statutory_code",
        "level_ids.term_days",
        "level_ids.announces_costs",
        "level_ids.asks",
        "level_ids.fee",
        "level_ids.alone_below",
        "level_ids.invites_plan",
        "level_ids.call_from",
        "level_ids.call_beside",
        "level_ids.letter_from",
        "level_ids.active",
    )
    def _compute_has_changes(self):
        for policy in self:
            published = policy.revision_id.ladder if policy.revision_id else None
            policy.has_changes = published != policy._ladder_values()

    def _ladder_values(self):
        """The ladder as JSON: what a revision keeps and the rules are fed with."""
        self.ensure_one()
        return {
            "gap": self.gap_days,
            "per_invoice": self.bundling == "invoice",
            "rungs": [
                level._rung_values() for level in self.with_context(active_test=False).level_ids
            ],
        }

    def action_publish(self):
        """Publish the ladder as a new revision; items under way stay on theirs."""
        self.check_access("write")
        self._lock_to_publish()
        for policy in self:
            levels = policy.level_ids.filtered("active")
            if not levels:
                raise UserError(
                    self.env._(
                        "Policy “%(policy)s” has no levels. Add at least one before publishing it.",
                        policy=policy.name,
                    )
                )
            levels._check_text()
            policy._publish()
        return True

    def _publish(self):
        """Freeze the ladder of each policy that changed into a revision of its own."""
        for policy in self.filtered("has_changes"):
            numbers = policy.revision_ids.mapped("number")
            policy.revision_id = self.env["dunning.policy.revision"].create(
                {
                    "policy_id": policy.id,
                    "number": max(numbers, default=0) + 1,
                    "ladder": policy._ladder_values(),
                }
            )
            # A level may come earlier now than an item was to be looked at again.
            companies = policy.company_id or self.env["res.company"].sudo().search([])
            companies._dunning_look_again()

    @api.model
    def _publish_shipped(self):
        """Publish policies that never were, as shipped data is on installation."""
        self.search([("revision_id", "=", False), ("level_ids", "!=", False)])._publish()

    def _level_at(self, position):
        """The level of this policy with a number, used or not."""
        levels = self.with_context(active_test=False).level_ids
        return levels.filtered(lambda level: level.position == position)

    @api.model
    def _resolve(self, debtors):
        """The policy of each debtor: its own, else the first segment it is in, else the company's.

        A policy is a segment when it names a kind of debtor or a filter; the order of the
        list decides. Its currency amounts are those of the debtor's company.

        :return: dict of debtor id to policy, empty where none applies
        """
        found = {}
        for company, of_company in debtors.grouped("company_id").items():
            chosen = self._choose(
                self._segments(company),
                {
                    each.id: (each.policy_id.id, each.kind, each.partner_id.id)
                    for each in of_company
                },
            )
            found |= {debtor_id: self.sudo().browse(key or ()) for debtor_id, key in chosen.items()}
        return found

    @api.model
    def _segments(self, company):
        """The policies of a company that are for some debtors only, and the one for the others.

        :return: list of ``(policy id, kind of debtor or False, whether it has a filter)`` in
            order, and the id of the company's policy
        """
        company = company.sudo()
        policies = self.sudo().search([("revision_id", "!=", False)])
        segments = [
            (policy.id, policy.debtor_kind, bool(policy.partner_domain))
            for policy in policies
            if (policy.debtor_kind or policy.partner_domain)
            and policy.company_id in (self.env["res.company"], *company.parent_ids)
        ]
        return segments, company.dunning_policy_id.id

    @api.model
    def _choose(self, segments, debtors):
        """The policy of each debtor, as plain values: ``{debtor id: policy id}``.

        :param segments: what :meth:`_segments` gives
        :param debtors: ``(own policy id, kind, partner id)`` by debtor id
        """
        segments, default_id = segments
        partners = self.env["res.partner"].browse(
            [partner_id for *_, partner_id in debtors.values()]
        )
        members = {
            policy_id: self.sudo().browse(policy_id)._members(partners)
            for policy_id, _kind, filtered in segments
            if filtered
        }
        return {
            debtor_id: own_id
            or next(
                (
                    policy_id
                    for policy_id, wanted, filtered in segments
                    if wanted in (False, lane(kind))
                    and (not filtered or partner_id in members[policy_id])
                ),
                default_id,
            )
            for debtor_id, (own_id, kind, partner_id) in debtors.items()
        }
