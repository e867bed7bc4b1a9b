import csv
import io

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from ..models.collection_jurisdiction import CONFIDENCES
from ..rules.law.errors import Refused
from ..rules.law.read import columns, read_rows
from ..rules.law.tables import ONE_DAY, Rate

#: Kinds of rate, as in the files.
RATES = [
    ("commercial", "In Trade"),
    ("consumer", "From Consumers"),
    ("policy_rate", "What Rates Are Derived From"),
]


class CollectionLawRate(models.TransientModel):
    """Add one rate by filling in a form; checked as a file with this row would be."""

    _name = "collection.law.rate"
    _description = "Add a Rate"

    jurisdiction_id = fields.Many2one(
        "collection.jurisdiction",
        "Country",
        required=True,
        default=lambda self: self._default_jurisdiction(),
    )
    kind = fields.Selection(RATES, required=True, default="commercial")
    percent = fields.Char(
        "Percent a Year",
        required=True,
        help="With a decimal point and as many decimals as the source has: 10.40",
    )
    since = fields.Date(
        "From", compute="_compute_since", store=True, precompute=True, readonly=False, required=True
    )
    until = fields.Date(
        "Through", help="The last day on which it is known to apply: 30 June or 31 December mostly."
    )
    source = fields.Text(required=True, help="Where it was read: law, gazette, page and day.")
    confidence = fields.Selection(CONFIDENCES, required=True, default="sure")
    known = fields.Char("Known So Far", compute="_compute_known")

    @api.model
    def _default_jurisdiction(self):
        """The one that is open on the screen, else that of the company's country."""
        jurisdictions = self.env["collection.jurisdiction"]
        if self.env.context.get("active_model") == "collection.jurisdiction":
            return jurisdictions.browse(self.env.context.get("active_id"))
        company = self.env.company
        today = self.env["dunning.message"]._today(company)
        return jurisdictions._of_country(company.country_id, today)

    def _newest(self):
        """The newest rate that is there; ``None`` without one."""
        rows = self.env["collection.law.row"].sudo()._tables().rows
        return max(
            (
                row
                for row in rows
                if isinstance(row, Rate)
                and row.key == (self.jurisdiction_id.sudo().code, self.kind)
            ),
            key=lambda row: row.since,
            default=None,
        )

    @api.depends("jurisdiction_id", "kind")
    def _compute_since(self):
        """The day after the newest that is there, so that there is neither gap nor overlap."""
        for dialog in self:
            newest = dialog._newest()
            dialog.since = newest and newest.until and newest.until + ONE_DAY

    @api.depends("jurisdiction_id", "kind")
    @api.depends_context("lang")
    def _compute_known(self):
        for dialog in self:
            newest = dialog._newest()
            if newest is None:
                dialog.known = self.env._("None yet")
                continue
            told = {
                "percent": self.env["collection.law.words"]._percent(newest.percent),
                "since": format_date(self.env, newest.since),
            }
            if newest.until:
                told["until"] = format_date(self.env, newest.until)
                dialog.known = self.env._("%(percent)s from %(since)s through %(until)s", **told)
            else:
                dialog.known = self.env._("%(percent)s from %(since)s, without an end", **told)

    def _check(self, text):
        """Refuse what a file with this row would be refused for, with the field that is wrong.

        :param text: the row as a file has it
        """
        try:
            read_rows("rates", text)
        except Refused as problem:
            if problem.code != "cell":
                raise UserError(
                    self.env._("The last day comes before the first: nothing was added.")
                ) from problem
            column, wrong = problem.values["column"], problem.values["problem"]
            raise UserError(
                self.env._(
                    "%(field)s: %(problem)s",
                    field=self._fields[column]._description_string(self.env),
                    problem=self.env["collection.law.words"]._problem(wrong),
                )
            ) from problem

    def action_apply(self):
        """Add the rate, if a file with it would be accepted and no days are left out."""
        self.ensure_one()
        if not self.env.user.has_group("payt_dunning.group_dunning_manager"):
            raise AccessError(self.env._("Only a follow-up manager can add rows to law tables."))
        text = self._as_file()
        self._check(text)
        self.env["collection.law.row"].sudo()._add_by_hand(
            "rates", text, self.env._("Interest rate")
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("The rate was added."),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _as_file(self):
        """The row as a file has it."""
        cells = {
            "jurisdiction": self.jurisdiction_id.sudo().code,
            "since": fields.Date.to_string(self.since),
            "until": fields.Date.to_string(self.until) if self.until else "",
            "kind": self.kind,
            "percent": (self.percent or "").strip().removesuffix("%").strip(),
            "source": " ".join((self.source or "").split()),
            "confidence": self.confidence,
        }
        text = io.StringIO()
        writer = csv.DictWriter(text, list(columns("rates")))
        writer.writeheader()
        writer.writerow(cells)
        return text.getvalue()
