import io
import json

import xlsxwriter

from odoo import api, fields, models

from odoo.addons.payt_dunning.rules.dossier.csv import DIALECTS, table
from odoo.addons.payt_dunning.tools import exact

from .receivable_financing_export import FORMAT, VERSION, _cell, _Sheets

KINDS = ("xlsx", "changes.csv", "json")
#: Columns of a change, in the order in which they are sent.
COLUMNS = (
    *("number", "debtor", "day", "kind_name", "amount", "open_after", "currency"),
    *("pledged_for", "advanced", "draw", "note"),
)


class ReceivableFinancingReport(models.Model):
    """The files of a report."""

    _inherit = "receivable.financing.report"  # pylint: disable=consider-merging-classes-inherited

    def _financing_export_name(self):
        self.ensure_one()
        return f"report-{self.name.replace('/', '-')}-{self.made_on.date()}"

    def _close(self):
        """Take no more changes into a report, and keep its files as they are at this moment.

        Once: what was made first is what its financier gets.

        :return: the files, in the company's language
        """
        self.ensure_one()
        if kept := self._kept():
            return kept
        self.closed_on = fields.Datetime.now()
        lang = self.company_id.partner_id.lang or self.env.lang
        export = self.with_context(lang=lang).env["receivable.financing.export"]
        report = self.with_env(export.env)
        return self.env["ir.attachment"].create(
            [
                {
                    "name": export._name_of(kind, report),
                    "raw": export._make(kind, report),
                    "res_model": self._name,
                    "res_id": self.id,
                    "description": kind,
                }
                for kind in KINDS
            ]
        )

    def _kept(self, kinds=KINDS):
        """The files that were kept of a report; none before it was closed."""
        files = self.env["ir.attachment"].sudo()
        if not self.closed_on:
            return files
        return files.search(
            [
                ("res_model", "=", self._name),
                ("res_id", "=", self.id),
                ("description", "in", kinds),
            ],
            order="id",
        )

    def _kept_file(self, kind):
        """What was kept of it; nothing before it was closed."""
        self.ensure_one()
        return self._kept((kind,))[:1].raw or None

    def action_download(self):
        """Download the file whose kind the context names; the first download closes a report."""
        self.ensure_one()
        report = self._check_may()
        report._lock()
        if report.state != "sent":
            report._close()
        kind = self.env.context.get("financing_file")
        return {
            "type": "ir.actions.act_url",
            "url": f"/payt_dunning_financing/report/{self.id}/{kind if kind in KINDS else 'xlsx'}",
            "target": "download",
        }

    def _head(self):
        env, company = self.env, self.company_id
        return [
            ("report", env._("Report"), self.name),
            ("company", env._("Company"), company.name),
            ("company_vat", env._("VAT Number"), company.vat or ""),
            ("financier", env._("Financier"), self.financing_id.name),
            ("contract", env._("Contract Number"), self.financing_id.contract or ""),
            ("made_on", env._("Made On"), self.made_on.date()),
            ("currency", env._("Currency"), self.financing_id.currency_id.name),
        ]

    def _headings(self):
        env = self.env
        return {
            "number": env._("Number"),
            "debtor": env._("Debtor"),
            "day": env._("Day"),
            "kind_name": env._("What"),
            "amount": env._("Amount"),
            "open_after": env._("Open after It"),
            "currency": env._("Currency"),
            "pledged_for": env._("Pledged For"),
            "advanced": env._("Advanced"),
            "draw": env._("Draw"),
            "note": env._("Note"),
        }

    def _rows(self):
        """The changes of a report, oldest first, as plain values."""
        labels = dict(self.change_ids._fields["kind"]._description_selection(self.env))
        step = self.env["receivable.financing.facts"]._step(self.financing_id.currency_id)

        def money(amount):
            return exact(self.financing_id.currency_id.round(amount)).quantize(step)

        return [
            {
                "number": change.pledge_id.name or "",
                "debtor": change.pledge_id.debtor_id.sudo().partner_id.name or "",
                "day": change.day,
                "kind": change.kind,
                "kind_name": labels[change.kind],
                "amount": money(change.amount),
                "open_after": money(change.open_amount),
                "currency": change.currency_id.name,
                "pledged_for": money(change.pledge_id.amount),
                "advanced": money(change.pledge_id.advance),
                "draw": change.pledge_id.draw_id.name or "",
                "note": change.note or "",
            }
            for change in self.change_ids.sorted("id")
        ]


class ReceivableFinancingExport(models.AbstractModel):
    """Files of reports: what changed, instead of what is open."""

    _inherit = "receivable.financing.export"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _make(self, kind, source):
        if source._name != "receivable.financing.report":
            return super()._make(kind, source)
        rows, headings = source._rows(), source._headings()
        if kind == "json":
            return self._report_json(source, rows)
        lines = [[row[key] for key in COLUMNS] for row in rows]
        titles = [headings[key] for key in COLUMNS]
        if kind == "xlsx":
            return self._report_xlsx(source, titles, lines)
        dialect = "nl_excel" if (self.env.lang or "").startswith("nl") else "iso"
        point = DIALECTS[dialect].decimal
        return table(titles, [[_cell(value, point) for value in line] for line in lines], dialect)

    @api.model
    def _report_xlsx(self, report, titles, lines):
        stream = io.BytesIO()
        book = xlsxwriter.Workbook(stream, {"in_memory": True})
        sheets = _Sheets(book, report.financing_id.currency_id.decimal_places)
        sheets.add(
            self.env._("Summary"),
            [self.env._("What"), self.env._("Value")],
            [[heading, value] for _key, heading, value in report._head()],
        )
        sheets.add(self.env._("Changes"), titles, lines)
        book.close()
        return stream.getvalue()

    @api.model
    def _report_json(self, report, rows):
        content = {
            "format": FORMAT,
            "version": VERSION,
            "kind": "report",
            **{key: value for key, _heading, value in report._head()},
            "changes": [
                {key: value for key, value in row.items() if key != "kind_name"} for row in rows
            ],
        }
        return json.dumps(content, default=str, ensure_ascii=False, indent=1).encode()
