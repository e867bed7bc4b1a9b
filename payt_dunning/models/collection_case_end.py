from collections import defaultdict

from odoo import api, models
from odoo.tools import SQL

from ..rules.at_end import is_at_end, is_last
from ..rules.formal import may_open_case
from .collection_case import OURS

#: Reasons of what is at the end of its levels; on a list, where that is the last of them.
AT_END = ("end_of_ladder", "to_decide")


class CollectionCase(models.Model):
    """What is at the end of its levels: cases that are opened then, or are to be decided about."""

    _inherit = "collection.case"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _watch_sql(self, company, day):
        return SQL(
            "%s OR EXISTS (%s)",
            super()._watch_sql(company, day),
            self._at_end_without_case(company, day),
        )

    @api.model
    def _watch(self, company, day):
        mine = self.with_context(lang=company.partner_id.lang)
        return mine._open_at_end(company, day) + super()._watch(company, day)

    @api.model
    def _at_end_without_case(self, company, day):
        """A statement: items at the end of the levels of a policy that opens cases then.

        After a formal notice whose term is over; not what was in a case before: a person took it
        out.
        """
        return SQL(
            """SELECT item.id
                 FROM dunning_item item
                 JOIN dunning_policy_revision revision ON revision.id = item.revision_id
                 JOIN dunning_policy policy ON policy.id = revision.policy_id
                WHERE item.company_id = %s AND item.state = 'open' AND item.reason IN %s
                  AND policy.case_opening = 'ladder'
                  AND NOT EXISTS (SELECT FROM collection_case_line part
                                   WHERE part.item_id = item.id)
                  AND EXISTS (SELECT FROM dunning_notice_line line
                                JOIN dunning_notice notice ON notice.id = line.notice_id
                               WHERE line.item_id = item.id AND line.position > 0
                                 AND line.void_because IS NULL
                                 AND notice.debtor_id = item.debtor_id
                                 AND notice.state = 'sent' AND notice.kind = 'reminder'
                                 AND notice.phase IN ('notice', 'collection')
                                 AND notice.term_until < %s)""",
            company.id,
            AT_END,
            day,
        )

    @api.model
    def _open_at_end(self, company, day):
        """Open cases about what is at the end of its levels, where the law lets us go on.

        What can't be in one stays on the list of what is at the end.

        :return: a line for each debtor for whom it failed
        """
        rows = self.env.execute_query(self._at_end_without_case(company, day))
        items = self.env["dunning.item"].sudo().browse([row[0] for row in rows])
        if not items:
            return []
        piles = defaultdict(lambda: self.env["dunning.item"].sudo())
        last = items.browse(self._may_go_on(items, day))
        followed = last._policies()
        for item in last:
            piles[item.debtor_id, item.currency_id, followed[item]] |= item
        served = self.env["dunning.law"]._served(last.ids)
        of_debtor = defaultdict(list)
        for (debtor, *_others), own in piles.items():
            of_debtor[debtor].append((own, self._noticed_on(own, served)))
        return self._open_for(of_debtor, "ladder")

    @api.model
    def _may_go_on(self, items, day):
        """Ids of those about which a case may be opened by itself, decided anew today."""
        standings = self.env["dunning.law"]._standings(items, day)
        return [
            candidate.facts.item_id
            for candidate in self.env["dunning.facts"]._candidates(items.debtor_id, day)
            if candidate.facts.item_id in standings
            and is_at_end(candidate.facts, candidate.ladder, day)
            and may_open_case(candidate.facts, standings[candidate.facts.item_id], day)
        ]

    @api.model
    def _noticed_on(self, items, served):
        """The day on which the last notice about items left; of demands alone, the first of them.

        :param served: what was served of these and others, see :meth:`~.dunning_law.DunningLaw._served`
        """
        given = [each for item in items for each in served[item.id]]
        notices = [each for each in given if not each.demand]
        left = self.env["dunning.notice"].sudo().browse
        days = left([each.notice_id for each in notices or given]).mapped("sent_on")
        return max(days) if notices else min(days)

    def _ask_to_decide(self):
        """Give the handler of what is ready a task, once."""
        ready = self.filtered(lambda case: case.phase == "ready")
        self.env["dunning.task"]._ask(
            ready, "case_decision", lambda env: env._("Decide what becomes of the case")
        )

    def _is_listed(self):
        """A list says that it is to be decided about these: they are ready, if they have begun."""
        ready = self.sudo().filtered(
            lambda case: case.begun_on and case.phase in OURS and case.phase != "ready"
        )
        for case in ready:
            case._set_phase("ready")
        ready._ask_to_decide()

    @api.model
    def _open_each(self, piles, origin, reason=""):
        """What waited on the list of the debtor waits on that of its case."""
        cases = super()._open_each(piles, origin, reason)
        listed = cases.browse()
        for case in cases:
            waiting = case.item_ids.notice_line_ids.notice_id.filtered(
                lambda notice: notice.channel == "list" and notice.state == "queued"
            )
            waiting.case_id = case
            if waiting._decides():
                listed |= case
        self.env["dunning.task"]._done(listed.debtor_id, "list")
        listed._is_listed()
        return cases


class DunningNotice(models.Model):
    """The list of what is to be decided, where that is about a case."""

    _inherit = "dunning.notice"  # pylint: disable=consider-merging-classes-inherited

    def _ask_to_work(self, kind):
        """What the last level puts on the list of a case is a task about the case.

        A list half-way is one about the debtor, as without a case.
        """
        of_cases = self.filtered("case_id")._decides() if kind == "list" else self.browse()
        result = super(DunningNotice, self - of_cases)._ask_to_work(kind)
        for company, own in of_cases.grouped("company_id").items():
            own.write({"call_on": self.env["dunning.message"]._today(company)})
        of_cases.case_id._is_listed()
        return result

    def _decides(self):
        """Those of a level after which a person decides what becomes of the case."""
        return self.filtered(
            lambda notice: (
                notice.level_id.case_step == "ready" or any(map(_is_last, notice.line_ids))
            )
        )


def _is_last(line):
    """Whether a row of a message is of the last level of what its item follows."""
    revision = line.item_id.revision_id
    return bool(line.position and revision) and is_last(revision._to_ladder(), line.position)
