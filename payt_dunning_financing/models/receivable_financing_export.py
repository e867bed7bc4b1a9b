import io
import json
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

import xlsxwriter

from odoo import api, models
from odoo.exceptions import UserError

from odoo.addons.payt_dunning.rules.dossier.csv import DIALECTS, table
from odoo.addons.payt_dunning.rules.financing import ZERO

from .receivable_financing_facts import BUCKETS

#: Told in each JSON file; raised when what is there changes its meaning or goes.
FORMAT, VERSION = "payt-dunning-financing", 1
#: What can be asked for; ``csv`` is that of the invoices.
KINDS = ("xlsx", "csv", "invoices.csv", "debtors.csv", "json")
#: Amounts of an invoice that are summed for its debtor.
SUMMED = ("open", *BUCKETS, "counts", "advance")


@dataclass(slots=True)
class Export:
    """What a financier is sent: head facts and a row for each invoice.

    :param what: ``check`` or ``draw``
    :param number: tells it from others; in the name of the file
    :param head: ``[(key, heading, value)]``; values are text, days or numbers
    :param sums: ``[(key, heading, Decimal)]`` in the currency, in the order of a sum
    :param answers: of the company: ``[(key, heading, asked, found, ok, plain values)]``
    :param rows: of invoices, see :data:`ROW`
    :param more: columns that rows have beside the usual: ``[(key, heading)]``, amounts
    :param digits: decimals of the currency
    """

    what: str
    number: str
    day: date
    currency: str
    digits: int = 2
    head: list = field(default_factory=list)
    sums: list = field(default_factory=list)
    answers: list = field(default_factory=list)
    rows: list = field(default_factory=list)
    more: list = field(default_factory=list)


#: What each row has: text, days, whole numbers and decimals. ``debtor`` is what tells debtors
#: apart, ``state`` one of qualifies, partly and refused, ``reasons`` plain values with a code.
ROW = (
    *("debtor", "number", "debtor_name", "registration", "country", "invoice_date", "due_date"),
    *("days_overdue", "invoice_currency", "open_own", *SUMMED, "state", "state_name", "reasons"),
    "why",
)


class ReceivableFinancingExport(models.AbstractModel):
    """Files for financiers: of a check, or of what else can say what is in it.

    A source has a method ``_financing_export`` that gives an :class:`Export`.
    """

    _name = "receivable.financing.export"
    _description = "Files for Financiers"

    @api.model
    def _file(self, kind, source):
        """A file of a source; text in it is never a formula.

        :param kind: one of :data:`KINDS`
        :param source: a record with ``_financing_export``
        :return: bytes
        :raises UserError: for another kind
        """
        if kind not in KINDS:
            raise UserError(self.env._("There is no such file."))
        export = source._financing_export()
        if kind == "xlsx":
            return self._xlsx(export)
        if kind == "json":
            return self._json(export)
        return self._csv(export, debtors=kind == "debtors.csv")

    @api.model
    def _name_of(self, kind, source):
        """The name of such a file: what it is, its number and its day."""
        export = source._financing_export_name()
        ending = {"csv": "invoices.csv"}.get(kind, kind)
        joint = "-" if "." in ending else "."
        return f"financing-{export}{joint}{ending}"

    # -- rows ------------------------------------------------------------------------------------

    @api.model
    def _labels(self):
        """The heading of each column, in the reader's language."""
        env = self.env
        return {
            "number": env._("Number"),
            "debtor_name": env._("Debtor"),
            "registration": env._("VAT or Registration Number"),
            "country": env._("Country"),
            "invoice_date": env._("Invoice Date"),
            "due_date": env._("Due Date"),
            "days_overdue": env._("Days Overdue"),
            "invoice_currency": env._("Currency of the Invoice"),
            "open_own": env._("Open in Its Currency"),
            "open": env._("Open"),
            "not_due": env._("Not Due Yet"),
            "late_30": env._("1–30 Days Late"),
            "late_60": env._("31–60 Days Late"),
            "late_90": env._("61–90 Days Late"),
            "late_more": env._("More Than 90 Days Late"),
            "counts": env._("Counts"),
            "advance": env._("Advance"),
            "state_name": env._("Qualifies"),
            "why": env._("Why Not"),
            "invoices": env._("Invoices"),
        }

    @api.model
    def _invoice_columns(self, export):
        """Keys and headings of a table of invoices."""
        labels = self._labels()
        keys = [key for key in ROW if key in labels]
        at = keys.index("state_name")
        return [
            *((key, labels[key]) for key in keys[:at]),
            *export.more,
            *((key, labels[key]) for key in keys[at:]),
        ]

    @api.model
    def _debtor_columns(self, export):
        labels = self._labels()
        keys = ("debtor_name", "registration", "country", "invoices", *SUMMED)
        return [*((key, labels[key]) for key in keys), *export.more]

    @api.model
    def _debtors(self, export):
        """A row for each debtor, largest first: what is open by age, and what counts of it."""
        found, summed = {}, (*SUMMED, *(key for key, _heading in export.more))
        for row in export.rows:
            debtor = found.setdefault(
                row["debtor"],
                {
                    "debtor_name": row["debtor_name"],
                    "registration": row["registration"],
                    "country": row["country"],
                    "invoices": 0,
                    **dict.fromkeys(summed, ZERO),
                },
            )
            debtor["invoices"] += 1
            for key in summed:
                debtor[key] += row.get(key) or ZERO
        return sorted(found.values(), key=lambda row: (-row["open"], row["debtor_name"]))

    @api.model
    def _values(self, columns, rows):
        return [[row.get(key) for key, _heading in columns] for row in rows]

    # -- files -----------------------------------------------------------------------------------

    @api.model
    def _csv(self, export, debtors=False):
        """Invoices or debtors as a table; as spreadsheets of the reader's language open it."""
        columns = self._debtor_columns(export) if debtors else self._invoice_columns(export)
        rows = self._debtors(export) if debtors else export.rows
        dialect = "nl_excel" if (self.env.lang or "").startswith("nl") else "iso"
        point = DIALECTS[dialect].decimal
        return table(
            [heading for _key, heading in columns],
            [[_cell(value, point) for value in line] for line in self._values(columns, rows)],
            dialect,
        )

    @api.model
    def _xlsx(self, export):
        """A workbook: summary, company, debtors, invoices that count, and those that don't."""
        stream = io.BytesIO()
        book = xlsxwriter.Workbook(stream, {"in_memory": True})
        sheets = _Sheets(book, export.digits)
        env, labels = self.env, self._labels()
        sheets.add(
            env._("Summary"),
            [env._("What"), env._("Value")],
            [
                *([heading, value] for _key, heading, value in export.head),
                *([heading, value] for _key, heading, value in export.sums),
            ],
        )
        sheets.add(
            env._("Company"),
            [env._("Criterion"), env._("Asked"), env._("Found"), labels["state_name"]],
            [
                [heading, asked, found, env._("Yes") if ok else env._("No")]
                for _key, heading, asked, found, ok, _values in export.answers
            ],
        )
        columns = self._debtor_columns(export)
        sheets.add(
            env._("Debtors"),
            [heading for _key, heading in columns],
            self._values(columns, self._debtors(export)),
        )
        columns = self._invoice_columns(export)
        headings = [heading for _key, heading in columns]
        for title, wanted in ((env._("Invoices"), False), (env._("Does Not Qualify"), True)):
            rows = [row for row in export.rows if (row["state"] == "refused") == wanted]
            sheets.add(title, headings, self._values(columns, rows))
        book.close()
        return stream.getvalue()

    @api.model
    def _json(self, export):
        """The same for programs: keys and codes instead of words, amounts as text."""
        keys = [key for key in ROW if key not in ("debtor", "state_name", "why")]
        keys += [key for key, _heading in export.more]
        debtor_keys = [key for key, _heading in self._debtor_columns(export)]
        content = {
            "format": FORMAT,
            "version": VERSION,
            "kind": export.what,
            "number": export.number,
            "as_of": export.day,
            "currency": export.currency,
            **{key: value for key, _heading, value in export.head},
            "company_criteria": [
                {"criterion": key, "qualifies": ok, **values}
                for key, _heading, _asked, _found, ok, values in export.answers
            ],
            "totals": {key: value for key, _heading, value in export.sums},
            "debtors": [
                {key: row.get(key) for key in debtor_keys} for row in self._debtors(export)
            ],
            "invoices": [{key: row.get(key) for key in keys} for row in export.rows],
        }
        return json.dumps(content, default=str, ensure_ascii=False, indent=1).encode()


class _Sheets:
    """Writes tables into a workbook: numbers as numbers, days as days, text never as a formula."""

    def __init__(self, book, digits):
        self.book = book
        self.bold = book.add_format({"bold": True})
        self.day = book.add_format({"num_format": "yyyy-mm-dd"})
        self.amount = book.add_format({"num_format": f"#,##0.{'0' * digits}".rstrip(".")})

    def add(self, title, head, lines):
        """One sheet.

        :param lines: of text, days, whole numbers and decimals
        """
        sheet = self.book.add_worksheet(title[:31])
        for column, text in enumerate(head):
            sheet.write_string(0, column, text, self.bold)
        for row, line in enumerate(lines, 1):
            for column, value in enumerate(line):
                self._write(sheet, row, column, value)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, max(len(head) - 1, 0), 18)

    def _write(self, sheet, row, column, value):
        if isinstance(value, Decimal):
            sheet.write_number(row, column, float(value), self.amount)
        elif isinstance(value, int) and not isinstance(value, bool):
            sheet.write_number(row, column, value)
        elif isinstance(value, date):
            moment = datetime(value.year, value.month, value.day)
            sheet.write_datetime(row, column, moment, self.day)
        elif value:
            sheet.write_string(row, column, str(value)[:32_000])


def _cell(value, point):
    """A value as the side files take it; amounts with more than two decimals as text."""
    if isinstance(value, Decimal) and -value.as_tuple().exponent > 2:
        return f"{value:f}".replace(".", point)
    return value
