from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..rules.behaviour import MEASURES, Limits
from ..tools import exact

#: What no limit is: every debtor keeps to it.
NO_LIMIT = -1


class DunningPaymentClass(models.Model):
    """A class of debtors by how they pay: the most that each figure may be.

    A debtor is in the first class all of whose limits it keeps to, or else in the last one.
    """

    _name = "dunning.payment.class"
    _description = "Payment Class"
    _order = "company_id, without_history, sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        index=True,
        ondelete="cascade",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    sequence = fields.Integer(default=10, help="Best class first.")
    code = fields.Char(readonly=True, copy=False, help="Of the classes that each company gets.")
    color = fields.Integer()
    active = fields.Boolean(default=True)
    without_history = fields.Boolean(
        "For Who Has No History Yet",
        readonly=True,
        copy=False,
        help="Debtors with too few paid invoices to say how they pay, and nothing against them.",
    )
    max_days_late = fields.Integer(
        "Days Late at Most", default=NO_LIMIT, help="On average, by amount. −1: no limit."
    )
    max_late_share = fields.Integer(
        "Paid Late at Most, %",
        default=NO_LIMIT,
        help="Of the invoices paid in full, later than the days of tolerance. −1: no limit.",
    )
    max_broken = fields.Integer(
        "Promises and Plans Not Kept at Most", default=NO_LIMIT, help="−1: no limit."
    )
    max_rejected = fields.Integer(
        "Rejected Disputes at Most",
        default=NO_LIMIT,
        help="Disputes in which the debtor was right never count. −1: no limit.",
    )
    max_overdue = fields.Monetary(
        "Overdue at Most",
        default=NO_LIMIT,
        help="Open after its due date, without what is contested or in a payment plan. "
        "−1: no limit.",
    )
    max_overdue_days = fields.Integer(
        "Oldest Overdue at Most, Days", default=NO_LIMIT, help="−1: no limit."
    )
    max_exposure = fields.Monetary(
        "Exposure at Most",
        default=NO_LIMIT,
        help="All that is open, and what is ordered and not invoiced. −1: no limit.",
    )
    behaviour_count = fields.Integer("Debtors", compute="_compute_behaviour_count")

    _code_unique = models.UniqueIndex(
        "(company_id, code) WHERE code IS NOT NULL", "This class is there already."
    )

    @api.depends("company_id")
    def _compute_behaviour_count(self):
        counts = dict(
            self.env["dunning.behaviour"]._read_group(
                [("class_id", "in", self.ids)], ["class_id"], ["__count"]
            )
        )
        for each in self:
            each.behaviour_count = counts.get(each._origin, 0)

    @api.constrains(*(f"max_{measure}" for measure in MEASURES))
    def _check_limits(self):
        for each in self:
            for measure in MEASURES:
                field = self._fields[f"max_{measure}"]
                value = each[field.name]
                label = field._description_string(self.env)
                if value < 0 and value != NO_LIMIT:
                    raise ValidationError(
                        self.env._(
                            "“%(limit)s” of class “%(name)s” can't be below 0; "
                            "−1 stands for no limit.",
                            limit=label,
                            name=each.name,
                        )
                    )
                if measure == "late_share" and value > 100:
                    raise ValidationError(
                        self.env._("More than 100 %% of invoices can't be late (“%s”).", each.name)
                    )

    @api.constrains("active", "company_id", "without_history")
    def _check_some_left(self):
        for company in self.company_id:
            own = self.search([("company_id", "=", company.id)])
            if len(own.filtered("without_history")) != 1 or len(own) < 2:
                raise ValidationError(
                    self.env._(
                        "%s needs at least one class for who has a history, and the one for who "
                        "has none.",
                        company.display_name,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_needed(self):
        for each in self:
            if each.code:
                raise UserError(
                    self.env._(
                        "“%s” is one of the classes that each company has: archive it instead.",
                        each.name,
                    )
                )

        gone = self.ids
        for company in self.company_id:
            left = self.search([("company_id", "=", company.id), ("id", "not in", gone)])
            if not left - left.filtered("without_history"):
                raise UserError(
                    self.env._(
                        "“%(name)s” is the last class of %(company)s: make another one first.",
                        name=self.filtered(lambda each, own=company: each.company_id == own)[
                            :1
                        ].name,
                        company=company.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        classes = super().create(vals_list)
        self.env["dunning.behaviour"]._soon()
        return classes

    def write(self, vals):
        if "company_id" in vals and any(each.company_id.id != vals["company_id"] for each in self):
            raise UserError(
                self.env._("A class can't go to another company; make a new one there.")
            )
        result = super().write(vals)
        if not {"active", "sequence", *(f"max_{measure}" for measure in MEASURES)}.isdisjoint(vals):
            self.env["dunning.behaviour"]._soon()
        return result

    def _limits(self):
        """The limits of one class, as the rules know them."""
        self.ensure_one()
        values = {measure: self[f"max_{measure}"] for measure in MEASURES}
        return Limits(
            **{
                measure: None
                if value == NO_LIMIT
                else exact(value)
                if isinstance(value, float)
                else value
                for measure, value in values.items()
            }
        )

    @api.model
    def _of_company(self, company):
        """The classes of a company, best first, and the one of who has no history."""
        own = self.sudo().search([("company_id", "=", company.id)])
        if not own:
            company._dunning_payment_classes()
            own = self.sudo().search([("company_id", "=", company.id)])
        without = own.filtered("without_history")
        return own - without, without

    def action_behaviours(self):
        """The debtors in this class."""
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "payt_dunning.action_dunning_behaviour"
        )
        return {**action, "domain": [("class_id", "=", self.id)], "context": {}}
