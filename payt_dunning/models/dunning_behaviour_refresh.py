import json
import logging

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL, split_every

from ..rules.behaviour import classify
from .dunning_behaviour import AMOUNTS, COUNTS, NATURAL, RATIOS

_logger = logging.getLogger(__name__)

#: How many rows one statement writes.
BATCH = 5_000


def _text(value):
    """A figure for PostgreSQL; none where there is none, so that no average has it as 0."""
    return None if value is None else str(value)


class DunningBehaviour(models.Model):
    """How the rows are worked out anew: each night of all debtors, or of some at once."""

    _inherit = "dunning.behaviour"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _refresh(self, company, partners=None):
        """Work out and store how debtors pay a company.

        :param partners: all of whom something is known unless told
        :return: their rows
        """
        self = self.sudo().with_company(company)
        company = company.sudo()
        owner_ids = self._known(company) if partners is None else partners.commercial_partner_id.ids
        classes, without = self.env["dunning.payment.class"]._of_company(company)
        limits = [each._limits() for each in classes]
        for ids in split_every(BATCH * 10, owner_ids, list):
            rows = []
            for partner_id, figures in self._measured(company, ids).items():
                verdict = classify(figures, limits, company.dunning_behaviour_least)
                named = self._named(verdict, classes, without)
                rows.append(self._row(partner_id, figures, named, bool(verdict.place)))
            for part in split_every(BATCH, rows, list):
                self._store(company, part)
        self.invalidate_model()
        domain = Domain("company_id", "=", company.id)
        if partners is not None:
            domain &= Domain("partner_id", "in", owner_ids)
        return self.search(domain)

    @api.model
    def _row(self, partner_id, figures, named, worse):
        """Values of a row that is stored, for PostgreSQL.

        :param worse: whether the class is not the best one
        """
        return {
            "partner_id": partner_id,
            **{name: getattr(figures, name) for name in COUNTS},
            **{name: str(getattr(figures, name)) for name in AMOUNTS},
            "overdue_days": figures.overdue_days or 0,
            "exposure": str(figures.exposure),
            **{name: _text(getattr(figures, name)) for name in RATIOS},
            "proposed_class_id": named.id,
            "worse": worse,
        }

    @api.model
    def _store(self, company, rows):
        """Insert or update rows, in one statement.

        A class that a person decided stays; of natural persons none is in force before that.
        """
        columns = SQL(", ").join(SQL.identifier(name) for name in self._stored_names())
        numbers = SQL(", ").join(
            SQL("%s numeric", SQL.identifier(name)) for name in [*AMOUNTS, "exposure", *RATIOS]
        )
        counts = SQL(", ").join(
            SQL("%s int", SQL.identifier(name))
            for name in ["partner_id", *COUNTS, "overdue_days", "proposed_class_id"]
        )
        today = self.env["dunning.message"]._today(company)
        self.env.cr.execute(
            SQL(
                """INSERT INTO dunning_behaviour AS own (
                          company_id, partner_id, debtor_id, %(columns)s, class_id, to_decide,
                          computed_on, since, create_uid, create_date, write_uid, write_date)
                   SELECT %(company)s, found.partner_id, found.debtor_id, %(columns)s,
                          CASE WHEN NOT found.natural THEN proposed_class_id END,
                          found.natural AND worse,
                          now() AT TIME ZONE 'UTC', %(since)s,
                          %(user)s, now() AT TIME ZONE 'UTC', %(user)s, now() AT TIME ZONE 'UTC'
                     FROM (SELECT given.*, debtor.id AS debtor_id,
                                  coalesce(debtor.kind, by_contact.kind) AS kind,
                                  CASE WHEN debtor.kind = ANY(%(persons)s) THEN true
                                       WHEN debtor.kind = 'public_body' THEN false
                                       ELSE by_contact.person
                                            AND debtor.kind_confirmed IS NOT TRUE
                                       END AS "natural"
                             FROM jsonb_to_recordset(%(rows)s::jsonb)
                                  AS given (%(counts)s, %(numbers)s, worse boolean)
                             JOIN (SELECT id, is_company IS NOT TRUE AS person,
                                          CASE WHEN is_company OR vat <> '' THEN 'business'
                                               ELSE 'consumer' END AS kind
                                     FROM res_partner) by_contact ON by_contact.id = partner_id
                        LEFT JOIN dunning_debtor debtor
                               ON debtor.company_id = %(company)s
                              AND debtor.partner_id = given.partner_id) AS found
                 ORDER BY found.partner_id
                   ON CONFLICT (company_id, partner_id) DO UPDATE SET
                          (debtor_id, %(columns)s, computed_on, write_uid, write_date)
                        = (excluded.debtor_id, %(excluded)s, excluded.computed_on,
                           excluded.write_uid, excluded.write_date),
                          since = greatest(excluded.since, own.reset_on),
                          class_id = CASE WHEN own.decided_on IS NULL THEN excluded.class_id
                                          ELSE coalesce(own.class_id, excluded.class_id) END,
                          to_decide = CASE WHEN own.decided_on IS NULL THEN excluded.to_decide
                                           ELSE excluded."natural" AND excluded.proposed_class_id
                                                IS DISTINCT FROM own.answered_class_id END""",
                columns=columns,
                excluded=SQL(", ").join(
                    SQL("excluded.%s", SQL.identifier(name)) for name in self._stored_names()
                ),
                counts=counts,
                numbers=numbers,
                rows=json.dumps(rows),
                company=company.id,
                persons=list(NATURAL),
                since=self._since(company, today),
                user=self.env.uid,
            )
        )

    @api.model
    def _stored_names(self):
        """Columns that each row brings, in the order of the statement."""
        return [
            *COUNTS,
            *AMOUNTS,
            "overdue_days",
            "exposure",
            *RATIOS,
            "proposed_class_id",
            "natural",
            "kind",
        ]

    @api.model
    def _cron_refresh(self):
        """Each night: the behaviour of all debtors of each company; a fault stops no other one."""
        companies = self.env["res.company"].search([])
        self.env["ir.cron"]._commit_progress(remaining=len(companies))
        for company in companies:
            # Once more where somebody decided about one of these debtors meanwhile.
            if not self._refresh_safely(company) and not self._refresh_safely(company):
                _logger.error("How debtors of company %s pay was not worked out.", company.id)
            self.env["ir.cron"]._commit_progress(1)

    @api.model
    def _refresh_safely(self, company):
        """Work it out for a company; whether that went well."""
        try:
            self._refresh(company)
            self.env.flush_all()
        except Exception:
            self.env.cr.rollback()
            self.env.invalidate_all()
            _logger.warning("Payment behaviour of company %s", company.id, exc_info=True)
            return False
        return True

    @api.model
    def _soon(self):
        """Work it out anew in a minute: what it goes by has changed."""
        cron = self.env.ref("payt_dunning.ir_cron_dunning_behaviour", raise_if_not_found=False)
        if cron:
            cron.sudo()._trigger()

    @api.autovacuum
    def _gc_empty(self):
        """Delete the rows that tell nothing any more: the look back is over, nothing is open.

        What somebody decided stays for as long again.
        """
        months = max(self.env["res.company"].sudo().search([]).mapped("dunning_behaviour_months"))
        before = fields.Date.today() - relativedelta(months=months)
        empty = Domain.AND([Domain(name, "=", 0) for name in (*COUNTS, "paid", "open", "ordered")])
        for name in ("decided_on", "reset_on"):
            empty &= Domain(name, "=", False) | Domain(name, "<", before)
        rows = self.sudo().search(empty, limit=BATCH)
        rows.unlink()
        return len(rows), len(rows) == BATCH

    @api.model
    def _link(self, company):
        """Tell rows which debtor they are of, once it is followed up."""
        self.env.cr.execute(
            SQL(
                """UPDATE dunning_behaviour AS own SET debtor_id = debtor.id
                     FROM dunning_debtor debtor
                    WHERE own.company_id = %s AND own.debtor_id IS NULL
                      AND debtor.company_id = own.company_id
                      AND debtor.partner_id = own.partner_id""",
                company.id,
            )
        )
        self.invalidate_model(["debtor_id"])

    @api.model
    def _refresh_known(self, owner):
        """Work out anew how a debtor pays each company that has it."""
        for company in self.sudo().search([("partner_id", "=", owner.id)]).company_id:
            self._refresh(company, owner)
