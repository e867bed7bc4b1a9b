import json

from odoo import api, fields, models
from odoo.tools import SQL

LINE_STATES = [
    ("qualifies", "Qualifies"),
    ("partly", "Counts in Part"),
    ("refused", "Does Not Qualify"),
]
REASONS = [
    ("nothing_open", "Nothing Is Open"),
    ("pledged", "Pledged Already"),
    ("costs", "Collection Costs or Interest"),
    ("currency", "Other Currency"),
    ("country", "Country of the Debtor"),
    ("consumer", "Natural Person"),
    ("related", "Own Group or Employee"),
    ("not_yet", "Dated After Today"),
    ("too_old", "Too Old"),
    ("overdue", "Overdue for Too Long"),
    ("too_small", "Too Small"),
    ("disputed", "Disputed"),
    ("in_plan", "Payment Plan"),
    ("in_case", "Case"),
    ("on_hold", "Not Sure That It Will Be Paid"),
    ("in_dispute", "Disputed in Part"),
    ("under_way", "Payment Under Way"),
    ("credited", "Free Credits and Receipts"),
    ("owed", "We Owe the Debtor"),
    ("concentration", "Too Much With One Debtor"),
]


class ReceivableFinancingCheckLine(models.Model):
    """One open invoice in a check: what of it counts, and why not all of it."""

    _name = "receivable.financing.check.line"
    _description = "Invoice in a Financing Check"
    _order = "check_id, state, id"

    check_id = fields.Many2one(
        "receivable.financing.check", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="check_id.company_id", store=True)
    currency_id = fields.Many2one(related="check_id.currency_id")
    move_id = fields.Many2one(
        "account.move", "Invoice", readonly=True, index="btree_not_null", ondelete="set null"
    )
    name = fields.Char("Number", readonly=True)
    debtor_id = fields.Many2one(
        "dunning.debtor", readonly=True, index="btree_not_null", ondelete="set null"
    )
    debtor_name = fields.Char("Name", readonly=True, help="As it was then.")
    registration = fields.Char(
        "VAT or Registration Number", readonly=True, help="Of the debtor, as it was then."
    )
    country_id = fields.Many2one("res.country", readonly=True, ondelete="restrict")
    natural_person = fields.Boolean(
        readonly=True, help="A consumer or sole trader, or nobody knows what."
    )
    invoice_date = fields.Date(readonly=True)
    date_due = fields.Date("Due Date", readonly=True, help="The last of its due dates.")
    days_overdue = fields.Integer(readonly=True, aggregator=None, help="Of its oldest open part.")
    invoice_currency_id = fields.Many2one("res.currency", "Its Currency", readonly=True)
    open_own = fields.Monetary(
        "Open in Its Currency",
        readonly=True,
        currency_field="invoice_currency_id",
        aggregator=None,
    )
    open_amount = fields.Monetary("Open", readonly=True)
    not_due = fields.Monetary("Not Due Yet", readonly=True)
    late_30 = fields.Monetary("1–30 Days", readonly=True)
    late_60 = fields.Monetary("31–60 Days", readonly=True)
    late_90 = fields.Monetary("61–90 Days", readonly=True)
    late_more = fields.Monetary("More Than 90 Days", readonly=True)
    counts = fields.Monetary(readonly=True)
    advance = fields.Monetary(readonly=True)
    state = fields.Selection(LINE_STATES, required=True, readonly=True)
    reasons = fields.Json(
        readonly=True, help="Codes and values of why it does not count, or not in whole."
    )
    reason = fields.Selection(
        REASONS, compute="_compute_why", search="_search_reason", help="The first one."
    )
    why = fields.Text("Why Not", compute="_compute_why")

    @api.depends("reasons")
    @api.depends_context("lang")
    def _compute_why(self):
        words, countries = self.env["receivable.financing.words"], {}
        for line in self:
            reasons = line.reasons or []
            line.reason = reasons[0]["code"] if reasons else False
            line.why = " ".join(
                words._reason(reason, line.currency_id, countries) for reason in reasons
            )

    @api.model
    def _search_reason(self, operator, value):
        """All reasons of an invoice are looked at, not only the first."""
        if operator != "in":
            return NotImplemented
        codes = [code for code in value if code]
        found = SQL(
            "SELECT id FROM receivable_financing_check_line WHERE reasons @> ANY(%s::jsonb[])",
            [json.dumps([{"code": code}]) for code in codes],
        )
        return [("id", "in", found)]

    @api.depends("name")
    def _compute_display_name(self):
        for line in self:
            line.display_name = line.name or self.env._("Invoice")
