import logging

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools.mail import html2plaintext

from odoo.addons.payt_dunning.models.dunning_way import Outcome
from odoo.addons.payt_dunning.models.dunning_way_sms import _lost

_logger = logging.getLogger(__name__)

#: Errors of the service by what they mean for the outbox; others tell nothing.
ERRORS = {
    "MISSING_REQUIRED_FIELDS": "address",
    "NO_PRICE_AVAILABLE": "address",
    "CREDIT_ERROR": "later",
    "TRIAL_ERROR": "later",
    "FORMAT_ERROR": "failed",
    "ATTACHMENT_ERROR": "failed",
}


class DunningWaySnailmail(models.AbstractModel):
    """Letters that Odoo's post service prints and posts.

    Handed over is posted: legal terms begin on that day, by the rules for letters. One letter in
    each call, by our own outbox: the service's own queue sends again what may have left.
    """

    _name = "dunning.channel.snailmail"
    _inherit = "dunning.channel.base"
    _description = "Follow-up by Post Service"

    _batch = 50

    @api.model
    def _addresses(self, contacts):
        """Postal addresses in one line, of those that the service takes."""
        partners = self.env["res.partner"].browse([each.contact_id for each in contacts])
        complete = partners.filtered(self.env["snailmail.letter"]._is_valid_address)
        return self.env["dunning.letter"]._addresses(complete.ids)

    @api.model
    def _hand_over(self, notice, text):
        try:
            letter = self._letter(notice)
        except psycopg2.Error:
            raise
        except Exception as error:  # noqa: BLE001  whatever it is, nothing has left
            _logger.warning("The letter of message %s can't be made: %s", notice.id, error)
            return Outcome("failed", "", str(error) or type(error).__name__)
        try:
            letter._snailmail_print_valid_address()
        except AccessError as error:
            outcome = _lost(error)
        else:
            outcome = self._read(letter)
        # In none of the states that its queue looks for, and with nothing that stops it.
        if letter.state != "sent":
            letter.write({"state": "canceled", "error_code": False})
        return outcome

    @api.model
    def _letter(self, notice):
        """The service's record of a message with its file, made once."""
        letters = self.env["snailmail.letter"].sudo()
        known = letters.search([("dunning_notice_id", "=", notice.id)], limit=1)
        if known:
            known.write({"state": "pending", "error_code": False, "info_msg": False})
            return known
        file = self.env["ir.attachment"].create(
            {
                "name": self.env._("Letter %s.pdf", notice.id),
                "raw": self._letter_pdf(notice),
                "mimetype": "application/pdf",
                "res_model": notice._name,
                "res_id": notice.id,
            }
        )
        return letters.with_company(notice.company_id).create(
            {
                "dunning_notice_id": notice.id,
                "model": "dunning.debtor",
                "res_id": notice.debtor_id.id,
                "partner_id": notice.partner_id.id,
                "company_id": notice.company_id.id,
                "attachment_id": file.id,
                # Our letter has its own address field.
                "cover": False,
            }
        )

    @api.model
    def _letter_pdf(self, notice):
        """The letter as it is printed."""
        reports = self.env["ir.actions.report"]
        return reports._render_qweb_pdf("payt_dunning.report_dunning_letter", notice.ids)[0]

    @api.model
    def _read(self, letter):
        """What became of a letter, from what the service answered."""
        why = html2plaintext(letter.info_msg or "").strip()
        if letter.state == "sent":
            return Outcome("sent", "", why)
        return Outcome(ERRORS.get(letter.error_code, "ambiguous"), "", why)


class DunningNotice(models.Model):
    """Messages with a record of the post service."""

    _inherit = "dunning.notice"

    snailmail_letter_ids = fields.One2many(
        "snailmail.letter", "dunning_notice_id", "Letters at the Post Service", readonly=True
    )
