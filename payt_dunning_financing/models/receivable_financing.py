from odoo import fields, models

#: What is no limit.
NO_LIMIT = -1


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
        default=True,
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
