import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..cloud_api import digest

#: What headers and forms carry unharmed; an error about anything else would quote it.
TOKEN = re.compile(r"[\x21-\x7e]+")
WEBHOOK = "/payt_dunning_whatsapp/webhook"
#: Characters of a verify token: nobody may guess it.
SHORTEST_VERIFY = 16


class DunningWhatsappAccount(models.Model):
    """The WhatsApp number of a company, on the official Cloud API.

    Secrets go in and never come out: nobody can read them, also not an administrator.
    """

    _name = "dunning.whatsapp.account"
    _description = "WhatsApp Number of a Company"
    _rec_name = "company_id"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, ondelete="cascade"
    )
    phone_number_id = fields.Char(
        "Phone Number ID", required=True, copy=False, help="Of the number that messages come from."
    )
    business_account_id = fields.Char("Business Account ID", required=True, copy=False)
    access_token = fields.Char(copy=False, prefetch=False, groups=fields.NO_ACCESS)
    app_secret = fields.Char(copy=False, prefetch=False, groups=fields.NO_ACCESS)
    verify_digest = fields.Char(copy=False, prefetch=False, groups=fields.NO_ACCESS)
    new_access_token = fields.Char(
        "Access Token",
        compute="_compute_shown",
        inverse="_inverse_access_token",
        help="Of a system user with the right to send messages. Only its end is shown.",
    )
    new_app_secret = fields.Char(
        "App Secret",
        compute="_compute_shown",
        inverse="_inverse_app_secret",
        help="Reports are signed with it; others are refused.",
    )
    new_verify_token = fields.Char(
        "Verify Token",
        compute="_compute_shown",
        inverse="_inverse_verify_token",
        help="Any text of 16 characters or more; enter the same with the webhook.",
    )
    webhook_url = fields.Char("Webhook", compute="_compute_webhook_url")
    ready = fields.Boolean(compute="_compute_ready")

    _company_unique = models.UniqueIndex("(company_id)", "This company has a WhatsApp number.")
    _number_unique = models.UniqueIndex(
        "(phone_number_id)", "Another company uses this phone number ID."
    )

    @api.depends("access_token", "app_secret", "verify_digest")
    def _compute_shown(self):
        for account in self:
            secrets = account.sudo()
            account.new_access_token = _masked(secrets.access_token)
            account.new_app_secret = _masked(secrets.app_secret, 0)
            account.new_verify_token = _masked(secrets.verify_digest, 0)

    def _inverse_access_token(self):
        self._keep("new_access_token", "access_token")

    def _inverse_app_secret(self):
        self._keep("new_app_secret", "app_secret")

    def _inverse_verify_token(self):
        self._keep("new_verify_token", "verify_digest")

    def _keep(self, shown, kept):
        """Take in a secret that was typed; what is shown in place of one is none."""
        for account in self:
            typed = (account[shown] or "").strip()
            if "•" in typed:
                continue
            if typed and not TOKEN.fullmatch(typed):
                raise ValidationError(self.env._("A secret has no spaces and no special letters."))
            if kept == "verify_digest" and typed:
                if len(typed) < SHORTEST_VERIFY:
                    raise ValidationError(
                        self.env._("The verify token has at least %s characters.", SHORTEST_VERIFY)
                    )
                typed = digest(typed)
            account.sudo()[kept] = typed or False
        self.company_id._dunning_look_again()

    @api.depends("company_id")
    def _compute_webhook_url(self):
        for account in self:
            account.webhook_url = account.get_base_url() + WEBHOOK

    @api.depends("access_token", "app_secret", "phone_number_id", "business_account_id")
    def _compute_ready(self):
        for account in self:
            secrets = account.sudo()
            account.ready = bool(
                secrets.access_token
                and secrets.app_secret
                and account.phone_number_id
                and account.business_account_id
            )

    @api.constrains("phone_number_id", "business_account_id")
    def _check_numbers(self):
        for account in self:
            if not (
                account.phone_number_id.isdecimal() and account.business_account_id.isdecimal()
            ):
                raise ValidationError(
                    self.env._("Both IDs are numbers: look under “API Setup” at the platform.")
                )

    @api.model
    def _of(self, company):
        """The number of a company, as the system; empty for none that is ready."""
        account = self.sudo().search([("company_id", "=", company.id)])
        return account.filtered("ready")


def _masked(secret, shown=4):
    """What is shown in place of a secret."""
    if not secret:
        return False
    return "••••••••" + (secret[-shown:] if shown and len(secret) >= 4 * shown else "")
