import string

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import email_normalize

#: What is no limit.
NO_LIMIT = -1
#: What may be filled in in what debtors read.
PLACEHOLDERS = {"financier", "account", "holder"}
#: Figures with the least and the most that each may be; ``None``: as much as one likes.
BOUNDS = {
    "advance_rate": (1, 100),
    "concentration": (NO_LIMIT, 100),
    "days_old": (NO_LIMIT, None),
    "days_overdue": (NO_LIMIT, None),
    "months_registered": (0, None),
    "months_followed": (0, None),
    "least_amount": (0, None),
    "limit": (0, None),
}


class ReceivableFinancing(models.Model):
    """A financier: on which invoices it advances money, how much, and what debtors are told."""

    _name = "receivable.financing"
    _description = "Financier"
    _inherit = ["mail.thread"]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, tracking=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        index=True,
        ondelete="cascade",
    )
    partner_id = fields.Many2one("res.partner", "Contact", required=True, ondelete="restrict")
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
        help="In which it finances. All amounts here are in it.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    contract = fields.Char("Contract Number", help="Stands on what is exported and reported.")

    # What it asks of the company.
    legal_form_ids = fields.Many2many(
        "receivable.legal.form", string="Legal Forms", tracking=True, help="None: any form."
    )
    months_registered = fields.Integer(
        "Registered for at Least, Months", tracking=True, help="0: not asked."
    )
    months_followed = fields.Integer(
        "Follow-up Runs Here for at Least, Months", tracking=True, help="0: not asked."
    )
    profit = fields.Boolean(
        "Makes a Profit", tracking=True, help="In the last financial year that is over."
    )
    equity = fields.Boolean("Positive Equity", tracking=True, help="Today, by the books.")

    # What it asks of invoices.
    country_ids = fields.Many2many(
        "res.country", string="Countries of Debtors", tracking=True, help="None: any country."
    )
    consumers = fields.Boolean(
        "Also Natural Persons", tracking=True, help="Consumers and sole traders."
    )
    other_currencies = fields.Boolean(
        "Also Other Currencies", tracking=True, help="Worth what they are at the day's rate."
    )
    related = fields.Boolean(
        "Also Own Group and Employees", tracking=True, help="Other companies of this database."
    )
    disputed = fields.Boolean(
        "Also Disputed in Part",
        tracking=True,
        help="The part that is not disputed. What is disputed never counts.",
    )
    in_plan = fields.Boolean("Also in a Payment Plan", tracking=True)
    in_case = fields.Boolean("Also in a Case", tracking=True, help="At a bailiff, or on the way.")
    days_old = fields.Integer(
        "Days Old at Most",
        default=NO_LIMIT,
        tracking=True,
        help="Since the date of the invoice. −1: no limit.",
    )
    days_overdue = fields.Integer(
        "Days Overdue at Most",
        default=NO_LIMIT,
        tracking=True,
        help="0: nothing that is overdue. −1: no limit.",
    )
    least_amount = fields.Monetary(
        "Invoice of at Least", tracking=True, help="What is open of it. 0: any amount."
    )
    concentration = fields.Integer(
        "One Debtor at Most, %",
        default=NO_LIMIT,
        tracking=True,
        help="Of all that qualifies before this limit. What is above does not count. −1: no limit.",
    )
    deduct_owed = fields.Boolean(
        "Take Off What We Owe the Debtor", tracking=True, help="It could be set off."
    )
    advance_rate = fields.Integer("Advance, %", default=80, required=True, tracking=True)
    limit = fields.Monetary(
        "Most That Is Advanced", tracking=True, help="Of all draws together. 0: no limit."
    )

    # What debtors are told.
    disclosed = fields.Boolean(
        "Debtors Are Told",
        tracking=True,
        help="Reminders and the debtor's page say that the invoice is pledged.",
    )
    account_id = fields.Many2one(
        "res.partner.bank",
        "To Be Paid To",
        tracking=True,
        ondelete="restrict",
        help="An account of the financier or of the company. Empty: where the company is paid "
        "anyway.",
    )
    payee_text = fields.Text(
        "What Debtors Read",
        translate=True,
        help="{financier}, {account} and {holder} are filled in. Empty: a usual sentence.",
    )
    pay_online = fields.Boolean(
        "Can Be Paid Online Too",
        compute="_compute_pay_online",
        store=True,
        readonly=False,
        tracking=True,
        help="With our own payment provider. Off where only the account above counts.",
    )

    # What it is told.
    report_by = fields.Selection(
        [("person", "Somebody Sends It"), ("mail", "By E-mail, by Itself")],
        "Reports",
        default="person",
        required=True,
        tracking=True,
        help="What became of pledged invoices: paid, credited, disputed.",
    )
    report_email = fields.Char("Reports Go To", tracking=True)
    check_ids = fields.One2many("receivable.financing.check", "financing_id")
    draw_ids = fields.One2many("receivable.financing.draw", "financing_id", "Draws")
    check_count = fields.Integer("Checks", compute="_compute_records")
    draw_count = fields.Integer("Number of Draws", compute="_compute_records")
    pledged = fields.Monetary(
        compute="_compute_pledged", help="Of invoices that are pledged now, what counted of them."
    )
    drawn = fields.Monetary(
        compute="_compute_pledged", help="Advanced on invoices that are pledged now."
    )
    asked_for = fields.Monetary(
        compute="_compute_pledged", help="On invoices that were offered and not paid out yet."
    )
    legal_form_id = fields.Many2one(
        "receivable.legal.form", "Legal Form of the Company", compute="_compute_company"
    )
    registered_on = fields.Date("Company Registered Since", compute="_compute_company")

    @api.depends("check_ids", "draw_ids")
    def _compute_records(self):
        mine = [("financing_id", "in", self.ids)]
        checks, draws = (
            dict(self.env[model].sudo()._read_group(mine, ["financing_id"], ["__count"]))
            for model in ("receivable.financing.check", "receivable.financing.draw")
        )
        for financing in self:
            financing.check_count = checks.get(financing._origin, 0)
            financing.draw_count = draws.get(financing._origin, 0)

    @api.depends("draw_ids.pledge_ids.state")
    def _compute_pledged(self):
        found = {
            (financing.id, state): (amount, advance)
            for financing, state, amount, advance in self.env["receivable.pledge"]
            .sudo()
            ._read_group(
                [("financing_id", "in", self.ids), ("state", "in", ("offered", "pledged"))],
                ["financing_id", "state"],
                ["amount:sum", "advance:sum"],
            )
        }
        for financing in self:
            number = financing._origin.id
            financing.pledged, financing.drawn = found.get((number, "pledged"), (0.0, 0.0))
            financing.asked_for = found.get((number, "offered"), (0.0, 0.0))[1]

    @api.depends(
        "company_id.receivable_legal_form_id", "company_id.receivable_registered_on", "company_id"
    )
    def _compute_company(self):
        for financing in self:
            form, day = (
                financing.company_id._receivable_legal()
                if financing.company_id
                else (financing.legal_form_id.browse(), False)
            )
            financing.legal_form_id, financing.registered_on = form, day

    @api.depends("account_id")
    def _compute_pay_online(self):
        """Money that comes in online is ours: off where only another's account counts."""
        for financing in self:
            financing.pay_online = not financing._account_of_another()

    def _account_of_another(self):
        """The account that debtors are led to where it is not the company's own."""
        account = self.account_id.sudo()
        own = self.company_id.sudo().partner_id.commercial_partner_id
        return account.filtered(lambda each: each.partner_id.commercial_partner_id != own)

    # -- what can't be -----------------------------------------------------------------------------

    @api.constrains(*BOUNDS)
    def _check_bounds(self):
        for financing in self:
            for name, (least, most) in BOUNDS.items():
                value = financing[name]
                if value >= least and (most is None or value <= most):
                    continue
                label = self._fields[name]._description_string(self.env)
                if most is None:
                    raise ValidationError(
                        self.env._(
                            "“%(field)s” can't be below %(least)s.", field=label, least=least
                        )
                    )
                raise ValidationError(
                    self.env._(
                        "“%(field)s” is between %(least)s and %(most)s.",
                        field=label,
                        least=least,
                        most=most,
                    )
                )

    @api.constrains("account_id", "partner_id", "company_id")
    def _check_account(self):
        for financing in self.filtered("account_id").sudo():
            owners = (financing.partner_id | financing.company_id.partner_id).commercial_partner_id
            if financing.account_id.partner_id.commercial_partner_id not in owners:
                raise ValidationError(
                    self.env._(
                        "The account %(number)s belongs to %(owner)s. Debtors may be led to an "
                        "account of the financier or of the company only.",
                        number=financing.account_id.acc_number,
                        owner=financing.account_id.partner_id.display_name,
                    )
                )

    @api.constrains("account_id", "disclosed", "company_id")
    def _check_disclosed(self):
        for financing in self:
            if not financing.disclosed and (account := financing._account_of_another()):
                raise ValidationError(
                    self.env._(
                        "Debtors can't be led to the account %(number)s of %(owner)s without being "
                        "told why. Tick “Debtors Are Told”, or leave the account empty.",
                        number=account.acc_number,
                        owner=account.partner_id.display_name,
                    )
                )

    @api.constrains("payee_text")
    def _check_payee_text(self):
        """In every language: only known placeholders, each written in whole."""
        for financing in self:
            texts = financing.get_field_translations("payee_text")[0]
            self._refuse_odd({financing.payee_text, *(each["value"] for each in texts)})

    def _update_field_translations(self, field_name, translations, *args, **kwargs):
        """Other languages are written around constraints: their placeholders are checked here."""
        if field_name == "payee_text":
            self._refuse_odd(set(translations.values()))
        return super()._update_field_translations(field_name, translations, *args, **kwargs)

    @api.model
    def _refuse_odd(self, texts):
        for text in texts:
            if isinstance(text, str) and (problem := self._odd_placeholder(text)):
                raise ValidationError(
                    self.env._(
                        "“%s” can't be filled in. Debtors can read {financier}, {account} "
                        "and {holder}.",
                        problem,
                    )
                )

    @api.model
    def _odd_placeholder(self, text):
        """What in a text can't be filled in; nothing where all can."""
        try:
            parts = list(string.Formatter().parse(text))
        except ValueError:
            return text
        for _before, name, form, conversion in parts:
            if name is not None and (name not in PLACEHOLDERS or form or conversion):
                return f"{{{name}}}"
        return ""

    @api.constrains("report_by", "report_email")
    def _check_report_email(self):
        for financing in self:
            if financing.report_by == "mail" and not email_normalize(financing.report_email or ""):
                raise ValidationError(
                    self.env._("Say to which e-mail address reports go, or let somebody send them.")
                )

    @api.constrains("currency_id")
    def _check_currency(self):
        for financing in self:
            if not financing.currency_id.active:
                raise ValidationError(
                    self.env._(
                        "%s is not in use. Activate the currency first.", financing.currency_id.name
                    )
                )

    def write(self, vals):
        """What draws are in stays: the currency, and the company that asks."""
        for name in {"currency_id", "company_id"} & set(vals):
            used = self.filtered(
                lambda financing, name=name: (
                    financing[name].id != vals[name] and financing.draw_count
                )
            )
            if used:
                raise UserError(
                    self.env._(
                        "“%(field)s” of %(financier)s can't change any more: there are draws. "
                        "Make a new financier instead.",
                        field=self._fields[name]._description_string(self.env),
                        financier=used[0].name,
                    )
                )
        return super().write(vals)

    # -- buttons -----------------------------------------------------------------------------------

    def action_company(self):
        """Open what financiers ask about the company itself, to fill it in."""
        self._check_may_finance()
        self.ensure_one()
        if not self.env.user.has_group("payt_dunning.group_dunning_manager"):
            raise AccessError(
                self.env._("Only a follow-up manager can fill in what is said of the company.")
            )
        return {
            **self.env["ir.actions.actions"]._for_xml_id(
                "payt_dunning_financing.action_financing_company"
            ),
            "context": {"default_company_id": self.company_id.id},
        }

    def action_checks(self):
        """Its checks, the newest first."""
        self._check_may_finance()
        self.ensure_one()
        return {
            **self.env["ir.actions.actions"]._for_xml_id(
                "payt_dunning_financing.action_financing_check"
            ),
            "domain": [("financing_id", "=", self.id)],
        }
