from markupsafe import Markup

from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command, Domain
from odoo.tools import SQL, email_normalize, format_date

from ..rules.seal import seal
from .dunning_hold import FINAL_KINDS

#: A copy on its way: no second one to the same address beside it.
UNDER_WAY = ("planned", "queued", "sending", "ambiguous")


class DunningNotice(models.Model):
    """Copies of messages: sent again on request, they move no level and start no term."""

    _inherit = "dunning.notice"  # pylint: disable=consider-merging-classes-inherited

    retry_of_id = fields.Many2one(
        "dunning.notice",
        "Copy Of",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The message that was sent again; a copy doesn't count as a reminder.",
    )

    def _reminded(self):
        """The rows that these messages remind of; those of a copy are its original's.

        Of a conversation: all that it is about.
        """
        lines = (self | self.retry_of_id).line_ids
        return lines.filtered(lambda line: line.position or line.notice_id.kind == "talk")

    def action_resend(self, recipient=None):
        """Send a message once more, as it was, as a copy.

        :param recipient: address; empty: where the debtor can be reached now
        """
        for notice in self:
            notice._ordered_copy(recipient)
        return True

    def _ordered_copy(self, recipient=None):
        """The copy of a message that a collector asks for, queued."""
        self.check_access("read")
        if not self.env.user.has_group("payt_dunning.group_dunning_user"):
            raise AccessError(self.env._("Only collectors can send a message again."))
        return self.sudo()._resend(recipient)

    def _resend(self, recipient=None):
        """Make and queue the copy; refuse what must not or can't be sent."""
        self.ensure_one()
        original = self.retry_of_id or self
        original._lock_for_copy()
        if self.state not in ("sent", "returned") or self.channel != "email":
            raise UserError(
                self.env._("Only mails that were sent can be sent again: “%s”.", self.display_name)
            )
        address = original._copy_address(recipient)
        why_not = original._why_not_to_copy()
        if why_not:
            raise UserError(why_not)
        copy = self.create(original._copy_values(address))
        copy._queue()
        return copy

    def _lock_for_copy(self):
        """Let one user at a time order a copy of this message.

        The row is changed as well: who began before us and comes after us must not go on with
        what was there before our copy.
        """
        if not self.try_lock_for_update(allow_referencing=True):
            raise UserError(
                self.env._(
                    "Somebody is sending a copy of “%s” at this moment. Look again in a minute.",
                    self.display_name,
                )
            )
        self.env.cr.execute(
            SQL("UPDATE dunning_notice SET write_date = write_date WHERE id = %s", self.id)
        )

    def _copy_address(self, recipient):
        """The address for a copy of this message; one that can be used."""
        address = recipient or self._default_copy_address()
        email = email_normalize(address or "")
        if not email:
            raise UserError(
                self.env._("“%s” is not one e-mail address.", address)
                if address
                else self.env._("%s has no working address: give one.", self.debtor_id.display_name)
            )
        if email in (self.debtor_id.failed_email or "").split():
            raise UserError(
                self.env._(
                    "%(address)s was refused before. When it works again, take it out of the "
                    "addresses that failed of %(debtor)s.",
                    address=email,
                    debtor=self.debtor_id.display_name,
                )
            )
        if self.search(
            [
                ("retry_of_id", "=", self.id),
                ("recipient", "=", email),
                ("state", "in", UNDER_WAY),
            ],
            limit=1,
        ):
            raise UserError(self.env._("A copy to %s is on its way already.", email))
        return email

    def _default_copy_address(self):
        """Where the debtor can be reached now; where this message went, if that is one of these.

        Not where it went whatever happened since: the address may be somebody else's by now, or
        a representative may get all messages.
        """
        debtor = self.debtor_id
        day = self.env["dunning.message"]._today(self.company_id)
        house = self.env["dunning.house"]._read(self.company_id, day, debtor)
        recipients = self.env["dunning.debtor"]._people(debtor.ids, house)[debtor.id].recipients
        addresses = [each[2] for each in recipients if each[0] == "email"]
        return self.recipient if self.recipient in addresses else next(iter(addresses), False)

    def _why_not_to_copy(self):
        """Why no copy of this message may leave now, in words; ``None`` when it may.

        Asked when it is ordered, and again when it is handed over.
        """
        self.ensure_one()
        if not self.company_id._dunning_is_live():
            return self.env._("Sending is switched off for %s.", self.company_id.name)
        original = self.retry_of_id or self
        items = original._reminded().item_id
        if self.env["dunning.hold"].search_count(self._final_holds(items), limit=1):
            return self.env._("Follow-up of %s was stopped for good.", self.debtor_id.display_name)
        lines = items.line_id
        lines.invalidate_recordset(["amount_residual_currency", "parent_state"])
        if not any(
            item.debtor_id == self.debtor_id
            and item.line_id.parent_state == "posted"
            and item.line_id.amount_residual_currency > 0
            for item in items
        ):
            return self.env._("Nothing is open any more of what the message is about.")
        return None

    def _final_holds(self, items):
        """A domain of the holds by which the debtor, or some of it, was stopped for good."""
        today = self.env["dunning.message"]._today(self.company_id)
        everything = Domain(
            [("debtor_id", "=", False), ("item_id", "=", False), ("move_id", "=", False)]
        )
        debtor = self.debtor_id
        return (
            Domain("company_id", "=", self.company_id.id)
            & Domain("kind", "in", FINAL_KINDS)
            & Domain("released_on", "=", False)
            & Domain("proposed", "=", False)
            & Domain("date_from", "<=", today)
            & (Domain("date_until", "=", False) | Domain("date_until", ">=", today))
            & (
                everything
                | Domain("debtor_id", "=", debtor.id)
                | Domain("item_id.debtor_id", "=", debtor.id)
                | Domain("move_id", "in", (items | debtor.item_ids).move_id.ids)
            )
        )

    def _copy_values(self, address):
        """Values of a copy: the body as sent under a line that says so, rows without a level."""
        env = self.with_context(lang=self.lang or self.env.lang).env
        first = env._(
            "This is a copy of our message of %s.", format_date(env, self.sent_on or self.as_of)
        )
        subject = env._("Copy: %s", self.subject)
        body = Markup('<p style="max-width:600px;margin:0 auto;padding:24px 16px 0 16px;">%s</p>%s')
        body %= (first, Markup(self.body))  # nosec B704 # kept as we rendered it, escaped then
        values = self._kept_for_copy()
        files = self.env["dunning.message"]._file_hashes(self.attachment_ids)
        return {
            **values,
            "retry_of_id": self.id,
            "recipient": address,
            "as_of": self.env["dunning.message"]._today(self.company_id),
            "subject": subject,
            "body": body,
            "content_hash": seal(address, subject, str(body), files),
            "attachment_ids": [Command.set(self.attachment_ids.ids)],
            "line_ids": [Command.create(line._copy_line_values(address)) for line in self.line_ids],
        }

    def _kept_for_copy(self):
        """What a copy has in common with this message, as stored."""
        return self._convert_to_write(
            {
                name: self[name]
                for name in (
                    "debtor_id",
                    "company_id",
                    "partner_id",
                    "channel",
                    "lang",
                    "phase",
                    "level_name",
                    "level_id",
                    "currency_id",
                    "amount",
                    "reference",
                )
            }
        )


class DunningNoticeLine(models.Model):
    _inherit = "dunning.notice.line"

    def _copy_line_values(self, address):
        """Values of this row in a copy: no slot and no level, so that nothing moves."""
        return {
            "item_id": self.item_id.id,
            "source": self.source,
            "channel": self.channel,
            "recipient": address,
            "live": True,
            "position": 0,
            "name": self.name,
            "date_due": self.date_due,
            "amount": self.amount,
            "currency_id": self.currency_id.id,
        }
