import logging
import re

import psycopg2
from markupsafe import Markup

from odoo import api, fields, models

_logger = logging.getLogger(__name__)

#: Links of debtors in a canonical message, and what is left of them in a copy.
_HREF = re.compile(r'\s+href="https://claim-page\.invalid/\d*"')
_BARE = re.compile(r"https://claim-page\.invalid/\d*")
FRAME = Markup('<p style="max-width:600px;margin:0 auto;padding:24px 16px 0 16px;"><b>%s</b></p>%s')


class DunningLevel(models.Model):
    """Levels of whose messages our own people get a copy."""

    _inherit = "dunning.level"  # pylint: disable=consider-merging-classes-inherited

    copy_to = fields.Selection(
        [
            ("handler", "Handler of the Debtor"),
            ("salesperson", "Salesperson of the Invoice"),
        ],
        help="For information, once it has left; without the debtor's links. Empty: nobody.",
    )


class DunningChatter(models.AbstractModel):
    """What left is told to our own people where its level says so."""

    _inherit = "dunning.chatter"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _log_batch(self, notices):
        result = super()._log_batch(notices)
        self._inform(notices)
        return result

    @api.model
    def _inform(self, notices):
        """Mail copies of messages that left; whatever goes wrong keeps nothing back."""
        wanted = notices.filtered(lambda each: each.level_id.copy_to and not each.retry_of_id)
        if not wanted:
            return
        try:
            with self.env.cr.savepoint():
                self._mail_copies(wanted)
        except psycopg2.errors.SerializationFailure:
            raise
        except Exception:
            _logger.exception("Copies of messages that left can't be made")

    @api.model
    def _mail_copies(self, notices):
        """One mail for each message and user, in the user's language; in bulk."""
        readers = self._readers(notices)
        values = []
        for notice in notices:
            common = notice.company_id.sudo()._dunning_sender()
            for user in readers[notice.id]:
                env = self.with_context(lang=user.lang).env
                told = env._(
                    "For your information: this message left to %(recipient)s (%(debtor)s).",
                    recipient=notice.recipient,
                    debtor=notice.debtor_id.partner_id.name,
                )
                body = _BARE.sub("…", _HREF.sub("", str(notice.body or "")))
                body = self.env["dunning.message"]._hide_keys(body)
                values.append(
                    {
                        **common,
                        "email_to": user.email_formatted,
                        "subject": env._(
                            "For your information: %s",
                            self.env["dunning.message"]._hide_keys(notice.subject or ""),
                        ),
                        "body_html": FRAME % (told, Markup(body)),  # nosec B704 # rendered, escaped
                        "message_type": "user_notification",
                        "is_notification": False,
                        "auto_delete": True,
                        "record_company_id": notice.company_id.id,
                        "headers": repr({"Auto-Submitted": "auto-generated"}),
                    }
                )
        if values:
            self.env["mail.mail"].sudo().create(values)
            self.env.ref("mail.ir_cron_mail_scheduler_action").sudo()._trigger()

    @api.model
    def _readers(self, notices):
        """Users who get a copy, by id of the message: active, with an address, and of the company."""
        moves = self._reminded_invoices(notices)
        invoices = (
            self.env["account.move"].sudo().browse({i for ids in moves.values() for i in ids})
        )
        sellers = {move.id: move.invoice_user_id for move in invoices}
        tasks, handlers, readers = self.env["dunning.task"], {}, {}
        for notice in notices:
            debtor, company = notice.debtor_id.sudo(), notice.company_id
            if notice.level_id.copy_to == "salesperson":
                users = self.env["res.users"].sudo()
                users = users.union(*(sellers[move_id] for move_id in moves.get(notice.id, ())))
            else:
                key = (debtor.handler_id.id, company.id)
                if key not in handlers:
                    handlers[key] = tasks._person(debtor.handler_id, company)
                users = handlers[key]
            readers[notice.id] = users.sudo().filtered(
                lambda user, company=company: (
                    user.active and user.email and not user.share and company in user.company_ids
                )
            )
        return readers
