import json
from decimal import Decimal

from odoo import fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from odoo.addons.payt_dunning.rules.financing import Criteria
from odoo.addons.payt_dunning.rules.financing_invoices import NO_PERSONS, check
from odoo.addons.payt_dunning.tools import exact

from .receivable_financing_facts import BUCKETS

#: What is added up by debtor.
SUMMED = (*BUCKETS, "open_amount", "counts", "advance")
#: What a line keeps, with the type of its column.
COLUMNS = {
    "move_id": "int",
    "name": "varchar",
    "debtor_id": "int",
    "debtor_name": "varchar",
    "registration": "varchar",
    "country_id": "int",
    "natural_person": "bool",
    "invoice_date": "date",
    "date_due": "date",
    "days_overdue": "int",
    "invoice_currency_id": "int",
    "open_own": "numeric",
    "open_amount": "numeric",
    **dict.fromkeys(BUCKETS, "numeric"),
    "counts": "numeric",
    "advance": "numeric",
    "state": "varchar",
    "reasons": "jsonb",
}


class ReceivableFinancing(models.Model):
    """Looking at the company and its invoices as a financier does."""

    _inherit = "receivable.financing"  # pylint: disable=consider-merging-classes-inherited

    def _check_may_finance(self):
        """Only who finances, for the companies that he works for.

        :raises AccessError: for anybody else
        """
        if not self.env.user.has_group("payt_dunning_financing.group_financing"):
            raise AccessError(self.env._("Only who finances open invoices can do this."))
        if strange := self.sudo().company_id - self.env.companies:
            raise AccessError(
                self.env._("You don't work for %s now.", ", ".join(strange.mapped("name")))
            )

    def action_check(self):
        """Look at what the financier would advance now, and show it."""
        self._check_may_finance()
        self.ensure_one()
        return self._check()._opened()

    def _criteria(self):
        """What it asks, for the rules; 0 and −1 ask nothing where the form says so."""
        self.ensure_one()

        def most(value):
            return value if value >= 0 else None

        return Criteria(
            legal_forms=frozenset(str(form_id) for form_id in self.legal_form_ids.ids),
            months_registered=self.months_registered or None,
            months_followed=self.months_followed or None,
            profit=self.profit,
            equity=self.equity,
            concentration=None if self.concentration < 0 else Decimal(self.concentration),
            days_old=most(self.days_old),
            days_overdue=most(self.days_overdue),
            countries=frozenset(self.country_ids.mapped("code")),
            currencies=frozenset() if self.other_currencies else frozenset({self.currency_id.name}),
            consumers=self.consumers,
            related=self.related,
            disputed=self.disputed,
            in_plan=self.in_plan,
            in_case=self.in_case,
            least=exact(self.least_amount) or None,
            deduct_owed=self.deduct_owed,
            advance=Decimal(self.advance_rate),
            limit=exact(self.limit) or None,
        )

    def _drawn(self):
        """What was advanced or asked for, and is not settled: in its currency."""
        self.ensure_one()
        [(advance,)] = (
            self.env["receivable.pledge"]
            .sudo()
            ._read_group(
                [("financing_id", "=", self.id), ("state", "in", ("offered", "pledged"))],
                [],
                ["advance:sum"],
            )
        )
        return exact(self.currency_id.round(advance or 0.0))

    def _check_head(self):
        """What stands of the company and of itself at the head of files: plain values."""
        company = self.company_id
        form, registered_on = company._receivable_legal()
        return {
            "company": company.name,
            "company_vat": company.vat or "",
            "company_registry": company.company_registry or "",
            "legal_form": form.name or "",
            "registered_on": fields.Date.to_string(registered_on) or "",
            "financier": self.name,
            "contract": self.contract or "",
        }

    def _check(self):
        """Look at the company and all of its open invoices, and keep what was found.

        Items are brought up to date first, so that what came in today counts.

        :return: the check, with as many statements for any number of invoices
        """
        self.ensure_one()
        financing, company = self.sudo(), self.sudo().company_id
        day = self.env["dunning.message"]._today(company)
        facts = self.env["receivable.financing.facts"].sudo()
        self.env["dunning.item"].sudo()._sync(company)
        criteria, book = financing._criteria(), facts._book(financing, day)
        verdict = check(
            criteria,
            facts._company(company, day),
            book.invoices,
            book.credits,
            book.owed,
            financing._drawn(),
            facts._step(financing.currency_id),
            book.named,
        )
        made = (
            self.env["receivable.financing.check"]
            .sudo()
            .create(
                {
                    "financing_id": self.id,
                    "company_id": company.id,
                    "currency_id": financing.currency_id.id,
                    "as_of": day,
                    "made_by_id": self.env.uid,
                    "head": financing._check_head(),
                    "qualifies": verdict.qualifies,
                    "consumers": financing.consumers,
                    "advance_rate": financing.advance_rate,
                    "open_amount": verdict.open,
                    "counts": verdict.counts,
                    "advance": verdict.advance,
                    "limit": financing.limit,
                    "drawn": verdict.drawn,
                    "room": verdict.room,
                    "answer_ids": [
                        fields.Command.create(
                            {
                                "criterion": each.criterion,
                                "qualifies": each.ok,
                                "facts": {
                                    "known": each.known,
                                    "asked": each.asked,
                                    "found": each.found,
                                },
                            }
                        )
                        for each in verdict.answers
                    ],
                }
            )
        )
        made._keep_lines(book.rows, verdict.outcomes)
        return made.sudo(False)


class ReceivableFinancingCheck(models.Model):
    """Keeping what was found."""

    _inherit = "receivable.financing.check"  # pylint: disable=consider-merging-classes-inherited

    def _keep_lines(self, rows, outcomes):
        """Keep a line for each invoice, in one statement.

        :param rows: of a :class:`~.receivable_financing_facts.Book`
        :param outcomes: what the rules say, by invoice id
        """
        if not rows:
            return
        self.env.flush_all()
        lines = [self._kept(row, outcomes[move_id], self.as_of) for move_id, row in rows.items()]
        names = SQL(", ").join(SQL.identifier(name) for name in COLUMNS)
        values = SQL(", ").join(
            # The types are ours, of the table above.
            SQL("%s::" + kind + "[]", [line[name] for line in lines])  # pylint: disable=sql-injection
            for name, kind in COLUMNS.items()
        )
        self.env.cr.execute(
            SQL(
                """INSERT INTO receivable_financing_check_line
                          (check_id, company_id, create_uid, create_date, write_uid, write_date,
                           %(names)s)
                   SELECT %(check)s, %(company)s, %(user)s, now() AT TIME ZONE 'UTC',
                          %(user)s, now() AT TIME ZONE 'UTC', row.*
                     FROM unnest(%(values)s) AS row""",
                names=names,
                check=self.id,
                company=self.company_id.id,
                user=self.env.uid,
                values=values,
            )
        )
        self._keep_sums()
        self.env.invalidate_all(flush=False)

    def _keep_sums(self):
        """Keep what the lines add up to, by reason and by debtor: reading it costs no adding up."""
        kept = SQL("%s, now() AT TIME ZONE 'UTC'", self.env.uid)
        self.env.cr.execute(
            SQL(
                """INSERT INTO receivable_financing_reason
                          (create_uid, create_date, check_id, company_id, code, count, amount)
                   SELECT %s, line.check_id, line.company_id, reason.value ->> 'code', count(*),
                          sum((reason.value ->> 'amount')::numeric)
                     FROM receivable_financing_check_line line
               CROSS JOIN LATERAL jsonb_array_elements(line.reasons) AS reason (value)
                    WHERE line.check_id = %s
                 GROUP BY line.check_id, line.company_id, reason.value ->> 'code'""",
                kept,
                self.id,
            )
        )
        sums = SQL(", ").join(map(SQL.identifier, SUMMED))
        added = SQL(", ").join(SQL("sum(%s)", SQL.identifier(name)) for name in SUMMED)
        self.env.cr.execute(
            SQL(
                """INSERT INTO receivable_financing_aging
                          (create_uid, create_date, check_id, company_id, debtor_id, debtor_name,
                           registration, country_id, natural_person, count, %s)
                   SELECT %s, check_id, company_id, debtor_id, debtor_name, registration,
                          country_id, bool_or(natural_person), count(*), %s
                     FROM receivable_financing_check_line
                    WHERE check_id = %s
                 GROUP BY check_id, company_id, debtor_id, debtor_name, registration, country_id""",
                sums,
                kept,
                added,
                self.id,
            )
        )

    def _kept(self, row, outcome, day):
        """The values of one line."""
        amount = row["open"] or 0
        partly = "partly" if outcome.counts < amount else "qualifies"
        return {
            **{name: row[name] for name in COLUMNS if name in row},
            "natural_person": row["kind"] not in NO_PERSONS,
            "days_overdue": max((day - row["due"]).days, 0),
            "invoice_currency_id": row["currency_id"],
            "open_own": row["own"],
            "open_amount": amount,
            "counts": outcome.counts,
            "advance": outcome.advance,
            "state": partly if outcome.counts else "refused",
            "reasons": json.dumps(
                [
                    {"code": each.code, "amount": str(each.amount), **each.values}
                    for each in outcome.reasons
                ]
            ),
        }
