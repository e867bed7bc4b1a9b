from odoo import models
from odoo.tools import SQL, split_every

from .dunning_dialogue import DISTURBED

#: Debtors that are decided about together once messages have left.
DECIDED = 100
#: So long what can wait waits for a lock of somebody else at most.
LONGEST_WAIT = "900ms"


class DunningNotice(models.Model):
    """The outbox once messages have left, by whatever channel."""

    _inherit = "dunning.notice"  # pylint: disable=consider-merging-classes-inherited

    def _wind_up(self, tell):
        """What is left to do once messages have left: show them, look again, tell managers.

        In parts: whoever works on the same debtors meanwhile is not kept for long.

        :param tell: what managers are told, as a function
        """
        self._unless_disturbed(self._log_sent)
        self._unless_disturbed(tell)
        for debtors in split_every(DECIDED, self.debtor_id.ids, self.env["dunning.debtor"].browse):
            self._unless_disturbed(lambda debtors=debtors: debtors.exists()._decide_now())

    def _unless_disturbed(self, do):
        """Do something that can wait, and commit; leave it for later when it collides."""
        try:
            self.env.cr.execute(SQL("SELECT set_config('lock_timeout', %s, true)", LONGEST_WAIT))
            do()
            self._commit()
        except DISTURBED:
            self.env.cr.rollback()
            self.env.invalidate_all(flush=False)
