from decimal import Decimal
from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools import SQL
from odoo.tools.misc import hash_sign, verify_hash_signed

from ..rules.amounts import read_amount
from ..rules.law.money import ZERO
from .dunning_payee import OWN

#: So long the page with a chosen amount may stay open before the payment is begun.
HOURS_TO_PAY = 2


class Choice(NamedTuple):
    """What a debtor chose to pay.

    :param keys: what was chosen: ``r`` and an item's id, or the key of an extra; none: everything
    :param total: everything that was chosen
    :param amount: what is paid of it
    :param plan: the payment plan that it is for, if any
    :param number: of the instalment; 0: all that is left of the plan
    :param label: what it is, in words, where it is for a plan
    """

    rows: list
    extras: list
    keys: tuple
    total: Decimal
    amount: Decimal
    plan: object = None
    number: int = 0
    label: str = ""

    @property
    def reference(self):
        """What a payment for a plan is called: the plan, and which instalment."""
        return f"{self.plan.name}-{self.number}" if self.number else self.plan.name

    @property
    def is_part(self):
        return self.amount < self.total


def payee_of(pile, row):
    """Who is to be paid for a row: :class:`~.dunning_payee.Payee`."""
    return pile.payees.get(row.item_id, OWN)


class DunningPageChoice(models.AbstractModel):
    """What somebody pays on the page: chosen by the debtor, worth what the database says."""

    _name = "dunning.page.choice"
    _description = "What a Debtor Chose to Pay"

    @api.model
    def _choose(self, pile, keys, amount_text="", invoice_id=0):
        """What was chosen, with its amounts.

        :param pile: :class:`~.dunning_page.Pile`
        :param keys: see :class:`Choice`; none: everything
        :param amount_text: a part of it, as typed; empty: all of it
        :param invoice_id: everything of this invoice instead of ``keys``
        :return: :class:`Choice`
        :raises UserError: in the debtor's words
        """
        rows = [row for row in pile.rows if row.payable > 0]
        extras = pile.extras
        if invoice_id:
            # Nothing of it is open: that is refused, and not everything else paid instead.
            keys = [f"r{row.item_id}" for row in rows if row.move_id == invoice_id] or ["r0"]
        if keys:
            rows = [row for row in rows if f"r{row.item_id}" in keys]
            extras = [extra for extra in extras if extra.key in keys]
        planned = {f"r{row.item_id}" for row in pile.rows if row.plan_id}
        planned |= {extra.key for extra in pile.planned}
        if keys and planned & set(keys):
            raise UserError(
                self.env._("This is in your payment plan. Pay the instalments of the plan instead.")
            )
        if extras and not self._can_book(pile.company):
            keys = set(keys) - {extra.key for extra in extras}
            extras = []
            if not rows and not keys:
                raise UserError(
                    self.env._("These amounts can't be paid online. Please transfer them.")
                )
        known = tuple(f"r{row.item_id}" for row in rows) + tuple(extra.key for extra in extras)
        if keys and set(keys) - set(known):
            raise UserError(
                self.env._("Something you chose is not open any more. Look at what is open now.")
            )
        known = known if keys else ()
        total = sum((row.payable for row in rows), ZERO)
        total += sum((extra.amount for extra in extras), ZERO)
        if total <= 0:
            raise UserError(self.env._("Nothing of this is open any more: you need not pay."))
        amount = total
        if amount_text.strip():
            ids = {row.item_id for row in rows}.union(*(extra.shares for extra in extras))
            amount = self._part(pile, ids, total, amount_text)
        return Choice(rows, extras, known, total, amount)

    @api.model
    def _part(self, pile, item_ids, total, text):
        """The part that somebody wants to pay, checked.

        :param item_ids: what it is paid for, or because of
        """
        page, currency = self.env["dunning.page"], pile.currency
        amount = self._typed(text, currency)
        if amount > total:
            raise UserError(
                self.env._(
                    "%(amount)s is more than what you chose, which is %(total)s.",
                    amount=page._money(amount, currency),
                    total=page._money(total, currency),
                )
            )
        least = self._least(pile, item_ids)
        if least is None and amount < total:
            raise UserError(self.env._("This can only be paid in full. Do call us if you can't."))
        least = total if least is None else min(least, total)
        if amount < least:
            raise UserError(
                self.env._(
                    "Pay %s at least. Is that too much? Call us, or answer our message.",
                    page._money(least, currency),
                )
            )
        return amount

    @api.model
    def _typed(self, text, currency):
        """An amount as a debtor typed it, as Decimal.

        :raises UserError: when it is none, with an example
        """
        lang = self.env["res.lang"]._get_data(code=self.env.lang or "en_US")
        try:
            return read_amount(text, lang.decimal_point or ".", currency.decimal_places)
        except ValueError:
            raise UserError(
                self.env._(
                    "“%(text)s” is not an amount we can read. Write it like this: %(example)s",
                    text=text.strip()[:30],
                    example=f"{12.5:.{currency.decimal_places}f}".replace(
                        ".", lang.decimal_point or "."
                    ),
                )
            ) from None

    @api.model
    def _least(self, pile, item_ids):
        """The least part that may be paid, in the pile's currency; ``None``: no parts at all."""
        policies = self._policies(item_ids)
        if any(not policy.parts_allowed for policy in policies):
            return None
        company = pile.company.sudo()
        least = max((policy.part_minimum for policy in policies), default=0.0)
        today = self.env["dunning.message"]._today(company)
        least = company.currency_id._convert(least, pile.currency, company, today)
        return Decimal(repr(max(pile.currency.round(least), pile.currency.rounding)))

    @api.model
    def _policies(self, item_ids):
        """The policies that items follow."""
        items = self.env["dunning.item"].sudo().browse(item_ids)
        resolved = self.env["dunning.policy"].sudo()._resolve(items.debtor_id)
        found = self.env["dunning.policy"].sudo()
        for item in items:
            found |= (
                item.policy_id
                or item.revision_id.policy_id
                or resolved.get(item.debtor_id.id)
                or found.browse()
            )
        return found

    @api.model
    def _can_book(self, company):
        """Whether costs and interest can be paid on the page: they are booked then."""
        company = company.sudo()
        return company.dunning_charge_booking != "off" and bool(
            company.dunning_charge_journal_id
            and company.dunning_costs_account_id
            and company.dunning_interest_account_id
        )

    # -- one at a time ---------------------------------------------------------------------------

    @api.model
    def _begun(self, items):
        """Online payments of items that have no result yet; transfers that were promised are none.

        Those that were begun count for half an hour.
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT tx.id
                     FROM account_invoice_transaction_rel rel
                     JOIN payment_transaction tx ON tx.id = rel.transaction_id
                     JOIN payment_provider provider ON provider.id = tx.provider_id
                    WHERE rel.invoice_id = ANY(%(moves)s) AND provider.code <> 'custom'
                      AND (tx.dunning_debtor_id IS NULL OR tx.dunning_debtor_id = ANY(%(debtors)s))
                      AND %(no_result)s
                 ORDER BY tx.id""",
                moves=items.move_id.ids,
                debtors=items.debtor_id.ids,
                no_result=self.env["dunning.money"]._no_result_yet(),
            )
        )
        return self.env["payment.transaction"].sudo().browse(each for (each,) in rows)

    @api.model
    def _transaction_values(self, door, pile, choice):
        """Values of the transaction that pays what was chosen."""
        ids = {row.item_id for row in choice.rows}
        ids |= {item_id for extra in choice.extras for item_id in extra.shares}
        moves = door.items.browse(ids).move_id
        parts = {
            "principal": [{"item": row.item_id} for row in choice.rows],
            "interest": [
                self._interest_target(pile, extra)
                for extra in choice.extras
                if extra.kind == "interest"
            ],
            "costs": [
                {"charge": extra.charge_id} for extra in choice.extras if extra.kind != "interest"
            ],
        }
        sequence = self.env["dunning.allocation"].sudo()._sequence(door.debtor)
        return {
            "invoice_ids": [Command.set(moves.ids)],
            "dunning_debtor_id": door.debtor.id,
            "dunning_order": [target for part in sequence for target in parts[part]],
        }

    @api.model
    def _interest_target(self, pile, extra):
        """Interest that is a charge, or becomes one when it has been paid."""
        if extra.charge_id:
            return {"charge": extra.charge_id}
        return {
            "interest": {str(item_id): str(amount) for item_id, amount in extra.shares.items()},
            "day": fields.Date.to_string(pile.owed.statement.day),
            "lines": list(extra.lines),
            "rows": [row.name for row in pile.owed.rows],
        }

    # -- signed ----------------------------------------------------------------------------------

    @api.model
    def _sign(self, door, pile, choice):
        """What was chosen, signed: the browser carries it and can't change it."""
        values = [
            door.kind,
            door.record_id,
            door.debtor.id,
            door.whole,
            pile.currency.id,
            list(choice.keys),
            str(choice.total),
            str(choice.amount),
            choice.plan.id if choice.plan else 0,
            choice.number,
        ]
        return hash_sign(self.env(su=True), "dunning-pay", values, expiration_hours=HOURS_TO_PAY)

    @api.model
    def _signed(self, door, signed):
        """What :meth:`_sign` signed for this door.

        :return: currency id, keys, total, amount, plan id and number of the instalment
        :raises UserError: in the debtor's words
        """
        try:
            values = verify_hash_signed(self.env(su=True), "dunning-pay", signed)
        except Exception:  # noqa: BLE001  whatever was made of it, it is not ours
            values = None
        if not values or values[:4] != [door.kind, door.record_id, door.debtor.id, door.whole]:
            raise UserError(self.env._("This page is too old. Go back and choose once more."))
        currency_id, keys, total, amount, *plan = values[4:]
        return currency_id, tuple(keys), Decimal(total), Decimal(amount), *plan
