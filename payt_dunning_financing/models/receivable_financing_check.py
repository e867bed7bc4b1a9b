from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import format_amount, format_date

#: So many are cleaned at a time; the others with the next day's cleaning.
BATCH = 100
#: Downloads: what is in the address, with the button.
FILES = ("xlsx", "invoices.csv", "debtors.csv", "json")


class ReceivableFinancingCheck(models.Model):
    """What a financier would advance, as it was at one moment: kept as it was shown and sent."""

    _name = "receivable.financing.check"
    _description = "Financing Check"
    _order = "id desc"
    _check_company_auto = True

    financing_id = fields.Many2one(
        "receivable.financing",
        "Financier",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    as_of = fields.Date(required=True, readonly=True)
    made_on = fields.Datetime(readonly=True, default=fields.Datetime.now)
    made_by_id = fields.Many2one("res.users", readonly=True, ondelete="restrict")
    head = fields.Json(
        readonly=True, help="What stood of the company and the financier then; for files."
    )
    qualifies = fields.Boolean(
        "The Company Qualifies", readonly=True, help="It keeps to all that is asked of it."
    )
    consumers = fields.Boolean(
        "Also Natural Persons", readonly=True, help="Whether the financier took them then."
    )
    advance_rate = fields.Integer("Advance, %", readonly=True, aggregator=None)
    open_amount = fields.Monetary("Open", readonly=True, help="All open invoices.", aggregator=None)
    left_out = fields.Monetary(
        "Does Not Qualify", compute="_compute_left_out", help="Of what is open.", aggregator=None
    )
    counts = fields.Monetary(
        "Qualifies", readonly=True, help="What counts of these invoices.", aggregator=None
    )
    advance = fields.Monetary(readonly=True, help="The percentage of what counts.", aggregator=None)
    limit = fields.Monetary(readonly=True, help="0: none.", aggregator=None)
    drawn = fields.Monetary(
        readonly=True,
        help="Advanced or asked for before, and not settled.",
        aggregator=None,
    )
    room = fields.Monetary(
        "Financing Room",
        readonly=True,
        help="What can be drawn now. Nothing while the company does not qualify.",
        aggregator=None,
    )
    answer_ids = fields.One2many(
        "receivable.financing.answer", "check_id", "The Company", readonly=True
    )
    line_ids = fields.One2many(
        "receivable.financing.check.line", "check_id", "Invoices", readonly=True
    )
    reason_ids = fields.One2many(
        "receivable.financing.reason", "check_id", "Why Not", readonly=True
    )
    says = fields.Char("In One Sentence", compute="_compute_says")
    missing = fields.Boolean(compute="_compute_missing", help="Something has to be filled in.")
    full_count = fields.Integer("Qualify", compute="_compute_counts")
    partly_count = fields.Integer("Count in Part", compute="_compute_counts")
    refused_count = fields.Integer("Don't Qualify", compute="_compute_counts")

    @api.depends("financing_id.name", "as_of")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for check in self:
            check.display_name = self.env._(
                "%(financier)s, %(day)s",
                financier=check.financing_id.name,
                day=format_date(self.env, check.as_of),
            )

    @api.depends("open_amount", "counts")
    def _compute_left_out(self):
        for check in self:
            check.left_out = check.currency_id.round(check.open_amount - check.counts)

    @api.depends("line_ids.state")
    def _compute_counts(self):
        found = {
            (check.id, state): count
            for check, state, count in self.env["receivable.financing.check.line"]._read_group(
                [("check_id", "in", self.ids)], ["check_id", "state"], ["__count"]
            )
        }
        for check in self:
            check.full_count = found.get((check.id, "qualifies"), 0)
            check.partly_count = found.get((check.id, "partly"), 0)
            check.refused_count = found.get((check.id, "refused"), 0)

    @api.depends("answer_ids.facts")
    def _compute_missing(self):
        for check in self:
            check.missing = any(
                answer.criterion in ("legal_form", "registered")
                and not (answer.facts or {}).get("known")
                for answer in check.answer_ids
            )

    @api.depends("room", "counts", "qualifies", "answer_ids.facts")
    @api.depends_context("lang")
    def _compute_says(self):
        words = self.env["receivable.financing.words"]
        for check in self:
            refused = check.answer_ids.filtered(lambda answer: not answer.qualifies)
            if refused:
                check.says = self.env._(
                    "Nothing can be drawn: %s.", "; ".join(map(words._short, refused))
                )
            elif check.room:
                check.says = self.env._(
                    "%s can be drawn now.", format_amount(self.env, check.room, check.currency_id)
                )
            elif not check.open_amount and not check.line_ids:
                check.says = self.env._("Nothing can be drawn: no invoice is open.")
            elif not check.advance:
                check.says = self.env._("Nothing can be drawn: no open invoice qualifies.")
            else:
                check.says = self.env._(
                    "Nothing can be drawn: the limit of %s is used up.",
                    format_amount(self.env, check.limit, check.currency_id),
                )

    # -- buttons ---------------------------------------------------------------------------------

    def _opened(self):
        """The action that shows it."""
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }

    def action_again(self):
        """Look again as of now; this one stays as it is."""
        self.ensure_one()
        self.check_access("read")
        return self.financing_id.action_check()

    def action_fill_in(self):
        """Open what is filled in about the company."""
        self.ensure_one()
        self.check_access("read")
        return self.financing_id.action_company()

    def _lines_action(self, domain, name, **context):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "receivable.financing.check.line",
            "view_mode": "list,form",
            "views": [(False, "list"), (False, "form")],
            "domain": [("check_id", "=", self.id), *domain],
            "context": {"create": False, **context},
        }

    def action_lines(self):
        """Its invoices; those of one state with ``financing_state`` in the context."""
        self.ensure_one()
        self.check_access("read")
        state = self.env.context.get("financing_state")
        states = dict(
            self.env["receivable.financing.check.line"]
            ._fields["state"]
            ._description_selection(self.env)
        )
        if state not in states:
            return self._lines_action([], self.env._("Invoices"))
        return self._lines_action([("state", "=", state)], states[state], financing_state=state)

    def action_debtors(self):
        """Its debtors, with what is open of each by age."""
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Debtors"),
            "res_model": "receivable.financing.aging",
            "view_mode": "list",
            "views": [(False, "list")],
            "domain": [("check_id", "=", self.id)],
            "context": {"create": False},
        }

    def action_download(self):
        """Download it as a file; which one is ``financing_file`` in the context."""
        self.ensure_one()
        self.financing_id._check_may_finance()
        self.check_access("read")
        kind = self.env.context.get("financing_file")
        if kind not in FILES:
            raise AccessError(self.env._("There is no such file."))
        return {
            "type": "ir.actions.act_url",
            "url": f"/payt_dunning_financing/check/{self.id}/{kind}",
            "target": "download",
        }

    # -- how long it is kept ---------------------------------------------------------------------

    @api.autovacuum
    def _gc_old(self):
        """Checks that no draw came of go some days after they were made, with their lines."""
        row = self.env.ref("payt_dunning_financing.retention_checks").sudo()
        used = self.env["receivable.financing.draw"].sudo()._search([("check_id", "!=", False)])
        self.sudo().search(
            [
                ("made_on", "<", fields.Datetime.now() - timedelta(days=row.days)),
                ("id", "not in", used.subselect("check_id")),
            ],
            limit=BATCH,
            order="id",
        ).unlink()
