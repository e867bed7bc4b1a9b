from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_amount, format_date

from ..rules.law.money import ZERO
from ..rules.references import message_reference

#: So many rows fit on a page.
PAGE_SIZE = 25
#: After so many days nothing is shown of what was settled.
SETTLED_DAYS = 365


@dataclass(frozen=True, slots=True)
class PageRow:
    """An invoice, or one due date of it, as the debtor sees it.

    :param open: what the ledger has open
    :param covered: what free credits of the debtor take off
    :param under_way: for which a payment was begun and shows no result yet
    :param held: on hold in full or for a part: nothing is asked for it at the moment
    :param decision: what the rules say of it; ``None`` for what is paid
    """

    item: object
    name: str
    due: date
    late: int
    open: Decimal
    covered: Decimal = ZERO
    under_way: Decimal = ZERO
    held: bool = False
    decision: object = None

    @property
    def payable(self):
        """What can be paid of it now."""
        return max(self.open - self.covered - self.under_way, ZERO)


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
    """What a debtor owes one company in one currency, as the page shows it."""

    company: object
    currency: object
    rows: list = field(default_factory=list)
    extras: list = field(default_factory=list)
    paid: list = field(default_factory=list)
    owed: object = None

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

    @api.model
    def _piles(self, debtor, items, day):
        """What ``items`` owe, one pile for each currency; those with most rows first.

        With the rights of the system: whoever calls this has looked at who is asking.

        :param debtor: of all the items
        :param items: of any state
        :return: list of :class:`Pile`
        """
        items = items.sudo().filtered(lambda item: item.debtor_id == debtor)
        decided = {
            each.facts.item_id: each
            for each in self.env["dunning.facts"].sudo()._candidates(debtor, day)
        }
        owed = self._owed(items, day)
        piles = {}
        for item in items:
            currency = item.currency_id or debtor.company_id.currency_id
            if currency not in piles:
                statement = owed.get((debtor.id, currency.id))
                piles[currency] = Pile(debtor.company_id, currency, owed=statement)
            self._put(piles[currency], item, decided.get(item.id), day)
        asked = self._asked_interest(items)
        for pile in piles.values():
            pile.extras = self._extras(pile, asked)
        return sorted(piles.values(), key=lambda pile: -len(pile.rows))

    @api.model
    def _owed(self, items, day):
        """The one calculation; nothing beside the invoices where it can't be made."""
        try:
            return self.env["dunning.owed"]._statements(items, day)
        except UserError:
            return {}

    @api.model
    def _put(self, pile, item, candidate, day):
        """Put an item in its pile: with what is open, or with what was paid."""
        if not candidate or item.state != "open" or candidate.facts.open <= 0:
            pile.paid.append(item)
            return
        facts = candidate.facts
        pile.rows.append(
            PageRow(
                item=item,
                name=item.name or f"#{item.id}",
                due=facts.due,
                late=max((day - facts.due).days, 0),
                open=facts.open,
                covered=min(facts.covered, facts.open),
                under_way=facts.under_way,
                held=any(hold.counts_on(day) for hold in facts.holds),
                decision=candidate.decision,
            )
        )

    # -- costs and interest --------------------------------------------------------------------

    @api.model
    def _asked_interest(self, items):
        """Ids of the items for which a message that arrived asked for interest."""
        lines = self.env["dunning.notice.line"].sudo()
        found = lines.search_fetch(
            Domain("item_id", "in", items.ids)
            & Domain("position", ">", 0)
            & Domain("notice_id.interest", ">", 0)
            & Domain("notice_id.state", "=", "sent"),
            ["item_id"],
        )
        return set(found.item_id.ids)

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
            if each.left > 0:
                charge = charges.browse(each.charge_id)
                lines = (charge.calculation_lines or "").splitlines()
                extras.append(
                    PageExtra(
                        key=f"c{charge.id}",
                        kind=each.kind,
                        label=kinds[each.kind],
                        amount=each.left,
                        shares=each.shares,
                        charge_id=charge.id,
                        basis=self._announced(charge),
                        lines=(*lines, charge.basis or ""),
                    )
                )
        running = {
            row.item.id: pile.owed.items[row.item.id].interest - in_charges[row.item.id]
            for row in pile.rows
            if row.item.id in asked and row.item.id in pile.owed.items
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
        names = {row.item.id: row.name for row in pile.rows}
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

    # -- beside an invoice -----------------------------------------------------------------------

    @api.model
    def _details(self, row):
        """What an invoice is about: ``[(label, text)]`` of what is known."""
        move = row.item.move_id
        if not move or move.move_type == "entry":
            return [(self.env._("What"), move.ref)] if move.ref else []
        lines = move.invoice_line_ids.filtered(lambda line: line.display_type == "product")
        first = (lines[:1].name or "").split("\n")[0]
        more = len(lines) - 1
        about = self.env._("%(what)s and %(count)s more", what=first, count=more) if more else first
        found = [
            (self.env._("What"), about if first else ""),
            (self.env._("Your reference"), move.ref),
            (self.env._("Order"), move.invoice_origin),
            (self.env._("Invoice date"), move.invoice_date and self._date(move.invoice_date)),
            (self.env._("Delivered"), self._delivered(move, lines)),
            (self.env._("Invoice amount"), self._money(move.amount_total, move.currency_id)),
            (self.env._("Contact"), self._contact(move)),
        ]
        return [(label, text) for label, text in found if text]

    @api.model
    def _delivered(self, move, lines):
        """The day of delivery, or the period."""
        starts = list(filter(None, lines.mapped("deferred_start_date"))) if (
            "deferred_start_date" in lines._fields
        ) else []
        if starts:
            ends = list(filter(None, lines.mapped("deferred_end_date")))
            return f"{self._date(min(starts))} – {self._date(max(ends or starts))}"
        return move.delivery_date and self._date(move.delivery_date)

    @api.model
    def _contact(self, move):
        """Who knows about the invoice, with a phone number where there is one."""
        person = move.invoice_user_id.partner_id
        if not person or move.invoice_user_id.share:
            return ""
        return " · ".join(filter(None, (person.name, person.phone)))

    # -- how to transfer ---------------------------------------------------------------------------

    @api.model
    def _account(self, company, rows):
        """The bank account to pay to: that of the oldest invoice, else the company's first."""
        accounts = [row.item.move_id.partner_bank_id for row in rows]
        own = company.sudo().partner_id.bank_ids
        return next((each for each in accounts if each and each in own), own[:1])

    @api.model
    def _reference(self, rows, notice=None):
        """What a transfer for these rows says, so that it finds them.

        :param notice: the message whose page this is; its own reference for all it asks for
        """
        ids = {row.item.id for row in rows}
        if len(ids) == 1:
            item = rows[0].item
            return item.move_id.payment_reference or item.name or ""
        if notice and notice.reference and ids == set(notice._reminded().item_id.ids):
            return notice.reference
        return ", ".join(row.name for row in rows[:5]) + (" …" if len(rows) > 5 else "")

    @api.model
    def _bundle_reference(self, debtor, currency, day, item_ids):
        """A reference of its own for a payment of several items, as messages have one."""
        return message_reference(debtor.id, currency.id, day, list(item_ids))

    # -- words ---------------------------------------------------------------------------------------

    @api.model
    def _money(self, amount, currency):
        return format_amount(self.env, float(amount), currency)

    @api.model
    def _date(self, day):
        return format_date(self.env, day, date_format="d MMMM y")

    @api.model
    def _all_of(self, debtor):
        """Everything that a debtor has open with its company."""
        return (
            self.env["dunning.item"]
            .sudo()
            .search(
                [("debtor_id", "=", debtor.id), ("state", "in", ("open", "remainder"))],
                order="date_due, id",
            )
        )

    @api.model
    def _is_over(self, items, day):
        """Whether all of a claim was settled so long ago that nothing is shown of it any more."""
        closed = [item.closed_on for item in items if item.state == "closed"]
        return len(closed) == len(items) and all(
            each and (day - each).days > SETTLED_DAYS for each in closed
        )
