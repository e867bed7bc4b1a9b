from types import SimpleNamespace

from odoo import api, models
from odoo.exceptions import AccessError

from ..rules.plan import plan


class DunningNotice(models.Model):
    """Messages that a manager sees before they leave."""

    _inherit = "dunning.notice"

    def _as_manager(self):
        """The messages among these that wait for approval, writable, for a manager."""
        self.check_access("read")
        if not self.env.user.has_group("payt_dunning.group_dunning_manager"):
            raise AccessError(self.env._("Only a follow-up manager can approve messages."))
        return self.sudo().filtered(lambda notice: notice.state == "planned")

    def action_approve(self):
        """A manager lets messages leave that wait for approval.

        One that waited for days says what is owed today; what no longer fits is dropped.
        """
        approved = self.browse()
        for notice in self._as_manager():
            if notice._renew():
                approved += notice
        approved._queue()
        return True

    def action_refuse(self):
        """A manager does not want these messages sent: they are dropped, follow-up pauses."""
        notices = self._as_manager()
        for item in notices.line_ids.filtered("position").item_id:
            self.env["dunning.hold"].create(
                {
                    "company_id": item.company_id.id,
                    "item_id": item.id,
                    "kind": "pause",
                    "reason": self.env._("Message refused by %s.", self.env.user.name),
                }
            )
        notices._drop(self.env._("Refused by %s.", self.env.user.name))
        return True

    def _renew(self):
        """Make a planned message say what is owed today.

        :return: whether the rules still give it; if not it is dropped
        """
        self.ensure_one()
        planned = self._planned_today()
        if not planned:
            self._drop(self.env._("What is owed, or to whom it is sent, changed before it left."))
            return False
        if planned.fingerprint() == self.fingerprint:
            return True
        content = self.env["dunning.message"]._render([planned])[0]
        if content.problem:
            self._drop(content.problem)
            return False
        self.write(self._planned_values(self.run_id, planned, content))
        self.line_ids.unlink()
        self.env["dunning.notice.line"]._insert_planned({self.id: planned})
        return True

    def _planned_today(self):
        """The same message as the rules give it today, ``None`` when they don't."""
        self.ensure_one()
        today = self.env["dunning.message"]._today(self.company_id)
        itself = SimpleNamespace(notice_id=self.id, run_id=self.run_id.id, as_of=self.as_of)
        candidates = self.env["dunning.facts"]._candidates(
            self.debtor_id, today, except_notice=itself
        )
        about = {(line.item_id.id, line.position) for line in self.line_ids.filtered("position")}
        for planned in plan(candidates, today):
            same = {(line.item_id, line.position) for line in planned.lines if line.position}
            if same == about and (planned.channel, planned.recipient) == (
                self.channel,
                self.recipient,
            ):
                return planned
        return None

    @api.model
    def _drop_outdated(self, company):
        """Drop messages that wait for approval and that the rules no longer give."""
        for notice in self.search([("company_id", "=", company.id), ("state", "=", "planned")]):
            if notice._planned_today() is None:
                notice._drop(self.env._("What is owed changed while it waited for approval."))
