from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..rules.texts import SHORT_PLACEHOLDERS, placeholders_in, unknown_placeholders

FORMS = [("formal", "Formal"), ("informal", "Informal")]
#: Texts that may have an informal variant.
LEVEL_TEXTS = ("subject", "text", "short_text", "closing")
POLICY_TEXTS = ("greeting", "closing")


class ResPartner(models.Model):
    """How somebody is addressed."""

    _inherit = "res.partner"  # pylint: disable=consider-merging-classes-inherited

    dunning_form = fields.Selection(
        FORMS,
        "Form of Address",
        help="In messages of follow-up. Empty: as the company of the contact, else as the policy "
        "or our company addresses everybody.",
    )


class ResCompany(models.Model):
    """How a company addresses its customers."""

    _inherit = "res.company"  # pylint: disable=consider-merging-classes-inherited

    dunning_form = fields.Selection(
        FORMS, "Form of Address", required=True, default="formal", help="A policy may have its own."
    )


class DunningSettingsMixin(models.AbstractModel):
    """The same where it is set."""

    _inherit = "dunning.settings.mixin"  # pylint: disable=consider-merging-classes-inherited

    dunning_form = fields.Selection(related="company_id.dunning_form", readonly=False)


class DunningInformal(models.AbstractModel):
    """Texts with informal variants: what is refused in the formal text is refused in these too."""

    _name = "dunning.informal"
    _description = "Informal Texts"

    def _check_informal_text(self, name, text, lang=None):
        """Refuse a variant for what its formal text would be refused for.

        :param name: of the field
        """
        if name == "short_text_informal":
            if any(each not in SHORT_PLACEHOLDERS for each in placeholders_in(text)):
                self._refuse_in_short(text)
            return
        if names := unknown_placeholders(text):
            raise ValidationError(self.env["dunning.level"]._unknown_message(self[:1], names))
        self.env["dunning.checks"]._refuse_faults(self[:1], name, text, lang)

    def _update_field_translations(self, field_name, translations, *args, **kwargs):
        """Other languages are written around constraints: they are checked here."""
        if field_name.endswith("_informal"):
            for lang, text in translations.items():
                if isinstance(text, str):
                    self._check_informal_text(field_name, text, lang)
        return super()._update_field_translations(field_name, translations, *args, **kwargs)


class DunningPolicy(models.Model):
    """Policies with informal variants of what their messages share."""

    _name = "dunning.policy"
    _inherit = ["dunning.policy", "dunning.informal"]

    form = fields.Selection(
        FORMS, "Form of Address", help="Of whoever has none of its own. Empty: the company's."
    )
    greeting_informal = fields.Char("Informal Greeting", translate=True)
    closing_informal = fields.Text("Informal Closing", translate=True)

    @api.constrains("greeting_informal", "closing_informal")
    def _check_informal(self):
        for policy in self:
            for name in POLICY_TEXTS:
                policy._check_informal_text(f"{name}_informal", policy[f"{name}_informal"])


class DunningLevel(models.Model):
    """Levels with informal variants of their texts; what is empty is as the formal text."""

    _name = "dunning.level"
    _inherit = ["dunning.level", "dunning.informal"]

    subject_informal = fields.Char("Informal Subject", translate=True)
    text_informal = fields.Text("Informal Text", translate=True)
    short_text_informal = fields.Text("Informal Text Message", translate=True)
    closing_informal = fields.Text("Informal Closing", translate=True)

    @api.constrains(*(f"{name}_informal" for name in LEVEL_TEXTS))
    def _check_informal(self):
        for level in self:
            for name in LEVEL_TEXTS:
                level._check_informal_text(f"{name}_informal", level[f"{name}_informal"])


class DunningNotice(models.Model):
    """Messages know in which form they were written."""

    _inherit = "dunning.notice"  # pylint: disable=consider-merging-classes-inherited

    form = fields.Selection(FORMS, "Form of Address", readonly=True)

    @api.model
    def _planned_values(self, run, planned, content):
        """With the form and the language that the texts were there in."""
        level = content.level
        return {
            **super()._planned_values(run, planned, content),
            "form": level.form,
            "lang": level.lang or planned.lang,
        }
