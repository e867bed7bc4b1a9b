from collections import defaultdict
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from odoo import api, models
from odoo.tools import SQL

from odoo.addons.payt_dunning.rules.financing import ZERO
from odoo.addons.payt_dunning.rules.financing_invoices import Invoice
from odoo.addons.payt_dunning.tools import exact

#: Kinds of holds after which nobody knows whether an invoice will be paid, or has been.
DOUBTFUL = (
    "already_paid",
    "reopened",
    "booking_error",
    "insolvency",
    "restructuring",
    "debt_help",
    "administration",
    "deceased",
    "minor",
    "stop_goodwill",
    "stop_write_off",
    "stop_not_ours",
)
#: Ends of the aging, in days late; what is later is in the last one.
BUCKETS = ("not_due", "late_30", "late_60", "late_90", "late_more")


@dataclass(slots=True)
class Held:
    """What holds say of an invoice, a debtor or the whole company.

    :param disputed: in the invoice's currency
    :param whole: all of it is disputed
    """

    disputed: Decimal = ZERO
    whole: bool = False
    in_plan: bool = False
    in_case: bool = False
    on_hold: str = ""


@dataclass(slots=True)
class Book:
    """The open invoices of a company, as a financier looks at them.

    :param rows: what the check keeps, by invoice id: plain values
    :param invoices: the same for the rules
    :param credits: free credits and receipts by debtor and currency code, that name nothing
    :param named: those that say for which invoices they are
    :param owed: what we owe, by debtor
    """

    rows: dict = field(default_factory=dict)
    invoices: list = field(default_factory=list)
    credits: dict = field(default_factory=dict)
    named: list = field(default_factory=list)
    owed: dict = field(default_factory=dict)


class ReceivableFinancingFacts(models.AbstractModel):
    """Open invoices and all that is known of them: as many statements for any number."""

    _name = "receivable.financing.facts"
    _inherit = ["receivable.financing.books", "receivable.financing.money"]
    _description = "What Is Known of Open Invoices"

    @api.model
    def _book(self, financing, day):
        """What is open of the invoices of a financing's company; see :class:`Book`.

        Amounts are in the financing's currency, at the rates of the day.
        """
        company = financing.company_id
        self.env.flush_all()
        # PostgreSQL takes these for dearer than they are, and would compile them for seconds.
        self.env.cr.execute("SET LOCAL jit = off")
        rows = self.env.execute_query_dict(self._invoices_sql(financing, day))
        money = self._money(company, rows)
        currencies = {row["currency_id"] for row in rows}
        currencies |= {currency_id for each in money for currency_id, _amount in each.amounts}
        rates = self._rates(financing, day, currencies)
        held, under_way = self._held(company, day), self._under_way(rows)
        own = self.env["res.company"].sudo().search([]).partner_id.commercial_partner_id.ids
        book, own, step = Book(), frozenset(own), self._step(financing.currency_id)
        for row in rows:
            row["kind"] = row["kind"] or None
            row["related"] = (
                "group" if row["partner_id"] in own else "employee" if row["employee"] else ""
            )
            self._value(row, rates, step)
            book.rows[row["move_id"]] = row
            book.invoices.append(self._invoice(row, held, under_way, step))
        book.credits, book.named = self._credits(money, book.invoices, rates, step)
        if financing.deduct_owed:
            book.owed = self._owed(company, {row["partner_id"] for row in rows}, rates)
        return book

    @api.model
    def _invoices_sql(self, financing, day):
        """A row for each open customer invoice, with its debtor; amounts in its own currency."""
        return SQL(
            """WITH line AS (
                       SELECT line.move_id, line.currency_id, line.amount_residual_currency AS own,
                              coalesce(line.date_maturity, line.date) AS due,
                              %(day)s - coalesce(line.date_maturity, line.date) AS late
                         FROM account_move_line line
                         JOIN account_move move ON move.id = line.move_id
                        WHERE line.company_id = %(company)s AND line.account_id = ANY(%(accounts)s)
                          AND line.parent_state = 'posted' AND line.reconciled IS NOT TRUE
                          AND line.amount_residual_currency > 0
                          AND move.move_type IN ('out_invoice', 'out_receipt')),
                    open AS (
                       SELECT move_id, min(currency_id) AS currency_id, max(due) AS date_due,
                              min(due) AS due, sum(own) AS own,
                              sum(CASE WHEN late <= 0 THEN own ELSE 0 END) AS not_due,
                              sum(CASE WHEN late BETWEEN 1 AND 30 THEN own ELSE 0 END) AS late_30,
                              sum(CASE WHEN late BETWEEN 31 AND 60 THEN own ELSE 0 END) AS late_60,
                              sum(CASE WHEN late BETWEEN 61 AND 90 THEN own ELSE 0 END) AS late_90,
                              sum(CASE WHEN late > 90 THEN own ELSE 0 END) AS late_more
                         FROM line
                     GROUP BY move_id),
                    bought AS (
                       SELECT move_id, min(claim_kind) AS kind
                         FROM dunning_item
                        WHERE company_id = %(company)s AND claim_kind IS NOT NULL
                     GROUP BY move_id),
                    in_case AS (
                       SELECT DISTINCT item.move_id
                         FROM collection_case_line line
                         JOIN collection_case file ON file.id = line.case_id
                         JOIN dunning_item item ON item.id = line.item_id
                        WHERE line.left_on IS NULL AND file.phase <> 'closed'
                          AND file.company_id = %(company)s),
                    pledge AS (
                       SELECT pledge.move_id, pledge.financing_id, pledge.amount, taker.name
                         FROM receivable_pledge pledge
                         JOIN receivable_financing taker ON taker.id = pledge.financing_id
                        WHERE pledge.company_id = %(company)s
                          AND pledge.state IN ('offered', 'pledged'))
               SELECT open.*, move.name, move.payment_reference, move.invoice_date, currency.name AS currency,
                      move.commercial_partner_id AS partner_id,
                      move.dunning_charge_id IS NOT NULL AS costs,
                      coalesce(partner.complete_name, partner.name) AS debtor_name,
                      coalesce(nullif(partner.vat, '/'), partner.company_registry)
                          AS registration,
                      partner.country_id, country.code AS country,
                      debtor.id AS debtor_id, coalesce(bought.kind, debtor.kind) AS kind,
                      coalesce(partner.employee, false) OR EXISTS (
                          SELECT FROM res_users staff
                           WHERE staff.partner_id = partner.id AND staff.active
                             AND staff.share IS NOT TRUE) AS employee,
                      in_case.move_id IS NOT NULL AS in_case,
                      coalesce(pledge.name, '') AS pledged_to,
                      CASE WHEN pledge.financing_id = %(financing)s THEN pledge.amount END
                          AS pledged_here
                 FROM open
                 JOIN account_move move ON move.id = open.move_id
                 JOIN res_currency currency ON currency.id = open.currency_id
                 JOIN res_partner partner ON partner.id = move.commercial_partner_id
            LEFT JOIN res_country country ON country.id = partner.country_id
            LEFT JOIN dunning_debtor debtor ON debtor.company_id = %(company)s
                                           AND debtor.partner_id = partner.id
            LEFT JOIN bought ON bought.move_id = move.id
            LEFT JOIN in_case ON in_case.move_id = move.id
            LEFT JOIN pledge ON pledge.move_id = move.id
             ORDER BY open.due, move.id""",
            company=financing.company_id.id,
            financing=financing.id,
            accounts=self.env["dunning.ledger"]._accounts_sql(),
            day=day,
        )

    @api.model
    def _invoice(self, row, held, under_way, step):
        """A row as the rules take it."""
        mine = [
            held[key]
            for key in (("move", row["move_id"]), ("debtor", row["debtor_id"]), ("company", 0))
            if key in held
        ]
        whole = any(each.whole for each in mine)
        disputed = exact(row["own"]) if whole else sum((each.disputed for each in mine), ZERO)
        worth = row["open"] or ZERO
        share = worth / exact(row["own"])
        here = min(exact(row["pledged_here"]), worth)
        return Invoice(
            key=row["move_id"],
            debtor=row["partner_id"],
            currency=row["currency"],
            open=row["open"],
            invoice_date=row["invoice_date"],
            due=row["due"],
            country=row["country"],
            kind=row["kind"],
            related=row["related"],
            disputed=self._rounded(min(disputed * share, worth), step),
            under_way=self._rounded(under_way.get(row["move_id"], ZERO) * share, step),
            in_plan=any(each.in_plan for each in mine),
            in_case=row["in_case"] or any(each.in_case for each in mine),
            on_hold=next((each.on_hold for each in mine if each.on_hold), ""),
            costs=row["costs"],
            pledged_to=row["pledged_to"],
            pledged_here=here,
        )

    # -- what amounts are worth ------------------------------------------------------------------

    @api.model
    def _step(self, currency):
        """The smallest amount of a currency."""
        return Decimal(1).scaleb(-currency.decimal_places)

    @api.model
    def _rounded(self, amount, step):
        return amount.quantize(step, ROUND_HALF_UP)

    @api.model
    def _rates(self, financing, day, currency_ids):
        """What one of each currency is worth in the financing's: ``{currency id: Decimal}``.

        Of these, the company's own and the financing's.
        A currency without any rate by that day is left out: Odoo would take it for 1.
        """
        company, mine = financing.company_id, financing.currency_id
        home = company.currency_id
        known = {
            currency_id
            for (currency_id,) in self.env.execute_query(
                SQL(
                    """SELECT DISTINCT currency_id FROM res_currency_rate
                        WHERE name <= %s AND (company_id IS NULL OR company_id = %s)
                          AND currency_id = ANY(%s)""",
                    day,
                    company.root_id.id,
                    [*currency_ids, mine.id],
                )
            )
        } | {home.id}
        rates = {mine.id: Decimal(1)}
        if mine.id in known:
            currencies = self.env["res.currency"].with_context(active_test=False)
            for each in currencies.browse(known - {mine.id}):
                rates[each.id] = Decimal(
                    repr(currencies._get_conversion_rate(each, mine, company, day))
                )
        return rates

    @api.model
    def _value(self, row, rates, step):
        """Put into a row what its amounts are worth: ``open`` and the parts by age."""
        rate = rates.get(row["currency_id"])
        if rate is None:
            row.update(dict.fromkeys(BUCKETS, ZERO), open=None)
            return
        row["open"] = self._rounded(exact(row["own"]) * rate, step)
        parts = {
            name: self._rounded(exact(row[name]) * rate, step) if row[name] else ZERO
            for name in BUCKETS
        }
        # What rounding leaves goes to the largest part.
        largest = max(parts, key=parts.get)
        parts[largest] += row["open"] - sum(parts.values())
        row.update(parts)

    # -- holds and money -------------------------------------------------------------------------

    @api.model
    def _held(self, company, day):
        """What holds say: ``{("move" or "debtor", id) or ("company", 0): Held}``."""
        rows = self.env.execute_query(
            SQL(
                """SELECT hold.kind, coalesce(hold.move_id, item.move_id),
                          CASE WHEN coalesce(hold.move_id, item.move_id) IS NULL
                               THEN hold.debtor_id END,
                          sum(CASE WHEN hold.amount > 0 THEN hold.amount
                                   ELSE line.amount_residual_currency END),
                          bool_or(coalesce(hold.amount, 0) = 0 AND item.id IS NULL)
                     FROM dunning_hold hold
                LEFT JOIN dunning_item item ON item.id = hold.item_id
                LEFT JOIN account_move_line line ON line.id = item.line_id
                    WHERE hold.company_id = %s AND hold.kind = ANY(%s)
                      AND hold.released_on IS NULL AND hold.proposed IS NOT TRUE
                      AND (hold.date_until IS NULL OR hold.date_until >= %s)
                 GROUP BY 1, 2, 3""",
                company.id,
                ["dispute", "plan", "handed_over", *DOUBTFUL],
                day,
            )
        )
        held = defaultdict(Held)
        for kind, move_id, debtor_id, amount, whole in rows:
            if move_id:
                mine = held["move", move_id]
            else:
                mine = held[("debtor", debtor_id) if debtor_id else ("company", 0)]
            if kind == "dispute":
                mine.disputed += exact(amount)
                mine.whole |= whole
            elif kind == "plan":
                mine.in_plan = True
            elif kind == "handed_over":
                mine.in_case = True
            else:
                mine.on_hold = kind
        return dict(held)
