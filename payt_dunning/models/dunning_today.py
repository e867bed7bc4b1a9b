from collections.abc import Callable
from dataclasses import dataclass

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL, format_amount, format_date

from ..rules.pressing import Waiting

#: Rows of a section, and of the list of what comes first.
MOST = 10
#: Items of a debtor that are looked at for its row; the rest of them is counted.
MOST_ITEMS = 50
SCOPES = ("mine", "team", "all")
COLLECTOR = "payt_dunning.group_dunning_user"
MANAGER = "payt_dunning.group_dunning_manager"


@dataclass(frozen=True, slots=True)
class Act:
    """Something to do about a row, there and then.

    :param label: on the button, in the user's language
    :param do: a method of the row's model, or the XML id of an action; none: open the record
    :param about: whose id it gets: the ``row``'s or its ``debtor``'s
    :param when: whether it can be done about a record
    :param confirm: what is asked before
    """

    label: str
    do: str = ""
    about: str = "row"
    context: dict | None = None
    confirm: str = ""
    group: str = COLLECTOR
    when: Callable = lambda record: True


@dataclass(frozen=True, slots=True)
class Section:
    """A kind of thing that waits for a person: where it is kept, and what can be done.

    Columns are SQL about the table ``t`` (and ``company``): ``amount`` in ``currency``, and
    the ``deadline``, the last day on which it is in time.

    :param title: in the user's language
    :param domain: what waits; record rules are added
    :param handler: path to whoever it belongs to; none: it is the company's, shown to everybody
    :param by_debtor: one row for each debtor, of items
    :param about: gives a record's invoice or number; of items by debtor also gets how many
    :param why: gives why it waits, in a few words
    :param action: XML id of the list of it
    :param listed: gives the domain of that list, where it is of another model, from the own one
    """

    key: str
    title: str
    model: str
    domain: Domain
    action: str
    handler: str | None = "handler_id"
    debtor: SQL = SQL("t.debtor_id")
    company: SQL = SQL("t.company_id")
    amount: SQL = SQL("t.amount")
    currency: SQL = SQL("t.currency_id")
    deadline: SQL = SQL("NULL::date")
    listed: Callable = lambda domain: domain
    by_debtor: bool = False
    about: Callable = lambda record: record.display_name
    why: Callable = lambda record: ""
    acts: tuple = ()


class DunningToday(models.AbstractModel):
    """What needs a person today, as plain values in the user's language; nothing is changed.

    A section costs one statement, and those that read what its first rows are called.
    """

    _name = "dunning.today"
    _description = "What Needs a Person Today"

    # -- what there is -------------------------------------------------------------------

    @api.model
    def _sections(self):
        """The sections in the order in which they are shown; what inherits this adds its own.

        :return: list of pairs of rank and :class:`Section`
        """
        return []

    @api.model
    def _readable(self, keys=None):
        """The sections whose records the user may read, in order."""
        ranked = sorted(self._sections(), key=lambda pair: pair[0])
        return [
            section
            for _rank, section in ranked
            if (not keys or section.key in keys) and self.env[section.model].has_access("read")
        ]

    @api.model
    def _handlers(self, scope):
        """Whose work a scope shows: users, and whether nobody's too.

        Mine: what I handle, or somebody I stand in for today. Team: of colleagues too with whom
        I stand in for each other, now or at another time; and what nobody handles.

        :return: ``None`` for everybody's
        """
        Absence = self.env["dunning.substitute"]
        if scope == "all":
            return None
        mine = Absence._handled_by_me()
        if scope == "mine":
            return mine.ids, False
        absences = Absence.sudo().search(
            ["|", ("user_id", "=", self.env.uid), ("substitute_id", "=", self.env.uid)]
        )
        return (mine | absences.user_id | absences.substitute_id).ids, True

    @api.model
    def _scoped(self, section, handlers):
        """The domain of a section for whose work is shown, see :meth:`_handlers`."""
        domain = Domain(section.domain)
        if section.handler is None or handlers is None:
            return domain
        users, nobody = handlers
        own = Domain(section.handler, "in", users)
        return domain & (own | Domain(section.handler, "=", False) if nobody else own)

    # -- looking -------------------------------------------------------------------------

    @api.model
    @api.readonly
    def look(self, scope="team", keys=None):
        """What needs a person: sections with counts, amounts and their first rows.

        Amounts of a section are in the currency of each company, those of companies with
        different currencies apart.

        :param scope: ``mine``, ``team`` or ``all``
        :param keys: of the sections asked for; all when left out
        :return: dict of plain values: ``sections``, ``companies``, ``may``, ``manager``
        """
        self._check_viewer()
        if scope not in SCOPES:
            raise UserError(self.env._("Choose mine, team or all."))
        self.env.flush_all()
        today = fields.Date.context_today(self)
        rates, handlers = self._rates(today), self._handlers(scope)
        sections = [
            self._show(section, handlers, today, rates) for section in self._readable(keys or None)
        ]
        self._name_debtors(sections)
        return {
            "sections": sections,
            "companies": self._companies() if not keys else [],
            "may": self.env.user.has_group(COLLECTOR),
            "manager": self.env.user.has_group(MANAGER),
            "day": format_date(self.env, today),
        }

    @api.model
    def _check_viewer(self):
        if not self.env.user.has_group("payt_dunning.group_dunning_viewer"):
            raise AccessError(self.env._("Only those who follow up on debtors see this."))

    @api.model
    def _companies(self):
        """What is to be known about the companies: live or not, and whether anything is open."""
        busy = {
            company.id
            for (company,) in self.env["dunning.item"]._read_group(
                [("company_id", "in", self.env.companies.ids), ("state", "=", "open")],
                ["company_id"],
            )
        }
        return [
            {
                "id": company.id,
                "name": company.name,
                "live": company._dunning_is_live(),
                "silence": company._dunning_silence(),
                "open": company.id in busy,
            }
            for company in self.env.companies
        ]

    @api.model
    def _rates(self, today):
        """From each currency to the company's, and to that of the main company.

        :return: SQL rows of company, currency, rate to the company's, rate that compares all
        """
        main = self.env.company
        currencies = self.env["res.currency"].search([]) | self.env.companies.currency_id
        compare = currencies._get_rates(main, today)
        rows = []
        for company in self.env.companies:
            own = currencies._get_rates(company, today)
            rows += [
                SQL(
                    "(%s, %s, %s::numeric, %s::numeric)",
                    company.id,
                    currency.id,
                    own[company.currency_id.id] / own[currency.id],
                    compare[main.currency_id.id] / compare[currency.id],
                )
                for currency in currencies
            ]
        return SQL("(VALUES %s)", SQL(", ").join(rows))

    @api.model
    def _rows_sql(self, section, handlers):
        """The rows of a section: id, company, debtor, amount, currency, deadline, items, number."""
        Model = self.env[section.model]
        ids = Model._search(self._scoped(section, handlers), order="id").subselect()
        table = SQL.identifier(Model._table)
        if section.by_debtor:
            return SQL(
                """SELECT t.debtor_id AS id, t.company_id, t.debtor_id, sum(t.amount_company) AS amount,
                          company.currency_id, min(%s) AS deadline,
                          (array_agg(t.id ORDER BY t.id))[1:%s] AS items, count(*) AS number
                     FROM %s t JOIN res_company company ON company.id = t.company_id
                    WHERE t.id IN %s
                 GROUP BY t.debtor_id, t.company_id, company.currency_id""",
                section.deadline,
                MOST_ITEMS,
                table,
                ids,
            )
        return SQL(
            """SELECT t.id, %s AS company_id, %s AS debtor_id, %s AS amount, %s AS currency_id,
                      %s AS deadline, NULL::int[] AS items, 1::bigint AS number
                 FROM %s t LEFT JOIN res_company company ON company.id = %s
                WHERE t.id IN %s""",
            section.company,
            section.debtor,
            section.amount,
            section.currency,
            section.deadline,
            table,
            section.company,
            ids,
        )

    @api.model
    def _read(self, section, handlers, today, rates):
        """What each company has of a section, and the most pressing rows; in one statement.

        :return: totals (company, number, amount in its currency, first deadline, how many are
            late) and rows (id, debtor, amount, currency, deadline, items, how many, comparable amount),
            in the order of :class:`~..rules.pressing.Waiting`
        """
        found = self.env.execute_query(
            SQL(
                """WITH part AS MATERIALIZED (
                       SELECT part.*, part.amount * rate.own AS own,
                              coalesce(part.amount * rate.compare, 0) AS money
                         FROM (%(rows)s) AS part
                    LEFT JOIN %(rates)s AS rate(company_id, currency_id, own, compare)
                           ON rate.company_id = part.company_id
                          AND rate.currency_id = part.currency_id)
                   SELECT company_id, count(*), sum(own), min(deadline),
                          count(*) FILTER (WHERE deadline < %(today)s),
                          NULL::int, NULL::int, NULL::int[], NULL::bigint, NULL::numeric
                     FROM part GROUP BY company_id
                UNION ALL
                  (SELECT NULL, id, amount, deadline, NULL, debtor_id, currency_id, items, number,
                         money
                     FROM part
                 ORDER BY coalesce(deadline < %(today)s, FALSE) DESC,
                          CASE WHEN deadline >= %(today)s THEN deadline END NULLS LAST,
                          money DESC, id
                    LIMIT %(most)s)""",
                rows=self._rows_sql(section, handlers),
                rates=rates,
                today=today,
                most=MOST,
            )
        )
        totals = [row[:5] for row in found if row[0]]
        rows = [
            (record_id, debtor_id, amount, currency_id, deadline, *rest)
            for company_id, record_id, amount, deadline, _, debtor_id, currency_id, *rest in found
            if not company_id
        ]
        rows.sort(key=lambda row: (Waiting(row[4], row[7]).order(today), row[0]))
        return totals, rows

    @api.model
    def _show(self, section, handlers, today, rates):
        """A section with its counts, amounts and first rows."""
        totals, rows = self._read(section, handlers, today, rates)
        deadline = min((total[3] for total in totals if total[3]), default=None)
        return {
            "key": section.key,
            "title": section.title,
            "count": sum(total[1] for total in totals),
            "late": sum(total[4] for total in totals),
            "amounts": self._amounts(totals),
            "deadline": deadline and format_date(self.env, deadline) or "",
            "rows": self._first_rows(section, rows, today),
            "all": {
                "action": section.action,
                "domain": list(section.listed(self._scoped(section, handlers))),
            },
        }

    @api.model
    def _amounts(self, totals):
        """Sums of companies, those with the same currency together, in words."""
        sums = {}
        for company_id, _count, amount, *_more in totals:
            if amount:
                currency = self.env["res.company"].browse(company_id).currency_id
                sums[currency] = sums.get(currency, 0) + amount
        return [format_amount(self.env, float(sums[each]), each) for each in sums]

    @api.model
    def _first_rows(self, section, found, today):
        """The rows that :meth:`_read` found, in plain values."""
        model = "dunning.debtor" if section.by_debtor else section.model
        # What the record rules let through is named, also where the user may not read the invoice.
        records = self.env[model].sudo().browse([row[0] for row in found])
        items = self.env["dunning.item"].sudo().browse([i for row in found for i in row[5] or ()])
        own_items = items.grouped("debtor_id") if section.by_debtor else {}
        return [
            self._row(section, record, own_items.get(record, record), row, today)
            for record, row in zip(records, found, strict=True)
        ]

    @api.model
    def _row(self, section, record, told_by, found, today):
        """One row in plain values.

        :param told_by: the record, or its items, that say what it is about and why it waits
        """
        _id, debtor_id, amount, currency_id, deadline, items, number, money = found
        currency = self.env["res.currency"].browse(currency_id)
        waiting = Waiting(deadline, money)
        return {
            "key": f"{section.key}-{record.id}",
            "section": section.key,
            "model": record._name,
            "id": record.id,
            "debtorId": debtor_id,
            "itemIds": items or [],
            "itemCount": number,
            "about": section.about(told_by, *[number] * section.by_debtor) or "",
            "why": section.why(told_by) or "",
            "amount": format_amount(self.env, float(amount), currency)
            if amount is not None and currency
            else "",
            "deadline": deadline and format_date(self.env, deadline) or "",
            "days": (today - deadline).days if deadline else None,
            "late": waiting.late(today),
            "order": [float(part) for part in waiting.order(today)],
            "acts": [self._act(act) for act in section.acts if self._may(act, record)],
        }

    @api.model
    def _may(self, act, record):
        return self.env.user.has_group(act.group) and act.when(record)

    @api.model
    def _act(self, act):
        return {
            "label": act.label,
            "do": act.do,
            "about": act.about,
            "context": act.context or {},
            "confirm": act.confirm,
        }

    @api.model
    def _name_debtors(self, sections):
        """Write the names of debtors into the rows of all sections."""
        rows = [row for section in sections for row in section["rows"]]
        debtors = (
            self.env["dunning.debtor"].sudo().browse({row["debtorId"] for row in rows} - {None})
        )
        names = {debtor.id: debtor.partner_id.display_name for debtor in debtors}
        for row in rows:
            row["debtor"] = names.get(row["debtorId"], "")
