from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

from ..rules.gather import Bar, gather
from ..rules.law import costs
from ..rules.law.errors import Held, Refused
from ..rules.law.standing import Served, Standing
from ..rules.law.tables import BUSINESS, CONSUMER, PUBLIC, CostRule, NoticeRule
from ..rules.law.who import in_default, rules_for, which_law
from ..tools import exact

ZERO = Decimal(0)
#: An address counts as in use for so long after somebody wrote from it.
IN_USE = timedelta(days=365)
#: Fees on a continuing contract are looked at together over this time.
LOOK_BACK = timedelta(days=183)


class Law(NamedTuple):
    """A country's law, as far as decisions need it.

    :param currency: code of the currency that its amounts are in
    :param currency_id: the same currency
    :param needs: code of the notice that costs need, by whose rules apply
    :param notices: codes of the notices that it knows, by whose rules apply
    """

    code: str
    currency: str
    currency_id: int
    needs: dict
    notices: dict


@dataclass(frozen=True, slots=True)
class Creditor:
    """What decides about the law of a company's claims, on a day; part of a ``House``.

    :param laws: what :meth:`DunningLaw._law_of` found; filled in as needed
    """

    company_id: int
    day: date
    country: str
    terms_agreed: bool
    costs_from: str
    interest_from: str
    lang: str
    languages: frozenset
    channels: frozenset = frozenset({"email"})
    laws: dict = field(default_factory=dict)


NO_LAW = Law("", "", 0, {}, {})


class DunningLaw(models.AbstractModel):
    """How items stand before the law, and what messages may ask beside invoices."""

    _name = "dunning.law"
    _description = "Law for Dunning Decisions"

    # -- reading ---------------------------------------------------------------------------

    @api.model
    def _served(self, item_ids, except_notice=None):
        """The notices and demands with a term about items that left: ``{item id: (Served, …)}``.

        A copy of a message gives no new term, nor does one that somebody else got.

        :param except_notice: as if this message and those of its run had not been made
        """
        if not item_ids:
            return {}
        rows = self.env.execute_query(
            SQL(
                """SELECT line.item_id, notice.id, coalesce(notice.statutory_code, ''),
                          notice.received_on, notice.term_until,
                          notice.term_until - notice.received_on,
                          notice.costs_announced,
                          EXISTS (SELECT 1
                                    FROM dunning_charge_share share
                                    JOIN dunning_charge charge ON charge.id = share.charge_id
                                   WHERE share.item_id = line.item_id
                                     AND charge.notice_id = notice.id),
                          notice.phase = 'collection'
                              AND coalesce(notice.statutory_code, '') = '',
                          line.void_because
                     FROM dunning_notice_line line
                     JOIN dunning_notice notice ON notice.id = line.notice_id
                     JOIN dunning_item item ON item.id = line.item_id
                                           AND item.debtor_id = notice.debtor_id
                     -- A friendlier level in the same message gave no term.
                     JOIN dunning_level level ON level.id = notice.level_id
                                             AND level.position = line.position
                    WHERE line.item_id = ANY(%(items)s)
                      AND notice.state = 'sent' AND notice.term_until IS NOT NULL
                      AND notice.retry_of_id IS NULL
                      AND NOT (%(excepted)s
                               AND notice.as_of IS NOT DISTINCT FROM %(as_of)s
                               AND notice.run_id IS NOT DISTINCT FROM %(run)s)
                 ORDER BY notice.term_until, notice.id""",
                items=item_ids,
                excepted=bool(except_notice),
                as_of=except_notice.as_of if except_notice else None,
                run=(except_notice.run_id or None) if except_notice else None,
            )
        )
        found = defaultdict(tuple)
        for item_id, *values, announced, claimed, demand, void in rows:
            # Not asked of the database: in a table it knows little of it would plan badly.
            if not void:
                found[item_id] += (Served(*values, exact(announced), claimed, demand),)
        return found

    @api.model
    def _law_of(self, house, country):
        """The law of a country on the day of ``house``; :data:`NO_LAW` without its tables."""
        if country not in house.laws:
            house.laws[country] = self._read_law(country, house.day)
        return house.laws[country]

    @api.model
    def _read_law(self, country, day):
        tables = self.env["collection.law.row"]._tables()
        try:
            found = tables.jurisdiction(country, day)
        except (Held, Refused):
            return NO_LAW
        code, needs, notices = found.jurisdiction, {}, {}
        for rules in (CONSUMER, BUSINESS, PUBLIC):
            try:
                rule = tables.maybe(CostRule, code, rules, day=day)
            except Held:
                rule = None
            needs[rules] = rule.needs_notice if rule else ""
            notices[rules] = frozenset(
                each.code for each in tables.all(NoticeRule, code, day=day) if each.debtor == rules
            )
        currency = self.env["res.currency"].sudo().with_context(active_test=False)
        currency = currency.search([("name", "=", found.currency)], limit=1)
        return Law(code, found.currency, currency.id, needs, notices)

    # -- how an item stands ----------------------------------------------------------------

    @api.model
    def _mandated(self, rows):
        """Rows of items or lines, each with whether its costs and interest are ours to claim.

        :param rows: anything with ``move_id`` and ``claims_beside``; they are, unless an
            add-on knows better
        """
        return rows

    @api.model
    def _standing(self, row, person, house, served=()):
        """How an item stands before the law.

        :param row: :class:`~.dunning_facts.ItemRow`
        :param person: :class:`~.dunning_debtor.Person`
        :param served: notices about it that left, see :meth:`_served`
        """
        own = person.law
        kind = row.claim_kind or person.kind
        rules = rules_for(kind, own.confirmed).value
        country = which_law(rules, own.contract, house.country, own.home).value
        law = self._law_of(house, country)
        agreed = row.term_agreed == "yes" or (row.term_agreed is None and house.terms_agreed)
        default = in_default(
            rules, row.due, agreed, [(each.received, each.days) for each in served]
        )
        rate, scale = self._agreed(own.agreed, rules, row.invoiced)
        return Standing(
            jurisdiction=law.code,
            currency=law.currency,
            rules=rules,
            currency_fits=law.currency_id == row.currency_id,
            trade=kind == "sole_trader",
            default_after=default.after,
            default_why=default.why,
            served=served,
            claim=row.contract_kind or "other",
            clause=own.clause,
            rate=rate,
            scale=scale,
            needs_notice=law.needs.get(rules, ""),
            notices=law.notices.get(rules, frozenset()),
            may_claim_costs=row.claims_beside and _claims(house.costs_from, rules),
            may_claim_interest=row.claims_beside and _claims(house.interest_from, rules),
        )

    @api.model
    def _agreed(self, agreed, rules, invoiced: date | None):
        """Rate and scale that a contract gives; against consumers the statutory ones only.

        :return: rate or ``None``, and ``(percentage, least costs)`` or ``None``
        """
        rate, percent, least, since = agreed
        if rules == CONSUMER or not since or (invoiced and invoiced < since):
            return None, None
        scale = (exact(percent), exact(least)) if percent or least else None
        return exact(rate) if rate else None, scale

    @api.model
    def _creditor(self, company, day):
        """What decides about the law of a company's claims; see :class:`Creditor`."""
        settings = company.sudo()
        return Creditor(
            company_id=company.id,
            day=day,
            country=settings.country_id.code or "",
            terms_agreed=settings.dunning_terms_agreed,
            costs_from=settings.dunning_costs_from,
            interest_from=settings.dunning_interest_from,
            lang=settings.partner_id.lang or "",
            languages=frozenset(code for code, _name in self.env["res.lang"].get_installed()),
        )

    @api.model
    def _standings(self, items, day):
        """How items stand before the law on a day: ``{item id: Standing}``; of any state."""
        found = {}
        facts = self.env["dunning.facts"]
        for company, of_company in items.grouped("company_id").items():
            self.env.flush_all()
            house = self._creditor(company, day)
            people = self.env["dunning.debtor"]._people(of_company.debtor_id.ids, house)
            served = self._served(of_company.ids)
            for row in facts._rows_of(of_company.ids):
                found[row.item_id] = self._standing(
                    row, people[row.debtor_id], house, served.get(row.item_id, ())
                )
        return found

    # -- completing messages ---------------------------------------------------------------

    @api.model
    def _complete(self, candidates, house, day):
        """Let :func:`~..rules.gather.gather` complete what has a part in law."""
        if not any(
            candidate.decision.action == "send" and candidate.decision.rung.priced
            for candidate in candidates
        ):
            return candidates
        return gather(candidates, day, self._bar(house, day))

    @api.model
    def _bar(self, house, day):
        company = self.env["res.company"].sudo().browse(house.company_id)
        return Bar(
            tables=self.env["collection.law.row"]._tables(),
            creditor=costs.Creditor(
                can_deduct=not company.dunning_cannot_deduct,
                pays_collector=company.dunning_uses_collector,
                declared=company.dunning_vat_declared,
            ),
            currency_id=company.currency_id.id,
            interest=self._interest,
            costs=lambda item_ids: self._open_costs(item_ids, day),
            fees=lambda debtor_id: self._fees(debtor_id, day),
            proven=lambda debtor_ids: self._proven(debtor_ids, day),
        )

    @api.model
    def _interest(self, item_ids, day):
        """Interest on items of one debtor and currency through a day, in that currency."""
        items = self.env["dunning.item"].sudo().browse(item_ids)
        statements = self.env["dunning.owed"]._statements(items, day).values()
        return sum((statement.interest for statement in statements), ZERO)

    @api.model
    def _open_costs(self, item_ids, day):
        """What has been claimed beside items and is open, in their currency.

        With what the run of that day will claim first, so that a preview says what will leave.
        """
        charges = self.env["dunning.charge"].search(
            [
                ("share_ids.item_id", "in", list(item_ids)),
                ("state", "in", ("claimed", "booked")),
                ("kind", "!=", "interest"),
            ]
        )
        left = sum((exact(charge.amount_left) for charge in charges), ZERO)
        return left + self.env["dunning.claims"]._expected(item_ids, day)

    @api.model
    def _fees(self, debtor_id, day):
        """How many fees on terms of continuing contracts a debtor got in the look-back."""
        rows = self.env.execute_query(
            SQL(
                """SELECT count(DISTINCT charge.id)
                     FROM dunning_charge charge
                     JOIN dunning_charge_share share ON share.charge_id = charge.id
                     JOIN dunning_item item ON item.id = share.item_id
                    WHERE charge.debtor_id = %s AND charge.kind = 'costs'
                      AND charge.state <> 'waived' AND charge.due_from > %s
                      AND item.contract_kind IN ('subscription', 'rent', 'energy')""",
                debtor_id,
                day - LOOK_BACK,
            )
        )
        return rows[0][0]

    @api.model
    def _proven(self, debtor_ids, day):
        """Which debtors wrote to us from their e-mail address in the last twelve months."""
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT debtor.id
                     FROM dunning_debtor debtor
                     JOIN res_partner person ON person.commercial_partner_id = debtor.partner_id
                     JOIN mail_message message ON message.author_id = person.id
                    WHERE debtor.id = ANY(%s) AND message.message_type = 'email'
                      AND message.date >= %s
                      AND message.email_from ILIKE '%%' || person.email || '%%'""",
                list(debtor_ids),
                day - IN_USE,
            )
        )
        return {debtor_id for (debtor_id,) in rows}


def _claims(from_whom, rules):
    """Whether a company claims from debtors with these rules."""
    return from_whom == "law" or (from_whom == "business" and rules != CONSUMER)
