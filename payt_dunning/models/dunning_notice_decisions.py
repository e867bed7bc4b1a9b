from odoo import models
from odoo.exceptions import AccessError


class DunningNotice(models.Model):
    """What people decide about messages: whether an unclear one left, whether one may leave."""

    _inherit = "dunning.notice"  # pylint: disable=consider-merging-classes-inherited

    # -- messages of which nobody knows whether they left --------------------------------

    def action_was_sent(self):
        """A person found out that the unclear message did leave."""
        notices = self._as_decider()
        notices._set_sent()
        self.env["dunning.task"]._take_back(notices.debtor_id)
        return True

    def action_was_not_sent(self):
        """A person found out that the unclear message did not leave: it is decided anew."""
        why = self.env._("Not sent, according to %(user)s.", user=self.env.user.name)
        notices = self._as_decider()
        notices._update_state("cancelled", failure=why)
        notices._decide_anew()
        return True

    def _as_decider(self):
        """The unclear ones among these notices, writable, if the user may decide about them.

        Collectors have no write access to the outbox: what they may do to it is just this.
        """
        self.check_access("read")
        if not self.env.user.has_group("payt_dunning.group_dunning_user"):
            raise AccessError(self.env._("Only collectors can decide about unclear messages."))
        return self.sudo().filtered(lambda notice: notice.state == "ambiguous")

    # -- messages that a manager sees before they leave ----------------------------------

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
        approved = self.sudo().browse()
        for notice in self._as_manager():
            if self.env["dunning.approval"].sudo()._renew(notice):
                approved += notice
        approved._queue()
        return True

    def action_refuse(self):
        """A manager does not want these messages sent: they are dropped, follow-up pauses."""
        notices = self._as_manager()
        reason = self.env._("Message refused by %s.", self.env.user.name)
        self.env["dunning.hold"].create(
            [
                {
                    "company_id": item.company_id.id,
                    "item_id": item.id,
                    "kind": "pause",
                    "reason": reason,
                }
                for item in notices.line_ids.filtered("position").item_id
            ]
        )
        notices._drop(self.env._("Refused by %s.", self.env.user.name))
        return True
