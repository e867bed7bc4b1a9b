from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..rules.facts import FORMAL_PHASES
from ..rules.track import LENGTH
from .collection_case import STEPS


class DunningPolicy(models.Model):
    """When a policy makes a collection case of what is not paid."""

    _inherit = "dunning.policy"  # pylint: disable=consider-merging-classes-inherited

    case_opening = fields.Selection(
        [
            ("notice", "When the formal notice has left"),
            ("ladder", "At the end of the levels"),
        ],
        "Opens a Case",
        help="A collection case puts invoices of a debtor on one track with a deadline. At the end "
        "of the levels: only where the term of a valid formal notice has passed, and there is no "
        "dispute, pause or message without answer. Empty: cases are opened by hand.",
    )
    case_days = fields.Integer(
        "Days of a Case",
        default=LENGTH,
        help="From the formal notice to the decision what becomes of it, pauses apart.",
    )
    case_handover = fields.Selection(
        [
            ("proposed", "Proposed: a person says yes"),
            ("automatic", "By themselves, where every check passes"),
        ],
        "Ready Cases Go to an Office",
        help="Where the office that is proposed for a case takes cases by themselves. Whoever is a "
        "natural person is always proposed only. Empty: by hand.",
    )
    case_ask_first = fields.Boolean(
        "Approve Each Step of a Case",
        help="A manager approves each message of its cases before it leaves.",
    )

    _case_days_positive = models.Constraint(
        "CHECK(case_days > 0)", "A case takes at least one day."
    )


class DunningLevel(models.Model):
    """To which phase of a case the message of a level brings it."""

    _inherit = "dunning.level"  # pylint: disable=consider-merging-classes-inherited

    case_step = fields.Selection(
        STEPS,
        "Phase of a Case",
        help="A collection case is in this phase once the message has left.",
    )
    is_formal = fields.Boolean(compute="_compute_is_formal")

    @api.depends("phase")
    def _compute_is_formal(self):
        for level in self:
            level.is_formal = level.phase in FORMAL_PHASES


class DunningItem(models.Model):
    """The case that an item is in."""

    _inherit = "dunning.item"  # pylint: disable=consider-merging-classes-inherited

    case_line_ids = fields.One2many("collection.case.line", "item_id", "In Cases", readonly=True)
    case_id = fields.Many2one(
        "collection.case", compute="_compute_case_id", search="_search_case_id"
    )

    @api.depends("case_line_ids.left_on")
    def _compute_case_id(self):
        for item in self:
            item.case_id = item.sudo().case_line_ids.filtered(lambda line: not line.left_on).case_id

    @api.model
    def _search_case_id(self, operator, value):
        if operator not in ("in", "any", "any!"):
            return NotImplemented
        live = Domain("left_on", "=", False)
        if operator == "in" and False in value:
            given = [each for each in value if each]
            none = Domain("case_line_ids", "not any", live)
            return none | Domain("case_line_ids", "any", live & Domain("case_id", "in", given))
        return Domain("case_line_ids", "any", live & Domain("case_id", operator, value))

    def _check_in_no_case(self):
        """Refuse what is in a case already, naming both."""
        if item := self.filtered("case_id")[:1]:
            raise UserError(
                self.env._(
                    "%(invoice)s is in case %(case)s already.",
                    invoice=item.display_name,
                    case=item.case_id.name,
                )
            )


class DunningDebtor(models.Model):
    """The cases of a debtor."""

    _inherit = "dunning.debtor"  # pylint: disable=consider-merging-classes-inherited

    case_ids = fields.One2many("collection.case", "debtor_id", "Cases", readonly=True)
    case_count = fields.Integer("Number of Cases", compute="_compute_case_count")
    address_checked_on = fields.Date(
        tracking=True, help="When somebody last confirmed that the debtor is still there."
    )
    insolvency_checked_on = fields.Date(
        "Insolvency Looked Up On",
        tracking=True,
        help="When somebody last looked in the public register whether the debtor is insolvent.",
    )

    @api.depends("case_ids")
    def _compute_case_count(self):
        counts = dict(
            self.env["collection.case"]._read_group(
                [("debtor_id", "in", self.ids)], ["debtor_id"], ["__count"]
            )
        )
        for debtor in self:
            debtor.case_count = counts.get(debtor._origin, 0)

    def action_cases(self):
        """The cases of these debtors."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id("payt_dunning.action_cases")
        return {**action, "domain": [("debtor_id", "in", self.ids)], "context": {}}


class DunningNotice(models.Model):
    """The case that a message is about."""

    _inherit = "dunning.notice"  # pylint: disable=consider-merging-classes-inherited

    case_id = fields.Many2one(
        "collection.case", readonly=True, index="btree_not_null", ondelete="set null"
    )

    _formal = models.Index(
        "(company_id, sent_on) WHERE state = 'sent' AND kind = 'reminder'"
        " AND phase IN ('notice', 'collection')"
    )

    @api.model
    def _planned_values(self, run, planned, content):
        values = super()._planned_values(run, planned, content)
        return {**values, "case_id": planned.case_id} if planned.case_id else values
