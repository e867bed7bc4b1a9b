from collections import defaultdict
from dataclasses import replace

from odoo import api, models
from odoo.tools import SQL

from ..rules.allocation import cover
from ..rules.facts import ZERO, HoldFacts
from ..tools import exact

#: Up to so many items, only their own holds are loaded; above it, the company's.
FEW_ITEMS = 200


class DunningHold(models.Model):
    """Holds as the rules need them."""

    _inherit = "dunning.hold"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _load(self, company_id, rows):
        """The holds that are not released, as facts.

        Loaded at once and spread in Python: an OR over the scopes in SQL is slow when it is
        about many items.

        :param rows: items of the company, see :class:`~.dunning_facts.ItemRow`
        :return: dict of item id to a tuple of :class:`~..rules.facts.HoldFacts`
        """
        holds = self.env.execute_query(
            SQL(
                """SELECT id, kind, date_from, date_until, amount, debtor_id, move_id, item_id
                     FROM dunning_hold
                    WHERE company_id = %s AND released_on IS NULL AND proposed IS NOT TRUE
                      AND %s""",
                company_id,
                self._about(rows),
            )
        )
        return self._spread(holds, company_id, rows)

    @api.model
    def _spread(self, holds, company_id, rows):
        """Holds as facts, with the items that each is about.

        :param holds: ``(id, kind, from, until, amount, debtor id, move id, item id)``
        :return: dict of item id to a tuple of :class:`~..rules.facts.HoldFacts`
        """
        if not holds:
            return {}
        scopes, taken = defaultdict(list), defaultdict(dict)
        # Parts of one invoice share its due dates, those that last longest first.
        holds.sort(
            key=lambda hold: (hold[3] is not None, -(hold[3] or hold[2]).toordinal(), hold[0])
        )
        for hold_id, kind, since, until, amount, debtor_id, move_id, item_id in holds:
            facts = HoldFacts(hold_id, kind, since, until, exact(amount) if amount else None)
            if facts.amount and move_id:
                parts = self._parts(facts.amount, rows, move_id, taken[move_id])
                for part_id, part in parts.items():
                    taken[move_id][part_id] = taken[move_id].get(part_id, ZERO) + part
                    scopes["item", part_id].append(replace(facts, amount=part))
            elif item_id:
                scopes["item", item_id].append(facts)
            elif move_id:
                scopes["move", move_id].append(facts)
            elif debtor_id:
                scopes["debtor", debtor_id].append(facts)
            else:
                scopes["company", company_id].append(facts)
        found = {}
        for row in rows:
            mine = [
                *scopes.get(("item", row.item_id), ()),
                *scopes.get(("move", row.move_id), ()),
                *scopes.get(("debtor", row.debtor_id), ()),
                *scopes.get(("company", company_id), ()),
            ]
            if mine:
                found[row.item_id] = tuple(mine)
        return found

    @api.model
    def _about(self, rows):
        """A condition that leaves out the holds of others, where it is about few items."""
        if len(rows) > FEW_ITEMS:
            return SQL("TRUE")
        return SQL(
            """(item_id = ANY(%s) OR move_id = ANY(%s) OR debtor_id = ANY(%s)
                OR coalesce(item_id, move_id, debtor_id) IS NULL)""",
            [row.item_id for row in rows],
            [row.move_id for row in rows],
            [row.debtor_id for row in rows],
        )

    @api.model
    def _parts(self, amount, rows, move_id, taken=()):
        """An amount held of an invoice, spread over its due dates: ``{item id: amount}``.

        :param taken: what other holds have of its items already, by item id
        """
        taken = dict(taken)
        return cover(
            [
                (row.item_id, row.due, row.open - taken.get(row.item_id, ZERO))
                for row in rows
                if row.move_id == move_id
            ],
            amount,
        )
