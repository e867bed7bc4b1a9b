import hashlib
import re
import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import consteq
from odoo.tools.mail import formataddr

from .dunning_retention import BATCH, clean

#: A code is good for so long, may be tried so often, and so many are sent in an hour.
GOOD_FOR = timedelta(minutes=15)
TRIES = 5
AN_HOUR = 3
#: Whoever typed it right sees everything for so long.
PROVEN_FOR = timedelta(hours=1)


class DunningPageCode(models.Model):
    """Codes that were mailed to debtors: with one more proof they see everything they owe.

    Only a digest is kept, and that for a day.
    """

    _name = "dunning.page.code"
    _description = "Code for a Debtor's Page"
    _order = "id desc"

    debtor_id = fields.Many2one("dunning.debtor", required=True, index=True, ondelete="cascade")
    kind = fields.Selection([("code", "Code"), ("link", "Link")], required=True, default="code")
    digest = fields.Char()
    tries = fields.Integer()
    used = fields.Boolean()

    @api.model
    def _mask(self, address):
        """An address as whoever owns it recognises it: ``j•••@example.com``."""
        name, _at, host = address.partition("@")
        return f"{name[:1]}•••@{host}"

    @api.model
    def _mail_code(self, debtor):
        """Mail a new code to where the debtor is known to read it.

        :param debtor: in an environment in the reader's language
        :raises UserError: when there is no address, too many codes were asked for, or the mail
            can't be sent
        """
        code = f"{secrets.randbelow(10**6):06d}"
        address = self._take_turn(debtor, "code", self._digest(debtor, code))
        subject = self.env._("Your code for %s", debtor.company_id.name)
        self._mail(debtor, address, subject, "payt_dunning.page_code_mail", {"code": code})

    @api.model
    def _mail_link(self, debtor, record):
        """Mail the new address of a page that was replaced; see :meth:`_mail_code`."""
        address = self._take_turn(debtor, "link", False)
        url = self.env["dunning.page.door"]._url(record, debtor)
        subject = self.env._("Your new link for %s", debtor.company_id.name)
        self._mail(debtor, address, subject, "payt_dunning.page_link_mail", {"url": url})

    @api.model
    def _take_turn(self, debtor, kind, digest):
        """Note that a mail is asked for, unless there were too many; where it goes to."""
        addresses = debtor._known_addresses()
        if not addresses:
            raise UserError(
                self.env._("We know no e-mail address of you that works. Please call us.")
            )
        recent = self.search_count(
            [
                ("debtor_id", "=", debtor.id),
                ("kind", "=", kind),
                ("create_date", ">", fields.Datetime.now() - timedelta(hours=1)),
            ]
        )
        if recent >= AN_HOUR:
            raise UserError(
                self.env._("We have sent you several mails already. Try again in an hour.")
            )
        self.create({"debtor_id": debtor.id, "kind": kind, "digest": digest})
        return addresses[0]

    @api.model
    def _mail(self, debtor, address, subject, template, values):
        """Send a mail at once: somebody waits for it. Nothing of it is kept."""
        company = debtor.company_id
        values = {**values, "company": company.name, "phone": company.phone}
        body = self.env["ir.qweb"]._render(template, values)
        mail = self.env["mail.mail"].create(
            {
                **company._dunning_sender(),
                "subject": subject,
                "email_to": formataddr((debtor.partner_id.name or "", address)),
                "body_html": body,
                "author_id": company.partner_id.id,
                "message_type": "user_notification",
                "auto_delete": True,
                "headers": repr({"Auto-Submitted": "auto-generated"}),
            }
        )
        mail.send()
        if mail.exists().state == "exception":
            mail.unlink()
            raise UserError(self.env._("We could not send you a mail just now. Please call us."))

    @api.model
    def _digest(self, debtor, code):
        """What is kept of a code; of little use to who reads the table, for it is bound in time."""
        secret = debtor.env["dunning.page.door"]._token("code", debtor.id, debtor.page_version)
        return hashlib.sha256(f"{secret}:{code}".encode()).hexdigest()

    @api.model
    def _check(self, debtor, typed):
        """Whether what was typed is the newest code of this debtor; each try counts.

        :raises UserError: when it is too old, or was tried too often
        """
        newest = self.search([("debtor_id", "=", debtor.id), ("kind", "=", "code")], limit=1)
        now = fields.Datetime.now()
        if not newest or newest.used or newest.create_date < now - GOOD_FOR:
            raise UserError(self.env._("This code is no longer good. Ask for a new one."))
        if newest.tries >= TRIES:
            raise UserError(self.env._("This code was tried too often. Ask for a new one."))
        newest.tries += 1
        right = consteq(newest.digest, self._digest(debtor, re.sub(r"\D", "", typed or "")[:6]))
        newest.used = right
        return right

    @api.autovacuum
    def _gc_codes(self):
        """Codes are kept for a day: the limits look no further back."""
        yesterday = fields.Datetime.now() - timedelta(days=1)
        return clean(self.search([("create_date", "<", yesterday)], limit=BATCH))


class DunningPageVisit(models.Model):
    """Somebody used a debtor's page: who reads it, the page says that this is noted.

    Nothing of the visitor is kept. A missing visit proves nothing and speeds nothing up.
    """

    _name = "dunning.page.visit"
    _description = "Visit of a Debtor's Page"
    _order = "id desc"

    debtor_id = fields.Many2one(
        "dunning.debtor", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="debtor_id.company_id", store=True)
    notice_id = fields.Many2one(
        "dunning.notice", "Message", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    moment = fields.Datetime(
        "When", required=True, readonly=True, default=lambda self: fields.Datetime.now()
    )

    _by_moment = models.Index("(moment)")

    #: One visit for each page in so long, and so many days it is kept.
    _EVERY = timedelta(minutes=30)
    _KEPT = timedelta(days=90)

    @api.model
    def _note(self, door):
        """Note a visit, unless one was noted a short while ago."""
        recent = self.search_count(
            [
                ("debtor_id", "=", door.debtor.id),
                ("notice_id", "=", door.notice.id),
                ("moment", ">", fields.Datetime.now() - self._EVERY),
            ],
            limit=1,
        )
        if not recent:
            self.create({"debtor_id": door.debtor.id, "notice_id": door.notice.id})

    @api.autovacuum
    def _gc_visits(self):
        before = fields.Datetime.now() - self._KEPT
        over = [("moment", "<", before), ("debtor_id.keep_everything", "!=", True)]
        return clean(self.search(over, limit=BATCH, order="moment"))


class DunningNotice(models.Model):
    """Messages whose page was opened."""

    _inherit = "dunning.notice"  # pylint: disable=consider-merging-classes-inherited

    visit_ids = fields.One2many("dunning.page.visit", "notice_id", "Visits of Its Page")

    def action_open_page(self):
        """Look at the page of a message as its debtor sees it."""
        self.ensure_one()
        self.check_access("read")
        if not self.env.user.has_group("payt_dunning.group_dunning_user"):
            raise AccessError(self.env._("Only collectors can open the pages of debtors."))
        return {"type": "ir.actions.act_url", "url": self._page_url(), "target": "new"}
