from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date

from ..rules.facts import FORMAL_PHASES


class DunningItem(models.Model):
    """Invoices that a debtor says it never received are sent again, with a new term."""

    _inherit = "dunning.item"  # pylint: disable=consider-merging-classes-inherited

    copied_on = fields.Date(
        "Invoice Sent Again On", readonly=True, help="Its levels began anew with a new term."
    )
    copied_by_debtor = fields.Boolean(
        readonly=True, help="The debtor had it sent again by itself, which it can do once."
    )

    def _may_be_copied(self):
        """Those of these items whose invoice the debtor may have sent again by itself.

        Once, and only while nothing formal has left or is about to.
        """
        formal = self.env["dunning.notice.line"].search(
            Domain("item_id", "in", self.ids)
            & Domain("position", ">", 0)
            & Domain("live", "=", True)
            & Domain("notice_id.phase", "in", FORMAL_PHASES)
        )
        return self.filtered(
            lambda item: (
                item.state == "open"
                and not item.copied_by_debtor
                and item.move_id.move_type != "entry"
                and item.move_id.state == "posted"
            )
        ) - (formal.item_id)

    def _send_invoice_again(self, until=None, recipient=None, by_debtor=False):
        """Mail the invoices of these items as they were sent; begin anew where a term is given.

        :param until: last day of the new term: levels count from it. Empty: no new term
        :param recipient: an address; empty: where the debtor can be reached
        :return: the messages
        :raises UserError: naming the debtor, where nothing can be mailed
        """
        notices = self.env["dunning.notice"].sudo()
        for debtor, own in self.grouped("debtor_id").items():
            self._check_can_mail(debtor, recipient)
            for move, items in own.grouped("move_id").items():
                notices |= items._mail_copy(debtor, move, until, recipient)
            own._note_copy(until, by_debtor)
            debtor._decide_now()
        return notices

    @api.model
    def _check_can_mail(self, debtor, recipient):
        company = debtor.company_id
        if not company._dunning_is_live():
            raise UserError(self.env._("Sending is switched off for %s.", company.name))
        if not recipient and not debtor._known_addresses():
            raise UserError(self.env._("%s has no working address: give one.", debtor.display_name))

    def _mail_copy(self, debtor, move, until, recipient):
        """Mail one invoice; what was sent before, never made anew where it is kept."""
        if move.move_type == "entry" or move.state != "posted":
            raise UserError(self.env._("%s is no invoice that can be sent.", move.display_name))
        move = move.with_context(skip_invoice_sync=True)
        file = move.invoice_pdf_report_id
        if not file:
            document = move._get_invoice_legal_documents("pdf", allow_fallback=True)
            file = self.env["ir.attachment"].create(
                {
                    "name": document["filename"],
                    "raw": document["content"],
                    "mimetype": "application/pdf",
                    "res_model": "dunning.debtor",
                    "res_id": debtor.id,
                }
            )
        return self.env["dunning.talk"]._tell(
            debtor,
            self,
            "copy",
            lambda env: self._copy_words(env, move, until),
            recipient=recipient,
            files=file,
        )

    @api.model
    def _copy_words(self, env, move, until):
        name = move.name
        subject = env._("Invoice %s once more", name)
        term = until and env._("You have until %s to pay it.", format_date(env, until))
        return subject, [
            env._("You find invoice %s in the attachment of this mail.", name),
            term,
            *self._copy_payee_words(env, move),
            env._("Is something not right? Simply answer this mail."),
        ]

    @api.model
    def _copy_payee_words(self, env, move):
        """To whom it is to be paid, where the invoice as it was sent may say something else."""
        payee = move.with_env(env).sudo()._dunning_payee()
        if not payee:
            return []
        where = env._("Please ask us to which account you transfer it.")
        if payee.number:
            where = env._("The account to transfer it to is %s.", payee.written(env))
        return [
            payee.notice,
            where,
            env._("Please pay to no other account, even where the invoice names one."),
        ]

    def _note_copy(self, until, by_debtor):
        """The levels of items whose debtor got a new term begin again with it."""
        items = self.sudo()
        today = items._today()
        values = {"invoice_sent_on": today}
        if by_debtor:
            values["copied_by_debtor"] = True
        if until:
            items._begin_again()
            values |= {"count_from": until, "copied_on": today}
        items.write(values)
        words = (
            self.env._("Invoice sent again; the new term ends on %s.", format_date(self.env, until))
            if until
            else self.env._("Invoice sent again.")
        )
        self.env["dunning.event"].sudo()._note(items, words)

    @api.model
    def _new_term(self, company):
        """The last day of the term that goes with an invoice that is sent again today."""
        today = self.env["dunning.message"]._today(company)
        return fields.Date.add(today, days=company.sudo().dunning_copy_days)
