from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from decimal import Decimal

from odoo import api, models

from ..rules.plan import plan
from ..tools import exact

#: Debtors decided about at a time: nothing is stored, so that it may be more than in a run.
BATCH = 10_000


@dataclass(frozen=True, slots=True)
class Preview:
    """What a run would do, as plain values.

    :param planned: tuple of :class:`~..rules.plan.PlannedNotice`
    :param counts: number of items by ``(action, reason)``
    :param sums: what would be asked for, by currency id
    :param found: ``[(item id, look again on)]`` by ``(action, reason)``
    :param amounts: what they owe, in company currency, by ``(action, reason)``
    """

    planned: tuple
    counts: Counter
    sums: dict
    found: dict
    amounts: dict


class DunningPreview(models.AbstractModel):
    """Looking ahead: the same decisions and messages as a run, with nothing stored or locked."""

    _name = "dunning.preview"
    _description = "Preview of a Dunning Run"

    @api.model
    def _preview(self, company, day=None, debtors=None, **supposed):
        """What a run of ``company`` would do on a day.

        :param day: today when left out; a later day supposes that nothing happens until then
        :param debtors: only these; all with something to be looked at when left out
        :param supposed: what is not so yet, see ``supposed`` and ``dropped`` of
            :class:`~.dunning_house.House`
        :return: :class:`Preview`
        """
        day = day or self.env["dunning.message"]._today(company)
        house = replace(self.env["dunning.house"]._ahead(company, day), **supposed)
        if debtors is None:
            draft = self.env["dunning.run"].new({"company_id": company.id, "day": day})
            ids = [debtor_id for batch in draft._due_debtors() for debtor_id in batch]
            batches = [ids[start : start + BATCH] for start in range(0, len(ids), BATCH)]
        else:
            batches = [debtors.ids]
        planned, sums = [], {}
        found, amounts = defaultdict(list), defaultdict(Decimal)
        for debtor_ids in batches:
            candidates = self.env["dunning.facts"]._candidates(
                self.env["dunning.debtor"].browse(debtor_ids), day, house
            )
            for candidate in candidates:
                key = (candidate.decision.action, candidate.decision.code)
                found[key].append((candidate.facts.item_id, candidate.decision.until))
                amounts[key] += candidate.facts.open_company
            planned += plan(candidates, day)
        planned = self._within_cap(company, planned, day, found, amounts)
        for notice in planned:
            sums[notice.currency_id] = sums.get(notice.currency_id, Decimal(0)) + notice.total
        counts = Counter({key: len(items) for key, items in found.items()})
        return Preview(tuple(planned), counts, sums, found, amounts)

    @api.model
    def _within_cap(self, company, planned, day, found, amounts):
        """The messages that leave on a day; what is more is moved to what waits."""
        leave, waiting = self.env["dunning.caps"]._divide(company, planned, day)
        if waiting:
            found["send", "due"] = [each for each in found["send", "due"] if each[0] not in waiting]
            found["wait", "cap"] = [(item_id, each.until) for item_id, each in waiting.items()]
            items = self.env["dunning.item"].browse(waiting)
            moved = sum((exact(item.amount_company) for item in items), Decimal(0))
            amounts["send", "due"] -= moved
            amounts["wait", "cap"] += moved
        return leave
