from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import format_amount, format_date, formatLang

from .dunning_why import FURTHEST

#: What a table of the law is about, by the name of its rows in the rules.
TABLES = {
    "Jurisdiction": "jurisdictions",
    "Rate": "rates",
    "InterestRule": "interest",
    "CostRule": "costs",
    "AllocationRule": "allocation",
}
#: Of so many invoices, the oldest due, the days and payments are listed.
SHOWN = 40
#: Steps of the calculation that are interest.
GROWTH = ("interest", "capitalised")


class DunningCalculation(models.TransientModel):
    """How what is owed on a day was calculated, line by line; nothing is kept of it."""

    _name = "dunning.calculation"
    _description = "How It Is Calculated"

    debtor_ids = fields.Many2many("dunning.debtor", string="Debtors", readonly=True)
    item_id = fields.Many2one(
        "dunning.item", readonly=True, ondelete="cascade", help="Only what is about this one."
    )
    day = fields.Date("As of", required=True)
    answer = fields.Html(compute="_compute_answer", sanitize=False)

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        model, ids = self.env.context.get("active_model"), self.env.context.get("active_ids")
        item, debtors = self.env["dunning.item"], self.env["dunning.debtor"]
        if model == "dunning.item" and ids:
            item = item.browse(ids[:1])
            item.check_access("read")
            debtors = item.debtor_id
        elif model == "dunning.debtor" and ids:
            debtors = debtors.browse(ids)
        debtors.check_access("read")
        today = self.env["dunning.message"]._today(debtors[:1].company_id or self.env.company)
        own = {"debtor_ids": [(6, 0, debtors.ids)], "item_id": item.id, "day": today}
        return {**{name: own[name] for name in own if name in fields}, **values}

    @api.depends("debtor_ids", "item_id", "day")
    @api.depends_context("lang")
    def _compute_answer(self):
        for dialog in self:
            dialog.answer = dialog._answer()

    def _answer(self):
        item = self.item_id._origin
        item.check_access("read")
        debtors = self.debtor_ids._origin or item.debtor_id
        debtors.check_access("read")
        if not self.day:
            return self._note(self.env._("Choose a day."))
        today = self.env["dunning.message"]._today(debtors[:1].company_id or self.env.company)
        if self.day > today + FURTHEST:
            return self._note(self.env._("Choose a day within a year from today."))
        items = self.env["dunning.item"].search(debtors._owing(self.day)) | item
        found = self.env["dunning.owed"]._statements(items, self.day)
        parts = [
            self._section(owed) for owed in found.values() if not item or item.id in owed.items
        ]
        if not parts:
            return self._note(self.env._("Nothing is owed on this day."))
        if self.day > today:
            parts.insert(0, self._note(self.env._("If nothing is paid until then.")))
        return Markup("").join(parts)

    def _section(self, owed):
        """What one debtor owes in one currency."""
        only = self.item_id._origin.id
        shown = {key: each for key, each in owed.items.items() if not only or key == only}
        items = self.env["dunning.item"].browse(list(shown)).sorted("date_due")
        names = {item.id: item.display_name for item in items[:SHOWN]}
        currency = self.env["res.currency"].browse(owed.currency_id)
        return Markup('<section class="mb-4"><h4>%s</h4>%s</section>') % (
            self.env["dunning.debtor"].browse(owed.debtor_id).display_name,
            Markup("").join(
                [
                    self._totals(shown.values(), currency),
                    *(self._note(note) for note in owed.notes),
                    self._invoices(shown, items, currency),
                    self._left_out(len(items) - SHOWN),
                    self._interest(owed, names, currency),
                    self._payments(owed, names, currency),
                    self._costs(owed, set(shown), currency),
                    self._rows(owed),
                ]
            ),
        )

    # -- the tables --------------------------------------------------------------------------

    def _totals(self, shown, currency):
        labels = {
            "principal": self.env._("Invoices"),
            "costs": self.env._("Costs"),
            "interest": self.env._("Interest"),
            "total": self.env._("Owed"),
        }
        rows = [
            (label, self._money(sum(getattr(each, name) for each in shown), currency))
            for name, label in labels.items()
        ]
        return self._as_table("", (), rows, words=1)

    def _invoices(self, shown, items, currency):
        rows = [
            (
                item.display_name,
                self._date(item.date_due),
                shown[item.id].why_no_interest,
                *(
                    self._money(getattr(shown[item.id], name), currency)
                    for name in ("principal", "costs", "interest", "total")
                ),
            )
            for item in items
        ]
        heads = (
            self.env._("Invoice"),
            self.env._("Due"),
            self.env._("No interest, because"),
            self.env._("Open"),
            self.env._("Costs"),
            self.env._("Interest"),
            self.env._("Owed"),
        )
        return self._as_table(self.env._("Invoices"), heads, rows, words=3)

    def _left_out(self, count):
        if count <= 0:
            return ""
        return self._note(
            self.env._(
                "Days and payments of the %s invoices that were due last are not listed here: "
                "open one of them to see them.",
                count,
            )
        )

    def _interest(self, owed, names, currency):
        rows = []
        for line in owed.statement.lines:
            if line.kind not in GROWTH or line.claim not in names or not line.amount:
                continue
            joined = line.kind == "capitalised"
            rows.append(
                (
                    names[line.claim],
                    self.env._("After a year, interest joins the base")
                    if joined
                    else self._date(line.since),
                    self._date(line.until),
                    "" if joined else str(line.days),
                    "" if joined else self._money(line.base, currency),
                    "" if joined else self._percent(line.percent),
                    self._money(line.amount, currency)
                    if joined
                    else formatLang(self.env, float(line.amount), digits=4),
                )
            )
        heads = (
            self.env._("Invoice"),
            self.env._("From"),
            self.env._("Through"),
            self.env._("Days"),
            self.env._("Over"),
            self.env._("Rate a Year"),
            self.env._("Interest"),
        )
        return self._as_table(self.env._("Interest"), heads, rows, words=3)

    def _payments(self, owed, names, currency):
        kinds = {
            "payment": self.env._("Payment"),
            "credit": self.env._("Credit note"),
            "ledger": self.env._("Set against in the ledger"),
        }
        rows = [
            (
                self._date(paid.step.day),
                f"{kinds[paid.step.kind]} {paid.step.name}".strip(),
                names[paid.item_id],
                *(
                    self._money(amount, currency)
                    for amount in (
                        paid.step.amount,
                        paid.went.costs,
                        paid.went.interest,
                        paid.went.principal,
                    )
                ),
            )
            for paid in owed.paid
            if paid.item_id in names
        ]
        heads = (
            self.env._("Day"),
            self.env._("What"),
            self.env._("For"),
            self.env._("Amount"),
            self.env._("To Costs"),
            self.env._("To Interest"),
            self.env._("To the Invoice"),
        )
        return self._as_table(self.env._("Payments and Credit Notes"), heads, rows, words=3)

    def _costs(self, owed, shown, currency):
        charges = self.env["dunning.charge"].browse([each.charge_id for each in owed.charges])
        kinds = dict(charges._fields["kind"]._description_selection(self.env))
        rows = [
            (
                kinds[each.kind],
                charge.notice_id.display_name or charge.basis or "",
                "; ".join((charge.calculation_lines or "").splitlines()),
                self._date(each.due_from),
                *(self._money(amount, currency) for amount in (each.amount, each.waived)),
                self._money(
                    sum(amount for key, amount in each.shares.items() if key in shown), currency
                ),
            )
            for each, charge in zip(owed.charges, charges, strict=True)
            if not shown.isdisjoint(each.shares)
        ]
        heads = (
            self.env._("What"),
            self.env._("Announced By"),
            self.env._("How"),
            self.env._("Due From"),
            self.env._("Claimed"),
            self.env._("Waived or Paid"),
            self.env._("Left"),
        )
        return self._as_table(self.env._("Costs and Charges"), heads, rows, words=4)

    def _rows(self, owed):
        tables = dict(
            self.env["collection.law.row"]._fields["table"]._description_selection(self.env)
        )
        rows = []
        for row in owed.rows:
            name = type(row).__name__
            until = self._date(row.until) if row.until else ""
            rate = self._percent(row.percent) if name == "Rate" else ""
            rows.append(
                (
                    tables.get(TABLES.get(name), name),
                    " / ".join(row.key),
                    self._date(row.since),
                    until,
                    row.source,
                    rate,
                )
            )
        heads = (
            self.env._("Table"),
            self.env._("Row"),
            self.env._("From"),
            self.env._("Through"),
            self.env._("Source"),
            self.env._("Rate a Year"),
        )
        return self._as_table(self.env._("Law"), heads, rows, words=5)

    # -- as HTML -----------------------------------------------------------------------------

    def _note(self, text):
        return Markup('<p class="text-muted">%s</p>') % text

    def _as_table(self, title, heads, rows, words):
        """A table; nothing where it has no rows.

        :param words: so many columns are words, what follows are numbers
        """
        if not rows:
            return ""

        def line(tag, cells):
            return Markup("<tr>%s</tr>") % Markup("").join(
                Markup('<%s class="%s">%s</%s>')
                % (tag, "" if place < words else "text-end text-nowrap", cell, tag)
                for place, cell in enumerate(cells)
            )

        return Markup('%s<table class="table table-sm o_dunning_calculation">%s%s</table>') % (
            Markup("<h5>%s</h5>") % title if title else "",
            Markup("<thead>%s</thead>") % line("th", heads) if heads else "",
            Markup("<tbody>%s</tbody>") % Markup("").join(line("td", row) for row in rows),
        )

    def _money(self, amount, currency):
        return format_amount(self.env, float(amount), currency)

    def _date(self, day):
        return format_date(self.env, day)

    def _percent(self, percent):
        return f"{formatLang(self.env, float(percent), digits=2)} %"
