from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tools import ormcache

from ..rules.law.errors import Refused
from ..rules.law.read import (
    DATA,
    TABLES,
    check_gaps,
    check_jurisdictions,
    columns,
    read_cells,
    read_rows,
)
from ..rules.law.tables import Jurisdiction, LawTables, NoticeRule

NAMES = [
    ("jurisdictions", "Jurisdictions"),
    ("rates", "Rates of interest"),
    ("interest", "How interest runs"),
    ("costs", "Collection costs"),
    ("notices", "Statutory notices"),
    ("elements", "What a notice must say"),
    ("allocation", "What payments go to first"),
    ("limitation", "Limitation"),
    ("courts", "Courts"),
    ("court_fees", "Court fees"),
    ("holidays", "Public holidays"),
]
CONFIDENCES = [
    ("sure", "Read at the source"),
    ("likely", "Secondary source"),
    ("check", "To be checked: not used"),
]
#: Columns that are fields of their own.
OWN = ("jurisdiction", "since", "until", "source", "confidence")


class CollectionJurisdiction(models.Model):
    """A country's law on what may be claimed beside an invoice; its rules are rows."""

    _name = "collection.jurisdiction"
    _description = "Collection Law of a Country"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "name"

    code = fields.Char(required=True, readonly=True)
    name = fields.Char(required=True, readonly=True)
    country_ids = fields.Many2many("res.country", string="Countries", readonly=True)
    row_ids = fields.One2many("collection.law.row", "jurisdiction_id", "Rows")
    known_until = fields.Date(
        compute="_compute_known_until",
        help="From the day after it the product holds back interest and costs that need a newer row.",
    )

    _code_unique = models.UniqueIndex("(code)", "This jurisdiction is there already.")

    @api.depends("name", "country_ids.name")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for jurisdiction in self:
            countries = jurisdiction.country_ids
            if len(countries) == 1:
                jurisdiction.display_name = countries.name
            elif jurisdiction.code == "EU":
                jurisdiction.display_name = self.env._("European Union: other member states")
            else:
                jurisdiction.display_name = jurisdiction.name

    @api.depends("row_ids.until", "row_ids.withdrawn")
    def _compute_known_until(self):
        tables = self.env["collection.law.row"]._tables()
        for jurisdiction in self:
            jurisdiction.known_until = tables.known_until(jurisdiction.code)

    @api.model
    def _warn_when_stale(self):
        """Ask a manager for new rows where the tables of a country in use are about to end."""
        Task = self.env["dunning.task"]
        companies = self.env["res.company"].search([("dunning_live_uuid", "!=", False)])
        for company in companies.filtered(lambda each: each._dunning_is_live()):
            day = Task.env["dunning.message"]._today(company)
            jurisdiction = self._of_country(company.country_id, day).sudo()
            known = jurisdiction.known_until
            manager = Task._manager(company)
            if not jurisdiction or not known or (known - day).days > 14 or not manager:
                continue
            if manager in jurisdiction.activity_ids.user_id:
                continue
            jurisdiction.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=known,
                summary=self.env._("Add the new rates of %s", jurisdiction.display_name),
                note=self.env._(
                    "The tables are known until %s. After that day nothing is claimed that needs "
                    "a newer row.",
                    fields.Date.to_string(known),
                ),
                user_id=manager.id,
            )

    @api.model
    def _of_country(self, country, day):
        """The jurisdiction that is the law of a country; empty without one."""
        try:
            found = self.env["collection.law.row"]._tables().jurisdiction(country.code or "", day)
        except Refused:
            return self.browse()
        return self.search([("code", "=", found.jurisdiction)], limit=1)


class CollectionLawRow(models.Model):
    """A row of a law table. What was calculated with it must stay explainable: it never changes."""

    _name = "collection.law.row"
    _description = "Row of a Law Table"
    _order = "table, key, since desc"
    _rec_name = "key"

    jurisdiction_id = fields.Many2one(
        "collection.jurisdiction", required=True, readonly=True, index=True, ondelete="restrict"
    )
    table = fields.Selection(NAMES, required=True, readonly=True)
    key = fields.Char("About", required=True, readonly=True)
    since = fields.Date("From", required=True, readonly=True)
    until = fields.Date("Through", readonly=True, help="Empty: until the statute is changed.")
    cells = fields.Json(readonly=True)
    about = fields.Char("What", compute="_compute_says")
    says = fields.Char(compute="_compute_says", help="What it lays down, in words.")
    source = fields.Text(required=True, readonly=True)
    confidence = fields.Selection(CONFIDENCES, required=True, readonly=True)
    shipped = fields.Boolean(readonly=True, help="Came with the product.")
    withdrawn = fields.Boolean(readonly=True)
    withdrawn_because = fields.Text("Why Withdrawn", readonly=True)

    @api.depends("cells", "table", "key")
    @api.depends_context("lang")
    def _compute_says(self):
        words, says = self.env["collection.law.words"], self.env["collection.law.says"]
        currencies = self._currencies()
        for row in self:
            row.about = words._about(row.table, (row.key or "").split(" / "))
            row.says = says._says(
                row.table, row._as_row(), currencies.get(row.jurisdiction_id.code)
            )

    @api.model
    def _currencies(self):
        """The currency of each jurisdiction's amounts, by code."""
        names = {
            row.jurisdiction: row.currency
            for row in self._all_rows().rows
            if isinstance(row, Jurisdiction)
        }
        currencies = (
            self.env["res.currency"]
            .sudo()
            .with_context(active_test=False)
            .search([("name", "in", list(names.values()))])
            .grouped("name")
        )
        return {code: currencies.get(name) for code, name in names.items()}

    def write(self, vals):
        if not self.env.su or set(vals) - {"withdrawn", "withdrawn_because"}:
            raise UserError(
                self.env._("A row of a law table stays as it is. Add a new one from its first day.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Rows of law tables are kept. Withdraw “%s” instead.", self.key))

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        self.env.registry.clear_cache()
        rows._check_tables()
        return rows

    def _check_tables(self):
        """Refuse rows that overlap others, or that can't be read."""
        try:
            self._tables()
        except Refused as problem:
            words = self.env["collection.law.words"]._problem(problem)
            raise ValidationError(words) from problem

    def _withdraw(self, because):
        """Take rows out that were added by mistake; they stay to be seen."""
        self.check_access("read")
        if not self.env.user.has_group("payt_dunning.group_dunning_manager"):
            raise AccessError(self.env._("Only a follow-up manager can withdraw rows."))
        if not (because or "").strip():
            raise UserError(self.env._("Say why the row is withdrawn."))
        for row in self:
            if row.shipped:
                raise UserError(
                    self.env._("“%s” came with the product and can't be withdrawn.", row.key)
                )
        self.sudo().write({"withdrawn": True, "withdrawn_because": because})
        self.env.registry.clear_cache()

    # -- from and to the rules ---------------------------------------------------------------

    @api.model
    def _tables(self):
        """All rows that count, as the rules read them, with none used yet."""
        return self._all_rows().fresh()

    @api.model
    @ormcache()
    def _all_rows(self):
        records = self.sudo().search([("withdrawn", "=", False)])
        return LawTables([record._as_row() for record in records])

    def _as_row(self):
        """This row as the rules read it."""
        convert = columns(self.table)
        cells = {**self.cells, **self._common_cells()}
        return TABLES[self.table][0](
            **{name: convert[name](cells.get(name) or "") for name in convert}
        )

    @api.model
    def _notice_codes(self):
        """Codes of all statutory notices that the tables know."""
        return {row.code for row in self._all_rows().rows if isinstance(row, NoticeRule)}

    def _common_cells(self):
        return {
            "jurisdiction": self.jurisdiction_id.code,
            "since": fields.Date.to_string(self.since),
            "until": fields.Date.to_string(self.until) if self.until else "",
            "source": self.source,
            "confidence": self.confidence,
        }

    @api.model
    def _add_by_hand(self, table, text, name=""):
        """Add what a person typed or chose; see :meth:`_add`. Rates leave no days out.

        :raises UserError: with row and column, when something is wrong
        """
        name = name or f"{table}.csv"
        try:
            check_gaps(read_rows(table, text, name), self.sudo()._all_rows().rows, name)
        except Refused as problem:
            words = self.env["collection.law.words"]._problem(problem)
            raise UserError(words) from problem
        return self._add(table, text, name)

    @api.model
    def _add(self, table, text, name="", shipped=False):
        """Add the rows of a file; all of them or none.

        :param table: which table, see :data:`NAMES`
        :param text: the file, with its header
        :return: the rows that were not there yet
        :raises UserError: with row and column, when something is wrong
        """
        try:
            read = read_cells(table, text, name)
            known = self.sudo()._all_rows().rows
            check_jurisdictions([*known, *(row for row, _cells in read)])
        except Refused as problem:
            words = self.env["collection.law.words"]._problem(problem)
            raise UserError(words) from problem
        if table == "jurisdictions":
            self._ensure_jurisdictions([row for row, _cells in read])
        jurisdictions = {
            each.code: each.id for each in self.env["collection.jurisdiction"].sudo().search([])
        }
        there = {
            (row.table, row.key, row.since)
            for row in self.sudo().search([("table", "=", table), ("withdrawn", "=", False)])
        }
        new = []
        for row, cells in read:
            identity = (table, " / ".join(row.key), row.since)
            if identity in there:
                if not shipped:
                    raise UserError(
                        self.env._(
                            "%(key)s from %(day)s is there already. A past row is never changed.",
                            key=identity[1],
                            day=row.since,
                        )
                    )
                continue
            new.append(
                {
                    "jurisdiction_id": jurisdictions[row.jurisdiction],
                    "table": table,
                    "key": identity[1],
                    "since": row.since,
                    "until": row.until,
                    "cells": {
                        name: value.strip() for name, value in cells.items() if name not in OWN
                    },
                    "source": row.source,
                    "confidence": row.confidence,
                    "shipped": shipped,
                }
            )
        return self.create(new)

    @api.model
    def _ensure_jurisdictions(self, rows):
        Jurisdiction = self.env["collection.jurisdiction"].sudo()
        known = set(Jurisdiction.search([]).mapped("code"))
        Jurisdiction.create(
            [
                {
                    "code": row.jurisdiction,
                    "name": row.title,
                    "country_ids": [
                        Command.set(
                            self.env["res.country"].search([("code", "in", row.countries)]).ids
                        )
                    ],
                }
                for row in rows
                if row.jurisdiction not in known
            ]
        )

    @api.model
    def _load_shipped(self):
        """Add what is shipped and not there yet; called at every installation and update."""
        for table, _name in NAMES:
            file = DATA / f"{table}.csv"
            text = file.read_text(encoding="utf-8")
            if table == "elements":
                self._withdraw_older_words(text, file.name)
            self._add(table, text, file.name, shipped=True)

    @api.model
    def _withdraw_older_words(self, text, name):
        """Take out shipped rows that recognise other words in notices than the file does.

        In which words a text says something is no law: the rows of the file take their place, so
        that notices in one more language are not refused after an update.
        """
        wanted = {
            (" / ".join(row.key), row.since): cells["pattern"].strip()
            for row, cells in read_cells("elements", text, name)
        }
        shipped = self.sudo().search(
            [("table", "=", "elements"), ("shipped", "=", True), ("withdrawn", "=", False)]
        )
        older = shipped.filtered(
            lambda row: (
                row.cells.get("pattern") != wanted.get((row.key, row.since), row.cells["pattern"])
            )
        )
        if older:
            because = self.env._("Replaced: texts are recognised in more words and languages.")
            older.write({"withdrawn": True, "withdrawn_because": because})
            self.env.registry.clear_cache()
