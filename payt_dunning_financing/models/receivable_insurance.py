from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

FINANCING = "payt_dunning_financing.group_financing"
#: A report that is due later than this after the due date is a slip of the pen.
MOST_DAYS = 730


class ReceivableInsurance(models.Model):
    """A credit insurance: whose debts it covers, and when it wants to be told of late ones.

    Who does not tell it in time loses the cover. All amounts are in its currency.
    """

    _name = "receivable.insurance"
    _description = "Credit Insurance"
    _inherit = ["mail.thread"]
    _order = "valid_from desc, id desc"
    _check_company_auto = True

    name = fields.Char("Policy Number", required=True, tracking=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        index=True,
        ondelete="cascade",
    )
    partner_id = fields.Many2one(
        "res.partner", "Insurer", required=True, tracking=True, ondelete="restrict"
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
        tracking=True,
        help="What the insurer counts in. Invoices in others are worth what they are at the "
        "day's rate.",
    )
    active = fields.Boolean(default=True)
    valid_from = fields.Date(
        tracking=True, help="Invoices with a date before it are not covered. Empty: all are."
    )
    valid_until = fields.Date(
        tracking=True, help="Invoices with a date after it are not covered. Empty: no end."
    )
    report_days = fields.Integer(
        "Report Within, Days",
        default=60,
        required=True,
        tracking=True,
        help="So many days after the due date of the oldest unpaid covered invoice the insurer "
        "must know of the debtor.",
    )
    ahead_days = fields.Integer(
        "Ask Ahead, Days",
        default=10,
        required=True,
        tracking=True,
        help="So many days before that day somebody gets a task.",
    )
    least_amount = fields.Monetary(
        "Report From",
        tracking=True,
        help="What is overdue of a debtor's covered invoices together. 0: any amount.",
    )
    others_amount = fields.Monetary(
        "Others Up To",
        tracking=True,
        help="Blind cover of debtors without a limit of their own. Never of consumers and of "
        "the own group. 0: they are not insured.",
    )
    note = fields.Text("Conditions", help="Where in the policy it stands, and what else it asks.")
    limit_ids = fields.One2many("receivable.insurance.limit", "insurance_id", "Insured Debtors")
    notice_ids = fields.One2many("receivable.insurance.notice", "insurance_id", "Reports")
    due_count = fields.Integer("To Be Reported", compute="_compute_due_count")

    @api.depends("partner_id.name", "name")
    def _compute_display_name(self):
        for insurance in self:
            parts = (insurance.partner_id.name, insurance.name)
            insurance.display_name = ", ".join(filter(None, parts))

    @api.depends("notice_ids.state")
    def _compute_due_count(self):
        counts = dict(
            self.env["receivable.insurance.notice"]._read_group(
                [("insurance_id", "in", self.ids), ("state", "=", "due")],
                ["insurance_id"],
                ["__count"],
            )
        )
        for insurance in self:
            insurance.due_count = counts.get(insurance._origin, 0)

    @api.constrains("valid_from", "valid_until")
    def _check_period(self):
        for insurance in self:
            since, until = insurance.valid_from, insurance.valid_until
            if since and until and until < since:
                raise ValidationError(self.env._("The policy would end before it begins."))

    @api.constrains("report_days", "ahead_days")
    def _check_days(self):
        for insurance in self:
            if not 1 <= insurance.report_days <= MOST_DAYS:
                raise ValidationError(
                    self.env._(
                        "Reports are due 1 to %s days after the due date: see the policy.",
                        MOST_DAYS,
                    )
                )
            if not 0 <= insurance.ahead_days < insurance.report_days:
                raise ValidationError(
                    self.env._(
                        "Ask at least 0 days ahead, and fewer than the %s in which to report.",
                        insurance.report_days,
                    )
                )

    @api.constrains("least_amount", "others_amount")
    def _check_amounts(self):
        if any(each.least_amount < 0 or each.others_amount < 0 for each in self):
            raise ValidationError(self.env._("Amounts of an insurance can't be negative."))

    @api.constrains("currency_id", "company_id")
    def _check_rate(self):
        """Odoo takes 1 for a currency without a rate: limits would be in another currency."""
        for insurance in self:
            company, currency = insurance.company_id, insurance.currency_id
            if currency == company.currency_id:
                continue
            rates = self.env["res.currency.rate"].sudo()
            of_company = [("company_id", "in", (company.root_id.id, False))]
            if not rates.search_count([("currency_id", "=", currency.id), *of_company], limit=1):
                raise ValidationError(
                    self.env._("There is no rate of %s yet: enter one first.", currency.name)
                )

    @api.model_create_multi
    def create(self, vals_list):
        insurances = super().create(vals_list)
        self._look_soon()
        return insurances

    def write(self, vals):
        if "company_id" in vals and any(
            each.company_id.id != vals["company_id"] and each.notice_ids for each in self
        ):
            raise UserError(self.env._("An insurance with reports stays with its company."))
        result = super().write(vals)
        self._look_soon()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_reported(self):
        """What an insurer was told is kept: it proves that it was in time."""
        if self.notice_ids.filtered("reported_on"):
            raise UserError(
                self.env._("Debtors were reported to this insurance: archive it instead.")
            )

    @api.model
    def _look_soon(self):
        """What is to be reported may have changed: it is worked out anew in a moment."""
        self.env.ref("payt_dunning_financing.ir_cron_insurance").sudo()._trigger()

    def action_look(self):
        """Work out now what has to be reported, instead of tomorrow."""
        if not self.env.user.has_group(FINANCING):
            raise AccessError(self.env._("Only those who report to insurers can do this."))
        self.check_access("read")
        for company in self.company_id:
            self.env["receivable.insurance.notice"].sudo()._look(company)

    def action_notices(self):
        """What this insurer has to be told, was told, or did not need to be."""
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "payt_dunning_financing.action_receivable_insurance_notice"
        )
        return {**action, "domain": [("insurance_id", "in", self.ids)], "context": {}}
