from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from odoo import models
from odoo.tools import SQL

from odoo.addons.payt_dunning.models.collection_case import OURS
from odoo.addons.payt_dunning.rules.pledges import Standing
from odoo.addons.payt_dunning.tools import exact

ZERO = Decimal(0)
#: What the check takes: invoices, and sales receipts that are paid later.
SALES = ("out_invoice", "out_receipt")


@dataclass(frozen=True, slots=True)
class Now:
    """A pledged invoice as the books have it, in its own currency.

    :param gone: why there is nothing to pledge any more, in words: deleted, a draft again
    :param principal: what was owed first
    :param days: of the latest payment, credit note and so on, by name of the standing's field
    """

    gone: str = ""
    open: Decimal = ZERO
    principal: Decimal = ZERO
    standing: Standing = field(default_factory=Standing)
    days: dict[str, date] = field(default_factory=dict)


class ReceivablePledge(models.Model):
    """How pledged invoices stand in the books."""

    _inherit = "receivable.pledge"  # pylint: disable=consider-merging-classes-inherited

    def _now(self):
        """How these stand: :class:`Now` by id; as many statements for one as for thousands."""
        self.env.flush_all()
        lines = self._receivable_lines()
        steps = self.env["dunning.owed"]._steps(
            [line_id for line_id, *_rest in sum(lines.values(), [])]
        )
        items = self.env["dunning.item"].sudo().search([("move_id", "in", self.move_id.ids)])
        by_move = items.grouped("move_id")
        disputed = self.env["dunning.dispute"].sudo()._disputed_of(items)
        plans, cases = self._plans(items), self._cases(items)
        found = {}
        for pledge in self:
            own = by_move.get(pledge.move_id, items.browse())
            gone = pledge._gone(lines)
            found[pledge.id] = (
                Now(gone)
                if gone
                else pledge._read(
                    lines[pledge.move_id.id],
                    steps,
                    sum((disputed.get(item.id, ZERO) for item in own), ZERO),
                    next((plans[item.id] for item in own if item.id in plans), ""),
                    next((cases[item.id] for item in own if item.id in cases), ""),
                )
            )
        return found

    def _receivable_lines(self):
        """What is receivable of posted invoices: ``{move id: [(line id, amount, open)]}``."""
        rows = self.env.execute_query(
            SQL(
                """SELECT line.move_id, line.id, line.amount_currency, line.amount_residual_currency
                     FROM account_move_line line
                     JOIN account_move move ON move.id = line.move_id
                    WHERE line.move_id = ANY(%s) AND line.parent_state = 'posted'
                      AND move.move_type = ANY(%s) AND line.display_type = 'payment_term'
                      AND line.amount_currency > 0
                 ORDER BY line.id""",
                self.move_id.ids,
                list(SALES),
            )
        )
        found = defaultdict(list)
        for move_id, *line in rows:
            found[move_id].append(line)
        return dict(found)

    def _gone(self, lines):
        """Why there is no such invoice any more, in words."""
        if not self.move_id:
            return self.env._("The invoice was deleted.")
        if self.move_id.id in lines:
            return ""
        if self.move_id.state == "cancel":
            return self.env._("The invoice was cancelled.")
        return self.env._("The invoice is a draft again.")

    def _read(self, lines, steps, disputed, plan, case):
        """One invoice, of its lines and what was set against them."""
        principal = sum((exact(amount) for _id, amount, _open in lines), ZERO)
        residual = sum((exact(still) for _id, _amount, still in lines), ZERO)
        sums, days = {"payment": ZERO, "credit": ZERO}, {}
        names = {"payment": "paid", "credit": "credited", "ledger": "written_off"}
        for line_id, *_amounts in lines:
            for step in steps[line_id]:
                if step.kind in sums:
                    sums[step.kind] += step.amount
                name = names[step.kind]
                days[name] = max(step.day, days.get(name, step.day))
        other = max(principal - residual - sum(sums.values()), ZERO)
        # What the invoice itself became less was never theirs.
        first = (self.told or {}).get("principal")
        less = max(Decimal(first) - principal, ZERO) if first else ZERO
        standing = Standing(
            paid=sums["payment"],
            credited=sums["credit"] + less,
            written_off=other,
            disputed=min(disputed, max(residual, ZERO)),
            plan=plan,
            case=case,
        )
        return Now("", residual, principal, standing, days)

    def _plans(self, items):
        """Numbers of running payment plans by item."""
        plans = self.env["dunning.payment.plan"]._of_items(items)
        return {item.id: plan.name for plan in plans for item in plan.item_ids & items}

    def _cases(self, items):
        """Numbers of cases that an office has, by item."""
        lines = (
            self.env["collection.case.line"]
            .sudo()
            .search(
                [
                    ("item_id", "in", items.ids),
                    ("left_on", "=", False),
                    ("case_id.phase", "not in", (*OURS, "closed")),
                ]
            )
        )
        return {line.item_id.id: line.case_id.name for line in lines}

    def _why_over(self, now):
        """Why nothing is open of an invoice any more, in words; empty: something is."""
        if now.open > ZERO:
            return ""
        if now.standing.paid >= now.standing.credited + now.standing.written_off:
            return self.env._("Paid before the draw was paid out.")
        return self.env._("Credited before the draw was paid out.")

    def _in_financing(self, amount):
        """An amount of the invoice's currency in the financier's, by the rate of the draw."""
        if not self.own_then:
            return amount
        if exact(self.own_then) == exact(self.open_then):
            return amount
        value = amount * exact(self.open_then) / exact(self.own_then)
        step = exact(self.currency_id.rounding)
        return (value / step).quantize(Decimal(1)) * step
