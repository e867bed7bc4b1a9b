from odoo import models

from ..rules.sensitive import hint


class CollectionCase(models.Model):
    """What somebody has to read about a case before it is handed over."""

    _inherit = "collection.case"  # pylint: disable=consider-merging-classes-inherited

    def _to_read(self):
        """What somebody has to read and answer in the dialog of a case: ``{case: [words]}``."""
        items = {case: case._open_items() for case in self}
        disputes = (
            self.env["dunning.dispute"]
            .sudo()
            ._known(self.env["dunning.item"].sudo().union(*items.values()))
        )
        private = {
            case: messages.filtered(
                lambda each: not each.dunning_sensitive and hint(each._dunning_words())
            )
            for case, messages in self._conversations(items).items()
        }
        asked = {case: [] for case in self}
        for case, own in items.items():
            if disputes.item_ids & own:
                asked[case].append(
                    self.env._("The debtor contests it: read what it says, and our answer.")
                )
            if private[case]:
                asked[case].append(
                    self.env._("A message may be about health or family: leave it out or not.")
                )
        return asked

    def _conversations(self, items):
        """The messages to and fro about each of these: ``{case: messages}``.

        :param items: open items by case
        """
        every = self.env["dunning.item"].sudo().union(*items.values())
        messages = self.env["collection.dossier"].sudo()._conversation_about(every)
        return {
            case: messages.filtered(
                lambda each, case=case, moves=own.move_id: (
                    each.res_id in moves.ids and each.dunning_debtor_id == case.debtor_id
                )
            )
            for case, own in items.items()
        }

    def _where_debtors_wrote(self):
        """Those of these about which the debtor wrote anything: it may be a defence."""
        talks = self._conversations({case: case._open_items() for case in self})
        # Also what came from an address that nobody knows, or on another invoice, and was answered.
        asked = (
            self.env["dunning.question"]
            .sudo()
            .search([("item_ids", "in", self._open_items().ids)])
            .item_ids
        )
        return self.filtered(
            lambda case: (
                any(not each._dunning_is_ours() for each in talks[case])
                or case._open_items() & asked
            )
        )


class MailMessage(models.Model):
    """Who wrote a message of a thread with a debtor."""

    _inherit = "mail.message"  # pylint: disable=consider-merging-classes-inherited

    def _dunning_is_ours(self):
        """Whether somebody of ours wrote it; else the debtor did."""
        return bool(self.author_id.user_ids.filtered(lambda user: not user.share))
