import html
import re

from odoo import models

from .dunning_payee import OWN

#: The number of an account in a text, as people write it: in one, or in groups of four.
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?:[ \xa0]?[A-Z0-9]{4}){2,7}(?:[ \xa0]?[A-Z0-9]{1,3})?\b")


class DunningNotice(models.Model):
    """Messages that name an account to which one must not pay any more do not leave."""

    _inherit = "dunning.notice"  # pylint: disable=consider-merging-classes-inherited

    def _names_account(self):
        """Whether a message may say where to pay.

        Of a conversation those do that are about it, that have an invoice with them, and those in
        which somebody wrote a number.
        """
        self.ensure_one()
        notice = self.retry_of_id or self
        topic = notice.topic or ""
        if self.kind != "talk" or topic in ("statement", "copy") or topic.startswith("plan"):
            return True
        return bool(_IBAN.search(html.unescape(notice.body or "")))

    def _lines_to_pay(self):
        """The rows for which a message, or the original of a copy, says where to pay."""
        notice = self.retry_of_id or self
        lines = notice.line_ids
        found = lines.filtered(lambda line: line.position or notice.kind == "talk")
        # Read with those of all messages that are looked at.
        return found.with_prefetch(lines._prefetch_ids)

    def _why_not_this_account(self):
        """Why an account that a message may name is not the right one any more, in words."""
        if not self._names_account():
            return None
        lines = self._lines_to_pay()
        moves = {line: line.item_id.move_id.id for line in lines}
        found = self.env["dunning.payee"].sudo()._of([move for move in moves.values() if move])
        if all(found.get(move, 0) == line.payee_key for line, move in moves.items()) and all(
            self.env["dunning.payee"]._told(self.lang, payee_id) == told
            for payee_id, told in {(line.payee_key, line.payee_told) for line in lines}
            # Rows that are older than the field have none.
            if told
        ):
            return None
        return self.env._("It is to be paid to another account by now.")

    def _why_not_to_copy(self):
        return super()._why_not_to_copy() or self._why_not_this_account()

    def _why_not_to_tell_now(self):
        return super()._why_not_to_tell_now() or self._why_not_this_account()

    def _why_not_to_post(self, day=None):
        return super()._why_not_to_post(day) or self._why_not_this_account()

    def _one_payee(self):
        """Who is to be paid for all that a message asks for; ``None`` where these are several.

        :return: :class:`~.dunning_payee.Payee`, in the language of the message
        """
        self.ensure_one()
        keys = {line.payee_key for line in self._lines_to_pay()} or {OWN.payee_id}
        own = keys == {OWN.payee_id}
        # Costs and interest are the company's.
        if len(keys) > 1 or (not own and (self.costs or self.fee or self.interest)):
            return None
        if own:
            return OWN
        return self.env["dunning.payee"].with_context(lang=self.lang).sudo()._payee(*keys)


class DunningNoticeLine(models.Model):
    _inherit = "dunning.notice.line"  # pylint: disable=consider-merging-classes-inherited

    def _copy_line_values(self, address):
        own = {"payee_key": self.payee_key, "payee_told": self.payee_told}
        return {**super()._copy_line_values(address), **own}
