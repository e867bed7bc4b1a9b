"""Invoices carry the address of the debtor's page: their e-mails and their PDFs."""

from odoo import api, models

from ..tools import qr_image

#: Kinds of recipient that get no link: our own people, and whoever only follows the invoice.
NOT_TO = ("user", "follower")


class AccountMove(models.Model):
    """Customer invoices have a page."""

    _inherit = "account.move"  # pylint: disable=consider-merging-classes-inherited

    def _dunning_page_url(self, take_in=False):
        """The address of the debtor's page of this invoice; empty where nothing is behind it.

        With the rights of the system: whoever sends or prints an invoice may tell its address.

        :param take_in: follow it up from now on, where the daily run has not taken it in yet; not
            done where the database may only be read
        """
        self.ensure_one()
        move = self.sudo()
        if (
            not move.company_id.dunning_page_on_invoice
            or move.move_type != "out_invoice"
            or move.state != "posted"
            or move.dunning_charge_id
        ):
            return ""
        if take_in and not self.env.cr.readonly:
            self.env["dunning.sync"].sudo()._take_in(move)
        door = self.env["dunning.page.door"]
        debtor = door._debtor_of(move)
        if not debtor or not door._items_of(move, debtor):
            return ""
        return door._url(move, debtor)

    def _dunning_page_code(self, address):
        """The QR code of an address, for the invoice's PDF."""
        return qr_image(address)

    def _notify_by_email_render_layout(
        self, message, recipients_group, msg_vals=False, render_values=None
    ):
        """The link is put in the mail only: what the chatter keeps of it opens nothing."""
        if recipients_group["notification_group_name"] in NOT_TO:
            self = self.with_context(dunning_page_url=False)
        values = render_values or {}
        address = self.env.context.get("dunning_page_url")
        if address:
            words = self.env.context["dunning_page_words"]
            values = {**values, "dunning_page_url": address, "dunning_page_words": words}
        return super()._notify_by_email_render_layout(
            message, recipients_group, msg_vals=msg_vals, render_values=values
        )


class AccountMoveSend(models.AbstractModel):
    """Sending an invoice, alone or with hundreds, gives each mail the link to its own page."""

    _inherit = "account.move.send"

    @api.model
    def _send_mail(self, move, mail_template, **kwargs):
        address = move._dunning_page_url(take_in=True)
        if address:
            lang = mail_template and self._get_default_mail_lang(move, mail_template)
            reader = self.with_context(lang=lang or move.partner_id.lang).env
            words = reader._("See this invoice, ask a question or pay online")
            if move.dunning_paid_to:
                words = reader._("See this invoice or ask a question")
            move = move.with_context(dunning_page_url=address, dunning_page_words=words)
        return super()._send_mail(move, mail_template, **kwargs)
