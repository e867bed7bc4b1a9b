from collections import defaultdict
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

from ..rules.decide import decide
from ..rules.facts import ItemFacts
from ..rules.ladder import place_before, same_place
from ..rules.plan import Candidate, alone_on_its_day
from ..tools import exact

ZERO = Decimal(0)
#: Codes of payment methods by which we collect from the debtor's account.
COLLECTED_BY = ("sdd%", "%direct_debit%")


class ItemRow(NamedTuple):
    """An open item with what the ledger says of its line at this moment.

    ``claims_beside``: whether costs and interest of it are the company's to claim.
    """

    item_id: int
    debtor_id: int
    line_id: int | None
    move_id: int | None
    currency_id: int
    due: date
    episode: int
    reached: int
    reached_on: date | None
    resumed_on: date | None
    start: int
    count_from: date | None
    veto_from: date | None
    retry_after_id: int
    backlog_taken: bool
    revision_id: int | None
    policy_id: int | None
    posted: bool
    no_followup: bool
    blocked: bool
    sent: bool
    marked: bool
    collected: bool | None
    owner_id: int | None
    claim_kind: str | None
    contract_kind: str | None
    term_agreed: str | None
    invoiced: date | None
    contact_id: int | None
    case_id: int | None
    ask_first: bool
    open: Decimal
    open_company: Decimal
    claims_beside: bool = True


class DunningFacts(models.AbstractModel):
    """Reads the ledger and the outbox into plain values for the rules.

    The number of statements does not grow with the number of items: every fact is read once
    for all debtors asked about. They are plain SQL: the hand-over reads them for each message
    in a transaction of its own, where the ORM would look up the same records again and again
    (18 statements took 22 ms; these take 4).
    """

    _name = "dunning.facts"
    _description = "Facts for Dunning Decisions"

    @api.model
    def _candidates(self, debtors, day, house=None, explain=False, except_notice=None):
        """Decide about every open item of ``debtors`` on ``day``.

        :param debtors: debtors of one company
        :param house: the company's facts, when they have been read already
        :param explain: with the trace of each decision
        :param except_notice: decide as if this message and those of its run to the same
            debtor had not been made; anything with ``notice_id``, ``run_id`` and ``as_of``
        :return: list of :class:`~..rules.plan.Candidate`
        """
        if not debtors:
            return []
        house = house or self.env["dunning.house"]._read(debtors.company_id, day, debtors)
        self.env.flush_all()
        rows = house.suppose(self._item_rows(debtors.ids))
        if not rows:
            return []
        money = self.env["dunning.money"]
        people = self.env["dunning.debtor"]._people(debtors.ids, house)
        covered, credit = money._covered(house, people, rows)
        read = {
            "house": house,
            "people": people,
            "outbox": self._outbox(rows, except_notice, house.dropped),
            "holds": self.env["dunning.hold"]._load(house.company_id, rows),
            "covered": covered,
            "credit": credit,
            "under_way": money._under_way(rows),
            "we_owe": money._we_owe(house, people),
            "bounced": self._bounced(rows) if house.require_sent else (),
            "last": self._last_messages(debtors.ids, except_notice),
            "totals": defaultdict(Decimal),
            "served": self.env["dunning.law"]._served([row.item_id for row in rows], except_notice),
            "payees": self.env["dunning.payee"]._of([row.move_id for row in rows if row.move_id]),
        }
        for row in rows:
            read["totals"][row.debtor_id] += row.open_company
        policies = self.env["dunning.house"]._policies(house, people)
        candidates = [self._candidate(row, day, policies, read, explain) for row in rows]
        candidates = self.env["dunning.law"]._complete(candidates, house, day)
        return alone_on_its_day(candidates, day)

    @api.model
    def _not_matched(self, debtors, day):
        """Money that is there but not matched, or coming, for the open items of ``debtors``.

        :return: the amount by item id, and the ids of items that a receipt may be for
        """
        money, receipts = {}, set()
        for candidate in self._candidates(debtors, day):
            facts = candidate.facts
            money[facts.item_id] = facts.covered + facts.under_way
            if facts.receipt_until and facts.receipt_until >= day:
                receipts.add(facts.item_id)
        return money, receipts

    @api.model
    def _candidate(self, row, day, policies, read, explain):
        house = read["house"]
        person = read["people"][row.debtor_id]
        houses = self.env["dunning.house"]
        revision_id, ladder = houses._ladder(
            house, row.revision_id, row.policy_id or policies[row.debtor_id]
        )
        facts = self._item_facts(row, person, read, ladder)
        contact_id = row.contact_id or person.partner_id
        moved = row.revision_id and ladder and row.revision_id != revision_id
        if moved:
            begun = houses._known_ladder(house, row.revision_id)[1]
            facts = replace(facts, reached=same_place(row.reached, begun, ladder), start=0)
        if ladder and ladder.in_law:
            served = read["served"].get(row.item_id, ())
            standing = self.env["dunning.law"]._standing(row, person, house, served)
            facts = replace(facts, law=standing)
        decision = decide(facts, ladder, day, houses._calendar(house, person.law.home), explain)
        # A list is for people anyway: nobody has to approve that they decide.
        if row.ask_first and decision.rung and not decision.rung.listed:
            decision = replace(decision, rung=replace(decision.rung, approval=True))
        return Candidate(
            facts=facts,
            decision=decision,
            debtor_id=row.debtor_id,
            company_id=house.company_id,
            currency_id=row.currency_id,
            revision_id=revision_id,
            recipients=person.with_order(contact_id),
            lang=person.lang,
            langs=person.langs,
            per_invoice=bool(ladder) and ladder.per_invoice,
            moved=bool(moved),
            case_id=row.case_id or 0,
            ladder=ladder,
            payee_id=read["payees"].get(row.move_id, 0),
        )

    @api.model
    def _item_facts(self, row, person, read, ladder):
        """Put together what was read about one item."""
        house, item_id, debtor_id = read["house"], row.item_id, row.debtor_id
        outbox = read["outbox"].get(item_id) or {}
        # A sibling of the message asked about may have reached the rung already.
        again = outbox.get("again") or 0
        reached_before = again and row.reached == again
        return ItemFacts(
            item_id=item_id,
            due=row.due,
            open=row.open,
            open_company=row.open_company,
            covered=read["covered"].get(item_id, ZERO),
            under_way=read["under_way"].get(item_id, ZERO),
            reached=place_before(ladder, again) if reached_before else row.reached,
            reached_on=None if reached_before else row.reached_on,
            resumed_on=row.resumed_on,
            in_flight=outbox.get("in_flight"),
            failures=outbox.get("failures", 0),
            failed_on=outbox.get("failed_on"),
            # An invoice that went to somebody else is not this debtor's, whatever the item says.
            posted=row.posted and row.owner_id == person.partner_id,
            no_followup=row.no_followup,
            core_blocked=row.blocked,
            start=row.start,
            count_from=row.count_from,
            veto_from=row.veto_from,
            intercompany=person.partner_id in house.own_partners,
            employee=person.employee,
            direct_debit=person.direct_debit or bool(row.collected),
            key_account=person.key_account,
            invoice_sent=row.sent or not house.require_sent,
            invoice_bounced=row.move_id in read["bounced"] and not row.marked,
            backlog="" if row.backlog_taken else house.backlog(row.due),
            we_owe=read["we_owe"].get(debtor_id),
            receipt_until=house.receipts.get(item_id),
            bank_until=house.bank_until,
            holds=self._holds(read["holds"].get(item_id, ()), person),
            debtor_total=read["totals"][debtor_id] - read["credit"].get(debtor_id, ZERO),
            last_message=read["last"].get((debtor_id, row.currency_id)),
            reachable=person.reachable,
            order_reachable=frozenset(
                channel
                for channel, role, _address, _contact in person.with_order(
                    row.contact_id or person.partner_id
                )
                if role == "order"
            ),
        )

    @api.model
    def _holds(self, holds, person):
        """The holds that count: with a representative, administration only redirects."""
        if not person.represented:
            return holds
        return tuple(hold for hold in holds if hold.kind != "administration")

    # -- reading -------------------------------------------------------------------------

    @api.model
    def _item_rows(self, debtor_ids):
        """The open items of debtors; see :meth:`_read_rows`."""
        condition = SQL("item.debtor_id = ANY(%s) AND item.state = 'open'", debtor_ids)
        return self._read_rows(condition)

    @api.model
    def _rows_of(self, item_ids):
        """Items of any state; see :meth:`_read_rows`."""
        return self._read_rows(SQL("item.id = ANY(%s)", item_ids))

    @api.model
    def _read_rows(self, condition):
        """Items, each with the state of its line.

        Amounts come from the line: what an item has stored may lag behind a payment that was
        committed while the item was made.
        """
        rows = self.env.execute_query(
            SQL(
                """SELECT item.id, item.debtor_id, item.line_id, item.move_id, item.currency_id,
                          item.date_due, item.episode, coalesce(item.reached, 0),
                          item.reached_on, item.resumed_on, coalesce(item.start_position, 0),
                          item.count_from, item.veto_from, coalesce(item.retry_after_id, 0),
                          coalesce(item.backlog_taken, false), item.revision_id, item.policy_id,
                          coalesce(line.parent_state = 'posted', false),
                          coalesce(line.no_followup, false),
                          coalesce(move.payment_state = 'blocked', false),
                          coalesce(move.is_move_sent OR move.move_type = 'entry'
                                   OR item.invoice_sent_on IS NOT NULL OR %(sent)s, false),
                          item.invoice_sent_on IS NOT NULL,
                          method.code LIKE ANY(%(collected)s),
                          partner.commercial_partner_id,
                          item.claim_kind, item.contract_kind, item.term_agreed,
                          coalesce(move.invoice_date, line.date), move.partner_id,
                          own.id, coalesce(own.ask_first, false),
                          line.amount_residual_currency, line.amount_residual
                     FROM dunning_item item
                LEFT JOIN account_move_line line ON line.id = item.line_id
                LEFT JOIN account_move move ON move.id = line.move_id
                LEFT JOIN res_partner partner ON partner.id = line.partner_id
                LEFT JOIN account_payment_method_line way
                       ON way.id = move.preferred_payment_method_line_id
                LEFT JOIN account_payment_method method ON method.id = way.payment_method_id
                LEFT JOIN collection_case_line part
                       ON part.item_id = item.id AND part.left_on IS NULL
                LEFT JOIN collection_case own ON own.id = part.case_id
                    WHERE %(condition)s
                 ORDER BY item.id""",
                condition=condition,
                sent=self._sent_otherwise(),
                collected=list(COLLECTED_BY),
            )
        )
        found = [ItemRow(*row[:-2], exact(row[-2]), exact(row[-1])) for row in rows]
        return self.env["dunning.law"]._mandated(found)

    @api.model
    def _sent_otherwise(self):
        """A condition on ``move``: sent by another way than mail, as far as Odoo knows it."""
        if "peppol_move_state" in self.env["account.move"]._fields:
            return SQL("coalesce(move.peppol_move_state IN ('processing', 'done'), false)")
        return SQL("false")
