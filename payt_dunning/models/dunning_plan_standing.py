from collections import defaultdict
from decimal import Decimal
from typing import NamedTuple

from odoo import api, fields, models
from odoo.tools import SQL

from ..rules.instalment_standing import Came, next_due, spread, state_of
from ..rules.law.money import ZERO
from ..tools import exact
from .dunning_money import PENDING_FOR
from .dunning_promise import _sums

#: States of instalments for which nothing has to come.
SETTLED = ("paid", "received", "waived")
#: What is known of something that was not there when the plan began.
NOTHING = {"open": "0", "paid": "0", "gone": "0"}


class Standing(NamedTuple):
    """How a plan stands on a day.

    :param shares: :class:`~..rules.instalment_standing.Share` of each instalment
    :param states: state of each instalment, by number
    :param gone: credited or written off since it began
    """

    shares: tuple
    states: dict
    gone: Decimal

    @property
    def paid(self):
        return sum((share.paid for share in self.shares), ZERO)

    @property
    def received(self):
        return sum((share.received for share in self.shares), ZERO)

    @property
    def left(self):
        return sum((max(share.left, ZERO) for share in self.shares if not share.complete), ZERO)

    @property
    def complete(self):
        return all(share.complete for share in self.shares)

    @property
    def missed(self):
        return [share for share in self.shares if self.states[share.number] == "late"]

    @property
    def stands(self):
        """Whether anything of it was not credited."""
        return any(share.needed > 0 for share in self.shares)


class Meant(NamedTuple):
    """Online payments of a plan.

    :param numbers: which instalment a payment was meant for, by the number of its entry
    :param coming: that the provider confirmed, and the ledger does not have yet
    """

    numbers: dict
    coming: list


class DunningPaymentPlan(models.Model):
    """What became of plans, from the ledger: few statements for thousands of them."""

    _inherit = "dunning.payment.plan"  # pylint: disable=consider-merging-classes-inherited

    def _ledgers(self):
        """What the ledger has of what plans cover: ``{key: Ledger or steps}``, see `_covered`.

        What is not posted any more, or is another debtor's, is not there.
        """
        owed = self.env["dunning.owed"]
        found = {f"i{item_id}": each for item_id, each in owed._history(self.item_ids).items()}
        lines = {}
        for charge in self.charge_ids.filtered(lambda charge: charge.move_id.state == "posted"):
            for line in charge.move_id.line_ids:
                if line.account_type == "asset_receivable":
                    lines[line.id] = charge.id
        steps = owed._steps(list(lines)) if lines else {}
        for line_id, charge_id in lines.items():
            found[f"c{charge_id}"] = Booked(tuple(steps.get(line_id, ())))
        return self._with_credit_as_money(found)

    def _with_credit_as_money(self, ledgers):
        """Ledgers in which other credit of the debtor counts as money that came.

        A credit note about what is covered makes the plan smaller, from its end. One about
        something else is money of the debtor: matched here, it pays the oldest instalment.
        """
        names = {
            step.name for each in ledgers.values() for step in each.steps if step.kind == "credit"
        }
        if not names:
            return ledgers
        moves = (self.item_ids.move_id | self.charge_ids.move_id).ids
        rows = self.env.execute_query(
            SQL(
                """SELECT name FROM account_move
                    WHERE name = ANY(%s) AND company_id = ANY(%s) AND move_type = 'out_refund'
                      AND reversed_entry_id IS NOT NULL AND NOT reversed_entry_id = ANY(%s)""",
                list(names),
                self.company_id.ids,
                moves,
            )
        )
        other = {name for (name,) in rows}
        if not other:
            return ledgers

        def as_money(step):
            credit = step.kind == "credit" and step.name in other
            return step._replace(kind="payment") if credit else step

        return {
            key: each._replace(steps=tuple(map(as_money, each.steps)))
            for key, each in ledgers.items()
        }

    def _standings(self, day):
        """How running plans stand on a day: ``{plan id: Standing}``."""
        ledgers, meant = self._ledgers(), self._meant()
        found = {}
        for plan in self:
            numbers, coming = meant.get(plan.id) or ({}, [])
            came, gone = list(coming), ZERO
            then_of = plan.open_at_start or {}
            for key, record, _amount in plan._covered():
                then, ledger = then_of.get(key, NOTHING), ledgers.get(key)
                gone += plan._fell_away(then, record, ledger)
                if ledger is not None and record.debtor_id == plan.debtor_id:
                    came += _came(ledger, Decimal(then["paid"]), numbers)
            found[plan.id] = plan._standing(came, gone, day)
        return found

    def _fell_away(self, then, record, ledger):
        """What was credited of something covered; all of it where it is not here any more.

        :param then: what was open, paid and credited of it when that was counted last
        """
        self.ensure_one()
        if ledger is None or record.debtor_id != self.debtor_id:
            return Decimal(then["open"])
        less = _sums(ledger)["gone"] - Decimal(then["gone"])
        if not isinstance(ledger, Booked):
            # Posted again after a correction it may be about less.
            less += sum(map(Decimal, (then["open"], then["paid"], then["gone"]))) - ledger.principal
        return max(less, ZERO)

    def _standing(self, came, gone, day):
        """How one plan stands with the money that came, and what was credited."""
        total = sum((exact(each.amount) for each in self.installment_ids), ZERO)
        shares = spread(
            self._schedule(),
            came,
            min(gone, total),
            self.extra,
            exact(self.tolerance),
            ZERO,
            day,
        )
        states = {share.number: state_of(share, day, self.wait) for share in shares}
        return Standing(shares, states, gone)

    def _meant(self):
        """Online payments of plans: ``{plan id: Meant}``; one statement.

        A payment that was cancelled after it was booked, or was never captured, is none.
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT tx.dunning_plan_id, coalesce(part.number, 0), tx.amount, move.name,
                          coalesce(tx.last_state_change, tx.create_date)::date,
                          tx.state = 'authorized' AND tx.last_state_change > %s
                          OR tx.state = 'done' AND (
                              payment.id IS NULL AND tx.is_post_processed IS NOT TRUE
                              OR payment.state = 'in_process' AND payment.move_id IS NULL)
                     FROM payment_transaction tx
                LEFT JOIN dunning_payment_installment part
                       ON part.id = tx.dunning_installment_id
                LEFT JOIN account_payment payment ON payment.id = tx.payment_id
                LEFT JOIN account_move move ON move.id = payment.move_id AND move.state = 'posted'
                    WHERE tx.dunning_plan_id = ANY(%s) AND tx.state IN ('authorized', 'done')""",
                fields.Datetime.now() - PENDING_FOR,
                self.ids,
            )
        )
        found = defaultdict(lambda: Meant({}, []))
        for plan_id, number, amount, name, day, under_way in rows:
            if name:
                found[plan_id].numbers[name] = number
            elif under_way:
                came = Came(day, Decimal(str(amount)), number, sure=False)
                found[plan_id].coming.append(came)
        return found

    # -- kept for lists ------------------------------------------------------------------------

    def _look(self, day):
        """See in the ledger how running plans stand, and keep it where it changed.

        :return: ``{plan id: Standing}``
        """
        standings = self._standings(day) if self else {}
        rows, taken_back = [], []
        for plan in self:
            standing = standings[plan.id]
            for share, record in zip(standing.shares, plan.installment_ids, strict=True):
                state = standing.states[share.number]
                values = (
                    "shifted" if state == "coming" and record.shifted_from else state,
                    float(share.needed),
                    float(share.paid),
                    share.paid_on,
                )
                known = (record.state, record.needed, record.paid, record.paid_on or None)
                if values != known:
                    rows.append((record.id, *values))
                    if record.missed_on and record.state in SETTLED and state not in SETTLED:
                        taken_back.append(record.id)
            plan._keep(standing, day)
        self._write_installments(rows)
        # What was paid late and taken back is missed anew: the debtor is warned again.
        self.env["dunning.payment.installment"].browse(taken_back).write(
            {"missed_on": False, "warned_on": False}
        )
        return standings

    def _keep(self, standing, day):
        """Keep the figures of a plan; only what changed is written."""
        coming = next_due(standing.shares, day)
        left = float(standing.left)
        company = self.company_id
        values = {
            "paid": float(standing.paid),
            "credited": float(standing.gone),
            "left": left,
            "health": "late" if standing.missed else "on_track",
            "next_date": coming.due if coming else False,
            "next_amount": float(coming.left) if coming else 0.0,
        }
        changed = {name: value for name, value in values.items() if self[name] != value}
        if "left" in changed or not self.left_company:
            own = company.sudo().currency_id
            changed["left_company"] = self.currency_id._convert(left, own, company, day)
        if changed and changed != {"left_company": self.left_company}:
            self.write(changed)

    @api.model
    def _write_installments(self, rows):
        """Keep what changed of instalments in one statement.

        :param rows: ``(id, state, to pay, paid, paid on)``
        """
        if not rows:
            return
        self.env.flush_all()
        columns = [list(column) for column in zip(*rows, strict=True)]
        self.env.cr.execute(
            SQL(
                """UPDATE dunning_payment_installment part
                      SET state = new.state, needed = new.needed, paid = new.paid,
                          paid_on = new.paid_on, write_uid = %s,
                          write_date = now() AT TIME ZONE 'UTC'
                     FROM unnest(%s::int[], %s::text[], %s::numeric[], %s::numeric[], %s::date[])
                          AS new (id, state, needed, paid, paid_on)
                    WHERE part.id = new.id""",
                self.env.uid,
                *columns,
            )
        )
        self.env["dunning.payment.installment"].browse(columns[0]).invalidate_recordset(
            ["state", "needed", "paid", "paid_on", "left"]
        )

    @api.model
    def _look_now(self, items):
        """The running plans of items are looked at at once: money came, or was taken back."""
        plans = self._of_items(items)
        for company, own in plans.grouped("company_id").items():
            day = self.env["dunning.message"]._today(company)
            standings = own._look(day)
            for plan in own:
                if standings[plan.id].complete and not standings[plan.id].received:
                    plan._complete(standings[plan.id])


class Booked(NamedTuple):
    """Costs or interest in the ledger, as far as a plan needs them."""

    steps: tuple


def _came(ledger, before, numbers):
    """Payments beyond those that were there when the plan began, as the rules know them.

    :param numbers: which instalment a payment was meant for, by the number of its entry
    """
    found, skip = [], before
    for step in ledger.steps:
        if step.kind != "payment":
            continue
        skipped = min(skip, step.amount)
        skip -= skipped
        if step.amount > skipped:
            found.append(Came(step.day, step.amount - skipped, numbers.get(step.name, 0)))
    return found
