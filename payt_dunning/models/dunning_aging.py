from datetime import date

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..rules.figures.aging import ENDS, read_ends

#: Days from here make ids: a row is another one on another day.
EPOCH = date(1970, 1, 1)


class DunningAging(models.Model):
    """What was open on a day: a row for each due date, credit note and payment on account.

    The day is ``dunning_day`` in the context; today when there is none.
    """

    _name = "dunning.aging"
    _description = "Aging of Receivables"
    _inherit = "dunning.handled"
    _auto = False
    _order = "due, id"
    _rec_name = "move_id"

    day = fields.Date("As at", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency"
    )
    partner_id = fields.Many2one("res.partner", "Debtor", readonly=True)
    debtor_id = fields.Many2one("dunning.debtor", "Follow-up File", readonly=True)
    handler_id = fields.Many2one("res.users", readonly=True)
    policy_id = fields.Many2one("dunning.policy", readonly=True)
    line_id = fields.Many2one("account.move.line", "Journal Item", readonly=True)
    move_id = fields.Many2one("account.move", "Entry", readonly=True)
    date = fields.Date("Entry Date", readonly=True)
    due = fields.Date("Due Date", readonly=True)
    days_late = fields.Integer(readonly=True, aggregator="avg", help="On that day. 0: not due yet.")
    kind = fields.Selection(
        [("current", "Not Due Yet"), ("overdue", "Overdue"), ("credit", "Credit")],
        readonly=True,
        help="A credit is a credit note or payment that was not matched on that day.",
    )
    bucket = fields.Char("Days Late, Grouped", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    amount_currency = fields.Monetary(
        "Open in Its Currency",
        readonly=True,
        aggregator=None,
        help="Different currencies are never added.",
    )
    amount = fields.Monetary(
        "Open Amount",
        readonly=True,
        aggregator="sum",
        currency_field="company_currency_id",
        help="What was open on that day, as the ledger has it in the company's currency.",
    )

    @api.model
    def _asked_day(self):
        company = self.env.company
        return self.env["dunning.ledger"]._past_day(self.env.context.get("dunning_day"), company)

    @property
    def _table_query(self):
        own = not self.env.context.get("dunning_no_own")
        rows = self.env["dunning.ledger"]._open_sql(
            [self._asked_day()], self.env.companies.ids, own
        )
        return SQL(
            """SELECT (open.day - %(epoch)s::date) * 10000000000 + open.line_id AS id, open.day,
                      open.company_id, open.line_id, open.move_id, open.date, open.due,
                      open.currency_id, open.amount, open.amount_currency,
                      partner.commercial_partner_id AS partner_id, debtor.id AS debtor_id,
                      debtor.handler_id, policy.policy_id,
                      CASE WHEN open.amount < 0 THEN 0 ELSE greatest(open.day - open.due, 0) END
                      AS days_late,
                      CASE WHEN open.amount < 0 THEN 'credit' WHEN open.due < open.day
                           THEN 'overdue' ELSE 'current' END AS kind,
                      CASE WHEN open.amount < 0 THEN %(credit)s WHEN open.due < open.day
                           THEN bucket.name ELSE %(current)s END AS bucket
                 FROM (%(rows)s) AS open
            LEFT JOIN res_partner partner ON partner.id = open.partner_id
            LEFT JOIN dunning_debtor debtor ON debtor.company_id = open.company_id
                                           AND debtor.partner_id = partner.commercial_partner_id
            LEFT JOIN dunning_item item ON item.line_id = open.line_id
            LEFT JOIN dunning_policy_revision policy ON policy.id = item.revision_id
            LEFT JOIN (%(buckets)s) bucket ON bucket.company_id = open.company_id
                  AND open.day - open.due BETWEEN bucket.first AND bucket.last""",
            epoch=EPOCH,
            rows=rows,
            credit="0 · " + self.env._("Credits"),
            current="1 · " + self.env._("Not due yet"),
            buckets=SQL(" UNION ALL ").join(
                SQL("SELECT %s AS company_id, %s AS name, %s AS first, %s AS last", *each)
                for each in self._buckets()
            ),
        )

    @api.model
    def _buckets(self):
        """Company, name, first and last day of each bucket."""
        found = []
        for company in self.env.companies.sudo():
            names = company._dunning_bucket_names()
            ends = company._dunning_bucket_ends()
            firsts, lasts = (1, *(end + 1 for end in ends)), (*ends, 10**6)
            for place, each in enumerate(zip(names, firsts, lasts, strict=True), 2):
                name, first, last = each
                found.append((company.id, f"{place} · {name}", first, last))
        return found


class ResCompany(models.Model):
    """In which buckets a company puts what is late."""

    _inherit = "res.company"  # pylint: disable=consider-merging-classes-inherited

    dunning_aging_buckets = fields.Char(
        "Aging Buckets",
        default=", ".join(map(str, ENDS)),
        help="The last day of each, as 30, 60, 90. What is later is in one more.",
    )

    @api.constrains("dunning_aging_buckets")
    def _check_dunning_aging_buckets(self):
        for company in self:
            company._read_dunning_buckets(company.dunning_aging_buckets)

    @api.model
    def _read_dunning_buckets(self, text):
        """:raises UserError: for what is no list of rising days"""
        try:
            return read_ends(text)
        except ValueError as error:
            raise UserError(
                self.env._("Write up to eight rising numbers of days, as 30, 60, 90.")
            ) from error

    def _dunning_bucket_ends(self):
        self.ensure_one()
        return self._read_dunning_buckets(self.dunning_aging_buckets)

    def _dunning_bucket_names(self, ends=None):
        """Names of the buckets of what is late, in the user's language."""
        ends = ends or self._dunning_bucket_ends()
        firsts = (1, *(end + 1 for end in ends))
        names = [
            self.env._("%(first)s-%(last)s days", first=first, last=last)
            for first, last in zip(firsts, ends, strict=False)
        ]
        return [*names, self.env._("%s days and more", firsts[-1])]


class DunningSettingsMixin(models.AbstractModel):
    """The same in the settings."""

    _inherit = "dunning.settings.mixin"  # pylint: disable=consider-merging-classes-inherited

    dunning_aging_buckets = fields.Char(related="company_id.dunning_aging_buckets", readonly=False)
