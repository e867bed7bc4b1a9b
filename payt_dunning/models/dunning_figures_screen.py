import io
from decimal import Decimal

import xlsxwriter

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date

from ..rules.dossier.csv import table
from .dunning_figures import before
from .dunning_figures_counts import HANDED_LINES
from .dunning_figures_words import MUST_BE_ZERO

#: Inputs that are journal items as they stood on the day: what is asked of their kind.
AGED = {
    "receivables": [],
    "current_net": [("kind", "!=", "overdue")],
    "current": [("kind", "=", "current")],
    "overdue": [("kind", "=", "overdue")],
    "open": [("kind", "!=", "credit")],
    "credits": [("kind", "=", "credit")],
    "long": [("kind", "=", "overdue"), ("days_late", ">", 90)],
    "beginning": [],
}
#: Inputs that are records of a period: model, what is asked of them, and the day that counts.
RECORDS = {
    "promises_kept": ("dunning.promise", [("state", "=", "kept")], "deadline"),
    "promises_broken": ("dunning.promise", [("state", "=", "broken")], "deadline"),
    "plans_completed": ("dunning.payment.plan", [("state", "=", "completed")], "ended_on"),
    "plans_lapsed": ("dunning.payment.plan", [("state", "=", "lapsed")], "ended_on"),
    "disputes": ("dunning.dispute", [("state", "!=", "open")], "decided_on"),
    "answers": ("dunning.question", [("state", "=", "answered")], "answered_on"),
    "calls": ("dunning.call", [], "moment"),
    "right": ("dunning.call", [("right_party", "=", True)], "moment"),
    "left": ("dunning.contact.result", [("left_count", "=", 1)], "day"),
    "arrived": ("dunning.contact.result", [("arrived", "=", 1)], "day"),
    "recovered": ("dunning.level.result", [], "sent_on"),
    "asked": ("dunning.level.result", [], "sent_on"),
    "reminders": (
        "dunning.notice",
        [
            ("kind", "=", "reminder"),
            ("retry_of_id", "=", False),
            ("sent_at", "!=", False),
            ("state", "in", ("sent", "returned")),
        ],
        "sent_on",
    ),
    "unwarranted": ("dunning.fault", [("kind", "!=", "duplicate")], "sent_on"),
    "duplicates": ("dunning.fault", [("kind", "=", "duplicate")], "sent_on"),
}
#: Inputs that are records whatever the period, since the day or before.
OTHERS = {
    "office_costs": ("collection.agent.result", [("route", "!=", "own")]),
    "office_recovered": ("collection.agent.result", [("route", "!=", "own")]),
    "failing": ("dunning.failed.address", []),
}
#: Inputs that are journal items.
LINES = ("sales", "sales_year", "invoices", "handed", "paid")
SAME = {"handed_amount": "handed", "invoiced": "invoices"}
#: Views of what is shown; only a list elsewhere.
VIEWS = {
    "dunning.aging": ("list", "pivot", "graph"),
    "dunning.fault": ("list",),
    "dunning.level.result": ("pivot", "graph", "list"),
    "dunning.contact.result": ("pivot", "graph", "list"),
    "collection.agent.result": ("pivot", "graph", "list"),
}


class DunningFigures(models.AbstractModel):
    """The figures on a screen, each with what it was computed from and the way to its records."""

    _name = "dunning.figures"
    _inherit = ["dunning.figures", "dunning.figures.words"]

    @api.model
    @api.readonly
    def look(self, day=None, company_id=None, months=3, buckets=None, own=True):
        """Every figure of one company as at a day.

        :param day: ISO date, not to come; today when left out
        :param company_id: one of the user's companies; the current one when left out
        :param months: 1, 3 or 12: the period of figures that are about one
        :param buckets: ends of the aging buckets as ``30, 60, 90``; the company's when left out
        :param own: whether what companies of this database owe each other counts
        """
        asked = self._asked(day, company_id, months, buckets, own)
        groups, aging, trend = self._measure(asked)
        company, names = asked.company, self._group_names()
        return {
            "day": fields.Date.to_string(asked.day),
            "dayText": format_date(self.env, asked.day),
            "periodText": self._period_text(asked),
            "months": asked.months,
            "buckets": ", ".join(map(str, asked.ends)),
            "own": asked.own,
            "company": {"id": company.id, "name": company.name},
            "companies": [{"id": each.id, "name": each.name} for each in self.env.companies],
            "groups": [
                {
                    "key": key,
                    "name": names[key],
                    "cards": [self._card(card, company) for card in cards],
                }
                for key, cards in groups
            ],
            "aging": self._aging_rows(asked, aging),
            "trend": self._trend(trend),
        }

    @api.model
    def _card(self, card, company):
        name, definition = self._definitions()[card.key]
        names, value = self._input_names(), card.figure.value
        return {
            "key": card.key,
            "name": name,
            "definition": definition,
            "text": self._why_not(card.figure)
            if value is None
            else self._shown(value, card.unit, company),
            "known": value is not None,
            "wrong": card.key in MUST_BE_ZERO and bool(value),
            "inputs": [
                {
                    "key": key,
                    "name": names[key],
                    "text": self._shown(amount, unit, company),
                    "opens": self._can_open(key),
                }
                for key, amount, unit in card.inputs
            ],
        }

    @api.model
    def _aging_rows(self, asked, aging):
        env, company = self.env, asked.company
        rows = [(env._("Not due yet"), aging.current)]
        rows += zip(company._dunning_bucket_names(asked.ends), aging.late, strict=True)
        whole = aging.open
        shown = [
            {
                "name": name,
                "text": self._shown(amount, "money", company),
                "share": round(float(amount * 100 / whole), 1) if whole else 0,
                "shareText": self._shown(amount * 100 / whole, "percent", company) if whole else "",
            }
            for name, amount in rows
        ]
        if aging.credits:
            credit = self._shown(-aging.credits, "money", company)
            shown.append(
                {"name": env._("Credits not matched"), "text": credit, "share": 0, "shareText": ""}
            )
        return shown

    @api.model
    def _trend(self, trend):
        def number(figure):
            return None if figure.value is None else round(float(figure.value), 1)

        return [
            {
                "day": format_date(self.env, day, date_format="MMM yy"),
                "dso": number(dso),
                "overdue": number(aging.share_overdue()),
                "long": number(aging.share_long()),
            }
            for day, dso, aging in trend
        ]

    # -- to the records --------------------------------------------------------------------------------

    @api.model
    def _can_open(self, key):
        key = SAME.get(key, key)
        return key in AGED or key in RECORDS or key in OTHERS or key in LINES

    @api.model
    def open(self, key, day=None, company_id=None, months=3, own=True):
        """The records that a number was made of.

        :param key: of an input of :meth:`look`
        :return: an action
        :raises UserError: for a number that has no records
        """
        asked = self._asked(day, company_id, months, None, own)
        asked_key, key = key, SAME.get(key, key)
        if not self._can_open(key):
            raise UserError(self.env._("There is nothing behind this number."))
        context = {"create": False}
        mine = Domain("company_id", "=", asked.company.id)
        if key in AGED:
            model, domain = "dunning.aging", mine & Domain(AGED[key])
            shown = asked.first if key == "beginning" else asked.day
            context.update(dunning_day=fields.Date.to_string(shown), dunning_no_own=not asked.own)
        elif key in RECORDS:
            model, wanted, counted = RECORDS[key]
            domain = mine & Domain(wanted) & self._in_period(model, counted, asked)
            if model == "dunning.level.result":
                context.update(dunning_day=fields.Date.to_string(asked.day))
        elif key in OTHERS:
            model, wanted = OTHERS[key]
            domain = mine & Domain(wanted) & Domain("since", "<=", asked.day)
            if key == "failing":
                domain &= Domain("until", "=", False) | Domain("until", ">=", asked.day)
        else:
            model, domain = "account.move.line", self._lines_domain(key, asked)
        return {
            "type": "ir.actions.act_window",
            "name": self._input_names()[asked_key],
            "res_model": model,
            "domain": list(domain),
            "context": context,
            "views": [(False, kind) for kind in VIEWS.get(model, ("list", "form"))],
        }

    @api.model
    def _in_period(self, model, field, asked):
        if self.env[model]._fields[field].type == "datetime":
            first = fields.Date.add(asked.first, days=1)
            after = fields.Date.add(asked.day, days=1)
            return Domain(field, ">=", f"{first} 00:00:00") & Domain(
                field, "<", f"{after} 00:00:00"
            )
        return Domain(field, ">", asked.first) & Domain(field, "<=", asked.day)

    @api.model
    def _lines_domain(self, key, asked):
        """The journal items of one of :data:`LINES`."""
        if key == "paid":
            return self.env["dunning.ledger"]._paid_domain(
                asked.company, asked.first, asked.day, asked.own
            )
        if key == "handed":
            self.env.flush_all()
            return Domain("id", "in", [line_id for (line_id,) in self._handed(asked, HANDED_LINES)])
        return self._sold_domain(key, asked)

    @api.model
    def _sold_domain(self, key, asked):
        first = asked.first if key == "sales" else before(asked.day, 12)
        own = asked.own or key == "invoices"
        domain = self.env["dunning.ledger"]._sales_domain(asked.company, first, asked.day, own)
        if key == "invoices":
            domain &= Domain("move_id.move_type", "=", "out_invoice") & Domain("balance", ">", 0)
        return domain

    # -- to a file -------------------------------------------------------------------------------------

    @api.model
    def _rows(self, asked):
        """The figures as a table: head and lines; numbers are decimals."""
        env, words, names = self.env, self._definitions(), self._input_names()
        head = [
            env._("Company"),
            env._("As at"),
            env._("Figure"),
            env._("Value"),
            env._("Unit"),
            env._("Computed From"),
            env._("Definition"),
        ]
        units = self._unit_names(asked.company)
        lines = []
        for _key, cards in self._measure(asked)[0]:
            for card in cards:
                known = card.figure.value is not None
                name, definition = words[card.key]
                inputs = "; ".join(
                    f"{names[key]}: {self._shown(amount, unit, asked.company)}"
                    for key, amount, unit in card.inputs
                )
                value = round(card.figure.value, 4) if known else self._why_not(card.figure)
                lines.append(
                    [
                        asked.company.name,
                        asked.day,
                        name,
                        value,
                        units[card.unit] if known else "",
                        inputs,
                        definition,
                    ]
                )
        return head, lines

    @api.model
    def _unit_names(self, company):
        env = self.env
        return {
            "money": company.currency_id.name,
            "per_euro": company.currency_id.name,
            "percent": "%",
            "days": env._("days"),
            "hours": env._("hours"),
            "count": env._("number"),
        }

    @api.model
    def _file(self, kind, **asked):
        """The figures as a file; text in it is never a formula.

        :param kind: ``csv`` or ``xlsx``
        """
        asked = self._asked(**asked)
        head, lines = self._rows(asked)
        if kind == "csv":
            dialect = "nl_excel" if (self.env.lang or "").startswith("nl") else "iso"
            return table(head, [[_cents(value) for value in line] for line in lines], dialect)
        stream = io.BytesIO()
        book = xlsxwriter.Workbook(stream, {"in_memory": True})
        sheet = book.add_worksheet()
        bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
        for column, text in enumerate(head):
            sheet.write_string(0, column, text, bold)
        for row, line in enumerate(lines, 1):
            for column, value in enumerate(line):
                if isinstance(value, Decimal):
                    sheet.write_number(row, column, float(value))
                elif isinstance(value, str):
                    sheet.write_string(row, column, value)
                else:
                    sheet.write_datetime(row, column, fields.Datetime.to_datetime(value), day)
        sheet.set_column(0, 6, 24)
        book.close()
        return stream.getvalue()


def _cents(value):
    """Numbers with the two decimals that the side files have."""
    return round(value, 2) if isinstance(value, Decimal) else value
