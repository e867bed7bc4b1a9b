from odoo import fields, models


class SnailmailLetter(models.Model):
    """Odoo's record of a letter that carries a notice: its queue leaves it alone."""

    _inherit = "snailmail.letter"

    dunning_notice_id = fields.Many2one(
        "dunning.notice", readonly=True, index="btree_not_null", ondelete="cascade"
    )

    def _snailmail_print(self, immediate=True):
        """What carries a notice is handed over by its outbox alone: the queue would do it again."""
        return super(SnailmailLetter, self._dunning_others())._snailmail_print(immediate)

    def snailmail_print(self):
        """The same when a person asks."""
        return super(SnailmailLetter, self._dunning_others()).snailmail_print()

    def cancel(self):
        """A letter that has left can't be cancelled, nor one that is about to."""
        return super(SnailmailLetter, self._dunning_others()).cancel()

    def _dunning_others(self):
        """Those of these letters that are none of ours."""
        return self.filtered(lambda letter: not letter.dunning_notice_id)
