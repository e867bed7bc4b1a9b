from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import format_date

SENSITIVE = [
    ("health", "Health"),
    ("family", "Family"),
    ("other", "Other Private Matters"),
]


class MailMessage(models.Model):
    """Messages that nobody but us needs to read: they stay out of packages."""

    _inherit = "mail.message"  # pylint: disable=consider-merging-classes-inherited

    dunning_sensitive = fields.Selection(
        SENSITIVE,
        "Sensitive",
        readonly=True,
        groups="payt_dunning.group_dunning_user",
        help="What it is about; it stays out of packages for bailiffs, lawyers and agencies.",
    )

    def _dunning_mark(self, kind):
        """Mark messages of the threads with debtors as sensitive, or no longer, and note it.

        :param kind: of :data:`SENSITIVE`; empty: not sensitive
        """
        messages = self.sudo().filtered(
            lambda each: each.dunning_debtor_id and (each.dunning_sensitive or "") != (kind or "")
        )
        messages.write({"dunning_sensitive": kind or False})
        events = self.env["dunning.event"].sudo()
        for message in messages:
            day = format_date(self.env, message.date)
            move = self.env["account.move"].sudo().browse(message.res_id)
            events._note(
                move.dunning_item_ids.filtered(
                    lambda item, own=message: item.debtor_id == own.dunning_debtor_id
                ),
                self.env._("The message of %s stays out of packages: it is sensitive.", day)
                if kind
                else self.env._("The message of %s is not sensitive: it goes along again.", day),
            )


class DunningQuestion(models.Model):
    """What a debtor tells us in confidence is marked where it is read first."""

    _inherit = "dunning.question"  # pylint: disable=consider-merging-classes-inherited

    sensitive = fields.Selection(
        SENSITIVE,
        compute="_compute_sensitive",
        groups="payt_dunning.group_dunning_user",
        help="What it is about; it stays out of packages for bailiffs, lawyers and agencies.",
    )

    @api.depends("message_id", "last_message_id")
    def _compute_sensitive(self):
        for question in self:
            first, last = question.sudo().message_id, question.sudo().last_message_id
            question.sensitive = first.dunning_sensitive or last.dunning_sensitive

    def _whole(self):
        """What the debtor wrote in these, and what we answered."""
        found = self.env["mail.message"].sudo()
        for question in self.sudo():
            last = question.last_message_id.id
            found |= question._messages().filtered(lambda each, last=last: each.id <= last)
            found |= question.answer_ids
        return found

    @api.model
    def _take(self, move, debtor, items, message):
        """What comes after a sensitive message, and waits with it, is sensitive too."""
        question = super()._take(move, debtor, items, message)
        if kind := question.sudo().sensitive:
            message._dunning_mark(kind)
        return question

    def _answered_by(self, message, user=None):
        """So is what we answer."""
        result = super()._answered_by(message, user)
        for kind in {each.sensitive for each in self.sudo()} - {False}:
            message._dunning_mark(kind)
        return result

    def action_sensitive_health(self):
        """These are about health: they and our answers stay out of packages."""
        return self._mark_sensitive("health")

    def action_sensitive_family(self):
        """These are about family: they and our answers stay out of packages."""
        return self._mark_sensitive("family")

    def action_not_sensitive(self):
        """Nothing in these is sensitive: they go along."""
        return self._mark_sensitive("")

    def _mark_sensitive(self, kind):
        self.check_access("read")
        if not self.env.user.has_group("payt_dunning.group_dunning_user"):
            raise AccessError(self.env._("Only collectors can say that messages are sensitive."))
        self._whole()._dunning_mark(kind)
        self.invalidate_recordset(["sensitive"])
        return True
