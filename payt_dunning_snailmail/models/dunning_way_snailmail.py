from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.mail import html2plaintext

from odoo.addons.payt_dunning.models.dunning_way import Outcome
from odoo.addons.payt_dunning.models.dunning_way_sms import _lost

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
    def _prepare(self, notice):
        """The letter as it is printed, and the service's record of it: each made once."""
        letters = self.env["snailmail.letter"].sudo()
        if not notice.letter_file_id:
            notice._keep_printed(self._printed(notice))
        if notice.letter_problem:
            raise UserError(notice.letter_problem)
        if not letters.search_count([("dunning_notice_id", "=", notice.id)], limit=1):
            letters.with_company(notice.company_id).create(
                {
                    "dunning_notice_id": notice.id,
                    "model": "dunning.debtor",
                    "res_id": notice.debtor_id.id,
                    "partner_id": notice.partner_id.id,
                    "company_id": notice.company_id.id,
                    "attachment_id": notice.letter_file_id.id,
                    # Our letter has its own address field.
                    "cover": False,
                }
            )
        return ""

    @api.model
    def _printed(self, notice):
        """A letter as PDF, see :class:`~odoo.addons.payt_dunning.models.dunning_letter_paper.Printed`.

        :raises UserError: where no letters can be made as PDF
        """
        paper = self.env["dunning.letter.paper"]
        if not paper._has_engine():
            raise UserError(self.env._("Letters can't be made as PDF here: WeasyPrint is missing."))
        return paper._print(notice)

    @api.model
    def _hand_over(self, notice, text):
        letters = self.env["snailmail.letter"].sudo()
        letter = letters.search([("dunning_notice_id", "=", notice.id)], limit=1)
        letter.write({"state": "pending", "error_code": False, "info_msg": False})
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
