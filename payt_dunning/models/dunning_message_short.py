from dataclasses import replace

from markupsafe import Markup

from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.tools.mail import plaintext2html

from ..rules.sms_text import plain
from ..rules.texts import KEYS, SHORT_PLACEHOLDERS, placeholders_in, substitute
from .dunning_message import Content, TextError


class DunningMessageShort(models.AbstractModel):
    """Short messages: who writes, and where to read it. No amounts, nothing about being late."""

    _inherit = "dunning.message"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _render_one(self, planned, sources):
        """A message of a channel that takes text alone is made of its level's short text."""
        way = self.env["dunning.channel"]._way(planned.channel)
        if way._format != "text":
            return super()._render_one(planned, sources)
        first = next(line for line in planned.lines if line.position)
        level = self._level(planned, first.revision_id, first.position, sources)
        env = sources.words.env_of(planned.lang)
        if planned.asked and planned.asked.notice:
            raise TextError(
                self.env._(
                    "A statutory notice can't be a text message: it has to say more than fits."
                )
            )
        values = {
            **sources.words.company(planned.company_id),
            **sources.debtors[planned.debtor_id],
            "contact": sources.contacts.get(planned.partner_id) or "",
            **KEYS,
        }
        # Quotes and dashes of word processors would make it cost twice.
        text, kept = way._own_text(planned, level, values) or (
            plain(self._short_text(env, planned, level, values)),
            {},
        )
        subject = env._("Message from %s", values["company"])
        return Content(
            level=replace(level, term_days=0),
            recipient=planned.recipient,
            subject=subject,
            body=Markup(plaintext2html(text)),  # nosec B704 # made of plain text
            text=text,
            kept=kept,
        )

    @api.model
    def _short_text(self, env, planned, level, values):
        """What a short message says, canonical."""
        own = level.short_text.strip()
        if own:
            own = self._fill_record(("dunning.level", level.level_id), own, values, self._short)
            known = KEYS["short_link"] in own or KEYS["code"] in own
            if known and KEYS["pin"] in own:
                return own
            return f"{own} {self._way_to_read(env)}"
        return env._(
            "%(company)s has a message for you. %(where)s",
            company=values["company"],
            where=self._way_to_read(env),
        )

    @api.model
    def _way_to_read(self, env):
        """Where a short message is read: there is always a way, whatever somebody wrote."""
        return env._("Read it at %(short_link)s with PIN %(pin)s", **KEYS)

    @api.model
    def _short(self, text, values):
        return substitute(text, {name: values.get(name, "") for name in SHORT_PLACEHOLDERS})


class DunningNotice(models.Model):
    """Short messages keep their text, and give no term and claim nothing by themselves."""

    _inherit = "dunning.notice"  # pylint: disable=consider-merging-classes-inherited

    @api.model
    def _planned_values(self, run, planned, content):
        if not content.text:
            return super()._planned_values(run, planned, content)
        alone = replace(planned, asked=None)
        return {
            **super()._planned_values(run, alone, content),
            **content.kept,
            "amount": float(planned.total),
            "fingerprint": planned.fingerprint(),
            "text": content.text,
        }


class DunningLevel(models.Model):
    """Levels with a text message."""

    _inherit = "dunning.level"  # pylint: disable=consider-merging-classes-inherited

    @api.constrains("short_text")
    def _check_short_text(self):
        for level in self:
            level._refuse_in_short(level.short_text)

    def _update_field_translations(self, field_name, translations, *args, **kwargs):
        """Other languages are written around constraints: they are checked here."""
        if field_name == "short_text":
            for text in translations.values():
                if isinstance(text, str):
                    self._refuse_in_short(text)
        return super()._update_field_translations(field_name, translations, *args, **kwargs)

    def _refuse_in_short(self, text):
        """Refuse placeholders that tell on a locked screen what is between two parties."""
        names = [name for name in placeholders_in(text) if name not in SHORT_PLACEHOLDERS]
        if names:
            raise ValidationError(
                self.env._(
                    "The text message of “%(level)s” uses %(unknown)s. It shows on a locked "
                    "screen: only these can be filled in there: %(known)s.",
                    level=self[:1].name,
                    unknown=", ".join(f"{{{name}}}" for name in names),
                    known=", ".join(f"{{{name}}}" for name in SHORT_PLACEHOLDERS),
                )
            )
