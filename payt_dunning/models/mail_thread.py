from odoo import api, models
from odoo.tools.mail import unfold_references

from ..rules.own_words import own_words
from ..rules.receipts import characters, numbers_in
from ..tools import Heard
from .dunning_receipts import MIN_NUMBER

#: Headers by which programs say that nobody wrote this (RFC 3834 and older habits).
AUTO_PRECEDENCE = {"auto_reply", "bulk", "junk", "list"}


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    @api.model
    def _message_route_process(self, message, message_dict, routes):
        """Remember whether a program wrote this mail, and which message of ours it answers.

        Absence notes are no answers. The message that is answered is told by the headers: the
        parent that core gives a mail is the latest in its thread where it knows none.
        """
        automatic = (
            (message.get("Auto-Submitted") or "no").lower() != "no"
            or (message.get("Precedence") or "").lower() in AUTO_PRECEDENCE
            or message.get("X-Autoreply")
        )
        if automatic:
            self = self.with_context(dunning_heard=Heard(automatic=True))  # noqa: PLW0642
        elif answered := self._dunning_find_answered(message_dict):
            self = self.with_context(  # noqa: PLW0642
                dunning_heard=Heard(answered=tuple(answered.ids)), disable_attachment_import=True
            )
            routes = self._dunning_right_invoice(answered, message_dict, routes)
        if message_dict.get("body"):
            message_dict["body"] = self.env["dunning.talk"]._without_tokens(message_dict["body"])
        return super()._message_route_process(message, message_dict, routes)

    @api.model
    def _dunning_find_answered(self, message_dict):
        """The message of ours that a mail answers; the latest of those it refers to."""
        Notice = self.env["dunning.notice"].sudo()
        for header in ("in_reply_to", "references"):
            found = Notice._find_by_message_id(unfold_references(message_dict.get(header) or ""))
            if found:
                return found[:1]
        return Notice

    @api.model
    def _dunning_right_invoice(self, answered, message_dict, routes):
        """The routes of an answer, to the invoice that it names among those of our message."""
        moves = answered._reminded().item_id.move_id
        by_number = {}
        for move in moves:
            for number in (move.name, move.payment_reference):
                if len(key := characters(number)) >= MIN_NUMBER:
                    by_number.setdefault(key, []).append(move.id)
        text = f"{message_dict.get('subject') or ''} {own_words(message_dict.get('body') or '')}"
        named = numbers_in(characters(text), by_number)
        if not named:
            return routes
        right = [
            (
                model,
                named[0] if model == "account.move" and thread_id in moves.ids else thread_id,
                *rest,
            )
            for model, thread_id, *rest in routes
        ]
        return right

    @api.model
    def _routing_handle_bounce(self, email_message, message_dict):
        """A message of ours that came back was not received.

        Core takes every report for a mail that came back: those that we asked for, about what was
        delivered, don't count against the contact.
        """
        notices = self.env["dunning.notice"].sudo()
        notices._receive_bounce(email_message, message_dict)
        if notices._is_good_news(email_message, message_dict):
            return None
        return super()._routing_handle_bounce(email_message, message_dict)
