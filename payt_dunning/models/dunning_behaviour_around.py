from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .dunning_today import Act, Section


class ResCompany(models.Model):
    """How payment behaviour is worked out, and the classes of a company."""

    _inherit = "res.company"  # pylint: disable=consider-merging-classes-inherited

    dunning_behaviour_months = fields.Integer(
        "Months Looked Back",
        default=24,
        help="Invoices that were due in so many months tell how a debtor pays.",
    )
    dunning_behaviour_least = fields.Integer(
        "Invoices for a Class",
        default=3,
        help="So many paid invoices it takes to say how late a debtor pays.",
    )
    dunning_behaviour_tolerance = fields.Integer(
        "Days of Tolerance",
        default=3,
        help="So many days after the due date an invoice is not yet paid late: transfers take "
        "some.",
    )

    _dunning_behaviour_sound = models.Constraint(
        "CHECK(dunning_behaviour_months BETWEEN 1 AND 120 AND dunning_behaviour_least >= 1"
        " AND dunning_behaviour_tolerance >= 0)",
        "Payment behaviour looks back 1 to 120 months and needs at least 1 invoice; days of "
        "tolerance are not below 0.",
    )

    @api.model
    def _dunning_payment_class_values(self):
        """The classes that each company gets, best first."""
        return [
            {
                "code": "good",
                "name": "Good Payer",
                "sequence": 10,
                "color": 10,
                "max_days_late": 7,
                "max_late_share": 25,
                "max_broken": 0,
                "max_overdue_days": 14,
            },
            {
                "code": "slow",
                "name": "Slow Payer",
                "sequence": 20,
                "color": 3,
                "max_days_late": 30,
                "max_broken": 1,
                "max_overdue_days": 45,
            },
            {"code": "bad", "name": "Bad Payer", "sequence": 30, "color": 1},
            {
                "code": "unknown",
                "name": "No History",
                "sequence": 40,
                "color": 0,
                "without_history": True,
            },
        ]

    def _dunning_payment_classes(self):
        """Make the classes that these companies lack; what people changed stays."""
        classes = self.env["dunning.payment.class"].sudo().with_context(active_test=False)
        for company in self:
            codes = set(classes.search([("company_id", "=", company.id)]).mapped("code"))
            missing = [
                {**values, "company_id": company.id}
                for values in self._dunning_payment_class_values()
                if values["code"] not in codes
            ]
            made = classes.with_context(lang="en_US").create(missing)
            made._translate_names()
        if self:
            self.env["dunning.behaviour"]._soon()

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        companies._dunning_payment_classes()
        return companies

    def write(self, vals):
        result = super().write(vals)
        if any(name.startswith("dunning_behaviour_") for name in vals):
            self.env["dunning.behaviour"]._soon()
        return result


class DunningPaymentClass(models.Model):
    _inherit = "dunning.payment.class"  # pylint: disable=consider-merging-classes-inherited

    def _translate_names(self, codes=None):
        """Give the names that each company gets in each language; those that people gave stay.

        :param codes: of languages; all that are installed unless told
        """
        english = self.with_context(lang="en_US")
        untouched = english._names()
        for code in codes or [code for code, _name in self.env["res.lang"].get_installed()]:
            names = self.with_context(lang=code)._names()
            for each in english:
                own = each.with_context(lang=code)
                if each.name == own.name == untouched.get(each.code):
                    own.name = names[each.code]

    @api.model
    def _names(self):
        """What the classes are called that each company gets."""
        return {
            "good": self.env._("Good Payer"),
            "slow": self.env._("Slow Payer"),
            "bad": self.env._("Bad Payer"),
            "unknown": self.env._("No History"),
        }


class IrModuleModule(models.Model):
    _inherit = "ir.module.module"

    @api.model
    def _load_module_terms(self, modules, langs, overwrite=False):
        """A language that is added has names for the classes too."""
        result = super()._load_module_terms(modules, langs, overwrite=overwrite)
        if "payt_dunning" in modules:
            classes = self.env["dunning.payment.class"].sudo().with_context(active_test=False)
            classes.search([("code", "!=", False)])._translate_names(langs)
        return result


class DunningDebtor(models.Model):
    """How a debtor pays, where a collector looks."""

    _inherit = "dunning.debtor"  # pylint: disable=consider-merging-classes-inherited

    behaviour_id = fields.Many2one(
        "dunning.behaviour", "Payment Behaviour", compute="_compute_behaviour_id"
    )
    payment_class_id = fields.Many2one(
        "dunning.payment.class",
        "Pays As",
        compute="_compute_behaviour_id",
        search="_search_payment_class_id",
    )
    # Not related: a field that is found by company and partner can tell no other field about it.
    proposed_class_id = fields.Many2one(
        "dunning.payment.class", "By the Figures", compute="_compute_behaviour_id"
    )
    class_to_decide = fields.Boolean(compute="_compute_behaviour_id")
    behaviour_says = fields.Char("Why", compute="_compute_behaviour_says")
    paid_count = fields.Integer("Invoices Paid", compute="_compute_behaviour_id")
    weighted_days_late = fields.Float(
        "Days Late by Amount",
        compute="_compute_behaviour_id",
        digits=(16, 1),
        help="Negative: early.",
    )
    paid_days_late = fields.Float(
        "Average Days Late",
        compute="_compute_behaviour_id",
        digits=(16, 1),
        help="Negative: early.",
    )
    behaviour_on = fields.Datetime("Worked Out", compute="_compute_behaviour_id")

    def _compute_behaviour_id(self):
        rows = self.env["dunning.behaviour"]._rows_of(self.company_id, self.partner_id)
        none = self.env["dunning.behaviour"]
        for debtor in self:
            row = rows.get((debtor.company_id.id, debtor.partner_id.id), none)
            debtor.behaviour_id, debtor.payment_class_id = row, row.class_id
            row = row.sudo()  # whoever sees the debtor sees this
            debtor.proposed_class_id, debtor.class_to_decide = row.proposed_class_id, row.to_decide
            debtor.paid_count, debtor.behaviour_on = row.invoices, row.computed_on
            debtor.weighted_days_late, debtor.paid_days_late = row.days_late, row.days_late_each

    @api.depends_context("lang")
    def _compute_behaviour_says(self):
        for debtor in self:
            debtor.behaviour_says = debtor.behaviour_id.sudo().says

    @api.model
    def _search_payment_class_id(self, operator, value):
        if operator == "any":
            rows = self.env["dunning.behaviour"]._search([("class_id", "any", value)])
            return Domain("id", "in", rows.subselect("debtor_id"))
        if operator != "in":
            return NotImplemented
        classes = [each for each in value if each]
        rows = self.env["dunning.behaviour"]
        found = Domain(
            "id", "in", rows._search([("class_id", "in", classes)]).subselect("debtor_id")
        )
        if len(classes) < len(value):
            some = rows._search([("class_id", "!=", False), ("debtor_id", "!=", False)])
            found |= Domain("id", "not in", some.subselect("debtor_id"))
        return found

    @api.model_create_multi
    def create(self, vals_list):
        debtors = super().create(vals_list)
        for company in debtors.company_id:
            self.env["dunning.behaviour"]._link(company)
        return debtors

    def action_behaviour(self):
        """How a debtor pays, with every figure; worked out first where it never was."""
        self.ensure_one()
        self.check_access("read")
        row = self.behaviour_id
        if not row:
            row = self.env["dunning.behaviour"]._refresh(self.company_id, self.partner_id)
        return row._form()

    @api.model
    def _combine(self, sources, target):
        """What people decided about who goes holds for who stays, if they decided nothing there."""
        behaviours = self.env["dunning.behaviour"].sudo()
        gone = behaviours.search([("partner_id", "in", sources.ids)])
        decided = gone._decisions()
        gone._hand_history(target)
        gone.unlink()
        result = super()._combine(sources, target)
        behaviours._take_over(target, decided)
        return result

    @api.model
    def _follow_merge(self, kept, contacts):
        """The history of who goes is that of who stays."""
        result = super()._follow_merge(kept, contacts)
        self.env["dunning.behaviour"].sudo()._refresh_known(kept.commercial_partner_id)
        return result


class AccountMove(models.Model):
    _inherit = "account.move"  # pylint: disable=consider-merging-classes-inherited

    dunning_class_id = fields.Many2one(
        "dunning.payment.class",
        "Customer Pays As",
        compute="_compute_dunning_class_id",
        groups="payt_dunning.group_dunning_user",
    )
    dunning_class_name = fields.Char(
        "Customer's Payment Class",
        compute="_compute_dunning_class_id",
        groups="payt_dunning.group_dunning_user",
    )
    dunning_class_says = fields.Char(
        "Why",
        compute="_compute_dunning_class_id",
        groups="payt_dunning.group_dunning_user",
    )

    @api.depends("commercial_partner_id", "company_id", "move_type")
    @api.depends_context("lang")
    def _compute_dunning_class_id(self):
        sales = self.filtered(lambda move: move.move_type in ("out_invoice", "out_refund"))
        behaviours = self.env["dunning.behaviour"]
        rows = behaviours._rows_of(sales.company_id, sales.commercial_partner_id)
        none = behaviours.browse()
        for move in self:
            row = none
            if move in sales:
                row = rows.get((move.company_id.id, move.commercial_partner_id.id), none)
            move.dunning_class_id, move.dunning_class_says = row.class_id, row.says
            move.dunning_class_name = row._class_told()

    def action_dunning_behaviour(self):
        """How the customer of an invoice pays, with every figure."""
        self.ensure_one()
        self.check_access("read")
        rows = self.env["dunning.behaviour"]._rows_of(self.company_id, self.commercial_partner_id)
        return self.env["dunning.behaviour"].union(*rows.values())._form()


class DunningToday(models.AbstractModel):
    _inherit = "dunning.today"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _sections(self):
        return [*super()._sections(), (120, self._today_classes())]

    @api.model
    def _today_classes(self):
        """Natural persons for whom the figures propose a class."""
        env = self.env
        return Section(
            key="class",
            title=env._("Payment classes to decide"),
            model="dunning.behaviour",
            domain=Domain("to_decide", "=", True) & Domain("debtor_id", "!=", False),
            action="payt_dunning.action_dunning_behaviour_to_decide",
            handler="debtor_id.handler_id",
            amount=SQL("t.exposure"),
            currency=SQL("company.currency_id"),
            about=lambda row: row.proposed_class_id.name,
            why=lambda row: row.says,
            acts=(
                Act(env._("Decide as Proposed"), "action_accept"),
                Act(
                    env._("Decide the Class…"),
                    "payt_dunning.action_dunning_behaviour_decide",
                ),
            ),
        )
