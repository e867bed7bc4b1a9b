from collections import defaultdict
from datetime import timedelta
from zoneinfo import ZoneInfo

from odoo import api, models
from odoo.tools import SQL

from ..rules.facts import ItemFacts
from ..rules.simulate.past import Amount, DebtorPast, ItemPast
from ..tools import exact
from .dunning_facts import COLLECTED_BY
from .dunning_people import DebtorRow
from .past_rows import LineRow, debtor_of, item_of, utc_of

ONE_DAY = timedelta(days=1)
#: Of paid lines those of this time before the first day can matter: they were open on it.
BEFORE = timedelta(days=400)


class DunningPast(models.AbstractModel):
    """Reads what the ledger, the outbox and the holds say of the past, for replaying levels.

    What was paid counts from the moment at which it was matched, as the runs of then saw it;
    before the company went live, from its date. Reasons without a date in the books are taken
    from the decisions that were noted. Nothing is written.
    """

    _name = "dunning.past"
    _description = "The Past of Receivables"

    @api.model
    def _partners(self, company, start):
        """Commercial partners with receivables that were open since ``start``, in a fixed order."""
        _tree, accounts = self.env["dunning.house"]._tree(company)
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT partner.commercial_partner_id
                     FROM account_move_line line
                     JOIN res_partner partner ON partner.id = line.partner_id
                    WHERE line.account_id = ANY(%s) AND line.company_id = %s
                      AND line.parent_state = 'posted' AND line.amount_currency > 0
                      AND (line.reconciled IS NOT TRUE OR line.date >= %s)
                 ORDER BY 1""",
                accounts.ids,
                company.id,
                start - BEFORE,
            )
        )
        return [partner_id for (partner_id,) in rows]

    @api.model
    def _run_days(self, company, start, end):
        """The days of the daily run, and the moments up to which each knew what happened.

        Before the company went live, and on its first day, every day is one.

        :return: ``(days, moments in UTC)``, both oldest first
        """
        live = company.sudo().dunning_live_since
        zone = ZoneInfo(company.sudo().partner_id.tz or self.env.user.tz or "UTC")
        moments = {}
        day = start
        while day <= end and (not live or day < live):
            moments[day] = utc_of(day, zone)
            day += ONE_DAY
        rows = self.env.execute_query(
            SQL(
                """SELECT day, min(CASE WHEN asked_by_id IS NULL
                                        THEN create_date
                                             + make_interval(secs => coalesce(seconds, 0))
                                        ELSE write_date END)
                     FROM dunning_run run
                    WHERE company_id = %(company)s AND day BETWEEN %(start)s AND %(end)s
                      -- Those that decided only, or waited for a manager, sent nothing.
                      AND live AND manual IS NOT TRUE
                      AND state NOT IN ('ordered', 'running', 'waiting', 'approved', 'superseded')
                      AND (%(by_hand)s OR NOT EXISTS (
                           SELECT FROM %(debtors)s own WHERE own.dunning_run_id = run.id))
                 GROUP BY day""",
                company=company.id,
                start=start,
                end=end,
                by_hand=not company.sudo().dunning_automatic,
                debtors=SQL.identifier(self.env["dunning.run"]._fields["debtor_ids"].relation),
            )
        )
        moments.update(rows)
        days = sorted(moments)
        return tuple(days), [moments[each] for each in days]

    # -- one part --------------------------------------------------------------------------------

    @api.model
    def _read(self, view, partner_ids):
        """The past of some partners.

        :param view: :class:`~.dunning_simulation.View`
        :return: ``([DebtorPast], [Real])``
        """
        rows = self._lines(view, partner_ids)
        if not rows:
            return [], []
        people = self._people(view, rows)
        debts = [row for row in rows if self._is_debt(row, view)]
        amounts = self._amounts(view, rows)
        real = self._real([row.item_id for row in debts if row.item_id])
        view.real.update(self._fates(real))
        read = {
            "amounts": amounts,
            "holds": self._holds(view, debts, amounts),
            "stops": self._stops(view, debts),
            "before": self._before(view, real),
            "policies": self.env["dunning.house"]._policies(view.house, people),
            "served": self._served_before(view, real),
        }
        found = []
        by_debtor = defaultdict(list)
        for row in debts:
            by_debtor[debtor_of(view, row)].append(row)
        credits_of = self._credits(rows, amounts)
        real_of = defaultdict(list)
        for each in real:
            real_of[each.debtor_id].append(each)
        for debtor_id, own in by_debtor.items():
            person = people[debtor_id]
            items = tuple(self._item(view, row, person, read) for row in own)
            found.append(
                DebtorPast(
                    debtor_id=debtor_id,
                    company_id=view.house.company_id,
                    items=items,
                    lang=person.lang,
                    langs=person.langs,
                    credits=credits_of.get(person.partner_id, {}),
                    last=self._last_before(view, real_of[debtor_id]),
                    used=self._used(real_of[debtor_id], person),
                    served={
                        item.facts.item_id: read["served"][item.facts.item_id]
                        for item in items
                        if item.facts.item_id in read["served"]
                    },
                )
            )
        return found, real

    @api.model
    def _lines(self, view, partner_ids):
        rows = self.env.execute_query(
            SQL(
                """SELECT line.id, line.move_id, partner.commercial_partner_id, line.company_id,
                          line.currency_id, coalesce(line.date_maturity, line.date),
                          line.amount_currency, line.balance, line.create_date, line.date,
                          coalesce(line.no_followup, false),
                          coalesce(move.is_move_sent OR move.move_type = 'entry'
                                   OR item.invoice_sent_on IS NOT NULL OR %(sent)s, false),
                          method.code LIKE ANY(%(collected)s), move.partner_id,
                          coalesce(move.invoice_date, line.date),
                          move.dunning_charge_id IS NOT NULL,
                          item.id, item.debtor_id, item.create_date, item.count_from,
                          item.backlog_taken, item.policy_id, item.revision_id,
                          item.claim_kind, item.contract_kind, item.term_agreed,
                          own.id, coalesce(own.ask_first, false), part.joined_on,
                          EXISTS (SELECT FROM collection_case_line any_part
                                    JOIN collection_case opened ON opened.id = any_part.case_id
                                   WHERE any_part.item_id = item.id AND opened.origin = 'notice')
                     FROM account_move_line line
                     JOIN account_move move ON move.id = line.move_id
                     JOIN res_partner partner ON partner.id = line.partner_id
                LEFT JOIN dunning_item item ON item.line_id = line.id
                LEFT JOIN account_payment_method_line way
                       ON way.id = move.preferred_payment_method_line_id
                LEFT JOIN account_payment_method method ON method.id = way.payment_method_id
                LEFT JOIN collection_case_line part
                       ON part.item_id = item.id AND part.left_on IS NULL
                LEFT JOIN collection_case own ON own.id = part.case_id
                    WHERE partner.commercial_partner_id = ANY(%(partners)s)
                      AND line.account_id = ANY(%(accounts)s)
                      AND line.company_id = ANY(%(tree)s) AND line.parent_state = 'posted'
                      AND (line.reconciled IS NOT TRUE OR line.date >= %(since)s)
                 ORDER BY line.id""",
                partners=partner_ids,
                accounts=list(view.house.accounts),
                tree=list(view.house.tree),
                since=view.start - BEFORE,
                sent=self.env["dunning.facts"]._sent_otherwise(),
                collected=list(COLLECTED_BY),
            )
        )
        return self.env["dunning.law"]._mandated([LineRow(*row) for row in rows])

    @api.model
    def _is_debt(self, row, view):
        """Whether a line is one that is followed up, or would be."""
        if row.amount <= 0 or row.charge or row.company_id != view.house.company_id:
            return False
        return bool(row.item_id) or not row.no_followup

    @api.model
    def _people(self, view, rows):
        """Who they are, by debtor; partners that are no debtors here yet as they would become."""
        debtors = self.env["dunning.debtor"]
        known = {row.debtor_id for row in rows if row.debtor_id}
        missing = {row.partner_id for row in rows if not row.debtor_id}
        if missing:
            found = self.env.execute_query(
                SQL(
                    """SELECT id, partner_id FROM dunning_debtor
                        WHERE company_id = %s AND partner_id = ANY(%s)""",
                    view.house.company_id,
                    list(missing),
                )
            )
            view.debtor_of.update({partner_id: debtor_id for debtor_id, partner_id in found})
            known |= {debtor_id for debtor_id, _partner_id in found}
            missing -= view.debtor_of.keys()
        for row in rows:
            if row.debtor_id:
                view.debtor_of.setdefault(row.partner_id, row.debtor_id)
        missing -= view.debtor_of.keys()
        view.debtor_of.update({partner_id: -partner_id for partner_id in missing})
        people = debtors._people_of(
            [*debtors._debtor_rows(list(known)), *self._would_be(list(missing))], view.house
        )
        view.people.update(people)
        return people

    @api.model
    def _would_be(self, partner_ids):
        """Partners that are no debtors yet: list of :class:`DebtorRow` with negative ids."""
        if not partner_ids:
            return []
        rows = self.env.execute_query(
            SQL(
                """SELECT -partner.id, partner.id,
                          CASE WHEN partner.is_company OR partner.vat <> '' THEN 'business'
                               ELSE 'consumer' END,
                          partner.email, partner.phone, partner.lang,
                          coalesce(partner.employee, false),
                          coalesce(partner.complete_name, ''), coalesce(home.code, '')
                     FROM res_partner partner
                LEFT JOIN res_country home ON home.id = partner.country_id
                    WHERE partner.id = ANY(%s)""",
                partner_ids,
            )
        )
        return [
            DebtorRow(
                debtor_id, partner_id, None, kind, False, False, None, email, phone, lang,
                employee, name, "", [False, "", home, False, 0.0, 0.0, 0.0, None],
            )
            for debtor_id, partner_id, kind, email, phone, lang, employee, name, home in rows
        ]  # fmt: skip

    # -- money -----------------------------------------------------------------------------------

    @api.model
    def _amounts(self, view, rows):
        """What was open of each line from which run on: ``{line id: (Amount, …)}``.

        Amounts of credits are positive.
        """
        ids = [row.line_id for row in rows]
        partials = self.env.execute_query(
            SQL(
                """SELECT debit_move_id, debit_amount_currency, amount, create_date, max_date
                     FROM account_partial_reconcile WHERE debit_move_id = ANY(%(ids)s)
                UNION ALL
                   SELECT credit_move_id, credit_amount_currency, amount, create_date, max_date
                     FROM account_partial_reconcile WHERE credit_move_id = ANY(%(ids)s)""",
                ids=ids,
            )
        )
        paid = defaultdict(lambda: defaultdict(lambda: [0, 0]))
        for line_id, amount, company_amount, made_at, day in partials:
            seen = paid[line_id][view.seen(made_at, day)]
            seen[0] += exact(amount)
            seen[1] += exact(company_amount)
        found = {}
        for row in rows:
            left, left_company = abs(exact(row.amount)), abs(exact(row.balance))
            known = self._known_from(view, row)
            amounts = [Amount(known, left, left_company)]
            for day in sorted(paid.get(row.line_id, ())):
                part, company_part = paid[row.line_id][day]
                left, left_company = left - part, left_company - company_part
                changed = Amount(max(day, known), left, left_company)
                if changed.day == amounts[-1].day:
                    amounts[-1] = changed
                else:
                    amounts.append(changed)
            found[row.line_id] = tuple(amounts)
        return found

    @api.model
    def _known_from(self, view, row):
        """The first run that could see a line."""
        if row.item_at and view.live and row.day >= view.live:
            return view.seen(row.item_at, row.day)
        return view.seen(row.made_at, row.day)

    @api.model
    def _credits(self, rows, amounts):
        """Free credits in time: ``{partner id: {currency id: (Amount, …)}}``."""
        changes = defaultdict(lambda: defaultdict(lambda: [0, 0]))
        for row in rows:
            if row.amount >= 0:
                continue
            before = (0, 0)
            for each in amounts[row.line_id]:
                change = changes[row.partner_id, row.currency_id][each.day]
                change[0] += each.open - before[0]
                change[1] += each.company - before[1]
                before = (each.open, each.company)
        found = defaultdict(dict)
        for (partner_id, currency_id), by_day in changes.items():
            total, company, timeline = 0, 0, []
            for day in sorted(by_day):
                total, company = total + by_day[day][0], company + by_day[day][1]
                timeline.append(Amount(day, total, company))
            if any(each.open for each in timeline):
                found[partner_id][currency_id] = tuple(timeline)
        return found

    # -- put together ---------------------------------------------------------------------------------

    @api.model
    def _item(self, view, row, person, read):
        item_id = item_of(row)
        holds, resumed, spans = read["holds"].get(item_id, ((), (), ()))
        reached, reached_on = read["before"].get(item_id, (0, None))
        recipients = person.with_order(row.contact_id or person.partner_id)
        facts = ItemFacts(
            item_id=item_id,
            due=row.due,
            open=exact(0.0),
            reached=reached,
            reached_on=reached_on,
            # What a notice opened is opened anew.
            count_from=None if row.by_notice else row.count_from,
            intercompany=person.partner_id in view.house.own_partners,
            employee=person.employee,
            direct_debit=person.direct_debit or bool(row.collected),
            key_account=person.key_account,
            # Of what is followed up it was noted when it was not sent.
            invoice_sent=bool(row.item_id) or row.sent or not view.house.require_sent,
            backlog="" if row.backlog_taken else view.house.backlog(row.due),
            holds=self.env["dunning.facts"]._holds(holds, person),
        )
        view.rows[item_id] = row, person
        return ItemPast(
            facts=facts,
            line_id=row.line_id,
            currency_id=row.currency_id,
            known_from=read["amounts"][row.line_id][0].day,
            amounts=read["amounts"][row.line_id],
            stops=read["stops"].get(row.item_id, ()),
            resumed=resumed,
            policy_id=row.policy_id or read["policies"][debtor_of(view, row)],
            begun_id=(row.revision_id or 0) if reached else 0,
            ask_first=row.ask_first and not row.by_notice,
            case_id=0 if row.by_notice else row.case_id or 0,
            joined_on=None if row.by_notice else row.joined_on,
            recipients=recipients,
            spans=spans,
        )
