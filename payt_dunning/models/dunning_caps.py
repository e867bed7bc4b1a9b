from odoo import api, models

from ..rules.caps import within
from ..rules.decision import WAIT, Decision
from ..rules.working_days import ONE_DAY


class DunningCaps(models.AbstractModel):
    """Keeps a company's reminders to so many a day; see :mod:`~..rules.caps`."""

    _name = "dunning.caps"
    _description = "Reminders a Day"

    @api.model
    def _divide(self, company, planned, day):
        """Divide what a run has planned into what leaves and what waits for the next day.

        :param planned: list of :class:`~..rules.plan.PlannedNotice`
        :return: the messages that leave, and a decision for each item that waits
        """
        most = company.sudo().dunning_day_cap
        if not most or not planned:
            return planned, {}
        leave, wait = within(planned, most - self._made(company, day))
        waiting = {
            line.item_id: Decision(WAIT, "cap", until=day + ONE_DAY)
            for notice in wait
            for line in notice.lines
            if line.position
        }
        return leave, waiting

    @api.model
    def _made(self, company, day):
        """How many reminders of a company were made for a day already."""
        return self.env["dunning.notice"].search_count(
            [
                ("company_id", "=", company.id),
                ("as_of", "=", day),
                ("kind", "=", "reminder"),
                ("retry_of_id", "=", False),
                ("state", "not in", ("cancelled", "failed")),
            ]
        )
