import hashlib
import hmac
import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from .collection_handover import LIVE

#: How long a link works, how often, and how often a code is tried.
LASTS, DOWNLOADS, TRIES = timedelta(days=7), 3, 5


class CollectionHandoverLink(models.Model):
    """A link by which an office gets its package, with a code that is told by telephone.

    Neither is kept: only what they are compared with. Mail holds no personal data but the number of
    the case.
    """

    _name = "collection.handover.link"
    _description = "Link to a Package"
    _order = "id desc"

    handover_id = fields.Many2one(
        "collection.handover", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="handover_id.company_id", store=True)
    recipient = fields.Char("Sent To", required=True, readonly=True)
    token_hash = fields.Char(required=True, readonly=True, groups="base.group_system")
    code_hash = fields.Char(required=True, readonly=True, groups="base.group_system")
    expires_at = fields.Datetime("Works Until", required=True, readonly=True)
    downloads_left = fields.Integer(readonly=True, default=DOWNLOADS)
    tries_left = fields.Integer(readonly=True, default=TRIES)
    revoked = fields.Boolean(readonly=True)

    @api.model
    def _hash(self, secret):
        """What a secret is compared with: keyed by the database, so that nobody tries codes at home."""
        key = self.env["ir.config_parameter"].sudo().get_param("database.secret") or ""
        return hmac.new(key.encode(), secret.encode(), hashlib.sha256).hexdigest()

    @api.model
    def _make(self, handover, recipient):
        """A link and its code: ``(link, address, code)``; links made before work no more."""
        handover.link_ids.sudo().write({"revoked": True})
        token, code = secrets.token_urlsafe(32), f"{secrets.randbelow(10**6):06d}"
        link = self.sudo().create(
            {
                "handover_id": handover.id,
                "recipient": recipient,
                "token_hash": self._hash(token),
                "code_hash": self._hash(f"{token}:{code}"),
                "expires_at": fields.Datetime.now() + LASTS,
            }
        )
        base = handover.get_base_url()
        return link, f"{base}/dossier/{link.id}/{token}", code

    @api.model
    def _find(self, link_id, token):
        """The link with a token, if it still works; as much work for one that is not there."""
        link = self.sudo().browse(link_id).exists()
        known = link.token_hash if link else "0" * 64
        if not hmac.compare_digest(known, self._hash(token)) or not link:
            return self.browse()
        works = (
            not link.revoked
            and link.downloads_left > 0
            and link.tries_left > 0
            and link.expires_at > fields.Datetime.now()
            and link.handover_id.state in LIVE
        )
        return link if works else self.browse()

    def _open(self, token, code):
        """The package, for whoever knows the code; each try counts.

        :return: bytes, or ``None``
        """
        self.ensure_one()
        self.env.cr.execute(
            "SELECT id FROM collection_handover_link WHERE id = %s FOR UPDATE", [self.id]
        )
        self.invalidate_recordset()
        if self.tries_left <= 0 or self.downloads_left <= 0:
            return None
        plain = "".join(each for each in code if each.isdigit())
        if not hmac.compare_digest(self.code_hash, self._hash(f"{token}:{plain}")):
            self.tries_left -= 1
            return None
        content = self.handover_id._content()
        self.write({"downloads_left": self.downloads_left - 1, "tries_left": TRIES})
        self.handover_id._got()
        return content


class CollectionHandover(models.Model):
    """Packages that an office gets by a link."""

    _inherit = "collection.handover"  # pylint: disable=consider-merging-classes-inherited

    link_ids = fields.One2many("collection.handover.link", "handover_id", "Links", readonly=True)

    def action_send_link(self):
        """Mail the office a link to the package; the code is shown once, to be told by telephone."""
        self.ensure_one()
        handover = self._as_collector()
        handover.agent_id._check_confirmed()
        recipient = handover.agent_id._address()
        if not recipient:
            raise UserError(
                self.env._(
                    "%s has no e-mail address: download the package instead.",
                    handover.agent_id.partner_id.name,
                )
            )
        if not handover.file_id or handover.state not in LIVE:
            raise UserError(self.env._("There is no package to send."))
        link, address, code = self.env["collection.handover.link"]._make(handover, recipient)
        env = handover.with_context(lang=handover.agent_id.lang or self.env.lang).env
        number, day = handover.case_id.name, format_date(env, link.expires_at)
        handover._mail_link(
            env._("Dossier %s", number),
            env._(
                "A dossier is ready for you: %(number)s. You can get it here until %(day)s, "
                "%(times)s times at most:",
                number=number,
                day=day,
                times=DOWNLOADS,
            ),
            address,
            env._("You get the code for it from us by telephone."),
        )
        handover._message_log(body=self.env._("A link to the package was mailed to %s.", recipient))
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "sticky": True,
                "title": self.env._("The link was mailed to %s", recipient),
                "message": self.env._(
                    "Its code is %s. Tell it by telephone: it is not shown again.", code
                ),
            },
        }

    def _mail_link(self, subject, text, address, after):
        """A mail that holds the link; it is not kept, nor is the link."""
        body = self.env["ir.qweb"]._render(
            "payt_dunning.dossier_link_mail",
            {"text": text, "address": address, "after": after, "company": self.company_id},
        )
        mail = (
            self.env["mail.mail"]
            .sudo()
            .create(
                {
                    "subject": subject,
                    "body_html": body,
                    "email_to": self.agent_id._address(),
                    "email_from": self.company_id._dunning_sender()["email_from"],
                    "auto_delete": True,
                }
            )
        )
        mail.send()

    def _got(self):
        """The office has the package."""
        for handover in self.sudo().filtered(lambda each: each.state == "ready"):
            handover._accept()
        self.sudo()._message_log(body=self.env._("The office downloaded the package."))
