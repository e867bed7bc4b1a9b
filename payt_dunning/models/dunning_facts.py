from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from odoo import api, models
from odoo.tools import SQL

from ..rules.decide import ItemFacts, decide
from ..rules.plan import Candidate
from ..rules.working_days import Calendar
from ..tools import exact

#: What is read of each item; in one statement, whatever the number of items.
ITEM_FIELDS = [
    "debtor_id",
    "line_id",
    "move_id",
    "currency_id",
    "date_due",
    "amount_open",
    "amount_company",
    "reached",
    "reached_on",
    "resumed_on",
    "episode",
    "revision_id",
    "policy_id",
]
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class House:
    """What holds for a whole company on one day; read once for a run."""

    calendar: Calendar
    receipts: dict
    bank_until: date | None
    own_partners: frozenset
    require_sent: bool
    backlog_before: date | None


class DunningFacts(models.AbstractModel):
    """Reads the ledger and the outbox into plain values for the rules.

    The number of statements does not grow with the number of items: every fact is read once
    for all debtors asked about.
    """

    _name = "dunning.facts"
    _description = "Facts for Dunning Decisions"

    @api.model
    def _house(self, company, day, debtors=None, known=None):
        """The facts that are the company's; see :class:`House`.

        :param debtors: only their receipts are of interest; all debtors' when left out
        :param known: a house read shortly before: only the receipts are read again
        """
        receipts = self.env["dunning.money"]._receipts(company, debtors)
        if known:
            return replace(known, receipts=receipts)
        settings = company.sudo()
        own = self.env["res.company"].sudo().search([]).partner_id
        backlog = settings.dunning_live_since and settings.dunning_backlog_days
        return House(
            calendar=settings._dunning_calendar(),
            receipts=receipts,
            bank_until=self.env["dunning.money"]._bank_behind(company, day),
            own_partners=frozenset(own.ids),
            require_sent=settings.dunning_require_sent,
            backlog_before=(
                settings.dunning_live_since - timedelta(days=settings.dunning_backlog_days)
                if backlog
                else None
            ),
        )

    @api.model
    def _candidates(self, debtors, day, house=None, except_notice=None):
        """Decide about every open item of ``debtors`` on ``day``.

        :param debtors: debtors of one company
        :param house: the company's facts, when they have been read already
        :param except_notice: decide as if this message and those of its run to the same
            debtor had not been made
        :return: list of :class:`~..rules.plan.Candidate`
        """
        if not debtors:
            return []
        company = debtors.company_id
        house = house or self._house(company, day, debtors)
        items = self.env["dunning.item"].search_fetch(
            [("debtor_id", "in", debtors.ids), ("state", "=", "open")], ITEM_FIELDS, order="id"
        )
        debtors.fetch(["partner_id", "policy_id", "kind", "direct_debit", "failed_email"])
        money = self.env["dunning.money"]
        covered, credit_company = money._covered(company, debtors, items)
        read = {
            "house": house,
            "ledger": self._ledger_flags(items),
            "outbox": self._outbox(items, except_notice),
            "holds": self.env["dunning.hold"]._load(company, items),
            "covered": covered,
            "credit": credit_company,
            "under_way": money._under_way(company, debtors, items),
            "last": self._last_messages(debtors, except_notice),
            "recipients": debtors._recipients(),
            "totals": defaultdict(Decimal),
        }
        for item in items:
            flags = read["ledger"].get(item.line_id.id, {})
            read["totals"][item.debtor_id.id] += flags.get("open_company", ZERO)
        revisions = self._revisions(items, debtors)
        ladders = {revision: revision and revision._to_ladder() for revision in set(revisions)}
        return [
            self._candidate(item, revision, ladders[revision], day, read)
            for item, revision in zip(items, revisions, strict=True)
        ]

    @api.model
    def _candidate(self, item, revision, ladder, day, read):
        recipients, lang = read["recipients"][item.debtor_id.id]
        facts = self._item_facts(item, read)
        return Candidate(
            facts=facts,
            decision=decide(facts, ladder or None, day, read["house"].calendar),
            debtor_id=item.debtor_id.id,
            company_id=item.debtor_id.company_id.id,
            currency_id=item.currency_id.id,
            revision_id=revision.id or 0,
            recipients=recipients,
            lang=lang,
            per_invoice=bool(ladder) and ladder.per_invoice,
        )

    @api.model
    def _item_facts(self, item, read):
        """Put together what was read about one item."""
        house, item_id, debtor = read["house"], item.id, item.debtor_id
        flags = read["ledger"].get(item.line_id.id, {"posted": False})
        outbox = read["outbox"].get(item_id, {})
        # A sibling of the message asked about may have reached the rung already.
        again = outbox.get("again") or 0
        reached_before = again and item.reached >= again
        return ItemFacts(
            item_id=item_id,
            due=item.date_due,
            open=flags.get("open", ZERO),
            open_company=flags.get("open_company", ZERO),
            covered=read["covered"].get(item_id, ZERO),
            under_way=read["under_way"].get(item_id, ZERO),
            reached=again - 1 if reached_before else item.reached,
            reached_on=None if reached_before else item.reached_on or None,
            resumed_on=item.resumed_on or None,
            in_flight=outbox.get("in_flight"),
            failures=outbox.get("failures", 0),
            failed_on=outbox.get("failed_on"),
            # An invoice that went to somebody else is not this debtor's, whatever the item says.
            posted=flags["posted"] and flags["partner"] == debtor.partner_id.id,
            no_followup=flags.get("no_followup", False),
            core_blocked=flags.get("blocked", False),
            intercompany=debtor.partner_id.id in house.own_partners,
            direct_debit=debtor.direct_debit,
            invoice_sent=flags.get("sent", True) or not house.require_sent,
            old_backlog=bool(house.backlog_before and item.date_due < house.backlog_before),
            receipt_until=house.receipts.get(item_id),
            bank_until=house.bank_until,
            holds=read["holds"].get(item_id, ()),
            debtor_total=read["totals"][debtor.id] - read["credit"].get(debtor.id, ZERO),
            last_message=read["last"].get((debtor.id, item.currency_id.id)),
            reachable=frozenset(row[0] for row in read["recipients"][debtor.id][0]),
        )

    @api.model
    def _ledger_flags(self, items):
        """What the ledger says of each line, read at this moment.

        The amounts too: what an item has stored may lag behind a payment that was committed
        while the item was made.
        """
        if not items.line_id:
            return {}
        self.env["account.move.line"].flush_model(
            [
                "no_followup",
                "move_id",
                "parent_state",
                "partner_id",
                "amount_residual",
                "amount_residual_currency",
            ]
        )
        self.env["account.move"].flush_model(["payment_state", "is_move_sent", "move_type"])
        rows = self.env.execute_query(
            SQL(
                """SELECT line.id,
                          line.parent_state = 'posted',
                          coalesce(line.no_followup, false),
                          coalesce(move.payment_state = 'blocked', false),
                          coalesce(move.is_move_sent, false) OR move.move_type = 'entry',
                          partner.commercial_partner_id,
                          line.amount_residual_currency,
                          line.amount_residual
                     FROM account_move_line line
                     JOIN account_move move ON move.id = line.move_id
                LEFT JOIN res_partner partner ON partner.id = line.partner_id
                    WHERE line.id IN %s""",
                tuple(items.line_id.ids),
            )
        )
        names = ("posted", "no_followup", "blocked", "sent", "partner", "open", "open_company")
        return {
            line_id: dict(zip(names, (*marks, exact(amount), exact(in_company)), strict=True))
            for line_id, *marks, amount, in_company in rows
        }

    @api.model
    def _outbox(self, items, except_notice=None):
        """Messages about each item that did not arrive, or not yet.

        :return: per item id ``in_flight`` (a state), ``failures``, ``failed_on`` and ``again``
            (the rung of ``except_notice``)
        """
        found = defaultdict(dict)
        if not items:
            return found
        for model in ("dunning.notice", "dunning.notice.line"):
            self.env[model].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT line.item_id, line.slot, line.position, notice.id, notice.run_id,
                          notice.state, notice.as_of, notice.failure_kind
                     FROM dunning_notice_line line
                     JOIN dunning_notice notice ON notice.id = line.notice_id
                    WHERE line.item_id IN %s AND line.position > 0
                      AND (notice.state NOT IN ('sent', 'cancelled', 'returned')
                           OR notice.id = %s)""",
                tuple(items.ids),
                except_notice.id if except_notice else None,
            )
        )
        slots = {item.id: (f"{item.episode}:", item.reached) for item in items}
        for item_id, slot, position, notice_id, run_id, state, as_of, failure in rows:
            episode, reached = slots[item_id]
            facts = found[item_id]
            if except_notice and notice_id == except_notice.id:
                facts["again"] = position
            elif state == "failed":
                if failure != "address" and slot.startswith(episode) and position > reached:
                    facts["failures"] = facts.get("failures", 0) + 1
                    facts["failed_on"] = max(facts.get("failed_on") or as_of, as_of)
            elif not (except_notice and run_id == except_notice.run_id.id):
                facts["in_flight"] = state
        return found

    @api.model
    def _last_messages(self, debtors, except_notice=None):
        """The last day on which a message left: ``{(debtor id, currency id): date}``."""
        domain = [("debtor_id", "in", debtors.ids), ("state", "in", ("sent", "returned"))]
        if except_notice:
            domain.append(("as_of", "!=", except_notice.as_of))
        groups = self.env["dunning.notice"]._read_group(
            domain, ["debtor_id", "currency_id"], ["sent_on:max"]
        )
        return {(debtor.id, currency.id): day for debtor, currency, day in groups}

    @api.model
    def _revisions(self, items, debtors):
        """The revision each item follows, in order.

        An item that has begun stays on its revision while its policy is still the one that
        applies: invoice before debtor before segment before company.
        """
        policies = self.env["dunning.policy"]._resolve(debtors)
        revisions = []
        for item in items:
            policy = item.policy_id or policies[item.debtor_id.id]
            begun = item.revision_id
            revisions.append(begun if begun.policy_id == policy else policy.revision_id)
        return revisions
