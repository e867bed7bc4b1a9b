import re

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.payt_dunning.models.dunning_message import CLAIM
from odoo.addons.payt_dunning.models.dunning_words import languages
from odoo.addons.payt_dunning.rules.texts import SHORT_PLACEHOLDERS, threats

LINK = "link"
STATUSES = [
    ("pending", "Waits for Approval"),
    ("approved", "Approved"),
    ("paused", "Paused"),
    ("rejected", "Rejected"),
    ("disabled", "Disabled"),
]
#: What reports of the platform call them.
REPORTED = {
    "APPROVED": "approved",
    "REINSTATED": "approved",
    "PENDING": "pending",
    "IN_APPEAL": "pending",
    "PAUSED": "paused",
    "FLAGGED": "paused",
    "REJECTED": "rejected",
    "DISABLED": "disabled",
    "PENDING_DELETION": "disabled",
    "DELETED": "disabled",
}
_NAME = re.compile(r"[a-z0-9_]{1,512}")
_CODE = re.compile(r"[a-z]{2,3}(_[A-Z]{2,3})?")
_PARAMETER = re.compile(r"\{\{([^{}]*)\}\}")
LONGEST_BODY = 1024


class DunningWhatsappTemplate(models.Model):
    """A template that the platform approved: its words, and what its parameters are.

    Only friendly words: the platform's policy forbids debt collection.
    """

    _name = "dunning.whatsapp.template"
    _description = "WhatsApp Template"
    _order = "name, code, id"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, ondelete="cascade"
    )
    name = fields.Char(required=True, help="As at the platform: small letters, digits and _.")
    code = fields.Char("Language Code", required=True, help="As at the platform: nl, de or en_US.")
    lang = fields.Selection(
        lambda self: languages(self.env),
        "Language",
        required=True,
        help="Debtors with this language get it.",
    )
    body = fields.Text(
        required=True, help="Exactly as approved; {{1}} and so on stand for the parameters."
    )
    parameters = fields.Char(
        required=True,
        default="company, link",
        help="What {{1}}, {{2}} and so on are, in order: company, contact, handler, phone or link. "
        "The link to the debtor's page must be one of them.",
    )
    status = fields.Selection(STATUSES, required=True, default="pending")
    reason = fields.Char(readonly=True, help="What the platform said about its status.")
    general = fields.Boolean(
        "For Every Level", default=True, help="Used by levels that have none of their own."
    )
    example = fields.Text("Looks Like", compute="_compute_example")

    _template_unique = models.UniqueIndex(
        "(company_id, name, code)", "There is a template with this name and language."
    )

    @api.depends("name", "code")
    def _compute_display_name(self):
        for template in self:
            code = f"({template.code})" if template.code else ""
            template.display_name = " ".join(filter(None, [template.name, code]))

    @api.depends("body", "parameters", "company_id")
    def _compute_example(self):
        for template in self:
            values = {
                "company": template.company_id.name or "",
                "contact": self.env._("Name of the contact"),
                "handler": self.env._("Name of the handler"),
                "phone": template.company_id.phone or "",
                LINK: "https://…",
            }
            template.example = template._fill([values.get(name, "") for name in template._names()])

    @api.model_create_multi
    def create(self, vals_list):
        templates = super().create(vals_list)
        templates.company_id._dunning_look_again()
        return templates

    def write(self, vals):
        """Other words have to be approved again."""
        if {"name", "code", "body"} & vals.keys() and "status" not in vals:
            changed = self.filtered(
                lambda each: (
                    any(each[key] != vals.get(key, each[key]) for key in ("name", "code"))
                    or each.body != vals.get("body", each.body)
                )
            )
            super(DunningWhatsappTemplate, changed).write({"status": "pending"})
        result = super().write(vals)
        self.company_id._dunning_look_again()
        return result

    @api.constrains("name", "code")
    def _check_name(self):
        for template in self:
            if not _NAME.fullmatch(template.name) or not _CODE.fullmatch(template.code):
                raise ValidationError(
                    self.env._(
                        "A template has a name of small letters, digits and _, and a language "
                        "code such as nl or en_US."
                    )
                )

    @api.constrains("body", "parameters")
    def _check_body(self):
        for template in self:
            template._check_parameters()
            if words := threats(template.body):
                raise ValidationError(
                    self.env._(
                        "“%s” is no word for a friendly reminder: the platform's policy forbids "
                        "debt collection.",
                        words[0],
                    )
                )
            if len(template.body) > LONGEST_BODY:
                raise ValidationError(
                    self.env._("A template has at most %s characters.", LONGEST_BODY)
                )

    def _check_parameters(self):
        """Refuse parameters that are missing, unknown, or where the platform wants none."""
        names, found = self._names(), _PARAMETER.findall(self.body)
        if unknown := [name for name in names if name not in (*SHORT_PLACEHOLDERS, LINK)]:
            raise ValidationError(
                self.env._(
                    "“%(name)s” can't be a parameter. These can: %(known)s.",
                    name=unknown[0],
                    known=", ".join((*SHORT_PLACEHOLDERS, LINK)),
                )
            )
        if LINK not in names:
            raise ValidationError(
                self.env._("One parameter is the link: it is the way to read the message.")
            )
        if list(dict.fromkeys(found)) != [str(number + 1) for number in range(len(names))]:
            raise ValidationError(
                self.env._(
                    "The text must use {{1}} to {{%s}}, in order, one for each parameter.",
                    len(names),
                )
            )
        if self.body.strip().startswith("{{") or self.body.strip().endswith("}}"):
            raise ValidationError(
                self.env._("The platform refuses a text that begins or ends with a parameter.")
            )

    def _names(self):
        """What the parameters are, in order."""
        self.ensure_one()
        return [name for part in (self.parameters or "").split(",") if (name := part.strip())]

    def _values(self, values):
        """The parameters of one message, canonical: the link is a stand-in.

        The platform refuses line breaks, tabs, long gaps and nothing at all.
        """
        self.ensure_one()
        told = {**values, LINK: CLAIM}
        return [" ".join((told.get(name) or "").split()) or "–" for name in self._names()]

    def _fill(self, parameters):
        """The whole text with these parameters."""
        self.ensure_one()
        known = {str(number): text for number, text in enumerate(parameters, 1)}
        return _PARAMETER.sub(lambda found: known.get(found[1], found[0]), self.body or "")

    @api.model
    def _pick(self, company, level, lang):
        """The template of a message: of the level, else for every level; in the right language.

        Where there is none in it: one in the same language of another country, in the company's,
        in English, any.

        :return: an approved template; empty for none
        """
        domain = [("company_id", "=", company.id), ("status", "=", "approved")]
        approved = self.sudo().search(domain)
        own = approved & level.sudo().whatsapp_template_ids
        wanted = (lang or "", company.sudo().partner_id.lang or "", "en")

        def distance(template):
            close = [
                (place, template.lang != each)
                for place, each in enumerate(wanted)
                if each and template.lang[:2] == each[:2]
            ]
            return min(close, default=(len(wanted), True))

        return (own or approved.filtered("general")).sorted(distance)[:1]

    @api.model
    def _take_status(self, companies, value):
        """A report of the platform about one template.

        :param companies: whose account it is about
        :param value: as it came in
        """
        status = REPORTED.get(value.get("event"))
        if not status:
            return
        found = self.search(
            [
                ("company_id", "in", companies.ids),
                ("name", "=", str(value.get("message_template_name") or "")),
                ("code", "=", str(value.get("message_template_language") or "")),
            ]
        )
        reason = value.get("reason")
        reason = str(reason)[:200] if reason and reason != "NONE" else False
        found.write({"status": status, "reason": reason})
