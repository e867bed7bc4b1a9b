from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..rules.law.money import ZERO
from ..tools import exact

#: So many rows fit on a page.
PAGE_SIZE = 20


class Decided(NamedTuple):
    """The decision about an item, as it is kept: what happens, why, when it is looked at again."""

    action: str
    reason: str
    until: date | None
    phase: str
    hold_id: int | None


class Tree(NamedTuple):
    """What :class:`~.dunning_money.DunningMoney` needs to know of a company."""

    company_id: int
    tree: tuple
    accounts: tuple


class Read(NamedTuple):
    """A row as it was read, with what decides where it goes."""

    row: object
    currency_id: int
    is_open: bool

    @property
    def item_id(self):
        return self.row.item_id

    @property
    def line_id(self):
        return self.row.line_id

    @property
    def move_id(self):
        return self.row.move_id


class Owing(NamedTuple):
    """The same of a debtor."""

    partner_id: int


@dataclass(frozen=True, slots=True)
class PageRow:
    """An invoice, or one due date of it, as the debtor sees it.

    :param open: what the ledger has open
    :param covered: what free credits of the debtor take off
    :param under_way: for which a payment was begun and shows no result yet
    :param disputed: what the debtor does not agree with, of what is left of it
    :param decided: what the rules decided about it last
    :param plan_id: the running payment plan that it is in
    """

    item_id: int
    line_id: int
    move_id: int
    name: str
    due: date
    late: int
    open: Decimal
    decided: Decided
    covered: Decimal = ZERO
    under_way: Decimal = ZERO
    disputed: Decimal = ZERO
    plan_id: int = 0

    @property
    def held(self):
        """Whether nothing is asked for it at the moment."""
        return self.decided.reason == "hold"

    @property
    def payable(self):
        """What can be paid of it now; what is in a plan is paid by its instalments."""
        return ZERO if self.plan_id else self.owing

    @property
    def owing(self):
        """What can be paid of it now, in a plan or not."""
        return max(self.open - self.covered - self.under_way - self.disputed, ZERO)


@dataclass(frozen=True, slots=True)
class PageExtra:
    """Costs, a fee or interest beside the invoices.

    :param key: ``c`` and the charge's id, or ``i`` for interest that is no charge yet
    :param shares: what part of it is because of which item
    :param lines: the calculation and its basis, a line each
    """

    key: str
    kind: str
    label: str
    amount: Decimal
    shares: dict
    charge_id: int = 0
    basis: str = ""
    lines: tuple = ()


@dataclass(slots=True)
class Pile:
    """What a debtor owes one company in one currency, as the page shows it.

    :param planned: those costs and interest that are in a running payment plan
    :param paid: ``(item id, number, move id)`` of what is settled
    :param owed: the calculation, where there is anything beside the invoices
    :param given: rows that somebody else collects; ``agents`` has the handover of each by item id
    :param payees: :class:`~.dunning_payee.Payee` by item id, where it is not the company
    """

    company: object
    currency: object
    rows: list = field(default_factory=list)
    extras: list = field(default_factory=list)
    planned: list = field(default_factory=list)
    paid: list = field(default_factory=list)
    owed: object = None
    given: list = field(default_factory=list)
    agents: dict = field(default_factory=dict)
    payees: dict = field(default_factory=dict)

    @property
    def item_ids(self):
        rows = [row.item_id for row in (*self.rows, *self.given)]
        return rows + [item_id for item_id, *_rest in self.paid]

    @property
    def open(self):
        return sum((row.open for row in self.rows), ZERO)

    @property
    def covered(self):
        return sum((row.covered for row in self.rows), ZERO)

    @property
    def under_way(self):
        return sum((row.under_way for row in self.rows), ZERO)

    @property
    def disputed(self):
        return sum((row.disputed for row in self.rows), ZERO)

    @property
    def in_plan(self):
        """What is paid by the instalments of a plan."""
        return sum((row.owing for row in self.rows if row.plan_id), ZERO)

    @property
    def beside(self):
        return sum((extra.amount for extra in self.extras), ZERO)

    @property
    def payable(self):
        """Everything that can be paid now, costs and interest included."""
        return sum((row.payable for row in self.rows), ZERO) + self.beside


class DunningPage(models.AbstractModel):
    """What a debtor's page shows: plain values, read only, in the language of the environment."""

    _name = "dunning.page"
    _description = "What a Debtor's Page Shows"
    _inherit = "dunning.page.about"

    @api.model
    def _piles(self, debtor, items, day):
        """What ``items`` owe, one pile for each currency; those with most rows first.

        With the rights of the system: whoever calls this has looked at who is asking.

        :param debtor: of all the items
        :param items: of any state
        :return: list of :class:`Pile`
        """
        piles = {}
        rows = self._rows(items.ids, debtor, day)
        covered = under_way = disputed = {}
        if rows:
            money = self.env["dunning.money"].sudo()
            if self._has_credit(debtor):
                people = {debtor.id: Owing(debtor.partner_id.id)}
                tree, accounts = self.env["dunning.house"]._tree(debtor.company_id)
                books = Tree(debtor.company_id.id, tuple(tree.ids), tuple(accounts.ids))
                covered, _credit = money._covered(books, people, rows)
            under_way = money._under_way(rows)
            disputed = self._disputed(debtor, rows, day)
        for row, currency_id, is_open in rows:
            if currency_id not in piles:
                currency = self.env["res.currency"].browse(currency_id)
                piles[currency_id] = Pile(debtor.company_id, currency)
            if is_open and row.open > 0:
                taken = min(covered.get(row.item_id, ZERO), row.open)
                begun = under_way.get(row.item_id, ZERO)
                part = min(disputed.get(row.item_id, ZERO), max(row.open - taken - begun, ZERO))
                piles[currency_id].rows.append(
                    replace(row, covered=taken, under_way=begun, disputed=part)
                )
            else:
                piles[currency_id].paid.append((row.item_id, row.name, row.move_id))
        self._set_apart(piles.values())
        self._put_beside(debtor, items, piles, day)
        return sorted(piles.values(), key=lambda pile: -len(pile.rows))

    @api.model
    def _set_apart(self, piles):
        """Take out of the rows what is not asked for here."""

    @api.model
    def _rows(self, item_ids, debtor, day):
        """Items with what the ledger has open of them: ``[(PageRow, currency id, open?)]``."""
        self.env.flush_all()
        found = self.env.execute_query(
            SQL(
                """SELECT item.id, line.id, line.move_id, coalesce(item.name, ''),
                          coalesce(item.date_due, line.date), line.amount_residual_currency,
                          coalesce(item.currency_id, line.currency_id),
                          item.state = 'open' AND line.parent_state = 'posted'
                              AND partner.commercial_partner_id = %(partner)s,
                          coalesce((SELECT max(plan.id)
                                      FROM dunning_item_dunning_payment_plan_rel rel
                                      JOIN dunning_payment_plan plan
                                        ON plan.id = rel.dunning_payment_plan_id
                                     WHERE rel.dunning_item_id = item.id
                                       AND plan.state = 'running'), 0),
                          item.action, item.reason, item.next_date,
                          coalesce(level.phase, 'courtesy'), item.hold_id
                     FROM dunning_item item
                     JOIN account_move_line line ON line.id = item.line_id
                     JOIN res_partner partner ON partner.id = line.partner_id
                LEFT JOIN dunning_policy_revision revision ON revision.id = item.revision_id
                LEFT JOIN dunning_level level
                       ON level.policy_id = coalesce(item.policy_id, revision.policy_id)
                      AND level.position = item.next_position
                    WHERE item.id = ANY(%(items)s) AND item.debtor_id = %(debtor)s
                 ORDER BY item.date_due, item.id""",
                items=item_ids,
                debtor=debtor.id,
                partner=debtor.partner_id.id,
            )
        )
        return [
            Read(
                PageRow(
                    item_id=item_id,
                    line_id=line_id,
                    move_id=move_id,
                    name=name or f"#{item_id}",
                    due=due,
                    late=max((day - due).days, 0),
                    open=exact(residual),
                    decided=Decided(*decided),
                    plan_id=plan_id,
                ),
                currency_id,
                is_open,
            )
            for item_id, line_id, move_id, name, due, residual, currency_id, is_open, plan_id, *decided in found
        ]

    @api.model
    def _put_beside(self, debtor, items, piles, day):
        """Put costs and interest in their piles; where there can be none nothing is calculated."""
        asked = self._asked_interest(items)
        if not asked and not self.env.execute_query(
            SQL("SELECT 1 FROM dunning_charge_share WHERE item_id = ANY(%s) LIMIT 1", items.ids)
        ):
            return
        try:
            owed = self.env["dunning.owed"]._statements(items, day)
        except UserError:
            # Nothing beside the invoices is shown where the calculation can't be made.
            return
        for pile in piles.values():
            pile.owed = owed.get((debtor.id, pile.currency.id))
            extras = self._extras(pile, asked)
            plans = {row.plan_id for row in pile.rows} - {0}
            planned = self.env["dunning.payment.plan"].sudo().browse(plans).charge_ids.ids
            pile.planned = [each for each in extras if each.charge_id in planned]
            pile.extras = [each for each in extras if each not in pile.planned]

    # -- costs and interest --------------------------------------------------------------------

    @api.model
    def _asked_interest(self, items):
        """Ids of the items for which a message that arrived asked for interest."""
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT line.item_id
                     FROM dunning_notice_line line
                     JOIN dunning_notice notice ON notice.id = line.notice_id
                    WHERE line.item_id = ANY(%s) AND line.position > 0
                      AND notice.interest > 0 AND notice.state = 'sent'""",
                items.ids,
            )
        )
        return {item_id for (item_id,) in rows}

    @api.model
    def _extras(self, pile, asked):
        """Costs and interest that were claimed, and interest that runs where it was asked for."""
        if not pile.owed:
            return []
        charges = self.env["dunning.charge"].sudo()
        kinds = dict(charges._fields["kind"]._description_selection(self.env))
        extras, in_charges = [], defaultdict(Decimal)
        for each in pile.owed.charges:
            if each.kind == "interest":
                for item_id, amount in each.shares.items():
                    in_charges[item_id] += amount
            charge = charges.browse(each.charge_id)
            # In whole, also what is because of other invoices: it is booked and paid as one.
            left = each.left + exact(charge.amount_left) - (each.amount - each.waived)
            if left > 0:
                lines = (charge.calculation_lines or "").splitlines()
                extras.append(
                    PageExtra(
                        key=f"c{charge.id}",
                        kind=each.kind,
                        label=kinds[each.kind],
                        amount=left,
                        shares=each.shares,
                        charge_id=charge.id,
                        basis=self._announced(charge),
                        lines=(*lines, charge.basis or ""),
                    )
                )
        running = {
            row.item_id: pile.owed.items[row.item_id].interest - in_charges[row.item_id]
            for row in pile.rows
            if row.item_id in asked and row.item_id in pile.owed.items and not row.plan_id
        }
        running = {item_id: amount for item_id, amount in running.items() if amount > 0}
        if running:
            extras.append(
                PageExtra(
                    key="i",
                    kind="interest",
                    label=self.env._("Interest through %s", self._date(pile.owed.statement.day)),
                    amount=sum(running.values(), ZERO),
                    shares=running,
                    lines=tuple(self._interest_lines(pile, running)),
                )
            )
        return extras

    @api.model
    def _announced(self, charge):
        """By which message a claim was announced."""
        notice = charge.notice_id
        if not notice.sent_on:
            return ""
        return self.env._(
            "We wrote to you about this on %(day)s. Due since %(since)s.",
            day=self._date(notice.sent_on),
            since=self._date(charge.due_from),
        )

    @api.model
    def _interest_lines(self, pile, running):
        """How interest that runs was calculated, a line for each span."""
        names = {row.item_id: row.name for row in pile.rows}
        lines = [
            self.env._(
                "%(invoice)s: %(base)s from %(since)s through %(until)s (%(days)s days) at "
                "%(percent)s%% a year",
                invoice=names[line.claim],
                base=self._money(line.base, pile.currency),
                since=self._date(line.since),
                until=self._date(line.until),
                days=line.days,
                percent=f"{line.percent.normalize():f}",
            )
            for line in pile.owed.statement.lines
            if line.kind == "interest" and line.claim in running and line.amount
        ]
        sources = {row.source for row in pile.owed.rows if type(row).__name__ == "Rate"}
        return [*lines, *(self.env._("Source: %s", source) for source in sorted(sources))]
