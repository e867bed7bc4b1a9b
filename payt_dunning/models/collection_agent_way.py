import re
import ssl
from urllib.parse import urlsplit

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from ..https import BadAddress, Door, check_address

WAYS = [
    ("download", "Download, or a Link by Mail"),
    ("https", "Its Server (HTTPS)"),
    ("folder", "A Folder of Ours"),
]
KNOWN_BY = [
    ("none", "A Certificate Alone"),
    ("bearer", "A Token (Bearer)"),
    ("header", "A Header of Its Own"),
]
#: Whether servers in the own network may be spoken to; set by who runs the machine.
PRIVATE = "payt_dunning.allow_private_hosts"
_TOKEN = re.compile(r"[\x21-\x7e]+")
_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,40}")
_FOLDER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,60}")
#: Headers that are ours to set.
OURS = ("host", "content-length", "content-type", "content-digest", "idempotency-key", "connection")
SHOWN = "••••••••"
#: Of these something may have been wrong when nothing got there.
SETTINGS = {
    "way",
    "url",
    "known_by",
    "header_name",
    "new_secret",
    "new_certificate",
    "authorities",
    "folder",
}


def _host(url):
    """Who an address belongs to; empty for none."""
    return urlsplit(url or "").netloc.lower()


def _forgotten(vals):
    """Secrets that a write does not bring along with a new host: they are gone."""
    return {
        kept: False
        for shown, kept in (("new_secret", "secret"), ("new_certificate", "certificate"))
        if shown not in vals
    }


class CollectionAgent(models.Model):
    """How packages get to an office. Secrets go in and never come out."""

    _inherit = "collection.agent"  # pylint: disable=consider-merging-classes-inherited

    way = fields.Selection(
        WAYS, "Packages Go by", required=True, default="download", copy=False, tracking=True
    )
    url = fields.Char(
        "Address of Its Server",
        copy=False,
        tracking=True,
        help="As the office gave it: https://…, no query.",
    )
    known_by = fields.Selection(KNOWN_BY, "It Knows Us by", required=True, default="bearer")
    header_name = fields.Char("Header", help="For instance X-Api-Key.")
    secret = fields.Char(copy=False, prefetch=False, groups=fields.NO_ACCESS)
    certificate = fields.Text(copy=False, prefetch=False, groups=fields.NO_ACCESS)
    new_secret = fields.Char(
        "Token",
        compute="_compute_shown",
        inverse="_inverse_secret",
        groups="payt_dunning.group_dunning_manager",
        help="As the office gave it. Nobody can read it here afterwards.",
    )
    new_certificate = fields.Text(
        "Our Certificate and Key (PEM)",
        compute="_compute_shown",
        inverse="_inverse_certificate",
        groups="payt_dunning.group_dunning_manager",
        help="Where the office wants one. Nobody can read it here afterwards.",
    )
    authorities = fields.Text(
        "Authorities It Trusts (PEM)",
        copy=False,
        help="Only where its certificate is not of one of the usual authorities.",
    )
    folder = fields.Char(
        copy=False,
        help="Name of a folder within the one that the administrator set for packages.",
    )
    stopped_because = fields.Char("Nothing Goes to It, Because", readonly=True, copy=False)

    @api.depends("secret", "certificate")
    def _compute_shown(self):
        for agent in self:
            kept = agent.sudo()
            agent.new_secret = SHOWN if kept.secret else False
            agent.new_certificate = SHOWN if kept.certificate else False

    def _inverse_secret(self):
        self._keep("new_secret", "secret")

    def _inverse_certificate(self):
        self._keep("new_certificate", "certificate")

    def _keep(self, shown, kept):
        """Take in a secret that was typed; what is shown in place of one is none."""
        for agent in self:
            typed = (agent[shown] or "").strip()
            if typed == SHOWN:
                continue
            if kept == "secret" and typed and not _TOKEN.fullmatch(typed):
                raise ValidationError(self.env._("A token has no spaces and no special letters."))
            whole = "PRIVATE KEY" in typed and "ENCRYPTED" not in typed
            if kept == "certificate" and typed and not whole:
                raise ValidationError(
                    self.env._(
                        "Paste certificate and private key, one below the other, as PEM, the key "
                        "without a password."
                    )
                )
            agent.sudo()[kept] = typed or False

    @api.constrains("way", "url", "known_by", "header_name", "folder", "authorities")
    def _check_way(self):
        for agent in self:
            if agent.way == "https":
                agent._check_server()
            elif agent.way == "folder" and not _FOLDER.fullmatch(agent.folder or ""):
                raise ValidationError(
                    self.env._("Name a folder for %s: letters, digits, - and _.", agent.name)
                )

    def _check_server(self):
        try:
            check_address(self.url or "")
        except BadAddress as error:
            words = {
                "scheme": self.env._("The address of its server begins with https://."),
                "user": self.env._("The address of its server holds no name or password."),
                "host": self.env._("“%s” is no address of a server.", self.url or ""),
                "parts": self.env._("The address of its server has no ? and no #."),
            }
            raise ValidationError(words[error.code]) from error
        if self.known_by == "header" and (
            not _HEADER.fullmatch(self.header_name or "") or self.header_name.lower() in OURS
        ):
            raise ValidationError(self.env._("Fill in the name of the header, like X-Api-Key."))
        if self.authorities:
            try:
                ssl.create_default_context(cadata=self.authorities)
            except (ssl.SSLError, ValueError) as error:
                raise ValidationError(
                    self.env._("The authorities of %s are no certificates (PEM).", self.name)
                ) from error

    def write(self, vals):
        """Other settings may be the right ones: what waited for them goes on.

        What an office knows us by is not told another one.
        """
        if "url" in vals:
            moved = self.filtered(lambda agent: _host(agent.url) != _host(vals["url"]))
            super(CollectionAgent, moved.sudo()).write(_forgotten(vals))
        result = super().write(vals)
        if SETTINGS & set(vals):
            self.filtered("stopped_because")._go_on()
        return result

    def action_go_on(self):
        """Try again what waits for an office whose settings were wrong."""
        self.check_access("write")
        if not self.env.user.has_group("payt_dunning.group_dunning_manager"):
            raise AccessError(self.env._("Only managers decide about offices."))
        self._go_on()
        return True

    def _go_on(self):
        self.sudo().stopped_because = False
        self.env["collection.transmission"].sudo()._wake()

    def _door(self):
        """Where packages go, and who we are there; see :class:`~..https.Door`."""
        self.ensure_one()
        kept = self.sudo()
        headers = []
        if kept.secret and self.known_by == "bearer":
            headers = [("Authorization", f"Bearer {kept.secret}")]
        elif kept.secret and self.known_by == "header":
            headers = [(self.header_name, kept.secret)]
        private = self.env["ir.config_parameter"].sudo().get_param(PRIVATE)
        return Door(
            self.url,
            tuple(headers),
            self.authorities or "",
            kept.certificate or "",
            private in ("1", "True", "true"),
        )
