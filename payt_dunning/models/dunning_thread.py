from odoo import api, fields, models

from ..rules.own_words import own_words, typed_words
from ..tools import heard

#: Kinds of entry that a debtor may write about; opening balances are entries.
ANSWERED = ("out_invoice", "out_receipt", "entry")


class MailMessage(models.Model):
    """Messages of the thread that we have with a debtor about an invoice."""

    _inherit = "mail.message"

    dunning_debtor_id = fields.Many2one(
        "dunning.debtor",
        "In the Thread With",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        groups="payt_dunning.group_dunning_user",
        help="Only this debtor reads it on its page.",
    )

    def _dunning_words(self):
        """What a message says: of a mail without what it quotes, of all else every line."""
        self.ensure_one()
        read = own_words if self.message_type == "email" else typed_words
        return read(str(self.body or ""))


class AccountMove(models.Model):
    """The chatter of an invoice is the one thread with its debtor."""

    _inherit = "account.move"  # pylint: disable=consider-merging-classes-inherited

    def _message_post_after_hook(self, new_message, message_values):
        """A debtor who writes is heard; what we write in the chatter is an answer."""
        if not _is_outsider(new_message) or not self._dunning_is_talk(new_message):
            result = super()._message_post_after_hook(new_message, message_values)
        else:
            # Files of outsiders are kept, and never read as invoices.
            quiet = self.with_context(disable_attachment_import=True)
            result = super(AccountMove, quiet)._message_post_after_hook(new_message, message_values)
        if self._dunning_is_talk(new_message):
            if _is_outsider(new_message):
                self.sudo()._dunning_debtor_wrote(new_message.sudo())
            else:
                self.sudo()._dunning_we_wrote(new_message.sudo())
        return result

    def _dunning_is_talk(self, message):
        """Whether a message is said to or by the debtor, by a person, on what is followed up."""
        return bool(
            message.message_type in ("email", "comment")
            and not message.sudo().is_internal
            and not message.sudo().subtype_id.internal
            and message.sudo().subtype_id == self.env.ref("mail.mt_comment")
            and not heard(self.env).automatic
            and self.move_type in ANSWERED
            and self.sudo().dunning_item_ids
        )

    # -- the debtor ----------------------------------------------------------------------------

    def _dunning_debtor_wrote(self, message):
        """Note what the debtor wrote: its steps wait, somebody gets a task."""
        self.ensure_one()
        items = self._dunning_answered(message)
        debtor = self._dunning_writer(message, items)
        if not debtor:
            return
        if self._dunning_is_family(message, debtor) or heard(self.env).debtor_id:
            message.dunning_debtor_id = debtor
        items = items.filtered(lambda item: item.state == "open" and item.debtor_id == debtor)
        self.env["dunning.question"]._take(self, debtor, items, message)

    def _dunning_writer(self, message, items):
        """The debtor that a message counts for, whoever wrote it."""
        known = self.env["dunning.debtor"].browse(heard(self.env).debtor_id or ())
        notices = self.env["dunning.notice"].browse(heard(self.env).answered)
        own = notices.debtor_id & self.dunning_item_ids.debtor_id
        return (known or own or items.debtor_id or self.dunning_item_ids.debtor_id)[:1]

    def _dunning_is_family(self, message, debtor):
        """Whether the author is the debtor, or a contact of it."""
        return message.author_id.commercial_partner_id == debtor.partner_id

    def _dunning_answered(self, message):
        """The items that a message of the debtor is about.

        All that our message reminded of, when it answers one; else those of this invoice. An
        entry with opening balances has those of many debtors: then the author's.
        """
        if chosen := heard(self.env).item_ids:
            return self.env["dunning.item"].browse(chosen)
        notices = self.env["dunning.notice"].browse(heard(self.env).answered)
        reminded = notices._reminded().item_id
        own = self.dunning_item_ids
        if self in reminded.move_id:
            items = reminded if self.move_type == "entry" else reminded | own
            return items.filtered(lambda item: item.company_id == self.company_id)
        if self.move_type == "entry":
            author = message.author_id.commercial_partner_id
            return own.filtered(lambda item: item.partner_id == author)
        return own

    # -- we ------------------------------------------------------------------------------------

    def _dunning_we_wrote(self, message):
        """What one of us writes to the debtor is in the thread, and answers what waits there."""
        self.ensure_one()
        Question = self.env["dunning.question"]
        waiting = Question.search([("move_id", "=", self.id), ("state", "=", "open")])
        debtor = self.env["dunning.debtor"].browse(heard(self.env).debtor_id or ())
        debtor = debtor or self.dunning_item_ids.debtor_id
        if len(debtor) > 1:  # opening balances of many
            debtor = waiting.debtor_id
        if len(debtor) != 1 or self.commercial_partner_id not in (
            debtor.partner_id,
            *self._nobody(),
        ):
            return
        message.dunning_debtor_id = debtor
        # The invoice itself, sent again, is no answer.
        if not self.env.context.get("no_new_invoice"):
            waiting |= Question.browse(heard(self.env).question_id or ())
            waiting.filtered(lambda each: each.debtor_id == debtor)._answered_by(message)

    @api.model
    def _nobody(self):
        """Whose an entry with opening balances is: nobody's."""
        return [self.env["res.partner"]]

    def _notify_get_recipients(self, message, msg_vals=False, **kwargs):
        """Who asked gets our answer in a mail of ours, not in core's as well.

        Core tells the author of a message that it was answered; of ours that is the company,
        whose own mailbox need not hear of it.
        """
        recipients = super()._notify_get_recipients(message, msg_vals=msg_vals, **kwargs)
        company = self.company_id.partner_id
        recipients = [each for each in recipients if each["id"] != company.id]
        recipients = self._dunning_may_hear(message, recipients)
        answered = self.env["dunning.question"].sudo().search([("answer_ids", "in", message.ids)])
        answered = answered.filtered("answer_notice_id")
        if not answered:
            return recipients
        Partner, family = self.env["res.partner"].sudo(), answered.debtor_id.partner_id
        return [
            each
            for each in recipients
            if not each["share"] or Partner.browse(each["id"]).commercial_partner_id not in family
        ]

    def _dunning_may_hear(self, message, recipients):
        """Those who may get what an outsider wrote: of all that follow, we and its debtor."""
        if not _is_outsider(message) or not self._dunning_is_talk(message):
            return recipients
        family = message.sudo().dunning_debtor_id.partner_id
        people = self.env["res.partner"].sudo().browse(each["id"] for each in recipients)
        people = people.filtered(lambda each: each.commercial_partner_id in family)
        return [each for each in recipients if not each["share"] or each["id"] in people.ids]

    def _notify_by_email_get_headers(self, headers=None):
        """No recipient of a message about an invoice learns the addresses of the others."""
        headers = super()._notify_by_email_get_headers(headers=headers)
        headers.pop("X-Msg-To-Add", None)
        return headers


def _is_outsider(message):
    """Whether the author is not one of us: the type of a message can be chosen by its sender."""
    author = message.author_id
    return not author or author.partner_share
