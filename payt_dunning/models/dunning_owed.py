from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from odoo import api, models
from odoo.exceptions import UserError

from ..rules.law.errors import Held, Refused
from ..rules.law.money import ZERO, share
from ..rules.law.owed import LEGAL_ORDER, Allocation, Charge, Claim, Statement, owed
from ..rules.law.running import running
from ..rules.law.tables import AllocationRule, Row
from ..tools import exact
from .dunning_owed_history import Step


class ItemOwed(NamedTuple):
    """What is owed for one item.

    :param interest: computed, and claimed by a charge
    :param costs: its share in costs and fees that are due
    :param why_no_interest: in words; empty: interest is claimed, from when it runs
    """

    item_id: int
    principal: Decimal = ZERO
    interest: Decimal = ZERO
    costs: Decimal = ZERO
    why_no_interest: str = ""

    @property
    def total(self):
        return self.principal + self.interest + self.costs


class ChargeOwed(NamedTuple):
    """A charge that is due, as far as it is about the items that were asked about.

    :param waived: what was waived, or paid once it was booked
    :param left: what is neither waived nor paid
    :param shares: what is left, by item
    """

    charge_id: int
    kind: str
    due_from: date
    amount: Decimal
    waived: Decimal
    left: Decimal
    shares: dict[int, Decimal]


class Paid(NamedTuple):
    """Something that was set against an item, and what it went to."""

    item_id: int
    step: Step
    went: Allocation


class Owed(NamedTuple):
    """What a debtor owes in one currency on a day.

    :param statement: the calculation
    :param rows: of the law tables that were used
    :param notes: in words, what one should know of it
    """

    debtor_id: int
    currency_id: int
    statement: Statement
    items: dict[int, ItemOwed]
    charges: tuple[ChargeOwed, ...]
    paid: tuple[Paid, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...]

    @property
    def principal(self):
        return self.statement.principal

    @property
    def interest(self):
        return sum((item.interest for item in self.items.values()), ZERO)

    @property
    def costs(self):
        return sum((item.costs for item in self.items.values()), ZERO)

    @property
    def total(self):
        return self.statement.total


class Facts(NamedTuple):
    """What the calculation is made from, each read once for all items.

    :param ledgers: by item id; only those that count on the day
    :param standings: by item id
    :param charges: see :meth:`DunningOwed._charges`
    :param charged: through which day interest is a charge, by item id
    :param legal: see :meth:`DunningOwed._legal`
    """

    ledgers: dict
    standings: dict
    charges: list
    charged: dict
    legal: set


class DunningOwed(models.AbstractModel):
    """What is owed as of a day: the one calculation behind screens, messages and reports.

    Payments come from the ledger, the rest from the law tables and from what was claimed. The
    ledger leads unless a company chose the order of the law: what was reconciled on an item is
    principal of it, so that its principal is what the ledger has open.
    """

    _name = "dunning.owed"
    _description = "What Is Owed as of a Day"
    _inherit = "dunning.owed.history"

    @api.model
    def _statements(self, items, day):
        """What is owed for items on ``day``, that day included.

        With the rights of the system: whoever shows it checks that the user may read the items.

        :param items: of any debtors and companies; invoices of later days don't count yet
        :return: dict of (debtor id, currency id) to :class:`Owed`
        :raises UserError: naming the debtor, when the amounts can't be right
        """
        items = items.sudo()
        ledgers = {
            item_id: ledger
            for item_id, ledger in self._history(items).items()
            if ledger.start <= day
        }
        charges, charged = self._charges(items, day)
        groups = defaultdict(items.browse)
        for item in items:
            ledger = ledgers.get(item.id)
            currencies = {ledger.currency_id if ledger else item.currency_id.id}
            currencies |= {charge.currency_id.id for charge, shares in charges if item.id in shares}
            for currency_id in filter(None, currencies):
                groups[item.debtor_id.id, currency_id] |= item
        standings = self.env["dunning.law"]._standings(items, day)
        facts = Facts(ledgers, standings, charges, charged, self._legal(items))
        return {key: self._owed(key, group, facts, day) for key, group in groups.items()}

    def _owed(self, key, items, facts, day):
        """What one debtor owes in one currency.

        :param items: its items that have an amount or a charge in it
        """
        debtor_id, currency_id = key
        currency = self.env["res.currency"].browse(currency_id)
        ledgers = {
            item.id: facts.ledgers[item.id]
            for item in items
            if item.id in facts.ledgers and facts.ledgers[item.id].currency_id == currency_id
        }
        charges = [
            (charge, own)
            for charge, shares in facts.charges
            if charge.currency_id == currency
            and (own := {item.id: shares[item.id] for item in items if item.id in shares})
        ]
        tables = self.env["collection.law.row"]._tables()
        claims, reasons = [], {}
        for ledger in ledgers.values():
            standing, charged = facts.standings[ledger.item_id], facts.charged.get(ledger.item_id)
            runs = running(tables, standing, currency.name, day, charged, ledger.spared)
            reasons[ledger.item_id] = self._why_none(runs, standing, currency)
            claims.append(_as_claim(ledger, runs))
        codes = {facts.standings[item_id].jurisdiction for item_id in ledgers}
        order, leads, notes = self._payment_order(items.company_id, codes, facts.legal, tables, day)
        payments = [payment for ledger in ledgers.values() for payment in ledger.payments()]
        try:
            statement = owed(claims, payments, _as_charges(charges), day, order, leads)
            if not leads:
                by_ledger = owed(claims, payments, _as_charges(charges), day, ledger_leads=True)
                if by_ledger.principal != statement.principal:
                    statement, notes = by_ledger, (*notes, self._told_order())
        except Refused as problem:
            raise UserError(
                self.env._(
                    "What %(debtor)s owes can't be calculated: %(problem)s",
                    debtor=items[:1].debtor_id.display_name,
                    problem=problem,
                )
            ) from problem
        left = _left(charges, statement)
        return Owed(
            debtor_id,
            currency_id,
            statement,
            _per_item(items, statement, left, reasons),
            left,
            _paid(ledgers, statement),
            tuple(tables.used.values()),
            notes,
        )

    # -- charges -----------------------------------------------------------------------------

    @api.model
    def _charges(self, items, day):
        """Live charges about items that are due on ``day``, and what they stand for.

        Interest that was claimed isn't computed as well: a charge for interest, paid and waived
        ones too, stands for all interest of its items through its due date.

        :return: list of ``(charge, {item id: amount})`` in the order in which they are due, and
            the day through which interest is a charge by item id
        """
        shares = self.env["dunning.charge.share"].sudo().search([("item_id", "in", items.ids)])
        live, charged = defaultdict(dict), {}
        for each in shares.filtered(lambda each: each.charge_id.due_from <= day):
            charge, item_id = each.charge_id, each.item_id.id
            if charge.state in ("claimed", "booked"):
                live[charge][item_id] = exact(each.amount)
            if charge.kind == "interest":
                charged[item_id] = max(charged.get(item_id, charge.due_from), charge.due_from)
        ordered = sorted(live.items(), key=lambda pair: (pair[0].due_from, pair[0].id))
        return ordered, charged

    # -- to what payments go -----------------------------------------------------------------

    @api.model
    def _legal(self, items):
        """Where payments go in the order of the law: ``{(company id, code of the law)}``."""
        rows = (
            self.env["dunning.allocation"]
            .sudo()
            .search([("company_id", "in", items.company_id.ids), ("mode", "=", "legal")])
        )
        return {(row.company_id.id, row.jurisdiction_id.code) for row in rows}

    @api.model
    def _payment_order(self, company, codes, legal, tables, day):
        """To what payments go: ``(order, whether the ledger leads, notes)``.

        :param codes: of the laws that apply to the items
        """
        if not any((company.id, code) in legal for code in codes):
            return LEGAL_ORDER, True, ()
        if len(codes) > 1:
            note = self.env._(
                "Payments count as reconciled, for the law of more than one country applies."
            )
            return LEGAL_ORDER, True, (note,)
        try:
            rule = tables.one(AllocationRule, *codes, day=day)
        except Held as held:
            note = self.env._(
                "Payments count as reconciled, for the law tables don't say: %s",
                self.env["collection.law.words"]._problem(held),
            )
            return LEGAL_ORDER, True, (note,)
        return rule.order, False, ()

    @api.model
    def _told_order(self):
        """Why the order of the law is not followed: the principal is what the ledger has open."""
        return self.env._(
            "Payments count as reconciled: some were set against invoices before costs and "
            "interest were booked. “Allocate a Payment” books them first."
        )

    # -- in words ----------------------------------------------------------------------------

    def _why_none(self, runs, standing, currency):
        """Why no interest is claimed on an item; empty where it is."""
        if not runs.why:
            return ""
        return {
            "no_law": self.env._("There are no tables of the law that applies."),
            "currency": self.env._(
                "It is in %(currency)s, and the law of %(law)s knows amounts in %(own)s only.",
                currency=currency.name,
                law=standing.jurisdiction,
                own=standing.currency,
            ),
            "company": self.env._("Our company claims no interest from such debtors."),
            "not_default": self.env._(
                "Not in default: no term was agreed and no demand with a term has left"
            ),
            "none": self.env._("The law gives no interest against such debtors."),
            "held": runs.problem and self.env["collection.law.words"]._problem(runs.problem),
        }[runs.why]


def _as_claim(ledger, runs):
    """An item as the calculation needs it."""
    return Claim(
        ledger.item_id,
        ledger.principal,
        ledger.due,
        runs.after,
        runs.parts,
        runs.compounding,
        ledger.start,
    )


def _as_charges(charges):
    """Charges as the calculation needs them; of what is waived, the part of these items."""
    return [
        Charge(charge.due_from, sum(shares.values(), ZERO), _waived(charge, shares))
        for charge, shares in charges
    ]


def _waived(charge, shares):
    """What is no longer asked for, waived or paid, as far as it is about these items."""
    waived = exact(charge.currency_id.round(charge.amount - charge.amount_left))
    if not waived:
        return ZERO
    all_shares = {each.item_id.id: exact(each.amount) for each in charge.share_ids}
    parts = share(waived, all_shares)
    return sum((parts[item_id] for item_id in shares), ZERO)


def _left(charges, statement):
    """What is left of each charge: payments went to the one that was due first."""
    known = _as_charges(charges)
    paid = sum((each.amount - each.waived for each in known), ZERO) - statement.costs
    found = []
    for (charge, shares), each in zip(charges, known, strict=True):
        open_amount = each.amount - each.waived
        covered = min(paid, open_amount)
        paid -= covered
        left = open_amount - covered
        found.append(
            ChargeOwed(
                charge.id,
                charge.kind,
                each.due_from,
                each.amount,
                each.waived,
                left,
                share(left, shares),
            )
        )
    return tuple(found)


def _per_item(items, statement, charges, reasons):
    """What is owed for each item: ``{item id: ItemOwed}``."""
    interest, costs = defaultdict(Decimal), defaultdict(Decimal)
    for charge in charges:
        pile = interest if charge.kind == "interest" else costs
        for item_id, amount in charge.shares.items():
            pile[item_id] += amount
    found = {}
    for item in items:
        state = statement.claims.get(item.id)
        if state is None and not (interest[item.id] or costs[item.id]):
            continue
        found[item.id] = ItemOwed(
            item.id,
            state.principal if state else ZERO,
            interest[item.id] + (state.interest if state else ZERO),
            costs[item.id],
            reasons.get(item.id, ""),
        )
    return found


def _paid(ledgers, statement):
    """What was set against items, beside what it went to, as the calculation took it."""
    steps = [(item_id, step) for item_id, each in ledgers.items() for step in each.steps]
    steps = sorted(
        (pair for pair in steps if pair[1].day <= statement.day), key=lambda pair: pair[1].day
    )
    return tuple(
        Paid(item_id, step, went)
        for (item_id, step), went in zip(steps, statement.allocations, strict=True)
    )
