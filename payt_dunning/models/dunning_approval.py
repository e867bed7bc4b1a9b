from types import SimpleNamespace

from odoo import api, models
from odoo.fields import Domain

from ..rules.facts import FORMAL_PHASES
from ..rules.plan import plan


class DunningApproval(models.AbstractModel):
    """Keeps messages that wait for a manager in line with what is owed."""

    _name = "dunning.approval"
    _description = "Messages Waiting for Approval"

    @api.model
    def _renew(self, notice):
        """Make a planned message say what is owed today.

        :return: whether the rules still give it; if not it is dropped
        """
        planned = self._planned_today(notice)
        if not planned:
            notice._drop(self.env._("What is owed, or to whom it is sent, changed before it left."))
            return False
        if planned.fingerprint() == notice.fingerprint:
            return True
        content = self.env["dunning.message"]._render([planned])[0]
        if content.problem:
            notice._drop(content.problem)
            return False
        notice.write(notice._planned_values(notice.run_id, planned, content))
        notice.line_ids.unlink()
        self.env["dunning.notice.line"]._insert_planned({notice.id: planned})
        return True

    @api.model
    def _still_planned(self, notice):
        """The same on the next day on which such a message may leave: today, if it is one.

        At a weekend the rules give no message, but what waits for a person waits on.
        """
        today = self.env["dunning.message"]._today(notice.company_id)
        when = self.env["dunning.when"]
        place = when._places(notice.debtor_id.ids)[notice.debtor_id.id]
        calendar = when._calendar(notice.company_id, place, {})
        day = calendar.first_day(today, notice.phase in FORMAL_PHASES)
        return self._planned_today(notice, day)

    @api.model
    def _planned_today(self, notice, day=None):
        """The same message as the rules give it today, ``None`` when they don't."""
        today = day or self.env["dunning.message"]._today(notice.company_id)
        itself = SimpleNamespace(notice_id=notice.id, run_id=notice.run_id.id, as_of=notice.as_of)
        by_letter = notice.channel == "letter"
        company, debtor = notice.company_id, notice.debtor_id
        house = self.env["dunning.letter"]._house(company, today, debtor) if by_letter else None
        candidates = self.env["dunning.facts"]._candidates(
            debtor, today, house, except_notice=itself
        )
        about = {(line.item_id.id, line.position) for line in notice.line_ids if line.position}
        for planned in plan(candidates, today):
            same = {(line.item_id, line.position) for line in planned.lines if line.position}
            address = (planned.channel, planned.recipient)
            if same == about and address == (notice.channel, notice.recipient):
                return planned
        return None

    @api.model
    def _drop_outdated(self, company):
        """Drop messages that wait for a person and that the rules no longer give.

        Those are messages that wait for approval, letters that were not posted yet, and work
        that was not done yet.
        """
        by_hand = [*self.env["dunning.channel"]._waits_for()]
        waiting = (
            Domain("company_id", "=", company.id)
            & Domain("kind", "=", "reminder")
            & (
                Domain("state", "=", "planned")
                | Domain("state", "=", "queued") & Domain("channel", "in", by_hand)
            )
        )
        found = self.env["dunning.notice"].search(waiting)
        work = found._waiting_work(*self.env["dunning.channel"]._work())
        work._drop_work(company)
        for notice in found - work:
            if self._still_planned(notice) is None:
                notice._drop(self.env._("What is owed changed while it waited for a person."))
            elif why := notice._why_not_this_account():
                notice._drop(why)
